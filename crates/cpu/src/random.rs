//! Random numbers by Philox.
use crate::{Buffers, Kernel, Part};
use tensor::{DType, philox};

/// A distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Uniform.
    Uniform {
        /// Low.
        low: f64,
        /// High.
        high: f64,
    },
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Deviation.
        stddev: f64,
    },
    /// Normal within two deviations.
    TruncatedNormal {
        /// Mean.
        mean: f64,
        /// Deviation.
        stddev: f64,
    },
    /// One with probability p.
    Bernoulli {
        /// Probability.
        p: f64,
    },
}

/// Draws.
pub struct Random(Law, DType, usize, u64);
impl Random {
    /// Draws `count`.
    pub fn new(law: Law, dtype: DType, count: usize, key: u64) -> Random {
        Random(law, dtype, count, key)
    }
}
fn word(key: u64, counter: i64, i: usize) -> u32 {
    philox([key as u32, (key >> 32) as u32], [i as u32, 0, counter as u32, (counter >> 32) as u32])[0]
}
fn counter(b: &Buffers, at: usize) -> i64 {
    let mut bytes = [0; 8];
    b.inputs[at].read(&mut bytes);
    i64::from_ne_bytes(bytes)
}
impl Kernel for Random {
    fn phases(&self) -> &[usize] {
        &[1]
    }
    fn run(&self, b: &Buffers, _: usize, _: Part) {
        let c = counter(b, 0);
        for i in 0..self.2 {
            let u = (f64::from(word(self.3, c, i)) + 0.5) / 4294967296.0;
            let x = match self.0 {
                Law::Uniform { low, high } => low + (high - low) * u,
                Law::Normal { mean, stddev } | Law::TruncatedNormal { mean, stddev } => mean + stddev * (u - 0.5) * 3.0,
                Law::Bernoulli { p } => f64::from(u < p),
            };
            // SAFETY: temporary.
            unsafe {
                match self.1 {
                    DType::F32 => *b.outputs[0].pointer.cast::<f32>().add(i) = x as f32,
                    _ => *b.outputs[0].pointer.cast::<f64>().add(i) = x,
                }
            }
        }
    }
}
/// Dropout.
pub struct Dropout(f64, DType, Vec<usize>, Vec<usize>, u64);
impl Dropout {
    /// Dropout.
    pub fn new(rate: f64, dtype: DType, shape: &[usize], noise: &[usize], key: u64) -> Dropout {
        Dropout(rate, dtype, shape.into(), noise.into(), key)
    }
}
impl Kernel for Dropout {
    fn phases(&self) -> &[usize] {
        &[1]
    }
    fn run(&self, b: &Buffers, _: usize, _: Part) {
        let c = counter(b, 1);
        let strides = tensor::strides(&self.3);
        for i in 0..self.2.iter().product::<usize>() {
            let (mut rest, mut j) = (i, 0);
            for a in (0..self.2.len()).rev() {
                if self.3[a] > 1 {
                    j += rest % self.2[a] * strides[a];
                }
                rest /= self.2[a];
            }
            let keep = f64::from(word(self.4, c, j)) / 4294967296.0 >= self.0;
            let s = if keep { 1.0 / (1.0 - self.0) } else { 0.0 };
            // SAFETY: temporary.
            unsafe {
                match self.1 {
                    DType::F32 => *b.outputs[0].pointer.cast::<f32>().add(i) = *b.inputs[0].pointer.cast::<f32>().add(i) * s as f32,
                    _ => *b.outputs[0].pointer.cast::<f64>().add(i) = *b.inputs[0].pointer.cast::<f64>().add(i) * s,
                }
            }
        }
    }
}
