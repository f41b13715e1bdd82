//! What an optimizer keeps from step to step: the counter, numbers of its own, slots for each weight, in Keras's order.
use super::{Optimizer, SlotShape};
use crate::{Array, Error, Result, Variable, globals};
use std::cell::RefCell;

/// The counter of steps and, once the weights are known, the slots.
#[derive(Debug)]
pub struct State {
    class: String,
    iterations: Variable,
    built: RefCell<Built>,
}

#[derive(Debug, Default)]
struct Built {
    scalars: Vec<Variable>,
    weights: Vec<Variable>,
    /// For each weight its slots.
    slots: Vec<Vec<Variable>>,
}

impl State {
    /// No steps made, for an optimizer of that class.
    pub fn new(class: &str) -> State {
        let iterations = Variable::new(format!("{class}/iterations:0"), &Array::scalar(0i64));
        State { class: class.to_owned(), iterations, built: RefCell::default() }
    }
    /// How many steps were made.
    pub fn iterations(&self) -> &Variable {
        &self.iterations
    }
    /// The optimizer's own numbers; none before the weights are known.
    pub fn scalars(&self) -> Vec<Variable> {
        self.built.borrow().scalars.clone()
    }
    /// Makes slots for these weights, all zero, unless it has them already. The slots of each weight.
    pub fn build(&self, optimizer: &dyn Optimizer, weights: &[Variable]) -> Vec<Vec<Variable>> {
        let mut built = self.built.borrow_mut();
        if built.scalars.is_empty() {
            let made = |(name, first): (String, f64)| {
                Variable::new(format!("{}/{name}:0", self.class), &Array::scalar_of(globals::floatx(), first))
            };
            built.scalars = optimizer.scalars().into_iter().map(made).collect();
        }
        if built.weights != weights {
            let kinds = optimizer.slots();
            let made = |(i, weight): (usize, &Variable)| {
                let slot = kinds.iter().map(|slot| {
                    let shape = match slot.shape {
                        SlotShape::Weight => weight.shape().to_vec(),
                        SlotShape::One => vec![1],
                    };
                    Variable::new(format!("training/{}/{}_{i}:0", self.class, slot.name), &Array::zeros(weight.dtype(), shape))
                });
                slot.collect()
            };
            built.slots = weights.iter().enumerate().map(made).collect();
            built.weights = weights.to_vec();
        }
        built.slots.clone()
    }
    /// Forgets the slots, as compiling a model does: the next step starts with new ones. The counter and the optimizer's own
    /// numbers stay.
    pub fn forget(&self) {
        let mut built = self.built.borrow_mut();
        (built.weights, built.slots) = Default::default();
    }
    /// What Keras calls the optimizer's weights: the counter, its own numbers, then the first slot of every weight, the second
    /// of every weight. Empty before the weights are known.
    pub fn weights(&self) -> Vec<Variable> {
        let built = self.built.borrow();
        if built.weights.is_empty() {
            return Vec::new();
        }
        let kinds = built.slots.iter().map(Vec::len).max().unwrap_or(0);
        let slots = (0..kinds).flat_map(|kind| built.slots.iter().filter_map(move |slots| slots.get(kind)));
        [&self.iterations].into_iter().chain(&built.scalars).chain(slots).cloned().collect()
    }
    /// Their values.
    pub fn get_weights(&self) -> Vec<Array> {
        self.weights().iter().map(Variable::get).collect()
    }
    /// Sets their values. Lists of Keras 2.2.4 lack one number, which is taken as at the start: the counter, or what follows
    /// it where the optimizer has numbers of its own.
    /// Errors: `optimizer_weight_count`, `optimizer_weight_shape`.
    pub fn set_weights(&self, optimizer: &dyn Optimizer, values: &[Array]) -> Result<()> {
        let weights = self.weights();
        let mut values = values.to_vec();
        if values.len() + 1 == weights.len() {
            match optimizer.scalars().first() {
                Some((_, first)) if !values.is_empty() => values.insert(1, Array::scalar_of(globals::floatx(), *first)),
                Some(_) => {}
                None if optimizer.counts_late() => values.insert(0, Array::scalar(0i64)),
                None => {}
            }
        }
        if values.len() != weights.len() {
            return Err(Error::value(
                "optimizer_weight_count",
                format!(
                    "Length of the specified weight list ({}) does not match the number of weights of the optimizer ({}). They are \
                     known after the first step, or once a model is compiled and built.",
                    values.len(),
                    weights.len()
                ),
            ));
        }
        if let Some((weight, value)) = weights.iter().zip(&values).find(|(w, v)| w.shape() != v.shape()) {
            return Err(Error::value(
                "optimizer_weight_shape",
                format!(
                    "Optimizer weight shape {:?} of {} not compatible with provided weight shape {:?}.",
                    weight.shape(),
                    weight.name(),
                    value.shape()
                ),
            ));
        }
        weights.iter().zip(&values).try_for_each(|(weight, value)| weight.set(value))
    }
}

/// No steps made, nothing kept: an optimizer that is cloned starts anew.
impl Clone for State {
    fn clone(&self) -> State {
        State::new(&self.class)
    }
}
