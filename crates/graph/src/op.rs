//! What an op is: one declaration that gives shape rule, gradient, kernel, TensorFlow node and test samples.
//!
//! Every method is required, so that a new device or format makes the compiler list what is left to write.
use crate::{graph::Graph, value::Value};
use cpu::{Kernel, each::Block};
use std::{any::Any, fmt, sync::Arc};
use tensor::{Array, DType, Result, Spec};

/// An op with its settings.
pub trait Op: fmt::Debug + Send + Sync + Any {
    /// TensorFlow's name where there is a twin.
    fn name(&self) -> &'static str;
    /// Number of outputs.
    fn outputs(&self) -> usize;
    /// Types and shapes of the outputs, sizes possibly unknown; or why the inputs do not fit.
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>>;
    /// For each input the gradient that flows to it, or none: nodes, never numbers. Shapes that were broadcast are summed
    /// back by the caller.
    fn grad(&self, site: &Site) -> Vec<Option<Value>>;
    /// Which elements of its inputs an element of its output rests on: what fusion and writing in place go by.
    fn access(&self) -> Access;
    /// The output in which its kernel reports a bad input, if it does.
    fn fault(&self) -> Option<Fault>;
    /// How it runs on a CPU, every size known.
    fn cpu(&self, at: &Concrete) -> Result<Lowering>;
    /// Its TensorFlow nodes.
    fn export(&self, inputs: &[Spec], outputs: &[Spec]) -> ExportNode;
    /// Inputs that exercise it, with several settings.
    fn samples(&self) -> Vec<Sample>;
}

/// An op that many nodes share.
#[derive(Clone)]
pub struct OpRef(Arc<dyn Op>);

impl OpRef {
    /// Wraps an op.
    pub fn new(op: impl Op) -> OpRef {
        OpRef(Arc::new(op))
    }
    /// The op as a concrete type, if it is one.
    pub fn is<O: Op>(&self) -> Option<&O> {
        (&*self.0 as &dyn Any).downcast_ref()
    }
}

impl std::ops::Deref for OpRef {
    type Target = dyn Op;
    fn deref(&self) -> &(dyn Op + 'static) {
        &*self.0
    }
}

impl fmt::Debug for OpRef {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which elements of the inputs an element of an output rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Its own element alone, of every input: chains of such ops fuse, and a result may be written over an input.
    Elementwise,
    /// Any.
    Whole,
}

/// How a kernel reports an input it could not use: an int64 output with the place of the first bad element of the second
/// input, -1 if all are good.
pub struct Fault {
    /// Which output.
    pub output: usize,
    /// The error's code.
    pub code: &'static str,
    /// What the elements are: `label`, `index`.
    pub what: &'static str,
}

/// Where a gradient is asked for.
pub struct Site<'a> {
    /// The node's inputs.
    pub inputs: &'a [Value],
    /// Its outputs.
    pub outputs: &'a [Value],
    /// What flows back to each output, if anything does; to the first at least zeros.
    pub dys: &'a [Option<Value>],
    /// What flows back to the first output.
    pub first: &'a Value,
    /// Which inputs lead to something asked for; others may answer `None` whatever they are.
    pub wanted: &'a [bool],
}

impl Site<'_> {
    /// Input `i`.
    pub fn x(&self, i: usize) -> &Value {
        &self.inputs[i]
    }
    /// The first output.
    pub fn y(&self) -> &Value {
        &self.outputs[0]
    }
    /// What flows back to the first output.
    pub fn dy(&self) -> &Value {
        self.first
    }
}

/// An op's inputs and outputs with every size known.
pub struct Concrete {
    /// Type and sizes of each input.
    pub inputs: Vec<(DType, Vec<usize>)>,
    /// Type and sizes of each output.
    pub outputs: Vec<(DType, Vec<usize>)>,
    /// What the named sizes are here, for settings that hold sizes.
    pub sizes: tensor::Sizes,
}

impl Concrete {
    /// Sizes of input `i`.
    pub fn input(&self, i: usize) -> &[usize] {
        &self.inputs[i].1
    }
    /// Sizes of output `i`.
    pub fn output(&self, i: usize) -> &[usize] {
        &self.outputs[i].1
    }
}

/// How an op runs.
pub enum Lowering {
    /// One kernel.
    Kernel(Box<dyn Kernel>),
    /// Elementwise, with broadcasting: what fusion pastes together.
    Block(Block),
    /// The output is the first input's bytes under another shape.
    View,
    /// These numbers, which follow from sizes alone.
    Constant(Array),
    /// A loop over a body.
    Loop(Loop),
}

impl Lowering {
    /// A kernel.
    pub fn kernel(kernel: impl Kernel + 'static) -> Result<Lowering> {
        Ok(Lowering::Kernel(Box::new(kernel)))
    }
}

/// A body run `count` times; see `ops/scan.rs` for the order of its inputs and outputs.
pub struct Loop {
    /// The body, sizes still symbolic.
    pub body: Arc<Graph>,
    /// What the named sizes are in the body.
    pub sizes: tensor::Sizes,
    /// How often.
    pub count: usize,
    /// From the last step to the first.
    pub reverse: bool,
    /// Number of carried values; they come first among inputs and outputs.
    pub carries: usize,
    /// Number of sequences; they follow the carries among the inputs.
    pub sequences: usize,
}

/// A node in TensorFlow's words: plain data, which SavedModel, TFLite and ONNX writers read.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportNode {
    /// TensorFlow's op name.
    pub op: &'static str,
    /// Its attributes.
    pub attributes: Vec<(&'static str, Attribute)>,
    /// Constant inputs (axes, shapes), each with its place among all inputs, or after all that have none.
    constants: Vec<(Option<usize>, Array)>,
}

/// An input of a node in TensorFlow's words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ExportInput<'a> {
    /// The node's own input of that number.
    Own(usize),
    /// Numbers that are settings here.
    Constant(&'a Array),
}

impl ExportNode {
    /// A node without attributes.
    pub fn untyped(op: &'static str) -> ExportNode {
        ExportNode { op, attributes: Vec::new(), constants: Vec::new() }
    }
    /// A node without attributes but its type `T`.
    pub fn typed(op: &'static str, dtype: DType) -> ExportNode {
        ExportNode::untyped(op).with("T", Attribute::Type(dtype))
    }
    /// With one more attribute.
    pub fn with(mut self, name: &'static str, value: Attribute) -> ExportNode {
        self.attributes.push((name, value));
        self
    }
    /// With one more constant input, after the node's own.
    pub fn constant(mut self, array: Array) -> ExportNode {
        self.constants.push((None, array));
        self
    }
    /// With one more constant input, as number `place` of all.
    pub fn constant_at(mut self, place: usize, array: Array) -> ExportNode {
        self.constants.push((Some(place), array));
        self
    }
    /// All inputs in TensorFlow's order, of a node that has so many of its own.
    pub fn inputs(&self, own: usize) -> Vec<ExportInput<'_>> {
        let last = self.constants.iter().filter(|(place, _)| place.is_none());
        let mut inputs: Vec<_> = (0..own).map(ExportInput::Own).chain(last.map(|(_, array)| ExportInput::Constant(array))).collect();
        for (place, array) in &self.constants {
            if let Some(place) = place {
                inputs.insert((*place).min(inputs.len()), ExportInput::Constant(array));
            }
        }
        inputs
    }
}

/// An attribute of a TensorFlow node.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// A number type.
    Type(DType),
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Text(&'static str),
    /// Integers.
    Ints(Vec<i64>),
}

/// Inputs for the tests of one op.
pub struct Sample {
    /// The op with its settings.
    pub op: OpRef,
    /// Its inputs.
    pub inputs: Vec<SampleInput>,
    /// Whether gradients may be checked by finite differences here (not at kinks, not of integers).
    pub smooth: bool,
}

/// One input of a sample.
pub enum SampleInput {
    /// Random numbers of that type and shape within a range.
    Random(Spec, f64, f64),
    /// These numbers.
    Given(Array),
}

impl Sample {
    /// A sample with random float32 inputs of those shapes in a range.
    pub fn random(op: impl Op, shapes: &[&[usize]], range: (f64, f64)) -> Sample {
        let inputs = shapes.iter().map(|s| SampleInput::Random(Spec::new(DType::F32, *s), range.0, range.1)).collect();
        Sample { op: OpRef::new(op), inputs, smooth: true }
    }
    /// A sample with given inputs.
    pub fn given(op: impl Op, inputs: Vec<Array>) -> Sample {
        Sample { op: OpRef::new(op), inputs: inputs.into_iter().map(SampleInput::Given).collect(), smooth: true }
    }
    /// The same where gradients do not exist or jump.
    pub fn not_smooth(mut self) -> Sample {
        self.smooth = false;
        self
    }
}
