//! One value of a config, from wherever it came: Keras's JSON, a JavaScript object, Rust. It may hold a thing already made.
use crate::{Error, Result};
use serde_json::Value;
use std::{
    any::{Any, TypeId},
    fmt,
    rc::Rc,
};

/// One value of a config.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Setting {
    /// Python's None, JavaScript's null.
    #[default]
    Null,
    /// A bool.
    Bool(bool),
    /// A whole number; written without a point, as Python does.
    Int(i64),
    /// Any other number; written with a point.
    Float(f64),
    /// A text.
    Text(String),
    /// A list, Python's tuples included.
    List(Vec<Setting>),
    /// Names and values, in order.
    Map(Map),
    /// A thing already made: a layer, an initializer, a user's function.
    Object(Object),
}

impl Setting {
    /// What it is, for messages: `the text 'same'`, `a list of 3`.
    pub fn describe(&self) -> String {
        match self {
            Setting::Null => "null".to_owned(),
            Setting::Bool(b) => b.to_string(),
            Setting::Int(n) => format!("the number {n}"),
            Setting::Float(x) => format!("the number {x}"),
            Setting::Text(s) => format!("the text '{s}'"),
            Setting::List(items) => format!("a list of {}", items.len()),
            Setting::Map(map) if map.is_empty() => "an empty object".to_owned(),
            Setting::Map(map) => format!("an object with {}", map.keys().collect::<Vec<_>>().join(", ")),
            Setting::Object(object) => object.describe(),
        }
    }

    /// As JSON. Error `not_serializable` if it holds a thing already made, or a number that JSON lacks.
    pub fn to_json(&self) -> Result<Value> {
        Ok(match self {
            Setting::Null => Value::Null,
            Setting::Bool(b) => Value::Bool(*b),
            Setting::Int(n) => Value::from(*n),
            Setting::Float(x) => serde_json::Number::from_f64(*x).map(Value::Number).ok_or_else(|| not_serializable(self))?,
            Setting::Text(s) => Value::String(s.clone()),
            Setting::List(items) => Value::Array(items.iter().map(Setting::to_json).collect::<Result<_>>()?),
            Setting::Map(map) => Value::Object(map.iter().map(|(k, v)| Ok((k.to_owned(), v.to_json()?))).collect::<Result<_>>()?),
            Setting::Object(_) => return Err(not_serializable(self)),
        })
    }
}

pub(super) fn not_serializable(setting: &Setting) -> Error {
    Error::type_("not_serializable", format!("{} cannot be written to a config.", setting.describe()))
}

impl From<Value> for Setting {
    fn from(value: Value) -> Setting {
        match value {
            Value::Null => Setting::Null,
            Value::Bool(b) => Setting::Bool(b),
            Value::Number(n) => n.as_i64().map_or_else(|| Setting::Float(n.as_f64().unwrap_or(f64::NAN)), Setting::Int),
            Value::String(s) => Setting::Text(s),
            Value::Array(items) => Setting::List(items.into_iter().map(Setting::from).collect()),
            Value::Object(map) => Setting::Map(map.into_iter().map(|(k, v)| (k, Setting::from(v))).collect()),
        }
    }
}

macro_rules! from { ($($t:ty: $x:ident => $made:expr),* $(,)?) => { $(impl From<$t> for Setting {
    fn from($x: $t) -> Setting {
        $made
    }
})* } }
from!(
    bool: x => Setting::Bool(x),
    i32: x => Setting::Int(x.into()),
    i64: x => Setting::Int(x),
    usize: x => Setting::Int(x as i64),
    f64: x => Setting::Float(x),
    &str: x => Setting::Text(x.to_owned()),
    String: x => Setting::Text(x),
    Map: x => Setting::Map(x),
    Object: x => Setting::Object(x),
);

impl<T: Into<Setting>> From<Vec<T>> for Setting {
    fn from(items: Vec<T>) -> Setting {
        Setting::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Setting>> From<Option<T>> for Setting {
    fn from(value: Option<T>) -> Setting {
        value.map_or(Setting::Null, Into::into)
    }
}

/// Names and values in the order they were put in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(Vec<(String, Setting)>);

impl Map {
    /// Empty.
    pub fn new() -> Map {
        Map::default()
    }
    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.0.iter().find(|(k, _)| k == name).map(|(_, v)| v)
    }
    /// Puts a value at the end, or in the place of the one that has the name.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Setting>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(k, _)| *k == name) {
            Some(entry) => entry.1 = value,
            None => self.0.push((name, value)),
        }
    }
    /// Takes a value out.
    pub fn remove(&mut self, name: &str) -> Option<Setting> {
        let i = self.0.iter().position(|(k, _)| k == name)?;
        Some(self.0.remove(i).1)
    }
    /// This map, then what is in `other`.
    pub fn extend(&mut self, other: Map) {
        other.into_iter().for_each(|(k, v)| self.insert(k, v));
    }
    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v))
    }
    /// The names.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(k, _)| k.as_str())
    }
}

impl IntoIterator for Map {
    type Item = (String, Setting);
    type IntoIter = std::vec::IntoIter<(String, Setting)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Into<String>, V: Into<Setting>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Map {
        let mut map = Map::new();
        items.into_iter().for_each(|(k, v)| map.insert(k, v));
        map
    }
}

impl<K: Into<String>, V: Into<Setting>, const N: usize> From<[(K, V); N]> for Map {
    fn from(items: [(K, V); N]) -> Map {
        items.into_iter().collect()
    }
}

/// A thing that can stand in a config. The binding implements it for users' functions and instances, which become whatever
/// the option wants; for things made in Rust there is [`Object::new`].
pub trait Thing {
    /// What it is, for messages: `a function`, `a Dense`.
    fn describe(&self) -> String;
    /// Itself as the wanted type, boxed: for `TypeId::of::<Plug<dyn Initializer>>()` a `Box<Plug<dyn Initializer>>`.
    fn cast(&self, wanted: TypeId) -> Option<Box<dyn Any>>;
}

/// A shared [`Thing`].
#[derive(Clone)]
pub struct Object(Rc<dyn Thing>);

struct Made<T> {
    what: String,
    value: T,
}

impl<T: Clone + 'static> Thing for Made<T> {
    fn describe(&self) -> String {
        self.what.clone()
    }
    fn cast(&self, wanted: TypeId) -> Option<Box<dyn Any>> {
        (wanted == TypeId::of::<T>()).then(|| Box::new(self.value.clone()) as Box<dyn Any>)
    }
}

impl Object {
    /// An object that is exactly a `T`; `what` it is, for messages: `a Dense`.
    pub fn new<T: Clone + 'static>(what: impl Into<String>, value: T) -> Object {
        Object(Rc::new(Made { what: what.into(), value }))
    }
    /// An object that decides by itself what it can be.
    pub fn of(thing: Rc<dyn Thing>) -> Object {
        Object(thing)
    }
    /// The object as a `T`, if it can be one.
    pub fn get<T: 'static>(&self) -> Option<T> {
        self.0.cast(TypeId::of::<T>())?.downcast().ok().map(|b| *b)
    }
    /// What it is, for messages.
    pub fn describe(&self) -> String {
        self.0.describe()
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
