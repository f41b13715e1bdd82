//! 8 floats and 4 doubles in AVX2 registers; masks are vectors of all-ones and all-zeros lanes.
use super::{Mask, Number, Real};
use std::arch::x86_64::*;

/// All ones or all zeros in each of 8 lanes.
#[derive(Clone, Copy)]
pub struct Mask32x8(pub __m256);
/// All ones or all zeros in each of 4 lanes.
#[derive(Clone, Copy)]
pub struct Mask64x4(pub __m256d);

impl Mask for Mask32x8 {
    native! {
        and(self, o) = _mm256_and_ps(self.0, o.0);
        or(self, o) = _mm256_or_ps(self.0, o.0);
        not(self) = _mm256_xor_ps(self.0, _mm256_castsi256_ps(_mm256_set1_epi32(-1)));
    }
    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: memory is not touched.
        unsafe { _mm256_movemask_ps(self.0) != 0 }
    }
}

impl Mask for Mask64x4 {
    native! {
        and(self, o) = _mm256_and_pd(self.0, o.0);
        or(self, o) = _mm256_or_pd(self.0, o.0);
        not(self) = _mm256_xor_pd(self.0, _mm256_castsi256_pd(_mm256_set1_epi32(-1)));
    }
    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: memory is not touched.
        unsafe { _mm256_movemask_pd(self.0) != 0 }
    }
}

vector! {
    /// 8 floats.
    F32x8(__m256): [f32; 8]
}
vector! {
    /// 4 doubles.
    F64x4(__m256d): [f64; 4]
}

/// A window into it, `8 - n` from its start, is the mask of the first `n` lanes.
static ONES_THEN_ZEROS: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

/// The first `n` of 8 lanes of 32 bits.
///
/// # Safety
/// `n <= 8`, and AVX2 enabled.
#[inline(always)]
unsafe fn first(n: usize) -> __m256i {
    debug_assert!(n <= 8);
    // SAFETY: the window lies inside the table, by the caller's promise.
    unsafe { _mm256_loadu_si256(ONES_THEN_ZEROS.as_ptr().add(8 - n).cast()) }
}

/// Up to 8 bytes as one number.
///
/// # Safety
/// `p` valid for reading `n` bytes, `n <= 8`.
#[inline(always)]
unsafe fn bytes(p: *const u8, n: usize) -> u64 {
    if n == 8 {
        // SAFETY: promised by the caller.
        return unsafe { p.cast::<u64>().read_unaligned() };
    }
    let mut all = 0;
    for i in 0..n {
        // SAFETY: promised by the caller.
        all |= (unsafe { *p.add(i) } as u64) << (8 * i);
    }
    all
}

/// The lowest 8 bits as 8 bytes of 0 or 1, the first `n` written.
///
/// # Safety
/// `p` valid for writing `n` bytes, `n <= 8`.
#[inline(always)]
unsafe fn spread(bits: i32, p: *mut u8, n: usize) {
    let one_bit_each = (bits as u64).wrapping_mul(0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
    let all = (one_bit_each.wrapping_add(0x7f7f_7f7f_7f7f_7f7f) >> 7) & 0x0101_0101_0101_0101;
    if n == 8 {
        // SAFETY: promised by the caller.
        unsafe { p.cast::<u64>().write_unaligned(all) }
    } else {
        for i in 0..n {
            // SAFETY: promised by the caller.
            unsafe { *p.add(i) = (all >> (8 * i)) as u8 }
        }
    }
}

/// Reads and writes of a vector type.
macro_rules! memory {
    ($item:ty, $lanes:literal, $words:literal, $mask:ident, $set:ident, $load:ident, $store:ident, $load_part:ident, $store_part:ident) => {
        type Item = $item;
        type Mask = $mask;
        const LANES: usize = $lanes;
        #[inline(always)]
        fn of(x: f64) -> Self {
            Self::splat(x as $item)
        }
        #[inline(always)]
        fn splat(x: $item) -> Self {
            // SAFETY: vectors are only made inside functions that enable their instructions.
            Self(unsafe { $set(x) })
        }
        #[inline(always)]
        unsafe fn load(p: *const $item) -> Self {
            // SAFETY: promised by the caller.
            Self(unsafe { $load(p) })
        }
        #[inline(always)]
        unsafe fn store(self, p: *mut $item) {
            // SAFETY: promised by the caller.
            unsafe { $store(p, self.0) }
        }
        #[inline(always)]
        unsafe fn load_part(p: *const $item, n: usize) -> Self {
            // SAFETY: lanes outside of the mask are not touched.
            Self(unsafe { $load_part(p, first(n * $words)) })
        }
        #[inline(always)]
        unsafe fn store_part(self, p: *mut $item, n: usize) {
            // SAFETY: lanes outside of the mask are not touched.
            unsafe { $store_part(p, first(n * $words), self.0) }
        }
    };
}

impl Number for F32x8 {
    memory!(f32, 8, 1, Mask32x8, _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_maskload_ps, _mm256_maskstore_ps);
    number_by_lane!(f32, 8);
    #[inline(always)]
    unsafe fn load_mask(p: *const u8, n: usize) -> Mask32x8 {
        // SAFETY: `n` bytes, as promised by the caller.
        let lanes = unsafe { _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(bytes(p, n) as i64)) };
        // SAFETY: memory is not touched.
        Mask32x8(unsafe { _mm256_castsi256_ps(_mm256_cmpgt_epi32(lanes, _mm256_setzero_si256())) })
    }
    #[inline(always)]
    unsafe fn store_mask(mask: Mask32x8, p: *mut u8, n: usize) {
        // SAFETY: `n` bytes, as promised by the caller.
        unsafe { spread(_mm256_movemask_ps(mask.0), p, n) }
    }
    native! {
        add(self, o) = _mm256_add_ps(self.0, o.0);
        sub(self, o) = _mm256_sub_ps(self.0, o.0);
        mul(self, o) = _mm256_mul_ps(self.0, o.0);
        neg(self) = _mm256_xor_ps(self.0, _mm256_set1_ps(-0.0));
        abs(self) = _mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0);
        // The instruction gives its second operand if either is NaN.
        min(self, o) = _mm256_blendv_ps(_mm256_min_ps(self.0, o.0), self.0, self.is_nan().0);
        max(self, o) = _mm256_blendv_ps(_mm256_max_ps(self.0, o.0), self.0, self.is_nan().0);
        at_least(self, low) = _mm256_max_ps(low.0, self.0);
        at_most(self, high) = _mm256_min_ps(high.0, self.0);
    }
    comparisons! { Mask32x8:
        lt(self, o) = _mm256_cmp_ps::<_CMP_LT_OQ>(self.0, o.0);
        le(self, o) = _mm256_cmp_ps::<_CMP_LE_OQ>(self.0, o.0);
        eq(self, o) = _mm256_cmp_ps::<_CMP_EQ_OQ>(self.0, o.0);
    }
    #[inline(always)]
    fn select(mask: Mask32x8, yes: Self, no: Self) -> Self {
        // SAFETY: memory is not touched.
        Self(unsafe { _mm256_blendv_ps(no.0, yes.0, mask.0) })
    }
}

impl Real for F32x8 {
    const SINGLE: bool = true;
    type Wide = F64x4;
    real_by_lane!(f32);
    native! {
        div(self, o) = _mm256_div_ps(self.0, o.0);
        sqrt(self) = _mm256_sqrt_ps(self.0);
        fma(self, a, b) = _mm256_fmadd_ps(self.0, a.0, b.0);
        fma_exact(self, a, b) = _mm256_fmadd_ps(self.0, a.0, b.0);
        floor(self) = _mm256_round_ps::<9>(self.0);
        ceil(self) = _mm256_round_ps::<10>(self.0);
        round(self) = _mm256_round_ps::<8>(self.0);
        trunc(self) = _mm256_round_ps::<11>(self.0);
        copysign(self, sign) = _mm256_or_ps(self.abs().0, _mm256_and_ps(sign.0, _mm256_set1_ps(-0.0)));
    }
    comparisons! { Mask32x8:
        is_negative(self) = _mm256_castsi256_ps(_mm256_srai_epi32::<31>(_mm256_castps_si256(self.0)));
        is_nan(self) = _mm256_cmp_ps::<_CMP_UNORD_Q>(self.0, self.0);
    }
    #[inline(always)]
    fn pow2(n: Self) -> Self {
        // The sum has the biased exponent in its lowest bits.
        let biased = n.add(Self::of(12582912.0 + 127.0));
        // SAFETY: memory is not touched.
        Self(unsafe { _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(biased.0))) })
    }
    #[inline(always)]
    fn split_normal(self) -> (Self, Self) {
        // SAFETY: memory is not touched.
        unsafe {
            let bits = _mm256_castps_si256(self.0);
            let e = _mm256_srai_epi32::<23>(_mm256_sub_epi32(bits, _mm256_set1_epi32(0x3f35_04f3)));
            (Self(_mm256_castsi256_ps(_mm256_sub_epi32(bits, _mm256_slli_epi32::<23>(e)))), Self(_mm256_cvtepi32_ps(e)))
        }
    }
    #[inline(always)]
    fn widen(self) -> (F64x4, F64x4) {
        // SAFETY: memory is not touched.
        unsafe { (F64x4(_mm256_cvtps_pd(_mm256_castps256_ps128(self.0))), F64x4(_mm256_cvtps_pd(_mm256_extractf128_ps::<1>(self.0)))) }
    }
    #[inline(always)]
    fn narrow(first: F64x4, second: F64x4) -> Self {
        // SAFETY: memory is not touched.
        Self(unsafe { _mm256_set_m128(_mm256_cvtpd_ps(second.0), _mm256_cvtpd_ps(first.0)) })
    }
}

impl Number for F64x4 {
    memory!(f64, 4, 2, Mask64x4, _mm256_set1_pd, _mm256_loadu_pd, _mm256_storeu_pd, _mm256_maskload_pd, _mm256_maskstore_pd);
    number_by_lane!(f64, 4);
    #[inline(always)]
    unsafe fn load_mask(p: *const u8, n: usize) -> Mask64x4 {
        // SAFETY: `n` bytes, as promised by the caller.
        let lanes = unsafe { _mm256_cvtepu8_epi64(_mm_cvtsi64_si128(bytes(p, n) as i64)) };
        // SAFETY: memory is not touched.
        Mask64x4(unsafe { _mm256_castsi256_pd(_mm256_cmpgt_epi64(lanes, _mm256_setzero_si256())) })
    }
    #[inline(always)]
    unsafe fn store_mask(mask: Mask64x4, p: *mut u8, n: usize) {
        // SAFETY: `n` bytes, as promised by the caller.
        unsafe { spread(_mm256_movemask_pd(mask.0), p, n) }
    }
    native! {
        add(self, o) = _mm256_add_pd(self.0, o.0);
        sub(self, o) = _mm256_sub_pd(self.0, o.0);
        mul(self, o) = _mm256_mul_pd(self.0, o.0);
        neg(self) = _mm256_xor_pd(self.0, _mm256_set1_pd(-0.0));
        abs(self) = _mm256_andnot_pd(_mm256_set1_pd(-0.0), self.0);
        min(self, o) = _mm256_blendv_pd(_mm256_min_pd(self.0, o.0), self.0, self.is_nan().0);
        max(self, o) = _mm256_blendv_pd(_mm256_max_pd(self.0, o.0), self.0, self.is_nan().0);
        at_least(self, low) = _mm256_max_pd(low.0, self.0);
        at_most(self, high) = _mm256_min_pd(high.0, self.0);
    }
    comparisons! { Mask64x4:
        lt(self, o) = _mm256_cmp_pd::<_CMP_LT_OQ>(self.0, o.0);
        le(self, o) = _mm256_cmp_pd::<_CMP_LE_OQ>(self.0, o.0);
        eq(self, o) = _mm256_cmp_pd::<_CMP_EQ_OQ>(self.0, o.0);
    }
    #[inline(always)]
    fn select(mask: Mask64x4, yes: Self, no: Self) -> Self {
        // SAFETY: memory is not touched.
        Self(unsafe { _mm256_blendv_pd(no.0, yes.0, mask.0) })
    }
}

impl Real for F64x4 {
    const SINGLE: bool = false;
    type Wide = F64x4;
    real_by_lane!(f64);
    native! {
        div(self, o) = _mm256_div_pd(self.0, o.0);
        sqrt(self) = _mm256_sqrt_pd(self.0);
        fma(self, a, b) = _mm256_fmadd_pd(self.0, a.0, b.0);
        fma_exact(self, a, b) = _mm256_fmadd_pd(self.0, a.0, b.0);
        floor(self) = _mm256_round_pd::<9>(self.0);
        ceil(self) = _mm256_round_pd::<10>(self.0);
        round(self) = _mm256_round_pd::<8>(self.0);
        trunc(self) = _mm256_round_pd::<11>(self.0);
        copysign(self, sign) = _mm256_or_pd(self.abs().0, _mm256_and_pd(sign.0, _mm256_set1_pd(-0.0)));
    }
    comparisons! { Mask64x4:
        is_negative(self) = _mm256_castsi256_pd(_mm256_cmpgt_epi64(_mm256_setzero_si256(), _mm256_castpd_si256(self.0)));
        is_nan(self) = _mm256_cmp_pd::<_CMP_UNORD_Q>(self.0, self.0);
    }
    #[inline(always)]
    fn pow2(n: Self) -> Self {
        let biased = n.add(Self::of(6755399441055744.0 + 1023.0));
        // SAFETY: memory is not touched.
        Self(unsafe { _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(biased.0))) })
    }
    #[inline(always)]
    fn split_normal(self) -> (Self, Self) {
        // SAFETY: memory is not touched.
        let (m, e) = unsafe {
            let bits = _mm256_castpd_si256(self.0);
            let lowest = _mm256_set1_epi64x(0x3fe6_a09e_667f_3bcd - (1023 << 52));
            let e = _mm256_srli_epi64::<52>(_mm256_sub_epi64(bits, lowest));
            let m = _mm256_sub_epi64(bits, _mm256_slli_epi64::<52>(_mm256_sub_epi64(e, _mm256_set1_epi64x(1023))));
            // AVX2 has no conversion from 64-bit integers: put it in the mantissa of 2^52.
            let two52 = _mm256_castpd_si256(_mm256_set1_pd(4503599627370496.0));
            (_mm256_castsi256_pd(m), _mm256_castsi256_pd(_mm256_or_si256(e, two52)))
        };
        (Self(m), Self(e).sub(Self::of(4503599627370496.0 + 1023.0)))
    }
    #[inline(always)]
    fn widen(self) -> (Self, Self) {
        (self, self)
    }
    #[inline(always)]
    fn narrow(first: Self, _: Self) -> Self {
        first
    }
}
