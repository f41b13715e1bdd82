//! Packs weights once that many runs multiply by: in graphs that do not change them, the packed form is part of the prologue.
use super::{MatMulChain, Rewrite};
use crate::{
    graph::{Graph, GraphNode, NodeKind},
    op::{Access, Concrete, ExportNode, Fault, Lowering, Op, OpRef, Sample, Site},
    ops::matmul::MatMul,
    value::Value,
};
use cpu::gemm::{Gemm, Pack, Product};
use tensor::{Result, Spec};

/// The second factor of a product in the form its kernel reads fastest.
#[derive(Debug, Clone, Copy)]
pub struct PackFactor {
    /// The product.
    pub product: Product,
}

impl Op for PackFactor {
    fn name(&self) -> &'static str {
        "PackFactor"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        Ok(vec![Spec::new(inputs[0].dtype, [Gemm::packed_len(&self.product)])])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        vec![None; site.inputs.len()]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, _: &Concrete) -> Result<Lowering> {
        let p = &self.product;
        Lowering::kernel(Pack::new(p.dtype, p.batch, p.k, p.n, p.b))
    }
    fn export(&self, _: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::untyped("PackFactor")
    }
    fn samples(&self) -> Vec<Sample> {
        Vec::new()
    }
}

pub fn pack(graph: &Graph) -> Result<Graph> {
    let mut rewrite = Rewrite::of(graph);
    for (i, node) in graph.nodes.iter().enumerate() {
        let Some((chain, product)) = candidate(graph, node) else {
            rewrite.keep(i);
            continue;
        };
        let mut inputs = rewrite.inputs(i);
        let pack = OpRef::new(PackFactor { product });
        let specs = pack.spec(&[rewrite.new.spec(inputs[1]).clone()])?;
        inputs[1] = rewrite.push(GraphNode { kind: NodeKind::Op(pack), inputs: vec![inputs[1]], specs, scope: node.scope.clone() })[0];
        let ports = rewrite.push(GraphNode { kind: NodeKind::Op(OpRef::new(chain)), inputs, ..node.clone() });
        rewrite.set(i, ports);
    }
    Ok(rewrite.finish())
}

/// The product with a packed factor that stands for `node`, if its factor is a variable nobody here changes and packing pays.
fn candidate(graph: &Graph, node: &GraphNode) -> Option<(MatMulChain, Product)> {
    let chain = match (node.op::<MatMul>(), node.op::<MatMulChain>()) {
        (Some(product), _) => MatMulChain { product: *product, then: None, packed: None, shape: node.specs[0].shape.clone() },
        (_, Some(chain)) if chain.packed.is_none() => chain.clone(),
        _ => return None,
    };
    let NodeKind::Read(variable) = &graph.nodes[node.inputs[1].node].kind else { return None };
    if graph.updates.iter().any(|(v, _)| v == variable) {
        return None;
    }
    let sizes = |k: usize| graph.spec(node.inputs[k]).shape.known();
    let (a, b) = (sizes(0)?, sizes(1)?);
    let product = chain.product.product(variable.dtype(), &a, &b);
    Gemm::wants_packed(&product).then(|| (MatMulChain { packed: Some(b), ..chain }, product))
}
