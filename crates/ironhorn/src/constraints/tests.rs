//! Tests of the constraints.
use super::*;
use crate::config::check;

#[test]
fn the_list_holds() {
    check::<dyn Constraint>().unwrap();
}
