//! Hard sigmoid: three straight pieces instead of an exponential.
use super::Activation;
use crate::{Value, config::Config};

/// 0 below -2.5, 1 above 2.5, 0.2 x + 0.5 between.
#[derive(Clone, Debug, Config)]
#[config(function, name = "hard_sigmoid")]
pub struct HardSigmoid;

impl Activation for HardSigmoid {
    fn apply(&self, x: &Value) -> Value {
        (x * 0.2 + 0.5).clip(0.0, 1.0)
    }
}
