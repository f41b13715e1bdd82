//! Makes one node of each connected set of elementwise nodes of one shape: one pass over memory instead of one each.
use super::{Rewrite, elementwise};
use crate::{
    graph::{Graph, GraphNode, NodeKind, Port},
    op::{Access, Concrete, ExportNode, Fault, Lowering, Op, OpRef, Sample, Site},
    value::Value,
};
use cpu::each::{Instruction, Operand, Program, Source};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};
use tensor::{DType, Error, Result, Shape, Spec};

/// Elementwise ops as one: each step reads operands or earlier steps.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The common shape.
    pub shape: Shape,
    /// Ops in order, what each reads, and the type it gives.
    pub steps: Vec<(OpRef, Vec<From>, DType)>,
    /// Which steps are outputs.
    pub outputs: Vec<usize>,
}

/// What a step of a fused op reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// An input of the whole.
    Operand(usize),
    /// An earlier step.
    Step(usize),
}

/// More steps or operands than this go into another node, to keep a block of every operand in the first cache.
const MOST_STEPS: usize = 48;
const MOST_OPERANDS: usize = 20;

impl Chain {
    /// The program over operands of these types and sizes.
    pub fn program(&self, operands: &[(DType, Vec<usize>)]) -> Result<Program> {
        let shape = self.shape.known().ok_or_else(|| Error::runtime("fused_sizes", "A fused op needs known sizes."))?;
        let operand_dtype = |f: &From| match f {
            From::Operand(i) => operands[*i].0,
            From::Step(i) => self.steps[*i].2,
        };
        let instructions = self
            .steps
            .iter()
            .map(|(op, from, dtype)| {
                let inputs = from.iter().map(|f| (operand_dtype(f), shape.clone())).collect();
                let at = Concrete { inputs, outputs: vec![(*dtype, shape.clone())], sizes: tensor::Sizes::new() };
                let Lowering::Block(block) = op.cpu(&at)? else {
                    return Err(Error::runtime("fused_op", format!("{} is not elementwise.", op.name())));
                };
                let mut sources = [Source::None; 3];
                for (source, f) in sources.iter_mut().zip(from) {
                    *source = match f {
                        From::Operand(i) => Source::Operand(*i),
                        From::Step(i) => Source::Result(*i),
                    };
                }
                Ok(Instruction { block, sources, dtype: *dtype })
            })
            .collect::<Result<Vec<_>>>()?;
        let operands = operands.iter().map(|(dtype, sizes)| Operand { dtype: *dtype, strides: broadcast_strides(sizes, &shape) }).collect();
        let outputs = self.outputs.iter().map(|i| Source::Result(*i)).collect();
        Ok(Program::new(&shape, operands, instructions, outputs))
    }
}

/// Strides with which an operand of `sizes` is read over `shape`: zero along what it is broadcast over.
pub(crate) fn broadcast_strides(sizes: &[usize], shape: &[usize]) -> Vec<usize> {
    let own = tensor::strides(sizes);
    let extra = shape.len() - sizes.len();
    (0..shape.len()).map(|i| if i < extra || sizes[i - extra] == 1 { 0 } else { own[i - extra] }).collect()
}

impl Op for Chain {
    fn name(&self) -> &'static str {
        "Chain"
    }
    fn outputs(&self) -> usize {
        self.outputs.len()
    }
    fn spec(&self, _: &[Spec]) -> Result<Vec<Spec>> {
        Ok(self.outputs.iter().map(|i| Spec { dtype: self.steps[*i].2, shape: self.shape.clone() }).collect())
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let error = Error::runtime("fused_gradient", "Gradients are taken before ops are fused.");
        vec![Some(Value::failed(error)); site.inputs.len()]
    }
    fn access(&self) -> Access {
        Access::Elementwise
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        Lowering::kernel(self.program(&at.inputs)?)
    }
    fn export(&self, _: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::untyped("Chain")
    }
    fn samples(&self) -> Vec<Sample> {
        Vec::new()
    }
}

pub fn fuse(graph: &Graph) -> Result<Graph> {
    let groups = group(graph);
    let order = schedule(graph, &groups);
    let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
    groups.iter().enumerate().for_each(|(node, group)| members.entry(*group).or_default().push(node));
    let mut consumers: Vec<Vec<Vec<usize>>> = graph.nodes.iter().map(|n| vec![Vec::new(); n.specs.len()]).collect();
    for (i, node) in graph.nodes.iter().enumerate() {
        node.inputs.iter().for_each(|p| consumers[p.node][p.output].push(groups[i]));
    }
    // Outside of all groups.
    graph.wanted().for_each(|p| consumers[p.node][p.output].push(usize::MAX));
    let mut rewrite = Rewrite::of(graph);
    for id in order {
        let nodes = &members[&id];
        if nodes.len() == 1 && !elementwise(&graph.nodes[nodes[0]]) {
            rewrite.keep(nodes[0]);
            continue;
        }
        let mut operands: Vec<Port> = Vec::new();
        let mut steps = Vec::new();
        let mut place: HashMap<usize, usize> = HashMap::new();
        for &n in nodes {
            let node = &graph.nodes[n];
            let NodeKind::Op(op) = &node.kind else { continue };
            let from = node
                .inputs
                .iter()
                .map(|p| match place.get(&p.node) {
                    Some(step) => From::Step(*step),
                    None => From::Operand(operands.iter().position(|o| o == p).unwrap_or_else(|| {
                        operands.push(*p);
                        operands.len() - 1
                    })),
                })
                .collect();
            place.insert(n, steps.len());
            steps.push((op.clone(), from, node.specs[0].dtype));
        }
        let outputs: Vec<usize> = nodes.iter().copied().filter(|n| consumers[*n][0].iter().any(|g| *g != id)).collect();
        let first = &graph.nodes[nodes[0]];
        let fused = Chain { shape: first.specs[0].shape.clone(), steps, outputs: outputs.iter().map(|n| place[n]).collect() };
        let inputs = operands.iter().map(|p| rewrite.port(*p)).collect();
        let specs = outputs.iter().map(|n| graph.nodes[*n].specs[0].clone()).collect();
        let ports = rewrite.push(GraphNode { kind: NodeKind::Op(OpRef::new(fused)), inputs, specs, scope: first.scope.clone() });
        for n in nodes {
            // A member nobody outside reads gets any port: none will be asked for.
            let port = outputs.iter().position(|o| o == n).map_or(Port { node: 0, output: 0 }, |k| ports[k]);
            rewrite.set(*n, vec![port]);
        }
    }
    Ok(rewrite.finish())
}

/// The group of each node, named by one of its members. A node's level is the number of steps on its longest way from the
/// leaves that cannot be inside one group; connected nodes of one shape and one level are a group, and since levels never
/// fall along an edge, no way out of a group leads back into it.
fn group(graph: &Graph) -> Vec<usize> {
    let mut level = vec![0usize; graph.nodes.len()];
    let mut root: Vec<usize> = (0..graph.nodes.len()).collect();
    let mut size: Vec<(usize, usize)> = graph.nodes.iter().map(|n| (1, n.inputs.len())).collect();
    fn find(root: &mut [usize], mut i: usize) -> usize {
        while root[i] != i {
            root[i] = root[root[i]];
            i = root[i];
        }
        i
    }
    let leaf = |n: &GraphNode| !matches!(n.kind, NodeKind::Op(_));
    let same = |a: &GraphNode, b: &GraphNode| elementwise(a) && elementwise(b) && a.specs[0].shape == b.specs[0].shape;
    // From leaf to root by step; only an edge between elementwise nodes of one shape may stay inside a group.
    let step = |from: usize, to: usize| usize::from(!leaf(&graph.nodes[from]) && !same(&graph.nodes[from], &graph.nodes[to]));
    for (i, node) in graph.nodes.iter().enumerate() {
        level[i] = node.inputs.iter().map(|p| level[p.node] + step(p.node, i)).max().unwrap_or(0);
    }
    // An elementwise node moves up to where it is first needed: what only a later group reads is computed there.
    let mut latest = vec![usize::MAX; graph.nodes.len()];
    graph.wanted().for_each(|p| latest[p.node] = level[p.node]);
    for (i, node) in graph.nodes.iter().enumerate().rev() {
        if elementwise(node) && latest[i] != usize::MAX {
            level[i] = level[i].max(latest[i]);
        }
        for p in &node.inputs {
            latest[p.node] = latest[p.node].min(level[i] - step(p.node, i).min(level[i]));
        }
    }
    for (i, node) in graph.nodes.iter().enumerate() {
        if !elementwise(node) {
            continue;
        }
        let near = node.inputs.iter().filter(|p| same(&graph.nodes[p.node], node) && level[p.node] == level[i]);
        let mut joins: Vec<usize> = near.map(|p| find(&mut root, p.node)).collect();
        joins.sort_unstable();
        joins.dedup();
        let total = joins.iter().fold(size[i], |(s, o), g| (s + size[*g].0, o + size[*g].1));
        if total.0 > MOST_STEPS || total.1 > MOST_OPERANDS * 2 {
            // A group that is full is closed: this node and all that follows start a level of their own.
            raise(graph, &mut level, i, &step);
            continue;
        }
        for g in joins {
            root[g] = i;
        }
        size[i] = total;
    }
    (0..graph.nodes.len()).map(|i| find(&mut root, i)).collect()
}

/// Puts node `at` one level up, and with it all that would otherwise come before it.
fn raise(graph: &Graph, level: &mut [usize], at: usize, step: &impl Fn(usize, usize) -> usize) {
    level[at] += 1;
    for i in at + 1..graph.nodes.len() {
        let least = graph.nodes[i].inputs.iter().map(|p| level[p.node] + step(p.node, i)).max().unwrap_or(0);
        level[i] = level[i].max(least);
    }
}

/// The groups in an order of dependency that stays as near as it can to the order of nodes.
fn schedule(graph: &Graph, groups: &[usize]) -> Vec<usize> {
    let mut waits: HashMap<usize, usize> = HashMap::new();
    let mut edges: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut last: HashMap<usize, usize> = HashMap::new();
    for (i, node) in graph.nodes.iter().enumerate() {
        waits.entry(groups[i]).or_insert(0);
        last.insert(groups[i], i);
        for p in &node.inputs {
            if groups[p.node] != groups[i] {
                edges.entry(groups[p.node]).or_default().push(groups[i]);
                *waits.entry(groups[i]).or_insert(0) += 1;
            }
        }
    }
    let mut ready: BinaryHeap<Reverse<(usize, usize)>> =
        waits.iter().filter(|(_, n)| **n == 0).map(|(g, _)| Reverse((last[g], *g))).collect();
    let mut order = Vec::new();
    while let Some(Reverse((_, group))) = ready.pop() {
        order.push(group);
        for next in edges.get(&group).into_iter().flatten() {
            if let Some(n) = waits.get_mut(next) {
                *n -= 1;
                if *n == 0 {
                    ready.push(Reverse((last[next], *next)));
                }
            }
        }
    }
    order
}
