//! What is only an expression: methods and functions on values, made of ops. Gradients, devices and exports come free.

mod arithmetic;
pub mod conv;
mod linear;
mod nn;
mod random;
mod reduction;
mod shape;

pub use linear::{batch_dot, dot};
pub use random::{bernoulli, normal, truncated_normal, uniform};
pub use shape::{concat, stack};
