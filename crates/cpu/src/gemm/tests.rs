//! Products against sums of f64, at every size near a tile's edges, on every instruction set and number of threads.
use super::*;
use crate::drive;
use crate::each::{FloatFormula, Instruction, Operand, Program, Source, float_block_at};
use crate::lanes::Real;

/// Storage with gaps for a matrix, and its layout.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    ByRows,
    ByColumns,
    Gaps,
    Strided,
}
const FORMS: [Form; 4] = [Form::ByRows, Form::ByColumns, Form::Gaps, Form::Strided];

fn layout(form: Form, rows: usize, columns: usize) -> Layout {
    match form {
        Form::ByRows => Layout::by_rows(rows, columns),
        Form::ByColumns => Layout::by_columns(rows, columns),
        Form::Gaps => Layout { batch: (rows * (columns + 3)) as isize + 5, row: columns as isize + 3, column: 1 },
        Form::Strided => Layout { batch: (rows * columns * 2) as isize + 1, row: columns as isize * 2, column: 2 },
    }
}

/// A matrix of logical elements, batch by batch and row by row, all of them numbers of f32.
fn matrix(batch: usize, rows: usize, columns: usize, seed: u64) -> Vec<f64> {
    drive::numbers(batch * rows * columns, seed).iter().map(|x| f64::from(*x as f32)).collect()
}

/// Its storage under a layout; gaps hold numbers that no sum would miss.
fn stored(dtype: DType, numbers: &[f64], [batch, rows, columns]: [usize; 3], l: &Layout, len: usize) -> Vec<u8> {
    let mut out = vec![1e9; len];
    for g in 0..if l.batch == 0 { batch.min(1) } else { batch } {
        for i in 0..rows {
            for j in 0..columns {
                let at = g as isize * l.batch + i as isize * l.row + j as isize * l.column;
                out[at as usize] = numbers[(g * rows + i) * columns + j];
            }
        }
    }
    drive::floats(dtype, &out)
}

/// The elements of a product as sums of f64, and the sums of the terms' sizes.
struct Reference {
    sizes: [usize; 4],
    a: Vec<f64>,
    b: Vec<f64>,
    sums: Vec<(f64, f64)>,
}

impl Reference {
    /// Of `sizes` batch, m, n, k; a shared matrix is the first of its batch.
    fn new(sizes: [usize; 4], shared: [bool; 2]) -> Reference {
        let [batch, m, n, k] = sizes;
        let (a, b) = (matrix(batch, m, k, 1), matrix(batch, k, n, 2));
        let mut sums = vec![(0.0, 0.0); batch * m * n];
        for (row, sums) in sums.chunks_exact_mut(n.max(1)).enumerate() {
            let (g, i) = (row / m, row % m);
            let a = &a[(if shared[0] { i } else { g * m + i }) * k..][..k];
            let b = &b[if shared[1] { 0 } else { g * k * n }..][..k * n];
            for (x, b) in a.iter().zip(b.chunks_exact(n)) {
                for (sum, y) in sums.iter_mut().zip(b) {
                    *sum = (sum.0 + x * y, sum.1 + (x * y).abs());
                }
            }
        }
        Reference { sizes, a, b, sums }
    }
    /// Runs the product on each number of threads: all give the same bits, near the sums.
    fn check(&self, isa: Isa, product: Product, threads: &[usize]) {
        let Product { dtype, batch, m, n, k, a, b, .. } = product;
        assert_eq!(self.sizes, [batch, m, n, k]);
        let len = |l: &Layout, rows: usize, columns: usize| {
            let spread = |count: usize, stride: isize| count.saturating_sub(1) * stride.unsigned_abs();
            spread(batch, l.batch) + spread(rows, l.row) + spread(columns, l.column) + 1
        };
        let xs = stored(dtype, &self.a, [batch, m, k], &a, len(&a, m, k));
        let mut ys = stored(dtype, &self.b, [batch, k, n], &b, len(&b, k, n));
        if product.packed_b {
            let pack = Pack::on(isa, dtype, batch, k, n, b);
            ys = drive::outputs(&pack, &[&ys], &[pack.len() * dtype.size()], threads[0]).remove(0);
        }
        let kernel = Gemm::on(isa, product, None);
        let mut first = None;
        for threads in threads {
            let out = drive::outputs(&kernel, &[&xs, &ys], &[batch * m * n * dtype.size()], *threads).remove(0);
            let bits = first.get_or_insert_with(|| out.clone());
            assert!(*bits == out, "{isa} {product:?}: {threads} threads give other bits");
        }
        let epsilon = if dtype == DType::F32 { f64::from(f32::EPSILON) } else { f64::EPSILON };
        let allowed = epsilon * (k as f64).sqrt().max(2.0);
        let out = drive::read(dtype, &first.unwrap());
        assert_eq!(out.len(), self.sums.len());
        for (i, (out, (sum, size))) in out.iter().zip(&self.sums).enumerate() {
            let error = (out - sum).abs();
            assert!(error <= allowed * (size + 1e-30), "{isa} {product:?} at {i}: {error}");
        }
    }
}

fn product(dtype: DType, sizes: [usize; 4], forms: [Form; 2], packed_b: bool) -> Product {
    let [batch, m, n, k] = sizes;
    Product { dtype, batch, m, n, k, a: layout(forms[0], m, k), b: layout(forms[1], k, n), packed_b }
}

#[test]
fn every_edge() {
    let sides = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 14, 15, 16, 17, 28, 29, 31, 32, 33, 40];
    for m in sides {
        for n in sides {
            for (i, k) in [0, 1, 2, 3, 7, 16, 33, 64, 77].into_iter().enumerate() {
                let sizes = [1, m, n, k];
                let (reference, forms) = (Reference::new(sizes, [false; 2]), [FORMS[(m + n + i) % 4], FORMS[(m + i) % 4]]);
                for isa in Isa::available() {
                    for dtype in [DType::F32, DType::F64] {
                        reference.check(isa, product(dtype, sizes, forms, (m + n + k) % 3 == 0), &[1]);
                    }
                }
            }
        }
    }
}

#[test]
fn every_form_and_thread_count() {
    let sizes = [
        [1, 32, 10, 128],
        [1, 100, 70, 400],
        [3, 33, 65, 40],
        [1, 1, 300, 500],
        [1, 3, 1000, 40],
        [1, 4, 200, 129],
        [1, 300, 1, 200],
        [2, 200, 1, 90],
        [1, 200, 7, 100],
        [1, 130, 12, 70],
        [1, 77, 11, 300],
        [2, 30, 101, 130],
        [1, 64, 300, 520],
        [40, 8, 9, 10],
        [1, 7, 600, 200],
        [1, 201, 130, 600],
        [1, 115, 513, 210],
    ];
    for s in sizes {
        let reference = Reference::new(s, [false; 2]);
        for isa in Isa::available() {
            for dtype in [DType::F32, DType::F64] {
                // What is packed does not depend on A, nor what is read then on where B was.
                let packed = (0..4).flat_map(|i| [(i, 0, true), (0, i, true)]).skip(1);
                for (i, j, packed) in (0..16).map(|i| (i / 4, i % 4, false)).chain(packed) {
                    let threads = [1, if (i + j) % 2 == 0 { 8 } else { 2 }];
                    reference.check(isa, product(dtype, s, [FORMS[i], FORMS[j]], packed), &threads);
                }
            }
        }
    }
}

#[test]
fn shared_matrices() {
    for [m, n, k] in [[5, 6, 7], [20, 40, 30], [1, 100, 50], [40, 3, 80], [9, 1, 70]] {
        let sizes = [6, m, n, k];
        let one = Reference::new(sizes, [false, true]);
        let both = Reference::new(sizes, [true, true]);
        for isa in Isa::available() {
            for packed in [false, true] {
                let mut p = product(DType::F32, sizes, [Form::ByRows, Form::ByRows], packed);
                p.b.batch = 0;
                one.check(isa, p, &[1, 2]);
                p.a.batch = 0;
                both.check(isa, p, &[1, 2]);
                p.b = Layout { batch: 0, ..Layout::by_columns(k, n) };
                both.check(isa, p, &[1, 2]);
            }
        }
    }
}

struct Relu;
impl FloatFormula for Relu {
    const ARITY: usize = 2;
    #[inline(always)]
    fn apply<T: Real>([x, bias, _]: [T; 3]) -> T {
        x.add(bias).max(T::of(0.0))
    }
}
struct Twice;
impl FloatFormula for Twice {
    const ARITY: usize = 1;
    #[inline(always)]
    fn apply<T: Real>([x, ..]: [T; 3]) -> T {
        x.add(x)
    }
}

/// C = relu(A · B + bias), and a second output 2 C.
#[test]
fn epilogues_see_every_element_once() {
    let sizes = [
        [1, 4, 8, 2],
        [1, 33, 70, 40],
        [2, 30, 100, 900],
        [1, 1, 2000, 50],
        [3, 100, 1, 80],
        [1, 200, 7, 100],
        [1, 130, 12, 70],
        [4, 5, 6, 0],
        [1, 3, 200, 129],
        [2, 128, 260, 500],
    ];
    for isa in Isa::available() {
        for [batch, m, n, k] in sizes {
            for form in [Form::ByRows, Form::ByColumns] {
                let p = product(DType::F32, [batch, m, n, k], [form, form], false);
                let relu = Instruction {
                    block: float_block_at::<Relu>(isa, DType::F32).unwrap(),
                    sources: [Source::Operand(0), Source::Operand(1), Source::None],
                    dtype: DType::F32,
                };
                let twice = Instruction {
                    block: float_block_at::<Twice>(isa, DType::F32).unwrap(),
                    sources: [Source::Result(0), Source::None, Source::None],
                    dtype: DType::F32,
                };
                let operands = vec![Operand { dtype: DType::F32, strides: vec![n, 1] }, Operand { dtype: DType::F32, strides: vec![0, 1] }];
                let program = Program::new(&[batch * m, n], operands, vec![relu, twice], vec![Source::Result(0), Source::Result(1)]);
                let inputs = [batch * m * k, batch * k * n, n].map(|len| drive::floats(DType::F32, &drive::numbers(len, len as u64)));
                let size = batch * m * n * 4;
                let plain = drive::outputs(&Gemm::on(isa, p, None), &[&inputs[0], &inputs[1]], &[size], 1).remove(0);
                let kernel = Gemm::on(isa, p, Some(program));
                for threads in [1, 2, 8] {
                    let out = drive::outputs(&kernel, &[&inputs[0], &inputs[1], &inputs[2]], &[size, size], threads);
                    let (c, bias) = (drive::read(DType::F32, &plain), drive::read(DType::F32, &inputs[2]));
                    let wanted: Vec<f64> = c.iter().enumerate().map(|(i, c)| f64::from((c + bias[i % n]) as f32).max(0.0)).collect();
                    assert_eq!(drive::read(DType::F32, &out[0]), wanted, "{isa} {p:?}");
                    assert!(drive::read(DType::F32, &out[1]).iter().zip(&wanted).all(|(a, b)| *a == 2.0 * b));
                }
            }
        }
    }
}
