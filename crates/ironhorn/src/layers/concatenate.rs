//! Concatenate: inputs one after another along an axis.
use super::merging::shapes;
use crate::config::Config;
use crate::layer::{Apply, Build, Call, Inputs, Layer, Sample};
use crate::{DType, Error, Result, Spec, Value};

/// Joins inputs, two or more, along an axis. All other sizes are equal.
#[derive(Clone, Debug, Config)]
pub struct Concatenate {
    /// The axis, the batch being axis 0; negative ones count from the end.
    #[config(positional, default = -1)]
    pub axis: i64,
}

impl Layer for Concatenate {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        let name = weights.name();
        if inputs.len() < 2 {
            return Err(Error::value(
                "merge_count",
                format!("A `Concatenate` layer should be called on a list of at least 2 inputs: {name}."),
            ));
        }
        let axis = inputs[0].shape.axis(self.axis)?;
        let first = &inputs[0].shape.0;
        let fits = |s: &Spec| {
            let sizes = first.iter().zip(&s.shape.0).enumerate();
            s.shape.rank() == first.len()
                && sizes.into_iter().all(|(i, (a, b))| i == axis || a.known().zip(b.known()).is_none_or(|(a, b)| a == b))
        };
        if inputs.iter().all(fits) {
            return Ok(());
        }
        Err(Error::value(
            "concat_shapes",
            format!(
                "A `Concatenate` layer requires inputs with matching shapes except for the concat axis. Layer {name}, axis {}, got inputs \
                 shapes: {}.",
                self.axis,
                shapes(inputs)
            ),
        ))
    }
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        Ok(vec![graph::functions::concat(inputs, self.axis)])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn masks(&self, call: &mut Call, inputs: &[Value], _: &[Value]) -> Result<Vec<Option<Value>>> {
        if call.masks().iter().all(Option::is_none) {
            return Ok(vec![None]);
        }
        let whole = |(x, mask): (&Value, &Option<Value>)| match mask {
            None => Value::scalar(DType::Bool, 1.0).broadcast_like(x),
            Some(mask) if mask.rank() < x.rank() => mask.expand_dims(-1).broadcast_like(x),
            Some(mask) => mask.clone(),
        };
        let masks: Vec<Value> = inputs.iter().zip(call.masks()).map(whole).collect();
        Ok(vec![Some(graph::functions::concat(&masks, self.axis).all(&[-1], false).ok()?)])
    }
    fn samples() -> Vec<Sample> {
        vec![
            Sample::new(Concatenate::new(), &[&[2, 3], &[2, 1], &[2, 2]]),
            Sample::new(Concatenate::new().axis(1), &[&[2, 3, 2], &[2, 1, 2]]),
        ]
    }
}

/// The inputs one after another along an axis.
pub fn concatenate(inputs: impl Into<Inputs>, axis: i64) -> Result<Value> {
    Concatenate::new().axis(axis).apply(inputs)
}
