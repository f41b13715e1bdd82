//! Maximum: the largest of inputs.
use super::merging::{Merge, fold};
use crate::config::Config;
use crate::layer::{Apply, Inputs};
use crate::{Result, Value};

/// Takes the largest of inputs, two or more, element by element. Inputs have one shape, or sizes of 1 where others repeat.
#[derive(Clone, Debug, Config)]
pub struct Maximum;

impl Merge for Maximum {
    fn merge(&self, inputs: &[Value]) -> Value {
        fold(inputs, |largest, x| largest.maximum(x))
    }
}

/// The largest of inputs, element by element.
pub fn maximum(inputs: impl Into<Inputs>) -> Result<Value> {
    Maximum.apply(inputs)
}
