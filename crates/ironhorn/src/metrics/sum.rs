//! Sum: the weighted sum of values.
use super::mean::values_only;
use super::{Metric, MetricName, MetricState, StateType};
use crate::config::Config;
use crate::losses::weigh;
use crate::{DType, Result, Value};

/// The weighted sum of the values it sees.
#[derive(Clone, Debug, Config)]
pub struct Sum {
    /// What it is called in logs; null makes a name up.
    #[config(positional, default = "sum")]
    pub name: MetricName,
    /// The number type of its state; null is that of the process.
    #[config(default = None)]
    pub dtype: StateType,
}

impl Metric for Sum {
    fn name(&self) -> String {
        self.name.get()
    }
    fn dtype(&self) -> DType {
        self.dtype.get()
    }
    fn state(&self) -> Vec<(String, Vec<usize>)> {
        vec![("total".to_owned(), vec![])]
    }
    fn update(&self, _state: &mut MetricState, _y_true: &Value, _y_pred: &Value, _sample_weight: Option<&Value>) -> Result<()> {
        Err(values_only(&self.name()))
    }
    fn observe(&self, state: &mut MetricState, values: &Value, sample_weight: Option<&Value>) -> Result<()> {
        let values = values.cast(self.dtype()).ok()?;
        let weighted = match sample_weight {
            Some(weight) => {
                let (values, weight) = weigh(&values, &weight.cast(self.dtype()))?;
                values * weight
            }
            None => values,
        };
        state.add("total", &weighted.sum(&[], false));
        Ok(())
    }
    fn result(&self, state: &MetricState) -> Value {
        state.get("total")
    }
}
