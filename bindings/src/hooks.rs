//! Callbacks that users write: each hook crosses from the training's thread to JavaScript's and waits until what it started is done.
use crate::{array::NdArray, crossing::ask, error::Failure, foreign::Arguments, guard::guard, plug::held_callback, value::cast};
use ironhorn::{
    Array,
    callbacks::{Callback, Context, Hook, Hooks, Logs},
};
use napi::{
    Env, JsValue, Status, Unknown,
    bindgen_prelude::{Function, JavaScriptClassExt, JsObjectValue, Object, ToNapiValue},
    threadsafe_function::{ThreadsafeCallContext, ThreadsafeFunction},
};
use std::sync::Arc;

/// What a hook is told.
pub struct HookCall {
    hook: &'static str,
    number: Option<usize>,
    logs: Vec<(Arc<str>, f64)>,
    outputs: Vec<Array>,
}

/// A dispatcher `(hook, number, logs, outputs) => logs` of one callback; what it gives may be a promise.
type Dispatcher = ThreadsafeFunction<HookCall, Unknown<'static>, Arguments, Status, false>;

/// A user's callback.
pub struct JsCallback {
    hooks: Hooks,
    dispatcher: Dispatcher,
}

fn arguments(context: ThreadsafeCallContext<HookCall>) -> napi::Result<Arguments> {
    guard(|| told(&context.env, context.value))
}

/// What the dispatcher is called with.
fn told(env: &Env, call: HookCall) -> Result<Arguments, Failure> {
    let mut logs = Object::new(env)?;
    for (name, x) in &call.logs {
        logs.set_named_property(name, *x)?;
    }
    let number = call.number.map(|n| n as f64).into_unknown(env)?;
    let mut outputs = env.create_array(call.outputs.len() as u32)?;
    for (i, array) in call.outputs.into_iter().enumerate() {
        outputs.set(i as u32, NdArray::wrap(env, array)?.into_instance(env)?)?;
    }
    Ok(Arguments(vec![call.hook.into_unknown(env)?.raw(), number.raw(), logs.raw(), outputs.raw()]))
}

impl JsCallback {
    /// The callback of a dispatcher that has these hooks, by Keras's names.
    pub fn new(hooks: &[String], dispatcher: &Unknown) -> Result<JsCallback, Failure> {
        let named = |name: &String| Hook::ALL.iter().find(|h| h.name() == name.as_str()).copied();
        let hooks: Vec<Hook> = hooks.iter().filter_map(named).collect();
        let function: Function<Arguments, Unknown<'static>> = cast(dispatcher)?;
        let dispatcher = function.build_threadsafe_function::<HookCall>().callee_handled::<false>().build_callback(arguments)?;
        Ok(JsCallback { hooks: Hooks::of(&hooks), dispatcher })
    }

    fn cross(&self, hook: Hook, number: usize, logs: &mut Logs, _: &Context) -> tensor::Result<()> {
        let call = HookCall {
            hook: hook.name(),
            number: hook.numbered().then_some(number),
            logs: logs.iter().map(|(n, x)| (n.clone(), x)).collect(),
            outputs: logs.outputs.clone(),
        };
        let changed = ask(&self.dispatcher, call, "a callback", |_, logs| numbers(logs))?;
        changed.into_iter().for_each(|(name, x)| logs.insert(name, x));
        Ok(())
    }
}

/// The numbers in the logs as the hook left them.
fn numbers(logs: &Unknown) -> Result<Vec<(String, f64)>, Failure> {
    if logs.get_type()? != napi::ValueType::Object {
        return Ok(Vec::new());
    }
    let object = logs.coerce_to_object()?;
    let mut numbers = Vec::new();
    for name in Object::keys(&object)? {
        let value: Unknown = object.get_named_property_unchecked(&name)?;
        if value.get_type()? == napi::ValueType::Number {
            numbers.push((name, cast(&value)?));
        }
    }
    Ok(numbers)
}

impl Callback for JsCallback {
    fn hooks(&self) -> Hooks {
        self.hooks
    }
    ironhorn::forward_hooks!(cross);
}

/// The names of all hooks.
pub fn names() -> Vec<&'static str> {
    Hook::ALL.iter().map(|h| h.name()).collect()
}

/// Callbacks in a list: built-in ones and dispatchers `{ hooks, call }`.
pub fn read(env: &Env, list: &Unknown) -> Result<Vec<Box<dyn Callback + Send>>, Failure> {
    let list = list.coerce_to_object()?;
    let one = |i| -> Result<Box<dyn Callback + Send>, Failure> {
        let item: Unknown = list.get_element(i)?;
        if let Some(made) = held_callback(env, &item)? {
            return Ok(made.running());
        }
        let object = item.coerce_to_object()?;
        let hooks: Vec<String> = object.get_named_property("hooks")?;
        Ok(Box::new(JsCallback::new(&hooks, &object.get_named_property_unchecked("call")?)?))
    };
    (0..list.get_array_length()?).map(one).collect()
}
