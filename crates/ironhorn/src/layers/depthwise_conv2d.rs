//! DepthwiseConv2D: each channel of a picture under filters of its own.
use super::convolving::{self, convolution, one_stride, walk};
use crate::activations::Activation;
use crate::config::{Config, DataFormat, OneOrMany, Padding, Plug, positive};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, InputSpec, Layer, Sample};
use crate::regularizers::Regularizer;
use crate::{Result, Spec, Value};

convolution! {
    /// The first part of a separable convolution: each channel gives `depth_multiplier` channels of its own. (batch, height, width,
    /// channels) gives (batch, new height, new width, channels * `depth_multiplier`); with channels first the channels are the second
    /// axis. The stride is the same along both axes.
    DepthwiseConv2D over 2 axes, Padding, data format None;
    first {}
    initializers {}
    regularizers {}
    constraints {}
    last {
        /// Outputs of each channel in the depthwise part.
        #[config(default = 1, check = positive)]
        pub depth_multiplier: usize,
        /// First values of the depthwise kernel.
        #[config(default = "glorot_uniform")]
        pub depthwise_initializer: Plug<dyn Initializer>,
        /// Penalty on the depthwise kernel.
        #[config(default = None)]
        pub depthwise_regularizer: Option<Plug<dyn Regularizer>>,
        /// Constraint on the depthwise kernel.
        #[config(default = None)]
        pub depthwise_constraint: Option<Plug<dyn Constraint>>,
    }
}

impl DepthwiseConv2D {
    fn add_weights(&self, weights: &mut Build, channels: usize) -> Result<usize> {
        let [height, width] = *self.kernel_size;
        weights
            .add("depthwise_kernel", [height, width, channels, self.depth_multiplier], &*self.depthwise_initializer)?
            .regularizer(&self.depthwise_regularizer)
            .constraint(&self.depthwise_constraint);
        Ok(channels * self.depth_multiplier)
    }
    fn convolved(&self, call: &Call, x: &Value) -> Result<Value> {
        one_stride(call, &self.strides)?;
        let walk = walk(&self.strides, self.padding, &self.dilation_rate, self.data_format)?;
        Ok(x.depthwise_conv2d(&call.weight("depthwise_kernel"), &walk))
    }
    fn tried() -> Vec<Sample> {
        use crate::regularizers::L2;
        vec![
            Sample::new(DepthwiseConv2D::new(2).depth_multiplier(2).depthwise_regularizer(L2::new()), &[&[2, 4, 3, 2]]),
            Sample::new(DepthwiseConv2D::new([2, 3]).strides(2).padding(Padding::Same).use_bias(false), &[&[1, 4, 5, 2]]),
            Sample::new(DepthwiseConv2D::new(2).dilation_rate([1, 2]).data_format(DataFormat::ChannelsFirst), &[&[1, 2, 4, 4]]),
        ]
    }
}
