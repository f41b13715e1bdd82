//! Minimum: the smallest of inputs.
use super::merging::{Merge, fold};
use crate::config::Config;
use crate::layer::{Apply, Inputs};
use crate::{Result, Value};

/// Takes the smallest of inputs, two or more, element by element. Inputs have one shape, or sizes of 1 where others repeat.
#[derive(Clone, Debug, Config)]
pub struct Minimum;

impl Merge for Minimum {
    fn merge(&self, inputs: &[Value]) -> Value {
        fold(inputs, |smallest, x| smallest.minimum(x))
    }
}

/// The smallest of inputs, element by element.
pub fn minimum(inputs: impl Into<Inputs>) -> Result<Value> {
    Minimum.apply(inputs)
}
