//! Exponential: for rates and other outputs that are positive and multiply.
use super::Activation;
use crate::{Value, config::Config};

/// e^x.
#[derive(Clone, Debug, Config)]
#[config(function, name = "exponential")]
pub struct Exponential;

impl Activation for Exponential {
    fn apply(&self, x: &Value) -> Value {
        x.exp()
    }
}
