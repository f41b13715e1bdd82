//! Sigmoid: probabilities of independent yes and no.
use super::Activation;
use crate::{Value, config::Config};

/// 1 / (1 + e^-x), between 0 and 1.
#[derive(Clone, Debug, Config)]
#[config(function, name = "sigmoid")]
pub struct Sigmoid;

impl Activation for Sigmoid {
    fn apply(&self, x: &Value) -> Value {
        x.sigmoid()
    }
}
