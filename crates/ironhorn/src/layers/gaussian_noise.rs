//! GaussianNoise: normal noise is added in training.
use crate::config::{Config, Number};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

/// Adds normal noise of mean 0 in training.
#[derive(Clone, Debug, Config)]
pub struct GaussianNoise {
    /// Standard deviation of the noise.
    pub stddev: Number,
}

impl Layer for GaussianNoise {
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        if !call.training() {
            return Ok(inputs.to_vec());
        }
        let x = &inputs[0];
        Ok(vec![x + graph::functions::normal(x.shape(), 0.0, self.stddev.get(), x.dtype(), None)])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(GaussianNoise::new(0.5), &[&[2, 3]])]
    }
}
