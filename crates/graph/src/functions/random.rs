//! Random tensors. Each draw has a key of its own (seed, layer call, ordinal of the draw); the run counter makes every run
//! different and every repetition of a run the same.
use crate::{
    ops::random::{Dropout, Law, Random},
    random,
    value::Value,
};
use tensor::{DType, Dim, Shape};

fn draw(law: Law, shape: &Shape, dtype: DType, seed: Option<u64>) -> Value {
    Value::apply(Random { law, shape: shape.clone(), dtype, key: random::key(seed) }, &[&random::counter()])
}

/// Uniform between `low` and `high`.
pub fn uniform(shape: &Shape, low: f64, high: f64, dtype: DType, seed: Option<u64>) -> Value {
    draw(Law::Uniform { low, high }, shape, dtype, seed)
}
/// Normal.
pub fn normal(shape: &Shape, mean: f64, stddev: f64, dtype: DType, seed: Option<u64>) -> Value {
    draw(Law::Normal { mean, stddev }, shape, dtype, seed)
}
/// Normal without what lies beyond two standard deviations.
pub fn truncated_normal(shape: &Shape, mean: f64, stddev: f64, dtype: DType, seed: Option<u64>) -> Value {
    draw(Law::TruncatedNormal { mean, stddev }, shape, dtype, seed)
}
/// 1 with probability `p`, else 0.
pub fn bernoulli(shape: &Shape, p: f64, dtype: DType, seed: Option<u64>) -> Value {
    draw(Law::Bernoulli { p }, shape, dtype, seed)
}

impl Value {
    /// Zeros a fraction `rate` of self and scales the rest by 1 / (1 - rate). Axes where `noise_shape` is 1 are dropped
    /// whole; `None` there means the size of self.
    pub fn dropout(&self, rate: f64, noise_shape: Option<&[Option<Dim>]>, seed: Option<u64>) -> Value {
        let noise = match noise_shape {
            None => self.shape().clone(),
            Some(noise) => Shape(noise.iter().zip(&self.shape().0).map(|(n, d)| n.unwrap_or(*d)).collect()),
        };
        Value::apply(Dropout { rate, noise, key: random::key(seed) }, &[self, &random::counter()])
    }
}
