//! Top k: how often the right class is among the k most probable.
use crate::config::positive;
use crate::{DType, Error, Value};

mean_metric! {
    /// The part of samples whose one-hot label is among the `k` most probable classes.
    TopKCategoricalAccuracy as "top_k_categorical_accuracy",
    TopKCategoricalAccuracyFunction = "top_k_categorical_accuracy" {
        /// How many classes count.
        #[config(positional, default = 5, check = positive)]
        k: usize,
    }
    |this, y_true, y_pred| in_top_k(&y_true.argmax(-1), y_pred, this.k)
}

mean_metric! {
    /// The part of samples whose label is among the `k` most probable classes.
    SparseTopKCategoricalAccuracy as "sparse_top_k_categorical_accuracy",
    SparseTopKCategoricalAccuracyFunction = "sparse_top_k_categorical_accuracy" {
        /// How many classes count.
        #[config(positional, default = 5, check = positive)]
        k: usize,
    }
    |this, y_true, y_pred| in_top_k(&y_true.reshape(&vec![y_true.shape().count()].into()), y_pred, this.k)
}

/// 1 where fewer than `k` classes are more probable than the label's, else 0; as TensorFlow has it, also 0 for a label that is
/// no class and where a prediction is not finite.
fn in_top_k(labels: &Value, y_pred: &Value, k: usize) -> Value {
    let (2, Some(classes)) = (y_pred.rank(), y_pred.dim(-1).known()) else {
        let message =
            format!("Top k needs predictions of shape (samples, classes) with a known number of classes; got {}.", y_pred.shape());
        return Value::failed(Error::value("top_k_shape", message));
    };
    let dtype = y_pred.dtype();
    let hot = labels.cast(DType::I64).one_hot(classes, DType::F32).greater(0.0);
    let own = Value::select(&hot, y_pred, &y_pred.number(0.0)).sum(&[-1], true);
    let better = y_pred.greater(&own).cast(dtype).sum(&[-1], false);
    let sound = hot.any(&[-1], false).logical_and(y_pred.is_finite().all(&[-1], false));
    better.less(k as f64).logical_and(sound).cast(dtype)
}
