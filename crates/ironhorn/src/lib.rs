//! Keras for Rust: what users of the crate hold, and what the TypeScript package is a face of.
#![forbid(unsafe_code)]

extern crate self as ironhorn;

pub mod activations;
pub mod backend;
pub mod config;
pub mod constraints;
pub mod globals;
pub mod initializers;
pub mod losses;
pub mod metrics;
pub mod names;
pub mod optimizers;
pub mod regularizers;

pub use graph::{Value, Variable};
pub use tensor::{Array, Class, DType, Error, Philox, Result};
