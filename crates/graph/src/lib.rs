//! The heart: values and ops that make graphs, gradients from graph to graph, passes, plans, and how they run.
#![forbid(unsafe_code)]

pub mod autodiff;
#[cfg(test)]
mod check;
pub mod elementwise;
pub mod functions;
pub mod graph;
pub mod op;
pub mod ops;
pub mod passes;
pub mod plan;
pub mod random;
pub mod run;
pub mod trace;
pub mod value;
pub mod variable;

pub use autodiff::gradients;
pub use graph::Graph;
pub use op::{Op, OpRef};
pub use ops::fused::custom_gradient;
pub use ops::scan::scan;
pub use plan::{Mode, Plan};
pub use run::{Device, Feed, Function, eval};
pub use value::Value;
pub use variable::Variable;
