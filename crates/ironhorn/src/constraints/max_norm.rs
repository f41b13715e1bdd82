//! MaxNorm: no weight vector is longer than a limit. Srivastava and others 2014, section 5.1.
use super::{Constraint, norms, rescaled};
use crate::Value;
use crate::config::{Config, Number, OneOrList};

/// Shortens weight vectors that are longer than `max_value`.
#[derive(Clone, Debug, Config)]
#[config(alias = "max_norm", alias = "maxnorm")]
pub struct MaxNorm {
    /// Largest norm.
    #[config(positional, default = 2)]
    pub max_value: Number,
    /// The axis or axes a vector runs along: 0 for the weights into a unit of Dense, `[0, 1, 2]` for a filter of Conv2D.
    #[config(default = 0)]
    pub axis: OneOrList<i64>,
}

impl Constraint for MaxNorm {
    fn apply(&self, w: &Value) -> Value {
        let norms = norms(w, &self.axis);
        rescaled(w, &norms, &norms.clip(0.0, self.max_value.get()))
    }
}
