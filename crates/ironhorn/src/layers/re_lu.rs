//! ReLU: the rectifier, with a cap, a leak and a threshold where they are wanted.
use crate::activations::{Activation, Relu};
use crate::config::{Config, F32Rounded, Place, not_negative};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

/// x where it is at least `threshold`, at most `max_value`, and `negative_slope` (x - `threshold`) below.
#[derive(Clone, Debug, Config)]
pub struct ReLU {
    /// Largest value, or none.
    #[config(positional, default = None, check = none_or_not_negative)]
    pub max_value: Option<F32Rounded>,
    /// Slope below the threshold.
    #[config(positional, default = 0.0, check = not_negative)]
    pub negative_slope: F32Rounded,
    /// From where on x passes.
    #[config(positional, default = 0.0)]
    pub threshold: F32Rounded,
}

impl Layer for ReLU {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        Ok(vec![{
            let relu = Relu::new().alpha(self.negative_slope.get()).threshold(self.threshold.get());
            let capped = self.max_value.map(|most| relu.clone().max_value(most.get())).unwrap_or(relu);
            capped.apply(x)
        }])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![
            Sample::new(ReLU::new(), &[&[2, 3]]),
            Sample::new(ReLU::new().max_value(1.0).negative_slope(0.1).threshold(0.2), &[&[2, 3]]).not_smooth(),
        ]
    }
}

fn none_or_not_negative(value: &Option<F32Rounded>, at: &Place) -> Result<()> {
    value.as_ref().map_or(Ok(()), |value| not_negative(value, at))
}
