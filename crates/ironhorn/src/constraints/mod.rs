//! Constraints: what is done to a weight right after each update of an optimizer.
use crate::config::{Described, Entry, Kind, Map, OneOrList, Plug};
use crate::{Result, Value, globals};

/// Moves a weight to where it may be.
pub trait Constraint: Described {
    /// The allowed weight nearest to `w`, or whatever the constraint makes of it. What cannot be made comes back as a failed
    /// value.
    fn apply(&self, w: &Value) -> Value;
}

impl<T: Constraint + 'static> From<T> for Plug<dyn Constraint> {
    fn from(made: T) -> Plug<dyn Constraint> {
        Plug::from(std::rc::Rc::new(made) as std::rc::Rc<dyn Constraint>)
    }
}

impl Kind for dyn Constraint {
    const NAME: &'static str = "constraint";
    const MODULE: &'static str = "constraints";
    const CLASS: &'static str = "Constraint";
    const UNKNOWN: &'static str = "Unknown constraint: ";

    fn list() -> &'static [Entry<Self>] {
        CONSTRAINTS
    }
}

crate::list! {
    /// Keras's constraints.
    pub static CONSTRAINTS: dyn Constraint;
    max_norm: MaxNorm;
    min_max_norm: MinMaxNorm;
    non_neg: NonNeg;
    unit_norm: UnitNorm;
}

/// A function of the user's as a constraint; it is written as its name.
pub struct ConstraintFunction<F> {
    name: String,
    apply: F,
}

impl<F: Fn(&Value) -> Result<Value>> ConstraintFunction<F> {
    /// The function `apply` from a weight to the allowed one, by the name it has among the custom objects.
    pub fn new(name: impl Into<String>, apply: F) -> ConstraintFunction<F> {
        ConstraintFunction { name: name.into(), apply }
    }
}

impl<F> Described for ConstraintFunction<F> {
    fn class_name(&self) -> String {
        self.name.clone()
    }
    fn config(&self) -> Result<Option<Map>> {
        Ok(None)
    }
}

impl<F: Fn(&Value) -> Result<Value>> Constraint for ConstraintFunction<F> {
    fn apply(&self, w: &Value) -> Value {
        (self.apply)(w).unwrap_or_else(Value::failed)
    }
}

/// Euclidean norms along `axis`, which stays with size 1.
fn norms(w: &Value, axis: &OneOrList<i64>) -> Value {
    w.square().sum(axis.as_slice(), true).sqrt()
}

/// `w` scaled from norms `from` to norms `to`.
fn rescaled(w: &Value, from: &Value, to: &Value) -> Value {
    w * (to / (from + globals::epsilon()))
}

#[cfg(test)]
mod tests;
