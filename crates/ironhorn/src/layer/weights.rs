//! Weights of a layer and of what is inside it: in Keras's order, read, written, counted.
use super::{Core, LayerRef, Weight};
use crate::{Array, Error, Result, Value, config::spelled, model::Network};
use graph::Variable;
use std::{any::Any, collections::HashSet};

impl Core {
    /// Its own weights that are (or are not) trained when it is trainable.
    fn own(&self, trainable: bool) -> Vec<Variable> {
        self.weights.borrow().iter().filter(|w| w.trainable == trainable).map(|w| w.variable.clone()).collect()
    }
    /// The weights that are trained.
    pub fn trainable_weights(&self) -> Vec<Variable> {
        if !self.trainable() {
            return Vec::new();
        }
        let mut weights = self.own(true);
        self.layer.layers().iter().for_each(|l| weights.extend(l.core().trainable_weights()));
        weights
    }
    /// The weights that are not trained.
    pub fn non_trainable_weights(&self) -> Vec<Variable> {
        let layers = self.layer.layers();
        let mut weights = Vec::new();
        if self.trainable() {
            weights.extend(self.own(false));
            layers.iter().for_each(|l| weights.extend(l.core().non_trainable_weights()));
        } else if self.layer.inner().is_some() {
            // A frozen model lists all that could be trained first; any other frozen layer goes layer by layer.
            layers.iter().for_each(|l| weights.extend(l.core().trainable_weights()));
            layers.iter().for_each(|l| weights.extend(l.core().non_trainable_weights()));
        } else {
            weights.extend(self.own(true));
            weights.extend(self.own(false));
            layers.iter().for_each(|l| weights.extend(l.core().all_weights()));
        }
        weights
    }
    /// All weights: those that are trained, then the others.
    pub fn all_weights(&self) -> Vec<Variable> {
        let mut weights = self.trainable_weights();
        weights.extend(self.non_trainable_weights());
        weights
    }
    /// The weights in the order of `get_weights`: a model goes layer by layer, as do wrappers.
    pub fn listed_weights(&self) -> Vec<Variable> {
        let layers = self.layer.layers();
        // A model of the user's is listed as if the layers of its body were its own.
        if let Some(body) = (&*self.layer as &dyn Any).downcast_ref::<Network>().and_then(|n| n.body.as_ref()) {
            let own: Vec<Variable> = body.core().weights.borrow().iter().map(|w| w.variable.clone()).collect();
            return own.into_iter().chain(body.layers().iter().flat_map(|l| l.core().all_weights())).collect();
        }
        match (self.layer.inner(), self.layer.lists_by_layer()) {
            (Some(_), _) => layers.iter().flat_map(|l| l.core().all_weights()).collect(),
            (None, true) => layers.iter().flat_map(|l| l.core().listed_weights()).collect(),
            (None, false) => self.all_weights(),
        }
    }
    /// Calls `f` with each weight of this layer and of the layers inside, each once.
    pub(crate) fn each_weight(&self, f: &mut impl FnMut(&Weight) -> Result<()>) -> Result<()> {
        let mut seen = HashSet::new();
        self.walk_weights(&mut seen, f)
    }
    fn walk_weights(&self, seen: &mut HashSet<usize>, f: &mut impl FnMut(&Weight) -> Result<()>) -> Result<()> {
        for weight in self.weights.borrow().iter().filter(|w| seen.insert(w.variable.key())) {
            f(weight)?;
        }
        self.layer.layers().iter().try_for_each(|l| l.core().walk_weights(seen, f))
    }
}

impl LayerRef {
    /// All weights: those that are trained, then the others.
    pub fn weights(&self) -> Vec<Variable> {
        self.core().all_weights()
    }
    /// The weights that are trained.
    pub fn trainable_weights(&self) -> Vec<Variable> {
        self.core().trainable_weights()
    }
    /// The weights that are not trained.
    pub fn non_trainable_weights(&self) -> Vec<Variable> {
        self.core().non_trainable_weights()
    }
    /// Copies of the weights' values.
    pub fn get_weights(&self) -> Vec<Array> {
        self.core().listed_weights().iter().map(Variable::get).collect()
    }
    /// Overwrites the weights' values. Errors `weights_count`, `weights_shape`; nothing is written then.
    pub fn set_weights(&self, arrays: &[Array]) -> Result<()> {
        set(self.name(), &self.core().listed_weights(), arrays)
    }
    /// How many numbers the weights have. Error `not_built`.
    pub fn count_params(&self) -> Result<usize> {
        if !self.built() {
            let name = self.name();
            return Err(Error::runtime(
                "not_built",
                format!(
                    "You tried to call `{}` on {name}, but the layer isn't built. Call it on an input first, or build it \
                     with `{name}.build({})`.",
                    spelled("count_params"),
                    spelled("batch_input_shape")
                ),
            ));
        }
        Ok(count(&self.weights()))
    }
    /// What the weights add to the loss, each weight once.
    pub fn penalties(&self) -> Result<Vec<Value>> {
        let mut penalties = Vec::new();
        self.core().each_weight(&mut |weight| {
            penalties.extend(weight.penalty()?);
            Ok(())
        })?;
        Ok(penalties)
    }
    /// The loss terms added by `add_loss` outside of a call.
    pub fn added_losses(&self) -> Vec<Value> {
        self.kept().losses.borrow().clone()
    }
    /// Adds a scalar of the record to the losses of every model that has this layer.
    pub fn add_loss(&self, loss: Value) {
        self.kept().losses.borrow_mut().push(loss);
    }
    /// The metrics added by `add_metric` outside of a call.
    pub fn added_metrics(&self) -> Vec<(String, Value)> {
        self.kept().metrics.borrow().clone()
    }
    /// Reports a value of the record as a metric; the same name twice is ignored.
    pub fn add_metric(&self, name: &str, value: Value) {
        let mut metrics = self.kept().metrics.borrow_mut();
        if metrics.iter().all(|(n, _)| n != name) {
            metrics.push((name.to_owned(), value));
        }
    }
    /// The updates added by `add_update` outside of a call.
    pub fn added_updates(&self) -> Vec<(Variable, graph::trace::Update)> {
        match self.core().updating(true) {
            true => self.kept().updates.borrow().clone(),
            false => Vec::new(),
        }
    }
    /// Makes every training step of a model that has this layer update a variable.
    pub fn add_update(&self, variable: &Variable, update: graph::trace::Update) {
        self.kept().updates.borrow_mut().push((variable.clone(), update));
    }
}

/// How many numbers variables have, shared ones once.
pub(crate) fn count(variables: &[Variable]) -> usize {
    let mut seen = HashSet::new();
    variables.iter().filter(|v| seen.insert(v.key())).map(|v| v.shape().iter().product::<usize>()).sum()
}

/// Checks all, then writes all.
pub(crate) fn set(layer: &str, variables: &[Variable], arrays: &[Array]) -> Result<()> {
    if variables.len() != arrays.len() {
        return Err(Error::value(
            "weights_count",
            format!(
                "You called `{}(weights)` on layer \"{layer}\" with a weight list of length {}, but the layer was expecting {} weights.",
                spelled("set_weights"),
                arrays.len(),
                variables.len()
            ),
        ));
    }
    for (variable, array) in variables.iter().zip(arrays) {
        if variable.shape() != array.shape() {
            return Err(Error::value(
                "weights_shape",
                format!(
                    "Layer weight shape {:?} not compatible with provided weight shape {:?}: {} of layer \"{layer}\".",
                    variable.shape(),
                    array.shape(),
                    variable.name()
                ),
            ));
        }
    }
    variables.iter().zip(arrays).try_for_each(|(variable, array)| variable.set(array))
}
