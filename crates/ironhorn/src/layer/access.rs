//! What a layer was called on and gave, by call: Keras's `input`, `output`, `get_output_at` and the rest.
use super::core::LayerRef;
use super::history::{Site, mask_of};
use crate::config::spelled;
use crate::{Error, Result, Value};
use graph::value::WeakValue;
use tensor::Shape;

/// One call.
struct Inbound {
    inputs: Vec<Value>,
    outputs: Vec<Value>,
    input_masks: Vec<Option<Value>>,
}

impl LayerRef {
    /// The layer's calls, the first being a model's own symbols; none for a call whose values are gone.
    fn inbound(&self) -> Vec<Option<Inbound>> {
        let own = self.core().layer.inner().map(|(inputs, outputs)| {
            let input_masks = vec![None; inputs.len()];
            Some(Inbound { inputs, outputs, input_masks })
        });
        own.into_iter().chain(self.sites().map(|site| site.map(Inbound::of))).collect()
    }
    /// The calls of this layer in the record, by their index.
    fn sites(&self) -> impl Iterator<Item = Option<Site>> {
        let nodes = self.core().nodes.borrow().clone();
        nodes.into_iter().map(|node| WeakValue::upgrade(&node).as_ref().and_then(Site::of))
    }
    /// How often it was called, a model's making of itself included.
    pub fn calls(&self) -> usize {
        self.core().nodes.borrow().len() + usize::from(self.core().layer.inner().is_some())
    }
    fn at<T>(&self, what: &str, i: usize, read: impl FnOnce(Inbound) -> T) -> Result<T> {
        let mut all = self.inbound();
        let n = all.len();
        if n == 0 {
            return Err(Error::runtime(
                "not_called",
                format!("The layer has never been called and thus has no defined {what}. Call {} on a tensor first.", self.name()),
            ));
        }
        if i >= n {
            return Err(Error::value(
                "node_index",
                format!("Asked to get {what} at node {i}, but the layer has only {n} inbound nodes: {}.", self.name()),
            ));
        }
        all.swap_remove(i).map(read).ok_or_else(|| {
            Error::runtime("node_gone", format!("Call {i} of layer {} is gone: nothing uses its output any more.", self.name()))
        })
    }
    /// The only call, or why there is no such thing.
    fn only<T>(&self, what: &str, getter: &str, read: impl FnOnce(Inbound) -> T) -> Result<T> {
        let name = self.name();
        match self.calls() {
            0 if what == "input" => Err(Error::attribute(
                "not_connected",
                format!("Layer {name} is not connected, no input to return. Call it on a tensor first."),
            )),
            0 => Err(Error::attribute("not_connected", format!("Layer {name} has no inbound nodes. Call it on a tensor first."))),
            1 => self.at(what, 0, read),
            _ => Err(Error::attribute(
                "several_nodes",
                format!(
                    "Layer {name} has multiple inbound nodes, hence the notion of \"layer {what}\" is ill-defined. Use \
                     `{}({})` instead.",
                    spelled(getter),
                    spelled("node_index")
                ),
            )),
        }
    }
    fn only_shapes(&self, what: &str, getter: &str, read: impl Fn(Inbound) -> Vec<Shape>) -> Result<Vec<Shape>> {
        let shapes: Vec<Vec<Shape>> = self.inbound().into_iter().flatten().map(read).collect();
        let text = |shapes: &Vec<Shape>| shapes.iter().map(Shape::to_string).collect::<Vec<_>>();
        match shapes.first() {
            None => Err(Error::attribute(
                "not_connected",
                format!("The layer has never been called and thus has no defined {what}. Call {} on a tensor first.", self.name()),
            )),
            Some(first) if shapes.iter().all(|s| text(s) == text(first)) => Ok(first.clone()),
            Some(_) => Err(Error::attribute(
                "several_nodes",
                format!(
                    "The layer \"{}\" has multiple inbound nodes, with different shapes. Hence the notion of \"{what}\" is ill-defined \
                     for the layer. Use `{}({})` instead.",
                    self.name(),
                    spelled(getter),
                    spelled("node_index")
                ),
            )),
        }
    }
    /// The inputs of its only call. Error `not_connected` or `several_nodes` otherwise.
    pub fn inputs(&self) -> Result<Vec<Value>> {
        self.only("input", "get_input_at", |n| n.inputs)
    }
    /// The outputs of its only call.
    pub fn outputs(&self) -> Result<Vec<Value>> {
        self.only("output", "get_output_at", |n| n.outputs)
    }
    /// The first input of its only call.
    pub fn input(&self) -> Result<Value> {
        Ok(self.inputs()?.swap_remove(0))
    }
    /// The first output of its only call.
    pub fn output(&self) -> Result<Value> {
        Ok(self.outputs()?.swap_remove(0))
    }
    /// The masks of the inputs of its only call.
    pub fn input_masks(&self) -> Result<Vec<Option<Value>>> {
        self.only("input mask", "get_input_mask_at", |n| n.input_masks)
    }
    /// The masks of the outputs of its only call.
    pub fn output_masks(&self) -> Result<Vec<Option<Value>>> {
        self.only("output mask", "get_output_mask_at", |n| n.output_masks())
    }
    /// The shapes of its inputs, if all calls agree.
    pub fn input_shapes(&self) -> Result<Vec<Shape>> {
        self.only_shapes("input shape", "get_input_shape_at", |n| shapes(&n.inputs))
    }
    /// The shapes of its outputs, if all calls agree.
    pub fn output_shapes(&self) -> Result<Vec<Shape>> {
        self.only_shapes("output shape", "get_output_shape_at", |n| shapes(&n.outputs))
    }
    /// The inputs of call `i`. Errors `not_called`, `node_index`.
    pub fn inputs_at(&self, i: usize) -> Result<Vec<Value>> {
        self.at("input", i, |n| n.inputs)
    }
    /// The outputs of call `i`.
    pub fn outputs_at(&self, i: usize) -> Result<Vec<Value>> {
        self.at("output", i, |n| n.outputs)
    }
    /// The masks of the inputs of call `i`.
    pub fn input_masks_at(&self, i: usize) -> Result<Vec<Option<Value>>> {
        self.at("input mask", i, |n| n.input_masks)
    }
    /// The masks of the outputs of call `i`.
    pub fn output_masks_at(&self, i: usize) -> Result<Vec<Option<Value>>> {
        self.at("output mask", i, |n| n.output_masks())
    }
    /// The shapes of the inputs of call `i`.
    pub fn input_shapes_at(&self, i: usize) -> Result<Vec<Shape>> {
        self.at("input shape", i, |n| shapes(&n.inputs))
    }
    /// The shapes of the outputs of call `i`.
    pub fn output_shapes_at(&self, i: usize) -> Result<Vec<Shape>> {
        self.at("output shape", i, |n| shapes(&n.outputs))
    }
    /// All losses: of the weights, of each call, and those added by hand, as values of the record.
    pub fn losses(&self) -> Result<Vec<Value>> {
        let mut losses = self.penalties()?;
        losses.extend(self.sites().flatten().flat_map(|s| s.losses()));
        losses.extend(self.added_losses());
        Ok(losses)
    }
}

impl Inbound {
    fn of(site: Site) -> Inbound {
        let outputs = site.outputs();
        let inputs = if site.is_source() { outputs.clone() } else { site.inputs().to_vec() };
        Inbound { inputs, outputs, input_masks: site.input_masks() }
    }
    fn output_masks(&self) -> Vec<Option<Value>> {
        self.outputs.iter().map(mask_of).collect()
    }
}

fn shapes(values: &[Value]) -> Vec<Shape> {
    values.iter().map(|v| v.shape().clone()).collect()
}
