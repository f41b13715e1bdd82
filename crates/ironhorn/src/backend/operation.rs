//! One function of the backend: its name, parameters with their types and defaults, and how it is called on what a user gave.
use super::lists;
use crate::config::{Map, Setting, camel, spelled};
use crate::{DType, Error, Result};
use graph::Value;
use std::sync::LazyLock;
use tensor::{Dim, closest};

/// A function of the backend.
#[derive(Debug)]
pub struct Operation {
    /// Keras's name: `batch_flatten`.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// What it takes.
    pub parameters: &'static [Parameter],
    /// Whether tensors have it as a method too, the tensor being its first argument.
    pub method: bool,
    /// The type of its result as TypeScript text.
    pub result: fn() -> String,
    /// Computes it; one setting for each parameter, nothing where the default is meant.
    pub run: fn(&mut dyn FnMut(usize) -> Option<Setting>) -> Result<Output>,
}

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// Its name in snake case.
    pub name: &'static str,
    /// How a binding hands it over.
    pub sort: super::Sort,
    /// Its type as TypeScript text.
    pub typescript: fn() -> String,
    /// Its default as TypeScript text; required without.
    pub default: Option<&'static str>,
}

/// What an operation gives.
#[derive(Clone, Debug)]
pub enum Output {
    /// A tensor.
    Tensor(Value),
    /// Tensors.
    Tensors(Vec<Value>),
    /// Sizes, some of which may be known only later.
    Sizes(Vec<Dim>),
    /// Plain data.
    Setting(Setting),
}

/// A result of an operation.
pub trait Outcome {
    /// Its type as TypeScript text.
    fn typescript() -> String;
    /// As output. Fails if making a tensor failed.
    fn output(self) -> Result<Output>;
}

impl Outcome for Value {
    fn typescript() -> String {
        "Tensor".to_owned()
    }
    fn output(self) -> Result<Output> {
        self.ok().map(Output::Tensor)
    }
}

impl Outcome for Vec<Value> {
    fn typescript() -> String {
        "Tensor[]".to_owned()
    }
    fn output(self) -> Result<Output> {
        self.into_iter().map(Value::ok).collect::<Result<_>>().map(Output::Tensors)
    }
}

impl Outcome for Vec<Dim> {
    fn typescript() -> String {
        "(number | Size)[]".to_owned()
    }
    fn output(self) -> Result<Output> {
        Ok(Output::Sizes(self))
    }
}

impl Outcome for Vec<Option<usize>> {
    fn typescript() -> String {
        "(number | null)[]".to_owned()
    }
    fn output(self) -> Result<Output> {
        Ok(Output::Setting(Setting::List(self.into_iter().map(Setting::from).collect())))
    }
}

impl Outcome for DType {
    fn typescript() -> String {
        "DType".to_owned()
    }
    fn output(self) -> Result<Output> {
        Ok(Output::Setting(self.name().into()))
    }
}

impl Outcome for usize {
    fn typescript() -> String {
        "number".to_owned()
    }
    fn output(self) -> Result<Output> {
        Ok(Output::Setting(self.into()))
    }
}

impl<T: Outcome> Outcome for Result<T> {
    fn typescript() -> String {
        T::typescript()
    }
    fn output(self) -> Result<Output> {
        self?.output()
    }
}

impl Operation {
    /// The place of the parameter of that name, in snake_case or camelCase.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|p| p.name == name || camel(p.name) == name)
    }
    /// Calls it: parameters by place, and, where an object stands in the place of an optional one, the rest by name.
    pub fn call(&self, mut given: Vec<Setting>) -> Result<Output> {
        let mut named = Map::new();
        let optional = self.parameters.iter().filter(|p| p.default.is_none()).count();
        let last_is_options = matches!(given.last(), Some(Setting::Map(_)));
        if given.len() > optional
            && last_is_options
            && let Some(Setting::Map(map)) = given.pop()
        {
            named = map;
        }
        if given.len() > self.parameters.len() {
            let names: Vec<_> = self.parameters.iter().map(|p| spelled(p.name)).collect();
            let takes = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
            return Err(Error::type_(
                "argument_count",
                format!("{} takes {takes}, but got {} arguments.", spelled(self.name), given.len()),
            ));
        }
        let mut slots: Vec<Option<Setting>> = given.into_iter().map(Some).collect();
        slots.resize(self.parameters.len(), None);
        for (name, value) in named {
            match self.place(&name).map(|i| &mut slots[i]) {
                Some(slot @ None) => *slot = Some(value),
                Some(Some(_)) => {
                    return Err(Error::type_(
                        "argument_twice",
                        format!("{} got `{name}` twice: by place and by name.", spelled(self.name)),
                    ));
                }
                None => {
                    let near = closest(&name, self.parameters.iter().map(|p| p.name)).map(|n| format!("; did you mean `{}`?", spelled(n)));
                    return Err(Error::type_(
                        "option_unknown",
                        format!("{} has no option `{name}`{}", spelled(self.name), near.unwrap_or_default()),
                    ));
                }
            }
        }
        if let Some((missing, _)) = self.parameters.iter().zip(&slots).find(|(p, s)| p.default.is_none() && s.is_none()) {
            let type_ = (missing.typescript)();
            return Err(Error::type_("argument_missing", format!("{} needs `{}` ({type_}).", spelled(self.name), spelled(missing.name))));
        }
        (self.run)(&mut |i| slots[i].take())
    }
}

static ALL: LazyLock<Vec<&'static Operation>> = LazyLock::new(|| {
    let mut all: Vec<&'static Operation> = lists::LISTS.iter().flat_map(|list| list.iter()).collect();
    all.sort_by_key(|o| o.name);
    all
});

/// Every function, sorted by name.
pub fn operations() -> &'static [&'static Operation] {
    &ALL
}

/// The function of that name.
pub fn find(name: &str) -> Option<&'static Operation> {
    ALL.binary_search_by_key(&name, |o| o.name).ok().map(|i| ALL[i])
}

/// Declares a list of functions, `method` where tensors have it as a method too: parameters with their types, `= "default"` for
/// optional ones (as TypeScript text), then what it computes.
macro_rules! functions {
    ($(#[$meta:meta])* $vis:vis static $list:ident; $(
        $(#[doc = $doc:literal])+
        $sort:ident $name:literal ($($p:ident: $t:ty $(= $default:literal)?),* $(,)?) -> $result:ty => $body:expr;
    )*) => {
        $(#[$meta])*
        $vis static $list: &[$crate::backend::Operation] = &[$($crate::backend::Operation {
            name: $name,
            doc: concat!($($doc, "\n"),+),
            parameters: &[$($crate::backend::Parameter {
                name: stringify!($p),
                sort: <$t as $crate::backend::Argument>::SORT,
                typescript: <$t as $crate::backend::Argument>::typescript,
                default: $crate::backend::operation::functions!(@shown $($default)?),
            }),*],
            method: $crate::backend::operation::functions!(@$sort),
            result: <$result as $crate::backend::Outcome>::typescript,
            run: {
                #[allow(unused_variables, unused_mut, unused_assignments)]
                fn run(take: &mut dyn FnMut(usize) -> Option<$crate::config::Setting>) -> $crate::Result<$crate::backend::Output> {
                    let mut at = 0;
                    $(
                        let default = $crate::backend::operation::functions!(@shown $($default)?);
                        let given = take(at).or_else(|| default.and_then($crate::backend::operation::literal));
                        let place = $crate::config::Place::new($crate::config::spelled($name), stringify!($p));
                        let $p = <$t as $crate::backend::Argument>::read(given.unwrap_or_default(), &place)?;
                        at += 1;
                    )*
                    let result: $result = $body;
                    $crate::backend::Outcome::output(result)
                }
                run
            },
        }),*];
    };
    (@shown) => { None::<&'static str> };
    (@shown $default:literal) => { Some($default) };
    (@function) => { false };
    (@method) => { true };
}
pub(super) use functions;

/// A default, given as the TypeScript text that is shown for it.
pub(super) fn literal(text: &str) -> Option<Setting> {
    let json = text.replace('\'', "\"");
    serde_json::from_str::<serde_json::Value>(&json).ok().map(Setting::from)
}
