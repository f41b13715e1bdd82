//! Convolutions as shares of what the CPU's multiply-adds can do, the best of each. One thread, every instruction set but
//! scalar; a word runs only the lines that have it. `--one` takes one image where there are few: short runs find a quiet
//! moment on a busy machine, where long ones never do.
use ironhorn_cpu::conv::{Conv, ConvInput, ConvKernel, Convolution, Depthwise, DepthwiseInput, DepthwiseKernel, Geometry};
use ironhorn_cpu::window::{Pool, PoolInput, Pooling, Windows};
use ironhorn_cpu::{Buffers, Isa, Kernel, Memory, Slot, pool, probe};
use std::cell::Cell;
use std::time::{Duration, Instant};
use tensor::{DType, Philox};

const PROBE: Duration = Duration::from_millis(2);
const SAMPLE: Duration = Duration::from_millis(300);

/// Batch, channels in and out, image side, kernel side, stride, padding.
const CASES: [(usize, usize, usize, usize, usize, usize, usize); 12] = [
    (32, 32, 64, 13, 3, 1, 0),
    (8, 64, 64, 100, 3, 1, 1),
    (8, 128, 128, 50, 3, 1, 1),
    (8, 256, 256, 25, 3, 1, 1),
    (8, 512, 512, 12, 3, 1, 1),
    (8, 64, 64, 56, 1, 1, 0),
    (8, 256, 64, 56, 1, 1, 0),
    (8, 3, 64, 100, 3, 1, 1),
    (32, 1, 32, 28, 3, 1, 0),
    (8, 3, 64, 224, 7, 2, 3),
    (8, 64, 128, 56, 3, 2, 1),
    (1, 512, 512, 14, 3, 1, 1),
];

/// The best rate of `units` a second as a share of the session's best probe.
fn share(kernel: &dyn Kernel, lens: &[usize], out: usize, units: f64, probe: &dyn Fn() -> f64) -> f64 {
    let mut stream = Philox::new(1);
    let memory: Vec<Memory> = lens
        .iter()
        .map(|len| {
            let memory = Memory::zeroed(len * 4);
            let numbers: Vec<u8> = (0..*len).flat_map(|_| (stream.word() as f32 / 4294967296.0 - 0.5).to_ne_bytes()).collect();
            memory.write(0, &numbers);
            memory
        })
        .collect();
    let (result, scratch) = (Memory::zeroed(out * 4), Memory::zeroed(kernel.scratch()));
    let inputs: Vec<Slot> = memory.iter().map(|m| m.slot(0, m.len())).collect();
    let outputs = [result.slot(0, result.len())];
    let buffers = Buffers { inputs: &inputs, outputs: &outputs, scratch: scratch.slot(0, scratch.len()) };
    pool::run(kernel, &buffers);
    let (mut best, mut peak, start) = (f64::INFINITY, probe(), Instant::now());
    while start.elapsed() < SAMPLE {
        let begun = Instant::now();
        pool::run(kernel, &buffers);
        best = best.min(begun.elapsed().as_secs_f64());
    }
    peak = peak.max(probe());
    units / best / peak
}

fn main() {
    let filter = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let one = std::env::args().any(|a| a == "--one");
    let wanted = |name: &str| filter.as_ref().is_none_or(|f| name.contains(f.as_str()));
    pool::set_threads(1);
    for isa in Isa::available().into_iter().rev().filter(|isa| *isa != Isa::Scalar) {
        let highest = Cell::new((0..20).map(|_| probe::peak(isa, 1, PROBE)).fold(0.0, f64::max));
        let peak = || {
            highest.set(highest.get().max(probe::peak(isa, 1, PROBE)));
            highest.get()
        };
        println!("{isa}: {:.1} GF/s; shares of it: forward, to the images, to the kernel", peak() / 1e9);
        for (batch, inputs, outputs, side, kernel, stride, pad) in CASES {
            let batch = if one && batch == 8 { 1 } else { batch };
            let name = format!("{isa} {kernel}x{kernel}/{stride} {inputs}->{outputs} {side}x{side} b{batch}");
            if !wanted(&name) {
                continue;
            }
            let to = (side + 2 * pad - kernel) / stride + 1;
            let (input, output) = ([side, side], [to, to]);
            let geometry =
                Geometry { batch, input, output, kernel: [kernel, kernel], stride: [stride, stride], dilation: [1, 1], before: [pad, pad] };
            let sizes = Convolution { dtype: DType::F32, geometry, inputs, outputs };
            let (images, weights, result) = (batch * side * side * inputs, kernel * kernel * inputs * outputs, batch * to * to * outputs);
            let units = 2.0 * (result * kernel * kernel * inputs) as f64;
            let forward = share(&Conv::on(isa, sizes, None), &[images, weights], result, units, &peak);
            let back = share(&ConvInput::on(isa, sizes), &[weights, result], images, units, &peak);
            let filter = share(&ConvKernel::on(isa, sizes), &[images, result], weights, units, &peak);
            println!("{name:34} {forward:6.3} {back:6.3} {filter:6.3}");
        }
        let stream = probe::Stream::new(isa, 1, 64 << 20);
        let highest = Cell::new((0..10).map(|_| stream.rate(PROBE)).fold(0.0, f64::max));
        let memory = || {
            highest.set(highest.get().max(stream.rate(PROBE)));
            highest.get()
        };
        println!("{isa}: {:.1} GB/s; shares of it, images and result moved once", memory() / 1e9);
        for (batch, channels, side, kernel, stride) in [(8, 64, 56, 3, 1), (8, 128, 56, 3, 2), (1, 728, 19, 3, 1), (8, 64, 100, 2, 2)] {
            let name = format!("{isa} depthwise, pooling {kernel}x{kernel}/{stride} {channels} {side}x{side} b{batch}");
            if !wanted(&name) {
                continue;
            }
            let to = (side - kernel) / stride + 1;
            let (input, output) = ([side, side], [to, to]);
            let geometry =
                Geometry { batch, input, output, kernel: [kernel, kernel], stride: [stride, stride], dilation: [1, 1], before: [0, 0] };
            let sizes = Convolution { dtype: DType::F32, geometry, inputs: channels, outputs: channels };
            let windows = Windows { dtype: DType::F32, geometry, channels };
            let (images, weights, result) = (batch * side * side * channels, kernel * kernel * channels, batch * to * to * channels);
            let bytes = 4.0 * (images + result) as f64;
            let row = [
                share(&Depthwise::on(isa, sizes), &[images, weights], result, bytes, &memory),
                share(&DepthwiseInput::on(isa, sizes), &[weights, result], images, bytes, &memory),
                share(&DepthwiseKernel::on(isa, sizes), &[images, result], weights, bytes, &memory),
                share(&Pool::on(isa, windows, Pooling::Max), &[images], result, bytes, &memory),
                share(&PoolInput::on(isa, windows, Pooling::Max), &[images, result, result], images, bytes, &memory),
                share(&Pool::on(isa, windows, Pooling::Average), &[images], result, bytes, &memory),
                share(&PoolInput::on(isa, windows, Pooling::Average), &[result], images, bytes, &memory),
            ];
            println!("{name:50} {}", row.map(|x| format!("{x:6.3}")).join(" "));
        }
    }
}
