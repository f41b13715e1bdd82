//! Shapes: sizes that are constants, or named symbols (batch, time) and what simple rules make of them.
//!
//! Derived sizes are entries in one table of the process (sums with constants, products, floor and ceiling divisions);
//! equal entries have equal numbers, so comparing two sizes is comparing two integers. There is no further algebra: when a
//! plan is made every symbol has a value, and shapes are computed again with numbers.
use crate::{DType, Error, Result};
use std::{collections::HashMap, fmt, sync::Mutex, sync::OnceLock};

/// One size of a shape.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dim {
    /// A constant.
    Known(usize),
    /// A symbol or a rule over symbols.
    Sym(Sym),
}

/// A number in the table of symbols.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Sym(u32);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Rule {
    Named(String),
    Sum(Dim, i64),
    Total(Dim, Dim),
    Product(Dim, Dim),
    FloorDiv(Dim, usize),
    CeilDiv(Dim, usize),
}

#[derive(Default)]
struct Table {
    rules: Vec<Rule>,
    numbers: HashMap<Rule, u32>,
}

fn table() -> std::sync::MutexGuard<'static, Table> {
    static TABLE: OnceLock<Mutex<Table>> = OnceLock::new();
    TABLE.get_or_init(Mutex::default).lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn intern(rule: Rule) -> Dim {
    let mut table = table();
    if let Some(&n) = table.numbers.get(&rule) {
        return Dim::Sym(Sym(n));
    }
    let n = table.rules.len() as u32;
    table.rules.push(rule.clone());
    table.numbers.insert(rule, n);
    Dim::Sym(Sym(n))
}

impl Dim {
    /// The symbol of that name; the same name is the same size.
    pub fn named(name: &str) -> Dim {
        intern(Rule::Named(name.to_owned()))
    }
    /// The batch size, the first size of every Keras tensor.
    pub fn batch() -> Dim {
        Dim::named("batch")
    }
    /// The constant, if it is one.
    pub fn known(self) -> Option<usize> {
        match self {
            Dim::Known(n) => Some(n),
            Dim::Sym(_) => None,
        }
    }
    /// This size plus a constant (never below zero).
    pub fn plus(self, n: i64) -> Dim {
        match self {
            _ if n == 0 => self,
            Dim::Known(k) => Dim::Known((k as i64 + n).max(0) as usize),
            Dim::Sym(s) => {
                let rule = table().rules[s.0 as usize].clone();
                match rule {
                    Rule::Sum(d, m) => d.plus(m + n),
                    _ => intern(Rule::Sum(self, n)),
                }
            }
        }
    }
    /// The sum of two sizes.
    pub fn and(self, other: Dim) -> Dim {
        match (self, other) {
            (a, Dim::Known(n)) | (Dim::Known(n), a) => a.plus(n as i64),
            (a, b) if a == b => a.times(Dim::Known(2)),
            (a, b) => intern(Rule::Total(a.max(b), a.min(b))),
        }
    }
    /// The product of two sizes.
    pub fn times(self, other: Dim) -> Dim {
        match (self, other) {
            (Dim::Known(a), Dim::Known(b)) => Dim::Known(a * b),
            (Dim::Known(1), d) | (d, Dim::Known(1)) => d,
            (Dim::Known(0), _) | (_, Dim::Known(0)) => Dim::Known(0),
            (a, b) => intern(Rule::Product(a.max(b), a.min(b))),
        }
    }
    /// This size divided, rounded down.
    pub fn floor_div(self, n: usize) -> Dim {
        match self {
            _ if n == 1 => self,
            Dim::Known(k) => Dim::Known(k / n),
            Dim::Sym(s) => {
                // (a * n) / n is a: what Reshape makes of what Flatten made.
                let rule = table().rules[s.0 as usize].clone();
                match rule {
                    Rule::Product(a, Dim::Known(k)) | Rule::Product(Dim::Known(k), a) if k % n == 0 => a.times(Dim::Known(k / n)),
                    _ => intern(Rule::FloorDiv(self, n)),
                }
            }
        }
    }
    /// This size divided, rounded up.
    pub fn ceil_div(self, n: usize) -> Dim {
        match self {
            _ if n == 1 => self,
            Dim::Known(k) => Dim::Known(k.div_ceil(n)),
            Dim::Sym(_) => intern(Rule::CeilDiv(self, n)),
        }
    }
    /// The number it stands for under `sizes`. Error `size_unknown` if a symbol has no value.
    pub fn resolve(self, sizes: &Sizes) -> Result<usize> {
        let s = match self {
            Dim::Known(n) => return Ok(n),
            Dim::Sym(s) => s,
        };
        if let Some(n) = sizes.get(s) {
            return Ok(n);
        }
        let rule = table().rules[s.0 as usize].clone();
        Ok(match rule {
            Rule::Named(name) => {
                return Err(Error::value("size_unknown", format!("The size \"{name}\" is not known here; feed an array that has it.")));
            }
            Rule::Sum(d, n) => (d.resolve(sizes)? as i64 + n).max(0) as usize,
            Rule::Total(a, b) => a.resolve(sizes)? + b.resolve(sizes)?,
            Rule::Product(a, b) => a.resolve(sizes)? * b.resolve(sizes)?,
            Rule::FloorDiv(d, n) => d.resolve(sizes)? / n,
            Rule::CeilDiv(d, n) => d.resolve(sizes)?.div_ceil(n),
        })
    }
}

impl From<usize> for Dim {
    fn from(n: usize) -> Dim {
        Dim::Known(n)
    }
}

/// Prints constants as numbers and everything else by its rule, `batch`, `(time - 2)`.
impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let s = match self {
            Dim::Known(n) => return write!(f, "{n}"),
            Dim::Sym(s) => s,
        };
        let rule = table().rules[s.0 as usize].clone();
        match rule {
            Rule::Named(name) => f.write_str(&name),
            Rule::Sum(d, n) if n < 0 => write!(f, "({d} - {})", -n),
            Rule::Sum(d, n) => write!(f, "({d} + {n})"),
            Rule::Total(a, b) => write!(f, "({a} + {b})"),
            Rule::Product(a, b) => write!(f, "({a} * {b})"),
            Rule::FloorDiv(d, n) => write!(f, "({d} // {n})"),
            Rule::CeilDiv(d, n) => write!(f, "ceil({d} / {n})"),
        }
    }
}

impl fmt::Debug for Dim {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Values for symbols. Small: a handful of entries, looked up by a walk.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct Sizes(Vec<(Sym, usize)>);

impl Sizes {
    /// No values.
    pub fn new() -> Sizes {
        Sizes::default()
    }
    fn get(&self, s: Sym) -> Option<usize> {
        self.0.iter().find(|(k, _)| *k == s).map(|(_, n)| *n)
    }
    /// Gives `dim` the value `n`, or checks it. False if it already stands for another number.
    pub fn bind(&mut self, dim: Dim, n: usize) -> bool {
        match dim {
            Dim::Known(k) => k == n,
            Dim::Sym(s) => match dim.resolve(self) {
                Ok(k) => k == n,
                Err(_) => {
                    self.0.push((s, n));
                    true
                }
            },
        }
    }
}

/// The sizes of a tensor, outermost first.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Shape(pub Vec<Dim>);

impl Shape {
    /// A scalar's shape.
    pub fn scalar() -> Shape {
        Shape(Vec::new())
    }
    /// Number of sizes.
    pub fn rank(&self) -> usize {
        self.0.len()
    }
    /// The product of all sizes.
    pub fn count(&self) -> Dim {
        self.0.iter().fold(Dim::Known(1), |n, d| n.times(*d))
    }
    /// All sizes as numbers, if all are constants.
    pub fn known(&self) -> Option<Vec<usize>> {
        self.0.iter().map(|d| d.known()).collect()
    }
    /// The numbers it stands for under `sizes`.
    pub fn resolve(&self, sizes: &Sizes) -> Result<Vec<usize>> {
        self.0.iter().map(|d| d.resolve(sizes)).collect()
    }
    /// NumPy's broadcasting of two shapes. Two different symbols are taken as equal here and checked with numbers when the
    /// plan is made. Error `broadcast` if two constants differ and neither is 1.
    pub fn broadcast(&self, other: &Shape) -> Result<Shape> {
        let rank = self.rank().max(other.rank());
        let at = |s: &Shape, i: usize| (i + s.rank()).checked_sub(rank).map_or(Dim::Known(1), |i| s.0[i]);
        (0..rank)
            .map(|i| match (at(self, i), at(other, i)) {
                (Dim::Known(1), d) | (d, Dim::Known(1)) => Ok(d),
                (Dim::Known(a), Dim::Known(b)) if a != b => Err(Error::value(
                    "broadcast",
                    format!("Shapes {self} and {other} do not fit together: sizes {a} and {b} differ and neither is 1."),
                )),
                (Dim::Known(a), _) | (_, Dim::Known(a)) => Ok(Dim::Known(a)),
                (a, _) => Ok(a),
            })
            .collect::<Result<_>>()
            .map(Shape)
    }
    /// A possibly negative axis as an index. Error `axis` if the shape has no such axis.
    pub fn axis(&self, axis: i64) -> Result<usize> {
        let rank = self.rank() as i64;
        let i = if axis < 0 { axis + rank } else { axis };
        if (0..rank).contains(&i) {
            Ok(i as usize)
        } else {
            Err(Error::value("axis", format!("Axis {axis} is out of range for shape {self} with {rank} axes.")))
        }
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(sizes: [usize; N]) -> Shape {
        Shape(sizes.into_iter().map(Dim::Known).collect())
    }
}
impl From<&[usize]> for Shape {
    fn from(sizes: &[usize]) -> Shape {
        Shape(sizes.iter().copied().map(Dim::Known).collect())
    }
}
impl From<Vec<Dim>> for Shape {
    fn from(sizes: Vec<Dim>) -> Shape {
        Shape(sizes)
    }
}

/// As Keras prints shapes: `(None, 4)`, `(3,)`, `()`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let parts: Vec<_> = self.0.iter().map(|d| d.known().map_or("None".to_owned(), |n| n.to_string())).collect();
        match parts.len() {
            1 => write!(f, "({},)", parts[0]),
            _ => write!(f, "({})", parts.join(", ")),
        }
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

/// What a tensor is before it has numbers: type and shape.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Spec {
    /// Number type.
    pub dtype: DType,
    /// Sizes.
    pub shape: Shape,
}

impl Spec {
    /// Type and shape together.
    pub fn new(dtype: DType, shape: impl Into<Shape>) -> Spec {
        Spec { dtype, shape: shape.into() }
    }
    /// Bytes of the data under `sizes`.
    pub fn bytes(&self, sizes: &Sizes) -> Result<usize> {
        Ok(self.shape.resolve(sizes)?.iter().product::<usize>() * self.dtype.size())
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let parts: Vec<_> = self.shape.0.iter().map(|d| d.to_string()).collect();
        write!(f, "{}[{}]", self.dtype, parts.join(", "))
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_share_numbers_and_resolve() {
        let (b, t) = (Dim::batch(), Dim::named("time"));
        assert_eq!(b.times(t), t.times(b));
        assert_eq!(t.plus(2).plus(-2), t);
        assert_eq!(b.times(Dim::Known(6)).floor_div(6), b);
        let mut sizes = Sizes::new();
        assert!(sizes.bind(b, 4) && sizes.bind(t, 7) && !sizes.bind(t, 8));
        let other = Dim::named("other time");
        assert_eq!((t.and(t), t.and(other), t.and(Dim::Known(2))), (t.times(Dim::Known(2)), other.and(t), t.plus(2)));
        assert!(sizes.bind(other, 5) && t.and(other).resolve(&sizes).is_ok_and(|n| n == 12));
        assert_eq!(t.plus(-2).ceil_div(2).times(b).resolve(&sizes).unwrap(), 12);
        assert_eq!(Dim::named("other").resolve(&sizes).unwrap_err().code(), "size_unknown");
    }

    #[test]
    fn broadcasts_as_numpy_does() {
        let s = |v: &[usize]| Shape::from(v);
        assert_eq!(s(&[3, 1]).broadcast(&s(&[4])).unwrap(), s(&[3, 4]));
        assert!(s(&[3]).broadcast(&s(&[4])).is_err());
        assert_eq!(Shape(vec![Dim::batch(), Dim::Known(1)]).broadcast(&s(&[5])).unwrap(), Shape(vec![Dim::batch(), Dim::Known(5)]));
    }
}
