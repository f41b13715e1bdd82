//! Ends a training when its loss is no number any more.
use super::{Callback, CallbackOptions, Context, Hook, Hooks, Logs};
use crate::{
    Result,
    config::{Config, Setting},
    console,
};

/// Stops training when the loss of a batch is NaN or infinite.
#[derive(Clone, Debug, Config)]
pub struct TerminateOnNaN {}

impl Callback for TerminateOnNaN {
    fn hooks(&self) -> Hooks {
        Hooks::of(&[Hook::TrainBatchEnd])
    }

    fn on_batch_end(&mut self, batch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        if logs.get("loss").is_some_and(|loss| !loss.is_finite()) {
            console::print(&format!("Batch {batch}: Invalid loss, terminating training\n"));
            context.stop();
        }
        Ok(())
    }
}

impl CallbackOptions for TerminateOnNaN {
    fn running(&self) -> Box<dyn Callback + Send> {
        Box::new(self.clone())
    }
    fn attribute(&self, _name: &str) -> Option<Setting> {
        None
    }
}
