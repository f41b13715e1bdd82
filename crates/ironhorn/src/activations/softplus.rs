//! Softplus: relu without the corner.
use super::Activation;
use crate::{Value, config::Config};

/// log(1 + e^x).
#[derive(Clone, Debug, Config)]
#[config(function, name = "softplus")]
pub struct Softplus;

impl Activation for Softplus {
    fn apply(&self, x: &Value) -> Value {
        x.softplus()
    }
}
