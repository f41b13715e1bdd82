//! Dense: every output from every input of the last axis.
use crate::activations::Activation;
use crate::config::{Config, PartialShape, Plug, positive};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, InputSpec, Layer, Sample};
use crate::regularizers::Regularizer;
use crate::{Result, Spec, Value};
use graph::functions::dot;

/// A densely connected layer: `activation(dot(x, kernel) + bias)`, along the last axis of its input.
#[derive(Clone, Debug, Config)]
pub struct Dense {
    /// Size of the output's last axis.
    #[config(check = positive)]
    pub units: usize,
    /// Function of the output; none is `linear`.
    #[config(default = None)]
    pub activation: Plug<dyn Activation>,
    /// Whether a bias is added.
    #[config(default = true)]
    pub use_bias: bool,
    /// First values of the kernel.
    #[config(default = "glorot_uniform")]
    pub kernel_initializer: Plug<dyn Initializer>,
    /// First values of the bias.
    #[config(default = "zeros")]
    pub bias_initializer: Plug<dyn Initializer>,
    /// Penalty on the kernel.
    #[config(default = None)]
    pub kernel_regularizer: Option<Plug<dyn Regularizer>>,
    /// Penalty on the bias.
    #[config(default = None)]
    pub bias_regularizer: Option<Plug<dyn Regularizer>>,
    /// Penalty on the output.
    #[config(default = None)]
    pub activity_regularizer: Option<Plug<dyn Regularizer>>,
    /// Constraint on the kernel.
    #[config(default = None)]
    pub kernel_constraint: Option<Plug<dyn Constraint>>,
    /// Constraint on the bias.
    #[config(default = None)]
    pub bias_constraint: Option<Plug<dyn Constraint>>,
    /// Size of the input, as short for `input_shape`, in the first layer of a model.
    #[config(default = None, unwritten)]
    pub input_dim: Option<usize>,
}

impl Layer for Dense {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        let size = weights.size(&inputs[0], -1)?;
        weights
            .add("kernel", [size, self.units], &*self.kernel_initializer)?
            .regularizer(&self.kernel_regularizer)
            .constraint(&self.kernel_constraint);
        if self.use_bias {
            weights
                .add("bias", [self.units], &*self.bias_initializer)?
                .regularizer(&self.bias_regularizer)
                .constraint(&self.bias_constraint);
        }
        weights.expect([InputSpec::min_ndim(2).axis(-1, size)]);
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let mut y = dot(&inputs[0], &call.weight("kernel"));
        if self.use_bias {
            y = y + call.weight("bias");
        }
        Ok(vec![self.activation.apply(&y)])
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::min_ndim(2)]
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn activity_regularizer(&self) -> Option<&Plug<dyn Regularizer>> {
        self.activity_regularizer.as_ref()
    }
    fn implied_input_shape(&self) -> Option<PartialShape> {
        self.input_dim.map(|n| vec![Some(n)])
    }
    fn samples() -> Vec<Sample> {
        use crate::activations::Tanh;
        use crate::regularizers::L2;
        vec![
            Sample::new(Dense::new(3), &[&[2, 4]]),
            Sample::new(Dense::new(2).activation(Tanh).kernel_regularizer(L2::new()), &[&[2, 3, 4]]),
            Sample::new(Dense::new(1).use_bias(false).activity_regularizer(L2::new()), &[&[3, 2]]),
        ]
    }
}
