//! Shapes: what they are, and the same numbers in another arrangement.
use crate::backend::{Axes, Ranks, Tensor, Tensors, operation::functions};
use crate::config::Place;
use crate::{Array, DType, Error, Result, globals};
use graph::{
    Value,
    functions::{concat, stack},
};
use tensor::{Dim, Shape};

fn resolved(x: &Value, given: &[i64]) -> Result<Vec<usize>> {
    given.iter().map(|a| x.shape().axis(*a)).collect()
}

fn permute(x: &Value, pattern: &[i64]) -> Result<Value> {
    let order = resolved(x, pattern)?;
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if !sorted.into_iter().eq(0..x.rank()) {
        let message = format!("The pattern {pattern:?} does not name each of the {} axes once.", x.rank());
        return Err(Error::value("permute_pattern", message));
    }
    Ok(x.transpose(&order))
}

/// `size` of -1 reaches to the end.
fn slice(x: &Value, start: &[i64], size: &Ranks) -> Result<Value> {
    let sizes = size.sizes();
    if start.len() != x.rank() || sizes.len() != x.rank() {
        let message = format!("slice needs a start and a size for each of the {} axes, got {} and {}.", x.rank(), start.len(), sizes.len());
        return Err(Error::value("slice_rank", message));
    }
    let (mut begin, mut length) = (Vec::new(), Vec::new());
    for (i, dim) in x.shape().0.iter().enumerate() {
        let from = if start[i] < 0 { dim.plus(start[i]) } else { Dim::Known(start[i] as usize) };
        let left = match from {
            Dim::Known(n) => dim.plus(-(n as i64)),
            Dim::Sym(_) => Dim::Known(start[i].unsigned_abs() as usize),
        };
        begin.push(from);
        length.push(sizes[i].unwrap_or(left));
    }
    Ok(x.slice(&begin, &length, &vec![1; x.rank()]))
}

fn tile(x: &Value, counts: &[usize]) -> Result<Value> {
    if counts.len() != x.rank() {
        let message = format!("tile needs a count for each of the {} axes, got {}.", x.rank(), counts.len());
        return Err(Error::value("tile_rank", message));
    }
    let mut tiled = x.clone();
    for (axis, count) in counts.iter().enumerate().filter(|(_, n)| **n != 1) {
        tiled = concat(&vec![tiled; *count], axis as i64);
    }
    Ok(tiled)
}

/// A matrix repeated along a new second axis.
fn repeat(x: &Value, n: usize) -> Result<Value> {
    if x.rank() != 2 {
        return Err(Error::value("repeat_rank", format!("repeat takes a tensor of 2 axes, got shape {}.", x.shape())));
    }
    let shape = Shape(vec![x.dim(0), Dim::Known(n), x.dim(1)]);
    Ok(x.expand_dims(1).broadcast_to(&shape))
}

fn arange(start: f64, stop: Option<f64>, step: f64, dtype: DType) -> Result<Value> {
    if step == 0.0 {
        return Err(Place::new("arange", "step").wrong_value("not 0", &step.into()));
    }
    let (start, stop) = stop.map_or((0.0, start), |stop| (start, stop));
    let count = ((stop - start) / step).ceil().max(0.0) as usize;
    let numbers: Vec<f64> = (0..count).map(|i| start + step * i as f64).collect();
    Ok(Value::constant(Array::from_f64(dtype, [count], &numbers)?))
}

fn eye(rows: usize, dtype: DType) -> Result<Value> {
    let numbers: Vec<f64> = (0..rows * rows).map(|i| f64::from(i % (rows + 1) == 0)).collect();
    Ok(Value::constant(Array::from_f64(dtype, [rows, rows], &numbers)?))
}

fn full(shape: &Ranks, dtype: Option<DType>, x: f64) -> Result<Value> {
    Ok(Value::scalar(dtype.unwrap_or_else(globals::floatx), x).broadcast_to(&shape.shape()?))
}

functions! {
    /// Of shapes.
    pub static SHAPE;
    /// The whole numbers (or others, by `step`) from `start` to before `stop`; with one bound only, from 0 to before it.
    function "arange"(start: f64, stop: Option<f64> = "null", step: f64 = "1", dtype: DType = "'int32'") -> Result<Value> => arange(start, stop, step, dtype);
    /// All axes but the first as one.
    method "batch_flatten"(x: Tensor) -> Value => x.batch_flatten();
    /// Tensors joined along an axis.
    function "concatenate"(tensors: Tensors, axis: i64 = "-1") -> Value => concat(&tensors.0, axis);
    /// The number of elements, where all sizes are known.
    function "count_params"(x: Tensor) -> Result<usize> => match x.shape().count() {
        Dim::Known(n) => Ok(n),
        Dim::Sym(_) => Err(Error::value("shape_unknown", format!("The number of elements of shape {} is not known yet.", x.shape()))),
    };
    /// The number type.
    function "dtype"(x: Tensor) -> DType => x.dtype();
    /// A new axis of size 1.
    method "expand_dims"(x: Tensor, axis: i64 = "-1") -> Value => x.expand_dims(axis);
    /// The identity matrix.
    function "eye"(size: usize, dtype: Option<DType> = "null") -> Result<Value> => eye(size, dtype.unwrap_or_else(globals::floatx));
    /// All axes as one.
    method "flatten"(x: Tensor) -> Value => x.reshape(&Shape(vec![x.shape().count()]));
    /// Rows of a tensor by their numbers.
    method "gather"(reference: Tensor, indices: Tensor) -> Value => reference.gather(&indices);
    /// The same tensor as a new one.
    function "identity"(x: Tensor) -> Value => x.0;
    /// The sizes; null where one is only known when data comes.
    function "int_shape"(x: Tensor) -> Vec<Option<usize>> => x.shape().0.iter().map(|d| d.known()).collect();
    /// The number of axes.
    function "ndim"(x: Tensor) -> usize => x.rank();
    /// A new last axis that is 1 at each number and 0 elsewhere.
    method "one_hot"(indices: Tensor, num_classes: usize) -> Value => indices.one_hot(num_classes, globals::floatx());
    /// Ones.
    function "ones"(shape: Ranks, dtype: Option<DType> = "null") -> Result<Value> => full(&shape, dtype, 1.0);
    /// Ones of the shape and type of `x`.
    method "ones_like"(x: Tensor, dtype: Option<DType> = "null") -> Value => x.ones_like().cast(dtype.unwrap_or(x.dtype()));
    /// The axes in another order.
    method "permute_dimensions"(x: Tensor, pattern: Vec<i64>) -> Result<Value> => permute(&x, &pattern);
    /// A matrix repeated `n` times along a new second axis.
    function "repeat"(x: Tensor, n: usize) -> Result<Value> => repeat(&x, n);
    /// Each element of an axis repeated, one after the other.
    method "repeat_elements"(x: Tensor, rep: usize, axis: i64) -> Value => x.repeat_elements(rep, axis);
    /// The same numbers under another shape; one size may be -1.
    method "reshape"(x: Tensor, shape: Ranks) -> Result<Value> => Ok(x.reshape(&shape.fill(&x)?));
    /// Backwards along axes.
    method "reverse"(x: Tensor, axes: Axes) -> Result<Value> => Ok(x.reverse(&resolved(&x, &axes.0)?));
    /// The sizes, as numbers where they are known and otherwise as what stands for them in new shapes.
    function "shape"(x: Tensor) -> Vec<Dim> => x.shape().0.clone();
    /// The number of elements as a tensor.
    function "size"(x: Tensor) -> Value => Value::size(x.shape().count(), DType::I32);
    /// A part: from `start` on `size` elements along each axis; -1 reaches to the end.
    method "slice"(x: Tensor, start: Vec<i64>, size: Ranks) -> Result<Value> => slice(&x, &start, &size);
    /// Without an axis of size 1.
    method "squeeze"(x: Tensor, axis: i64) -> Value => x.squeeze(axis);
    /// Tensors of one shape joined along a new axis.
    function "stack"(x: Tensors, axis: i64 = "0") -> Value => stack(&x.0, axis);
    /// The same numbers, through which no gradient flows.
    method "stop_gradient"(x: Tensor) -> Value => x.stop_gradient();
    /// The whole repeated along each axis.
    method "tile"(x: Tensor, n: Vec<usize>) -> Result<Value> => tile(&x, &n);
    /// The axes in reverse order.
    method "transpose"(x: Tensor) -> Value => x.transpose(&(0..x.rank()).rev().collect::<Vec<_>>());
    /// Zeros.
    function "zeros"(shape: Ranks, dtype: Option<DType> = "null") -> Result<Value> => full(&shape, dtype, 0.0);
    /// Zeros of the shape and type of `x`.
    method "zeros_like"(x: Tensor, dtype: Option<DType> = "null") -> Value => x.zeros_like().cast(dtype.unwrap_or(x.dtype()));
}
