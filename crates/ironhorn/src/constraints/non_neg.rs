//! NonNeg: no weight is negative.
use super::Constraint;
use crate::{Value, config::Config};

/// Sets negative weights to 0.
#[derive(Clone, Debug, Config)]
#[config(alias = "non_neg", alias = "nonneg")]
pub struct NonNeg;

impl Constraint for NonNeg {
    fn apply(&self, w: &Value) -> Value {
        w * w.greater_equal(0.0).cast(w.dtype())
    }
}
