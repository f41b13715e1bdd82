//! Regularizers: penalties that are added to the loss, of weights or of a layer's output.
use crate::config::{Described, Entry, Kind, Map, Plug};
use crate::{Result, Value};

/// A penalty on a tensor.
pub trait Regularizer: Described {
    /// The penalty, a scalar. What cannot be made comes back as a failed value.
    fn penalty(&self, w: &Value) -> Value;
}

impl<T: Regularizer + 'static> From<T> for Plug<dyn Regularizer> {
    fn from(made: T) -> Plug<dyn Regularizer> {
        Plug::from(std::rc::Rc::new(made) as std::rc::Rc<dyn Regularizer>)
    }
}

impl Kind for dyn Regularizer {
    const NAME: &'static str = "regularizer";
    const MODULE: &'static str = "regularizers";
    const CLASS: &'static str = "Regularizer";
    const UNKNOWN: &'static str = "Unknown regularizer: ";

    fn list() -> &'static [Entry<Self>] {
        REGULARIZERS
    }
}

crate::list! {
    /// Keras's regularizers.
    pub static REGULARIZERS: dyn Regularizer;
    l1_l2: L1L2, L1, L2, L1AndL2;
}

/// A function of the user's as a regularizer; it is written as its name.
pub struct RegularizerFunction<F> {
    name: String,
    penalty: F,
}

impl<F: Fn(&Value) -> Result<Value>> RegularizerFunction<F> {
    /// The function `penalty` from a tensor to a scalar, by the name it has among the custom objects.
    pub fn new(name: impl Into<String>, penalty: F) -> RegularizerFunction<F> {
        RegularizerFunction { name: name.into(), penalty }
    }
}

impl<F> Described for RegularizerFunction<F> {
    fn class_name(&self) -> String {
        self.name.clone()
    }
    fn config(&self) -> Result<Option<Map>> {
        Ok(None)
    }
}

impl<F: Fn(&Value) -> Result<Value>> Regularizer for RegularizerFunction<F> {
    fn penalty(&self, w: &Value) -> Value {
        (self.penalty)(w).unwrap_or_else(Value::failed)
    }
}

#[cfg(test)]
mod tests;
