//! Plain numbers as one-lane vectors: the reading of formulas on a CPU without vectors, of integers everywhere, and of tests.
//! Without FMA, `mul_add` and the rounding methods of std are calls into libm, so the floats do not use them.
use super::{Mask, Number, Real};

impl Mask for bool {
    #[inline(always)]
    fn and(self, o: bool) -> bool {
        self & o
    }
    #[inline(always)]
    fn or(self, o: bool) -> bool {
        self | o
    }
    #[inline(always)]
    fn not(self) -> bool {
        !self
    }
    #[inline(always)]
    fn any(self) -> bool {
        self
    }
}

/// What floats and integers do alike.
macro_rules! one_lane {
    () => {
        type Item = Self;
        type Mask = bool;
        const LANES: usize = 1;
        #[inline(always)]
        fn of(x: f64) -> Self {
            x as Self
        }
        #[inline(always)]
        fn splat(x: Self) -> Self {
            x
        }
        #[inline(always)]
        unsafe fn load(p: *const Self) -> Self {
            // SAFETY: promised by the caller.
            unsafe { p.read_unaligned() }
        }
        #[inline(always)]
        unsafe fn store(self, p: *mut Self) {
            // SAFETY: promised by the caller.
            unsafe { p.write_unaligned(self) }
        }
        #[inline(always)]
        unsafe fn load_part(p: *const Self, n: usize) -> Self {
            // SAFETY: promised by the caller.
            if n > 0 { unsafe { p.read_unaligned() } } else { 0 as Self }
        }
        #[inline(always)]
        unsafe fn store_part(self, p: *mut Self, n: usize) {
            if n > 0 {
                // SAFETY: promised by the caller.
                unsafe { p.write_unaligned(self) }
            }
        }
        #[inline(always)]
        unsafe fn load_mask(p: *const u8, n: usize) -> bool {
            // SAFETY: promised by the caller.
            n > 0 && unsafe { *p } != 0
        }
        #[inline(always)]
        unsafe fn store_mask(mask: bool, p: *mut u8, n: usize) {
            if n > 0 {
                // SAFETY: promised by the caller.
                unsafe { *p = mask as u8 }
            }
        }
        #[inline(always)]
        fn min(self, o: Self) -> Self {
            #[allow(clippy::eq_op)]
            if self < o || self != self { self } else { o }
        }
        #[inline(always)]
        fn max(self, o: Self) -> Self {
            #[allow(clippy::eq_op)]
            if self > o || self != self { self } else { o }
        }
        #[inline(always)]
        fn at_least(self, low: Self) -> Self {
            if self < low { low } else { self }
        }
        #[inline(always)]
        fn at_most(self, high: Self) -> Self {
            if self > high { high } else { self }
        }
        #[inline(always)]
        fn lt(self, o: Self) -> bool {
            self < o
        }
        #[inline(always)]
        fn le(self, o: Self) -> bool {
            self <= o
        }
        #[inline(always)]
        fn eq(self, o: Self) -> bool {
            self == o
        }
        #[inline(always)]
        fn select(mask: bool, yes: Self, no: Self) -> Self {
            if mask { yes } else { no }
        }
        #[inline(always)]
        fn fold(self, _: impl Fn(Self, Self) -> Self) -> Self {
            self
        }
    };
}

macro_rules! float {
    ($t:ident, $single:literal, $whole:literal, $magic:literal, $bias:literal, $mantissa:literal, $root:literal) => {
        impl Number for $t {
            one_lane!();
            #[inline(always)]
            fn add(self, o: Self) -> Self {
                self + o
            }
            #[inline(always)]
            fn sub(self, o: Self) -> Self {
                self - o
            }
            #[inline(always)]
            fn mul(self, o: Self) -> Self {
                self * o
            }
            #[inline(always)]
            fn neg(self) -> Self {
                -self
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $t::abs(self)
            }
            #[inline(always)]
            fn floor_div(self, o: Self) -> Self {
                Real::floor(self / o)
            }
            #[inline(always)]
            fn floor_mod(self, o: Self) -> Self {
                let r = self % o;
                if r == 0.0 {
                    r.copysign(o)
                } else if (r < 0.0) != (o < 0.0) {
                    r + o
                } else {
                    r
                }
            }
            #[inline(always)]
            fn power(self, o: Self) -> Self {
                Real::pow(self, o)
            }
        }

        impl Real for $t {
            const SINGLE: bool = $single;
            type Wide = f64;
            #[inline(always)]
            fn div(self, o: Self) -> Self {
                self / o
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $t::sqrt(self)
            }
            #[inline(always)]
            fn fma(self, a: Self, b: Self) -> Self {
                if cfg!(target_arch = "aarch64") { self.mul_add(a, b) } else { self * a + b }
            }
            #[inline(always)]
            fn fma_exact(self, a: Self, b: Self) -> Self {
                if cfg!(target_arch = "aarch64") {
                    self.mul_add(a, b)
                } else if $single {
                    (self as f64 * a as f64 + b as f64) as Self
                } else {
                    sum_of_product(self as f64, a as f64, b as f64) as Self
                }
            }
            #[inline(always)]
            fn floor(self) -> Self {
                let r = Real::round(self);
                (if r > self { r - 1.0 } else { r }).copysign(self)
            }
            #[inline(always)]
            fn ceil(self) -> Self {
                let r = Real::round(self);
                (if r < self { r + 1.0 } else { r }).copysign(self)
            }
            #[inline(always)]
            fn round(self) -> Self {
                // Adding a number this large leaves no room for a fraction.
                let whole = <$t>::copysign($whole, self);
                if $t::abs(self) < $whole { ((self + whole) - whole).copysign(self) } else { self }
            }
            #[inline(always)]
            fn copysign(self, sign: Self) -> Self {
                $t::copysign(self, sign)
            }
            #[inline(always)]
            fn is_negative(self) -> bool {
                self.is_sign_negative()
            }
            #[inline(always)]
            fn pow2(n: Self) -> Self {
                // The sum has the biased exponent in its lowest bits.
                $t::from_bits((n + ($magic + $bias as $t)).to_bits() << $mantissa)
            }
            #[inline(always)]
            fn split_normal(self) -> (Self, Self) {
                let bits = self.to_bits();
                let e = bits.wrapping_sub($root).wrapping_add($bias << $mantissa) >> $mantissa;
                let m = bits.wrapping_sub(e << $mantissa).wrapping_add($bias << $mantissa);
                ($t::from_bits(m), e as i32 as $t - $bias as $t)
            }
            #[inline(always)]
            fn lanewise(self, f: fn(f64) -> f64) -> Self {
                f(self as f64) as Self
            }
            #[inline(always)]
            fn lanewise2(self, o: Self, f: fn(f64, f64) -> f64) -> Self {
                f(self as f64, o as f64) as Self
            }
            #[inline(always)]
            fn widen(self) -> (f64, f64) {
                (self as f64, 0.0)
            }
            #[inline(always)]
            fn narrow(first: f64, _: f64) -> Self {
                first as Self
            }
        }
    };
}
float!(f32, true, 8388608.0, 12582912.0, 127, 23, 0x3f35_04f3);
float!(f64, false, 4503599627370496.0, 6755399441055744.0, 1023, 52, 0x3fe6_a09e_667f_3bcd);

/// a * b + c with the product's error added back (Dekker).
#[inline(always)]
fn sum_of_product(a: f64, b: f64, c: f64) -> f64 {
    let halves = |x: f64| {
        let t = x * 134217729.0;
        let high = t - (t - x);
        (high, x - high)
    };
    let p = a * b;
    let ((ah, al), (bh, bl)) = (halves(a), halves(b));
    let product_error = ((ah * bh - p) + ah * bl + al * bh) + al * bl;
    let s = p + c;
    let back = s - p;
    let sum_error = (p - (s - back)) + (c - back);
    s + (product_error + sum_error)
}

macro_rules! integer {
    ($t:ident) => {
        impl Number for $t {
            one_lane!();
            #[inline(always)]
            fn add(self, o: Self) -> Self {
                self.wrapping_add(o)
            }
            #[inline(always)]
            fn sub(self, o: Self) -> Self {
                self.wrapping_sub(o)
            }
            #[inline(always)]
            fn mul(self, o: Self) -> Self {
                self.wrapping_mul(o)
            }
            #[inline(always)]
            fn neg(self) -> Self {
                self.wrapping_neg()
            }
            #[inline(always)]
            fn abs(self) -> Self {
                #[allow(unused_comparisons)]
                if self < 0 { self.wrapping_neg() } else { self }
            }
            #[inline(always)]
            fn floor_div(self, o: Self) -> Self {
                if o == 0 {
                    return 0;
                }
                let (q, r) = (self.wrapping_div(o), self.wrapping_rem(o));
                #[allow(unused_comparisons)]
                if r != 0 && (r < 0) != (o < 0) { q.wrapping_sub(1) } else { q }
            }
            #[inline(always)]
            fn floor_mod(self, o: Self) -> Self {
                if o == 0 {
                    return 0;
                }
                let r = self.wrapping_rem(o);
                #[allow(unused_comparisons)]
                if r != 0 && (r < 0) != (o < 0) { r.wrapping_add(o) } else { r }
            }
            #[inline(always)]
            fn power(self, o: Self) -> Self {
                #[allow(unused_comparisons)]
                if o < 0 {
                    return match self {
                        1 => 1,
                        x if x.wrapping_add(1) == 0 => {
                            if o & 1 == 0 {
                                1
                            } else {
                                x
                            }
                        }
                        _ => 0,
                    };
                }
                let (mut base, mut left, mut result) = (self, o, 1 as Self);
                while left > 0 {
                    if left & 1 == 1 {
                        result = result.wrapping_mul(base);
                    }
                    base = base.wrapping_mul(base);
                    left >>= 1;
                }
                result
            }
        }
    };
}
integer!(i32);
integer!(i64);
integer!(u8);
