//! Weights of samples and classes as users give them, and what they come to for each sample.
use super::{
    data::{quoted, tuple},
    options::Classes,
};
use crate::{Array, DType, Error, Result, config::spelled};

/// Something for each output of a model: one for the only output, a list in the order of outputs, or by their names.
#[derive(Clone, Debug, Default)]
pub enum PerOutput<T> {
    /// Nothing.
    #[default]
    None,
    /// For the only output.
    One(T),
    /// In the order of outputs.
    List(Vec<Option<T>>),
    /// By name.
    Named(Vec<(String, T)>),
}

/// Weights of samples: for each output an array of one axis, or of two where the output has `temporal` weights.
pub type SampleWeight = PerOutput<Array>;

/// Weights of classes for each output.
pub type ClassWeight = PerOutput<Classes>;

impl From<Array> for SampleWeight {
    fn from(one: Array) -> SampleWeight {
        PerOutput::One(one)
    }
}
impl From<&Array> for SampleWeight {
    fn from(one: &Array) -> SampleWeight {
        PerOutput::One(one.clone())
    }
}
impl<const N: usize> From<[(f64, f64); N]> for ClassWeight {
    fn from(classes: [(f64, f64); N]) -> ClassWeight {
        PerOutput::One(Classes(classes.into()))
    }
}

impl<T: Clone> PerOutput<T> {
    /// Whether nothing is given.
    pub fn is_none(&self) -> bool {
        matches!(self, PerOutput::None)
    }

    /// One for each of `names`; `what` it is, for messages. Errors `weights_type`, `weights_count`, `weights_unknown`.
    pub(crate) fn resolve(&self, what: &'static str, names: &[String]) -> Result<Vec<Option<T>>> {
        let what = spelled(what);
        match self {
            PerOutput::None => Ok(vec![None; names.len()]),
            PerOutput::One(one) if names.len() == 1 => Ok(vec![Some(one.clone())]),
            PerOutput::One(_) => Err(Error::type_(
                "weights_type",
                format!(
                    "The model has multiple outputs, so `{what}` should be either a list or a dict, with something for each of {}. Got a single one.",
                    quoted(names)
                ),
            )),
            PerOutput::List(list) if list.len() == names.len() => Ok(list.clone()),
            PerOutput::List(list) => Err(Error::value(
                "weights_count",
                format!(
                    "Provided `{what}` was a list of {} elements, but the model has {} outputs. You should provide one `{what}` for each of {}.",
                    list.len(),
                    names.len(),
                    quoted(names)
                ),
            )),
            PerOutput::Named(named) => {
                if let Some((unknown, _)) = named.iter().find(|(n, _)| !names.contains(n)) {
                    let text =
                        format!("`{what}` has an entry for '{unknown}', which is no output with a loss. Those are: {}.", quoted(names));
                    return Err(Error::value("weights_unknown", text));
                }
                Ok(names.iter().map(|name| named.iter().find(|(n, _)| n == name).map(|(_, t)| t.clone())).collect())
            }
        }
    }
}

/// The weights of one output's samples: those of samples times those of their classes, or none. Errors `sample_weight_shape`,
/// `class_weight_target`, `class_weight_missing`.
pub(crate) fn combine(
    y: &Array,
    sample: Option<&Array>,
    classes: Option<&[(f64, f64)]>,
    temporal: bool,
    dtype: DType,
) -> Result<Option<Array>> {
    check(y, sample, temporal)?;
    let classes = classes.map(|c| of_classes(y, c)).transpose()?;
    match (sample, classes) {
        (None, None) => Ok(None),
        (Some(sample), None) => Ok(Some(sample.cast(dtype))),
        (None, Some(classes)) => Array::from_f64(dtype, [classes.len()], &classes).map(Some),
        (Some(sample), Some(classes)) => {
            let product: Vec<f64> = sample.to_f64().iter().zip(classes).map(|(a, b)| a * b).collect();
            Array::from_f64(dtype, sample.shape(), &product).map(Some)
        }
    }
}

fn check(y: &Array, sample: Option<&Array>, temporal: bool) -> Result<()> {
    let fail = |text: String| Err(Error::value("sample_weight_shape", text));
    let [weight, mode] = ["sample_weight", "sample_weight_mode"].map(spelled);
    if temporal && y.shape().len() < 3 {
        return fail(format!(
            "Found a {weight} array for an input with shape {}. Timestep-wise sample weighting (use of {mode}=\"temporal\") \
             is restricted to outputs that are at least 3D, i.e. that have a time dimension.",
            tuple(y.shape())
        ));
    }
    let Some(w) = sample else { return Ok(()) };
    let (got, target) = (tuple(w.shape()), tuple(y.shape()));
    if temporal && w.shape().len() != 2 {
        return fail(format!(
            "Found a {weight} array with shape {got}. In order to use timestep-wise sample weighting, you should pass a 2D {weight} array."
        ));
    }
    if !temporal && w.shape().len() != 1 {
        return fail(format!(
            "Found a {weight} array with shape {got}. In order to use timestep-wise sample weights, you should specify \
             {mode}=\"temporal\" in compile(). If you just mean to use sample-wise weights, make sure your {weight} array is 1D."
        ));
    }
    if y.shape()[..w.shape().len()] != *w.shape() {
        return fail(format!("Found a {weight} array with shape {got} for an input with shape {target}. {weight} cannot be broadcast."));
    }
    Ok(())
}

/// The weight of each sample's class.
fn of_classes(y: &Array, weights: &[(f64, f64)]) -> Result<Vec<f64>> {
    if y.shape().len() > 2 {
        return Err(Error::value(
            "class_weight_target",
            format!("`{}` not supported for 3+ dimensional targets.", spelled("class_weight")),
        ));
    }
    let width = y.shape().get(1).copied().unwrap_or(1);
    let y = y.to_f64();
    let classes: Vec<f64> = if width > 1 { y.chunks(width).map(|row| largest(row) as f64).collect() } else { y };
    let weight = |class: f64| weights.iter().find(|(c, _)| *c == class).map(|(_, w)| *w);
    let mut missing: Vec<f64> = classes.iter().copied().filter(|c| weight(*c).is_none()).collect();
    if missing.is_empty() {
        return Ok(classes.into_iter().filter_map(weight).collect());
    }
    missing.sort_by(f64::total_cmp);
    missing.dedup();
    let option = spelled("class_weight");
    let names: Vec<String> = missing.iter().map(f64::to_string).collect();
    Err(Error::value(
        "class_weight_missing",
        format!(
            "`{option}` must contain all classes in the data. The classes {{{}}} exist in the data but not in `{option}`.",
            names.join(", ")
        ),
    ))
}

/// The place of the first largest number.
fn largest(row: &[f64]) -> usize {
    (1..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best })
}
