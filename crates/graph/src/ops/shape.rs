//! Ops that only move numbers: reshape, broadcast, transpose, slice, pad, join, reverse; and sizes as numbers.
//! Settings hold symbolic sizes; they become numbers when the plan is made.
use crate::{
    op::{Access, Attribute, Concrete, ExportNode, Fault, Lowering, Op, OpRef, Sample, Site},
    value::Value,
};
use cpu::{
    Joined, Piece,
    each::cast_block,
    strided::{Copy, Fill, Strides},
};
use tensor::{Array, DType, Dim, Error, Result, Shape, Spec, strides};

fn ints(values: impl IntoIterator<Item = Dim>) -> Array {
    let values: Vec<i32> = values.into_iter().map(|d| d.known().map_or(-1, |n| n as i32)).collect();
    Array::from_slice([values.len()], &values).unwrap_or_else(|_| Array::zeros(DType::I32, [0]))
}

/// The places of a contiguous tensor's elements, from `offset` on.
fn from(offset: usize, strides: impl IntoIterator<Item = usize>) -> Strides {
    Strides { offset, strides: strides.into_iter().map(|s| s as isize).collect() }
}

/// The same numbers under another shape.
#[derive(Debug, Clone)]
pub struct Reshape {
    /// The shape it gives.
    pub shape: Shape,
}

impl Op for Reshape {
    fn name(&self) -> &'static str {
        "Reshape"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let x = &inputs[0];
        if let (Dim::Known(a), Dim::Known(b)) = (x.shape.count(), self.shape.count())
            && a != b
        {
            return Err(Error::value("reshape", format!("Cannot reshape {} ({a} elements) to {} ({b} elements).", x.shape, self.shape)));
        }
        Ok(vec![Spec { dtype: x.dtype, shape: self.shape.clone() }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        vec![Some(site.dy().reshape(site.x(0).shape()))]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let count = |s: &[usize]| s.iter().product::<usize>();
        if count(at.input(0)) != count(at.output(0)) {
            return Err(Error::value(
                "reshape",
                format!("Cannot reshape {:?} to {:?}: the number of elements differs.", at.input(0), at.output(0)),
            ));
        }
        Ok(Lowering::View)
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed("Reshape", inputs[0].dtype).with("Tshape", Attribute::Type(DType::I32)).constant(ints(self.shape.0.clone()))
    }
    fn samples(&self) -> Vec<Sample> {
        vec![Sample::random(Reshape { shape: [6, 4].into() }, &[&[2, 3, 4]], (-1.0, 1.0))]
    }
}

/// Repeats along axes of size 1 and new leading axes.
#[derive(Debug, Clone)]
pub struct BroadcastTo {
    /// The shape it gives.
    pub shape: Shape,
}

impl Op for BroadcastTo {
    fn name(&self) -> &'static str {
        "BroadcastTo"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let x = &inputs[0];
        let shape = x.shape.broadcast(&self.shape)?;
        if shape.rank() != self.shape.rank()
            || shape.0.iter().zip(&self.shape.0).any(|(a, b)| a != b && a.known().is_some() && b.known().is_some())
        {
            return Err(Error::value("broadcast", format!("Cannot broadcast {} to {}.", x.shape, self.shape)));
        }
        Ok(vec![Spec { dtype: x.dtype, shape: self.shape.clone() }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        // Summed back to the input's shape by autodiff, as for every broadcast.
        vec![Some(site.dy().clone())]
    }
    fn access(&self) -> Access {
        Access::Elementwise
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let dtype = at.inputs[0].0;
        Ok(Lowering::Block(cast_block(dtype, dtype)))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed("BroadcastTo", inputs[0].dtype).with("Tidx", Attribute::Type(DType::I32)).constant(ints(self.shape.0.clone()))
    }
    fn samples(&self) -> Vec<Sample> {
        let op = |s: &[usize]| BroadcastTo { shape: s.into() };
        vec![
            Sample::random(op(&[3, 4]), &[&[4]], (-1.0, 1.0)),
            Sample::random(op(&[2, 3, 4]), &[&[3, 1]], (-1.0, 1.0)),
            Sample::random(op(&[5]), &[&[]], (-1.0, 1.0)),
        ]
    }
}

/// Axes in another order.
#[derive(Debug, Clone)]
pub struct Transpose {
    /// Axis `i` of the output is axis `order[i]` of the input.
    pub order: Vec<usize>,
}

impl Op for Transpose {
    fn name(&self) -> &'static str {
        "Transpose"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let x = &inputs[0];
        let mut seen = self.order.clone();
        seen.sort_unstable();
        if !seen.into_iter().eq(0..x.shape.rank()) {
            return Err(Error::value("transpose", format!("{:?} is not an order of the axes of shape {}.", self.order, x.shape)));
        }
        Ok(vec![Spec { dtype: x.dtype, shape: Shape(self.order.iter().map(|i| x.shape.0[*i]).collect()) }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let mut back = vec![0; self.order.len()];
        self.order.iter().enumerate().for_each(|(to, from)| back[*from] = to);
        vec![Some(site.dy().transpose(&back))]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let own = strides(at.input(0));
        let source = from(0, self.order.iter().map(|i| own[*i]));
        Lowering::kernel(Copy::new(at.inputs[0].0.size(), at.output(0), &source, &Strides::contiguous(at.output(0))))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed("Transpose", inputs[0].dtype)
            .with("Tperm", Attribute::Type(DType::I32))
            .constant(ints(self.order.iter().map(|i| Dim::Known(*i))))
    }
    fn samples(&self) -> Vec<Sample> {
        vec![
            Sample::random(Transpose { order: vec![1, 0] }, &[&[3, 5]], (-1.0, 1.0)),
            Sample::random(Transpose { order: vec![1, 0] }, &[&[33, 50]], (-1.0, 1.0)),
            Sample::random(Transpose { order: vec![2, 0, 1] }, &[&[2, 3, 4]], (-1.0, 1.0)),
        ]
    }
}

/// Part of a tensor: `size` elements from `begin` on along each axis, every `stride`-th.
#[derive(Debug, Clone)]
pub struct Slice {
    /// First element along each axis.
    pub begin: Vec<Dim>,
    /// Number of elements along each axis.
    pub size: Vec<Dim>,
    /// Step along each axis, at least 1.
    pub stride: Vec<usize>,
}

impl Op for Slice {
    fn name(&self) -> &'static str {
        "StridedSlice"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let x = &inputs[0];
        let rank = x.shape.rank();
        if self.begin.len() != rank || self.size.len() != rank || self.stride.len() != rank || self.stride.contains(&0) {
            return Err(Error::value(
                "slice",
                format!("A slice of shape {} needs begin, size and stride for each of its {rank} axes.", x.shape),
            ));
        }
        for i in 0..rank {
            if let (Some(begin), Some(size), Some(n)) = (self.begin[i].known(), self.size[i].known(), x.shape.0[i].known())
                && size > 0
                && begin + (size - 1) * self.stride[i] >= n
            {
                let stride = self.stride[i];
                return Err(Error::value(
                    "slice",
                    format!("{size} elements from {begin} on, step {stride}, leave axis {i} of shape {}.", x.shape),
                ));
            }
        }
        Ok(vec![Spec { dtype: x.dtype, shape: Shape(self.size.clone()) }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let op = Pad { shape: site.x(0).shape().clone(), begin: self.begin.clone(), stride: self.stride.clone(), value: 0.0 };
        vec![Some(Value::apply(op, &[site.dy()]))]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let own = strides(at.input(0));
        let begin = Shape(self.begin.clone()).resolve(&at.sizes)?;
        let offset = begin.iter().zip(&own).map(|(b, s)| b * s).sum();
        let source = from(offset, own.iter().zip(&self.stride).map(|(s, k)| s * k));
        Lowering::kernel(Copy::new(at.inputs[0].0.size(), at.output(0), &source, &Strides::contiguous(at.output(0))))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        let end = self.begin.iter().zip(&self.size).zip(&self.stride).map(|((b, n), k)| match (b.known(), n.known()) {
            (Some(b), Some(n)) if n > 0 => Dim::Known(b + (n - 1) * k + 1),
            (Some(b), Some(_)) => Dim::Known(b),
            _ => *n,
        });
        ExportNode::typed("StridedSlice", inputs[0].dtype)
            .with("Index", Attribute::Type(DType::I32))
            .constant(ints(self.begin.clone()))
            .constant(ints(end))
            .constant(ints(self.stride.iter().map(|k| Dim::Known(*k))))
    }
    fn samples(&self) -> Vec<Sample> {
        let op = |begin: &[usize], size: &[usize], stride: &[usize]| {
            let dims = |v: &[usize]| v.iter().map(|n| Dim::Known(*n)).collect();
            Slice { begin: dims(begin), size: dims(size), stride: stride.to_vec() }
        };
        vec![
            Sample::random(op(&[1, 0], &[2, 4], &[1, 1]), &[&[3, 4]], (-1.0, 1.0)),
            Sample::random(op(&[0, 1], &[2, 2], &[2, 3]), &[&[3, 6]], (-1.0, 1.0)),
            Sample::random(op(&[3], &[1], &[1]), &[&[4]], (-1.0, 1.0)),
        ]
    }
}

/// A tensor put into a larger one of a single value: padding, and what flows back to a slice.
#[derive(Debug, Clone)]
pub struct Pad {
    /// The shape it gives.
    pub shape: Shape,
    /// Where the first element lands along each axis.
    pub begin: Vec<Dim>,
    /// Distance between neighbours along each axis, at least 1.
    pub stride: Vec<usize>,
    /// What stands everywhere else.
    pub value: f64,
}

impl Op for Pad {
    fn name(&self) -> &'static str {
        "PadV2"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let whole = Spec { dtype: inputs[0].dtype, shape: self.shape.clone() };
        // It fits exactly where the slice of the result would fit.
        let slice = Slice { begin: self.begin.clone(), size: inputs[0].shape.0.clone(), stride: self.stride.clone() };
        slice.spec(std::slice::from_ref(&whole))?;
        Ok(vec![whole])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        vec![Some(site.dy().slice(&self.begin, &site.x(0).shape().0, &self.stride))]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let (dtype, sizes) = &at.inputs[0];
        let to = strides(at.output(0));
        let begin = Shape(self.begin.clone()).resolve(&at.sizes)?;
        let offset = begin.iter().zip(&to).map(|(b, s)| b * s).sum();
        let target = from(offset, to.iter().zip(&self.stride).map(|(s, k)| s * k));
        let value = Array::scalar_of(*dtype, self.value);
        let fill = Fill::new(value.bytes(), at.output(0), &Strides::contiguous(at.output(0)));
        let copy = Copy::new(dtype.size(), sizes, &Strides::contiguous(sizes), &target);
        Lowering::kernel(Joined::new(vec![(Box::new(fill), vec![], vec![0]), (Box::new(copy), vec![0], vec![0])]))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        let sides = self.begin.iter().zip(&self.shape.0).zip(&inputs[0].shape.0).flat_map(|((b, n), x)| {
            let after = match (b.known(), n.known(), x.known()) {
                (Some(b), Some(n), Some(x)) => Dim::Known(n.saturating_sub(b + x)),
                // A size that is unknown is not padded.
                _ => Dim::Known(0),
            };
            [*b, after]
        });
        let paddings = ints(sides).reshape([self.begin.len(), 2]).unwrap_or_else(|_| Array::zeros(DType::I32, [0, 2]));
        ExportNode::typed("PadV2", inputs[0].dtype)
            .with("Tpaddings", Attribute::Type(DType::I32))
            .constant(paddings)
            .constant(Array::scalar_of(inputs[0].dtype, self.value))
    }
    fn samples(&self) -> Vec<Sample> {
        let op = |shape: &[usize], begin: &[usize], stride: &[usize]| Pad {
            shape: shape.into(),
            begin: begin.iter().map(|n| Dim::Known(*n)).collect(),
            stride: stride.to_vec(),
            value: 0.5,
        };
        vec![
            Sample::random(op(&[5, 6], &[1, 2], &[1, 1]), &[&[3, 4]], (-1.0, 1.0)),
            Sample::random(op(&[7], &[1], &[2]), &[&[3]], (-1.0, 1.0)),
        ]
    }
}

/// Joins tensors along an axis.
#[derive(Debug, Clone, Copy)]
pub struct Concat {
    /// The axis that grows.
    pub axis: usize,
}

impl Op for Concat {
    fn name(&self) -> &'static str {
        "ConcatV2"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let first = &inputs[0];
        let mut shape = first.shape.clone();
        shape.axis(self.axis as i64)?;
        for x in &inputs[1..] {
            let fits = x.shape.rank() == shape.rank()
                && (0..shape.rank()).all(|i| {
                    i == self.axis || x.shape.0[i] == shape.0[i] || x.shape.0[i].known().is_none() || shape.0[i].known().is_none()
                });
            if !fits || x.dtype != first.dtype {
                return Err(Error::value(
                    "concat",
                    format!("Cannot join {first} and {x} along axis {}: all else must be equal.", self.axis),
                ));
            }
            shape.0[self.axis] = shape.0[self.axis].and(x.shape.0[self.axis]);
        }
        Ok(vec![Spec { dtype: first.dtype, shape }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let axis = self.axis as i64;
        let mut begin = Dim::Known(0);
        site.inputs
            .iter()
            .map(|x| {
                let size = x.dim(axis);
                let dx = site.dy().narrow(axis, begin, size);
                begin = begin.and(size);
                Some(dx)
            })
            .collect()
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let to = strides(at.output(0));
        let mut begin = 0;
        let mut parts: Vec<Piece> = Vec::new();
        for (i, (dtype, sizes)) in at.inputs.iter().enumerate() {
            let target = from(begin * to[self.axis], to.iter().copied());
            let copy = Copy::new(dtype.size(), sizes, &Strides::contiguous(sizes), &target);
            parts.push((Box::new(copy), vec![i], vec![0]));
            begin += sizes[self.axis];
        }
        Lowering::kernel(Joined::new(parts))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed("ConcatV2", inputs[0].dtype)
            .with("N", Attribute::Int(inputs.len() as i64))
            .with("Tidx", Attribute::Type(DType::I32))
            .constant(Array::scalar(self.axis as i32))
    }
    fn samples(&self) -> Vec<Sample> {
        vec![
            Sample::random(Concat { axis: 1 }, &[&[2, 3], &[2, 1], &[2, 4]], (-1.0, 1.0)),
            Sample::random(Concat { axis: 0 }, &[&[2, 3], &[1, 3]], (-1.0, 1.0)),
        ]
    }
}

/// Backwards along axes.
#[derive(Debug, Clone)]
pub struct Reverse {
    /// Along which.
    pub axes: Vec<usize>,
}

impl Op for Reverse {
    fn name(&self) -> &'static str {
        "ReverseV2"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        self.axes.iter().try_for_each(|a| inputs[0].shape.axis(*a as i64).map(drop))?;
        Ok(vec![inputs[0].clone()])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        vec![Some(site.dy().reverse(&self.axes))]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let shape = at.input(0);
        let to = Strides::contiguous(shape);
        let mut source = to.clone();
        for &a in self.axes.iter().filter(|a| shape[**a] > 0) {
            source.offset += (shape[a] - 1) * to.strides[a] as usize;
            source.strides[a] = -to.strides[a];
        }
        Lowering::kernel(Copy::new(at.inputs[0].0.size(), shape, &source, &to))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed("ReverseV2", inputs[0].dtype)
            .with("Tidx", Attribute::Type(DType::I32))
            .constant(ints(self.axes.iter().map(|a| Dim::Known(*a))))
    }
    fn samples(&self) -> Vec<Sample> {
        [vec![0], vec![1], vec![0, 2]].map(|axes| Sample::random(Reverse { axes }, &[&[2, 3, 4]], (-1.0, 1.0))).into()
    }
}

/// The same value, through which no gradient flows.
#[derive(Debug, Clone, Copy)]
pub struct StopGradient;

impl Op for StopGradient {
    fn name(&self) -> &'static str {
        "StopGradient"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        Ok(vec![inputs[0].clone()])
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
    fn cpu(&self, _: &Concrete) -> Result<Lowering> {
        Ok(Lowering::View)
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed("StopGradient", inputs[0].dtype)
    }
    fn samples(&self) -> Vec<Sample> {
        vec![Sample::random(StopGradient, &[&[3]], (-1.0, 1.0)).not_smooth()]
    }
}

/// A size as a scalar; a constant by the time the plan is made.
#[derive(Debug, Clone, Copy)]
pub struct SizeOf {
    /// The size.
    pub dim: Dim,
    /// The type it is given in.
    pub dtype: DType,
}

impl Op for SizeOf {
    fn name(&self) -> &'static str {
        "Size"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, _: &[Spec]) -> Result<Vec<Spec>> {
        Ok(vec![Spec::new(self.dtype, [])])
    }
    fn grad(&self, _: &Site) -> Vec<Option<Value>> {
        Vec::new()
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        Ok(Lowering::Constant(Array::scalar_of(self.dtype, self.dim.resolve(&at.sizes)? as f64)))
    }
    fn export(&self, _: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::untyped("Size").with("out_type", Attribute::Type(self.dtype))
    }
    fn samples(&self) -> Vec<Sample> {
        vec![Sample { op: OpRef::new(SizeOf { dim: Dim::Known(3), dtype: DType::F32 }), inputs: Vec::new(), smooth: false }]
    }
}

/// 0, 1, 2 ... as int64: the steps of a loop.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// How many.
    pub length: Dim,
}

impl Op for Range {
    fn name(&self) -> &'static str {
        "Range"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, _: &[Spec]) -> Result<Vec<Spec>> {
        Ok(vec![Spec::new(DType::I64, vec![self.length])])
    }
    fn grad(&self, _: &Site) -> Vec<Option<Value>> {
        Vec::new()
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let numbers: Vec<i64> = (0..self.length.resolve(&at.sizes)? as i64).collect();
        Ok(Lowering::Constant(Array::from_slice([numbers.len()], &numbers)?))
    }
    fn export(&self, _: &[Spec], _: &[Spec]) -> ExportNode {
        let length = self.length.known().map_or(-1, |n| n as i64);
        ExportNode::untyped("Range")
            .with("Tidx", Attribute::Type(DType::I64))
            .constant(Array::scalar(0i64))
            .constant(Array::scalar(length))
            .constant(Array::scalar(1i64))
    }
    fn samples(&self) -> Vec<Sample> {
        vec![Sample { op: OpRef::new(Range { length: Dim::Known(4) }), inputs: Vec::new(), smooth: false }]
    }
}
