//! Where text for people goes: progress bars, messages, warnings. One writer for all, which the binding replaces so that the
//! order of Node's own output is kept.
use std::{
    io::{IsTerminal, Write},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Instant,
};

/// How a progress bar moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// One line, rewritten: for terminals.
    Rewritten,
    /// One line for each epoch, evaluation or prediction, when it is done: for pipes and files.
    OneLine,
    /// A new line for each update, as Keras writes into pipes.
    Keras,
}

/// What text is written to.
pub struct Console {
    /// Takes text of the standard output; line ends are in it.
    pub write: Box<dyn FnMut(&str) + Send>,
    /// Takes warnings, one a call, without a line end.
    pub warn: Box<dyn FnMut(&str) + Send>,
    /// How progress bars move.
    pub style: Style,
    /// Seconds since any fixed moment.
    pub now: fn() -> f64,
}

impl Console {
    /// The process's standard output and standard error. Text that cannot be written is lost, as a reader that has gone is no
    /// reason to end a training.
    pub fn standard() -> Console {
        let style = if std::io::stdout().is_terminal() { Style::Rewritten } else { Style::OneLine };
        let write = |text: &str| {
            let mut out = std::io::stdout().lock();
            drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
        };
        let warn = |text: &str| drop(writeln!(std::io::stderr().lock(), "Warning: {text}"));
        Console { write: Box::new(write), warn: Box::new(warn), style, now: seconds }
    }
}

/// Seconds since the first call.
pub fn seconds() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

fn console() -> MutexGuard<'static, Console> {
    static CONSOLE: OnceLock<Mutex<Console>> = OnceLock::new();
    CONSOLE.get_or_init(|| Mutex::new(Console::standard())).lock().unwrap_or_else(PoisonError::into_inner)
}

/// Replaces the console and gives back the old one.
pub fn replace(new: Console) -> Console {
    std::mem::replace(&mut *console(), new)
}

/// Writes text to the standard output.
pub fn print(text: &str) {
    if !text.is_empty() {
        (console().write)(text);
    }
}

/// Gives a warning.
pub fn warn(text: &str) {
    (console().warn)(text);
}

/// How progress bars move.
pub fn style() -> Style {
    console().style
}

/// The console's clock.
pub fn clock() -> fn() -> f64 {
    console().now
}
