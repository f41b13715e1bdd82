//! What a model expects of data, apart from the model: so that batches can be checked on whatever thread they come to.
use super::{
    ClassWeight, Data, SampleWeight,
    data::{self, Role, tuple},
    weights,
};
use crate::{Array, DType, Error, Result, config::spelled, globals};
use tensor::Shape;

/// What is expected of an output's targets.
pub(crate) struct Target {
    pub name: String,
    pub shape: Shape,
    /// Whether weights are given for each time step.
    pub temporal: bool,
    /// Whether its loss is the cross-entropy of vectors.
    pub categorical: bool,
}

/// What is expected of a model's data.
pub(crate) struct Checks {
    pub inputs: Vec<(String, Shape)>,
    /// Of outputs with a loss.
    pub targets: Vec<Target>,
}

/// Checked data, in the order in which it is fed.
pub(crate) struct Sets {
    pub x: Vec<Array>,
    pub y: Vec<Array>,
    /// For each output with a target.
    pub weights: Vec<Option<Array>>,
    pub samples: usize,
}

impl Sets {
    /// Which outputs' samples have weights.
    pub fn weighted(&self) -> Vec<bool> {
        self.weights.iter().map(Option::is_some).collect()
    }
    /// All arrays.
    pub fn arrays(&self) -> Vec<Array> {
        self.x.iter().chain(&self.y).chain(self.weights.iter().flatten()).cloned().collect()
    }
    /// The samples before `at` and the others.
    pub fn split(&self, at: usize) -> Result<(Sets, Sets)> {
        let part = |from: usize, to: usize| {
            let all = |arrays: &[Array]| arrays.iter().map(|a| a.rows(from, to)).collect::<Result<Vec<_>>>();
            let weights = self.weights.iter().map(|w| w.as_ref().map(|w| w.rows(from, to)).transpose()).collect::<Result<_>>()?;
            Ok(Sets { x: all(&self.x)?, y: all(&self.y)?, weights, samples: to - from })
        };
        Ok((part(0, at)?, part(at, self.samples)?))
    }
    /// Ones where an output's samples have no weights.
    pub fn fill_weights(&mut self, checks: &Checks) {
        for ((weight, y), target) in self.weights.iter_mut().zip(&self.y).zip(&checks.targets) {
            let axes = if target.temporal { 2 } else { 1 };
            weight.get_or_insert_with(|| Array::full(globals::floatx(), &y.shape()[..axes.min(y.shape().len())], 1.0));
        }
    }
}

fn split<'a>(expected: impl Iterator<Item = (&'a String, &'a Shape)>) -> (Vec<String>, Vec<Option<Shape>>) {
    expected.map(|(name, shape)| (name.clone(), Some(shape.clone()))).unzip()
}

impl Checks {
    /// Checked inputs, and how many samples they have. Errors of `data`.
    pub fn inputs(&self, x: &Data) -> Result<(Vec<Array>, usize)> {
        let (names, shapes) = split(self.inputs.iter().map(|(n, s)| (n, s)));
        let x = data::standardize(x, &names, &shapes, Role::Input)?;
        let samples = data::check_lengths(&x, &[], &[])?;
        Ok((x, samples))
    }

    /// Checks data for training or testing. Errors of `data` and `weights`, and `labels_not_one_hot`.
    pub fn standardize(&self, x: &Data, y: &Data, sample_weight: &SampleWeight, class_weight: &ClassWeight) -> Result<Sets> {
        let (names, shapes) = split(self.inputs.iter().map(|(n, s)| (n, s)));
        let x = data::standardize(x, &names, &shapes, Role::Input)?;
        let (names, shapes) = split(self.targets.iter().map(|t| (&t.name, &t.shape)));
        let y = data::standardize(y, &names, &shapes, Role::Target)?;
        let samples = sample_weight.resolve("sample_weight", &names)?;
        let classes = class_weight.resolve("class_weight", &names)?;
        let dtype: DType = globals::floatx();
        let weights = y
            .iter()
            .zip(&self.targets)
            .zip(samples.iter().zip(&classes))
            .map(|((y, target), (s, c))| weights::combine(y, s.as_ref(), c.as_ref().map(|c| &*c.0), target.temporal, dtype))
            .collect::<Result<Vec<_>>>()?;
        let given: Vec<Array> = weights.iter().flatten().cloned().collect();
        let samples = data::check_lengths(&x, &y, &given)?;
        y.iter().zip(&self.targets).filter(|(_, t)| t.categorical).try_for_each(|(y, _)| one_hot(y))?;
        Ok(Sets { x, y, weights, samples })
    }
}

/// Categorical cross-entropy of a single class is a mistake.
fn one_hot(y: &Array) -> Result<()> {
    if y.shape().last() != Some(&1) {
        return Ok(());
    }
    Err(Error::value(
        "labels_not_one_hot",
        format!(
            "You are passing a target array of shape {} while using as loss `categorical_crossentropy`. `categorical_crossentropy` expects \
             targets to be binary matrices (1s and 0s) of shape (samples, classes). If your targets are integer classes, convert them with \
             `{}`, or use the loss `sparse_categorical_crossentropy`, which does expect integer targets.",
            tuple(y.shape()),
            spelled("to_categorical")
        ),
    ))
}
