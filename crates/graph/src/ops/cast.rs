//! Numbers in another type; floats to integers truncate, anything to bool is "not zero".
use crate::{
    op::{Access, Attribute, Concrete, ExportNode, Fault, Lowering, Op, Sample, Site},
    value::Value,
};
use cpu::each::cast_block;
use tensor::{Array, DType, Result, Spec};

/// Casts to a type.
#[derive(Debug, Clone, Copy)]
pub struct Cast {
    /// The type it gives.
    pub to: DType,
}

impl Op for Cast {
    fn name(&self) -> &'static str {
        "Cast"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        Ok(vec![Spec { dtype: self.to, shape: inputs[0].shape.clone() }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        vec![site.x(0).dtype().is_float().then(|| site.dy().cast(site.x(0).dtype()))]
    }
    fn access(&self) -> Access {
        Access::Elementwise
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        Ok(Lowering::Block(cast_block(at.inputs[0].0, self.to)))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::untyped("Cast").with("SrcT", Attribute::Type(inputs[0].dtype)).with("DstT", Attribute::Type(self.to))
    }
    fn samples(&self) -> Vec<Sample> {
        let numbers: [f64; 7] = [-2.5, -1.0, 0.0, 0.5, 1.0, 2.5, 3.0];
        let types = [DType::F32, DType::F64, DType::I32, DType::I64, DType::U8, DType::Bool];
        let mut samples = Vec::new();
        for from in types {
            for to in types {
                let given = numbers.map(|x| if from == DType::U8 { x.abs() } else { x });
                let input = Array::from_f64(from, [7], &given).unwrap_or_else(|_| Array::zeros(from, [7]));
                samples.push(Sample::given(Cast { to }, vec![input]).not_smooth());
            }
        }
        samples.push(Sample::random(Cast { to: DType::F64 }, &[&[3, 5]], (-1.0, 1.0)));
        samples
    }
}
