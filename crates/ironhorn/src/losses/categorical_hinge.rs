//! Categorical hinge: the right class is to score higher than every other one by a margin of 1.
use super::like;
use crate::Value;

loss! {
    /// max(0, 1 + the highest score of a wrong class - the score of the right one), with one-hot labels over the last axis.
    CategoricalHinge, CategoricalHingeFunction = "categorical_hinge" {}
    |this, y_true, y_pred| categorical_hinge(y_true, y_pred)
}

/// max(0, max((1 - t) p) - sum(t p) + 1) over the last axis.
pub fn categorical_hinge(y_true: &Value, y_pred: &Value) -> Value {
    let t = like(y_true, y_pred);
    let right = (&t * y_pred).sum(&[-1], false);
    let wrong = ((1.0 - &t) * y_pred).max(&[-1], false);
    (wrong + (1.0 - right)).relu()
}
