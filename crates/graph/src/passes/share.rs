//! Computes once what is computed twice: nodes with the same op, settings and inputs become one. Loops over the same body
//! and inputs become one that stacks the residuals of all, which is how a gradient gets its forward values.
use super::Rewrite;
use crate::{
    graph::{Graph, GraphNode, NodeKind, Port},
    op::OpRef,
    ops::scan::Scan,
};
use std::{collections::HashMap, sync::Arc};
use tensor::Result;

pub fn share(graph: &Graph) -> Result<Graph> {
    Ok(share_equal(&merge_scans(graph)))
}

fn share_equal(graph: &Graph) -> Graph {
    let mut rewrite = Rewrite::of(graph);
    let mut known: HashMap<(String, Vec<Port>), Vec<Port>> = HashMap::new();
    for (i, node) in graph.nodes.iter().enumerate() {
        let text = match &node.kind {
            NodeKind::Op(op) => format!("{}{op:?}", op.name()),
            NodeKind::Const(a) if a.len() == 1 => format!("const {:?} {:?} {:?}", a.dtype(), a.shape(), a.bytes()),
            NodeKind::Read(v) => format!("read {}", v.key()),
            _ => {
                rewrite.keep(i);
                continue;
            }
        };
        let key = (text, rewrite.inputs(i));
        match known.get(&key) {
            Some(ports) => rewrite.set(i, ports.clone()),
            None => {
                rewrite.keep(i);
                let ports = (0..node.specs.len()).map(|output| rewrite.port(Port { node: i, output })).collect();
                known.insert(key, ports);
            }
        }
    }
    rewrite.finish()
}

fn merge_scans(graph: &Graph) -> Graph {
    // All residuals asked for, by body and inputs; the first scan of each kind stacks them all.
    let mut rewrite = Rewrite::of(graph);
    let mut all: HashMap<(usize, Vec<Port>, bool), Vec<Port>> = HashMap::new();
    let key = |node: &GraphNode, scan: &Scan| (Arc::as_ptr(&scan.body) as usize, node.inputs.clone(), scan.reverse);
    for node in &graph.nodes {
        if let Some(scan) = node.op::<Scan>() {
            let residuals = all.entry(key(node, scan)).or_default();
            scan.residuals.iter().for_each(|p| {
                if !residuals.contains(p) {
                    residuals.push(*p)
                }
            });
        }
    }
    let mut made: HashMap<(usize, Vec<Port>, bool), Vec<Port>> = HashMap::new();
    for (i, node) in graph.nodes.iter().enumerate() {
        let Some(scan) = node.op::<Scan>() else {
            rewrite.keep(i);
            continue;
        };
        let key = key(node, scan);
        let (own, residuals) = (scan.body.outputs.len(), &all[&key]);
        if !made.contains_key(&key) {
            let op = Scan { residuals: residuals.clone(), ..scan.clone() };
            let mut specs = node.specs[..own].to_vec();
            specs.extend(residuals.iter().map(|p| {
                let step = scan.body.spec(*p);
                let sizes = std::iter::once(scan.length).chain(step.shape.0.iter().copied()).collect::<Vec<_>>();
                tensor::Spec { dtype: step.dtype, shape: tensor::Shape(sizes) }
            }));
            let inputs = rewrite.inputs(i);
            let ports = rewrite.push(GraphNode { kind: NodeKind::Op(OpRef::new(op)), inputs, specs, scope: node.scope.clone() });
            made.insert(key.clone(), ports);
        }
        let ports = &made[&key];
        let moved = ports[..own].iter().copied();
        let stacked = scan.residuals.iter().map(|p| residuals.iter().position(|q| q == p).map_or(ports[0], |k| ports[own + k]));
        let moved: Vec<Port> = moved.chain(stacked).collect();
        rewrite.set(i, moved);
    }
    rewrite.finish()
}
