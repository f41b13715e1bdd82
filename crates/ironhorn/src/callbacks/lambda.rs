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

impl Callback for LambdaCallback<'_> {
    fn hooks(&self) -> Hooks {
        self.closures.iter().fold(Hooks::default(), |all, (hook, _)| all.or(Hooks::of(&[*hook])))
    }
    crate::forward_hooks!(run);
}
