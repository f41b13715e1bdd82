//! Sparse categorical cross-entropy: for one of many, with labels as whole numbers.
use super::{behind, clipped};
use crate::{DType, Value};
use tensor::Shape;

loss! {
    /// Cross-entropy of labels, numbered from 0, with predicted distributions over the last axis. Where the predictions come
    /// straight from a softmax it is computed from the logits behind it. A label that is no class is an error when it is seen
    /// (code `label_range`).
    SparseCategoricalCrossentropy, SparseCategoricalCrossentropyFunction = "sparse_categorical_crossentropy" {
        /// Whether the predictions are logits, not probabilities.
        #[config(default = false)]
        from_logits: bool,
    }
    |this, y_true, y_pred| sparse_categorical_crossentropy(y_true, y_pred, this.from_logits, -1)
}

/// Cross-entropy of labels, numbered from 0, with predicted probabilities or logits over `axis`.
pub fn sparse_categorical_crossentropy(y_true: &Value, y_pred: &Value, from_logits: bool, axis: i64) -> Value {
    let logits = if from_logits { Some(y_pred.clone()) } else { behind(y_pred, "Softmax") };
    let mut logits = logits.unwrap_or_else(|| clipped(y_pred).log());
    let rank = logits.rank();
    let axis = match logits.shape().axis(axis) {
        Ok(axis) => axis,
        Err(error) => return Value::failed(error.at("sparse_categorical_crossentropy")),
    };
    let order: Vec<usize> = (0..rank).filter(|i| *i != axis).chain([axis]).collect();
    logits = logits.transpose(&order);
    let labels = whole(y_true);
    let rows = Shape(logits.shape().0[..rank - 1].to_vec());
    if labels.rank() + 1 == rank {
        return logits.sparse_softmax_cross_entropy(&labels);
    }
    let labels = labels.reshape(&Shape(vec![labels.shape().count()]));
    let flat = logits.reshape(&Shape(vec![rows.count(), logits.dim(-1)]));
    let losses = flat.sparse_softmax_cross_entropy(&labels);
    if rank >= 3 { losses.reshape(&rows) } else { losses }
}

/// Labels as whole numbers. One that is not a number becomes one that is no class.
fn whole(y_true: &Value) -> Value {
    let labels = if y_true.dtype().is_float() { Value::select(&y_true.is_nan(), &y_true.number(-1.0), y_true) } else { y_true.clone() };
    labels.cast(DType::I64)
}
