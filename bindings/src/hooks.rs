//! Callbacks that users write: each hook crosses from the training's thread to JavaScript's and waits until what it started is done.
use crate::{
    array::NdArray,
    crossing::ask,
    error::Failure,
    foreign::{Arguments, Callee},
    guard::guard,
    plug::held_callback,
    promise::promised,
    setting::Handle,
    value::{cast, describe, property},
};
use ironhorn::{
    Array, Error,
    callbacks::{Callback, CallbackOptions, Context, Hook, Hooks, Logs, Schedule},
    config::Plug,
};
use napi::{
    Env, JsValue, Status, Unknown,
    bindgen_prelude::{ClassInstance, Function, JavaScriptClassExt, JsObjectValue, Object, ToNapiValue},
    threadsafe_function::{ThreadsafeCallContext, ThreadsafeFunction},
};
use napi_derive::napi;
use std::{
    any::Any,
    collections::HashMap,
    rc::Rc,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What a hook is told.
pub struct HookCall {
    hook: &'static str,
    number: Option<usize>,
    logs: Vec<(Arc<str>, f64)>,
    outputs: Vec<Array>,
}

/// A dispatcher `(hook, number, logs, outputs) => logs` of one callback; what it gives may be a promise.
type Dispatcher = ThreadsafeFunction<HookCall, Unknown<'static>, Arguments, Status, false>;

/// A user's callback, perhaps of a class that extends a built-in one.
pub struct JsCallback {
    own: Hooks,
    base: Option<Arc<Base>>,
    dispatcher: Dispatcher,
}

/// The built-in part of a user's callback.
struct Base {
    callback: Mutex<Box<dyn Callback + Send>>,
    hooks: Hooks,
    saves: bool,
    waits: bool,
    /// The context of the hook under way, and its logs as `super` leaves them.
    now: Mutex<Option<(Context, Logs)>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Base {
    fn call(&self, hook: Hook, number: usize, logs: &mut Logs, context: &Context) -> tensor::Result<()> {
        hook.call(&mut **locked(&self.callback), number, logs, context)
    }
    /// The same for a subclass: what it does to the logs is kept for the callbacks that follow.
    fn call_super(&self, hook: Hook, number: usize, logs: &mut Logs, context: &Context) -> tensor::Result<()> {
        self.call(hook, number, logs, context)?;
        if let Some((_, now)) = &mut *locked(&self.now) {
            now.clone_from(logs);
        }
        Ok(())
    }
}

/// What `super` reaches in a class that extends a built-in callback.
#[napi(js_name = "BaseCallback")]
pub struct BaseCallback {
    base: Arc<Base>,
}

#[napi]
impl BaseCallback {
    /// Calls a hook of the built-in one; gives the logs, or a promise of them where the hook waits for something.
    #[napi]
    pub fn call<'a>(&self, env: &'a Env, hook: String, number: Option<f64>, logs: Unknown<'a>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let unknown = || Error::value("hook_unknown", format!("No hook {hook}."));
            let hook = named(&hook).ok_or_else(unknown)?;
            let idle =
                || Error::runtime("hook_outside", "A built-in callback's hooks can be called only by those of its subclass, in a run.");
            let (context, mut told) = locked(&self.base.now).clone().ok_or_else(idle)?;
            let number = number.unwrap_or(0.0) as usize;
            numbers(&logs)?.into_iter().for_each(|(name, x)| told.insert(name, x));
            if !self.base.hooks.has(hook) {
                return Ok(written(env, &told)?.to_unknown());
            }
            if self.base.waits {
                let base = self.base.clone();
                let work = move || {
                    base.call_super(hook, number, &mut told, &context)?;
                    Ok(told.iter().map(|(n, x)| (n.to_string(), x)).collect::<HashMap<String, f64>>())
                };
                return Ok(promised(env, work, |logs, _| Ok(logs))?.to_unknown());
            }
            self.base.call_super(hook, number, &mut told, &context)?;
            Ok(written(env, &told)?.to_unknown())
        })
    }
}

/// The part of a callback that the built-in one is.
#[napi]
pub fn base_callback(callback: &Handle) -> napi::Result<BaseCallback> {
    guard(|| {
        let wrong = || Error::type_("argument_type", format!("{} is no callback.", callback.object.describe()));
        let made = callback.object.get::<Plug<dyn CallbackOptions>>().ok_or_else(wrong)?;
        let running = made.running();
        let (hooks, saves, waits) = (running.hooks(), running.saves(), made.waits());
        Ok(BaseCallback { base: Arc::new(Base { callback: Mutex::new(running), hooks, saves, waits, now: Mutex::default() }) })
    })
}

fn named(name: &str) -> Option<Hook> {
    Hook::ALL.iter().find(|h| h.name() == name).copied()
}

/// Logs as an object.
fn written<'a>(env: &'a Env, logs: &Logs) -> Result<Object<'a>, Failure> {
    let mut object = Object::new(env)?;
    for (name, x) in logs.iter() {
        object.set_named_property(name, x)?;
    }
    Ok(object)
}

fn arguments(context: ThreadsafeCallContext<HookCall>) -> napi::Result<Arguments> {
    guard(|| told(&context.env, context.value))
}

/// What the dispatcher is called with.
fn told(env: &Env, call: HookCall) -> Result<Arguments, Failure> {
    let logs = written(env, &call.logs.into_iter().collect())?;
    let number = call.number.map(|n| n as f64).into_unknown(env)?;
    let mut outputs = env.create_array(call.outputs.len() as u32)?;
    for (i, array) in call.outputs.into_iter().enumerate() {
        outputs.set(i as u32, NdArray::wrap(env, array)?.into_instance(env)?)?;
    }
    Ok(Arguments(vec![call.hook.into_unknown(env)?.raw(), number.raw(), logs.raw(), outputs.raw()]))
}

impl JsCallback {
    /// The callback of a dispatcher that has these hooks, by Keras's names, and `base` for the others.
    pub fn new(hooks: &[String], base: Option<&BaseCallback>, dispatcher: &Unknown) -> Result<JsCallback, Failure> {
        let hooks: Vec<Hook> = hooks.iter().filter_map(|name| named(name)).collect();
        let function: Function<Arguments, Unknown<'static>> = cast(dispatcher)?;
        let dispatcher = function.build_threadsafe_function::<HookCall>().callee_handled::<false>().build_callback(arguments)?;
        Ok(JsCallback { own: Hooks::of(&hooks), base: base.map(|b| b.base.clone()), dispatcher })
    }

    fn cross(&self, hook: Hook, number: usize, logs: &mut Logs, context: &Context) -> tensor::Result<()> {
        if let Some(base) = &self.base {
            if !self.own.has(hook) {
                return base.call(hook, number, logs, context);
            }
            *locked(&base.now) = Some((context.clone(), logs.clone()));
        }
        let call = HookCall {
            hook: hook.name(),
            number: hook.numbered().then_some(number),
            logs: logs.iter().map(|(n, x)| (n.clone(), x)).collect(),
            outputs: logs.outputs.clone(),
        };
        let changed = ask(&self.dispatcher, call, "a callback", |_, logs| numbers(logs));
        if let Some((_, now)) = self.base.as_ref().and_then(|base| locked(&base.now).take()) {
            *logs = now;
        }
        changed?.into_iter().for_each(|(name, x)| logs.insert(name, x));
        Ok(())
    }
}

/// A user's function of epoch and learning rate, for any thread. It keeps no process alive.
pub fn schedule(callee: Rc<Callee>) -> Box<dyn Any> {
    let function = |callee: &Callee| -> Result<Function<Arguments, Unknown<'static>>, Failure> { cast(&callee.function()?) };
    let arguments = |context: ThreadsafeCallContext<(usize, f64)>| {
        let (epoch, rate) = context.value;
        guard(|| Ok(Arguments(vec![(epoch as f64).into_unknown(&context.env)?.raw(), rate.into_unknown(&context.env)?.raw()])))
    };
    let built = function(&callee).and_then(|f| {
        Ok(f.build_threadsafe_function::<(usize, f64)>().callee_handled::<false>().weak::<true>().build_callback(arguments)?)
    });
    let built = built.map_err(Error::from);
    Box::new(Schedule::new(callee.name(), move |epoch, rate| {
        let function = built.as_ref().map_err(Error::clone)?;
        ask(function, (epoch, rate), "a schedule", |_, rate| learning_rate(rate))
    }))
}

fn learning_rate(value: &Unknown) -> Result<f64, Failure> {
    if value.get_type()? == napi::ValueType::Number {
        return cast(value);
    }
    let message = format!("The output of the \"schedule\" function should be float, but it is {}.", describe(value)?);
    Err(Error::value("schedule_output", message).into())
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
        self.base.as_ref().map_or(self.own, |base| self.own.or(base.hooks))
    }
    fn saves(&self) -> bool {
        self.base.as_ref().is_some_and(|base| base.saves)
    }
    ironhorn::forward_hooks!(cross);
}

/// The names of all hooks.
pub fn names() -> Vec<&'static str> {
    Hook::ALL.iter().map(|h| h.name()).collect()
}

/// Callbacks in a list: built-in ones and dispatchers `{ hooks, call, base }`, the last of those that extend a built-in one.
pub fn read(env: &Env, list: &Unknown) -> Result<Vec<Box<dyn Callback + Send>>, Failure> {
    let list = list.coerce_to_object()?;
    let one = |i| -> Result<Box<dyn Callback + Send>, Failure> {
        let item: Unknown = list.get_element(i)?;
        if let Some(made) = held_callback(env, &item)? {
            return Ok(made.running());
        }
        let object = item.coerce_to_object()?;
        let hooks: Vec<String> = object.get_named_property("hooks")?;
        let base = property(&object, "base")?.map(|base| cast::<ClassInstance<BaseCallback>>(&base)).transpose()?;
        Ok(Box::new(JsCallback::new(&hooks, base.as_deref(), &object.get_named_property_unchecked("call")?)?))
    };
    (0..list.get_array_length()?).map(one).collect()
}
