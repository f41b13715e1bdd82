//! The elementwise ops, a few lines each: TensorFlow's name, family, sample range, formula, gradient.
use crate::{
    elementwise::{Elementwise, Family},
    op::Site,
    value::Value,
};
use cpu::each::{
    Block, FloatFormula, Logical, NumberFormula, Predicate, float_block, logical_block, number_block, predicate_block, select_block,
};
use cpu::lanes::{Mask, Number, Real};
use tensor::DType;

/// What flows back to the one input of an op.
fn one(dx: Value) -> Vec<Option<Value>> {
    vec![Some(dx)]
}

/// What flows back to both inputs of an op.
fn two(dx: Value, dz: Value) -> Vec<Option<Value>> {
    vec![Some(dx), Some(dz)]
}

/// For ops that are flat almost everywhere.
fn flat(site: &Site) -> Vec<Option<Value>> {
    vec![None; site.inputs.len()]
}

fn where_or_zero(condition: &Value, dy: &Value) -> Value {
    Value::select(condition, dy, &Value::scalar(dy.dtype(), 0.0))
}

macro_rules! kernel {
    (Float $name:ident [$($x:ident),*] $formula:expr) => {
        impl FloatFormula for $name {
            const ARITY: usize = [$(stringify!($x)),*].len();
            #[inline(always)]
            fn apply<T: Real>([$($x,)* ..]: [T; 3]) -> T { $formula }
        }
    };
    (Number $name:ident [$($x:ident),*] $formula:expr) => {
        impl NumberFormula for $name {
            const ARITY: usize = [$(stringify!($x)),*].len();
            #[inline(always)]
            fn apply<T: Number>([$($x,)* ..]: [T; 3]) -> T { $formula }
        }
    };
    (Test $name:ident [$($x:ident),*] $formula:expr) => {
        impl Predicate for $name {
            const ARITY: usize = [$(stringify!($x)),*].len();
            #[inline(always)]
            fn test<T: Number>([$($x,)* ..]: [T; 3]) -> T::Mask { $formula }
        }
    };
    (Logical $name:ident [$($x:ident),*] $formula:expr) => {};
    (Select $name:ident [$($x:ident),*] $formula:expr) => {};
}

macro_rules! block {
    (Float $name:ident $inputs:ident $formula:expr) => {
        float_block::<$name>($inputs[0])
    };
    (Number $name:ident $inputs:ident $formula:expr) => {
        number_block::<$name>($inputs[0])
    };
    (Test $name:ident $inputs:ident $formula:expr) => {
        predicate_block::<$name>(if $inputs[0] == DType::Bool { DType::U8 } else { $inputs[0] })
    };
    (Logical $name:ident $inputs:ident $formula:expr) => {
        Some(logical_block($formula))
    };
    (Select $name:ident $inputs:ident $formula:expr) => {
        Some(select_block($inputs[1]))
    };
}

/// One line of doc, then name, TensorFlow's name, family, range, formula and gradient of each op; makes the list as well.
macro_rules! elementwise {
    ($($(#[$doc:meta])* $name:ident $tf:literal $family:ident $range:expr, |$($x:ident),*| $formula:expr, $gradient:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, Default)]
            pub struct $name;
            kernel!($family $name [$($x),*] $formula);
            impl Elementwise for $name {
                const NAME: &'static str = $tf;
                const ARITY: usize = [$(stringify!($x)),*].len();
                const FAMILY: Family = Family::$family;
                const RANGE: (f64, f64) = $range;
                fn block(inputs: &[DType]) -> Option<Block> {
                    let _ = inputs;
                    block!($family $name inputs $formula)
                }
                fn gradient(site: &Site) -> Vec<Option<Value>> {
                    let rule: fn(&Site) -> Vec<Option<Value>> = $gradient;
                    rule(site)
                }
            }
        )*
        /// The elementwise ops.
        pub const MATH: &[&dyn crate::op::Op] = &[$(&$name),*];
    };
}

const ANY: (f64, f64) = (-3.0, 3.0);
const POSITIVE: (f64, f64) = (0.3, 3.0);
const UNIT: (f64, f64) = (-0.9, 0.9);
const ABOVE_ONE: (f64, f64) = (1.2, 3.0);

elementwise! {
    /// |x|
    Abs "Abs" Number POSITIVE, |x| x.abs(), |s| one(s.dy() * s.x(0).sign());
    /// Inverse cosine.
    Acos "Acos" Float UNIT, |x| x.acos(), |s| one(-(s.dy() * (1.0 - s.x(0).square()).rsqrt()));
    /// Inverse hyperbolic cosine.
    Acosh "Acosh" Float ABOVE_ONE, |x| x.acosh(), |s| one(s.dy() * (s.x(0).square() - 1.0).rsqrt());
    /// x + z
    Add "AddV2" Number ANY, |x, z| x.add(z), |s| two(s.dy().clone(), s.dy().clone());
    /// Inverse sine.
    Asin "Asin" Float UNIT, |x| x.asin(), |s| one(s.dy() * (1.0 - s.x(0).square()).rsqrt());
    /// Inverse hyperbolic sine.
    Asinh "Asinh" Float ANY, |x| x.asinh(), |s| one(s.dy() * (s.x(0).square() + 1.0).rsqrt());
    /// Inverse tangent.
    Atan "Atan" Float ANY, |x| x.atan(), |s| one(s.dy() / (s.x(0).square() + 1.0));
    /// Angle of the point (z, x).
    Atan2 "Atan2" Float POSITIVE, |x, z| x.atan2(z), |s| {
        let r = s.dy() / (s.x(0).square() + s.x(1).square());
        two(&r * s.x(1), -(&r * s.x(0)))
    };
    /// Inverse hyperbolic tangent.
    Atanh "Atanh" Float UNIT, |x| x.atanh(), |s| one(s.dy() / (1.0 - s.x(0).square()));
    /// Smallest whole number not below.
    Ceil "Ceil" Float ANY, |x| x.ceil(), flat;
    /// Cosine.
    Cos "Cos" Float ANY, |x| x.cos(), |s| one(-(s.dy() * s.x(0).sin()));
    /// Hyperbolic cosine.
    Cosh "Cosh" Float ANY, |x| x.cosh(), |s| one(s.dy() * s.x(0).sinh());
    /// x / z of floats.
    Div "RealDiv" Float POSITIVE, |x, z| x.div(z), |s| two(s.dy() / s.x(1), -(s.dy() * s.y() / s.x(1)));
    /// x above zero, e^x - 1 below. Clevert, Unterthiner, Hochreiter 2015.
    Elu "Elu" Float POSITIVE, |x| T::select(T::of(0.0).lt(x), x, x.expm1()), |s| {
        let slope = Value::select(&s.x(0).greater(0.0), &Value::scalar(s.y().dtype(), 1.0), &(s.y() + 1.0));
        one(s.dy() * slope)
    };
    /// x == z
    Equal "Equal" Test ANY, |x, z| x.eq(z), flat;
    /// The error function.
    Erf "Erf" Float ANY, |x| x.erf(), |s| one(s.dy() * (-s.x(0).square()).exp() * std::f64::consts::FRAC_2_SQRT_PI);
    /// 1 - erf(x)
    Erfc "Erfc" Float ANY, |x| x.erfc(), |s| one(s.dy() * (-s.x(0).square()).exp() * -std::f64::consts::FRAC_2_SQRT_PI);
    /// e^x
    Exp "Exp" Float ANY, |x| x.exp(), |s| one(s.dy() * s.y());
    /// e^x - 1, exact near zero.
    Expm1 "Expm1" Float ANY, |x| x.expm1(), |s| one(s.dy() * (s.y() + 1.0));
    /// Largest whole number not above.
    Floor "Floor" Float ANY, |x| x.floor(), flat;
    /// Floor of x / z.
    FloorDiv "FloorDiv" Number POSITIVE, |x, z| x.floor_div(z), flat;
    /// x - z floor(x / z): Python's %.
    FloorMod "FloorMod" Number (1.1, 1.9), |x, z| x.floor_mod(z), |s| {
        two(s.dy().clone(), -(s.dy() * Value::apply(FloorDiv, &[s.x(0), s.x(1)])))
    };
    /// x > z
    Greater "Greater" Test ANY, |x, z| z.lt(x), flat;
    /// x >= z
    GreaterEqual "GreaterEqual" Test ANY, |x, z| z.le(x), flat;
    /// Neither infinite nor NaN.
    IsFinite "IsFinite" Test ANY, |x| x.sub(x).eq(T::of(0.0)), flat;
    /// Infinite.
    IsInf "IsInf" Test ANY, |x| x.eq(x).and(x.sub(x).ne(T::of(0.0))), flat;
    /// Not a number.
    IsNan "IsNan" Test ANY, |x| x.ne(x), flat;
    /// x < z
    Less "Less" Test ANY, |x, z| x.lt(z), flat;
    /// x <= z
    LessEqual "LessEqual" Test ANY, |x, z| x.le(z), flat;
    /// Natural logarithm.
    Log "Log" Float POSITIVE, |x| x.log(), |s| one(s.dy() / s.x(0));
    /// log(1 + x), exact near zero.
    Log1p "Log1p" Float POSITIVE, |x| x.log1p(), |s| one(s.dy() / (s.x(0) + 1.0));
    /// x and z
    LogicalAnd "LogicalAnd" Logical ANY, |x, z| Logical::And, flat;
    /// not x
    LogicalNot "LogicalNot" Logical ANY, |x| Logical::Not, flat;
    /// x or z
    LogicalOr "LogicalOr" Logical ANY, |x, z| Logical::Or, flat;
    /// The larger; the gradient of a tie goes to x, as in TensorFlow.
    Maximum "Maximum" Number ANY, |x, z| x.max(z), |s| {
        let first = s.x(0).greater_equal(s.x(1));
        two(where_or_zero(&first, s.dy()), where_or_zero(&first.logical_not(), s.dy()))
    };
    /// The smaller; the gradient of a tie goes to x, as in TensorFlow.
    Minimum "Minimum" Number ANY, |x, z| x.min(z), |s| {
        let first = s.x(0).less_equal(s.x(1));
        two(where_or_zero(&first, s.dy()), where_or_zero(&first.logical_not(), s.dy()))
    };
    /// x z
    Mul "Mul" Number ANY, |x, z| x.mul(z), |s| two(s.dy() * s.x(1), s.dy() * s.x(0));
    /// -x
    Neg "Neg" Number ANY, |x| x.neg(), |s| one(-s.dy());
    /// x != z
    NotEqual "NotEqual" Test ANY, |x, z| x.ne(z), flat;
    /// x to the power z.
    Pow "Pow" Float POSITIVE, |x, z| x.pow(z), |s| {
        let zero = Value::scalar(s.y().dtype(), 0.0);
        let dx = s.dy() * s.x(1) * Value::apply(Pow, &[s.x(0), &(s.x(1) - 1.0)]);
        // Only where x is positive does the logarithm exist; elsewhere TensorFlow lets nothing flow to the exponent.
        let positive = s.x(0).greater(0.0);
        let log = Value::select(&positive, &Value::select(&positive, s.x(0), &(&zero + 1.0)).log(), &zero);
        two(dx, s.dy() * s.y() * log)
    };
    /// 1 / x
    Reciprocal "Reciprocal" Float POSITIVE, |x| T::of(1.0).div(x), |s| one(-(s.dy() * s.y().square()));
    /// max(x, 0)
    Relu "Relu" Number POSITIVE, |x| x.max(T::of(0.0)), |s| one(where_or_zero(&s.y().greater(0.0), s.dy()));
    /// Nearest whole number, ties to even.
    Round "Rint" Float ANY, |x| x.round(), flat;
    /// 1 / sqrt(x)
    Rsqrt "Rsqrt" Float POSITIVE, |x| x.rsqrt(), |s| one(s.dy() * s.y() * s.y().square() * -0.5);
    /// x where the condition holds, z elsewhere.
    Select "SelectV2" Select ANY, |c, x, z| (), |s| {
        vec![None, Some(where_or_zero(s.x(0), s.dy())), Some(where_or_zero(&s.x(0).logical_not(), s.dy()))]
    };
    /// Scaled elu. Klambauer, Unterthiner, Mayr, Hochreiter 2017.
    Selu "Selu" Float POSITIVE, |x| T::select(T::of(0.0).lt(x), x.mul(T::of(SELU_SCALE)), x.expm1().mul(T::of(SELU_SCALE * SELU_ALPHA))), |s| {
        let slope = Value::select(&s.x(0).greater(0.0), &Value::scalar(s.y().dtype(), SELU_SCALE), &(s.y() + SELU_SCALE * SELU_ALPHA));
        one(s.dy() * slope)
    };
    /// 1 / (1 + e^-x)
    Sigmoid "Sigmoid" Float ANY, |x| x.sigmoid(), |s| one(s.dy() * (s.y() * (1.0 - s.y())));
    /// -1, 0 or 1.
    Sign "Sign" Number POSITIVE, |x| T::select(T::of(0.0).lt(x), T::of(1.0), T::select(x.lt(T::of(0.0)), T::of(-1.0), x.mul(T::of(0.0)))), flat;
    /// Sine.
    Sin "Sin" Float ANY, |x| x.sin(), |s| one(s.dy() * s.x(0).cos());
    /// Hyperbolic sine.
    Sinh "Sinh" Float ANY, |x| x.sinh(), |s| one(s.dy() * s.x(0).cosh());
    /// log(1 + e^x)
    Softplus "Softplus" Float ANY, |x| x.softplus(), |s| one(s.dy() * s.x(0).sigmoid());
    /// x / (1 + |x|)
    Softsign "Softsign" Float POSITIVE, |x| x.div(x.abs().add(T::of(1.0))), |s| one(s.dy() / (s.x(0).abs() + 1.0).square());
    /// Square root.
    Sqrt "Sqrt" Float POSITIVE, |x| x.sqrt(), |s| one(s.dy() * 0.5 / s.y());
    /// x x
    Square "Square" Number ANY, |x| x.mul(x), |s| one(s.dy() * s.x(0) * 2.0);
    /// (x - z)^2
    SquaredDifference "SquaredDifference" Number ANY, |x, z| { let d = x.sub(z); d.mul(d) }, |s| {
        let dx = s.dy() * (s.x(0) - s.x(1)) * 2.0;
        two(dx.clone(), -dx)
    };
    /// x - z
    Sub "Sub" Number ANY, |x, z| x.sub(z), |s| two(s.dy().clone(), -s.dy());
    /// Tangent.
    Tan "Tan" Float UNIT, |x| x.tan(), |s| one(s.dy() * (s.y().square() + 1.0));
    /// Hyperbolic tangent.
    Tanh "Tanh" Float ANY, |x| x.tanh(), |s| one(s.dy() * (1.0 - s.y().square()));
}

/// Selu's scale.
pub const SELU_SCALE: f64 = 1.0507009873554805;
/// Selu's alpha.
pub const SELU_ALPHA: f64 = 1.6732632423543772;
