//! Masking: steps that are nothing but one value are left out from here on.
use crate::config::{Config, Number};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

/// Masks the steps of a sequence whose features all equal a value: layers that know masks skip them. They are zeros in the output.
#[derive(Clone, Debug, Config)]
pub struct Masking {
    /// The value.
    #[config(positional, default = 0.0)]
    pub mask_value: Number,
}

impl Masking {
    fn kept(&self, x: &Value, keepdims: bool) -> Value {
        x.not_equal(self.mask_value.get()).any(&[-1], keepdims)
    }
}

impl Layer for Masking {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        Ok(vec![x * self.kept(x, true).cast(x.dtype())])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn masks(&self, _: &mut Call, inputs: &[Value], _: &[Value]) -> Result<Vec<Option<Value>>> {
        Ok(vec![Some(self.kept(&inputs[0], false).ok()?)])
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(Masking::new(), &[&[2, 3, 2]]), Sample::new(Masking::new().mask_value(-1), &[&[2, 3, 2]])]
    }
}
