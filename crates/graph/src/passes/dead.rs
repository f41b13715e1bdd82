//! Drops what no output and no update rests on, and residuals of loops that nobody reads.
use super::{Rewrite, uses};
use crate::{
    graph::{Graph, GraphNode, NodeKind, Port},
    op::OpRef,
    ops::scan::Scan,
};
use tensor::Result;

pub fn dead(graph: &Graph) -> Result<Graph> {
    let mut alive = vec![false; graph.nodes.len()];
    graph.wanted().for_each(|p| alive[p.node] = true);
    for i in (0..graph.nodes.len()).rev() {
        if alive[i] {
            graph.nodes[i].inputs.iter().for_each(|p| alive[p.node] = true);
        }
    }
    let uses = uses(graph);
    let mut rewrite = Rewrite::of(graph);
    for (i, node) in graph.nodes.iter().enumerate() {
        if !alive[i] {
            continue;
        }
        match node.op::<Scan>() {
            Some(scan) if !scan.residuals.is_empty() => prune(&mut rewrite, i, node, scan, &uses[i]),
            _ => rewrite.keep(i),
        }
    }
    Ok(rewrite.finish())
}

fn prune(rewrite: &mut Rewrite, at: usize, node: &GraphNode, scan: &Scan, uses: &[usize]) {
    let own = scan.body.outputs.len();
    let kept: Vec<usize> = (0..scan.residuals.len()).filter(|k| uses[own + k] > 0).collect();
    let op = Scan { residuals: kept.iter().map(|k| scan.residuals[*k]).collect(), ..scan.clone() };
    let specs = (0..own).chain(kept.iter().map(|k| own + k)).map(|i| node.specs[i].clone()).collect();
    let inputs = rewrite.inputs(at);
    let ports = rewrite.push(GraphNode { kind: NodeKind::Op(OpRef::new(op)), inputs, specs, scope: node.scope.clone() });
    // Outputs that went are never asked for; any port will do for them.
    let place = |i: usize| match i.checked_sub(own) {
        None => ports[i],
        Some(k) => kept.iter().position(|x| *x == k).map_or(ports[0], |at| ports[own + at]),
    };
    let moved: Vec<Port> = (0..node.specs.len()).map(place).collect();
    rewrite.set(at, moved);
}
