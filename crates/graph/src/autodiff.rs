//! Gradients: graph in, graph out. Each op's rule builds nodes, so gradients of gradients and every device come free.
use crate::{
    op::Site,
    trace,
    value::{Kind, Value},
};
use std::collections::{HashMap, HashSet};
use tensor::{Dim, Error, Result, Shape};

/// Where gradients meet: all reads of one variable are one place.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Place {
    Output(u64, usize),
    Variable(usize),
}

fn place(v: &Value) -> Place {
    match v.variable() {
        Some(variable) => Place::Variable(variable.key()),
        None => Place::Output(v.key().0, v.key().1),
    }
}

/// Gradients of the sum of `ys` (weighted by `dys`, ones if not given) with respect to each of `xs`; `None` where `ys` do
/// not depend on it. Where layers of the record lie between, the result is a node of the record that is expanded with them.
pub fn gradients(ys: &[Value], dys: Option<&[Value]>, xs: &[Value]) -> Result<Vec<Option<Value>>> {
    let nodes = trace::reachable(ys);
    let wanted: HashSet<Place> = xs.iter().map(place).collect();
    // A node is active if it depends on one of xs; nodes are in order of dependency, so one walk decides.
    let mut active: HashSet<u64> = HashSet::new();
    let is_active = |v: &Value, active: &HashSet<u64>| active.contains(&v.key().0) || wanted.contains(&place(v));
    for v in &nodes {
        let outputs = (0..v.node.specs.len()).map(|output| Value { node: v.node.clone(), output });
        if v.node.inputs.iter().any(|i| is_active(i, &active)) || outputs.into_iter().any(|o| wanted.contains(&place(&o))) {
            active.insert(v.key().0);
        }
    }
    // A layer reads its variables only when it is expanded: until then any call may lead to any variable.
    let hidden = xs.iter().any(|x| x.variable().is_some());
    let recorded = nodes.iter().any(|v| (hidden || active.contains(&v.key().0)) && matches!(v.node.kind, Kind::Call(_) | Kind::Gradient));
    if recorded {
        let [y] = ys else {
            return Err(Error::value("gradients_record", "Gradients through layers are taken of one value; add the values up first."));
        };
        return Ok(Value::gradient_node(y, xs).into_iter().map(Some).collect());
    }
    let mut grads: HashMap<Place, Value> = HashMap::new();
    for (i, y) in ys.iter().enumerate() {
        let dy = match dys {
            Some(dys) => dys[i].clone(),
            None => Value::scalar(y.dtype(), 1.0).broadcast_like(y),
        };
        accumulate(&mut grads, place(y), dy);
    }
    for v in nodes.iter().rev() {
        let Kind::Op(op) = &v.node.kind else { continue };
        if !active.contains(&v.key().0) {
            continue;
        }
        let outputs: Vec<Value> = (0..v.node.specs.len()).map(|output| Value { node: v.node.clone(), output }).collect();
        let found: Vec<Option<Value>> = outputs.iter().map(|o| grads.get(&place(o)).cloned()).collect();
        if found.iter().all(Option::is_none) {
            continue;
        }
        let first = found[0].clone().unwrap_or_else(|| Value::scalar(outputs[0].dtype(), 0.0).broadcast_like(&outputs[0]));
        let inputs = &v.node.inputs;
        let wants: Vec<bool> = inputs.iter().map(|i| i.dtype().is_float() && is_active(i, &active)).collect();
        let dxs = trace::scoped("gradients", || op.grad(&Site { inputs, outputs: &outputs, dys: &found, first: &first, wanted: &wants }));
        for ((x, dx), wanted) in inputs.iter().zip(dxs).zip(wants) {
            if let (Some(dx), true) = (dx, wanted) {
                accumulate(&mut grads, place(x), unbroadcast(&dx, x.shape()).ok()?);
            }
        }
    }
    xs.iter().map(|x| grads.get(&place(x)).cloned().map(Value::ok).transpose()).collect()
}

fn accumulate(grads: &mut HashMap<Place, Value>, place: Place, dx: Value) {
    let sum = match grads.get(&place) {
        Some(old) => old + &dx,
        None => dx,
    };
    grads.insert(place, sum);
}

/// Sums a gradient back to the shape its input had before it was broadcast.
fn unbroadcast(dx: &Value, shape: &Shape) -> Value {
    if dx.shape() == shape {
        return dx.clone();
    }
    let extra = dx.rank().saturating_sub(shape.rank());
    let axes: Vec<usize> =
        (0..dx.rank()).filter(|&i| i < extra || (shape.0[i - extra] == Dim::Known(1) && dx.shape().0[i] != Dim::Known(1))).collect();
    if axes.is_empty() {
        return dx.clone();
    }
    dx.sum_axes(&axes, false).reshape(shape)
}
