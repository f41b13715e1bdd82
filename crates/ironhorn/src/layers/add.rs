//! Add: the sum of inputs.
use super::merging::{Merge, fold};
use crate::config::Config;
use crate::layer::{Apply, Inputs};
use crate::{Result, Value};

/// Adds inputs, two or more. Inputs have one shape, or sizes of 1 where others repeat.
#[derive(Clone, Debug, Config)]
pub struct Add;

impl Merge for Add {
    fn merge(&self, inputs: &[Value]) -> Value {
        fold(inputs, |sum, x| sum + x)
    }
}

/// The sum of inputs.
pub fn add(inputs: impl Into<Inputs>) -> Result<Value> {
    Add.apply(inputs)
}
