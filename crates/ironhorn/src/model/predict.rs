//! Prediction: a model's inference graph with its weights, apart from the thread that made the model.
use super::Model;
use crate::{Array, DType, Error, Result, Value};
use graph::{Feed, Function, Mode};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use tensor::{Lines, Spec};

/// A model ready to predict. It can be sent to other threads and is cheap to clone; weights are shared with the model, so that
/// it predicts with the newest.
#[derive(Clone)]
pub struct Predictor(Arc<Inner>);

struct Inner {
    function: Function,
    inputs: Vec<(String, Spec)>,
    outputs: Vec<(String, Spec)>,
    /// Counts runs: what is random in inference differs from run to run.
    runs: AtomicI64,
}

/// How many rows are predicted at a time if nothing is said.
pub const BATCH: usize = 32;

impl Model {
    /// The model's inference graph, compiled. Error `not_built`.
    pub fn predictor(&self) -> Result<Predictor> {
        let symbols = self.built_graph()?;
        let fed: Vec<_> = symbols.input_names.iter().cloned().zip(symbols.inputs.iter().cloned()).collect();
        let graph = super::expanded(&fed, &symbols.outputs, false)?;
        let named = |names: &[String], values: &[Value]| names.iter().cloned().zip(values.iter().map(|v| v.spec().clone())).collect();
        Ok(Predictor(Arc::new(Inner {
            inputs: named(&symbols.input_names, &symbols.inputs),
            outputs: named(&symbols.output_names, &symbols.outputs),
            function: Function::new(graph, Mode::Optimised),
            runs: AtomicI64::new(0),
        })))
    }
    /// Builds a Sequential that does not know its input's shape for data like this.
    pub fn build_for_data(&self, inputs: &[Array]) -> Result<()> {
        let shape = |array: &Array| std::iter::once(None).chain(array.shape().iter().skip(1).map(|n| Some(*n))).collect();
        match inputs {
            _ if self.built() => Ok(()),
            all if self.body().is_some() => self.build_body(all.iter().map(shape).collect()),
            [array] => self.build(shape(array)),
            _ => Ok(()),
        }
    }
    /// The outputs for `inputs`, one array for each of the model's, in batches of 32.
    pub fn predict_arrays(&self, inputs: &[Array]) -> Result<Vec<Array>> {
        self.build_for_data(inputs)?;
        self.predictor()?.predict(inputs, BATCH)
    }
}

impl Predictor {
    /// Names, types and shapes of the inputs.
    pub fn inputs(&self) -> &[(String, Spec)] {
        &self.0.inputs
    }
    /// Names, types and shapes of the outputs.
    pub fn outputs(&self) -> &[(String, Spec)] {
        &self.0.outputs
    }
    /// The outputs for all rows, `batch` rows at a time. Errors `input_count`, `input_shape`, `rows_differ`, `batch_size`.
    pub fn predict(&self, inputs: &[Array], batch: usize) -> Result<Vec<Array>> {
        let inputs = self.checked(inputs)?;
        let rows = inputs[0].shape()[0];
        if batch == 0 {
            return Err(Error::value("batch_size", "The batch size must be at least 1."));
        }
        let mut joined: Vec<Joined> = Vec::new();
        let mut start = 0;
        while start < rows || (rows == 0 && joined.is_empty()) {
            let end = rows.min(start + batch);
            let feeds = inputs.iter().map(|a| Feed::rows(a, start, end)).collect::<Result<Vec<_>>>()?;
            self.0.function.run_with(&feeds, self.0.runs.fetch_add(1, Ordering::Relaxed), |outputs| {
                for i in 0..outputs.len() {
                    if joined.len() == i {
                        joined.push(Joined::new(outputs.dtype(i), outputs.shape(i), rows));
                    }
                    joined[i].put(outputs.shape(i), start, end, |bytes| outputs.read(i, bytes)).map_err(|e| e.at(&self.0.outputs[i].0))?;
                }
                Ok(())
            })??;
            start = end.max(start + usize::from(rows == 0));
        }
        joined.into_iter().map(Joined::array).collect()
    }
    /// The outputs for one batch, whatever its size. The same errors.
    pub fn predict_on_batch(&self, inputs: &[Array]) -> Result<Vec<Array>> {
        let inputs = self.checked(inputs)?;
        let feeds: Vec<Feed> = inputs.iter().map(Feed::of).collect();
        self.0.function.run(&feeds, self.0.runs.fetch_add(1, Ordering::Relaxed))
    }
    fn checked(&self, arrays: &[Array]) -> Result<Vec<Array>> {
        let inputs = &self.0.inputs;
        if arrays.len() != inputs.len() {
            let (n, m) = (inputs.len(), arrays.len());
            return Err(Error::value(
                "input_count",
                format!(
                    "The list of arrays that you are passing to your model is not the size the model expected. Expected to see {n} array(s), but got {m}."
                ),
            ));
        }
        let mut checked = Vec::with_capacity(arrays.len());
        for (array, (name, spec)) in arrays.iter().zip(inputs) {
            let shape = array.shape();
            let fits =
                shape.len() == spec.shape.rank() && shape.iter().zip(&spec.shape.0).skip(1).all(|(n, d)| d.known().is_none_or(|d| d == *n));
            if !fits || shape.is_empty() {
                return Err(Error::value(
                    "input_shape",
                    format!("Error when checking input: expected {name} to have shape {} but got array with shape {shape:?}.", spec.shape),
                ));
            }
            if shape[0] != arrays[0].shape()[0] {
                let shapes: Vec<_> = arrays.iter().map(Array::shape).collect();
                return Err(Error::value(
                    "rows_differ",
                    format!("All input arrays (x) should have the same number of samples. Got array shapes: {shapes:?}."),
                ));
            }
            checked.push(array.cast(spec.dtype));
        }
        Ok(checked)
    }
}

/// Outputs of batches, put together as they come.
struct Joined {
    dtype: DType,
    shape: Vec<usize>,
    row: usize,
    lines: Lines,
}

impl Joined {
    fn new(dtype: DType, first: &[usize], rows: usize) -> Joined {
        let mut shape = first.to_vec();
        let row = shape.iter().skip(1).product::<usize>() * dtype.size();
        if let Some(n) = shape.first_mut() {
            *n = rows;
        }
        Joined { dtype, shape, row, lines: Lines::zeroed(row * rows) }
    }
    fn put(&mut self, shape: &[usize], start: usize, end: usize, read: impl FnOnce(&mut [u8])) -> Result<()> {
        if shape.first() != Some(&(end - start)) || shape[1..] != self.shape[1..] {
            return Err(Error::value(
                "predict_rows",
                format!(
                    "The output for {} rows has shape {shape:?}, so that the outputs of several batches cannot be put together. Predict \
                     one batch at a time.",
                    end - start
                ),
            ));
        }
        read(&mut self.lines.bytes_mut()[start * self.row..end * self.row]);
        Ok(())
    }
    fn array(self) -> Result<Array> {
        Array::new(self.dtype, self.shape, self.lines)
    }
}
