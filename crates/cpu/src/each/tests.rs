//! Blocks, programs and segments against plain loops, at every level this CPU has.
use super::*;
use crate::lanes::{Mask, Number, Real};
use crate::{Buffers, Isa, Kernel, Memory, Slot, pool};
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
pub(crate) fn apply<T: bytemuck::Pod, U: bytemuck::Pod>(block: Block, inputs: [&[T]; 3], n: usize) -> Vec<U> {
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

fn floats(n: usize, seed: u64) -> Vec<f32> {
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

fn slots(memory: &[Memory]) -> Vec<Slot> {
    memory.iter().map(|m| m.slot(0, m.len())).collect()
}

fn filled(data: &[f32]) -> Memory {
    let memory = Memory::zeroed(data.len() * 4);
    memory.write(0, bytemuck::cast_slice(data));
    memory
}

fn content(memory: &Memory, n: usize) -> Vec<f32> {
    let mut out = vec![0f32; n];
    memory.read(0, bytemuck::cast_slice_mut(&mut out));
    out
}

fn op(block: Option<Block>, a: Source, b: Source) -> Instruction {
    Instruction { block: block.unwrap(), sources: [a, b, Source::None], dtype: DType::F32 }
}

/// A random chain of additions and products over operands of random strides; and what plain loops make of it.
struct Case {
    shape: Vec<usize>,
    operands: Vec<Operand>,
    data: Vec<Vec<f32>>,
    instructions: Vec<Instruction>,
    outputs: Vec<Source>,
    want: Vec<Vec<f32>>,
}

fn case(philox: &mut Philox, rank: usize, longest: u64) -> Case {
    let shape: Vec<usize> = (0..rank).map(|_| 1 + philox.below(longest) as usize).collect();
    let total: usize = shape.iter().product();
    let (add, mul) = (number_block::<Add>(DType::F32), number_block::<Mul>(DType::F32));
    let count = 1 + philox.below(5) as usize;
    let (mut operands, mut data) = (Vec::new(), Vec::new());
    for _ in 0..count {
        // Axes in a random order, some broadcast, some with gaps.
        let mut order: Vec<usize> = (0..rank).collect();
        if philox.below(3) == 0 {
            philox.shuffle(&mut order);
        }
        let broadcast = philox.below(3);
        let gap = 1 + (philox.below(6) == 0) as usize;
        let (mut strides, mut stride) = (vec![0; rank], gap);
        for axis in order.iter().rev() {
            if broadcast == 0 || philox.below(2) == 0 {
                strides[*axis] = stride;
                stride *= shape[*axis];
            }
        }
        operands.push(Operand { dtype: DType::F32, strides });
        data.push(floats(stride, philox.below(1 << 40)));
    }
    let mut instructions = Vec::new();
    let mut adds = Vec::new();
    for step in 0..philox.below(9) as usize {
        let mut source = || match philox.below((count + step) as u64) as usize {
            i if i < count => Source::Operand(i),
            i => Source::Result(i - count),
        };
        let (a, b) = (source(), source());
        let is_add = philox.below(2) == 0;
        adds.push(is_add);
        instructions.push(op(if is_add { add } else { mul }, a, b));
    }
    let mut outputs: Vec<Source> = Vec::new();
    for _ in 0..1 + philox.below(3) {
        outputs.push(match philox.below((count + instructions.len()) as u64) as usize {
            i if i < count => Source::Operand(i),
            i => Source::Result(i - count),
        });
    }
    let mut want = vec![vec![0f32; total]; outputs.len()];
    for flat in 0..total {
        let mut rest = flat;
        let mut offsets = vec![0; count];
        for axis in (0..rank).rev() {
            for (offset, operand) in offsets.iter_mut().zip(&operands) {
                *offset += rest % shape[axis] * operand.strides[axis];
            }
            rest /= shape[axis];
        }
        let mut results: Vec<f32> = Vec::new();
        let value = |source: &Source, results: &[f32]| match source {
            Source::Operand(i) => data[*i][offsets[*i]],
            Source::Result(j) => results[*j],
            Source::None => 0.0,
        };
        for (instruction, is_add) in instructions.iter().zip(&adds) {
            let (a, b) = (value(&instruction.sources[0], &results), value(&instruction.sources[1], &results));
            results.push(if *is_add { a + b } else { a * b });
        }
        for (want, source) in want.iter_mut().zip(&outputs) {
            want[flat] = value(source, &results);
        }
    }
    Case { shape, operands, data, instructions, outputs, want }
}

impl Case {
    fn program(&self) -> Program {
        Program::new(&self.shape, self.operands.clone(), self.instructions.clone(), self.outputs.clone())
    }

    /// Which operands are contiguous over the shape, so that an output may take their memory.
    fn contiguous(&self) -> Vec<usize> {
        let dense = tensor::strides(&self.shape);
        let fits = |o: &Operand| o.strides.iter().zip(&dense).zip(&self.shape).all(|((s, d), n)| *n == 1 || s == d);
        (0..self.operands.len()).filter(|i| fits(&self.operands[*i])).collect()
    }
}

fn same(got: &[f32], want: &[f32]) -> bool {
    got.iter().zip(want).all(|(a, b)| a == b || a.is_nan() && b.is_nan())
}

#[test]
fn programs_over_random_shapes() {
    let mut philox = Philox::new(11);
    for round in 0..1500 {
        let rank = philox.below(5) as usize;
        let longest = if philox.below(2) == 0 { 8 } else { [4000, 4000, 90, 17, 8][rank] };
        let case = case(&mut philox, rank, longest);
        let total: usize = case.shape.iter().product();
        let program = case.program();
        pool::set_threads(1 + round % 3);
        let inputs: Vec<Memory> = case.data.iter().map(|data| filled(data)).collect();
        let outputs: Vec<Memory> = case.outputs.iter().map(|_| Memory::zeroed(total * 4)).collect();
        pool::run(&program, &Buffers { inputs: &slots(&inputs), outputs: &slots(&outputs), scratch: Slot::NONE });
        for (output, want) in outputs.iter().zip(&case.want) {
            assert!(same(&content(output, total), want), "round {round}: {:?} {:?}", case.shape, case.operands);
        }
        // In place: each output over a different contiguous operand.
        let mut over = case.contiguous();
        philox.shuffle(&mut over);
        let outputs: Vec<Memory> =
            (0..case.outputs.len()).map(|o| over.get(o).map_or(Memory::zeroed(total * 4), |i| inputs[*i].clone())).collect();
        pool::run(&program, &Buffers { inputs: &slots(&inputs), outputs: &slots(&outputs), scratch: Slot::NONE });
        for (output, want) in outputs.iter().zip(&case.want) {
            assert!(
                same(&content(output, total), want),
                "in place, round {round}: {:?} {:?} {:?}",
                case.shape,
                case.operands,
                case.outputs
            );
        }
    }
}

#[test]
fn rectangles_of_programs() {
    let mut philox = Philox::new(12);
    for round in 0..800 {
        let case = case(&mut philox, 2, if round % 2 == 0 { 700 } else { 60 });
        let [m, n] = case.shape[..] else { unreachable!("rank 2") };
        let program = case.program();
        let inputs: Vec<Memory> = case.data.iter().map(|data| filled(data)).collect();
        let mut over = if round % 3 == 0 { case.contiguous() } else { Vec::new() };
        philox.shuffle(&mut over);
        let outputs: Vec<Memory> =
            (0..case.outputs.len()).map(|o| over.get(o).map_or(Memory::zeroed(m * n * 4), |i| inputs[*i].clone())).collect();
        let (tall, wide) = (1 + philox.below(20) as usize, 1 + philox.below(if round % 5 == 0 { 700 } else { 40 }) as usize);
        for row in (0..m).step_by(tall) {
            for column in (0..n).step_by(wide) {
                program.run_rect(&slots(&inputs), &slots(&outputs), row..m.min(row + tall), column..n.min(column + wide));
            }
        }
        for (output, want) in outputs.iter().zip(&case.want) {
            assert!(
                same(&content(output, m * n), want),
                "round {round}: {m} x {n} by {tall} x {wide} {:?} {:?}",
                case.operands,
                case.outputs
            );
        }
    }
}

#[test]
fn programs_of_several_types() {
    // mask = a < b; y = mask ? a : b, as f64; and the mask itself.
    struct Less;
    impl Predicate for Less {
        const ARITY: usize = 2;
        #[inline(always)]
        fn test<T: Number>([a, b, _]: [T; 3]) -> T::Mask {
            a.lt(b)
        }
    }
    let (m, n) = (37, 41);
    let (a, b) = (floats(m * n, 1), floats(n, 2));
    let operands = vec![Operand { dtype: DType::F32, strides: vec![n, 1] }, Operand { dtype: DType::F32, strides: vec![0, 1] }];
    let (x, y) = (Source::Operand(0), Source::Operand(1));
    let instructions = vec![
        Instruction { block: predicate_block::<Less>(DType::F32).unwrap(), sources: [x, y, Source::None], dtype: DType::Bool },
        Instruction { block: select_block(DType::F32), sources: [Source::Result(0), x, y], dtype: DType::F32 },
        Instruction {
            block: cast_block(DType::F32, DType::F64),
            sources: [Source::Result(1), Source::None, Source::None],
            dtype: DType::F64,
        },
    ];
    let program = Program::new(&[m, n], operands, instructions, vec![Source::Result(2), Source::Result(0)]);
    let inputs = [filled(&a), filled(&b)];
    let outputs = [Memory::zeroed(m * n * 8), Memory::zeroed(m * n)];
    pool::run(&program, &Buffers { inputs: &slots(&inputs), outputs: &slots(&outputs), scratch: Slot::NONE });
    let (mut wide, mut mask) = (vec![0f64; m * n], vec![0u8; m * n]);
    outputs[0].read(0, bytemuck::cast_slice_mut(&mut wide));
    outputs[1].read(0, &mut mask);
    for i in 0..m * n {
        assert_eq!((wide[i], mask[i]), (a[i].min(b[i % n]) as f64, (a[i] < b[i % n]) as u8));
    }
}

#[test]
fn long_chains_and_empty_shapes() {
    let add = number_block::<Add>(DType::F32);
    // Sixty results that all live to the end.
    let mut instructions: Vec<Instruction> = (0..60).map(|_| op(add, Source::Operand(0), Source::Operand(0))).collect();
    for j in 0..59 {
        let before = if j == 0 { Source::Result(0) } else { Source::Result(59 + j) };
        instructions.push(op(add, before, Source::Result(j + 1)));
    }
    let outputs = vec![Source::Result(118)];
    let x = floats(5000, 3);
    let program = Program::new(&[5000], vec![Operand { dtype: DType::F32, strides: vec![1] }], instructions.clone(), outputs.clone());
    let (input, output) = ([filled(&x)], [Memory::zeroed(20000)]);
    pool::run(&program, &Buffers { inputs: &slots(&input), outputs: &slots(&output), scratch: Slot::NONE });
    for (y, x) in content(&output[0], 5000).iter().zip(&x) {
        assert!((y - 120.0 * x).abs() < 1e-3);
    }
    let empty = Program::new(&[3, 0], vec![Operand { dtype: DType::F32, strides: vec![0, 1] }], instructions, outputs);
    let none = [Memory::zeroed(0)];
    pool::run(&empty, &Buffers { inputs: &slots(&none), outputs: &slots(&none), scratch: Slot::NONE });
}

#[test]
fn segments_are_updated_alike() {
    let (add, mul) = (number_block::<Add>(DType::F32), number_block::<Mul>(DType::F32));
    let lengths = [10, 0, 30000, 1, 513, 0, 512, 4000];
    // w += rate * g, in place; and the step itself.
    let instructions = vec![op(mul, Source::Operand(1), Source::Operand(2)), op(add, Source::Operand(0), Source::Result(0))];
    let operands = vec![SegmentOperand::Array(DType::F32), SegmentOperand::Array(DType::F32), SegmentOperand::Scalar(DType::F32)];
    let segments = Segments::new(&lengths, operands, instructions, vec![Source::Result(1), Source::Result(0)]);
    for threads in [1, 2, 8] {
        pool::set_threads(threads);
        let rate = filled(&[0.25]);
        let arrays: Vec<[Memory; 2]> = lengths.iter().map(|n| [filled(&floats(*n, 1)), filled(&floats(*n, 2))]).collect();
        let steps: Vec<Memory> = lengths.iter().map(|n| Memory::zeroed(n * 4)).collect();
        let inputs: Vec<Slot> = arrays.iter().flat_map(|[w, g]| slots(&[w.clone(), g.clone(), rate.clone()])).collect();
        let outputs: Vec<Slot> = arrays.iter().zip(&steps).flat_map(|([w, _], s)| slots(&[w.clone(), s.clone()])).collect();
        pool::run(&segments, &Buffers { inputs: &inputs, outputs: &outputs, scratch: Slot::NONE });
        for ((n, [w, _]), step) in lengths.iter().zip(&arrays).zip(&steps) {
            let (before, gradient) = (floats(*n, 1), floats(*n, 2));
            let (after, step) = (content(w, *n), content(step, *n));
            for i in 0..*n {
                assert_eq!((after[i], step[i]), (before[i] + gradient[i] * 0.25, gradient[i] * 0.25));
            }
        }
    }
    assert_eq!(segments.phases(), [4]);
}
