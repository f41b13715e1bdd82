//! A callback of closures.
use super::{Callback, Context, Hook, Hooks, Logs};
use crate::Result;

type Closure<'a> = Box<dyn FnMut(usize, &mut Logs, &Context) -> Result<()> + 'a>;

/// A callback of closures: `LambdaCallback::new().on(Hook::EpochEnd, |epoch, logs, context| ..)`. In hooks that have no number
/// it is 0.
#[derive(Default)]
pub struct LambdaCallback<'a> {
    closures: Vec<(Hook, Closure<'a>)>,
}

impl<'a> LambdaCallback<'a> {
    /// One that does nothing.
    pub fn new() -> LambdaCallback<'a> {
        LambdaCallback::default()
    }
    /// The same with a closure for a hook; of several for one hook all are called.
    pub fn on(mut self, hook: Hook, f: impl FnMut(usize, &mut Logs, &Context) -> Result<()> + 'a) -> LambdaCallback<'a> {
        self.closures.push((hook, Box::new(f)));
        self
    }
    fn run(&mut self, hook: Hook, number: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        self.closures.iter_mut().filter(|(h, _)| *h == hook).try_for_each(|(_, f)| f(number, logs, context))
    }
}

macro_rules! methods {
    ($($method:ident($($number:ident)?) $hook:ident;)*) => { $(
        fn $method(&mut self, $($number: usize,)? logs: &mut Logs, context: &Context) -> Result<()> {
            let number = [$($number)?].first().copied().unwrap_or(0);
            self.run(Hook::$hook, number, logs, context)
        }
    )* };
}

impl Callback for LambdaCallback<'_> {
    fn hooks(&self) -> Hooks {
        self.closures.iter().fold(Hooks::default(), |all, (hook, _)| all.or(Hooks::of(&[*hook])))
    }
    methods! {
        on_train_begin() TrainBegin;
        on_train_end() TrainEnd;
        on_epoch_begin(epoch) EpochBegin;
        on_epoch_end(epoch) EpochEnd;
        on_train_batch_begin(batch) TrainBatchBegin;
        on_train_batch_end(batch) TrainBatchEnd;
        on_test_begin() TestBegin;
        on_test_end() TestEnd;
        on_test_batch_begin(batch) TestBatchBegin;
        on_test_batch_end(batch) TestBatchEnd;
        on_predict_begin() PredictBegin;
        on_predict_end() PredictEnd;
        on_predict_batch_begin(batch) PredictBatchBegin;
        on_predict_batch_end(batch) PredictBatchEnd;
    }
}
