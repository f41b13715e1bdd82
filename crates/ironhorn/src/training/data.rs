//! Data as users give it: one array, a list in the model's order, or arrays by name; and Keras's checks of it.
use super::Source;
use crate::{Array, Error, Result, config::spelled};
use tensor::{Shape, closest};

/// One array, a list in the order of the model's inputs or outputs, or arrays by name.
#[derive(Clone, Debug)]
pub enum Data {
    /// One.
    One(Array),
    /// A list.
    List(Vec<Array>),
    /// By name.
    Named(Vec<(String, Array)>),
    /// Batches that come one after the other, each with inputs and what belongs to them.
    Source(Source),
}

impl Data {
    /// No arrays: the targets of a model whose losses are all of its layers.
    pub fn none() -> Data {
        Data::List(Vec::new())
    }
    /// Whether there are no arrays.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Data::List(list) if list.is_empty())
    }
}

impl From<Source> for Data {
    fn from(source: Source) -> Data {
        Data::Source(source)
    }
}
impl From<&Source> for Data {
    fn from(source: &Source) -> Data {
        Data::Source(source.clone())
    }
}

impl From<Array> for Data {
    fn from(one: Array) -> Data {
        Data::One(one)
    }
}
impl From<&Array> for Data {
    fn from(one: &Array) -> Data {
        Data::One(one.clone())
    }
}
impl From<Vec<Array>> for Data {
    fn from(list: Vec<Array>) -> Data {
        Data::List(list)
    }
}
impl From<&[Array]> for Data {
    fn from(list: &[Array]) -> Data {
        Data::List(list.to_vec())
    }
}
impl<const N: usize> From<&[Array; N]> for Data {
    fn from(list: &[Array; N]) -> Data {
        Data::List(list.to_vec())
    }
}
impl<const N: usize> From<[&Array; N]> for Data {
    fn from(list: [&Array; N]) -> Data {
        Data::List(list.into_iter().cloned().collect())
    }
}
impl<K: Into<String>, const N: usize> From<[(K, Array); N]> for Data {
    fn from(named: [(K, Array); N]) -> Data {
        Data::Named(named.into_iter().map(|(k, a)| (k.into(), a)).collect())
    }
}
impl From<()> for Data {
    fn from(_: ()) -> Data {
        Data::none()
    }
}

/// What data is for, as Keras's messages say it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Input,
    Target,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Role::Input => "input",
            Role::Target => "target",
        }
    }
}

/// A shape as Python prints it: `(4, 3)`, `(3,)`.
pub(crate) fn tuple(shape: &[usize]) -> String {
    Shape::from(shape).to_string()
}

/// A list of names as Python prints it.
pub(crate) fn quoted<S: AsRef<str>>(names: &[S]) -> String {
    format!("[{}]", names.iter().map(|n| format!("'{}'", n.as_ref())).collect::<Vec<_>>().join(", "))
}

fn shapes(arrays: &[Array]) -> String {
    format!("[{}]", arrays.iter().map(|a| tuple(a.shape())).collect::<Vec<_>>().join(", "))
}

/// The arrays of `data` in the order of `names`, those of one axis made columns, checked against `expected` where there is a
/// shape to expect (batch axis first, itself unchecked). Errors `data_count`, `data_missing`, `data_unknown`, `data_rank`,
/// `data_shape`.
pub(crate) fn standardize(data: &Data, names: &[String], expected: &[Option<Shape>], role: Role) -> Result<Vec<Array>> {
    let arrays = match data {
        Data::One(one) => vec![one.clone()],
        Data::List(list) => list.clone(),
        Data::Named(named) => by_name(named, names)?,
        Data::Source(source) => {
            let text = format!("Expected arrays, but got {source:?}, which only fit, evaluate and predict take, as their first argument.");
            return Err(Error::value("data_source", text));
        }
    };
    if arrays.len() != names.len() {
        return Err(Error::value(
            "data_count",
            format!(
                "Error when checking model {}: the list of arrays that you are passing to your model is not the size the model expected. \
                 Expected to see {} array(s), for {}, but instead got {} of shapes {}.",
                role.word(),
                names.len(),
                quoted(names),
                arrays.len(),
                shapes(&arrays)
            ),
        ));
    }
    let arrays: Vec<Array> = arrays.iter().map(column).collect::<Result<_>>()?;
    for ((array, name), expected) in arrays.iter().zip(names).zip(expected) {
        if let Some(shape) = expected {
            check_shape(array, name, shape, role)?;
        }
    }
    Ok(arrays)
}

fn by_name(named: &[(String, Array)], names: &[String]) -> Result<Vec<Array>> {
    let found = |name: &String| named.iter().find(|(n, _)| n == name).map(|(_, a)| a.clone());
    names
        .iter()
        .map(|name| {
            found(name).ok_or_else(|| {
                let given: Vec<&str> = named.iter().map(|(n, _)| n.as_str()).collect();
                let near = closest(name, given.iter().copied()).map(|n| format!(" Is `{n}` meant to be it?")).unwrap_or_default();
                let text =
                    format!("No data provided for \"{name}\". Need data for each key in: {}; got {}.", quoted(names), quoted(&given));
                Error::value("data_missing", text + &near)
            })
        })
        .collect()
}

/// A list of numbers is a column of samples.
fn column(array: &Array) -> Result<Array> {
    match array.shape() {
        [] => Err(Error::value("data_rank", format!("Data needs an axis of samples; got the single number {:?}.", array.to_f64()))),
        [n] => array.reshape([*n, 1]),
        _ => Ok(array.clone()),
    }
}

fn check_shape(array: &Array, name: &str, expected: &Shape, role: Role) -> Result<()> {
    let (got, wanted) = (array.shape(), &expected.0);
    if got.len() != wanted.len() {
        return Err(Error::value(
            "data_rank",
            format!(
                "Error when checking {}: expected {name} to have {} dimensions, but got array with shape {}. The first dimension is that of the samples.",
                role.word(),
                wanted.len(),
                tuple(got)
            ),
        ));
    }
    let fits = got[1..].iter().zip(&wanted[1..]).all(|(n, d)| d.known().is_none_or(|d| d == *n));
    if fits {
        return Ok(());
    }
    Err(Error::value(
        "data_shape",
        format!(
            "Error when checking {}: expected {name} to have shape {} but got array with shape {}, the dimension of the samples left out.",
            role.word(),
            Shape(wanted[1..].to_vec()),
            tuple(&got[1..])
        ),
    ))
}

/// Checks that all arrays have as many samples as each other and gives that number. Errors `data_lengths`, `no_samples`.
pub(crate) fn check_lengths(x: &[Array], y: &[Array], weights: &[Array]) -> Result<usize> {
    let samples = |a: &Array| a.shape().first().copied().unwrap_or(0);
    let weight_arrays = format!("{} arrays", spelled("sample_weight"));
    for (what, arrays) in [("input arrays (x)", x), ("target arrays (y)", y), (weight_arrays.as_str(), weights)] {
        if arrays.windows(2).any(|pair| samples(&pair[0]) != samples(&pair[1])) {
            let text = format!("All {what} should have the same number of samples. Got array shapes: {}", shapes(arrays));
            return Err(Error::value("data_lengths", text));
        }
    }
    let n = x.first().or(y.first()).map_or(0, samples);
    if let Some(y) = y.first()
        && samples(y) != n
    {
        return Err(Error::value(
            "data_lengths",
            format!(
                "Input arrays should have the same number of samples as target arrays. Found {n} input samples and {} target samples.",
                samples(y)
            ),
        ));
    }
    if let Some(w) = weights.first()
        && samples(w) != n
    {
        let text = format!(
            "{} arrays should have the same number of samples as target arrays. Got {n} input samples and {} weights.",
            spelled("Sample_weight"),
            samples(w)
        );
        return Err(Error::value("data_lengths", text));
    }
    if n == 0 {
        return Err(Error::value("no_samples", "The data has no samples: every array needs at least one row."));
    }
    Ok(n)
}
