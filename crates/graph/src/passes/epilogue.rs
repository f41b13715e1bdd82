//! Lets matrix products and convolutions apply the elementwise ops that follow them while each tile is in cache.
use super::{Rewrite, fuse::Chain, fuse::From, uses};
use crate::{
    graph::{Graph, GraphNode, NodeKind, Port},
    op::{Access, Concrete, ExportNode, Fault, Lowering, Op, OpRef, Sample, Site},
    ops::{conv::Conv2D, matmul::MatMul},
    value::Value,
};
use cpu::{
    Program,
    conv::Conv,
    gemm::{Gemm, Product},
};
use tensor::{Error, Result, Shape, Spec};

/// A product followed by elementwise ops; the inputs are the product's two and then the ops' other operands.
#[derive(Debug, Clone)]
pub struct MatMulChain {
    /// The product.
    pub product: MatMul,
    /// What follows, if anything; operand 0 is the product.
    pub then: Option<Chain>,
    /// The sizes of the second factor if it comes packed.
    pub packed: Option<Vec<usize>>,
    /// The product's shape.
    pub shape: Shape,
}

impl Op for MatMulChain {
    fn name(&self) -> &'static str {
        "MatMulChain"
    }
    fn outputs(&self) -> usize {
        self.then.as_ref().map_or(1, |then| then.outputs.len())
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        match &self.then {
            None => Ok(vec![Spec { dtype: inputs[0].dtype, shape: self.shape.clone() }]),
            Some(then) => then.spec(inputs),
        }
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let error = Error::runtime("fused_gradient", "Gradients are taken before ops are fused.");
        vec![Some(Value::failed(error)); site.inputs.len()]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let dtype = at.inputs[0].0;
        let packed_b = self.packed.is_some();
        let product = self.product.product(dtype, at.input(0), self.packed.as_deref().unwrap_or(at.input(1)));
        let product = Product { packed_b, ..product };
        let Some(then) = &self.then else { return Lowering::kernel(Gemm::new(product, None)) };
        let then = over_rows(then, [product.batch * product.m, product.n], at)?;
        Lowering::kernel(Gemm::new(product, Some(then)))
    }
    fn export(&self, _: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::untyped("MatMulChain")
    }
    fn samples(&self) -> Vec<Sample> {
        Vec::new()
    }
}

/// The program of what follows a product, over the rows of all products as one matrix.
fn over_rows(then: &Chain, [rows, n]: [usize; 2], at: &Concrete) -> Result<Program> {
    let flat = |sizes: &[usize]| match sizes.iter().product::<usize>() {
        1 => vec![1, 1],
        count if count == n && sizes.last() == Some(&n) => vec![1, n],
        _ => vec![rows, n],
    };
    let first = (at.inputs[0].0, vec![rows, n]);
    let operands: Vec<_> = std::iter::once(first).chain(at.inputs[2..].iter().map(|(d, s)| (*d, flat(s)))).collect();
    Chain { shape: [rows, n].into(), ..then.clone() }.program(&operands)
}

/// A convolution followed by elementwise ops; the inputs are the convolution's two and then the ops' other operands.
#[derive(Debug, Clone)]
pub struct ConvChain {
    /// The convolution, not a depthwise one.
    pub conv: Conv2D,
    /// What follows; operand 0 is the convolution.
    pub then: Chain,
}

impl Op for ConvChain {
    fn name(&self) -> &'static str {
        "ConvChain"
    }
    fn outputs(&self) -> usize {
        self.then.outputs.len()
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        self.then.spec(inputs)
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let error = Error::runtime("fused_gradient", "Gradients are taken before ops are fused.");
        vec![Some(Value::failed(error)); site.inputs.len()]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let result = at.output(0);
        let sizes = self.conv.convolution(at.inputs[0].0, at.input(0), at.input(1), result);
        let then = over_rows(&self.then, [result[..3].iter().product(), result[3]], at)?;
        Lowering::kernel(Conv::new(sizes, Some(then)))
    }
    fn export(&self, _: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::untyped("ConvChain")
    }
    fn samples(&self) -> Vec<Sample> {
        Vec::new()
    }
}

pub fn epilogue(graph: &Graph) -> Result<Graph> {
    let uses = uses(graph);
    let mut rewrite = Rewrite::of(graph);
    // The product that each fused node takes in.
    let taken: Vec<Option<usize>> = graph.nodes.iter().map(|node| product_of(graph, &uses, node)).collect();
    for (i, node) in graph.nodes.iter().enumerate() {
        if taken.contains(&Some(i)) {
            // Made where its consumer stands; nothing else reads it.
            rewrite.set(i, vec![Port { node: 0, output: 0 }]);
            continue;
        }
        let (Some(product), Some(fused)) = (taken[i], node.op::<Chain>()) else {
            rewrite.keep(i);
            continue;
        };
        let at = node.inputs.iter().position(|p| p.node == product).unwrap_or(0);
        let renumber = |f: &From| match *f {
            From::Operand(k) if k == at => From::Operand(0),
            From::Operand(k) => From::Operand(k + usize::from(k < at)),
            step => step,
        };
        let steps = fused.steps.iter().map(|(op, from, d)| (op.clone(), from.iter().map(renumber).collect(), *d)).collect();
        // The first output is written where the product was summed up, so it must have the product's type.
        let mut outputs: Vec<usize> = (0..fused.outputs.len()).collect();
        let dtype = graph.nodes[product].specs[0].dtype;
        let first = outputs.iter().position(|k| node.specs[*k].dtype == dtype).unwrap_or(0);
        outputs.swap(0, first);
        let then = Chain { shape: fused.shape.clone(), steps, outputs: outputs.iter().map(|k| fused.outputs[*k]).collect() };
        let others = node.inputs.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, p)| *p);
        let inputs = graph.nodes[product].inputs.iter().copied().chain(others).map(|p| rewrite.port(p)).collect();
        let specs = outputs.iter().map(|k| node.specs[*k].clone()).collect();
        let op = match (graph.nodes[product].op::<MatMul>(), graph.nodes[product].op::<Conv2D>()) {
            (Some(product), _) => OpRef::new(MatMulChain { product: *product, then: Some(then), packed: None, shape: fused.shape.clone() }),
            (_, Some(conv)) => OpRef::new(ConvChain { conv: *conv, then }),
            _ => return Err(Error::runtime("epilogue", "A product was lost while fusing.")),
        };
        let ports = rewrite.push(GraphNode { kind: NodeKind::Op(op), inputs, specs, scope: node.scope.clone() });
        let moved = (0..outputs.len()).map(|k| ports[outputs.iter().position(|o| *o == k).unwrap_or(k)]).collect();
        rewrite.set(i, moved);
    }
    Ok(rewrite.finish())
}

/// The product that `node` can take in: read by nobody else, of the node's shape, the other operands rows, numbers or alike.
fn product_of(graph: &Graph, uses: &[Vec<usize>], node: &GraphNode) -> Option<usize> {
    let fused = node.op::<Chain>()?;
    let n = *fused.shape.0.last()?;
    let simple =
        |shape: &Shape| shape.count().known() == Some(1) || *shape == fused.shape || (shape.0.last() == Some(&n) && shape.count() == n);
    // An optimizer's update streams weight and slots once, in order; tile by tile it would wait for memory.
    let state = |p: &Port| matches!(graph.nodes[p.node].kind, NodeKind::Read(_)) && graph.spec(*p).shape == fused.shape;
    if !node.inputs.iter().all(|p| simple(&graph.spec(*p).shape)) || node.inputs.iter().any(state) {
        return None;
    }
    node.inputs.iter().map(|p| p.node).find(|&p| {
        let product = &graph.nodes[p];
        (product.op::<MatMul>().is_some() || product.op::<Conv2D>().is_some_and(|conv| !conv.depthwise))
            && uses[p][0] == 1
            && product.specs[0].shape == fused.shape
            && node.specs.iter().any(|s| s.dtype == product.specs[0].dtype)
            && matches!(product.kind, NodeKind::Op(_))
    })
}
