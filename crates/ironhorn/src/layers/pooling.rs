//! MaxPooling1D, 2D, AveragePooling1D, 2D: one number for each window and channel.
use crate::config::{Config, DataFormat, OneOrMany, Padding};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};
use graph::ops::pool::Pooling;

macro_rules! over_one_axis {
    ($(#[$doc:meta])* $layer:ident) => {
        #[derive(Clone, Debug, Config)]
        $(#[$doc])*
        pub struct $layer {
            /// From window to window; null for the size of the window.
            #[config(default = None, same_as = pool_size)]
            pub strides: Option<OneOrMany<usize, 1>>,
            /// Number of steps of a window.
            #[config(positional, default = 2)]
            pub pool_size: OneOrMany<usize, 1>,
            /// How windows treat the border; what lies outside counts for nothing.
            #[config(default = "valid")]
            pub padding: Padding,
            /// Where the channels are; null is the setting of the process.
            #[config(default = "channels_last")]
            pub data_format: DataFormat,
        }
    };
}
macro_rules! over_two_axes {
    ($(#[$doc:meta])* $layer:ident) => {
        #[derive(Clone, Debug, Config)]
        $(#[$doc])*
        pub struct $layer {
            /// Height and width of a window; one number for both.
            #[config(positional, default = 2)]
            pub pool_size: OneOrMany<usize, 2>,
            /// How windows treat the border; what lies outside counts for nothing.
            #[config(default = "valid")]
            pub padding: Padding,
            /// From window to window; null for the size of the window.
            #[config(default = None, same_as = pool_size)]
            pub strides: Option<OneOrMany<usize, 2>>,
            /// Where the channels are; null is the setting of the process.
            #[config(default = None)]
            pub data_format: DataFormat,
        }
    };
}
over_one_axis! {
    /// The largest number of each window and channel: (batch, steps, channels) gives (batch, new steps, channels).
    #[config(alias = "MaxPool1D")]
    MaxPooling1D
}
over_one_axis! {
    /// The mean of each window and channel: (batch, steps, channels) gives (batch, new steps, channels).
    #[config(alias = "AvgPool1D")]
    AveragePooling1D
}
over_two_axes! {
    /// The largest number of each window and channel of pictures: (batch, height, width, channels) gives (batch, new height, new width,
    /// channels); with channels first they are the second axis.
    #[config(alias = "MaxPool2D")]
    MaxPooling2D
}
over_two_axes! {
    /// The mean of each window and channel of pictures: (batch, height, width, channels) gives (batch, new height, new width,
    /// channels); with channels first they are the second axis.
    #[config(alias = "AvgPool2D")]
    AveragePooling2D
}

macro_rules! layers {
    ($($layer:ident: $rank:literal, |$l:ident, $x:ident, $strides:ident| $pooled:expr, $samples:expr;)*) => {$(
        impl Layer for $layer {
            fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
                let ($l, $x, $strides) = (self, &inputs[0], self.strides.unwrap_or(self.pool_size));
                Ok(vec![$pooled])
            }
            fn expects(&self) -> Vec<InputSpec> {
                vec![InputSpec::ndim($rank)]
            }
            fn samples() -> Vec<Sample> {
                $samples
            }
        }
    )*};
}
layers! {
    MaxPooling1D: 3, |l, x, strides| x.pool1d(Pooling::Max, l.pool_size[0], strides[0], l.padding.into(), l.data_format.is_first()),
        vec![
            Sample::new(MaxPooling1D::new(), &[&[2, 5, 3]]),
            Sample::new(MaxPooling1D::new().pool_size(3).strides(1).padding(Padding::Same), &[&[2, 4, 2]]),
        ];
    AveragePooling1D: 3, |l, x, strides| x.pool1d(Pooling::Average, l.pool_size[0], strides[0], l.padding.into(), l.data_format.is_first()),
        vec![
            Sample::new(AveragePooling1D::new(), &[&[2, 5, 3]]),
            Sample::new(AveragePooling1D::new().pool_size(3).strides(1).data_format(DataFormat::ChannelsFirst), &[&[2, 2, 4]]),
        ];
    MaxPooling2D: 4, |l, x, strides| x.pool2d(Pooling::Max, *l.pool_size, *strides, l.padding.into(), l.data_format.is_first()),
        vec![
            Sample::new(MaxPooling2D::new(), &[&[2, 4, 5, 3]]),
            Sample::new(MaxPooling2D::new().pool_size([3, 2]).strides(1).data_format(DataFormat::ChannelsFirst), &[&[2, 2, 4, 3]]),
        ];
    AveragePooling2D: 4, |l, x, strides| x.pool2d(Pooling::Average, *l.pool_size, *strides, l.padding.into(), l.data_format.is_first()),
        vec![
            Sample::new(AveragePooling2D::new(), &[&[2, 4, 5, 3]]),
            Sample::new(AveragePooling2D::new().pool_size([3, 2]).strides([1, 2]).padding(Padding::Same), &[&[2, 4, 3, 2]]),
        ];
}
