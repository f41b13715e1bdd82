//! Orthogonal: a random rotation, so that signals neither grow nor shrink through recurrences.
use super::{Initializer, Seed};
use crate::config::{Config, Number};
use crate::{Array, DType, Error, Philox, Result};

/// A random orthogonal matrix, times a gain. The last axis is the matrix's columns, all others together its rows; of a
/// rectangular one the shorter side's vectors are orthonormal.
#[derive(Clone, Debug, Config)]
#[config(alias = "orthogonal")]
pub struct Orthogonal {
    /// What the matrix is multiplied by.
    #[config(positional, default = 1.0)]
    pub gain: Number,
    /// Seed of its own; each draw advances it by one.
    #[config(default = None)]
    pub seed: Seed,
}

impl Initializer for Orthogonal {
    fn fill(&self, shape: &[usize], dtype: DType, random: &mut Philox) -> Result<Array> {
        let Some((&columns, outer)) = shape.split_last() else {
            return Err(Error::value("initializer_shape", "Orthogonal needs a shape of at least one axis; received a scalar's."));
        };
        let rows: usize = outer.iter().product();
        let vectors = self.seed.stream(random, |stream| orthonormal(rows.min(columns), rows.max(columns), stream));
        let gain = self.gain.get();
        let data: Vec<f64> = (0..rows * columns)
            .map(|i| (i / columns, i % columns))
            .map(|(r, c)| gain * if rows <= columns { vectors[r][c] } else { vectors[c][r] })
            .collect();
        Array::from_f64(dtype, shape, &data)
    }
}

/// `count` orthonormal vectors of `len` numbers, distributed evenly over all such sets: Gram and Schmidt's method on normally
/// distributed vectors, which is the QR decomposition whose R has a positive diagonal.
fn orthonormal(count: usize, len: usize, stream: &mut Philox) -> Vec<Vec<f64>> {
    let mut vectors: Vec<Vec<f64>> = Vec::with_capacity(count);
    while vectors.len() < count {
        let mut v: Vec<f64> = (0..len).map(|_| stream.normal()).collect();
        let drawn = norm(&v);
        // The second round removes what rounding left of the first.
        for u in vectors.iter().chain(&vectors) {
            let along: f64 = u.iter().zip(&v).map(|(a, b)| a * b).sum();
            v.iter_mut().zip(u).for_each(|(x, a)| *x -= along * a);
        }
        let left = norm(&v);
        // What is left of a vector that lay within the others is noise: draw again.
        if left > 1e-8 * drawn {
            v.iter_mut().for_each(|x| *x /= left);
            vectors.push(v);
        }
    }
    vectors
}

fn norm(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}
