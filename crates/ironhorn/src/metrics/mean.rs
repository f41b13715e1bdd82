//! Mean: the weighted mean of values, and of functions of targets and predictions, which most metrics are.
use super::{Metric, MetricName, MetricState, StateType, same_rank};
use crate::config::{Config, Described, Map};
use crate::losses::weigh;
use crate::{DType, Error, Result, Value, globals};

/// The weighted mean of the values it sees.
#[derive(Clone, Debug, Config)]
pub struct Mean {
    /// What it is called in logs; null makes a name up.
    #[config(positional, default = "mean")]
    pub name: MetricName,
    /// The number type of its state; null is that of the process.
    #[config(default = None)]
    pub dtype: StateType,
}

impl Metric for Mean {
    fn name(&self) -> String {
        self.name.get()
    }
    fn dtype(&self) -> DType {
        self.dtype.get()
    }
    fn state(&self) -> Vec<(String, Vec<usize>)> {
        state()
    }
    fn update(&self, _state: &mut MetricState, _y_true: &Value, _y_pred: &Value, _sample_weight: Option<&Value>) -> Result<()> {
        Err(values_only(&self.name()))
    }
    fn observe(&self, state: &mut MetricState, values: &Value, sample_weight: Option<&Value>) -> Result<()> {
        accumulate(state, self.dtype(), values, sample_weight)
    }
    fn result(&self, state: &MetricState) -> Value {
        mean(state)
    }
}

/// What a mean keeps.
pub(super) fn state() -> Vec<(String, Vec<usize>)> {
    vec![("total".to_owned(), vec![]), ("count".to_owned(), vec![])]
}

/// The error of metrics of values when they get targets and predictions.
pub(super) fn values_only(name: &str) -> Error {
    Error::type_("metric_input", format!("The metric {name} takes values, not targets and predictions; add it with addMetric."))
}

/// Adds values to `total` and how much they weigh to `count`.
pub(super) fn accumulate(state: &mut MetricState, dtype: DType, values: &Value, sample_weight: Option<&Value>) -> Result<()> {
    let values = values.cast(dtype).ok()?;
    let (values, count) = match sample_weight {
        Some(weight) => {
            let (values, weight) = weigh(&values, &weight.cast(dtype))?;
            (values * &weight, weight.sum(&[], false))
        }
        None => (values.clone(), Value::size(values.shape().count(), dtype)),
    };
    state.add("total", &values.sum(&[], false));
    state.add("count", &count);
    Ok(())
}

/// Total over count.
pub(super) fn mean(state: &MetricState) -> Value {
    state.get("total") / state.get("count")
}

/// A function of targets and predictions whose weighted mean is a metric.
pub(super) trait MeanOf {
    /// Its value for each sample.
    fn of(&self, y_true: &Value, y_pred: &Value) -> Value;
}

/// Takes in a batch of what `of` makes of targets and predictions.
pub(super) fn take_in(
    of: impl FnOnce(&Value, &Value) -> Value,
    state: &mut MetricState,
    dtype: DType,
    (y_true, y_pred): (&Value, &Value),
    sample_weight: Option<&Value>,
) -> Result<()> {
    let (y_pred, y_true) = same_rank(&y_pred.cast(dtype), &y_true.cast(dtype));
    accumulate(state, dtype, &of(&y_true, &y_pred).ok()?, sample_weight)
}

/// Makes a `MeanOf` a metric.
macro_rules! mean_of {
    ($type:ty, |$this:ident| $name:expr, |$also:ident| $dtype:expr) => {
        impl $crate::metrics::Metric for $type {
            fn name(&self) -> String {
                let $this = self;
                $name
            }
            fn dtype(&self) -> $crate::DType {
                let $also = self;
                $dtype
            }
            fn state(&self) -> Vec<(String, Vec<usize>)> {
                $crate::metrics::mean::state()
            }
            fn update(
                &self,
                state: &mut $crate::metrics::MetricState,
                y_true: &$crate::Value,
                y_pred: &$crate::Value,
                sample_weight: Option<&$crate::Value>,
            ) -> $crate::Result<()> {
                let of = |t: &$crate::Value, p: &$crate::Value| $crate::metrics::mean::MeanOf::of(self, t, p);
                $crate::metrics::mean::take_in(of, state, $crate::metrics::Metric::dtype(self), (y_true, y_pred), sample_weight)
            }
            fn result(&self, state: &$crate::metrics::MetricState) -> $crate::Value {
                $crate::metrics::mean::mean(state)
            }
        }
    };
}
pub(super) use mean_of;

/// A function of the user's as a metric: the weighted mean of what it gives. It is written as its name.
pub struct MeanMetricWrapper<F> {
    name: String,
    function: F,
}

impl<F: Fn(&Value, &Value) -> Result<Value>> MeanMetricWrapper<F> {
    /// The function of targets and predictions, by the name it has among the custom objects and in logs.
    pub fn new(name: impl Into<String>, function: F) -> MeanMetricWrapper<F> {
        MeanMetricWrapper { name: name.into(), function }
    }
}

impl<F> Described for MeanMetricWrapper<F> {
    fn class_name(&self) -> String {
        self.name.clone()
    }
    fn config(&self) -> Result<Option<Map>> {
        Ok(None)
    }
}

impl<F: Fn(&Value, &Value) -> Result<Value>> Metric for MeanMetricWrapper<F> {
    fn name(&self) -> String {
        self.name.clone()
    }
    fn state(&self) -> Vec<(String, Vec<usize>)> {
        state()
    }
    fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> Result<()> {
        let of = |t: &Value, p: &Value| (self.function)(t, p).unwrap_or_else(Value::failed);
        take_in(of, state, globals::floatx(), (y_true, y_pred), sample_weight)
    }
    fn result(&self, state: &MetricState) -> Value {
        mean(state)
    }
}
