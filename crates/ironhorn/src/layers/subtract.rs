//! Subtract: the difference of two inputs.
use super::merging::Merge;
use crate::config::Config;
use crate::layer::{Apply, Inputs};
use crate::{Result, Value};

/// Subtracts the second of two inputs from the first. Inputs have one shape, or sizes of 1 where others repeat.
#[derive(Clone, Debug, Config)]
pub struct Subtract;

impl Merge for Subtract {
    fn merge(&self, inputs: &[Value]) -> Value {
        &inputs[0] - &inputs[1]
    }
    fn count(&self) -> Option<usize> {
        Some(2)
    }
}

/// The difference of two inputs.
pub fn subtract(inputs: impl Into<Inputs>) -> Result<Value> {
    Subtract.apply(inputs)
}
