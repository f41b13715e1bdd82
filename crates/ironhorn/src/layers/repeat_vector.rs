//! RepeatVector: a vector as each step of a sequence.
use crate::config::{Config, positive};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Dim, Result, Shape, Value};

/// Repeats its input `n` times: from (batch, features) to (batch, n, features).
#[derive(Clone, Debug, Config)]
pub struct RepeatVector {
    /// How often.
    #[config(check = positive)]
    pub n: usize,
}

impl Layer for RepeatVector {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        let shape = Shape(vec![x.dim(0), Dim::Known(self.n), x.dim(1)]);
        Ok(vec![x.expand_dims(1).broadcast_to(&shape)])
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::ndim(2)]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(RepeatVector::new(3), &[&[2, 4]])]
    }
}
