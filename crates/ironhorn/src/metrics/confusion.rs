//! Counts of right and wrong answers at thresholds: what precision, recall and areas under curves are made of.
use super::{MetricState, same_rank};
use crate::config::{Number, OneOrList, Place, Setting, spelled};
use crate::losses::weigh;
use crate::{Array, DType, Error, Result, Value};
use tensor::{Dim, Shape};

/// Which answers are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answers {
    TruePositives,
    FalsePositives,
    TrueNegatives,
    FalseNegatives,
}

impl Answers {
    pub(super) const ALL: [Answers; 4] = [Answers::TruePositives, Answers::TrueNegatives, Answers::FalsePositives, Answers::FalseNegatives];

    /// The name of the state that counts them.
    pub(super) fn state(self) -> &'static str {
        match self {
            Answers::TruePositives => "true_positives",
            Answers::FalsePositives => "false_positives",
            Answers::TrueNegatives => "true_negatives",
            Answers::FalseNegatives => "false_negatives",
        }
    }
}

/// Which predictions take part.
#[derive(Clone, Copy, Default)]
pub(super) struct Chosen {
    /// Only the so many largest along the last axis can be positive.
    pub top_k: Option<usize>,
    /// Only this class.
    pub class_id: Option<usize>,
}

/// Adds to the state `name(answers)` how many of each kind of answer there are at each threshold, or how much they weigh.
pub(super) fn count(
    state: &mut MetricState,
    counted: &[(Answers, &'static str)],
    (thresholds, chosen, dtype): (&[f64], Chosen, DType),
    (y_true, y_pred): (&Value, &Value),
    sample_weight: Option<&Value>,
) -> Result<()> {
    let (mut p, mut t) = same_rank(&y_pred.cast(dtype), &y_true.cast(dtype));
    if let Some(k) = chosen.top_k {
        p = largest(&p, k);
    }
    if let Some(class) = chosen.class_id {
        let only = |v: &Value| v.narrow(-1, class, 1).squeeze(-1);
        (p, t) = (only(&p), only(&t));
    }
    let (p, t) = (p.ok()?, t.ok()?);
    let row = |v: &Value| v.reshape(&Shape(vec![Dim::Known(1), v.shape().count()]));
    let weight = match sample_weight {
        Some(weight) => Some(row(&weigh(&p, &weight.cast(dtype))?.1.broadcast_like(&p)).ok()?),
        None => None,
    };
    let limits = Value::constant(Array::from_f64(dtype, [thresholds.len(), 1], thresholds)?);
    let (positive, right) = (row(&p).greater(limits), row(&t).not_equal(0.0));
    let (negative, wrong) = (positive.logical_not(), right.logical_not());
    for (answers, name) in counted {
        let hit = match answers {
            Answers::TruePositives => right.logical_and(&positive),
            Answers::FalsePositives => wrong.logical_and(&positive),
            Answers::TrueNegatives => wrong.logical_and(&negative),
            Answers::FalseNegatives => right.logical_and(&negative),
        };
        let hit = hit.cast(dtype);
        let each = match &weight {
            Some(weight) => hit * weight,
            None => hit,
        };
        state.add(name, &each.sum(&[1], false));
    }
    Ok(())
}

/// `x` where it is among the `k` largest along the last axis (of equal ones the first), far below every threshold elsewhere.
fn largest(x: &Value, k: usize) -> Value {
    let Some(classes) = x.dim(-1).known() else {
        return Value::failed(Error::value("top_k_shape", format!("`{}` needs a known number of classes.", spelled("top_k"))));
    };
    if k > classes {
        return Value::failed(Error::value("top_k_shape", format!("`{}` is {k}, but there are only {classes} classes.", spelled("top_k"))));
    }
    let (this, other) = (x.expand_dims(-1), x.expand_dims(-2));
    let earlier: Vec<f64> = (0..classes * classes).map(|i| f64::from(u8::from(i % classes < i / classes))).collect();
    let earlier = match Array::from_f64(DType::Bool, [classes, classes], &earlier) {
        Ok(earlier) => Value::constant(earlier),
        Err(error) => return Value::failed(error),
    };
    let before = other.greater(&this).logical_or(other.equal(&this).logical_and(earlier));
    let place = before.cast(x.dtype()).sum(&[-1], false);
    Value::select(&place.less(k as f64), x, &x.number(FAR_BELOW))
}

/// What predictions outside of the top k are set to.
pub(super) const FAR_BELOW: f64 = -1e10;

/// Thresholds as the user gives them: none, one or a list.
pub(super) type Thresholds = Option<OneOrList<Number>>;

/// The thresholds, or the default.
pub(super) fn thresholds(given: &Thresholds, default: f64) -> Vec<f64> {
    given.as_ref().map_or_else(|| vec![default], |list| list.as_slice().iter().map(|x| x.get()).collect())
}

/// A check: thresholds lie between 0 and 1.
pub(super) fn within(given: &Thresholds, at: &Place) -> Result<()> {
    match thresholds(given, 0.5).into_iter().find(|x| !(0.0..=1.0).contains(x)) {
        Some(x) => Err(at.wrong_value("in [0, 1]", &Setting::Float(x))),
        None => Ok(()),
    }
}

/// `part` over `whole`, 0 where `whole` is.
pub(super) fn ratio(part: &Value, whole: &Value) -> Value {
    Value::select(&whole.greater(0.0), &(part / whole), &part.number(0.0))
}

/// A result for each threshold, or a scalar if there is one threshold only.
pub(super) fn scalar_if_one(result: Value) -> Value {
    if result.dim(0).known() == Some(1) { result.squeeze(0) } else { result }
}
