//! From pixels to pixels: a convolution and what flows back to its images are the same walk, with the kernel read across.
use super::pad::Pad;
use super::tile::{Number, Tile, Tiles};
use super::{Convolution, Geometry, Group, PART, TABLE, UNITS, Walk};
use crate::each::Program;
use crate::gemm::pack::Panel;
use crate::gemm::tile::Kernels;
use crate::kernel::share;
use crate::transpose::{self, Transpose};
use crate::{Buffers, Isa, Part, Slot};
use std::mem::MaybeUninit;
use std::ops::Range;

/// Bytes of the kernel that the tiles of one unit come back to; they stay in the second-level cache.
const KERNEL_BYTES: usize = 256 << 10;
/// Tiles of one unit at most.
const TILES: usize = 8;
/// The most rows of a tile on any instruction set.
const ROWS: usize = 16;
/// Channels up to which a row of a window is one run of a padded copy.
const FEW: usize = 4;
/// Operands an epilogue may have, the result included.
const OPERANDS: usize = 64;

/// What taps outside of the images read.
static ZEROS: [u64; 512] = [0; 512];

/// Where the kernel's element (tap, source channel, target channel) is.
#[derive(Clone, Copy)]
struct Weights {
    tap: usize,
    source: usize,
    target: usize,
}

/// Pixels of a group, and panels of target channels, that one part computes in one go.
struct Unit {
    group: usize,
    pixels: Range<usize>,
    panels: Range<usize>,
}

/// What a phase does.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Pad,
    Pack,
    Compute,
}

/// A walk ready to run. Inputs: source, kernel, the epilogue's further operands.
pub(super) struct Direct<T: 'static> {
    tiles: &'static Tiles<T>,
    kernels: &'static Kernels<T>,
    square: Option<(usize, Transpose)>,
    walk: Walk,
    taps: usize,
    /// Taps in a row of the kernel.
    kernel_width: usize,
    /// Numbers read under a tap, and from pixel to pixel.
    k: usize,
    pixel: usize,
    /// Target channels.
    n: usize,
    weights: Weights,
    pad: Option<Pad>,
    packs: bool,
    blocks: usize,
    units: Vec<Unit>,
    stages: Vec<(Stage, usize)>,
}

impl<T: Number> Direct<T> {
    pub fn forward(isa: Isa, c: &Convolution) -> Direct<T> {
        let g = &c.geometry;
        let weights = Weights { tap: c.inputs * c.outputs, source: c.outputs, target: 1 };
        if c.inputs > FEW || g.dilation[1] != 1 || g.kernel[1] == 0 {
            return Direct::new(isa, g.forward(), g, [c.inputs, c.inputs, c.outputs], weights, None);
        }
        // All taps of a row of the window are one run.
        let pad = Pad::new(g, c.inputs);
        let padded = if pad.is_some() { g.padded() } else { *g };
        let wide = Geometry { kernel: [g.kernel[0], 1], ..padded };
        let weights = Weights { tap: g.kernel[1] * weights.tap, ..weights };
        Direct::new(isa, wide.forward(), &wide, [g.kernel[1] * c.inputs, c.inputs, c.outputs], weights, pad)
    }
    pub fn backward(isa: Isa, c: &Convolution) -> Direct<T> {
        let g = &c.geometry;
        let weights = Weights { tap: c.inputs * c.outputs, source: 1, target: c.outputs };
        Direct::new(isa, g.backward(), g, [c.outputs, c.outputs, c.inputs], weights, None)
    }

    fn new(isa: Isa, walk: Walk, g: &Geometry, [k, pixel, n]: [usize; 3], weights: Weights, pad: Option<Pad>) -> Direct<T> {
        let tiles = T::tiles(isa);
        let (width, size, taps) = (tiles.width(), size_of::<T>(), g.taps());
        let panels = n.div_ceil(width);
        let pixels: usize = walk.groups.iter().map(|group| group.pixels).sum();
        let packs = taps * k > 0 && (weights.target != 1 || (n > width && pixels >= 64));
        let most = size_of_val(&ZEROS) / size;
        let blocks = (taps * k * width * size).div_ceil(KERNEL_BYTES).max(k.div_ceil(most)).clamp(1, k.max(1));
        let rows = tiles.rows(n);
        let (mut units, mut operations) = (Vec::new(), 0);
        for (i, group) in walk.groups.iter().enumerate() {
            let group_taps = group.axes[0].taps.len() * group.axes[1].taps.len();
            operations += 2 * group.pixels * group_taps * k.max(4) * n;
            let high = rows * (TABLE / (group_taps.max(1) * rows)).clamp(1, TILES);
            let cells = group.pixels.div_ceil(high);
            // With few pixels the panels are shared out too.
            let across = if pixels.div_ceil(high) < UNITS { UNITS.div_ceil(cells.max(1)).min(panels) } else { 1 };
            for cell in 0..cells {
                for a in 0..across {
                    units.push(Unit { group: i, pixels: share(group.pixels, cells, cell), panels: share(panels, across, a) });
                }
            }
        }
        let mut stages = Vec::new();
        if let Some(pad) = &pad {
            stages.push((Stage::Pad, pad.parts()));
        }
        if packs {
            let items = panels * blocks * taps;
            stages.push((Stage::Pack, (panels * width * taps * k / (64 << 10)).clamp(1, items.clamp(1, 64))));
        }
        stages.push((Stage::Compute, (operations / PART).clamp(1, units.len().clamp(1, 256))));
        Direct {
            tiles,
            kernels: T::kernels(isa),
            square: transpose::square(isa, size),
            walk,
            taps,
            kernel_width: g.kernel[1],
            k,
            pixel,
            n,
            weights,
            pad,
            packs,
            blocks,
            units,
            stages,
        }
    }
    pub fn phases(&self) -> Vec<usize> {
        self.stages.iter().map(|s| s.1).collect()
    }
    /// Elements of the padded images, up to a whole line.
    fn padded(&self) -> usize {
        self.pad.map_or(0, |pad| pad.len().next_multiple_of(64))
    }
    fn panels(&self) -> usize {
        self.n.div_ceil(self.tiles.width())
    }
    pub fn scratch(&self) -> usize {
        let packed = if self.packs { self.panels() * self.tiles.width() * self.taps * self.k } else { 0 };
        (self.padded() + packed) * size_of::<T>()
    }
    /// Where the packed numbers of a panel and a block of source channels start; tap follows tap.
    fn packed_at(&self, panel: usize, block: &Range<usize>) -> usize {
        (panel * self.k + block.start) * self.taps * self.tiles.width()
    }

    pub fn run(&self, epilogue: Option<&Program>, buffers: &Buffers, phase: usize, part: Part) {
        let scratch: *mut T = buffers.scratch.pointer.cast();
        let (source, kernel): (*const T, *const T) = (buffers.inputs[0].pointer.cast(), buffers.inputs[1].pointer.cast());
        let packed = scratch.wrapping_add(self.padded());
        match self.stages[phase].0 {
            Stage::Pad => {
                if let Some(pad) = &self.pad {
                    // SAFETY: the images and the scratch, whose first elements are the copy.
                    unsafe { pad.run(source, scratch, part) }
                }
            }
            Stage::Pack => self.pack(kernel, packed, part),
            Stage::Compute => {
                let source = if self.pad.is_some() { scratch.cast_const() } else { source };
                let kernel = if self.packs { packed.cast_const() } else { kernel };
                let mut operands = [Slot::NONE; OPERANDS];
                let further = &buffers.inputs[2..];
                operands[0] = buffers.outputs[0];
                operands[1..=further.len()].copy_from_slice(further);
                let finish = |rows: Range<usize>, columns: Range<usize>| {
                    if let Some(program) = epilogue {
                        program.run_rect(&operands[..=further.len()], buffers.outputs, rows, columns);
                    }
                };
                for unit in part.range(self.units.len()) {
                    self.unit(&self.units[unit], source, kernel, buffers.outputs[0].pointer.cast(), &finish);
                }
            }
        }
    }

    fn pack(&self, kernel: *const T, out: *mut T, part: Part) {
        let width = self.tiles.width();
        for item in part.range(self.panels() * self.blocks * self.taps) {
            let (panel, block, tap) = (item / (self.blocks * self.taps), item / self.taps % self.blocks, item % self.taps);
            let block = share(self.k, self.blocks, block);
            let w = &self.weights;
            let panel = Panel {
                k: block.len(),
                columns: width.min(self.n - panel * width),
                width,
                b: kernel.wrapping_add(tap * w.tap + block.start * w.source + panel * width * w.target),
                b_row: w.source as isize,
                b_column: w.target as isize,
                out: out.wrapping_add(self.packed_at(panel, &block) + tap * block.len() * width),
                square: self.square,
            };
            // SAFETY: a piece of the kernel, and its place in the packed form, which no other part writes.
            unsafe { (self.kernels.pack)(&panel) }
        }
    }

    fn unit(&self, unit: &Unit, source: *const T, kernel: *const T, out: *mut T, finish: &dyn Fn(Range<usize>, Range<usize>)) {
        let group = &self.walk.groups[unit.group];
        let rows = self.tiles.rows(self.n);
        let count = unit.pixels.len().div_ceil(rows);
        let across = group.axes[1].taps.len();
        let taps = group.axes[0].taps.len() * across;
        // Windows of very many taps are summed up in pieces.
        let piece = (TABLE / (rows * count).max(1)).max(1);
        let pieces = taps.div_ceil(piece).max(1);
        let mut table = Table::new();
        for i in 0..pieces {
            for block in 0..self.blocks {
                let channels = share(self.k, self.blocks, block);
                let mut tables = [(0, 0, 0); TILES];
                table.clear();
                for (tile, place) in tables.iter_mut().enumerate().take(count) {
                    let pixels = share(unit.pixels.len(), count, tile);
                    let pixels = unit.pixels.start + pixels.start..unit.pixels.start + pixels.end;
                    *place = self.find(&mut table, group, pixels, share(taps, pieces, i), &channels, source, out);
                }
                for panel in unit.panels.clone() {
                    self.panel(&table, &tables[..count], panel, &channels, kernel, i + block > 0);
                    if i + 1 == pieces && block + 1 == self.blocks {
                        let column = panel * self.tiles.width();
                        finish(unit.pixels.clone(), column..(column + self.tiles.width()).min(self.n));
                    }
                }
            }
        }
    }

    /// Fills in where the rows of one tile are. Gives its rows, its steps and where its pointers start.
    #[allow(clippy::too_many_arguments)]
    #[inline(always)]
    fn find(
        &self,
        table: &mut Table<T>,
        group: &Group,
        pixels: Range<usize>,
        taps: Range<usize>,
        channels: &Range<usize>,
        source: *const T,
        out: *mut T,
    ) -> (usize, usize, usize) {
        let rows = pixels.len();
        let [height, width] = self.walk.source;
        let (mut ys, mut xs, mut froms) = ([0; ROWS], [0; ROWS], [source; ROWS]);
        let [mut image, mut row, mut column] = group.place(pixels.start);
        let targets = table.targets.room(rows);
        // Below zero is beyond every size.
        let beyond = |i: usize, offset: isize, n: usize| i.wrapping_add_signed(offset) >= n;
        let [[top, bottom], [left, right]] = group.reach;
        let mut whole = true;
        for r in 0..rows {
            let (y, x) = (row * self.walk.step[0], column * self.walk.step[1]);
            whole &= !(beyond(y, top, height) || beyond(y, bottom, height) || beyond(x, left, width) || beyond(x, right, width));
            (ys[r], xs[r]) = (y, x);
            froms[r] = source.wrapping_add(((image * height + y) * width + x) * self.pixel + channels.start);
            let [target_y, target_x] = [group.axes[0].start + row * self.walk.jump[0], group.axes[1].start + column * self.walk.jump[1]];
            let target = (image * self.walk.target[0] + target_y) * self.walk.target[1] + target_x;
            // SAFETY: there is room for so many.
            unsafe { targets.add(r).write(out.wrapping_add(target * self.n)) }
            column += 1;
            if column == group.axes[1].count {
                (column, row) = (0, row + 1);
                if row == group.axes[0].count {
                    (row, image) = (0, image + 1);
                }
            }
        }
        let start = table.sources.len;
        let (mut steps, across) = (0, &group.axes[1].taps);
        let mut next = (taps.start / across.len().max(1), taps.start % across.len().max(1));
        for _ in taps {
            let (down, across) = (group.axes[0].taps[next.0], across[next.1]);
            next = if next.1 + 1 == group.axes[1].taps.len() { (next.0 + 1, 0) } else { (next.0, next.1 + 1) };
            let shift = (down.offset * width as isize + across.offset) * self.pixel as isize;
            let at = table.sources.len;
            let sources = table.sources.room(rows);
            let mut some = whole;
            for r in 0..rows {
                let inside = whole || !(beyond(ys[r], down.offset, height) || beyond(xs[r], across.offset, width));
                some |= inside;
                // SAFETY: there is room for so many.
                unsafe { sources.add(r).write(if inside { froms[r].wrapping_offset(shift) } else { ZEROS.as_ptr().cast() }) }
            }
            if !some {
                // Nothing but padding.
                table.sources.len = at;
                continue;
            }
            let tap = down.tap * self.kernel_width + across.tap;
            let step = if self.packs { tap * channels.len() * self.tiles.width() } else { tap * self.weights.tap };
            // SAFETY: there is room for one.
            unsafe { table.steps.room(1).write(step) }
            steps += 1;
        }
        (rows, steps, start)
    }

    #[inline(always)]
    fn panel(
        &self,
        table: &Table<T>,
        tables: &[(usize, usize, usize)],
        panel: usize,
        channels: &Range<usize>,
        kernel: *const T,
        accumulate: bool,
    ) {
        let width = self.tiles.width();
        let column = panel * width;
        let columns = width.min(self.n - column);
        let (b, b_row) = if self.packs {
            (kernel.wrapping_add(self.packed_at(panel, channels)), width)
        } else {
            (kernel.wrapping_add(channels.start * self.weights.source + column), self.weights.source)
        };
        let (mut target, mut step) = (0, 0);
        for (rows, steps, source) in tables {
            let (routine, tail) = self.tiles.routine(*rows, columns);
            let tile = Tile {
                steps: *steps,
                k: channels.len(),
                a: table.sources.at(*source),
                a_column: 1,
                b,
                b_steps: table.steps.at(step),
                b_row,
                c: table.targets.at(target),
                c_column: column,
                accumulate,
                tail,
            };
            // SAFETY: pointers lead to pixels inside the source or to zeros, to this unit's pixels of the target, and to the
            // kernel's rows, all of which have so many channels; the instruction set is supported (Conv::on).
            unsafe { routine(&tile) }
            target += rows;
            step += steps;
        }
    }
}

/// A list on the stack.
struct List<X, const N: usize> {
    items: MaybeUninit<[X; N]>,
    len: usize,
}

impl<X: Copy, const N: usize> List<X, N> {
    /// Where `count` more go, which whoever asks has to write.
    #[inline(always)]
    fn room(&mut self, count: usize) -> *mut X {
        assert!(self.len + count <= N, "a table of pointers is full");
        let room = self.items.as_mut_ptr().cast::<X>().wrapping_add(self.len);
        self.len += count;
        room
    }
    /// What is there, from `i` on.
    #[inline(always)]
    fn at(&self, i: usize) -> *const X {
        self.items.as_ptr().cast::<X>().wrapping_add(i)
    }
}

/// Where the tiles of one unit find their rows.
struct Table<T> {
    sources: List<*const T, { TABLE + ROWS }>,
    steps: List<usize, { TABLE + ROWS }>,
    targets: List<*mut T, { TILES * ROWS }>,
}

impl<T> Table<T> {
    fn new() -> Table<T> {
        let (items, targets) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        Table {
            sources: List { items, len: 0 },
            steps: List { items: MaybeUninit::uninit(), len: 0 },
            targets: List { items: targets, len: 0 },
        }
    }
    fn clear(&mut self) {
        (self.sources.len, self.steps.len, self.targets.len) = (0, 0, 0);
    }
}
