//! What data is: number types, shapes with known and named sizes, host arrays, counter-based randomness, the one error.
//! Everything above is built from these; nothing here knows an op, a device or Keras.
#![forbid(unsafe_code)]

mod array;
mod dtype;
mod error;
mod philox;
mod shape;

pub use array::{Array, Element, Lines, strides};
pub use dtype::DType;
pub use error::{Class, Error, Result, closest};
pub use philox::{Philox, philox};
pub use shape::{Dim, Shape, Sizes, Spec, Sym};
