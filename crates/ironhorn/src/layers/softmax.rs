//! Softmax: e^x as parts of a whole along an axis.
use crate::config::Config;
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

/// e^x divided by its sum along an axis.
#[derive(Clone, Debug, Config)]
pub struct Softmax {
    /// The axis.
    #[config(positional, default = -1)]
    pub axis: i64,
}

impl Layer for Softmax {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        Ok(vec![x.softmax(self.axis)])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(Softmax::new(), &[&[2, 3]]), Sample::new(Softmax::new().axis(1), &[&[2, 3, 2]])]
    }
}
