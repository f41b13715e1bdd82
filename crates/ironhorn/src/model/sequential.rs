//! Sequential: a stack of layers, built as soon as the shape of its input is known.
use super::Model;
use super::map::Graph;
use super::network::Network;
use crate::config::PartialShape;
use crate::layer::{InputOptions, LayerRef, input_with};
use crate::{DType, Error, Result, Value};
use std::{fmt, ops::Deref};

/// A stack of layers. Clones are the same model.
#[derive(Clone)]
pub struct Sequential(Model);

impl Default for Sequential {
    fn default() -> Sequential {
        Sequential::new()
    }
}

impl Sequential {
    /// An empty stack.
    pub fn new() -> Sequential {
        Sequential(Model::of("Sequential", None))
    }
    /// An empty stack with a name.
    pub fn named(name: &str) -> Sequential {
        Sequential(Model::of("Sequential", Some(name)))
    }
    /// The model as a Sequential, if it is one.
    pub fn from_model(model: Model) -> Option<Sequential> {
        (model.network().class == "Sequential" && model.body().is_none()).then_some(Sequential(model))
    }
    /// Puts a layer on top and gives the stack again. The first layer that says its input's shape builds the model.
    pub fn add(&self, layer: impl Into<LayerRef>) -> Result<Sequential> {
        let layer = layer.into();
        if let Some(graph) = self.0.graph() {
            let outputs = single(layer.apply_all(&graph.outputs[0])?)?;
            self.set(graph.inputs.clone(), outputs)?;
            return Ok(self.clone());
        }
        let first = self.0.network().added.borrow().is_empty();
        if first && layer.is_input() {
            let x = layer.begin()?;
            self.set(vec![x.clone()], vec![x])?;
        } else if let Some((shape, dtype)) = first.then(|| input_of(&layer)).transpose()?.flatten() {
            let name = Some(format!("{}_input", layer.name()));
            let x = input_with(shape, InputOptions { name, dtype: Some(dtype), ..InputOptions::default() })?;
            let outputs = single(layer.apply_all(&x)?)?;
            self.set(vec![x], outputs)?;
        } else {
            layer.core().layer();
            self.0.network().added.borrow_mut().push(layer);
        }
        Ok(self.clone())
    }
    /// Takes the layer on top away and gives it. Error `no_layers`.
    pub fn pop(&self) -> Result<LayerRef> {
        let empty = || Error::type_("no_layers", "There are no layers in the model.");
        let Some(graph) = self.0.graph() else {
            return self.0.network().added.borrow_mut().pop().ok_or_else(empty);
        };
        let last = self.0.layers().pop().ok_or_else(empty)?;
        let site = graph.sites.iter().rfind(|s| s.calls(&last)).ok_or_else(empty)?;
        if self.0.layers().len() == 1 {
            self.0.set_graph(None);
        } else {
            self.set(graph.inputs.clone(), site.inputs().to_vec())?;
        }
        Ok(last)
    }
    /// Builds the stack for inputs of that shape, the batch included, if it is not built.
    pub(super) fn build_for(&self, batch_shape: PartialShape) -> Result<()> {
        let network = self.0.network();
        if self.0.graph().is_none() && !network.added.borrow().is_empty() {
            let graph = graph_for(network, batch_shape, None)?;
            self.0.set_graph(Some(graph));
        }
        Ok(())
    }
    fn set(&self, inputs: Vec<Value>, outputs: Vec<Value>) -> Result<()> {
        self.0.set_graph(Some(Graph::map("Sequential", inputs, outputs)?));
        Ok(())
    }
}

/// The graph of a stack that did not say its input's shape.
pub(super) fn graph_for(network: &Network, batch_shape: PartialShape, dtype: Option<DType>) -> Result<Graph> {
    let name = Some(format!("{}_input", network.name()));
    let x = input_with(batch_shape.clone(), InputOptions { name, dtype, ..InputOptions::default() })?;
    let mut outputs = vec![x.clone()];
    for layer in network.added.borrow().iter() {
        outputs = single(layer.apply_all(&outputs[0])?)?;
    }
    let graph = Graph::map("Sequential", vec![x], outputs)?;
    network.built_for.replace(Some(batch_shape));
    Ok(graph)
}

fn single(outputs: Vec<Value>) -> Result<Vec<Value>> {
    if outputs.len() == 1 {
        return Ok(outputs);
    }
    Err(Error::type_(
        "sequential_outputs",
        "All layers in a Sequential model should have a single output tensor. For multi-output layers, use the functional API.",
    ))
}

/// Shape and number type of the input that a first layer says, itself or by the first layer inside.
fn input_of(layer: &LayerRef) -> Result<Option<(PartialShape, DType)>> {
    if let Some(shape) = layer.core().batch_input_shape() {
        return Ok(Some((shape, layer.core().dtype())));
    }
    let Some(model) = Model::from_layer(layer) else { return Ok(None) };
    if let Some(input) = model.inputs().first() {
        return Ok(Some((input.shape().0.iter().map(|d| d.known()).collect(), input.dtype())));
    }
    match model.layers().first() {
        Some(first) => input_of(first),
        None => Err(Error::value("empty_model", "Cannot add an empty model to a `Sequential` model.")),
    }
}

impl Deref for Sequential {
    type Target = Model;
    fn deref(&self) -> &Model {
        &self.0
    }
}

impl From<Sequential> for Model {
    fn from(model: Sequential) -> Model {
        model.0
    }
}

impl From<Sequential> for LayerRef {
    fn from(model: Sequential) -> LayerRef {
        model.0.into()
    }
}

impl From<&Sequential> for LayerRef {
    fn from(model: &Sequential) -> LayerRef {
        (&model.0).into()
    }
}

impl fmt::Debug for Sequential {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}
