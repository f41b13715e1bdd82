//! Operators and elementwise methods on values, with plain numbers wherever a tensor may stand.
use crate::{
    ops::{cast::Cast, math::*},
    value::Value,
};
use std::ops;
use tensor::{DType, Shape};

macro_rules! operators {
    ($($trait:ident $method:ident $op:ident),*) => {$(
        impl ops::$trait<&Value> for &Value {
            type Output = Value;
            fn $method(self, other: &Value) -> Value { Value::apply($op, &[self, other]) }
        }
        impl ops::$trait<Value> for &Value {
            type Output = Value;
            fn $method(self, other: Value) -> Value { Value::apply($op, &[self, &other]) }
        }
        impl ops::$trait<&Value> for Value {
            type Output = Value;
            fn $method(self, other: &Value) -> Value { Value::apply($op, &[&self, other]) }
        }
        impl ops::$trait<Value> for Value {
            type Output = Value;
            fn $method(self, other: Value) -> Value { Value::apply($op, &[&self, &other]) }
        }
        impl ops::$trait<f64> for &Value {
            type Output = Value;
            fn $method(self, other: f64) -> Value { Value::apply($op, &[self, &self.number(other)]) }
        }
        impl ops::$trait<f64> for Value {
            type Output = Value;
            fn $method(self, other: f64) -> Value { Value::apply($op, &[&self, &self.number(other)]) }
        }
        impl ops::$trait<&Value> for f64 {
            type Output = Value;
            fn $method(self, other: &Value) -> Value { Value::apply($op, &[&other.number(self), other]) }
        }
        impl ops::$trait<Value> for f64 {
            type Output = Value;
            fn $method(self, other: Value) -> Value { Value::apply($op, &[&other.number(self), &other]) }
        }
    )*};
}
operators!(Add add Add, Sub sub Sub, Mul mul Mul, Div div Div, Rem rem FloorMod);

impl ops::Neg for &Value {
    type Output = Value;
    fn neg(self) -> Value {
        Value::apply(Neg, &[self])
    }
}
impl ops::Neg for Value {
    type Output = Value;
    fn neg(self) -> Value {
        Value::apply(Neg, &[&self])
    }
}

/// What may stand where a second operand is wanted: a value, or a number of the first one's type.
pub trait Operand {
    /// The operand as a value beside `other`.
    fn beside(&self, other: &Value) -> Value;
}
impl Operand for Value {
    fn beside(&self, _: &Value) -> Value {
        self.clone()
    }
}
impl Operand for &Value {
    fn beside(&self, _: &Value) -> Value {
        (*self).clone()
    }
}
impl Operand for f64 {
    fn beside(&self, other: &Value) -> Value {
        other.number(*self)
    }
}

macro_rules! unary {
    ($($(#[$doc:meta])* $method:ident $op:ident;)*) => {
        impl Value {$(
            $(#[$doc])*
            pub fn $method(&self) -> Value { Value::apply($op, &[self]) }
        )*}
    };
}
unary! {
    /// |x|
    abs Abs;
    /// Inverse cosine.
    acos Acos;
    /// Inverse hyperbolic cosine.
    acosh Acosh;
    /// Inverse sine.
    asin Asin;
    /// Inverse hyperbolic sine.
    asinh Asinh;
    /// Inverse tangent.
    atan Atan;
    /// Inverse hyperbolic tangent.
    atanh Atanh;
    /// Smallest whole number not below.
    ceil Ceil;
    /// Cosine.
    cos Cos;
    /// Hyperbolic cosine.
    cosh Cosh;
    /// The error function.
    erf Erf;
    /// 1 - erf(x)
    erfc Erfc;
    /// e^x
    exp Exp;
    /// e^x - 1
    expm1 Expm1;
    /// Largest whole number not above.
    floor Floor;
    /// Neither infinite nor NaN, as bool.
    is_finite IsFinite;
    /// Infinite, as bool.
    is_inf IsInf;
    /// Not a number, as bool.
    is_nan IsNan;
    /// Natural logarithm.
    log Log;
    /// log(1 + x)
    log1p Log1p;
    /// Not, of bools.
    logical_not LogicalNot;
    /// max(x, 0)
    relu Relu;
    /// 1 / x
    reciprocal Reciprocal;
    /// Nearest whole number, ties to even.
    round Round;
    /// 1 / sqrt(x)
    rsqrt Rsqrt;
    /// Scaled elu.
    selu Selu;
    /// 1 / (1 + e^-x)
    sigmoid Sigmoid;
    /// -1, 0 or 1.
    sign Sign;
    /// Sine.
    sin Sin;
    /// Hyperbolic sine.
    sinh Sinh;
    /// log(1 + e^x)
    softplus Softplus;
    /// x / (1 + |x|)
    softsign Softsign;
    /// Square root.
    sqrt Sqrt;
    /// x x
    square Square;
    /// Tangent.
    tan Tan;
    /// Hyperbolic tangent.
    tanh Tanh;
}

macro_rules! binary {
    ($($(#[$doc:meta])* $method:ident $op:ident;)*) => {
        impl Value {$(
            $(#[$doc])*
            pub fn $method(&self, other: impl Operand) -> Value { Value::apply($op, &[self, &other.beside(self)]) }
        )*}
    };
}
binary! {
    /// Angle of the point (other, self).
    atan2 Atan2;
    /// Whether equal, as bool.
    equal Equal;
    /// Floor of the quotient.
    floor_div FloorDiv;
    /// Whether greater, as bool.
    greater Greater;
    /// Whether greater or equal, as bool.
    greater_equal GreaterEqual;
    /// Whether less, as bool.
    less Less;
    /// Whether less or equal, as bool.
    less_equal LessEqual;
    /// And, of bools.
    logical_and LogicalAnd;
    /// Or, of bools.
    logical_or LogicalOr;
    /// The larger.
    maximum Maximum;
    /// The smaller.
    minimum Minimum;
    /// Whether different, as bool.
    not_equal NotEqual;
    /// self to the power other.
    pow Pow;
    /// (self - other)^2
    squared_difference SquaredDifference;
}

impl Value {
    /// A constant scalar of this value's type.
    pub fn number(&self, x: f64) -> Value {
        Value::scalar(self.dtype(), x)
    }
    /// The same numbers in another type.
    pub fn cast(&self, to: DType) -> Value {
        if self.dtype() == to { self.clone() } else { Value::apply(Cast { to }, &[self]) }
    }
    /// `yes` where the bool `condition` holds, `no` elsewhere.
    pub fn select(condition: &Value, yes: &Value, no: &Value) -> Value {
        Value::apply(Select, &[condition, yes, no])
    }
    /// x above zero, alpha (e^x - 1) below.
    pub fn elu(&self, alpha: f64) -> Value {
        let y = Value::apply(Elu, &[self]);
        if alpha == 1.0 { y } else { Value::select(&self.greater(0.0), &y, &(&y * alpha)) }
    }
    /// Between `low` and `high`.
    pub fn clip(&self, low: f64, high: f64) -> Value {
        self.minimum(high).maximum(low)
    }
    /// Zeros of this shape and type.
    pub fn zeros_like(&self) -> Value {
        self.number(0.0).broadcast_like(self)
    }
    /// Ones of this shape and type.
    pub fn ones_like(&self) -> Value {
        self.number(1.0).broadcast_like(self)
    }
    /// Zeros.
    pub fn zeros(dtype: DType, shape: &Shape) -> Value {
        Value::scalar(dtype, 0.0).broadcast_to(shape)
    }
}
