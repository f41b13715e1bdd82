//! The ops: one file a kind, one list.
use crate::op::Op;

pub mod cast;
pub mod conv;
pub mod fused;
pub mod gather;
pub mod math;
pub mod matmul;
pub mod pool;
pub mod random;
pub mod reduce;
pub mod scan;
pub mod shape;
pub mod softmax;
pub mod window;

pub use math::MATH;
use tensor::{DType, Dim, Shape};
use window::Window;

/// The primitive ops, one instance each; `MATH` has the elementwise ones. What walks all ops walks both.
pub fn primitives() -> Vec<Box<dyn Op>> {
    vec![
        Box::new(cast::Cast { to: DType::F32 }),
        Box::new(conv::Conv2D { window: Window::of([1, 1]), depthwise: false }),
        Box::new(conv::Conv2D { window: Window::of([1, 1]), depthwise: true }),
        Box::new(conv::Conv2DBackpropFilter { window: Window::of([1, 1]), multiplier: None }),
        Box::new(conv::Conv2DBackpropFilter { window: Window::of([1, 1]), multiplier: Some(Dim::Known(1)) }),
        Box::new(conv::Conv2DBackpropInput { window: Window::of([1, 1]), depthwise: false, size: [Dim::Known(1); 2] }),
        Box::new(conv::Conv2DBackpropInput { window: Window::of([1, 1]), depthwise: true, size: [Dim::Known(1); 2] }),
        Box::new(gather::Gather),
        Box::new(gather::OneHot { classes: 1, dtype: DType::F32 }),
        Box::new(gather::ScatterAdd { rows: Dim::Known(1) }),
        Box::new(matmul::MatMul::default()),
        Box::new(pool::AvgPoolGrad { window: Window::of([1, 1]), size: [Dim::Known(1); 2] }),
        Box::new(pool::MaxPoolGrad { window: Window::of([1, 1]) }),
        Box::new(pool::MaxPoolGradGrad { window: Window::of([1, 1]) }),
        Box::new(pool::Pool { kind: pool::Pooling::Average, window: Window::of([1, 1]) }),
        Box::new(pool::Pool { kind: pool::Pooling::Max, window: Window::of([1, 1]) }),
        Box::new(random::Dropout { rate: 0.5, noise: Shape::scalar(), key: 0 }),
        Box::new(random::Random { law: random::Law::Uniform { low: 0.0, high: 1.0 }, shape: Shape::scalar(), dtype: DType::F32, key: 0 }),
        Box::new(reduce::Arg { largest: true, axis: 0 }),
        Box::new(reduce::Cumulative { product: false, axis: 0, exclusive: false, reverse: false }),
        Box::new(reduce::Reduce { kind: reduce::Kind::Sum, axes: vec![], keepdims: false }),
        Box::new(scan::Scan::empty()),
        Box::new(shape::BroadcastTo { shape: Shape::scalar() }),
        Box::new(shape::Concat { axis: 0 }),
        Box::new(shape::Pad { shape: Shape::scalar(), begin: vec![], stride: vec![], value: 0.0 }),
        Box::new(shape::Range { length: Dim::Known(1) }),
        Box::new(shape::Reshape { shape: Shape::scalar() }),
        Box::new(shape::Reverse { axes: vec![] }),
        Box::new(shape::SizeOf { dim: Dim::Known(1), dtype: DType::F32 }),
        Box::new(shape::Slice { begin: vec![], size: vec![], stride: vec![] }),
        Box::new(shape::StopGradient),
        Box::new(shape::Transpose { order: vec![] }),
        Box::new(softmax::CrossEntropy),
        Box::new(softmax::LogSoftmax),
        Box::new(softmax::Softmax),
        Box::new(softmax::SparseCrossEntropy),
    ]
}
