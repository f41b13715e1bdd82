//! Softmax over the last axis, and the cross-entropies that take logits: one pass a row while it is in cache.
use crate::isa::{Isa, isa};
use crate::lanes::{self, Level, Number, Real, Work, first};
use crate::rows::{Flag, Indices};
use crate::{Buffers, Kernel, Part};
use tensor::DType;

/// Elements a part handles at least.
const PART: usize = 2 << 10;
/// Rows up to this length go on the lanes: one row would leave most lanes and the latency of each step unused.
const SHORT: usize = 32;
/// The most lanes of a vector.
const LANES: usize = 16;

/// What the four kernels share: sizes and parts.
struct Rows {
    isa: Isa,
    dtype: DType,
    rows: usize,
    n: usize,
}

impl Rows {
    fn new(isa: Isa, dtype: DType, rows: usize, n: usize) -> (Rows, usize) {
        assert!(matches!(dtype, DType::F32 | DType::F64), "softmax of {dtype} is not defined");
        (Rows { isa, dtype, rows, n }, (rows * n / PART).clamp(1, rows.clamp(1, 64)))
    }
}

/// exp(x) / sum of exp(x), a row at a time. Input and output: [rows, n]; they may be the same place.
pub struct Softmax {
    rows: Rows,
    phases: [usize; 1],
}

/// x - log of sum of exp(x), a row at a time. Input and output: [rows, n]; they may be the same place.
pub struct LogSoftmax {
    rows: Rows,
    phases: [usize; 1],
}

/// -sum of labels * log softmax(logits). Inputs: logits, labels [rows, n]. Outputs: loss [rows], softmax [rows, n].
pub struct CrossEntropy {
    rows: Rows,
    phases: [usize; 1],
}

/// -log softmax(logits)[label]. Inputs: logits [rows, n], labels [rows] (I32 or I64). Outputs: loss [rows], softmax [rows, n],
/// and one I64: the first row whose label is outside of 0..n, or -1; its loss is NaN.
pub struct SparseCrossEntropy {
    rows: Rows,
    labels: DType,
    phases: Vec<usize>,
}

macro_rules! plain {
    ($name:ident, $what:ident) => {
        impl $name {
            /// For [rows, n] of F32 or F64.
            pub fn new(dtype: DType, rows: usize, n: usize) -> $name {
                $name::on(isa(), dtype, rows, n)
            }
            /// The same on a given instruction set, which this CPU must have.
            pub fn on(isa: Isa, dtype: DType, rows: usize, n: usize) -> $name {
                let (rows, parts) = Rows::new(isa, dtype, rows, n);
                $name { rows, phases: [parts] }
            }
        }
        impl Kernel for $name {
            fn phases(&self) -> &[usize] {
                &self.phases
            }
            fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
                lanes::run(self.rows.isa, At { rows: &self.rows, what: What::$what, buffers, part });
            }
        }
    };
}
plain!(Softmax, Softmax);
plain!(LogSoftmax, LogSoftmax);
plain!(CrossEntropy, Dense);

impl SparseCrossEntropy {
    /// For [rows, n] of F32 or F64 and labels of I32 or I64.
    pub fn new(dtype: DType, labels: DType, rows: usize, n: usize) -> SparseCrossEntropy {
        SparseCrossEntropy::on(isa(), dtype, labels, rows, n)
    }
    /// The same on a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, dtype: DType, labels: DType, rows: usize, n: usize) -> SparseCrossEntropy {
        assert!(matches!(labels, DType::I32 | DType::I64), "labels of {labels}");
        let (rows, parts) = Rows::new(isa, dtype, rows, n);
        SparseCrossEntropy { rows, labels, phases: Flag::phases(parts) }
    }
}

impl Kernel for SparseCrossEntropy {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn scratch(&self) -> usize {
        Flag::scratch(self.phases[0])
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        if phase == 1 {
            return Flag::gather(buffers, 2, self.phases[0]);
        }
        let what = What::Sparse { labels: self.labels };
        let bad = lanes::run(self.rows.isa, At { rows: &self.rows, what, buffers, part });
        Flag::leave(buffers, 2, part, bad);
    }
}

#[derive(Clone, Copy)]
enum What {
    Softmax,
    LogSoftmax,
    Dense,
    Sparse { labels: DType },
}

struct At<'a> {
    rows: &'a Rows,
    what: What,
    buffers: &'a Buffers<'a>,
    part: Part,
}

impl Work for At<'_> {
    type Output = Option<usize>;
    #[inline(always)]
    fn at<L: Level>(self) -> Option<usize> {
        match self.rows.dtype {
            DType::F32 => self.each::<L::F32>(),
            _ => self.each::<L::F64>(),
        }
    }
}

/// Runs a body with the start and length of each vector of a row. A closure would be called at two places, hence compiled apart,
/// without the instruction set.
macro_rules! each_vector {
    ($v:ty, $n:expr, |$i:ident, $lanes:ident| $body:expr) => {
        let mut $i = 0;
        while $i + <$v>::LANES <= $n {
            let $lanes = <$v>::LANES;
            $body;
            $i += $lanes;
        }
        if $i < $n {
            let $lanes = $n - $i;
            $body;
        }
    };
}

impl At<'_> {
    #[inline(always)]
    fn each<V: Real>(&self) -> Option<usize> {
        let n = self.rows.n;
        if n <= SHORT {
            return self.short::<V>();
        }
        let mut bad = None;
        for row in self.part.range(self.rows.rows) {
            // SAFETY: rows of the inputs and outputs; out of the kernels' sizes. A label is used only inside 0..n.
            unsafe {
                let x = self.buffers.inputs[0].pointer.cast::<V::Item>().add(row * n).cast_const();
                let first: *mut V::Item = self.buffers.outputs[0].pointer.cast();
                match self.what {
                    What::Softmax => {
                        softmax::<V>(x, first.add(row * n), n);
                    }
                    What::LogSoftmax => {
                        let max = largest::<V>(x, n);
                        let mut sum = V::of(0.0);
                        each_vector!(V, n, |i, lanes| sum = plus(sum, V::load_part(x.add(i), lanes).sub(max).exp(), lanes));
                        let shift = total(sum).log();
                        let out = first.add(row * n);
                        each_vector!(V, n, |i, lanes| V::load_part(x.add(i), lanes).sub(max).sub(shift).store_part(out.add(i), lanes));
                    }
                    What::Dense => {
                        let y = self.buffers.inputs[1].pointer.cast::<V::Item>().add(row * n).cast_const();
                        let p = self.buffers.outputs[1].pointer.cast::<V::Item>().add(row * n);
                        let (max, sum) = softmax::<V>(x, p, n);
                        let log = sum.log();
                        let mut loss = V::of(0.0);
                        each_vector!(V, n, |i, lanes| {
                            let weight = V::load_part(y.add(i), lanes);
                            let term = log.sub(V::load_part(x.add(i), lanes).sub(max)).mul(weight);
                            loss = plus(loss, V::select(weight.eq(V::of(0.0)), weight, term), lanes);
                        });
                        total(loss).store_part(first.add(row), 1);
                    }
                    What::Sparse { labels } => {
                        let label = Indices::new(labels, self.buffers.inputs[1]).get(row);
                        let p = self.buffers.outputs[1].pointer.cast::<V::Item>().add(row * n);
                        let (max, sum) = softmax::<V>(x, p, n);
                        let loss = if (0..n as i64).contains(&label) {
                            sum.log().sub(V::splat(*x.add(label as usize)).sub(max))
                        } else {
                            bad = bad.or(Some(row));
                            V::of(f64::NAN)
                        };
                        loss.store_part(first.add(row), 1);
                    }
                }
            }
        }
        bad
    }
}

impl At<'_> {
    /// As many rows at a time as there are lanes: a vector holds a column of them.
    #[inline(always)]
    fn short<V: Real>(&self) -> Option<usize> {
        let n = self.rows.n;
        let mut bad = None;
        let rows = self.part.range(self.rows.rows);
        for row in rows.clone().step_by(V::LANES) {
            let count = V::LANES.min(rows.end - row);
            // SAFETY: rows of the inputs and outputs; out of the kernels' sizes. A label is used only inside 0..n.
            unsafe {
                let x = Columns::<V>::read(self.buffers.inputs[0].pointer.cast::<V::Item>().add(row * n), n, count);
                let max = (0..n).fold(V::of(f64::NEG_INFINITY), |max, j| max.max(x.get(j)));
                let mut e = x;
                let mut sum = V::of(0.0);
                for j in 0..n {
                    let y = x.get(j).sub(max).exp();
                    sum = sum.add(y);
                    e.set(j, y);
                }
                let first: *mut V::Item = self.buffers.outputs[0].pointer.cast();
                if let What::LogSoftmax = self.what {
                    let shift = sum.log();
                    (0..n).for_each(|j| e.set(j, x.get(j).sub(max).sub(shift)));
                    e.write(first.add(row * n), n, count);
                    continue;
                }
                let scale = V::of(1.0).div(sum);
                (0..n).for_each(|j| e.set(j, e.get(j).mul(scale)));
                let loss = match self.what {
                    What::Softmax | What::LogSoftmax => {
                        e.write(first.add(row * n), n, count);
                        continue;
                    }
                    What::Dense => {
                        let y = Columns::<V>::read(self.buffers.inputs[1].pointer.cast::<V::Item>().add(row * n), n, count);
                        let log = sum.log();
                        (0..n).fold(V::of(0.0), |loss, j| {
                            let weight = y.get(j);
                            let term = log.sub(x.get(j).sub(max)).mul(weight);
                            loss.add(V::select(weight.eq(V::of(0.0)), weight, term))
                        })
                    }
                    What::Sparse { labels } => {
                        let labels = Indices::new(labels, self.buffers.inputs[1]);
                        let mut picked = [V::Item::of(f64::NAN); LANES];
                        for (r, picked) in picked.iter_mut().enumerate().take(count) {
                            match usize::try_from(labels.get(row + r)) {
                                Ok(label) if label < n => *picked = x.0[label][r],
                                _ => bad = bad.or(Some(row + r)),
                            }
                        }
                        sum.log().sub(V::load(picked.as_ptr()).sub(max))
                    }
                };
                loss.store_part(first.add(row), count);
                e.write(self.buffers.outputs[1].pointer.cast::<V::Item>().add(row * n), n, count);
            }
        }
        bad
    }
}

/// Some rows across: a column in each line, a row in each lane.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Columns<V: Real>([[V::Item; LANES]; SHORT]);

impl<V: Real> Columns<V> {
    /// Lanes past the last row repeat it.
    #[inline(always)]
    unsafe fn read(p: *const V::Item, n: usize, count: usize) -> Columns<V> {
        let mut columns = Columns([[V::Item::default(); LANES]; SHORT]);
        for r in 0..V::LANES {
            for (j, column) in columns.0.iter_mut().enumerate().take(n) {
                // SAFETY: the caller's: `count` rows of `n`, 1 at least.
                column[r] = unsafe { *p.add(r.min(count - 1) * n + j) };
            }
        }
        columns
    }
    #[inline(always)]
    unsafe fn write(&self, p: *mut V::Item, n: usize, count: usize) {
        for r in 0..count {
            for (j, column) in self.0.iter().enumerate().take(n) {
                // SAFETY: the caller's: `count` rows of `n`.
                unsafe { *p.add(r * n + j) = column[r] }
            }
        }
    }
    #[inline(always)]
    fn get(&self, j: usize) -> V {
        // SAFETY: a line has the most lanes there are.
        unsafe { V::load(self.0[j].as_ptr()) }
    }
    #[inline(always)]
    fn set(&mut self, j: usize, x: V) {
        // SAFETY: as in `get`.
        unsafe { x.store(self.0[j].as_mut_ptr()) }
    }
}

/// Adds a vector of a row to a sum; lanes past the row do not count.
#[inline(always)]
fn plus<V: Real>(sum: V, x: V, lanes: usize) -> V {
    sum.add(if lanes == V::LANES { x } else { V::select(first::<V>(lanes), x, V::of(0.0)) })
}

/// The sum of all lanes, in every lane.
#[inline(always)]
fn total<V: Real>(sum: V) -> V {
    V::splat(sum.fold(|a, b| a.add(b)))
}

/// The largest of a row, in every lane.
#[inline(always)]
unsafe fn largest<V: Real>(x: *const V::Item, n: usize) -> V {
    let mut max = V::of(f64::NEG_INFINITY);
    each_vector!(V, n, |i, lanes| {
        // SAFETY: the caller's.
        let x = unsafe { V::load_part(x.add(i), lanes) };
        max = max.max(if lanes == V::LANES { x } else { V::select(first::<V>(lanes), x, V::of(f64::NEG_INFINITY)) });
    });
    V::splat(max.fold(|a, b| a.max(b)))
}

/// Writes the softmax of a row; gives its maximum and the sum of exp(x - maximum), in every lane.
#[inline(always)]
unsafe fn softmax<V: Real>(x: *const V::Item, out: *mut V::Item, n: usize) -> (V, V) {
    // SAFETY: the caller's.
    unsafe {
        let max = largest::<V>(x, n);
        let mut sum = V::of(0.0);
        each_vector!(V, n, |i, lanes| {
            let e = V::load_part(x.add(i), lanes).sub(max).exp();
            e.store_part(out.add(i), lanes);
            sum = plus(sum, e, lanes);
        });
        let sum = total(sum);
        let scale = V::of(1.0).div(sum);
        each_vector!(V, n, |i, lanes| V::load_part(out.add(i), lanes).mul(scale).store_part(out.add(i), lanes));
        (max, sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive;

    fn softmax(x: &[f64]) -> (Vec<f64>, f64) {
        let max = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = x.iter().map(|x| (x - max).exp()).sum();
        (x.iter().map(|x| (x - max).exp() / sum).collect(), max + sum.ln())
    }
    fn near(dtype: DType, scale: f64, got: &[f64], wanted: &[f64]) {
        let epsilon = if dtype == DType::F32 { 3e-6 } else { 1e-13 };
        for (a, b) in got.iter().zip(wanted) {
            assert!((a - b).abs() <= epsilon * b.abs().max(scale) || (a.is_nan() && b.is_nan()), "{a} for {b}");
        }
    }

    #[test]
    fn rows_of_every_length() {
        for isa in Isa::available() {
            for dtype in [DType::F32, DType::F64] {
                for n in (1..70).chain([1000]) {
                    let rows = if n == 1000 { 60 } else { 3 };
                    let x: Vec<f64> = drive::numbers(rows * n, 1).iter().map(|x| f64::from((x * 20.0) as f32)).collect();
                    let y: Vec<f64> = drive::numbers(rows * n, 2).iter().map(|x| f64::from(x.abs().round() as f32)).collect();
                    let labels: Vec<u8> = (0..rows).flat_map(|i| ((i * 7 % n) as i32).to_ne_bytes()).collect();
                    let (xs, ys) = (drive::floats(dtype, &x), drive::floats(dtype, &y));
                    let size = rows * n * dtype.size();
                    for threads in [1, 4] {
                        let p = drive::outputs(&Softmax::on(isa, dtype, rows, n), &[&xs], &[size], threads);
                        let l = drive::outputs(&LogSoftmax::on(isa, dtype, rows, n), &[&xs], &[size], threads);
                        let dense = CrossEntropy::on(isa, dtype, rows, n);
                        let dense = drive::outputs(&dense, &[&xs, &ys], &[rows * dtype.size(), size], threads);
                        let sparse = SparseCrossEntropy::on(isa, dtype, DType::I32, rows, n);
                        let sparse = drive::outputs(&sparse, &[&xs, &labels], &[rows * dtype.size(), size, 8], threads);
                        assert_eq!(sparse[2], (-1i64).to_ne_bytes());
                        assert!(p[0] == dense[1] && p[0] == sparse[1]);
                        let read = |x: &Vec<u8>| drive::read(dtype, x);
                        for r in 0..rows {
                            let row = &x[r * n..(r + 1) * n];
                            let (wanted, log) = softmax(row);
                            near(dtype, 1e-2, &read(&p[0])[r * n..(r + 1) * n], &wanted);
                            near(dtype, 1.0, &read(&l[0])[r * n..(r + 1) * n], &row.iter().map(|x| x - log).collect::<Vec<_>>());
                            let loss: f64 = row.iter().zip(&y[r * n..]).map(|(x, y)| y * (log - x)).sum();
                            near(dtype, 1.0, &read(&dense[0])[r..r + 1], &[loss]);
                            near(dtype, 1.0, &read(&sparse[0])[r..r + 1], &[log - row[r * 7 % n]]);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn bad_labels_are_found() {
        for rows in [5, 4000] {
            let x = drive::floats(DType::F32, &drive::numbers(rows * 10, 1));
            let mut labels = vec![3i64; rows];
            labels[3] = 10;
            labels[rows - 1] = -1;
            let labels: Vec<u8> = labels.iter().flat_map(|x| x.to_ne_bytes()).collect();
            let kernel = SparseCrossEntropy::new(DType::F32, DType::I64, rows, 10);
            let out = drive::outputs(&kernel, &[&x, &labels], &[rows * 4, rows * 40, 8], 2);
            assert_eq!(out[2], 3i64.to_ne_bytes());
            let loss = drive::read(DType::F32, &out[0]);
            assert!(loss[3].is_nan() && !loss[2].is_nan() && loss[rows - 1].is_nan());
        }
    }
}
