//! Selu: elu, scaled so that layers keep mean 0 and variance 1. Klambauer, Unterthiner, Mayr, Hochreiter 2017.
use super::Activation;
use crate::{Value, config::Config};

/// 1.0507 x above 0, 1.7581 (e^x - 1) below. Goes with the initializer `lecun_normal` and with AlphaDropout.
#[derive(Clone, Debug, Config)]
#[config(function, name = "selu")]
pub struct Selu;

impl Activation for Selu {
    fn apply(&self, x: &Value) -> Value {
        x.selu()
    }
}
