//! UnitNorm: each weight vector has length 1.
use super::{Constraint, norms};
use crate::config::{Config, OneOrList};
use crate::{Value, globals};

/// Scales weight vectors to norm 1.
#[derive(Clone, Debug, Config)]
#[config(alias = "unit_norm", alias = "unitnorm")]
pub struct UnitNorm {
    /// The axis or axes a vector runs along: 0 for the weights into a unit of Dense, `[0, 1, 2]` for a filter of Conv2D.
    #[config(positional, default = 0)]
    pub axis: OneOrList<i64>,
}

impl Constraint for UnitNorm {
    fn apply(&self, w: &Value) -> Value {
        w / (norms(w, &self.axis) + globals::epsilon())
    }
}
