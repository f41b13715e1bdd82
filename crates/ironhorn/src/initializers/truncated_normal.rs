//! TruncatedNormal: Gauss's distribution without its tails.
use super::{Initializer, Seed, drawn, truncated};
use crate::config::{Config, Number};
use crate::{Array, DType, Philox, Result};

/// Normally distributed values, drawn again where they are more than two standard deviations from the mean. The standard
/// deviation of the result is therefore 0.88 of the one given.
#[derive(Clone, Debug, Config)]
#[config(alias = "truncated_normal")]
pub struct TruncatedNormal {
    /// Mean of the values.
    #[config(positional, default = 0.0)]
    pub mean: Number,
    /// Standard deviation of the values before the tails are cut.
    #[config(positional, default = 0.05)]
    pub stddev: Number,
    /// Seed of its own; each draw advances it by one.
    #[config(default = None)]
    pub seed: Seed,
}

impl Initializer for TruncatedNormal {
    fn fill(&self, shape: &[usize], dtype: DType, random: &mut Philox) -> Result<Array> {
        let (mean, stddev) = (self.mean.get(), self.stddev.get());
        drawn(shape, dtype, &self.seed, random, |stream| mean + stddev * truncated(stream))
    }
}
