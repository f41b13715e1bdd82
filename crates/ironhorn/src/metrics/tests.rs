//! Tests of the metrics.
use super::*;
use crate::config::check;

#[test]
fn the_list_holds() {
    check::<dyn Metric>().unwrap();
}
