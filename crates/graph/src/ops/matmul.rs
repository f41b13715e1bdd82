//! Matrix product over the last two axes, either side transposed, leading axes equal.
use crate::{
    op::{Access, Attribute, Concrete, ExportNode, Fault, Lowering, Op, Sample, Site},
    value::Value,
};
use cpu::gemm::{Gemm, Layout, Product};
use tensor::{DType, Dim, Error, Result, Shape, Spec};

/// `a b`, with `a` or `b` transposed.
#[derive(Debug, Clone, Copy, Default)]
pub struct MatMul {
    /// Takes `a` as its transpose.
    pub transpose_a: bool,
    /// Takes `b` as its transpose.
    pub transpose_b: bool,
}

impl MatMul {
    /// The product in the kernels' words, for factors of these sizes.
    pub fn product(&self, dtype: DType, a: &[usize], b: &[usize]) -> Product {
        let rank = a.len();
        let layout = |sizes: &[usize], transposed: bool| {
            let stored = Layout::by_rows(sizes[rank - 2], sizes[rank - 1]);
            if transposed { stored.transposed() } else { stored }
        };
        let (m, k) = if self.transpose_a { (a[rank - 1], a[rank - 2]) } else { (a[rank - 2], a[rank - 1]) };
        Product {
            dtype,
            batch: a[..rank - 2].iter().product(),
            m,
            n: if self.transpose_b { b[rank - 2] } else { b[rank - 1] },
            k,
            a: layout(a, self.transpose_a),
            b: layout(b, self.transpose_b),
            packed_b: false,
        }
    }
}

impl Op for MatMul {
    fn name(&self) -> &'static str {
        "MatMul"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        let (a, b) = (&inputs[0], &inputs[1]);
        let bad = |why: &str| {
            let t = |t| if t { " transposed" } else { "" };
            let (ta, tb) = (t(self.transpose_a), t(self.transpose_b));
            Err(Error::value("matmul_shape", format!("Cannot multiply shapes {}{ta} and {}{tb}: {why}.", a.shape, b.shape)))
        };
        if a.dtype != b.dtype || !a.dtype.is_float() {
            return Err(Error::type_(
                "dtype_mismatch",
                format!("MatMul takes floats of one type, got {} and {}; cast one of them.", a.dtype, b.dtype),
            ));
        }
        let rank = a.shape.rank();
        if rank < 2 || b.shape.rank() != rank {
            return bad("both need the same number of axes, two or more");
        }
        let (xs, ys) = (&a.shape.0, &b.shape.0);
        let differ = |x: Dim, y: Dim| matches!((x, y), (Dim::Known(x), Dim::Known(y)) if x != y);
        let (m, k) = if self.transpose_a { (xs[rank - 1], xs[rank - 2]) } else { (xs[rank - 2], xs[rank - 1]) };
        let (l, n) = if self.transpose_b { (ys[rank - 1], ys[rank - 2]) } else { (ys[rank - 2], ys[rank - 1]) };
        if differ(k, l) {
            return bad(&format!("the inner sizes {k} and {l} differ"));
        }
        if (0..rank - 2).any(|i| differ(xs[i], ys[i])) {
            return bad("the leading sizes differ");
        }
        let mut shape: Vec<Dim> = (0..rank - 2).map(|i| if xs[i].known().is_some() { xs[i] } else { ys[i] }).collect();
        shape.extend([m, n]);
        Ok(vec![Spec { dtype: a.dtype, shape: Shape(shape) }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let (a, b, dy) = (site.x(0), site.x(1), site.dy());
        let da = || match (self.transpose_a, self.transpose_b) {
            (false, tb) => dy.matmul_with(b, false, !tb),
            (true, tb) => b.matmul_with(dy, tb, true),
        };
        let db = || match (self.transpose_a, self.transpose_b) {
            (ta, false) => a.matmul_with(dy, !ta, false),
            (ta, true) => dy.matmul_with(a, true, ta),
        };
        vec![site.wanted[0].then(da), site.wanted[1].then(db)]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        Lowering::kernel(Gemm::new(self.product(at.inputs[0].0, at.input(0), at.input(1)), None))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        if inputs[0].shape.rank() == 2 {
            ExportNode::typed("MatMul", inputs[0].dtype)
                .with("transpose_a", Attribute::Bool(self.transpose_a))
                .with("transpose_b", Attribute::Bool(self.transpose_b))
        } else {
            ExportNode::typed("BatchMatMulV2", inputs[0].dtype)
                .with("adj_x", Attribute::Bool(self.transpose_a))
                .with("adj_y", Attribute::Bool(self.transpose_b))
        }
    }
    fn samples(&self) -> Vec<Sample> {
        let range = (-1.0, 1.0);
        let mut samples = Vec::new();
        for (transpose_a, transpose_b) in [(false, false), (true, false), (false, true), (true, true)] {
            let op = MatMul { transpose_a, transpose_b };
            let a: &[usize] = if transpose_a { &[4, 3] } else { &[3, 4] };
            let b: &[usize] = if transpose_b { &[5, 4] } else { &[4, 5] };
            samples.push(Sample::random(op, &[a, b], range));
            let a: &[usize] = if transpose_a { &[2, 37, 19] } else { &[2, 19, 37] };
            let b: &[usize] = if transpose_b { &[2, 33, 37] } else { &[2, 37, 33] };
            samples.push(Sample::random(op, &[a, b], range));
        }
        samples
    }
}
