//! Dropout: elements set to zero at random and the others scaled up; the same kernel on dy gives dx.
use super::words::{BLOCK, Draw, block};
use crate::isa::{Isa, isa};
use crate::lanes::{self, Level, Number, Work};
use crate::{Buffers, Kernel, Part};
use tensor::DType;

/// x * mask / (1 - rate), where the mask is 0 with probability `rate`, else 1, and follows from the key and the step. Inputs: x
/// [shape], the step (one I64). Output: [shape]; it may be x's place.
pub struct Dropout {
    isa: Isa,
    dtype: DType,
    key: u64,
    rate: f64,
    count: usize,
    /// Where a mask has fewer elements: axes with their distance in the mask.
    axes: Option<Vec<(usize, usize)>>,
    columns: usize,
    phases: [usize; 1],
}

impl Dropout {
    /// Dropout of F32 or F64 under `key`. `noise_shape` is the mask's shape: each axis that of `shape`, or 1 to share the mask
    /// along it.
    pub fn new(dtype: DType, key: u64, rate: f64, shape: &[usize], noise_shape: &[usize]) -> Dropout {
        Dropout::on(isa(), dtype, key, rate, shape, noise_shape)
    }
    /// The same on a given instruction set, which this CPU must have.
    pub fn on(isa: Isa, dtype: DType, key: u64, rate: f64, shape: &[usize], noise_shape: &[usize]) -> Dropout {
        assert!(matches!(dtype, DType::F32 | DType::F64), "dropout of {dtype} is not defined");
        assert!(shape.len() == noise_shape.len() && shape.iter().zip(noise_shape).all(|(s, n)| s == n || *n == 1), "the mask's shape");
        let count: usize = shape.iter().product();
        let mut stride = 1;
        let mut axes: Vec<(usize, usize)> = Vec::new();
        for (size, noise) in shape.iter().zip(noise_shape).rev() {
            axes.insert(0, (*size, if size == noise { stride } else { 0 }));
            stride *= noise;
        }
        let axes = (shape != noise_shape).then_some(axes);
        let columns = match &axes {
            Some(_) => shape.last().copied().unwrap_or(1),
            None => BLOCK,
        };
        let parts = (count / super::PART).clamp(1, 64);
        Dropout { isa, dtype, key, rate, count, axes, columns, phases: [parts] }
    }
}

impl Kernel for Dropout {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
        // SAFETY: the input is one I64.
        let step = unsafe { *buffers.inputs[1].pointer.cast::<i64>() };
        lanes::run(self.isa, At { dropout: self, step, buffers, part });
    }
}

struct At<'a> {
    dropout: &'a Dropout,
    step: i64,
    buffers: &'a Buffers<'a>,
    part: Part,
}

impl Work for At<'_> {
    type Output = ();
    #[inline(always)]
    fn at<L: Level>(self) {
        match self.dropout.dtype {
            DType::F32 => self.each::<L::F32>(),
            _ => self.each::<L::F64>(),
        }
    }
}

/// The mask of one element at a time, its block kept for the next.
struct Words {
    isa: Isa,
    draw: Draw,
    index: u64,
    words: [u32; BLOCK],
}

impl Words {
    fn at(&mut self, element: usize) -> u32 {
        let index = (element / BLOCK) as u64;
        if self.index != index {
            block(self.isa, self.draw, index, &mut self.words);
            self.index = index;
        }
        self.words[element % BLOCK]
    }
}

impl At<'_> {
    #[inline(always)]
    fn each<V: Number>(&self) {
        let d = self.dropout;
        let x: *const V::Item = self.buffers.inputs[0].pointer.cast();
        let out: *mut V::Item = self.buffers.outputs[0].pointer.cast();
        let scale = if d.rate < 1.0 { 1.0 / (1.0 - d.rate) } else { 0.0 };
        // A word below this drops its element: rate in 2^-32.
        let limit = (d.rate * 4294967296.0) as u64;
        let draw = Draw { key: d.key, step: self.step, again: 0 };
        if d.columns == 0 {
            return;
        }
        let mut words = Words { isa: d.isa, draw, index: u64::MAX, words: [0; BLOCK] };
        let mut kept = [0u8; BLOCK];
        for row in self.part.range(d.count.div_ceil(d.columns)) {
            let start = row * d.columns;
            let end = (start + d.columns).min(d.count);
            let (mut mask, right) = match &d.axes {
                None => (start, 1),
                Some(axes) => {
                    let (mut at, mut rest) = (0, row);
                    for (size, stride) in axes[..axes.len() - 1].iter().rev() {
                        at += rest % size * stride;
                        rest /= size;
                    }
                    (at, axes[axes.len() - 1].1)
                }
            };
            for from in (start..end).step_by(BLOCK) {
                let count = BLOCK.min(end - from);
                if d.axes.is_none() {
                    block(d.isa, draw, row as u64, &mut words.words);
                    for (kept, word) in kept.iter_mut().zip(&words.words) {
                        *kept = u8::from(u64::from(*word) >= limit);
                    }
                } else {
                    for kept in kept.iter_mut().take(count) {
                        *kept = u8::from(u64::from(words.at(mask)) >= limit);
                        mask += right;
                    }
                }
                let mut i = 0;
                while i < count {
                    let lanes = V::LANES.min(count - i);
                    // SAFETY: inside the input and the output, and the block's mask.
                    unsafe {
                        let v = V::load_part(x.add(from + i), lanes).mul(V::of(scale));
                        V::select(V::load_mask(kept.as_ptr().add(i), lanes), v, V::of(0.0)).store_part(out.add(from + i), lanes);
                    }
                    i += lanes;
                }
            }
        }
    }
}
