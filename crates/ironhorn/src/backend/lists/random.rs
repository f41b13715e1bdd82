//! Random tensors: drawn anew at each run.
use crate::backend::{Ranks, operation::functions};
use crate::{DType, Result, globals};
use graph::{Value, functions as draw};

fn floats(dtype: Option<DType>) -> DType {
    dtype.unwrap_or_else(globals::floatx)
}

fn bits(seed: Option<i64>) -> Option<u64> {
    seed.map(|s| s as u64)
}

functions! {
    /// Random ones.
    pub static RANDOM;
    /// 1 with probability `p`, 0 otherwise.
    function "random_binomial"(shape: Ranks, p: f64 = "0", dtype: Option<DType> = "null", seed: Option<i64> = "null") -> Result<Value> => Ok(draw::bernoulli(&shape.shape()?, p, floats(dtype), bits(seed)));
    /// Normally distributed numbers.
    function "random_normal"(shape: Ranks, mean: f64 = "0", stddev: f64 = "1", dtype: Option<DType> = "null", seed: Option<i64> = "null") -> Result<Value> => Ok(draw::normal(&shape.shape()?, mean, stddev, floats(dtype), bits(seed)));
    /// Uniformly distributed numbers.
    function "random_uniform"(shape: Ranks, minval: f64 = "0", maxval: f64 = "1", dtype: Option<DType> = "null", seed: Option<i64> = "null") -> Result<Value> => Ok(draw::uniform(&shape.shape()?, minval, maxval, floats(dtype), bits(seed)));
    /// Normally distributed numbers, none farther than two standard deviations from the mean.
    function "truncated_normal"(shape: Ranks, mean: f64 = "0", stddev: f64 = "1", dtype: Option<DType> = "null", seed: Option<i64> = "null") -> Result<Value> => Ok(draw::truncated_normal(&shape.shape()?, mean, stddev, floats(dtype), bits(seed)));
}
