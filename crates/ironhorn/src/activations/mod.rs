//! Activations: functions of one tensor, element by element or along an axis. Keras's functions by name, and users' own.
use crate::config::{Described, Entry, Kind, Map, Plug};
use crate::{Result, Value};

/// A function of a layer's output.
pub trait Activation: Described {
    /// The activated tensor. What cannot be made comes back as a failed value.
    fn apply(&self, x: &Value) -> Value;
}

impl<T: Activation + 'static> From<T> for Plug<dyn Activation> {
    fn from(made: T) -> Plug<dyn Activation> {
        Plug::from(std::rc::Rc::new(made) as std::rc::Rc<dyn Activation>)
    }
}

impl Kind for dyn Activation {
    const NAME: &'static str = "activation function";
    const MODULE: &'static str = "activations";
    const CLASS: &'static str = "Activation";
    const UNKNOWN: &'static str = "Unknown activation function:";
    const ABSENT: Option<&'static str> = Some("linear");

    fn list() -> &'static [Entry<Self>] {
        ACTIVATIONS
    }
}

crate::list! {
    /// Keras's activations.
    pub static ACTIVATIONS: dyn Activation;
    elu: Elu;
    exponential: Exponential;
    hard_sigmoid: HardSigmoid;
    linear: Linear;
    relu: Relu;
    selu: Selu;
    sigmoid: Sigmoid;
    softmax: Softmax;
    softplus: Softplus;
    softsign: Softsign;
    tanh: Tanh;
}

/// A function of the user's as an activation; it is written as its name.
pub struct ActivationFunction<F> {
    name: String,
    apply: F,
}

impl<F: Fn(&Value) -> Result<Value>> ActivationFunction<F> {
    /// The function `apply`, by the name it has among the custom objects.
    pub fn new(name: impl Into<String>, apply: F) -> ActivationFunction<F> {
        ActivationFunction { name: name.into(), apply }
    }
}

impl<F> Described for ActivationFunction<F> {
    fn class_name(&self) -> String {
        self.name.clone()
    }
    fn config(&self) -> Result<Option<Map>> {
        Ok(None)
    }
}

impl<F: Fn(&Value) -> Result<Value>> Activation for ActivationFunction<F> {
    fn apply(&self, x: &Value) -> Value {
        (self.apply)(x).unwrap_or_else(Value::failed)
    }
}

#[cfg(test)]
mod tests;
