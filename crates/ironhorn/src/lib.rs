//! Keras for Rust: what users of the crate hold, and what the TypeScript package is a face of.
#![forbid(unsafe_code)]

extern crate self as ironhorn;

pub mod backend;
pub mod config;
pub mod globals;
pub mod initializers;
pub mod names;

pub use graph::{Value, Variable};
pub use tensor::{Array, Class, DType, Error, Philox, Result};
