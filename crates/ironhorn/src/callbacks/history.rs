//! What happened in each epoch: what `fit` returns. `fit` puts it last by itself.
use super::{Callback, CallbackOptions, Context, Hook, Hooks, Logs};
use crate::{
    Result,
    config::{Config, Map, Setting},
};
use std::sync::{Arc, Mutex, PoisonError};

/// The numbers of each epoch under their names.
#[derive(Clone, Debug, Config)]
pub struct History {
    #[config(skip)]
    record: Arc<Mutex<Record>>,
}

/// Epochs and their numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The numbers of the epochs that were run, from 0.
    pub epoch: Vec<usize>,
    /// The names in the order they first came, each with a number an epoch in which it came.
    pub history: Vec<(Arc<str>, Vec<f64>)>,
}

impl History {
    /// A copy of the record.
    pub fn record(&self) -> Record {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// The numbers of the epochs that were run.
    pub fn epoch(&self) -> Vec<usize> {
        self.record().epoch
    }
    /// The numbers of that name, one an epoch.
    pub fn get(&self, name: &str) -> Option<Vec<f64>> {
        self.record().history.into_iter().find(|(n, _)| &**n == name).map(|(_, xs)| xs)
    }
    /// The names.
    pub fn keys(&self) -> Vec<Arc<str>> {
        self.record().history.into_iter().map(|(n, _)| n).collect()
    }
}

impl Callback for History {
    fn hooks(&self) -> Hooks {
        Hooks::of(&[Hook::TrainBegin, Hook::EpochEnd])
    }

    fn on_train_begin(&mut self, _logs: &mut Logs, _context: &Context) -> Result<()> {
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = Record::default();
        Ok(())
    }

    fn on_epoch_end(&mut self, epoch: usize, logs: &mut Logs, _context: &Context) -> Result<()> {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        record.epoch.push(epoch);
        for (name, x) in logs.iter() {
            match record.history.iter_mut().find(|(n, _)| n == name) {
                Some((_, xs)) => xs.push(x),
                None => record.history.push((name.clone(), vec![x])),
            }
        }
        Ok(())
    }
}

impl CallbackOptions for History {
    fn running(&self) -> Box<dyn Callback + Send> {
        Box::new(self.clone())
    }
    fn attribute(&self, name: &str) -> Option<Setting> {
        let record = self.record();
        match name {
            "epoch" => Some(record.epoch.into()),
            "history" => Some(record.history.into_iter().map(|(n, xs)| (n.to_string(), xs)).collect::<Map>().into()),
            _ => None,
        }
    }
}
