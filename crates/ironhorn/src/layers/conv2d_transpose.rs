//! Conv2DTranspose: a convolution the other way round, from the output's sizes to the input's.
use super::convolving::{self, convolution, walk};
use crate::activations::Activation;
use crate::config::{Config, DataFormat, OneOrMany, Padding, Plug, positive, spelled};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, InputSpec, Layer, Sample};
use crate::regularizers::Regularizer;
use crate::{Error, Result, Spec, Value};

convolution! {
    /// The transpose of a convolution, often called deconvolution: what has the shape of a convolution's output gets the shape of its
    /// input. Pictures (batch, height, width, channels) give (batch, new height, new width, filters); with channels first the channels
    /// are the second axis. The new sizes are stride times the old with `same` padding; with `valid` that and what the window is
    /// larger than the stride; or as `output_padding` says.
    #[config(alias = "Deconvolution2D", check = less_than_strides)]
    Conv2DTranspose over 2 axes, Padding, data format None;
    first {
        /// Number of filters: the channels of the output.
        #[config(check = positive)]
        pub filters: usize,
    }
    initializers {
        /// First values of the kernel.
        #[config(default = "glorot_uniform")]
        pub kernel_initializer: Plug<dyn Initializer>,
    }
    regularizers {
        /// Penalty on the kernel.
        #[config(default = None)]
        pub kernel_regularizer: Option<Plug<dyn Regularizer>>,
    }
    constraints {
        /// Constraint on the kernel.
        #[config(default = None)]
        pub kernel_constraint: Option<Plug<dyn Constraint>>,
    }
    last {
        /// How many pixels are added at the end of each axis, less than its stride; the new size is then (size - 1) stride + window -
        /// 2 padding + this. Null for sizes that follow from stride and window.
        #[config(default = None)]
        pub output_padding: Option<OneOrMany<usize, 2>>,
    }
}

fn less_than_strides(layer: &Conv2DTranspose) -> Result<()> {
    match &layer.output_padding {
        Some(more) if more.iter().zip(layer.strides.iter()).any(|(more, stride)| more >= stride) => Err(Error::value(
            "conv_output_padding",
            format!("Stride {:?} must be greater than output padding {:?}.", *layer.strides, **more),
        )),
        _ => Ok(()),
    }
}

impl Conv2DTranspose {
    fn add_weights(&self, weights: &mut Build, channels: usize) -> Result<usize> {
        let [height, width] = *self.kernel_size;
        weights
            .add("kernel", [height, width, self.filters, channels], &*self.kernel_initializer)?
            .regularizer(&self.kernel_regularizer)
            .constraint(&self.kernel_constraint);
        Ok(self.filters)
    }
    fn convolved(&self, call: &Call, x: &Value) -> Result<Value> {
        let [down, across] = *self.dilation_rate;
        if down != across {
            let (name, rate) = (call.name(), spelled("dilation_rate"));
            let text = format!("Layer {name}: a transposed convolution has one {rate} for both axes, got {down} and {across}.");
            return Err(Error::value("conv_dilation", text));
        }
        let walk = walk(&self.strides, self.padding, &self.dilation_rate, self.data_format)?;
        Ok(x.conv2d_transpose(&call.weight("kernel"), &walk, self.output_padding.map(|more| *more)))
    }
    fn tried() -> Vec<Sample> {
        vec![
            Sample::new(Conv2DTranspose::new(3, 2), &[&[2, 2, 3, 2]]),
            Sample::new(Conv2DTranspose::new(2, 3).strides(2).padding(Padding::Same).output_padding([1, 0]), &[&[2, 2, 3, 2]]),
            Sample::new(
                Conv2DTranspose::new(2, 2).strides([3, 1]).data_format(DataFormat::ChannelsFirst).use_bias(false),
                &[&[1, 2, 2, 3]],
            ),
        ]
    }
}
