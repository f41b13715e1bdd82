//! Relu: the rectifier, with a leak, a cap and a threshold where they are wanted.
use super::Activation;
use crate::{Value, config::Config};

/// x where it is above `threshold`, `alpha` (x - `threshold`) below, and at most `max_value`.
#[derive(Clone, Debug, Config)]
#[config(function, name = "relu")]
pub struct Relu {
    /// Slope below the threshold.
    #[config(default = 0.0)]
    pub alpha: f64,
    /// Largest value, or none.
    #[config(default = None)]
    pub max_value: Option<f64>,
    /// From where on x passes.
    #[config(default = 0.0)]
    pub threshold: f64,
}

impl Activation for Relu {
    fn apply(&self, x: &Value) -> Value {
        let Relu { alpha, max_value, threshold } = *self;
        let leaks = alpha != 0.0;
        if leaks && max_value.is_none() && threshold == 0.0 {
            return Value::select(&x.greater(0.0), x, &(x * alpha));
        }
        let above = if threshold == 0.0 { x.relu() } else { Value::select(&x.greater(threshold), x, &x.number(0.0)) };
        let capped = match max_value {
            // At the cap itself the gradient passes, except that of six, which is an operation of its own in TensorFlow.
            Some(6.0) if threshold == 0.0 => Value::select(&above.less(6.0), &above, &x.number(6.0)),
            Some(most) => above.clip(0.0, most),
            None => above,
        };
        if leaks { capped - (threshold - x).relu() * alpha } else { capped }
    }
}
