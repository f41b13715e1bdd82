//! Tests of the optimizers.
use super::*;
use crate::config::check;

#[test]
fn the_list_holds() {
    check::<dyn Optimizer>().unwrap();
}
