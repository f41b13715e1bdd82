//! Poisson: for counts.
use super::like;
use crate::{Value, globals};

loss! {
    /// The mean over the last axis of p - t log(p + epsilon): what counts t say of rates p.
    Poisson, PoissonFunction = "poisson" {}
    |this, y_true, y_pred| poisson(y_true, y_pred)
}

/// The mean over the last axis of p - t log(p + epsilon).
pub fn poisson(y_true: &Value, y_pred: &Value) -> Value {
    (y_pred - like(y_true, y_pred) * (y_pred + globals::epsilon()).log()).mean(&[-1], false)
}
