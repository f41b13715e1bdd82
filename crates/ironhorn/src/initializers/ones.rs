//! Ones: what scales start as.
use super::Initializer;
use crate::config::Config;
use crate::{Array, DType, Philox, Result};

/// Every element is 1.
#[derive(Clone, Debug, Config)]
#[config(alias = "ones", alias = "one")]
pub struct Ones;

impl Initializer for Ones {
    fn fill(&self, shape: &[usize], dtype: DType, _random: &mut Philox) -> Result<Array> {
        Ok(Array::full(dtype, shape, 1.0))
    }
}
