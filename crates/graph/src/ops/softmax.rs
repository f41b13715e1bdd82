//! Softmax and its cross-entropies over the last axis, fused so that no intermediate leaves the cache.
use crate::{
    op::{Access, Attribute, Concrete, ExportNode, Fault, Lowering, Op, Sample, SampleInput, Site},
    value::Value,
};
use tensor::{Array, DType, Error, Result, Shape, Spec};

/// Rows and columns of a tensor seen as a matrix over its last axis.
fn matrix(shape: &[usize]) -> (usize, usize) {
    let columns = shape.last().copied().unwrap_or(1);
    (shape.iter().product::<usize>() / columns.max(1), columns)
}

fn float_rows(name: &str, x: &Spec) -> Result<()> {
    if x.shape.rank() == 0 || !x.dtype.is_float() {
        return Err(Error::value(
            "softmax_input",
            format!("{name} takes floats with at least one axis, got {} of shape {}.", x.dtype, x.shape),
        ));
    }
    Ok(())
}

/// e^x over its sum along the last axis.
#[derive(Debug, Clone, Copy)]
pub struct Softmax;

impl Op for Softmax {
    fn name(&self) -> &'static str {
        "Softmax"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        float_rows("Softmax", &inputs[0])?;
        Ok(vec![inputs[0].clone()])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let (y, dy) = (site.y(), site.dy());
        vec![Some((dy - (dy * y).sum(&[-1], true)) * y)]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let (rows, columns) = matrix(at.input(0));
        Lowering::kernel(cpu::softmax::Softmax::new(at.inputs[0].0, rows, columns))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed("Softmax", inputs[0].dtype)
    }
    fn samples(&self) -> Vec<Sample> {
        let shapes: [&[usize]; 4] = [&[3, 5], &[2, 3, 17], &[7], &[4, 1]];
        shapes.map(|s| Sample::random(Softmax, &[s], (-3.0, 3.0))).into()
    }
}

/// log of softmax along the last axis.
#[derive(Debug, Clone, Copy)]
pub struct LogSoftmax;

impl Op for LogSoftmax {
    fn name(&self) -> &'static str {
        "LogSoftmax"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        float_rows("LogSoftmax", &inputs[0])?;
        Ok(vec![inputs[0].clone()])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        vec![Some(site.dy() - site.y().exp() * site.dy().sum(&[-1], true))]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let (rows, columns) = matrix(at.input(0));
        Lowering::kernel(cpu::softmax::LogSoftmax::new(at.inputs[0].0, rows, columns))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed("LogSoftmax", inputs[0].dtype)
    }
    fn samples(&self) -> Vec<Sample> {
        let shapes: [&[usize]; 2] = [&[3, 5], &[2, 3, 17]];
        shapes.map(|s| Sample::random(LogSoftmax, &[s], (-3.0, 3.0))).into()
    }
}

/// Cross-entropy of softmax(logits) with labels that sum to 1. Outputs the loss of each row, and the probabilities for the
/// gradient.
#[derive(Debug, Clone, Copy)]
pub struct CrossEntropy;

impl Op for CrossEntropy {
    fn name(&self) -> &'static str {
        "SoftmaxCrossEntropyWithLogits"
    }
    fn outputs(&self) -> usize {
        2
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let (logits, labels) = (&inputs[0], &inputs[1]);
        float_rows(self.name(), logits)?;
        let shape = logits.shape.broadcast(&labels.shape)?;
        if labels.dtype != logits.dtype || shape.rank() != logits.shape.rank() {
            return Err(Error::value("labels_shape", format!("Logits {logits} and labels {labels} must agree in type and shape.")));
        }
        let loss = Shape(logits.shape.0[..logits.shape.rank() - 1].to_vec());
        Ok(vec![Spec { dtype: logits.dtype, shape: loss }, logits.clone()])
    }
    // With TensorFlow, the labels are taken to sum to 1 in the gradient.
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let (logits, labels) = (site.x(0), site.x(1));
        let p = &site.outputs[1];
        let dloss = site.dy().expand_dims(-1);
        let mut dlogits = &dloss * (p - labels);
        if let Some(dp) = &site.dys[1] {
            dlogits = dlogits + (dp - (dp * p).sum(&[-1], true)) * p;
        }
        vec![Some(dlogits), site.wanted[1].then(|| -(&dloss * logits.log_softmax(-1)))]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let (rows, columns) = matrix(at.input(0));
        Lowering::kernel(cpu::softmax::CrossEntropy::new(at.inputs[0].0, rows, columns))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed(self.name(), inputs[0].dtype)
    }
    fn samples(&self) -> Vec<Sample> {
        let labels = Array::from_slice([3, 4], &[1f32, 0., 0., 0., 0., 0.25, 0.5, 0.25, 0., 0., 0., 1.]);
        let labels = labels.unwrap_or_else(|_| Array::zeros(DType::F32, [3, 4]));
        let logits = SampleInput::Random(Spec::new(DType::F32, [3, 4]), -2.0, 2.0);
        // Not smooth: finite differences of the labels leave the simplex on which the gradient is defined.
        vec![Sample { op: crate::op::OpRef::new(CrossEntropy), inputs: vec![logits, SampleInput::Given(labels)], smooth: false }]
    }
}

/// Cross-entropy of softmax(logits) with integer labels. Outputs the loss of each row, the probabilities for the gradient,
/// and the place of the first label that is out of range (-1 if none).
#[derive(Debug, Clone, Copy)]
pub struct SparseCrossEntropy;

impl Op for SparseCrossEntropy {
    fn name(&self) -> &'static str {
        "SparseSoftmaxCrossEntropyWithLogits"
    }
    fn outputs(&self) -> usize {
        3
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let (logits, labels) = (&inputs[0], &inputs[1]);
        float_rows(self.name(), logits)?;
        let rows = Shape(logits.shape.0[..logits.shape.rank() - 1].to_vec());
        rows.broadcast(&labels.shape)?;
        if labels.dtype != DType::I64 || labels.shape.rank() != rows.rank() {
            return Err(Error::value("labels_shape", format!("Labels for logits {logits} must be int64 of shape {rows}, got {labels}.")));
        }
        Ok(vec![Spec { dtype: logits.dtype, shape: rows }, logits.clone(), Spec::new(DType::I64, [])])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let p = &site.outputs[1];
        let classes = p.dim(-1).known();
        let hot = match classes {
            Some(classes) => site.x(1).one_hot(classes, p.dtype()),
            None => {
                Value::failed(Error::value("classes_unknown", "The number of classes must be known to take gradients of sparse labels."))
            }
        };
        let mut dlogits = site.dy().expand_dims(-1) * (p - hot);
        if let Some(dp) = &site.dys[1] {
            dlogits = dlogits + (dp - (dp * p).sum(&[-1], true)) * p;
        }
        vec![Some(dlogits), None]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        Some(Fault { output: 2, code: "label_range", what: "label" })
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let (rows, columns) = matrix(at.input(0));
        Lowering::kernel(cpu::softmax::SparseCrossEntropy::new(at.inputs[0].0, at.inputs[1].0, rows, columns))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed(self.name(), inputs[0].dtype).with("Tlabels", Attribute::Type(DType::I64))
    }
    fn samples(&self) -> Vec<Sample> {
        let labels = Array::from_slice([3], &[2i64, 0, 3]).unwrap_or_else(|_| Array::zeros(DType::I64, [3]));
        let logits = SampleInput::Random(Spec::new(DType::F32, [3, 4]), -2.0, 2.0);
        vec![Sample { op: crate::op::OpRef::new(SparseCrossEntropy), inputs: vec![logits, SampleInput::Given(labels)], smooth: false }]
    }
}
