//! Keras's `backend`: functions of tensors by name with their typings, and what runs them: variables, `eval`, `function`,
//! `gradients`. Rust programs mostly use the methods of [`Value`]; the TypeScript functions are written from the list here.

mod argument;
mod callable;
mod function;
mod lists;
mod operation;

pub use argument::{Argument, Axes, Loose, Operand, Ranks, Sort, Tensor, Tensors};
pub use callable::{Callable, FoldFunction, GradientFunction, InputsFunction, MapFunction, StepFunction};
pub use function::{Function, eval, gradients, placeholder, variable};
pub use graph::{custom_gradient, scan};
pub use operation::{Operation, Outcome, Output, Parameter, find, operations};

use crate::{DType, Result, Value, names};
use graph::trace;

/// Forgets all counts of names, as after a fresh start: the next Dense is `dense_1` again.
pub fn clear_session() {
    names::reset_uids();
}

/// Whether the graph is for training: in the record the symbol that selects, in a layer that is traced what it is traced for.
pub fn learning_phase() -> Value {
    match trace::current() {
        0 => trace::learning_phase(),
        _ => Value::scalar(DType::Bool, f64::from(trace::training())),
    }
}

/// The name of a tensor: its placeholder's or variable's, or that of what made it.
pub fn name(value: &Value) -> String {
    if let Some(variable) = value.variable() {
        return variable.name().to_owned();
    }
    let made = match (value.placeholder(), value.called_by(), value.made_by()) {
        (Some(input), _, _) => return format!("{}:0", input.name),
        (_, Some((call, _)), _) => call.scope().to_string(),
        (_, _, Some((op, _))) => op.name().to_owned(),
        _ => "Const".to_owned(),
    };
    let scope = value.scope();
    let path = if scope.is_empty() { made } else { format!("{scope}/{made}") };
    format!("{path}:{}", value.key().1)
}

/// What a tensor is, for people: `Tensor float32 [null, 10] 'dense_1:0'`; of a small constant its numbers too.
pub fn describe(value: &Value) -> String {
    let sizes: Vec<String> = value.shape().0.iter().map(|d| d.known().map_or("null".to_owned(), |n| n.to_string())).collect();
    let what = format!("Tensor {} [{}]", value.dtype(), sizes.join(", "));
    match value.array() {
        Some(array) if array.len() <= 16 => format!("{what} {:?}", array.to_f64()),
        Some(_) => what,
        None => format!("{what} '{}'", name(value)),
    }
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
