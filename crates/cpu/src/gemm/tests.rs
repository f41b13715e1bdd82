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

fn layout(form: Form, rows: usize, columns: usize) -> (Layout, usize) {
    let layout = match form {
        Form::ByRows => Layout::by_rows(rows, columns),
        Form::ByColumns => Layout::by_columns(rows, columns),
        Form::Gaps => Layout { batch: (rows * (columns + 3)) as isize + 5, row: columns as isize + 3, column: 1 },
        Form::Strided => Layout { batch: (rows * columns * 2) as isize + 1, row: columns as isize * 2, column: 2 },
    };
    (layout, layout.batch.unsigned_abs())
}

fn check(isa: Isa, product: Product, a_len: usize, b_len: usize, threads: &[usize]) {
    let Product { dtype, batch, m, n, k, a, b, .. } = product;
    let (x, y) = (drive::numbers(a_len, 1), drive::numbers(b_len, 2));
    let single = |x: &f64| if dtype == DType::F32 { f64::from(*x as f32) } else { *x };
    let (x, y): (Vec<f64>, Vec<f64>) = (x.iter().map(single).collect(), y.iter().map(single).collect());
    let (xs, mut ys) = (drive::floats(dtype, &x), drive::floats(dtype, &y));
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
    let out = drive::read(dtype, &first.unwrap());
    let epsilon = if dtype == DType::F32 { f64::from(f32::EPSILON) } else { f64::EPSILON };
    let at = |l: &Layout, batch: usize, row: usize, column: usize| {
        (batch as isize * l.batch + row as isize * l.row + column as isize * l.column) as usize
    };
    for g in 0..batch {
        for i in 0..m {
            for j in 0..n {
                let (mut sum, mut size) = (0.0, 0.0);
                for q in 0..k {
                    let term = x[at(&a, g, i, q)] * y[at(&b, g, q, j)];
                    sum += term;
                    size += term.abs();
                }
                let error = (out[(g * m + i) * n + j] - sum).abs();
                assert!(error <= epsilon * (size + 1e-30) * (k as f64).sqrt().max(2.0), "{isa} {product:?} at {g},{i},{j}: {error}");
            }
        }
    }
}

fn product(dtype: DType, sizes: [usize; 4], forms: [Form; 2], packed_b: bool) -> (Product, usize, usize) {
    let [batch, m, n, k] = sizes;
    let (a, a_len) = layout(forms[0], m, k);
    let (b, b_len) = layout(forms[1], k, n);
    (Product { dtype, batch, m, n, k, a, b, packed_b }, a_len * batch, b_len * batch)
}

#[test]
fn every_edge() {
    let sides = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 14, 15, 16, 17, 28, 29, 31, 32, 33, 40];
    for isa in Isa::available() {
        for dtype in [DType::F32, DType::F64] {
            for m in sides {
                for n in sides {
                    for (i, k) in [0, 1, 2, 3, 7, 16, 33, 64, 77].into_iter().enumerate() {
                        let form = FORMS[(m + n + i) % 4];
                        let (p, a, b) = product(dtype, [1, m, n, k], [form, FORMS[(m + i) % 4]], (m + n + k) % 3 == 0);
                        check(isa, p, a, b, &[1]);
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
        [1, 64, 300, 800],
        [40, 8, 9, 10],
        [1, 7, 600, 200],
        [1, 257, 130, 1000],
        [1, 150, 513, 256],
    ];
    for isa in Isa::available() {
        for dtype in [DType::F32, DType::F64] {
            for s in sizes {
                for a in FORMS {
                    for b in FORMS {
                        for packed in [false, true] {
                            let (p, a, b) = product(dtype, s, [a, b], packed);
                            check(isa, p, a, b, &[1, 2, 8]);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn shared_matrices() {
    for isa in Isa::available() {
        for packed in [false, true] {
            for [m, n, k] in [[5, 6, 7], [20, 40, 30], [1, 100, 50], [40, 3, 80], [9, 1, 70]] {
                let (mut p, a, b) = product(DType::F32, [6, m, n, k], [Form::ByRows, Form::ByRows], packed);
                p.b.batch = 0;
                check(isa, p, a, b, &[1, 2]);
                p.a.batch = 0;
                check(isa, p, a, b, &[1, 2]);
                p.b = Layout { batch: 0, ..Layout::by_columns(k, n) };
                check(isa, p, a, b, &[1, 2]);
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
                let (p, a_len, b_len) = product(DType::F32, [batch, m, n, k], [form, form], false);
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
                let inputs = [a_len, b_len, n].map(|len| drive::floats(DType::F32, &drive::numbers(len, len as u64)));
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
