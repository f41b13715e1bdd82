//! Convolutions, pooling, and what images and sequences need around them.
use crate::backend::{Ranks, Tensor, operation::functions};
use crate::config::{DataFormat, OneOrMany, Padding, TimePadding, spelled};
use crate::{Error, Result, words};
use graph::{
    Value,
    functions::conv::{Interpolation, Walk},
    ops::{
        conv::Conv2DBackpropInput,
        pool::Pooling,
        window::{self, Window},
    },
};
use tensor::Dim;

/// One number, or one for each axis.
type Pair = OneOrMany<usize, 2>;

words! {
    /// What is taken of a window.
    pub enum PoolMode {
        /// The largest element.
        Max = "max",
        /// The mean.
        Average = "avg",
    }
}

words! {
    /// How pixels between pixels are found.
    pub enum Filling {
        /// The nearest before.
        Nearest = "nearest",
        /// A mean of the neighbours.
        Bilinear = "bilinear",
    }
}

fn sides(padding: Padding) -> window::Padding {
    match padding {
        Padding::Valid => window::Padding::Valid,
        Padding::Same => window::Padding::Same,
    }
}

fn sides_of_time(padding: TimePadding) -> window::Padding {
    match padding {
        TimePadding::Valid => window::Padding::Valid,
        TimePadding::Same => window::Padding::Same,
        TimePadding::Causal => window::Padding::Causal,
    }
}

fn first(format: DataFormat) -> bool {
    format == DataFormat::ChannelsFirst
}

fn walk(strides: Pair, padding: Padding, dilation: Pair, format: DataFormat) -> Walk {
    Walk { strides: *strides, padding: sides(padding), dilation: *dilation, channels_first: first(format) }
}

/// The size of the output is given, since several lead to one input.
fn transposed(x: &Value, kernel: &Value, shape: &Ranks, walk: &Walk) -> Result<Value> {
    let (sizes, kernel_shape) = (shape.sizes(), &kernel.shape().0);
    let (&[_, a, b, c], &[Dim::Known(height), Dim::Known(width), _, _]) = (sizes, &kernel_shape[..]) else {
        let message = format!(
            "{} takes an output shape of 4 sizes and a kernel of 4 axes, got {} sizes and a kernel of shape {}.",
            spelled("conv2d_transpose"),
            sizes.len(),
            kernel.shape()
        );
        return Err(Error::value("conv_kernel", message));
    };
    let open = || Error::value("shape_unknown", "The height and the width of the output must be given.");
    let (down, across) = if walk.channels_first { (b, c) } else { (a, b) };
    let size = [down.ok_or_else(open)?, across.ok_or_else(open)?];
    let window = Window { size: [height, width], strides: walk.strides, dilation: walk.dilation, padding: walk.padding };
    Ok(x.with_channels_last(walk.channels_first, |x| Value::apply(Conv2DBackpropInput { window, depthwise: false, size }, &[kernel, x])))
}

fn padded(x: &Value, inner: &[(usize, usize)], format: DataFormat) -> Result<Value> {
    if x.rank() != inner.len() + 2 {
        return Err(Error::value(
            "padding_rank",
            format!("The tensor to be padded has {} axes, got shape {}.", inner.len() + 2, x.shape()),
        ));
    }
    let none = [(0, 0)];
    let all = if first(format) { [&none, &none, inner].concat() } else { [&none, inner, &none].concat() };
    Ok(x.pad(&all, 0.0))
}

/// A vector stands at the channels; a bias of one axis less than `x` at all but the batch.
fn bias_add(x: &Value, bias: &Value, format: DataFormat) -> Result<Value> {
    if bias.rank() != 1 && bias.rank() + 1 != x.rank() {
        let message = format!("Unexpected bias dimensions {}, expect to be 1 or {} dimensions.", bias.rank(), x.rank().saturating_sub(1));
        return Err(Error::value("bias_rank", message));
    }
    let mut sizes: Vec<Dim> = vec![Dim::Known(1); x.rank()];
    match (bias.rank(), first(format) && x.rank() > 2) {
        (1, true) => sizes[1] = bias.dim(0),
        (1, false) => sizes[x.rank() - 1] = bias.dim(0),
        // Keras reads the numbers on, it does not turn the axes.
        (n, true) => {
            let shape = [Dim::Known(1), bias.dim(-1)].into_iter().chain(bias.shape().0[..n - 1].iter().copied()).collect();
            return Ok(x + bias.reshape(&tensor::Shape(shape)));
        }
        (_, false) => return Ok(x + bias.expand_dims(0)),
    }
    Ok(x + bias.reshape(&tensor::Shape(sizes)))
}

functions! {
    /// Over images and sequences.
    pub static CONV;
    /// A bias added: one number a channel, or one for each place of a sample.
    function "bias_add"(x: Tensor, bias: Tensor, data_format: DataFormat = "null") -> Result<Value> => bias_add(&x, &bias, data_format);
    /// Sequences (batch, steps, channels) under a kernel (size, channels, outputs).
    function "conv1d"(x: Tensor, kernel: Tensor, strides: usize = "1", padding: TimePadding = "'valid'", data_format: DataFormat = "null", dilation_rate: usize = "1") -> Value => x.conv1d(&kernel, strides, sides_of_time(padding), dilation_rate, first(data_format));
    /// Images (batch, height, width, channels) under a kernel (height, width, channels, outputs).
    function "conv2d"(x: Tensor, kernel: Tensor, strides: Pair = "1", padding: Padding = "'valid'", data_format: DataFormat = "null", dilation_rate: Pair = "1") -> Value => x.conv2d(&kernel, &walk(strides, padding, dilation_rate, data_format));
    /// The transpose of a convolution under a kernel (height, width, outputs, channels), to an output of that shape.
    function "conv2d_transpose"(x: Tensor, kernel: Tensor, output_shape: Ranks, strides: Pair = "1", padding: Padding = "'valid'", data_format: DataFormat = "null", dilation_rate: Pair = "1") -> Result<Value> => transposed(&x, &kernel, &output_shape, &walk(strides, padding, dilation_rate, data_format));
    /// Images under a kernel (height, width, channels, multiplier), each channel for itself.
    function "depthwise_conv2d"(x: Tensor, depthwise_kernel: Tensor, strides: Pair = "1", padding: Padding = "'valid'", data_format: DataFormat = "null", dilation_rate: Pair = "1") -> Value => x.depthwise_conv2d(&depthwise_kernel, &walk(strides, padding, dilation_rate, data_format));
    /// The largest or the mean element of each window and channel of images.
    function "pool2d"(x: Tensor, pool_size: Pair, strides: Pair = "1", padding: Padding = "'valid'", data_format: DataFormat = "null", pool_mode: PoolMode = "'max'") -> Value => {
        let kind = if pool_mode == PoolMode::Max { Pooling::Max } else { Pooling::Average };
        x.pool2d(kind, *pool_size, *strides, sides(padding), first(data_format))
    };
    /// Images made larger by whole factors.
    function "resize_images"(x: Tensor, height_factor: usize, width_factor: usize, data_format: DataFormat, interpolation: Filling = "'nearest'") -> Value => {
        let filling = if interpolation == Filling::Nearest { Interpolation::Nearest } else { Interpolation::Bilinear };
        x.upsample2d([height_factor, width_factor], filling, first(data_format))
    };
    /// A depthwise convolution of sequences, then one over single steps.
    function "separable_conv1d"(x: Tensor, depthwise_kernel: Tensor, pointwise_kernel: Tensor, strides: usize = "1", padding: TimePadding = "'valid'", data_format: DataFormat = "null", dilation_rate: usize = "1") -> Value => x.separable_conv1d(&depthwise_kernel, &pointwise_kernel, strides, sides_of_time(padding), dilation_rate, first(data_format));
    /// A depthwise convolution of images, then one over single pixels.
    function "separable_conv2d"(x: Tensor, depthwise_kernel: Tensor, pointwise_kernel: Tensor, strides: Pair = "1", padding: Padding = "'valid'", data_format: DataFormat = "null", dilation_rate: Pair = "1") -> Value => x.separable_conv2d(&depthwise_kernel, &pointwise_kernel, &walk(strides, padding, dilation_rate, data_format));
    /// Zeros around images: rows above and below, columns left and right.
    function "spatial_2d_padding"(x: Tensor, padding: OneOrMany<Pair, 2> = "1", data_format: DataFormat = "null") -> Result<Value> => padded(&x, &[(padding[0][0], padding[0][1]), (padding[1][0], padding[1][1])], data_format);
    /// Zeros before and after sequences.
    function "temporal_padding"(x: Tensor, padding: Pair = "1") -> Result<Value> => padded(&x, &[(padding[0], padding[1])], DataFormat::ChannelsLast);
}
