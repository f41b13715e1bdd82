//! The one mover of elements: transpose, slice, broadcast, pad, concatenate, reverse and tile are all a copy between strides.
use crate::isa::{Isa, isa};
use crate::transpose::{self, Transpose};
use crate::{Buffers, Kernel, Part};
use std::ops::Range;

/// Most axes left after merging.
const RANK: usize = 16;
/// Bytes a part moves at least.
const PART_BYTES: usize = 64 << 10;

/// Where elements are: `offset` + sum of index * stride over the axes, in items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strides {
    /// The first element.
    pub offset: usize,
    /// One an axis; may be 0 (repeat) or negative (backwards), for a target never 0.
    pub strides: Vec<isize>,
}

impl Strides {
    /// A contiguous array of that shape.
    pub fn contiguous(shape: &[usize]) -> Strides {
        let mut strides = vec![1; shape.len()];
        for i in (1..shape.len()).rev() {
            strides[i - 1] = strides[i] * shape[i] as isize;
        }
        Strides { offset: 0, strides }
    }
}

#[derive(Clone, Copy, Debug)]
struct Axis {
    size: usize,
    source: isize,
    target: isize,
}

/// What the innermost loops do.
#[derive(Clone, Copy)]
enum Inner {
    /// Consecutive items to consecutive items.
    Run,
    /// One item to consecutive items.
    Fill,
    /// Item by item, `source` and `target` apart.
    Step,
    /// Consecutive on one axis in the source, on another in the target: that axis, and its blocks.
    Across { other: Axis, square: Option<(usize, Transpose)> },
}

/// Copies `shape` items of `item_bytes` from strides to strides. Input: the source. Output: the target, elsewhere unchanged.
pub struct Copy {
    item_bytes: usize,
    source: usize,
    target: usize,
    outer: Vec<Axis>,
    axis: Axis,
    inner: Inner,
    /// Pieces `axis` is cut into.
    cuts: usize,
    units: usize,
    phases: [usize; 1],
}

impl Copy {
    /// A copy. Panics if ranks differ.
    pub fn new(item_bytes: usize, shape: &[usize], source: &Strides, target: &Strides) -> Copy {
        Copy::on(isa(), item_bytes, shape, source, target)
    }
    /// A copy on a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, item_bytes: usize, shape: &[usize], source: &Strides, target: &Strides) -> Copy {
        assert!(isa.supported(), "this CPU has no {isa}");
        assert!(shape.len() == source.strides.len() && shape.len() == target.strides.len(), "a stride for each axis");
        let axes = shape.iter().zip(&source.strides).zip(&target.strides);
        let mut axes = merged(axes.map(|((size, source), target)| Axis { size: *size, source: *source, target: *target }).collect());
        assert!(axes.len() <= RANK, "more than {RANK} axes");
        let items: usize = shape.iter().product();
        let axis = axes.pop().unwrap_or(Axis { size: items.min(1), source: 1, target: 1 });
        let mut inner = match (axis.source, axis.target) {
            (1, 1) => Inner::Run,
            (0, 1) => Inner::Fill,
            _ => Inner::Step,
        };
        if let (Inner::Step, 1) = (inner, axis.target)
            && let Some(i) = axes.iter().rposition(|a| a.source == 1 && a.size >= 4)
            && axis.size >= 4
        {
            inner = Inner::Across { other: axes.remove(i), square: transpose::square(isa, item_bytes) };
        }
        let outer: usize = axes.iter().map(|a| a.size).product();
        let long = match inner {
            Inner::Across { other, .. } => other.size,
            _ => axis.size,
        };
        let bytes = items * item_bytes;
        let granule = if matches!(inner, Inner::Across { .. }) { 16 } else { 1024 };
        let cuts = bytes.checked_div(outer).map_or(1, |each| (each / PART_BYTES).clamp(1, (long / granule).max(1)));
        let units = outer * cuts * usize::from(items > 0);
        let parts = (bytes / PART_BYTES).clamp(1, units.clamp(1, 256));
        Copy { item_bytes, source: source.offset, target: target.offset, outer: axes, axis, inner, cuts, units, phases: [parts] }
    }
    fn walk(&self, source: *const u8, target: *mut u8, part: Part) {
        match self.item_bytes {
            1 => self.walk_of::<u8>(source.cast(), target.cast(), part),
            2 => self.walk_of::<u16>(source.cast(), target.cast(), part),
            4 => self.walk_of::<u32>(source.cast(), target.cast(), part),
            8 => self.walk_of::<u64>(source.cast(), target.cast(), part),
            16 => self.walk_of::<[u64; 2]>(source.cast(), target.cast(), part),
            other => panic!("items of {other} bytes"),
        }
    }
    fn walk_of<T: std::marker::Copy>(&self, source: *const T, target: *mut T, part: Part) {
        let range = part.range(self.units);
        if range.is_empty() {
            return;
        }
        let (mut source, mut target) = (source.wrapping_add(self.source), target.wrapping_add(self.target));
        let mut at = [0; RANK];
        let mut rest = range.start / self.cuts;
        for (i, axis) in self.outer.iter().enumerate().rev() {
            at[i] = rest % axis.size;
            rest /= axis.size;
            source = source.wrapping_offset(at[i] as isize * axis.source);
            target = target.wrapping_offset(at[i] as isize * axis.target);
        }
        let mut cut = range.start % self.cuts;
        for _ in range {
            // SAFETY: the strides stay inside both arrays (the plan's sizes), and parts write different elements.
            unsafe { self.piece(source, target, cut) }
            cut += 1;
            if cut < self.cuts {
                continue;
            }
            cut = 0;
            for (i, axis) in self.outer.iter().enumerate().rev() {
                at[i] += 1;
                source = source.wrapping_offset(axis.source);
                target = target.wrapping_offset(axis.target);
                if at[i] < axis.size {
                    break;
                }
                at[i] = 0;
                source = source.wrapping_offset(-(axis.size as isize) * axis.source);
                target = target.wrapping_offset(-(axis.size as isize) * axis.target);
            }
        }
    }
    #[inline(always)]
    unsafe fn piece<T: std::marker::Copy>(&self, source: *const T, target: *mut T, cut: usize) {
        let share = |n: usize| n * cut / self.cuts..n * (cut + 1) / self.cuts;
        // SAFETY: the caller's.
        unsafe {
            match self.inner {
                Inner::Run => {
                    let run = share(self.axis.size);
                    let (source, target) = (source.add(run.start), target.add(run.start));
                    if run.len() * size_of::<T>() >= 64 {
                        std::ptr::copy_nonoverlapping(source, target, run.len());
                    } else {
                        for i in 0..run.len() {
                            target.add(i).write_unaligned(source.add(i).read_unaligned());
                        }
                    }
                }
                Inner::Fill => {
                    let run = share(self.axis.size);
                    let x = source.read_unaligned();
                    for i in run {
                        target.add(i).write_unaligned(x);
                    }
                }
                Inner::Step => {
                    for i in share(self.axis.size) {
                        let i = i as isize;
                        target.offset(i * self.axis.target).write_unaligned(source.offset(i * self.axis.source).read_unaligned());
                    }
                }
                Inner::Across { other, square } => self.across(source, target, other, square, share(other.size)),
            }
        }
    }
    /// `axis` is consecutive in the target, `other` in the source.
    unsafe fn across<T: std::marker::Copy>(
        &self,
        source: *const T,
        target: *mut T,
        other: Axis,
        square: Option<(usize, Transpose)>,
        columns: Range<usize>,
    ) {
        let rows = self.axis.size;
        let (side, routine) = square.unwrap_or((1, single::<T>));
        let (rows_in, columns_in) = (rows / side * side, columns.start + columns.len() / side * side);
        // SAFETY: the caller's.
        unsafe {
            let (from, to) = (source.add(columns.start), target.offset(columns.start as isize * other.target));
            for i in (0..rows_in).step_by(side) {
                let from = from.offset(i as isize * self.axis.source);
                routine(from.cast(), self.axis.source, to.add(i).cast(), other.target, columns.len() / side);
            }
            let item = |i: usize, j: usize| {
                let x = source.offset(i as isize * self.axis.source).add(j).read_unaligned();
                target.offset(j as isize * other.target).add(i).write_unaligned(x);
            };
            for j in columns_in..columns.end {
                for i in 0..rows {
                    item(i, j);
                }
            }
            for j in columns.start..columns_in {
                for i in rows_in..rows {
                    item(i, j);
                }
            }
        }
    }
}

unsafe fn single<T: std::marker::Copy>(source: *const u8, _: isize, target: *mut u8, target_row: isize, items: usize) {
    for j in 0..items {
        // SAFETY: the caller's: items in a row.
        unsafe { target.cast::<T>().offset(j as isize * target_row).write_unaligned(source.cast::<T>().add(j).read_unaligned()) }
    }
}

/// Without axes of one, in the target's order, and with neighbours joined where both sides allow.
fn merged(mut axes: Vec<Axis>) -> Vec<Axis> {
    axes.retain(|a| a.size != 1);
    axes.sort_by_key(|a| std::cmp::Reverse(a.target.unsigned_abs()));
    let mut out: Vec<Axis> = Vec::new();
    for axis in axes {
        match out.last_mut() {
            Some(last) if last.source == axis.source * axis.size as isize && last.target == axis.target * axis.size as isize => {
                *last = Axis { size: last.size * axis.size, ..axis };
            }
            _ => out.push(axis),
        }
    }
    out
}

impl Kernel for Copy {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        self.walk(buffers.inputs[0].pointer, buffers.outputs[0].pointer, part);
    }
}

/// Writes one value to `shape` items of a strided target. No input. Output: the target, elsewhere unchanged.
pub struct Fill {
    value: [u8; 16],
    copy: Copy,
}

impl Fill {
    /// A fill with the bytes of one item (1, 2, 4, 8 or 16 of them).
    pub fn new(item: &[u8], shape: &[usize], target: &Strides) -> Fill {
        let mut value = [0; 16];
        value[..item.len()].copy_from_slice(item);
        let source = Strides { offset: 0, strides: vec![0; shape.len()] };
        Fill { value, copy: Copy::new(item.len(), shape, &source, target) }
    }
}

impl Kernel for Fill {
    fn phases(&self) -> &[usize] {
        &self.copy.phases
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        self.copy.walk(self.value.as_ptr(), buffers.outputs[0].pointer, part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive;

    fn check(shape: &[usize], source: &Strides, target: &Strides, source_len: usize, target_len: usize) {
        for isa in Isa::available() {
            for bytes in [1, 2, 4, 8, 16] {
                let from: Vec<u8> = (0..source_len * bytes).map(|i| (i * 31 % 253) as u8).collect();
                let kernel = Copy::on(isa, bytes, shape, source, target);
                let mut wanted = vec![0xaa; target_len * bytes];
                let mut index = vec![0; shape.len()];
                for _ in 0..shape.iter().product::<usize>() {
                    let at = |s: &Strides| {
                        (s.offset as isize + index.iter().zip(&s.strides).map(|(i, s)| *i as isize * s).sum::<isize>()) as usize * bytes
                    };
                    let (a, b) = (at(source), at(target));
                    wanted[b..b + bytes].copy_from_slice(&from[a..a + bytes]);
                    for (i, size) in index.iter_mut().zip(shape).rev() {
                        *i += 1;
                        if *i < *size {
                            break;
                        }
                        *i = 0;
                    }
                }
                for threads in [1, 2, 8] {
                    let out = drive::outputs(&kernel, &[&from], &[target_len * bytes], threads).remove(0);
                    assert!(out == wanted, "{isa} {bytes} {shape:?} {source:?} {target:?}");
                }
            }
        }
    }

    #[test]
    fn transposes() {
        for (m, n) in [(1, 5), (3, 4), (4, 4), (16, 16), (17, 33), (40, 31), (300, 130)] {
            let shape = [m, n];
            let source = Strides { offset: 0, strides: vec![1, m as isize] };
            check(&shape, &source, &Strides::contiguous(&shape), m * n, m * n);
        }
        let source = Strides { offset: 0, strides: vec![1, 5 * 7, 7 * 5 * 6, 5] };
        check(&[5, 6, 4, 7], &source, &Strides::contiguous(&[5, 6, 4, 7]), 840, 840);
    }

    #[test]
    fn slices_reversals_broadcasts_and_pads() {
        check(&[3, 70], &Strides { offset: 8, strides: vec![100, 1] }, &Strides { offset: 5, strides: vec![90, 1] }, 400, 300);
        check(&[3, 50], &Strides { offset: 99, strides: vec![100, -1] }, &Strides::contiguous(&[3, 50]), 300, 150);
        check(&[6, 9, 4], &Strides { offset: 0, strides: vec![0, 1, 0] }, &Strides::contiguous(&[6, 9, 4]), 9, 216);
        check(&[6, 9], &Strides { offset: 0, strides: vec![0, 1] }, &Strides::contiguous(&[6, 9]), 9, 54);
        check(&[40], &Strides { offset: 1, strides: vec![3] }, &Strides { offset: 2, strides: vec![2] }, 121, 90);
        check(&[0, 4], &Strides::contiguous(&[0, 4]), &Strides::contiguous(&[0, 4]), 0, 0);
        check(&[], &Strides::contiguous(&[]), &Strides::contiguous(&[]), 1, 1);
        check(&[100_000], &Strides::contiguous(&[100_000]), &Strides::contiguous(&[100_000]), 100_000, 100_000);
    }

    #[test]
    fn fills() {
        let kernel = Fill::new(&7u32.to_ne_bytes(), &[3, 4], &Strides { offset: 1, strides: vec![6, 1] });
        let out = drive::outputs(&kernel, &[], &[80], 1).remove(0);
        let out: Vec<u32> = out.as_chunks().0.iter().map(|x| u32::from_ne_bytes(*x)).collect();
        let other = 0xaaaa_aaaa;
        assert_eq!(out[..8], [other, 7, 7, 7, 7, other, other, 7]);
    }
}
