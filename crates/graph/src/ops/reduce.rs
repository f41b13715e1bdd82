//! Reductions over axes, the index of an extreme, and running sums and products along an axis.
use crate::{
    op::{Access, Attribute, Concrete, ExportNode, Fault, Lowering, Op, Sample, SampleInput, Site},
    value::Value,
};
use tensor::{Array, DType, Dim, Error, Result, Shape, Spec};

pub use cpu::reduce::Kind;
use cpu::reduce::{Extreme, Fold};

/// Reduces over some axes.
#[derive(Debug, Clone)]
pub struct Reduce {
    /// Sum, product, extremes, any, all.
    pub kind: Kind,
    /// The axes that go, rising.
    pub axes: Vec<usize>,
    /// Keeps them with size 1.
    pub keepdims: bool,
}

impl Reduce {
    /// The reduced value with its axes back at size 1, ready to broadcast.
    fn keep(&self, v: &Value, x: &Value) -> Value {
        if self.keepdims {
            return v.clone();
        }
        let shape = x.shape().0.iter().enumerate().map(|(i, d)| if self.axes.contains(&i) { Dim::Known(1) } else { *d });
        v.reshape(&Shape(shape.collect()))
    }
}

impl Op for Reduce {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Sum => "Sum",
            Kind::Mean => "Mean",
            Kind::Prod => "Prod",
            Kind::Max => "Max",
            Kind::Min => "Min",
            Kind::Any => "Any",
            Kind::All => "All",
        }
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let x = &inputs[0];
        if let Some(axis) = self.axes.iter().find(|a| **a >= x.shape.rank()) {
            return Err(Error::value("axis", format!("{}: axis {axis} is out of range for shape {}.", self.name(), x.shape)));
        }
        let logical = matches!(self.kind, Kind::Any | Kind::All);
        if logical != (x.dtype == DType::Bool) {
            return Err(Error::type_("dtype_unsupported", format!("{} does not take {}; cast it first.", self.name(), x.dtype)));
        }
        let kept = x.shape.0.iter().enumerate().filter_map(|(i, d)| match (self.axes.contains(&i), self.keepdims) {
            (false, _) => Some(*d),
            (true, true) => Some(Dim::Known(1)),
            (true, false) => None,
        });
        Ok(vec![Spec { dtype: x.dtype, shape: Shape(kept.collect()) }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let (x, dy) = (site.x(0), self.keep(site.dy(), site.x(0)));
        vec![match self.kind {
            Kind::Sum => Some(dy.broadcast_like(x)),
            Kind::Mean => {
                let count = self.axes.iter().fold(Dim::Known(1), |n, a| n.times(x.shape().0[*a]));
                Some((dy / Value::size(count, x.dtype())).broadcast_like(x))
            }
            // Ties share the gradient, as in TensorFlow.
            Kind::Max | Kind::Min => {
                let hit = x.equal(self.keep(site.y(), x)).cast(x.dtype());
                let ties = hit.sum_axes(&self.axes, true);
                Some(hit * (dy / ties))
            }
            // The product of all other factors, right where one is zero.
            Kind::Prod => {
                let rest: Vec<usize> = (0..x.rank()).filter(|i| !self.axes.contains(i)).collect();
                let order: Vec<usize> = rest.iter().chain(&self.axes).copied().collect();
                let moved = x.transpose(&order);
                let run = self.axes.iter().fold(Dim::Known(1), |n, a| n.times(x.shape().0[*a]));
                let flat = moved.reshape(&Shape(rest.iter().map(|i| x.shape().0[*i]).chain([run]).collect()));
                let others = flat.cumulative(-1, true, true, false) * flat.cumulative(-1, true, true, true);
                let mut back = vec![0; order.len()];
                order.iter().enumerate().for_each(|(to, from)| back[*from] = to);
                Some(others.reshape(moved.shape()).transpose(&back) * dy)
            }
            Kind::Any | Kind::All => None,
        }]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let (dtype, shape) = &at.inputs[0];
        Lowering::kernel(cpu::reduce::Reduce::new(self.kind, *dtype, shape, &self.axes))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        let axes: Vec<i32> = self.axes.iter().map(|a| *a as i32).collect();
        let node = match self.kind {
            Kind::Any | Kind::All => ExportNode::untyped(self.name()),
            _ => ExportNode::typed(self.name(), inputs[0].dtype),
        };
        node.with("keep_dims", Attribute::Bool(self.keepdims))
            .with("Tidx", Attribute::Type(DType::I32))
            .constant(Array::from_slice([axes.len()], &axes).unwrap_or_else(|_| Array::zeros(DType::I32, [0])))
    }
    fn samples(&self) -> Vec<Sample> {
        let mut samples = Vec::new();
        for kind in [Kind::Sum, Kind::Mean, Kind::Prod, Kind::Max, Kind::Min, Kind::Any, Kind::All] {
            let dtype = if matches!(kind, Kind::Any | Kind::All) { DType::Bool } else { DType::F32 };
            for (axes, keepdims) in [(vec![0], false), (vec![1], true), (vec![2], false), (vec![0, 2], true), (vec![0, 1, 2], false)] {
                samples.push(Sample {
                    op: crate::op::OpRef::new(Reduce { kind, axes, keepdims }),
                    inputs: vec![SampleInput::Random(Spec::new(dtype, [3, 4, 5]), 0.5, 1.5)],
                    smooth: dtype == DType::F32,
                });
            }
        }
        samples
    }
}

/// Index of the largest or smallest along an axis.
#[derive(Debug, Clone, Copy)]
pub struct Arg {
    /// Of the largest, else of the smallest.
    pub largest: bool,
    /// The axis that goes.
    pub axis: usize,
}

impl Op for Arg {
    fn name(&self) -> &'static str {
        if self.largest { "ArgMax" } else { "ArgMin" }
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let mut shape = inputs[0].shape.clone();
        shape.axis(self.axis as i64)?;
        shape.0.remove(self.axis);
        Ok(vec![Spec { dtype: DType::I64, shape }])
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
        let (dtype, shape) = &at.inputs[0];
        Lowering::kernel(cpu::reduce::Arg::new(if self.largest { Extreme::Max } else { Extreme::Min }, *dtype, shape, self.axis))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed(self.name(), inputs[0].dtype)
            .with("Tidx", Attribute::Type(DType::I32))
            .with("output_type", Attribute::Type(DType::I64))
            .constant(Array::scalar(self.axis as i32))
    }
    fn samples(&self) -> Vec<Sample> {
        let all = [(true, 0), (true, 1), (false, 2)];
        all.map(|(largest, axis)| Sample::random(Arg { largest, axis }, &[&[3, 4, 5]], (-1.0, 1.0)).not_smooth()).into()
    }
}

/// Running sum or product along an axis.
#[derive(Debug, Clone, Copy)]
pub struct Cumulative {
    /// Product, else sum.
    pub product: bool,
    /// Along which axis.
    pub axis: usize,
    /// Without the element itself.
    pub exclusive: bool,
    /// From the end.
    pub reverse: bool,
}

impl Op for Cumulative {
    fn name(&self) -> &'static str {
        if self.product { "Cumprod" } else { "Cumsum" }
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        inputs[0].shape.axis(self.axis as i64)?;
        Ok(vec![inputs[0].clone()])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let axis = self.axis as i64;
        let back = |v: &Value| v.cumulative(axis, false, self.exclusive, !self.reverse);
        // As TensorFlow: of a product with a zero in it the gradient is NaN.
        vec![Some(if self.product { back(&(site.y() * site.dy())) / site.x(0) } else { back(site.dy()) })]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let (dtype, shape) = &at.inputs[0];
        Lowering::kernel(cpu::reduce::Cumulative::new(
            if self.product { Fold::Prod } else { Fold::Sum },
            *dtype,
            shape,
            self.axis,
            self.reverse,
            self.exclusive,
        ))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::typed(self.name(), inputs[0].dtype)
            .with("exclusive", Attribute::Bool(self.exclusive))
            .with("reverse", Attribute::Bool(self.reverse))
            .with("Tidx", Attribute::Type(DType::I32))
            .constant(Array::scalar(self.axis as i32))
    }
    fn samples(&self) -> Vec<Sample> {
        let mut samples = Vec::new();
        for product in [false, true] {
            for (axis, exclusive, reverse) in [(0, false, false), (1, true, false), (2, false, true), (1, true, true)] {
                samples.push(Sample::random(Cumulative { product, axis, exclusive, reverse }, &[&[3, 4, 5]], (0.5, 1.5)));
            }
        }
        samples
    }
}
