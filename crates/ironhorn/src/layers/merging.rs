//! What the merge layers share: checks of shapes, broadcasting over ranks, the mask of several inputs.
use crate::config::Config;
use crate::layer::{Build, Call, Layer, Sample};
use crate::{Error, Result, Spec, Value};
use tensor::Shape;

/// A merge of inputs element by element. Inputs of fewer axes get axes of size 1 after the batch.
pub trait Merge: Config + 'static {
    /// The inputs, all of one rank, as one.
    fn merge(&self, inputs: &[Value]) -> Value;
    /// How many inputs it takes, if that is fixed.
    fn count(&self) -> Option<usize> {
        None
    }
}

impl<M: Merge> Layer for M {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        check(weights.name(), inputs)?;
        match self.count().filter(|n| *n != inputs.len()) {
            Some(n) => Err(Error::value(
                "merge_count",
                format!("A `{}` layer should be called on exactly {n} inputs: {}.", M::SCHEMA.name, weights.name()),
            )),
            None => Ok(()),
        }
    }
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let rank = inputs.iter().map(Value::rank).max().unwrap_or(0);
        let aligned: Vec<Value> = inputs.iter().map(|x| (x.rank()..rank).fold(x.clone(), |x, _| x.expand_dims(1))).collect();
        Ok(vec![self.merge(&aligned)])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn masks(&self, call: &mut Call, _: &[Value], _: &[Value]) -> Result<Vec<Option<Value>>> {
        let masks = call.masks().iter().flatten().cloned();
        Ok(vec![masks.reduce(|all, mask| all.logical_and(&mask)).map(Value::ok).transpose()?])
    }
    fn samples() -> Vec<Sample> {
        let made = || M::from_map(crate::config::Map::new());
        let shapes: [&[&[usize]]; 2] = [&[&[2, 3], &[2, 3]], &[&[2, 3, 4], &[2, 4]]];
        shapes.into_iter().filter_map(|inputs| Some(Sample::new(made().ok()?, inputs))).collect()
    }
}

/// Joins the inputs one after another.
pub(super) fn fold(inputs: &[Value], f: impl Fn(Value, &Value) -> Value) -> Value {
    inputs[1..].iter().fold(inputs[0].clone(), f)
}

/// The shapes of inputs, for messages.
pub(super) fn shapes(inputs: &[Spec]) -> String {
    let list: Vec<_> = inputs.iter().map(|s| s.shape.to_string()).collect();
    format!("[{}]", list.join(", "))
}

/// Errors `merge_count`, `merge_batch`, `broadcast`.
fn check(layer: &str, inputs: &[Spec]) -> Result<()> {
    if inputs.len() < 2 {
        return Err(Error::value(
            "merge_count",
            format!("A merge layer should be called on a list of at least 2 inputs. Layer {layer} got {} inputs.", inputs.len()),
        ));
    }
    let mut sizes = inputs.iter().filter_map(|s| s.shape.0.first()?.known());
    let first = sizes.next();
    if sizes.any(|n| Some(n) != first) {
        return Err(Error::value(
            "merge_batch",
            format!("Can not merge tensors with different batch sizes. Layer {layer} got tensors with shapes: {}.", shapes(inputs)),
        ));
    }
    let rest = |s: &Spec| Shape(s.shape.0.iter().skip(1).copied().collect());
    let mut merged = rest(&inputs[0]);
    for input in &inputs[1..] {
        let other = rest(input);
        merged = merged.broadcast(&other).map_err(|_| {
            Error::value("broadcast", format!("Operands could not be broadcast together with shapes {merged} {other}: layer {layer}."))
        })?;
    }
    Ok(())
}
