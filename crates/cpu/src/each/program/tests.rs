//! Programs and segments against plain loops, with random shapes, strides, chains and outputs in place.
use crate::each::block::tests::{Add, Mul, floats};
use crate::each::*;
use crate::lanes::Number;
use crate::{Buffers, Kernel, Memory, Slot, pool};
use tensor::{DType, Philox};

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
