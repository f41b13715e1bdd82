//! Root mean squared error: an error in the unit of the targets.
use super::{Metric, MetricName, MetricState, StateType, mean};
use crate::config::Config;
use crate::{DType, Result, Value};

/// The square root of the weighted mean of squared errors; of each element, not first averaged over the last axis.
#[derive(Clone, Debug, Config)]
pub struct RootMeanSquaredError {
    /// What it is called in logs; null makes a name up.
    #[config(default = "root_mean_squared_error")]
    pub name: MetricName,
    /// The number type of its state; null is that of the process.
    #[config(default = None)]
    pub dtype: StateType,
}

impl Metric for RootMeanSquaredError {
    fn name(&self) -> String {
        self.name.get()
    }
    fn dtype(&self) -> DType {
        self.dtype.get()
    }
    fn state(&self) -> Vec<(String, Vec<usize>)> {
        mean::state()
    }
    fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> Result<()> {
        let squared = (y_pred.cast(self.dtype()) - y_true.cast(self.dtype())).square();
        mean::accumulate(state, self.dtype(), &squared, sample_weight)
    }
    fn result(&self, state: &MetricState) -> Value {
        mean::mean(state).sqrt()
    }
}
