//! One way to write arithmetic for a number and for a vector of numbers: a formula over `Number` or `Real` is read as plain
//! f32, as 8 AVX2 lanes or as 16 AVX-512 lanes. `run` and `Level` choose the reading; everything here must be inlined into
//! the function that enables the instructions, which is why every method is `inline(always)`.
use crate::{Isa, vmath};

/// Methods of a vector type that are one expression of intrinsics over the lanes.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! native {
    ($($name:ident($self:ident $(, $x:ident)*) = $value:expr;)*) => {$(
        #[inline(always)]
        fn $name($self $(, $x: Self)*) -> Self {
            // SAFETY: vectors are only made inside functions that enable their instructions; memory is not touched.
            Self(unsafe { $value })
        }
    )*};
}

/// Comparisons of a vector type, each one expression of intrinsics.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! comparisons {
    ($mask:ident: $($name:ident($self:ident $(, $x:ident)*) = $value:expr;)*) => {$(
        #[inline(always)]
        fn $name($self $(, $x: Self)*) -> $mask {
            // SAFETY: vectors are only made inside functions that enable their instructions; memory is not touched.
            $mask(unsafe { $value })
        }
    )*};
}

/// The methods of `Number` that a vector type does lane by lane.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! number_by_lane {
    ($item:ty, $lanes:literal) => {
        #[inline(always)]
        fn floor_div(self, o: Self) -> Self {
            self.div(o).floor()
        }
        #[inline(always)]
        fn floor_mod(self, o: Self) -> Self {
            let (a, b) = (self.to_array(), o.to_array());
            Self::from_array(std::array::from_fn(|i| Number::floor_mod(a[i], b[i])))
        }
        #[inline(always)]
        fn power(self, o: Self) -> Self {
            self.pow(o)
        }
        #[inline(always)]
        fn fold(self, f: impl Fn($item, $item) -> $item) -> $item {
            let mut a = self.to_array();
            let mut half = $lanes / 2;
            while half > 0 {
                for i in 0..half {
                    a[i] = f(a[i], a[i + half]);
                }
                half /= 2;
            }
            a[0]
        }
    };
}

/// The methods of `Real` that a vector type does lane by lane.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! real_by_lane {
    ($item:ty) => {
        #[inline(always)]
        fn lanewise(self, f: fn(f64) -> f64) -> Self {
            Self::from_array(self.to_array().map(|x| f(x as f64) as $item))
        }
        #[inline(always)]
        fn lanewise2(self, o: Self, f: fn(f64, f64) -> f64) -> Self {
            let (a, b) = (self.to_array(), o.to_array());
            Self::from_array(std::array::from_fn(|i| f(a[i] as f64, b[i] as f64) as $item))
        }
    };
}

/// A vector type and its way to and from an array.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! vector {
    ($(#[$doc:meta])* $name:ident($native:ty): [$item:ty; $lanes:literal]) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name(pub $native);
        impl $name {
            /// The lanes.
            #[inline(always)]
            pub fn to_array(self) -> [$item; $lanes] {
                // SAFETY: same size, and any bits are a float.
                unsafe { std::mem::transmute(self.0) }
            }
            /// Lanes from an array.
            #[inline(always)]
            pub fn from_array(a: [$item; $lanes]) -> Self {
                // SAFETY: same size, and any bits are a vector.
                Self(unsafe { std::mem::transmute::<[$item; $lanes], $native>(a) })
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
pub mod avx2;
#[cfg(target_arch = "x86_64")]
pub mod avx512;
#[cfg(target_arch = "aarch64")]
pub mod neon;
mod scalar;

/// The first `n` lanes.
#[inline(always)]
pub(crate) fn first<V: Number>(n: usize) -> V::Mask {
    let ones = [1u8; 64];
    // SAFETY: n is at most the lanes, and those at most 64.
    unsafe { V::load_mask(ones.as_ptr(), n) }
}

/// One truth value for each lane.
pub trait Mask: Copy {
    /// Lane by lane.
    fn and(self, o: Self) -> Self;
    /// Lane by lane.
    fn or(self, o: Self) -> Self;
    /// Lane by lane.
    fn not(self) -> Self;
    /// Whether some lane is true.
    fn any(self) -> bool;
}

/// A number, or a vector of numbers taken lane by lane.
pub trait Number: Copy {
    /// What a lane holds.
    type Item: Number<Item = Self::Item> + Default;
    /// What comparisons give.
    type Mask: Mask;
    /// How many lanes.
    const LANES: usize;

    /// A constant in every lane; integers saturate as `as` does.
    fn of(x: f64) -> Self;
    /// One value in every lane.
    fn splat(x: Self::Item) -> Self;
    /// Reads `LANES` values.
    ///
    /// # Safety
    /// `p` must be valid for reading them; it need not be aligned.
    unsafe fn load(p: *const Self::Item) -> Self;
    /// Writes `LANES` values.
    ///
    /// # Safety
    /// `p` must be valid for writing them; it need not be aligned.
    unsafe fn store(self, p: *mut Self::Item);
    /// Reads `n` values, zeros after them.
    ///
    /// # Safety
    /// `p` must be valid for reading `n` values, `n <= LANES`.
    unsafe fn load_part(p: *const Self::Item, n: usize) -> Self;
    /// Writes the first `n` values.
    ///
    /// # Safety
    /// `p` must be valid for writing `n` values, `n <= LANES`.
    unsafe fn store_part(self, p: *mut Self::Item, n: usize);
    /// Reads `n` bytes, true where not 0.
    ///
    /// # Safety
    /// `p` must be valid for reading `n` bytes, `n <= LANES`.
    unsafe fn load_mask(p: *const u8, n: usize) -> Self::Mask;
    /// Writes `n` bytes, 0 or 1.
    ///
    /// # Safety
    /// `p` must be valid for writing `n` bytes, `n <= LANES`.
    unsafe fn store_mask(mask: Self::Mask, p: *mut u8, n: usize);

    /// Sum; integers wrap.
    fn add(self, o: Self) -> Self;
    /// Difference; integers wrap.
    fn sub(self, o: Self) -> Self;
    /// Product; integers wrap.
    fn mul(self, o: Self) -> Self;
    /// Negation; integers wrap.
    fn neg(self) -> Self;
    /// Absolute value; integers wrap.
    fn abs(self) -> Self;
    /// The smaller; NaN if either is.
    fn min(self, o: Self) -> Self;
    /// The larger; NaN if either is.
    fn max(self, o: Self) -> Self;
    /// `self`, but no lower than `low`, which must not be NaN; a NaN stays. Cheaper than `max`.
    fn at_least(self, low: Self) -> Self;
    /// `self`, but no higher than `high`, which must not be NaN; a NaN stays. Cheaper than `min`.
    fn at_most(self, high: Self) -> Self;
    /// Quotient rounded down; for integers 0 if the divisor is.
    fn floor_div(self, o: Self) -> Self;
    /// Remainder with the divisor's sign; for integers 0 if the divisor is.
    fn floor_mod(self, o: Self) -> Self;
    /// Power. Integers wrap, and give 0 for a negative exponent unless the base is 1 or -1.
    fn power(self, o: Self) -> Self;
    /// Less than.
    fn lt(self, o: Self) -> Self::Mask;
    /// Less or equal.
    fn le(self, o: Self) -> Self::Mask;
    /// Equal.
    fn eq(self, o: Self) -> Self::Mask;
    /// Unequal, true if either is NaN.
    #[inline(always)]
    fn ne(self, o: Self) -> Self::Mask {
        self.eq(o).not()
    }
    /// `yes` where the mask is true, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// All lanes folded into one, as a balanced tree: first half with second half, and so on.
    fn fold(self, f: impl Fn(Self::Item, Self::Item) -> Self::Item) -> Self::Item;
}

/// A vector's worth of numbers, or the first `n` of one.
///
/// # Safety
/// As `Number::load` if `FULL`, else as `Number::load_part`.
#[inline(always)]
pub unsafe fn load<V: Number, const FULL: bool>(p: *const V::Item, n: usize) -> V {
    // SAFETY: the caller's.
    unsafe { if FULL { V::load(p) } else { V::load_part(p, n) } }
}

/// Writes a vector's worth of numbers, or the first `n` of one.
///
/// # Safety
/// As `Number::store` if `FULL`, else as `Number::store_part`.
#[inline(always)]
pub unsafe fn store<V: Number, const FULL: bool>(x: V, p: *mut V::Item, n: usize) {
    // SAFETY: the caller's.
    unsafe { if FULL { x.store(p) } else { x.store_part(p, n) } }
}

/// A floating-point `Number`, with the functions of `vmath` as methods.
pub trait Real: Number {
    /// Whether it is single precision; chooses coefficients.
    const SINGLE: bool;
    /// The same lanes in double precision, half a vector at a time.
    type Wide: Real;

    /// Quotient.
    fn div(self, o: Self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// `self * a + b`, rounded once where the CPU can.
    fn fma(self, a: Self, b: Self) -> Self;
    /// `self * a + b` without the rounding error of the product on any CPU. Slow on some.
    fn fma_exact(self, a: Self, b: Self) -> Self;
    /// Rounds down.
    fn floor(self) -> Self;
    /// Rounds up.
    fn ceil(self) -> Self;
    /// Rounds to nearest, ties to even.
    fn round(self) -> Self;
    /// Rounds towards zero.
    #[inline(always)]
    fn trunc(self) -> Self {
        self.abs().floor().copysign(self)
    }
    /// The magnitude of `self` with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// Whether the sign bit is set: true for -0 and some NaN.
    fn is_negative(self) -> Self::Mask;
    /// 2^n for a whole `n` that gives a normal number; anything otherwise.
    fn pow2(n: Self) -> Self;
    /// `self * 2^n` for a whole `n`, overflowing and underflowing as it should.
    #[inline(always)]
    fn scale2(self, n: Self) -> Self {
        let (low, high) = if Self::SINGLE { (-252.0, 254.0) } else { (-2044.0, 2046.0) };
        let n = n.at_least(Self::of(low)).at_most(Self::of(high));
        let half = n.mul(Self::of(0.5)).floor();
        self.mul(Self::pow2(half)).mul(Self::pow2(n.sub(half)))
    }
    /// Mantissa in [sqrt(1/2), sqrt(2)) and exponent of a positive, finite, normal number.
    fn split_normal(self) -> (Self, Self);
    /// Mantissa in [sqrt(1/2), sqrt(2)) and exponent of a positive, finite number.
    #[inline(always)]
    fn split(self) -> (Self, Self) {
        let (least, lift) = if Self::SINGLE { (f32::MIN_POSITIVE as f64, 32.0) } else { (f64::MIN_POSITIVE, 64.0) };
        let factor = if Self::SINGLE { 4294967296.0 } else { 18446744073709551616.0 };
        let tiny = self.lt(Self::of(least));
        let lifted = self.mul(Self::of(factor));
        let (m, e) = Self::select(tiny, lifted, self).split_normal();
        (m, Self::select(tiny, e.sub(Self::of(lift)), e))
    }
    /// Each lane through a function of f64: for what is too rare to write for vectors.
    fn lanewise(self, f: fn(f64) -> f64) -> Self;
    /// Each pair of lanes through a function of f64.
    fn lanewise2(self, o: Self, f: fn(f64, f64) -> f64) -> Self;
    /// The lanes in double precision, first half and second half.
    fn widen(self) -> (Self::Wide, Self::Wide);
    /// The opposite of `widen`, rounding to nearest.
    fn narrow(first: Self::Wide, second: Self::Wide) -> Self;

    /// Whether NaN.
    #[inline(always)]
    fn is_nan(self) -> Self::Mask {
        self.ne(self)
    }
    /// 1 / square root.
    #[inline(always)]
    fn rsqrt(self) -> Self {
        Self::of(1.0).div(self.sqrt())
    }
    /// e^x.
    #[inline(always)]
    fn exp(self) -> Self {
        vmath::exp(self)
    }
    /// e^x - 1, exact near 0.
    #[inline(always)]
    fn expm1(self) -> Self {
        vmath::expm1(self)
    }
    /// Natural logarithm.
    #[inline(always)]
    fn log(self) -> Self {
        vmath::log(self)
    }
    /// log(1 + x), exact near 0.
    #[inline(always)]
    fn log1p(self) -> Self {
        vmath::log1p(self)
    }
    /// Sine.
    #[inline(always)]
    fn sin(self) -> Self {
        vmath::sin(self)
    }
    /// Cosine.
    #[inline(always)]
    fn cos(self) -> Self {
        vmath::cos(self)
    }
    /// Tangent.
    #[inline(always)]
    fn tan(self) -> Self {
        vmath::tan(self)
    }
    /// Inverse sine.
    #[inline(always)]
    fn asin(self) -> Self {
        vmath::asin(self)
    }
    /// Inverse cosine.
    #[inline(always)]
    fn acos(self) -> Self {
        vmath::acos(self)
    }
    /// Inverse tangent.
    #[inline(always)]
    fn atan(self) -> Self {
        vmath::atan(self)
    }
    /// Hyperbolic sine.
    #[inline(always)]
    fn sinh(self) -> Self {
        vmath::sinh(self)
    }
    /// Hyperbolic cosine.
    #[inline(always)]
    fn cosh(self) -> Self {
        vmath::cosh(self)
    }
    /// Hyperbolic tangent.
    #[inline(always)]
    fn tanh(self) -> Self {
        vmath::tanh(self)
    }
    /// Inverse hyperbolic sine.
    #[inline(always)]
    fn asinh(self) -> Self {
        vmath::asinh(self)
    }
    /// Inverse hyperbolic cosine.
    #[inline(always)]
    fn acosh(self) -> Self {
        vmath::acosh(self)
    }
    /// Inverse hyperbolic tangent.
    #[inline(always)]
    fn atanh(self) -> Self {
        vmath::atanh(self)
    }
    /// 1 / (1 + e^-x).
    #[inline(always)]
    fn sigmoid(self) -> Self {
        vmath::sigmoid(self)
    }
    /// log(1 + e^x), never overflowing.
    #[inline(always)]
    fn softplus(self) -> Self {
        vmath::softplus(self)
    }
    /// Error function.
    #[inline(always)]
    fn erf(self) -> Self {
        vmath::erf(self)
    }
    /// 1 - erf(x), exact for large x.
    #[inline(always)]
    fn erfc(self) -> Self {
        vmath::erfc(self)
    }
    /// Angle of the point (x, self).
    #[inline(always)]
    fn atan2(self, x: Self) -> Self {
        vmath::atan2(self, x)
    }
    /// `self` to the power `y`, with IEEE's special cases.
    #[inline(always)]
    fn pow(self, y: Self) -> Self {
        vmath::pow(self, y)
    }
}

/// The vector types of one instruction set.
pub trait Level {
    /// Which.
    const ISA: Isa;
    /// Lanes of f32.
    type F32: Real<Item = f32, Wide = Self::F64>;
    /// Lanes of f64.
    type F64: Real<Item = f64>;
}

/// Plain numbers.
pub struct Scalar;
impl Level for Scalar {
    const ISA: Isa = Isa::Scalar;
    type F32 = f32;
    type F64 = f64;
}

/// 8 floats.
#[cfg(target_arch = "x86_64")]
pub struct Avx2;
#[cfg(target_arch = "x86_64")]
impl Level for Avx2 {
    const ISA: Isa = Isa::Avx2;
    type F32 = avx2::F32x8;
    type F64 = avx2::F64x4;
}

/// 16 floats.
#[cfg(target_arch = "x86_64")]
pub struct Avx512;
#[cfg(target_arch = "x86_64")]
impl Level for Avx512 {
    const ISA: Isa = Isa::Avx512;
    type F32 = avx512::F32x16;
    type F64 = avx512::F64x8;
}

/// 4 floats.
#[cfg(target_arch = "aarch64")]
pub struct Neon;
#[cfg(target_arch = "aarch64")]
impl Level for Neon {
    const ISA: Isa = Isa::Neon;
    type F32 = neon::F32x4;
    type F64 = neon::F64x2;
}

/// Something to do with the vectors of whichever level.
pub trait Work {
    /// What it gives.
    type Output;
    /// Does it. Must be `inline(always)`, and so must what it calls with vectors.
    fn at<L: Level>(self) -> Self::Output;
}

/// Does `work` at a level. Panics if this CPU does not have it.
pub fn run<W: Work>(isa: Isa, work: W) -> W::Output {
    assert!(isa.supported(), "this CPU has no {isa}");
    match isa {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: supported, by the assertion.
        Isa::Avx512 => unsafe { run_avx512(work) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: supported, by the assertion.
        Isa::Avx2 => unsafe { run_avx2(work) },
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => work.at::<Neon>(),
        _ => work.at::<Scalar>(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,f16c")]
fn run_avx512<W: Work>(work: W) -> W::Output {
    work.at::<Avx512>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c")]
fn run_avx2<W: Work>(work: W) -> W::Output {
    work.at::<Avx2>()
}
