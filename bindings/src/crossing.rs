//! What another thread asks of JavaScript: the question crosses, the answer, which may be a promise, comes back to the one who waits.
use crate::{error::Failure, foreign::Arguments, guard::catch, value::cast};
use ironhorn::Error;
use napi::{
    Env, JsValue, Status, Unknown,
    bindgen_prelude::{CallbackContext, PromiseRaw},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use std::sync::mpsc;

/// Asks a function of JavaScript's and waits; `read` makes of its answer, on JavaScript's thread, what goes back. `what` is for messages.
pub fn ask<Q: 'static, A: Send + 'static, const WEAK: bool>(
    function: &ThreadsafeFunction<Q, Unknown<'static>, Arguments, Status, false, WEAK>,
    question: Q,
    what: &'static str,
    read: impl Fn(&Env, &Unknown) -> Result<A, Failure> + Send + 'static,
) -> tensor::Result<A> {
    let (answer, wait) = mpsc::sync_channel::<Result<A, Error>>(1);
    let status = function.call_with_return_value(question, ThreadsafeFunctionCallMode::NonBlocking, move |result, env| {
        settle(env, result, answer, read);
        Ok(())
    });
    let gone = || Error::runtime("hook_lost", format!("JavaScript ended while {what} was to be called."));
    if status != Status::Ok {
        return Err(gone());
    }
    wait.recv().unwrap_or_else(|_| Err(gone()))
}

/// Sends what was answered, once it is there.
fn settle<A: Send + 'static>(
    env: Env,
    result: napi::Result<Unknown<'static>>,
    answer: mpsc::SyncSender<Result<A, Error>>,
    read: impl Fn(&Env, &Unknown) -> Result<A, Failure> + Send + 'static,
) {
    let failed = answer.clone();
    let work = move || -> Result<(), Failure> {
        let value = result?;
        if !value.is_promise()? {
            answer.send(read(&env, &value).map_err(Error::from)).ok();
            return Ok(());
        }
        let promise: PromiseRaw<Unknown<'static>> = cast(&value)?;
        let rejected = answer.clone();
        promise
            .then(move |context: CallbackContext<Unknown<'static>>| {
                answer.send(catch(|| read(&context.env, &context.value)).map_err(Error::from)).ok();
                Ok(())
            })?
            .catch(move |context: CallbackContext<Unknown<'static>>| {
                let error = catch(|| Ok(Failure::from(napi::Error::from_unknown_without_coercion(context.value))));
                rejected.send(Err(error.unwrap_or_else(|e| e).into())).ok();
                Ok(())
            })?;
        Ok(())
    };
    if let Err(failure) = catch(work) {
        failed.send(Err(failure.into())).ok();
    }
}
