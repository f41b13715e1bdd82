//! Initializers: what weights start as. Keras's classes, its functions that make them, and all its names for them.
use crate::config::{Described, Entry, Field, Kind, Map, Place, Plug, Setting};
use crate::{Array, DType, Philox, Result};
use std::cell::Cell;

/// Makes the first values of a weight.
pub trait Initializer: Described {
    /// An array of that shape and type; `random` is the process's stream, for those without a seed of their own.
    fn fill(&self, shape: &[usize], dtype: DType, random: &mut Philox) -> Result<Array>;
}

impl<T: Initializer + 'static> From<T> for Plug<dyn Initializer> {
    fn from(made: T) -> Plug<dyn Initializer> {
        Plug::from(std::rc::Rc::new(made) as std::rc::Rc<dyn Initializer>)
    }
}

impl Kind for dyn Initializer {
    const NAME: &'static str = "initializer";
    const MODULE: &'static str = "initializers";
    const CLASS: &'static str = "Initializer";
    const UNKNOWN: &'static str = "Unknown initializer: ";
    const IGNORED: &'static [&'static str] = &["dtype"];

    fn list() -> &'static [Entry<Self>] {
        INITIALIZERS
    }
}

crate::list! {
    /// Keras's initializers.
    pub static INITIALIZERS: dyn Initializer;
    constant: Constant;
    identity: Identity;
    ones: Ones;
    orthogonal: Orthogonal;
    random_normal: RandomNormal;
    random_uniform: RandomUniform;
    truncated_normal: TruncatedNormal;
    variance_scaling: VarianceScaling, GlorotNormal, GlorotUniform, HeNormal, HeUniform, LecunNormal, LecunUniform;
    zeros: Zeros;
}

pub use variance_scaling::{Distribution, FanMode};

/// A function of the user's as an initializer; it is written as its name.
pub struct InitializerFunction<F> {
    name: String,
    fill: F,
}

impl<F: Fn(&[usize], DType) -> Result<Array>> InitializerFunction<F> {
    /// The function `fill` of shape and type, by the name it has among the custom objects.
    pub fn new(name: impl Into<String>, fill: F) -> InitializerFunction<F> {
        InitializerFunction { name: name.into(), fill }
    }
}

impl<F> Described for InitializerFunction<F> {
    fn class_name(&self) -> String {
        self.name.clone()
    }
    fn config(&self) -> Result<Option<Map>> {
        Ok(None)
    }
}

impl<F: Fn(&[usize], DType) -> Result<Array>> Initializer for InitializerFunction<F> {
    fn fill(&self, shape: &[usize], dtype: DType, _random: &mut Philox) -> Result<Array> {
        (self.fill)(shape, dtype)
    }
}

/// A seed of one's own, which each draw advances by one as in Keras, or none: draws are then from the process's stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seed(Cell<Option<i64>>);

impl Seed {
    /// The seed of the next draw.
    pub fn get(&self) -> Option<i64> {
        self.0.get()
    }
    /// Calls `draw` with the stream to draw from.
    fn stream<T>(&self, random: &mut Philox, draw: impl FnOnce(&mut Philox) -> T) -> T {
        match self.0.get() {
            Some(seed) => {
                self.0.set(Some(seed.wrapping_add(1)));
                draw(&mut Philox::new(seed as u64))
            }
            None => draw(random),
        }
    }
}

impl From<i64> for Seed {
    fn from(seed: i64) -> Seed {
        Seed(Cell::new(Some(seed)))
    }
}

impl Field for Seed {
    fn read(setting: Setting, at: &Place) -> Result<Seed> {
        Option::read(setting, at).map(|seed| Seed(Cell::new(seed)))
    }
    fn write(&self) -> Result<Setting> {
        self.get().write()
    }
    fn typescript() -> String {
        Option::<i64>::typescript()
    }
}

/// An array of `shape` whose elements `next` makes one by one.
fn drawn(shape: &[usize], dtype: DType, seed: &Seed, random: &mut Philox, mut next: impl FnMut(&mut Philox) -> f64) -> Result<Array> {
    let count = shape.iter().product();
    let data: Vec<f64> = seed.stream(random, |stream| (0..count).map(|_| next(stream)).collect());
    Array::from_f64(dtype, shape, &data)
}

/// Standard normal, drawn again beyond two standard deviations.
fn truncated(stream: &mut Philox) -> f64 {
    loop {
        let x = stream.normal();
        if x.abs() <= 2.0 {
            return x;
        }
    }
}

#[cfg(test)]
mod tests;
