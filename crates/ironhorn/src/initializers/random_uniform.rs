//! RandomUniform: every value of a range alike.
use super::{Initializer, Seed, drawn};
use crate::config::{Config, Number};
use crate::{Array, DType, Philox, Result};

/// Uniformly distributed values.
#[derive(Clone, Debug, Config)]
#[config(alias = "random_uniform", alias = "uniform")]
pub struct RandomUniform {
    /// Lower bound of the values.
    #[config(positional, default = -0.05)]
    pub minval: Number,
    /// Upper bound of the values.
    #[config(positional, default = 0.05)]
    pub maxval: Number,
    /// Seed of its own; each draw advances it by one.
    #[config(default = None)]
    pub seed: Seed,
}

impl Initializer for RandomUniform {
    fn fill(&self, shape: &[usize], dtype: DType, random: &mut Philox) -> Result<Array> {
        let (low, high) = (self.minval.get(), self.maxval.get());
        drawn(shape, dtype, &self.seed, random, |stream| low + (high - low) * stream.uniform())
    }
}
