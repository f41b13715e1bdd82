//! A function of the user's as an optimizer: the step of one weight; everything else is done for it.
use super::{Hyper, Moment, Optimizer, Slot, State, Step};
use crate::config::{Described, Map};
use crate::{Result, Value};

/// A function of the user's as an optimizer. Its config has the learning rate.
pub struct OptimizerFunction<F> {
    name: String,
    learning_rate: Hyper,
    slots: Vec<Slot>,
    state: State,
    step: F,
}

impl<F: Fn(&Moment, &Value, &Value, &[Value]) -> Result<Step>> OptimizerFunction<F> {
    /// The function `step` from the moment, a gradient, a weight and its slots to new ones, by the name it has among the custom
    /// objects. `slots` are the names of what is kept for each weight, zero at first.
    pub fn new(
        name: impl Into<String>,
        learning_rate: f64,
        slots: impl IntoIterator<Item = impl Into<String>>,
        step: F,
    ) -> OptimizerFunction<F> {
        let name = name.into();
        OptimizerFunction {
            state: State::new(&name),
            learning_rate: learning_rate.into(),
            slots: slots.into_iter().map(Slot::new).collect(),
            name,
            step,
        }
    }
}

impl<F> Described for OptimizerFunction<F> {
    fn class_name(&self) -> String {
        self.name.clone()
    }
    fn config(&self) -> Result<Option<Map>> {
        Ok(Some(Map::from([("learning_rate", self.learning_rate.get())])))
    }
}

impl<F: Fn(&Moment, &Value, &Value, &[Value]) -> Result<Step>> Optimizer for OptimizerFunction<F> {
    fn state(&self) -> &State {
        &self.state
    }
    fn learning_rate(&self) -> &Hyper {
        &self.learning_rate
    }
    fn hypers(&self) -> Vec<(&str, &Hyper)> {
        vec![("learning_rate", &self.learning_rate)]
    }
    fn slots(&self) -> Vec<Slot> {
        self.slots.clone()
    }
    fn step(&self, moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]) -> Step {
        (self.step)(moment, gradient, weight, slots).unwrap_or_else(|error| Step::new(Value::failed(error), []))
    }
}
