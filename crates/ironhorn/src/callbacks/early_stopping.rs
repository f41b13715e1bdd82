//! Ends a training when a number has stopped to improve.
use super::{Better, Callback, CallbackOptions, Context, Hook, Hooks, Logs};
use crate::{
    Array, Result,
    config::{Config, Number, Setting},
    console,
};
use std::sync::{Arc, Mutex, PoisonError};

/// Stops training when a monitored number has not improved for some epochs.
#[derive(Clone, Debug, Config)]
pub struct EarlyStopping {
    /// The name of the number in the logs of an epoch.
    #[config(default = "val_loss")]
    pub monitor: String,
    /// The least change that counts as an improvement.
    #[config(default = 0)]
    pub min_delta: Number,
    /// Epochs without improvement after which training stops; 0 and 1 are alike.
    #[config(default = 0)]
    pub patience: usize,
    /// 1 prints a message when it stops.
    #[config(default = 0)]
    pub verbose: usize,
    /// Whether less or more is better.
    #[config(default = "auto")]
    pub mode: Better,
    /// What the number must be better than from the first epoch on.
    #[config(default = None)]
    pub baseline: Option<f64>,
    /// Whether the weights of the best epoch are put back when it stops.
    #[config(default = false)]
    pub restore_best_weights: bool,
    #[config(skip)]
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Debug, Default)]
struct State {
    wait: usize,
    stopped_epoch: usize,
    best: f64,
    best_weights: Option<Vec<Array>>,
}

impl EarlyStopping {
    fn state<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
    fn more_is_better(&self) -> bool {
        self.mode.is_more(self.monitor.contains("acc"))
    }
    /// The epoch in which it stopped the training, from 0; 0 if it did not.
    pub fn stopped_epoch(&self) -> usize {
        self.state(|s| s.stopped_epoch)
    }
    /// Epochs since the last improvement.
    pub fn wait(&self) -> usize {
        self.state(|s| s.wait)
    }
    /// The best number so far.
    pub fn best(&self) -> f64 {
        self.state(|s| s.best)
    }
}

impl Callback for EarlyStopping {
    fn hooks(&self) -> Hooks {
        Hooks::of(&[Hook::TrainBegin, Hook::EpochEnd, Hook::TrainEnd])
    }

    fn on_train_begin(&mut self, _logs: &mut Logs, _context: &Context) -> Result<()> {
        let best = self.baseline.unwrap_or(Better::worst(self.more_is_better()));
        self.state(|s| (s.wait, s.stopped_epoch, s.best) = (0, 0, best));
        Ok(())
    }

    fn on_epoch_end(&mut self, epoch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        let Some(current) = logs.get(&self.monitor) else {
            let known = logs.keys().collect::<Vec<_>>().join(",");
            console::warn(&format!(
                "Early stopping conditioned on metric `{}` which is not available. Available metrics are: {known}",
                self.monitor
            ));
            return Ok(());
        };
        let delta = self.min_delta.get();
        let best = self.best();
        // Comparisons with NaN are false: no improvement.
        let improved = if self.more_is_better() { current - delta > best } else { current + delta < best };
        if improved {
            let weights = self.restore_best_weights.then(|| context.weights());
            self.state(|s| {
                (s.best, s.wait) = (current, 0);
                s.best_weights = weights.or(s.best_weights.take());
            });
            return Ok(());
        }
        let wait = self.state(|s| {
            s.wait += 1;
            s.wait
        });
        if wait < self.patience {
            return Ok(());
        }
        self.state(|s| s.stopped_epoch = epoch);
        context.stop();
        if self.restore_best_weights {
            if self.verbose > 0 {
                console::print("Restoring model weights from the end of the best epoch\n");
            }
            if let Some(weights) = self.state(|s| s.best_weights.clone()) {
                context.set_weights(&weights)?;
            }
        }
        Ok(())
    }

    fn on_train_end(&mut self, _logs: &mut Logs, _context: &Context) -> Result<()> {
        let stopped = self.stopped_epoch();
        if stopped > 0 && self.verbose > 0 {
            console::print(&format!("Epoch {:05}: early stopping\n", stopped + 1));
        }
        Ok(())
    }
}

impl CallbackOptions for EarlyStopping {
    fn running(&self) -> Box<dyn Callback + Send> {
        Box::new(self.clone())
    }
    fn attribute(&self, name: &str) -> Option<Setting> {
        match name {
            "stopped_epoch" => Some(self.stopped_epoch().into()),
            "wait" => Some(self.wait().into()),
            "best" => Some(self.best().into()),
            _ => None,
        }
    }
}
