//! What elementwise work costs: functions, chains, an optimizer's update, tiles and empty regions, each best of many rounds that
//! alternate with the others, beside probes of what memory and the second core give at that moment.
use ironhorn_cpu::each::{
    FloatFormula, Instruction, NumberFormula, Operand, Program, SegmentOperand, Segments, Source, float_block, float_block_at, number_block,
};
use ironhorn_cpu::lanes::{Number, Real};
use ironhorn_cpu::{Buffers, Isa, Kernel, Memory, Part, Slot, pool};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tensor::DType;

macro_rules! floats {
    ($($name:ident($arity:literal): $x:ident => $value:expr;)*) => {$(
        struct $name;
        impl FloatFormula for $name {
            const ARITY: usize = $arity;
            #[inline(always)]
            fn apply<T: Real>($x: [T; 3]) -> T {
                $value
            }
        }
    )*};
}
floats! {
    Exp(1): x => x[0].exp();
    Log(1): x => x[0].abs().log();
    Tanh(1): x => x[0].tanh();
    Sigmoid(1): x => x[0].sigmoid();
    Softplus(1): x => x[0].softplus();
    Erf(1): x => x[0].erf();
    Sin(1): x => x[0].sin();
    Pow(2): x => x[0].abs().pow(x[1]);
    Sqrt(1): x => x[0].sqrt();
    Div(2): x => x[0].div(x[1]);
}
macro_rules! numbers {
    ($($name:ident: $a:ident, $b:ident => $value:expr;)*) => {$(
        struct $name;
        impl NumberFormula for $name {
            const ARITY: usize = 2;
            #[inline(always)]
            fn apply<T: Number>([$a, $b, _]: [T; 3]) -> T {
                $value
            }
        }
    )*};
}
numbers! {
    Add: a, b => a.add(b);
    Sub: a, b => a.sub(b);
    Mul: a, b => a.mul(b);
    Relu: a, _b => a.at_least(T::of(0.0));
}

/// The best time in seconds of each, in rounds that alternate between them.
fn best(rounds: usize, works: &mut [(&str, &mut dyn FnMut())]) -> Vec<f64> {
    let mut best = vec![f64::MAX; works.len()];
    for round in 0..rounds {
        for (best, (_, work)) in best.iter_mut().zip(works.iter_mut()) {
            let start = Instant::now();
            work();
            let took = start.elapsed().as_secs_f64();
            if round > 0 {
                *best = best.min(took);
            }
        }
    }
    best
}

fn memory(n: usize, f: impl Fn(usize) -> f32) -> Memory {
    let data: Vec<f32> = (0..n).map(f).collect();
    let memory = Memory::zeroed(n * 4);
    memory.write(0, bytemuck::cast_slice(&data));
    memory
}

fn slots(memory: &[&Memory]) -> Vec<Slot> {
    memory.iter().map(|m| m.slot(0, m.len())).collect()
}

fn op(block: Option<ironhorn_cpu::each::Block>, a: Source, b: Source) -> Instruction {
    Instruction { block: block.expect("a block for f32"), sources: [a, b, Source::None], dtype: DType::F32 }
}

fn functions() {
    let n = 8192;
    let x: Vec<f32> = (0..n).map(|i| i as f32 / 512.0 - 8.0).collect();
    let z: Vec<f64> = x.iter().map(|x| *x as f64).collect();
    for isa in Isa::available() {
        for dtype in [DType::F32, DType::F64] {
            print!("{isa:7} {dtype} ns/element:");
            for (name, block) in [
                ("exp", float_block_at::<Exp>(isa, dtype)),
                ("log", float_block_at::<Log>(isa, dtype)),
                ("tanh", float_block_at::<Tanh>(isa, dtype)),
                ("sigmoid", float_block_at::<Sigmoid>(isa, dtype)),
                ("softplus", float_block_at::<Softplus>(isa, dtype)),
                ("erf", float_block_at::<Erf>(isa, dtype)),
                ("sin", float_block_at::<Sin>(isa, dtype)),
                ("pow", float_block_at::<Pow>(isa, dtype)),
            ] {
                let block = block.expect("a block for floats");
                let input: *const u8 = if dtype == DType::F32 { x.as_ptr().cast() } else { z.as_ptr().cast() };
                let mut y = vec![0f64; n];
                // SAFETY: `n` elements each.
                let t = best(60, &mut [(name, &mut || unsafe { block([input; 3], y.as_mut_ptr().cast(), n) })]);
                print!("  {name} {:.3}", t[0] * 1e9 / n as f64);
            }
            println!();
        }
    }
}

fn chain(n: usize) {
    let (add, mul, relu) = (number_block::<Add>(DType::F32), number_block::<Mul>(DType::F32), number_block::<Relu>(DType::F32));
    let operand = || Operand { dtype: DType::F32, strides: vec![1] };
    // relu(x s + b) + z
    let instructions = vec![
        op(mul, Source::Operand(0), Source::Operand(1)),
        op(add, Source::Result(0), Source::Operand(2)),
        op(relu, Source::Result(1), Source::Result(1)),
        op(add, Source::Result(2), Source::Operand(3)),
    ];
    let program = Program::new(&[n], (0..4).map(|_| operand()).collect(), instructions.clone(), vec![Source::Result(3)]);
    let wide = 256;
    let row = Operand { dtype: DType::F32, strides: vec![0, 1] };
    let dense = Operand { dtype: DType::F32, strides: vec![wide, 1] };
    let bias = Program::new(&[n / wide, wide], vec![dense.clone(), row.clone(), row, dense], instructions, vec![Source::Result(3)]);
    let (a, b, c, d, y) = (memory(n, |_| 1.1), memory(n, |_| 0.5), memory(n, |_| -0.2), memory(n, |_| 0.3), memory(n, |_| 0.0));
    let (inputs, outputs) = (slots(&[&a, &b, &c, &d]), slots(&[&y]));
    let buffers = Buffers { inputs: &inputs, outputs: &outputs, scratch: Slot::NONE };
    let repeat = (1 << 20) / n.min(1 << 20);
    for threads in [1, pool::threads()] {
        pool::set_threads(threads);
        let t = best(
            25,
            &mut [
                ("dense", &mut || (0..repeat).for_each(|_| pool::run(&program, &buffers))),
                ("bias", &mut || (0..repeat).for_each(|_| pool::run(&bias, &buffers))),
            ],
        );
        let per = |t: f64| t / repeat as f64;
        println!(
            "relu(x*s+b)+z, {n} elements, {threads} threads: dense {:.3} ns/element ({:.1} GB/s), bias rows {:.3} ns/element",
            per(t[0]) * 1e9 / n as f64,
            20.0 * n as f64 / per(t[0]) / 1e9,
            per(t[1]) * 1e9 / n as f64
        );
    }
}

/// In-place read and write of several arrays, as the optimizer does: what memory gives.
struct Probe {
    parts: [usize; 1],
}
impl Kernel for Probe {
    fn phases(&self) -> &[usize] {
        &self.parts
    }
    fn run(&self, buffers: &Buffers, _: usize, part: Part) {
        let block = number_block::<Add>(DType::F32).expect("a block for f32");
        let range = part.range(buffers.outputs[0].len() / 4 / 16);
        let at = |slot: &Slot| slot.at(range.start * 64, range.len() * 64);
        let [w, g, m, v] = [0, 1, 2, 3].map(|i| at(&buffers.inputs[i]).address());
        // SAFETY: the part's own elements of each array.
        unsafe {
            block([w, g, w], w.cast_mut(), range.len() * 16);
            block([m, m, m], m.cast_mut(), range.len() * 16);
            block([v, v, v], v.cast_mut(), range.len() * 16);
        }
    }
}

fn adam(n: usize) {
    let of = |i| Source::Operand(i);
    let r = Source::Result;
    let (add, sub, mul) = (number_block::<Add>(DType::F32), number_block::<Sub>(DType::F32), number_block::<Mul>(DType::F32));
    let (div, sqrt) = (float_block::<Div>(DType::F32), float_block::<Sqrt>(DType::F32));
    // w, g, m, v; 1 - beta1, 1 - beta2, the rate, epsilon.
    let instructions = vec![
        op(sub, of(1), of(2)),
        op(mul, r(0), of(4)),
        op(add, of(2), r(1)),
        op(mul, of(1), of(1)),
        op(sub, r(3), of(3)),
        op(mul, r(4), of(5)),
        op(add, of(3), r(5)),
        op(sqrt, r(6), r(6)),
        op(add, r(7), of(7)),
        op(mul, r(2), of(6)),
        op(div, r(9), r(8)),
        op(sub, of(0), r(10)),
    ];
    let operands = (0..4).map(|_| SegmentOperand::Array(DType::F32)).chain((0..4).map(|_| SegmentOperand::Scalar(DType::F32)));
    let update = Segments::new(&[n], operands.collect(), instructions, vec![r(11), r(2), r(6)]);
    let [w, g, m, v] = [0.1, 0.01, 0.0, 0.0].map(|x| memory(n, |_| x));
    let [b1, b2, rate, epsilon] = [0.1, 0.001, 1e-3, 1e-7].map(|x| memory(1, |_| x));
    let inputs = slots(&[&w, &g, &m, &v, &b1, &b2, &rate, &epsilon]);
    let outputs = slots(&[&w, &m, &v]);
    let buffers = Buffers { inputs: &inputs, outputs: &outputs, scratch: Slot::NONE };
    for threads in [1, pool::threads()] {
        pool::set_threads(threads);
        let probe = Probe { parts: [64] };
        let repeat = (2 << 20) / n;
        let t = best(
            30,
            &mut [
                ("adam", &mut || (0..repeat).for_each(|_| pool::run(&update, &buffers))),
                ("probe", &mut || (0..repeat).for_each(|_| pool::run(&probe, &buffers))),
            ],
        );
        let t: Vec<f64> = t.iter().map(|t| t / repeat as f64).collect();
        println!(
            "adam, {n} elements, {threads} threads: {:.3} ns/element, {:.1} GB/s; memory's limit at that moment {:.1} GB/s",
            t[0] * 1e9 / n as f64,
            28.0 * n as f64 / t[0] / 1e9,
            28.0 * n as f64 / t[1] / 1e9
        );
        for memory in [&w, &m, &v] {
            memory.write(0, &vec![0; n * 4]);
        }
    }
}

fn tiles() {
    let (m, n) = (140, 320);
    let (add, relu) = (number_block::<Add>(DType::F32), number_block::<Relu>(DType::F32));
    let instructions = vec![op(add, Source::Operand(0), Source::Operand(1)), op(relu, Source::Result(0), Source::Result(0))];
    let operands = vec![Operand { dtype: DType::F32, strides: vec![n, 1] }, Operand { dtype: DType::F32, strides: vec![0, 1] }];
    let program = Program::new(&[m, n], operands, instructions, vec![Source::Result(1)]);
    let (x, b, y) = (memory(m * n, |i| i as f32), memory(n, |i| i as f32), memory(m * n, |_| 0.0));
    let (inputs, outputs) = (slots(&[&x, &b]), slots(&[&y]));
    for (tall, wide) in [(14, 32), (14, 64), (14, 320), (6, 16)] {
        let count = (m / tall) * (n / wide);
        let t = best(
            200,
            &mut [("tile", &mut || {
                for row in (0..m / tall * tall).step_by(tall) {
                    for column in (0..n).step_by(wide) {
                        program.run_rect(&inputs, &outputs, row..row + tall, column..column + wide);
                    }
                }
            })],
        );
        println!("relu(x + bias) on a tile of {tall} x {wide}: {:.0} ns", t[0] * 1e9 / count as f64);
    }
}

struct Empty {
    phases: Vec<usize>,
}
impl Kernel for Empty {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, _: &Buffers, _: usize, _: Part) {}
}

/// Two parts that wait for each other, so that the second thread must really come; gives up after a while if it does not.
struct Meeting {
    arrived: AtomicUsize,
    missed: AtomicUsize,
}
impl Kernel for Meeting {
    fn phases(&self) -> &[usize] {
        &[2]
    }
    fn run(&self, _: &Buffers, _: usize, _: Part) {
        let target = (self.arrived.fetch_add(1, Ordering::AcqRel) / 2 + 1) * 2;
        let start = Instant::now();
        while self.arrived.load(Ordering::Acquire) < target {
            std::hint::spin_loop();
            if start.elapsed().as_micros() > 2000 {
                self.missed.fetch_add(1, Ordering::Relaxed);
                self.arrived.fetch_max(target, Ordering::AcqRel);
            }
        }
    }
}

fn meetings() {
    let none = Buffers { inputs: &[], outputs: &[], scratch: Slot::NONE };
    for pause in [0, 20, 500] {
        let kernel = Meeting { arrived: AtomicUsize::new(0), missed: AtomicUsize::new(0) };
        let mut took: Vec<f64> = (0..if pause == 0 { 20000 } else { 1000 })
            .map(|_| {
                let from = Instant::now();
                while from.elapsed().as_micros() < pause {
                    std::hint::spin_loop();
                }
                let start = Instant::now();
                pool::run(&kernel, &none);
                kernel.arrived.store(0, Ordering::Release);
                start.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        took.sort_by(f64::total_cmp);
        let (n, missed) = (took.len(), kernel.missed.load(Ordering::Relaxed));
        println!(
            "both threads meet, {pause} us after the last time: median {:.2} us, p90 {:.2}, p99 {:.2}; {missed} of {n} missed",
            took[n / 2],
            took[n * 9 / 10],
            took[n * 99 / 100]
        );
    }
}

fn regions() {
    let none = Buffers { inputs: &[], outputs: &[], scratch: Slot::NONE };
    pool::set_threads(2);
    for phases in [vec![1], vec![2], vec![16], vec![2, 2], vec![64, 64, 64]] {
        let kernel = Empty { phases: phases.clone() };
        let t = best(50, &mut [("hot", &mut || (0..1000).for_each(|_| pool::run(&kernel, &none)))]);
        println!("empty region of phases {phases:?}, the caller mostly doing all: {:.3} us", t[0] * 1e3);
    }
    let kernel = Empty { phases: vec![2] };
    let mut cold: Vec<f64> = (0..200)
        .map(|_| {
            std::thread::sleep(std::time::Duration::from_micros(500));
            let start = Instant::now();
            pool::run(&kernel, &none);
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    cold.sort_by(f64::total_cmp);
    println!("the same of two parts after a pause: median {:.1} us, which the caller needs to wake the worker", cold[100]);
}

fn main() {
    println!("{} of {:?}, {} threads", ironhorn_cpu::isa::isa(), Isa::available(), pool::threads());
    let threads = pool::threads();
    functions();
    for n in [1 << 16, 1 << 20, 1 << 24] {
        pool::set_threads(threads);
        chain(n);
    }
    pool::set_threads(threads);
    for n in [2 << 10, 2 << 20] {
        pool::set_threads(threads);
        adam(n);
    }
    tiles();
    regions();
    meetings();
}
