//! The loops around tiles: one part of one phase of a product.
use super::pack;
use super::plan::{Cut, Fresh, PIECE, PIECE_BYTES, Path, Plan, STRIP_BYTES, TURN_COLUMNS, Tiles, Turned};
use super::thin::{axpy, dots};
use super::tile::{Number, Tile};
use super::vector::soon;
use crate::each::Program;
use crate::transpose::Transpose;
use crate::{Buffers, Part, Slot};
use std::mem::MaybeUninit;
use std::ops::Range;

/// Operands an epilogue may have, C included.
const OPERANDS: usize = 64;
/// Bytes of a tile of C's transpose, and of the same as C has it: `FEW_COLUMNS` of it, widened to blocks, by 128.
const ACROSS: usize = 16 * 128;

#[repr(align(64))]
struct Across([u8; ACROSS]);

impl<T: Number> Plan<T> {
    pub fn run(&self, epilogue: Option<&Program>, buffers: &Buffers, phase: usize, part: Part) {
        if phase + 1 < self.phases_len() {
            return self.first(buffers, part);
        }
        match epilogue {
            None => self.last(None, buffers, part),
            Some(program) => self.last_with(program, buffers, part),
        }
    }
    /// A part of the last phase with an epilogue, whose operands take room that other runs need not touch.
    #[inline(never)]
    fn last_with(&self, program: &Program, buffers: &Buffers, part: Part) {
        let mut operands = MaybeUninit::uninit();
        self.last(Some(&Epilogue::new(program, buffers, &mut operands)), buffers, part);
    }
    /// A part of the last phase: cells of C.
    fn last(&self, epilogue: Option<&Epilogue>, buffers: &Buffers, part: Part) {
        debug_assert_eq!(part.count(), self.units.count);
        let units = self.units.run(part.index());
        let (mut batch, mut cell) = (units.start / self.cells.max(1), units.start % self.cells.max(1));
        for _ in units {
            let run = Run { plan: self, epilogue, buffers, batch };
            match &self.path {
                Path::Tiles(tiles) => run.tiles(tiles, cell),
                Path::Fresh(fresh) => run.fresh(fresh, cell),
                Path::Axpy { columns } => run.axpy(*columns, cell),
                Path::Dots { few_rows: true, cell: size, .. } => run.dots_of_rows(*size, cell),
                Path::Dots { cell: size, packed, .. } => run.dots_of_columns(*size, *packed, cell),
                Path::Swapped { cell: size, square, turn } => run.swapped(*size, *square, *turn, cell),
                Path::Turned(turned) => run.turned(turned, cell),
            }
            cell += 1;
            if cell == self.cells {
                (batch, cell) = (batch + 1, 0);
            }
        }
    }
    #[inline(always)]
    fn phases_len(&self) -> usize {
        match &self.path {
            Path::Tiles(_) => 1 + usize::from(self.panels().is_some()),
            Path::Dots { packed: true, .. } | Path::Turned(_) => 2,
            _ => 1,
        }
    }
    /// A part of the first phase: panels of B, or of A's transpose.
    #[inline(never)]
    fn first(&self, buffers: &Buffers, part: Part) {
        let input = |i: usize| buffers.inputs[i ^ usize::from(self.column)].pointer.cast::<T>().cast_const();
        let out: *mut T = buffers.scratch.pointer.cast();
        match (&self.path, self.panels()) {
            (Path::Turned(turned), _) => turned.panels.fill(input(0), out, part),
            (_, Some(panels)) => panels.fill(input(1), out, part),
            _ => self.columns_together(input(1), out),
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

#[repr(align(64))]
struct StripMemory(MaybeUninit<[u8; STRIP_BYTES]>);

#[repr(align(64))]
struct PieceMemory(MaybeUninit<[u8; PIECE_BYTES]>);

/// A tile of C's transpose, of `TURN_COLUMNS` by 128 bytes.
#[repr(align(64))]
struct TurnMemory(MaybeUninit<[u8; TURN_COLUMNS * 128]>);

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

/// Where rows of A for tiles start, its strides, and how far the next tile's rows are.
struct Rows<T> {
    at: *const T,
    row: isize,
    column: isize,
    next: isize,
}

/// Rows of A to be read next: `runs` runs of `lines` cache lines, `stride` elements apart.
struct Next<T> {
    from: *const T,
    stride: isize,
    runs: usize,
    lines: usize,
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
        let (rows, columns) = (t.down.run(cell % t.down.count), t.across.run(cell / t.down.count));
        let p = &self.plan.product;
        let last = t.blocks.count - 1;
        let end = rows.end;
        let block = |stack: Range<usize>, block: usize| {
            let k = t.blocks.run(block);
            let next = (t.far_a && stack.end < end).then(|| self.next(t.rows.run(stack.end), k.clone()));
            match t.strips {
                Some(width) => self.strip(t, width, stack, &columns, k),
                None => {
                    let (a, rows) = (&p.a, t.rows.run(stack.start));
                    let a = Rows { at: self.a(rows.start, k.start), row: a.row, column: a.column, next: rows.len() as isize * a.row };
                    self.row_of_tiles(t, a, stack, &columns, k, next);
                }
            }
        };
        let stack = |i: usize| i..i + t.rows.alike(i, end).min(t.stack);
        let span = columns.start * t.width..(columns.end * t.width).min(p.n);
        let finish = |stack: &Range<usize>| self.finish(t.rows.run(stack.start).start..t.rows.run(stack.end - 1).end, span.clone());
        let mut i = rows.start;
        if t.together {
            while i < end {
                let stack = stack(i);
                for b in 0..t.blocks.count {
                    block(stack.clone(), b);
                }
                finish(&stack);
                i = stack.end;
            }
        } else {
            for b in 0..t.blocks.count {
                i = rows.start;
                while i < end {
                    let stack = stack(i);
                    block(stack.clone(), b);
                    if b == last {
                        finish(&stack);
                    }
                    i = stack.end;
                }
            }
        }
    }

    fn next(&self, rows: Range<usize>, k: Range<usize>) -> Next<T> {
        let a = &self.plan.product.a;
        Next { from: self.a(rows.start, k.start), stride: a.row, runs: rows.len(), lines: (k.len() * size_of::<T>()).div_ceil(64) }
    }
    /// Asks for a share of the rows of A that the next tiles will read.
    #[inline(always)]
    fn ahead(&self, next: &Next<T>, count: usize, i: usize) {
        // A share of each run, so that no division is needed.
        let lines = Cut::new(next.lines, count).run(i);
        for run in 0..next.runs {
            let p = next.from.wrapping_offset(run as isize * next.stride);
            for line in lines.clone() {
                soon(p.wrapping_byte_add(line * 64).cast());
            }
        }
    }

    /// The tiles of some rows alike, side by side, over one K block of A by columns, of which they take a copy in order.
    #[inline(never)]
    fn strip(&self, t: &Tiles<T>, width: usize, stack: Range<usize>, panels: &Range<usize>, k: Range<usize>) {
        let a = &self.plan.product.a;
        let rows = t.rows.run(stack.start);
        let mut memory = StripMemory(MaybeUninit::uninit());
        let strip: *mut T = memory.0.as_mut_ptr().cast();
        debug_assert!(stack.len() * width * k.len() * size_of::<T>() <= STRIP_BYTES);
        for i in 0..stack.len() {
            let panel = pack::Panel {
                k: k.len(),
                columns: rows.len(),
                width,
                b: self.a(rows.start + i * rows.len(), k.start),
                b_row: a.column,
                b_column: a.row,
                out: strip.wrapping_add(i * width * k.len()),
                square: None,
            };
            // SAFETY: inside A, and there is room for the stack's rows of `width` (Plan's choice of stacks).
            unsafe { (self.plan.kernels.pack)(&panel) }
        }
        let a = Rows { at: strip, row: 1, column: width as isize, next: (width * k.len()) as isize };
        self.row_of_tiles(t, a, stack, panels, k, None);
    }
    /// The tiles of some rows alike, side by side, over one K block of `a`.
    #[inline(always)]
    fn row_of_tiles(&self, t: &Tiles<T>, a: Rows<T>, stack: Range<usize>, panels: &Range<usize>, k: Range<usize>, next: Option<Next<T>>) {
        let p = &self.plan.product;
        let kernels = self.plan.kernels;
        let packed: *const T = if p.packed_b { self.buffers.inputs[1].pointer } else { self.buffers.scratch.pointer }.cast();
        let rows = t.rows.run(stack.start);
        // Whole tiles at equal distances go to the routine together.
        let even = next.is_none() && t.panels.as_ref().is_none_or(|panels| panels.width == t.width);
        let mut panel = panels.start;
        while panel < panels.end {
            let column = panel * t.width;
            let columns = t.width.min(p.n - column);
            let whole = t.whole.min(panels.end).saturating_sub(panel);
            let count = if even { whole.max(1) } else { 1 };
            let (b, b_row, b_next) = match &t.panels {
                Some(panels) => {
                    let batch = if p.b.batch == 0 { 0 } else { self.batch };
                    let (panel, within) = (column / panels.width, column % panels.width);
                    (packed.wrapping_add(panels.at(batch, &k, panel) + within), panels.width as isize, panels.width * k.len())
                }
                None => (self.b(k.start, column), p.b.row, t.width),
            };
            let tile = Tile {
                k: k.len(),
                a: a.at,
                a_row: a.row,
                a_column: a.column,
                b,
                b_row,
                c: self.c(rows.start, column),
                c_row: p.n as isize,
                accumulate: k.start > 0,
                far: t.far_c,
                tail: kernels.tail(columns),
                count,
                b_next,
                down: stack.len(),
                a_next: a.next,
            };
            if let Some(next) = &next {
                self.ahead(next, panels.len(), panel - panels.start);
            }
            // SAFETY: the tiles lie inside A, B and C (Product's sizes), the instruction set is supported (Gemm::on), and no
            // other part writes this cell of C.
            unsafe { (kernels.tile(rows.len(), columns))(&tile) }
            panel += count;
        }
    }

    /// Group by group of panels, all rows of C; each piece of a group is packed and used at once.
    #[inline(never)]
    fn fresh(&self, t: &Fresh, cell: usize) {
        let p = &self.plan.product;
        let kernels = self.plan.kernels;
        let mut memory = PieceMemory(MaybeUninit::uninit());
        let piece: *mut T = memory.0.as_mut_ptr().cast();
        let end = ((cell + 1) * t.cell_columns).min(t.columns);
        for group in (cell * t.cell_columns..end).step_by(t.group) {
            let panels = group..(group + t.group).min(end);
            let columns = panels.start * t.width..(panels.end * t.width).min(p.n);
            for first in (0..p.k).step_by(PIECE) {
                let k = first..(first + PIECE).min(p.k);
                for (i, column) in columns.clone().step_by(t.width).enumerate() {
                    let count = t.width.min(p.n - column);
                    let panel = pack::Panel {
                        k: k.len(),
                        columns: count,
                        width: count.next_multiple_of(kernels.lanes),
                        b: self.b(k.start, column),
                        b_row: p.b.row,
                        b_column: p.b.column,
                        out: piece.wrapping_add(i * t.width * k.len()),
                        square: self.plan.square,
                    };
                    // SAFETY: the panel lies inside B, and the piece has room for its rows (Plan's choice of groups).
                    unsafe { (kernels.pack)(&panel) }
                }
                // The last panel of all may be narrow, and goes alone.
                let whole = columns.len() / t.width;
                let rest = columns.len() % t.width;
                let mut i = 0;
                while i < t.rows.count {
                    let (rows, down) = (t.rows.run(i), t.rows.alike(i, t.rows.count));
                    i += down;
                    let mut tile = Tile {
                        k: k.len(),
                        a: self.a(rows.start, k.start),
                        a_row: p.a.row,
                        a_column: p.a.column,
                        b: piece,
                        b_row: t.width as isize,
                        c: self.c(rows.start, columns.start),
                        c_row: p.n as isize,
                        accumulate: k.start > 0,
                        far: false,
                        tail: kernels.lanes,
                        count: whole,
                        b_next: t.width * k.len(),
                        down,
                        a_next: rows.len() as isize * p.a.row,
                    };
                    if whole > 0 {
                        // SAFETY: as for tiles.
                        unsafe { (kernels.tile(rows.len(), t.width))(&tile) }
                    }
                    if rest > 0 {
                        tile.b = piece.wrapping_add(whole * tile.b_next);
                        tile.b_row = rest.next_multiple_of(kernels.lanes) as isize;
                        tile.c = self.c(rows.start, columns.start + whole * t.width);
                        tile.tail = kernels.tail(rest);
                        tile.count = 1;
                        // SAFETY: as for tiles.
                        unsafe { (kernels.tile(rows.len(), rest))(&tile) }
                    }
                }
            }
            self.finish(0..p.m, columns);
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
        let cut = Cut::new(x.2, groups);
        let (most, _) = routines[x.2.div_ceil(groups) - 1];
        let mut j = 0;
        while j < y.2 {
            let ys = most.min(y.2 - j);
            for group in 0..groups {
                let xs = cut.run(group);
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

    // The stack it needs is not to be touched by runs that go another way.
    /// Tiles of the transpose of C, written back across; A, if to be turned, piece by piece just before.
    #[inline(never)]
    fn swapped(&self, size: usize, (side, transpose): (usize, Transpose), turn: bool, cell: usize) {
        let p = &self.plan.product;
        let kernels = self.plan.kernels;
        let width = kernels.best * kernels.lanes;
        let groups = Cut::new(p.n, p.n.div_ceil(kernels.rows(kernels.best)));
        let rows = cell * size..((cell + 1) * size).min(p.m);
        let mut memory = PieceMemory(MaybeUninit::uninit());
        let piece: *mut T = memory.0.as_mut_ptr().cast();
        let (mut across, mut turned) = (Across([0; ACROSS]), Across([0; ACROSS]));
        let (across, turned): (*mut T, *mut T) = (across.0.as_mut_ptr().cast(), turned.0.as_mut_ptr().cast());
        for first in rows.clone().step_by(width) {
            let count = width.min(rows.end - first);
            for start in (0..p.k).step_by(if turn { PIECE } else { p.k }) {
                let k = if turn { (p.k - start).min(PIECE) } else { p.k };
                let (mut b, mut b_row) = (self.a(first, start), p.a.column);
                if turn {
                    let panel = pack::Panel {
                        k,
                        columns: count,
                        width: count.next_multiple_of(kernels.lanes),
                        b,
                        b_row: p.a.column,
                        b_column: p.a.row,
                        out: piece,
                        square: Some((side, transpose)),
                    };
                    // SAFETY: inside A, and the piece has room for it (PIECE of at most 128 bytes).
                    unsafe { (kernels.pack)(&panel) }
                    (b, b_row) = (piece.cast_const(), panel.width as isize);
                }
                for group in 0..groups.count {
                    let columns = groups.run(group);
                    let tile = Tile {
                        k,
                        a: self.b(start, columns.start),
                        a_row: p.b.column,
                        a_column: p.b.row,
                        b,
                        b_row,
                        c: across.wrapping_add(columns.start * width),
                        c_row: width as isize,
                        accumulate: start > 0,
                        far: false,
                        tail: kernels.tail(count),
                        count: 1,
                        b_next: 0,
                        down: 1,
                        a_next: 0,
                    };
                    // SAFETY: as for tiles; a group has at most the rows of a tile, and the copy has room for `FEW_COLUMNS`.
                    unsafe { (kernels.tile(columns.len(), count))(&tile) }
                }
            }
            // Blocks run over the end of a row of C; the next row, or the first block, comes later and covers that.
            for column in (0..p.n).step_by(side).rev() {
                let (from, to) = (across.wrapping_add(column * width), turned.wrapping_add(column));
                // SAFETY: both have room for whole blocks, and are initialised.
                unsafe { transpose(from.cast_const().cast(), width as isize, to.cast(), p.n as isize, count.div_ceil(side)) }
            }
            // SAFETY: rows of C of this cell.
            unsafe { std::ptr::copy_nonoverlapping(turned.cast_const(), self.c(first, 0), count * p.n) }
        }
        self.finish(rows, 0..p.n);
    }

    /// Tiles of the transpose of C from panels of A's, some columns of C at a time.
    #[inline(never)]
    fn turned(&self, t: &Turned<T>, cell: usize) {
        let p = &self.plan.product;
        let kernels = self.plan.kernels;
        let width = kernels.best * kernels.lanes;
        let strips = p.m.div_ceil(width);
        let (strip, columns) = (cell % strips, cell / strips * t.cell_columns);
        let columns = columns..(columns + t.cell_columns).min(p.n);
        let rows = strip * width..((strip + 1) * width).min(p.m);
        let (panel, within) = (rows.start / t.panels.width, rows.start % t.panels.width);
        let tallest = kernels.rows(rows.len().div_ceil(kernels.lanes));
        let packed = self.buffers.scratch.pointer.cast::<T>().cast_const();
        let batch = if p.a.batch == 0 { 0 } else { self.batch };
        let mut memory = TurnMemory(MaybeUninit::uninit());
        let across: *mut T = memory.0.as_mut_ptr().cast();
        for first in columns.clone().step_by(TURN_COLUMNS) {
            let count = TURN_COLUMNS.min(columns.end - first);
            let groups = Cut::new(count, count.div_ceil(tallest));
            for block in 0..t.panels.blocks.count {
                let k = t.panels.blocks.run(block);
                for group in 0..groups.count {
                    let columns = groups.run(group);
                    let tile = Tile {
                        k: k.len(),
                        a: self.b(k.start, first + columns.start),
                        a_row: p.b.column,
                        a_column: p.b.row,
                        b: packed.wrapping_add(t.panels.at(batch, &k, panel) + within),
                        b_row: t.panels.width as isize,
                        c: across.wrapping_add(columns.start * width),
                        c_row: width as isize,
                        accumulate: block > 0,
                        far: false,
                        tail: kernels.tail(rows.len()),
                        count: 1,
                        b_next: 0,
                        down: 1,
                        a_next: 0,
                    };
                    // SAFETY: as for tiles; the copy has room for TURN_COLUMNS rows of `width`.
                    unsafe { (kernels.tile(columns.len(), rows.len()))(&tile) }
                }
            }
            self.turn_back(t.square, across, rows.clone(), first, count);
            self.finish(rows.clone(), first..first + count);
        }
    }
    /// Writes `count` columns of C from their transpose.
    #[inline(always)]
    fn turn_back(&self, (side, transpose): (usize, Transpose), across: *const T, rows: Range<usize>, first: usize, count: usize) {
        let (n, width) = (self.plan.product.n, self.plan.kernels.best * self.plan.kernels.lanes);
        let whole = rows.len() / side * side;
        // SAFETY: inside C and its transpose, whose first `count` rows are written up to the number of rows of C.
        unsafe {
            for column in (0..count).step_by(side) {
                let (from, to) = (across.add(column * width), self.c(rows.start, first + column));
                let alone = if column + side <= count {
                    transpose(from.cast(), width as isize, to.cast(), n as isize, whole / side);
                    whole
                } else {
                    0
                };
                for i in alone..rows.len() {
                    for j in 0..side.min(count - column) {
                        *to.add(i * n + j) = *from.add(j * width + i);
                    }
                }
            }
        }
    }
}
