//! Work on a thread of its own, and the promise of what it comes to.
use crate::{
    error::Failure,
    guard::{catch, guard},
};
use ironhorn::Error;
use napi::{
    Env, JsDeferred,
    bindgen_prelude::{Object, ToNapiValue},
};
use std::thread;

type Resolver<T> = Box<dyn FnOnce(Env) -> napi::Result<T> + Send>;

/// Runs `work` on a thread; the promise is kept with what `give` makes, on JavaScript's thread, of its result.
pub fn promised<'a, R: Send + 'static, T: ToNapiValue + 'static>(
    env: &'a Env,
    work: impl FnOnce() -> Result<R, Failure> + Send + 'static,
    give: impl FnOnce(R, &Env) -> Result<T, Failure> + Send + 'static,
) -> Result<Object<'a>, Failure> {
    let (deferred, promise): (JsDeferred<T, Resolver<T>>, _) = env.create_deferred()?;
    let spawned = thread::Builder::new().name("ironhorn-run".to_owned()).spawn(move || {
        catch(move || {
            let result = catch(work).map_err(Error::from);
            let keep: Resolver<T> = Box::new(move |env| guard(|| give(result?, &env)));
            deferred.resolve(keep);
            Ok(())
        })
        .ok();
    });
    spawned.map_err(|e| Error::runtime("thread", format!("No thread could be started: {e}.")))?;
    Ok(promise)
}
