//! Convolution over two axes and its two gradients, each the gradient of the others; dense and depthwise.
use super::window::{Padding, Window, agree, check_images};
use crate::{
    op::{Access, Concrete, ExportNode, Fault, Lowering, Op, Sample, Site},
    value::Value,
};
use cpu::conv::{self, Convolution};
use tensor::{Array, DType, Dim, Error, Result, Shape, Spec};

/// Images [batch, height, width, channels] under a kernel: [height, width, channels, outputs], or depthwise
/// [height, width, channels, multiplier], where each channel gives `multiplier` results of its own.
#[derive(Debug, Clone, Copy)]
pub struct Conv2D {
    /// How windows lie; its size is the kernel's.
    pub window: Window,
    /// Each channel for itself.
    pub depthwise: bool,
}

/// What flows back to the images, which is also a transposed convolution. Inputs: kernel, what flows back to the result.
/// TensorFlow takes the images' sizes, a constant here, as an input before these.
#[derive(Debug, Clone, Copy)]
pub struct Conv2DBackpropInput {
    /// The convolution.
    pub window: Window,
    /// Each channel for itself.
    pub depthwise: bool,
    /// Height and width of the images.
    pub size: [Dim; 2],
}

/// What flows back to the kernel. Inputs: images, what flows back to the result. TensorFlow takes the kernel's sizes, a constant
/// here, as an input between these.
#[derive(Debug, Clone, Copy)]
pub struct Conv2DBackpropFilter {
    /// The convolution.
    pub window: Window,
    /// Results of each channel, if it is depthwise.
    pub multiplier: Option<Dim>,
}

/// The convolution in the kernels' words; `kernel` are the sizes of its kernel.
fn convolution(window: &Window, depthwise: bool, dtype: DType, images: &[usize], kernel: &[usize], result: &[usize]) -> Convolution {
    let outputs = if depthwise { kernel[2] * kernel[3] } else { kernel[3] };
    Convolution { dtype, geometry: window.geometry(images, result), inputs: kernel[2], outputs }
}

/// Checks a kernel and gives the channels of images and result under it.
fn channels(window: &Window, depthwise: bool, kernel: &Spec) -> Result<[Dim; 2]> {
    let k = &kernel.shape.0;
    if (0..2).any(|i| k[i].known().is_some_and(|n| n != window.size[i])) {
        let text = format!("The kernel has shape {}, its windows {:?}.", kernel.shape, window.size);
        return Err(Error::value("conv_kernel", text));
    }
    Ok([k[2], if depthwise { k[2].times(k[3]) } else { k[3] }])
}

fn check(window: &Window, depthwise: bool, name: &str, inputs: &[Spec]) -> Result<()> {
    check_images(name, inputs)?;
    if depthwise { window.check_named(name) } else { Ok(()) }
}

fn ints(values: impl IntoIterator<Item = Dim>) -> Array {
    let values: Vec<i32> = values.into_iter().map(|d| d.known().map_or(-1, |n| n as i32)).collect();
    Array::from_slice([values.len()], &values).unwrap_or_else(|_| Array::zeros(DType::I32, [0]))
}

impl Conv2D {
    /// The convolution in the kernels' words.
    pub fn convolution(&self, dtype: DType, images: &[usize], kernel: &[usize], result: &[usize]) -> Convolution {
        convolution(&self.window, self.depthwise, dtype, images, kernel, result)
    }
}

impl Op for Conv2D {
    fn name(&self) -> &'static str {
        if self.depthwise { "DepthwiseConv2dNative" } else { "Conv2D" }
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        check(&self.window, self.depthwise, self.name(), inputs)?;
        let (x, kernel) = (&inputs[0], &inputs[1]);
        let [from, to] = channels(&self.window, self.depthwise, kernel)?;
        if agree("conv_channels", x.shape.0[3], from).is_err() {
            let text =
                format!("Images of shape {} have {} channels, a kernel of shape {} takes {from}.", x.shape, x.shape.0[3], kernel.shape);
            return Err(Error::value("conv_channels", text));
        }
        let [height, width] = self.window.outputs(&x.shape.0)?;
        Ok(vec![Spec { dtype: x.dtype, shape: Shape(vec![x.shape.0[0], height, width, to]) }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let (x, kernel, dy) = (site.x(0), site.x(1), site.dy());
        let (window, depthwise) = (self.window, self.depthwise);
        let multiplier = depthwise.then(|| kernel.shape().0[3]);
        let dx = || Value::apply(Conv2DBackpropInput { window, depthwise, size: [x.shape().0[1], x.shape().0[2]] }, &[kernel, dy]);
        let dk = || Value::apply(Conv2DBackpropFilter { window, multiplier }, &[x, dy]);
        vec![site.wanted[0].then(dx), site.wanted[1].then(dk)]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let sizes = self.convolution(at.inputs[0].0, at.input(0), at.input(1), at.output(0));
        if self.depthwise { Lowering::kernel(conv::Depthwise::new(sizes)) } else { Lowering::kernel(conv::Conv::new(sizes, None)) }
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        self.window.export_convolution(ExportNode::typed(self.name(), inputs[0].dtype), !self.depthwise)
    }
    fn samples(&self) -> Vec<Sample> {
        let op = |window: &Window| Conv2D { window: *window, depthwise: self.depthwise };
        cases(self.depthwise).iter().map(|c| Sample::random(op(&c.window), &[&c.images, &c.kernel], (-1.0, 1.0))).collect()
    }
}

impl Op for Conv2DBackpropInput {
    fn name(&self) -> &'static str {
        if self.depthwise { "DepthwiseConv2dNativeBackpropInput" } else { "Conv2DBackpropInput" }
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        check(&self.window, self.depthwise, self.name(), inputs)?;
        let (kernel, dy) = (&inputs[0], &inputs[1]);
        let [from, to] = channels(&self.window, self.depthwise, kernel)?;
        if agree("conv_channels", dy.shape.0[3], to).is_err() {
            let text = format!("A kernel of shape {} gives {to} channels, what comes back has shape {}.", kernel.shape, dy.shape);
            return Err(Error::value("conv_channels", text));
        }
        self.window.check_result(self.size, dy)?;
        Ok(vec![Spec { dtype: dy.dtype, shape: Shape(vec![dy.shape.0[0], self.size[0], self.size[1], from]) }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        // Linear in both: what flows back to the images' gradient stands where the images stood.
        let (kernel, dy, back) = (site.x(0), site.x(1), site.dy());
        let (window, depthwise) = (self.window, self.depthwise);
        let multiplier = depthwise.then(|| kernel.shape().0[3]);
        let dk = || Value::apply(Conv2DBackpropFilter { window, multiplier }, &[back, dy]);
        let ddy = || Value::apply(Conv2D { window, depthwise }, &[back, kernel]);
        vec![site.wanted[0].then(dk), site.wanted[1].then(ddy)]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let sizes = convolution(&self.window, self.depthwise, at.inputs[0].0, at.output(0), at.input(0), at.input(1));
        if self.depthwise { Lowering::kernel(conv::DepthwiseInput::new(sizes)) } else { Lowering::kernel(conv::ConvInput::new(sizes)) }
    }
    fn export(&self, inputs: &[Spec], outputs: &[Spec]) -> ExportNode {
        self.window
            .export_convolution(ExportNode::typed(self.name(), inputs[0].dtype), !self.depthwise)
            .constant_at(0, ints(outputs[0].shape.0.clone()))
    }
    fn samples(&self) -> Vec<Sample> {
        let known = |c: &Case| [Dim::Known(c.images[1]), Dim::Known(c.images[2])];
        let op = |c: &Case| Conv2DBackpropInput { window: c.window, depthwise: self.depthwise, size: known(c) };
        cases(self.depthwise).iter().map(|c| Sample::random(op(c), &[&c.kernel, &c.result()], (-1.0, 1.0))).collect()
    }
}

impl Op for Conv2DBackpropFilter {
    fn name(&self) -> &'static str {
        if self.multiplier.is_some() { "DepthwiseConv2dNativeBackpropFilter" } else { "Conv2DBackpropFilter" }
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        check(&self.window, self.multiplier.is_some(), self.name(), inputs)?;
        let (x, dy) = (&inputs[0].shape.0, &inputs[1].shape.0);
        agree("conv_batch", x[0], dy[0])?;
        self.window.check_result([x[1], x[2]], &inputs[1])?;
        if let Some(multiplier) = self.multiplier {
            agree("conv_channels", x[3].times(multiplier), dy[3])?;
        }
        let size = self.window.size.map(Dim::Known);
        Ok(vec![Spec { dtype: inputs[0].dtype, shape: Shape(vec![size[0], size[1], x[3], self.multiplier.unwrap_or(dy[3])]) }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let (x, dy, back) = (site.x(0), site.x(1), site.dy());
        let (window, depthwise) = (self.window, self.multiplier.is_some());
        let dx = || Value::apply(Conv2DBackpropInput { window, depthwise, size: [x.shape().0[1], x.shape().0[2]] }, &[back, dy]);
        let ddy = || Value::apply(Conv2D { window, depthwise }, &[x, back]);
        vec![site.wanted[0].then(dx), site.wanted[1].then(ddy)]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let depthwise = self.multiplier.is_some();
        let sizes = convolution(&self.window, depthwise, at.inputs[0].0, at.input(0), at.output(0), at.input(1));
        if depthwise { Lowering::kernel(conv::DepthwiseKernel::new(sizes)) } else { Lowering::kernel(conv::ConvKernel::new(sizes)) }
    }
    fn export(&self, inputs: &[Spec], outputs: &[Spec]) -> ExportNode {
        self.window
            .export_convolution(ExportNode::typed(self.name(), inputs[0].dtype), self.multiplier.is_none())
            .constant_at(1, ints(outputs[0].shape.0.clone()))
    }
    fn samples(&self) -> Vec<Sample> {
        let depthwise = self.multiplier.is_some();
        let op = |c: &Case| Conv2DBackpropFilter { window: c.window, multiplier: depthwise.then_some(Dim::Known(c.kernel[3])) };
        cases(depthwise).iter().map(|c| Sample::random(op(c), &[&c.images, &c.result()], (-1.0, 1.0))).collect()
    }
}

/// Sizes that exercise all three.
struct Case {
    window: Window,
    images: [usize; 4],
    kernel: [usize; 4],
    depthwise: bool,
}

impl Case {
    fn result(&self) -> [usize; 4] {
        let size = |axis: usize| self.window.output(axis, Dim::Known(self.images[axis + 1])).ok().and_then(Dim::known).unwrap_or(0);
        let outputs = if self.depthwise { self.kernel[2] * self.kernel[3] } else { self.kernel[3] };
        [self.images[0], size(0), size(1), outputs]
    }
}

fn cases(depthwise: bool) -> Vec<Case> {
    let case = |images: [usize; 4], last: usize, window: Window| Case {
        window,
        images,
        kernel: [window.size[0], window.size[1], images[3], last],
        depthwise,
    };
    let same = |size: [usize; 2]| Window { padding: Padding::Same, ..Window::of(size) };
    let explicit = |sides: [[usize; 2]; 2], size: [usize; 2]| Window { padding: Padding::Explicit(sides), ..Window::of(size) };
    let mut cases = vec![
        case([2, 5, 6, 3], 2, Window::of([3, 3])),
        case([2, 5, 6, 2], 3, same([3, 2])),
        case([1, 6, 7, 2], 1, Window { strides: [2, 2], ..same([3, 3]) }),
        case([2, 7, 5, 5], 4, Window { dilation: [2, 2], ..same([3, 2]) }),
        case([2, 4, 3, 6], 5, Window::of([1, 1])),
        case([1, 7, 7, 2], 2, Window { strides: [3, 3], ..Window::of([2, 2]) }),
    ];
    if !depthwise {
        cases.push(case([2, 1, 9, 3], 4, Window { strides: [1, 2], padding: Padding::Causal, ..Window::of([1, 3]) }));
        cases.push(case([1, 4, 5, 2], 3, explicit([[2, 0], [1, 3]], [3, 2])));
        cases.push(case([2, 4, 5, 20], 18, same([3, 3])));
    }
    cases
}
