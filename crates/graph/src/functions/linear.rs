//! Products of matrices and of tensors of more axes.
use crate::{ops::matmul::MatMul, value::Value};
use tensor::{Dim, Error, Shape};

impl Value {
    /// Matrix product over the last two axes; leading axes are equal.
    pub fn matmul(&self, other: &Value) -> Value {
        Value::apply(MatMul { transpose_a: false, transpose_b: false }, &[self, other])
    }
    /// Matrix product with either side transposed.
    pub fn matmul_with(&self, other: &Value, transpose_a: bool, transpose_b: bool) -> Value {
        Value::apply(MatMul { transpose_a, transpose_b }, &[self, other])
    }
}

/// Keras's `batch_dot`: for each sample of the first axis, contracts axis `i` of `x` with axis `j` of `y`; the result has the other axes
/// of both, and one of size 1 if there are none.
pub fn batch_dot(x: &Value, y: &Value, [i, j]: [usize; 2]) -> Value {
    let others = |x: &Value, axis: usize| (1..x.rank()).filter(|k| *k != axis).collect::<Vec<_>>();
    let (left, right) = (others(x, i), others(y, j));
    let count = |x: &Value, axes: &[usize]| axes.iter().fold(Dim::Known(1), |n, k| n.times(x.shape().0[*k]));
    let order = |first: &[usize], last: &[usize]| [&[0], first, last].concat();
    let a = x.transpose(&order(&left, &[i])).reshape(&Shape(vec![x.dim(0), count(x, &left), x.shape().0[i]]));
    let b = y.transpose(&order(&[j], &right)).reshape(&Shape(vec![y.dim(0), y.shape().0[j], count(y, &right)]));
    let mut shape: Vec<Dim> = [x.dim(0)].into_iter().chain(left.iter().map(|k| x.shape().0[*k])).collect();
    shape.extend(right.iter().map(|k| y.shape().0[*k]));
    if shape.len() == 1 {
        shape.push(Dim::Known(1));
    }
    a.matmul(&b).reshape(&Shape(shape))
}

/// Keras's `dot`: contracts the last axis of `x` with the last but one of `y`; the result has the other axes of both.
pub fn dot(x: &Value, y: &Value) -> Value {
    if x.rank() < 1 || y.rank() < 2 {
        return Value::failed(Error::value(
            "dot_rank",
            format!("dot takes tensors of 1 and 2 axes or more, got shapes {} and {}.", x.shape(), y.shape()),
        ));
    }
    let product = |dims: &[Dim]| dims.iter().fold(Dim::Known(1), |n, d| n.times(*d));
    let (xs, ys) = (&x.shape().0, &y.shape().0);
    let k = xs[xs.len() - 1];
    if xs.len() == 2 && ys.len() == 2 {
        return x.matmul(y);
    }
    let rows = product(&xs[..xs.len() - 1]);
    // y's contracted axis goes first, so that what is left of y is one axis of columns.
    let contracted = ys.len() - 2;
    let order: Vec<usize> = std::iter::once(contracted).chain((0..ys.len()).filter(|i| *i != contracted)).collect();
    let y = y.transpose(&order);
    let columns = product(&y.shape().0[1..]);
    let flat = x.reshape(&Shape(vec![rows, k])).matmul(&y.reshape(&Shape(vec![ys[contracted], columns])));
    let shape = xs[..xs.len() - 1].iter().chain(&y.shape().0[1..]).copied().collect();
    flat.reshape(&Shape(shape))
}
