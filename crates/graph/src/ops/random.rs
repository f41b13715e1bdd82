//! Random numbers as a function of a key, the run counter and the element's index.
use crate::{
    op::{Access, Attribute, Concrete, ExportNode, Fault, Lowering, Op, OpRef, Sample, SampleInput, Site},
    value::Value,
};
use cpu::random as kernels;
use tensor::{Array, DType, Error, Result, Shape, Spec};

/// A distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// Uniform from `low` to below `high`.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        stddev: f64,
    },
    /// Normal, drawn again while further than two deviations from the mean.
    TruncatedNormal {
        /// Mean.
        mean: f64,
        /// Standard deviation, before the ends are cut off.
        stddev: f64,
    },
    /// 1 with probability `p`, else 0.
    Bernoulli {
        /// Probability of a 1.
        p: f64,
    },
}

/// Draws a tensor; the input is the run counter.
#[derive(Debug, Clone)]
pub struct Random {
    /// The distribution.
    pub law: Law,
    /// The shape it gives.
    pub shape: Shape,
    /// float32 or float64.
    pub dtype: DType,
    /// Which draw this is.
    pub key: u64,
}

impl Op for Random {
    fn name(&self) -> &'static str {
        match self.law {
            Law::Uniform { .. } | Law::Bernoulli { .. } => "StatelessRandomUniform",
            Law::Normal { .. } => "StatelessRandomNormal",
            Law::TruncatedNormal { .. } => "StatelessTruncatedNormal",
        }
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, _: &[Spec]) -> Result<Vec<Spec>> {
        if !matches!(self.dtype, DType::F32 | DType::F64) {
            return Err(Error::type_("dtype_unsupported", format!("Random numbers are float32 or float64, not {}.", self.dtype)));
        }
        Ok(vec![Spec { dtype: self.dtype, shape: self.shape.clone() }])
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
        let (dtype, key, count) = (self.dtype, self.key, at.output(0).iter().product());
        match self.law {
            Law::Uniform { low, high } => Lowering::kernel(kernels::Uniform::new(dtype, key, count, low, high)),
            Law::Normal { mean, stddev } => Lowering::kernel(kernels::Normal::new(dtype, key, count, mean, stddev)),
            Law::TruncatedNormal { mean, stddev } => Lowering::kernel(kernels::TruncatedNormal::new(dtype, key, count, mean, stddev)),
            Law::Bernoulli { p } => Lowering::kernel(kernels::Bernoulli::new(dtype, key, count, p)),
        }
    }
    fn export(&self, _: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::untyped(self.name())
            .with("dtype", Attribute::Type(self.dtype))
            .with("T", Attribute::Type(DType::I32))
            .with("Tseed", Attribute::Type(DType::I64))
    }
    fn samples(&self) -> Vec<Sample> {
        let laws = [
            Law::Uniform { low: -1.0, high: 2.0 },
            Law::Normal { mean: 1.0, stddev: 2.0 },
            Law::TruncatedNormal { mean: 0.0, stddev: 1.0 },
            Law::Bernoulli { p: 0.3 },
        ];
        let op = |law| Random { law, shape: [5, 7].into(), dtype: DType::F32, key: 42 };
        laws.map(|law| Sample { op: OpRef::new(op(law)), inputs: vec![SampleInput::Given(Array::scalar(3i64))], smooth: false }).into()
    }
}

/// Zeros a random part of the first input and scales the rest; the second is the run counter. The mask is a function of
/// key and counter, so the gradient applies the same op and nothing is kept for it.
#[derive(Debug, Clone)]
pub struct Dropout {
    /// Fraction that goes, above 0 and below 1.
    pub rate: f64,
    /// Sizes of the mask, 1 where it is shared along an axis.
    pub noise: Shape,
    /// Which draw this is.
    pub key: u64,
}

impl Op for Dropout {
    fn name(&self) -> &'static str {
        "Dropout"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let x = &inputs[0];
        if !x.dtype.is_float() || !(0.0..1.0).contains(&self.rate) {
            return Err(Error::value(
                "dropout",
                format!("Dropout takes floats and a rate from 0 to below 1, got {} and {}.", x.dtype, self.rate),
            ));
        }
        let fits = self.noise.rank() == x.shape.rank()
            && self
                .noise
                .0
                .iter()
                .zip(&x.shape.0)
                .all(|(n, d)| n == d || n.known() == Some(1) || n.known().is_none() || d.known().is_none());
        if !fits {
            return Err(Error::value(
                "noise_shape",
                format!("The noise shape {} does not broadcast to the input's {}.", self.noise, x.shape),
            ));
        }
        Ok(vec![x.clone()])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        vec![Some(Value::apply(self.clone(), &[site.dy(), site.x(1)])), None]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let noise = self.noise.resolve(&at.sizes)?;
        Lowering::kernel(kernels::Dropout::new(at.inputs[0].0, self.key, self.rate, at.input(0), &noise))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        // Inference graphs have no dropout; a training graph that is exported passes its input on.
        ExportNode::typed("Identity", inputs[0].dtype)
    }
    fn samples(&self) -> Vec<Sample> {
        let sample = |noise: [usize; 2]| Sample {
            op: OpRef::new(Dropout { rate: 0.4, noise: noise.into(), key: 7 }),
            inputs: vec![SampleInput::Random(Spec::new(DType::F32, [6, 19]), 0.5, 1.5), SampleInput::Given(Array::scalar(5i64))],
            smooth: true,
        };
        vec![sample([6, 19]), sample([6, 1]), sample([1, 19])]
    }
}
