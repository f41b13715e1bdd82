//! Hinge: a margin of 1 between two classes.
use super::{like, signed};
use crate::Value;

loss! {
    /// The mean over the last axis of max(1 - t p, 0), with labels -1 and 1; labels that are all 0 or 1 are taken as those.
    Hinge, HingeFunction = "hinge" {}
    |this, y_true, y_pred| hinge(y_true, y_pred)
}

/// The mean over the last axis of max(1 - t p, 0).
pub fn hinge(y_true: &Value, y_pred: &Value) -> Value {
    (1.0 - signed(&like(y_true, y_pred)) * y_pred).maximum(0.0).mean(&[-1], false)
}
