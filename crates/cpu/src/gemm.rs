//! Matrix products: C = A · B for batches of matrices in f32 and f64, with an elementwise program applied while C is in cache.
//!
//! One register tile (`tile`) does the arithmetic. A is only broadcast, so any strides do; B is read by rows of consecutive
//! numbers and is packed into panels where that pays. Sides too short for tiles take the paths of `thin`.
pub(crate) mod pack;
mod plan;
mod run;
#[cfg(test)]
mod tests;
pub(crate) mod thin;
pub(crate) mod tile;
pub(crate) mod vector;

use crate::each::Program;
use crate::isa::isa;
use crate::{Buffers, Isa, Kernel, Part};
use plan::Plan;
use tensor::DType;

/// Where the element (batch, row, column) of a matrix is: batch * `batch` + row * `row` + column * `column`, in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// From matrix to matrix; 0 shares one matrix.
    pub batch: isize,
    /// From row to row.
    pub row: isize,
    /// From column to column.
    pub column: isize,
}

impl Layout {
    /// Contiguous matrices of `rows` x `columns`, stored by rows.
    pub fn by_rows(rows: usize, columns: usize) -> Layout {
        Layout { batch: (rows * columns) as isize, row: columns as isize, column: 1 }
    }
    /// Contiguous matrices of `rows` x `columns`, stored by columns: the transpose of `by_rows(columns, rows)`.
    pub fn by_columns(rows: usize, columns: usize) -> Layout {
        Layout { batch: (rows * columns) as isize, row: 1, column: rows as isize }
    }
    /// Rows and columns exchanged.
    pub fn transposed(self) -> Layout {
        Layout { batch: self.batch, row: self.column, column: self.row }
    }
}

/// What to multiply: C[batch, m, n] = A[batch, m, k] · B[batch, k, n].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// F32 or F64.
    pub dtype: DType,
    /// Number of products.
    pub batch: usize,
    /// Rows of A and C.
    pub m: usize,
    /// Columns of B and C.
    pub n: usize,
    /// Columns of A, rows of B.
    pub k: usize,
    /// Where A's elements are.
    pub a: Layout,
    /// Where B's elements are, or were before packing; for a packed B only whether `batch` is 0 counts.
    pub b: Layout,
    /// Whether B comes as `Pack` wrote it.
    pub packed_b: bool,
}

/// A matrix product. Inputs: A, B (or its packed form), then the epilogue's further operands. Outputs: C, contiguous by rows,
/// then the epilogue's further outputs. The epilogue is a program over [batch * m, n] whose operand 0 is C.
pub struct Gemm {
    plan: Either,
    epilogue: Option<Program>,
    phases: Vec<usize>,
}

enum Either {
    F32(Plan<f32>),
    F64(Plan<f64>),
}

impl Gemm {
    /// A product on the process's instruction set. Panics if the number type is not F32 or F64.
    pub fn new(product: Product, epilogue: Option<Program>) -> Gemm {
        Gemm::on(isa(), product, epilogue)
    }
    /// A product on a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, product: Product, epilogue: Option<Program>) -> Gemm {
        assert!(isa.supported(), "this CPU has no {isa}");
        let (plan, phases) = match product.dtype {
            DType::F32 => {
                let plan = Plan::new(isa, product);
                let phases = plan.phases();
                (Either::F32(plan), phases)
            }
            DType::F64 => {
                let plan = Plan::new(isa, product);
                let phases = plan.phases();
                (Either::F64(plan), phases)
            }
            other => panic!("products of {other} are not defined"),
        };
        Gemm { plan, epilogue, phases }
    }
    /// Elements of the packed form of B on the process's instruction set, padding included.
    pub fn packed_len(product: &Product) -> usize {
        Pack::new(product.dtype, product.batch, product.k, product.n, product.b).len()
    }
    /// Whether this product would pack B in each run, so that packing it once beforehand saves time.
    pub fn wants_packed(product: &Product) -> bool {
        match Gemm::new(Product { packed_b: false, ..*product }, None).plan {
            Either::F32(plan) => plan.packs(),
            Either::F64(plan) => plan.packs(),
        }
    }
}

impl Kernel for Gemm {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn scratch(&self) -> usize {
        match &self.plan {
            Either::F32(plan) => plan.scratch() * size_of::<f32>(),
            Either::F64(plan) => plan.scratch() * size_of::<f64>(),
        }
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        match &self.plan {
            Either::F32(plan) => plan.run(self.epilogue.as_ref(), buffers, phase, part),
            Either::F64(plan) => plan.run(self.epilogue.as_ref(), buffers, phase, part),
        }
    }
}

/// Packs B[batch, k, n] for `Gemm` with `packed_b`: weights that many products share. Input: B. Output: `len` elements.
/// The form depends on k, n, the number type and the instruction set, not on A.
pub struct Pack {
    panels: PanelsOf,
    phases: [usize; 1],
}

enum PanelsOf {
    F32(plan::Panels<f32>),
    F64(plan::Panels<f64>),
}

impl Pack {
    /// A packing on the process's instruction set. Panics if the number type is not F32 or F64.
    pub fn new(dtype: DType, batch: usize, k: usize, n: usize, b: Layout) -> Pack {
        Pack::on(isa(), dtype, batch, k, n, b)
    }
    /// A packing for `Gemm::on` of that instruction set.
    pub fn on(isa: Isa, dtype: DType, batch: usize, k: usize, n: usize, b: Layout) -> Pack {
        let batch = if b.batch == 0 { batch.min(1) } else { batch };
        let panels = match dtype {
            DType::F32 => PanelsOf::F32(plan::Panels::new(isa, batch, k, n, b)),
            DType::F64 => PanelsOf::F64(plan::Panels::new(isa, batch, k, n, b)),
            other => panic!("products of {other} are not defined"),
        };
        let parts = match &panels {
            PanelsOf::F32(panels) => panels.parts(),
            PanelsOf::F64(panels) => panels.parts(),
        };
        Pack { panels, phases: [parts] }
    }
    /// Elements of the packed form.
    pub fn len(&self) -> usize {
        match &self.panels {
            PanelsOf::F32(panels) => panels.len(),
            PanelsOf::F64(panels) => panels.len(),
        }
    }
    /// Whether there is nothing to pack.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Kernel for Pack {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        let (b, out) = (buffers.inputs[0].pointer, buffers.outputs[0].pointer);
        match &self.panels {
            PanelsOf::F32(panels) => panels.fill(b.cast(), out.cast(), part),
            PanelsOf::F64(panels) => panels.fill(b.cast(), out.cast(), part),
        }
    }
}
