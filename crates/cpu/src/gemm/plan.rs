//! Which way a product goes, and into which parts it is cut: decided from sizes and instruction set alone, once.
use super::tile::{Kernels, Number};
use super::{Layout, Product, pack};
use crate::transpose;
use crate::{Isa, Part};
use std::ops::Range;

/// Bytes of one column of a K block: a tile's rows of A fit the first-level cache.
const BLOCK_BYTES: usize = 2048;
/// Bytes of B that the tiles of one cell come back to; they stay in the second-level cache.
const CELL_BYTES: usize = 400 << 10;
/// Bytes of C that rows of tiles write together.
const STACK_BYTES: usize = 16 << 10;
/// Operations a part should have at least, so that handing it over costs little.
const PART: usize = 1 << 18;
/// The same for work that waits for memory.
const SLOW_PART: usize = 1 << 18;
/// Parts enough for any number of threads to be busy to the end.
const PARTS: usize = 64;

/// B in panels: K block by K block, in a block panel by panel, in a panel row by row.
pub(super) struct Panels<T: 'static> {
    kernels: &'static Kernels<T>,
    square: Option<(usize, transpose::Transpose)>,
    pub batch: usize,
    pub k: usize,
    pub n: usize,
    b: Layout,
    /// Columns of a panel.
    pub width: usize,
    /// K in blocks.
    pub blocks: Cut,
}

impl<T: Number> Panels<T> {
    pub fn new(isa: Isa, batch: usize, k: usize, n: usize, b: Layout) -> Panels<T> {
        let kernels = T::kernels(isa);
        let width = kernels.panel * kernels.lanes;
        Panels { kernels, square: transpose::square(isa, size_of::<T>()), batch, k, n, b, width, blocks: blocks::<T>(k) }
    }
    pub fn panels(&self) -> usize {
        self.n.div_ceil(self.width)
    }
    /// Elements of one matrix.
    pub fn stride(&self) -> usize {
        self.panels() * self.width * self.k
    }
    pub fn len(&self) -> usize {
        self.batch * self.stride()
    }
    pub fn parts(&self) -> usize {
        (self.len() / (128 << 10)).clamp(1, (self.batch * self.panels() * self.blocks.count).max(1))
    }
    /// Where the panel of a block of rows starts.
    pub fn at(&self, batch: usize, rows: &Range<usize>, panel: usize) -> usize {
        batch * self.stride() + rows.start * self.panels() * self.width + panel * self.width * rows.len()
    }
    pub fn fill(&self, b: *const T, out: *mut T, part: Part) {
        let panels = self.panels();
        for unit in part.range(self.batch * self.blocks.count * panels) {
            let (batch, block, panel) = (unit / (self.blocks.count * panels), unit / panels % self.blocks.count, unit % panels);
            let rows = self.blocks.run(block);
            let column = panel * self.width;
            let from = batch as isize * self.b.batch + rows.start as isize * self.b.row + column as isize * self.b.column;
            let panel = pack::Panel {
                k: rows.len(),
                columns: self.width.min(self.n - column),
                width: self.width,
                b: b.wrapping_offset(from),
                b_row: self.b.row,
                b_column: self.b.column,
                out: out.wrapping_add(self.at(batch, &rows, panel)),
                square: self.square,
            };
            // SAFETY: the panel lies inside B and inside the packed form, and no other part writes it.
            unsafe { (self.kernels.pack)(&panel) }
        }
    }
}

/// K in blocks of about `BLOCK_BYTES`.
fn blocks<T>(k: usize) -> Cut {
    Cut::new(k, k.div_ceil(BLOCK_BYTES / size_of::<T>()).max(1))
}

/// Items in nearly equal runs, cut once: small tiles are done sooner than a division.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    pub count: usize,
    least: usize,
    longer: usize,
}

impl Cut {
    /// `n` items in `count` runs.
    #[inline(always)]
    pub fn new(n: usize, count: usize) -> Cut {
        let least = n / count.max(1);
        Cut { count, least, longer: n - least * count }
    }
    /// The `i`th.
    #[inline(always)]
    pub fn run(self, i: usize) -> Range<usize> {
        let at = |i: usize| i * self.least + i.min(self.longer);
        at(i)..at(i + 1)
    }
    /// How many from the `i`th on, before the `end`th, are as long.
    #[inline(always)]
    pub fn alike(self, i: usize, end: usize) -> usize {
        if i < self.longer { self.longer.min(end) - i } else { end - i }
    }
}

/// The way a product goes.
pub(super) enum Path<T: 'static> {
    /// Tiles over cells of C.
    Tiles(Tiles<T>),
    /// Tiles over all rows, panels of B packed piece by piece into the first-level cache just before.
    Fresh(Fresh),
    /// A few rows by whole rows of B, in strips of columns.
    Axpy { columns: usize },
    /// Dot products; whether the few rows are A's (else B's columns), and how many of the other go into a cell.
    Dots { few_rows: bool, cell: usize, packed: bool },
    /// Rows of C on the lanes, for few columns of C; how a square block is transposed, and whether A is stored by rows, so that
    /// it is turned just before.
    Swapped { cell: usize, square: (usize, transpose::Transpose), turn: bool },
    /// The same for any number of columns, A's transpose in panels: for a B stored by columns that is much larger than A and C.
    Turned(Turned<T>),
}

pub(super) struct Turned<T: 'static> {
    /// A's transpose, written in the first phase.
    pub panels: Panels<T>,
    pub square: (usize, transpose::Transpose),
    /// Columns of a cell.
    pub cell_columns: usize,
}

/// Columns of C that are turned back together: whole blocks and nearly whole tiles everywhere.
pub(super) const TURN_COLUMNS: usize = 48;

pub(super) struct Tiles<T: 'static> {
    /// Set if B is read from panels: the caller's, or made in the first phase.
    pub panels: Option<Panels<T>>,
    /// Columns of a tile.
    pub width: usize,
    /// Rows of C in tiles, and those in cells.
    pub rows: Cut,
    pub down: Cut,
    /// Rows of tiles that are done together at most, so that what they wrote is still near.
    pub stack: usize,
    /// Columns of tiles in cells, and how many are whole.
    pub across: Cut,
    pub whole: usize,
    pub blocks: Cut,
    /// Whether all of a cell's B stays in cache, so that a tile's K blocks follow each other.
    pub together: bool,
    /// Set if a tile's rows of A are written together before use: the width of a row of such a strip.
    pub strips: Option<usize>,
    /// Whether A comes from memory and each row is soon done with, so that it is asked for early.
    pub far_a: bool,
    /// Whether C is larger than the first-level cache, so that it is asked for early.
    pub far_c: bool,
}

/// K of a piece of a panel that is packed just before its use, and its bytes at most.
pub(super) const PIECE: usize = 256;
pub(super) const PIECE_BYTES: usize = 64 << 10;
/// Bytes of the pieces that are packed together.
const GROUP_BYTES: usize = 16 << 10;
/// Columns of C up to which its rows may go on the lanes.
pub(super) const FEW_COLUMNS: usize = 12;
/// Tiles one above the other, or bytes of a piece's share of A, up to which A may be read again for each piece.
const FRESH_ROWS: usize = 8;
const FRESH_BYTES: usize = 32 << 10;
/// The same where each of many threads has a panel of its own and none waits for lines that another has packed.
const FRESH_PANELS: usize = 16;
const FRESH_FAR_BYTES: usize = 2 << 20;
/// Bytes of A up to which it is turned instead of B: threads share its transpose.
const TURNED_BYTES: usize = 64 << 10;

pub(super) struct Fresh {
    /// Columns of a tile.
    pub width: usize,
    /// Rows of C in tiles.
    pub rows: Cut,
    /// Panels of a cell, and those that are packed together.
    pub cell_columns: usize,
    pub group: usize,
    /// Panels.
    pub columns: usize,
}

/// Bytes of the strips of a stack at most; one of any K block fits.
pub(super) const STRIP_BYTES: usize = 32 * BLOCK_BYTES;

/// A product ready to run.
pub(super) struct Plan<T: 'static> {
    pub product: Product,
    pub kernels: &'static Kernels<T>,
    pub path: Path<T>,
    pub square: Option<(usize, transpose::Transpose)>,
    /// C is a column, computed as a row.
    pub column: bool,
    /// Cells of one matrix, and those of all in parts of the last phase.
    pub cells: usize,
    pub units: Cut,
}

impl<T: Number> Plan<T> {
    pub fn new(isa: Isa, mut p: Product) -> Plan<T> {
        let kernels = T::kernels(isa);
        // A column of C is a row of its transpose.
        let column = p.n == 1 && p.m > 1 && !p.packed_b;
        if column {
            (p.m, p.n, p.a, p.b) = (1, p.m, p.b.transposed(), p.a.transposed());
        }
        // One tall product instead of many, when they share B.
        if p.b.batch == 0 && p.a.batch == p.m as isize * p.a.row && p.batch > 1 && !column {
            (p.m, p.batch) = (p.m * p.batch, 1);
        }
        let (path, cells, least) = choose(isa, kernels, &p);
        let units = p.batch * cells;
        let operations = 2usize.saturating_mul(p.batch * p.m * p.n).saturating_mul(p.k.max(8));
        let parts = (operations / least).clamp(1, units.max(1));
        let (square, units) = (transpose::square(isa, size_of::<T>()), Cut::new(units, parts));
        Plan { product: p, kernels, square, path, column, cells, units }
    }
    /// Whether each run packs B.
    pub fn packs(&self) -> bool {
        matches!(&self.path, Path::Fresh(_) | Path::Turned(_)) || self.panels().is_some()
    }
    /// B's panels if the first phase writes them.
    pub fn panels(&self) -> Option<&Panels<T>> {
        match &self.path {
            Path::Tiles(tiles) if !self.product.packed_b => tiles.panels.as_ref(),
            _ => None,
        }
    }
    pub fn phases(&self) -> Vec<usize> {
        match &self.path {
            Path::Tiles(_) => self.panels().map(Panels::parts).into_iter().chain([self.units.count]).collect(),
            Path::Dots { packed: true, .. } => vec![1, self.units.count],
            Path::Turned(turned) => vec![turned.panels.parts(), self.units.count],
            _ => vec![self.units.count],
        }
    }
    /// Elements.
    pub fn scratch(&self) -> usize {
        match &self.path {
            Path::Tiles(_) => self.panels().map_or(0, Panels::len),
            Path::Turned(turned) => turned.panels.len(),
            Path::Dots { packed: true, .. } => {
                self.product.n * self.product.k * if self.product.b.batch == 0 { 1 } else { self.product.batch }
            }
            _ => 0,
        }
    }
}

fn choose<T: Number>(isa: Isa, kernels: &'static Kernels<T>, p: &Product) -> (Path<T>, usize, usize) {
    let size = size_of::<T>();
    let few = kernels.dots.len();
    if !p.packed_b && p.k > 0 && p.m > 0 && p.n > 0 {
        let by_rows = p.b.column == 1 && (p.n == 1 || p.b.row.unsigned_abs() >= p.n);
        let long = p.k >= 4 * kernels.lanes;
        if p.m <= kernels.axpy.len() && by_rows && p.n >= 4 * kernels.lanes {
            let cells = (p.n * size).div_ceil(4096).max(1);
            let columns = p.n.div_ceil(cells).next_multiple_of(kernels.lanes);
            return (Path::Axpy { columns }, p.n.div_ceil(columns), SLOW_PART);
        }
        if p.b.row == 1 && p.a.column == 1 && long && p.m <= 2 * few && p.n > p.m {
            let cell = cell(p.n, 2 * p.m * p.k, 8);
            return (Path::Dots { few_rows: true, cell, packed: false }, p.n.div_ceil(cell), SLOW_PART);
        }
        if 2 * p.n <= kernels.lanes && p.a.column == 1 && long && p.m >= 8 {
            let cell = cell(p.m, 2 * p.n * p.k, 24);
            return (Path::Dots { few_rows: false, cell, packed: p.b.row != 1 }, p.m.div_ceil(cell), SLOW_PART);
        }
        // Lanes without work where columns of C are on them. Turning A takes about as long as two of them.
        let idle = p.n.next_multiple_of(kernels.lanes) - p.n;
        let turn = p.a.row != 1;
        let worth = 3 * idle >= p.n && (!turn || p.a.column == 1 && idle >= 4);
        if p.n <= FEW_COLUMNS
            && worth
            && p.m >= 2 * kernels.lanes
            && let Some(square) = transpose::square(isa, size)
        {
            let cell = cell(p.m, 2 * p.n * p.k, kernels.best * kernels.lanes);
            return (Path::Swapped { cell, square, turn }, p.m.div_ceil(cell), SLOW_PART);
        }
        // Turning A and C instead of B: what is to be turned, and lanes without work.
        let idle = p.m.next_multiple_of(kernels.lanes) - p.m;
        if p.b.row == 1
            && p.b.column != 1
            && 4 * p.m * (p.n + p.k) <= 3 * p.n * p.k
            && 8 * idle <= p.m
            && p.m * p.k * size <= TURNED_BYTES
            && let Some(square) = transpose::square(isa, size)
        {
            let width = kernels.best * kernels.lanes;
            let batch = if p.a.batch == 0 { p.batch.min(1) } else { p.batch };
            let panels = Panels::new(isa, batch, p.k, p.m, p.a.transposed());
            let cell_columns = (PART / (2 * p.m.min(width) * p.k)).max(p.n / PARTS).max(1).next_multiple_of(TURN_COLUMNS);
            let cells = p.m.div_ceil(width) * p.n.div_ceil(cell_columns);
            return (Path::Turned(Turned { panels, square, cell_columns }), cells, PART);
        }
    }
    tiles(isa, kernels, p)
}

/// Items a cell takes, in multiples of `unit`, for about `SLOW_PART` operations or a `PARTS`th of all.
fn cell(items: usize, operations: usize, unit: usize) -> usize {
    let wanted = (SLOW_PART / operations.max(1)).max(items / PARTS).max(1);
    wanted.next_multiple_of(unit)
}

fn tiles<T: Number>(isa: Isa, kernels: &'static Kernels<T>, p: &Product) -> (Path<T>, usize, usize) {
    let size = size_of::<T>();
    let pack = p.packed_b || p.b.column != 1 || pays(isa, kernels, p);
    let batch = if p.b.batch == 0 { p.batch.min(1) } else { p.batch };
    let panels = pack.then(|| Panels::new(isa, batch, p.k, p.n, p.b));
    // Rows of A at a multiple of a page fall into one set of the first-level cache, which holds eight.
    let aliased = p.a.column == 1 && (p.a.row.unsigned_abs() * size).is_multiple_of(4096);
    let vectors = if aliased { kernels.panel } else { kernels.best };
    let (tallest, width) = (kernels.rows(vectors), vectors * kernels.lanes);
    let piece = p.k.min(PIECE) * size;
    let far = p.n >= FRESH_PANELS * width && p.m * p.k * size <= FRESH_FAR_BYTES;
    let again = p.m <= FRESH_ROWS * tallest || p.m * piece <= FRESH_BYTES || far;
    if pack && !p.packed_b && p.k > 0 && p.m > 0 && p.n > 0 && again {
        let columns = p.n.div_ceil(width);
        let cell_columns = (PART / (2 * p.m * width * p.k)).max(columns / PARTS).max(1);
        debug_assert!(PIECE * width * size <= PIECE_BYTES);
        let group = (GROUP_BYTES / (piece * width)).clamp(1, cell_columns);
        let fresh = Fresh { width, rows: Cut::new(p.m, p.m.div_ceil(tallest)), cell_columns, group, columns };
        return (Path::Fresh(fresh), columns.div_ceil(cell_columns), PART);
    }
    let blocks = blocks::<T>(p.k);
    let block_rows = p.k.div_ceil(blocks.count).max(1);
    let together = p.n * p.k * size <= CELL_BYTES;
    let vectors = if !together || p.m <= kernels.rows(kernels.panel) { kernels.panel } else { kernels.best };
    let vectors = vectors.min(p.n.div_ceil(kernels.lanes)).max(1);
    let (tallest, width) = (kernels.rows(vectors), vectors * kernels.lanes);
    let (rows, columns) = (p.m.div_ceil(tallest), p.n.div_ceil(width));
    let mut cell_columns = if together { columns } else { CELL_BYTES / (block_rows * size * width) };
    cell_columns = columns.div_ceil(columns.div_ceil(cell_columns.max(1)).max(1)).max(1);
    let mut cell_rows = rows.max(1);
    // Halve cells until there are parts enough or they are small.
    let target = (2 * p.m * p.n * p.k / PARTS).max(PART);
    while 2 * cell_rows * tallest * cell_columns * width * p.k.max(1) > 2 * target {
        if cell_rows * tallest >= cell_columns * width && cell_rows > 1 {
            cell_rows = cell_rows.div_ceil(2);
        } else if cell_columns > 1 {
            cell_columns = cell_columns.div_ceil(2);
        } else if cell_rows > 1 {
            cell_rows = cell_rows.div_ceil(2);
        } else {
            break;
        }
    }
    let strip = tallest.next_multiple_of(kernels.lanes);
    let strips = (p.a.row == 1 && p.k >= 128 && p.n >= 64 && p.m >= 2 * tallest && 2 * tallest > strip).then_some(strip);
    let far_a = strips.is_none() && p.a.column == 1 && together && p.m * p.k * size > 1 << 20;
    let far_c = p.k >= 128 && p.m * p.n * size > 32 << 10;
    let stack = match strips {
        _ if far_a => 1,
        Some(width) => STRIP_BYTES / (width * block_rows * size),
        None => STACK_BYTES / (tallest * cell_columns * width * size),
    };
    let (down, across) = (rows.div_ceil(cell_rows), columns.div_ceil(cell_columns));
    let tiles = Tiles {
        panels,
        width,
        rows: Cut::new(p.m, rows),
        down: Cut::new(rows, down),
        stack: stack.max(1),
        across: Cut::new(columns, across),
        whole: p.n / width,
        blocks,
        together,
        strips,
        far_a,
        far_c,
    };
    (Path::Tiles(tiles), down * across, PART)
}

/// Whether packing a B stored by rows costs less than it brings.
fn pays<T>(isa: Isa, kernels: &Kernels<T>, p: &Product) -> bool {
    let line = p.b.row.unsigned_abs() * size_of::<T>();
    if p.n < kernels.lanes || p.k < 32 {
        return false;
    }
    match isa {
        Isa::Avx512 => p.m >= 128 && (line.is_multiple_of(1024) || p.n >= 256),
        _ => p.m >= 48 && p.n * p.k * size_of::<T>() > 24 << 10,
    }
}
