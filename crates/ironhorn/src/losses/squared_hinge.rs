//! Squared hinge: a margin of 1 between two classes, with errors squared.
use super::{like, signed};
use crate::Value;

loss! {
    /// The mean over the last axis of max(1 - t p, 0) squared, with labels -1 and 1; labels that are all 0 or 1 are taken as
    /// those.
    SquaredHinge, SquaredHingeFunction = "squared_hinge" {}
    |this, y_true, y_pred| squared_hinge(y_true, y_pred)
}

/// The mean over the last axis of max(1 - t p, 0) squared.
pub fn squared_hinge(y_true: &Value, y_pred: &Value) -> Value {
    (1.0 - signed(&like(y_true, y_pred)) * y_pred).maximum(0.0).square().mean(&[-1], false)
}
