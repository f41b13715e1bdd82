//! Categorical cross-entropy: for one of many, with one-hot labels or other distributions.
use super::{behind, clipped, like, smoothing};
use crate::Value;
use crate::config::Number;

loss! {
    /// Cross-entropy of distributions over the last axis with predicted ones. Where the predictions come straight from a
    /// softmax it is computed from the logits behind it.
    CategoricalCrossentropy, CategoricalCrossentropyFunction = "categorical_crossentropy" {
        /// Whether the predictions are logits, not probabilities.
        #[config(default = false)]
        from_logits: bool,
        /// How much of each label is spread over all classes, from 0 to 1.
        #[config(default = 0, check = smoothing)]
        label_smoothing: Number,
    }
    |this, y_true, y_pred| categorical_crossentropy(y_true, y_pred, this.from_logits, this.label_smoothing.get())
}

/// Cross-entropy of distributions over the last axis with predicted probabilities or logits.
pub fn categorical_crossentropy(y_true: &Value, y_pred: &Value, from_logits: bool, label_smoothing: f64) -> Value {
    let mut t = like(y_true, y_pred);
    if label_smoothing > 0.0 {
        // Keras counts the classes along axis 1, whatever the rank.
        let classes = Value::size(t.dim(1), t.dtype());
        t = t * (1.0 - label_smoothing) + label_smoothing / classes;
    }
    let logits = if from_logits { Some(y_pred.clone()) } else { behind(y_pred, "Softmax") };
    match logits {
        Some(logits) => logits.softmax_cross_entropy(&t),
        None => {
            let p = clipped(&(y_pred / y_pred.sum(&[-1], true)));
            -(t * p.log()).sum(&[-1], false)
        }
    }
}
