//! The Node addon: the only crate that knows Node-API. It turns JavaScript's values into the engine's and back, and nothing else.
//! The engine's rules live in the crates below; `ts/native.ts` is the hand-written interface of what is exported here.
// Under cfg(test) napi-derive registers nothing, so every export looks unused.
#![cfg_attr(test, allow(dead_code))]

mod array;
mod backend;
mod console;
mod crossing;
mod data;
mod error;
mod foreign;
mod guard;
mod hooks;
mod js_layer;
mod js_optimizer;
mod layer;
mod model;
mod nested;
mod plug;
mod promise;
mod saving;
mod setting;
mod source;
mod tensor;
mod training;
mod value;

use guard::guard;
use napi_derive::napi;

/// The version of the engine, the same as the package's.
#[napi]
pub fn version() -> napi::Result<String> {
    guard(|| Ok(env!("CARGO_PKG_VERSION").to_owned()))
}
