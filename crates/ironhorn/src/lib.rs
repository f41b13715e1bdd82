//! Keras for Rust: what users of the crate hold, and what the TypeScript package is a face of.
#![forbid(unsafe_code)]

extern crate self as ironhorn;

pub mod activations;
pub mod backend;
pub mod callbacks;
pub mod config;
pub mod console;
pub mod constraints;
pub mod globals;
#[cfg(test)]
mod golden;
pub mod initializers;
pub mod layer;
pub mod layers;
pub mod losses;
pub mod metrics;
pub mod model;
pub mod names;
pub mod optimizers;
pub mod random;
pub mod regularizers;
pub mod training;
pub mod utils;

pub use graph::{Value, Variable};
pub use tensor::{Array, Class, DType, Dim, Error, Philox, Result, Shape, Spec};
