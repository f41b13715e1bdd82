//! Averages over an epoch, made available to the callbacks that follow. `fit` puts it first by itself.
use super::{Callback, CallbackOptions, Context, Hook, Hooks, Logs};
use crate::{
    Result,
    config::{Config, Setting},
};
use std::sync::Arc;

/// Averages metrics over an epoch.
#[derive(Clone, Debug, Config)]
pub struct BaseLogger {
    /// Names of metrics that are not averaged: their last number counts.
    #[config(default = None)]
    pub stateful_metrics: Option<Vec<String>>,
    #[config(skip)]
    seen: f64,
    #[config(skip)]
    totals: Vec<(Arc<str>, f64)>,
}

impl BaseLogger {
    fn is_stateful(&self, name: &str) -> bool {
        self.stateful_metrics.as_ref().is_some_and(|names| names.iter().any(|n| n == name))
    }
}

impl Callback for BaseLogger {
    fn hooks(&self) -> Hooks {
        Hooks::of(&[Hook::EpochBegin, Hook::TrainBatchEnd, Hook::EpochEnd])
    }

    fn on_epoch_begin(&mut self, _epoch: usize, _logs: &mut Logs, _context: &Context) -> Result<()> {
        self.seen = 0.0;
        self.totals.clear();
        Ok(())
    }

    fn on_batch_end(&mut self, _batch: usize, logs: &mut Logs, _context: &Context) -> Result<()> {
        let size = logs.get("size").unwrap_or(0.0);
        self.seen += size;
        for (i, (name, x)) in logs.iter().enumerate() {
            // The logs of a run's batches have the same names in the same places, so that the first look finds them.
            let same = |t: &(Arc<str>, f64)| Arc::ptr_eq(&t.0, name) || t.0 == *name;
            let at = self.totals.get(i).is_some_and(same).then_some(i).or_else(|| self.totals.iter().position(same));
            match at {
                Some(at) if self.is_stateful(name) => self.totals[at].1 = x,
                Some(at) => self.totals[at].1 += x * size,
                None => self.totals.push((name.clone(), if self.is_stateful(name) { x } else { x * size })),
            }
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, _epoch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        for name in context.params().metrics.iter().flatten() {
            if let Some((_, total)) = self.totals.iter().find(|(n, _)| n == name) {
                match self.is_stateful(name) {
                    true => logs.insert_single(name.clone(), *total),
                    false => logs.insert(name.clone(), total / self.seen),
                }
            }
        }
        Ok(())
    }
}

impl CallbackOptions for BaseLogger {
    fn running(&self) -> Box<dyn Callback + Send> {
        Box::new(self.clone())
    }
    fn attribute(&self, _name: &str) -> Option<Setting> {
        None
    }
}
