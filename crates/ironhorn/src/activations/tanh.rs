//! Hyperbolic tangent: the usual one inside recurrent layers.
use super::Activation;
use crate::{Value, config::Config};

/// Hyperbolic tangent, between -1 and 1.
#[derive(Clone, Debug, Config)]
#[config(function, name = "tanh")]
pub struct Tanh;

impl Activation for Tanh {
    fn apply(&self, x: &Value) -> Value {
        x.tanh()
    }
}
