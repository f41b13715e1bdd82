//! What a layer sees of its call: training or not, masks, arguments; and where it puts losses, metrics, updates.
use super::{Core, LayerRef, active};
use crate::config::{Map, Setting, spelled};
use crate::{Error, Result, Value};
use graph::{
    Variable,
    trace::{self, Update},
};

/// One call of a layer, while it is traced.
pub struct Call<'a> {
    core: &'a Core,
    arguments: &'a Map,
    masks: &'a [Option<Value>],
}

impl<'a> Call<'a> {
    pub(super) fn new(core: &'a Core, arguments: &'a Map, masks: &'a [Option<Value>]) -> Call<'a> {
        Call { core, arguments, masks }
    }
    /// The same call, as a layer inside sees it that is run as a part of this one.
    pub(crate) fn within<'b>(&'b self, layer: &'b LayerRef) -> Call<'b> {
        Call { core: layer.core(), arguments: self.arguments, masks: &[] }
    }
    /// The layer's name.
    pub fn name(&self) -> &str {
        self.core.name()
    }
    /// The layer.
    pub fn core(&self) -> &Core {
        self.core
    }
    /// Whether this is for training: the argument `training` of the call, or else what the graph is made for.
    pub fn training(&self) -> bool {
        active::phases().1
    }
    /// A weight by the name it was added with.
    pub fn weight(&self, name: &str) -> Value {
        match self.variable(name) {
            Ok(variable) => Value::read(&variable),
            Err(error) => Value::failed(error),
        }
    }
    /// A weight's variable, to update it. Error `weight_unknown`.
    pub fn variable(&self, name: &str) -> Result<Variable> {
        let weights = self.core.weights.borrow();
        weights.iter().find(|w| w.name == name).map(|w| w.variable.clone()).ok_or_else(|| {
            let known: Vec<_> = weights.iter().map(|w| w.name.as_str()).collect();
            Error::runtime("weight_unknown", format!("Layer {} has no weight `{name}`; it has [{}].", self.name(), known.join(", ")))
        })
    }
    /// The mask of input `i`.
    pub fn mask(&self, i: usize) -> Option<&Value> {
        self.masks.get(i).and_then(Option::as_ref)
    }
    /// The masks of all inputs.
    pub fn masks(&self) -> &[Option<Value>] {
        self.masks
    }
    /// An argument that was given with the call.
    pub fn argument(&self, name: &str) -> Option<&Setting> {
        self.arguments.get(name)
    }
    /// All arguments that were given with the call.
    pub fn arguments(&self) -> &Map {
        self.arguments
    }
    /// Adds a scalar to the loss of every model that this call is part of.
    pub fn add_loss(&mut self, loss: Value) {
        active::innermost(|frame| frame.losses.push(loss));
    }
    /// Reports a value as a metric; the same name twice is ignored.
    pub fn add_metric(&mut self, name: &str, value: Value) {
        active::innermost(|frame| {
            if frame.metrics.iter().all(|(n, _)| n != name) {
                frame.metrics.push((name.to_owned(), value));
            }
        });
    }
    /// Makes every training step update a variable, and for a stateful layer every other run too. A layer that is not
    /// trainable and not stateful makes none.
    pub fn add_update(&mut self, variable: &Variable, update: Update) {
        if self.core.updating(active::phases().0) && !active::frozen() {
            trace::update(variable, update);
        }
    }
    /// The mask of each output as most layers have it: what arrives, if masks are supported; an error if not.
    pub fn pass_masks(&self, supported: bool, outputs: usize) -> Result<Vec<Option<Value>>> {
        if supported {
            return Ok((0..outputs).map(|i| self.mask(i.min(self.masks.len().saturating_sub(1))).cloned()).collect());
        }
        if self.masks.iter().any(Option::is_some) {
            return Err(Error::type_(
                "mask_unsupported",
                format!(
                    "Layer {} does not support masking, but was passed an {}. Take the mask away before it.",
                    self.name(),
                    spelled("input_mask")
                ),
            ));
        }
        Ok(vec![None; outputs])
    }
}
