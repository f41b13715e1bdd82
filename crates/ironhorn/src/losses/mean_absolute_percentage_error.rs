//! Mean absolute percentage error: errors as parts of the target.
use super::like;
use crate::{Value, globals};

loss! {
    /// 100 times the mean over the last axis of |t - p| / max(|t|, epsilon).
    MeanAbsolutePercentageError, MeanAbsolutePercentageErrorFunction = "mean_absolute_percentage_error" | "mape" | "MAPE" {}
    |this, y_true, y_pred| mean_absolute_percentage_error(y_true, y_pred)
}

/// 100 times the mean over the last axis of |t - p| / max(|t|, epsilon).
pub fn mean_absolute_percentage_error(y_true: &Value, y_pred: &Value) -> Value {
    let t = like(y_true, y_pred);
    let parts = ((&t - y_pred) / t.abs().maximum(globals::epsilon())).abs();
    parts.mean(&[-1], false) * 100.0
}
