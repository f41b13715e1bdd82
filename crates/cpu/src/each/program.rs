//! A fused chain of elementwise instructions over one output shape, with broadcast, transposed and plain operands.
//!
//! Axes that can be walked as one are merged at construction. Then either rows are long, and each is cut into stretches whose
//! operands are used where they lie, or rows are short, and a stretch is several whole rows.
use super::chain::{Chain, Instruction, Run, Source};
use super::gather::{CopyRows, copy_rows, fill, pick};
use crate::{Buffers, Kernel, Part, Slot, isa::isa};
use std::ops::Range;
use tensor::DType;

/// An input of a program.
#[derive(Clone, Debug)]
pub struct Operand {
    /// Its type.
    pub dtype: DType,
    /// Elements from one index to the next, for each axis of the program's shape; 0 where it is broadcast.
    pub strides: Vec<usize>,
}

/// Rows shorter than this are taken several at a time.
const LONG: usize = 128;
/// Elements of one part at least, and how many parts at most.
const PART: usize = 8 << 10;
const PARTS: usize = 64;

/// How a stretch finds an operand.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Access {
    /// Where it lies.
    Direct,
    /// The same for all stretches: copied into its register once.
    Same,
    /// One value for a row.
    Row,
    /// Copied for each stretch.
    Gather,
}

struct Place {
    access: Access,
    size: usize,
    /// Bytes, outer axes first, the inner axis last.
    strides: Vec<usize>,
    /// Bytes from the first element read to the end of the last.
    reach: usize,
    /// Bytes from row to row and column to column, if the program's shape has two axes.
    rect: [usize; 2],
}

/// A fused elementwise chain; a kernel whose inputs are the operands and whose outputs are contiguous over the shape. An output
/// may be an input's own memory if that operand is contiguous too and no other operand reads that memory.
pub struct Program {
    chain: Chain,
    places: Vec<Place>,
    /// Axes but the innermost.
    outer: Vec<usize>,
    rows: usize,
    columns: usize,
    /// A stretch has so many rows of so many columns.
    block: [usize; 2],
    blocks_across: usize,
    parts: [usize; 1],
    rect: Option<[usize; 2]>,
    copy_rows: CopyRows,
}

impl Program {
    /// A program over `shape`. Panics if sources or strides do not fit each other (a defect of whoever fuses).
    pub fn new(shape: &[usize], operands: Vec<Operand>, instructions: Vec<Instruction>, outputs: Vec<Source>) -> Program {
        for operand in &operands {
            assert!(operand.strides.len() == shape.len(), "strides {:?} over the shape {shape:?}", operand.strides);
        }
        let dtypes: Vec<DType> = operands.iter().map(|o| o.dtype).collect();
        let chain = Chain::new(&dtypes, &instructions, &outputs);
        let total: usize = shape.iter().product();
        let (mut axes, strides) = merge(shape, &operands);
        let columns = axes.pop().unwrap_or(1);
        let rows: usize = axes.iter().product();
        let stretch = chain.best_stretch(total);
        let long = columns >= LONG.min(stretch) || rows == 1;
        let block = if long {
            // Nearly equal stretches, of whole vectors.
            let across = columns.div_ceil(stretch).max(1);
            [1, if rows == 1 { stretch } else { columns.div_ceil(across).next_multiple_of(16).min(stretch) }]
        } else {
            [(stretch / columns.max(1)).max(1), columns.max(1)]
        };
        let places = operands.iter().zip(strides).map(|(operand, strides)| place(shape, &axes, columns, long, operand, strides));
        let places = places.collect();
        Program {
            places,
            rows: if total == 0 { 0 } else { rows },
            columns,
            block,
            blocks_across: columns.div_ceil(block[1]).max(1),
            parts: [(total / PART).clamp(1, PARTS)],
            rect: <[usize; 2]>::try_from(shape).ok(),
            outer: axes,
            chain,
            copy_rows: copy_rows(isa()),
        }
    }

    /// Where row `row` of an operand starts, in bytes.
    fn row_offset(&self, place: &Place, row: usize) -> usize {
        if let [_] = self.outer[..] {
            return row * place.strides[0];
        }
        let (mut row, mut offset) = (row, 0);
        for (axis, stride) in self.outer.iter().zip(&place.strides).rev() {
            offset += row % axis * stride;
            row /= axis;
        }
        offset
    }

    /// Runs the chain over a rectangle of a program of two axes, on the calling thread: an epilogue on a tile that is still hot.
    /// Slots are those of the whole arrays.
    pub fn run_rect(&self, inputs: &[Slot], outputs: &[Slot], rows: Range<usize>, columns: Range<usize>) {
        let Some([m, n]) = self.rect else { panic!("a rectangle of a program that has not two axes") };
        assert!(rows.end <= m && columns.end <= n, "rectangle {rows:?} x {columns:?} of {m} x {n}");
        self.check(inputs, outputs);
        let width = columns.len();
        if width == 0 || rows.is_empty() {
            return;
        }
        let stretch = self.chain.stretch();
        let tall = if width >= LONG { 1 } else { (stretch / width).clamp(1, rows.len()) };
        // Outputs of several rows that do not touch are computed in registers and copied out.
        let scatter = tall > 1 && width < n;
        let careful = scatter || self.chain.must_be_careful(inputs, outputs);
        self.chain.with_run(stretch, careful, |run| {
            for (i, place) in self.places.iter().enumerate() {
                if place.rect == [0, 0] {
                    // SAFETY: one element of the operand, and a register holds a stretch.
                    unsafe { fill(inputs[i].pointer, run.use_register(i), place.size, stretch.min(width * tall)) }
                }
            }
            for row in rows.clone().step_by(tall) {
                let high = tall.min(rows.end - row);
                for column in columns.clone().step_by(stretch) {
                    let wide = stretch.min(columns.end - column);
                    for (i, place) in self.places.iter().enumerate() {
                        let [down, right] = place.rect;
                        let from = inputs[i].pointer.wrapping_add(row * down + column * right);
                        if [down, right] == [0, 0] {
                            continue;
                        }
                        if right == place.size && !scatter && (high == 1 || down == wide * place.size) {
                            run.set_operand(i, from);
                            continue;
                        }
                        let to = run.use_register(i);
                        let line = wide * place.size;
                        if right == place.size {
                            // SAFETY: rows inside the operand; a register holds a stretch.
                            unsafe { (self.copy_rows)(from, down, to, line, line, high) }
                        } else {
                            for r in 0..high {
                                // SAFETY: as above.
                                unsafe { pick(from.add(r * down), right, to.add(r * line), place.size, wide) }
                            }
                        }
                    }
                    for (o, slot) in outputs.iter().enumerate() {
                        run.set_output(o, slot.pointer.wrapping_add((row * n + column) * self.chain.output_size(o)));
                    }
                    if scatter {
                        // SAFETY: all operands are in place for `high * wide` elements.
                        unsafe { run.compute(high * wide) }
                        for o in 0..outputs.len() {
                            let size = self.chain.output_size(o);
                            // SAFETY: rows inside the output, from a register.
                            unsafe { (self.copy_rows)(run.output_place(o), wide * size, run.output(o), n * size, wide * size, high) }
                        }
                    } else {
                        // SAFETY: as above; the outputs are contiguous over one row or over whole rows.
                        unsafe { run.stretch(high * wide) }
                    }
                }
            }
        });
    }

    /// Panics if a slot is too small for what is done there.
    fn check(&self, inputs: &[Slot], outputs: &[Slot]) {
        assert!(inputs.len() == self.places.len() && outputs.len() == self.chain.output_count(), "slots of another program");
        for (slot, place) in inputs.iter().zip(&self.places) {
            assert!(slot.len >= place.reach, "an operand of {} bytes where {} are read", slot.len, place.reach);
        }
        for (o, slot) in outputs.iter().enumerate() {
            let written = self.rows * self.columns * self.chain.output_size(o);
            assert!(slot.len >= written, "an output of {} bytes where {written} are written", slot.len);
        }
    }

    /// Sets an operand's place for the stretch of `high` rows from `row` and `wide` columns from `column` on.
    #[inline]
    fn reach(&self, run: &mut Run, i: usize, base: *mut u8, at: &Stretch) {
        let place = &self.places[i];
        match place.access {
            Access::Same => {}
            Access::Direct if self.rows == 1 => run.set_operand(i, base.wrapping_add(at.column * place.size)),
            Access::Direct => run.set_operand(i, base.wrapping_add(self.row_offset(place, at.row) + at.column * place.size)),
            Access::Row => {
                if at.new_row {
                    // SAFETY: one element of the operand, and a register holds a stretch.
                    unsafe { fill(base.add(self.row_offset(place, at.row)), run.use_register(i), place.size, self.block[1]) }
                }
            }
            Access::Gather => self.gather(run, i, base, at),
        }
    }

    fn gather(&self, run: &mut Run, i: usize, base: *mut u8, at: &Stretch) {
        let place = &self.places[i];
        let to = run.use_register(i);
        let right = place.strides[self.outer.len()];
        let line = at.wide * place.size;
        let mut row = 0;
        while row < at.high {
            let from = base.wrapping_add(self.row_offset(place, at.row + row) + at.column * right);
            let to = to.wrapping_add(row * line);
            if right == place.size {
                // Rows up to the end of the last outer axis have one stride.
                let (axis, down) = match self.outer.last() {
                    Some(axis) => (*axis, place.strides[self.outer.len() - 1]),
                    None => (1, 0),
                };
                let high = (at.high - row).min(axis - (at.row + row) % axis);
                // SAFETY: rows inside the operand; a register holds a stretch.
                unsafe { (self.copy_rows)(from, down, to, line, line, high) }
                row += high;
            } else {
                // SAFETY: as above.
                unsafe { pick(from, right, to, place.size, at.wide) }
                row += 1;
            }
        }
    }
}

/// The elements of one stretch.
struct Stretch {
    row: usize,
    high: usize,
    column: usize,
    wide: usize,
    new_row: bool,
}

impl Kernel for Program {
    fn phases(&self) -> &[usize] {
        &self.parts
    }

    fn run(&self, buffers: &Buffers, _: usize, part: Part) {
        let (inputs, outputs) = (buffers.inputs, buffers.outputs);
        self.check(inputs, outputs);
        let blocks = part.range(self.rows.div_ceil(self.block[0]) * self.blocks_across);
        if blocks.is_empty() {
            return;
        }
        let careful = self.chain.must_be_careful(inputs, outputs);
        self.chain.with_run(self.block[0] * self.block[1], careful, |run| {
            for (i, place) in self.places.iter().enumerate() {
                if place.access == Access::Same {
                    let all = Stretch { row: 0, high: self.block[0].min(self.rows), column: 0, wide: self.block[1], new_row: true };
                    if place.strides.iter().all(|stride| *stride == 0) {
                        // SAFETY: one element of the operand, and a register holds a stretch.
                        unsafe { fill(inputs[i].pointer, run.use_register(i), place.size, all.high * all.wide) }
                    } else {
                        self.gather(run, i, inputs[i].pointer, &all);
                    }
                }
            }
            let mut last_row = usize::MAX;
            for block in blocks {
                let (row, column) = (block / self.blocks_across * self.block[0], block % self.blocks_across * self.block[1]);
                let (high, wide) = (self.block[0].min(self.rows - row), self.block[1].min(self.columns - column));
                let at = Stretch { row, high, column, wide, new_row: row != last_row };
                last_row = row;
                for (i, slot) in inputs.iter().enumerate() {
                    self.reach(run, i, slot.pointer, &at);
                }
                for (o, slot) in outputs.iter().enumerate() {
                    run.set_output(o, slot.pointer.wrapping_add((row * self.columns + column) * self.chain.output_size(o)));
                }
                // SAFETY: operands and outputs are in place for `high * wide` elements, at most a stretch.
                unsafe { run.stretch(high * wide) }
            }
        });
    }
}

/// The shape without axes of length 1 and with neighbours merged that every operand walks as one; and the strides, in elements.
fn merge(shape: &[usize], operands: &[Operand]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut axes: Vec<usize> = Vec::new();
    let mut strides: Vec<Vec<usize>> = vec![Vec::new(); operands.len()];
    for (axis, length) in shape.iter().enumerate().filter(|(_, length)| **length != 1) {
        let joins = |(merged, operand): (&Vec<usize>, &Operand)| merged.last() == Some(&(operand.strides[axis] * length));
        let joined = !axes.is_empty() && strides.iter().zip(operands).all(joins);
        if joined {
            *axes.last_mut().expect("there is one") *= length;
        } else {
            axes.push(*length);
        }
        for (merged, operand) in strides.iter_mut().zip(operands) {
            if joined {
                merged.pop();
            }
            merged.push(operand.strides[axis]);
        }
    }
    if axes.is_empty() {
        axes.push(1);
        strides.iter_mut().for_each(|s| s.push(0));
    }
    (axes, strides)
}

fn place(shape: &[usize], outer: &[usize], columns: usize, long: bool, operand: &Operand, strides: Vec<usize>) -> Place {
    let size = operand.dtype.size();
    let right = strides[outer.len()];
    let contiguous = || {
        let mut dense = columns;
        right == 1
            && strides[..outer.len()].iter().zip(outer).rev().all(|(stride, length)| {
                let fits = *stride == dense;
                dense *= length;
                fits
            })
    };
    let access = if strides.iter().all(|stride| *stride == 0) {
        Access::Same
    } else if long {
        match right {
            1 => Access::Direct,
            0 => Access::Row,
            _ => Access::Gather,
        }
    } else if contiguous() {
        Access::Direct
    } else if strides[..outer.len()].iter().all(|stride| *stride == 0) {
        Access::Same
    } else {
        Access::Gather
    };
    let last: usize = shape.iter().zip(&operand.strides).map(|(length, stride)| length.saturating_sub(1) * stride).sum();
    let reach = if shape.contains(&0) { 0 } else { (last + 1) * size };
    let rect = if let [down, right] = operand.strides[..] { [down * size, right * size] } else { [0, 0] };
    Place { access, size, strides: strides.iter().map(|stride| stride * size).collect(), reach, rect }
}

#[cfg(test)]
mod tests;
