//! Tests of all layers: what Keras answers, a walk over the list for what must hold of each, and single ones.
mod answers;
mod recurrent;
mod single;
mod walk;

use super::SAMPLES;
use crate::layer::{InputOptions, input_with};
use crate::{Array, Result, Value};

/// Inputs of those arrays' shapes, of any batch or of theirs.
fn symbols(arrays: &[Array], fixed: bool) -> Result<Vec<Value>> {
    let batch = |a: &Array| a.shape().first().copied().filter(|_| fixed);
    let open = |a: &Array| std::iter::once(batch(a)).chain(a.shape()[1..].iter().map(|n| Some(*n))).collect();
    arrays.iter().map(|a| input_with(open(a), InputOptions { dtype: Some(a.dtype()), ..Default::default() })).collect()
}

/// The sum of values of the record.
fn total(values: &[Value]) -> Value {
    values.iter().skip(1).fold(values[0].clone(), |sum, v| sum + v)
}

fn gradients(y: &Value, xs: &[Value]) -> Result<Vec<Value>> {
    let found = graph::gradients(std::slice::from_ref(y), None, xs)?;
    Ok(found.into_iter().zip(xs).map(|(g, x)| g.unwrap_or_else(|| x.zeros_like())).collect())
}
