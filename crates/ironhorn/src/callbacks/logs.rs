//! What hooks are told: names and numbers, in Keras's order. The loop keeps its logs from step to step, so that a step that
//! nobody adds to allocates nothing.
use crate::Array;
use std::sync::Arc;

/// Names and numbers of a hook; a callback may change and add to them, and later callbacks see it.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    numbers: Vec<(Arc<str>, f64)>,
    /// What a batch of a prediction gave, one array an output.
    pub outputs: Vec<Array>,
}

impl Logs {
    /// Empty logs.
    pub fn new() -> Logs {
        Logs::default()
    }
    /// The number of that name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.numbers.iter().find(|(n, _)| &**n == name).map(|(_, x)| *x)
    }
    /// Puts a number at the end, or in the place of the one that has the name.
    pub fn insert(&mut self, name: impl AsRef<str> + Into<Arc<str>>, x: f64) {
        match self.numbers.iter_mut().find(|(n, _)| **n == *name.as_ref()) {
            Some(entry) => entry.1 = x,
            None => self.numbers.push((name.into(), x)),
        }
    }
    /// Names and numbers, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, f64)> {
        self.numbers.iter().map(|(n, x)| (n, *x))
    }
    /// The names.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.numbers.iter().map(|(n, _)| &**n)
    }
    /// How many numbers.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }
    /// Whether there are no numbers.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
    /// Forgets everything but keeps the room.
    pub(crate) fn clear(&mut self) {
        self.numbers.clear();
        self.outputs.clear();
    }
    /// Makes the names those of `template` again, without what callbacks added.
    pub(crate) fn restart(&mut self, template: &[Arc<str>]) {
        self.outputs.clear();
        self.numbers.truncate(template.len());
        let same = self.numbers.len() == template.len() && self.numbers.iter().zip(template).all(|((n, _), t)| Arc::ptr_eq(n, t));
        if !same {
            self.numbers.clear();
            self.numbers.extend(template.iter().map(|name| (name.clone(), 0.0)));
        }
    }
    /// Sets the number at that place.
    pub(crate) fn set(&mut self, place: usize, x: f64) {
        if let Some(entry) = self.numbers.get_mut(place) {
            entry.1 = x;
        }
    }
}

impl<N: Into<Arc<str>>> FromIterator<(N, f64)> for Logs {
    fn from_iter<I: IntoIterator<Item = (N, f64)>>(items: I) -> Logs {
        Logs { numbers: items.into_iter().map(|(n, x)| (n.into(), x)).collect(), outputs: Vec::new() }
    }
}
