//! LeakyReLU: a rectifier that lets a little through below zero.
use crate::config::{Config, F32Rounded};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

/// x where it is not negative, `alpha` x elsewhere (Maas et al. 2013).
#[derive(Clone, Debug, Config)]
pub struct LeakyReLU {
    /// Slope below zero.
    #[config(positional, default = 0.3)]
    pub alpha: F32Rounded,
}

impl Layer for LeakyReLU {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        Ok(vec![Value::select(&x.greater(0.0), x, &(x * self.alpha.get()))])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(LeakyReLU::new(), &[&[2, 3]])]
    }
}
