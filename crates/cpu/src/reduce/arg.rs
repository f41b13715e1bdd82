//! Where along an axis the largest or smallest element is: the first on ties, the first NaN if there is one.
use crate::{Buffers, Kernel, Part};
use tensor::DType;

/// Which element to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extreme {
    /// The largest.
    Max,
    /// The smallest.
    Min,
}

/// Columns handled side by side.
const STRIP: usize = 64;

/// Indices of extremes. Input: `shape` elements. Output: I64 [shape without the axis].
pub struct Arg {
    extreme: Extreme,
    dtype: DType,
    n: usize,
    inner: usize,
    units: usize,
    phases: [usize; 1],
}

impl Arg {
    /// Looks along `axis` of a contiguous array of F32, F64, I32, I64, U8 or Bool. Panics if the axis is empty.
    pub fn new(extreme: Extreme, dtype: DType, shape: &[usize], axis: usize) -> Arg {
        let n = shape[axis];
        let inner: usize = shape[axis + 1..].iter().product();
        let outer: usize = shape[..axis].iter().product();
        assert!(n > 0 || outer * inner == 0, "the extreme of nothing");
        let units = outer * inner.div_ceil(STRIP);
        let parts = (outer * n * inner / (32 << 10)).clamp(1, units.clamp(1, 64));
        Arg { extreme, dtype, n, inner, units, phases: [parts] }
    }
    fn find<T: PartialOrd + Copy>(&self, buffers: &Buffers, part: Part) {
        let better = match self.extreme {
            Extreme::Max => |x: T, best: T| x > best,
            Extreme::Min => |x: T, best: T| x < best,
        };
        let (n, inner, strips) = (self.n, self.inner, self.inner.div_ceil(STRIP));
        for unit in part.range(self.units) {
            let (o, first) = (unit / strips, unit % strips * STRIP);
            let columns = STRIP.min(inner - first);
            // SAFETY: inside the input of outer * n * inner elements and the output of outer * inner.
            let (source, out) = unsafe {
                let source = buffers.inputs[0].pointer.cast::<T>().add(o * n * inner + first);
                (source, buffers.outputs[0].pointer.cast::<i64>().add(o * inner + first))
            };
            // SAFETY: as above.
            let at = |i: usize, j: usize| unsafe { *source.add(i * inner + j) };
            #[allow(clippy::eq_op)]
            let nan = |x: T| x != x;
            let mut best: [T; STRIP] = [at(0, 0); STRIP];
            let mut index = [0i64; STRIP];
            for (j, best) in best.iter_mut().enumerate().take(columns) {
                *best = at(0, j);
            }
            for i in 1..n {
                for j in 0..columns {
                    let x = at(i, j);
                    if !nan(best[j]) && (better(x, best[j]) || nan(x)) {
                        best[j] = x;
                        index[j] = i as i64;
                    }
                }
            }
            for (j, index) in index.iter().enumerate().take(columns) {
                // SAFETY: as above.
                unsafe { *out.add(j) = *index }
            }
        }
    }
}

impl Kernel for Arg {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        match self.dtype {
            DType::F32 => self.find::<f32>(buffers, part),
            DType::F64 => self.find::<f64>(buffers, part),
            DType::I32 => self.find::<i32>(buffers, part),
            DType::I64 => self.find::<i64>(buffers, part),
            DType::U8 | DType::Bool => self.find::<u8>(buffers, part),
            other => panic!("order of {other} is not defined"),
        }
    }
}
