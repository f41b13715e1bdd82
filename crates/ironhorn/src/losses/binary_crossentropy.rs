//! Binary cross-entropy: for outputs that are independent yes and no.
use super::{behind, clipped, like, smoothing};
use crate::config::Number;
use crate::{Value, globals};

loss! {
    /// Cross-entropy of labels 0 and 1 with probabilities, averaged over the last axis. Where the probabilities come straight
    /// from a sigmoid it is computed from the logits behind it.
    BinaryCrossentropy, BinaryCrossentropyFunction = "binary_crossentropy" {
        /// Whether the predictions are logits, not probabilities.
        #[config(default = false)]
        from_logits: bool,
        /// How far labels are moved towards 0.5, from 0 to 1.
        #[config(default = 0, check = smoothing)]
        label_smoothing: Number,
    }
    |this, y_true, y_pred| binary_crossentropy(y_true, y_pred, this.from_logits, this.label_smoothing.get())
}

/// Cross-entropy of labels 0 and 1 with probabilities or logits, averaged over the last axis.
pub fn binary_crossentropy(y_true: &Value, y_pred: &Value, from_logits: bool, label_smoothing: f64) -> Value {
    let mut t = like(y_true, y_pred);
    if label_smoothing > 0.0 {
        t = t * (1.0 - label_smoothing) + 0.5 * label_smoothing;
    }
    let logits = if from_logits { Some(y_pred.clone()) } else { behind(y_pred, "Sigmoid") };
    let each = match logits {
        Some(logits) => of_logits(&t, &logits),
        None => {
            let p = clipped(y_pred);
            let epsilon = globals::epsilon();
            // 1 + epsilon first, as TensorFlow's optimiser has it: at the ends the order shows.
            let not_p = (1.0 + epsilon) - &p;
            -(&t * (p + epsilon).log() + (1.0 - &t) * not_p.log())
        }
    };
    each.mean(&[-1], false)
}

/// max(x, 0) - x t + log(1 + e^-|x|). The two selections rather than `relu` and `abs` make the gradient right at 0 as well.
fn of_logits(t: &Value, x: &Value) -> Value {
    let positive = x.greater_equal(0.0);
    let above = Value::select(&positive, x, &x.number(0.0));
    let minus_size = Value::select(&positive, &-x, x);
    above - x * t + minus_size.softplus()
}
