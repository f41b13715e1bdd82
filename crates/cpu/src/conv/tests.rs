//! Convolutions and their gradients against sums of f64, over random sizes, on every instruction set and number of threads.
use super::*;
use crate::drive;
use tensor::Philox;

/// For every (image, window, tap) that lies inside: indices of window, of pixel and of tap.
fn pairs(g: &Geometry) -> Vec<[usize; 3]> {
    let mut found = Vec::new();
    for image in 0..g.batch {
        for (y, x) in (0..g.output[0]).flat_map(|y| (0..g.output[1]).map(move |x| (y, x))) {
            for (i, j) in (0..g.kernel[0]).flat_map(|i| (0..g.kernel[1]).map(move |j| (i, j))) {
                let at = |axis: usize, o: usize, t: usize| (o * g.stride[axis] + t * g.dilation[axis]).checked_sub(g.before[axis]);
                if let (Some(a), Some(b)) = (at(0, y, i), at(1, x, j))
                    && a < g.input[0]
                    && b < g.input[1]
                {
                    let window = (image * g.output[0] + y) * g.output[1] + x;
                    found.push([window, (image * g.input[0] + a) * g.input[1] + b, i * g.kernel[1] + j]);
                }
            }
        }
    }
    found
}

struct Case {
    sizes: Convolution,
    images: Vec<f64>,
    kernel: Vec<f64>,
    back: Vec<f64>,
}

impl Case {
    fn new(sizes: Convolution, depthwise: bool) -> Case {
        let g = &sizes.geometry;
        let round = |x: Vec<f64>| x.into_iter().map(|x| if sizes.dtype == DType::F32 { f64::from(x as f32) } else { x }).collect();
        let kernel = g.taps() * sizes.outputs * if depthwise { 1 } else { sizes.inputs };
        Case {
            sizes,
            images: round(drive::numbers(g.batch * g.input[0] * g.input[1] * sizes.inputs, 1)),
            kernel: round(drive::numbers(kernel, 2)),
            back: round(drive::numbers(g.batch * g.output[0] * g.output[1] * sizes.outputs, 3)),
        }
    }
    fn check(&self, isa: Isa, kernel: &dyn Kernel, inputs: [&Vec<f64>; 2], wanted: &[[f64; 2]], what: &str) {
        let dtype = self.sizes.dtype;
        let inputs = inputs.map(|x| drive::floats(dtype, x));
        let run = |threads| drive::outputs(kernel, &[&inputs[0], &inputs[1]], &[wanted.len() * dtype.size()], threads).remove(0);
        let bytes = run(1);
        assert!(bytes == run(3), "{isa} {what} {:?}: threads give other bits", self.sizes);
        let epsilon = if dtype == DType::F32 { f64::from(f32::EPSILON) } else { f64::EPSILON };
        for (i, (x, [sum, size])) in drive::read(dtype, &bytes).into_iter().zip(wanted).enumerate() {
            assert!((x - sum).abs() <= epsilon * 8.0 * (size + 1e-3), "{isa} {what} {:?} at {i}: {x}, expected {sum}", self.sizes);
        }
    }
    fn dense(&self) {
        let (c, pairs) = (&self.sizes, pairs(&self.sizes.geometry));
        let (ni, no) = (c.inputs, c.outputs);
        let (mut forward, mut input) = (vec![[0.0; 2]; self.back.len()], vec![[0.0; 2]; self.images.len()]);
        let mut filter = vec![[0.0; 2]; self.kernel.len()];
        let add = |to: &mut [f64; 2], term: f64| *to = [to[0] + term, to[1] + term.abs()];
        for [window, pixel, tap] in pairs {
            for i in 0..ni {
                for o in 0..no {
                    let (x, y, w) = (pixel * ni + i, window * no + o, (tap * ni + i) * no + o);
                    add(&mut forward[y], self.images[x] * self.kernel[w]);
                    add(&mut input[x], self.back[y] * self.kernel[w]);
                    add(&mut filter[w], self.images[x] * self.back[y]);
                }
            }
        }
        for isa in Isa::available() {
            self.check(isa, &Conv::on(isa, *c, None), [&self.images, &self.kernel], &forward, "forward");
            self.check(isa, &ConvInput::on(isa, *c), [&self.kernel, &self.back], &input, "input");
            self.check(isa, &ConvKernel::on(isa, *c), [&self.images, &self.back], &filter, "kernel");
        }
    }
    fn depthwise(&self) {
        let (c, pairs) = (&self.sizes, pairs(&self.sizes.geometry));
        let (ni, no, m) = (c.inputs, c.outputs, c.outputs / c.inputs);
        let (mut forward, mut input) = (vec![[0.0; 2]; self.back.len()], vec![[0.0; 2]; self.images.len()]);
        let mut filter = vec![[0.0; 2]; self.kernel.len()];
        let add = |to: &mut [f64; 2], term: f64| *to = [to[0] + term, to[1] + term.abs()];
        for [window, pixel, tap] in pairs {
            for o in 0..no {
                let (x, y, w) = (pixel * ni + o / m, window * no + o, tap * no + o);
                add(&mut forward[y], self.images[x] * self.kernel[w]);
                add(&mut input[x], self.back[y] * self.kernel[w]);
                add(&mut filter[w], self.images[x] * self.back[y]);
            }
        }
        for isa in Isa::available() {
            self.check(isa, &Depthwise::on(isa, *c), [&self.images, &self.kernel], &forward, "depthwise");
            self.check(isa, &DepthwiseInput::on(isa, *c), [&self.kernel, &self.back], &input, "depthwise input");
            self.check(isa, &DepthwiseKernel::on(isa, *c), [&self.images, &self.back], &filter, "depthwise kernel");
        }
    }
}

/// A bias and a product with itself, on direct convolutions of several panels and on single pixels.
#[test]
fn epilogues() {
    use crate::each::{FloatFormula, Instruction, NumberFormula, Operand, Source, float_block_at, number_block_at};
    use crate::lanes::{Number, Real};
    #[derive(Clone, Copy)]
    struct Add;
    impl NumberFormula for Add {
        const ARITY: usize = 2;
        #[inline(always)]
        fn apply<V: Number>([x, y, _]: [V; 3]) -> V {
            x.add(y)
        }
    }
    #[derive(Clone, Copy)]
    struct Square;
    impl FloatFormula for Square {
        const ARITY: usize = 1;
        #[inline(always)]
        fn apply<V: Real>([x, ..]: [V; 3]) -> V {
            x.mul(x)
        }
    }
    for (kernel, inputs, outputs) in [(3, 5, 70), (1, 5, 70), (3, 2, 12), (3, 600, 3)] {
        let pad = kernel / 2;
        let geometry = Geometry {
            batch: 2,
            input: [9, 8],
            output: [9, 8],
            kernel: [kernel, kernel],
            stride: [1, 1],
            dilation: [1, 1],
            before: [pad, pad],
        };
        let sizes = Convolution { dtype: DType::F32, geometry, inputs, outputs };
        let case = Case::new(sizes, false);
        let bias = drive::numbers(outputs, 5);
        let [images, weights, bias_bytes] = [&case.images, &case.kernel, &bias].map(|x| drive::floats(DType::F32, x));
        for isa in Isa::available() {
            let plain = drive::outputs(&Conv::on(isa, sizes, None), &[&images, &weights], &[case.back.len() * 4], 1).remove(0);
            let plain = drive::read(DType::F32, &plain);
            let operand = |strides: [usize; 2]| Operand { dtype: DType::F32, strides: strides.to_vec() };
            let step = |block, sources| Instruction { block, sources, dtype: DType::F32 };
            let add = step(number_block_at::<Add>(isa, DType::F32).unwrap(), [Source::Operand(0), Source::Operand(1), Source::None]);
            let square = step(float_block_at::<Square>(isa, DType::F32).unwrap(), [Source::Result(0), Source::None, Source::None]);
            let rows = case.back.len() / outputs;
            let program = Program::new(
                &[rows, outputs],
                vec![operand([outputs, 1]), operand([0, 1])],
                vec![add, square],
                vec![Source::Result(1), Source::Result(0)],
            );
            let conv = Conv::on(isa, sizes, Some(program));
            for threads in [1, 3] {
                let out = drive::outputs(&conv, &[&images, &weights, &bias_bytes], &[case.back.len() * 4; 2], threads);
                let [squares, sums] = [&out[0], &out[1]].map(|x| drive::read(DType::F32, x));
                for (i, x) in plain.iter().enumerate() {
                    let sum = f64::from(*x as f32 + bias[i % outputs] as f32);
                    assert!(sums[i] == sum && (squares[i] - sum * sum).abs() <= 1e-6 * sum * sum, "{isa} {sizes:?} at {i}");
                }
            }
        }
    }
}

/// A random number below `n`.
fn below(random: &mut Philox, n: usize) -> usize {
    random.word() as usize % n
}

fn geometry(random: &mut Philox) -> Geometry {
    loop {
        let mut pick = |from: usize, to: usize| [from + below(random, to - from), from + below(random, to - from)];
        let (input, kernel, stride, dilation) = (pick(1, 12), pick(1, 5), pick(1, 4), pick(1, 3));
        let (before, after) = (pick(0, 4), pick(0, 4));
        let mut output = [0; 2];
        for i in 0..2 {
            let room = input[i] + before[i] + after[i];
            output[i] = (room + stride[i]).saturating_sub((kernel[i] - 1) * dilation[i] + 1) / stride[i];
        }
        if !output.contains(&0) {
            return Geometry { batch: 1 + below(random, 3), input, output, kernel, stride, dilation, before };
        }
    }
}

const CHANNELS: [usize; 14] = [1, 2, 3, 4, 5, 8, 13, 16, 17, 31, 32, 33, 40, 70];

#[test]
fn random_sizes() {
    let mut random = Philox::new(1);
    for i in 0..120 {
        let geometry = geometry(&mut random);
        let dtype = if i % 3 == 2 { DType::F64 } else { DType::F32 };
        let inputs = CHANNELS[below(&mut random, CHANNELS.len())];
        let outputs = CHANNELS[below(&mut random, CHANNELS.len())];
        Case::new(Convolution { dtype, geometry, inputs, outputs }, false).dense();
        let outputs = inputs * [1, 1, 2, 3][below(&mut random, 4)];
        Case::new(Convolution { dtype, geometry, inputs, outputs }, true).depthwise();
    }
}

#[test]
fn chosen_sizes() {
    let square = |batch: usize, size: usize, kernel: usize, stride: usize, before: usize| {
        let output = (size + 2 * before - kernel) / stride + 1;
        let (input, output) = ([size, size], [output, output]);
        Geometry { batch, input, output, kernel: [kernel, kernel], stride: [stride, stride], dilation: [1, 1], before: [before, before] }
    };
    for (geometry, inputs, outputs) in [
        // Single pixels through products, strided ones not.
        (square(2, 9, 1, 1, 0), 20, 50),
        (square(2, 9, 1, 2, 0), 20, 50),
        // Cut into blocks of channels, and into blocks of taps.
        (square(1, 4, 3, 1, 1), 1100, 3),
        (square(1, 5, 3, 1, 1), 300, 70),
        (square(1, 20, 17, 1, 8), 5, 6),
        // Partial sums of the kernel.
        (square(3, 40, 3, 1, 1), 33, 40),
        (square(3, 40, 3, 1, 1), 1, 32),
        (square(3, 40, 5, 2, 2), 3, 20),
        // Windows that see nothing but padding, and strides that leave pixels out.
        (square(1, 2, 2, 1, 6), 5, 7),
        (square(1, 7, 1, 3, 0), 6, 5),
        (square(1, 7, 2, 4, 0), 3, 5),
    ] {
        for dtype in [DType::F32, DType::F64] {
            Case::new(Convolution { dtype, geometry, inputs, outputs }, false).dense();
        }
    }
    let long = Geometry { batch: 2, input: [1, 300], output: [1, 296], kernel: [1, 5], stride: [1, 1], dilation: [1, 1], before: [0, 0] };
    Case::new(Convolution { dtype: DType::F32, geometry: long, inputs: 24, outputs: 40 }, false).dense();
    Case::new(Convolution { dtype: DType::F32, geometry: square(2, 40, 3, 1, 1), inputs: 70, outputs: 70 }, true).depthwise();
    let nothing = Geometry { batch: 0, ..square(1, 4, 3, 1, 1) };
    Case::new(Convolution { dtype: DType::F32, geometry: nothing, inputs: 3, outputs: 4 }, false).dense();
    Case::new(Convolution { dtype: DType::F32, geometry: nothing, inputs: 3, outputs: 3 }, true).depthwise();
}
