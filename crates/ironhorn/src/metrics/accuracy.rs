//! Accuracy: how often predictions equal targets. (As the string `accuracy` of `compile` it is resolved to the kind that fits.)
use crate::Value;

mean_metric! {
    /// The part of predictions that equal their targets.
    Accuracy as "accuracy", AccuracyFunction = "accuracy" {}
    |this, y_true, y_pred| accuracy(y_true, y_pred)
}

/// 1 where prediction and target are equal, else 0.
pub fn accuracy(y_true: &Value, y_pred: &Value) -> Value {
    y_true.cast(y_pred.dtype()).equal(y_pred).cast(y_pred.dtype())
}
