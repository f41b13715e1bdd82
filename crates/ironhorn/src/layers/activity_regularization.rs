//! ActivityRegularization: a penalty on what passes.
use crate::config::{Config, Number};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::regularizers::{L1L2, Regularizer};
use crate::{Result, Value};

/// Passes its input on and adds a penalty on it to the loss: of the whole batch, not divided by its size.
#[derive(Clone, Debug, Config)]
pub struct ActivityRegularization {
    /// Factor of the sum of absolute values.
    #[config(positional, default = 0.0)]
    pub l1: Number,
    /// Factor of the sum of squares.
    #[config(positional, default = 0.0)]
    pub l2: Number,
}

impl Layer for ActivityRegularization {
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let penalty = L1L2::new().l1(self.l1.get()).l2(self.l2.get());
        call.add_loss(penalty.penalty(&inputs[0]));
        Ok(inputs.to_vec())
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(ActivityRegularization::new().l1(0.1).l2(0.2), &[&[2, 3]])]
    }
}
