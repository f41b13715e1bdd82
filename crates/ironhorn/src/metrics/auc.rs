//! AUC: the area under a curve of rates over all thresholds.
use super::confusion::{self, Answers, Chosen, ratio};
use super::{Metric, MetricName, MetricState, StateType};
use crate::config::{Config, Described, Map, Place, Plug};
use crate::{DType, Result, Value, globals, words};

words! {
    /// Which curve.
    pub enum Curve {
        /// True positive rate over false positive rate.
        Roc = "ROC",
        /// Precision over recall.
        PrecisionRecall = "PR",
    }
}

words! {
    /// How the area between two thresholds is taken.
    pub enum Summation {
        /// Trapezoids; for precision and recall the interpolation of Davis and Goadrich 2006.
        Interpolation = "interpolation",
        /// The higher end: a bound from above where the curve falls.
        Majoring = "majoring",
        /// The lower end: a bound from below where the curve falls.
        Minoring = "minoring",
    }
}

/// The area under the curve of true positives over false positives, or of precision over recall.
#[derive(Clone, Debug, Config)]
#[config(check = enough_thresholds)]
pub struct AUC {
    /// What it is called in logs; null makes a name up.
    #[config(default = None)]
    pub name: MetricName,
    /// The number type of its state; null is that of the process.
    #[config(default = None)]
    pub dtype: StateType,
    /// How many thresholds from 0 to 1 the curve is drawn through; more than 1.
    #[config(default = 200)]
    pub num_thresholds: usize,
    /// Which curve: `ROC` or `PR`.
    #[config(default = "ROC")]
    pub curve: Curve,
    /// How the area between two thresholds is taken.
    #[config(default = "interpolation")]
    pub summation_method: Summation,
    /// Thresholds of one's own, in place of evenly spaced ones; one below 0 and one above 1 are added.
    #[config(default = None)]
    pub thresholds: Option<Vec<f64>>,
}

fn enough_thresholds(auc: &AUC) -> Result<()> {
    if auc.thresholds.is_some() || auc.num_thresholds > 1 {
        return Ok(());
    }
    Err(Place::new("AUC", "num_thresholds").wrong_value("> 1", &auc.num_thresholds.into()))
}

/// An AUC with its thresholds laid out, which is what its config shows.
struct Area {
    options: AUC,
    /// The inner ones, rising.
    thresholds: Vec<f64>,
}

impl From<AUC> for Plug<dyn Metric> {
    fn from(mut options: AUC) -> Plug<dyn Metric> {
        let thresholds = match options.thresholds.take() {
            Some(mut given) => {
                given.sort_by(f64::total_cmp);
                given
            }
            None => {
                let steps = options.num_thresholds.saturating_sub(1);
                (1..steps).map(|i| i as f64 / steps as f64).collect()
            }
        };
        options.num_thresholds = thresholds.len() + 2;
        Area { options, thresholds }.into()
    }
}

impl Described for Area {
    fn class_name(&self) -> String {
        "AUC".to_owned()
    }
    fn config(&self) -> Result<Option<Map>> {
        AUC { thresholds: Some(self.thresholds.clone()), ..self.options.clone() }.write().map(Some)
    }
}

impl Metric for Area {
    fn name(&self) -> String {
        self.options.name.get()
    }
    fn dtype(&self) -> DType {
        self.options.dtype.get()
    }
    fn state(&self) -> Vec<(String, Vec<usize>)> {
        Answers::ALL.map(|a| (a.state().to_owned(), vec![self.options.num_thresholds])).into()
    }
    fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> Result<()> {
        let epsilon = globals::epsilon();
        let thresholds: Vec<f64> = [-epsilon].into_iter().chain(self.thresholds.iter().copied()).chain([1.0 + epsilon]).collect();
        let settings = (&thresholds[..], Chosen::default(), self.dtype());
        confusion::count(state, &Answers::ALL.map(|a| (a, a.state())), settings, (y_true, y_pred), sample_weight)
    }
    fn result(&self, state: &MetricState) -> Value {
        let [tp, tn, fp, fn_] = Answers::ALL.map(|a| state.get(a.state()));
        let steps = self.options.num_thresholds - 1;
        let (head, tail) = (|v: &Value| v.narrow(0, 0, steps), |v: &Value| v.narrow(0, 1, steps));
        let (x, y) = match self.options.curve {
            Curve::Roc => (rate(&fp, &tn), rate(&tp, &fn_)),
            Curve::PrecisionRecall if self.options.summation_method == Summation::Interpolation => {
                return interpolated(&tp, &fp, &fn_, steps);
            }
            Curve::PrecisionRecall => (rate(&tp, &fn_), rate(&tp, &fp)),
        };
        let height = match self.options.summation_method {
            Summation::Interpolation => (head(&y) + tail(&y)) / 2.0,
            Summation::Majoring => head(&y).maximum(tail(&y)),
            Summation::Minoring => head(&y).minimum(tail(&y)),
        };
        ((head(&x) - tail(&x)) * height).sum(&[], false)
    }
}

/// `part` over `part` and `rest`, 0 where `part` is.
fn rate(part: &Value, rest: &Value) -> Value {
    Value::select(&part.greater(0.0), &(part / (part + rest)), &part.number(0.0))
}

/// The area under precision over recall where true positives grow linearly with positives between two thresholds.
fn interpolated(tp: &Value, fp: &Value, fn_: &Value, steps: usize) -> Value {
    let (head, tail) = (|v: &Value| v.narrow(0, 0, steps), |v: &Value| v.narrow(0, 1, steps));
    let positives = tp + fp;
    let grown = head(tp) - tail(tp);
    let (before, after) = (head(&positives), tail(&positives));
    let slope = ratio(&grown, &(&before - &after).maximum(0.0));
    let intercept = tail(tp) - &slope * &after;
    let both = before.greater(0.0).logical_and(after.greater(0.0));
    let growth = Value::select(&both, &(&before / &after), &before.number(1.0));
    let area = slope * (grown + intercept * growth.log());
    ratio(&area, &(tail(tp) + tail(fn_)).maximum(0.0)).sum(&[], false)
}
