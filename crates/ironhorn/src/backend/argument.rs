//! What functions of the backend take: tensors, numbers beside tensors, axes, shapes. Everything else is a `Field` of configs.
use crate::config::{Field, Object, Place, Setting};
use crate::{Array, DType, Error, Result, globals};
use graph::Value;
use tensor::{Dim, Shape};

/// How a binding hands an argument over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// As a plain setting.
    Plain,
    /// As a tensor, an array or a number.
    Tensor,
    /// As a list of these.
    Tensors,
}

/// The type of a parameter.
pub trait Argument: Sized {
    /// How it is handed over.
    const SORT: Sort;
    /// Reads it.
    fn read(setting: Setting, at: &Place) -> Result<Self>;
    /// Its type as TypeScript text.
    fn typescript() -> String;
}

impl<T: Field> Argument for T {
    const SORT: Sort = Sort::Plain;
    fn read(setting: Setting, at: &Place) -> Result<T> {
        T::read(setting, at)
    }
    fn typescript() -> String {
        T::typescript()
    }
}

/// Numbers that came without a type of their own, from nested lists: they take that of the tensor beside them.
#[derive(Clone)]
pub struct Loose(pub Array);

/// A tensor. Plain numbers become one of the type `floatx`.
#[derive(Clone, Debug)]
pub struct Tensor(pub Value);

impl std::ops::Deref for Tensor {
    type Target = Value;
    fn deref(&self) -> &Value {
        &self.0
    }
}

impl Argument for Tensor {
    const SORT: Sort = Sort::Tensor;
    fn read(setting: Setting, at: &Place) -> Result<Tensor> {
        Operand::read(setting, at).map(|operand| Tensor(operand.value))
    }
    fn typescript() -> String {
        "TensorLike".to_owned()
    }
}

/// A list of tensors.
#[derive(Clone, Debug)]
pub struct Tensors(pub Vec<Value>);

impl Argument for Tensors {
    const SORT: Sort = Sort::Tensors;
    fn read(setting: Setting, at: &Place) -> Result<Tensors> {
        match setting {
            Setting::List(items) => {
                let operands =
                    items.into_iter().enumerate().map(|(i, item)| Operand::read(item, &at.item(i))).collect::<Result<Vec<_>>>()?;
                let typed = operands.iter().find(|o| !o.loose).map(|o| o.value.dtype());
                Ok(Tensors(
                    operands
                        .into_iter()
                        .map(|o| if o.loose { typed.map_or(o.value.clone(), |t| o.value.cast(t)) } else { o.value })
                        .collect(),
                ))
            }
            other => Err(at.wrong_type("a list of tensors", &other)),
        }
    }
    fn typescript() -> String {
        "readonly TensorLike[]".to_owned()
    }
}

/// Declares that an argument may be null.
macro_rules! nullable {
    ($($Type:ty),+) => {$(
        impl Argument for Option<$Type> {
            const SORT: Sort = <$Type as Argument>::SORT;
            fn read(setting: Setting, at: &Place) -> Result<Self> {
                if setting == Setting::Null { Ok(None) } else { <$Type>::read(setting, at).map(Some) }
            }
            fn typescript() -> String {
                format!("{} | null", <$Type as Argument>::typescript())
            }
        }
    )+};
}
nullable!(Tensor, Tensors);

/// A tensor that may take the number type of another one.
#[derive(Clone, Debug)]
pub struct Operand {
    value: Value,
    loose: bool,
}

impl Operand {
    /// Both, of one number type where one of them has none of its own.
    pub fn pair(self, other: Operand) -> (Value, Value) {
        match (self.loose, other.loose) {
            (true, false) => (self.like(&other.value), other.value),
            (false, true) => (self.value.clone(), other.like(&self.value)),
            _ => (self.value, other.value),
        }
    }
    /// This one in the number type of `other`, unless it has its own.
    pub fn like(&self, other: &Value) -> Value {
        let to = other.dtype();
        if !self.loose || self.value.dtype() == to {
            return self.value.clone();
        }
        let whole = |a: &Array| a.to_f64().iter().all(|x| x.fract() == 0.0);
        if !to.is_float() && !self.value.array().is_some_and(whole) {
            let message = format!("A number with a fraction does not fit beside a tensor of type {to}; cast the tensor to float32 first.");
            return Value::failed(Error::type_("dtype_mismatch", message));
        }
        self.value.cast(to)
    }
}

impl Argument for Operand {
    const SORT: Sort = Sort::Tensor;
    fn read(setting: Setting, at: &Place) -> Result<Operand> {
        let loose = |x: f64| Ok(Operand { value: Value::scalar(globals::floatx(), x), loose: true });
        match &setting {
            Setting::Int(n) => loose(*n as f64),
            Setting::Float(x) => loose(*x),
            Setting::Bool(b) => Ok(Operand { value: Value::scalar(DType::Bool, f64::from(*b)), loose: false }),
            Setting::Object(object) => from_object(object).ok_or_else(|| at.wrong_type("a tensor or numbers", &setting)),
            _ => Err(at.wrong_type("a tensor or numbers", &setting)),
        }
    }
    fn typescript() -> String {
        "TensorLike".to_owned()
    }
}

fn from_object(object: &Object) -> Option<Operand> {
    if let Some(value) = object.get::<Value>() {
        return Some(Operand { value, loose: false });
    }
    if let Some(array) = object.get::<Array>() {
        return Some(Operand { value: Value::constant(array), loose: false });
    }
    object.get::<Loose>().map(|l| Operand { value: Value::constant(l.0), loose: true })
}

/// Axes: none given means all, one, or a list.
#[derive(Clone, Debug, Default)]
pub struct Axes(pub Vec<i64>);

impl Field for Axes {
    fn read(setting: Setting, at: &Place) -> Result<Axes> {
        match setting {
            Setting::Null => Ok(Axes(Vec::new())),
            list @ Setting::List(_) => <Vec<i64> as Field>::read(list, at).map(Axes),
            one => <i64 as Field>::read(one, at).map(|axis| Axes(vec![axis])),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(self.0.clone().into())
    }
    fn typescript() -> String {
        "number | readonly number[] | null".to_owned()
    }
}

/// A shape of numbers and of sizes that are only known when data comes; -1 is left for the caller.
#[derive(Clone, Debug)]
pub struct Ranks(Vec<Option<Dim>>);

impl Ranks {
    /// The shape; error `shape_unknown` if a size was left open.
    pub fn shape(&self) -> Result<Shape> {
        let open = || Error::value("shape_unknown", "Every size of the shape must be given here; -1 and null stand only in reshape.");
        self.0.iter().map(|d| d.ok_or_else(open)).collect::<Result<_>>().map(Shape)
    }
    /// The sizes; nothing where one was left open.
    pub fn sizes(&self) -> &[Option<Dim>] {
        &self.0
    }
    /// The shape, the size that was left open found from the number of elements of `x`.
    pub fn fill(&self, x: &Value) -> Result<Shape> {
        let open: Vec<usize> = (0..self.0.len()).filter(|i| self.0[*i].is_none()).collect();
        let [at] = open.as_slice() else {
            return if open.is_empty() {
                self.shape()
            } else {
                Err(Error::value("reshape_open", "At most one size of the new shape can be -1."))
            };
        };
        let mut given: Vec<Dim> = self.0.iter().flatten().copied().collect();
        let mut left: Vec<Dim> = x.shape().0.clone();
        // Sizes that both have are the same elements; what remains must divide.
        given.retain(|d| match left.iter().position(|l| l == d) {
            Some(i) => {
                left.remove(i);
                false
            }
            None => true,
        });
        let unfit = || Error::value("reshape_size", format!("Cannot reshape {} into {}.", x.shape(), self.text()));
        // The known part divides before it meets a size that is not.
        let product = |dims: &[Dim]| dims.iter().filter_map(|d| d.known()).product::<usize>();
        let (have, want) = (product(&left), product(&given));
        let open: Vec<Dim> = left.iter().filter(|d| d.known().is_none()).copied().collect();
        if want == 0 || given.iter().any(|d| d.known().is_none()) || (open.is_empty() && have % want != 0) {
            return Err(unfit());
        }
        let size = if have % want == 0 {
            open.iter().fold(Dim::Known(have / want), |n, d| n.times(*d))
        } else {
            open.iter().fold(Dim::Known(have), |n, d| n.times(*d)).floor_div(want)
        };
        let mut sizes = self.0.clone();
        sizes[*at] = Some(size);
        Ranks(sizes).shape()
    }
    fn text(&self) -> String {
        let parts: Vec<String> = self.0.iter().map(|d| d.map_or("-1".to_owned(), |d| d.to_string())).collect();
        format!("({})", parts.join(", "))
    }
}

impl Field for Ranks {
    fn read(setting: Setting, at: &Place) -> Result<Ranks> {
        let Setting::List(items) = setting else {
            return Err(at.wrong_type("a list of sizes", &setting));
        };
        let size = |(i, item): (usize, Setting)| match &item {
            Setting::Null | Setting::Int(-1) => Ok(None),
            Setting::Object(object) => match object.get::<Dim>() {
                Some(dim) => Ok(Some(dim)),
                None => Err(at.item(i).wrong_type("a size", &item)),
            },
            _ => <usize as Field>::read(item, &at.item(i)).map(|n| Some(Dim::Known(n))),
        };
        items.into_iter().enumerate().map(size).collect::<Result<_>>().map(Ranks)
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::List(self.0.iter().map(|d| d.and_then(Dim::known).into()).collect()))
    }
    fn typescript() -> String {
        "readonly (number | Size | null)[]".to_owned()
    }
}
