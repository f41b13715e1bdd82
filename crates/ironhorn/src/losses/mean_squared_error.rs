//! Mean squared error: the usual one for numbers.
use super::like;
use crate::Value;

loss! {
    /// The mean over the last axis of (p - t)^2.
    MeanSquaredError, MeanSquaredErrorFunction = "mean_squared_error" | "mse" | "MSE" {}
    |this, y_true, y_pred| mean_squared_error(y_true, y_pred)
}

/// The mean over the last axis of (p - t)^2.
pub fn mean_squared_error(y_true: &Value, y_pred: &Value) -> Value {
    (y_pred - like(y_true, y_pred)).square().mean(&[-1], false)
}
