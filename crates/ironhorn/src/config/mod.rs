//! One declaration for one thing: how layers, initializers, losses and the rest are declared, read, written and found.
//!
//! # Adding one
//!
//! A thing is one file: its config struct, and the trait of its kind.
//!
//! ```
//! //! Fills with one value.
//! use ironhorn::{Array, DType, Philox, Result};
//! use ironhorn::config::{Config, Number};
//! use ironhorn::initializers::Initializer;
//!
//! /// Fills with one value.
//! #[derive(Clone, Debug, Config)]
//! #[config(alias = "steady")]
//! pub struct Steady {
//!     /// The value of every element.
//!     #[config(default = 0)]
//!     pub value: Number,
//! }
//!
//! impl Initializer for Steady {
//!     fn fill(&self, shape: &[usize], dtype: DType, _random: &mut Philox) -> Result<Array> {
//!         Ok(Array::full(dtype, shape, self.value.get()))
//!     }
//! }
//!
//! // From Keras's JSON, a JavaScript object or Rust; back to Keras's JSON.
//! let steady = Steady::new().value(3);
//! assert_eq!(ironhorn::config::python_json(&steady.write()?.into())?, r#"{"value": 3}"#);
//! # Ok::<(), ironhorn::Error>(())
//! ```
//!
//! and one line in its kind's list, `steady: Steady;` (see [`list!`](crate::list)), which is also its `mod` line. What
//! follows from the declaration: reading with defaults, checks and messages; camelCase, snake_case and older names; Keras's
//! config; `new` and setters in Rust; the TypeScript class with its docs; its place in the tests. Attributes:
//! [`derive(Config)`](macro@Config).
//!
//! # Using one
//!
//! A field of type [`Plug<dyn Initializer>`](Plug) takes a name, `{class_name, config}`, an instance or a user's function:
//!
//! ```
//! use ironhorn::config::{Config, Map, OneOrMany, Place, Plug, Setting, positive};
//! use ironhorn::initializers::{Initializer, Zeros};
//!
//! /// A convolution.
//! #[derive(Clone, Debug, Config)]
//! pub struct Convolution {
//!     /// Number of filters.
//!     #[config(check = positive)]
//!     pub filters: usize,
//!     /// Height and width of the window.
//!     pub kernel_size: OneOrMany<usize, 2>,
//!     /// First values of the kernel.
//!     #[config(default = "glorot_uniform")]
//!     pub kernel_initializer: Plug<dyn Initializer>,
//! }
//!
//! let made = Convolution::from_map(Map::from([("filters", Setting::from(32)), ("kernelSize", 3.into())]))?;
//! assert_eq!(*made.kernel_size, [3, 3]);
//! let in_rust = Convolution::new(32, [3, 3]).kernel_initializer(Zeros);
//! assert_eq!(in_rust.kernel_initializer.class_name(), "Zeros");
//! # use ironhorn::config::Described;
//!
//! let wrong = Convolution::from_map(Map::from([("filter", 32)])).unwrap_err();
//! assert_eq!(wrong.message(), "Convolution has no option `filter`; did you mean `filters`?");
//! # Ok::<(), ironhorn::Error>(())
//! ```
//!
//! # Adding a kind
//!
//! Four parts in its `mod.rs`: the trait, with [`Described`] above it; `impl Kind for dyn Trait`; `From<T: Trait>` for its
//! `Plug`; the list. Then one line in `config/kinds.rs`, and a test that calls [`check`]. `initializers/mod.rs` is the model.
//! A bare function (`relu`, serialised as its name, or with its settings where they are not the usual ones) is a struct with
//! `#[config(function)]`; a function that makes a class (`glorot_uniform`, `l2`) is a struct of its parameters with
//! `#[config(maker)]` and an `Into<Plug<dyn Trait>>`.

mod check;
mod custom;
mod field;
mod fields;
mod kind;
mod kinds;
mod schema;
mod setting;
mod spelling;
mod text;
mod types;
mod yaml;

pub use check::check;
pub use custom::{Scope, find as custom_object, register, scope, unregister};
pub use field::{Field, preset};
pub use fields::{Fields, Place};
pub use kind::{Described, Entry, Kind, Maker, Plug, construct, entry, get, serialize};
pub use kinds::{Listing, kinds};
pub use macros::Config;
pub use schema::{FieldSchema, Form, Schema};
pub use setting::{Map, Object, Setting, Thing};
pub(crate) use spelling::camel;
pub use spelling::{spell_in_camel_case, spelled};
pub use text::{python_float, python_json};
pub use types::{DataFormat, F32Rounded, Fraction, Number, OneOrList, OneOrMany, Padding, PartialShape, TimePadding};
pub use yaml::{python_yaml, read_yaml};

use crate::Result;

/// A struct of options; derived, never written by hand.
pub trait Config: Sized {
    /// Its name and options.
    const SCHEMA: &'static Schema;
    /// Takes its options out of what the user gave; fills in defaults and checks.
    fn read(fields: &mut Fields) -> Result<Self>;
    /// Its options under Keras's names, in Keras's order.
    fn write(&self) -> Result<Map>;
    /// Runs the checks of its options, which setters in Rust do not.
    fn check(&self) -> Result<()>;

    /// Reads it from names and values that hold its options and nothing else.
    fn from_map(map: Map) -> Result<Self> {
        Self::read(&mut Fields::new(Self::SCHEMA, None, map)?)
    }
}

/// A check: more than zero.
pub fn positive<T: Field + PartialOrd + Default>(value: &T, at: &Place) -> Result<()> {
    // Written so that NaN fails.
    if *value > T::default() { Ok(()) } else { Err(at.wrong_value("more than 0", &value.write()?)) }
}

/// A check: zero or more.
pub fn not_negative<T: Field + PartialOrd + Default>(value: &T, at: &Place) -> Result<()> {
    if *value >= T::default() { Ok(()) } else { Err(at.wrong_value("0 or more", &value.write()?)) }
}

/// A check: from 0 to 1.
pub fn fraction(value: &f64, at: &Place) -> Result<()> {
    if (0.0..=1.0).contains(value) { Ok(()) } else { Err(at.wrong_value("between 0 and 1", &(*value).into())) }
}

#[cfg(test)]
mod tests;
