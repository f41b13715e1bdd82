//! Zeros: what biases start as.
use super::Initializer;
use crate::config::Config;
use crate::{Array, DType, Philox, Result};

/// Every element is 0.
#[derive(Clone, Debug, Config)]
#[config(alias = "zeros", alias = "zero")]
pub struct Zeros;

impl Initializer for Zeros {
    fn fill(&self, shape: &[usize], dtype: DType, _random: &mut Philox) -> Result<Array> {
        Ok(Array::zeros(dtype, shape))
    }
}
