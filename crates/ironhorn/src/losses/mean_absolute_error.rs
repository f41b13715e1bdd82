//! Mean absolute error: for numbers, with errors counted as they are.
use super::like;
use crate::Value;

loss! {
    /// The mean over the last axis of |p - t|.
    MeanAbsoluteError, MeanAbsoluteErrorFunction = "mean_absolute_error" | "mae" | "MAE" {}
    |this, y_true, y_pred| mean_absolute_error(y_true, y_pred)
}

/// The mean over the last axis of |p - t|.
pub fn mean_absolute_error(y_true: &Value, y_pred: &Value) -> Value {
    (y_pred - like(y_true, y_pred)).abs().mean(&[-1], false)
}
