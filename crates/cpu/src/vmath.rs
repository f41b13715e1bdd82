//! Elementary functions written once over `Real`: the same formula for one float and for sixteen, in single and double
//! precision by coefficients. NaN and infinities come out as IEEE and NumPy have them. The rest of double precision, and what
//! is rarely asked for, goes lane by lane to std. The test states the error of each function.
// Coefficients stand as published.
#![allow(clippy::excessive_precision)]
use crate::lanes::{Mask, Number, Real};
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, FRAC_PI_4, LN_2, LOG2_E, PI};

/// The polynomial with the given coefficients, highest power first.
#[inline(always)]
fn polynomial<T: Real, const N: usize>(x: T, coefficients: [f64; N]) -> T {
    let mut p = T::of(coefficients[0]);
    for c in &coefficients[1..] {
        p = p.fma(x, T::of(*c));
    }
    p
}

/// n and e^r - 1 such that x = n log 2 + r, with |r| at most about log(2) / 2. Beyond where e^x or 2 e^x is finite or not zero,
/// x is cut; NaN stays.
#[inline(always)]
fn exp_parts<T: Real>(x: T) -> (T, T) {
    let (low, high, ln2_high, ln2_low) = if T::SINGLE {
        (-106.0, 90.0, -0.693359375, 2.12194440e-4)
    } else {
        (-748.0, 712.0, -6.93145751953125e-1, -1.42860682030941723212e-6)
    };
    let x = x.at_least(T::of(low)).at_most(T::of(high));
    let n = x.mul(T::of(LOG2_E)).round();
    // The high part has so few bits that its product with n is exact.
    let r = n.fma(T::of(ln2_low), n.fma(T::of(ln2_high), x));
    let q = if T::SINGLE {
        polynomial(r, [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1])
    } else {
        polynomial(
            r,
            [
                1.0 / 6227020800.0,
                1.0 / 479001600.0,
                1.0 / 39916800.0,
                1.0 / 3628800.0,
                1.0 / 362880.0,
                1.0 / 40320.0,
                1.0 / 5040.0,
                1.0 / 720.0,
                1.0 / 120.0,
                1.0 / 24.0,
                1.0 / 6.0,
                0.5,
            ],
        )
    };
    (n, q.fma(r.mul(r), r))
}

#[inline(always)]
pub(crate) fn exp<T: Real>(x: T) -> T {
    let (n, p) = exp_parts(x);
    p.add(T::of(1.0)).scale2(n)
}

/// e^x / 2, finite as long as it can be.
#[inline(always)]
fn half_exp<T: Real>(x: T) -> T {
    let (n, p) = exp_parts(x);
    p.add(T::of(1.0)).scale2(n.sub(T::of(1.0)))
}

#[inline(always)]
pub(crate) fn expm1<T: Real>(x: T) -> T {
    // Outside, the result is -1 and infinite, and half of 2^n must stay finite.
    let (low, high) = if T::SINGLE { (-20.0, 89.0) } else { (-40.0, 710.0) };
    let (n, p) = exp_parts(x.at_least(T::of(low)).at_most(T::of(high)));
    // 2^n p + (2^n - 1), with everything halved because 2^n itself may be too large.
    let half = T::of(0.5);
    let s = half.scale2(n);
    let y = p.fma(s, s.sub(half));
    T::select(n.eq(T::of(0.0)), p, y.add(y))
}

/// log(2^e m) + c for m in [sqrt(1/2), sqrt(2)) (FreeBSD's e_log.c).
#[inline(always)]
fn log_parts<T: Real>(m: T, e: T, c: T) -> T {
    let f = m.sub(T::of(1.0));
    let s = f.div(f.add(T::of(2.0)));
    let z = s.mul(s);
    let (series, ln2_high, ln2_low) = if T::SINGLE {
        (polynomial(z, [0.24279078841, 0.28498786688, 0.40000972152, 0.66666662693]), 6.9313812256e-01, 9.0580006145e-06)
    } else {
        let coefficients = [
            1.479819860511658591e-01,
            1.531383769920937332e-01,
            1.818357216161805012e-01,
            2.222219843214978396e-01,
            2.857142874366239149e-01,
            3.999999999940941908e-01,
            6.666666666666735130e-01,
        ];
        (polynomial(z, coefficients), 6.93147180369123816490e-01, 1.90821492927058770002e-10)
    };
    let half_square = f.mul(f).mul(T::of(0.5));
    let low = s.fma(z.fma(series, half_square), e.fma(T::of(ln2_low), c));
    e.fma(T::of(ln2_high), f.sub(half_square.sub(low)))
}

/// The limits of a logarithm: infinity and NaN stay, 0 gives -infinity, what is below has none.
#[inline(always)]
fn log_limits<T: Real>(x: T, y: T) -> T {
    let zero = T::of(0.0);
    let y = T::select(x.lt(T::of(f64::INFINITY)), y, x);
    let y = T::select(x.eq(zero), T::of(f64::NEG_INFINITY), y);
    T::select(x.lt(zero), T::of(f64::NAN), y)
}

#[inline(always)]
pub(crate) fn log<T: Real>(x: T) -> T {
    let (m, e) = x.split();
    log_limits(x, log_parts(m, e, T::of(0.0)))
}

#[inline(always)]
pub(crate) fn log1p<T: Real>(x: T) -> T {
    let one = T::of(1.0);
    // The rounding error of 1 + x, exactly, whichever is larger.
    let u = one.add(x);
    let back = u.sub(one);
    let error = one.sub(u.sub(back)).add(x.sub(back));
    let (m, e) = u.split();
    let y = log_limits(u, log_parts(m, e, error.div(u)));
    T::select(x.eq(T::of(0.0)), x, y)
}

#[inline(always)]
pub(crate) fn tanh<T: Real>(x: T) -> T {
    let (a, one) = (x.abs(), T::of(1.0));
    let large = one.sub(T::of(2.0).div(exp(a.add(a)).add(one)));
    let z = a.mul(a);
    let quotient = if T::SINGLE {
        polynomial(z, [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1])
    } else {
        let p = polynomial(z, [-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3]);
        let q = polynomial(z, [1.0, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3]);
        p.div(q)
    };
    let small = quotient.mul(z).fma(a, a);
    T::select(a.lt(T::of(0.625)), small, large).copysign(x)
}

#[inline(always)]
pub(crate) fn sigmoid<T: Real>(x: T) -> T {
    let one = T::of(1.0);
    let e = exp(x.abs().neg());
    T::select(x.lt(T::of(0.0)), e, one).div(one.add(e))
}

#[inline(always)]
pub(crate) fn softplus<T: Real>(x: T) -> T {
    x.at_least(T::of(0.0)).add(log1p(exp(x.abs().neg())))
}

/// Beyond it the reduction below loses digits.
#[inline(always)]
fn too_large<T: Real>(x: T) -> T::Mask {
    x.abs().le(T::of(if T::SINGLE { 1.0e5 } else { 1.0e6 })).not()
}

/// The quadrant, 0 to 3, and what is left of x in [-pi/4, pi/4].
#[inline(always)]
fn quadrant<T: Real>(x: T) -> (T, T) {
    let n = x.mul(T::of(FRAC_2_PI)).round();
    let r = if T::SINGLE {
        let r = n.fma_exact(T::of(-1.5707963705062866), x);
        n.fma_exact(T::of(1.7151245100058819e-15), n.fma_exact(T::of(4.371138828673793e-08), r))
    } else {
        // 33 bits each: the products are exact.
        let r = n.fma(T::of(-1.57079632673412561417), x);
        n.fma(T::of(-2.0222662487959506e-21), n.fma(T::of(-6.07710050630396597660e-11), r))
    };
    (n.sub(n.mul(T::of(0.25)).floor().mul(T::of(4.0))), r)
}

#[inline(always)]
fn sin_part<T: Real>(r: T) -> T {
    let z = r.mul(r);
    let p = if T::SINGLE {
        polynomial(z, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1])
    } else {
        let coefficients = [
            1.58969099521155010221e-10,
            -2.50507602534068634195e-08,
            2.75573137070700676789e-06,
            -1.98412698298579493134e-04,
            8.33333333332248946124e-03,
            -1.66666666666666324348e-01,
        ];
        polynomial(z, coefficients)
    };
    p.mul(z).fma(r, r)
}

#[inline(always)]
fn cos_part<T: Real>(r: T) -> T {
    let z = r.mul(r);
    let p = if T::SINGLE {
        polynomial(z, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2])
    } else {
        let coefficients = [
            -1.13596475577881948265e-11,
            2.08757232129817482790e-09,
            -2.75573143513906633035e-07,
            2.48015872894767294178e-05,
            -1.38888888888741095749e-03,
            4.16666666666666019037e-02,
        ];
        polynomial(z, coefficients)
    };
    // 1 - z/2 rounds; what it drops is added back.
    let half = z.mul(T::of(0.5));
    let w = T::of(1.0).sub(half);
    w.add(p.fma(z.mul(z), T::of(1.0).sub(w).sub(half)))
}

#[inline(always)]
fn is_odd<T: Real>(whole: T) -> T::Mask {
    let half = whole.mul(T::of(0.5));
    half.floor().lt(half)
}

/// `y`, but where x is too large or no number, std's answer.
#[inline(always)]
fn unless_large<T: Real>(x: T, y: T, exact: fn(f64) -> f64) -> T {
    let large = too_large(x);
    if large.any() { T::select(large, x.lanewise(exact), y) } else { y }
}

#[inline(always)]
pub(crate) fn sin<T: Real>(x: T) -> T {
    let (q, r) = quadrant(x);
    let y = T::select(is_odd(q), cos_part(r), sin_part(r));
    unless_large(x, T::select(T::of(1.5).lt(q), y.neg(), y), f64::sin)
}

#[inline(always)]
pub(crate) fn cos<T: Real>(x: T) -> T {
    let (q, r) = quadrant(x);
    let y = T::select(is_odd(q), sin_part(r), cos_part(r));
    let minus = T::of(0.5).lt(q).and(q.lt(T::of(2.5)));
    unless_large(x, T::select(minus, y.neg(), y), f64::cos)
}

#[inline(always)]
pub(crate) fn tan<T: Real>(x: T) -> T {
    let (q, r) = quadrant(x);
    let (s, c, odd) = (sin_part(r), cos_part(r), is_odd(q));
    unless_large(x, T::select(odd, c.neg(), s).div(T::select(odd, s, c)), f64::tan)
}

/// Inverse sine of [0, 1/2], given its square as well.
#[inline(always)]
fn asin_part<T: Real>(x: T, square: T) -> T {
    polynomial(square, [4.2163199048e-2, 2.4181311049e-2, 4.5470025998e-2, 7.4953002686e-2, 1.6666752422e-1]).mul(square).fma(x, x)
}

#[inline(always)]
pub(crate) fn asin<T: Real>(x: T) -> T {
    if !T::SINGLE {
        return x.lanewise(f64::asin);
    }
    let a = x.abs();
    let steep = T::of(0.5).lt(a);
    let square = T::select(steep, T::of(0.5).mul(T::of(1.0).sub(a)), a.mul(a));
    let y = asin_part(T::select(steep, square.sqrt(), a), square);
    T::select(steep, T::of(FRAC_PI_2).sub(y.add(y)), y).copysign(x)
}

#[inline(always)]
pub(crate) fn acos<T: Real>(x: T) -> T {
    if !T::SINGLE {
        return x.lanewise(f64::acos);
    }
    let a = x.abs();
    let steep = T::of(0.5).lt(a);
    let square = T::select(steep, T::of(0.5).mul(T::of(1.0).sub(a)), a.mul(a));
    let y = asin_part(T::select(steep, square.sqrt(), a), square);
    let near_end = y.add(y);
    let near_end = T::select(x.lt(T::of(0.0)), T::of(PI).sub(near_end), near_end);
    T::select(steep, near_end, T::of(FRAC_PI_2).sub(y.copysign(x)))
}

/// Inverse tangent of [0, infinity] in single precision.
#[inline(always)]
fn atan_part<T: Real>(a: T) -> T {
    let one = T::of(1.0);
    let (far, near) = (T::of(2.414213562373095).lt(a), a.le(T::of(0.4142135623730950)));
    let above = T::select(far, one.neg(), a.sub(one));
    let below = T::select(far, a, a.add(one));
    let r = T::select(near, a, above.div(below));
    let base = T::select(far, T::of(FRAC_PI_2), T::of(FRAC_PI_4));
    let z = r.mul(r);
    let y = polynomial(z, [8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1]).mul(z).fma(r, r);
    T::select(near, y, base.add(y))
}

#[inline(always)]
pub(crate) fn atan<T: Real>(x: T) -> T {
    if T::SINGLE { atan_part(x.abs()).copysign(x) } else { x.lanewise(f64::atan) }
}

#[inline(always)]
pub(crate) fn atan2<T: Real>(y: T, x: T) -> T {
    if !T::SINGLE {
        return y.lanewise2(x, f64::atan2);
    }
    let (a, b) = (y.abs(), x.abs());
    let (low, high) = (a.min(b), a.max(b));
    // 0/0 and inf/inf stand for the axes and the diagonals.
    let slope = low.div(high);
    let slope = T::select(low.eq(T::of(0.0)), low, slope);
    let slope = T::select(low.eq(T::of(f64::INFINITY)), T::of(1.0), slope);
    let angle = atan_part(slope);
    let angle = T::select(b.lt(a), T::of(FRAC_PI_2).sub(angle), angle);
    T::select(x.is_negative(), T::of(PI).sub(angle), angle).copysign(y)
}

#[inline(always)]
pub(crate) fn sinh<T: Real>(x: T) -> T {
    let a = x.abs();
    let e = half_exp(a);
    let large = e.sub(T::of(0.25).div(e));
    let z = a.mul(a);
    let p = if T::SINGLE {
        polynomial(z, [1.0 / 39916800.0, 1.0 / 362880.0, 1.0 / 5040.0, 1.0 / 120.0, 1.0 / 6.0])
    } else {
        let coefficients = [
            1.0 / 355687428096000.0,
            1.0 / 1307674368000.0,
            1.0 / 6227020800.0,
            1.0 / 39916800.0,
            1.0 / 362880.0,
            1.0 / 5040.0,
            1.0 / 120.0,
            1.0 / 6.0,
        ];
        polynomial(z, coefficients)
    };
    T::select(a.lt(T::of(1.0)), p.mul(z).fma(a, a), large).copysign(x)
}

#[inline(always)]
pub(crate) fn cosh<T: Real>(x: T) -> T {
    let e = half_exp(x.abs());
    e.add(T::of(0.25).div(e))
}

/// log(1 + y), or log(2 a) where a is so large that its square might overflow.
#[inline(always)]
fn log1p_or_double<T: Real>(a: T, y: T) -> T {
    let huge = T::of(if T::SINGLE { 1e9 } else { 1e17 }).lt(a);
    let l = log1p(T::select(huge, a, y));
    T::select(huge, l.add(T::of(LN_2)), l)
}

#[inline(always)]
pub(crate) fn asinh<T: Real>(x: T) -> T {
    let (a, one) = (x.abs(), T::of(1.0));
    let z = a.mul(a);
    log1p_or_double(a, a.add(z.div(one.add(z.add(one).sqrt())))).copysign(x)
}

#[inline(always)]
pub(crate) fn acosh<T: Real>(x: T) -> T {
    let one = T::of(1.0);
    let t = x.sub(one);
    let y = log1p_or_double(x, t.add(t.mul(t.add(T::of(2.0))).sqrt()));
    T::select(x.lt(one), T::of(f64::NAN), y)
}

#[inline(always)]
pub(crate) fn atanh<T: Real>(x: T) -> T {
    let a = x.abs();
    log1p(a.add(a).div(T::of(1.0).sub(a))).mul(T::of(0.5)).copysign(x)
}

#[inline(always)]
pub(crate) fn erf<T: Real>(x: T) -> T {
    if !T::SINGLE {
        return x.lanewise(libm::erf);
    }
    let (a, one) = (x.abs(), T::of(1.0));
    let z = a.mul(a);
    let small = polynomial(z, [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1]);
    let small = small.fma(a, a);
    // Beyond 4 it is 1.
    let t = a.at_most(T::of(4.0));
    let coefficients = [-1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1];
    let large = one.sub(exp(polynomial(t, coefficients).fma(t, t.neg())));
    T::select(T::of(0.921875).lt(a), large, small).copysign(x)
}

#[inline(always)]
pub(crate) fn erfc<T: Real>(x: T) -> T {
    x.lanewise(libm::erfc)
}

/// Single precision goes through double: the logarithm needs more digits than the result has.
#[inline(always)]
pub(crate) fn pow<T: Real>(x: T, y: T) -> T {
    if !T::SINGLE {
        return x.lanewise2(y, f64::powf);
    }
    let (zero, one, infinity) = (T::of(0.0), T::of(1.0), T::of(f64::INFINITY));
    let a = x.abs();
    let ((a0, a1), (y0, y1)) = (a.widen(), y.widen());
    let magnitude = T::narrow(exp(y0.mul(log(a0))), exp(y1.mul(log(a1))));
    let whole = y.floor().eq(y);
    let signed = T::select(x.is_negative().and(whole.and(is_odd(y))), magnitude.neg(), magnitude);
    let impossible = x.lt(zero).and(a.lt(infinity)).and(whole.not());
    let result = T::select(impossible, T::of(f64::NAN), signed);
    let is_one = x.eq(one).or(y.eq(zero)).or(a.eq(one).and(y.abs().eq(infinity)));
    // NaN to the power 0 is 1, but -1 to NaN is not.
    T::select(is_one, one, result)
}

#[cfg(test)]
mod tests;
