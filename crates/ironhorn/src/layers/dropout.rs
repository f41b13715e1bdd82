//! Dropout: zeros a part of the input in training, so that no unit relies on another.
use crate::config::{Config, Fraction, PartialShape};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Dim, Result, Value};

/// Sets a fraction of the input to zero at each step of training and scales the rest up, so that the sum stays.
#[derive(Clone, Debug, Config)]
pub struct Dropout {
    /// Fraction that is dropped, clamped to 0 to 1. At 0 and at 1 nothing is dropped.
    pub rate: Fraction,
    /// Shape of the mask: axes of size 1 are dropped whole, null is the input's size.
    #[config(positional, default = None)]
    pub noise_shape: Option<PartialShape>,
    /// Seed of its own.
    #[config(positional, default = None)]
    pub seed: Option<i64>,
}

impl Layer for Dropout {
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let rate = self.rate.get();
        if !(rate > 0.0 && rate < 1.0 && call.training()) {
            return Ok(inputs.to_vec());
        }
        let noise: Option<Vec<_>> = self.noise_shape.as_ref().map(|shape| shape.iter().map(|n| n.map(Dim::Known)).collect());
        Ok(vec![inputs[0].dropout(rate, noise.as_deref(), self.seed.map(|s| s as u64))])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![
            Sample::new(Dropout::new(0.0), &[&[2, 3]]),
            Sample::new(Dropout::new(0.5).seed(1).noise_shape(vec![None, Some(1)]), &[&[2, 3]]),
        ]
    }
}
