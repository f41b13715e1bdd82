//! Values: handles on the nodes of a persistent, growing graph.
//!
//! Calling an op makes a node that holds its inputs; nothing owns the whole, so what no handle reaches is gone. Nodes are
//! numbered as they are made and inputs always have smaller numbers: sorting by number is sorting by dependency.
//! One dispatch serves all uses: on constants an op computes at once, in an eager trace it computes and records, elsewhere
//! it records. An op that cannot be made yields a *failed* value that carries the error through whatever is built on it, so
//! that formulas read as formulas; `Value::ok` surfaces it where a formula ends.
use crate::{
    op::{Op, OpRef},
    run, trace,
    variable::Variable,
};
use std::{
    any::Any,
    cell::{Cell, OnceCell},
    fmt,
    rc::{Rc, Weak},
};
use tensor::{Array, DType, Dim, Error, Result, Shape, Spec};

/// A tensor that is still to be computed, or a constant.
#[derive(Clone)]
pub struct Value {
    pub(crate) node: Rc<Node>,
    pub(crate) output: usize,
}

/// A value that may be gone: holding it keeps nothing.
#[derive(Clone)]
pub struct WeakValue {
    node: Weak<Node>,
    output: usize,
}

impl WeakValue {
    /// The value, if anything still holds its node.
    pub fn upgrade(&self) -> Option<Value> {
        self.node.upgrade().map(|node| Value { node, output: self.output })
    }
}

/// What made a value.
pub(crate) struct Node {
    pub id: u64,
    pub kind: Kind,
    pub inputs: Vec<Value>,
    pub specs: Vec<Spec>,
    /// The innermost trace any input belongs to; 0 is the record of models.
    pub trace: u64,
    /// Layer path and call: `model/dense_1`.
    pub scope: Rc<str>,
    /// Set where numbers are known: constants, and every node of an eager trace.
    pub arrays: OnceCell<Vec<Array>>,
}

/// The kinds of node.
pub(crate) enum Kind {
    /// An op.
    Op(OpRef),
    /// A placeholder that a feed or a caller fills.
    Input(Input),
    /// Numbers.
    Const,
    /// A variable as it stands when the step begins.
    Read(Variable),
    /// A layer called in the record; expanded by `trace::expand`.
    Call(Rc<dyn Call>),
    /// Gradients in the record of the first input with respect to the others; expanded by autodiff.
    Gradient,
    /// Something that could not be made.
    Failed(Error),
}

/// A placeholder's identity.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// What errors and exports call it.
    pub name: Rc<str>,
}

/// A layer as the record sees it.
pub trait Call: Any {
    /// Names the layer in scopes.
    fn scope(&self) -> Rc<str>;
    /// Runs the layer on traced inputs. All outputs the record's node has, in order: the layer's own, then its losses and
    /// metrics as numbered by the first trace.
    fn expand(&self, inputs: &[Value], training: bool) -> Result<Vec<Value>>;
}

thread_local! {
    static NEXT: Cell<u64> = const { Cell::new(1) };
}

fn next_id() -> u64 {
    NEXT.with(|n| n.replace(n.get() + 1))
}

impl Node {
    fn new(kind: Kind, inputs: Vec<Value>, specs: Vec<Spec>) -> Node {
        let traced = inputs.iter().map(|v| v.node.trace).max();
        let trace = match kind {
            Kind::Const => 0,
            _ => traced.unwrap_or_else(trace::current),
        };
        Node { id: next_id(), kind, inputs, specs, trace, scope: trace::scope(), arrays: OnceCell::new() }
    }
}

/// Frees long chains without recursion: a model of a hundred thousand ops must not overflow the stack when it is dropped.
impl Drop for Node {
    fn drop(&mut self) {
        let mut pending = std::mem::take(&mut self.inputs);
        while let Some(value) = pending.pop() {
            if let Some(mut node) = Rc::into_inner(value.node) {
                pending.append(&mut node.inputs);
            }
        }
    }
}

impl Value {
    fn from_node(node: Node) -> Value {
        Value { node: Rc::new(node), output: 0 }
    }
    /// A constant.
    pub fn constant(array: Array) -> Value {
        let spec = Spec::new(array.dtype(), array.shape());
        let node = Node::new(Kind::Const, Vec::new(), vec![spec]);
        node.arrays.set(vec![array]).unwrap_or_default();
        Value::from_node(node)
    }
    /// A constant scalar of type `dtype`.
    pub fn scalar(dtype: DType, x: f64) -> Value {
        Value::constant(Array::scalar_of(dtype, x))
    }
    /// A placeholder that is fed when the graph runs.
    pub fn input(name: &str, spec: Spec) -> Value {
        Value::from_node(Node::new(Kind::Input(Input { name: name.into() }), Vec::new(), vec![spec]))
    }
    /// A placeholder whose numbers are known already: in an eager trace, ops on it compute as they are recorded.
    pub fn fed(name: &str, array: Array) -> Value {
        let value = Value::input(name, Spec::new(array.dtype(), array.shape()));
        value.node.arrays.set(vec![array]).unwrap_or_default();
        value
    }
    /// A placeholder that belongs to no trace, whichever is open when it is first asked for.
    pub(crate) fn lasting_input(name: &str, spec: Spec) -> Value {
        let mut node = Node::new(Kind::Input(Input { name: name.into() }), Vec::new(), vec![spec]);
        node.trace = 0;
        node.scope = "".into();
        Value::from_node(node)
    }
    /// A variable's value when the step begins, or what is bound to it just now.
    pub fn read(variable: &Variable) -> Value {
        if let Some(value) = trace::binding(variable) {
            return value;
        }
        let value = Value::from_node(Node::new(Kind::Read(variable.clone()), Vec::new(), vec![variable.spec().clone()]));
        if trace::eager() {
            value.node.arrays.set(vec![variable.get()]).unwrap_or_default();
        }
        value
    }
    /// A value that carries an error; every op on it gives it again.
    pub fn failed(error: Error) -> Value {
        Value::from_node(Node::new(Kind::Failed(error), Vec::new(), vec![Spec::new(DType::F32, [])]))
    }
    /// A layer's call in the record. `specs` are those of all outputs that `Call::expand` gives.
    pub fn call(call: Rc<dyn Call>, inputs: Vec<Value>, specs: Vec<Spec>) -> Vec<Value> {
        outputs(Node::new(Kind::Call(call), inputs, specs))
    }
    /// The error, if making this value failed anywhere below.
    pub fn ok(self) -> Result<Value> {
        match &self.node.kind {
            Kind::Failed(error) => Err(error.clone()),
            _ => Ok(self),
        }
    }
    /// An error if it belongs to a trace that is over.
    pub fn usable(&self) -> Result<()> {
        trace::check_open(self)
    }
    /// Number type and shape.
    pub fn spec(&self) -> &Spec {
        &self.node.specs[self.output]
    }
    /// Number type.
    pub fn dtype(&self) -> DType {
        self.spec().dtype
    }
    /// Shape.
    pub fn shape(&self) -> &Shape {
        &self.spec().shape
    }
    /// Number of axes.
    pub fn rank(&self) -> usize {
        self.shape().rank()
    }
    /// The size of one axis, counted from the end if negative; 1 where there is no such axis.
    pub fn dim(&self, axis: i64) -> Dim {
        self.shape().axis(axis).map_or(Dim::Known(1), |i| self.shape().0[i])
    }
    /// The numbers, where they are known: constants and values of an eager trace.
    pub fn array(&self) -> Option<&Array> {
        self.node.arrays.get().map(|a| &a[self.output])
    }
    /// Whether it is a constant.
    pub fn is_constant(&self) -> bool {
        matches!(self.node.kind, Kind::Const)
    }
    /// The variable it reads, if it is such a read.
    pub fn variable(&self) -> Option<&Variable> {
        match &self.node.kind {
            Kind::Read(v) => Some(v),
            _ => None,
        }
    }
    /// The placeholder it is, if it is one.
    pub fn placeholder(&self) -> Option<&Input> {
        match &self.node.kind {
            Kind::Input(i) => Some(i),
            _ => None,
        }
    }
    /// The op that made it and that op's inputs, if one did. Losses look here for the logits behind a softmax.
    pub fn made_by(&self) -> Option<(&dyn Op, &[Value])> {
        match &self.node.kind {
            Kind::Op(op) => Some((&**op, &self.node.inputs)),
            _ => None,
        }
    }
    /// The op that made it, to keep.
    pub(crate) fn op_ref(&self) -> Option<OpRef> {
        match &self.node.kind {
            Kind::Op(op) => Some(op.clone()),
            _ => None,
        }
    }
    /// The layer call that made it and its inputs, if one did.
    pub fn called_by(&self) -> Option<(&Rc<dyn Call>, &[Value])> {
        match &self.node.kind {
            Kind::Call(call) => Some((call, &self.node.inputs)),
            _ => None,
        }
    }
    /// What the node that made it rests on.
    pub fn inputs(&self) -> &[Value] {
        &self.node.inputs
    }
    /// All outputs of the node that made it.
    pub fn siblings(&self) -> Vec<Value> {
        (0..self.node.specs.len()).map(|output| Value { node: self.node.clone(), output }).collect()
    }
    /// A handle that does not keep it.
    pub fn downgrade(&self) -> WeakValue {
        WeakValue { node: Rc::downgrade(&self.node), output: self.output }
    }
    /// A number for hashing: equal for equal values.
    pub fn key(&self) -> (u64, usize) {
        (self.node.id, self.output)
    }
    /// The layer path it was made under.
    pub fn scope(&self) -> &Rc<str> {
        &self.node.scope
    }
    /// Applies an op that has one output.
    pub fn apply(op: impl Op, inputs: &[&Value]) -> Value {
        Value::apply_all(OpRef::new(op), inputs.iter().map(|v| (*v).clone()).collect()).swap_remove(0)
    }
    /// Applies an op that has several outputs.
    pub fn apply_all(op: OpRef, inputs: Vec<Value>) -> Vec<Value> {
        if let Some(failed) = inputs.iter().find(|v| matches!(v.node.kind, Kind::Failed(_))) {
            return vec![failed.clone(); op.outputs()];
        }
        let count = op.outputs();
        try_apply(op, inputs).unwrap_or_else(|error| vec![Value::failed(error); count])
    }
    /// Gradients of a scalar (or of the sum of a tensor) in the record; `None` in the result becomes zeros there.
    pub(crate) fn gradient_node(y: &Value, xs: &[Value]) -> Vec<Value> {
        let specs = xs.iter().map(|x| x.spec().clone()).collect();
        let inputs = std::iter::once(y).chain(xs).cloned().collect();
        outputs(Node::new(Kind::Gradient, inputs, specs))
    }
}

fn outputs(node: Node) -> Vec<Value> {
    let node = Rc::new(node);
    (0..node.specs.len()).map(|output| Value { node: node.clone(), output }).collect()
}

/// Constants larger than this many elements are not made by broadcasting a smaller one.
const LARGEST_CONSTANT: usize = 1 << 12;

fn try_apply(op: OpRef, mut inputs: Vec<Value>) -> Result<Vec<Value>> {
    for v in &mut inputs {
        match v.variable().cloned() {
            // A variable can be read at any time, whenever the handle on it was made.
            Some(variable) if !trace::is_open(v.node.trace) => *v = Value::read(&variable),
            _ => trace::check_open(v)?,
        }
    }
    let at = |e: Error| if trace::scope().is_empty() { e } else { e.at(trace::scope()) };
    let specs = op.spec(&inputs.iter().map(|v| v.spec().clone()).collect::<Vec<_>>()).map_err(at)?;
    let small = |s: &Spec| s.shape.count().known().is_some_and(|n| n <= LARGEST_CONSTANT);
    let grows = op.access() == crate::op::Access::Elementwise && !specs.iter().all(small) && inputs.iter().all(|v| small(v.spec()));
    let known = specs.iter().all(|s| s.shape.known().is_some());
    if !inputs.is_empty() && known && !grows && inputs.iter().all(Value::is_constant) {
        let arrays: Vec<_> = inputs.iter().filter_map(|v| v.array().cloned()).collect();
        match run::evaluate(&op, &arrays) {
            // A setting holds a size that only a feed will tell.
            Err(e) if e.code() == "size_unknown" => {}
            found => return Ok(found.map_err(at)?.into_iter().map(Value::constant).collect()),
        }
    }
    let node = Node::new(Kind::Op(op.clone()), inputs, specs);
    if trace::eager() {
        let arrays: Vec<_> = node.inputs.iter().filter_map(|v| v.array().cloned()).collect();
        if arrays.len() == node.inputs.len() {
            node.arrays.set(run::evaluate(&op, &arrays).map_err(at)?).unwrap_or_default();
        }
    }
    Ok(outputs(node))
}

/// Says what a symbol is: `Value(float32[batch, 10] from Relu in dense_1)`.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.node.kind {
            Kind::Failed(e) => return write!(f, "Value(failed: {e})"),
            _ => write!(f, "Value({}", self.spec())?,
        }
        match &self.node.kind {
            Kind::Op(op) => write!(f, " from {}", op.name())?,
            Kind::Input(input) => write!(f, " input {}", input.name)?,
            Kind::Const => f.write_str(" constant")?,
            Kind::Read(v) => write!(f, " variable {}", v.name())?,
            Kind::Call(call) => write!(f, " from layer {}", call.scope())?,
            Kind::Gradient => f.write_str(" gradient")?,
            Kind::Failed(_) => {}
        }
        if !self.node.scope.is_empty() {
            write!(f, " in {}", self.node.scope)?;
        }
        f.write_str(")")
    }
}

/// Two handles on the same output.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.key() == other.key()
    }
}
