//! Saves a model while it is trained.
use super::{Better, Callback, CallbackOptions, Context, Hook, Hooks, Logs, file_name::file_name};
use crate::{
    Result,
    config::{Config, Setting},
    console,
    saving::Save,
};
use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Saves the model after epochs: each time, or when a monitored number is better than ever.
#[derive(Clone, Debug, Config)]
pub struct ModelCheckpoint {
    /// Where to; `{epoch:02d}` and names of the logs as `{val_loss:.2f}` stand for their numbers, in Python's formats.
    pub filepath: String,
    /// The name of the number in the logs of an epoch.
    #[config(default = "val_loss")]
    pub monitor: String,
    /// 1 prints a message when it saves, and when it does not.
    #[config(default = 0)]
    pub verbose: usize,
    /// Whether only a model that is better than all before is saved.
    #[config(default = false)]
    pub save_best_only: bool,
    /// Whether only the weights are saved.
    #[config(default = false)]
    pub save_weights_only: bool,
    /// Whether less or more is better.
    #[config(default = "auto")]
    pub mode: Better,
    /// Epochs from one time to the next.
    #[config(default = 1)]
    pub period: usize,
    #[config(skip)]
    state: Arc<Mutex<State>>,
}

/// It goes on from one `fit` to the next, as in Keras.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    since: usize,
    best: Option<f64>,
}

impl ModelCheckpoint {
    fn state<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
    fn more_is_better(&self) -> bool {
        self.mode.is_more(self.monitor.contains("acc") || self.monitor.starts_with("fmeasure"))
    }
    /// The best number so far.
    pub fn best(&self) -> f64 {
        self.state(|s| s.best).unwrap_or(Better::worst(self.more_is_better()))
    }
    /// Epochs since it was last time to save.
    pub fn epochs_since_last_save(&self) -> usize {
        self.state(|s| s.since)
    }
    fn save(&self, path: &str, context: &Context) -> Result<()> {
        let outline = context.outline()?;
        match self.save_weights_only {
            true => outline.weights().write(Path::new(path)),
            false => outline.stored(&Save::default())?.write(Path::new(path)),
        }
    }
}

impl Callback for ModelCheckpoint {
    fn hooks(&self) -> Hooks {
        Hooks::of(&[Hook::EpochEnd])
    }
    fn saves(&self) -> bool {
        true
    }

    fn on_epoch_end(&mut self, epoch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        let due = self.state(|s| {
            s.since += 1;
            s.since >= self.period
        });
        if !due {
            return Ok(());
        }
        self.state(|s| s.since = 0);
        let path = file_name(&self.filepath, epoch + 1, logs)?;
        let (number, monitor, says) = (epoch + 1, &self.monitor, self.verbose > 0);
        if !self.save_best_only {
            if says {
                console::print(&format!("\nEpoch {number:05}: saving model to {path}\n"));
            }
            return self.save(&path, context);
        }
        let Some(current) = logs.get(monitor) else {
            console::warn(&format!("Can save best model only with {monitor} available, skipping."));
            return Ok(());
        };
        let best = self.best();
        // Comparisons with NaN are false: no improvement.
        let improved = if self.more_is_better() { current > best } else { current < best };
        if improved {
            if says {
                console::print(&format!(
                    "\nEpoch {number:05}: {monitor} improved from {best:.5} to {current:.5}, saving model to {path}\n"
                ));
            }
            self.state(|s| s.best = Some(current));
            return self.save(&path, context);
        }
        if says {
            console::print(&format!("\nEpoch {number:05}: {monitor} did not improve from {best:.5}\n"));
        }
        Ok(())
    }
}

impl CallbackOptions for ModelCheckpoint {
    fn running(&self) -> Box<dyn Callback + Send> {
        Box::new(self.clone())
    }
    fn attribute(&self, name: &str) -> Option<Setting> {
        match name {
            "best" => Some(self.best().into()),
            "epochs_since_last_save" => Some(self.epochs_since_last_save().into()),
            _ => None,
        }
    }
}
