//! The one error of all crates: Keras's exception class, a stable code, and a message that says what happened, what was
//! expected and how to mend it. A user's own exception passes through untouched as `Class::Foreign`.
use std::{any::Any, fmt, sync::Arc};

/// `Result` with the project's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Which exception Keras would raise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Python's ValueError: a wrong value, shape or name.
    Value,
    /// Python's TypeError: a wrong kind of thing.
    Type,
    /// Python's RuntimeError: right call, wrong moment.
    Runtime,
    /// Python's AttributeError.
    Attribute,
    /// Python's NotImplementedError.
    NotImplemented,
    /// Python's IOError.
    Io,
    /// Python's StopIteration: there is no next one.
    StopIteration,
    /// A device is missing or failed.
    Device,
    /// The user's own exception, thrown in a function of theirs.
    Foreign,
}

impl Class {
    /// The name users see.
    pub fn name(self) -> &'static str {
        match self {
            Class::Value => "ValueError",
            Class::Type => "TypeError",
            Class::Runtime => "RuntimeError",
            Class::Attribute => "AttributeError",
            Class::NotImplemented => "NotImplementedError",
            Class::Io => "IOError",
            Class::StopIteration => "StopIteration",
            Class::Device => "DeviceError",
            Class::Foreign => "Error",
        }
    }
}

/// An error; cheap to move, clonable so that it can reach several waiters.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    class: Class,
    code: &'static str,
    message: String,
    position: Option<usize>,
    foreign: Option<Arc<dyn Any + Send + Sync>>,
}

impl Error {
    /// An error of `class` with a stable `code` (snake_case, never reworded) and a message for people.
    pub fn new(class: Class, code: &'static str, message: impl Into<String>) -> Error {
        Error(Box::new(Inner { class, code, message: message.into(), position: None, foreign: None }))
    }
    /// A ValueError.
    pub fn value(code: &'static str, message: impl Into<String>) -> Error {
        Error::new(Class::Value, code, message)
    }
    /// A TypeError.
    pub fn type_(code: &'static str, message: impl Into<String>) -> Error {
        Error::new(Class::Type, code, message)
    }
    /// A RuntimeError.
    pub fn runtime(code: &'static str, message: impl Into<String>) -> Error {
        Error::new(Class::Runtime, code, message)
    }
    /// An AttributeError.
    pub fn attribute(code: &'static str, message: impl Into<String>) -> Error {
        Error::new(Class::Attribute, code, message)
    }
    /// A NotImplementedError.
    pub fn not_implemented(code: &'static str, message: impl Into<String>) -> Error {
        Error::new(Class::NotImplemented, code, message)
    }
    /// An IOError.
    pub fn io(code: &'static str, message: impl Into<String>) -> Error {
        Error::new(Class::Io, code, message)
    }
    /// A user's own exception: `object` is handed back to whoever can raise it again.
    pub fn foreign(message: impl Into<String>, object: Arc<dyn Any + Send + Sync>) -> Error {
        Error(Box::new(Inner {
            class: Class::Foreign,
            code: "user_exception",
            message: message.into(),
            position: None,
            foreign: Some(object),
        }))
    }
    /// Which exception.
    pub fn class(&self) -> Class {
        self.0.class
    }
    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }
    /// The text.
    pub fn message(&self) -> &str {
        &self.0.message
    }
    /// The same, about the element at that place of a fed array.
    pub fn with_position(mut self, position: usize) -> Error {
        self.0.position = Some(position);
        self
    }
    /// The place of the element of a fed array that it is about, if it is about one.
    pub fn position(&self) -> Option<usize> {
        self.0.position
    }
    /// The user's own exception, if it is one.
    pub fn object(&self) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.0.foreign.as_ref()
    }
    /// Says where it happened, in front of the message. A user's own exception stays as it is.
    pub fn at(mut self, place: impl fmt::Display) -> Error {
        if self.0.class != Class::Foreign {
            self.0.message = format!("{place}: {}", self.0.message);
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: {}", self.0.class.name(), self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} [{}]: {}", self.0.class.name(), self.0.code, self.0.message)
    }
}

impl std::error::Error for Error {}

/// The entry of `known` nearest to `name`, if it is near enough to be a slip of the pen.
pub fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |s: &str| s.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect::<Vec<_>>();
    let wanted = fold(name);
    known
        .into_iter()
        .map(|k| (distance(&wanted, &fold(k)), k))
        .filter(|(d, k)| *d <= 1 + k.len().min(name.len()) / 4)
        .min_by_key(|(d, _)| *d)
        .map(|(_, k)| k)
}

/// Levenshtein's distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut left_above = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = left_above + usize::from(x != y);
            left_above = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_near_names_only() {
        assert_eq!(closest("unit", ["units", "use_bias"]), Some("units"));
        assert_eq!(closest("useBias", ["units", "use_bias"]), Some("use_bias"));
        assert_eq!(closest("zzz", ["units", "use_bias"]), None);
    }
}
