//! Convolutions, poolings and resizing as Keras has them: one and two axes, channels last or first, transposed, separable.
use super::shape::concat;
use crate::{
    ops::{
        conv::{Conv2D, Conv2DBackpropInput},
        pool::{Pool, Pooling},
        window::{Padding, Window},
    },
    value::Value,
};
use tensor::{Array, DType, Dim, Error, Result, Shape};

/// How a kernel walks over images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    /// From window to window.
    pub strides: [usize; 2],
    /// The border.
    pub padding: Padding,
    /// From tap to tap.
    pub dilation: [usize; 2],
    /// Whether channels are the second axis, not the last.
    pub channels_first: bool,
}

impl Default for Walk {
    fn default() -> Walk {
        Walk { strides: [1, 1], padding: Padding::Valid, dilation: [1, 1], channels_first: false }
    }
}

impl Walk {
    /// The same along one axis, as the width of images of height 1.
    pub fn of_one_axis(stride: usize, padding: Padding, dilation: usize, channels_first: bool) -> Walk {
        Walk { strides: [1, stride], padding, dilation: [1, dilation], channels_first }
    }
    /// The windows of a kernel with known height and width.
    fn window(&self, kernel: &Value) -> Result<Window> {
        match kernel.shape().0[..] {
            [Dim::Known(height), Dim::Known(width), _, _] => {
                Ok(Window { size: [height, width], strides: self.strides, dilation: self.dilation, padding: self.padding })
            }
            _ => Err(Error::value("conv_kernel", format!("A kernel has 4 axes and a known size, got shape {}.", kernel.shape()))),
        }
    }
}

/// How pixels between pixels are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// The nearest before.
    Nearest,
    /// A mean of the neighbours by distance, the first pixels standing on each other.
    Bilinear,
}

/// The output size of a transposed convolution along one axis, after Keras's rule.
pub fn transposed_length(n: Dim, size: usize, stride: usize, dilation: usize, padding: Padding, output_padding: Option<usize>) -> Dim {
    let size = (size.max(1) - 1) * dilation + 1;
    let same = padding == Padding::Same;
    match output_padding {
        None if same => n.times(Dim::Known(stride)),
        None => n.times(Dim::Known(stride)).plus(size.saturating_sub(stride) as i64),
        Some(more) => {
            let pad = if same { size / 2 } else { 0 };
            n.plus(-1).times(Dim::Known(stride)).plus((size + more) as i64 - 2 * pad as i64)
        }
    }
}

impl Value {
    /// Applies `f` to self with its channels last; with `first`, they are the second axis here and in the result.
    pub fn with_channels_last(&self, first: bool, f: impl FnOnce(&Value) -> Value) -> Value {
        let rank = self.rank();
        if !first || rank < 3 {
            return f(self);
        }
        let last: Vec<usize> = std::iter::once(0).chain(2..rank).chain([1]).collect();
        let result = f(&self.transpose(&last));
        let rank = result.rank();
        let back: Vec<usize> = [0, rank.saturating_sub(1)].into_iter().chain(1..rank.saturating_sub(1)).collect();
        if rank < 3 { result } else { result.transpose(&back) }
    }
    /// Images [batch, height, width, channels] under a kernel [height, width, channels, outputs].
    pub fn conv2d(&self, kernel: &Value, walk: &Walk) -> Value {
        match walk.window(kernel) {
            Ok(window) => self.with_channels_last(walk.channels_first, |x| Value::apply(Conv2D { window, depthwise: false }, &[x, kernel])),
            Err(error) => Value::failed(error),
        }
    }
    /// Images under a kernel [height, width, channels, multiplier], each channel for itself.
    pub fn depthwise_conv2d(&self, kernel: &Value, walk: &Walk) -> Value {
        let window = match walk.window(kernel) {
            Ok(window) => window,
            Err(error) => return Value::failed(error),
        };
        self.with_channels_last(walk.channels_first, |x| {
            // TensorFlow's op knows no padding by pixels.
            let sides = match walk.padding {
                Padding::Explicit(sides) => sides,
                Padding::Causal => [0, 1].map(|axis| [(window.size[axis] - 1) * window.dilation[axis], 0]),
                Padding::Valid | Padding::Same => return Value::apply(Conv2D { window, depthwise: true }, &[x, kernel]),
            };
            let [y, x_sides] = sides.map(|[before, after]| (before, after));
            let padded = if x.rank() == 4 { x.pad(&[(0, 0), y, x_sides, (0, 0)], 0.0) } else { x.clone() };
            Value::apply(Conv2D { window: Window { padding: Padding::Valid, ..window }, depthwise: true }, &[&padded, kernel])
        })
    }
    /// A depthwise convolution, then one over single pixels: kernels [height, width, channels, multiplier] and
    /// [1, 1, channels * multiplier, outputs].
    pub fn separable_conv2d(&self, depthwise: &Value, pointwise: &Value, walk: &Walk) -> Value {
        self.with_channels_last(walk.channels_first, |x| {
            let walk = Walk { channels_first: false, ..*walk };
            x.depthwise_conv2d(depthwise, &walk).conv2d(pointwise, &Walk::default())
        })
    }
    /// The transpose of a convolution under a kernel [height, width, outputs, channels]; sizes after Keras's rule.
    pub fn conv2d_transpose(&self, kernel: &Value, walk: &Walk, output_padding: Option<[usize; 2]>) -> Value {
        let window = match walk.window(kernel) {
            Ok(window) => window,
            Err(error) => return Value::failed(error),
        };
        self.with_channels_last(walk.channels_first, |x| {
            let size = [0, 1].map(|axis| {
                let more = output_padding.map(|p| p[axis]);
                let n = x.dim(axis as i64 + 1);
                transposed_length(n, window.size[axis], window.strides[axis], window.dilation[axis], walk.padding, more)
            });
            Value::apply(Conv2DBackpropInput { window, depthwise: false, size }, &[kernel, x])
        })
    }
    /// `f` on self with one more axis, of size 1, before its only inner one; channels last.
    fn with_height(&self, f: impl FnOnce(&Value) -> Value) -> Value {
        if self.rank() != 3 {
            return Value::failed(Error::value("conv_rank", format!("Sequences have 3 axes, got shape {}.", self.shape())));
        }
        f(&self.expand_dims(1)).squeeze_height()
    }
    fn squeeze_height(&self) -> Value {
        if self.rank() == 4 { self.squeeze_axes(&[1]) } else { self.clone() }
    }
    /// Sequences [batch, steps, channels] under a kernel [size, channels, outputs].
    pub fn conv1d(&self, kernel: &Value, stride: usize, padding: Padding, dilation: usize, channels_first: bool) -> Value {
        let walk = Walk::of_one_axis(stride, padding, dilation, false);
        self.with_channels_last(channels_first, |x| x.with_height(|x| x.conv2d(&kernel.expand_dims(0), &walk)))
    }
    /// Sequences under kernels [size, channels, multiplier] and [1, channels * multiplier, outputs].
    pub fn separable_conv1d(
        &self,
        depthwise: &Value,
        pointwise: &Value,
        stride: usize,
        padding: Padding,
        dilation: usize,
        channels_first: bool,
    ) -> Value {
        // TensorFlow's depthwise op wants one stride for both axes; along a height of 1 any gives the same.
        let walk = Walk { strides: [stride, stride], ..Walk::of_one_axis(stride, padding, dilation, false) };
        self.with_channels_last(channels_first, |x| {
            x.with_height(|x| x.separable_conv2d(&depthwise.expand_dims(0), &pointwise.expand_dims(0), &walk))
        })
    }
    /// The largest or mean element of each window and channel.
    pub fn pool2d(&self, kind: Pooling, size: [usize; 2], strides: [usize; 2], padding: Padding, channels_first: bool) -> Value {
        let window = Window { size, strides, dilation: [1, 1], padding };
        self.with_channels_last(channels_first, |x| Value::apply(Pool { kind, window }, &[x]))
    }
    /// The same over sequences [batch, steps, channels].
    pub fn pool1d(&self, kind: Pooling, size: usize, stride: usize, padding: Padding, channels_first: bool) -> Value {
        self.with_channels_last(channels_first, |x| x.with_height(|x| x.pool2d(kind, [1, size], [1, stride], padding, false)))
    }
    /// Images made larger by whole factors.
    pub fn upsample2d(&self, factors: [usize; 2], interpolation: Interpolation, channels_first: bool) -> Value {
        if self.rank() != 4 || factors.contains(&0) {
            let text = format!("Images have 4 axes and grow by factors of 1 or more, got shape {} and {factors:?}.", self.shape());
            return Value::failed(Error::value("upsample", text));
        }
        self.with_channels_last(channels_first, |x| match interpolation {
            Interpolation::Nearest => x.repeated(factors),
            // TensorFlow takes means across first, then down.
            Interpolation::Bilinear => x.between(2, factors[1]).between(1, factors[0]),
        })
    }
    /// Each pixel many times.
    fn repeated(&self, [down, across]: [usize; 2]) -> Value {
        let [n, height, width, channels] = [0, 1, 2, 3].map(|i| self.shape().0[i]);
        let (y, x) = (Dim::Known(down), Dim::Known(across));
        let apart = self.reshape(&Shape(vec![n, height, Dim::Known(1), width, Dim::Known(1), channels]));
        let many = apart.broadcast_to(&Shape(vec![n, height, y, width, x, channels]));
        many.reshape(&Shape(vec![n, height.times(y), width.times(x), channels]))
    }
    /// `factor - 1` pixels between each two along an axis, on the line from one to the next; after the last, the last again.
    fn between(&self, axis: usize, factor: usize) -> Value {
        if factor == 1 {
            return self.clone();
        }
        let size = self.shape().0[axis];
        let next = if size == Dim::Known(1) {
            self.clone()
        } else {
            let at = axis as i64;
            concat(&[self.narrow(at, 1, size.plus(-1)), self.narrow(at, size.plus(-1), 1)], at)
        };
        let steps: Vec<f64> = (0..factor).map(|i| i as f64 / factor as f64).collect();
        let mut shape = [1; 5];
        shape[axis + 1] = factor;
        let steps = match Array::from_f64(if self.dtype().is_float() { self.dtype() } else { DType::F32 }, shape, &steps) {
            Ok(steps) => Value::constant(steps),
            Err(error) => return Value::failed(error),
        };
        let at = axis as i64 + 1;
        let (here, next) = (self.expand_dims(at), next.expand_dims(at));
        let mut result = self.shape().clone();
        result.0[axis] = size.times(Dim::Known(factor));
        (&here + (&next - &here) * steps).reshape(&result)
    }
}
