//! A learning rate for each epoch, from a function of the user's.
use super::{Callback, CallbackOptions, Context, Hook, Hooks, Logs};
use crate::{
    Result,
    config::{Config, Field, Place, Setting, python_float},
    console,
};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// A function of the epoch, from 0, and the learning rate now, which gives that of the epoch. Clones are the same function.
///
/// ```
/// use ironhorn::callbacks::LearningRateScheduler;
///
/// let halved = LearningRateScheduler::new(|epoch: usize, rate: f64| if epoch == 10 { rate / 2.0 } else { rate });
/// # drop(halved);
/// ```
#[derive(Clone)]
pub struct Schedule {
    name: Arc<str>,
    function: Arc<Mutex<Function>>,
}

type Function = dyn FnMut(usize, f64) -> Result<f64> + Send;

impl Schedule {
    /// A function, with the name that configs show.
    pub fn new(name: &str, function: impl FnMut(usize, f64) -> Result<f64> + Send + 'static) -> Schedule {
        Schedule { name: name.into(), function: Arc::new(Mutex::new(function)) }
    }
    fn call(&self, epoch: usize, rate: f64) -> Result<f64> {
        (self.function.lock().unwrap_or_else(PoisonError::into_inner))(epoch, rate)
    }
}

impl<F: FnMut(usize, f64) -> f64 + Send + 'static> From<F> for Schedule {
    fn from(mut function: F) -> Schedule {
        Schedule::new("schedule", move |epoch, rate| Ok(function(epoch, rate)))
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.name)
    }
}

impl Field for Schedule {
    fn read(setting: Setting, at: &Place) -> Result<Schedule> {
        let found = if let Setting::Object(object) = &setting { object.get::<Schedule>() } else { None };
        found.ok_or_else(|| at.wrong_type("a function of epoch and learning rate", &setting))
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Text(self.name.to_string()))
    }
    fn typescript() -> String {
        "(epoch: number, lr: number) => number | Promise<number>".to_owned()
    }
}

/// Sets the learning rate when an epoch begins.
#[derive(Clone, Debug, Config)]
pub struct LearningRateScheduler {
    /// Gives the learning rate of an epoch: a function of its number, from 0, and of the learning rate now.
    pub schedule: Schedule,
    /// 1 prints the learning rate of each epoch.
    #[config(default = 0)]
    pub verbose: usize,
}

impl Callback for LearningRateScheduler {
    fn hooks(&self) -> Hooks {
        Hooks::of(&[Hook::EpochBegin, Hook::EpochEnd])
    }

    fn on_epoch_begin(&mut self, epoch: usize, _logs: &mut Logs, context: &Context) -> Result<()> {
        let rate = self.schedule.call(epoch, context.learning_rate()?)?;
        context.set_learning_rate(rate)?;
        if self.verbose > 0 {
            let (epoch, rate) = (epoch + 1, python_float(rate));
            console::print(&format!("\nEpoch {epoch:05}: LearningRateScheduler setting learning rate to {rate}.\n"));
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, _epoch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        logs.insert_single("lr", context.learning_rate()?);
        Ok(())
    }
}

impl CallbackOptions for LearningRateScheduler {
    fn running(&self) -> Box<dyn Callback + Send> {
        Box::new(self.clone())
    }
    fn waits(&self) -> bool {
        true
    }
    fn attribute(&self, _name: &str) -> Option<Setting> {
        None
    }
}
