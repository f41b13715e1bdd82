//! What convolutions share: how they are declared, where their windows may lie, their bias and activation.
use crate::activations::Activation;
use crate::config::{DataFormat, Padding, Plug, TimePadding, spelled};
use crate::layer::{Build, Call};
use crate::{Dim, Error, Result, Shape, Spec, Value};
use graph::functions::conv::Walk;
use graph::ops::window;

impl From<Padding> for window::Padding {
    fn from(padding: Padding) -> window::Padding {
        match padding {
            Padding::Valid => window::Padding::Valid,
            Padding::Same => window::Padding::Same,
        }
    }
}

impl From<TimePadding> for window::Padding {
    fn from(padding: TimePadding) -> window::Padding {
        match padding {
            TimePadding::Valid => window::Padding::Valid,
            TimePadding::Same => window::Padding::Same,
            TimePadding::Causal => window::Padding::Causal,
        }
    }
}

/// How windows walk over images. Error `conv_strides` if both strides and dilation are above 1, which TensorFlow has no meaning for.
pub(super) fn walk(strides: &[usize; 2], padding: impl Into<window::Padding>, dilation: &[usize; 2], format: DataFormat) -> Result<Walk> {
    one_of(strides, dilation)?;
    Ok(Walk { strides: *strides, padding: padding.into(), dilation: *dilation, channels_first: format.is_first() })
}

/// An error if both strides and dilation are above 1.
pub(super) fn one_of(strides: &[usize], dilation: &[usize]) -> Result<()> {
    let above = |sizes: &[usize]| sizes.iter().any(|n| *n > 1);
    if above(strides) && above(dilation) {
        let rate = spelled("dilation_rate");
        let text = format!("strides > 1 not supported in conjunction with {rate} > 1; got {strides:?} and {dilation:?}.");
        return Err(Error::value("conv_strides", text));
    }
    Ok(())
}

/// An error if a depthwise convolution has two strides, which TensorFlow's does not take.
pub(super) fn one_stride(call: &Call, strides: &[usize; 2]) -> Result<()> {
    if strides[0] != strides[1] {
        let text = format!("Layer {}: a depthwise convolution has one stride for both axes, got {strides:?}.", call.name());
        return Err(Error::value("conv_strides", text));
    }
    Ok(())
}

/// The number of channels, which must be known. Error `size_unknown`.
pub(super) fn channels(weights: &Build, input: &Spec, format: DataFormat) -> Result<usize> {
    let axis = input.shape.axis(format.channels())?;
    input.shape.0[axis].known().ok_or_else(|| {
        Error::value(
            "size_unknown",
            format!(
                "The channel dimension of the inputs should be defined. Found `None`: layer {}, input shape {}.",
                weights.name(),
                input.shape
            ),
        )
    })
}

/// A bias in the shape in which it is added to pictures of `rank` axes.
pub(super) fn placed(bias: &Value, rank: usize, format: DataFormat) -> Value {
    if !format.is_first() {
        return bias.clone();
    }
    bias.reshape(&Shape(std::iter::once(bias.dim(0)).chain(vec![Dim::Known(1); rank.saturating_sub(2)]).collect()))
}

/// What a convolution gives with its bias, if it has one, through its activation.
pub(super) fn finished(call: &Call, y: Value, bias: bool, format: DataFormat, activation: &Plug<dyn Activation>) -> Value {
    let rank = y.rank();
    activation.apply(&if bias { y + placed(&call.weight("bias"), rank, format) } else { y })
}

/// Declares a convolution over `$axes` inner axes: the options that all have, and given ones before and between. Its file says what
/// weights it has beside the bias (`add_weights`, which gives the bias's size), what it computes (`convolved`), and `tried`.
macro_rules! convolution {
    (
        $(#[$doc:meta])* $layer:ident over $axes:literal axes, $padding:ty, data format $format:expr;
        first { $($first:tt)* }
        initializers { $($initializers:tt)* }
        regularizers { $($regularizers:tt)* }
        constraints { $($constraints:tt)* }
        last { $($last:tt)* }
    ) => {
        #[derive(Clone, Debug, Config)]
        $(#[$doc])*
        pub struct $layer {
            $($first)*
            /// Size of the window; one number for all axes.
            pub kernel_size: OneOrMany<usize, $axes>,
            /// From window to window. Strides above 1 do not go with a dilation above 1.
            #[config(default = 1)]
            pub strides: OneOrMany<usize, $axes>,
            /// How windows treat the border.
            #[config(default = "valid")]
            pub padding: $padding,
            /// Where the channels are; null is the setting of the process.
            #[config(default = $format)]
            pub data_format: DataFormat,
            /// From tap to tap of a window.
            #[config(default = 1)]
            pub dilation_rate: OneOrMany<usize, $axes>,
            /// Function of the output; none is `linear`.
            #[config(default = None)]
            pub activation: Plug<dyn Activation>,
            /// Whether a bias is added.
            #[config(default = true)]
            pub use_bias: bool,
            $($initializers)*
            /// First values of the bias.
            #[config(default = "zeros")]
            pub bias_initializer: Plug<dyn Initializer>,
            $($regularizers)*
            /// Penalty on the bias.
            #[config(default = None)]
            pub bias_regularizer: Option<Plug<dyn Regularizer>>,
            /// Penalty on the output.
            #[config(default = None)]
            pub activity_regularizer: Option<Plug<dyn Regularizer>>,
            $($constraints)*
            /// Constraint on the bias.
            #[config(default = None)]
            pub bias_constraint: Option<Plug<dyn Constraint>>,
            $($last)*
        }

        impl Layer for $layer {
            fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
                let channels = convolving::channels(weights, &inputs[0], self.data_format)?;
                let outputs = self.add_weights(weights, channels)?;
                if self.use_bias {
                    weights
                        .add("bias", [outputs], &*self.bias_initializer)?
                        .regularizer(&self.bias_regularizer)
                        .constraint(&self.bias_constraint);
                }
                weights.expect([InputSpec::ndim($axes + 2).axis(self.data_format.channels(), channels)]);
                Ok(())
            }
            fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
                let y = self.convolved(call, &inputs[0])?;
                Ok(vec![convolving::finished(call, y, self.use_bias, self.data_format, &self.activation)])
            }
            fn expects(&self) -> Vec<InputSpec> {
                vec![InputSpec::ndim($axes + 2)]
            }
            fn activity_regularizer(&self) -> Option<&Plug<dyn Regularizer>> {
                self.activity_regularizer.as_ref()
            }
            fn samples() -> Vec<Sample> {
                $layer::tried()
            }
        }
    };
}
pub(super) use convolution;
