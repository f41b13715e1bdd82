//! Blocks against plain loops, at every level this CPU has.
use crate::Isa;
use crate::each::*;
use crate::lanes::{Mask, Number, Real};
use tensor::{DType, Philox};

pub(crate) struct Add;
impl NumberFormula for Add {
    const ARITY: usize = 2;
    #[inline(always)]
    fn apply<T: Number>([a, b, _]: [T; 3]) -> T {
        a.add(b)
    }
}
pub(crate) struct Mul;
impl NumberFormula for Mul {
    const ARITY: usize = 2;
    #[inline(always)]
    fn apply<T: Number>([a, b, _]: [T; 3]) -> T {
        a.mul(b)
    }
}
/// max(a, b) - |c|: three inputs.
struct Mixed;
impl NumberFormula for Mixed {
    const ARITY: usize = 3;
    #[inline(always)]
    fn apply<T: Number>([a, b, c]: [T; 3]) -> T {
        a.max(b).sub(c.abs())
    }
}
struct FloorDiv;
impl NumberFormula for FloorDiv {
    const ARITY: usize = 2;
    #[inline(always)]
    fn apply<T: Number>([a, b, _]: [T; 3]) -> T {
        a.floor_div(b)
    }
}
struct FloorMod;
impl NumberFormula for FloorMod {
    const ARITY: usize = 2;
    #[inline(always)]
    fn apply<T: Number>([a, b, _]: [T; 3]) -> T {
        a.floor_mod(b)
    }
}
struct Min;
impl NumberFormula for Min {
    const ARITY: usize = 2;
    #[inline(always)]
    fn apply<T: Number>([a, b, _]: [T; 3]) -> T {
        a.min(b)
    }
}
struct Max;
impl NumberFormula for Max {
    const ARITY: usize = 2;
    #[inline(always)]
    fn apply<T: Number>([a, b, _]: [T; 3]) -> T {
        a.max(b)
    }
}
struct Clamp;
impl NumberFormula for Clamp {
    const ARITY: usize = 1;
    #[inline(always)]
    fn apply<T: Number>([a, ..]: [T; 3]) -> T {
        a.at_least(T::of(1.0)).at_most(T::of(3.0))
    }
}
struct Power;
impl NumberFormula for Power {
    const ARITY: usize = 2;
    #[inline(always)]
    fn apply<T: Number>([a, b, _]: [T; 3]) -> T {
        a.power(b)
    }
}
struct Exp;
impl FloatFormula for Exp {
    const ARITY: usize = 1;
    #[inline(always)]
    fn apply<T: Real>([x, ..]: [T; 3]) -> T {
        x.exp().fma(x, x.floor())
    }
}
struct LessOrNan;
impl Predicate for LessOrNan {
    const ARITY: usize = 2;
    #[inline(always)]
    fn test<T: Number>([a, b, _]: [T; 3]) -> T::Mask {
        a.lt(b).or(a.ne(a)).and(b.le(a).not())
    }
}

fn bytes<T: bytemuck::Pod>(x: &[T]) -> Vec<u8> {
    bytemuck::cast_slice(x).to_vec()
}

/// Runs a block over `n` elements, surrounded by guards that must stay.
fn apply<T: bytemuck::Pod, U: bytemuck::Pod>(block: Block, inputs: [&[T]; 3], n: usize) -> Vec<U> {
    let size = size_of::<U>();
    let mut out = vec![0xa5u8; n * size + 128];
    // SAFETY: the inputs have `n` elements or are not read, the output has as many between its guards.
    unsafe { block(inputs.map(|x| x.as_ptr().cast()), out[64..].as_mut_ptr(), n) }
    assert!(out[..64].iter().chain(&out[64 + n * size..]).all(|b| *b == 0xa5), "written beyond the end");
    out[64..64 + n * size].chunks_exact(size).map(bytemuck::pod_read_unaligned).collect()
}

fn integers<T: Copy>(n: usize, seed: u64, f: impl Fn(i64) -> T) -> Vec<T> {
    let mut philox = Philox::new(seed);
    (0..n).map(|_| f(philox.below(9) as i64 - 4)).collect()
}

pub(crate) fn floats(n: usize, seed: u64) -> Vec<f32> {
    let mut philox = Philox::new(seed);
    (0..n).map(|_| philox.below(4001) as f32 / 500.0 - 4.0).collect()
}

macro_rules! number_formulas_over {
    ($t:ident, $dtype:ident, $of:expr) => {
        for isa in Isa::available() {
            for n in 0..=140 {
                let (a, b, c) = (integers(n, 1, $of), integers(n, 2, $of), integers(n, 3, $of));
                let inputs = [&a[..], &b, &c];
                let want = |f: &dyn Fn($t, $t, $t) -> $t| (0..n).map(|i| f(a[i], b[i], c[i])).collect::<Vec<$t>>();
                let check = |block: Option<Block>, name: &str, f: &dyn Fn($t, $t, $t) -> $t| {
                    let got: Vec<$t> = apply(block.unwrap(), inputs, n);
                    assert_eq!(bytes(&got), bytes(&want(f)), "{name} {} {isa} {n}: {got:?}", DType::$dtype);
                };
                check(number_block_at::<Add>(isa, DType::$dtype), "add", &|a, b, _| Number::add(a, b));
                check(number_block_at::<Mixed>(isa, DType::$dtype), "mixed", &|a, b, c| Number::sub(Number::max(a, b), Number::abs(c)));
                check(number_block_at::<FloorMod>(isa, DType::$dtype), "floor_mod", &|a, b, _| Number::floor_mod(a, b));
                check(number_block_at::<Clamp>(isa, DType::$dtype), "clamp", &|a, _, _| {
                    Number::at_most(Number::at_least(a, $t::of(1.0)), $t::of(3.0))
                });
                let less: Vec<u8> = apply(predicate_block_at::<LessOrNan>(isa, DType::$dtype).unwrap(), inputs, n);
                assert_eq!(less, (0..n).map(|i| (a[i] < b[i]) as u8).collect::<Vec<u8>>());
            }
        }
    };
}

#[test]
fn number_formulas_at_every_level_and_length() {
    number_formulas_over!(f32, F32, |x| x as f32 * 0.75);
    number_formulas_over!(f64, F64, |x| x as f64 * 0.75);
    number_formulas_over!(i32, I32, |x| x as i32 * 1000);
    number_formulas_over!(i64, I64, |x| x * 1_000_000_007);
    number_formulas_over!(u8, U8, |x| (x * 50) as u8);
}

#[test]
fn integer_division_rounds_down_and_survives_zero() {
    let (a, b) = ([7, -7, 7, -7, 5, i32::MIN, 6, -6], [2, 2, -2, -2, 0, -1, 3, 3]);
    let none: &[i32] = &[];
    for isa in Isa::available() {
        let q: Vec<i32> = apply(number_block_at::<FloorDiv>(isa, DType::I32).unwrap(), [&a, &b, none], 8);
        assert_eq!(q, [3, -4, -4, 3, 0, i32::MIN, 2, -2]);
        let r: Vec<i32> = apply(number_block_at::<FloorMod>(isa, DType::I32).unwrap(), [&a, &b, none], 8);
        assert_eq!(r, [1, 1, -1, -1, 0, 0, 0, 0]);
        let p: Vec<i32> = apply(
            number_block_at::<Power>(isa, DType::I32).unwrap(),
            [&[2, -1, -1, 3, 0, 2, 7, 1], &[10, -3, -2, -1, 0, 33, 1, -9], none],
            8,
        );
        assert_eq!(p, [1024, -1, 1, 0, 1, 0, 7, 1]);
        let (x, y) = ([7.5f32, -7.5, 5.5, -0.5], [2.0f32, 2.0, -2.0, -3.0]);
        let q: Vec<f32> = apply(number_block_at::<FloorDiv>(isa, DType::F32).unwrap(), [&x, &y, &[]], 4);
        assert_eq!(q, [3.0, -4.0, -3.0, 0.0]);
        let r: Vec<f32> = apply(number_block_at::<FloorMod>(isa, DType::F32).unwrap(), [&x, &y, &[]], 4);
        assert_eq!(r, [1.5, 0.5, -0.5, -0.5]);
    }
}

#[test]
fn minimum_and_maximum_give_nan_if_either_is() {
    let (a, b) = ([f32::NAN, 1.0, 2.0, f32::INFINITY], [1.0, f32::NAN, 3.0, f32::NAN]);
    let (c, d) = (a.map(f64::from), b.map(f64::from));
    for isa in Isa::available() {
        for block in [number_block_at::<Min>(isa, DType::F32), number_block_at::<Max>(isa, DType::F32)] {
            let y: Vec<f32> = apply(block.unwrap(), [&a, &b, &[]], 4);
            assert_eq!(y.iter().map(|y| y.is_nan()).collect::<Vec<_>>(), [true, true, false, true], "{isa} {y:?}");
        }
        for block in [number_block_at::<Min>(isa, DType::F64), number_block_at::<Max>(isa, DType::F64)] {
            let y: Vec<f64> = apply(block.unwrap(), [&c, &d, &[]], 4);
            assert_eq!(y.iter().map(|y| y.is_nan()).collect::<Vec<_>>(), [true, true, false, true], "{isa} {y:?}");
        }
        let clamped: Vec<f32> = apply(number_block_at::<Clamp>(isa, DType::F32).unwrap(), [&a, &[], &[]], 4);
        assert!(clamped[0].is_nan() && clamped[1..] == [1.0, 2.0, 3.0]);
    }
}

#[test]
fn tails_are_computed_like_whole_vectors() {
    let x = floats(200, 5);
    let wide: Vec<f64> = x.iter().map(|x| *x as f64).collect();
    for isa in Isa::available() {
        let all: Vec<f32> = apply(float_block_at::<Exp>(isa, DType::F32).unwrap(), [&x, &[], &[]], 192);
        let all_wide: Vec<f64> = apply(float_block_at::<Exp>(isa, DType::F64).unwrap(), [&wide, &[], &[]], 192);
        for n in 0..=70 {
            let y: Vec<f32> = apply(float_block_at::<Exp>(isa, DType::F32).unwrap(), [&x, &[], &[]], n);
            assert_eq!(bytes(&y), bytes(&all[..n]), "{isa} {n}");
            let y: Vec<f64> = apply(float_block_at::<Exp>(isa, DType::F64).unwrap(), [&wide, &[], &[]], n);
            assert_eq!(bytes(&y), bytes(&all_wide[..n]), "{isa} {n}");
            // The output may be the input's own memory.
            let mut own = x.clone();
            let p: *mut u8 = own.as_mut_ptr().cast();
            // SAFETY: 200 elements.
            unsafe { float_block_at::<Exp>(isa, DType::F32).unwrap()([p; 3], p, n) }
            assert_eq!(bytes(&own[..n]), bytes(&all[..n]));
            assert_eq!(own[n..], x[n..]);
        }
    }
}

fn singles(x: &[i64]) -> Vec<f32> {
    x.iter().map(|x| *x as f32).collect()
}

fn doubles(x: &[i64]) -> Vec<f64> {
    x.iter().map(|x| *x as f64).collect()
}

#[test]
fn selects_and_combines_truths() {
    for isa in Isa::available() {
        for n in [0, 1, 7, 63, 64, 65, 200] {
            let (m, t) = (integers(n, 1, |x| (x > 0) as u8 * 7), integers(n, 2, |x| (x > 0) as u8));
            let (a, b) = (integers(n, 3, |x| x), integers(n, 4, |x| x));
            let mut out = vec![0i64; n];
            // SAFETY: `n` elements each.
            unsafe { select_block_at(isa, DType::I64)([m.as_ptr(), a.as_ptr().cast(), b.as_ptr().cast()], out.as_mut_ptr().cast(), n) }
            assert_eq!(out, (0..n).map(|i| if m[i] != 0 { a[i] } else { b[i] }).collect::<Vec<_>>());
            for (i, x) in
                apply::<u8, f32>(select_block_at(isa, DType::F32), [&m, &bytes(&singles(&a)), &bytes(&singles(&b))], n).iter().enumerate()
            {
                assert_eq!(*x, if m[i] != 0 { a[i] } else { b[i] } as f32, "{isa} {n}");
            }
            for (i, x) in
                apply::<u8, f64>(select_block_at(isa, DType::F64), [&m, &bytes(&doubles(&a)), &bytes(&doubles(&b))], n).iter().enumerate()
            {
                assert_eq!(*x, if m[i] != 0 { a[i] } else { b[i] } as f64, "{isa} {n}");
            }
            let inputs = [&m[..], &t, &[]];
            let and: Vec<u8> = apply(logical_block_at(isa, Logical::And), inputs, n);
            let or: Vec<u8> = apply(logical_block_at(isa, Logical::Or), inputs, n);
            let not: Vec<u8> = apply(logical_block_at(isa, Logical::Not), inputs, n);
            for i in 0..n {
                assert_eq!((and[i], or[i], not[i]), ((m[i] != 0 && t[i] != 0) as u8, (m[i] != 0 || t[i] != 0) as u8, (m[i] == 0) as u8));
            }
        }
    }
}

/// An element as a number, and a number as an element: the plain reading of every type.
fn read(dtype: DType, b: &[u8]) -> f64 {
    use bytemuck::pod_read_unaligned as get;
    match dtype {
        DType::Bool => (b[0] != 0) as u8 as f64,
        DType::U8 => b[0] as f64,
        DType::I8 => b[0] as i8 as f64,
        DType::U16 => get::<u16>(b) as f64,
        DType::I16 => get::<i16>(b) as f64,
        DType::I32 => get::<i32>(b) as f64,
        DType::I64 => get::<i64>(b) as f64,
        DType::F16 => get::<half::f16>(b).to_f64(),
        DType::BF16 => get::<half::bf16>(b).to_f64(),
        DType::F32 => get::<f32>(b) as f64,
        DType::F64 => get::<f64>(b),
    }
}

fn made(dtype: DType, x: f64) -> Vec<u8> {
    match dtype {
        DType::Bool => vec![(x != 0.0) as u8],
        DType::U8 => vec![x as u8],
        DType::I8 => vec![x as i8 as u8],
        DType::U16 => bytes(&[x as u16]),
        DType::I16 => bytes(&[x as i16]),
        DType::I32 => bytes(&[x as i32]),
        DType::I64 => bytes(&[x as i64]),
        DType::F16 => bytes(&[half::f16::from_f64(x)]),
        DType::BF16 => bytes(&[half::bf16::from_f64(x)]),
        DType::F32 => bytes(&[x as f32]),
        DType::F64 => bytes(&[x]),
    }
}

#[test]
fn casts_between_all_types() {
    let values = [0.0, 1.0, -1.0, 2.5, 100.0, 127.0, -3.75, 0.1, 44.0, 1e-3];
    let limits = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 3e9, -3e9, 1e30, -200.0, 300.0];
    for isa in Isa::available() {
        for from in DType::ALL {
            for to in DType::ALL {
                for n in [0, 1, 5, 64, 67] {
                    let mut x = Vec::new();
                    let mut want = Vec::new();
                    for i in 0..n {
                        // Integers wrap into each other and floats saturate, so what is out of range is for floats.
                        let value = if from.is_float() && i % 3 == 2 { limits[i % limits.len()] } else { values[i % values.len()] };
                        let element = made(from, if from.is_float() { value } else { value.abs() });
                        want.extend(made(to, read(from, &element)));
                        x.extend(element);
                    }
                    let mut y = vec![0u8; want.len()];
                    // SAFETY: `n` elements each.
                    unsafe { cast_block_at(isa, from, to)([x.as_ptr(); 3], y.as_mut_ptr(), n) }
                    let size = to.size();
                    for i in 0..n {
                        let (got, want) = (&y[i * size..][..size], &want[i * size..][..size]);
                        assert!(
                            got == want || read(to, got).is_nan() && read(to, want).is_nan(),
                            "{from} to {to} at {i}: {got:?} {want:?} {isa}"
                        );
                    }
                }
            }
        }
    }
    let mut wrapped = [0u8; 2];
    // SAFETY: two elements each.
    unsafe { cast_block(DType::I32, DType::U8)([[300i32, -1].as_ptr().cast(); 3], wrapped.as_mut_ptr(), 2) }
    assert_eq!(wrapped, [44, 255]);
}
