//! Reductions: sums, means, extremes over some or all axes, negative axes counted from the end.
use crate::{
    ops::reduce::{Arg, Cumulative, Kind, Reduce},
    value::Value,
};
use tensor::{DType, Result};

impl Value {
    fn resolve_axes(&self, axes: &[i64]) -> Result<Vec<usize>> {
        if axes.is_empty() {
            return Ok((0..self.rank()).collect());
        }
        let mut axes = axes.iter().map(|a| self.shape().axis(*a)).collect::<Result<Vec<_>>>()?;
        axes.sort_unstable();
        axes.dedup();
        Ok(axes)
    }
    fn reduce(&self, kind: Kind, axes: &[i64], keepdims: bool) -> Value {
        match self.resolve_axes(axes) {
            Ok(axes) => self.reduce_axes(kind, &axes, keepdims),
            Err(e) => Value::failed(e),
        }
    }
    fn reduce_axes(&self, kind: Kind, axes: &[usize], keepdims: bool) -> Value {
        if axes.is_empty() {
            return self.clone();
        }
        Value::apply(Reduce { kind, axes: axes.to_vec(), keepdims }, &[self])
    }
    /// Sum over `axes` (all if empty).
    pub fn sum(&self, axes: &[i64], keepdims: bool) -> Value {
        self.reduce(Kind::Sum, axes, keepdims)
    }
    pub(crate) fn sum_axes(&self, axes: &[usize], keepdims: bool) -> Value {
        self.reduce_axes(Kind::Sum, axes, keepdims)
    }
    /// Product over `axes` (all if empty).
    pub fn prod(&self, axes: &[i64], keepdims: bool) -> Value {
        self.reduce(Kind::Prod, axes, keepdims)
    }
    /// Largest over `axes` (all if empty).
    pub fn max(&self, axes: &[i64], keepdims: bool) -> Value {
        self.reduce(Kind::Max, axes, keepdims)
    }
    /// Smallest over `axes` (all if empty).
    pub fn min(&self, axes: &[i64], keepdims: bool) -> Value {
        self.reduce(Kind::Min, axes, keepdims)
    }
    /// Whether any holds, of bools, over `axes` (all if empty).
    pub fn any(&self, axes: &[i64], keepdims: bool) -> Value {
        self.reduce(Kind::Any, axes, keepdims)
    }
    /// Whether all hold, of bools, over `axes` (all if empty).
    pub fn all(&self, axes: &[i64], keepdims: bool) -> Value {
        self.reduce(Kind::All, axes, keepdims)
    }
    /// Mean over `axes` (all if empty). Bools are cast to float32 first.
    pub fn mean(&self, axes: &[i64], keepdims: bool) -> Value {
        let x = if self.dtype() == DType::Bool { &self.cast(DType::F32) } else { self };
        x.reduce(Kind::Mean, axes, keepdims)
    }
    /// Variance over `axes` (all if empty), divided by the count.
    pub fn var(&self, axes: &[i64], keepdims: bool) -> Value {
        (self - self.mean(axes, true)).square().mean(axes, keepdims)
    }
    /// log of the sum of e^x over `axes` (all if empty), stable.
    pub fn logsumexp(&self, axes: &[i64], keepdims: bool) -> Value {
        let max = self.max(axes, true).stop_gradient();
        let sum = (self - &max).exp().sum(axes, true).log() + max;
        if keepdims {
            return sum;
        }
        match self.resolve_axes(axes) {
            Ok(axes) => sum.squeeze_axes(&axes),
            Err(e) => Value::failed(e),
        }
    }
    /// Index of the largest along `axis`, int64; the first on ties.
    pub fn argmax(&self, axis: i64) -> Value {
        self.arg(axis, true)
    }
    /// Index of the smallest along `axis`, int64; the first on ties.
    pub fn argmin(&self, axis: i64) -> Value {
        self.arg(axis, false)
    }
    fn arg(&self, axis: i64, largest: bool) -> Value {
        match self.shape().axis(axis) {
            Ok(axis) => Value::apply(Arg { largest, axis }, &[self]),
            Err(e) => Value::failed(e),
        }
    }
    /// Running sum along `axis`.
    pub fn cumsum(&self, axis: i64) -> Value {
        self.cumulative(axis, false, false, false)
    }
    /// Running product along `axis`.
    pub fn cumprod(&self, axis: i64) -> Value {
        self.cumulative(axis, true, false, false)
    }
    /// Running sum or product along `axis`, without the element itself if `exclusive`, from the end if `reverse`.
    pub fn cumulative(&self, axis: i64, product: bool, exclusive: bool, reverse: bool) -> Value {
        match self.shape().axis(axis) {
            Ok(axis) => Value::apply(Cumulative { product, axis, exclusive, reverse }, &[self]),
            Err(e) => Value::failed(e),
        }
    }
}
