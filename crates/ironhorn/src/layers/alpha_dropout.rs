//! AlphaDropout: dropout that keeps mean and variance of what selu gives.
use crate::config::{Config, Number, PartialShape};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Dim, Result, Shape, Value};

/// Dropout for layers of selu: sets a fraction to selu's lower limit and then scales and shifts, so that mean and variance stay
/// (Klambauer et al. 2017, "Self-Normalizing Neural Networks").
#[derive(Clone, Debug, Config)]
pub struct AlphaDropout {
    /// Fraction that is dropped. Nothing happens unless it is between 0 and 1.
    pub rate: Number,
    /// Shape of the mask: axes of size 1 are dropped whole, null is the input's size.
    #[config(positional, default = None, omit_none)]
    pub noise_shape: Option<PartialShape>,
    /// Seed of its own.
    #[config(positional, default = None, omit_none)]
    pub seed: Option<i64>,
}

/// Where selu ends for large negative numbers.
const LOWEST: f64 = -1.673_263_242_354_377_2 * 1.050_700_987_355_480_5;

impl Layer for AlphaDropout {
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let rate = self.rate.get();
        if !(rate > 0.0 && rate < 1.0 && call.training()) {
            return Ok(inputs.to_vec());
        }
        let x = &inputs[0];
        let shape = match &self.noise_shape {
            Some(noise) => Shape(noise.iter().zip(&x.shape().0).map(|(n, d)| n.map_or(*d, Dim::Known)).collect()),
            None => x.shape().clone(),
        };
        let kept = graph::functions::bernoulli(&shape, 1.0 - rate, x.dtype(), self.seed.map(|s| s as u64));
        let scale = ((1.0 - rate) * (1.0 + rate * LOWEST * LOWEST)).powf(-0.5);
        let dropped = (1.0 - &kept) * LOWEST;
        Ok(vec![(x * &kept + dropped) * scale - scale * LOWEST * rate])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![
            Sample::new(AlphaDropout::new(0.25), &[&[2, 3]]),
            Sample::new(AlphaDropout::new(0.5).seed(3).noise_shape(vec![None, Some(1)]), &[&[2, 3]]),
        ]
    }
}
