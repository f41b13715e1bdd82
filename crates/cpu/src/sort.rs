//! The largest elements of rows, in order, and whether a target is among them.
use crate::{Buffers, Kernel, Part};
use std::cmp::Ordering;
use tensor::DType;

/// Elements a part looks at at least.
const PART: usize = 16 << 10;
/// Up to this many are kept sorted while a row goes by; more are sorted as a whole.
const FEW: usize = 32;

/// The k largest elements of each row, largest first; of equal ones the first, NaN above all. Input: [rows, n]. Outputs: values
/// [rows, k], indices [rows, k] (I32).
pub struct TopK {
    dtype: DType,
    rows: usize,
    n: usize,
    k: usize,
    phases: [usize; 1],
}

impl TopK {
    /// For rows of F32, F64, I32, I64 or U8; k is at most n.
    pub fn new(dtype: DType, rows: usize, n: usize, k: usize) -> TopK {
        assert!(matches!(dtype, DType::F32 | DType::F64 | DType::I32 | DType::I64 | DType::U8), "order of {dtype} is not defined");
        assert!(k <= n, "the {k} largest of {n}");
        TopK { dtype, rows, n, k, phases: [(rows * n / PART).clamp(1, rows.clamp(1, 64))] }
    }
    fn select<T: Copy + PartialOrd>(&self, buffers: &Buffers, part: Part) {
        let (n, k) = (self.n, self.k);
        for row in part.range(self.rows) {
            // SAFETY: a row of the input, of the outputs, and this part's n indices of the scratch.
            let (x, values, indices, order) = unsafe {
                (
                    std::slice::from_raw_parts(buffers.inputs[0].pointer.cast::<T>().add(row * n), n),
                    std::slice::from_raw_parts_mut(buffers.outputs[0].pointer.cast::<T>().add(row * k), k),
                    std::slice::from_raw_parts_mut(buffers.outputs[1].pointer.cast::<i32>().add(row * k), k),
                    std::slice::from_raw_parts_mut(
                        buffers.scratch.pointer.cast::<u32>().wrapping_add(part.index() * n * usize::from(k > FEW)),
                        n * usize::from(k > FEW),
                    ),
                )
            };
            if k <= FEW {
                few(x, indices);
            } else {
                order.iter_mut().enumerate().for_each(|(i, o)| *o = i as u32);
                order.sort_unstable_by(|i, j| descending(x[*i as usize], x[*j as usize]).then(i.cmp(j)));
                indices.iter_mut().zip(&*order).for_each(|(index, o)| *index = *o as i32);
            }
            values.iter_mut().zip(&*indices).for_each(|(value, i)| *value = x[*i as usize]);
        }
    }
}

/// Larger first, NaN before all.
fn descending<T: PartialOrd>(a: T, b: T) -> Ordering {
    #[allow(clippy::eq_op)]
    let nan = |x: &T| x != x;
    b.partial_cmp(&a).unwrap_or_else(|| nan(&b).cmp(&nan(&a)))
}

/// Keeps the indices of the largest sorted while the row goes by.
fn few<T: Copy + PartialOrd>(x: &[T], indices: &mut [i32]) {
    let mut found = 0;
    for (i, value) in x.iter().enumerate() {
        let before = |j: i32| descending(x[j as usize], *value) != Ordering::Greater;
        if found == indices.len() && indices.last().is_none_or(|j| before(*j)) {
            continue;
        }
        let mut at = found.min(indices.len() - 1);
        while at > 0 && !before(indices[at - 1]) {
            indices[at] = indices[at - 1];
            at -= 1;
        }
        indices[at] = i as i32;
        found = (found + 1).min(indices.len());
    }
}

impl Kernel for TopK {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn scratch(&self) -> usize {
        if self.k > FEW { self.phases[0] * self.n * 4 } else { 0 }
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        match self.dtype {
            DType::F32 => self.select::<f32>(buffers, part),
            DType::F64 => self.select::<f64>(buffers, part),
            DType::I32 => self.select::<i32>(buffers, part),
            DType::I64 => self.select::<i64>(buffers, part),
            _ => self.select::<u8>(buffers, part),
        }
    }
}

/// Whether fewer than k predictions exceed the target's. False if a prediction met on the way is not finite or the target is
/// outside of 0..n, as in TensorFlow. Inputs: predictions [rows, n], targets [rows] (I32 or I64). Output: Bool [rows].
pub struct InTopK {
    dtype: DType,
    targets: DType,
    rows: usize,
    n: usize,
    k: usize,
    phases: [usize; 1],
}

impl InTopK {
    /// For predictions of F32 or F64.
    pub fn new(dtype: DType, targets: DType, rows: usize, n: usize, k: usize) -> InTopK {
        assert!(matches!(dtype, DType::F32 | DType::F64) && matches!(targets, DType::I32 | DType::I64), "{dtype} and {targets}");
        InTopK { dtype, targets, rows, n, k, phases: [(rows * n / PART).clamp(1, rows.clamp(1, 64))] }
    }
    fn find<T: Copy + PartialOrd>(&self, buffers: &Buffers, part: Part, finite: impl Fn(T) -> bool) {
        for row in part.range(self.rows) {
            // SAFETY: a row of the input, and a target.
            let (x, target) = unsafe {
                let x = std::slice::from_raw_parts(buffers.inputs[0].pointer.cast::<T>().add(row * self.n), self.n);
                let targets = buffers.inputs[1].pointer;
                (x, if self.targets == DType::I64 { *targets.cast::<i64>().add(row) } else { i64::from(*targets.cast::<i32>().add(row)) })
            };
            let mut good = false;
            if let Some(own) = usize::try_from(target).ok().and_then(|i| x.get(i).copied()).filter(|x| finite(*x)) {
                let (mut above, mut sound) = (0, true);
                for value in x {
                    sound &= finite(*value);
                    above += usize::from(*value > own);
                    if !sound || above > self.k {
                        break;
                    }
                }
                good = sound && above < self.k;
            }
            // SAFETY: a byte of the output.
            unsafe { *buffers.outputs[0].pointer.add(row) = u8::from(good) }
        }
    }
}

impl Kernel for InTopK {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        match self.dtype {
            DType::F32 => self.find::<f32>(buffers, part, f32::is_finite),
            _ => self.find::<f64>(buffers, part, f64::is_finite),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive;

    #[test]
    fn largest_first() {
        for dtype in [DType::F32, DType::F64, DType::I32, DType::I64, DType::U8] {
            for (rows, n) in [(1, 1), (3, 7), (400, 100)] {
                for k in [0, 1, 5, 32, 33, 100] {
                    if k > n {
                        continue;
                    }
                    let x: Vec<f64> = drive::numbers(rows * n, 3).iter().map(|x| (x.abs() * 20.0).floor()).collect();
                    let bytes: Vec<u8> = match dtype {
                        DType::I32 => x.iter().flat_map(|x| (*x as i32).to_ne_bytes()).collect(),
                        DType::I64 => x.iter().flat_map(|x| (*x as i64).to_ne_bytes()).collect(),
                        DType::U8 => x.iter().map(|x| *x as u8).collect(),
                        _ => drive::floats(dtype, &x),
                    };
                    let kernel = TopK::new(dtype, rows, n, k);
                    let size = dtype.size();
                    let out = drive::outputs(&kernel, &[&bytes], &[rows * k * size, rows * k * 4], 2);
                    for row in 0..rows {
                        let x = &x[row * n..(row + 1) * n];
                        let mut order: Vec<usize> = (0..n).collect();
                        order.sort_by(|i, j| x[*j].partial_cmp(&x[*i]).unwrap());
                        for (i, wanted) in order[..k].iter().enumerate() {
                            let at = row * k + i;
                            assert_eq!(out[1][at * 4..][..4], (*wanted as i32).to_ne_bytes(), "{dtype} {rows} {n} {k}");
                            assert_eq!(out[0][at * size..][..size], bytes[(row * n + wanted) * size..][..size]);
                        }
                    }
                }
            }
        }
        let x = drive::floats(DType::F32, &[1.0, f64::NAN, 3.0, f64::INFINITY, f64::NAN]);
        let out = drive::outputs(&TopK::new(DType::F32, 1, 5, 4), &[&x], &[16, 16], 1).remove(1);
        assert_eq!(out, [1i32, 4, 3, 2].map(i32::to_ne_bytes).concat());
    }

    #[test]
    fn in_the_largest() {
        let nan = f64::NAN;
        let x = [[1.0, 3.0, 3.0, 2.0], [1.0, 3.0, 3.0, 2.0], [1.0, 3.0, 3.0, 2.0], [nan, 1.0, 2.0, 3.0], [0.0, 0.0, 0.0, 0.0], [1.0; 4]];
        let targets: Vec<u8> = [1i32, 3, 0, 3, 3, 4].iter().flat_map(|x| x.to_ne_bytes()).collect();
        let kernel = InTopK::new(DType::F32, DType::I32, 6, 4, 3);
        let out = drive::outputs(&kernel, &[&drive::floats(DType::F32, &x.concat()), &targets], &[6], 1).remove(0);
        assert_eq!(out, [1, 1, 0, 0, 1, 0]);
    }
}
