//! Precision: how much a positive prediction can be trusted.
use super::confusion::{self, Answers, Chosen, FAR_BELOW, Thresholds, within};
use super::{Metric, MetricName, MetricState, StateType};
use crate::config::Config;
use crate::{DType, Result, Value};

/// The part of positive predictions that are right; 0 where there are none.
#[derive(Clone, Debug, Config)]
pub struct Precision {
    /// What it is called in logs; null makes a name up.
    #[config(default = None)]
    pub name: MetricName,
    /// The number type of its state; null is that of the process.
    #[config(default = None)]
    pub dtype: StateType,
    /// A prediction above it is positive, from 0 to 1; a list gives a result for each. Null is 0.5, or with `top_k` none.
    #[config(default = None, check = within)]
    pub thresholds: Thresholds,
    /// Only the so many largest predictions of a sample can be positive.
    #[config(default = None)]
    pub top_k: Option<usize>,
    /// Only this class is looked at, numbered from 0.
    #[config(default = None)]
    pub class_id: Option<usize>,
}

impl Precision {
    fn limits(&self) -> Vec<f64> {
        confusion::thresholds(&self.thresholds, if self.top_k.is_some() { FAR_BELOW } else { 0.5 })
    }
}

impl Metric for Precision {
    fn name(&self) -> String {
        self.name.get()
    }
    fn dtype(&self) -> DType {
        self.dtype.get()
    }
    fn state(&self) -> Vec<(String, Vec<usize>)> {
        let count = self.limits().len();
        vec![("true_positives".to_owned(), vec![count]), ("false_positives".to_owned(), vec![count])]
    }
    fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> Result<()> {
        let counted = [Answers::TruePositives, Answers::FalsePositives].map(|a| (a, a.state()));
        let chosen = Chosen { top_k: self.top_k, class_id: self.class_id };
        confusion::count(state, &counted, (&self.limits(), chosen, self.dtype()), (y_true, y_pred), sample_weight)
    }
    fn result(&self, state: &MetricState) -> Value {
        let right = state.get("true_positives");
        let all = &right + state.get("false_positives");
        confusion::scalar_if_one(confusion::ratio(&right, &all))
    }
}
