//! What a layer expects of its inputs, checked before every call with Keras's words.
use crate::config::PartialShape;
use crate::{DType, Error, Result, Spec};
use tensor::Shape;

/// What is expected of one input; what is not set is not checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InputSpec {
    /// The number type.
    pub dtype: Option<DType>,
    /// The whole shape, null for any size.
    pub shape: Option<PartialShape>,
    /// The number of axes.
    pub ndim: Option<usize>,
    /// The most axes.
    pub max_ndim: Option<usize>,
    /// The fewest axes.
    pub min_ndim: Option<usize>,
    /// The sizes of some axes; negative ones count from the end.
    pub axes: Vec<(i64, usize)>,
}

impl InputSpec {
    /// So many axes.
    pub fn ndim(ndim: usize) -> InputSpec {
        InputSpec { ndim: Some(ndim), ..InputSpec::default() }
    }
    /// At least so many axes.
    pub fn min_ndim(min_ndim: usize) -> InputSpec {
        InputSpec { min_ndim: Some(min_ndim), ..InputSpec::default() }
    }
    /// And an axis of that size.
    #[must_use]
    pub fn axis(mut self, axis: i64, size: usize) -> InputSpec {
        self.axes.push((axis, size));
        self
    }

    fn check(&self, i: usize, layer: &str, input: &Spec) -> Result<()> {
        let fail = |what: String| Err(Error::value("input_incompatible", format!("Input {i} is incompatible with layer {layer}: {what}.")));
        let (ndim, shape) = (input.shape.rank(), &input.shape);
        if self.ndim.is_some_and(|n| n != ndim) {
            return fail(format!("expected ndim={}, found ndim={ndim}", self.ndim.unwrap_or(0)));
        }
        if self.max_ndim.is_some_and(|n| ndim > n) {
            return fail(format!("expected max_ndim={}, found ndim={ndim}", self.max_ndim.unwrap_or(0)));
        }
        if self.min_ndim.is_some_and(|n| ndim < n) {
            return fail(format!("expected min_ndim={}, found ndim={ndim}", self.min_ndim.unwrap_or(0)));
        }
        if let Some(dtype) = self.dtype.filter(|d| *d != input.dtype) {
            return fail(format!("expected dtype={dtype}, found dtype={}", input.dtype));
        }
        for (axis, size) in &self.axes {
            let found = shape.axis(*axis).map(|a| shape.0[a].known());
            if found.as_ref().is_ok_and(|n| n.is_none_or(|n| n == *size)) {
                continue;
            }
            return fail(format!("expected axis {axis} of input shape to have value {size} but got shape {shape}"));
        }
        if let Some(expected) = &self.shape
            && expected.iter().zip(&shape.0).any(|(e, d)| e.is_some() && d.known().is_some() && *e != d.known())
        {
            return fail(format!("expected shape={}, found shape={shape}", shape_text(expected)));
        }
        Ok(())
    }
}

/// Checks all inputs of a layer. Errors `input_count`, `input_incompatible`.
pub(super) fn check(specs: &[InputSpec], layer: &str, inputs: &[Spec]) -> Result<()> {
    if specs.is_empty() {
        return Ok(());
    }
    if specs.len() != inputs.len() {
        let (n, m) = (specs.len(), inputs.len());
        let list: Vec<_> = inputs.iter().map(Spec::to_string).collect();
        return Err(Error::value(
            "input_count",
            format!("Layer {layer} expects {n} inputs, but it received {m} input tensors. Input received: [{}].", list.join(", ")),
        ));
    }
    specs.iter().zip(inputs).enumerate().try_for_each(|(i, (spec, input))| spec.check(i, layer, input))
}

/// A shape as Python prints it.
pub(crate) fn shape_text(shape: &[Option<usize>]) -> String {
    let dims = shape.iter().map(|n| n.map_or_else(tensor::Dim::batch, tensor::Dim::Known)).collect();
    Shape(dims).to_string()
}
