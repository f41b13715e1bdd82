//! Arrays of arrays to one block of numbers: finds the sizes, checks that every row agrees with the first, and says where one does not.
//! Innermost rows may be typed arrays.
use crate::{
    array::copy_typed,
    error::Failure,
    value::{cast, describe, is_object, scoped, typed_array},
};
use napi::{
    Env, JsValue, Unknown, ValueType,
    bindgen_prelude::{BigInt, JsObjectValue, Object},
};
use tensor::{Array, DType, Error};

/// Deeper than any array that has a meaning; an array that holds itself ends here.
const DEEPEST: usize = 32;

/// The kind of number found so far.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Nothing,
    Booleans,
    Numbers,
    BigInts,
    Typed(DType),
}

struct Walk<'e> {
    env: &'e Env,
    sizes: Vec<usize>,
    /// Whether the innermost size is known, that is, whether a number was seen.
    ended: bool,
    path: Vec<u32>,
    kind: Kind,
    floats: Vec<f64>,
    integers: Vec<i64>,
    bytes: Vec<u8>,
}

/// The array of that nesting; numbers become `number_type`, booleans bool, bigints int64.
pub fn from_nested(env: &Env, value: &Unknown, number_type: DType) -> Result<Array, Failure> {
    Ok(from_list(env, value, number_type)?.0)
}

/// The same, and whether its numbers have no type of their own.
pub fn from_list(env: &Env, value: &Unknown, number_type: DType) -> Result<(Array, bool), Failure> {
    let mut walk =
        Walk { env, sizes: vec![], ended: false, path: vec![], kind: Kind::Nothing, floats: vec![], integers: vec![], bytes: vec![] };
    walk.item(value)?;
    let loose = matches!(walk.kind, Kind::Nothing | Kind::Numbers);
    let array = match walk.kind {
        Kind::Nothing | Kind::Numbers => Array::from_f64(number_type, walk.sizes, &walk.floats)?,
        Kind::Booleans => Array::from_f64(DType::Bool, walk.sizes, &walk.floats)?,
        Kind::BigInts => Array::from_slice(walk.sizes, &walk.integers)?,
        Kind::Typed(dtype) => Array::from_bytes(dtype, walk.sizes, &walk.bytes)?,
    };
    Ok((array, loose))
}

impl Walk<'_> {
    fn item(&mut self, value: &Unknown) -> Result<(), Failure> {
        match value.get_type()? {
            ValueType::Number => {
                self.leaf(Kind::Numbers)?;
                self.floats.push(cast(value)?);
                Ok(())
            }
            ValueType::Boolean => {
                self.leaf(Kind::Booleans)?;
                self.floats.push(f64::from(cast::<bool>(value)?));
                Ok(())
            }
            ValueType::BigInt => {
                self.leaf(Kind::BigInts)?;
                let (integer, lossless) = cast::<BigInt>(value)?.get_i64();
                if !lossless {
                    return Err(self.wrong("array_range", "a bigint that does not fit into int64"));
                }
                self.integers.push(integer);
                Ok(())
            }
            _ if is_object(value)? && value.is_typedarray()? => self.typed(value),
            _ if is_object(value)? && value.is_array()? => self.list(&value.coerce_to_object()?),
            _ => Err(self.wrong("array_element", describe(value)?)),
        }
    }

    fn list(&mut self, list: &Object) -> Result<(), Failure> {
        let len = list.get_array_length()?;
        self.size(len as usize)?;
        // One scope a row: the handles of a large array would not fit into memory.
        let env = self.env;
        scoped(env, || {
            self.path.push(0);
            for i in 0..len {
                if let Some(last) = self.path.last_mut() {
                    *last = i;
                }
                self.item(&list.get_element(i)?)?;
            }
            self.path.pop();
            Ok(())
        })
    }

    fn typed(&mut self, value: &Unknown) -> Result<(), Failure> {
        let row = copy_typed(&typed_array(value).map_err(|e| self.placed(e))?)?;
        self.size(row.len())?;
        self.path.push(0);
        self.leaf(Kind::Typed(row.dtype()))?;
        self.path.pop();
        self.bytes.extend_from_slice(row.bytes());
        Ok(())
    }

    /// Notes or checks the length of the list at the present place.
    fn size(&mut self, len: usize) -> Result<(), Failure> {
        let depth = self.path.len();
        if depth >= DEEPEST {
            return Err(self.wrong("array_depth", "a nesting deeper than 32 levels"));
        }
        match self.sizes.get(depth) {
            Some(&wanted) if wanted == len => Ok(()),
            Some(&wanted) => Err(self.ragged(&format!("has {len} elements where the first has {wanted}"))),
            None if self.ended || self.path.iter().any(|i| *i != 0) => Err(self.ragged("is a list where the first has a number")),
            None => {
                self.sizes.push(len);
                Ok(())
            }
        }
    }

    /// Notes or checks that a number of that kind stands at the present place.
    fn leaf(&mut self, kind: Kind) -> Result<(), Failure> {
        if self.path.len() != self.sizes.len() {
            return Err(self.ragged("is a number where the first has a list"));
        }
        self.ended = true;
        self.kind = match (self.kind, kind) {
            (Kind::Nothing, new) => new,
            (old, new) if old == new => old,
            (Kind::Booleans, Kind::Numbers) | (Kind::Numbers, Kind::Booleans) => Kind::Numbers,
            _ => return Err(self.wrong("array_mixed", "another kind of number than those before it")),
        };
        Ok(())
    }

    fn place(&self) -> String {
        match self.path.as_slice() {
            [] => "the value".to_owned(),
            path => format!("the element at {}", path.iter().map(|i| format!("[{i}]")).collect::<String>()),
        }
    }

    fn ragged(&self, what: &str) -> Failure {
        let message = format!("The nested array is ragged: {} {what}. Every row must have the same sizes.", self.place());
        Error::value("array_ragged", message).into()
    }

    fn wrong(&self, code: &'static str, what: &str) -> Failure {
        let message = format!("Expected numbers, booleans or bigints in nested arrays, but {} is {what}.", self.place());
        let class = if code == "array_element" { tensor::Class::Type } else { tensor::Class::Value };
        Error::new(class, code, message).into()
    }

    fn placed(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Engine(error) => error.at(self.place()).into(),
            other => other,
        }
    }
}
