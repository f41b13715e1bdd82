//! Average: the mean of inputs.
use super::merging::{Merge, fold};
use crate::config::Config;
use crate::layer::{Apply, Inputs};
use crate::{Result, Value};

/// Averages inputs, two or more, element by element. Inputs have one shape, or sizes of 1 where others repeat.
#[derive(Clone, Debug, Config)]
pub struct Average;

impl Merge for Average {
    fn merge(&self, inputs: &[Value]) -> Value {
        fold(inputs, |sum, x| sum + x) / inputs.len() as f64
    }
}

/// The mean of inputs, element by element.
pub fn average(inputs: impl Into<Inputs>) -> Result<Value> {
    Average.apply(inputs)
}
