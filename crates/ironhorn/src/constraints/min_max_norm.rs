//! MinMaxNorm: the length of each weight vector lies between two limits, at once or step by step.
use super::{Constraint, norms, rescaled};
use crate::Value;
use crate::config::{Config, Number, OneOrList};

/// Scales weight vectors so that their norm comes to lie between `min_value` and `max_value`.
#[derive(Clone, Debug, Config)]
#[config(alias = "min_max_norm")]
pub struct MinMaxNorm {
    /// Smallest norm.
    #[config(default = 0.0)]
    pub min_value: Number,
    /// Largest norm.
    #[config(default = 1.0)]
    pub max_value: Number,
    /// Which part of the way is gone in one step: 1.0 enforces the limits at once.
    #[config(default = 1.0)]
    pub rate: Number,
    /// The axis or axes a vector runs along: 0 for the weights into a unit of Dense, `[0, 1, 2]` for a filter of Conv2D.
    #[config(default = 0)]
    pub axis: OneOrList<i64>,
}

impl Constraint for MinMaxNorm {
    fn apply(&self, w: &Value) -> Value {
        let norms = norms(w, &self.axis);
        let rate = self.rate.get();
        let desired = norms.clip(self.min_value.get(), self.max_value.get()) * rate + &norms * (1.0 - rate);
        rescaled(w, &norms, &desired)
    }
}
