//! Categorical accuracy: how often the most probable class is the right one, with one-hot labels.
use crate::Value;

mean_metric! {
    /// The part of samples whose most probable class is that of the one-hot label.
    CategoricalAccuracy as "categorical_accuracy", CategoricalAccuracyFunction = "categorical_accuracy" {}
    |this, y_true, y_pred| categorical_accuracy(y_true, y_pred)
}

/// 1 where the largest entries along the last axis are at the same place, else 0.
pub fn categorical_accuracy(y_true: &Value, y_pred: &Value) -> Value {
    y_true.argmax(-1).equal(y_pred.argmax(-1)).cast(y_pred.dtype())
}
