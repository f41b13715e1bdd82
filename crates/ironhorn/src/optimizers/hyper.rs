//! Settings that can change between steps: each is a variable, so that setting it takes effect in the next step.
use crate::config::{Field, Place, Setting};
use crate::{Array, DType, Result, Value, Variable, globals};
use std::fmt;

/// A setting kept in a variable of the process's number type, which is why its config shows 0.8999999761581421.
pub struct Hyper(Variable);

impl Hyper {
    fn named(name: &str, x: f64) -> Hyper {
        Hyper(Variable::new(name, &Array::scalar_of(globals::floatx(), x)))
    }
    /// The value now.
    pub fn get(&self) -> f64 {
        self.0.get().to_f64().first().copied().unwrap_or(f64::NAN)
    }
    /// Sets the value that the next step uses.
    pub fn set(&self, x: f64) -> Result<()> {
        self.0.set(&Array::scalar_of(self.0.dtype(), x))
    }
    /// The variable.
    pub fn variable(&self) -> &Variable {
        &self.0
    }
    /// The value when a step begins, in a number type.
    pub fn read(&self, dtype: DType) -> Value {
        Value::read(&self.0).cast(dtype)
    }
}

/// Another setting of the same value: optimizers that are cloned do not share it.
impl Clone for Hyper {
    fn clone(&self) -> Hyper {
        Hyper(Variable::new(self.0.name(), &self.0.get()))
    }
}

impl fmt::Debug for Hyper {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.get())
    }
}

impl From<f64> for Hyper {
    fn from(x: f64) -> Hyper {
        Hyper::named("hyper:0", x)
    }
}

impl Field for Hyper {
    fn read(setting: Setting, at: &Place) -> Result<Hyper> {
        Ok(Hyper::named(&format!("{}/{}:0", at.owner(), at.option()), f64::read(setting, at)?))
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Float(self.get()))
    }
    fn typescript() -> String {
        f64::typescript()
    }
}

/// The small number that keeps divisions finite; null is that of the process.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Epsilon(f64);

impl Epsilon {
    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl From<f64> for Epsilon {
    fn from(x: f64) -> Epsilon {
        Epsilon(x)
    }
}

impl Field for Epsilon {
    fn read(setting: Setting, at: &Place) -> Result<Epsilon> {
        Ok(Epsilon(Option::read(setting, at)?.unwrap_or_else(globals::epsilon)))
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Float(self.0))
    }
    fn typescript() -> String {
        Option::<f64>::typescript()
    }
}
