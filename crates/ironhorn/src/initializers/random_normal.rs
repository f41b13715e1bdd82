//! RandomNormal: Gauss's distribution.
use super::{Initializer, Seed, drawn};
use crate::config::{Config, Number};
use crate::{Array, DType, Philox, Result};

/// Normally distributed values.
#[derive(Clone, Debug, Config)]
#[config(alias = "random_normal", alias = "normal")]
pub struct RandomNormal {
    /// Mean of the values.
    #[config(positional, default = 0.0)]
    pub mean: Number,
    /// Standard deviation of the values.
    #[config(positional, default = 0.05)]
    pub stddev: Number,
    /// Seed of its own; each draw advances it by one.
    #[config(default = None)]
    pub seed: Seed,
}

impl Initializer for RandomNormal {
    fn fill(&self, shape: &[usize], dtype: DType, random: &mut Philox) -> Result<Array> {
        let (mean, stddev) = (self.mean.get(), self.stddev.get());
        drawn(shape, dtype, &self.seed, random, |stream| mean + stddev * stream.normal())
    }
}
