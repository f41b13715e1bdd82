//! Callbacks: what runs between the steps of a training, an evaluation or a prediction. The hooks of Keras 2.3.1.
//!
//! A Rust user's callbacks run on the thread that called `fit`. The declared ones (`CallbackOptions`) can be called on any, so
//! that the binding runs the loop on a thread of its own and wraps JavaScript's callbacks into some that forward.
mod better;
mod file_name;
mod lambda;
mod logs;
mod progbar;

pub use better::Better;
pub use lambda::LambdaCallback;
pub use learning_rate_scheduler::Schedule;
pub use logs::Logs;
pub use progbar::Progbar;
pub use progbar_logger::CountMode;
pub use remote_monitor::Headers;

use crate::{
    Array, Error, Result, Variable,
    config::{Described, Entry, Kind, Plug, Setting},
    saving::Outline,
    training::Handle,
};
use std::{rc::Rc, sync::Arc};

/// What the hooks of one call are told besides logs: Keras's `params`. `None` where Keras has no such key or Python's None.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    /// Samples a batch.
    pub batch_size: Option<usize>,
    /// The number of the last epoch; only in `fit`.
    pub epochs: Option<usize>,
    /// Steps an epoch, if they were given.
    pub steps: Option<usize>,
    /// Number of samples.
    pub samples: Option<usize>,
    /// How much is printed: 0, 1 or 2.
    pub verbose: u8,
    /// Whether there is a validation; only in `fit`.
    pub do_validation: Option<bool>,
    /// The names in the logs; not in `predict`.
    pub metrics: Option<Vec<Arc<str>>>,
}

/// What a callback sees of the run it is called in, and can do to it. It may be kept and sent to other threads.
#[derive(Clone)]
pub struct Context {
    params: Arc<Params>,
    handle: Arc<Handle>,
    outline: Option<Arc<Outline>>,
}

impl Context {
    /// The context of a run with these parameters, over what is shared of a model.
    pub fn new(params: Params, handle: Arc<Handle>) -> Context {
        Context { params: Arc::new(params), handle, outline: None }
    }
    /// The same for callbacks that save the model.
    pub(crate) fn saving(self, outline: Outline) -> Context {
        Context { outline: Some(Arc::new(outline)), ..self }
    }
    /// The run's parameters.
    pub fn params(&self) -> &Params {
        &self.params
    }
    /// Ends the training after this batch or epoch, as `model.stop_training = True` does.
    pub fn stop(&self) {
        self.handle.stop();
    }
    /// The model's weights, in the order of `model.get_weights()`.
    pub fn weights(&self) -> Vec<Array> {
        self.handle.weights()
    }
    /// Sets the model's weights. Errors as `Handle::set_weights`.
    pub fn set_weights(&self, weights: &[Array]) -> Result<()> {
        self.handle.set_weights(weights)
    }
    /// What saving the model needs, with its numbers as they are now. Error `no_outline` unless a callback of the run says that it
    /// [saves](Callback::saves).
    pub fn outline(&self) -> Result<&Outline> {
        self.outline.as_deref().ok_or_else(|| {
            Error::runtime("no_outline", "This run cannot save its model: no callback says that it saves. Write `saves` to give true.")
        })
    }
    /// The optimizer's learning rate. Error `no_learning_rate`.
    pub fn learning_rate(&self) -> Result<f64> {
        Ok(self.rate()?.get().to_f64().first().copied().unwrap_or(f64::NAN))
    }
    /// Sets the learning rate for the steps to come. Error `no_learning_rate`.
    pub fn set_learning_rate(&self, rate: f64) -> Result<()> {
        let variable = self.rate()?;
        variable.set(&Array::scalar_of(variable.dtype(), rate))
    }
    fn rate(&self) -> Result<&Variable> {
        self.handle.hyper("learning_rate").ok_or_else(|| {
            Error::value("no_learning_rate", "Optimizer must have a \"lr\" attribute: it has no learning rate that can change.")
        })
    }
    /// What is shared of the model.
    pub fn handle(&self) -> &Arc<Handle> {
        &self.handle
    }
}

macro_rules! hooks {
    ($($(#[$doc:meta])* $name:ident, $method:ident ($($number:ident)?) ;)*) => {
        /// The hooks.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Hook { $($(#[$doc])* $name),* }

        impl Hook {
            /// All of them.
            pub const ALL: &'static [Hook] = &[$(Hook::$name),*];

            /// Keras's name of it.
            pub fn name(self) -> &'static str {
                match self { $(Hook::$name => stringify!($method)),* }
            }
            /// Calls it. `number` is the epoch or batch, from 0; hooks of a whole run have none.
            pub fn call(self, callback: &mut dyn Callback, number: usize, logs: &mut Logs, context: &Context) -> Result<()> {
                match self { $(Hook::$name => {
                    $(let $number = number;)?
                    callback.$method($($number,)? logs, context)
                })* }
            }
            /// Whether it has a number.
            pub fn numbered(self) -> bool {
                match self { $(Hook::$name => !stringify!($($number)?).is_empty()),* }
            }
        }
    };
}
hooks! {
    /// `fit` begins.
    TrainBegin, on_train_begin();
    /// `fit` ends.
    TrainEnd, on_train_end();
    /// An epoch begins.
    EpochBegin, on_epoch_begin(number);
    /// An epoch ends; its logs are the epoch's numbers.
    EpochEnd, on_epoch_end(number);
    /// A batch of a training begins.
    TrainBatchBegin, on_train_batch_begin(number);
    /// A batch of a training ends.
    TrainBatchEnd, on_train_batch_end(number);
    /// `evaluate` or a validation begins.
    TestBegin, on_test_begin();
    /// `evaluate` or a validation ends.
    TestEnd, on_test_end();
    /// A batch of an evaluation begins.
    TestBatchBegin, on_test_batch_begin(number);
    /// A batch of an evaluation ends.
    TestBatchEnd, on_test_batch_end(number);
    /// `predict` begins.
    PredictBegin, on_predict_begin();
    /// `predict` ends.
    PredictEnd, on_predict_end();
    /// A batch of a prediction begins.
    PredictBatchBegin, on_predict_batch_begin(number);
    /// A batch of a prediction ends; its logs have the outputs.
    PredictBatchEnd, on_predict_batch_end(number);
}

/// All methods of a [`Callback`], each handed to one: `forward_hooks!(run)` calls `self.run(hook, number, logs, context)`. In
/// hooks that have no number it is 0.
#[macro_export]
macro_rules! forward_hooks {
    ($to:ident) => {
        $crate::forward_hooks! { $to:
            on_train_begin() TrainBegin; on_train_end() TrainEnd;
            on_epoch_begin(number) EpochBegin; on_epoch_end(number) EpochEnd;
            on_train_batch_begin(number) TrainBatchBegin; on_train_batch_end(number) TrainBatchEnd;
            on_test_begin() TestBegin; on_test_end() TestEnd;
            on_test_batch_begin(number) TestBatchBegin; on_test_batch_end(number) TestBatchEnd;
            on_predict_begin() PredictBegin; on_predict_end() PredictEnd;
            on_predict_batch_begin(number) PredictBatchBegin; on_predict_batch_end(number) PredictBatchEnd;
        }
    };
    ($to:ident: $($method:ident($($number:ident)?) $hook:ident;)*) => { $(
        fn $method(
            &mut self,
            $($number: usize,)?
            logs: &mut $crate::callbacks::Logs,
            context: &$crate::callbacks::Context,
        ) -> $crate::Result<()> {
            let number = [$($number)?].first().copied().unwrap_or(0);
            self.$to($crate::callbacks::Hook::$hook, number, logs, context)
        }
    )* };
}

/// A set of hooks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Hooks(u16);

impl Hooks {
    /// All.
    pub const ALL: Hooks = Hooks(u16::MAX);
    /// These.
    pub const fn of(hooks: &[Hook]) -> Hooks {
        let (mut bits, mut i) = (0, 0);
        while i < hooks.len() {
            bits |= 1 << hooks[i] as u16;
            i += 1;
        }
        Hooks(bits)
    }
    /// Whether it is among them.
    pub const fn has(self, hook: Hook) -> bool {
        self.0 & (1 << hook as u16) != 0
    }
    /// Those of either.
    pub const fn or(self, other: Hooks) -> Hooks {
        Hooks(self.0 | other.0)
    }
}

/// What runs between steps. Every hook does nothing unless written. Numbers of epochs and batches start at 0. An error ends the
/// run and reaches its caller.
#[allow(unused_variables)]
pub trait Callback {
    /// The hooks it has; others are not called, and what nobody has costs nothing.
    fn hooks(&self) -> Hooks {
        Hooks::ALL
    }
    /// Whether it saves the model, by [`Context::outline`]. What that needs is taken when the run begins, only if someone asks.
    fn saves(&self) -> bool {
        false
    }
    /// `fit` begins.
    fn on_train_begin(&mut self, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// `fit` ends.
    fn on_train_end(&mut self, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// An epoch begins.
    fn on_epoch_begin(&mut self, epoch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// An epoch ends; `logs` has its numbers.
    fn on_epoch_end(&mut self, epoch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// A batch of a training begins; `logs` has `batch` and `size`.
    fn on_batch_begin(&mut self, batch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// A batch of a training ends; `logs` has `batch`, `size`, `loss` and the metrics so far.
    fn on_batch_end(&mut self, batch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// A batch of a training begins; calls `on_batch_begin` unless written.
    fn on_train_batch_begin(&mut self, batch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        self.on_batch_begin(batch, logs, context)
    }
    /// A batch of a training ends; calls `on_batch_end` unless written.
    fn on_train_batch_end(&mut self, batch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        self.on_batch_end(batch, logs, context)
    }
    /// An evaluation or a validation begins.
    fn on_test_begin(&mut self, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// An evaluation or a validation ends.
    fn on_test_end(&mut self, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// A batch of an evaluation begins.
    fn on_test_batch_begin(&mut self, batch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// A batch of an evaluation ends.
    fn on_test_batch_end(&mut self, batch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// A prediction begins.
    fn on_predict_begin(&mut self, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// A prediction ends.
    fn on_predict_end(&mut self, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// A batch of a prediction begins.
    fn on_predict_batch_begin(&mut self, batch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
    /// A batch of a prediction ends; `logs.outputs` has what it gave.
    fn on_predict_batch_end(&mut self, batch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        Ok(())
    }
}

/// Callbacks in the order they are called.
#[derive(Default)]
pub struct CallbackList<'a> {
    list: Vec<&'a mut dyn Callback>,
    wanted: Hooks,
}

impl<'a> CallbackList<'a> {
    /// The list of these.
    pub fn new(callbacks: impl IntoIterator<Item = &'a mut dyn Callback>) -> CallbackList<'a> {
        let list: Vec<_> = callbacks.into_iter().collect();
        let wanted = list.iter().fold(Hooks::default(), |all, c| all.or(c.hooks()));
        CallbackList { list, wanted }
    }
    /// Whether anyone has that hook.
    pub fn wants(&self, hook: Hook) -> bool {
        self.wanted.has(hook)
    }
    /// Calls a hook of those that have it.
    pub fn call(&mut self, hook: Hook, number: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        if !self.wants(hook) {
            return Ok(());
        }
        self.list.iter_mut().filter(|c| c.hooks().has(hook)).try_for_each(|c| hook.call(&mut **c, number, logs, context))
    }
}

/// A callback as it is declared. Its running form can be called on any thread and shares its state, so that `stopped_epoch`
/// can be read here after the run.
pub trait CallbackOptions: Described {
    /// The running form.
    fn running(&self) -> Box<dyn Callback + Send>;
    /// Whether its hooks wait for something else, as a function of the user's or a network.
    fn waits(&self) -> bool {
        false
    }
    /// What may be read of it under Keras's name: `stopped_epoch`, `history`.
    fn attribute(&self, name: &str) -> Option<Setting>;
}

impl Kind for dyn CallbackOptions {
    const NAME: &'static str = "callback";
    const MODULE: &'static str = "callbacks";
    const CLASS: &'static str = "Callback";
    const UNKNOWN: &'static str = "Unknown callback: ";

    fn list() -> &'static [Entry<Self>] {
        CALLBACKS
    }
}

impl<T: CallbackOptions + 'static> From<T> for Plug<dyn CallbackOptions> {
    fn from(made: T) -> Plug<dyn CallbackOptions> {
        Plug::from(Rc::new(made) as Rc<dyn CallbackOptions>)
    }
}

crate::list! {
    /// Keras's callbacks.
    pub static CALLBACKS: dyn CallbackOptions;
    base_logger: BaseLogger;
    csv_logger: CSVLogger;
    early_stopping: EarlyStopping;
    history: History;
    learning_rate_scheduler: LearningRateScheduler;
    model_checkpoint: ModelCheckpoint;
    progbar_logger: ProgbarLogger;
    reduce_lr_on_plateau: ReduceLROnPlateau;
    remote_monitor: RemoteMonitor;
    terminate_on_nan: TerminateOnNaN;
}

#[cfg(test)]
mod tests;
