//! The loops around tiles: one part of one phase of a product.
use super::pack;
use super::plan::{Path, Plan, Tiles, share};
use super::thin::{axpy, dots};
use super::tile::{Number, Tile};
use crate::each::Program;
use crate::{Buffers, Part, Slot};
use std::mem::MaybeUninit;
use std::ops::Range;

/// Operands an epilogue may have, C included.
const OPERANDS: usize = 64;
/// Bytes of a tile's rows of A over one K block, copied together.
const ROWS_BYTES: usize = 36 << 10;
/// Columns a copied row of A is longer than its block, in bytes: rows then fall into different sets of the cache.
const SKEW: usize = 64;

#[repr(align(64))]
struct Rows(MaybeUninit<[u8; ROWS_BYTES]>);

impl<T: Number> Plan<T> {
    pub fn run(&self, epilogue: Option<&Program>, buffers: &Buffers, phase: usize, part: Part) {
        let first = phase == 0 && self.phases_len() == 2;
        let b: *const T = buffers.inputs[usize::from(!self.column)].pointer.cast();
        if first {
            let out = buffers.scratch.pointer.cast();
            match &self.path {
                Path::Tiles(Tiles { panels: Some(panels), .. }) => panels.fill(b, out, part),
                _ => self.columns_together(b, out),
            }
            return;
        }
        let mut operands = MaybeUninit::uninit();
        let epilogue = epilogue.map(|program| Epilogue::new(program, buffers, &mut operands));
        for unit in part.range(self.product.batch * self.cells) {
            let (batch, cell) = (unit / self.cells, unit % self.cells);
            let run = Run { plan: self, epilogue: epilogue.as_ref(), buffers, batch };
            match &self.path {
                Path::Tiles(tiles) => run.tiles(tiles, cell),
                Path::Axpy { columns } => run.axpy(*columns, cell),
                Path::Dots { few_rows: true, cell: size, .. } => run.dots_of_rows(*size, cell),
                Path::Dots { cell: size, packed, .. } => run.dots_of_columns(*size, *packed, cell),
                Path::Swapped { cell: size } => run.swapped(*size, cell),
            }
        }
    }
    #[inline(always)]
    fn phases_len(&self) -> usize {
        match &self.path {
            Path::Tiles(Tiles { panels: Some(_), .. }) if !self.product.packed_b => 2,
            Path::Dots { packed: true, .. } => 2,
            _ => 1,
        }
    }
    /// Writes the columns of B as rows.
    fn columns_together(&self, b: *const T, out: *mut T) {
        let p = &self.product;
        let batches = if p.b.batch == 0 { p.batch.min(1) } else { p.batch };
        for batch in 0..batches {
            for q in 0..p.k {
                for j in 0..p.n {
                    let from = batch as isize * p.b.batch + q as isize * p.b.row + j as isize * p.b.column;
                    // SAFETY: inside B, and inside the scratch of batches * n * k.
                    unsafe { *out.add((batch * p.n + j) * p.k + q) = *b.offset(from) }
                }
            }
        }
    }
}

/// A program and its operands, C the first.
struct Epilogue<'a> {
    program: &'a Program,
    operands: &'a [Slot],
}

impl<'a> Epilogue<'a> {
    fn new(program: &'a Program, buffers: &Buffers, operands: &'a mut MaybeUninit<[Slot; OPERANDS]>) -> Epilogue<'a> {
        let operands = operands.write([Slot::NONE; OPERANDS]);
        let further = &buffers.inputs[2..];
        operands[0] = buffers.outputs[0];
        operands[1..=further.len()].copy_from_slice(further);
        Epilogue { program, operands: &operands[..=further.len()] }
    }
}

/// One cell of one matrix at work.
struct Run<'a, T: 'static> {
    plan: &'a Plan<T>,
    epilogue: Option<&'a Epilogue<'a>>,
    buffers: &'a Buffers<'a>,
    batch: usize,
}

impl<T: Number> Run<'_, T> {
    #[inline(always)]
    fn a(&self, row: usize, column: usize) -> *const T {
        let a = &self.plan.product.a;
        let at = self.batch as isize * a.batch + row as isize * a.row + column as isize * a.column;
        self.buffers.inputs[usize::from(self.plan.column)].pointer.cast::<T>().wrapping_offset(at)
    }
    #[inline(always)]
    fn b(&self, row: usize, column: usize) -> *const T {
        let b = &self.plan.product.b;
        let at = self.batch as isize * b.batch + row as isize * b.row + column as isize * b.column;
        self.buffers.inputs[usize::from(!self.plan.column)].pointer.cast::<T>().wrapping_offset(at)
    }
    #[inline(always)]
    fn c(&self, row: usize, column: usize) -> *mut T {
        let p = &self.plan.product;
        self.buffers.outputs[0].pointer.cast::<T>().wrapping_add((self.batch * p.m + row) * p.n + column)
    }
    /// Applies the epilogue to finished elements of C.
    #[inline(always)]
    fn finish(&self, rows: Range<usize>, columns: Range<usize>) {
        if let Some(epilogue) = self.epilogue {
            self.apply(epilogue, rows, columns);
        }
    }
    #[inline(never)]
    fn apply(&self, epilogue: &Epilogue, rows: Range<usize>, columns: Range<usize>) {
        let (m, n) = (self.plan.product.m, self.plan.product.n);
        let (rows, columns) = if self.plan.column {
            let first = self.batch * n;
            (first + columns.start..first + columns.end, rows)
        } else {
            (self.batch * m + rows.start..self.batch * m + rows.end, columns)
        };
        epilogue.program.run_rect(epilogue.operands, self.buffers.outputs, rows, columns);
    }

    fn tiles(&self, t: &Tiles<T>, cell: usize) {
        let down = t.rows.div_ceil(t.cell_rows).max(1);
        let rows = share(t.rows, down, cell % down);
        let across = t.columns.div_ceil(t.cell_columns).max(1);
        let columns = share(t.columns, across, cell / down);
        let p = &self.plan.product;
        let last = t.blocks - 1;
        let block = |i: usize, block: usize| {
            let rows = share(p.m, t.rows, i);
            let k = share(p.k, t.blocks, block);
            if t.copy_a { self.copied(t, rows, &columns, k) } else { self.direct(t, rows, &columns, k) }
        };
        let span = columns.start * t.width..(columns.end * t.width).min(p.n);
        if t.together {
            for i in rows {
                for b in 0..t.blocks {
                    block(i, b);
                }
                self.finish(share(p.m, t.rows, i), span.clone());
            }
        } else {
            for b in 0..t.blocks {
                for i in rows.clone() {
                    block(i, b);
                    if b == last {
                        self.finish(share(p.m, t.rows, i), span.clone());
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn direct(&self, t: &Tiles<T>, rows: Range<usize>, panels: &Range<usize>, k: Range<usize>) {
        let a = &self.plan.product.a;
        self.row_of_tiles(t, self.a(rows.start, k.start), a.row, a.column, rows, panels, k);
    }
    /// The tiles side by side over a copy of A's rows that is consecutive in the first-level cache.
    #[inline(never)]
    fn copied(&self, t: &Tiles<T>, rows: Range<usize>, panels: &Range<usize>, k: Range<usize>) {
        let mut memory = Rows(MaybeUninit::uninit());
        let copy: *mut T = memory.0.as_mut_ptr().cast();
        let a = &self.plan.product.a;
        let lanes = self.plan.kernels.lanes;
        let from = self.a(rows.start, k.start);
        if a.column == 1 {
            let stride = (k.len() + SKEW / size_of::<T>()).next_multiple_of(64 / size_of::<T>());
            debug_assert!(rows.len() * stride * size_of::<T>() <= ROWS_BYTES);
            for i in 0..rows.len() {
                // SAFETY: a row of A, and room for it in the copy.
                unsafe { std::ptr::copy_nonoverlapping(from.wrapping_offset(i as isize * a.row), copy.add(i * stride), k.len()) }
            }
            self.row_of_tiles(t, copy, stride as isize, 1, rows, panels, k);
        } else {
            let width = rows.len().next_multiple_of(lanes);
            debug_assert!(width * k.len() * size_of::<T>() <= ROWS_BYTES);
            let panel = pack::Panel {
                k: k.len(),
                columns: rows.len(),
                width,
                b: from,
                b_row: a.column,
                b_column: a.row,
                out: copy,
                square: self.plan.square,
            };
            // SAFETY: rows of A, and room for them in the copy.
            unsafe { (self.plan.kernels.pack)(&panel) }
            self.row_of_tiles(t, copy, 1, width as isize, rows, panels, k);
        }
    }
    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    fn row_of_tiles(
        &self,
        t: &Tiles<T>,
        a: *const T,
        a_row: isize,
        a_column: isize,
        rows: Range<usize>,
        panels: &Range<usize>,
        k: Range<usize>,
    ) {
        let p = &self.plan.product;
        let kernels = self.plan.kernels;
        let packed: *const T = if p.packed_b { self.buffers.inputs[1].pointer } else { self.buffers.scratch.pointer }.cast();
        for panel in panels.clone() {
            let column = panel * t.width;
            let columns = t.width.min(p.n - column);
            let (b, b_row) = match &t.panels {
                Some(panels) => {
                    let batch = if p.b.batch == 0 { 0 } else { self.batch };
                    (packed.wrapping_add(panels.at(batch, &k, panel)), t.width as isize)
                }
                None => (self.b(k.start, column), p.b.row),
            };
            let tile = Tile {
                k: k.len(),
                a,
                a_row,
                a_column,
                b,
                b_row,
                c: self.c(rows.start, column),
                c_row: p.n as isize,
                accumulate: k.start > 0,
                tail: columns - (columns - 1) / kernels.lanes * kernels.lanes,
            };
            // SAFETY: the tile lies inside A, B and C (Product's sizes), the instruction set is supported (Gemm::on), and no
            // other part writes this cell of C.
            unsafe { (kernels.tile(rows.len(), columns))(&tile) }
        }
    }

    fn axpy(&self, width: usize, cell: usize) {
        let p = &self.plan.product;
        let columns = cell * width..((cell + 1) * width).min(p.n);
        let strip = axpy::Strip {
            k: p.k,
            columns: columns.len(),
            a: self.a(0, 0),
            a_row: p.a.row,
            a_column: p.a.column,
            b: self.b(0, columns.start),
            b_row: p.b.row,
            c: self.c(0, columns.start),
            c_row: p.n as isize,
        };
        // SAFETY: as for tiles.
        unsafe { (self.plan.kernels.axpy[p.m - 1])(&strip) }
        self.finish(0..p.m, columns);
    }

    /// Few rows of A against many columns of B that are consecutive in memory.
    fn dots_of_rows(&self, size: usize, cell: usize) {
        let p = &self.plan.product;
        let columns = cell * size..((cell + 1) * size).min(p.n);
        let (x, y) = ((self.a(0, 0), p.a.row, p.m), (self.b(0, columns.start), p.b.column, columns.len()));
        self.dots(x, y, self.c(0, columns.start), p.n as isize, 1);
        self.finish(0..p.m, columns);
    }
    /// Few columns of B, consecutive in memory, against many rows of A.
    fn dots_of_columns(&self, size: usize, packed: bool, cell: usize) {
        let p = &self.plan.product;
        let rows = cell * size..((cell + 1) * size).min(p.m);
        let x = if packed {
            let batch = if p.b.batch == 0 { 0 } else { self.batch };
            (self.buffers.scratch.pointer.cast::<T>().wrapping_add(batch * p.n * p.k).cast_const(), p.k as isize, p.n)
        } else {
            (self.b(0, 0), p.b.column, p.n)
        };
        self.dots(x, (self.a(rows.start, 0), p.a.row, rows.len()), self.c(rows.start, 0), 1, p.n as isize);
        self.finish(rows, 0..p.n);
    }
    /// Each of x, y: start, stride, count.
    fn dots(&self, x: (*const T, isize, usize), y: (*const T, isize, usize), c: *mut T, c_x: isize, c_y: isize) {
        let routines = self.plan.kernels.dots;
        let groups = x.2.div_ceil(routines.len());
        let (most, _) = routines[x.2.div_ceil(groups) - 1];
        let mut j = 0;
        while j < y.2 {
            let ys = most.min(y.2 - j);
            for group in 0..groups {
                let xs = share(x.2, groups, group);
                let (count, routine) = routines[xs.len() - 1];
                let mut done = 0;
                while done < ys {
                    let (i, j) = (xs.start as isize, (j + done) as isize);
                    let block = dots::Block {
                        k: self.plan.product.k,
                        x: x.0.wrapping_offset(i * x.1),
                        x_row: x.1,
                        y: y.0.wrapping_offset(j * y.1),
                        y_row: y.1,
                        ys: count.min(ys - done),
                        c: c.wrapping_offset(i * c_x + j * c_y),
                        c_x,
                        c_y,
                    };
                    // SAFETY: as for tiles; K is consecutive on both sides (Plan's choice).
                    unsafe { routine(&block) }
                    done += block.ys;
                }
            }
            j += ys;
        }
    }

    /// Tiles of the transpose of C, written back across.
    fn swapped(&self, size: usize, cell: usize) {
        let p = &self.plan.product;
        let kernels = self.plan.kernels;
        let width = kernels.best * kernels.lanes;
        let rows = cell * size..((cell + 1) * size).min(p.m);
        let mut memory = Rows(MaybeUninit::uninit());
        let across: *mut T = memory.0.as_mut_ptr().cast();
        for first in rows.clone().step_by(width) {
            let count = width.min(rows.end - first);
            let tile = Tile {
                k: p.k,
                a: self.b(0, 0),
                a_row: p.b.column,
                a_column: p.b.row,
                b: self.a(first, 0),
                b_row: p.a.column,
                c: across,
                c_row: width as isize,
                accumulate: false,
                tail: count - (count - 1) / kernels.lanes * kernels.lanes,
            };
            // SAFETY: as for tiles; n is at most the rows of a tile, and the copy has room for them.
            unsafe {
                (kernels.tile(p.n, count))(&tile);
                for i in 0..count {
                    let c = self.c(first + i, 0);
                    for j in 0..p.n {
                        *c.add(j) = *across.add(j * width + i);
                    }
                }
            }
        }
        self.finish(rows, 0..p.n);
    }
}
