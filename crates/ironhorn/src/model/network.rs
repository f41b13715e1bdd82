//! A model as a layer: its graph of calls, run again on other inputs.
use super::map::Graph;
use super::{sequential, subclass};
use crate::config::{Described, Map, PartialShape};
use crate::layer::{Build, Call, Layer, LayerRef, freeze, inline, sources, traced_mask};
use crate::{Error, Result, Spec, Value, Variable, names};
use graph::trace;
use std::{any::Any, cell::RefCell, collections::HashMap, rc::Rc};

/// What a model is: a class, a name, and a graph once it is built.
pub(crate) struct Network {
    pub class: String,
    name: String,
    pub graph: RefCell<Option<Rc<Graph>>>,
    /// The layer of the user's that it is, where it is one.
    pub body: Option<LayerRef>,
    /// The layers of a Sequential that is not built.
    pub added: RefCell<Vec<LayerRef>>,
    /// The shape a Sequential was built for, where its layers do not say it.
    pub built_for: RefCell<Option<PartialShape>>,
    pub collected: RefCell<Option<Vec<Variable>>>,
    pub slot: RefCell<Option<Rc<dyn Any>>>,
}

impl Network {
    pub fn new(class: &str, name: Option<&str>) -> Network {
        let name = name.filter(|n| !n.is_empty()).map_or_else(|| names::model_name(class), str::to_owned);
        Network {
            class: class.to_owned(),
            name,
            graph: RefCell::default(),
            body: None,
            added: RefCell::default(),
            built_for: RefCell::default(),
            collected: RefCell::default(),
            slot: RefCell::default(),
        }
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    fn built(&self) -> Result<Rc<Graph>> {
        let graph = self.graph.borrow().clone();
        graph.ok_or_else(|| Error::value("not_built", format!("Model {} has no layers to be called.", self.name)))
    }
}

impl Described for Network {
    fn class_name(&self) -> String {
        self.class.clone()
    }
    fn config(&self) -> Result<Option<Map>> {
        super::config::write(self).map(Some)
    }
}

impl Layer for Network {
    fn build(&self, _: &mut Build, inputs: &[Spec]) -> Result<()> {
        // Only a Sequential and a model of the user's can be called before they are built.
        if self.graph.borrow().is_none() {
            let known = |s: &Spec| s.shape.0.iter().map(|d| d.known()).collect::<PartialShape>();
            if let Some(body) = &self.body {
                let graph = subclass::graph_for(body, inputs.iter().map(|s| (known(s), Some(s.dtype))).collect())?;
                self.graph.replace(Some(Rc::new(graph)));
                return Ok(());
            }
            let [input] = inputs else {
                return Err(Error::value("input_count", format!("Model {} takes one input, but it received {}.", self.name, inputs.len())));
            };
            let graph = sequential::graph_for(self, known(input), Some(input.dtype))?;
            self.graph.replace(Some(Rc::new(graph)));
        }
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let graph = self.built()?;
        if inputs.len() != graph.inputs.len() {
            let (name, n, m) = (&self.name, graph.inputs.len(), inputs.len());
            return Err(Error::value("input_count", format!("Layer {name} expects {n} inputs, but it received {m} input tensors.")));
        }
        if !call.core().trainable() && !self.stateful() {
            freeze();
        }
        let mut known = Known::new(&graph.inputs, inputs);
        for site in &graph.sites {
            let outputs = site.outputs();
            if outputs.iter().all(|v| known.map.contains_key(&v.key())) {
                continue;
            }
            let Some(layer) = site.layer() else { continue };
            let xs = site.inputs().iter().map(|v| known.get(v)).collect::<Result<Vec<_>>>()?;
            let masks: Vec<_> = xs.iter().map(traced_mask).collect();
            let ys = inline(layer.core(), &xs, &masks, &site.arguments())?;
            outputs.iter().zip(&ys).for_each(|(old, new)| known.insert(old, new));
        }
        // What was added by hand and rests on this graph goes with it; what rests on weights alone is the outer model's.
        let inside = |v: &Value| graph.has(v) && !sources(v).0.is_empty();
        for layer in &graph.layers {
            for loss in layer.added_losses().iter().filter(|v| inside(v)) {
                call.add_loss(known.get(loss)?);
            }
            for (name, metric) in layer.added_metrics().iter().filter(|(_, v)| inside(v)) {
                call.add_metric(name, known.get(metric)?);
            }
        }
        graph.outputs.iter().map(|v| known.get(v)).collect()
    }
    fn masks(&self, _: &mut Call, _: &[Value], outputs: &[Value]) -> Result<Vec<Option<Value>>> {
        Ok(outputs.iter().map(traced_mask).collect())
    }
    fn stateful(&self) -> bool {
        self.layers().iter().any(|l| l.core().layer().stateful())
    }
    fn reset_states(&self) -> Result<()> {
        self.layers().iter().filter(|l| l.core().layer().stateful()).try_for_each(|l| l.core().layer().reset_states())
    }
    fn layers(&self) -> Vec<LayerRef> {
        if let Some(body) = &self.body {
            return vec![body.clone()];
        }
        let mut layers = self.graph.borrow().as_ref().map_or_else(|| self.added.borrow().clone(), |g| g.layers.clone());
        if self.class == "Sequential" && layers.first().is_some_and(LayerRef::is_input) {
            layers.remove(0);
        }
        layers
    }
    fn own_name(&self) -> Option<String> {
        Some(self.name.clone())
    }
    fn has_base_config(&self) -> bool {
        false
    }
    fn inner(&self) -> Option<(Vec<Value>, Vec<Value>)> {
        self.graph.borrow().as_ref().map(|g| (g.inputs.clone(), g.outputs.clone()))
    }
}

/// What the record's values are in this trace.
struct Known {
    map: HashMap<(u64, usize), Value>,
    pairs: Vec<(Value, Value)>,
}

impl Known {
    fn new(old: &[Value], new: &[Value]) -> Known {
        let mut known = Known { map: HashMap::new(), pairs: Vec::new() };
        old.iter().zip(new).for_each(|(old, new)| known.insert(old, new));
        known
    }
    fn insert(&mut self, old: &Value, new: &Value) {
        self.map.insert(old.key(), new.clone());
        self.pairs.push((old.clone(), new.clone()));
    }
    /// The traced value; ops between layers are made again.
    fn get(&self, v: &Value) -> Result<Value> {
        match self.map.get(&v.key()) {
            Some(new) => Ok(new.clone()),
            None => trace::expand(std::slice::from_ref(v), trace::training(), &self.pairs).map(|mut all| all.swap_remove(0)),
        }
    }
}
