//! Metrics: numbers that tell how well a model does, gathered over many batches in variables of their own.
use crate::config::{Described, Entry, Field, Kind, Place, Plug, Setting};
use crate::{Array, DType, Error, Result, Value, Variable, globals, names};
use graph::trace::Update;
use tensor::Shape;

/// A metric: what it keeps, how a batch changes it, and what comes of it.
pub trait Metric: Described {
    /// What it is called in logs.
    fn name(&self) -> String;
    /// The number type it computes and keeps its state in.
    fn dtype(&self) -> DType {
        globals::floatx()
    }
    /// The names and shapes of what it keeps; all zero at first.
    fn state(&self) -> Vec<(String, Vec<usize>)>;
    /// Takes in a batch of targets and predictions.
    fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> Result<()>;
    /// Takes in values as they are. Error `metric_input` from those that compare targets and predictions.
    fn observe(&self, _state: &mut MetricState, _values: &Value, _sample_weight: Option<&Value>) -> Result<()> {
        Err(Error::type_("metric_input", format!("The metric {} takes targets and predictions; it got values alone.", self.name())))
    }
    /// What comes of the state so far. What cannot be made comes back as a failed value.
    fn result(&self, state: &MetricState) -> Value;
}

impl<T: Metric + 'static> From<T> for Plug<dyn Metric> {
    fn from(made: T) -> Plug<dyn Metric> {
        Plug::from(std::rc::Rc::new(made) as std::rc::Rc<dyn Metric>)
    }
}

impl Kind for dyn Metric {
    const NAME: &'static str = "metric function";
    const MODULE: &'static str = "metrics";
    const CLASS: &'static str = "Metric";
    const UNKNOWN: &'static str = "Unknown metric function:";

    fn list() -> &'static [Entry<Self>] {
        METRICS
    }
}

/// Declares a metric that is the weighted mean of a function of targets and predictions, in both of Keras's forms: the class,
/// with a name and a number type, and the function. The fields are those both have.
macro_rules! mean_metric {
    (
        $(#[$doc:meta])*
        $Class:ident as $class_name:literal, $Function:ident = $name:literal $(| $alias:literal)* {
            $($(#[$meta:meta])* $field:ident: $type:ty,)*
        }
        |$this:ident, $y_true:ident, $y_pred:ident| $value:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, $crate::config::Config)]
        pub struct $Class {
            /// What it is called in logs; null makes a name up.
            #[config(default = $class_name)]
            pub name: $crate::metrics::MetricName,
            /// The number type of its state; null is that of the process.
            #[config(default = None)]
            pub dtype: $crate::metrics::StateType,
            $($(#[$meta])* pub $field: $type,)*
        }

        impl $crate::metrics::mean::MeanOf for $Class {
            fn of(&self, $y_true: &$crate::Value, $y_pred: &$crate::Value) -> $crate::Value {
                let $this = self;
                let _ = $this;
                $value
            }
        }

        $crate::metrics::mean::mean_of!($Class, |this| this.name.get(), |this| this.dtype.get());

        $crate::metrics::mean_function! {
            $(#[$doc])*
            $Function = $name $(| $alias)* { $($(#[$meta])* $field: $type,)* }
            |$this, $y_true, $y_pred| $value
        }
    };
}

/// Declares a metric that is the weighted mean of a function of targets and predictions and has no class.
macro_rules! mean_function {
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

        impl $crate::metrics::mean::MeanOf for $Function {
            fn of(&self, $y_true: &$crate::Value, $y_pred: &$crate::Value) -> $crate::Value {
                let $this = self;
                let _ = $this;
                $value
            }
        }

        $crate::metrics::mean::mean_of!($Function, |_this| $name.to_owned(), |_this| $crate::globals::floatx());
    };
}
use mean_function;

crate::list! {
    /// Keras's metrics: functions and classes.
    pub static METRICS: dyn Metric;
    accuracy: Accuracy, AccuracyFunction;
    auc: AUC;
    binary_accuracy: BinaryAccuracy, BinaryAccuracyFunction;
    categorical_accuracy: CategoricalAccuracy, CategoricalAccuracyFunction;
    confusion_counts: FalseNegatives, FalsePositives, TrueNegatives, TruePositives;
    cosine_similarity: CosineSimilarity, CosineSimilarityFunction;
    losses: BinaryCrossentropy, BinaryCrossentropyFunction, CategoricalCrossentropy, CategoricalCrossentropyFunction,
        CategoricalHinge, CategoricalHingeFunction, Hinge, HingeFunction, HuberFunction, KLDivergence, KLDivergenceFunction,
        LogCoshError, LogCoshFunction, MeanAbsoluteError, MeanAbsoluteErrorFunction, MeanAbsolutePercentageError,
        MeanAbsolutePercentageErrorFunction, MeanSquaredError, MeanSquaredErrorFunction, MeanSquaredLogarithmicError,
        MeanSquaredLogarithmicErrorFunction, Poisson, PoissonFunction, SparseCategoricalCrossentropy,
        SparseCategoricalCrossentropyFunction, SquaredHinge, SquaredHingeFunction;
    mean: Mean;
    mean_iou: MeanIoU;
    precision: Precision;
    recall: Recall;
    root_mean_squared_error: RootMeanSquaredError;
    sensitivity_specificity: SensitivityAtSpecificity, SpecificityAtSensitivity;
    sparse_categorical_accuracy: SparseCategoricalAccuracy, SparseCategoricalAccuracyFunction;
    sum: Sum;
    top_k: SparseTopKCategoricalAccuracy, SparseTopKCategoricalAccuracyFunction, TopKCategoricalAccuracy,
        TopKCategoricalAccuracyFunction;
}

mod confusion;
mod resolve;

pub use mean::MeanMetricWrapper;
pub use resolve::resolve;

/// A metric's state while a batch is taken in: what is read is what was written before.
#[derive(Debug)]
pub struct MetricState {
    entries: Vec<StateEntry>,
    fault: Option<Error>,
}

#[derive(Debug)]
struct StateEntry {
    name: String,
    variable: Variable,
    value: Value,
    written: bool,
}

impl MetricState {
    fn of(state: &[(String, Variable)]) -> MetricState {
        let entry = |(name, variable): &(String, Variable)| StateEntry {
            name: name.clone(),
            value: Value::read(variable),
            variable: variable.clone(),
            written: false,
        };
        MetricState { entries: state.iter().map(entry).collect(), fault: None }
    }
    /// The value of that name, as written last. Error `metric_state`, in a failed value, if there is none.
    pub fn get(&self, name: &str) -> Value {
        match self.entries.iter().find(|e| e.name == name) {
            Some(entry) => entry.value.clone(),
            None => Value::failed(self.unknown(name)),
        }
    }
    /// Writes the value of that name.
    pub fn set(&mut self, name: &str, value: Value) {
        let error = self.unknown(name);
        match self.entries.iter_mut().find(|e| e.name == name) {
            Some(entry) => {
                entry.value = value.cast(entry.variable.dtype());
                entry.written = true;
            }
            None => self.fault = Some(error),
        }
    }
    /// Adds to the value of that name.
    pub fn add(&mut self, name: &str, value: &Value) {
        let old = self.get(name);
        self.set(name, &old + &value.cast(old.dtype()));
    }
    fn unknown(&self, name: &str) -> Error {
        let names: Vec<_> = self.entries.iter().map(|e| e.name.as_str()).collect();
        Error::value("metric_state", format!("The metric keeps no `{name}`; it keeps {}.", names.join(", ")))
    }
    /// New values of the variables that were written.
    fn updates(&self) -> Result<Vec<(Variable, Update)>> {
        if let Some(error) = &self.fault {
            return Err(error.clone());
        }
        let written = self.entries.iter().filter(|e| e.written);
        written.map(|e| Ok((e.variable.clone(), Update::Assign(e.value.clone().ok()?)))).collect()
    }
}

/// One use of a metric, with variables of its own.
#[derive(Debug)]
pub struct MetricInstance {
    metric: Plug<dyn Metric>,
    name: String,
    state: Vec<(String, Variable)>,
}

impl MetricInstance {
    /// One that is called as the metric calls itself.
    pub fn new(metric: Plug<dyn Metric>) -> MetricInstance {
        let name = metric.name();
        MetricInstance::named(name, metric)
    }
    /// One under another name: that the user typed, or that of an output before it.
    pub fn named(name: impl Into<String>, metric: Plug<dyn Metric>) -> MetricInstance {
        let (name, dtype) = (name.into(), metric.dtype());
        let variable = |part: &str, shape| Variable::new(format!("{name}/{part}:0"), &Array::zeros(dtype, shape));
        let state = metric.state().into_iter().map(|(part, shape)| (part.clone(), variable(&part, shape))).collect();
        MetricInstance { metric, name, state }
    }
    /// What it is called in logs.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The metric.
    pub fn metric(&self) -> &Plug<dyn Metric> {
        &self.metric
    }
    /// Its variables, in the order of the metric's state.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.state.iter().map(|(_, variable)| variable)
    }
    /// Starts again from zero.
    pub fn reset(&self) -> Result<()> {
        self.variables().try_for_each(|v| v.set(&Array::zeros(v.dtype(), v.shape())))
    }
    /// What comes of the state as it stands.
    pub fn result(&self) -> Result<Value> {
        self.metric.result(&MetricState::of(&self.state)).ok()
    }
    /// Takes in a batch of targets and predictions: the result with it, and the new state.
    pub fn update(&self, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> Result<(Value, Vec<(Variable, Update)>)> {
        self.run(|metric, state| metric.update(state, y_true, y_pred, sample_weight))
    }
    /// Takes in values as they are: the result with them, and the new state.
    pub fn observe(&self, values: &Value, sample_weight: Option<&Value>) -> Result<(Value, Vec<(Variable, Update)>)> {
        self.run(|metric, state| metric.observe(state, values, sample_weight))
    }
    fn run(&self, take_in: impl FnOnce(&dyn Metric, &mut MetricState) -> Result<()>) -> Result<(Value, Vec<(Variable, Update)>)> {
        let at = |e: Error| e.at(format!("The metric {}", self.name));
        graph::trace::scoped(&self.name, || {
            let mut state = MetricState::of(&self.state);
            take_in(&*self.metric, &mut state)?;
            Ok((self.metric.result(&state).ok()?, state.updates()?))
        })
        .map_err(at)
    }
}

/// A metric's name; null makes one up when the metric is made: `precision_1`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MetricName(String);

impl MetricName {
    /// The name.
    pub fn get(&self) -> String {
        self.0.clone()
    }
}

impl<S: Into<String>> From<S> for MetricName {
    fn from(name: S) -> MetricName {
        MetricName(name.into())
    }
}

impl Field for MetricName {
    fn read(setting: Setting, at: &Place) -> Result<MetricName> {
        let given = Option::<String>::read(setting, at)?;
        Ok(MetricName(given.unwrap_or_else(|| names::layer_name(at.owner()))))
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Text(self.0.clone()))
    }
    fn typescript() -> String {
        Option::<String>::typescript()
    }
}

/// The number type of a metric's state; null is that of the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StateType(DType);

impl StateType {
    /// The number type.
    pub fn get(self) -> DType {
        self.0
    }
}

impl From<DType> for StateType {
    fn from(dtype: DType) -> StateType {
        StateType(dtype)
    }
}

impl Field for StateType {
    fn read(setting: Setting, at: &Place) -> Result<StateType> {
        Ok(StateType(Option::read(setting, at)?.unwrap_or_else(globals::floatx)))
    }
    fn write(&self) -> Result<Setting> {
        self.0.write()
    }
    fn typescript() -> String {
        Option::<DType>::typescript()
    }
}

/// Predictions and targets of one rank: the last axis of the one with more goes, if it has size 1.
fn same_rank(y_pred: &Value, y_true: &Value) -> (Value, Value) {
    let one = |v: &Value| v.dim(-1).known() == Some(1);
    let without_last = |v: &Value| v.reshape(&Shape(v.shape().0[..v.rank() - 1].to_vec()));
    match (y_pred.rank(), y_true.rank()) {
        (p, t) if p == t + 1 && one(y_pred) => (without_last(y_pred), y_true.clone()),
        (p, t) if t == p + 1 && one(y_true) => (y_pred.clone(), without_last(y_true)),
        _ => (y_pred.clone(), y_true.clone()),
    }
}

#[cfg(test)]
mod tests;
