//! Tests of the activations.
use super::*;
use crate::config::check;

#[test]
fn the_list_holds() {
    check::<dyn Activation>().unwrap();
}
