//! Shapes: reshape, transpose, slice, pad, join, broadcast. Sizes may be symbols wherever a shape is taken.
use crate::{
    ops::shape::{BroadcastTo, Concat, Pad, Reshape, Reverse, SizeOf, Slice, StopGradient, Transpose},
    value::Value,
};
use tensor::{DType, Dim, Error, Shape};

impl Value {
    /// The same numbers under another shape.
    pub fn reshape(&self, shape: &Shape) -> Value {
        if shape == self.shape() { self.clone() } else { Value::apply(Reshape { shape: shape.clone() }, &[self]) }
    }
    /// Repeats along axes of size 1 and new leading axes, to `shape`.
    pub fn broadcast_to(&self, shape: &Shape) -> Value {
        if shape == self.shape() { self.clone() } else { Value::apply(BroadcastTo { shape: shape.clone() }, &[self]) }
    }
    /// Broadcast to the shape of `other`.
    pub fn broadcast_like(&self, other: &Value) -> Value {
        self.broadcast_to(other.shape())
    }
    /// Axes in another order.
    pub fn transpose(&self, order: &[usize]) -> Value {
        if order.iter().copied().eq(0..self.rank()) { self.clone() } else { Value::apply(Transpose { order: order.to_vec() }, &[self]) }
    }
    /// A new axis of size 1 before `axis` (after the last if it is the rank).
    pub fn expand_dims(&self, axis: i64) -> Value {
        let rank = self.rank() as i64 + 1;
        let at = if axis < 0 { axis + rank } else { axis };
        if !(0..rank).contains(&at) {
            return Value::failed(Error::value("axis", format!("Axis {axis} is out of range for a tensor of {} axes.", rank - 1)));
        }
        let mut shape = self.shape().clone();
        shape.0.insert(at as usize, Dim::Known(1));
        self.reshape(&shape)
    }
    /// Without the axis, which must have size 1.
    pub fn squeeze(&self, axis: i64) -> Value {
        match self.shape().axis(axis) {
            Ok(i) if self.shape().0[i] == Dim::Known(1) => self.squeeze_axes(&[i]),
            Ok(_) => {
                Value::failed(Error::value("squeeze", format!("Cannot squeeze axis {axis} of shape {}: its size is not 1.", self.shape())))
            }
            Err(e) => Value::failed(e),
        }
    }
    pub(crate) fn squeeze_axes(&self, axes: &[usize]) -> Value {
        let kept = (0..self.rank()).filter(|i| !axes.contains(i)).map(|i| self.shape().0[i]);
        self.reshape(&Shape(kept.collect()))
    }
    /// `size` elements from `begin` on along each axis, every `stride`-th.
    pub fn slice(&self, begin: &[Dim], size: &[Dim], stride: &[usize]) -> Value {
        Value::apply(Slice { begin: begin.to_vec(), size: size.to_vec(), stride: stride.to_vec() }, &[self])
    }
    /// `size` elements from `begin` on along one axis.
    pub fn narrow(&self, axis: i64, begin: impl Into<Dim>, size: impl Into<Dim>) -> Value {
        let axis = match self.shape().axis(axis) {
            Ok(axis) => axis,
            Err(e) => return Value::failed(e),
        };
        let mut begins = vec![Dim::Known(0); self.rank()];
        let mut sizes = self.shape().0.clone();
        (begins[axis], sizes[axis]) = (begin.into(), size.into());
        self.slice(&begins, &sizes, &vec![1; self.rank()])
    }
    /// With `before` and `after` elements of `value` added along each axis.
    pub fn pad(&self, padding: &[(usize, usize)], value: f64) -> Value {
        let shape = self.shape().0.iter().zip(padding).map(|(d, (before, after))| d.plus((before + after) as i64)).collect();
        let begin = padding.iter().map(|(before, _)| Dim::Known(*before)).collect();
        Value::apply(Pad { shape: Shape(shape), begin, stride: vec![1; self.rank()], value }, &[self])
    }
    /// Each element of an axis `count` times, one after the other.
    pub fn repeat_elements(&self, count: usize, axis: i64) -> Value {
        let axis = match self.shape().axis(axis) {
            Ok(axis) => axis,
            Err(e) => return Value::failed(e),
        };
        let wide = self.expand_dims(axis as i64 + 1);
        let (mut many, mut flat) = (wide.shape().clone(), self.shape().clone());
        many.0[axis + 1] = Dim::Known(count);
        flat.0[axis] = flat.0[axis].times(Dim::Known(count));
        wide.broadcast_to(&many).reshape(&flat)
    }
    /// Backwards along these axes.
    pub fn reverse(&self, axes: &[usize]) -> Value {
        if axes.is_empty() { self.clone() } else { Value::apply(Reverse { axes: axes.to_vec() }, &[self]) }
    }
    /// The same value, through which no gradient flows.
    pub fn stop_gradient(&self) -> Value {
        Value::apply(StopGradient, &[self])
    }
    /// A size as a scalar of type `dtype`: a constant, or known when the plan is made.
    pub fn size(dim: Dim, dtype: DType) -> Value {
        match dim {
            Dim::Known(n) => Value::scalar(dtype, n as f64),
            Dim::Sym(_) => Value::apply(SizeOf { dim, dtype }, &[]),
        }
    }
    /// All but the first axis as one.
    pub fn batch_flatten(&self) -> Value {
        let rest = self.shape().0[1..].iter().fold(Dim::Known(1), |n, d| n.times(*d));
        self.reshape(&Shape(vec![self.dim(0), rest]))
    }
}

/// Joins values along an axis.
pub fn concat(values: &[Value], axis: i64) -> Value {
    let Some(first) = values.first() else {
        return Value::failed(Error::value("concat_empty", "Nothing to concatenate: the list of tensors is empty."));
    };
    match first.shape().axis(axis) {
        Ok(_) if values.len() == 1 => first.clone(),
        Ok(axis) => Value::apply(Concat { axis }, &values.iter().collect::<Vec<_>>()),
        Err(e) => Value::failed(e),
    }
}

/// Joins values of one shape along a new axis.
pub fn stack(values: &[Value], axis: i64) -> Value {
    concat(&values.iter().map(|v| v.expand_dims(axis)).collect::<Vec<_>>(), axis)
}
