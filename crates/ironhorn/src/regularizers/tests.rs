//! Tests of the regularizers.
use super::*;
use crate::config::check;

#[test]
fn the_list_holds() {
    check::<dyn Regularizer>().unwrap();
}
