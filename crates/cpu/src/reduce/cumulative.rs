//! Running sums and products along an axis.
use super::share;
use crate::isa::{Isa, isa};
use crate::lanes::{self, Level, Number, Work};
use crate::{Buffers, Kernel, Part};
use tensor::DType;

/// What runs along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Sum.
    Sum,
    /// Product.
    Prod,
}

/// Running sums or products. Input and output: `shape` elements; they may be the same place.
pub struct Cumulative {
    isa: Isa,
    fold: Fold,
    dtype: DType,
    n: usize,
    inner: usize,
    pieces: usize,
    units: usize,
    reverse: bool,
    exclusive: bool,
    phases: [usize; 1],
}

impl Cumulative {
    /// Along `axis` of a contiguous array of F32, F64, I32 or I64; from the end if `reverse`; each result without its own
    /// element if `exclusive`.
    pub fn new(fold: Fold, dtype: DType, shape: &[usize], axis: usize, reverse: bool, exclusive: bool) -> Cumulative {
        Cumulative::on(isa(), fold, dtype, shape, axis, reverse, exclusive)
    }
    /// The same on a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, fold: Fold, dtype: DType, shape: &[usize], axis: usize, reverse: bool, exclusive: bool) -> Cumulative {
        assert!(matches!(dtype, DType::F32 | DType::F64 | DType::I32 | DType::I64), "running sums of {dtype} are not defined");
        let inner: usize = shape[axis + 1..].iter().product();
        let outer: usize = shape[..axis].iter().product();
        let pieces = inner.div_ceil(256);
        let units = outer * pieces;
        let parts = (outer * shape[axis] * inner / (32 << 10)).clamp(1, units.clamp(1, 64));
        Cumulative { isa, fold, dtype, n: shape[axis], inner, pieces, units, reverse, exclusive, phases: [parts] }
    }
}

impl Kernel for Cumulative {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        lanes::run(self.isa, At { kernel: self, buffers, part });
    }
}

struct At<'a> {
    kernel: &'a Cumulative,
    buffers: &'a Buffers<'a>,
    part: Part,
}

impl Work for At<'_> {
    type Output = ();
    #[inline(always)]
    fn at<L: Level>(self) {
        match self.kernel.dtype {
            DType::F32 => self.units::<L::F32>(),
            DType::F64 => self.units::<L::F64>(),
            DType::I32 => self.units::<i32>(),
            _ => self.units::<i64>(),
        }
    }
}

impl At<'_> {
    #[inline(always)]
    fn units<V: Number>(&self) {
        let c = self.kernel;
        for unit in self.part.range(c.units) {
            let (o, piece) = (unit / c.pieces, unit % c.pieces);
            let columns = share(c.inner, c.pieces, piece);
            let start = o * c.n * c.inner;
            let mut j = columns.start;
            // SAFETY: inside the input and the output of outer * n * inner elements, columns of this part.
            unsafe {
                let source = self.buffers.inputs[0].pointer.cast::<V::Item>().add(start).cast_const();
                let target = self.buffers.outputs[0].pointer.cast::<V::Item>().add(start);
                while j + V::LANES <= columns.end {
                    self.column::<V>(source.add(j), target.add(j), V::LANES);
                    j += V::LANES;
                }
                if columns.end - j > 4 {
                    self.column::<V>(source.add(j), target.add(j), columns.end - j);
                    j = columns.end;
                }
                while j < columns.end {
                    self.column::<V::Item>(source.add(j).cast(), target.add(j).cast(), 1);
                    j += 1;
                }
            }
        }
    }
    #[inline(always)]
    unsafe fn column<V: Number>(&self, source: *const V::Item, target: *mut V::Item, lanes: usize) {
        let c = self.kernel;
        let mut sum = V::of(if c.fold == Fold::Sum { 0.0 } else { 1.0 });
        for i in 0..c.n {
            let at = (if c.reverse { c.n - 1 - i } else { i }) * c.inner;
            // SAFETY: the caller's.
            unsafe {
                let x = V::load_part(source.add(at), lanes);
                let next = if c.fold == Fold::Sum { sum.add(x) } else { sum.mul(x) };
                if c.exclusive { sum } else { next }.store_part(target.add(at), lanes);
                sum = next;
            }
        }
    }
}
