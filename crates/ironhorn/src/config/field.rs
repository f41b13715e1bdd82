//! What a field of a config can be: how its value is read, written, and typed in TypeScript.
use super::{Map, Place, Setting};
use crate::{DType, Result};

/// The type of an option. Implement it once and every config can use it.
pub trait Field: Sized {
    /// Reads a value; `at` says where it stands and makes the errors.
    fn read(setting: Setting, at: &Place) -> Result<Self>;
    /// The value as Keras writes it.
    fn write(&self) -> Result<Setting>;
    /// The type as TypeScript text.
    fn typescript() -> String;
}

/// The value of a default that is given as a literal.
///
/// # Panics
/// If the literal is not a value of the option: a mistake in the declaration, which the check of its list finds.
pub fn preset<T: Field>(setting: Setting, owner: &str, option: &str) -> T {
    T::read(setting, &Place::new(owner, option)).unwrap_or_else(|e| panic!("a default must be a value of its option: {e}"))
}

impl Field for bool {
    fn read(setting: Setting, at: &Place) -> Result<bool> {
        match setting {
            Setting::Bool(b) => Ok(b),
            other => Err(at.wrong_type("true or false", &other)),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Bool(*self))
    }
    fn typescript() -> String {
        "boolean".to_owned()
    }
}

impl Field for i64 {
    fn read(setting: Setting, at: &Place) -> Result<i64> {
        match setting {
            Setting::Int(n) => Ok(n),
            Setting::Float(x) if x.fract() == 0.0 && x.abs() < 9e15 => Ok(x as i64),
            other => Err(at.wrong_type("a whole number", &other)),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Int(*self))
    }
    fn typescript() -> String {
        "number".to_owned()
    }
}

impl Field for usize {
    fn read(setting: Setting, at: &Place) -> Result<usize> {
        let n = i64::read(setting, at)?;
        usize::try_from(n).map_err(|_| at.wrong_value("a whole number, zero or more", &Setting::Int(n)))
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Int(*self as i64))
    }
    fn typescript() -> String {
        "number".to_owned()
    }
}

impl Field for f64 {
    fn read(setting: Setting, at: &Place) -> Result<f64> {
        match setting {
            Setting::Int(n) => Ok(n as f64),
            Setting::Float(x) => Ok(x),
            other => Err(at.wrong_type("a number", &other)),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Float(*self))
    }
    fn typescript() -> String {
        "number".to_owned()
    }
}

impl Field for String {
    fn read(setting: Setting, at: &Place) -> Result<String> {
        match setting {
            Setting::Text(s) => Ok(s),
            other => Err(at.wrong_type("a text", &other)),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Text(self.clone()))
    }
    fn typescript() -> String {
        "string".to_owned()
    }
}

impl<T: Field> Field for Option<T> {
    fn read(setting: Setting, at: &Place) -> Result<Option<T>> {
        match setting {
            Setting::Null => Ok(None),
            other => T::read(other, at).map(Some),
        }
    }
    fn write(&self) -> Result<Setting> {
        self.as_ref().map_or(Ok(Setting::Null), T::write)
    }
    fn typescript() -> String {
        format!("{} | null", T::typescript())
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(setting: Setting, at: &Place) -> Result<Vec<T>> {
        match setting {
            Setting::List(items) => items.into_iter().enumerate().map(|(i, item)| T::read(item, &at.item(i))).collect(),
            other => Err(at.wrong_type("a list", &other)),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::List(self.iter().map(T::write).collect::<Result<_>>()?))
    }
    fn typescript() -> String {
        array_of(&T::typescript())
    }
}

/// The TypeScript text of an array.
fn array_of(item: &str) -> String {
    if item.contains(' ') { format!("({item})[]") } else { format!("{item}[]") }
}

impl Field for DType {
    fn read(setting: Setting, at: &Place) -> Result<DType> {
        match setting {
            Setting::Text(name) => DType::parse(&name).map_err(|e| e.at(at)),
            other => Err(at.wrong_type("the name of a number type", &other)),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Text(self.name().to_owned()))
    }
    fn typescript() -> String {
        "DType".to_owned()
    }
}

impl Field for Map {
    fn read(setting: Setting, at: &Place) -> Result<Map> {
        match setting {
            Setting::Map(map) => Ok(map),
            other => Err(at.wrong_type("an object", &other)),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Map(self.clone()))
    }
    fn typescript() -> String {
        "Record<string, unknown>".to_owned()
    }
}

impl Field for Setting {
    fn read(setting: Setting, _at: &Place) -> Result<Setting> {
        Ok(setting)
    }
    fn write(&self) -> Result<Setting> {
        Ok(self.clone())
    }
    fn typescript() -> String {
        "unknown".to_owned()
    }
}
