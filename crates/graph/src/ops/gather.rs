//! Rows by index, sums of rows by index, one-hot coding.
use crate::{
    op::{Access, Attribute, Concrete, ExportNode, Fault, Lowering, Op, OpRef, Sample, SampleInput, Site},
    value::Value,
};
use tensor::{Array, DType, Dim, Error, Result, Shape, Spec};

fn indices_of(name: &str, indices: &Spec) -> Result<()> {
    if !matches!(indices.dtype, DType::I32 | DType::I64) {
        return Err(Error::type_("index_dtype", format!("{name} takes indices of int32 or int64, got {}.", indices.dtype)));
    }
    Ok(())
}

/// Slices along the first axis by index. The second output is the place of the first index out of range, -1 if none.
#[derive(Debug, Clone, Copy)]
pub struct Gather;

impl Op for Gather {
    fn name(&self) -> &'static str {
        "GatherV2"
    }
    fn outputs(&self) -> usize {
        2
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let (x, indices) = (&inputs[0], &inputs[1]);
        indices_of("Gather", indices)?;
        if x.shape.rank() == 0 {
            return Err(Error::value("gather_scalar", "Gather takes rows of a tensor with at least one axis, got a scalar."));
        }
        let shape = indices.shape.0.iter().chain(&x.shape.0[1..]).copied().collect();
        Ok(vec![Spec { dtype: x.dtype, shape: Shape(shape) }, Spec::new(DType::I64, [])])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let rows = site.x(0).dim(0);
        vec![Some(Value::apply_all(OpRef::new(ScatterAdd { rows }), vec![site.dy().clone(), site.x(1).clone()]).swap_remove(0)), None]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        Some(Fault { output: 1, code: "index_range", what: "index" })
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let (dtype, x) = &at.inputs[0];
        let row: usize = x[1..].iter().product::<usize>() * dtype.size();
        let count = at.input(1).iter().product();
        Lowering::kernel(cpu::rows::Gather::new(row, x[0], at.inputs[1].0, count))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::untyped("GatherV2")
            .constant(Array::scalar(0i32))
            .with("Tparams", Attribute::Type(inputs[0].dtype))
            .with("Tindices", Attribute::Type(inputs[1].dtype))
            .with("Taxis", Attribute::Type(DType::I32))
    }
    fn samples(&self) -> Vec<Sample> {
        let indices = Array::from_slice([2, 3], &[0i64, 4, 2, 4, 4, 1]).unwrap_or_else(|_| Array::zeros(DType::I64, [2, 3]));
        let x = SampleInput::Random(Spec::new(DType::F32, [5, 3]), -1.0, 1.0);
        vec![Sample { op: OpRef::new(Gather), inputs: vec![x, SampleInput::Given(indices)], smooth: true }]
    }
}

/// Sums slices into rows by index: what flows back to a gather. The second output is the place of the first
/// index out of range, -1 if none.
#[derive(Debug, Clone, Copy)]
pub struct ScatterAdd {
    /// Number of rows of the result.
    pub rows: Dim,
}

impl Op for ScatterAdd {
    fn name(&self) -> &'static str {
        "UnsortedSegmentSum"
    }
    fn outputs(&self) -> usize {
        2
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let (x, indices) = (&inputs[0], &inputs[1]);
        indices_of("ScatterAdd", indices)?;
        if !x.dtype.is_float() || x.shape.rank() < indices.shape.rank() {
            return Err(Error::value("scatter", format!("Cannot sum {x} into rows by indices {indices}.")));
        }
        let shape = std::iter::once(self.rows).chain(x.shape.0[indices.shape.rank()..].iter().copied()).collect();
        Ok(vec![Spec { dtype: x.dtype, shape: Shape(shape) }, Spec::new(DType::I64, [])])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        vec![Some(site.dy().gather(site.x(1))), None]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        Some(Fault { output: 1, code: "index_range", what: "index" })
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let out = at.output(0);
        let count = at.input(1).iter().product();
        Lowering::kernel(cpu::rows::ScatterAdd::new(at.inputs[0].0, out[1..].iter().product(), out[0], at.inputs[1].0, count))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed("UnsortedSegmentSum", inputs[0].dtype)
            .with("Tindices", Attribute::Type(inputs[1].dtype))
            .with("Tnumsegments", Attribute::Type(DType::I32))
            .constant(Array::scalar(self.rows.known().map_or(-1, |n| n as i32)))
    }
    fn samples(&self) -> Vec<Sample> {
        let indices = Array::from_slice([4], &[0i64, 2, 2, 1]).unwrap_or_else(|_| Array::zeros(DType::I64, [4]));
        let x = SampleInput::Random(Spec::new(DType::F32, [4, 3]), -1.0, 1.0);
        vec![Sample { op: OpRef::new(ScatterAdd { rows: Dim::Known(5) }), inputs: vec![x, SampleInput::Given(indices)], smooth: true }]
    }
}

/// A new last axis, 1 at the index and 0 elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct OneHot {
    /// Size of the new axis.
    pub classes: usize,
    /// Type of the result.
    pub dtype: DType,
}

impl Op for OneHot {
    fn name(&self) -> &'static str {
        "OneHot"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        indices_of("OneHot", &inputs[0])?;
        let shape = inputs[0].shape.0.iter().copied().chain([Dim::Known(self.classes)]).collect();
        Ok(vec![Spec { dtype: self.dtype, shape: Shape(shape) }])
    }
    fn grad(&self, _: &Site) -> Vec<Option<Value>> {
        vec![None]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let count = at.input(0).iter().product();
        let (on, off) = (Array::scalar_of(self.dtype, 1.0), Array::scalar_of(self.dtype, 0.0));
        Lowering::kernel(cpu::rows::OneHot::new(at.inputs[0].0, count, self.classes, on.bytes(), off.bytes()))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed("OneHot", self.dtype)
            .with("TI", Attribute::Type(inputs[0].dtype))
            .with("axis", Attribute::Int(-1))
            .constant(Array::scalar(self.classes as i32))
            .constant(Array::scalar_of(self.dtype, 1.0))
            .constant(Array::scalar_of(self.dtype, 0.0))
    }
    fn samples(&self) -> Vec<Sample> {
        let indices = Array::from_slice([2, 2], &[0i64, 3, 2, -1]).unwrap_or_else(|_| Array::zeros(DType::I64, [2, 2]));
        vec![Sample::given(OneHot { classes: 4, dtype: DType::F32 }, vec![indices]).not_smooth()]
    }
}
