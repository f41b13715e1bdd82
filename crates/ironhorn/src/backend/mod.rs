//! Keras's `backend`: functions of tensors by name with their typings, and what runs them: variables, `eval`, `function`,
//! `gradients`. Rust programs mostly use the methods of [`Value`]; the TypeScript functions are written from the list here.

mod argument;
mod function;
mod lists;
mod operation;

pub use argument::{Argument, Axes, Loose, Operand, Ranks, Sort, Tensor, Tensors};
pub use function::{Function, eval, gradients, placeholder, variable};
pub use operation::{Operation, Outcome, Output, Parameter, find, operations};

use crate::{Result, names};
pub use graph::{Value, Variable};

/// Forgets all counts of names, as after a fresh start: the next Dense is `dense_1` again.
pub fn clear_session() {
    names::reset_uids();
}

/// Sets the seed of everything random that has no seed of its own.
pub fn set_random_seed(seed: u64) {
    graph::random::set_seed(seed);
}

/// Calls the function of that name on what the user gave. Error `operation_unknown`.
pub fn call(name: &str, given: Vec<crate::config::Setting>) -> Result<Output> {
    let operation = find(name).ok_or_else(|| {
        let near = tensor::closest(name, operations().iter().map(|o| o.name));
        let advice = near.map(|n| format!(" Did you mean `{n}`?")).unwrap_or_default();
        crate::Error::attribute("operation_unknown", format!("The backend has no function `{name}`.{advice}"))
    })?;
    operation.call(given)
}

#[cfg(test)]
mod tests;
