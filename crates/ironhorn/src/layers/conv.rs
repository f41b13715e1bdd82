//! Conv1D, Conv2D: filters that look at each window of a sequence or a picture.
use super::convolving::{self, convolution, one_of, walk};
use crate::activations::Activation;
use crate::config::{Config, DataFormat, OneOrMany, Padding, Plug, TimePadding, positive, spelled};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, InputSpec, Layer, Sample};
use crate::regularizers::Regularizer;
use crate::{Error, Result, Spec, Value};

convolution! {
    /// Convolution along one axis: (batch, steps, channels) gives (batch, new steps, filters); with channels first (batch, channels,
    /// steps) gives (batch, filters, new steps). With `causal` padding a step sees no later one.
    #[config(alias = "Convolution1D", check = causal_last)]
    Conv1D over 1 axes, TimePadding, data format "channels_last";
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
    last {}
}

convolution! {
    /// Convolution over pictures: (batch, height, width, channels) gives (batch, new height, new width, filters); with channels first
    /// the channels and filters are the second axis.
    #[config(alias = "Convolution2D")]
    Conv2D over 2 axes, Padding, data format None;
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
    last {}
}

fn causal_last(layer: &Conv1D) -> Result<()> {
    if layer.padding == TimePadding::Causal && layer.data_format.is_first() {
        return Err(Error::value(
            "conv_causal",
            format!("When using causal padding in `Conv1D`, `{}` must be \"channels_last\" (temporal data).", spelled("data_format")),
        ));
    }
    Ok(())
}

impl Conv1D {
    fn add_weights(&self, weights: &mut Build, channels: usize) -> Result<usize> {
        let shape = [&self.kernel_size[..], &[channels, self.filters]].concat();
        weights.add("kernel", shape, &*self.kernel_initializer)?.regularizer(&self.kernel_regularizer).constraint(&self.kernel_constraint);
        Ok(self.filters)
    }
    fn convolved(&self, call: &Call, x: &Value) -> Result<Value> {
        one_of(&*self.strides, &*self.dilation_rate)?;
        let first = self.data_format.is_first();
        Ok(x.conv1d(&call.weight("kernel"), self.strides[0], self.padding.into(), self.dilation_rate[0], first))
    }
    fn tried() -> Vec<Sample> {
        use crate::activations::Tanh;
        use crate::regularizers::L2;
        vec![
            Sample::new(Conv1D::new(3, 2).activation(Tanh), &[&[2, 5, 2]]),
            Sample::new(Conv1D::new(2, 3).padding(TimePadding::Causal).dilation_rate(2).use_bias(false), &[&[2, 6, 2]]),
            Sample::new(Conv1D::new(2, 3).strides(2).data_format(DataFormat::ChannelsFirst).kernel_regularizer(L2::new()), &[&[2, 3, 7]]),
        ]
    }
}

impl Conv2D {
    fn add_weights(&self, weights: &mut Build, channels: usize) -> Result<usize> {
        let shape = [&self.kernel_size[..], &[channels, self.filters]].concat();
        weights.add("kernel", shape, &*self.kernel_initializer)?.regularizer(&self.kernel_regularizer).constraint(&self.kernel_constraint);
        Ok(self.filters)
    }
    fn convolved(&self, call: &Call, x: &Value) -> Result<Value> {
        Ok(x.conv2d(&call.weight("kernel"), &walk(&self.strides, self.padding, &self.dilation_rate, self.data_format)?))
    }
    fn tried() -> Vec<Sample> {
        use crate::activations::Tanh;
        use crate::regularizers::L2;
        vec![
            Sample::new(Conv2D::new(3, 2).activation(Tanh), &[&[2, 4, 3, 2]]),
            Sample::new(Conv2D::new(2, [3, 2]).padding(Padding::Same).strides([2, 1]).use_bias(false), &[&[2, 4, 5, 2]]),
            Sample::new(
                Conv2D::new(2, 2).dilation_rate(2).data_format(DataFormat::ChannelsFirst).activity_regularizer(L2::new()),
                &[&[1, 2, 4, 4]],
            ),
        ]
    }
}
