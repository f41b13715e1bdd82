//! A finished graph: plain data that passes rewrite, plans are made of, exports read and other threads may hold.
use crate::{
    op::{Op, OpRef},
    random, trace,
    value::{Kind, Value},
    variable::Variable,
};
use std::{
    collections::HashMap,
    fmt::{self, Write},
    sync::Arc,
};
use tensor::{Array, Error, Result, Spec};

/// One output of one node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Port {
    /// Index in `Graph::nodes`.
    pub node: usize,
    /// Which of its outputs.
    pub output: usize,
}

/// What a node does.
#[derive(Clone)]
pub enum NodeKind {
    /// An op.
    Op(OpRef),
    /// Fed; the index in `Graph::inputs`.
    Input(usize),
    /// Numbers.
    Const(Array),
    /// A variable when the step begins.
    Read(Variable),
}

/// A node; its inputs stand before it.
#[derive(Clone)]
pub struct GraphNode {
    /// What it does.
    pub kind: NodeKind,
    /// What it reads.
    pub inputs: Vec<Port>,
    /// Type and shape of each output.
    pub specs: Vec<Spec>,
    /// The layer path it was made under.
    pub scope: Arc<str>,
}

impl GraphNode {
    /// The op as a concrete type, if it is one.
    pub fn op<O: Op>(&self) -> Option<&O> {
        match &self.kind {
            NodeKind::Op(op) => op.is::<O>(),
            _ => None,
        }
    }
}

/// A graph in order of dependency.
#[derive(Clone, Default)]
pub struct Graph {
    /// All nodes.
    pub nodes: Vec<GraphNode>,
    /// Name, type and shape of what is fed.
    pub inputs: Vec<(Arc<str>, Spec)>,
    /// What is computed.
    pub outputs: Vec<Port>,
    /// New values of variables, stored when everything was read.
    pub updates: Vec<(Variable, Port)>,
    /// Which input is the run counter, if anything draws random numbers.
    pub counter: Option<usize>,
}

impl Graph {
    /// The graph of `outputs` and `updates` over the placeholders `inputs`. Error `graph_input` if it rests on another one.
    pub fn of(inputs: &[Value], outputs: &[Value], updates: &[(Variable, Value)]) -> Result<Graph> {
        let (graph, captured) = Graph::within(None, inputs, outputs, updates)?;
        let mut graph = graph;
        let counter = random::root_counter();
        graph.counter = captured.iter().position(|v| *v == counter).map(|_| graph.inputs.len() - 1);
        if let Some(v) = captured.iter().find(|v| **v != counter) {
            return Err(Error::value("graph_input", format!("{v:?} is needed but is not among the inputs.")));
        }
        Ok(graph)
    }

    /// The graph of a child trace: whatever belongs to a trace around it, variables included, is captured and becomes a
    /// further input.
    pub(crate) fn of_body(trace: u64, inputs: &[Value], outputs: &[Value]) -> Result<(Graph, Vec<Value>)> {
        Graph::within(Some(trace), inputs, outputs, &[])
    }

    fn within(body: Option<u64>, inputs: &[Value], outputs: &[Value], updates: &[(Variable, Value)]) -> Result<(Graph, Vec<Value>)> {
        let mut graph = Graph::default();
        let mut captured = Vec::new();
        let mut places: HashMap<(u64, usize), Port> = HashMap::new();
        let mut reads: HashMap<usize, Port> = HashMap::new();
        for v in inputs {
            let port = graph.add_input(&v.placeholder().map_or_else(|| v.scope().to_string(), |p| p.name.to_string()), v.spec().clone());
            places.insert(v.key(), port);
        }
        let wanted: Vec<Value> = outputs.iter().chain(updates.iter().map(|(_, v)| v)).cloned().collect();
        let inside = |v: &Value| body.is_none_or(|trace| v.node.trace == trace);
        for v in order(&wanted, |v| places.contains_key(&v.key()) || (!inside(v) && !v.is_constant())) {
            if places.contains_key(&v.key()) {
                continue;
            }
            let node = &v.node;
            let kind = match &node.kind {
                Kind::Failed(error) => return Err(error.clone()),
                Kind::Const => v.array().cloned().map(NodeKind::Const),
                // A loop reads its variables from outside, each once, so that their gradients sum.
                Kind::Read(variable) => {
                    if let Some(port) = reads.get(&variable.key()) {
                        places.insert(v.key(), *port);
                        continue;
                    }
                    reads.insert(variable.key(), Port { node: graph.nodes.len(), output: 0 });
                    body.is_none().then(|| NodeKind::Read(variable.clone()))
                }
                _ if !inside(&v) => None,
                Kind::Op(op) => Some(NodeKind::Op(op.clone())),
                Kind::Input(_) => None,
                Kind::Call(_) | Kind::Gradient => {
                    return Err(Error::runtime("graph_unexpanded", format!("{v:?} has to be expanded before it can run.")));
                }
            };
            let Some(kind) = kind else {
                captured.push(v.clone());
                let port = graph.add_input(&format!("capture_{}", captured.len()), v.spec().clone());
                places.insert(v.key(), port);
                continue;
            };
            let ports = node.inputs.iter().map(|i| places[&i.key()]).collect();
            let at = graph.nodes.len();
            graph.nodes.push(GraphNode { kind, inputs: ports, specs: node.specs.clone(), scope: (&*node.scope).into() });
            for output in 0..node.specs.len() {
                places.insert((node.id, output), Port { node: at, output });
            }
        }
        graph.outputs = outputs.iter().map(|v| places[&v.key()]).collect();
        graph.updates = updates.iter().map(|(variable, v)| (variable.clone(), places[&v.key()])).collect();
        Ok((graph, captured))
    }

    /// Adds a fed input.
    pub fn add_input(&mut self, name: &str, spec: Spec) -> Port {
        self.inputs.push((name.into(), spec.clone()));
        self.nodes.push(GraphNode {
            kind: NodeKind::Input(self.inputs.len() - 1),
            inputs: Vec::new(),
            specs: vec![spec],
            scope: "".into(),
        });
        Port { node: self.nodes.len() - 1, output: 0 }
    }

    /// Whether any node or output reads input `i`.
    pub(crate) fn reads_input(&self, i: usize) -> bool {
        let is = |p: &Port| matches!(self.nodes[p.node].kind, NodeKind::Input(k) if k == i);
        self.nodes.iter().flat_map(|n| &n.inputs).any(is) || self.wanted().any(|p| is(&p))
    }

    /// Keeps the inputs `order`, in that order; those left out must be unused.
    pub(crate) fn select_inputs(&mut self, order: &[usize]) {
        self.inputs = order.iter().map(|i| self.inputs[*i].clone()).collect();
        let at: HashMap<usize, usize> = order.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        for node in &mut self.nodes {
            if let NodeKind::Input(i) = &mut node.kind {
                // One that was left out is nobody's; as a constant it falls to dead code.
                match at.get(i) {
                    Some(new) => *i = *new,
                    None => node.kind = NodeKind::Const(Array::zeros(node.specs[0].dtype, [])),
                }
            }
        }
    }

    /// Type and shape at a port.
    pub fn spec(&self, port: Port) -> &Spec {
        &self.nodes[port.node].specs[port.output]
    }

    /// Every port that is asked for from outside.
    pub fn wanted(&self) -> impl Iterator<Item = Port> + '_ {
        self.outputs.iter().copied().chain(self.updates.iter().map(|(_, p)| *p))
    }

    /// The graph's ops applied to `inputs`: how a body is differentiated.
    pub fn inline(&self, inputs: &[Value]) -> Vec<Vec<Value>> {
        let mut made: Vec<Vec<Value>> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let values = match &node.kind {
                NodeKind::Input(i) => vec![inputs[*i].clone()],
                NodeKind::Const(array) => vec![Value::constant(array.clone())],
                NodeKind::Read(variable) => vec![Value::read(variable)],
                NodeKind::Op(op) => {
                    let args = node.inputs.iter().map(|p| made[p.node][p.output].clone()).collect();
                    trace::scoped(&node.scope, || Value::apply_all(op.clone(), args))
                }
            };
            made.push(values);
        }
        made
    }
}

/// The values at which a walk down from `wanted` first meets what `known` accepts.
pub(crate) fn frontier(wanted: &[Value], known: impl Fn(&Value) -> bool) -> Vec<Value> {
    order(wanted, &known).into_iter().filter(known).collect()
}

/// Nodes that `wanted` rest on, in order of dependency, not looking behind those where `stop` says so.
fn order(wanted: &[Value], stop: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    let mut found: Vec<Value> = Vec::new();
    let mut pending: Vec<Value> = wanted.to_vec();
    while let Some(v) = pending.pop() {
        if stop(&v) {
            // Outputs of one outer node are captured one by one.
            if seen.insert((v.key().0, v.key().1 + 1)) {
                found.push(v);
            }
        } else if seen.insert((v.key().0, 0)) {
            pending.extend(v.node.inputs.iter().cloned());
            found.push(v);
        }
    }
    found.sort_by_key(Value::key);
    found
}

/// One line a node, as kept in snapshots: `%3 = MatMul { .. }(%0, %2) float32[batch, 10]`.
impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = |p: &Port| if p.output == 0 { format!("%{}", p.node) } else { format!("%{}.{}", p.node, p.output) };
        for (i, node) in self.nodes.iter().enumerate() {
            let what = match &node.kind {
                NodeKind::Op(op) => format!("{op:?}"),
                NodeKind::Input(k) => format!("input {}", self.inputs[*k].0),
                NodeKind::Const(a) if a.len() <= 4 => format!("const {:?}", a.to_f64()),
                NodeKind::Const(_) => "const".into(),
                NodeKind::Read(v) => format!("read {}", v.name()),
            };
            let mut args = String::new();
            for (k, p) in node.inputs.iter().enumerate() {
                write!(args, "{}{}", if k > 0 { ", " } else { "" }, name(p))?;
            }
            let specs: Vec<_> = node.specs.iter().map(|s| s.to_string()).collect();
            writeln!(f, "%{i} = {what}({args}) {}", specs.join(", "))?;
        }
        for p in &self.outputs {
            writeln!(f, "output {}", name(p))?;
        }
        for (v, p) in &self.updates {
            writeln!(f, "update {} = {}", v.name(), name(p))?;
        }
        Ok(())
    }
}
