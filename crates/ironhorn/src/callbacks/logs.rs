//! What hooks are told: names and numbers, in Keras's order. The loop keeps its logs from step to step, so that a step that
//! nobody adds to allocates nothing.
use crate::{Array, config::python_float};
use std::sync::Arc;

/// Names and numbers of a hook; a callback may change and add to them, and later callbacks see it.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    numbers: Vec<(Arc<str>, f64)>,
    /// The names of those that are of single precision, which shows where they are written as text.
    single: Vec<Arc<str>>,
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
    /// The same with a number of single precision.
    pub fn insert_single(&mut self, name: impl Into<Arc<str>>, x: f64) {
        let name = name.into();
        self.insert(name.clone(), x);
        if !self.single.contains(&name) {
            self.single.push(name);
        }
    }
    /// The number of that name as Python writes it: of one of single precision the fewest digits that tell it from others of its kind.
    pub fn text(&self, name: &str) -> Option<String> {
        let x = self.get(name)?;
        let single = self.single.iter().any(|n| &**n == name) && f64::from(x as f32) == x;
        Some(match x {
            _ if x.is_nan() => "nan".to_owned(),
            _ if x.is_infinite() => if x > 0.0 { "inf" } else { "-inf" }.to_owned(),
            // The shortest text of a single is also that of some double.
            _ if single => python_float((x as f32).to_string().parse().unwrap_or(x)),
            _ => python_float(x),
        })
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
        self.single.clear();
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
        Logs { numbers: items.into_iter().map(|(n, x)| (n.into(), x)).collect(), ..Logs::default() }
    }
}
