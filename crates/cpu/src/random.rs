//! Random arrays and dropout: each element a function of a key, a step and its index, the same in any part and on any CPU.
//!
//! The key is given when the kernel is made, the step is read when it runs, so that a plan draws anew at each step.
mod dropout;
mod words;

pub use dropout::Dropout;

use crate::isa::{Isa, isa};
use crate::lanes::{self, Level, Number, Real, Work};
use crate::{Buffers, Kernel, Part};
use tensor::DType;
use words::{BLOCK, Draw, block};

/// Elements a part draws at least.
const PART: usize = 16 << 10;

/// What a draw is distributed like.
#[derive(Clone, Copy, Debug)]
enum Law {
    Uniform { low: f64, high: f64 },
    Normal { mean: f64, deviation: f64 },
    Truncated { mean: f64, deviation: f64 },
    Bernoulli { probability: f64 },
}

/// `count` draws. Input: the step, one I64. Output: `count` elements of the number type.
struct Random {
    isa: Isa,
    law: Law,
    dtype: DType,
    key: u64,
    count: usize,
    phases: [usize; 1],
}

macro_rules! laws {
    ($($(#[$doc:meta])* $name:ident($($field:ident: $what:literal),*) => $law:ident;)*) => { $(
        $(#[$doc])*
        pub struct $name(Random);
        impl $name {
            #[doc = concat!("`count` draws with ", $($what, ", ",)* "F32 or F64, under `key`.")]
            pub fn new(dtype: DType, key: u64, count: usize, $($field: f64),*) -> $name {
                $name::on(isa(), dtype, key, count, $($field),*)
            }
            /// The same on a given instruction set, which this CPU must have.
            pub fn on(isa: Isa, dtype: DType, key: u64, count: usize, $($field: f64),*) -> $name {
                $name(Random::new(isa, dtype, key, count, Law::$law { $($field),* }))
            }
        }
        impl Kernel for $name {
            fn phases(&self) -> &[usize] {
                &self.0.phases
            }
            fn run(&self, buffers: &Buffers, _phase: usize, part: Part) {
                self.0.run(buffers, part);
            }
        }
    )* };
}
laws! {
    /// Uniform in [low, high). Input: the step, one I64. Output: `count` elements. The same bits on every instruction set.
    Uniform(low: "`low` inclusive", high: "`high` exclusive") => Uniform;
    /// Normal. Input: the step, one I64. Output: `count` elements.
    Normal(mean: "`mean`", deviation: "standard `deviation`") => Normal;
    /// Normal, drawn again while further than two deviations from the mean. Input: the step, one I64. Output: `count` elements.
    TruncatedNormal(mean: "`mean`", deviation: "standard `deviation`") => Truncated;
    /// 1 with a probability, else 0. Input: the step, one I64. Output: `count` elements.
    Bernoulli(probability: "`probability` of a 1") => Bernoulli;
}

impl Random {
    fn new(isa: Isa, dtype: DType, key: u64, count: usize, law: Law) -> Random {
        let allowed = matches!(dtype, DType::F32 | DType::F64) || (dtype == DType::Bool && matches!(law, Law::Bernoulli { .. }));
        assert!(allowed, "{law:?} of {dtype} is not defined");
        assert!(isa.supported(), "this CPU has no {isa}");
        let parts = (count / PART).clamp(1, 64);
        Random { isa, law, dtype, key, count, phases: [parts] }
    }
    fn run(&self, buffers: &Buffers, part: Part) {
        // SAFETY: the input is one I64.
        let step = unsafe { *buffers.inputs[0].pointer.cast::<i64>() };
        lanes::run(self.isa, At { random: self, step, out: buffers.outputs[0].pointer, part });
    }
}

struct At<'a> {
    random: &'a Random,
    step: i64,
    out: *mut u8,
    part: Part,
}

impl Work for At<'_> {
    type Output = ();
    #[inline(always)]
    fn at<L: Level>(self) {
        match self.random.dtype {
            DType::F32 => self.floats::<L::F32, BLOCK>(single),
            DType::F64 => self.floats::<L::F64, { BLOCK / 2 }>(double),
            _ => self.bools(),
        }
    }
}

/// 64 numbers in [0, 1) of 24 bits.
#[inline(always)]
fn single(words: &[u32; BLOCK]) -> [f32; BLOCK] {
    words.map(|w| (w >> 8) as f32 * (1.0 / (1 << 24) as f32))
}
/// 32 numbers in [0, 1) of 53 bits: words 0 and 1 of a counter, then words 2 and 3.
#[inline(always)]
fn double(words: &[u32; BLOCK]) -> [f64; BLOCK / 2] {
    std::array::from_fn(|i| {
        let (a, b) = (words[i / 16 * 32 + i % 16], words[i / 16 * 32 + 16 + i % 16]);
        ((u64::from(a) << 21) ^ u64::from(b >> 11)) as f64 * (1.0 / (1u64 << 53) as f64)
    })
}

impl At<'_> {
    /// Draws blocks of N numbers, from unit uniforms.
    #[inline(always)]
    fn floats<V: Real, const N: usize>(&self, unit: impl Fn(&[u32; BLOCK]) -> [V::Item; N]) {
        let r = self.random;
        let out: *mut V::Item = self.out.cast();
        for index in self.part.range(r.count.div_ceil(N)) {
            let mut x = self.law::<V, N>(&unit, index as u64, 0);
            if let Law::Truncated { .. } = r.law {
                self.redraw::<V, N>(&unit, index as u64, &mut x);
            }
            let (scale, shift) = match r.law {
                Law::Uniform { .. } | Law::Bernoulli { .. } => (1.0, 0.0),
                Law::Normal { mean, deviation } | Law::Truncated { mean, deviation } => (deviation, mean),
            };
            let count = N.min(r.count - index * N);
            let mut i = 0;
            while i < count {
                // SAFETY: inside the block, and inside the output.
                unsafe {
                    let x = V::load(x.as_ptr().add(i));
                    let x = if scale == 1.0 && shift == 0.0 { x } else { x.mul(V::of(scale)).add(V::of(shift)) };
                    x.store_part(out.add(index * N + i), V::LANES.min(count - i));
                }
                i += V::LANES;
            }
        }
    }
    #[inline(always)]
    fn law<V: Real, const N: usize>(&self, unit: &impl Fn(&[u32; BLOCK]) -> [V::Item; N], index: u64, again: u8) -> [V::Item; N] {
        let r = self.random;
        let mut words = [0; BLOCK];
        block(r.isa, Draw { key: r.key, step: self.step, again }, index, &mut words);
        let mut x = unit(&words);
        match r.law {
            Law::Uniform { low, high } => {
                // Rounding must not reach the end that is excluded.
                let below = if V::SINGLE { f64::from((high as f32).next_down()) } else { high.next_down() };
                each::<V, N>(&mut x, |u| u.mul(V::of(high - low)).add(V::of(low)).min(V::of(below)));
            }
            Law::Bernoulli { probability } => {
                each::<V, N>(&mut x, |u| V::select(u.lt(V::of(probability)), V::of(1.0), V::of(0.0)));
            }
            Law::Normal { .. } | Law::Truncated { .. } => pairs::<V, N>(&mut x),
        }
        x
    }
    /// Draws again what lies beyond two deviations: the same element of the next redraw.
    #[inline(always)]
    fn redraw<V: Real, const N: usize>(&self, unit: &impl Fn(&[u32; BLOCK]) -> [V::Item; N], index: u64, x: &mut [V::Item; N]) {
        for again in 1..=u8::MAX {
            let mut outside = false;
            for i in (0..N).step_by(V::LANES) {
                // SAFETY: inside the block.
                let v = unsafe { V::load(x.as_ptr().add(i)) };
                outside |= lanes::Mask::any(V::of(2.0).lt(v.abs()));
            }
            if !outside {
                return;
            }
            let next = self.law::<V, N>(unit, index, again);
            for i in (0..N).step_by(V::LANES) {
                // SAFETY: inside the blocks.
                unsafe {
                    let (old, new) = (V::load(x.as_ptr().add(i)), V::load(next.as_ptr().add(i)));
                    V::select(V::of(2.0).lt(old.abs()), new, old).store(x.as_mut_ptr().add(i));
                }
            }
        }
    }
    fn bools(&self) {
        let r = self.random;
        let Law::Bernoulli { probability } = r.law else { return };
        for index in self.part.range(r.count.div_ceil(BLOCK)) {
            let mut words = [0; BLOCK];
            block(r.isa, Draw { key: r.key, step: self.step, again: 0 }, index as u64, &mut words);
            for (i, u) in single(&words).into_iter().enumerate().take(r.count - index * BLOCK) {
                // SAFETY: inside the output.
                unsafe { *self.out.add(index * BLOCK + i) = u8::from(u < probability as f32) }
            }
        }
    }
}

#[inline(always)]
fn each<V: Number, const N: usize>(x: &mut [V::Item; N], f: impl Fn(V) -> V) {
    for i in (0..N).step_by(V::LANES) {
        // SAFETY: inside the block, whose length is a multiple of any register's.
        unsafe { f(V::load(x.as_ptr().add(i))).store(x.as_mut_ptr().add(i)) }
    }
}

/// Box and Muller: the first half of the block are radii, the second angles; both halves become normal.
#[inline(always)]
fn pairs<V: Real, const N: usize>(x: &mut [V::Item; N]) {
    for i in (0..N / 2).step_by(V::LANES) {
        // SAFETY: inside the block.
        unsafe {
            let p = x.as_mut_ptr().add(i);
            let q = p.add(N / 2);
            let radius = V::of(1.0).sub(V::load(p)).log().mul(V::of(-2.0)).sqrt();
            let angle = V::load(q).mul(V::of(std::f64::consts::TAU));
            radius.mul(angle.cos()).store(p);
            radius.mul(angle.sin()).store(q);
        }
    }
}

#[cfg(test)]
mod tests;
