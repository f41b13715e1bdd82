//! Kullback-Leibler divergence: how much one distribution tells of another.
use super::like;
use crate::{Value, globals};

loss! {
    /// The sum over the last axis of t log(t / p), both kept between epsilon and 1.
    KLDivergence, KLDivergenceFunction = "kullback_leibler_divergence" | "kld" | "KLD" {}
    |this, y_true, y_pred| kullback_leibler_divergence(y_true, y_pred)
}

/// The sum over the last axis of t log(t / p), both kept between epsilon and 1.
pub fn kullback_leibler_divergence(y_true: &Value, y_pred: &Value) -> Value {
    let t = like(y_true, y_pred).clip(globals::epsilon(), 1.0);
    let p = y_pred.clip(globals::epsilon(), 1.0);
    (&t * (&t / p).log()).sum(&[-1], false)
}
