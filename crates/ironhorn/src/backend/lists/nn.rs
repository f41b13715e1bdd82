//! What networks are made of: activations, cross-entropies, dropout.
use crate::backend::{Axes, Operand, Tensor, learning_phase, operation::functions};
use crate::config::Place;
use crate::{DType, Result, globals};
use graph::Value;
use tensor::{Dim, Shape};

fn relu(x: &Value, alpha: f64, max_value: Option<f64>, threshold: f64) -> Value {
    if alpha == 0.0 && max_value.is_none() && threshold == 0.0 {
        return x.relu();
    }
    let above = if threshold == 0.0 { x.relu() } else { Value::select(&x.greater(threshold), x, &x.zeros_like()) };
    let above = max_value.map_or(above.clone(), |max| above.minimum(max));
    if alpha == 0.0 { above } else { above - (threshold - x).relu() * alpha }
}

fn l2_normalize(x: &Value, axes: &Axes) -> Value {
    x * x.square().sum(&axes.0, true).maximum(1e-12).rsqrt()
}

fn dropout(x: &Value, level: f64, noise: Option<Vec<Option<usize>>>, seed: Option<i64>) -> Result<Value> {
    if !(0.0..1.0).contains(&level) {
        return Err(Place::new("dropout", "level").wrong_value("at least 0 and less than 1", &level.into()));
    }
    let noise: Option<Vec<Option<Dim>>> = noise.map(|n| n.into_iter().map(|d| d.map(Dim::Known)).collect());
    Ok(x.dropout(level, noise.as_deref(), seed.map(|s| s as u64)))
}

/// Kept away from 0 and from 1.
fn inside(p: &Value) -> Value {
    p.clip(globals::epsilon(), 1.0 - globals::epsilon())
}

fn categorical(target: &Value, output: &Value, from_logits: bool, axis: i64) -> Value {
    if from_logits {
        return -(target * output.log_softmax(axis)).sum(&[axis], false);
    }
    let p = output / output.sum(&[axis], true);
    -(target * inside(&p).log()).sum(&[axis], false)
}

fn sparse(target: &Value, output: &Value, from_logits: bool, axis: i64) -> Result<Value> {
    let at = output.shape().axis(axis)?;
    let last = output.rank() - 1;
    let mut order: Vec<usize> = (0..=last).filter(|i| *i != at).collect();
    order.push(at);
    let output = output.transpose(&order);
    let logits = if from_logits { output } else { inside(&output).log() };
    let labels = if target.rank() == logits.rank() { target.squeeze(-1) } else { target.clone() };
    let labels = if labels.dtype().is_float() { labels.cast(DType::I64) } else { labels };
    Ok(logits.sparse_softmax_cross_entropy(&labels))
}

fn binary(target: &Value, output: &Value, from_logits: bool) -> Value {
    if from_logits {
        return output.relu() - output * target + (-output.abs()).exp().log1p();
    }
    let p = inside(output);
    -(target * p.log() + (1.0 - target) * (1.0 - &p).log())
}

/// Along all axes that were reduced a vector is repeated.
fn along(v: &Value, x: &Value, reduced: &[usize]) -> Value {
    let shape = (0..x.rank()).map(|i| if reduced.contains(&i) { Dim::Known(1) } else { x.shape().0[i] }).collect();
    v.reshape(&Shape(shape))
}

/// (x - mean) gamma / sqrt(variance + epsilon) + beta.
fn normalized(x: &Value, mean: &Value, variance: &Value, beta: Option<Value>, gamma: Option<Value>, epsilon: f64) -> Value {
    let factor = (variance + epsilon).rsqrt();
    let factor = gamma.map_or(factor.clone(), |gamma| factor * gamma);
    let scaled = (x - mean) * factor;
    beta.map_or(scaled.clone(), |beta| scaled + beta)
}

fn normalize_batch(x: &Value, gamma: Option<Tensor>, beta: Option<Tensor>, axes: &[i64], epsilon: f64) -> Result<Vec<Value>> {
    let reduced = axes.iter().map(|a| x.shape().axis(*a)).collect::<Result<Vec<_>>>()?;
    let mean = x.mean(axes, true);
    let variance = (x - &mean).square().mean(axes, true);
    let place = |v: Option<Tensor>| v.map(|v| along(&v, x, &reduced));
    let normed = normalized(x, &mean, &variance, place(beta), place(gamma), epsilon);
    let kept = Shape((0..x.rank()).filter(|i| !reduced.contains(i)).map(|i| x.shape().0[i]).collect());
    Ok(vec![normed, mean.reshape(&kept), variance.reshape(&kept)])
}

fn batch_normalization(
    x: &Value,
    (mean, variance): (Tensor, Tensor),
    (beta, gamma): (Option<Tensor>, Option<Tensor>),
    axis: i64,
    epsilon: f64,
) -> Result<Value> {
    let axis = x.shape().axis(axis)?;
    let reduced: Vec<usize> = (0..x.rank()).filter(|i| *i != axis).collect();
    let place = |v: Tensor| if v.rank() == 1 { along(&v, x, &reduced) } else { v.0 };
    Ok(normalized(x, &place(mean), &place(variance), beta.map(place), gamma.map(place), epsilon))
}

functions! {
    /// Of networks.
    pub static NN;
    /// Cross-entropy of probabilities (or of logits) with targets of 0 and 1, element by element.
    function "binary_crossentropy"(target: Tensor, output: Tensor, from_logits: bool = "false") -> Value => binary(&target, &output, from_logits);
    /// Cross-entropy of probabilities (or of logits) with target probabilities, over an axis.
    function "categorical_crossentropy"(target: Tensor, output: Tensor, from_logits: bool = "false", axis: i64 = "-1") -> Value => categorical(&target, &output, from_logits, axis);
    /// Zeros a fraction of the elements, at random, and scales up the rest.
    function "dropout"(x: Tensor, level: f64, noise_shape: Option<Vec<Option<usize>>> = "null", seed: Option<i64> = "null") -> Result<Value> => dropout(&x, level, noise_shape, seed);
    /// x where it is positive, elsewhere alpha (e^x - 1).
    method "elu"(x: Tensor, alpha: f64 = "1") -> Value => x.elu(alpha);
    /// A sigmoid of straight lines: 0.2 x + 0.5 between 0 and 1.
    method "hard_sigmoid"(x: Tensor) -> Value => (&x.0 * 0.2 + 0.5).clip(0.0, 1.0);
    /// Whether each target is among the `k` most likely classes.
    function "in_top_k"(predictions: Tensor, targets: Tensor, k: usize) -> Value => {
        let classes = predictions.dim(-1).known().unwrap_or(1);
        let target = (targets.one_hot(classes, predictions.dtype()) * &predictions.0).sum(&[-1], true);
        predictions.greater(&target).cast(DType::F32).sum(&[-1], false).less(k as f64)
    };
    /// `alt` while training, `x` otherwise.
    function "in_test_phase"(x: Operand, alt: Operand) -> Value => {
        let (x, alt) = x.pair(alt);
        Value::select(&learning_phase(), &alt, &x)
    };
    /// `x` while training, `alt` otherwise.
    function "in_train_phase"(x: Operand, alt: Operand) -> Value => {
        let (x, alt) = x.pair(alt);
        Value::select(&learning_phase(), &x, &alt)
    };
    /// Scaled to length 1 over axes.
    method "l2_normalize"(x: Tensor, axis: Axes = "null") -> Value => l2_normalize(&x, &axis);
    /// x where it is above the threshold and at most `maxValue`, elsewhere a slope of alpha.
    method "relu"(x: Tensor, alpha: f64 = "0", max_value: Option<f64> = "null", threshold: f64 = "0") -> Value => relu(&x, alpha, max_value, threshold);
    /// 1 / (1 + e^-x)
    method "sigmoid"(x: Tensor) -> Value => x.sigmoid();
    /// e^x over its sum along an axis.
    method "softmax"(x: Tensor, axis: i64 = "-1") -> Value => x.softmax(axis);
    /// log(1 + e^x)
    method "softplus"(x: Tensor) -> Value => x.softplus();
    /// x / (1 + |x|)
    method "softsign"(x: Tensor) -> Value => x.softsign();
    /// Cross-entropy of probabilities (or of logits) with whole numbers that name classes, over an axis.
    function "sparse_categorical_crossentropy"(target: Tensor, output: Tensor, from_logits: bool = "false", axis: i64 = "-1") -> Result<Value> => sparse(&target, &output, from_logits, axis);
    /// Normalized with the given means and variances along an axis: (x - mean) gamma / sqrt(var + epsilon) + beta.
    function "batch_normalization"(x: Tensor, mean: Tensor, variance: Tensor, beta: Option<Tensor>, gamma: Option<Tensor>, axis: i64 = "-1", epsilon: f64 = "0.001") -> Result<Value> => batch_normalization(&x, (mean, variance), (beta, gamma), axis, epsilon);
    /// Normalized over axes: the result, the means and the variances.
    function "normalize_batch_in_training"(x: Tensor, gamma: Option<Tensor>, beta: Option<Tensor>, reduction_axes: Vec<i64>, epsilon: f64 = "0.001") -> Result<Vec<Value>> => normalize_batch(&x, gamma, beta, &reduction_axes, epsilon);
    /// The hyperbolic tangent.
    method "tanh"(x: Tensor) -> Value => x.tanh();
}
