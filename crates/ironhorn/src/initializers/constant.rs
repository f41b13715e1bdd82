//! Constant: the same value everywhere.
use super::Initializer;
use crate::config::{Config, Number};
use crate::{Array, DType, Philox, Result};

/// Every element has the same value.
#[derive(Clone, Debug, Config)]
#[config(alias = "constant")]
pub struct Constant {
    /// The value.
    #[config(positional, default = 0)]
    pub value: Number,
}

impl Initializer for Constant {
    fn fill(&self, shape: &[usize], dtype: DType, _random: &mut Philox) -> Result<Array> {
        Ok(Array::full(dtype, shape, self.value.get()))
    }
}
