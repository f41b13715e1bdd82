//! What the library reports as the project's errors.
use std::fmt::Display;
use tensor::Error;

/// An IOError: what was tried, and what the library or the system says of it.
pub(crate) fn failed(code: &'static str, what: impl Display, why: impl Display) -> Error {
    Error::io(code, format!("{what}: {why}"))
}

/// A ValueError `h5_format`: the file is damaged, or holds what no writer of Keras puts there.
pub(crate) fn format(what: impl Display, why: impl Display) -> Error {
    Error::value("h5_format", format!("{what} cannot be read: {why}. The file is damaged, or Keras did not write it."))
}
