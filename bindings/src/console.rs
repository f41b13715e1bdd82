//! Text for people goes out through Node's own streams, so that the order of all output is kept.
use crate::{foreign::Arguments, guard::guard};
use ironhorn::console::{self, Console, Style};
use napi::{
    JsValue, Status, Unknown,
    bindgen_prelude::{Function, ToNapiValue},
    threadsafe_function::{ThreadsafeCallContext, ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

/// Weak: that something could be printed keeps no process alive.
type Writer = ThreadsafeFunction<String, Unknown<'static>, Arguments, Status, false, true>;

static WRITER: Mutex<Option<Arc<Writer>>> = Mutex::new(None);

fn writer(write: &Function<Arguments, Unknown<'static>>) -> napi::Result<Writer> {
    let text = |context: ThreadsafeCallContext<String>| Ok(Arguments(vec![context.value.as_str().into_unknown(&context.env)?.raw()]));
    write.build_threadsafe_function::<String>().callee_handled::<false>().weak::<true>().build_callback(text)
}

/// Sends all text to these functions. `terminal` says that lines can be rewritten. The first JavaScript thread has the console.
#[napi]
pub fn set_console(
    write: Function<Arguments, Unknown<'static>>,
    warn: Function<Arguments, Unknown<'static>>,
    terminal: bool,
) -> napi::Result<()> {
    guard(|| {
        let mut own = WRITER.lock().unwrap_or_else(PoisonError::into_inner);
        if own.is_some() {
            return Ok(());
        }
        let (write, warn) = (Arc::new(writer(&write)?), writer(&warn)?);
        *own = Some(write.clone());
        let style = if terminal { Style::Rewritten } else { Style::OneLine };
        console::replace(Console {
            write: Box::new(move |text| {
                write.call(text.to_owned(), ThreadsafeFunctionCallMode::NonBlocking);
            }),
            warn: Box::new(move |text| {
                warn.call(text.to_owned(), ThreadsafeFunctionCallMode::NonBlocking);
            }),
            style,
            now: console::seconds,
        });
        Ok(())
    })
}

/// Waits until what was printed so far is out. Not for JavaScript's own thread.
pub fn flush() {
    let Some(writer) = WRITER.lock().unwrap_or_else(PoisonError::into_inner).clone() else { return };
    let (done, wait) = mpsc::sync_channel::<()>(1);
    let status = writer.call_with_return_value(String::new(), ThreadsafeFunctionCallMode::NonBlocking, move |_, _| {
        done.send(()).ok();
        Ok(())
    });
    if status == Status::Ok {
        wait.recv().ok();
    }
}
