//! Elementary functions written once over `Real`, for a float as for sixteen: placeholder bodies lane by lane.
use crate::lanes::Real;
#[inline(always)]
pub(crate) fn exp<T: Real>(x: T) -> T {
    x.lanewise(f64::exp)
}
#[inline(always)]
pub(crate) fn expm1<T: Real>(x: T) -> T {
    x.lanewise(f64::exp_m1)
}
#[inline(always)]
pub(crate) fn log<T: Real>(x: T) -> T {
    x.lanewise(f64::ln)
}
#[inline(always)]
pub(crate) fn log1p<T: Real>(x: T) -> T {
    x.lanewise(f64::ln_1p)
}
#[inline(always)]
pub(crate) fn sin<T: Real>(x: T) -> T {
    x.lanewise(f64::sin)
}
#[inline(always)]
pub(crate) fn cos<T: Real>(x: T) -> T {
    x.lanewise(f64::cos)
}
#[inline(always)]
pub(crate) fn tan<T: Real>(x: T) -> T {
    x.lanewise(f64::tan)
}
#[inline(always)]
pub(crate) fn asin<T: Real>(x: T) -> T {
    x.lanewise(f64::asin)
}
#[inline(always)]
pub(crate) fn acos<T: Real>(x: T) -> T {
    x.lanewise(f64::acos)
}
#[inline(always)]
pub(crate) fn atan<T: Real>(x: T) -> T {
    x.lanewise(f64::atan)
}
#[inline(always)]
pub(crate) fn sinh<T: Real>(x: T) -> T {
    x.lanewise(f64::sinh)
}
#[inline(always)]
pub(crate) fn cosh<T: Real>(x: T) -> T {
    x.lanewise(f64::cosh)
}
#[inline(always)]
pub(crate) fn tanh<T: Real>(x: T) -> T {
    x.lanewise(f64::tanh)
}
#[inline(always)]
pub(crate) fn asinh<T: Real>(x: T) -> T {
    x.lanewise(f64::asinh)
}
#[inline(always)]
pub(crate) fn acosh<T: Real>(x: T) -> T {
    x.lanewise(f64::acosh)
}
#[inline(always)]
pub(crate) fn atanh<T: Real>(x: T) -> T {
    x.lanewise(f64::atanh)
}
#[inline(always)]
pub(crate) fn sigmoid<T: Real>(x: T) -> T {
    x.lanewise(f64::exp)
}
#[inline(always)]
pub(crate) fn softplus<T: Real>(x: T) -> T {
    x.lanewise(f64::exp)
}
#[inline(always)]
pub(crate) fn erf<T: Real>(x: T) -> T {
    x.lanewise(f64::exp)
}
#[inline(always)]
pub(crate) fn erfc<T: Real>(x: T) -> T {
    x.lanewise(f64::exp)
}
#[inline(always)]
pub(crate) fn atan2<T: Real>(y: T, x: T) -> T {
    y.lanewise2(x, f64::atan2)
}
#[inline(always)]
pub(crate) fn pow<T: Real>(x: T, y: T) -> T {
    x.lanewise2(y, f64::powf)
}
