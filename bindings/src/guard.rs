//! The one way in: every export and every thread runs its body inside `guard`, so that no panic reaches Node (it would abort the process)
//! and every failure leaves as an error of the right class.
use crate::error::{Failure, to_napi};
use std::{cell::RefCell, panic, sync::Once};

thread_local! {
    /// Where this thread panicked last, and the words.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `body`; a panic becomes a RuntimeError of code `internal` that names the place.
pub fn guard<T>(body: impl FnOnce() -> Result<T, Failure>) -> napi::Result<T> {
    catch(body).map_err(to_napi)
}

/// The same for a thread without JavaScript: the failure stays the engine's error, to be handed to whoever waits.
pub fn catch<T>(body: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    remember_panics();
    panic::catch_unwind(panic::AssertUnwindSafe(body)).unwrap_or_else(|_| {
        let what = PANIC.take().unwrap_or_else(|| "no message".to_owned());
        let message = format!("Ironhorn failed inside: {what}. This is a fault of Ironhorn, not of your program; please report it.");
        Err(tensor::Error::runtime("internal", message).into())
    })
}

/// Has panics noted down instead of printed; the addon has a standard library of its own, so no other code is affected.
fn remember_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| {
            let words = info.payload_as_str().unwrap_or("no message");
            let place = info.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
            PANIC.set(Some(format!("{words}{place}")));
        }));
    });
}
