//! ELU: the exponential linear unit.
use crate::config::{Config, F32Rounded};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

/// x above zero, `alpha` (e^x - 1) below (Clevert et al. 2015).
#[derive(Clone, Debug, Config)]
pub struct ELU {
    /// Scale below zero.
    #[config(positional, default = 1.0)]
    pub alpha: F32Rounded,
}

impl Layer for ELU {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        Ok(vec![x.elu(self.alpha.get())])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(ELU::new(), &[&[2, 3]]), Sample::new(ELU::new().alpha(0.5), &[&[2, 3]])]
    }
}
