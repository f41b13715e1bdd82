//! Initializers, losses, optimizers and the other pluggable things, made by kind and name; and what can be asked of each.
use crate::{
    array::NdArray,
    error::Failure,
    guard::guard,
    setting::{Handle, held, read_map, read_setting, write_setting},
};
use ironhorn::{
    DType, Error, Philox,
    config::{self, Kind, Map, Object, Plug, Setting},
    globals,
    initializers::Initializer,
};
use napi::{Env, Unknown};
use napi_derive::napi;

/// What the binding does with one kind.
struct KindOf {
    name: &'static str,
    construct: fn(&str, Map) -> tensor::Result<Object>,
    get: fn(&Setting) -> tensor::Result<Object>,
    serialize: fn(&Object) -> tensor::Result<Option<Setting>>,
}

const fn kind<K: Kind + ?Sized>(name: &'static str) -> KindOf {
    fn object<K: Kind + ?Sized>(made: Plug<K>) -> Object {
        Object::new(format!("the {} {}", K::NAME, made.class_name()), made)
    }
    KindOf {
        name,
        construct: |name, map| config::construct::<K>(name, map).map(object),
        get: |setting| config::get::<K>(setting).map(object),
        serialize: |held| held.get::<Plug<K>>().map(|made| config::serialize(&made)).transpose(),
    }
}

/// Every kind, by its name in TypeScript.
static KINDS: &[KindOf] = &[kind::<dyn Initializer>("initializer")];

fn kind_of(name: &str) -> Result<&'static KindOf, Failure> {
    Ok(KINDS.iter().find(|k| k.name == name).ok_or_else(|| Error::value("kind_unknown", format!("No kind {name}.")))?)
}

/// Makes a built-in thing of its options.
#[napi]
pub fn construct(env: &Env, kind: String, name: String, options: Unknown) -> napi::Result<Handle> {
    guard(|| Ok(Handle { object: (kind_of(&kind)?.construct)(&name, read_map(env, &options)?)? }))
}

/// What a name, a config, an instance or a function stands for.
#[napi]
pub fn get(env: &Env, kind: String, identifier: Unknown) -> napi::Result<Handle> {
    guard(|| Ok(Handle { object: (kind_of(&kind)?.get)(&read_setting(env, &identifier)?)? }))
}

/// A thing as Keras writes it: a name, or class name and config.
#[napi]
pub fn serialize<'a>(env: &'a Env, thing: Unknown<'a>) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let setting = read_setting(env, &thing)?;
        if let Setting::Object(object) = &setting {
            for kind in KINDS {
                if let Some(written) = (kind.serialize)(object)? {
                    return write_setting(env, &written);
                }
            }
        }
        Err(Error::type_("not_serializable", format!("{} is not one of Keras's things.", setting.describe())).into())
    })
}

/// First values of a weight.
#[napi]
pub fn initialize(env: &Env, initializer: Unknown, shape: Vec<f64>, dtype: Option<String>) -> napi::Result<NdArray> {
    guard(|| {
        let initializer: Plug<dyn Initializer> = held(env, &initializer, "an initializer")?;
        let dtype = dtype.map(|d| DType::parse(&d)).transpose()?.unwrap_or_else(globals::floatx);
        let sizes: Vec<usize> = shape.into_iter().map(|n| n as usize).collect();
        NdArray::wrap(env, initializer.fill(&sizes, dtype, &mut Philox::new(graph::random::seed()))?)
    })
}
