//! Elementwise ops: one formula generic over the number type, one gradient line, a TensorFlow name; the rest follows.
use crate::{
    op::{Access, Concrete, ExportNode, Fault, Lowering, Op, Sample, SampleInput, Site},
    value::Value,
};
use cpu::each::Block;
use std::fmt::Debug;
use tensor::{DType, Error, Result, Shape, Spec};

/// What an elementwise op takes and gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// Floats to the same float.
    Float,
    /// Any number to the same number.
    Number,
    /// Any numbers to bool.
    Test,
    /// Bools to bool.
    Logical,
    /// A bool and two of any type to that type.
    Select,
}

/// An op that acts on each element alone, inputs broadcast as NumPy does.
pub trait Elementwise: Debug + Copy + Default + Send + Sync + 'static {
    /// TensorFlow's name.
    const NAME: &'static str;
    /// Number of inputs, 1 to 3.
    const ARITY: usize;
    /// What it takes and gives.
    const FAMILY: Family;
    /// Where its samples are drawn from; inside, it is smooth.
    const RANGE: (f64, f64);
    /// The kernel for inputs of these types.
    fn block(inputs: &[DType]) -> Option<Block>;
    /// What flows back to each input.
    fn gradient(site: &Site) -> Vec<Option<Value>>;
}

impl<E: Elementwise> Op for E {
    fn name(&self) -> &'static str {
        E::NAME
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let mut shape = Shape::scalar();
        for input in inputs {
            shape = shape.broadcast(&input.shape).map_err(|e| e.at(E::NAME))?;
        }
        let first = match E::FAMILY {
            Family::Select => 1,
            _ => 0,
        };
        let dtype = inputs[first].dtype;
        if let Some(other) = inputs[first..].iter().find(|s| s.dtype != dtype) {
            return Err(Error::type_(
                "dtype_mismatch",
                format!("{} takes tensors of one type, got {dtype} and {}; cast one of them.", E::NAME, other.dtype),
            ));
        }
        let fits = match E::FAMILY {
            Family::Float => dtype.is_float(),
            Family::Number => dtype != DType::Bool,
            Family::Test => true,
            Family::Logical => dtype == DType::Bool,
            Family::Select => inputs[0].dtype == DType::Bool,
        };
        if !fits {
            return Err(Error::type_("dtype_unsupported", format!("{} does not take {dtype}; cast it first.", E::NAME)));
        }
        let result = if E::FAMILY == Family::Test { DType::Bool } else { dtype };
        Ok(vec![Spec { dtype: result, shape }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        E::gradient(site)
    }
    fn access(&self) -> Access {
        Access::Elementwise
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let dtypes: Vec<DType> = at.inputs.iter().map(|(d, _)| *d).collect();
        match E::block(&dtypes) {
            Some(block) => Ok(Lowering::Block(block)),
            None => {
                Err(Error::not_implemented("kernel_dtype", format!("{} is not computed in {}; cast to float32 first.", E::NAME, dtypes[0])))
            }
        }
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        match E::FAMILY {
            Family::Logical => ExportNode::untyped(E::NAME),
            Family::Select => ExportNode::typed(E::NAME, inputs[1].dtype),
            _ => ExportNode::typed(E::NAME, inputs[0].dtype),
        }
    }
    fn samples(&self) -> Vec<Sample> {
        let shapes: [&[&[usize]]; 2] = [&[&[3, 17], &[3, 17], &[3, 17]], &[&[4, 5], &[5], &[4, 1]]];
        shapes
            .iter()
            .map(|shapes| {
                let inputs = (0..E::ARITY).map(|i| {
                    let dtype = match (E::FAMILY, i) {
                        (Family::Logical, _) | (Family::Select, 0) => DType::Bool,
                        _ => DType::F32,
                    };
                    let (low, high) = if dtype == DType::Bool { (0.0, 2.0) } else { E::RANGE };
                    SampleInput::Random(Spec::new(dtype, shapes[i]), low, high)
                });
                let smooth = matches!(E::FAMILY, Family::Float | Family::Number | Family::Select);
                Sample { op: crate::op::OpRef::new(*self), inputs: inputs.collect(), smooth }
            })
            .collect()
    }
}
