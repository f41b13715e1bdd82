//! Mean squared logarithmic error: for positive numbers of many sizes.
use super::like;
use crate::{Value, globals};

loss! {
    /// The mean over the last axis of (log(p + 1) - log(t + 1))^2, p and t being at least epsilon.
    MeanSquaredLogarithmicError, MeanSquaredLogarithmicErrorFunction = "mean_squared_logarithmic_error" | "msle" | "MSLE" {}
    |this, y_true, y_pred| mean_squared_logarithmic_error(y_true, y_pred)
}

/// The mean over the last axis of (log(p + 1) - log(t + 1))^2, p and t being at least epsilon.
pub fn mean_squared_logarithmic_error(y_true: &Value, y_pred: &Value) -> Value {
    let log = |x: &Value| (x.maximum(globals::epsilon()) + 1.0).log();
    (log(y_pred) - log(&like(y_true, y_pred))).square().mean(&[-1], false)
}
