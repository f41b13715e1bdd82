//! What the user gave, against a schema: names resolved, each option taken once, messages that say where.
use super::{Field, FieldSchema, Map, Schema, Setting, spelled};
use crate::{Error, Result};
use std::fmt;
use tensor::closest;

/// Where a value stands, for messages: Dense, option `units`.
#[derive(Clone, Debug)]
pub struct Place {
    owner: String,
    option: String,
}

impl Place {
    /// The option of that name of `owner`.
    pub fn new(owner: impl Into<String>, option: impl Into<String>) -> Place {
        Place { owner: owner.into(), option: option.into() }
    }
    /// The class or function that has the option.
    pub fn owner(&self) -> &str {
        &self.owner
    }
    /// The option.
    pub fn option(&self) -> &str {
        &self.option
    }
    /// The `i`-th item of this one.
    pub fn item(&self, i: usize) -> Place {
        Place { owner: self.owner.clone(), option: format!("{}[{i}]", self.option) }
    }
    /// A TypeError `option_type`: `got` is not the kind of thing that is expected here.
    pub fn wrong_type(&self, expected: &str, got: &Setting) -> Error {
        Error::type_("option_type", format!("{self} must be {expected}; received {}.", got.describe()))
    }
    /// A ValueError `option_value`: the right kind of thing, but not a value that is allowed.
    pub fn wrong_value(&self, expected: &str, got: &Setting) -> Error {
        Error::value("option_value", format!("{self} must be {expected}; received {}.", got.describe()))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: `{}`", self.owner, spelled(&self.option))
    }
}

/// The options a user gave, waiting to be taken.
pub struct Fields {
    schema: &'static Schema,
    given: Vec<Given>,
}

struct Given {
    field: &'static FieldSchema,
    spelled: String,
    value: Setting,
}

impl Fields {
    /// Resolves names in snake_case, camelCase and older spellings to options of `schema` or of `common`, the options that all
    /// of its kind have. Errors: `option_unknown`; `option_twice` for one option under two names.
    pub fn new(schema: &'static Schema, common: Option<&'static Schema>, map: Map) -> Result<Fields> {
        let common = common.filter(|_| !schema.standalone).map_or(&[][..], |c| c.fields);
        let known = || schema.fields.iter().chain(common);
        let mut fields = Fields { schema, given: Vec::with_capacity(map.len()) };
        for (spelled, value) in map {
            let Some(field) = known().find(|f| f.answers(&spelled)) else {
                return Err(unknown(schema.name, &spelled, known()));
            };
            if let Some(other) = fields.given.iter().find(|g| g.field.name == field.name) {
                return Err(Error::type_(
                    "option_twice",
                    format!("{}: `{}` and `{spelled}` are the same option; give one of them.", schema.name, other.spelled),
                ));
            }
            fields.given.push(Given { field, spelled, value });
        }
        Ok(fields)
    }

    /// Whether the option was given and not taken yet.
    pub fn has(&self, name: &str) -> bool {
        self.given.iter().any(|g| g.field.name == name)
    }

    /// Takes what was given for the option of Keras's name `name`.
    pub fn take(&mut self, name: &str) -> Option<(Place, Setting)> {
        let i = self.given.iter().position(|g| g.field.name == name)?;
        let given = self.given.remove(i);
        Some((Place::new(self.schema.name, given.spelled), given.value))
    }

    /// Takes an option that must have been given. Error `option_missing` otherwise.
    pub fn required<T: Field>(&mut self, name: &str) -> Result<T> {
        match self.take(name) {
            Some((place, value)) => T::read(value, &place),
            None => {
                let field = self.schema.fields.iter().find(|f| f.name == name);
                let type_ = field.map_or_else(T::typescript, |f| (f.typescript)());
                Err(Error::type_("option_missing", format!("{} needs `{}` ({type_}).", self.schema.name, spelled(name))))
            }
        }
    }

    /// Takes an option, or its default.
    pub fn optional<T: Field>(&mut self, name: &str, default: impl FnOnce() -> T) -> Result<T> {
        self.take(name).map_or_else(|| Ok(default()), |(place, value)| T::read(value, &place))
    }
}

fn unknown(owner: &str, given: &str, known: impl Iterator<Item = &'static FieldSchema>) -> Error {
    let names: Vec<_> = known.map(|f| f.name).collect();
    let advice = match closest(given, names.iter().copied()) {
        Some(near) => format!("; did you mean `{}`?", spelled(near)),
        None if names.is_empty() => "; it has none.".to_owned(),
        None => format!(". It has `{}`.", names.iter().map(|n| spelled(n)).collect::<Vec<_>>().join("`, `")),
    };
    Error::type_("option_unknown", format!("{owner} has no option `{given}`{advice}"))
}
