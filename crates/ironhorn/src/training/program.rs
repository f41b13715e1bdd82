//! What a compiled model runs: one function for each kind of step and each set of optional feeds, the metrics' variables, names.
//! It can be used on any thread.
use crate::{Array, Result};
use graph::{Function, Variable};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

/// What a step does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    /// Forward, loss, metrics, backward, updates.
    Train,
    /// Forward, loss, metrics.
    Test,
    /// Forward.
    Predict,
}

/// A kind of step, and for which outputs there are weights of samples.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    /// What it does.
    pub phase: Phase,
    /// For each output with a loss, whether its samples have weights.
    pub weighted: Vec<bool>,
}

/// The functions of a model, compiled or not: an uncompiled one can predict.
#[derive(Default)]
pub struct Program {
    /// The names of what a training or test step gives: Keras's `metrics_names`.
    pub names: Vec<Arc<str>>,
    /// The variables of metrics.
    pub state: Vec<Variable>,
    /// Steps of the optimizer so far.
    pub iterations: Option<Variable>,
    functions: Mutex<Vec<(Key, Arc<Function>)>>,
    /// Runs that draw random numbers without training.
    runs: AtomicI64,
}

impl Program {
    /// One without functions yet.
    pub fn new(names: Vec<Arc<str>>, state: Vec<Variable>, iterations: Option<Variable>) -> Program {
        Program { names, state, iterations, ..Program::default() }
    }
    /// The function of that key, made by `make` the first time.
    pub fn function(&self, key: &Key, make: impl FnOnce() -> Result<Function>) -> Result<Arc<Function>> {
        let known = || self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, function)) = known().iter().find(|(k, _)| k == key) {
            return Ok(function.clone());
        }
        // Made outside of the lock: it runs users' functions, which may run the model.
        let made = Arc::new(make()?);
        known().push((key.clone(), made.clone()));
        Ok(made)
    }
    /// Starts the metrics again from zero.
    pub fn reset_metrics(&self) -> Result<()> {
        self.state.iter().try_for_each(|v| v.set(&Array::zeros(v.dtype(), v.shape())))
    }
    /// The number of the next training step, which random draws rest on.
    pub fn step(&self) -> i64 {
        self.iterations.as_ref().and_then(|v| v.get().to_f64().first().copied()).unwrap_or(0.0) as i64
    }
    /// The number of the next run that does not train.
    pub fn run(&self) -> i64 {
        self.runs.fetch_add(1, Ordering::Relaxed)
    }
}
