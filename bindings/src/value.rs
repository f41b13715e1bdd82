//! Reading JavaScript values whose kind is only known by looking.
use crate::error::Failure;
use napi::{
    Env, JsValue, Unknown, ValueType,
    bindgen_prelude::{FromNapiValue, Function, JsObjectValue, Object, ToNapiValue, TypedArray, ValidateNapiValue},
};
use tensor::Error;

/// The value as a `T`, after a check that it is one.
pub fn cast<'a, T: FromNapiValue + ValidateNapiValue>(value: &impl JsValue<'a>) -> Result<T, Failure> {
    let (env, raw) = (value.value().env, value.raw());
    // SAFETY: env and value come from a live value of this call, and `validate` has just said that it is a T.
    unsafe {
        T::validate(env, raw)?;
        Ok(T::from_napi_value(env, raw)?)
    }
}

/// Whether it is an object or a function.
pub fn is_object(value: &Unknown) -> Result<bool, Failure> {
    Ok(matches!(value.get_type()?, ValueType::Object | ValueType::Function))
}

/// What it is, in words for a message: "a string", "an object".
pub fn describe(value: &Unknown) -> Result<&'static str, Failure> {
    Ok(match value.get_type()? {
        ValueType::Undefined => "undefined",
        ValueType::Null => "null",
        ValueType::Boolean => "a boolean",
        ValueType::Number => "a number",
        ValueType::String => "a string",
        ValueType::Symbol => "a symbol",
        ValueType::Function => "a function",
        ValueType::BigInt => "a bigint",
        _ if value.is_promise()? => "a promise (did you forget to await it?)",
        _ if value.is_array()? => "an array",
        _ => "an object",
    })
}

/// The property, or nothing when it is missing, null or undefined.
pub fn property<'a>(object: &Object<'a>, name: &str) -> Result<Option<Unknown<'a>>, Failure> {
    let value: Unknown = object.get_named_property_unchecked(name)?;
    Ok(match value.get_type()? {
        ValueType::Undefined | ValueType::Null => None,
        _ => Some(value),
    })
}

/// The numbers of an array or typed array, as whole numbers of at least `least`. `name` is for the message.
pub fn whole_numbers(value: &Unknown, name: &str, least: i64) -> Result<Vec<i64>, Failure> {
    let wrong = |what: String| Failure::from(Error::value("array_shape", format!("{name} must be a list of whole numbers, not {what}.")));
    if !value.is_array()? && !value.is_typedarray()? {
        return Err(wrong(describe(value)?.to_owned()));
    }
    let list = value.coerce_to_object()?;
    let len: u32 = list.get_named_property("length")?;
    let mut numbers = Vec::new();
    for i in 0..len {
        let item: Unknown = list.get_element(i)?;
        if item.get_type()? != ValueType::Number {
            return Err(wrong(format!("with {} at position {i}", describe(&item)?)));
        }
        let x: f64 = cast(&item)?;
        if x.fract() != 0.0 || x < least as f64 || x > (1i64 << 53) as f64 {
            return Err(wrong(format!("with {x} at position {i}")));
        }
        numbers.push(x as i64);
    }
    Ok(numbers)
}

/// The typed array, unless its memory has gone: transferred away, or its buffer was made smaller than it.
pub fn typed_array<'a>(value: &Unknown<'a>) -> Result<TypedArray<'a>, Failure> {
    let array: TypedArray = cast(value)?;
    if array.arraybuffer.is_empty() {
        // Only JavaScript's own methods tell an empty array from one that lost its memory: they throw a TypeError.
        let keys: Function<(), Unknown> = value.coerce_to_object()?.get_named_property("keys")?;
        // `call` takes the exception away, `apply` would leave it to be thrown.
        if keys.bind(*value)?.call(()).is_err() {
            let message =
                "The memory of this typed array is gone: its ArrayBuffer was transferred or resized. Pass a copy, made before that.";
            return Err(Error::value("array_detached", message).into());
        }
    }
    Ok(array)
}

/// The same value, for as long as the call of `env` lasts.
pub fn keep<'a>(env: &'a Env, value: &Unknown) -> Result<Unknown<'a>, Failure> {
    Ok((*value).into_unknown(env)?)
}

/// Runs `body` with the handles that it makes freed at its end.
pub fn scoped<T>(env: &Env, body: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let mut failure = None;
    let result = env.run_in_scope(|| match body() {
        Ok(x) => Ok(Some(x)),
        Err(e) => {
            failure = Some(e);
            Ok(None)
        }
    })?;
    result.ok_or_else(|| failure.unwrap_or_else(|| Error::runtime("internal", "A scope gave nothing.").into()))
}
