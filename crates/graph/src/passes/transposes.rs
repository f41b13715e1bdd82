//! Takes out transposes: two in a row become one or none, and one before elementwise ops moves behind them, where it may meet
//! its opposite. So networks with channels first run with channels last, but for their ends.
use super::{Rewrite, elementwise};
use crate::{
    graph::{Graph, GraphNode, NodeKind, Port},
    op::OpRef,
    ops::{
        reduce::Reduce,
        shape::{BroadcastTo, Reshape, Transpose},
    },
    run,
};
use tensor::{Array, Dim, Result, Shape, Spec};

pub fn transposes(graph: &Graph) -> Result<Graph> {
    let mut rewrite = Rewrite::of(graph);
    for (i, node) in graph.nodes.iter().enumerate() {
        let inputs = rewrite.inputs(i);
        if let Some(port) = joined(&mut rewrite, node, &inputs)? {
            rewrite.set(i, vec![port]);
        } else if let Some(port) = behind(&mut rewrite, node, &inputs)? {
            rewrite.set(i, vec![port]);
        } else if let Some(ports) = reduced(&mut rewrite, node, &inputs) {
            rewrite.set(i, ports);
        } else {
            rewrite.keep(i);
        }
    }
    Ok(rewrite.finish())
}

/// What a transpose's output is made from, and the order.
fn transposed(graph: &Graph, port: Port) -> Option<(Port, &[usize])> {
    let node = &graph.nodes[port.node];
    node.op::<Transpose>().map(|t| (node.inputs[0], &t.order[..]))
}

/// The numbers of a constant.
fn constant(graph: &Graph, port: Port) -> Option<Array> {
    match &graph.nodes[port.node].kind {
        NodeKind::Const(array) => Some(array.clone()),
        _ => None,
    }
}

fn push(rewrite: &mut Rewrite, op: OpRef, inputs: Vec<Port>, like: &GraphNode) -> Result<Port> {
    let specs = op.spec(&inputs.iter().map(|p| rewrite.new.spec(*p).clone()).collect::<Vec<_>>())?;
    Ok(rewrite.push(GraphNode { kind: NodeKind::Op(op), inputs, specs, scope: like.scope.clone() })[0])
}

/// A transpose of a transpose.
fn joined(rewrite: &mut Rewrite, node: &GraphNode, inputs: &[Port]) -> Result<Option<Port>> {
    let Some(outer) = node.op::<Transpose>() else { return Ok(None) };
    let Some((source, inner)) = transposed(&rewrite.new, inputs[0]) else { return Ok(None) };
    let order: Vec<usize> = outer.order.iter().map(|i| inner[*i]).collect();
    if order.iter().copied().eq(0..order.len()) {
        return Ok(Some(source));
    }
    push(rewrite, OpRef::new(Transpose { order }), vec![source], node).map(Some)
}

/// An elementwise op whose whole inputs are all transposed alike: the op on what they are made from, then the transpose.
fn behind(rewrite: &mut Rewrite, node: &GraphNode, inputs: &[Port]) -> Result<Option<Port>> {
    let NodeKind::Op(op) = &node.kind else { return Ok(None) };
    // What broadcasts by a setting of its own is no function of elements alone.
    if !elementwise(node) || node.specs.len() != 1 || node.op::<BroadcastTo>().is_some() {
        return Ok(None);
    }
    let shape = &node.specs[0].shape;
    let whole = |p: &&Port| rewrite.new.spec(**p).shape == *shape;
    let Some((_, order)) = inputs.iter().filter(whole).find_map(|p| transposed(&rewrite.new, *p)) else { return Ok(None) };
    let order = order.to_vec();
    // Operands along one axis only lie down anew for nothing; others would have to be moved.
    let simple = |p: &Port| rewrite.new.spec(*p).shape.0.iter().filter(|d| **d != Dim::Known(1)).count() <= 1;
    let fits = |p: &Port| match transposed(&rewrite.new, *p) {
        None if rewrite.new.spec(*p).shape == *shape => constant(&rewrite.new, *p).is_some(),
        Some((_, other)) if rewrite.new.spec(*p).shape == *shape => other == order,
        _ => rewrite.new.spec(*p).shape != *shape && simple(p),
    };
    if !inputs.iter().all(fits) {
        return Ok(None);
    }
    let mut back = vec![0; order.len()];
    order.iter().enumerate().for_each(|(to, from)| back[*from] = to);
    let mut moved = Vec::new();
    for p in inputs {
        let own = rewrite.new.spec(*p).shape.clone();
        moved.push(if own.count() == Dim::Known(1) {
            *p
        } else if own == *shape {
            match (transposed(&rewrite.new, *p), constant(&rewrite.new, *p)) {
                (Some((source, _)), _) => source,
                (_, Some(array)) => {
                    let array = run::evaluate(&OpRef::new(Transpose { order: back.clone() }), &[array])?.swap_remove(0);
                    let specs = vec![Spec::new(array.dtype(), array.shape())];
                    rewrite.push(GraphNode { kind: NodeKind::Const(array), inputs: Vec::new(), specs, scope: node.scope.clone() })[0]
                }
                _ => return Ok(None),
            }
        } else {
            let missing = order.len() - own.rank();
            let size = |i: usize| if i < missing { Dim::Known(1) } else { own.0[i - missing] };
            let shape = Shape(back.iter().map(|i| size(*i)).collect());
            push(rewrite, OpRef::new(Reshape { shape }), vec![*p], node)?
        });
    }
    let wanted = Shape(back.iter().map(|i| shape.0[*i]).collect());
    let specs = op.spec(&moved.iter().map(|p| rewrite.new.spec(*p).clone()).collect::<Vec<_>>())?;
    if specs != [Spec { dtype: node.specs[0].dtype, shape: wanted }] {
        return Ok(None);
    }
    let made = rewrite.push(GraphNode { kind: node.kind.clone(), inputs: moved, specs, scope: node.scope.clone() })[0];
    push(rewrite, OpRef::new(Transpose { order }), vec![made], node).map(Some)
}

/// A reduction of a transpose to a single axis, or to none: of what the transpose is made from.
fn reduced(rewrite: &mut Rewrite, node: &GraphNode, inputs: &[Port]) -> Option<Vec<Port>> {
    let reduce = node.op::<Reduce>()?;
    let (source, order) = transposed(&rewrite.new, inputs[0])?;
    if reduce.keepdims || reduce.axes.len() + 1 < order.len() {
        return None;
    }
    let mut axes: Vec<usize> = reduce.axes.iter().map(|i| order[*i]).collect();
    axes.sort_unstable();
    let op = OpRef::new(Reduce { axes, ..reduce.clone() });
    Some(rewrite.push(GraphNode { kind: NodeKind::Op(op), inputs: vec![source], ..node.clone() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Function, Mode, Value,
        functions::conv::Walk,
        gradients,
        ops::{pool::Pooling, window::Padding},
        passes::optimise,
        run::Feed,
    };
    use tensor::DType;

    #[test]
    fn channels_first_networks_keep_the_transposes_of_their_ends_alone() {
        let walk = Walk { padding: Padding::Same, channels_first: true, ..Walk::default() };
        let arrays: Vec<Array> = [vec![2, 3, 6, 5], vec![3, 3, 3, 4], vec![4], vec![3, 3, 4, 2], vec![2]]
            .into_iter()
            .map(|s: Vec<usize>| {
                let numbers: Vec<f64> = (0..s.iter().product::<usize>()).map(|i| ((i * 29 + 7) % 43) as f64 / 20.0 - 1.0).collect();
                Array::from_f64(DType::F32, s, &numbers).unwrap()
            })
            .collect();
        let values: Vec<Value> = arrays.iter().map(|a| Value::input("x", Spec::new(a.dtype(), a.shape()))).collect();
        let bias = |b: &Value| b.reshape(&Shape(vec![Dim::Known(1), b.dim(0), Dim::Known(1), Dim::Known(1)]));
        let y = (values[0].conv2d(&values[1], &walk) + bias(&values[2])).relu();
        let y = y.pool2d(Pooling::Max, [2, 2], [2, 2], Padding::Valid, true);
        let y = (y.conv2d(&values[3], &walk) + bias(&values[4])).tanh();
        let grads = gradients(&[(&y * &y).sum(&[], false)], None, &values[1..]).unwrap();
        let wanted: Vec<Value> = std::iter::once(y).chain(grads.into_iter().flatten()).collect();
        assert_eq!(wanted.len(), 5);
        let graph = Graph::of(&values, &wanted, &[]).unwrap();
        let left = optimise(&graph).unwrap().nodes.iter().filter(|n| n.op::<Transpose>().is_some()).count();
        assert_eq!(left, 2, "{}", optimise(&graph).unwrap());
        let run = |mode| {
            let feeds: Vec<Feed> = arrays.iter().map(Feed::of).collect();
            Function::new(graph.clone(), mode).run(&feeds, 0).unwrap()
        };
        for (a, b) in run(Mode::Optimised).iter().zip(&run(Mode::Plain)) {
            assert_eq!(a.shape(), b.shape());
            assert!(a.to_f64().iter().zip(b.to_f64()).all(|(a, b)| (a - b).abs() <= 1e-5 * (1.0 + b.abs())));
        }
    }
}
