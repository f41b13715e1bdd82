//! Softmax and cross-entropy along any axis, gathering and one-hot coding.
use crate::{
    op::OpRef,
    ops::{
        gather::{Gather, OneHot},
        softmax::{CrossEntropy, LogSoftmax, Softmax, SparseCrossEntropy},
    },
    value::Value,
};
use tensor::{DType, Result};

impl Value {
    /// Moves `axis` last, applies `f`, moves it back.
    fn along(&self, axis: i64, f: impl FnOnce(&Value) -> Value) -> Value {
        let last = self.rank().saturating_sub(1);
        let axis = match self.shape().axis(axis) {
            Ok(axis) => axis,
            Err(e) => return Value::failed(e),
        };
        let mut order: Vec<usize> = (0..self.rank()).collect();
        order.swap(axis, last);
        f(&self.transpose(&order)).transpose(&order)
    }
    /// e^x over its sum along `axis`.
    pub fn softmax(&self, axis: i64) -> Value {
        self.along(axis, |x| Value::apply(Softmax, &[x]))
    }
    /// log of softmax along `axis`.
    pub fn log_softmax(&self, axis: i64) -> Value {
        self.along(axis, |x| Value::apply(LogSoftmax, &[x]))
    }
    /// Cross-entropy of softmax(self) with `labels` over the last axis; self are logits. The last axis goes.
    pub fn softmax_cross_entropy(&self, labels: &Value) -> Value {
        Value::apply_all(OpRef::new(CrossEntropy), vec![self.clone(), labels.clone()]).swap_remove(0)
    }
    /// Cross-entropy of softmax(self) with integer `labels` over the last axis. A label outside of the axis is reported
    /// when the graph runs (code `label_range`).
    pub fn sparse_softmax_cross_entropy(&self, labels: &Value) -> Value {
        Value::apply_all(OpRef::new(SparseCrossEntropy), vec![self.clone(), labels.clone()]).swap_remove(0)
    }
    /// Rows of self (slices along the first axis) by integer `indices`. An index out of range is reported when the graph
    /// runs (code `index_range`).
    pub fn gather(&self, indices: &Value) -> Value {
        Value::apply_all(OpRef::new(Gather), vec![self.clone(), indices.clone()]).swap_remove(0)
    }
    /// A new last axis of size `classes`, 1 at each integer of self and 0 elsewhere (nowhere, if it is out of range).
    pub fn one_hot(&self, classes: usize, dtype: DType) -> Value {
        Value::apply(OneHot { classes, dtype }, &[self])
    }
    /// The value, or an error if it or anything below failed.
    pub fn checked(&self) -> Result<Value> {
        self.clone().ok()
    }
}
