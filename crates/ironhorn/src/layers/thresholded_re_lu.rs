//! ThresholdedReLU: zero up to a threshold.
use crate::config::{Config, F32Rounded};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

/// x where it is above `theta`, 0 elsewhere (Konda et al. 2014).
#[derive(Clone, Debug, Config)]
pub struct ThresholdedReLU {
    /// The threshold.
    #[config(positional, default = 1.0)]
    pub theta: F32Rounded,
}

impl Layer for ThresholdedReLU {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        Ok(vec![x * x.greater(self.theta.get()).cast(x.dtype())])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(ThresholdedReLU::new(), &[&[2, 3]])]
    }
}
