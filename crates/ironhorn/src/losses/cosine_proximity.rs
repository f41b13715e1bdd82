//! Cosine proximity: the angle between targets and predictions.
use super::{like, unit_length};
use crate::Value;

loss_function! {
    /// Minus the cosine of the angle between target and prediction, along `axis`: from -1, the same direction, to 1.
    CosineProximityFunction = "cosine_proximity" | "cosine" | "cosine_similarity" {
        /// The axis the vectors run along.
        #[config(default = -1)]
        axis: i64,
    }
    |this, y_true, y_pred| cosine_proximity(y_true, y_pred, this.axis)
}

/// Minus the sum along `axis` of the products of vectors scaled to length 1.
pub fn cosine_proximity(y_true: &Value, y_pred: &Value, axis: i64) -> Value {
    let t = like(y_true, y_pred);
    -(unit_length(&t, axis) * unit_length(y_pred, axis)).sum(&[axis], false)
}
