//! Depthwise convolutions: each channel under its own taps, channels on the lanes; bound by memory, not by arithmetic.
use super::{Convolution, Geometry, Group, Walk};
use crate::isa::isa;
use crate::lanes::{self, Level, Number, Real, Work, load, store};
use crate::{Buffers, Isa, Kernel, Part};
use tensor::DType;

/// Operations a part should have at least.
const PART: usize = 1 << 17;
/// Pixels side by side that share a load of the kernel.
const SIDE: usize = 4;
/// Pieces of the pixels that the kernel's gradient sums up apart.
const CHUNKS: usize = 16;

/// Sizes of a depthwise convolution over images that have `inputs` channels, each giving `outputs / inputs` results.
fn multiplier(c: &Convolution) -> usize {
    assert!(c.outputs.is_multiple_of(c.inputs.max(1)), "{} results of {} channels", c.outputs, c.inputs);
    c.outputs / c.inputs.max(1)
}

/// A depthwise convolution. Inputs: images, kernel. Output: the result, whose channel `c * multiplier + m` rests on channel `c`.
pub struct Depthwise {
    each: Each,
}

impl Depthwise {
    /// On the process's instruction set. Panics if the number type is not F32 or F64.
    pub fn new(sizes: Convolution) -> Depthwise {
        Depthwise::on(isa(), sizes)
    }
    /// On a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, sizes: Convolution) -> Depthwise {
        sizes.check(isa);
        Depthwise { each: Each::new(isa, &sizes, sizes.geometry.forward(), Spread::Source) }
    }
}

impl Kernel for Depthwise {
    fn phases(&self) -> &[usize] {
        &self.each.phases
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        lanes::run(self.each.isa, Job { each: &self.each, buffers, part, source: 0 });
    }
}

/// What flows back to the images of a depthwise convolution. Inputs: kernel, what flows back to the result. Output: the shape
/// of the images.
pub struct DepthwiseInput {
    each: Each,
}

impl DepthwiseInput {
    /// On the process's instruction set. Panics if the number type is not F32 or F64.
    pub fn new(sizes: Convolution) -> DepthwiseInput {
        DepthwiseInput::on(isa(), sizes)
    }
    /// On a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, sizes: Convolution) -> DepthwiseInput {
        sizes.check(isa);
        DepthwiseInput { each: Each::new(isa, &sizes, sizes.geometry.backward(), Spread::Target) }
    }
}

impl Kernel for DepthwiseInput {
    fn phases(&self) -> &[usize] {
        &self.each.phases
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        lanes::run(self.each.isa, Job { each: &self.each, buffers, part, source: 1 });
    }
}

/// Which side has fewer channels if the multiplier is above 1.
#[derive(Clone, Copy, PartialEq)]
enum Spread {
    Source,
    Target,
}

/// A walk with a product by channel at each tap.
struct Each {
    isa: Isa,
    dtype: DType,
    walk: Walk,
    kernel_width: usize,
    /// Channels of the side with fewer, and how many of the other each of them has.
    channels: usize,
    multiplier: usize,
    spread: Spread,
    /// Group and first row of each run of rows that a unit takes.
    rows: Vec<(usize, usize)>,
    phases: [usize; 1],
}

impl Each {
    fn new(isa: Isa, c: &Convolution, walk: Walk, spread: Spread) -> Each {
        let rows: Vec<(usize, usize)> = walk
            .groups
            .iter()
            .enumerate()
            .flat_map(|(i, group)| (0..group.pixels / group.axes[1].count.max(1)).map(move |row| (i, row)))
            .collect();
        let pixels: usize = walk.groups.iter().map(|g| g.pixels).sum();
        let parts = (pixels * c.outputs * c.geometry.taps().max(2) / PART).clamp(1, rows.len().clamp(1, 64));
        let kernel_width = c.geometry.kernel[1];
        Each { isa, dtype: c.dtype, walk, kernel_width, channels: c.inputs, multiplier: multiplier(c), spread, rows, phases: [parts] }
    }
}

struct Job<'a> {
    each: &'a Each,
    buffers: &'a Buffers<'a>,
    part: Part,
    /// Which input is the source; the other is the kernel.
    source: usize,
}

impl Work for Job<'_> {
    type Output = ();
    #[inline(always)]
    fn at<L: Level>(self) {
        match self.each.dtype {
            DType::F32 => self.rows::<L::F32>(),
            _ => self.rows::<L::F64>(),
        }
    }
}

/// One row of targets at work.
struct Row<'a, V: Number> {
    each: &'a Each,
    group: &'a Group,
    source: *const V::Item,
    kernel: *const V::Item,
    target: *mut V::Item,
    image: usize,
    row: usize,
}

impl Job<'_> {
    #[inline(always)]
    fn rows<V: Real>(&self) {
        for unit in self.part.range(self.each.rows.len()) {
            let (group, row) = self.each.rows[unit];
            let group = &self.each.walk.groups[group];
            let [image, row, _] = group.place(row * group.axes[1].count);
            let row = Row::<V> {
                each: self.each,
                group,
                source: self.buffers.inputs[self.source].pointer.cast(),
                kernel: self.buffers.inputs[1 - self.source].pointer.cast(),
                target: self.buffers.outputs[0].pointer.cast(),
                image,
                row,
            };
            if self.each.multiplier == 1 { row.by_lanes() } else { row.one_by_one() }
        }
    }
}

impl<V: Real> Row<'_, V> {
    /// The taps down that are inside of this row: where the source's row starts, in pixels, and which tap.
    #[inline(always)]
    fn down(&self) -> impl Iterator<Item = (usize, usize)> {
        let [height, width] = self.each.walk.source;
        let y = self.row * self.each.walk.step[0];
        self.group.axes[0].taps.iter().filter_map(move |tap| {
            let y = y.wrapping_add_signed(tap.offset);
            (y < height).then(|| ((self.image * height + y) * width, tap.tap * self.each.kernel_width))
        })
    }
    /// The target pixel of a column.
    #[inline(always)]
    fn pixel(&self, column: usize) -> usize {
        let walk = &self.each.walk;
        let y = self.group.axes[0].start + self.row * walk.jump[0];
        (self.image * walk.target[0] + y) * walk.target[1] + self.group.axes[1].start + column * walk.jump[1]
    }
    #[inline(always)]
    fn by_lanes(&self) {
        let (step, width) = (self.each.walk.step[1], self.each.walk.source[1]);
        let (across, channels) = (&self.group.axes[1], self.each.channels);
        let (first, last) = (across.taps.iter().map(|t| t.offset).min(), across.taps.iter().map(|t| t.offset).max());
        let inside = |x: usize| {
            let low = x.wrapping_add_signed(first.unwrap_or(0));
            low < width && x.wrapping_add_signed(last.unwrap_or(0)) < width
        };
        let mut column = 0;
        while column < across.count {
            let x = column * step;
            let together = column + SIDE <= across.count && inside(x) && inside(x + (SIDE - 1) * step);
            let mut c = 0;
            while c < channels {
                let n = V::LANES.min(channels - c);
                // SAFETY: taps that are inside of the source, this row's pixels of the target, and channels that there are.
                unsafe {
                    match (together, n == V::LANES) {
                        (true, true) => self.some::<SIDE, true>(column, c, n),
                        (true, false) => self.some::<SIDE, false>(column, c, n),
                        (false, true) => self.some::<1, true>(column, c, n),
                        (false, false) => self.some::<1, false>(column, c, n),
                    }
                }
                c += n;
            }
            column += if together { SIDE } else { 1 };
        }
    }
    /// `P` pixels side by side, one vector of channels; a single pixel may have taps outside.
    #[inline(always)]
    unsafe fn some<const P: usize, const FULL: bool>(&self, column: usize, c: usize, n: usize) {
        let (step, width, channels) = (self.each.walk.step[1], self.each.walk.source[1], self.each.channels);
        let mut sums = [V::of(0.0); P];
        // SAFETY: the caller's.
        unsafe {
            for (line, down) in self.down() {
                for tap in &self.group.axes[1].taps {
                    let x = (column * step).wrapping_add_signed(tap.offset);
                    if P == 1 && x >= width {
                        continue;
                    }
                    let w = load::<V, FULL>(self.kernel.add((down + tap.tap) * channels + c), n);
                    let source = self.source.add((line + x) * channels + c);
                    for (p, sum) in sums.iter_mut().enumerate() {
                        *sum = load::<V, FULL>(source.add(p * step * channels), n).fma(w, *sum);
                    }
                }
            }
            for (p, sum) in sums.iter().enumerate() {
                let target = self.target.add(self.pixel(column + p) * channels + c);
                store::<V, FULL>(*sum, target, n);
            }
        }
    }
    /// For multipliers above 1: one number after the other.
    #[inline(always)]
    fn one_by_one(&self) {
        let (step, width) = (self.each.walk.step[1], self.each.walk.source[1]);
        let (channels, m) = (self.each.channels, self.each.multiplier);
        let many = channels * m;
        for column in 0..self.group.axes[1].count {
            let pixel = self.pixel(column);
            // SAFETY: taps that are inside of the source, this row's pixels of the target, and channels that there are.
            unsafe {
                let clear = if self.each.spread == Spread::Source { many } else { channels };
                for c in 0..clear {
                    *self.target.add(pixel * clear + c) = V::Item::default();
                }
                for (line, down) in self.down() {
                    for tap in &self.group.axes[1].taps {
                        let x = (column * step).wrapping_add_signed(tap.offset);
                        if x >= width {
                            continue;
                        }
                        let w = self.kernel.add((down + tap.tap) * many);
                        if self.each.spread == Spread::Source {
                            let (source, target) = (self.source.add((line + x) * channels), self.target.add(pixel * many));
                            for i in 0..many {
                                let sum = target.add(i);
                                *sum = (*sum).add((*source.add(i / m)).mul(*w.add(i)));
                            }
                        } else {
                            let (source, target) = (self.source.add((line + x) * many), self.target.add(pixel * channels));
                            for i in 0..many {
                                let sum = target.add(i / m);
                                *sum = (*sum).add((*source.add(i)).mul(*w.add(i)));
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What flows back to the kernel of a depthwise convolution. Inputs: images, what flows back to the result. Output: the shape
/// of the kernel.
pub struct DepthwiseKernel {
    isa: Isa,
    dtype: DType,
    geometry: Geometry,
    channels: usize,
    multiplier: usize,
    chunks: usize,
    phases: Vec<usize>,
}

impl DepthwiseKernel {
    /// On the process's instruction set. Panics if the number type is not F32 or F64.
    pub fn new(sizes: Convolution) -> DepthwiseKernel {
        DepthwiseKernel::on(isa(), sizes)
    }
    /// On a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, sizes: Convolution) -> DepthwiseKernel {
        sizes.check(isa);
        let g = sizes.geometry;
        let rows = g.batch * g.output[0];
        let operations = rows * g.output[1] * sizes.outputs * g.taps().max(2);
        let chunks = (operations / PART).min(rows).clamp(1, CHUNKS);
        let phases = if chunks > 1 { vec![chunks, 1] } else { vec![1] };
        DepthwiseKernel { isa, dtype: sizes.dtype, geometry: g, channels: sizes.inputs, multiplier: multiplier(&sizes), chunks, phases }
    }
    fn len(&self) -> usize {
        self.geometry.taps() * self.channels * self.multiplier
    }
}

impl Kernel for DepthwiseKernel {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn scratch(&self) -> usize {
        if self.chunks > 1 { self.chunks * self.len() * self.dtype.size() } else { 0 }
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        lanes::run(self.isa, Gather { kernel: self, buffers, sum: phase == 1, part });
    }
}

struct Gather<'a> {
    kernel: &'a DepthwiseKernel,
    buffers: &'a Buffers<'a>,
    sum: bool,
    part: Part,
}

impl Work for Gather<'_> {
    type Output = ();
    #[inline(always)]
    fn at<L: Level>(self) {
        match self.kernel.dtype {
            DType::F32 => self.chunk::<L::F32>(),
            _ => self.chunk::<L::F64>(),
        }
    }
}

impl Gather<'_> {
    #[inline(always)]
    fn chunk<V: Real>(&self) {
        let (kernel, len) = (self.kernel, self.kernel.len());
        let scratch: *mut V::Item = self.buffers.scratch.pointer.cast();
        let out: *mut V::Item = self.buffers.outputs[0].pointer.cast();
        if self.sum {
            for i in 0..len {
                // SAFETY: one element of the kernel and of each chunk's sum.
                unsafe { *out.add(i) = (0..kernel.chunks).fold(V::Item::default(), |sum, c| sum.add(*scratch.add(c * len + i))) }
            }
            return;
        }
        let g = &kernel.geometry;
        let (m, many) = (kernel.multiplier, kernel.channels * kernel.multiplier);
        let out = if kernel.chunks > 1 { scratch.wrapping_add(self.part.index() * len) } else { out };
        let (images, back): (*const V::Item, *const V::Item) =
            (self.buffers.inputs[0].pointer.cast(), self.buffers.inputs[1].pointer.cast());
        // SAFETY: this chunk's sum; pixels that are inside of the images; channels that there are.
        unsafe {
            for i in 0..len {
                *out.add(i) = V::Item::default();
            }
            for row in self.part.range(g.batch * g.output[0]) {
                let (image, y) = (row / g.output[0], row % g.output[0]);
                for down in g.inside_taps(0, y) {
                    let line = (image * g.input[0] + g.pixel(0, y, down)) * g.input[1];
                    for across in 0..g.kernel[1] {
                        let xs = g.windows(1, across);
                        let out = out.add((down * g.kernel[1] + across) * many);
                        let from = |x: usize| {
                            (images.add((line + g.pixel(1, x, across)) * kernel.channels), back.add((row * g.output[1] + x) * many))
                        };
                        if m > 1 {
                            for (image, back) in xs.map(from) {
                                for i in 0..many {
                                    *out.add(i) = (*out.add(i)).add((*image.add(i / m)).mul(*back.add(i)));
                                }
                            }
                            continue;
                        }
                        let mut c = 0;
                        while c + SIDE * V::LANES <= many {
                            let mut sums = [V::of(0.0); SIDE];
                            for (i, sum) in sums.iter_mut().enumerate() {
                                *sum = V::load(out.add(c + i * V::LANES));
                            }
                            for (image, back) in xs.clone().map(from) {
                                for (i, sum) in sums.iter_mut().enumerate() {
                                    let at = c + i * V::LANES;
                                    *sum = V::load(image.add(at)).fma(V::load(back.add(at)), *sum);
                                }
                            }
                            for (i, sum) in sums.iter().enumerate() {
                                sum.store(out.add(c + i * V::LANES));
                            }
                            c += SIDE * V::LANES;
                        }
                        while c < many {
                            let n = V::LANES.min(many - c);
                            let mut sum = V::load_part(out.add(c), n);
                            for (image, back) in xs.clone().map(from) {
                                sum = V::load_part(image.add(c), n).fma(V::load_part(back.add(c), n), sum);
                            }
                            sum.store_part(out.add(c), n);
                            c += n;
                        }
                    }
                }
            }
        }
    }
}
