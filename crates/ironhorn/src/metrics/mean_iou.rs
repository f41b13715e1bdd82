//! Mean intersection over union: how well predicted regions cover labelled ones, class by class.
use super::{Metric, MetricName, MetricState, StateType, confusion::ratio};
use crate::config::{Config, positive};
use crate::losses::weigh;
use crate::{Array, DType, Result, Value};
use tensor::Shape;

/// The mean over classes of intersection over union of labels and predictions, both given as class numbers. Classes that never
/// occur do not count. A number that is no class is an error when it is seen (code `index_range`).
#[derive(Clone, Debug, Config)]
pub struct MeanIoU {
    /// What it is called in logs; null makes a name up.
    #[config(default = None)]
    pub name: MetricName,
    /// The number type of its state; null is that of the process.
    #[config(default = None)]
    pub dtype: StateType,
    /// How many classes there are.
    #[config(check = positive)]
    pub num_classes: usize,
}

impl MeanIoU {
    /// The identity matrix.
    fn identity(&self) -> Result<Array> {
        let n = self.num_classes;
        let data: Vec<f64> = (0..n * n).map(|i| f64::from(u8::from(i % n == i / n))).collect();
        Array::from_f64(self.dtype(), [n, n], &data)
    }
}

impl Metric for MeanIoU {
    fn name(&self) -> String {
        self.name.get()
    }
    fn dtype(&self) -> DType {
        self.dtype.get()
    }
    fn state(&self) -> Vec<(String, Vec<usize>)> {
        vec![("total_confusion_matrix".to_owned(), vec![self.num_classes, self.num_classes])]
    }
    fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> Result<()> {
        let flat = |v: &Value| v.reshape(&Shape(vec![v.shape().count()]));
        let identity = Value::constant(self.identity()?);
        let rows = |v: &Value| identity.gather(&flat(v).cast(DType::I64));
        let mut labels = rows(y_true);
        if let Some(weight) = sample_weight {
            let weight = weigh(y_true, &weight.cast(self.dtype()))?.1.broadcast_like(y_true);
            labels = labels * flat(&weight).expand_dims(-1);
        }
        state.add("total_confusion_matrix", &labels.transpose(&[1, 0]).matmul(&rows(y_pred)));
        Ok(())
    }
    fn result(&self, state: &MetricState) -> Value {
        let matrix = state.get("total_confusion_matrix");
        let identity = match self.identity() {
            Ok(identity) => Value::constant(identity),
            Err(error) => return Value::failed(error),
        };
        let both = (&matrix * identity).sum(&[1], false);
        let either = matrix.sum(&[0], false) + matrix.sum(&[1], false) - &both;
        let classes = either.not_equal(0.0).cast(self.dtype()).sum(&[], false);
        ratio(&ratio(&both, &either).sum(&[], false), &classes)
    }
}
