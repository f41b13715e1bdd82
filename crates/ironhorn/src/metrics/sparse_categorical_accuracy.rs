//! Sparse categorical accuracy: how often the most probable class is the right one, with labels as whole numbers.
use crate::Value;

mean_metric! {
    /// The part of samples whose most probable class is the label's.
    SparseCategoricalAccuracy as "sparse_categorical_accuracy",
    SparseCategoricalAccuracyFunction = "sparse_categorical_accuracy" {}
    |this, y_true, y_pred| sparse_categorical_accuracy(y_true, y_pred)
}

/// 1 where the largest entry along the last axis is at the label's place, else 0.
pub fn sparse_categorical_accuracy(y_true: &Value, y_pred: &Value) -> Value {
    let labels = if y_true.rank() == y_pred.rank() { y_true.squeeze(-1) } else { y_true.clone() };
    let dtype = y_pred.dtype();
    labels.cast(dtype).equal(y_pred.argmax(-1).cast(dtype)).cast(dtype)
}
