//! SeparableConv1D, SeparableConv2D: each channel under filters of its own, then all channels of a place together.
use super::convolving::{self, convolution, one_of, one_stride, walk};
use crate::activations::Activation;
use crate::config::{Config, DataFormat, OneOrMany, Padding, Plug, positive};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, InputSpec, Layer, Sample};
use crate::regularizers::Regularizer;
use crate::{Result, Spec, Value};

convolution! {
    /// A depthwise separable convolution along one axis: each channel for itself, then a convolution over single steps. (batch, steps,
    /// channels) gives (batch, new steps, filters); with channels first the channels are the second axis.
    #[config(alias = "SeparableConvolution1D")]
    SeparableConv1D over 1 axes, Padding, data format "channels_last";
    first {
        /// Number of filters: the channels of the output.
        #[config(check = positive)]
        pub filters: usize,
    }
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
        /// First values of the pointwise kernel.
        #[config(default = "glorot_uniform")]
        pub pointwise_initializer: Plug<dyn Initializer>,
        /// Penalty on the depthwise kernel.
        #[config(default = None)]
        pub depthwise_regularizer: Option<Plug<dyn Regularizer>>,
        /// Penalty on the pointwise kernel.
        #[config(default = None)]
        pub pointwise_regularizer: Option<Plug<dyn Regularizer>>,
        /// Constraint on the depthwise kernel.
        #[config(default = None)]
        pub depthwise_constraint: Option<Plug<dyn Constraint>>,
        /// Constraint on the pointwise kernel.
        #[config(default = None)]
        pub pointwise_constraint: Option<Plug<dyn Constraint>>,
    }
}

convolution! {
    /// A depthwise separable convolution over pictures: each channel for itself, then a convolution over single pixels. (batch, height,
    /// width, channels) gives (batch, new height, new width, filters); with channels first the channels are the second axis. The stride
    /// is the same along both axes.
    #[config(alias = "SeparableConvolution2D")]
    SeparableConv2D over 2 axes, Padding, data format None;
    first {
        /// Number of filters: the channels of the output.
        #[config(check = positive)]
        pub filters: usize,
    }
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
        /// First values of the pointwise kernel.
        #[config(default = "glorot_uniform")]
        pub pointwise_initializer: Plug<dyn Initializer>,
        /// Penalty on the depthwise kernel.
        #[config(default = None)]
        pub depthwise_regularizer: Option<Plug<dyn Regularizer>>,
        /// Penalty on the pointwise kernel.
        #[config(default = None)]
        pub pointwise_regularizer: Option<Plug<dyn Regularizer>>,
        /// Constraint on the depthwise kernel.
        #[config(default = None)]
        pub depthwise_constraint: Option<Plug<dyn Constraint>>,
        /// Constraint on the pointwise kernel.
        #[config(default = None)]
        pub pointwise_constraint: Option<Plug<dyn Constraint>>,
    }
}

impl SeparableConv1D {
    fn add_weights(&self, weights: &mut Build, channels: usize) -> Result<usize> {
        let each = self.depth_multiplier;
        let shape = [&self.kernel_size[..], &[channels, each]].concat();
        weights
            .add("depthwise_kernel", shape, &*self.depthwise_initializer)?
            .regularizer(&self.depthwise_regularizer)
            .constraint(&self.depthwise_constraint);
        let shape = [&[1; 1][..], &[channels * each, self.filters]].concat();
        weights
            .add("pointwise_kernel", shape, &*self.pointwise_initializer)?
            .regularizer(&self.pointwise_regularizer)
            .constraint(&self.pointwise_constraint);
        Ok(self.filters)
    }
    fn convolved(&self, call: &Call, x: &Value) -> Result<Value> {
        one_of(&*self.strides, &*self.dilation_rate)?;
        let (depthwise, pointwise) = (call.weight("depthwise_kernel"), call.weight("pointwise_kernel"));
        let (stride, dilation) = (self.strides[0], self.dilation_rate[0]);
        Ok(x.separable_conv1d(&depthwise, &pointwise, stride, self.padding.into(), dilation, self.data_format.is_first()))
    }
    fn tried() -> Vec<Sample> {
        use crate::regularizers::L2;
        vec![
            Sample::new(SeparableConv1D::new(3, 2).depth_multiplier(2).pointwise_regularizer(L2::new()), &[&[2, 5, 2]]),
            Sample::new(SeparableConv1D::new(2, 3).strides(2).data_format(DataFormat::ChannelsFirst).use_bias(false), &[&[2, 2, 7]]),
        ]
    }
}

impl SeparableConv2D {
    fn add_weights(&self, weights: &mut Build, channels: usize) -> Result<usize> {
        let each = self.depth_multiplier;
        let shape = [&self.kernel_size[..], &[channels, each]].concat();
        weights
            .add("depthwise_kernel", shape, &*self.depthwise_initializer)?
            .regularizer(&self.depthwise_regularizer)
            .constraint(&self.depthwise_constraint);
        let shape = [&[1; 2][..], &[channels * each, self.filters]].concat();
        weights
            .add("pointwise_kernel", shape, &*self.pointwise_initializer)?
            .regularizer(&self.pointwise_regularizer)
            .constraint(&self.pointwise_constraint);
        Ok(self.filters)
    }
    fn convolved(&self, call: &Call, x: &Value) -> Result<Value> {
        one_stride(call, &self.strides)?;
        let walk = walk(&self.strides, self.padding, &self.dilation_rate, self.data_format)?;
        Ok(x.separable_conv2d(&call.weight("depthwise_kernel"), &call.weight("pointwise_kernel"), &walk))
    }
    fn tried() -> Vec<Sample> {
        use crate::regularizers::L2;
        vec![
            Sample::new(SeparableConv2D::new(3, 2).depth_multiplier(2).depthwise_regularizer(L2::new()), &[&[2, 4, 3, 2]]),
            Sample::new(SeparableConv2D::new(2, [2, 3]).strides(2).padding(Padding::Same), &[&[1, 4, 5, 2]]),
        ]
    }
}
