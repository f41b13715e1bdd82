//! Initializers, losses, optimizers and the other pluggable things, made by kind and name; and what can be asked of each.
use crate::{
    array::NdArray,
    backend::tensors_of,
    error::Failure,
    guard::guard,
    layer::{arrays, read_weights},
    setting::{Handle, handle_of, read_map, read_setting, write_setting},
    tensor::wrap,
};
use ironhorn::{
    Array, DType, Error, Philox, Value, Variable,
    activations::Activation,
    callbacks::CallbackOptions,
    config::{self, Kind, Map, Object, Plug, Setting},
    constraints::Constraint,
    globals,
    initializers::Initializer,
    losses::Loss,
    metrics::{Metric, MetricInstance},
    optimizers::Optimizer,
    regularizers::Regularizer,
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
static KINDS: &[KindOf] = &[
    kind::<dyn Activation>("activation"),
    kind::<dyn CallbackOptions>("callback"),
    kind::<dyn Constraint>("constraint"),
    kind::<dyn Initializer>("initializer"),
    kind::<dyn Loss>("loss"),
    kind::<dyn Metric>("metric"),
    kind::<dyn Optimizer>("optimizer"),
    kind::<dyn Regularizer>("regularizer"),
];

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
pub fn initialize(env: &Env, initializer: &Handle, shape: Vec<f64>, dtype: Option<String>) -> napi::Result<NdArray> {
    guard(|| {
        let wrong = || Error::type_("argument_type", format!("{} is no initializer.", initializer.object.describe()));
        let initializer = initializer.object.get::<Plug<dyn Initializer>>().ok_or_else(wrong)?;
        let dtype = dtype.map(|d| DType::parse(&d)).transpose()?.unwrap_or_else(globals::floatx);
        let sizes: Vec<usize> = shape.into_iter().map(|n| n as usize).collect();
        NdArray::wrap(env, initializer.fill(&sizes, dtype, &mut Philox::new(graph::random::seed()))?)
    })
}

/// Applies a thing of a kind to tensors.
fn applied(object: &Object, tensors: &[Value]) -> Result<Value, Failure> {
    let wrong = |n: usize| Error::type_("argument_count", format!("{} takes {n} tensors, got {}.", object.describe(), tensors.len()));
    let one = || tensors.first().filter(|_| tensors.len() == 1).ok_or_else(|| wrong(1));
    let two = || match tensors {
        [a, b] => Ok((a, b)),
        _ => Err(wrong(2)),
    };
    let value = if let Some(activation) = object.get::<Plug<dyn Activation>>() {
        activation.apply(one()?)
    } else if let Some(regularizer) = object.get::<Plug<dyn Regularizer>>() {
        regularizer.penalty(one()?)
    } else if let Some(constraint) = object.get::<Plug<dyn Constraint>>() {
        constraint.apply(one()?)
    } else if let Some(loss) = object.get::<Plug<dyn Loss>>() {
        loss.call(two()?.0, two()?.1)
    } else if let Some(metric) = object.get::<Plug<dyn Metric>>() {
        MetricInstance::new(metric).update(two()?.0, two()?.1, None)?.0
    } else {
        return Err(Error::type_("argument_type", format!("{} does not compute on tensors.", object.describe())).into());
    };
    Ok(value.ok()?)
}

/// What a built-in function gives on tensors.
#[napi]
pub fn compute<'a>(env: &'a Env, kind: String, name: String, options: Unknown<'a>, tensors: Unknown<'a>) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let made = (kind_of(&kind)?.construct)(&name, read_map(env, &options)?)?;
        wrap(env, applied(&made, &tensors_of(env, &tensors, &name)?)?)
    })
}

/// What a thing gives on tensors.
#[napi]
pub fn apply<'a>(env: &'a Env, kind: String, thing: &Handle, tensors: Unknown<'a>) -> napi::Result<Unknown<'a>> {
    guard(|| wrap(env, applied(&thing.object, &tensors_of(env, &tensors, &kind)?)?))
}

/// camelCase to snake_case.
pub fn snake(camel: &str) -> String {
    camel.chars().flat_map(|c| if c.is_ascii_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] }).collect()
}

/// The variable of a setting of an optimizer, or of its counter of steps.
pub fn hyper(optimizer: &Plug<dyn Optimizer>, name: &str) -> Result<Variable, Failure> {
    if name == "iterations" {
        return Ok(optimizer.state().iterations().clone());
    }
    let known = optimizer.hypers();
    let wanted = if name == "lr" { "learning_rate".to_owned() } else { snake(name) };
    let found = known.iter().find(|(n, _)| *n == wanted || n.replace('_', "") == wanted.replace('_', ""));
    let names: Vec<_> = known.iter().map(|(n, _)| *n).collect();
    let missing = || {
        Error::attribute(
            "hyper_unknown",
            format!("{} has no setting `{name}` that can change; it has {}.", optimizer.class_name(), names.join(", ")),
        )
    };
    Ok(found.map(|(_, h)| h.variable().clone()).ok_or_else(missing)?)
}

/// A setting of an optimizer as it is now; `iterations` is the number of steps made.
#[napi]
pub fn get_hyper(optimizer: &Handle, name: String) -> napi::Result<f64> {
    guard(|| Ok(hyper(&optimizer_of(optimizer)?, &name)?.get().to_f64().first().copied().unwrap_or(f64::NAN)))
}

/// Sets a setting for the steps to come.
#[napi]
pub fn set_hyper(optimizer: &Handle, name: String, value: f64) -> napi::Result<()> {
    guard(|| {
        let variable = hyper(&optimizer_of(optimizer)?, &name)?;
        Ok(variable.set(&Array::scalar_of(variable.dtype(), value))?)
    })
}

/// Copies of what an optimizer keeps: the number of steps, then its slots.
#[napi]
pub fn optimizer_weights<'a>(env: &'a Env, optimizer: &Handle) -> napi::Result<Unknown<'a>> {
    guard(|| arrays(env, optimizer_of(optimizer)?.state().get_weights()))
}

/// Overwrites what an optimizer keeps.
#[napi]
pub fn set_optimizer_weights(env: &Env, optimizer: &Handle, weights: Unknown) -> napi::Result<()> {
    guard(|| {
        let optimizer = optimizer_of(optimizer)?;
        Ok(optimizer.state().set_weights(&*optimizer, &read_weights(env, &weights, globals::floatx())?)?)
    })
}

/// The optimizer of a handle.
pub fn optimizer_of(handle: &Handle) -> Result<Plug<dyn Optimizer>, Failure> {
    let wrong = || Error::type_("argument_type", format!("{} is no optimizer.", handle.object.describe()));
    Ok(handle.object.get::<Plug<dyn Optimizer>>().ok_or_else(wrong)?)
}

/// A built-in callback behind an object, if it is one.
pub fn held_callback(env: &Env, value: &Unknown) -> Result<Option<Plug<dyn CallbackOptions>>, Failure> {
    Ok(handle_of(env, value)?.and_then(|h| h.object.get::<Plug<dyn CallbackOptions>>()))
}

/// What may be read of a built-in callback: `stopped_epoch`.
#[napi]
pub fn callback_attribute<'a>(env: &'a Env, callback: &Handle, name: String) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let made = callback.object.get::<Plug<dyn CallbackOptions>>();
        let missing = || Error::attribute("attribute_unknown", format!("{} has no attribute `{name}`.", callback.object.describe()));
        write_setting(env, &made.and_then(|c| c.attribute(&name)).ok_or_else(missing)?)
    })
}
