//! Cloning: the same model of new layers with new weights.
use super::{Model, Sequential};
use crate::layer::{InputOptions, LayerRef, history, input_with};
use crate::{Error, Result, Value};
use std::collections::HashMap;

/// A model that does what `model` does, of new layers with new weights, on inputs of its own or on those of `inputs`. Errors:
/// `input_count`, `clone_input` for a Sequential on anything but an Input, and what a layer without a config says.
pub fn clone_model(model: &Model, inputs: Option<&[Value]>) -> Result<Model> {
    if model.body().is_some() {
        return Err(Error::value(
            "clone_subclass",
            "Expected `model` argument to be a functional `Model` instance, but got a subclass model instead.",
        ));
    }
    match Sequential::from_model(model.clone()) {
        Some(stack) => clone_stack(&stack, inputs),
        None => clone_graph(model, inputs),
    }
}

fn copied(layer: &LayerRef) -> Result<LayerRef> {
    LayerRef::deserialize(&layer.serialize()?)
}

fn clone_stack(model: &Sequential, inputs: Option<&[Value]>) -> Result<Model> {
    let stack = Sequential::named(model.name());
    if let Some(inputs) = inputs {
        let [input] = inputs else {
            return Err(Error::value(
                "input_count",
                format!("To clone a `Sequential` model, we expect at most one tensor as input, got {}.", inputs.len()),
            ));
        };
        match history(input).map(|h| h.layer).filter(LayerRef::is_input) {
            Some(layer) => stack.add(layer)?,
            None => {
                return Err(Error::value(
                    "clone_input",
                    "Cannot clone a `Sequential` model on top of a tensor that comes from a Keras layer other than an `InputLayer`. Use the \
                     functional API instead.",
                ));
            }
        };
    }
    for layer in model.layers() {
        stack.add(copied(&layer)?)?;
    }
    Ok(stack.into())
}

fn clone_graph(model: &Model, inputs: Option<&[Value]>) -> Result<Model> {
    let graph = model.built_graph()?;
    let inputs = match inputs {
        Some(given) if given.len() == graph.inputs.len() => given.to_vec(),
        Some(given) => {
            let (n, m) = (graph.inputs.len(), given.len());
            return Err(Error::value("input_count", format!("Model {} has {n} inputs, but it is to be cloned on {m}.", model.name())));
        }
        None => graph.inputs.iter().zip(&graph.input_names).map(|(x, name)| again(x, name)).collect::<Result<_>>()?,
    };
    let mut known: HashMap<(u64, usize), Value> = graph.inputs.iter().map(Value::key).zip(inputs.iter().cloned()).collect();
    let mut copies: Vec<(LayerRef, LayerRef)> = Vec::new();
    let find = |known: &HashMap<(u64, usize), Value>, x: &Value| {
        known.get(&x.key()).cloned().ok_or_else(|| {
            Error::not_implemented(
                "bare_ops",
                format!(
                    "Model {} has ops between its layers, which cannot be cloned. Put them into a Lambda or a layer of your own.",
                    model.name()
                ),
            )
        })
    };
    for site in graph.sites.iter().filter(|s| !s.is_source()) {
        let Some(layer) = site.layer() else { continue };
        let copy = match copies.iter().find(|(old, _)| *old == layer) {
            Some((_, copy)) => copy.clone(),
            None => {
                let copy = copied(&layer)?;
                copies.push((layer, copy.clone()));
                copy
            }
        };
        let xs = site.inputs().iter().map(|x| find(&known, x)).collect::<Result<Vec<_>>>()?;
        let made = copy.call(&xs, &site.arguments(), None)?;
        known.extend(site.outputs().iter().map(Value::key).zip(made));
    }
    let outputs = graph.outputs.iter().map(|y| find(&known, y)).collect::<Result<Vec<_>>>()?;
    Model::named(inputs, outputs, Some(model.name()))
}

/// A new input like an old one.
fn again(input: &Value, name: &str) -> Result<Value> {
    let shape = input.shape().0.iter().map(|d| d.known()).collect();
    input_with(shape, InputOptions { name: Some(name.to_owned()), dtype: Some(input.dtype()), ..InputOptions::default() })
}
