//! Which way a product goes, and into which parts it is cut: decided from sizes and instruction set alone, once.
use super::tile::{Kernels, Number};
use super::{Layout, Product, pack};
use crate::transpose;
use crate::{Isa, Part};
use std::ops::Range;

/// Bytes of one column of a K block: a tile's rows of A fit the first-level cache, a panel of B half of a small second level.
const BLOCK_BYTES: usize = 1536;
/// Bytes of B that the tiles of one cell come back to; they stay in the second-level cache.
const CELL_BYTES: usize = 400 << 10;
/// Operations a part should have at least, so that handing it over costs little.
const PART: usize = 1 << 20;
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
    /// Number of K blocks.
    pub blocks: usize,
}

impl<T: Number> Panels<T> {
    pub fn new(isa: Isa, batch: usize, k: usize, n: usize, b: Layout) -> Panels<T> {
        let kernels = T::kernels(isa);
        let width = kernels.best * kernels.lanes;
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
        (self.len() / (128 << 10)).clamp(1, (self.batch * self.panels() * self.blocks).max(1))
    }
    /// Where the panel of a block of rows starts.
    pub fn at(&self, batch: usize, rows: &Range<usize>, panel: usize) -> usize {
        batch * self.stride() + rows.start * self.panels() * self.width + panel * self.width * rows.len()
    }
    pub fn fill(&self, b: *const T, out: *mut T, part: Part) {
        let panels = self.panels();
        for unit in part.range(self.batch * self.blocks * panels) {
            let (batch, block, panel) = (unit / (self.blocks * panels), unit / panels % self.blocks, unit % panels);
            let rows = share(self.k, self.blocks, block);
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

/// Number of K blocks of about `BLOCK_BYTES`.
fn blocks<T>(k: usize) -> usize {
    k.div_ceil(BLOCK_BYTES / size_of::<T>()).max(1)
}

/// The `i`th of `count` nearly equal runs of `n` items.
#[inline(always)]
pub(super) fn share(n: usize, count: usize, i: usize) -> Range<usize> {
    n * i / count..n * (i + 1) / count
}

/// The way a product goes.
pub(super) enum Path<T: 'static> {
    /// Tiles over cells of C.
    Tiles(Tiles<T>),
    /// A few rows by whole rows of B, in strips of columns.
    Axpy { columns: usize },
    /// Dot products; whether the few rows are A's (else B's columns), and how many of the other go into a cell.
    Dots { few_rows: bool, cell: usize, packed: bool },
    /// Rows of C on the lanes: for A stored by columns and few columns of C.
    Swapped { cell: usize },
}

pub(super) struct Tiles<T: 'static> {
    /// Set if B is read from panels: the caller's, or made in the first phase.
    pub panels: Option<Panels<T>>,
    /// Columns of a tile.
    pub width: usize,
    /// Tiles one above the other, in C and in a cell.
    pub rows: usize,
    pub cell_rows: usize,
    /// Panels side by side, in C and in a cell.
    pub columns: usize,
    pub cell_columns: usize,
    pub blocks: usize,
    /// Whether all of a cell's B stays in cache, so that a tile's K blocks follow each other.
    pub together: bool,
    /// Whether a tile's rows of A are copied together first.
    pub copy_a: bool,
}

/// A product ready to run.
pub(super) struct Plan<T: 'static> {
    pub product: Product,
    pub kernels: &'static Kernels<T>,
    pub square: Option<(usize, transpose::Transpose)>,
    pub path: Path<T>,
    /// C is a column, computed as a row.
    pub column: bool,
    /// Cells of one matrix, and parts of the compute phase.
    pub cells: usize,
    pub parts: usize,
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
        Plan { product: p, kernels, square: transpose::square(isa, size_of::<T>()), path, column, cells, parts }
    }
    pub fn packs(&self) -> bool {
        matches!(&self.path, Path::Tiles(Tiles { panels: Some(_), .. })) && !self.product.packed_b
    }
    pub fn phases(&self) -> Vec<usize> {
        match &self.path {
            Path::Tiles(Tiles { panels: Some(panels), .. }) if !self.product.packed_b => vec![panels.parts(), self.parts],
            Path::Dots { packed: true, .. } => vec![1, self.parts],
            _ => vec![self.parts],
        }
    }
    /// Elements.
    pub fn scratch(&self) -> usize {
        match &self.path {
            Path::Tiles(Tiles { panels: Some(panels), .. }) if !self.product.packed_b => panels.len(),
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
        if p.n <= 12 && p.n < kernels.lanes && p.n <= kernels.rows(kernels.best) && p.a.row == 1 && p.m >= 2 * kernels.lanes {
            let cell = cell(p.m, 2 * p.n * p.k, kernels.best * kernels.lanes);
            return (Path::Swapped { cell }, p.m.div_ceil(cell), SLOW_PART);
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
    let width = kernels.best * kernels.lanes;
    let batch = if p.b.batch == 0 { p.batch.min(1) } else { p.batch };
    let panels = pack.then(|| Panels::new(isa, batch, p.k, p.n, p.b));
    let blocks = blocks::<T>(p.k);
    let tallest = if p.n <= kernels.lanes { kernels.rows(1) } else { kernels.rows(kernels.best) };
    let (rows, columns) = (p.m.div_ceil(tallest), p.n.div_ceil(width));
    let block_rows = p.k.div_ceil(blocks).max(1);
    let together = columns * width * p.k * size <= CELL_BYTES;
    let mut cell_columns = if together { columns } else { (CELL_BYTES / (block_rows * size * width)).clamp(1, columns.max(1)) };
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
    let stride = p.a.row.unsigned_abs() * size;
    let copy_a = cell_columns >= 4
        && p.k >= 8
        && match (p.a.row, p.a.column) {
            (_, 1) => stride.is_multiple_of(1024) && p.m > 1,
            (1, column) => column.unsigned_abs() * size >= 1024,
            _ => true,
        };
    let cells = rows.div_ceil(cell_rows) * columns.div_ceil(cell_columns);
    (Path::Tiles(Tiles { panels, width, rows, cell_rows, columns, cell_columns, blocks, together, copy_a }), cells, PART)
}

/// Whether packing a B stored by rows costs less than it brings.
fn pays<T>(isa: Isa, kernels: &Kernels<T>, p: &Product) -> bool {
    let line = p.b.row.unsigned_abs() * size_of::<T>();
    if p.n < kernels.lanes || p.k < 32 {
        return false;
    }
    match isa {
        Isa::Avx512 => p.m >= 128 && (line.is_multiple_of(1024) || p.n >= 256),
        _ => p.m >= 48,
    }
}
