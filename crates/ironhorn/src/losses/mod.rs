//! Losses: how far predictions are from targets. Each is one expression, found under the name of Keras's function and as a
//! class with settings and a reduction.
use crate::config::{Described, Entry, Kind, Map, Place, Plug, Setting, spelled};
use crate::{Error, Result, Value, words};
use tensor::Dim;

/// A loss.
pub trait Loss: Described {
    /// The loss of each sample (or each time step), before weights and reduction. What cannot be made comes back as a failed
    /// value.
    fn call(&self, y_true: &Value, y_pred: &Value) -> Value;
    /// How the samples' losses become one.
    fn reduction(&self) -> Reduction {
        Reduction::SumOverBatchSize
    }
    /// What it is called in messages and scopes.
    fn name(&self) -> String {
        self.class_name()
    }
}

words! {
    /// How the losses of samples become one.
    pub enum Reduction {
        /// They stay as they are.
        None = "none",
        /// Their sum.
        Sum = "sum",
        /// Their sum divided by their number; tf.keras's `auto` is the same.
        SumOverBatchSize = "sum_over_batch_size" | "auto",
    }
}

impl<T: Loss + 'static> From<T> for Plug<dyn Loss> {
    fn from(made: T) -> Plug<dyn Loss> {
        Plug::from(std::rc::Rc::new(made) as std::rc::Rc<dyn Loss>)
    }
}

impl Kind for dyn Loss {
    const NAME: &'static str = "loss function";
    const MODULE: &'static str = "losses";
    const CLASS: &'static str = "Loss";
    const UNKNOWN: &'static str = "Unknown loss function:";

    fn list() -> &'static [Entry<Self>] {
        LOSSES
    }
}

/// Declares a loss in both of Keras's forms: the class, with a name and a reduction, and the function. The fields are those
/// both have.
macro_rules! loss {
    (
        $(#[$doc:meta])*
        $Class:ident, $Function:ident = $name:literal $(| $alias:literal)* {
            $($(#[$meta:meta])* $field:ident: $type:ty,)*
        }
        |$this:ident, $y_true:ident, $y_pred:ident| $value:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, $crate::config::Config)]
        pub struct $Class {
            /// How the losses of samples become one.
            #[config(default = "sum_over_batch_size")]
            pub reduction: $crate::losses::Reduction,
            /// What it is called.
            #[config(default = $name)]
            pub name: String,
            $($(#[$meta])* pub $field: $type,)*
        }

        impl $crate::losses::Loss for $Class {
            fn call(&self, $y_true: &$crate::Value, $y_pred: &$crate::Value) -> $crate::Value {
                let $this = self;
                let _ = $this;
                $value
            }
            fn reduction(&self) -> $crate::losses::Reduction {
                self.reduction
            }
            fn name(&self) -> String {
                self.name.clone()
            }
        }

        $crate::losses::loss_function! {
            $(#[$doc])*
            $Function = $name $(| $alias)* { $($(#[$meta])* $field: $type,)* }
            |$this, $y_true, $y_pred| $value
        }
    };
}

/// Declares a loss that Keras has as a function only.
macro_rules! loss_function {
    (
        $(#[$doc:meta])*
        $Function:ident = $name:literal $(| $alias:literal)* {
            $($(#[$meta:meta])* $field:ident: $type:ty,)*
        }
        |$this:ident, $y_true:ident, $y_pred:ident| $value:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, $crate::config::Config)]
        #[config(function, name = $name $(, alias = $alias)*)]
        pub struct $Function {
            $($(#[$meta])* pub $field: $type,)*
        }

        impl $crate::losses::Loss for $Function {
            fn call(&self, $y_true: &$crate::Value, $y_pred: &$crate::Value) -> $crate::Value {
                let $this = self;
                let _ = $this;
                $value
            }
        }
    };
}
use loss_function;

crate::list! {
    /// Keras's losses: functions and classes.
    pub static LOSSES: dyn Loss;
    binary_crossentropy: BinaryCrossentropy, BinaryCrossentropyFunction;
    categorical_crossentropy: CategoricalCrossentropy, CategoricalCrossentropyFunction;
    categorical_hinge: CategoricalHinge, CategoricalHingeFunction;
    cosine_proximity: CosineProximityFunction;
    hinge: Hinge, HingeFunction;
    huber_loss: Huber, HuberFunction;
    kullback_leibler_divergence: KLDivergence, KLDivergenceFunction;
    logcosh: LogCosh, LogCoshFunction;
    mean_absolute_error: MeanAbsoluteError, MeanAbsoluteErrorFunction;
    mean_absolute_percentage_error: MeanAbsolutePercentageError, MeanAbsolutePercentageErrorFunction;
    mean_squared_error: MeanSquaredError, MeanSquaredErrorFunction;
    mean_squared_logarithmic_error: MeanSquaredLogarithmicError, MeanSquaredLogarithmicErrorFunction;
    poisson: Poisson, PoissonFunction;
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy, SparseCategoricalCrossentropyFunction;
    squared_hinge: SquaredHinge, SquaredHingeFunction;
}

pub use binary_crossentropy::binary_crossentropy;
pub use categorical_crossentropy::categorical_crossentropy;
pub use categorical_hinge::categorical_hinge;
pub use cosine_proximity::cosine_proximity;
pub use hinge::hinge;
pub use huber_loss::huber_loss;
pub use kullback_leibler_divergence::kullback_leibler_divergence;
pub use logcosh::logcosh;
pub use mean_absolute_error::mean_absolute_error;
pub use mean_absolute_percentage_error::mean_absolute_percentage_error;
pub use mean_squared_error::mean_squared_error;
pub use mean_squared_logarithmic_error::mean_squared_logarithmic_error;
pub use poisson::poisson;
pub use sparse_categorical_crossentropy::sparse_categorical_crossentropy;
pub use squared_hinge::squared_hinge;

/// A function of the user's as a loss; it is written as its name.
pub struct LossFunction<F> {
    name: String,
    call: F,
}

impl<F: Fn(&Value, &Value) -> Result<Value>> LossFunction<F> {
    /// The function `call` of targets and predictions, by the name it has among the custom objects.
    pub fn new(name: impl Into<String>, call: F) -> LossFunction<F> {
        LossFunction { name: name.into(), call }
    }
}

impl<F> Described for LossFunction<F> {
    fn class_name(&self) -> String {
        self.name.clone()
    }
    fn config(&self) -> Result<Option<Map>> {
        Ok(None)
    }
}

impl<F: Fn(&Value, &Value) -> Result<Value>> Loss for LossFunction<F> {
    fn call(&self, y_true: &Value, y_pred: &Value) -> Value {
        (self.call)(y_true, y_pred).unwrap_or_else(Value::failed)
    }
}

/// The loss as it enters the total: weighted, then reduced as the loss says. Weights may have one axis less or more than the
/// samples' losses, or be a scalar; the sum is divided by the number of losses, not by the sum of weights.
/// Error `sample_weight_shape` if the weights do not fit.
pub fn reduced(loss: &dyn Loss, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> Value {
    let losses = match loss.call(y_true, y_pred).ok() {
        Ok(losses) => losses,
        Err(error) => return Value::failed(error),
    };
    let losses = if losses.dtype().is_float() { losses } else { losses.cast(crate::globals::floatx()) };
    let weighted = match sample_weight {
        Some(weight) => match weigh(&losses, &weight.cast(losses.dtype())) {
            Ok((losses, weight)) => losses * weight,
            Err(error) => return Value::failed(error.at(loss.name())),
        },
        None => losses,
    };
    match loss.reduction() {
        Reduction::None => weighted,
        Reduction::Sum => weighted.sum(&[], false),
        Reduction::SumOverBatchSize => weighted.mean(&[], false),
    }
}

/// Values and the weights that go with them, brought to one rank as Keras does: squeezed or expanded by one axis, then
/// expanded at the end; axes whose sizes are known are repeated to fit, so that sums of weights count each value.
pub(crate) fn weigh(values: &Value, weight: &Value) -> Result<(Value, Value)> {
    let (mut values, mut weight) = (values.clone(), weight.clone());
    match (values.rank(), weight.rank()) {
        (_, 0) => {}
        (0, 1) => values = values.expand_dims(-1),
        (v, w) if w == v + 1 => weight = weight.squeeze(-1).ok().map_err(|_| misfit(&values, &weight))?,
        (v, w) if v == w + 1 => weight = weight.expand_dims(-1),
        _ => {}
    }
    if values.shape() == weight.shape() {
        return Ok((values, weight));
    }
    let rank = weight.rank();
    if rank > values.rank() {
        return Err(misfit(&values, &weight));
    }
    for axis in rank..values.rank() {
        weight = weight.expand_dims(axis as i64);
    }
    let mut wanted = weight.shape().clone();
    for axis in 0..rank {
        match (weight.shape().0[axis], values.shape().0[axis]) {
            (Dim::Known(w), Dim::Known(v)) if w != v && w != 1 => return Err(misfit(&values, &weight)),
            (Dim::Known(1), v @ Dim::Known(_)) => wanted.0[axis] = v,
            _ => {}
        }
    }
    Ok((values, weight.broadcast_to(&wanted)))
}

fn misfit(values: &Value, weight: &Value) -> Error {
    Error::value(
        "sample_weight_shape",
        format!(
            "Incompatible shapes: `values` {} vs `{}` {}. Weights have the shape of the losses, or of their first axes.",
            values.shape(),
            spelled("sample_weight"),
            weight.shape()
        ),
    )
}

/// Targets in the number type of the predictions.
fn like(y_true: &Value, y_pred: &Value) -> Value {
    y_true.cast(y_pred.dtype())
}

/// Labels as -1 and 1 where all are 0 or 1; others stay.
fn signed(y_true: &Value) -> Value {
    let binary = y_true.equal(0.0).logical_or(y_true.equal(1.0)).all(&[], false);
    Value::select(&binary, &(y_true * 2.0 - 1.0), y_true)
}

/// `x` over its Euclidean length along `axis`.
pub(crate) fn unit_length(x: &Value, axis: i64) -> Value {
    x * x.square().sum(&[axis], true).maximum(1e-12).rsqrt()
}

/// The input of the op named `op` that made `y_pred`: the logits behind a softmax or sigmoid. With them a cross-entropy stays
/// exact where probabilities round to 0 or 1.
fn behind(y_pred: &Value, op: &str) -> Option<Value> {
    y_pred.made_by().filter(|(made, _)| made.name() == op).map(|(_, inputs)| inputs[0].clone())
}

/// Probabilities kept away from 0 and 1, so that their logarithm is finite.
fn clipped(y_pred: &Value) -> Value {
    let epsilon = crate::globals::epsilon();
    y_pred.clip(epsilon, 1.0 - epsilon)
}

/// A check of `label_smoothing`.
pub(crate) fn smoothing(amount: &crate::config::Number, at: &Place) -> Result<()> {
    crate::config::fraction(&amount.get(), at).map_err(|_| at.wrong_value("between 0 and 1", &Setting::Float(amount.get())))
}

#[cfg(test)]
mod tests;
