//! What is known of a thing's options, as plain data: for reading, messages, the TypeScript classes and the docs.

/// A thing and its options.
#[derive(Debug)]
pub struct Schema {
    /// Keras's name: `Dense`, `relu`.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// Other names it answers to: `zeros`.
    pub aliases: &'static [&'static str],
    /// What kind of Python thing it is.
    pub form: Form,
    /// Whether it lacks the options common to its kind, as InputLayer does.
    pub standalone: bool,
    /// Its options in Keras's order.
    pub fields: &'static [FieldSchema],
}

/// What kind of Python thing it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A class; an instance serialises as class name and config.
    Class,
    /// A function; serialises as its name.
    Function,
    /// A function that makes an instance of a class: `glorot_uniform`, `l2`.
    Maker,
}

/// One option.
#[derive(Debug)]
pub struct FieldSchema {
    /// Keras's name: `use_bias`.
    pub name: &'static str,
    /// The name in JavaScript: `useBias`.
    pub camel: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// Its type as TypeScript text.
    pub typescript: fn() -> String,
    /// Its default as TypeScript text; required without.
    pub default: Option<&'static str>,
    /// Whether it may be given by position.
    pub positional: bool,
    /// Other names it answers to: `lr`.
    pub legacy: &'static [&'static str],
    /// Whether it is in the written config.
    pub written: bool,
}

impl FieldSchema {
    /// Whether it has no default.
    pub fn required(&self) -> bool {
        self.default.is_none()
    }
    /// Whether it answers to `name`.
    pub fn answers(&self, name: &str) -> bool {
        self.name == name || self.camel == name || self.legacy.contains(&name)
    }
}

impl Schema {
    /// Whether it answers to `name`.
    pub fn answers(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
    /// Its name and the others it answers to.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
    /// The options that may be given by position, in order.
    pub fn positional(&self) -> impl Iterator<Item = &'static FieldSchema> {
        self.fields.iter().filter(|f| f.positional)
    }
}
