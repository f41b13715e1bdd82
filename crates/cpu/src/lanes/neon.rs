//! 4 floats and 2 doubles in NEON registers, which every 64-bit ARM has; masks are lanes of all ones and all zeros.
use super::{Mask, Number, Real};
use std::arch::aarch64::*;

/// All ones or all zeros in each of 4 lanes.
#[derive(Clone, Copy)]
pub struct Mask32x4(pub uint32x4_t);
/// All ones or all zeros in each of 2 lanes.
#[derive(Clone, Copy)]
pub struct Mask64x2(pub uint64x2_t);

impl Mask for Mask32x4 {
    native! {
        and(self, o) = vandq_u32(self.0, o.0);
        or(self, o) = vorrq_u32(self.0, o.0);
        not(self) = vmvnq_u32(self.0);
    }
    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: NEON is part of the target.
        unsafe { vmaxvq_u32(self.0) != 0 }
    }
}

impl Mask for Mask64x2 {
    native! {
        and(self, o) = vandq_u64(self.0, o.0);
        or(self, o) = vorrq_u64(self.0, o.0);
        not(self) = vreinterpretq_u64_u32(vmvnq_u32(vreinterpretq_u32_u64(self.0)));
    }
    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: NEON is part of the target.
        unsafe { vmaxvq_u32(vreinterpretq_u32_u64(self.0)) != 0 }
    }
}

vector! {
    /// 4 floats.
    F32x4(float32x4_t): [f32; 4]
}
vector! {
    /// 2 doubles.
    F64x2(float64x2_t): [f64; 2]
}

/// Reads and writes of a vector type; NEON has no masked ones, so a part goes through an array.
macro_rules! memory {
    ($item:ty, $lanes:literal, $bits:ty, $mask:ident, $set:ident, $load:ident, $store:ident, $load_bits:ident) => {
        type Item = $item;
        type Mask = $mask;
        const LANES: usize = $lanes;
        #[inline(always)]
        fn of(x: f64) -> Self {
            Self::splat(x as $item)
        }
        #[inline(always)]
        fn splat(x: $item) -> Self {
            // SAFETY: NEON is part of the target.
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
            let mut a = [0.0; $lanes];
            // SAFETY: `n` values, as promised by the caller.
            unsafe { std::ptr::copy_nonoverlapping(p, a.as_mut_ptr(), n) }
            Self::from_array(a)
        }
        #[inline(always)]
        unsafe fn store_part(self, p: *mut $item, n: usize) {
            // SAFETY: `n` values, as promised by the caller.
            unsafe { std::ptr::copy_nonoverlapping(self.to_array().as_ptr(), p, n) }
        }
        #[inline(always)]
        unsafe fn load_mask(p: *const u8, n: usize) -> $mask {
            let mut a = [0 as $bits; $lanes];
            for i in 0..n {
                // SAFETY: `n` bytes, as promised by the caller.
                a[i] = if unsafe { *p.add(i) } != 0 { !0 } else { 0 };
            }
            // SAFETY: reads the array.
            $mask(unsafe { $load_bits(a.as_ptr()) })
        }
        #[inline(always)]
        unsafe fn store_mask(mask: $mask, p: *mut u8, n: usize) {
            // SAFETY: same size, and any bits are integers.
            let a: [$bits; $lanes] = unsafe { std::mem::transmute(mask.0) };
            for i in 0..n {
                // SAFETY: `n` bytes, as promised by the caller.
                unsafe { *p.add(i) = (a[i] & 1) as u8 }
            }
        }
    };
}

impl Number for F32x4 {
    memory!(f32, 4, u32, Mask32x4, vdupq_n_f32, vld1q_f32, vst1q_f32, vld1q_u32);
    number_by_lane!(f32, 4);
    native! {
        add(self, o) = vaddq_f32(self.0, o.0);
        sub(self, o) = vsubq_f32(self.0, o.0);
        mul(self, o) = vmulq_f32(self.0, o.0);
        neg(self) = vnegq_f32(self.0);
        abs(self) = vabsq_f32(self.0);
        min(self, o) = vminq_f32(self.0, o.0);
        max(self, o) = vmaxq_f32(self.0, o.0);
        at_least(self, low) = vmaxq_f32(self.0, low.0);
        at_most(self, high) = vminq_f32(self.0, high.0);
    }
    comparisons! { Mask32x4:
        lt(self, o) = vcltq_f32(self.0, o.0);
        le(self, o) = vcleq_f32(self.0, o.0);
        eq(self, o) = vceqq_f32(self.0, o.0);
    }
    #[inline(always)]
    fn select(mask: Mask32x4, yes: Self, no: Self) -> Self {
        // SAFETY: NEON is part of the target.
        Self(unsafe { vbslq_f32(mask.0, yes.0, no.0) })
    }
}

impl Real for F32x4 {
    const SINGLE: bool = true;
    type Wide = F64x2;
    real_by_lane!(f32);
    native! {
        div(self, o) = vdivq_f32(self.0, o.0);
        sqrt(self) = vsqrtq_f32(self.0);
        fma(self, a, b) = vfmaq_f32(b.0, self.0, a.0);
        fma_exact(self, a, b) = vfmaq_f32(b.0, self.0, a.0);
        floor(self) = vrndmq_f32(self.0);
        ceil(self) = vrndpq_f32(self.0);
        round(self) = vrndnq_f32(self.0);
        trunc(self) = vrndq_f32(self.0);
        copysign(self, sign) = vbslq_f32(vdupq_n_u32(1 << 31), sign.0, self.0);
    }
    comparisons! { Mask32x4:
        is_negative(self) = vcltzq_s32(vreinterpretq_s32_f32(self.0));
    }
    #[inline(always)]
    fn pow2(n: Self) -> Self {
        let biased = n.add(Self::of(12582912.0 + 127.0));
        // SAFETY: NEON is part of the target.
        Self(unsafe { vreinterpretq_f32_u32(vshlq_n_u32::<23>(vreinterpretq_u32_f32(biased.0))) })
    }
    #[inline(always)]
    fn split_normal(self) -> (Self, Self) {
        // SAFETY: NEON is part of the target.
        unsafe {
            let bits = vreinterpretq_s32_f32(self.0);
            let e = vshrq_n_s32::<23>(vsubq_s32(bits, vdupq_n_s32(0x3f35_04f3)));
            (Self(vreinterpretq_f32_s32(vsubq_s32(bits, vshlq_n_s32::<23>(e)))), Self(vcvtq_f32_s32(e)))
        }
    }
    #[inline(always)]
    fn widen(self) -> (F64x2, F64x2) {
        // SAFETY: NEON is part of the target.
        unsafe { (F64x2(vcvt_f64_f32(vget_low_f32(self.0))), F64x2(vcvt_high_f64_f32(self.0))) }
    }
    #[inline(always)]
    fn narrow(first: F64x2, second: F64x2) -> Self {
        // SAFETY: NEON is part of the target.
        Self(unsafe { vcvt_high_f32_f64(vcvt_f32_f64(first.0), second.0) })
    }
}

impl Number for F64x2 {
    memory!(f64, 2, u64, Mask64x2, vdupq_n_f64, vld1q_f64, vst1q_f64, vld1q_u64);
    number_by_lane!(f64, 2);
    native! {
        add(self, o) = vaddq_f64(self.0, o.0);
        sub(self, o) = vsubq_f64(self.0, o.0);
        mul(self, o) = vmulq_f64(self.0, o.0);
        neg(self) = vnegq_f64(self.0);
        abs(self) = vabsq_f64(self.0);
        min(self, o) = vminq_f64(self.0, o.0);
        max(self, o) = vmaxq_f64(self.0, o.0);
        at_least(self, low) = vmaxq_f64(self.0, low.0);
        at_most(self, high) = vminq_f64(self.0, high.0);
    }
    comparisons! { Mask64x2:
        lt(self, o) = vcltq_f64(self.0, o.0);
        le(self, o) = vcleq_f64(self.0, o.0);
        eq(self, o) = vceqq_f64(self.0, o.0);
    }
    #[inline(always)]
    fn select(mask: Mask64x2, yes: Self, no: Self) -> Self {
        // SAFETY: NEON is part of the target.
        Self(unsafe { vbslq_f64(mask.0, yes.0, no.0) })
    }
}

impl Real for F64x2 {
    const SINGLE: bool = false;
    type Wide = F64x2;
    real_by_lane!(f64);
    native! {
        div(self, o) = vdivq_f64(self.0, o.0);
        sqrt(self) = vsqrtq_f64(self.0);
        fma(self, a, b) = vfmaq_f64(b.0, self.0, a.0);
        fma_exact(self, a, b) = vfmaq_f64(b.0, self.0, a.0);
        floor(self) = vrndmq_f64(self.0);
        ceil(self) = vrndpq_f64(self.0);
        round(self) = vrndnq_f64(self.0);
        trunc(self) = vrndq_f64(self.0);
        copysign(self, sign) = vbslq_f64(vdupq_n_u64(1 << 63), sign.0, self.0);
    }
    comparisons! { Mask64x2:
        is_negative(self) = vcltzq_s64(vreinterpretq_s64_f64(self.0));
    }
    #[inline(always)]
    fn pow2(n: Self) -> Self {
        let biased = n.add(Self::of(6755399441055744.0 + 1023.0));
        // SAFETY: NEON is part of the target.
        Self(unsafe { vreinterpretq_f64_u64(vshlq_n_u64::<52>(vreinterpretq_u64_f64(biased.0))) })
    }
    #[inline(always)]
    fn split_normal(self) -> (Self, Self) {
        // SAFETY: NEON is part of the target.
        unsafe {
            let bits = vreinterpretq_s64_f64(self.0);
            let e = vshrq_n_s64::<52>(vsubq_s64(bits, vdupq_n_s64(0x3fe6_a09e_667f_3bcd)));
            (Self(vreinterpretq_f64_s64(vsubq_s64(bits, vshlq_n_s64::<52>(e)))), Self(vcvtq_f64_s64(e)))
        }
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
