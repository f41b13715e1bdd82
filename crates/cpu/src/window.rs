//! Largest and average elements of windows over images stored as [batch, height, width, channels], and what flows back.
//! Channels are on the lanes. Windows see real pixels alone: an average counts no padding.
use crate::conv::Geometry;
use crate::isa::isa;
use crate::lanes::{self, Level, Mask, Number, Real, Work, load, store};
use crate::{Buffers, Isa, Kernel, Part};
use std::ops::Range;
use tensor::DType;

/// Operations a part should have at least.
const PART: usize = 1 << 16;
/// Channels that a unit of what flows back takes: windows overlap, so that units share images by channel.
const CHANNELS: usize = 32;

/// What a window gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// Its largest element.
    Max,
    /// The mean of its elements.
    Average,
}

/// The sizes of a pooling. Dilations are 1 in Keras, but any do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// F32 or F64.
    pub dtype: DType,
    /// Where the windows lie.
    pub geometry: Geometry,
    /// Channels of the images and of the result.
    pub channels: usize,
}

/// Pooling. Input: images. Output: one pixel a window.
pub struct Pool {
    run: Run,
}

/// What flows back to the images. Inputs for the largest element: images, result, what flows back to the result, which goes
/// to the first of the largest in the window's order; for the average only the last. Output: the shape of the images.
pub struct PoolInput {
    run: Run,
}

/// Elements from where the windows' largest were first found. Inputs: images, result, elements in the shape of the images.
/// Output: the shape of the result.
pub struct PoolPick {
    run: Run,
}

macro_rules! kernel {
    ($name:ident, $($argument:ident: $type:ty)?) => {
        impl $name {
            /// On the process's instruction set. Panics if the number type is not F32 or F64.
            pub fn new(sizes: Windows $(, $argument: $type)?) -> $name {
                $name::on(isa(), sizes $(, $argument)?)
            }
        }
        impl Kernel for $name {
            fn phases(&self) -> &[usize] {
                &self.run.phases
            }
            fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
                lanes::run(self.run.isa, Job { run: &self.run, buffers, part });
            }
        }
    };
}
kernel!(Pool, kind: Pooling);
kernel!(PoolInput, kind: Pooling);
kernel!(PoolPick,);

impl Pool {
    /// On a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, sizes: Windows, kind: Pooling) -> Pool {
        Pool { run: Run::new(isa, sizes, if kind == Pooling::Max { Task::Max } else { Task::Average }) }
    }
}

impl PoolInput {
    /// On a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, sizes: Windows, kind: Pooling) -> PoolInput {
        PoolInput { run: Run::new(isa, sizes, if kind == Pooling::Max { Task::MaxInput } else { Task::AverageInput }) }
    }
}

impl PoolPick {
    /// On a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, sizes: Windows) -> PoolPick {
        PoolPick { run: Run::new(isa, sizes, Task::Pick) }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Task {
    Max,
    Average,
    Pick,
    MaxInput,
    AverageInput,
}

struct Run {
    isa: Isa,
    sizes: Windows,
    task: Task,
    phases: [usize; 1],
}

impl Run {
    fn new(isa: Isa, sizes: Windows, task: Task) -> Run {
        assert!(isa.supported(), "this CPU has no {isa}");
        assert!(matches!(sizes.dtype, DType::F32 | DType::F64), "poolings of {} are not defined", sizes.dtype);
        let g = &sizes.geometry;
        let operations = g.batch * g.output[0] * g.output[1] * sizes.channels * g.taps();
        let mut run = Run { isa, sizes, task, phases: [1] };
        run.phases = [(operations / PART).clamp(1, run.units().clamp(1, 64))];
        run
    }
    /// Rows of windows, or channels of an image.
    fn units(&self) -> usize {
        let g = &self.sizes.geometry;
        match self.task {
            Task::Max | Task::Average | Task::Pick => g.batch * g.output[0],
            Task::MaxInput | Task::AverageInput => g.batch * self.pieces(),
        }
    }
    /// Pieces that channels are cut into, with few images.
    fn pieces(&self) -> usize {
        if self.sizes.geometry.batch >= 8 { 1 } else { self.sizes.channels.div_ceil(CHANNELS).max(1) }
    }
}

struct Job<'a> {
    run: &'a Run,
    buffers: &'a Buffers<'a>,
    part: Part,
}

impl Work for Job<'_> {
    type Output = ();
    #[inline(always)]
    fn at<L: Level>(self) {
        match self.run.sizes.dtype {
            DType::F32 => self.units::<L::F32>(),
            _ => self.units::<L::F64>(),
        }
    }
}

/// One window's rows and columns of pixels in its image, and the pixel of the result.
struct Window {
    down: Range<usize>,
    across: Range<usize>,
    y: usize,
    x: usize,
    image: usize,
    result: usize,
}

impl Window {
    #[inline(always)]
    fn new(g: &Geometry, image: usize, y: usize, x: usize, down: &Range<usize>) -> Window {
        let result = (image * g.output[0] + y) * g.output[1] + x;
        Window { down: down.clone(), across: g.inside_taps(1, x), y, x, image, result }
    }
}

/// Runs a block for each pixel of a window, in order. No closure: what acts on vectors must be inlined.
macro_rules! pixels {
    ($window:expr, $g:expr, |$pixel:ident| $block:block) => {
        for down in $window.down.clone() {
            let line = ($window.image * $g.input[0] + $g.pixel(0, $window.y, down)) * $g.input[1];
            for across in $window.across.clone() {
                let $pixel = line + $g.pixel(1, $window.x, across);
                $block
            }
        }
    };
}

impl Job<'_> {
    #[inline(always)]
    fn units<V: Real>(&self) {
        let (g, channels) = (&self.run.sizes.geometry, self.run.sizes.channels);
        for unit in self.part.range(self.run.units()) {
            match self.run.task {
                Task::Max | Task::Average | Task::Pick => {
                    let (image, y) = (unit / g.output[0], unit % g.output[0]);
                    let down = g.inside_taps(0, y);
                    for x in 0..g.output[1] {
                        self.window::<V>(&Window::new(g, image, y, x, &down), 0..channels);
                    }
                }
                Task::MaxInput | Task::AverageInput => {
                    let pieces = self.run.pieces();
                    let (image, piece) = (unit / pieces, unit % pieces);
                    let mine = piece * channels / pieces..(piece + 1) * channels / pieces;
                    let mut clean = 0;
                    for y in 0..g.output[0] {
                        let down = g.inside_taps(0, y);
                        if !down.is_empty() {
                            let reached = g.pixel(0, y, down.end - 1) + 1;
                            self.clear::<V>(image, clean..reached, mine.clone());
                            clean = clean.max(reached);
                        }
                        for x in 0..g.output[1] {
                            self.window::<V>(&Window::new(g, image, y, x, &down), mine.clone());
                        }
                    }
                    self.clear::<V>(image, clean..g.input[0], mine);
                }
            }
        }
    }
    /// Zeros in rows of the images that no window has reached before: what is added to them is still in the cache then.
    #[inline(always)]
    fn clear<V: Real>(&self, image: usize, rows: Range<usize>, channels: Range<usize>) {
        let (width, all) = (self.run.sizes.geometry.input[1], self.run.sizes.channels);
        let out: *mut V::Item = self.buffers.outputs[0].pointer.cast();
        let first = image * self.run.sizes.geometry.input[0];
        for pixel in (first + rows.start) * width..(first + rows.end) * width {
            // SAFETY: this unit's channels of one pixel of the output.
            unsafe { std::ptr::write_bytes(out.add(pixel * all + channels.start), 0, channels.len()) }
        }
    }
    #[inline(always)]
    fn window<V: Real>(&self, window: &Window, channels: Range<usize>) {
        let mut c = channels.start;
        while c < channels.end {
            let n = V::LANES.min(channels.end - c);
            // SAFETY: pixels of the images and the result, and channels that there are; no other unit writes them.
            unsafe { if n == V::LANES { self.vector::<V, true>(window, c, n) } else { self.vector::<V, false>(window, c, n) } }
            c += n;
        }
    }
    #[inline(always)]
    unsafe fn vector<V: Real, const FULL: bool>(&self, window: &Window, c: usize, n: usize) {
        let (g, channels) = (&self.run.sizes.geometry, self.run.sizes.channels);
        let input = |i: usize| self.buffers.inputs[i].pointer.cast::<V::Item>().cast_const();
        let at = |pixel: usize| pixel * channels + c;
        // SAFETY: the caller's.
        unsafe {
            let out: *mut V::Item = self.buffers.outputs[0].pointer.cast();
            match self.run.task {
                Task::Max => {
                    let mut most = V::of(f64::NEG_INFINITY);
                    pixels!(window, g, |pixel| {
                        most = most.max(load::<V, FULL>(input(0).add(at(pixel)), n));
                    });
                    store::<V, FULL>(most, out.add(at(window.result)), n);
                }
                Task::Average => {
                    let mut sum = V::of(0.0);
                    pixels!(window, g, |pixel| {
                        sum = sum.add(load::<V, FULL>(input(0).add(at(pixel)), n));
                    });
                    store::<V, FULL>(sum.div(count(window)), out.add(at(window.result)), n);
                }
                Task::Pick => {
                    let largest = load::<V, FULL>(input(1).add(at(window.result)), n);
                    let mut open = largest.eq(largest);
                    let mut picked = V::of(0.0);
                    pixels!(window, g, |pixel| {
                        let here = load::<V, FULL>(input(0).add(at(pixel)), n).eq(largest).and(open);
                        picked = V::select(here, load::<V, FULL>(input(2).add(at(pixel)), n), picked);
                        open = open.and(here.not());
                    });
                    store::<V, FULL>(picked, out.add(at(window.result)), n);
                }
                Task::MaxInput => {
                    let largest = load::<V, FULL>(input(1).add(at(window.result)), n);
                    let back = load::<V, FULL>(input(2).add(at(window.result)), n);
                    let mut open = largest.eq(largest);
                    pixels!(window, g, |pixel| {
                        let here = load::<V, FULL>(input(0).add(at(pixel)), n).eq(largest).and(open);
                        let sum = load::<V, FULL>(out.add(at(pixel)), n).add(V::select(here, back, V::of(0.0)));
                        store::<V, FULL>(sum, out.add(at(pixel)), n);
                        open = open.and(here.not());
                    });
                }
                Task::AverageInput => {
                    let back = load::<V, FULL>(input(0).add(at(window.result)), n).div(count(window));
                    pixels!(window, g, |pixel| {
                        store::<V, FULL>(load::<V, FULL>(out.add(at(pixel)), n).add(back), out.add(at(pixel)), n);
                    });
                }
            }
        }
    }
}

/// Pixels that a window sees, at least 1.
#[inline(always)]
fn count<V: Number>(window: &Window) -> V {
    V::of((window.down.len() * window.across.len()).max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive;

    fn check(isa: Isa, kernel: &dyn Kernel, dtype: DType, inputs: &[&Vec<f64>], wanted: &[f64], what: &str) {
        let inputs: Vec<Vec<u8>> = inputs.iter().map(|x| drive::floats(dtype, x)).collect();
        let inputs: Vec<&[u8]> = inputs.iter().map(Vec::as_slice).collect();
        let run = |threads| drive::outputs(kernel, &inputs, &[wanted.len() * dtype.size()], threads).remove(0);
        let bytes = run(1);
        assert!(bytes == run(3), "{isa} {what}: threads give other bits");
        for (i, (x, y)) in drive::read(dtype, &bytes).into_iter().zip(wanted).enumerate() {
            assert!((x - y).abs() <= 1e-6 * (1.0 + y.abs()), "{isa} {dtype} {what} at {i}: {x}, expected {y}");
        }
    }

    #[test]
    fn windows_of_every_kind_against_plain_sums() {
        for (i, (input, kernel, stride, before, output, channels)) in [
            ([4, 4], [2, 2], [2, 2], [0, 0], [2, 2], 3),
            ([5, 7], [3, 3], [2, 2], [1, 1], [3, 4], 16),
            ([5, 7], [3, 2], [1, 1], [1, 0], [5, 7], 33),
            ([1, 9], [1, 3], [1, 2], [0, 1], [1, 5], 70),
            ([6, 6], [2, 3], [3, 1], [0, 1], [2, 6], 1),
            ([40, 40], [3, 3], [2, 2], [0, 0], [20, 20], 20),
        ]
        .into_iter()
        .enumerate()
        {
            let geometry = Geometry { batch: 2, input, output, kernel, stride, dilation: [1, 1], before };
            let (pixels, windows) = (2 * input[0] * input[1] * channels, 2 * output[0] * output[1] * channels);
            // Few different numbers, so that the largest often comes more than once.
            let images: Vec<f64> = drive::numbers(pixels, i as u64).iter().map(|x| (x * 3.0).round()).collect();
            let back: Vec<f64> = drive::numbers(windows, 7).iter().map(|x| (x * 8.0).round()).collect();
            let other: Vec<f64> = drive::numbers(pixels, 9).iter().map(|x| (x * 8.0).round()).collect();
            let (mut max, mut mean, mut picked) = (vec![0.0; windows], vec![0.0; windows], vec![0.0; windows]);
            let (mut max_input, mut mean_input) = (vec![0.0; pixels], vec![0.0; pixels]);
            for (w, c) in (0..windows / channels).flat_map(|w| (0..channels).map(move |c| (w, c))) {
                let (image, y, x) = (w / output[1] / output[0], w / output[1] % output[0], w % output[1]);
                let mut seen = Vec::new();
                for (a, b) in (0..kernel[0]).flat_map(|a| (0..kernel[1]).map(move |b| (a, b))) {
                    if let (Some(a), Some(b)) = ((y * stride[0] + a).checked_sub(before[0]), (x * stride[1] + b).checked_sub(before[1]))
                        && a < input[0]
                        && b < input[1]
                    {
                        seen.push(((image * input[0] + a) * input[1] + b) * channels + c);
                    }
                }
                let first = seen.iter().fold(seen[0], |best, p| if images[*p] > images[best] { *p } else { best });
                let at = w * channels + c;
                (max[at], picked[at]) = (images[first], other[first]);
                mean[at] = seen.iter().map(|p| images[*p]).sum::<f64>() / seen.len() as f64;
                max_input[first] += back[at];
                seen.iter().for_each(|p| mean_input[*p] += back[at] / seen.len() as f64);
            }
            for (isa, dtype) in Isa::available().into_iter().flat_map(|isa| [(isa, DType::F32), (isa, DType::F64)]) {
                let sizes = Windows { dtype, geometry, channels };
                check(isa, &Pool::on(isa, sizes, Pooling::Max), dtype, &[&images], &max, "max");
                check(isa, &Pool::on(isa, sizes, Pooling::Average), dtype, &[&images], &mean, "average");
                check(isa, &PoolPick::on(isa, sizes), dtype, &[&images, &max, &other], &picked, "pick");
                check(isa, &PoolInput::on(isa, sizes, Pooling::Max), dtype, &[&images, &max, &back], &max_input, "max input");
                check(isa, &PoolInput::on(isa, sizes, Pooling::Average), dtype, &[&back], &mean_input, "average input");
            }
        }
    }
}
