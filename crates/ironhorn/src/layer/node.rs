//! A layer's call as the record keeps it: what it was given, and how it becomes ops when a model is expanded.
use super::apply::{Traced, run};
use super::core::Core;
use crate::config::Map;
use crate::{Error, Result, Value};
use std::rc::Rc;
use tensor::Spec;

/// Where an output's mask is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mask {
    /// There is none.
    None,
    /// An input of the call.
    Input(usize),
    /// A further output of the call.
    Output(usize),
}

/// A call in the record. Its value node has as inputs the layer's inputs and then their masks, as outputs the layer's own, then
/// losses, metrics and new masks.
pub(super) struct Node {
    pub core: Rc<Core>,
    /// Which of the layer's calls it is.
    pub index: usize,
    /// How many of the inputs are the layer's.
    pub inputs: usize,
    /// Which input is the mask of each of the layer's inputs.
    pub masks: Vec<Option<usize>>,
    /// How many of the outputs are the layer's.
    pub outputs: usize,
    /// The losses among the outputs.
    pub losses: usize,
    /// The metrics among the outputs, after the losses.
    pub metrics: Vec<String>,
    /// Which further output is the mask of each of the layer's outputs.
    pub output_masks: Vec<Mask>,
    pub arguments: Map,
    /// Whether it is an input of models, that nothing stands before.
    pub source: bool,
}

impl Node {
    /// The outputs of one trace, in the record's order.
    fn ordered(&self, traced: Traced) -> Result<Vec<Value>> {
        let name = self.core.name();
        if traced.outputs.len() != self.outputs || traced.losses.len() > self.losses {
            return Err(Error::runtime(
                "call_changed",
                format!(
                    "Layer {name} gave {} outputs and {} losses, but {} and {} when it was first called. What call() gives must not \
                     depend on anything but its inputs.",
                    traced.outputs.len(),
                    traced.losses.len(),
                    self.outputs,
                    self.losses
                ),
            ));
        }
        let dtype = traced.outputs.first().map_or_else(|| self.core.dtype(), Value::dtype);
        let mut all = traced.outputs;
        let missing = self.losses - traced.losses.len();
        all.extend(traced.losses);
        // Losses and metrics of training alone are nothing elsewhere.
        all.extend((0..missing).map(|_| Value::scalar(dtype, 0.0)));
        for metric in &self.metrics {
            let found = traced.metrics.iter().find(|(n, _)| n == metric);
            all.push(found.map_or_else(|| Value::scalar(dtype, 0.0), |(_, v)| v.clone()));
        }
        for (mask, place) in traced.masks.iter().zip(&self.output_masks) {
            match (place, mask) {
                (Mask::Output(_), Some(mask)) => all.push(mask.clone()),
                (Mask::Output(_), None) => {
                    return Err(Error::runtime("call_changed", format!("Layer {name} gave a mask when it was first called, but not now.")));
                }
                _ => {}
            }
        }
        Ok(all)
    }
}

impl graph::value::Call for Node {
    fn scope(&self) -> Rc<str> {
        self.core.shared_name().clone()
    }
    fn expand(&self, inputs: &[Value], training: bool) -> Result<Vec<Value>> {
        let masks: Vec<_> = self.masks.iter().map(|at| at.map(|i| inputs[i].clone())).collect();
        self.ordered(run(&self.core, &inputs[..self.inputs], &masks, &self.arguments, (training, training))?)
    }
}

/// Where in the record the masks of a first trace are, and the types and shapes of those that are new.
pub(super) fn place_masks(masks: &[Option<Value>], inputs: &[Value], first: usize) -> (Vec<Mask>, Vec<Spec>) {
    let mut specs = Vec::new();
    let places = masks
        .iter()
        .map(|mask| match mask {
            None => Mask::None,
            Some(mask) => match inputs.iter().position(|v| v == mask) {
                Some(i) => Mask::Input(i),
                None => {
                    specs.push(mask.spec().clone());
                    Mask::Output(first + specs.len() - 1)
                }
            },
        })
        .collect();
    (places, specs)
}
