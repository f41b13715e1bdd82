//! Tests of all layers: what Keras answers, a walk over the list for what must hold of each, and single ones.
mod answers;
mod recurrent;
mod single;
mod walk;

use super::SAMPLES;
use crate::golden::{SINGLE, array, close};
use crate::layer::{InputOptions, input_with};
use crate::model::eval;
use crate::{Array, Result, Value};
use serde_json::Value as Json;

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

/// Those of our losses that Keras lists, in its order. It lists all but what a wrapper makes of its output, which its models add all
/// the same: only such may be left over.
fn listed(case: &Json, losses: Vec<Value>, pairs: &[(Value, Array)]) -> std::result::Result<Vec<Value>, Box<dyn std::error::Error>> {
    let wanted: Vec<Array> = case["losses"].as_array().map_or_else(Vec::new, |all| all.iter().map(array).collect());
    if losses.len() == wanted.len() {
        return Ok(losses);
    }
    let found = if losses.is_empty() { Vec::new() } else { eval(&losses, pairs, false)? };
    let config = &case["config"];
    let wrapped = ["layer", "cell"].iter().any(|inner| !config[inner]["config"]["activity_regularizer"].is_null());
    let mut ours = losses.iter().zip(&found);
    let next = |want: &Array| ours.find(|(_, got)| close("a loss", got, want, SINGLE).is_ok()).map(|(loss, _)| loss.clone());
    let same: Vec<Value> = wanted.iter().filter_map(next).collect();
    if wrapped && same.len() == wanted.len() {
        return Ok(same);
    }
    let numbers = |arrays: &[Array]| arrays.iter().map(|a| a.to_f64()[0]).collect::<Vec<_>>();
    Err(format!("losses {:?}, not {:?}", numbers(&found), numbers(&wanted)).into())
}
