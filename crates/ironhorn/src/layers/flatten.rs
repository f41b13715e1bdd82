//! Flatten: all axes but the batch as one.
use crate::config::{Config, DataFormat, spelled};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Error, Result, Value};

/// Makes one axis of all but the batch.
#[derive(Clone, Debug, Config)]
pub struct Flatten {
    /// Where the channels are. Channels that come first are moved last before, so that weights trained in either format agree.
    #[config(default = None)]
    pub data_format: DataFormat,
}

impl Layer for Flatten {
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        if x.shape().0[1..].iter().any(|d| d.known().is_none()) {
            return Err(Error::value(
                "flatten_shape",
                format!(
                    "The shape of the input to \"Flatten\" is not fully defined (got {}): layer {}. Make sure to pass a complete \
                     `{}` or `{}` argument to the first layer in your model.",
                    x.shape(),
                    call.name(),
                    spelled("input_shape"),
                    spelled("batch_input_shape")
                ),
            ));
        }
        let moved = match self.data_format {
            DataFormat::ChannelsLast => x.clone(),
            DataFormat::ChannelsFirst => {
                let order: Vec<_> = std::iter::once(0).chain(2..x.rank()).chain([1]).collect();
                x.transpose(&order)
            }
        };
        Ok(vec![moved.batch_flatten()])
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::min_ndim(3)]
    }
    fn samples() -> Vec<Sample> {
        vec![
            Sample::new(Flatten::new(), &[&[2, 3, 4]]),
            Sample::new(Flatten::new().data_format(DataFormat::ChannelsFirst), &[&[2, 3, 2, 2]]),
        ]
    }
}
