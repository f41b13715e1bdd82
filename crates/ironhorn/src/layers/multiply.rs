//! Multiply: the product of inputs.
use super::merging::{Merge, fold};
use crate::config::Config;
use crate::layer::{Apply, Inputs};
use crate::{Result, Value};

/// Multiplies inputs, two or more, element by element. Inputs have one shape, or sizes of 1 where others repeat.
#[derive(Clone, Debug, Config)]
pub struct Multiply;

impl Merge for Multiply {
    fn merge(&self, inputs: &[Value]) -> Value {
        fold(inputs, |product, x| product * x)
    }
}

/// The product of inputs, element by element.
pub fn multiply(inputs: impl Into<Inputs>) -> Result<Value> {
    Multiply.apply(inputs)
}
