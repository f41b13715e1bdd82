//! What a model shares with the runs it starts and with callbacks on other threads: its weights, its optimizer's numbers, the flag
//! that stops a training.
use crate::{Array, Error, Result};
use graph::Variable;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A model's flags, which outlive its runs.
#[derive(Debug, Default)]
pub struct Flags {
    stop: AtomicBool,
    abort: AtomicBool,
    fitting: AtomicBool,
}

impl Flags {
    /// Keras's `model.stop_training`.
    pub fn stop_training(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
    /// Sets `model.stop_training`; a training that is under way ends after its batch. `fit` takes it back when it starts.
    pub fn set_stop_training(&self, stop: bool) {
        self.stop.store(stop, Ordering::Release);
    }
    /// Ends the training under way after its batch, whatever hook it is in; its `fit` fails with the code `aborted`.
    pub fn abort(&self) {
        self.abort.store(true, Ordering::Release);
    }
    /// Whether a training is under way.
    pub fn is_fitting(&self) -> bool {
        self.fitting.load(Ordering::Acquire)
    }
    pub(crate) fn aborted(&self) -> bool {
        self.abort.load(Ordering::Acquire)
    }
    /// Begins a training. Error `fit_running` if one is under way.
    pub(crate) fn begin(self: &Arc<Flags>) -> Result<Fitting> {
        if self.fitting.swap(true, Ordering::AcqRel) {
            return Err(Error::runtime(
                "fit_running",
                "This model is being trained already. Wait for its fit to end before calling fit again; inside a callback, predict and evaluate can be used.",
            ));
        }
        self.abort.store(false, Ordering::Release);
        Ok(Fitting(self.clone()))
    }
}

/// A training under way; dropping it ends it, also when it fails.
#[derive(Debug)]
pub(crate) struct Fitting(Arc<Flags>);

impl Drop for Fitting {
    fn drop(&mut self) {
        self.0.fitting.store(false, Ordering::Release);
    }
}

/// What is shared of a model while it runs.
#[derive(Clone, Debug, Default)]
pub struct Handle {
    weights: Vec<Variable>,
    hyper: Vec<(String, Variable)>,
    flags: Arc<Flags>,
}

impl Handle {
    /// Over these weights, in the order of `get_weights`, and the optimizer's numbers by name.
    pub fn new(weights: Vec<Variable>, hyper: Vec<(String, Variable)>, flags: Arc<Flags>) -> Handle {
        Handle { weights, hyper, flags }
    }
    /// The model's flags.
    pub fn flags(&self) -> &Arc<Flags> {
        &self.flags
    }
    /// Ends the training after this batch.
    pub fn stop(&self) {
        self.flags.set_stop_training(true);
    }
    /// The weights, in the order of `get_weights`.
    pub fn weights(&self) -> Vec<Array> {
        self.weights.iter().map(Variable::get).collect()
    }
    /// Sets the weights; nothing is set if one does not fit. Errors `weights_count`, `variable_shape`.
    pub fn set_weights(&self, weights: &[Array]) -> Result<()> {
        if weights.len() != self.weights.len() {
            return Err(Error::value(
                "weights_count",
                format!("The model has {} weights, but a list of {} arrays was given for them.", self.weights.len(), weights.len()),
            ));
        }
        if let Some((v, w)) = self.weights.iter().zip(weights).find(|(v, w)| v.shape() != w.shape()) {
            let text = format!("Weight {} has shape {:?}; it cannot be set to an array of shape {:?}.", v.name(), v.shape(), w.shape());
            return Err(Error::value("variable_shape", text));
        }
        self.weights.iter().zip(weights).try_for_each(|(v, w)| v.set(w))
    }
    /// The optimizer's number of that name, such as `learning_rate`, as the variable that each step reads.
    pub fn hyper(&self, name: &str) -> Option<&Variable> {
        self.hyper.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }
}
