//! Sums, products, extremes and their like over axes, in an order fixed by sizes: blocks, then a balanced tree of blocks.
//!
//! Any choice of axes becomes: kept axes outside, reduced axes outside, one run (the innermost reduced axis), and a width (the
//! innermost kept axis, 1 if the innermost axis is reduced). Rounding errors grow with the logarithm of the length.
mod arg;
mod cumulative;
#[cfg(test)]
mod tests;

pub use arg::{Arg, Extreme};
pub use cumulative::{Cumulative, Fold};

use crate::isa::{Isa, isa};
use crate::kernel::share;
use crate::lanes::{self, Level, Number, Work, first};
use crate::{Buffers, Kernel, Part};
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::Range;
use tensor::DType;

/// What to reduce with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sum; 0 of nothing; integers wrap.
    Sum,
    /// Sum divided by count; NaN of nothing. Floats only.
    Mean,
    /// Product; 1 of nothing; integers wrap.
    Prod,
    /// Largest, NaN if any is; the lowest value of nothing.
    Max,
    /// Smallest, NaN if any is; the highest value of nothing.
    Min,
    /// Whether some is true; Bool only.
    Any,
    /// Whether all are true; Bool only.
    All,
}

/// Elements along the run that are added up one after the other, per accumulator, when the width is 1.
const RUN: usize = 1024;
/// Rows that are added up one after the other otherwise.
const ROWS: usize = 64;
/// Columns of a unit.
const PIECE: usize = 128;
/// Elements of a unit at least.
const UNIT: usize = 8 << 10;
/// Units that are enough for any number of threads.
const UNITS: usize = 64;
/// Levels of the tree of blocks.
const LEVELS: usize = 48;
/// Vectors side by side.
const STRIP: usize = 8;

/// Axes from the outermost: size, and distance in elements.
type Axes = Vec<(usize, usize)>;

/// A reduction. Input: `shape` elements. Output: the kept axes' elements, of the same number type.
pub struct Reduce {
    isa: Isa,
    kind: Kind,
    dtype: DType,
    kept: Axes,
    combinations: Axes,
    run: usize,
    run_stride: usize,
    width: usize,
    /// Rows that were joined into one wide row, when rows are short.
    joined: usize,
    /// Elements that become one.
    count: usize,
    outputs: usize,
    blocks: usize,
    pieces: usize,
    chunks: usize,
    phases: Vec<usize>,
}

fn product(axes: &Axes) -> usize {
    axes.iter().map(|a| a.0).product()
}

/// Where the `i`th combination of indices is.
#[inline(always)]
fn place(axes: &Axes, mut i: usize) -> usize {
    let mut at = 0;
    for (size, stride) in axes.iter().rev() {
        at += i % size * stride;
        i /= size;
    }
    at
}

impl Reduce {
    /// A reduction of a contiguous array over `axes` (any order, no repeats). Number types: F32, F64, I32, I64, U8; Any and All
    /// take Bool. Panics on others.
    pub fn new(kind: Kind, dtype: DType, shape: &[usize], axes: &[usize]) -> Reduce {
        Reduce::on(isa(), kind, dtype, shape, axes)
    }
    /// A reduction on a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, kind: Kind, dtype: DType, shape: &[usize], axes: &[usize]) -> Reduce {
        let allowed = match kind {
            Kind::Any | Kind::All => dtype == DType::Bool,
            Kind::Mean => matches!(dtype, DType::F32 | DType::F64),
            _ => matches!(dtype, DType::F32 | DType::F64 | DType::I32 | DType::I64 | DType::U8),
        };
        assert!(allowed, "{kind:?} of {dtype} is not defined");
        // Neighbouring axes of the same fate are one.
        let mut merged: Vec<(usize, bool)> = Vec::new();
        for (i, size) in shape.iter().enumerate().filter(|(_, size)| **size != 1) {
            let reduced = axes.contains(&i);
            match merged.last_mut() {
                Some(last) if last.1 == reduced => last.0 *= size,
                _ => merged.push((*size, reduced)),
            }
        }
        let (mut kept, mut combinations) = (Axes::new(), Axes::new());
        let mut stride = 1;
        for (size, reduced) in merged.iter().rev() {
            if *reduced { &mut combinations } else { &mut kept }.insert(0, (*size, stride));
            stride *= size;
        }
        let count = product(&combinations);
        let outputs = product(&kept);
        let mut width = if kept.last().is_some_and(|a| a.1 == 1) { kept.pop().map_or(1, |a| a.0) } else { 1 };
        let (mut run, mut run_stride) = combinations.pop().unwrap_or((1, width));
        let mut joined = 1;
        if width > 1 && width < 64 && run_stride == width && run >= 64 {
            joined = (1..=128 / width).rev().find(|f| run.is_multiple_of(*f)).unwrap_or(1);
            (run, run_stride, width) = (run / joined, run_stride * joined, width * joined);
        }
        let blocks = product(&combinations) * run.div_ceil(if width == 1 { RUN } else { ROWS });
        let pieces = width.div_ceil(PIECE).max(1);
        let units = product(&kept) * pieces;
        let chunks = UNITS.checked_div(units).map_or(1, |most| most.min(outputs * count / units / UNIT).clamp(1, blocks.max(1)));
        let parts = (outputs * count / UNIT).clamp(1, (units * chunks).clamp(1, 4 * UNITS));
        let mut phases = vec![parts];
        if chunks * joined > 1 {
            phases.push((outputs / 4096).clamp(1, UNITS));
        }
        Reduce { isa, kind, dtype, kept, combinations, run, run_stride, width, joined, count, outputs, blocks, pieces, chunks, phases }
    }
}

impl Kernel for Reduce {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn scratch(&self) -> usize {
        if self.phases.len() > 1 { self.chunks * self.joined * self.outputs * self.dtype.size() } else { 0 }
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        lanes::run(self.isa, At { reduce: self, buffers, phase, part });
    }
}

/// How two become one.
trait Combine {
    fn of<V: Number>(a: V, b: V) -> V;
    const NOTHING: f64;
}
struct Sum;
impl Combine for Sum {
    #[inline(always)]
    fn of<V: Number>(a: V, b: V) -> V {
        a.add(b)
    }
    const NOTHING: f64 = 0.0;
}
struct Prod;
impl Combine for Prod {
    #[inline(always)]
    fn of<V: Number>(a: V, b: V) -> V {
        a.mul(b)
    }
    const NOTHING: f64 = 1.0;
}
struct Max;
impl Combine for Max {
    #[inline(always)]
    fn of<V: Number>(a: V, b: V) -> V {
        a.max(b)
    }
    const NOTHING: f64 = f64::NEG_INFINITY;
}
struct Min;
impl Combine for Min {
    #[inline(always)]
    fn of<V: Number>(a: V, b: V) -> V {
        a.min(b)
    }
    const NOTHING: f64 = f64::INFINITY;
}

struct At<'a> {
    reduce: &'a Reduce,
    buffers: &'a Buffers<'a>,
    phase: usize,
    part: Part,
}

impl Work for At<'_> {
    type Output = ();
    #[inline(always)]
    fn at<L: Level>(self) {
        match self.reduce.dtype {
            DType::F32 => self.typed::<L::F32>(),
            DType::F64 => self.typed::<L::F64>(),
            DType::I32 => self.typed::<i32>(),
            DType::I64 => self.typed::<i64>(),
            _ => self.typed::<u8>(),
        }
    }
}

impl At<'_> {
    #[inline(always)]
    fn typed<V: Number>(&self) {
        match self.reduce.kind {
            Kind::Sum | Kind::Mean => self.kind::<V, Sum>(),
            Kind::Prod => self.kind::<V, Prod>(),
            Kind::Max | Kind::Any => self.kind::<V, Max>(),
            Kind::Min | Kind::All => self.kind::<V, Min>(),
        }
    }
    #[inline(always)]
    fn kind<V: Number, C: Combine>(&self) {
        let r = self.reduce;
        let out: *mut V::Item = self.buffers.outputs[0].pointer.cast();
        let scratch: *mut V::Item = self.buffers.scratch.pointer.cast();
        let partial = r.phases.len() > 1;
        // SAFETY: everything below stays inside the input of `shape`, the output of `outputs` and the scratch of
        // chunks * joined * outputs elements; parts write different elements.
        unsafe {
            if self.phase == 1 {
                let mine = self.part.range(r.outputs);
                second::<V, C>(r, scratch, out, mine.clone());
                self.end(mine);
                return;
            }
            let side = r.outputs * r.joined;
            for unit in self.part.range(product(&r.kept) * r.pieces * r.chunks) {
                let (k, piece, chunk) = (unit / (r.pieces * r.chunks), unit / r.chunks % r.pieces, unit % r.chunks);
                let source = self.buffers.inputs[0].pointer.cast::<V::Item>().add(place(&r.kept, k)).cast_const();
                let blocks = share(r.blocks, r.chunks, chunk);
                let target = if partial { scratch.add(chunk * side) } else { out };
                if r.width == 1 {
                    *target.add(k) = along::<V, C>(r, source, blocks);
                    if !partial {
                        self.end(k..k + 1);
                    }
                } else {
                    let columns = share(r.width, r.pieces, piece);
                    let target = target.add(k * r.width + columns.start);
                    across::<V, C>(r, source.add(columns.start), target, columns.len(), blocks);
                    if !partial {
                        self.end(k * r.width + columns.start..k * r.width + columns.end);
                    }
                }
            }
        }
    }
    /// What some kinds do to a finished result.
    #[inline(always)]
    fn end(&self, range: Range<usize>) {
        let r = self.reduce;
        let out = self.buffers.outputs[0].pointer;
        // SAFETY: finished elements of this part.
        unsafe {
            match (r.kind, r.dtype) {
                (Kind::Mean, DType::F32) => range.for_each(|i| *out.cast::<f32>().add(i) /= r.count as f32),
                (Kind::Mean, _) => range.for_each(|i| *out.cast::<f64>().add(i) /= r.count as f64),
                (Kind::All | Kind::Any, _) => range.for_each(|i| *out.add(i) = u8::from(*out.add(i) != 0)),
                _ => {}
            }
        }
    }
}

/// Blocks joined as a balanced tree: equal heights meet first.
struct Tree<T, C> {
    levels: [MaybeUninit<T>; LEVELS],
    blocks: u64,
    combine: PhantomData<C>,
}

impl<V: Number, const S: usize, C: Combine> Tree<[V; S], C> {
    #[inline(always)]
    fn new() -> Self {
        Tree { levels: [const { MaybeUninit::uninit() }; LEVELS], blocks: 0, combine: PhantomData }
    }
    #[inline(always)]
    fn push(&mut self, mut x: [V; S]) {
        let mut level = 0;
        while self.blocks >> level & 1 == 1 {
            // SAFETY: a set bit of `blocks` says that this level holds a value.
            let other = unsafe { self.levels[level].assume_init() };
            x = std::array::from_fn(|i| C::of(other[i], x[i]));
            level += 1;
        }
        self.levels[level].write(x);
        self.blocks += 1;
    }
    #[inline(always)]
    fn finish(&self) -> [V; S] {
        let mut sum: Option<[V; S]> = None;
        for level in (0..LEVELS).filter(|level| self.blocks >> level & 1 == 1) {
            // SAFETY: as in `push`.
            let x = unsafe { self.levels[level].assume_init() };
            sum = Some(match sum {
                None => x,
                Some(sum) => std::array::from_fn(|i| C::of(x[i], sum[i])),
            });
        }
        sum.unwrap_or([V::of(C::NOTHING); S])
    }
}

/// Reduces consecutive elements to one.
#[inline(always)]
unsafe fn along<V: Number, C: Combine>(r: &Reduce, source: *const V::Item, blocks: Range<usize>) -> V::Item {
    let sum = if blocks.len() == 1 {
        // SAFETY: the caller's.
        unsafe { run::<V, C>(r, source, blocks.start) }
    } else {
        let mut tree = Tree::<[V; 1], C>::new();
        for block in blocks {
            // SAFETY: the caller's.
            tree.push([unsafe { run::<V, C>(r, source, block) }]);
        }
        tree.finish()[0]
    };
    sum.fold(|a, b| C::of(a, b))
}

/// One block, for `along`.
#[inline(always)]
unsafe fn run<V: Number, C: Combine>(r: &Reduce, source: *const V::Item, block: usize) -> V {
    let per_run = r.run.div_ceil(RUN).max(1);
    let elements = share(r.run, per_run, block % per_run);
    // SAFETY: the caller's.
    unsafe { piece::<V, C>(source.add(place(&r.combinations, block / per_run) + elements.start), elements.len()) }
}

#[inline(always)]
unsafe fn piece<V: Number, C: Combine>(p: *const V::Item, n: usize) -> V {
    let mut sums = [V::of(C::NOTHING); STRIP];
    let mut i = 0;
    // SAFETY: the caller's.
    unsafe {
        while i + STRIP * V::LANES <= n {
            for (s, sum) in sums.iter_mut().enumerate() {
                *sum = C::of(*sum, V::load(p.add(i + s * V::LANES)));
            }
            i += STRIP * V::LANES;
        }
        let mut s = 0;
        while i + V::LANES <= n {
            sums[s] = C::of(sums[s], V::load(p.add(i)));
            s += 1;
            i += V::LANES;
        }
        if i < n {
            sums[STRIP - 1] = C::of(sums[STRIP - 1], V::select(first::<V>(n - i), V::load_part(p.add(i), n - i), V::of(C::NOTHING)));
        }
    }
    let pairs: [V; 4] = std::array::from_fn(|i| C::of(sums[i], sums[i + 4]));
    C::of(C::of(pairs[0], pairs[2]), C::of(pairs[1], pairs[3]))
}

/// Reduces rows to one row.
#[inline(always)]
unsafe fn across<V: Number, C: Combine>(r: &Reduce, source: *const V::Item, target: *mut V::Item, columns: usize, blocks: Range<usize>) {
    let mut j = 0;
    // SAFETY: the caller's.
    unsafe {
        while j + STRIP * V::LANES <= columns {
            let sums = strip::<V, C, STRIP>(r, source.add(j), blocks.clone(), None);
            for (s, sum) in sums.into_iter().enumerate() {
                sum.store(target.add(j + s * V::LANES));
            }
            j += STRIP * V::LANES;
        }
        while j + V::LANES <= columns {
            strip::<V, C, 1>(r, source.add(j), blocks.clone(), None)[0].store(target.add(j));
            j += V::LANES;
        }
        if j < columns {
            strip::<V, C, 1>(r, source.add(j), blocks, Some(columns - j))[0].store_part(target.add(j), columns - j);
        }
    }
}

/// The rows of some blocks in S vectors of columns, or in `part` columns of one.
#[inline(always)]
unsafe fn strip<V: Number, C: Combine, const S: usize>(
    r: &Reduce,
    source: *const V::Item,
    blocks: Range<usize>,
    part: Option<usize>,
) -> [V; S] {
    if blocks.len() == 1 {
        // SAFETY: the caller's.
        return unsafe { rows::<V, C, S>(r, source, blocks.start, part) };
    }
    let mut tree = Tree::<[V; S], C>::new();
    for block in blocks {
        // SAFETY: the caller's.
        tree.push(unsafe { rows::<V, C, S>(r, source, block, part) });
    }
    tree.finish()
}

/// The rows of one block, for `strip`. A closure in its place was compiled without the instruction set, and took fifteen times as
/// long.
#[inline(always)]
unsafe fn rows<V: Number, C: Combine, const S: usize>(r: &Reduce, source: *const V::Item, block: usize, part: Option<usize>) -> [V; S] {
    let per_run = r.run.div_ceil(ROWS).max(1);
    let from = source.wrapping_add(place(&r.combinations, block / per_run));
    let mut sums = [V::of(C::NOTHING); S];
    for i in share(r.run, per_run, block % per_run) {
        let row = from.wrapping_add(i * r.run_stride);
        for (s, sum) in sums.iter_mut().enumerate() {
            // SAFETY: the caller's.
            let x = unsafe {
                match part {
                    None => V::load(row.add(s * V::LANES)),
                    Some(n) => V::load_part(row, n),
                }
            };
            *sum = C::of(*sum, x);
        }
    }
    sums
}

/// Joins what chunks and joined rows left in the scratch.
#[inline(always)]
unsafe fn second<V: Number, C: Combine>(r: &Reduce, scratch: *const V::Item, out: *mut V::Item, mine: Range<usize>) {
    let side = r.outputs * r.joined;
    let narrow = r.width / r.joined;
    for i in mine {
        let at = i / narrow * r.width + i % narrow;
        let mut tree = Tree::<[V::Item; 1], C>::new();
        for chunk in 0..r.chunks {
            for row in 0..r.joined {
                // SAFETY: the caller's.
                tree.push([unsafe { *scratch.add(chunk * side + at + row * narrow) }]);
            }
        }
        // SAFETY: the caller's.
        unsafe { *out.add(i) = tree.finish()[0] }
    }
}
