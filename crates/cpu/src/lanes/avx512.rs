//! 16 floats and 8 doubles in AVX-512 registers; masks are bits.
use super::{Mask, Number, Real};
use std::arch::x86_64::*;

/// A bit for each of 16 lanes.
#[derive(Clone, Copy)]
pub struct Mask16(pub __mmask16);
/// A bit for each of 8 lanes.
#[derive(Clone, Copy)]
pub struct Mask8(pub __mmask8);

macro_rules! bit_mask {
    ($name:ident) => {
        impl Mask for $name {
            #[inline(always)]
            fn and(self, o: Self) -> Self {
                Self(self.0 & o.0)
            }
            #[inline(always)]
            fn or(self, o: Self) -> Self {
                Self(self.0 | o.0)
            }
            #[inline(always)]
            fn not(self) -> Self {
                Self(!self.0)
            }
            #[inline(always)]
            fn any(self) -> bool {
                self.0 != 0
            }
        }
    };
}
bit_mask!(Mask16);
bit_mask!(Mask8);

vector! {
    /// 16 floats.
    F32x16(__m512): [f32; 16]
}
vector! {
    /// 8 doubles.
    F64x8(__m512d): [f64; 8]
}

/// Reads and writes of a vector type; a part is a mask of its first lanes.
macro_rules! memory {
    ($item:ty, $lanes:literal, $bits:ty, $mask:ident, $set:ident, $load:ident, $store:ident, $load_part:ident, $store_part:ident) => {
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
            Self(unsafe { $load_part(((1u32 << n) - 1) as $bits, p) })
        }
        #[inline(always)]
        unsafe fn store_part(self, p: *mut $item, n: usize) {
            // SAFETY: lanes outside of the mask are not touched.
            unsafe { $store_part(p, ((1u32 << n) - 1) as $bits, self.0) }
        }
        #[inline(always)]
        unsafe fn load_mask(p: *const u8, n: usize) -> $mask {
            // SAFETY: lanes outside of the mask are not touched.
            let bytes = unsafe { _mm_maskz_loadu_epi8(((1u32 << n) - 1) as u16, p.cast()) };
            // SAFETY: memory is not touched.
            $mask(unsafe { _mm_test_epi8_mask(bytes, bytes) } as $bits)
        }
        #[inline(always)]
        unsafe fn store_mask(mask: $mask, p: *mut u8, n: usize) {
            // SAFETY: lanes outside of the mask are not touched.
            unsafe {
                let bytes = _mm_maskz_set1_epi8(mask.0 as u16, 1);
                // A store of single bytes takes several times as long.
                if n == 16 { _mm_storeu_si128(p.cast(), bytes) } else { _mm_mask_storeu_epi8(p.cast(), ((1u32 << n) - 1) as u16, bytes) }
            }
        }
    };
}

impl Number for F32x16 {
    memory!(f32, 16, u16, Mask16, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_maskz_loadu_ps, _mm512_mask_storeu_ps);
    number_by_lane!(f32, 16);
    native! {
        add(self, o) = _mm512_add_ps(self.0, o.0);
        sub(self, o) = _mm512_sub_ps(self.0, o.0);
        mul(self, o) = _mm512_mul_ps(self.0, o.0);
        neg(self) = _mm512_xor_ps(self.0, _mm512_set1_ps(-0.0));
        abs(self) = _mm512_abs_ps(self.0);
        // The instruction gives its second operand if either is NaN.
        min(self, o) = _mm512_mask_mov_ps(_mm512_min_ps(self.0, o.0), self.is_nan().0, self.0);
        max(self, o) = _mm512_mask_mov_ps(_mm512_max_ps(self.0, o.0), self.is_nan().0, self.0);
        at_least(self, low) = _mm512_max_ps(low.0, self.0);
        at_most(self, high) = _mm512_min_ps(high.0, self.0);
    }
    comparisons! { Mask16:
        lt(self, o) = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(self.0, o.0);
        le(self, o) = _mm512_cmp_ps_mask::<_CMP_LE_OQ>(self.0, o.0);
        eq(self, o) = _mm512_cmp_ps_mask::<_CMP_EQ_OQ>(self.0, o.0);
    }
    #[inline(always)]
    fn select(mask: Mask16, yes: Self, no: Self) -> Self {
        // SAFETY: memory is not touched.
        Self(unsafe { _mm512_mask_blend_ps(mask.0, no.0, yes.0) })
    }
}

impl Real for F32x16 {
    const SINGLE: bool = true;
    type Wide = F64x8;
    real_by_lane!(f32);
    native! {
        div(self, o) = _mm512_div_ps(self.0, o.0);
        sqrt(self) = _mm512_sqrt_ps(self.0);
        fma(self, a, b) = _mm512_fmadd_ps(self.0, a.0, b.0);
        fma_exact(self, a, b) = _mm512_fmadd_ps(self.0, a.0, b.0);
        floor(self) = _mm512_roundscale_ps::<9>(self.0);
        ceil(self) = _mm512_roundscale_ps::<10>(self.0);
        round(self) = _mm512_roundscale_ps::<8>(self.0);
        trunc(self) = _mm512_roundscale_ps::<11>(self.0);
        // Bit by bit: the sign's bit from the second, the others from the first.
        copysign(self, sign) = _mm512_castsi512_ps(_mm512_ternarylogic_epi32::<0xd8>(
            _mm512_castps_si512(self.0), _mm512_castps_si512(sign.0), _mm512_set1_epi32(i32::MIN)));
        scale2(self, n) = _mm512_scalef_ps(self.0, n.0);
    }
    comparisons! { Mask16:
        is_negative(self) = _mm512_movepi32_mask(_mm512_castps_si512(self.0));
        is_nan(self) = _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(self.0, self.0);
    }
    #[inline(always)]
    fn pow2(n: Self) -> Self {
        Self::of(1.0).scale2(n)
    }
    #[inline(always)]
    fn split_normal(self) -> (Self, Self) {
        // SAFETY: memory is not touched.
        let (m, e) = unsafe { (Self(_mm512_getmant_ps::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_SRC>(self.0)), Self(_mm512_getexp_ps(self.0))) };
        let high = Self::of(std::f64::consts::SQRT_2).le(m);
        (Self::select(high, m.mul(Self::of(0.5)), m), Self::select(high, e.add(Self::of(1.0)), e))
    }
    #[inline(always)]
    fn split(self) -> (Self, Self) {
        self.split_normal()
    }
    #[inline(always)]
    fn widen(self) -> (F64x8, F64x8) {
        // SAFETY: memory is not touched.
        unsafe { (F64x8(_mm512_cvtps_pd(_mm512_castps512_ps256(self.0))), F64x8(_mm512_cvtps_pd(_mm512_extractf32x8_ps::<1>(self.0)))) }
    }
    #[inline(always)]
    fn narrow(first: F64x8, second: F64x8) -> Self {
        // SAFETY: memory is not touched.
        Self(unsafe { _mm512_insertf32x8::<1>(_mm512_castps256_ps512(_mm512_cvtpd_ps(first.0)), _mm512_cvtpd_ps(second.0)) })
    }
}

impl Number for F64x8 {
    memory!(f64, 8, u8, Mask8, _mm512_set1_pd, _mm512_loadu_pd, _mm512_storeu_pd, _mm512_maskz_loadu_pd, _mm512_mask_storeu_pd);
    number_by_lane!(f64, 8);
    native! {
        add(self, o) = _mm512_add_pd(self.0, o.0);
        sub(self, o) = _mm512_sub_pd(self.0, o.0);
        mul(self, o) = _mm512_mul_pd(self.0, o.0);
        neg(self) = _mm512_xor_pd(self.0, _mm512_set1_pd(-0.0));
        abs(self) = _mm512_abs_pd(self.0);
        min(self, o) = _mm512_mask_mov_pd(_mm512_min_pd(self.0, o.0), self.is_nan().0, self.0);
        max(self, o) = _mm512_mask_mov_pd(_mm512_max_pd(self.0, o.0), self.is_nan().0, self.0);
        at_least(self, low) = _mm512_max_pd(low.0, self.0);
        at_most(self, high) = _mm512_min_pd(high.0, self.0);
    }
    comparisons! { Mask8:
        lt(self, o) = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(self.0, o.0);
        le(self, o) = _mm512_cmp_pd_mask::<_CMP_LE_OQ>(self.0, o.0);
        eq(self, o) = _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(self.0, o.0);
    }
    #[inline(always)]
    fn select(mask: Mask8, yes: Self, no: Self) -> Self {
        // SAFETY: memory is not touched.
        Self(unsafe { _mm512_mask_blend_pd(mask.0, no.0, yes.0) })
    }
}

impl Real for F64x8 {
    const SINGLE: bool = false;
    type Wide = F64x8;
    real_by_lane!(f64);
    native! {
        div(self, o) = _mm512_div_pd(self.0, o.0);
        sqrt(self) = _mm512_sqrt_pd(self.0);
        fma(self, a, b) = _mm512_fmadd_pd(self.0, a.0, b.0);
        fma_exact(self, a, b) = _mm512_fmadd_pd(self.0, a.0, b.0);
        floor(self) = _mm512_roundscale_pd::<9>(self.0);
        ceil(self) = _mm512_roundscale_pd::<10>(self.0);
        round(self) = _mm512_roundscale_pd::<8>(self.0);
        trunc(self) = _mm512_roundscale_pd::<11>(self.0);
        copysign(self, sign) = _mm512_castsi512_pd(_mm512_ternarylogic_epi64::<0xd8>(
            _mm512_castpd_si512(self.0), _mm512_castpd_si512(sign.0), _mm512_set1_epi64(i64::MIN)));
        scale2(self, n) = _mm512_scalef_pd(self.0, n.0);
    }
    comparisons! { Mask8:
        is_negative(self) = _mm512_movepi64_mask(_mm512_castpd_si512(self.0));
        is_nan(self) = _mm512_cmp_pd_mask::<_CMP_UNORD_Q>(self.0, self.0);
    }
    #[inline(always)]
    fn pow2(n: Self) -> Self {
        Self::of(1.0).scale2(n)
    }
    #[inline(always)]
    fn split_normal(self) -> (Self, Self) {
        // SAFETY: memory is not touched.
        let (m, e) = unsafe { (Self(_mm512_getmant_pd::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_SRC>(self.0)), Self(_mm512_getexp_pd(self.0))) };
        let high = Self::of(std::f64::consts::SQRT_2).le(m);
        (Self::select(high, m.mul(Self::of(0.5)), m), Self::select(high, e.add(Self::of(1.0)), e))
    }
    #[inline(always)]
    fn split(self) -> (Self, Self) {
        self.split_normal()
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
