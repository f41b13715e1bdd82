//! Computes what rests on constants alone, drops multiplications by one and additions of zero, and lets consumers broadcast
//! by themselves what was broadcast for them.
use super::{Rewrite, elementwise};
use crate::{
    graph::{Graph, GraphNode, NodeKind, Port},
    op::OpRef,
    ops::{
        math::{Add, Div, Mul, Sub},
        shape::{BroadcastTo, Reshape},
    },
    run,
};
use tensor::{Array, Result};

/// Constants larger than this many elements are not made of smaller ones: a plan must not grow by what it can compute.
const LARGEST: usize = 1 << 12;

pub fn fold(graph: &Graph) -> Result<Graph> {
    let mut rewrite = Rewrite::of(graph);
    for (i, node) in graph.nodes.iter().enumerate() {
        let NodeKind::Op(op) = &node.kind else {
            rewrite.keep(i);
            continue;
        };
        let inputs = rewrite.inputs(i);
        if let Some(arrays) = constants(&rewrite.new, op, node, &inputs)? {
            let outputs = arrays.into_iter().map(|a| rewrite.push(constant(a, node))[0]).collect();
            rewrite.set(i, outputs);
            continue;
        }
        if let Some(same) = identity(&rewrite.new, node, &inputs) {
            rewrite.set(i, vec![same]);
            continue;
        }
        if let Some(number) = reshaped_number(&rewrite.new, node, &inputs) {
            let op = OpRef::new(BroadcastTo { shape: node.specs[0].shape.clone() });
            let ports = rewrite.push(GraphNode { kind: NodeKind::Op(op), inputs: vec![number], ..node.clone() });
            rewrite.set(i, ports);
            continue;
        }
        let inputs = unbroadcast(&rewrite.new, node, inputs);
        let ports = rewrite.push(GraphNode { inputs, ..node.clone() });
        rewrite.set(i, ports);
    }
    Ok(rewrite.finish())
}

fn constant(array: Array, node: &GraphNode) -> GraphNode {
    let specs = vec![tensor::Spec::new(array.dtype(), array.shape())];
    GraphNode { kind: NodeKind::Const(array), inputs: Vec::new(), specs, scope: node.scope.clone() }
}

fn constants(graph: &Graph, op: &OpRef, node: &GraphNode, inputs: &[Port]) -> Result<Option<Vec<Array>>> {
    let small = node.specs.iter().all(|s| s.shape.count().known().is_some_and(|n| n <= LARGEST));
    let arrays: Option<Vec<Array>> = inputs
        .iter()
        .map(|p| match &graph.nodes[p.node].kind {
            NodeKind::Const(a) => Some(a.clone()),
            _ => None,
        })
        .collect();
    match arrays {
        // A broadcast is left to its consumer, who reads the one number.
        Some(arrays) if small && op.is::<BroadcastTo>().is_none() => match run::evaluate(op, &arrays) {
            // A setting may hold a symbol, whatever the shapes are by now.
            Err(e) if e.code() == "size_unknown" => Ok(None),
            found => found.map(Some),
        },
        _ => Ok(None),
    }
}

/// The number a port holds everywhere, if it is such a constant.
fn number(graph: &Graph, port: Port) -> Option<f64> {
    let node = &graph.nodes[port.node];
    match &node.kind {
        NodeKind::Const(a) if a.len() == 1 => a.to_f64().first().copied(),
        NodeKind::Op(op) if op.is::<BroadcastTo>().is_some() => number(graph, node.inputs[0]),
        _ => None,
    }
}

/// The input that an op gives unchanged.
fn identity(graph: &Graph, node: &GraphNode, inputs: &[Port]) -> Option<Port> {
    let NodeKind::Op(op) = &node.kind else { return None };
    let neutral = |i: usize, x: f64| number(graph, inputs[i]) == Some(x) && *graph.spec(inputs[1 - i]) == node.specs[0];
    if op.is::<Mul>().is_some() {
        (0..2).find(|i| neutral(*i, 1.0)).map(|i| inputs[1 - i])
    } else if op.is::<Add>().is_some() {
        (0..2).find(|i| neutral(*i, 0.0)).map(|i| inputs[1 - i])
    } else if op.is::<Div>().is_some() {
        neutral(1, 1.0).then(|| inputs[0])
    } else if op.is::<Sub>().is_some() {
        neutral(1, 0.0).then(|| inputs[0])
    } else {
        None
    }
}

/// The one number behind a reshape of its broadcast.
fn reshaped_number(graph: &Graph, node: &GraphNode, inputs: &[Port]) -> Option<Port> {
    node.op::<Reshape>()?;
    let source = &graph.nodes[inputs[0].node];
    source.op::<BroadcastTo>()?;
    (graph.spec(source.inputs[0]).shape.count().known() == Some(1)).then(|| source.inputs[0])
}

/// Reads behind a broadcast wherever another input keeps the result's shape.
fn unbroadcast(graph: &Graph, node: &GraphNode, mut inputs: Vec<Port>) -> Vec<Port> {
    if !elementwise(node) {
        return inputs;
    }
    for i in 0..inputs.len() {
        let source = &graph.nodes[inputs[i].node];
        let held = |j: usize| j != i && graph.spec(inputs[j]).shape == node.specs[0].shape;
        let behind = source.op::<BroadcastTo>().map(|_| source.inputs[0]);
        if let Some(behind) = behind
            && ((0..inputs.len()).any(held) || node.op::<BroadcastTo>().is_some())
        {
            inputs[i] = behind;
        }
    }
    inputs
}
