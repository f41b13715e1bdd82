//! How windows lie over the two inner axes of [batch, height, width, channels]: what convolutions and poolings have in common.
use crate::op::{Attribute, ExportNode};
use cpu::conv::Geometry;
use tensor::{Dim, Error, Result, Spec};

/// How windows treat the border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Windows lie within the input.
    Valid,
    /// As many windows as a stride of 1 would leave pixels, divided by the stride; padding on both sides, the odd one after.
    Same,
    /// Windows see what is before and at their place, nothing after it.
    Causal,
    /// So many pixels before and after, for each axis.
    Explicit([[usize; 2]; 2]),
}

/// The settings of windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Taps down and across.
    pub size: [usize; 2],
    /// From window to window.
    pub strides: [usize; 2],
    /// From tap to tap.
    pub dilation: [usize; 2],
    /// The border.
    pub padding: Padding,
}

impl Window {
    /// Windows within the input, side by side with a stride of 1.
    pub fn of(size: [usize; 2]) -> Window {
        Window { size, strides: [1, 1], dilation: [1, 1], padding: Padding::Valid }
    }
    /// From the first tap to the last, both included.
    fn extent(&self, axis: usize) -> usize {
        (self.size[axis].max(1) - 1) * self.dilation[axis] + 1
    }
    /// Number of windows along an axis of size `n`. Error `window_size` if not one fits.
    pub fn output(&self, axis: usize, n: Dim) -> Result<Dim> {
        let (extent, stride) = (self.extent(axis), self.strides[axis]);
        if self.size[axis] == 0 || stride == 0 || self.dilation[axis] == 0 {
            let text = format!("Sizes, strides and dilations of windows are at least 1, got {self:?}.");
            return Err(Error::value("window_size", text));
        }
        let padded = match self.padding {
            Padding::Same | Padding::Causal => return Ok(n.ceil_div(stride)),
            Padding::Valid => n,
            Padding::Explicit(sides) => n.plus((sides[axis][0] + sides[axis][1]) as i64),
        };
        match padded.known() {
            Some(padded) if padded < extent => Err(Error::value(
                "window_size",
                format!("A window of {extent} pixels does not fit into {padded}; make it smaller or pad the input."),
            )),
            _ => Ok(padded.plus(1 - extent as i64).ceil_div(stride)),
        }
    }
    /// Padding before the first pixel of an axis of size `n`.
    fn before(&self, axis: usize, n: usize) -> usize {
        let extent = self.extent(axis);
        match self.padding {
            Padding::Valid => 0,
            Padding::Same => ((n.div_ceil(self.strides[axis]).max(1) - 1) * self.strides[axis] + extent).saturating_sub(n) / 2,
            Padding::Causal => extent - 1,
            Padding::Explicit(sides) => sides[axis][0],
        }
    }
    /// The windows in the kernels' words, from the sizes of images and result.
    pub fn geometry(&self, images: &[usize], result: &[usize]) -> Geometry {
        Geometry {
            batch: images[0],
            input: [images[1], images[2]],
            output: [result[1], result[2]],
            kernel: self.size,
            stride: self.strides,
            dilation: self.dilation,
            before: [self.before(0, images[1]), self.before(1, images[2])],
        }
    }
    /// Both inner sizes of the result.
    pub fn outputs(&self, images: &[Dim]) -> Result<[Dim; 2]> {
        Ok([self.output(0, images[1])?, self.output(1, images[2])?])
    }
    /// An error if what should be a result over images of these inner sizes is not.
    pub fn check_result(&self, size: [Dim; 2], result: &Spec) -> Result<()> {
        size.iter().enumerate().try_for_each(|(axis, n)| agree("window_result", self.output(axis, *n)?, result.shape.0[axis + 1]))
    }
    /// TensorFlow's attributes of all ops with windows.
    pub fn export(&self, node: ExportNode) -> ExportNode {
        let ints = |[y, x]: [usize; 2]| Attribute::Ints(vec![1, y as i64, x as i64, 1]);
        let padding = match self.padding {
            Padding::Valid => "VALID",
            Padding::Same => "SAME",
            Padding::Causal | Padding::Explicit(_) => "EXPLICIT",
        };
        node.with("strides", ints(self.strides)).with("padding", Attribute::Text(padding)).with("data_format", Attribute::Text("NHWC"))
    }
    /// Those of convolutions alone.
    pub fn export_convolution(&self, node: ExportNode, explicit: bool) -> ExportNode {
        let [y, x] = self.dilation;
        let node = self.export(node).with("dilations", Attribute::Ints(vec![1, y as i64, x as i64, 1]));
        let sides = match self.padding {
            Padding::Causal => [[self.extent(0) - 1, 0], [self.extent(1) - 1, 0]],
            Padding::Explicit(sides) => sides,
            Padding::Valid | Padding::Same => return node,
        };
        let sides = std::iter::repeat_n(0, 2).chain(sides.into_iter().flatten().map(|n| n as i64)).chain([0, 0]);
        if explicit { node.with("explicit_paddings", Attribute::Ints(sides.collect())) } else { node }
    }
    /// An error where TensorFlow's op knows no padding by pixels; functions pad by themselves there.
    pub fn check_named(&self, op: &str) -> Result<()> {
        match self.padding {
            Padding::Valid | Padding::Same => Ok(()),
            _ => Err(Error::value("window_padding", format!("{op} takes 'valid' or 'same' padding, got {:?}.", self.padding))),
        }
    }
}

/// An error if two sizes that must be equal are not.
pub fn agree(code: &'static str, a: Dim, b: Dim) -> Result<()> {
    match (a, b) {
        (Dim::Known(x), Dim::Known(y)) if x != y => Err(Error::value(code, format!("Sizes {x} and {y} should be equal."))),
        _ => Ok(()),
    }
}

/// An error if these are not floats of one type with four axes each.
pub fn check_images(op: &str, inputs: &[Spec]) -> Result<()> {
    let first = &inputs[0];
    if let Some(other) = inputs.iter().find(|s| s.dtype != first.dtype || !s.dtype.is_float()) {
        let text = format!("{op} takes floats of one type, got {} and {}; cast one of them.", first.dtype, other.dtype);
        return Err(Error::type_("dtype_mismatch", text));
    }
    match inputs.iter().find(|s| s.shape.rank() != 4) {
        Some(s) => Err(Error::value("window_rank", format!("{op} takes tensors of 4 axes, got shape {}.", s.shape))),
        None => Ok(()),
    }
}
