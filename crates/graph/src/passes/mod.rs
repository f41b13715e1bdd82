//! Passes over a graph whose sizes are known: each takes a graph and gives a graph with the same outputs. One list, in order.
use crate::{
    graph::{Graph, GraphNode, NodeKind, Port},
    op::Access,
};
use tensor::{Error, Result};

mod dead;
mod epilogue;
mod fold;
mod fuse;
mod pack;
pub(crate) mod prologue;
mod share;
mod transposes;

pub use epilogue::{ConvChain, MatMulChain};
pub use fuse::Chain;
pub(crate) use fuse::broadcast_strides;

/// A pass and its name.
pub struct Pass {
    /// For messages.
    pub name: &'static str,
    /// What it does.
    pub run: fn(&Graph) -> Result<Graph>,
}

/// All passes, in the order they run.
pub const PASSES: &[Pass] = &[
    Pass { name: "fold", run: fold::fold },
    Pass { name: "share", run: share::share },
    Pass { name: "transposes", run: transposes::transposes },
    Pass { name: "dead", run: dead::dead },
    Pass { name: "fuse", run: fuse::fuse },
    Pass { name: "epilogue", run: epilogue::epilogue },
    Pass { name: "pack", run: pack::pack },
];

/// Runs all passes. In debug builds each is held to giving outputs of the same type and shape.
pub fn optimise(graph: &Graph) -> Result<Graph> {
    let mut graph = graph.clone();
    for pass in PASSES {
        let new = (pass.run)(&graph)?;
        if cfg!(debug_assertions) {
            let specs = |g: &Graph| g.wanted().map(|p| g.spec(p).clone()).collect::<Vec<_>>();
            if specs(&graph) != specs(&new) {
                let text = format!("The pass {} changed the outputs from {:?} to {:?}.", pass.name, specs(&graph), specs(&new));
                return Err(Error::runtime("pass_changed_outputs", text));
            }
        }
        graph = new;
    }
    Ok(graph)
}

/// Builds the graph a pass gives, node after node of the one it takes.
pub(crate) struct Rewrite<'a> {
    old: &'a Graph,
    /// The new graph so far.
    pub new: Graph,
    /// Where each output of each old node is now.
    moved: Vec<Vec<Port>>,
}

impl<'a> Rewrite<'a> {
    pub fn of(old: &'a Graph) -> Rewrite<'a> {
        let new = Graph { inputs: old.inputs.clone(), counter: old.counter, ..Graph::default() };
        Rewrite { old, new, moved: vec![Vec::new(); old.nodes.len()] }
    }
    /// Where an old port is now.
    pub fn port(&self, old: Port) -> Port {
        self.moved[old.node][old.output]
    }
    /// Where an old node's inputs are now.
    pub fn inputs(&self, node: usize) -> Vec<Port> {
        self.old.nodes[node].inputs.iter().map(|p| self.port(*p)).collect()
    }
    /// Adds a node.
    pub fn push(&mut self, node: GraphNode) -> Vec<Port> {
        let at = self.new.nodes.len();
        let ports = (0..node.specs.len()).map(|output| Port { node: at, output }).collect();
        self.new.nodes.push(node);
        ports
    }
    /// Says where an old node's outputs are now.
    pub fn set(&mut self, node: usize, ports: Vec<Port>) {
        self.moved[node] = ports;
    }
    /// Takes a node over as it is.
    pub fn keep(&mut self, node: usize) {
        let inputs = self.inputs(node);
        let ports = self.push(GraphNode { inputs, ..self.old.nodes[node].clone() });
        self.set(node, ports);
    }
    /// The new graph, outputs and updates moved.
    pub fn finish(mut self) -> Graph {
        self.new.outputs = self.old.outputs.iter().map(|p| self.port(*p)).collect();
        self.new.updates = self.old.updates.iter().map(|(v, p)| (v.clone(), self.port(*p))).collect();
        self.new
    }
}

/// How often each output of each node is read, from outside included.
pub(crate) fn uses(graph: &Graph) -> Vec<Vec<usize>> {
    let mut uses: Vec<Vec<usize>> = graph.nodes.iter().map(|n| vec![0; n.specs.len()]).collect();
    for p in graph.nodes.iter().flat_map(|n| &n.inputs).copied().chain(graph.wanted()) {
        uses[p.node][p.output] += 1;
    }
    uses
}

/// The op of a node that is elementwise.
pub(crate) fn elementwise(node: &GraphNode) -> bool {
    matches!(&node.kind, NodeKind::Op(op) if op.access() == Access::Elementwise)
}
