//! Sums, means, extremes over axes.
use crate::backend::{Axes, Tensor, operation::functions};
use crate::{DType, globals};
use graph::Value;

/// Bools as numbers, which means need.
fn numbers(x: &Value) -> Value {
    if x.dtype() == DType::Bool { x.cast(globals::floatx()) } else { x.clone() }
}

/// Anything as bools: what is not 0 holds.
fn bools(x: &Value) -> Value {
    x.cast(DType::Bool)
}

functions! {
    /// Over axes.
    pub static REDUCTION;
    /// Whether all elements hold over axes (all of them, if none are given).
    method "all"(x: Tensor, axis: Axes = "null", keepdims: bool = "false") -> Value => bools(&x).all(&axis.0, keepdims);
    /// Whether any element holds over axes (all of them, if none are given).
    method "any"(x: Tensor, axis: Axes = "null", keepdims: bool = "false") -> Value => bools(&x).any(&axis.0, keepdims);
    /// The index of the largest element along an axis.
    method "argmax"(x: Tensor, axis: i64 = "-1") -> Value => x.argmax(axis);
    /// The index of the smallest element along an axis.
    method "argmin"(x: Tensor, axis: i64 = "-1") -> Value => x.argmin(axis);
    /// The running product along an axis.
    method "cumprod"(x: Tensor, axis: i64 = "0") -> Value => x.cumprod(axis);
    /// The running sum along an axis.
    method "cumsum"(x: Tensor, axis: i64 = "0") -> Value => x.cumsum(axis);
    /// The logarithm of the sum of e to the power of the elements over axes, without overflow.
    method "logsumexp"(x: Tensor, axis: Axes = "null", keepdims: bool = "false") -> Value => x.logsumexp(&axis.0, keepdims);
    /// The largest element over axes (all of them, if none are given).
    method "max"(x: Tensor, axis: Axes = "null", keepdims: bool = "false") -> Value => x.max(&axis.0, keepdims);
    /// The mean over axes (all of them, if none are given).
    method "mean"(x: Tensor, axis: Axes = "null", keepdims: bool = "false") -> Value => numbers(&x).mean(&axis.0, keepdims);
    /// The smallest element over axes (all of them, if none are given).
    method "min"(x: Tensor, axis: Axes = "null", keepdims: bool = "false") -> Value => x.min(&axis.0, keepdims);
    /// The product over axes (all of them, if none are given).
    method "prod"(x: Tensor, axis: Axes = "null", keepdims: bool = "false") -> Value => x.prod(&axis.0, keepdims);
    /// The standard deviation over axes (all of them, if none are given), divided by the count.
    method "std"(x: Tensor, axis: Axes = "null", keepdims: bool = "false") -> Value => numbers(&x).var(&axis.0, keepdims).sqrt();
    /// The sum over axes (all of them, if none are given).
    method "sum"(x: Tensor, axis: Axes = "null", keepdims: bool = "false") -> Value => x.sum(&axis.0, keepdims);
    /// The variance over axes (all of them, if none are given), divided by the count.
    method "var"(x: Tensor, axis: Axes = "null", keepdims: bool = "false") -> Value => numbers(&x).var(&axis.0, keepdims);
}
