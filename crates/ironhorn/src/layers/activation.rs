//! Activation: a function of each element, or along the last axis.
use crate::activations::Activation as Function;
use crate::config::{Config, Plug};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

/// Applies an activation function.
#[derive(Clone, Debug, Config)]
pub struct Activation {
    /// The function: a name, or one of your own.
    pub activation: Plug<dyn Function>,
}

impl Layer for Activation {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        Ok(vec![self.activation.apply(&inputs[0])])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        use crate::activations::{Relu, Tanh};
        vec![Sample::new(Activation::new(Tanh), &[&[2, 3]]), Sample::new(Activation::new(Relu::new()), &[&[2, 3, 4]]).not_smooth()]
    }
}
