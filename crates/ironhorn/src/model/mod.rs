//! Models: graphs of layers from inputs to outputs. Functional and Sequential, nested as layers, written and read as Keras does.

mod clone;
mod config;
mod eval;
mod map;
mod network;
mod predict;
mod sequential;
mod subclass;
mod summary;

pub use self::config::{from_config, from_json, from_yaml};
pub use clone::clone_model;
pub use eval::{eval, expanded};
pub use predict::Predictor;
pub use sequential::Sequential;
pub use summary::Summary;

pub(crate) use self::config::{BACKEND, KERAS_VERSION, deserialize};
pub(crate) use network::Network;

use crate::config::{PartialShape, spelled};
use crate::layer::{Inputs, LayerRef};
use crate::{Error, Result, Value, Variable};
use map::Graph;
use std::{any::Any, fmt, ops::Deref, rc::Rc};

/// A model. Clones are the same model; it is a layer too, and can be called on other inputs.
#[derive(Clone)]
pub struct Model {
    layer: LayerRef,
    network: Rc<Network>,
}

impl Model {
    /// The model from inputs to outputs. Errors: `graph_disconnected`, `inputs_twice`, `names_twice` and the like.
    pub fn new(inputs: impl Into<Inputs>, outputs: impl Into<Inputs>) -> Result<Model> {
        Model::named(inputs, outputs, None)
    }
    /// The same with a name, `model_1` and so on if none is given.
    pub fn named(inputs: impl Into<Inputs>, outputs: impl Into<Inputs>, name: Option<&str>) -> Result<Model> {
        let graph = Graph::map("Model", inputs.into().0, outputs.into().0)?;
        let model = Model::of("Model", name);
        model.set_graph(Some(graph));
        Ok(model)
    }
    /// A model of class `class` without a graph yet.
    pub(crate) fn of(class: &str, name: Option<&str>) -> Model {
        let network = Rc::new(Network::new(class, name));
        Model { layer: LayerRef::new(network.clone()), network }
    }
    /// The model that a layer is, if it is one.
    pub fn from_layer(layer: &LayerRef) -> Option<Model> {
        let any: Rc<dyn Any> = layer.core().layer().clone();
        let network = any.downcast::<Network>().ok()?;
        Some(Model { layer: layer.clone(), network })
    }
    pub(crate) fn set_graph(&self, graph: Option<Graph>) {
        self.layer.core().set_built(graph.is_some());
        self.network.graph.replace(graph.map(Rc::new));
    }
    pub(crate) fn network(&self) -> &Rc<Network> {
        &self.network
    }
    pub(crate) fn graph(&self) -> Option<Rc<Graph>> {
        self.network.graph.borrow().clone()
    }
    /// The graph. Error `not_built`.
    pub(crate) fn built_graph(&self) -> Result<Rc<Graph>> {
        self.graph().ok_or_else(|| {
            Error::value(
                "not_built",
                format!(
                    "This model has not yet been built. Build the model first by calling build() or calling fit() with some data. Or \
                     specify {} or {} in the first layer for automatic build.",
                    spelled("input_shape"),
                    spelled("batch_input_shape")
                ),
            )
        })
    }
    /// As a layer.
    pub fn layer(&self) -> &LayerRef {
        &self.layer
    }
    /// Whether both are the same model.
    pub fn same(&self, other: &Model) -> bool {
        self.layer.same(&other.layer)
    }
    /// Calls the model on other inputs and gives its first output. Weights are shared.
    pub fn call_on(&self, inputs: impl Into<Inputs>) -> Result<Value> {
        self.layer.apply(inputs)
    }
    /// Its inputs, values of the record; none before it is built.
    pub fn inputs(&self) -> Vec<Value> {
        self.graph().map_or_else(Vec::new, |g| g.inputs.clone())
    }
    /// Its outputs, values of the record; none before it is built.
    pub fn outputs(&self) -> Vec<Value> {
        self.graph().map_or_else(Vec::new, |g| g.outputs.clone())
    }
    /// The names of its inputs: those of their layers.
    pub fn input_names(&self) -> Vec<String> {
        self.graph().map_or_else(Vec::new, |g| g.input_names.clone())
    }
    /// The names of its outputs: those of the layers that give them.
    pub fn output_names(&self) -> Vec<String> {
        self.graph().map_or_else(Vec::new, |g| g.output_names.clone())
    }
    /// Its layers, from inputs to outputs; a Sequential leaves its InputLayer out. Of a model of the user's those that it says.
    pub fn layers(&self) -> Vec<LayerRef> {
        self.body().unwrap_or(&self.layer).layers()
    }
    /// The layer of that name. Error `layer_unknown`.
    pub fn get_layer(&self, name: &str) -> Result<LayerRef> {
        if name.is_empty() {
            return Err(Error::value("layer_which", "Provide either a layer name or layer index."));
        }
        let layers = self.layers();
        layers.iter().find(|l| l.name() == name).cloned().ok_or_else(|| {
            let advice = match tensor::closest(name, layers.iter().map(LayerRef::name)) {
                Some(near) => format!("Did you mean {near}?"),
                None => format!("There are: {}.", layers.iter().map(LayerRef::name).collect::<Vec<_>>().join(", ")),
            };
            Error::value("layer_unknown", format!("No such layer: {name}. {advice}"))
        })
    }
    /// The layer at that place. Error `layer_index`.
    pub fn get_layer_at(&self, index: usize) -> Result<LayerRef> {
        let mut layers = self.layers();
        let n = layers.len();
        if index < n {
            return Ok(layers.swap_remove(index));
        }
        Err(Error::value("layer_index", format!("Was asked to retrieve layer at index {index} but model only has {n} layers.")))
    }
    /// Whether any layer keeps state from batch to batch.
    pub fn stateful(&self) -> bool {
        self.layer.core().layer().stateful()
    }
    /// Sets the state of all such layers back.
    pub fn reset_states(&self) -> Result<()> {
        self.layer.core().layer().reset_states()
    }
    /// Whether training may update anything but weights: a frozen model without state makes no updates.
    pub fn updates(&self) -> bool {
        self.trainable() || self.stateful()
    }
    /// All scalars that its layers add to the loss: of each call in this model, of each weight once, and those added by hand.
    pub fn losses(&self) -> Result<Vec<Value>> {
        let Some(graph) = self.graph() else { return Ok(Vec::new()) };
        let mut losses = Vec::new();
        for layer in &graph.layers {
            losses.extend(graph.sites.iter().filter(|s| s.calls(layer)).flat_map(|s| s.losses()));
            losses.extend(layer.added_losses().into_iter().filter(|l| graph.has(l)));
        }
        losses.extend(self.layer.penalties()?);
        losses.extend(self.layer.added_losses());
        Ok(losses)
    }
    /// The metrics that its layers report, by name, and those added by hand.
    pub fn layer_metrics(&self) -> Vec<(String, Value)> {
        let Some(graph) = self.graph() else { return Vec::new() };
        let mut metrics = Vec::new();
        for layer in &graph.layers {
            metrics.extend(graph.sites.iter().filter(|s| s.calls(layer)).flat_map(|s| s.metrics()));
            metrics.extend(layer.added_metrics().into_iter().filter(|(_, v)| graph.has(v)));
        }
        metrics.extend(self.layer.added_metrics());
        metrics
    }
    /// The updates that were added by hand, as values of the record. Those made in calls come with expanding the model.
    pub fn recorded_updates(&self) -> Vec<(Variable, graph::trace::Update)> {
        if !self.updates() {
            return Vec::new();
        }
        let layers = self.graph().map_or_else(Vec::new, |g| g.layers.clone());
        layers.iter().chain([&self.layer]).flat_map(LayerRef::added_updates).collect()
    }
    /// The masks of its outputs.
    pub fn masks(&self) -> Vec<Option<Value>> {
        self.outputs().iter().map(crate::layer::mask_of).collect()
    }
    /// Calls `f` with the constraint of each weight that is trained and has one.
    pub fn constraints(&self) -> Result<Vec<(Variable, crate::config::Plug<dyn crate::constraints::Constraint>)>> {
        let mut found = Vec::new();
        self.layer.core().each_weight(&mut |weight| {
            found.extend(weight.constraint.clone().map(|c| (weight.variable.clone(), c)));
            Ok(())
        })?;
        Ok(found)
    }
    /// Remembers which weights an optimizer trains: those that are trainable now.
    pub fn collect_trainable_weights(&self) -> Vec<Variable> {
        let weights = self.trainable_weights();
        self.network.collected.replace(Some(weights.clone()));
        weights
    }
    /// The weights that were trainable when the model was compiled, if it was.
    pub fn collected_trainable_weights(&self) -> Option<Vec<Variable>> {
        self.network.collected.borrow().clone()
    }
    /// Warns if another number of weights is trainable now than when the model was compiled: training keeps to what was then.
    pub(crate) fn check_trainable_weights(&self) {
        if self.collected_trainable_weights().is_some_and(|weights| weights.len() != self.trainable_weights().len()) {
            crate::console::warn(
                "Discrepancy between trainable weights and collected trainable weights, did you set `model.trainable` without calling \
                 `model.compile` after ?",
            );
        }
    }
    /// What training keeps with the model.
    pub(crate) fn slot(&self) -> &std::cell::RefCell<Option<Rc<dyn Any>>> {
        &self.network.slot
    }
    /// Builds it for inputs of that shape, the batch included, if its layers do not say their input's shape.
    pub fn build(&self, batch_shape: PartialShape) -> Result<()> {
        match Sequential::from_model(self.clone()) {
            Some(sequential) if self.graph().is_none() => sequential.build_for(batch_shape),
            None if self.body().is_some() => self.build_body(vec![batch_shape]),
            _ => self.built_graph().map(drop),
        }
    }
}

impl Deref for Model {
    type Target = LayerRef;
    fn deref(&self) -> &LayerRef {
        &self.layer
    }
}

impl From<Model> for LayerRef {
    fn from(model: Model) -> LayerRef {
        model.layer
    }
}

impl From<&Model> for LayerRef {
    fn from(model: &Model) -> LayerRef {
        model.layer.clone()
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.layer.fmt(f)
    }
}

#[cfg(test)]
mod tests;
