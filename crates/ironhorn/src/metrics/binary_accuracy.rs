//! Binary accuracy: how often probabilities are on the right side of a threshold.
use crate::Value;

mean_metric! {
    /// The part of labels 0 and 1 whose predicted probability is on the right side of `threshold`.
    BinaryAccuracy as "binary_accuracy", BinaryAccuracyFunction = "binary_accuracy" {
        /// Probabilities above it count as 1.
        #[config(default = 0.5)]
        threshold: f64,
    }
    |this, y_true, y_pred| binary_accuracy(y_true, y_pred, this.threshold)
}

/// The part, over the last axis, of predictions that equal their targets when rounded.
pub fn binary_accuracy(y_true: &Value, y_pred: &Value, threshold: f64) -> Value {
    let dtype = y_pred.dtype();
    // Exactly one half rounds to 0, since ties go to even.
    let labels = if threshold == 0.5 { y_pred.round() } else { y_pred.greater(threshold).cast(dtype) };
    y_true.cast(dtype).equal(labels).cast(dtype).mean(&[-1], false)
}
