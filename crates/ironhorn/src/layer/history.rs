//! Where a value of the record comes from: which layer, which of its calls, which output.
use super::core::LayerRef;
use super::node::{Mask, Node};
use crate::Value;
use crate::config::Map;
use std::{any::Any, collections::HashSet, rc::Rc};

/// The layer's output that a value is.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The layer.
    pub layer: LayerRef,
    /// Which of its calls, from 0.
    pub node: usize,
    /// Which output of the call.
    pub tensor: usize,
}

/// The layer's output that `value` is, if it is one.
pub fn history(value: &Value) -> Option<History> {
    let node = node(value)?;
    let tensor = value.key().1;
    (tensor < node.outputs).then(|| History { layer: LayerRef::of(node.core.clone()), node: node.index, tensor })
}

/// The mask that comes with a value of the record.
pub fn mask_of(value: &Value) -> Option<Value> {
    let node = node(value)?;
    match node.output_masks.get(value.key().1)? {
        Mask::None => None,
        Mask::Input(i) => value.inputs().get(*i).cloned(),
        Mask::Output(i) => value.siblings().into_iter().nth(*i),
    }
}

fn node(value: &Value) -> Option<&Node> {
    let (call, _) = value.called_by()?;
    (&**call as &dyn Any).downcast_ref()
}

/// The layers' outputs that a value rests on, through bare ops; and the placeholders that are no input of models.
pub(crate) fn sources(value: &Value) -> (Vec<Value>, Vec<Value>) {
    let (mut found, mut bare) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    let mut pending = vec![value.clone()];
    while let Some(v) = pending.pop() {
        if !seen.insert(v.key()) {
            continue;
        }
        if history(&v).is_some() {
            found.push(v);
        } else if v.placeholder().is_some() && v != graph::trace::learning_phase() {
            bare.push(v);
        } else {
            pending.extend(v.inputs().iter().rev().cloned());
        }
    }
    (found, bare)
}

/// A call in the record, by any of its outputs.
#[derive(Clone)]
pub(crate) struct Site(Value);

impl Site {
    /// The call that made `value`, if one did.
    pub fn of(value: &Value) -> Option<Site> {
        node(value).map(|_| Site(value.clone()))
    }
    fn node(&self) -> Option<&Node> {
        node(&self.0)
    }
    /// Equal for equal calls.
    pub fn key(&self) -> u64 {
        self.0.key().0
    }
    /// The layer.
    pub fn layer(&self) -> Option<LayerRef> {
        self.node().map(|n| LayerRef::of(n.core.clone()))
    }
    /// Which of the layer's calls.
    pub fn index(&self) -> usize {
        self.node().map_or(0, |n| n.index)
    }
    /// Whether it is an input of models.
    pub fn is_source(&self) -> bool {
        self.node().is_some_and(|n| n.source)
    }
    /// The layer's inputs; an input of models has none.
    pub fn inputs(&self) -> &[Value] {
        self.node().filter(|n| !n.source).map_or(&[], |n| &self.0.inputs()[..n.inputs])
    }
    /// The layer's outputs.
    pub fn outputs(&self) -> Vec<Value> {
        let mut all = self.0.siblings();
        all.truncate(self.node().map_or(0, |n| n.outputs));
        all
    }
    /// The losses of this call.
    pub fn losses(&self) -> Vec<Value> {
        let Some(node) = self.node() else { return Vec::new() };
        self.0.siblings()[node.outputs..node.outputs + node.losses].to_vec()
    }
    /// The metrics of this call.
    pub fn metrics(&self) -> Vec<(String, Value)> {
        let Some(node) = self.node() else { return Vec::new() };
        node.metrics.iter().cloned().zip(self.0.siblings().into_iter().skip(node.outputs + node.losses)).collect()
    }
    /// The masks of the layer's inputs.
    pub fn input_masks(&self) -> Vec<Option<Value>> {
        let Some(node) = self.node() else { return Vec::new() };
        node.masks.iter().map(|at| at.map(|i| self.0.inputs()[i].clone())).collect()
    }
    /// The arguments of the call.
    pub fn arguments(&self) -> Map {
        self.node().map(|n| n.arguments.clone()).unwrap_or_default()
    }
    /// Whether it is a call of that layer.
    pub fn calls(&self, layer: &LayerRef) -> bool {
        self.node().is_some_and(|n| Rc::ptr_eq(&n.core, layer.core()))
    }
}
