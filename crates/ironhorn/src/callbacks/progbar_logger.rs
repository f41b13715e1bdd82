//! Prints the progress of a training, an evaluation or a prediction. With `verbose`, `fit` and the others add it by themselves.
use super::{Callback, CallbackOptions, Context, Hook, Hooks, Logs, Progbar};
use crate::{
    Result,
    config::{Config, Setting},
    console::{self, Style},
};
use std::sync::Arc;

crate::words! {
    /// What a bar counts.
    pub enum CountMode {
        /// Samples.
        Samples = "samples",
        /// Batches.
        Steps = "steps",
    }
}

/// Prints metrics and how far a run is.
#[derive(Clone, Debug, Config)]
pub struct ProgbarLogger {
    /// Whether the bar counts samples or steps.
    #[config(default = "samples")]
    pub count_mode: CountMode,
    /// Names of metrics that are not averaged: their last number counts.
    #[config(default = None)]
    pub stateful_metrics: Option<Vec<String>>,
    #[config(skip)]
    bar: Option<Progbar>,
    #[config(skip)]
    seen: usize,
    #[config(skip)]
    values: Vec<(Arc<str>, f64)>,
    /// Whether it runs in a training, whose validation has no bar of its own.
    #[config(skip)]
    training: bool,
}

impl ProgbarLogger {
    fn target(&self, context: &Context) -> Option<usize> {
        match self.count_mode {
            CountMode::Samples => context.params().samples,
            CountMode::Steps => context.params().steps,
        }
    }

    fn start(&mut self, context: &Context) {
        let stateful: Vec<Arc<str>> = self.stateful_metrics.iter().flatten().map(|n| n.as_str().into()).collect();
        self.bar = Some(Progbar::new(self.target(context), context.params().verbose, &stateful, console::clock()()));
        self.seen = 0;
        self.values.clear();
    }

    fn is_before_end(&self, context: &Context) -> bool {
        self.target(context).is_none_or(|t| self.seen < t)
    }

    fn batch_begin(&mut self, context: &Context) {
        if self.is_before_end(context) {
            self.values.clear();
        }
    }

    fn take(&mut self, logs: &Logs, context: &Context) {
        for name in context.params().metrics.iter().flatten() {
            if let Some(x) = logs.get(name) {
                self.values.push((name.clone(), x));
            }
        }
    }

    fn batch_end(&mut self, logs: &Logs, context: &Context) {
        self.seen += match self.count_mode {
            CountMode::Samples => logs.get("size").unwrap_or(0.0) as usize,
            CountMode::Steps => 1,
        };
        self.take(logs, context);
        // The last one is shown at the end of the epoch, when the validation is known.
        if self.is_before_end(context) {
            self.show();
        }
    }

    fn show(&mut self) {
        if let Some(bar) = &mut self.bar {
            let style = console::style();
            console::print(bar.update(self.seen, &self.values, console::clock()(), style));
        }
    }
}

impl Callback for ProgbarLogger {
    fn hooks(&self) -> Hooks {
        use Hook::*;
        Hooks::of(&[TrainBegin, TrainEnd, EpochBegin, EpochEnd, TrainBatchBegin, TrainBatchEnd])
            .or(Hooks::of(&[TestBegin, TestEnd, TestBatchBegin, TestBatchEnd]))
            .or(Hooks::of(&[PredictBegin, PredictEnd, PredictBatchBegin, PredictBatchEnd]))
    }

    fn on_train_begin(&mut self, _logs: &mut Logs, _context: &Context) -> Result<()> {
        self.training = true;
        Ok(())
    }
    fn on_train_end(&mut self, _logs: &mut Logs, _context: &Context) -> Result<()> {
        self.training = false;
        Ok(())
    }

    fn on_epoch_begin(&mut self, epoch: usize, _logs: &mut Logs, context: &Context) -> Result<()> {
        let params = context.params();
        if params.verbose > 0 {
            let end = if params.verbose == 1 && console::style() == Style::OneLine { " - " } else { "\n" };
            console::print(&format!("Epoch {}/{}{end}", epoch + 1, params.epochs.unwrap_or_default()));
            self.start(context);
        }
        Ok(())
    }
    fn on_batch_begin(&mut self, _batch: usize, _logs: &mut Logs, context: &Context) -> Result<()> {
        self.batch_begin(context);
        Ok(())
    }
    fn on_batch_end(&mut self, _batch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        self.batch_end(logs, context);
        Ok(())
    }
    fn on_epoch_end(&mut self, _epoch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        self.take(logs, context);
        self.show();
        Ok(())
    }

    fn on_test_begin(&mut self, _logs: &mut Logs, context: &Context) -> Result<()> {
        if !self.training {
            self.start(context);
        }
        Ok(())
    }
    fn on_test_batch_end(&mut self, _batch: usize, logs: &mut Logs, _context: &Context) -> Result<()> {
        if !self.training {
            self.step(logs);
        }
        Ok(())
    }
    fn on_predict_begin(&mut self, _logs: &mut Logs, context: &Context) -> Result<()> {
        self.start(context);
        Ok(())
    }
    fn on_predict_batch_end(&mut self, _batch: usize, logs: &mut Logs, _context: &Context) -> Result<()> {
        self.step(logs);
        Ok(())
    }
}

impl ProgbarLogger {
    /// A batch of an evaluation or a prediction, whose bars show no values.
    fn step(&mut self, logs: &Logs) {
        self.seen += match self.count_mode {
            CountMode::Samples => logs.get("size").unwrap_or(0.0) as usize,
            CountMode::Steps => 1,
        };
        self.show();
    }
}

impl CallbackOptions for ProgbarLogger {
    fn running(&self) -> Box<dyn Callback + Send> {
        Box::new(self.clone())
    }
    fn attribute(&self, _name: &str) -> Option<Setting> {
        None
    }
}
