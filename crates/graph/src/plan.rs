//! A plan: a flat list of steps whose places in memory are fixed. Made once for each set of sizes, run once a batch.
//!
//! Steps follow the optimised graph. Values live in one arena, in variables (updates are written in place where no later
//! step reads the old value), in fed arrays, or in constants. Loops nest: their bodies are blocks of the same kind.
use crate::{
    graph::{Graph, GraphNode, NodeKind, Port},
    op::{Access, Concrete, Fault, Loop, Lowering, OpRef},
    ops::{cast::Cast, fused::Fused},
    passes::{Rewrite, broadcast_strides, optimise, prologue::split},
    variable::Variable,
};
use cpu::{
    Kernel, Memory,
    each::{Instruction, Operand, Program, Source},
    strided::{Copy, Strides},
};
use std::{collections::HashMap, fmt, sync::Arc};
use tensor::{Array, DType, Error, Result, Shape, Sizes, Spec};

/// Arena places start on cache lines.
const ALIGN: usize = 64;

/// What is fed: type and sizes of each input of a graph.
pub type Signature = Vec<(DType, Vec<usize>)>;

/// A planned graph.
pub struct Plan {
    pub(crate) block: Block,
    pub(crate) variables: Vec<Variable>,
    pub(crate) constants: Vec<Memory>,
    /// Which variables a run changes.
    pub(crate) written: Vec<usize>,
    /// Place, type and sizes of each output.
    pub(crate) outputs: Vec<(Ref, DType, Vec<usize>)>,
    pub(crate) prologue: Option<Prologue>,
}

/// Steps that are run again only when a variable they read has changed.
pub(crate) struct Prologue {
    pub block: Block,
    /// The variables it reads.
    pub reads: Vec<usize>,
}

/// Steps over one region of the arena.
#[derive(Default)]
pub(crate) struct Block {
    pub steps: Vec<Step>,
    /// The places steps name.
    pub refs: Vec<Ref>,
    /// Bytes of the region.
    pub bytes: usize,
}

/// A place: a number of bytes at an offset from something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ref {
    pub base: Base,
    pub offset: usize,
    pub len: usize,
}

/// What a place is counted from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub(crate) enum Base {
    /// The block's region of the arena.
    Arena,
    /// A fed array; in a loop's body its carry, step or capture.
    Input(usize),
    /// In a loop's body, where this step's output is stacked.
    Output(usize),
    /// A constant of the plan.
    Constant(usize),
    /// A variable of the plan.
    Variable(usize),
}

/// One thing to do.
pub(crate) struct Step {
    pub what: What,
    /// Indices into the block's refs.
    pub inputs: std::ops::Range<usize>,
    pub outputs: std::ops::Range<usize>,
    /// Scratch of a kernel, region of a loop's body.
    pub scratch: Option<usize>,
    /// The layer path and op, for people.
    pub label: String,
}

pub(crate) enum What {
    Kernel(Box<dyn Kernel>, Option<(Fault, DType)>),
    Loop { body: Block, count: usize, reverse: bool, carries: usize, sequences: usize },
}

/// Whether a plan is optimised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// All passes.
    Optimised,
    /// Node by node, for debugging and for tests of the passes.
    Plain,
}

impl Plan {
    /// The plan of `graph` for inputs of these types and sizes. Error `feed_shape` if they are not the graph's; other errors
    /// are of sizes that do not fit together.
    pub fn new(graph: &Graph, signature: &Signature, mode: Mode) -> Result<Plan> {
        let sizes = bind(graph, signature)?;
        let mut graph = concrete(graph, signature, &sizes, mode)?;
        if mode == Mode::Optimised {
            graph = optimise(&graph)?;
        }
        let mut shared = Shared::default();
        let mut prologue = None;
        let fed = signature.len();
        if mode == Mode::Optimised
            && let Some((first, rest)) = split(&graph)
        {
            // What it computes is kept in memory of the plan's own.
            let targets =
                first.outputs.iter().map(|p| Ok(Some(shared.memory(first.spec(*p).bytes(&sizes)?)))).collect::<Result<Vec<_>>>()?;
            let block = Planner::plan(&first, &sizes, mode, &mut shared, &targets, fed)?.block;
            prologue = Some(Prologue { block, reads: (0..shared.variables.len()).collect() });
            graph = rest;
        }
        let targets = vec![None; graph.outputs.len()];
        let planned = Planner::plan(&graph, &sizes, mode, &mut shared, &targets, fed)?;
        let outputs = graph
            .outputs
            .iter()
            .zip(planned.outputs)
            .map(|(p, r)| {
                let spec = graph.spec(*p);
                Ok((r, spec.dtype, spec.shape.resolve(&sizes)?))
            })
            .collect::<Result<_>>()?;
        let written = graph.updates.iter().map(|(v, _)| shared.variable(v)).collect();
        Ok(Plan { block: planned.block, variables: shared.variables, constants: shared.constants, written, outputs, prologue })
    }

    /// Bytes of arena it needs.
    pub fn arena(&self) -> usize {
        self.block.bytes.max(self.prologue.as_ref().map_or(0, |p| p.block.bytes))
    }
    /// Number of steps, loops counted once.
    pub fn steps(&self) -> usize {
        self.block.steps.len()
    }
}

/// Gives the graph's named sizes the numbers of the fed arrays.
fn bind(graph: &Graph, signature: &Signature) -> Result<Sizes> {
    if signature.len() != graph.inputs.len() {
        return Err(Error::value("feed_count", format!("The graph takes {} arrays, got {}.", graph.inputs.len(), signature.len())));
    }
    let mut sizes = Sizes::new();
    for ((name, spec), (_, fed)) in graph.inputs.iter().zip(signature) {
        let fits = spec.shape.rank() == fed.len() && spec.shape.0.iter().zip(fed).all(|(d, n)| sizes.bind(*d, *n));
        if !fits {
            return Err(Error::value("feed_shape", format!("{name} takes arrays of shape {}, got {fed:?}.", spec.shape)));
        }
    }
    Ok(sizes)
}

/// The graph with numbers for sizes, casts where another type is fed, sizes as constants, and the expressions of fused ops
/// that have no kernel for these sizes (in a plain plan: of all of them).
fn concrete(graph: &Graph, signature: &Signature, sizes: &Sizes, mode: Mode) -> Result<Graph> {
    let mut rewrite = Rewrite::of(graph);
    for (i, node) in graph.nodes.iter().enumerate() {
        let inputs = rewrite.inputs(i);
        let ports = match &node.kind {
            NodeKind::Input(k) => {
                let wanted = known(&node.specs[0], sizes)?;
                let fed = Spec { dtype: signature[*k].0, shape: wanted.shape.clone() };
                rewrite.new.inputs[*k].1 = fed.clone();
                let ports = rewrite.push(GraphNode { specs: vec![fed.clone()], ..node.clone() });
                if fed == wanted {
                    ports
                } else {
                    let op = OpRef::new(Cast { to: wanted.dtype });
                    rewrite.push(GraphNode { kind: NodeKind::Op(op), inputs: ports, specs: vec![wanted], scope: node.scope.clone() })
                }
            }
            _ => settle(&mut rewrite.new, node, inputs, sizes, mode)?,
        };
        rewrite.set(i, ports);
    }
    Ok(rewrite.finish())
}

fn known(spec: &Spec, sizes: &Sizes) -> Result<Spec> {
    Ok(Spec { dtype: spec.dtype, shape: Shape::from(&*spec.shape.resolve(sizes)?) })
}

/// Adds a node, or what stands for it, with numbers for sizes.
fn settle(new: &mut Graph, node: &GraphNode, inputs: Vec<Port>, sizes: &Sizes, mode: Mode) -> Result<Vec<Port>> {
    let mut made = GraphNode { inputs, specs: node.specs.iter().map(|s| known(s, sizes)).collect::<Result<_>>()?, ..node.clone() };
    if let NodeKind::Op(op) = &node.kind {
        let given: Vec<Spec> = made.inputs.iter().map(|p| new.spec(*p).clone()).collect();
        if let Some(fused) = op.is::<Fused>() {
            let at = sized(&given, &made.specs, sizes)?;
            if mode == Mode::Plain || !fused.runs(&at) {
                return splice(new, fused, &made, sizes, mode);
            }
        } else {
            check(op, &made, &given, sizes)?;
        }
        if made.inputs.is_empty()
            && let Lowering::Constant(array) = op.cpu(&sized(&given, &made.specs, sizes)?)?
        {
            made.kind = NodeKind::Const(array);
        }
    }
    let at = new.nodes.len();
    let ports = (0..made.specs.len()).map(|output| Port { node: at, output }).collect();
    new.nodes.push(made);
    Ok(ports)
}

fn sized(inputs: &[Spec], outputs: &[Spec], sizes: &Sizes) -> Result<Concrete> {
    let all = |specs: &[Spec]| specs.iter().map(|s| Ok((s.dtype, s.shape.resolve(sizes)?))).collect::<Result<_>>();
    Ok(Concrete { inputs: all(inputs)?, outputs: all(outputs)?, sizes: sizes.clone() })
}

/// A fused op's expression in its place. Its residuals are read by nothing but its own gradient, which is then spliced too.
fn splice(new: &mut Graph, fused: &Fused, node: &GraphNode, sizes: &Sizes, mode: Mode) -> Result<Vec<Port>> {
    let mut moved: Vec<Vec<Port>> = Vec::new();
    for inner in &fused.expression.nodes {
        let ports = match &inner.kind {
            NodeKind::Input(i) => vec![node.inputs[*i]],
            _ => {
                let inputs = inner.inputs.iter().map(|p| moved[p.node][p.output]).collect();
                settle(new, inner, inputs, sizes, mode)?
            }
        };
        moved.push(ports);
    }
    let own = fused.expression.outputs.iter().map(|p| moved[p.node][p.output]);
    let mut ports: Vec<Port> = own.collect();
    for spec in &node.specs[ports.len()..] {
        let zero = GraphNode {
            kind: NodeKind::Const(Array::zeros(spec.dtype, spec.shape.resolve(sizes)?)),
            inputs: Vec::new(),
            specs: vec![spec.clone()],
            scope: node.scope.clone(),
        };
        ports.extend(settle(new, &zero, Vec::new(), sizes, mode)?);
    }
    Ok(ports)
}

/// Two unknown sizes were taken as equal while tracing; with numbers the shape rule decides.
fn check(op: &OpRef, node: &GraphNode, inputs: &[Spec], sizes: &Sizes) -> Result<()> {
    let place = |e: Error| if node.scope.is_empty() { e } else { e.at(&node.scope) };
    for (made, planned) in op.spec(inputs).map_err(place)?.iter().zip(&node.specs) {
        if made.shape.resolve(sizes)? != planned.shape.resolve(sizes)? {
            let text = format!("{} gives shape {} for these inputs where {} was expected.", op.name(), made.shape, planned.shape);
            return Err(place(Error::value("shape_mismatch", text)));
        }
    }
    Ok(())
}

/// What all blocks of a plan share.
#[derive(Default)]
struct Shared {
    variables: Vec<Variable>,
    constants: Vec<Memory>,
    /// Which constants the prologue makes, in the order of the inputs that stand for them.
    kept: Vec<usize>,
}

impl Shared {
    /// Memory of the plan's own, zeroed.
    fn memory(&mut self, bytes: usize) -> Base {
        self.constants.push(Memory::zeroed(bytes));
        self.kept.push(self.constants.len() - 1);
        Base::Constant(self.constants.len() - 1)
    }
    fn variable(&mut self, v: &Variable) -> usize {
        self.variables.iter().position(|o| o == v).unwrap_or_else(|| {
            self.variables.push(v.clone());
            self.variables.len() - 1
        })
    }
}

/// Where a value lives until offsets are given: a piece of arena or something fixed.
struct Storage {
    base: Base,
    bytes: usize,
    /// Steps between which its content counts; `usize::MAX` is the end.
    first: usize,
    last: usize,
    offset: usize,
    /// The storage this one shares its place with.
    merged: Option<usize>,
}

/// A step while planning: storages instead of places.
struct Draft {
    what: What,
    inputs: Vec<usize>,
    outputs: Vec<usize>,
    scratch: Option<usize>,
    /// For each input, whether outputs may be written over it.
    replaceable: Vec<bool>,
    label: String,
}

struct Planned {
    block: Block,
    outputs: Vec<Ref>,
}

struct Planner<'a> {
    graph: &'a Graph,
    sizes: &'a Sizes,
    mode: Mode,
    /// Inputs from this one on are made by the prologue.
    fed: usize,
    shared: &'a mut Shared,
    storages: Vec<Storage>,
    drafts: Vec<Draft>,
    at: HashMap<Port, usize>,
}

impl Planner<'_> {
    /// Plans a graph; `targets` say where outputs must end up, if anywhere.
    fn plan(graph: &Graph, sizes: &Sizes, mode: Mode, shared: &mut Shared, targets: &[Option<Base>], fed: usize) -> Result<Planned> {
        let mut p = Planner { graph, sizes, mode, fed, shared, storages: Vec::new(), drafts: Vec::new(), at: HashMap::new() };
        p.nodes()?;
        let outputs = p.results(targets)?;
        p.lifetimes(&outputs);
        p.in_place();
        p.offsets();
        Ok(p.finish(outputs))
    }

    fn spec_bytes(&self, port: Port) -> Result<usize> {
        self.graph.spec(port).bytes(self.sizes)
    }

    fn storage(&mut self, base: Base, bytes: usize) -> usize {
        self.storages.push(Storage { base, bytes, first: usize::MAX, last: 0, offset: 0, merged: None });
        self.storages.len() - 1
    }

    fn fixed(&mut self, base: Base, bytes: usize) -> usize {
        self.storages.iter().position(|s| s.base == base).unwrap_or_else(|| self.storage(base, bytes))
    }

    fn nodes(&mut self) -> Result<()> {
        for i in 0..self.graph.nodes.len() {
            let node = &self.graph.nodes[i];
            let port = |output| Port { node: i, output };
            match &node.kind {
                NodeKind::Input(k) => {
                    let bytes = self.spec_bytes(port(0))?;
                    let base = if *k < self.fed { Base::Input(*k) } else { Base::Constant(self.shared.kept[*k - self.fed]) };
                    let s = self.fixed(base, bytes);
                    self.at.insert(port(0), s);
                }
                NodeKind::Const(array) => self.constant(i, array),
                NodeKind::Read(variable) => {
                    let bytes = self.spec_bytes(port(0))?;
                    let base = Base::Variable(self.shared.variable(variable));
                    let s = self.fixed(base, bytes);
                    self.at.insert(port(0), s);
                }
                NodeKind::Op(op) => self.op(i, op.clone())?,
            }
        }
        Ok(())
    }

    fn constant(&mut self, node: usize, array: &Array) {
        self.shared.constants.push(Memory::of(array));
        let s = self.storage(Base::Constant(self.shared.constants.len() - 1), array.bytes().len());
        self.at.insert(Port { node, output: 0 }, s);
    }

    fn op(&mut self, i: usize, op: OpRef) -> Result<()> {
        let node = &self.graph.nodes[i];
        let given: Vec<Spec> = node.inputs.iter().map(|p| self.graph.spec(*p).clone()).collect();
        let at = sized(&given, &node.specs, self.sizes)?;
        let place = |e: Error| if node.scope.is_empty() { e } else { e.at(&node.scope) };
        let inputs: Vec<usize> = node.inputs.iter().map(|p| self.at[p]).collect();
        let label = format!("{} {}", node.scope, op.name());
        let shape_of = |k: usize| &at.outputs[k].1;
        let (what, scratch) = match op.cpu(&at).map_err(place)? {
            Lowering::View => {
                self.at.insert(Port { node: i, output: 0 }, inputs[0]);
                return Ok(());
            }
            Lowering::Kernel(kernel) => {
                let scratch = kernel.scratch();
                let fault = op.fault().map(|f| (f, at.inputs.get(1).map_or(DType::I64, |x| x.0)));
                (What::Kernel(kernel, fault), scratch)
            }
            Lowering::Block(block) => {
                let shape = shape_of(0);
                let operands = at.inputs.iter().map(|(dtype, s)| Operand { dtype: *dtype, strides: broadcast_strides(s, shape) }).collect();
                let mut sources = [Source::None; 3];
                (0..at.inputs.len()).for_each(|k| sources[k] = Source::Operand(k));
                let instruction = Instruction { block, sources, dtype: at.outputs[0].0 };
                let program = Program::new(shape, operands, vec![instruction], vec![Source::Result(0)]);
                (What::Kernel(Box::new(program), None), 0)
            }
            Lowering::Constant(array) => {
                self.constant(i, &array);
                return Ok(());
            }
            Lowering::Loop(l) => {
                let body = self.body(&l)?;
                let bytes = body.bytes;
                (What::Loop { body, count: l.count, reverse: l.reverse, carries: l.carries, sequences: l.sequences }, bytes)
            }
        };
        let elementwise = op.access() == Access::Elementwise;
        let replaceable = (0..inputs.len()).map(|k| elementwise && at.inputs[k].1 == *shape_of(0)).collect();
        let outputs = (0..node.specs.len())
            .map(|output| {
                let bytes = self.spec_bytes(Port { node: i, output })?;
                let s = self.storage(Base::Arena, bytes);
                self.at.insert(Port { node: i, output }, s);
                Ok(s)
            })
            .collect::<Result<Vec<_>>>()?;
        let scratch = (scratch > 0).then(|| self.storage(Base::Arena, scratch));
        self.drafts.push(Draft { what, inputs, outputs, scratch, replaceable, label });
        Ok(())
    }

    /// The block of a loop's body: steps are stacked where they belong, new carries are copied over the old at the end.
    fn body(&mut self, l: &Loop) -> Result<Block> {
        // Sizes are numbers by now, but the body was traced with symbols.
        let signature: Signature = l.body.inputs.iter().map(|(_, s)| Ok((s.dtype, s.shape.resolve(&l.sizes)?))).collect::<Result<_>>()?;
        let mut graph = concrete(&l.body, &signature, &l.sizes, self.mode)?;
        if self.mode == Mode::Optimised {
            graph = optimise(&graph)?;
        }
        let targets: Vec<Option<Base>> =
            (0..graph.outputs.len()).map(|o| Some(if o < l.carries { Base::Input(o) } else { Base::Output(o) })).collect();
        Ok(Planner::plan(&graph, &l.sizes, self.mode, self.shared, &targets, usize::MAX)?.block)
    }

    fn copy(&mut self, from: usize, to: usize) {
        let bytes = self.storages[to].bytes;
        let whole = Strides::contiguous(&[bytes]);
        let kernel = Copy::new(1, &[bytes], &whole, &whole);
        self.drafts.push(Draft {
            what: What::Kernel(Box::new(kernel), None),
            inputs: vec![from],
            outputs: vec![to],
            scratch: None,
            replaceable: vec![false],
            label: "copy".into(),
        });
    }

    /// Puts outputs and updates where they belong and gives the outputs' storages.
    fn results(&mut self, targets: &[Option<Base>]) -> Result<Vec<usize>> {
        // Everything that has to end up at a fixed place, with the port it comes from.
        let mut wanted: Vec<(Base, Port)> = Vec::new();
        for (target, port) in targets.iter().zip(&self.graph.outputs) {
            wanted.extend(target.map(|t| (t, *port)));
        }
        for (variable, port) in &self.graph.updates {
            wanted.push((Base::Variable(self.shared.variable(variable)), *port));
        }
        let overwritten = |base: Base| wanted.iter().any(|(b, _)| *b == base);
        // An old value that is still asked for at the end is put aside before anything is overwritten.
        let free: Vec<Port> = targets.iter().zip(&self.graph.outputs).filter(|(t, _)| t.is_none()).map(|(_, p)| *p).collect();
        let mut aside: HashMap<usize, usize> = HashMap::new();
        let asked: Vec<(Option<Base>, Port)> = wanted.iter().map(|(b, p)| (Some(*b), *p)).chain(free.iter().map(|p| (None, *p))).collect();
        let mut first = Vec::new();
        for (target, port) in asked {
            let s = self.at[&port];
            let base = self.storages[s].base;
            if base != Base::Arena && overwritten(base) && target != Some(base) && !aside.contains_key(&s) {
                let bytes = self.storages[s].bytes;
                let kept = self.storage(Base::Arena, bytes);
                aside.insert(s, kept);
                first.push((s, kept));
            }
        }
        for (s, kept) in first {
            self.copy(s, kept);
            let draft = self.drafts.pop();
            self.drafts.splice(0..0, draft);
        }
        let end = self.drafts.len();
        let mut placed: Vec<usize> = Vec::new();
        for (base, port) in wanted {
            let s = self.at[&port];
            let bytes = self.spec_bytes(port)?;
            let source = aside.get(&s).copied().unwrap_or(s);
            if self.storages[source].base == base {
                continue;
            }
            let old = self.storages.iter().position(|o| o.base == base);
            if self.storages[source].base == Base::Arena && !placed.contains(&source) && self.direct(source, old, end) {
                // The step that makes it writes it where it belongs.
                self.storages[source].base = base;
                placed.push(source);
                continue;
            }
            let to = self.fixed(base, bytes);
            self.copy(source, to);
        }
        Ok(free.iter().map(|p| self.at[p]).map(|s| aside.get(&s).copied().unwrap_or(s)).collect())
    }

    /// Whether the step that makes `source` may write over `old` at once: nobody reads `old` later, nor does the step itself
    /// except element by element.
    fn direct(&self, source: usize, old: Option<usize>, end: usize) -> bool {
        let Some(maker) = self.drafts.iter().position(|d| d.outputs.contains(&source)) else { return false };
        // A loop keeps state where its results go while it runs.
        if matches!(self.drafts[maker].what, What::Loop { .. }) && old.is_some() {
            return false;
        }
        let Some(old) = old else { return true };
        let own = &self.drafts[maker];
        let itself = own.inputs.iter().zip(&own.replaceable).all(|(s, replaceable)| *s != old || *replaceable);
        itself
            && self.drafts[maker + 1..end].iter().all(|d| !d.inputs.contains(&old))
            && self.storages[source].bytes == self.storages[old].bytes
    }

    fn lifetimes(&mut self, outputs: &[usize]) {
        for (i, d) in self.drafts.iter().enumerate() {
            for &s in d.inputs.iter().chain(&d.outputs).chain(&d.scratch) {
                let storage = &mut self.storages[s];
                storage.first = storage.first.min(i);
                storage.last = storage.last.max(i);
            }
        }
        for &s in outputs {
            self.storages[s].last = usize::MAX;
        }
    }

    /// Lets an elementwise step write over an input that nobody reads any more.
    fn in_place(&mut self) {
        for i in 0..self.drafts.len() {
            let draft = &self.drafts[i];
            let mut taken: Vec<usize> = Vec::new();
            let mut merges = Vec::new();
            for &o in &draft.outputs {
                if self.storages[o].base != Base::Arena {
                    continue;
                }
                let fits = draft.inputs.iter().zip(&draft.replaceable).find(|(s, replaceable)| {
                    let root = self.root(**s);
                    let storage = &self.storages[root];
                    **replaceable
                        && storage.base == Base::Arena
                        && storage.last == i
                        && storage.bytes == self.storages[o].bytes
                        && !taken.contains(&root)
                        // Not if the step reads the same place in another way too, as `x + row of x` does.
                        && draft.inputs.iter().zip(&draft.replaceable).all(|(t, alike)| *alike || self.root(*t) != root)
                });
                if let Some((s, _)) = fits {
                    let root = self.root(*s);
                    taken.push(root);
                    merges.push((o, root));
                }
            }
            for (o, root) in merges {
                self.storages[root].last = self.storages[o].last;
                self.storages[o].merged = Some(root);
            }
        }
    }

    fn root(&self, mut s: usize) -> usize {
        while let Some(next) = self.storages[s].merged {
            s = next;
        }
        s
    }

    /// Greedy by size: the largest first, each at the lowest place that is free while it lives.
    fn offsets(&mut self) {
        let mut order: Vec<usize> = (0..self.storages.len())
            .filter(|s| {
                let s = &self.storages[*s];
                s.base == Base::Arena && s.merged.is_none() && s.first != usize::MAX
            })
            .collect();
        order.sort_by_key(|s| (std::cmp::Reverse(self.storages[*s].bytes), *s));
        let mut placed: Vec<usize> = Vec::new();
        for s in order {
            let (first, last, bytes) = (self.storages[s].first, self.storages[s].last, self.storages[s].bytes.next_multiple_of(ALIGN));
            let mut busy: Vec<(usize, usize)> = placed
                .iter()
                .map(|p| &self.storages[*p])
                .filter(|p| p.first <= last && first <= p.last)
                .map(|p| (p.offset, p.offset + p.bytes.next_multiple_of(ALIGN)))
                .collect();
            busy.sort_unstable();
            let mut offset = 0;
            for (from, to) in busy {
                if offset + bytes <= from {
                    break;
                }
                offset = offset.max(to);
            }
            self.storages[s].offset = offset;
            placed.push(s);
        }
    }

    fn finish(self, outputs: Vec<usize>) -> Planned {
        let place = |s: usize| {
            let root = &self.storages[self.root(s)];
            Ref { base: root.base, offset: root.offset, len: self.storages[s].bytes }
        };
        let end = |s: &Storage| s.offset + s.bytes.next_multiple_of(ALIGN);
        let used = self.storages.iter().filter(|s| s.base == Base::Arena && s.merged.is_none() && s.first != usize::MAX);
        let mut block = Block { bytes: used.map(end).max().unwrap_or(0), ..Block::default() };
        let outputs = outputs.into_iter().map(place).collect();
        let drafts: Vec<(Vec<Ref>, Vec<Ref>, Option<Ref>)> = self
            .drafts
            .iter()
            .map(|d| {
                let all = |v: &[usize]| v.iter().map(|s| place(*s)).collect();
                (all(&d.inputs), all(&d.outputs), d.scratch.map(place))
            })
            .collect();
        for (draft, (inputs, results, scratch)) in self.drafts.into_iter().zip(drafts) {
            let mut put = |refs: Vec<Ref>| {
                let start = block.refs.len();
                block.refs.extend(refs);
                start..block.refs.len()
            };
            let (inputs, results) = (put(inputs), put(results));
            let scratch = scratch.map(|r| put(vec![r]).start);
            block.steps.push(Step { what: draft.what, inputs, outputs: results, scratch, label: draft.label });
        }
        Planned { block, outputs }
    }
}

/// One line a step, as kept in snapshots.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "arena {} bytes", self.arena())?;
        if let Some(prologue) = &self.prologue {
            writeln!(f, "prologue")?;
            write_block(f, &prologue.block, 4)?;
        }
        write_block(f, &self.block, 0)?;
        for (r, dtype, sizes) in &self.outputs {
            writeln!(f, "output {} {dtype}{sizes:?}", text(r))?;
        }
        Ok(())
    }
}

fn text(r: &Ref) -> String {
    match r.base {
        Base::Arena => format!("arena+{}", r.offset),
        Base::Input(i) => format!("input{i}"),
        Base::Output(i) => format!("output{i}"),
        Base::Constant(i) => format!("const{i}"),
        Base::Variable(i) => format!("variable{i}"),
    }
}

fn write_block(f: &mut fmt::Formatter, block: &Block, indent: usize) -> fmt::Result {
    for step in &block.steps {
        let list = |range: &std::ops::Range<usize>| block.refs[range.clone()].iter().map(text).collect::<Vec<_>>().join(", ");
        write!(f, "{:indent$}{} ({}) -> ({})", "", step.label.trim(), list(&step.inputs), list(&step.outputs))?;
        match &step.what {
            What::Kernel(..) => writeln!(f)?,
            What::Loop { body, count, reverse, .. } => {
                writeln!(f, " x {count}{}", if *reverse { " reversed" } else { "" })?;
                write_block(f, body, indent + 4)?;
            }
        }
    }
    Ok(())
}

/// So that plans can be shared by threads.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Arc<Plan>>();
};
