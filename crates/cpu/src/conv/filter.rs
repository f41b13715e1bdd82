//! What flows back to a convolution's kernel: for each tap a product over all pixels, images read across.
use super::pad::Pad;
use super::tile::{Number, Tile, Tiles};
use super::{Convolution, Geometry, PART, TABLE, UNITS};
use crate::kernel::share;
use crate::{Buffers, Isa, Part};
use std::ops::Range;

/// Bytes of the kernel that a unit sums up, and bytes of images it goes through at a time: both stay in the second-level cache.
const KERNEL_BYTES: usize = 160 << 10;
const IMAGE_BYTES: usize = 192 << 10;
/// Bytes of partial sums at most.
const PARTIAL_BYTES: usize = 16 << 20;
/// Pixels of a partial sum at least.
const PARTIAL_PIXELS: usize = 512;
/// Target channels that a unit takes.
const COLUMNS: usize = 64;
/// The most rows of a tile on any instruction set.
const ROWS: usize = 16;

/// What a phase does.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Pad,
    Compute,
    Sum,
}

/// A kernel's gradient ready to run. Inputs: images, what flows back. The kernel's rows are numbered tap by tap, channel by
/// channel; its columns are target channels.
pub(super) struct Filter<T: 'static> {
    tiles: &'static Tiles<T>,
    geometry: Geometry,
    pad: Option<Pad>,
    inputs: usize,
    outputs: usize,
    /// Whether a tile may have rows of several taps, whose windows are then all inside.
    mixed: bool,
    /// Rows of the kernel by tiles, and tiles by units.
    rows: Vec<Vec<Range<usize>>>,
    /// Columns of a unit.
    columns: usize,
    /// Pieces that the image rows are cut into, each summed up for itself.
    chunks: usize,
    stages: Vec<(Stage, usize)>,
}

impl<T: Number> Filter<T> {
    pub fn new(isa: Isa, c: &Convolution) -> Filter<T> {
        let (tiles, size) = (T::tiles(isa), size_of::<T>());
        let (inputs, outputs) = (c.inputs, c.outputs);
        let high = tiles.rows(outputs);
        let mixed = 2 * inputs <= high && c.geometry.taps() > 1;
        let pad = if mixed { Pad::new(&c.geometry, inputs) } else { None };
        let geometry = if pad.is_some() { c.geometry.padded() } else { c.geometry };
        let columns = (COLUMNS / tiles.width()).max(1) * tiles.width();
        let all = geometry.taps() * inputs;
        let mut list = Vec::new();
        if mixed {
            let count = all.div_ceil(high);
            list.extend((0..count).map(|i| share(all, count, i)));
        } else {
            let groups = inputs.div_ceil(COLUMNS);
            for group in 0..groups {
                let channels = share(inputs, groups, group);
                let count = channels.len().div_ceil(high);
                for tap in 0..geometry.taps() {
                    let first = tap * inputs + channels.start;
                    let tile = |i| {
                        let rows = share(channels.len(), count, i);
                        first + rows.start..first + rows.end
                    };
                    list.extend((0..count).map(tile));
                }
            }
        }
        let most = (KERNEL_BYTES / (columns.min(outputs.max(1)) * size * high)).max(1);
        let rows: Vec<Vec<Range<usize>>> = list.chunks(most).map(<[Range<usize>]>::to_vec).collect();
        let image_rows = geometry.batch * geometry.output[0];
        let pixels = image_rows * geometry.output[1];
        let operations = 2 * pixels * all * outputs;
        let groups = rows.len() * outputs.div_ceil(columns);
        let chunks = if groups >= UNITS { 1 } else { UNITS / groups.max(1) };
        let chunks = chunks
            .min(PARTIAL_BYTES / (all * outputs * size).max(1))
            .min(pixels / PARTIAL_PIXELS)
            .min(image_rows)
            .min(operations / PART)
            .max(1);
        let mut stages = Vec::new();
        if let Some(pad) = &pad {
            stages.push((Stage::Pad, pad.parts()));
        }
        stages.push((Stage::Compute, (operations / PART).clamp(1, (chunks * groups).max(1))));
        if chunks > 1 {
            stages.push((Stage::Sum, (all * outputs * chunks / (64 << 10)).clamp(1, 64)));
        }
        Filter { tiles, geometry, pad, inputs, outputs, mixed, rows, columns, chunks, stages }
    }
    pub fn phases(&self) -> Vec<usize> {
        self.stages.iter().map(|s| s.1).collect()
    }
    fn padded(&self) -> usize {
        self.pad.map_or(0, |pad| pad.len().next_multiple_of(64))
    }
    /// Elements of the kernel.
    fn len(&self) -> usize {
        self.geometry.taps() * self.inputs * self.outputs
    }
    pub fn scratch(&self) -> usize {
        (self.padded() + if self.chunks > 1 { self.chunks * self.len() } else { 0 }) * size_of::<T>()
    }

    pub fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        let scratch: *mut T = buffers.scratch.pointer.cast();
        let (images, back): (*const T, *const T) = (buffers.inputs[0].pointer.cast(), buffers.inputs[1].pointer.cast());
        let out: *mut T = buffers.outputs[0].pointer.cast();
        let partial = scratch.wrapping_add(self.padded());
        match self.stages[phase].0 {
            Stage::Pad => {
                if let Some(pad) = &self.pad {
                    // SAFETY: the images and the scratch, whose first elements are the copy.
                    unsafe { pad.run(images, scratch, part) }
                }
            }
            Stage::Compute => {
                let images = if self.pad.is_some() { scratch.cast_const() } else { images };
                let (groups, across) = (self.rows.len(), self.outputs.div_ceil(self.columns));
                for unit in part.range(self.chunks * groups * across) {
                    let (chunk, group, a) = (unit / (groups * across), unit / across % groups, unit % across);
                    let out = if self.chunks > 1 { partial.wrapping_add(chunk * self.len()) } else { out };
                    let columns = a * self.columns..((a + 1) * self.columns).min(self.outputs);
                    self.unit(images, back, out, chunk, &self.rows[group], columns);
                }
            }
            Stage::Sum => {
                for i in part.range(self.len()) {
                    // SAFETY: one element of the kernel and of each partial sum.
                    unsafe {
                        let mut sum = *partial.add(i);
                        for chunk in 1..self.chunks {
                            sum = sum + *partial.add(chunk * self.len() + i);
                        }
                        *out.add(i) = sum;
                    }
                }
            }
        }
    }

    /// One chunk's sum of some rows and columns of the kernel.
    fn unit(&self, images: *const T, back: *const T, out: *mut T, chunk: usize, tiles: &[Range<usize>], columns: Range<usize>) {
        let g = &self.geometry;
        let mine = share(g.batch * g.output[0], self.chunks, chunk);
        let high = self.tiles.rows(self.outputs);
        let bytes = (g.output[1] * columns.len() + g.input[1] * self.inputs.min(COLUMNS)) * size_of::<T>();
        let block = (IMAGE_BYTES / bytes.max(1)).clamp(1, TABLE / high);
        let blocks = mine.len().div_ceil(block).max(1);
        let (mut sources, mut steps, mut targets) = ([images; TABLE], [0; TABLE], [out; ROWS]);
        for i in 0..blocks {
            let block = share(mine.len(), blocks, i);
            let block = mine.start + block.start..mine.start + block.end;
            for rows in tiles {
                let (count, k) = self.find(images, block.clone(), rows, &mut sources, &mut steps);
                for (row, target) in rows.clone().zip(&mut targets) {
                    *target = out.wrapping_add(row * self.outputs);
                }
                let mut column = columns.start;
                while column < columns.end {
                    let width = self.tiles.width().min(columns.end - column);
                    let (routine, tail) = self.tiles.routine(rows.len(), width);
                    let tile = Tile {
                        steps: count,
                        k,
                        a: sources.as_ptr(),
                        a_column: g.stride[1] * self.inputs,
                        b: back.wrapping_add(column),
                        b_steps: steps.as_ptr(),
                        b_row: self.outputs,
                        c: targets.as_ptr(),
                        c_column: column,
                        accumulate: i > 0,
                        tail,
                    };
                    // SAFETY: pointers lead to pixels whose windows are inside, k of them a stride apart, and to this unit's
                    // rows of the kernel; the instruction set is supported (ConvKernel::on).
                    unsafe { routine(&tile) }
                    column += width;
                }
            }
        }
    }

    /// Where the rows of one tile start in each image row of the block, and where what flows back does: number of image rows,
    /// and pixels of each.
    #[inline(always)]
    fn find(
        &self,
        images: *const T,
        block: Range<usize>,
        rows: &Range<usize>,
        sources: &mut [*const T; TABLE],
        steps: &mut [usize; TABLE],
    ) -> (usize, usize) {
        let g = &self.geometry;
        let tap = |row: usize| (row / self.inputs / g.kernel[1], row / self.inputs % g.kernel[1]);
        let (down, across) = tap(rows.start);
        let (ys, xs) = if self.mixed { (0..g.output[0], 0..g.output[1]) } else { (g.windows(0, down), g.windows(1, across)) };
        if xs.is_empty() {
            return (0, 0);
        }
        let line = g.input[1] * self.inputs;
        // From the pixel of the first tap's row and column to each row of the tile.
        let mut shifts = [0; ROWS];
        for (row, shift) in rows.clone().zip(&mut shifts) {
            let (down, across) = if self.mixed { tap(row) } else { (0, 0) };
            *shift = down * g.dilation[0] * line + across * g.dilation[1] * self.inputs + row % self.inputs;
        }
        let mut count = 0;
        for i in block {
            let (image, y) = (i / g.output[0], i % g.output[0]);
            if !ys.contains(&y) {
                continue;
            }
            let (top, left) = if self.mixed { (y * g.stride[0], 0) } else { (g.pixel(0, y, down), g.pixel(1, xs.start, across)) };
            let from = images.wrapping_add((image * g.input[0] + top) * line + left * self.inputs);
            for (shift, source) in shifts[..rows.len()].iter().zip(&mut sources[count * rows.len()..]) {
                *source = from.wrapping_add(*shift);
            }
            steps[count] = (i * g.output[1] + xs.start) * self.outputs;
            count += 1;
        }
        (count, xs.len())
    }
}
