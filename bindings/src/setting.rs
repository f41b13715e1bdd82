//! JavaScript's values as settings of the engine, and back. What is already made (a layer, a tensor, a user's function) stays
//! itself: it travels as an object that becomes whatever the option at hand wants.
use crate::{
    array::{NdArray, copy_typed, read_array},
    error::Failure,
    foreign::Foreign,
    guard::guard,
    layer::{self, layer_of},
    nested::from_list,
    tensor::{SizeHandle, TensorHandle},
    value::{cast, describe, is_object, typed_array},
};
use ironhorn::{
    Array, Error, Value,
    backend::Loose,
    config::{Map, Object as Thing, Setting},
    globals,
};
use napi::{
    Env, JsSymbol, JsValue, Property, PropertyAttributes, Unknown, ValueType,
    bindgen_prelude::{BigInt, ClassInstance, JavaScriptClassExt, JsObjectValue, Object, Symbol, ToNapiValue},
};
use napi_derive::napi;
use std::rc::Rc;
use tensor::Dim;

/// Deeper than any config that has a meaning; an object that holds itself ends here.
const DEEPEST: usize = 64;

/// A thing of the engine's, made for a JavaScript object that stands for it: a layer, an initializer.
#[napi(js_name = "Handle")]
pub struct Handle {
    /// What it is, as an option takes it.
    pub(crate) object: Thing,
}

#[napi]
impl Handle {
    /// What it is, in words.
    #[napi]
    pub fn describe(&self) -> napi::Result<String> {
        guard(|| Ok(self.object.describe()))
    }
}

/// The handle behind a JavaScript object that has one.
pub fn handle_of<'a>(env: &Env, value: &Unknown<'a>) -> Result<Option<ClassInstance<'a, Handle>>, Failure> {
    if !is_object(value)? {
        return Ok(None);
    }
    if let Ok(handle) = cast::<ClassInstance<Handle>>(value) {
        return Ok(Some(handle));
    }
    let held: Unknown = value.coerce_to_object()?.get_property_unchecked(handle_key(env)?)?;
    Ok(if held.get_type()? == ValueType::Object { cast(&held).ok() } else { None })
}

/// The key under which objects have their handle.
pub fn handle_key(env: &Env) -> Result<JsSymbol<'_>, Failure> {
    Ok(Symbol::for_desc("ironhorn.handle").into_js_symbol(env)?)
}

/// A value as a setting.
pub fn read_setting(env: &Env, value: &Unknown) -> Result<Setting, Failure> {
    read(env, value, 0)
}

/// An object as a map of settings; undefined ones are left out.
pub fn read_map(env: &Env, value: &Unknown) -> Result<Map, Failure> {
    match read_setting(env, value)? {
        Setting::Map(map) => Ok(map),
        Setting::Null => Ok(Map::new()),
        other => Err(Error::type_("argument_type", format!("Expected an object, but got {}.", other.describe())).into()),
    }
}

fn read(env: &Env, value: &Unknown, depth: usize) -> Result<Setting, Failure> {
    if depth > DEEPEST {
        return Err(Error::value("option_depth", "The options are nested deeper than 64 levels; does an object hold itself?").into());
    }
    Ok(match value.get_type()? {
        ValueType::Undefined | ValueType::Null => Setting::Null,
        ValueType::Boolean => Setting::Bool(cast(value)?),
        ValueType::Number => number(cast(value)?),
        ValueType::String => Setting::Text(cast(value)?),
        ValueType::BigInt => match cast::<BigInt>(value)?.get_i64() {
            (n, true) => Setting::Int(n),
            _ => return Err(Error::value("option_value", "A bigint does not fit into int64.").into()),
        },
        ValueType::Object | ValueType::Function => object(env, value, depth)?,
        _ => return Err(Error::type_("option_type", format!("An option cannot be {}.", describe(value)?)).into()),
    })
}

fn number(x: f64) -> Setting {
    if x.fract() == 0.0 && x.abs() <= 9_007_199_254_740_991.0 { Setting::Int(x as i64) } else { Setting::Float(x) }
}

fn object(env: &Env, value: &Unknown, depth: usize) -> Result<Setting, Failure> {
    if value.is_typedarray()? {
        return Ok(Setting::Object(Thing::new("a typed array", copy_typed(&typed_array(value)?)?)));
    }
    if value.is_array()? {
        let list = value.coerce_to_object()?;
        let len = list.get_array_length()?;
        let items = (0..len).map(|i| read(env, &list.get_element(i)?, depth + 1));
        return Ok(Setting::List(items.collect::<Result<_, _>>()?));
    }
    if let Some(made) = known(env, value)? {
        return Ok(Setting::Object(made));
    }
    if value.get_type()? == ValueType::Function || !is_plain(env, value)? {
        return Ok(Setting::Object(Thing::of(Rc::new(Foreign::new(env, value)?))));
    }
    let object = value.coerce_to_object()?;
    let noted: Unknown = object.get_property_unchecked(floats_key(env)?)?;
    let floats: Vec<String> = if noted.is_array()? { cast(&noted)? } else { Vec::new() };
    let mut map = Map::new();
    for key in Object::keys(&object)? {
        let item: Unknown = object.get_named_property_unchecked(&key)?;
        if item.get_type()? == ValueType::Undefined {
            continue;
        }
        let setting = match read(env, &item, depth + 1)? {
            Setting::Int(n) if floats.contains(&key) => Setting::Float(n as f64),
            other => other,
        };
        map.insert(key, setting);
    }
    Ok(Setting::Map(map))
}

/// Under the symbol of this name an object has the names of those numbers in it that are floats though they are whole: JavaScript has one
/// kind of number, Keras writes 1.0 and 1.
const FLOATS: &str = "ironhorn.floats";

fn floats_key(env: &Env) -> Result<JsSymbol<'_>, Failure> {
    Ok(Symbol::for_desc(FLOATS).into_js_symbol(env)?)
}

fn is_whole_float(setting: &Setting) -> bool {
    matches!(setting, Setting::Float(x) if x.fract() == 0.0)
}

/// Things of the engine's own.
fn known(env: &Env, value: &Unknown) -> Result<Option<Thing>, Failure> {
    if let Some(handle) = handle_of(env, value)? {
        return Ok(Some(handle.object.clone()));
    }
    if let Some(layer) = layer_of(env, value)? {
        return Ok(Some(layer::thing(&layer)));
    }
    if let Ok(tensor) = cast::<ClassInstance<TensorHandle>>(value) {
        return Ok(Some(Thing::new("a tensor", tensor.current())));
    }
    if let Ok(array) = cast::<ClassInstance<NdArray>>(value) {
        return Ok(Some(Thing::new("an NDArray", array.array.clone())));
    }
    if let Ok(size) = cast::<ClassInstance<SizeHandle>>(value) {
        return Ok(Some(Thing::new("a size", size.dim)));
    }
    Ok(None)
}

/// Whether it is an object literal, and not an instance of a class.
pub fn is_plain(env: &Env, value: &Unknown) -> Result<bool, Failure> {
    if value.get_type()? != ValueType::Object || value.is_array()? || value.is_typedarray()? || value.is_promise()? {
        return Ok(false);
    }
    let prototype = value.coerce_to_object()?.get_prototype()?;
    if prototype.get_type()? == ValueType::Null {
        return Ok(true);
    }
    let plain = Object::new(env)?.get_prototype()?;
    Ok(env.strict_equals(prototype, plain)?)
}

/// A setting as a JavaScript value. Error `not_serializable` for a thing that has no JavaScript form.
pub fn write_setting<'a>(env: &'a Env, setting: &Setting) -> Result<Unknown<'a>, Failure> {
    Ok(match setting {
        Setting::Null => napi::bindgen_prelude::Null.into_unknown(env)?,
        Setting::Bool(b) => b.into_unknown(env)?,
        Setting::Int(n) => (*n as f64).into_unknown(env)?,
        Setting::Float(x) => x.into_unknown(env)?,
        Setting::Text(s) => s.as_str().into_unknown(env)?,
        Setting::List(items) => {
            let mut list = env.create_array(items.len() as u32)?;
            for (i, item) in items.iter().enumerate() {
                list.set(i as u32, write_setting(env, item)?)?;
            }
            list.to_unknown()
        }
        Setting::Map(map) => {
            let mut object = Object::new(env)?;
            for (name, value) in map.iter() {
                object.set_named_property(name, write_setting(env, value)?)?;
            }
            let floats: Vec<String> = map.iter().filter(|(_, v)| is_whole_float(v)).map(|(name, _)| name.to_string()).collect();
            if !floats.is_empty() {
                let noted = Property::new().with_name(env, Symbol::for_desc(FLOATS))?.with_napi_value(env, floats)?;
                object.define_properties(&[noted.with_property_attributes(PropertyAttributes::Default)])?;
            }
            object.to_unknown()
        }
        Setting::Object(thing) => {
            if let Some(value) = thing.get::<Value>() {
                TensorHandle { tensor: value }.into_instance(env)?.to_unknown()
            } else if let Some(array) = thing.get::<Array>() {
                NdArray::wrap(env, array)?.into_instance(env)?.to_unknown()
            } else if let Some(dim) = thing.get::<Dim>() {
                SizeHandle { dim }.into_instance(env)?.to_unknown()
            } else {
                let message = format!("{} has no form in JavaScript's plain data.", thing.describe());
                return Err(Error::type_("not_serializable", message).into());
            }
        }
    })
}

/// A value that an operation takes as a tensor: numbers stay numbers, everything that holds numbers becomes an array.
pub fn read_tensor(env: &Env, value: &Unknown) -> Result<Setting, Failure> {
    if !is_object(value)? {
        return read_setting(env, value);
    }
    if value.is_array()? {
        let (array, loose) = from_list(env, value, globals::floatx())?;
        return Ok(Setting::Object(if loose { Thing::new("an array", Loose(array)) } else { Thing::new("an array", array) }));
    }
    match known(env, value)? {
        Some(made) => Ok(Setting::Object(made)),
        None => Ok(Setting::Object(Thing::new("an array", read_array(env, value, globals::floatx())?))),
    }
}
