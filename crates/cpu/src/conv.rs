//! Convolutions over two axes of images stored as [batch, height, width, channels], and their gradients, without ever writing
//! patches to memory: each output pixel is a sum of products over the taps of its window.
//!
//! Kernels are stored as [height, width, inputs, outputs], for depthwise ones [height, width, channels, multiplier].
mod depthwise;
mod direct;
mod filter;
mod geometry;
mod pad;
#[cfg(test)]
mod tests;
mod tile;

pub use depthwise::{Depthwise, DepthwiseInput, DepthwiseKernel};
pub use geometry::Geometry;
pub(crate) use geometry::{Group, Walk};

use crate::each::Program;
use crate::gemm::{Gemm, Layout, Product};
use crate::isa::isa;
use crate::{Buffers, Isa, Kernel, Part};
use direct::Direct;
use filter::Filter;
use tensor::DType;

/// Operations a part should have at least, so that handing it over costs little.
const PART: usize = 1 << 20;
/// Units of work there should be at least, so that any number of threads is busy.
const UNITS: usize = 16;
/// Places for pointers to rows on the stack.
const TABLE: usize = 2048;

/// The sizes of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// F32 or F64.
    pub dtype: DType,
    /// Where the windows lie.
    pub geometry: Geometry,
    /// Channels of the images.
    pub inputs: usize,
    /// Channels of the result.
    pub outputs: usize,
}

impl Convolution {
    fn check(&self, isa: Isa) {
        assert!(isa.supported(), "this CPU has no {isa}");
        assert!(matches!(self.dtype, DType::F32 | DType::F64), "convolutions of {} are not defined", self.dtype);
        let Geometry { stride, dilation, .. } = self.geometry;
        assert!(!stride.contains(&0) && !dilation.contains(&0), "strides and dilations are at least 1");
    }
    /// Whether each window is one pixel, in order.
    fn pointwise(&self) -> bool {
        let g = &self.geometry;
        g.kernel == [1, 1] && g.stride == [1, 1] && g.before == [0, 0] && g.input == g.output
    }
    fn pixels(&self) -> usize {
        self.geometry.batch * self.geometry.input[0] * self.geometry.input[1]
    }
}

/// Which loop runs, in which number type.
enum Loop {
    Gemm(Box<Gemm>),
    F32(Direct<f32>),
    F64(Direct<f64>),
}

impl Loop {
    fn phases(&self) -> Vec<usize> {
        match self {
            Loop::Gemm(gemm) => gemm.phases().to_vec(),
            Loop::F32(direct) => direct.phases(),
            Loop::F64(direct) => direct.phases(),
        }
    }
    fn scratch(&self) -> usize {
        match self {
            Loop::Gemm(gemm) => gemm.scratch(),
            Loop::F32(direct) => direct.scratch(),
            Loop::F64(direct) => direct.scratch(),
        }
    }
    fn run(&self, epilogue: Option<&Program>, buffers: &Buffers, phase: usize, part: Part) {
        match self {
            Loop::Gemm(gemm) => gemm.run(buffers, phase, part),
            Loop::F32(direct) => direct.run(epilogue, buffers, phase, part),
            Loop::F64(direct) => direct.run(epilogue, buffers, phase, part),
        }
    }
}

/// A convolution. Inputs: images, kernel, then the epilogue's further operands. Outputs: the result, then the epilogue's
/// further outputs. The epilogue is a program over [pixels, outputs] whose operand 0 is the result.
pub struct Conv {
    run: Loop,
    epilogue: Option<Program>,
    phases: Vec<usize>,
}

impl Conv {
    /// A convolution on the process's instruction set. Panics if the number type is not F32 or F64.
    pub fn new(sizes: Convolution, epilogue: Option<Program>) -> Conv {
        Conv::on(isa(), sizes, epilogue)
    }
    /// A convolution on a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, sizes: Convolution, mut epilogue: Option<Program>) -> Conv {
        sizes.check(isa);
        let run = if sizes.pointwise() {
            let (m, n, k) = (sizes.pixels(), sizes.outputs, sizes.inputs);
            let (a, b) = (Layout::by_rows(m, k), Layout::by_rows(k, n));
            Loop::Gemm(Box::new(Gemm::on(isa, Product { dtype: sizes.dtype, batch: 1, m, n, k, a, b, packed_b: false }, epilogue.take())))
        } else if sizes.dtype == DType::F32 {
            Loop::F32(Direct::forward(isa, &sizes))
        } else {
            Loop::F64(Direct::forward(isa, &sizes))
        };
        Conv { phases: run.phases(), run, epilogue }
    }
}

impl Kernel for Conv {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn scratch(&self) -> usize {
        self.run.scratch()
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        self.run.run(self.epilogue.as_ref(), buffers, phase, part);
    }
}

/// What flows back to the images, which is also a transposed convolution. Inputs: kernel, what flows back to the result.
/// Output: the shape of the images.
pub struct ConvInput {
    run: Loop,
    phases: Vec<usize>,
}

impl ConvInput {
    /// On the process's instruction set. Panics if the number type is not F32 or F64.
    pub fn new(sizes: Convolution) -> ConvInput {
        ConvInput::on(isa(), sizes)
    }
    /// On a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, sizes: Convolution) -> ConvInput {
        sizes.check(isa);
        let run = if sizes.pointwise() {
            let (m, n, k) = (sizes.pixels(), sizes.inputs, sizes.outputs);
            let (a, b) = (Layout::by_rows(m, k), Layout::by_columns(k, n));
            Loop::Gemm(Box::new(Gemm::on(isa, Product { dtype: sizes.dtype, batch: 1, m, n, k, a, b, packed_b: false }, None)))
        } else if sizes.dtype == DType::F32 {
            Loop::F32(Direct::backward(isa, &sizes))
        } else {
            Loop::F64(Direct::backward(isa, &sizes))
        };
        ConvInput { phases: run.phases(), run }
    }
}

impl Kernel for ConvInput {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn scratch(&self) -> usize {
        self.run.scratch()
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        let inputs = [buffers.inputs[1], buffers.inputs[0]];
        self.run.run(None, &Buffers { inputs: &inputs, ..*buffers }, phase, part);
    }
}

/// What flows back to the kernel. Inputs: images, what flows back to the result. Output: the shape of the kernel.
pub struct ConvKernel {
    filter: FilterOf,
    phases: Vec<usize>,
}

enum FilterOf {
    F32(Filter<f32>),
    F64(Filter<f64>),
}

impl ConvKernel {
    /// On the process's instruction set. Panics if the number type is not F32 or F64.
    pub fn new(sizes: Convolution) -> ConvKernel {
        ConvKernel::on(isa(), sizes)
    }
    /// On a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, sizes: Convolution) -> ConvKernel {
        sizes.check(isa);
        if sizes.dtype == DType::F32 {
            let filter = Filter::new(isa, &sizes);
            ConvKernel { phases: filter.phases(), filter: FilterOf::F32(filter) }
        } else {
            let filter = Filter::new(isa, &sizes);
            ConvKernel { phases: filter.phases(), filter: FilterOf::F64(filter) }
        }
    }
}

impl Kernel for ConvKernel {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn scratch(&self) -> usize {
        match &self.filter {
            FilterOf::F32(filter) => filter.scratch(),
            FilterOf::F64(filter) => filter.scratch(),
        }
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        match &self.filter {
            FilterOf::F32(filter) => filter.run(buffers, phase, part),
            FilterOf::F64(filter) => filter.run(buffers, phase, part),
        }
    }
}
