//! GaussianDropout: multiplication with normal noise of mean 1 in training.
use crate::config::{Config, Number};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

/// Multiplies with normal noise of mean 1 in training, with the variance that dropout of that rate has
/// (Srivastava et al. 2014, "Dropout").
#[derive(Clone, Debug, Config)]
pub struct GaussianDropout {
    /// The rate p: the standard deviation is sqrt(p / (1 - p)). Nothing happens unless it is between 0 and 1.
    pub rate: Number,
}

impl Layer for GaussianDropout {
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let rate = self.rate.get();
        if !(rate > 0.0 && rate < 1.0 && call.training()) {
            return Ok(inputs.to_vec());
        }
        let x = &inputs[0];
        Ok(vec![x * graph::functions::normal(x.shape(), 1.0, (rate / (1.0 - rate)).sqrt(), x.dtype(), None)])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(GaussianDropout::new(0.5), &[&[2, 3]])]
    }
}
