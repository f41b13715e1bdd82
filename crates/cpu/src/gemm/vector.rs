//! Vector registers as products use them: fused multiply-add, broadcasts, masked tails; one type a register and number type.
//!
//! Everything is `#[inline(always)]` and takes on the instruction set of the `#[target_feature]` function it ends up in.

/// A register of `LANES` numbers.
///
/// # Safety
/// Every function needs the instruction set of the implementing type, and pointers good for the lanes it touches.
pub(crate) trait Vector: Copy {
    type Item: Copy;
    type Mask: Copy;
    const LANES: usize;
    unsafe fn zero() -> Self;
    unsafe fn splat(p: *const Self::Item) -> Self;
    unsafe fn load(p: *const Self::Item) -> Self;
    unsafe fn store(self, p: *mut Self::Item);
    /// The first `n` lanes, 1 to `LANES`.
    unsafe fn mask(n: usize) -> Self::Mask;
    /// Only the lanes of `m` are read; the others are zero.
    unsafe fn load_masked(p: *const Self::Item, m: Self::Mask) -> Self;
    /// Only the lanes of `m` are written.
    unsafe fn store_masked(self, p: *mut Self::Item, m: Self::Mask);
    unsafe fn add(self, other: Self) -> Self;
    /// `self + a * b`.
    unsafe fn fma(self, a: Self, b: Self) -> Self;
    /// The sum of all lanes.
    unsafe fn sum(self) -> Self::Item;
}

/// Asks for the line at any address, for soon.
#[inline(always)]
pub(super) fn now(p: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, which may name any address.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(p.cast())
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = p;
}

/// Asks for the line at any address to come near, not yet to the nearest cache.
#[inline(always)]
pub(super) fn soon(p: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, which may name any address.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T1 }>(p.cast())
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = p;
}

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86 {
    use super::Vector;
    use std::arch::x86_64::*;

    #[derive(Clone, Copy)]
    pub(crate) struct F32x16(__m512);
    #[derive(Clone, Copy)]
    pub(crate) struct F64x8(__m512d);
    #[derive(Clone, Copy)]
    pub(crate) struct F32x8(__m256);
    #[derive(Clone, Copy)]
    pub(crate) struct F64x4(__m256d);

    macro_rules! vector {
        ($name:ident, $item:ty, $lanes:literal, $mask:ty, $zero:ident, $splat:ident, $load:ident, $store:ident, $add:ident, $fma:ident,
         |$n:ident| $make:expr, |$p:ident, $m:ident| $load_masked:expr, |$q:ident, $k:ident, $v:ident| $store_masked:expr, |$s:ident| $sum:expr) => {
            // SAFETY of every block: the trait's contract gives the instruction set and the pointers.
            impl Vector for $name {
                type Item = $item;
                type Mask = $mask;
                const LANES: usize = $lanes;
                #[inline(always)]
                unsafe fn zero() -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($zero()) }
                }
                #[inline(always)]
                unsafe fn splat(p: *const $item) -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($splat(*p)) }
                }
                #[inline(always)]
                unsafe fn load(p: *const $item) -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($load(p)) }
                }
                #[inline(always)]
                unsafe fn store(self, p: *mut $item) {
                    // SAFETY: the trait's contract.
                    unsafe { $store(p, self.0) }
                }
                #[inline(always)]
                unsafe fn mask($n: usize) -> $mask {
                    // SAFETY: the trait's contract.
                    #[allow(unused_unsafe)]
                    unsafe {
                        $make
                    }
                }
                #[inline(always)]
                unsafe fn load_masked($p: *const $item, $m: $mask) -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($load_masked) }
                }
                #[inline(always)]
                unsafe fn store_masked(self, $q: *mut $item, $k: $mask) {
                    let $v = self.0;
                    // SAFETY: the trait's contract.
                    unsafe { $store_masked }
                }
                #[inline(always)]
                unsafe fn add(self, other: Self) -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($add(self.0, other.0)) }
                }
                #[inline(always)]
                unsafe fn fma(self, a: Self, b: Self) -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($fma(a.0, b.0, self.0)) }
                }
                #[inline(always)]
                unsafe fn sum(self) -> $item {
                    let $s = self.0;
                    // SAFETY: the trait's contract.
                    unsafe { $sum }
                }
            }
        };
    }
    #[inline(always)]
    unsafe fn sum8(v: __m256) -> f32 {
        // SAFETY: the caller's instruction set.
        unsafe {
            let v = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps::<1>(v));
            let v = _mm_add_ps(v, _mm_movehl_ps(v, v));
            _mm_cvtss_f32(_mm_add_ss(v, _mm_movehdup_ps(v)))
        }
    }
    #[inline(always)]
    unsafe fn sum4(v: __m256d) -> f64 {
        // SAFETY: the caller's instruction set.
        unsafe {
            let v = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd::<1>(v));
            _mm_cvtsd_f64(_mm_add_sd(v, _mm_unpackhi_pd(v, v)))
        }
    }
    vector!(
        F32x16,
        f32,
        16,
        __mmask16,
        _mm512_setzero_ps,
        _mm512_set1_ps,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_add_ps,
        _mm512_fmadd_ps,
        |n| ((1u32 << n) - 1) as __mmask16,
        |p, m| _mm512_maskz_loadu_ps(m, p),
        |q, k, v| _mm512_mask_storeu_ps(q, k, v),
        |s| sum8(_mm256_add_ps(_mm512_castps512_ps256(s), _mm256_castpd_ps(_mm512_extractf64x4_pd::<1>(_mm512_castps_pd(s)))))
    );
    vector!(
        F64x8,
        f64,
        8,
        __mmask8,
        _mm512_setzero_pd,
        _mm512_set1_pd,
        _mm512_loadu_pd,
        _mm512_storeu_pd,
        _mm512_add_pd,
        _mm512_fmadd_pd,
        |n| ((1u32 << n) - 1) as __mmask8,
        |p, m| _mm512_maskz_loadu_pd(m, p),
        |q, k, v| _mm512_mask_storeu_pd(q, k, v),
        |s| sum4(_mm256_add_pd(_mm512_castpd512_pd256(s), _mm512_extractf64x4_pd::<1>(s)))
    );
    vector!(
        F32x8,
        f32,
        8,
        __m256i,
        _mm256_setzero_ps,
        _mm256_set1_ps,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_add_ps,
        _mm256_fmadd_ps,
        |n| _mm256_cmpgt_epi32(_mm256_set1_epi32(n as i32), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)),
        |p, m| _mm256_maskload_ps(p, m),
        |q, k, v| _mm256_maskstore_ps(q, k, v),
        |s| sum8(s)
    );
    vector!(
        F64x4,
        f64,
        4,
        __m256i,
        _mm256_setzero_pd,
        _mm256_set1_pd,
        _mm256_loadu_pd,
        _mm256_storeu_pd,
        _mm256_add_pd,
        _mm256_fmadd_pd,
        |n| _mm256_cmpgt_epi64(_mm256_set1_epi64x(n as i64), _mm256_setr_epi64x(0, 1, 2, 3)),
        |p, m| _mm256_maskload_pd(p, m),
        |q, k, v| _mm256_maskstore_pd(q, k, v),
        |s| sum4(s)
    );
}

/// NEON registers. Written against the documentation and cross-compiled; it has not run on hardware.
#[cfg(target_arch = "aarch64")]
pub(crate) mod arm {
    use super::Vector;
    use std::arch::aarch64::*;

    #[derive(Clone, Copy)]
    pub(crate) struct F32x4(float32x4_t);
    #[derive(Clone, Copy)]
    pub(crate) struct F64x2(float64x2_t);

    macro_rules! vector {
        ($name:ident, $item:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident, $add:ident, $fma:ident, $sum:ident) => {
            impl Vector for $name {
                type Item = $item;
                type Mask = usize;
                const LANES: usize = $lanes;
                #[inline(always)]
                unsafe fn zero() -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($splat(0.0)) }
                }
                #[inline(always)]
                unsafe fn splat(p: *const $item) -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($splat(*p)) }
                }
                #[inline(always)]
                unsafe fn load(p: *const $item) -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($load(p)) }
                }
                #[inline(always)]
                unsafe fn store(self, p: *mut $item) {
                    // SAFETY: the trait's contract.
                    unsafe { $store(p, self.0) }
                }
                #[inline(always)]
                unsafe fn mask(n: usize) -> usize {
                    n
                }
                #[inline(always)]
                unsafe fn load_masked(p: *const $item, m: usize) -> Self {
                    let mut lanes = [0.0; $lanes];
                    // SAFETY: the trait's contract; m is at most the lanes.
                    unsafe {
                        std::ptr::copy_nonoverlapping(p, lanes.as_mut_ptr(), m);
                        $name($load(lanes.as_ptr()))
                    }
                }
                #[inline(always)]
                unsafe fn store_masked(self, p: *mut $item, m: usize) {
                    let mut lanes = [0.0; $lanes];
                    // SAFETY: the trait's contract; m is at most the lanes.
                    unsafe {
                        $store(lanes.as_mut_ptr(), self.0);
                        std::ptr::copy_nonoverlapping(lanes.as_ptr(), p, m);
                    }
                }
                #[inline(always)]
                unsafe fn add(self, other: Self) -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($add(self.0, other.0)) }
                }
                #[inline(always)]
                unsafe fn fma(self, a: Self, b: Self) -> Self {
                    // SAFETY: the trait's contract.
                    unsafe { $name($fma(self.0, a.0, b.0)) }
                }
                #[inline(always)]
                unsafe fn sum(self) -> $item {
                    // SAFETY: the trait's contract.
                    unsafe { $sum(self.0) }
                }
            }
        };
    }
    vector!(F32x4, f32, 4, vdupq_n_f32, vld1q_f32, vst1q_f32, vaddq_f32, vfmaq_f32, vaddvq_f32);
    vector!(F64x2, f64, 2, vdupq_n_f64, vld1q_f64, vst1q_f64, vaddq_f64, vfmaq_f64, vaddvq_f64);
}

/// Plain numbers in an array that the compiler may put into whatever registers the build allows. Product and sum are rounded
/// apart: without the instruction, a fused one is a library call.
#[derive(Clone, Copy)]
pub(crate) struct Plain<T, const L: usize>([T; L]);

macro_rules! plain {
    ($item:ty, $lanes:literal) => {
        impl Vector for Plain<$item, $lanes> {
            type Item = $item;
            type Mask = usize;
            const LANES: usize = $lanes;
            #[inline(always)]
            unsafe fn zero() -> Self {
                Plain([0.0; $lanes])
            }
            #[inline(always)]
            unsafe fn splat(p: *const $item) -> Self {
                // SAFETY: the trait's contract.
                Plain([unsafe { *p }; $lanes])
            }
            #[inline(always)]
            unsafe fn load(p: *const $item) -> Self {
                // SAFETY: the trait's contract.
                Plain(unsafe { p.cast::<[$item; $lanes]>().read_unaligned() })
            }
            #[inline(always)]
            unsafe fn store(self, p: *mut $item) {
                // SAFETY: the trait's contract.
                unsafe { p.cast::<[$item; $lanes]>().write_unaligned(self.0) }
            }
            #[inline(always)]
            unsafe fn mask(n: usize) -> usize {
                n
            }
            #[inline(always)]
            unsafe fn load_masked(p: *const $item, m: usize) -> Self {
                let mut lanes = [0.0; $lanes];
                for (i, lane) in lanes.iter_mut().enumerate().take(m) {
                    // SAFETY: the trait's contract.
                    *lane = unsafe { *p.add(i) };
                }
                Plain(lanes)
            }
            #[inline(always)]
            unsafe fn store_masked(self, p: *mut $item, m: usize) {
                for (i, lane) in self.0.iter().enumerate().take(m) {
                    // SAFETY: the trait's contract.
                    unsafe { *p.add(i) = *lane }
                }
            }
            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                Plain(std::array::from_fn(|i| self.0[i] + other.0[i]))
            }
            #[inline(always)]
            unsafe fn fma(self, a: Self, b: Self) -> Self {
                Plain(std::array::from_fn(|i| self.0[i] + a.0[i] * b.0[i]))
            }
            #[inline(always)]
            unsafe fn sum(self) -> $item {
                self.0.iter().sum()
            }
        }
    };
}
plain!(f32, 4);
plain!(f64, 2);
