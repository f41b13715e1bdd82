//! Philox for many counters at once. Element e of a draw belongs to block e / 64; in it, word (e % 64) / 16 of counter e % 16.
//!
//! The counter's four words are: 16 * block + (e % 16) in the first two (low, high), the step in the others, whose top byte
//! counts redraws. So any element's bits follow from its index alone, in lanes of any width.
use crate::Isa;
use tensor::philox;

/// Elements of a block of 32-bit words.
pub(crate) const BLOCK: usize = 64;

/// A key, a step and a redraw.
#[derive(Clone, Copy)]
pub(crate) struct Draw {
    pub key: u64,
    pub step: i64,
    pub again: u8,
}

impl Draw {
    /// The last two words of all counters.
    fn tail(self) -> [u32; 2] {
        let step = self.step as u64;
        [step as u32, (step >> 32) as u32 ^ (u32::from(self.again) << 24)]
    }
}

/// The words of one block.
pub(crate) fn block(isa: Isa, draw: Draw, index: u64, out: &mut [u32; BLOCK]) {
    match isa {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: whoever names an instruction set has checked it.
        Isa::Avx512 => unsafe { x86::sixteen(draw, index, out) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Isa::Avx2 => unsafe { x86::eights(draw, index, out) },
        _ => one_by_one(draw, index, out),
    }
}

fn one_by_one(draw: Draw, index: u64, out: &mut [u32; BLOCK]) {
    let [c2, c3] = draw.tail();
    for lane in 0..16 {
        let counter = index * 16 + lane as u64;
        let words = philox([draw.key as u32, (draw.key >> 32) as u32], [counter as u32, (counter >> 32) as u32, c2, c3]);
        for (i, word) in words.into_iter().enumerate() {
            out[i * 16 + lane] = word;
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{BLOCK, Draw};
    use std::arch::x86_64::*;

    const M0: u32 = 0xD251_1F53;
    const M1: u32 = 0xCD9E_8D57;
    const W0: u32 = 0x9E37_79B9;
    const W1: u32 = 0xBB67_AE85;

    #[target_feature(enable = "avx512f")]
    pub(super) unsafe fn sixteen(draw: Draw, index: u64, out: &mut [u32; BLOCK]) {
        let first = index.wrapping_mul(16);
        let [t2, t3] = draw.tail();
        let set = |x: u32| _mm512_set1_epi32(x as i32);
        // The low halves of 16 counters cannot carry: the first is a multiple of 16.
        let mut c0 = _mm512_add_epi32(set(first as u32), _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
        let (mut c1, mut c2, mut c3) = (set((first >> 32) as u32), set(t2), set(t3));
        let (mut k0, mut k1) = (draw.key as u32, (draw.key >> 32) as u32);
        let (m0, m1) = (set(M0), set(M1));
        for _ in 0..10 {
            let halves = |c: __m512i, m: __m512i| {
                let (even, odd) = (_mm512_mul_epu32(c, m), _mm512_mul_epu32(_mm512_srli_epi64::<32>(c), m));
                let high = _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64::<32>(even), odd);
                (high, _mm512_mullo_epi32(c, m))
            };
            let ((h0, l0), (h1, l1)) = (halves(c0, m0), halves(c2, m1));
            // 0x96 is the exclusive or of three.
            c0 = _mm512_ternarylogic_epi32::<0x96>(h1, c1, set(k0));
            c2 = _mm512_ternarylogic_epi32::<0x96>(h0, c3, set(k1));
            (c1, c3) = (l1, l0);
            (k0, k1) = (k0.wrapping_add(W0), k1.wrapping_add(W1));
        }
        for (i, c) in [c0, c1, c2, c3].into_iter().enumerate() {
            // SAFETY: 16 words from a multiple of 16 below 64.
            unsafe { _mm512_storeu_si512(out.as_mut_ptr().add(i * 16).cast(), c) }
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn eights(draw: Draw, index: u64, out: &mut [u32; BLOCK]) {
        let first = index.wrapping_mul(16);
        let [t2, t3] = draw.tail();
        let set = |x: u32| _mm256_set1_epi32(x as i32);
        let (m0, m1) = (set(M0), set(M1));
        for half in 0..2 {
            let lanes = _mm256_add_epi32(_mm256_set1_epi32(8 * half), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
            let mut c0 = _mm256_add_epi32(set(first as u32), lanes);
            let (mut c1, mut c2, mut c3) = (set((first >> 32) as u32), set(t2), set(t3));
            let (mut k0, mut k1) = (draw.key as u32, (draw.key >> 32) as u32);
            for _ in 0..10 {
                let halves = |c: __m256i, m: __m256i| {
                    let (even, odd) = (_mm256_mul_epu32(c, m), _mm256_mul_epu32(_mm256_srli_epi64::<32>(c), m));
                    let high = _mm256_blend_epi32::<0xaa>(_mm256_srli_epi64::<32>(even), odd);
                    (high, _mm256_mullo_epi32(c, m))
                };
                let ((h0, l0), (h1, l1)) = (halves(c0, m0), halves(c2, m1));
                c0 = _mm256_xor_si256(_mm256_xor_si256(h1, c1), set(k0));
                c2 = _mm256_xor_si256(_mm256_xor_si256(h0, c3), set(k1));
                (c1, c3) = (l1, l0);
                (k0, k1) = (k0.wrapping_add(W0), k1.wrapping_add(W1));
            }
            for (i, c) in [c0, c1, c2, c3].into_iter().enumerate() {
                // SAFETY: 8 words from a multiple of 8 below 64.
                unsafe { _mm256_storeu_si256(out.as_mut_ptr().add(i * 16 + 8 * half as usize).cast(), c) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_set_gives_the_words_of_philox() {
        for isa in Isa::available() {
            for (key, step, index, again) in [(0, 0, 0, 0), (u64::MAX, -1, u64::MAX / 16, 3), (12345 << 30, 7 << 33, 1 << 28, 0)] {
                let (mut got, mut wanted) = ([0; BLOCK], [0; BLOCK]);
                let draw = Draw { key, step, again };
                block(isa, draw, index, &mut got);
                one_by_one(draw, index, &mut wanted);
                assert_eq!(got, wanted, "{isa}");
            }
        }
    }
}
