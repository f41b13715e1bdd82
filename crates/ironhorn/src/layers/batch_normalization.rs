//! BatchNormalization: mean 0 and variance 1 for each feature, then a scale and shift that are learned.
use crate::config::{Config, Number, Plug};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, InputSpec, Layer, Sample};
use crate::regularizers::Regularizer;
use crate::{Dim, Error, Result, Shape, Spec, Value};
use graph::trace::Update;

/// Normalises each feature: in training with mean and variance of the batch, which also go into moving averages; elsewhere with
/// these averages (Ioffe and Szegedy 2015). A layer that is not trainable still takes the batch's in training, but leaves the
/// averages as they are.
#[derive(Clone, Debug, Config)]
pub struct BatchNormalization {
    /// The axis of the features; 1 for pictures with channels first.
    #[config(default = -1)]
    pub axis: i64,
    /// Part of the moving averages that stays at each step.
    #[config(default = 0.99)]
    pub momentum: Number,
    /// Added to variances, so that nothing is divided by zero.
    #[config(default = 0.001)]
    pub epsilon: Number,
    /// Whether a shift `beta` is learned.
    #[config(default = true)]
    pub center: bool,
    /// Whether a scale `gamma` is learned. Not needed before a linear layer, which scales too.
    #[config(default = true)]
    pub scale: bool,
    /// First values of the shifts.
    #[config(default = "zeros")]
    pub beta_initializer: Plug<dyn Initializer>,
    /// First values of the scales.
    #[config(default = "ones")]
    pub gamma_initializer: Plug<dyn Initializer>,
    /// First values of the moving means.
    #[config(default = "zeros")]
    pub moving_mean_initializer: Plug<dyn Initializer>,
    /// First values of the moving variances.
    #[config(default = "ones")]
    pub moving_variance_initializer: Plug<dyn Initializer>,
    /// Penalty on the shifts.
    #[config(default = None)]
    pub beta_regularizer: Option<Plug<dyn Regularizer>>,
    /// Penalty on the scales.
    #[config(default = None)]
    pub gamma_regularizer: Option<Plug<dyn Regularizer>>,
    /// Constraint on the shifts.
    #[config(default = None)]
    pub beta_constraint: Option<Plug<dyn Constraint>>,
    /// Constraint on the scales.
    #[config(default = None)]
    pub gamma_constraint: Option<Plug<dyn Constraint>>,
}

impl BatchNormalization {
    /// Scaled and shifted to mean 0 and variance 1, then as learned. Means and variances have a place for each axis of `x`.
    fn normalized(&self, call: &Call, x: &Value, mean: &Value, variance: &Value) -> Value {
        let along = |name: &str| call.weight(name).reshape(mean.shape());
        let mut factor = (variance + self.epsilon.get()).rsqrt();
        if self.scale {
            factor = factor * along("gamma");
        }
        let shift = match self.center {
            true => along("beta") - mean * &factor,
            false => -(mean * &factor),
        };
        x * factor + shift
    }
}

impl Layer for BatchNormalization {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        let shape = &inputs[0].shape;
        let axis = shape.axis(self.axis)?;
        let Some(size) = shape.0[axis].known() else {
            return Err(Error::value(
                "size_unknown",
                format!(
                    "Axis {} of input tensor should have a defined dimension but the layer {} received an input with shape {shape}.",
                    self.axis,
                    weights.name()
                ),
            ));
        };
        weights.expect([InputSpec::ndim(shape.rank()).axis(self.axis, size)]);
        if self.scale {
            weights.add("gamma", [size], &*self.gamma_initializer)?.regularizer(&self.gamma_regularizer).constraint(&self.gamma_constraint);
        }
        if self.center {
            weights.add("beta", [size], &*self.beta_initializer)?.regularizer(&self.beta_regularizer).constraint(&self.beta_constraint);
        }
        weights.add("moving_mean", [size], &*self.moving_mean_initializer)?.trainable(false);
        weights.add("moving_variance", [size], &*self.moving_variance_initializer)?.trainable(false);
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        let axis = x.shape().axis(self.axis)?;
        let size = x.shape().0[axis];
        let flat = Shape(vec![size]);
        let mut place = Shape(vec![Dim::Known(1); x.rank()]);
        place.0[axis] = size;
        if !call.training() {
            let (mean, variance) = (call.weight("moving_mean").reshape(&place), call.weight("moving_variance").reshape(&place));
            return Ok(vec![self.normalized(call, x, &mean, &variance)]);
        }
        let others: Vec<i64> = (0..x.rank()).filter(|i| *i != axis).map(|i| i as i64).collect();
        let mean = x.mean(&others, true);
        let variance = (x - &mean).square().mean(&others, true);
        let count = others.iter().fold(Dim::Known(1), |n, i| n.times(x.dim(*i)));
        let count = Value::size(count, x.dtype());
        // Keras's estimate of the variance of the population takes epsilon off too.
        let unbiased = variance.reshape(&flat) * (&count / (&count - (1.0 + self.epsilon.get())));
        let momentum = self.momentum.get();
        call.add_update(&call.variable("moving_mean")?, Update::Moving(mean.reshape(&flat), momentum));
        call.add_update(&call.variable("moving_variance")?, Update::Moving(unbiased, momentum));
        Ok(vec![self.normalized(call, x, &mean, &variance)])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![
            Sample::new(BatchNormalization::new(), &[&[4, 3]]),
            Sample::new(BatchNormalization::new().axis(1).scale(false), &[&[2, 3, 2, 2]]),
            Sample::new(BatchNormalization::new().center(false), &[&[2, 3, 2]]),
        ]
    }
}
