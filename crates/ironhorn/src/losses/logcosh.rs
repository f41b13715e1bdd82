//! Logcosh: like the squared error for small errors, like the absolute error for large ones.
use super::like;
use crate::Value;

loss! {
    /// The mean over the last axis of log(cosh(p - t)).
    LogCosh, LogCoshFunction = "logcosh" {}
    |this, y_true, y_pred| logcosh(y_true, y_pred)
}

/// The mean over the last axis of log(cosh(p - t)), written so that it does not overflow.
pub fn logcosh(y_true: &Value, y_pred: &Value) -> Value {
    let x = y_pred - like(y_true, y_pred);
    (&x + (&x * -2.0).softplus() - std::f64::consts::LN_2).mean(&[-1], false)
}
