//! Arithmetic, comparisons, functions of each element.
use crate::backend::{Axes, Operand, Tensor, operation::functions};
use crate::config::spelled;
use crate::{DType, Error, Result, globals};
use graph::{
    Value,
    functions::{batch_dot as contracted, dot},
    ops::math::{Add, Div, FloorMod, Mul, Sub},
};

fn pair(x: Operand, y: Operand, op: impl graph::Op) -> Value {
    let (x, y) = x.pair(y);
    Value::apply(op, &[&x, &y])
}

fn with(x: Operand, y: Operand, f: impl FnOnce(&Value, &Value) -> Value) -> Value {
    let (x, y) = x.pair(y);
    f(&x, &y)
}

fn clip(x: Tensor, low: Option<f64>, high: Option<f64>) -> Value {
    // A bound that is missing does not bound; an upper one below the lower gives way to it.
    let x = low.map_or_else(|| x.0.clone(), |low| x.maximum(low));
    match high {
        None => x,
        Some(high) => x.minimum(low.map_or(high, |low| high.max(low))),
    }
}

/// Contracts the last axis of `x` with the last but one of `y`, or its last if there are two, unless axes are given.
fn batch_dot(x: &Value, y: &Value, axes: &Axes) -> Result<Value> {
    let name = spelled("batch_dot");
    if x.rank() < 2 || y.rank() < 2 {
        let message = format!("{name} takes tensors of 2 axes or more, got shapes {} and {}.", x.shape(), y.shape());
        return Err(Error::value("dot_rank", message));
    }
    let (i, j) = match axes.0[..] {
        [] => (-1, if y.rank() == 2 { -1 } else { -2 }),
        [both] => (both, both),
        [i, j] => (i, j),
        _ => return Err(Error::value("dot_axes", format!("{name} takes one axis of each tensor, got {:?}.", axes.0))),
    };
    let [i, j] = [x.shape().axis(i)?, y.shape().axis(j)?];
    if i == 0 || j == 0 {
        return Err(Error::value("dot_axes", format!("Cannot perform {name} over axis 0. If your inputs are not batched, use dot.")));
    }
    let (a, b) = (x.shape().0[i], y.shape().0[j]);
    if a.known().zip(b.known()).is_some_and(|(a, b)| a != b) {
        let message = format!("Cannot do {name} on inputs with shapes {} and {} and axes {i} and {j}: {a} != {b}.", x.shape(), y.shape());
        return Err(Error::value("dot_sizes", message));
    }
    Ok(contracted(x, y, [i, j]))
}

functions! {
    /// Of each element.
    pub static ARITHMETIC;
    /// The absolute value of each element.
    method "abs"(x: Tensor) -> Value => x.abs();
    /// The sum, element by element; shapes broadcast.
    method "add"(x: Operand, y: Operand) -> Value => pair(x, y, Add);
    /// The product of two tensors, sample by sample, along an axis of each.
    method "batch_dot"(x: Tensor, y: Tensor, axes: Axes = "null") -> Result<Value> => batch_dot(&x, &y, &axes);
    /// The same numbers in another number type.
    method "cast"(x: Tensor, dtype: DType) -> Value => x.cast(dtype);
    /// The numbers in the type `floatx`.
    function "cast_to_floatx"(x: Tensor) -> Value => x.cast(globals::floatx());
    /// Each element kept between two bounds; null does not bound.
    method "clip"(x: Tensor, min_value: Option<f64>, max_value: Option<f64>) -> Value => clip(x, min_value, max_value);
    /// The cosine of each element.
    method "cos"(x: Tensor) -> Value => x.cos();
    /// The quotient, element by element; shapes broadcast.
    method "div"(x: Operand, y: Operand) -> Value => pair(x, y, Div);
    /// The product of matrices; of tensors of more axes it contracts the last of `x` with the last but one of `y`.
    method "dot"(x: Tensor, y: Tensor) -> Value => dot(&x, &y);
    /// Whether equal, element by element.
    method "equal"(x: Operand, y: Operand) -> Value => with(x, y, |x, y| x.equal(y));
    /// e to the power of each element.
    method "exp"(x: Tensor) -> Value => x.exp();
    /// Whether greater, element by element.
    method "greater"(x: Operand, y: Operand) -> Value => with(x, y, |x, y| x.greater(y));
    /// Whether greater or equal, element by element.
    method "greater_equal"(x: Operand, y: Operand) -> Value => with(x, y, |x, y| x.greater_equal(y));
    /// Whether less, element by element.
    method "less"(x: Operand, y: Operand) -> Value => with(x, y, |x, y| x.less(y));
    /// Whether less or equal, element by element.
    method "less_equal"(x: Operand, y: Operand) -> Value => with(x, y, |x, y| x.less_equal(y));
    /// The natural logarithm of each element.
    method "log"(x: Tensor) -> Value => x.log();
    /// Whether both hold, element by element, of bools.
    method "logical_and"(x: Tensor, y: Tensor) -> Value => x.logical_and(&y.0);
    /// Whether it does not hold, element by element, of bools.
    method "logical_not"(x: Tensor) -> Value => x.logical_not();
    /// Whether either holds, element by element, of bools.
    method "logical_or"(x: Tensor, y: Tensor) -> Value => x.logical_or(&y.0);
    /// The product of matrices: the last two axes, leading axes being equal.
    method "matmul"(x: Tensor, y: Tensor) -> Value => x.matmul(&y);
    /// The larger, element by element.
    method "maximum"(x: Operand, y: Operand) -> Value => with(x, y, |x, y| x.maximum(y));
    /// The smaller, element by element.
    method "minimum"(x: Operand, y: Operand) -> Value => with(x, y, |x, y| x.minimum(y));
    /// The remainder, of the sign of `y`, element by element.
    method "mod"(x: Operand, y: Operand) -> Value => pair(x, y, FloorMod);
    /// The product, element by element; shapes broadcast.
    method "mul"(x: Operand, y: Operand) -> Value => pair(x, y, Mul);
    /// The negative of each element.
    method "neg"(x: Tensor) -> Value => -&x.0;
    /// Whether different, element by element.
    method "not_equal"(x: Operand, y: Operand) -> Value => with(x, y, |x, y| x.not_equal(y));
    /// `x` to the power `a`, element by element.
    method "pow"(x: Operand, a: Operand) -> Value => with(x, a, |x, y| x.pow(y));
    /// Each element rounded to a whole number, halves to the even one.
    method "round"(x: Tensor) -> Value => x.round();
    /// The sign of each element: -1, 0 or 1.
    method "sign"(x: Tensor) -> Value => x.sign();
    /// The sine of each element.
    method "sin"(x: Tensor) -> Value => x.sin();
    /// The square root of each element; of negative ones 0.
    method "sqrt"(x: Tensor) -> Value => x.maximum(0.0).sqrt();
    /// The square of each element.
    method "square"(x: Tensor) -> Value => x.square();
    /// The difference, element by element; shapes broadcast.
    method "sub"(x: Operand, y: Operand) -> Value => pair(x, y, Sub);
    /// `then` where the condition holds, `otherwise` elsewhere. A condition of fewer axes counts for all of the last ones.
    function "switch"(condition: Tensor, then: Operand, otherwise: Operand) -> Result<Value> => switch(&condition, then, otherwise);
}

fn switch(condition: &Value, then: Operand, otherwise: Operand) -> Result<Value> {
    let (then, otherwise) = then.pair(otherwise);
    let (mut condition, ranks) = (condition.cast(DType::Bool), then.rank().max(otherwise.rank()));
    if condition.rank() > ranks {
        let message = format!("The condition has {} axes, more than the branches, which have {ranks}.", condition.rank());
        return Err(crate::Error::value("switch_rank", message));
    }
    // The condition counts from the first axis, unlike broadcasting.
    while condition.rank() > 0 && condition.rank() < ranks {
        condition = condition.expand_dims(-1);
    }
    Value::select(&condition, &then, &otherwise).ok()
}
