//! Makes the learning rate smaller when a number has stopped to improve.
use super::{Better, Callback, CallbackOptions, Context, Hook, Hooks, Logs};
use crate::{
    Error, Result,
    config::{Config, Setting, python_float},
    console,
};
use std::sync::{Arc, Mutex, PoisonError};

/// Reduces the learning rate when a monitored number has not improved for some epochs.
#[derive(Clone, Debug, Config)]
#[config(check = check)]
pub struct ReduceLROnPlateau {
    /// The name of the number in the logs of an epoch.
    #[config(default = "val_loss")]
    pub monitor: String,
    /// What the learning rate is multiplied by, below 1.
    #[config(default = 0.1)]
    pub factor: f64,
    /// Epochs without improvement after which it is reduced; 0 and 1 are alike.
    #[config(default = 10)]
    pub patience: usize,
    /// 1 prints a message when it is reduced.
    #[config(default = 0)]
    pub verbose: usize,
    /// Whether less or more is better.
    #[config(default = "auto")]
    pub mode: Better,
    /// The least change that counts as an improvement.
    #[config(default = 0.0001, legacy = "epsilon")]
    pub min_delta: f64,
    /// Epochs after a reduction in which nothing is counted.
    #[config(default = 0)]
    pub cooldown: usize,
    /// The least learning rate.
    #[config(default = 0.0)]
    pub min_lr: f64,
    #[config(skip)]
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    wait: usize,
    cooling: usize,
    best: f64,
}

fn check(made: &ReduceLROnPlateau) -> Result<()> {
    if made.factor < 1.0 {
        return Ok(());
    }
    Err(Error::value("factor", format!("ReduceLROnPlateau does not support a factor >= 1.0, got {}.", made.factor)))
}

impl ReduceLROnPlateau {
    fn state<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
    fn more_is_better(&self) -> bool {
        self.mode.is_more(self.monitor.contains("acc"))
    }
    /// Epochs since the last improvement.
    pub fn wait(&self) -> usize {
        self.state(|s| s.wait)
    }
    /// The best number so far.
    pub fn best(&self) -> f64 {
        self.state(|s| s.best)
    }
    /// Epochs until counting goes on.
    pub fn cooldown_counter(&self) -> usize {
        self.state(|s| s.cooling)
    }
    /// Takes the number in; whether the learning rate is to be reduced if it can be.
    fn is_stuck(&self, current: f64) -> bool {
        let more = self.more_is_better();
        self.state(|s| {
            if s.cooling > 0 {
                s.cooling -= 1;
                s.wait = 0;
            }
            // Comparisons with NaN are false: no improvement.
            let improved = if more { current > s.best + self.min_delta } else { current < s.best - self.min_delta };
            if improved {
                (s.best, s.wait) = (current, 0);
                return false;
            }
            if s.cooling > 0 {
                return false;
            }
            s.wait += 1;
            s.wait >= self.patience
        })
    }
}

impl Callback for ReduceLROnPlateau {
    fn hooks(&self) -> Hooks {
        Hooks::of(&[Hook::TrainBegin, Hook::EpochEnd])
    }

    fn on_train_begin(&mut self, _logs: &mut Logs, _context: &Context) -> Result<()> {
        let best = Better::worst(self.more_is_better());
        self.state(|s| *s = State { best, ..State::default() });
        Ok(())
    }

    fn on_epoch_end(&mut self, epoch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        let old = context.learning_rate()?;
        logs.insert_single("lr", old);
        let Some(current) = logs.get(&self.monitor) else {
            let known = logs.keys().collect::<Vec<_>>().join(",");
            console::warn(&format!(
                "Reduce LR on plateau conditioned on metric `{}` which is not available. Available metrics are: {known}",
                self.monitor
            ));
            return Ok(());
        };
        if !self.is_stuck(current) || old <= self.min_lr {
            return Ok(());
        }
        let new = (old * self.factor).max(self.min_lr);
        context.set_learning_rate(new)?;
        if self.verbose > 0 {
            let (epoch, new) = (epoch + 1, python_float(new));
            console::print(&format!("\nEpoch {epoch:05}: ReduceLROnPlateau reducing learning rate to {new}.\n"));
        }
        self.state(|s| (s.cooling, s.wait) = (self.cooldown, 0));
        Ok(())
    }
}

impl CallbackOptions for ReduceLROnPlateau {
    fn running(&self) -> Box<dyn Callback + Send> {
        Box::new(self.clone())
    }
    fn attribute(&self, name: &str) -> Option<Setting> {
        match name {
            "wait" => Some(self.wait().into()),
            "best" => Some(self.best().into()),
            "cooldown_counter" => Some(self.cooldown_counter().into()),
            _ => None,
        }
    }
}
