//! Splits off what rests on variables alone that the graph does not change: it is computed when a variable has changed, not
//! at every run. Not in the list of passes, since it makes two graphs of one.
use super::Rewrite;
use crate::{
    graph::{Graph, GraphNode, NodeKind, Port},
    ops::shape::{Reshape, StopGradient},
};
use tensor::Spec;

/// More bytes than this are not kept between runs.
const BUDGET: usize = 256 << 20;

/// The prologue, whose outputs are the last inputs of the rest; none if there is nothing worth it.
pub fn split(graph: &Graph) -> Option<(Graph, Graph)> {
    let fixed = fixed(graph);
    let mut kept: Vec<Port> = Vec::new();
    let outside = graph.nodes.iter().enumerate().filter(|(i, _)| !fixed[*i]).flat_map(|(_, n)| n.inputs.iter().copied());
    for p in outside.chain(graph.wanted()) {
        if fixed[p.node] && matches!(graph.nodes[p.node].kind, NodeKind::Op(_)) && !kept.contains(&p) {
            kept.push(p);
        }
    }
    let bytes = |p: &Port| graph.spec(*p).shape.count().known().map(|n| n * graph.spec(*p).dtype.size());
    let total = kept.iter().map(bytes).sum::<Option<usize>>()?;
    if kept.is_empty() || total > BUDGET {
        return None;
    }
    let mut first = Rewrite::of(graph);
    first.new.inputs.clear();
    first.new.counter = None;
    (0..graph.nodes.len()).filter(|i| fixed[*i]).for_each(|i| first.keep(i));
    first.new.outputs = kept.iter().map(|p| first.port(*p)).collect();
    let mut rest = Rewrite::of(graph);
    for (i, node) in graph.nodes.iter().enumerate() {
        let made = |output: usize| kept.iter().position(|p| *p == Port { node: i, output });
        if !fixed[i] || !matches!(node.kind, NodeKind::Op(_)) {
            rest.keep(i);
            continue;
        }
        // An output that nobody outside reads gets any port: none will be asked for.
        let ports = (0..node.specs.len())
            .map(|output| made(output).map_or(Port { node: 0, output: 0 }, |_| input(&mut rest.new, node.specs[output].clone())))
            .collect();
        rest.set(i, ports);
    }
    // Inputs were added in the order of nodes; the prologue's outputs follow suit.
    let mut prologue = first.new;
    let mut order: Vec<usize> = (0..kept.len()).collect();
    order.sort_by_key(|k| kept[*k]);
    prologue.outputs = order.iter().map(|k| prologue.outputs[*k]).collect();
    Some((prologue, rest.finish()))
}

fn input(graph: &mut Graph, spec: Spec) -> Port {
    graph.add_input("prologue", spec)
}

/// Which nodes rest on constants and unchanged variables alone. A view is left to its reader: keeping it would be a copy.
fn fixed(graph: &Graph) -> Vec<bool> {
    let mut fixed = vec![false; graph.nodes.len()];
    let changed = |node: &GraphNode| match &node.kind {
        NodeKind::Read(v) => graph.updates.iter().any(|(w, _)| w == v),
        _ => false,
    };
    for (i, node) in graph.nodes.iter().enumerate() {
        fixed[i] = match &node.kind {
            NodeKind::Input(_) => false,
            NodeKind::Const(_) => true,
            NodeKind::Read(_) => !changed(node),
            NodeKind::Op(_) => {
                let view = node.op::<Reshape>().is_some() || node.op::<StopGradient>().is_some();
                !view && !node.inputs.is_empty() && node.inputs.iter().all(|p| fixed[p.node])
            }
        };
    }
    fixed
}
