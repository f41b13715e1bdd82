//! The error of every function over all exponents, against f64 of std, at every level this CPU has; and the special cases.
use crate::Isa;
use crate::each::{Block, FloatFormula, float_block_at};
use crate::lanes::Real;
use tensor::DType;

macro_rules! formulas {
    ($($name:ident: $method:ident;)*) => {$(
        struct $name;
        impl FloatFormula for $name {
            const ARITY: usize = 1;
            #[inline(always)]
            fn apply<T: Real>([x, ..]: [T; 3]) -> T {
                x.$method()
            }
        }
    )*};
}
formulas! {
    Exp: exp; Expm1: expm1; Log: log; Log1p: log1p; Sin: sin; Cos: cos; Tan: tan; Asin: asin; Acos: acos; Atan: atan; Sinh: sinh;
    Cosh: cosh; Tanh: tanh; Asinh: asinh; Acosh: acosh; Atanh: atanh; Sigmoid: sigmoid; Softplus: softplus; Erf: erf; Erfc: erfc;
    Rsqrt: rsqrt; Sqrt: sqrt; Floor: floor; Ceil: ceil; Round: round; Trunc: trunc;
}
struct Pow;
impl FloatFormula for Pow {
    const ARITY: usize = 2;
    #[inline(always)]
    fn apply<T: Real>([x, y, _]: [T; 3]) -> T {
        x.pow(y)
    }
}
struct Atan2;
impl FloatFormula for Atan2 {
    const ARITY: usize = 2;
    #[inline(always)]
    fn apply<T: Real>([y, x, _]: [T; 3]) -> T {
        y.atan2(x)
    }
}

fn sigmoid(x: f64) -> f64 {
    if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) }
}
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p() + if x.is_nan() { x } else { 0.0 }
}

type Entry = (&'static str, fn(Isa, DType) -> Option<Block>, fn(f64) -> f64, f64, f64);

/// Name, block, reference, and the error allowed in units of the last place, for f32 and for f64 (where the reference itself is
/// off by up to one; std's inverse hyperbolic functions are off by more).
const TABLE: [Entry; 26] = [
    ("exp", float_block_at::<Exp>, f64::exp, 1.0, 2.0),
    ("expm1", float_block_at::<Expm1>, f64::exp_m1, 2.0, 4.0),
    ("log", float_block_at::<Log>, f64::ln, 1.0, 2.0),
    ("log1p", float_block_at::<Log1p>, f64::ln_1p, 1.5, 3.0),
    ("sin", float_block_at::<Sin>, f64::sin, 1.5, 2.0),
    ("cos", float_block_at::<Cos>, f64::cos, 1.5, 2.0),
    ("tan", float_block_at::<Tan>, f64::tan, 3.0, 4.0),
    ("asin", float_block_at::<Asin>, f64::asin, 3.0, 1.0),
    ("acos", float_block_at::<Acos>, f64::acos, 3.0, 1.0),
    ("atan", float_block_at::<Atan>, f64::atan, 3.0, 1.0),
    ("sinh", float_block_at::<Sinh>, f64::sinh, 2.5, 4.0),
    ("cosh", float_block_at::<Cosh>, f64::cosh, 2.0, 3.0),
    ("tanh", float_block_at::<Tanh>, f64::tanh, 1.5, 2.0),
    ("asinh", float_block_at::<Asinh>, libm::asinh, 3.0, 4.0),
    ("acosh", float_block_at::<Acosh>, |x| if x < 1.0 { f64::NAN } else { libm::acosh(x) }, 3.0, 4.0),
    ("atanh", float_block_at::<Atanh>, libm::atanh, 3.0, 4.0),
    ("sigmoid", float_block_at::<Sigmoid>, sigmoid, 2.5, 4.0),
    ("softplus", float_block_at::<Softplus>, softplus, 2.5, 4.0),
    ("erf", float_block_at::<Erf>, libm::erf, 1.5, 0.0),
    ("erfc", float_block_at::<Erfc>, libm::erfc, 0.5, 0.0),
    ("rsqrt", float_block_at::<Rsqrt>, |x| 1.0 / x.sqrt(), 1.5, 1.0),
    ("sqrt", float_block_at::<Sqrt>, f64::sqrt, 0.5, 0.0),
    ("floor", float_block_at::<Floor>, f64::floor, 0.0, 0.0),
    ("ceil", float_block_at::<Ceil>, f64::ceil, 0.0, 0.0),
    ("round", float_block_at::<Round>, f64::round_ties_even, 0.0, 0.0),
    ("trunc", float_block_at::<Trunc>, f64::trunc, 0.0, 0.0),
];

/// Numbers of every exponent and both signs, whole and half numbers, and the limits.
fn sweep() -> Vec<f32> {
    let mut x: Vec<f32> = (0..=u32::MAX).step_by(9973).map(f32::from_bits).filter(|x| x.is_finite()).collect();
    x.extend((-40_000..40_000).map(|i| i as f32 * 0.0025));
    x.extend((-400..400).map(|i| i as f32 * 0.5));
    x.extend((-1000..1000).map(|i| 1.0 + i as f32 * f32::EPSILON));
    x.extend([
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        0.0,
        -0.0,
        f32::MAX,
        f32::MIN,
        f32::MIN_POSITIVE,
        88.72283,
        88.8,
        89.4,
        -103.9,
        -104.5,
    ]);
    x
}

fn error32(got: f32, want: f64) -> f64 {
    if got as f64 == want || got.is_nan() && want.is_nan() || got == want as f32 {
        return if got.is_finite() { (got as f64 - want).abs() / unit32(want) } else { 0.0 };
    }
    if got.is_finite() && want.is_finite() { (got as f64 - want).abs() / unit32(want) } else { f64::INFINITY }
}
fn unit32(x: f64) -> f64 {
    let x = (x.abs() as f32).clamp(f32::MIN_POSITIVE, f32::MAX);
    f64::powi(2.0, (x.to_bits() >> 23) as i32 - 127 - 23)
}
fn error64(got: f64, want: f64) -> f64 {
    if got == want || got.is_nan() && want.is_nan() {
        return 0.0;
    }
    let unit = f64::from_bits(want.abs().max(f64::MIN_POSITIVE).to_bits() & 0x7ff << 52) * f64::EPSILON;
    if got.is_finite() && want.is_finite() { (got - want).abs() / unit } else { f64::INFINITY }
}

fn apply<T: Copy + Default>(block: Block, x: &[T], y: &[T]) -> Vec<T> {
    let mut out = vec![T::default(); x.len()];
    // SAFETY: as many elements each.
    unsafe { block([x.as_ptr().cast(), y.as_ptr().cast(), x.as_ptr().cast()], out.as_mut_ptr().cast(), x.len()) }
    out
}

#[test]
fn errors_stay_within_the_table() {
    let x = sweep();
    let mut wide: Vec<f64> = x.iter().map(|x| *x as f64).collect();
    wide.extend((0..u64::MAX - (1 << 46)).step_by(1 << 46).map(|b| f64::from_bits(b + b / 3 % 999_983)).filter(|x| x.is_finite()));
    let mut failed = Vec::new();
    for isa in Isa::available() {
        for (name, block, reference, limit32, limit64) in TABLE {
            let y = apply(block(isa, DType::F32).unwrap(), &x, &x);
            let (at, worst) = largest(&y, |i| error32(y[i], reference(x[i] as f64)));
            let z = apply(block(isa, DType::F64).unwrap(), &wide, &wide);
            let (at64, worst64) = largest(&z, |i| error64(z[i], reference(wide[i])));
            println!("{name:9} {isa:7} f32 {worst:6.2} ulp at {:<14e} f64 {worst64:6.2} ulp at {:e}", x[at], wide[at64]);
            if worst > limit32 || worst64 > limit64 {
                failed
                    .push(format!("{name} {isa}: f32 {worst} at {:e} ({}), f64 {worst64} at {:e} ({})", x[at], y[at], wide[at64], z[at64]));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

fn largest<T>(y: &[T], error: impl Fn(usize) -> f64) -> (usize, f64) {
    (0..y.len()).map(|i| (i, error(i))).fold((0, 0.0), |a, b| if b.1 > a.1 { b } else { a })
}

#[test]
fn powers_and_angles_of_pairs() {
    let special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        -2.0,
        0.5,
        -0.5,
        3.0,
        -3.0,
        2.5,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        1e30,
        -1e30,
        16777217.0,
        1e-40,
    ];
    let mut pairs: Vec<(f32, f32)> = special.iter().flat_map(|x| special.iter().map(move |y| (*x, *y))).collect();
    let mut philox = tensor::Philox::new(3);
    for _ in 0..200_000 {
        let mut draw =
            |scale: i32| (philox.below(1 << 24) as f32 / 8388608.0 - 1.0) * f32::powi(2.0, philox.below(2 * scale as u64) as i32 - scale);
        pairs.push((draw(40), draw(6)));
        pairs.push((draw(3).abs(), draw(7)));
    }
    let (x, y): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
    let (wide, high): (Vec<f64>, Vec<f64>) = x.iter().zip(&y).map(|(x, y)| (*x as f64, *y as f64)).unzip();
    for isa in Isa::available() {
        for (name, block, reference, limit) in [
            ("pow", float_block_at::<Pow>(isa, DType::F32), f64::powf as fn(f64, f64) -> f64, 0.51),
            ("atan2", float_block_at::<Atan2>(isa, DType::F32), f64::atan2, 3.0),
        ] {
            let z = apply(block.unwrap(), &x, &y);
            for i in 0..324 {
                let want = reference(wide[i], high[i]) as f32;
                assert!(
                    z[i].is_nan() == want.is_nan() && (want.is_nan() || z[i].is_sign_negative() == want.is_sign_negative()),
                    "{name} {isa} of {} and {}: {} for {want}",
                    x[i],
                    y[i],
                    z[i]
                );
            }
            let (at, worst) = largest(&z, |i| error32(z[i], reference(wide[i], high[i])));
            println!("{name:9} {isa:7} f32 {worst:6.2} ulp at {:e}, {:e}", x[at], y[at]);
            assert!(worst <= limit, "{name} {isa} of {:e} and {:e}: {:e}", x[at], y[at], z[at]);
        }
        let z = apply(float_block_at::<Pow>(isa, DType::F64).unwrap(), &wide, &high);
        assert!((0..z.len()).all(|i| error64(z[i], wide[i].powf(high[i])) == 0.0));
    }
}
