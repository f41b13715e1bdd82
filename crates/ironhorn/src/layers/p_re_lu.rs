//! PReLU: a rectifier whose slope below zero is learned.
use crate::config::{Config, Field, Place, Plug, Setting, spelled};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, InputSpec, Layer, Sample};
use crate::regularizers::Regularizer;
use crate::{Error, Result, Spec, Value};

/// x where it is not negative, `alpha` x elsewhere, with an `alpha` of its own for each feature, which is trained (He et al. 2015).
#[derive(Clone, Debug, Config)]
pub struct PReLU {
    /// First values of the slopes.
    #[config(positional, default = "zeros")]
    pub alpha_initializer: Plug<dyn Initializer>,
    /// Penalty on the slopes.
    #[config(positional, default = None)]
    pub alpha_regularizer: Option<Plug<dyn Regularizer>>,
    /// Constraint on the slopes.
    #[config(positional, default = None)]
    pub alpha_constraint: Option<Plug<dyn Constraint>>,
    /// Axes along which the slopes are shared, the batch being axis 0: `[1, 2]` for one slope a channel of pictures.
    #[config(positional, default = None)]
    pub shared_axes: Option<Axes>,
}

/// One axis or several; written as a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Axes(Vec<usize>);

impl Field for Axes {
    fn read(setting: Setting, at: &Place) -> Result<Axes> {
        match setting {
            list @ Setting::List(_) => Vec::read(list, at).map(Axes),
            one => usize::read(one, at).map(|axis| Axes(vec![axis])),
        }
    }
    fn write(&self) -> Result<Setting> {
        self.0.write()
    }
    fn typescript() -> String {
        "number | number[]".to_owned()
    }
}

impl<const N: usize> From<[usize; N]> for Axes {
    fn from(axes: [usize; N]) -> Axes {
        Axes(axes.into())
    }
}

impl Layer for PReLU {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        let rank = inputs[0].shape.rank();
        let shared = self.shared_axes.as_ref().map_or(&[][..], |axes| &axes.0);
        if let Some(axis) = shared.iter().find(|a| !(1..rank).contains(a)) {
            return Err(Error::value(
                "axis",
                format!(
                    "Layer {}: axis {axis} of `{}` is none of the input shape {}.",
                    weights.name(),
                    spelled("shared_axes"),
                    inputs[0].shape
                ),
            ));
        }
        let mut expected = InputSpec::ndim(rank);
        let mut shape = Vec::with_capacity(rank);
        for axis in 1..rank {
            if shared.contains(&axis) {
                shape.push(1);
                continue;
            }
            let size = weights.size(&inputs[0], axis as i64)?;
            expected = expected.axis(axis as i64, size);
            shape.push(size);
        }
        weights.add("alpha", shape, &*self.alpha_initializer)?.regularizer(&self.alpha_regularizer).constraint(&self.alpha_constraint);
        weights.expect([expected]);
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        Ok(vec![x.relu() - call.weight("alpha") * (-x).relu()])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        use crate::initializers::Constant;
        vec![
            Sample::new(PReLU::new().alpha_initializer(Constant::new().value(0.2)), &[&[2, 3]]),
            Sample::new(PReLU::new().alpha_initializer(Constant::new().value(0.1)).shared_axes([1]), &[&[2, 3, 2]]),
        ]
    }
}
