//! A function with its batches: one step of the loop, and what its errors say to a user.
use super::{Batches, Program};
use crate::{
    Error, Result,
    callbacks::{CallbackList, Context, Hook, Logs},
};
use graph::{Device, Feed, Function};
use std::sync::{Arc, OnceLock};

/// A function and where its feeds come from.
pub(crate) struct Stage {
    pub function: Arc<Function>,
    /// Its twin for batches whose samples have weights, where only the batches know.
    weighted: Option<Arc<Function>>,
    pub batches: Box<dyn Batches>,
    feeds: Vec<Feed>,
    /// What the last step gave, in the order of `metrics_names`.
    pub values: Vec<f64>,
}

/// The hooks around a batch, and the logs they get, kept from batch to batch.
pub(crate) struct BatchLogs {
    begin: Hook,
    end: Hook,
    names: Vec<Arc<str>>,
    at_begin: Logs,
    pub at_end: Logs,
}

fn batch_and_size() -> [Arc<str>; 2] {
    static NAMES: OnceLock<[Arc<str>; 2]> = OnceLock::new();
    NAMES.get_or_init(|| ["batch".into(), "size".into()]).clone()
}

impl BatchLogs {
    pub fn new(begin: Hook, end: Hook, values: &[Arc<str>]) -> BatchLogs {
        let names = batch_and_size().into_iter().chain(values.iter().cloned()).collect();
        BatchLogs { begin, end, names, at_begin: Logs::new(), at_end: Logs::new() }
    }
    pub fn begin(&mut self, batch: usize, size: usize, callbacks: &mut CallbackList, context: &Context) -> Result<()> {
        if !callbacks.wants(self.begin) {
            return Ok(());
        }
        self.at_begin.restart(&self.names[..2]);
        self.at_begin.set(0, batch as f64);
        self.at_begin.set(1, size as f64);
        callbacks.call(self.begin, batch, &mut self.at_begin, context)
    }
    pub fn end(&mut self, batch: usize, size: usize, values: &[f64], callbacks: &mut CallbackList, context: &Context) -> Result<()> {
        if !callbacks.wants(self.end) {
            return Ok(());
        }
        let outputs = std::mem::take(&mut self.at_end.outputs);
        self.at_end.restart(&self.names);
        self.at_end.outputs = outputs;
        self.at_end.set(0, batch as f64);
        self.at_end.set(1, size as f64);
        values.iter().enumerate().for_each(|(i, x)| self.at_end.set(i + 2, *x));
        callbacks.call(self.end, batch, &mut self.at_end, context)
    }
}

impl Stage {
    pub fn new(function: Arc<Function>, batches: Box<dyn Batches>, program: &Program) -> Stage {
        Stage { function, weighted: None, batches, feeds: Vec::new(), values: vec![0.0; program.names.len()] }
    }
    /// The same with a function for batches that have weights.
    pub fn with_weighted(self, function: Arc<Function>) -> Stage {
        Stage { weighted: Some(function), ..self }
    }
    fn chosen(&self) -> Arc<Function> {
        self.weighted.as_ref().filter(|_| self.batches.weighted()).unwrap_or(&self.function).clone()
    }
    /// Makes the next batch the one to run and gives its size; `None` when the epoch is over.
    pub fn next(&mut self) -> Result<Option<usize>> {
        self.batches.next(&mut self.feeds)
    }
    /// Runs the batch and keeps its numbers.
    pub fn run(&mut self, counter: i64) -> Result<()> {
        let function = self.chosen();
        let values = &mut self.values;
        let read = |outputs: &graph::run::Outputs| values.iter_mut().enumerate().for_each(|(i, x)| *x = outputs.number(i));
        function.run_with(&self.feeds, counter, read).map_err(|e| explain(e, &*self.batches, &self.feeds))?;
        Device::give_way();
        Ok(())
    }
    /// Runs the batch and lets `read` see its outputs.
    pub fn run_with<T>(&mut self, counter: i64, read: impl FnOnce(&graph::run::Outputs) -> T) -> Result<T> {
        let read = self.chosen().run_with(&self.feeds, counter, read).map_err(|e| explain(e, &*self.batches, &self.feeds))?;
        Device::give_way();
        Ok(read)
    }
}

/// An error of a run in terms of the user's data.
fn explain(error: Error, batches: &dyn Batches, feeds: &[Feed]) -> Error {
    let (Some(position), "label_range") = (error.position(), error.code()) else { return error };
    // Labels may be several a sample; the error counts them through.
    let rows = feeds.first().and_then(|f| f.shape.first()).copied().unwrap_or(1).max(1);
    let labels = |f: &&Feed| f.shape.first() == Some(&rows) && f.shape.iter().product::<usize>() > position;
    let each = feeds.iter().rev().find(labels).map_or(1, |f| (f.shape.iter().product::<usize>() / rows).max(1));
    let row = batches.origin(position / each);
    let text = format!("{} It is in row {row} of y. Labels are whole numbers from 0 to the number of classes minus 1.", error.message());
    Error::value("label_range", text)
}
