//! Tensors as JavaScript sees them: native handles over the engine's values, symbolic or constant, and the sizes in their shapes.
use crate::{error::Failure, guard::guard, setting::write_setting};
use ironhorn::{Error, Value, config::Setting};
use napi::{Env, JsValue, Unknown, bindgen_prelude::JavaScriptClassExt};
use napi_derive::napi;
use tensor::Dim;

/// A tensor: of a model that is described, of a layer that is traced, or a constant.
#[napi(js_name = "Tensor")]
pub struct TensorHandle {
    /// What it stands for.
    pub(crate) tensor: Value,
}

impl TensorHandle {
    /// What it stands for just now: a variable is read anew, since something may be bound to it.
    pub fn current(&self) -> Value {
        self.tensor.variable().map_or_else(|| self.tensor.clone(), Value::read)
    }
}

#[napi]
impl TensorHandle {
    /// The sizes; null where one is only known when data comes.
    #[napi(getter)]
    pub fn shape<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let sizes = self.tensor.shape().0.iter().map(|d| d.known().into()).collect();
            write_setting(env, &Setting::List(sizes))
        })
    }

    /// The name of the number type.
    #[napi(getter)]
    pub fn dtype(&self) -> napi::Result<&'static str> {
        guard(|| Ok(self.tensor.dtype().name()))
    }

    /// Its name.
    #[napi(getter)]
    pub fn name(&self) -> napi::Result<String> {
        guard(|| Ok(ironhorn::backend::name(&self.tensor)))
    }

    /// What it is, for the console.
    #[napi]
    pub fn describe(&self) -> napi::Result<String> {
        guard(|| Ok(ironhorn::backend::describe(&self.tensor)))
    }

    /// Refuses to become a number or a text: `x > 0` and `x + 1` do not compute in JavaScript.
    #[napi]
    pub fn refuse(&self, hint: String) -> napi::Result<()> {
        guard(|| {
            let advice = match hint.as_str() {
                "string" => "It has no text of its own; print it with console.log, or its name.",
                _ => {
                    "JavaScript's operators do not work on tensors: write x.add(1) for x + 1, x.mul(2) for x * 2, x.greater(0) for x > 0, and K.switch(condition, a, b) where a choice depends on its elements."
                }
            };
            let message = format!("{} is not a number. {advice}", ironhorn::backend::describe(&self.tensor));
            Err(Error::type_("tensor_operator", message).into())
        })
    }
}

/// A size that is only known when data comes, as `K.shape` gives it and shapes take it.
#[napi(js_name = "Size")]
pub struct SizeHandle {
    /// What it stands for.
    pub(crate) dim: Dim,
}

#[napi]
impl SizeHandle {
    /// What it is, for the console.
    #[napi]
    pub fn describe(&self) -> napi::Result<String> {
        guard(|| Ok(self.dim.to_string()))
    }
}

/// A tensor as a JavaScript object.
pub fn wrap<'a>(env: &'a Env, value: Value) -> Result<Unknown<'a>, Failure> {
    Ok(TensorHandle { tensor: value.ok()? }.into_instance(env)?.to_unknown())
}

/// Tensors as a JavaScript list.
pub fn wrap_all<'a>(env: &'a Env, values: Vec<Value>) -> Result<Unknown<'a>, Failure> {
    let mut list = env.create_array(values.len() as u32)?;
    for (i, value) in values.into_iter().enumerate() {
        list.set(i as u32, wrap(env, value)?)?;
    }
    Ok(list.to_unknown())
}
