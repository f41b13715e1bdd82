//! Huber's loss: squares near the target, absolute values far from it. Huber 1964.
use super::like;
use crate::Value;

loss! {
    /// Half the squared error up to `delta`, growing linearly beyond. Of each element: unlike the other losses it has no mean
    /// over the last axis.
    Huber, HuberFunction = "huber_loss" {
        /// Where the square ends.
        #[config(positional, default = 1.0)]
        delta: f64,
    }
    |this, y_true, y_pred| huber_loss(y_true, y_pred, this.delta)
}

/// e^2 / 2 up to |e| = delta, delta |e| - delta^2 / 2 beyond, of each element.
pub fn huber_loss(y_true: &Value, y_pred: &Value, delta: f64) -> Value {
    let size = (y_pred - like(y_true, y_pred)).abs();
    let quadratic = size.minimum(delta);
    let linear = size - &quadratic;
    quadratic.square() * 0.5 + linear * delta
}
