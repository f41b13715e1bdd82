//! Callbacks that users write: each hook crosses from the training's thread to JavaScript's and waits until what it started is done.
use crate::{array::NdArray, error::Failure, foreign::Arguments, guard::catch, plug::held_callback, value::cast};
use ironhorn::{
    Array, Error,
    callbacks::{Callback, Context, Hook, Hooks, Logs},
};
use napi::{
    Env, JsValue, Status, Unknown,
    bindgen_prelude::{CallbackContext, Function, JavaScriptClassExt, JsObjectValue, Object, PromiseRaw, ToNapiValue},
    threadsafe_function::{ThreadsafeCallContext, ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use std::sync::{Arc, mpsc};

/// What a hook is told.
pub struct HookCall {
    hook: &'static str,
    number: Option<usize>,
    logs: Vec<(Arc<str>, f64)>,
    outputs: Vec<Array>,
}

/// A dispatcher `(hook, number, logs, outputs) => logs` of one callback; what it gives may be a promise.
type Dispatcher = ThreadsafeFunction<HookCall, Unknown<'static>, Arguments, Status, false>;

type Answer = Result<Vec<(String, f64)>, Error>;

/// A user's callback.
pub struct JsCallback {
    hooks: Hooks,
    dispatcher: Dispatcher,
}

fn arguments(context: ThreadsafeCallContext<HookCall>) -> napi::Result<Arguments> {
    let (env, call) = (&context.env, context.value);
    let mut logs = Object::new(env)?;
    for (name, x) in &call.logs {
        logs.set_named_property(name, *x)?;
    }
    let number = call.number.map(|n| n as f64).into_unknown(env)?;
    let mut outputs = env.create_array(call.outputs.len() as u32)?;
    for (i, array) in call.outputs.into_iter().enumerate() {
        let array = NdArray::wrap(env, array).map_err(crate::error::to_napi)?;
        outputs.set(i as u32, array.into_instance(env)?)?;
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

    fn cross(&self, hook: Hook, number: usize, logs: &mut Logs) -> tensor::Result<()> {
        let call = HookCall {
            hook: hook.name(),
            number: hook.numbered().then_some(number),
            logs: logs.iter().map(|(n, x)| (n.clone(), x)).collect(),
            outputs: logs.outputs.clone(),
        };
        let (answer, wait) = mpsc::sync_channel::<Answer>(1);
        let status = self.dispatcher.call_with_return_value(call, ThreadsafeFunctionCallMode::NonBlocking, move |result, _env| {
            settle(result, answer);
            Ok(())
        });
        let gone = || Error::runtime("hook_lost", "JavaScript ended while a callback was to be called.");
        if status != Status::Ok {
            return Err(gone());
        }
        let changed = wait.recv().unwrap_or_else(|_| Err(gone()))?;
        changed.into_iter().for_each(|(name, x)| logs.insert(name, x));
        Ok(())
    }
}

/// Sends what the hook gave, once it is there.
fn settle(result: napi::Result<Unknown<'static>>, answer: mpsc::SyncSender<Answer>) {
    let failed = answer.clone();
    let work = move || -> Result<(), Failure> {
        let value = result?;
        if !value.is_promise()? {
            answer.send(numbers(&value).map_err(Error::from)).ok();
            return Ok(());
        }
        let promise: PromiseRaw<Unknown<'static>> = cast(&value)?;
        let rejected = answer.clone();
        promise
            .then(move |context: CallbackContext<Unknown<'static>>| {
                answer.send(numbers(&context.value).map_err(Error::from)).ok();
                Ok(())
            })?
            .catch(move |context: CallbackContext<Unknown<'static>>| {
                let error = Failure::from(napi::Error::from_unknown_without_coercion(context.value));
                rejected.send(Err(error.into())).ok();
                Ok(())
            })?;
        Ok(())
    };
    if let Err(failure) = catch(work) {
        failed.send(Err(failure.into())).ok();
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

macro_rules! methods {
    ($($method:ident($($number:ident)?) $hook:ident;)*) => { $(
        fn $method(&mut self, $($number: usize,)? logs: &mut Logs, _: &Context) -> tensor::Result<()> {
            self.cross(Hook::$hook, [$($number)?].first().copied().unwrap_or(0), logs)
        }
    )* };
}

impl Callback for JsCallback {
    fn hooks(&self) -> Hooks {
        self.hooks
    }
    methods! {
        on_train_begin() TrainBegin;
        on_train_end() TrainEnd;
        on_epoch_begin(epoch) EpochBegin;
        on_epoch_end(epoch) EpochEnd;
        on_train_batch_begin(batch) TrainBatchBegin;
        on_train_batch_end(batch) TrainBatchEnd;
        on_test_begin() TestBegin;
        on_test_end() TestEnd;
        on_test_batch_begin(batch) TestBatchBegin;
        on_test_batch_end(batch) TestBatchEnd;
        on_predict_begin() PredictBegin;
        on_predict_end() PredictEnd;
        on_predict_batch_begin(batch) PredictBatchBegin;
        on_predict_batch_end(batch) PredictBatchEnd;
    }
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
