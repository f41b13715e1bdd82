//! Tests of the losses.
use super::*;
use crate::config::check;

#[test]
fn the_list_holds() {
    check::<dyn Loss>().unwrap();
}
