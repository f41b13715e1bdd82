//! Rows picked by index and summed back by index: what embeddings and their gradients are, with bad indices found, not read.
use crate::isa::{Isa, isa};
use crate::lanes::{self, Level, Number, Work};
use crate::{Buffers, Kernel, Part, Slot};
use tensor::DType;

/// Bytes a part moves at least.
const PART_BYTES: usize = 64 << 10;

/// I32 or I64 indices in memory.
#[derive(Clone, Copy)]
pub(crate) struct Indices {
    wide: bool,
    pointer: *const u8,
}

impl Indices {
    pub fn new(dtype: DType, slot: Slot) -> Indices {
        Indices { wide: dtype == DType::I64, pointer: slot.pointer }
    }
    #[inline(always)]
    pub fn get(self, i: usize) -> i64 {
        // SAFETY: the kernel's count of indices.
        unsafe { if self.wide { *self.pointer.cast::<i64>().add(i) } else { i64::from(*self.pointer.cast::<i32>().add(i)) } }
    }
}

fn check(dtype: DType) {
    assert!(matches!(dtype, DType::I32 | DType::I64), "indices of {dtype}");
}

/// The first bad position of all parts: each part leaves its own in scratch, a last phase of one part takes the least.
pub(crate) struct Flag;

impl Flag {
    /// Phases of a kernel that looks for bad positions in `parts` parts.
    pub fn phases(parts: usize) -> Vec<usize> {
        if parts == 1 { vec![1] } else { vec![parts, 1] }
    }
    pub fn scratch(parts: usize) -> usize {
        if parts == 1 { 0 } else { parts * 8 }
    }
    /// After a part of the first phase: its first bad position, if any.
    pub fn leave(buffers: &Buffers, output: usize, part: Part, bad: Option<usize>) {
        let bad = bad.map_or(-1, |i| i as i64);
        let place = if part.count() == 1 { buffers.outputs[output].pointer } else { buffers.scratch.pointer };
        // SAFETY: the output holds one i64, the scratch one for each part.
        unsafe { *place.cast::<i64>().add(part.index()) = bad }
    }
    /// The last phase.
    pub fn gather(buffers: &Buffers, output: usize, parts: usize) {
        // SAFETY: the scratch holds an i64 for each part, the output one.
        unsafe {
            let found = (0..parts).map(|i| *buffers.scratch.pointer.cast::<i64>().add(i)).filter(|i| *i >= 0).min();
            *buffers.outputs[output].pointer.cast::<i64>() = found.unwrap_or(-1);
        }
    }
}

/// Rows of a table by index. Inputs: table [rows, row], indices [count] (I32 or I64). Outputs: [count, row], and one I64: the
/// first position whose index is outside of 0..rows, or -1; its row is zeros.
pub struct Gather {
    row_bytes: usize,
    rows: usize,
    indices: DType,
    count: usize,
    phases: Vec<usize>,
}

impl Gather {
    /// A gather of `count` rows of `row_bytes` from a table of `rows`.
    pub fn new(row_bytes: usize, rows: usize, indices: DType, count: usize) -> Gather {
        check(indices);
        let parts = (count * row_bytes / PART_BYTES).clamp(1, count.clamp(1, 64));
        Gather { row_bytes, rows, indices, count, phases: Flag::phases(parts) }
    }
}

impl Kernel for Gather {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn scratch(&self) -> usize {
        Flag::scratch(self.phases[0])
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        if phase == 1 {
            return Flag::gather(buffers, 1, self.phases[0]);
        }
        let (table, out) = (buffers.inputs[0].pointer, buffers.outputs[0].pointer);
        let indices = Indices::new(self.indices, buffers.inputs[1]);
        let mut bad = None;
        for i in part.range(self.count) {
            let row = indices.get(i);
            let target = out.wrapping_add(i * self.row_bytes);
            // SAFETY: the row is inside the table, by the comparison, and the target inside the output.
            unsafe {
                if (0..self.rows as i64).contains(&row) {
                    std::ptr::copy_nonoverlapping(table.add(row as usize * self.row_bytes), target, self.row_bytes);
                } else {
                    bad = bad.or(Some(i));
                    std::ptr::write_bytes(target, 0, self.row_bytes);
                }
            }
        }
        Flag::leave(buffers, 1, part, bad);
    }
}

/// Sums of rows by index, in the order of the positions. Inputs: values [count, row], indices [count] (I32 or I64). Outputs:
/// [rows, row], zeros where no index points; and one I64: the first position whose index is outside of 0..rows, or -1.
pub struct ScatterAdd {
    isa: Isa,
    dtype: DType,
    row: usize,
    rows: usize,
    indices: DType,
    count: usize,
    phases: Vec<usize>,
}

impl ScatterAdd {
    /// Sums into a table of `rows` rows of `row` numbers of `dtype`, F32 or F64.
    pub fn new(dtype: DType, row: usize, rows: usize, indices: DType, count: usize) -> ScatterAdd {
        ScatterAdd::on(isa(), dtype, row, rows, indices, count)
    }
    /// The same on a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, dtype: DType, row: usize, rows: usize, indices: DType, count: usize) -> ScatterAdd {
        check(indices);
        assert!(matches!(dtype, DType::F32 | DType::F64), "sums of {dtype} rows are not defined");
        // Every part looks through all indices and takes those of its rows, so there are few.
        let parts = ((count + rows) * row * dtype.size() / (4 * PART_BYTES)).clamp(1, rows.clamp(1, 16));
        ScatterAdd { isa, dtype, row, rows, indices, count, phases: Flag::phases(parts) }
    }
}

struct Add<'a> {
    kernel: &'a ScatterAdd,
    buffers: &'a Buffers<'a>,
    part: Part,
}

impl Work for Add<'_> {
    type Output = Option<usize>;
    #[inline(always)]
    fn at<L: Level>(self) -> Option<usize> {
        match self.kernel.dtype {
            DType::F32 => self.rows::<L::F32>(),
            _ => self.rows::<L::F64>(),
        }
    }
}

impl Add<'_> {
    #[inline(always)]
    fn rows<V: Number>(&self) -> Option<usize> {
        let s = self.kernel;
        let mine = self.part.range(s.rows);
        let indices = Indices::new(s.indices, self.buffers.inputs[1]);
        let values: *const V::Item = self.buffers.inputs[0].pointer.cast();
        let out: *mut V::Item = self.buffers.outputs[0].pointer.cast();
        let mut bad = None;
        // SAFETY: this part's rows of the output, inside by the comparison, and rows of the values.
        unsafe {
            std::ptr::write_bytes(out.add(mine.start * s.row), 0, mine.len() * s.row);
            for i in 0..s.count {
                let row = indices.get(i);
                if row < 0 || row >= s.rows as i64 {
                    bad = bad.or(Some(i));
                } else if mine.contains(&(row as usize)) {
                    let (x, y) = (values.add(i * s.row), out.add(row as usize * s.row));
                    let mut j = 0;
                    while j + V::LANES <= s.row {
                        V::load(y.add(j)).add(V::load(x.add(j))).store(y.add(j));
                        j += V::LANES;
                    }
                    if j < s.row {
                        let n = s.row - j;
                        V::load_part(y.add(j), n).add(V::load_part(x.add(j), n)).store_part(y.add(j), n);
                    }
                }
            }
        }
        bad
    }
}

impl Kernel for ScatterAdd {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn scratch(&self) -> usize {
        Flag::scratch(self.phases[0])
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        if phase == 1 {
            return Flag::gather(buffers, 1, self.phases[0]);
        }
        let bad = lanes::run(self.isa, Add { kernel: self, buffers, part });
        Flag::leave(buffers, 1, part, bad);
    }
}

/// Rows with one item set. Input: indices [count] (I32 or I64). Output: [count, depth] items; all off for an index outside.
pub struct OneHot {
    indices: DType,
    count: usize,
    depth: usize,
    item_bytes: usize,
    on: [u8; 8],
    off: [u8; 8],
    phases: [usize; 1],
}

impl OneHot {
    /// Rows of `depth`; `on` and `off` are the bytes of one item (1, 2, 4 or 8 of them).
    pub fn new(indices: DType, count: usize, depth: usize, on: &[u8], off: &[u8]) -> OneHot {
        check(indices);
        assert!(on.len() == off.len() && matches!(on.len(), 1 | 2 | 4 | 8), "items of {} bytes", on.len());
        let item = |bytes: &[u8]| {
            let mut out = [0; 8];
            out[..bytes.len()].copy_from_slice(bytes);
            out
        };
        let parts = (count * depth * on.len() / PART_BYTES).clamp(1, count.clamp(1, 64));
        OneHot { indices, count, depth, item_bytes: on.len(), on: item(on), off: item(off), phases: [parts] }
    }
    fn fill<T: Copy>(&self, buffers: &Buffers, part: Part) {
        let indices = Indices::new(self.indices, buffers.inputs[0]);
        let out: *mut T = buffers.outputs[0].pointer.cast();
        // SAFETY: items of the size of T; rows of this part.
        unsafe {
            let (on, off) = (self.on.as_ptr().cast::<T>().read_unaligned(), self.off.as_ptr().cast::<T>().read_unaligned());
            for i in part.range(self.count) {
                let row = out.add(i * self.depth);
                for j in 0..self.depth {
                    *row.add(j) = off;
                }
                let index = indices.get(i);
                if (0..self.depth as i64).contains(&index) {
                    *row.add(index as usize) = on;
                }
            }
        }
    }
}

impl Kernel for OneHot {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        match self.item_bytes {
            1 => self.fill::<u8>(buffers, part),
            2 => self.fill::<u16>(buffers, part),
            4 => self.fill::<u32>(buffers, part),
            _ => self.fill::<u64>(buffers, part),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive;

    fn bytes(dtype: DType, indices: &[i64]) -> Vec<u8> {
        match dtype {
            DType::I32 => indices.iter().flat_map(|i| (*i as i32).to_ne_bytes()).collect(),
            _ => indices.iter().flat_map(|i| i.to_ne_bytes()).collect(),
        }
    }
    fn draw(count: usize, rows: usize) -> Vec<i64> {
        let mut stream = tensor::Philox::new(3);
        (0..count).map(|_| stream.below(rows as u64) as i64).collect()
    }

    #[test]
    fn gathers() {
        for (count, rows, row) in [(0, 3, 4), (1, 1, 1), (50, 20, 7), (3000, 100, 65)] {
            for dtype in [DType::I32, DType::I64] {
                for bad in [None, Some(0), Some(count / 2)] {
                    let table = drive::floats(DType::F32, &drive::numbers(rows * row, 1));
                    let mut indices = draw(count, rows);
                    let bad = bad.filter(|i| *i < count);
                    if let Some(i) = bad {
                        indices[i..].iter_mut().step_by(7).for_each(|x| *x = -1);
                        indices[i] = rows as i64;
                    }
                    let kernel = Gather::new(row * 4, rows, dtype, count);
                    for threads in [1, 8] {
                        let out = drive::outputs(&kernel, &[&table, &bytes(dtype, &indices)], &[count * row * 4, 8], threads);
                        assert_eq!(out[1], bad.map_or(-1, |i| i as i64).to_ne_bytes());
                        for (i, index) in indices.iter().enumerate() {
                            let got = &out[0][i * row * 4..(i + 1) * row * 4];
                            match usize::try_from(*index).ok().filter(|i| *i < rows) {
                                Some(r) => assert_eq!(got, &table[r * row * 4..(r + 1) * row * 4]),
                                None => assert!(got.iter().all(|b| *b == 0)),
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn scatters() {
        for isa in Isa::available() {
            for dtype in [DType::F32, DType::F64] {
                for (count, rows, row) in [(0, 3, 4), (5, 1, 1), (50, 20, 7), (3000, 100, 65)] {
                    let values: Vec<f64> = drive::numbers(count * row, 1).iter().map(|x| f64::from(*x as f32)).collect();
                    let mut indices = draw(count, rows);
                    let bad = (count > 10).then_some(9);
                    if let Some(i) = bad {
                        indices[i] = 1 << 20;
                    }
                    let mut wanted = vec![0.0; rows * row];
                    for (i, r) in indices.iter().enumerate().filter(|(_, r)| **r < rows as i64) {
                        for j in 0..row {
                            let sum = &mut wanted[*r as usize * row + j];
                            *sum += values[i * row + j];
                            if dtype == DType::F32 {
                                *sum = f64::from(*sum as f32);
                            }
                        }
                    }
                    let kernel = ScatterAdd::on(isa, dtype, row, rows, DType::I64, count);
                    for threads in [1, 2, 8] {
                        let inputs = [&drive::floats(dtype, &values)[..], &bytes(DType::I64, &indices)];
                        let out = drive::outputs(&kernel, &inputs, &[rows * row * dtype.size(), 8], threads);
                        assert_eq!(drive::read(dtype, &out[0]), wanted);
                        assert_eq!(out[1], bad.map_or(-1, |i| i as i64).to_ne_bytes());
                    }
                }
            }
        }
    }

    #[test]
    fn one_hot() {
        let kernel = OneHot::new(DType::I32, 3, 4, &1f32.to_ne_bytes(), &0f32.to_ne_bytes());
        let out = drive::outputs(&kernel, &[&bytes(DType::I32, &[2, -1, 0])], &[48], 1).remove(0);
        assert_eq!(drive::read(DType::F32, &out), [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
    }
}
