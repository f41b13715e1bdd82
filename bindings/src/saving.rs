//! Models and weights to files and back. What is stored is taken from a model, or made into one, on JavaScript's thread; files are read
//! and written on threads of their own.
use crate::{
    error::Failure,
    guard::guard,
    layer::LayerHandle,
    promise::promised,
    setting::read_map,
    value::{cast, describe},
};
use ironhorn::{
    Error,
    config::{Config, Map},
    saving::{Load, LoadWeights, Save, Stored, StoredWeights, from_stored},
};
use napi::{
    Env, Unknown, ValueType,
    bindgen_prelude::{Buffer, Either, Object, Uint8Array, Undefined},
};
use napi_derive::napi;
use std::path::PathBuf;

/// What was read of a file with a model.
#[napi(js_name = "StoredModel")]
pub struct StoredModel(Stored);

/// What was read of a file with weights.
#[napi(js_name = "StoredArrays")]
pub struct StoredArrays(StoredWeights);

/// A file, or the bytes of one.
enum Source {
    File(PathBuf),
    Bytes(Vec<u8>),
}

fn source(value: &Unknown) -> Result<Source, Failure> {
    if value.get_type()? == ValueType::String {
        return Ok(Source::File(cast::<String>(value)?.into()));
    }
    match cast::<Uint8Array>(value) {
        Ok(bytes) => Ok(Source::Bytes(bytes.to_vec())),
        Err(_) => {
            let message = format!("A file is given by its path, or as a Buffer with its bytes, not by {}.", describe(value)?);
            Err(Error::type_("argument_type", message).into())
        }
    }
}

/// Writes on a thread: into the file, or into a Buffer that the promise gives.
fn written<'a>(
    env: &'a Env,
    path: Option<String>,
    write: impl FnOnce(Option<PathBuf>) -> tensor::Result<Option<Vec<u8>>> + Send + 'static,
) -> Result<Object<'a>, Failure> {
    let work = move || Ok(write(path.map(PathBuf::from))?);
    promised(env, work, |bytes, _| Ok(bytes.map_or(Either::B(()), |b| Either::<Buffer, Undefined>::A(b.into()))))
}

/// The options that were given, or none.
fn given(env: &Env, options: Option<Unknown>) -> Result<Map, Failure> {
    options.map_or(Ok(Map::new()), |o| read_map(env, &o))
}

fn save_options(env: &Env, path: Option<&String>, options: Option<Unknown>) -> Result<Save, Failure> {
    let options = Save::from_map(given(env, options)?)?;
    if let Some(path) = path {
        options.allow(path.as_ref())?;
    }
    Ok(options)
}

#[napi]
impl LayerHandle {
    /// Saves the model as it is now.
    #[napi]
    pub fn save<'a>(&self, env: &'a Env, path: Option<String>, options: Option<Unknown<'a>>) -> napi::Result<Object<'a>> {
        guard(|| {
            let options = save_options(env, path.as_ref(), options)?;
            let stored = self.model()?.stored(&options)?;
            written(env, path, move |path| match path {
                Some(path) => stored.write(&path).map(|()| None),
                None => stored.to_bytes().map(Some),
            })
        })
    }

    /// Saves the model's weights as they are now.
    #[napi]
    pub fn save_weights<'a>(&self, env: &'a Env, path: Option<String>, options: Option<Unknown<'a>>) -> napi::Result<Object<'a>> {
        guard(|| {
            save_options(env, path.as_ref(), options)?;
            let stored = self.model()?.stored_weights();
            written(env, path, move |path| match path {
                Some(path) => stored.write(&path).map(|()| None),
                None => stored.to_bytes().map(Some),
            })
        })
    }

    /// Sets the model's weights to those that were read.
    #[napi]
    pub fn apply_weights(&self, env: &Env, stored: &StoredArrays, options: Option<Unknown>) -> napi::Result<()> {
        guard(|| Ok(self.model()?.apply_weights(&stored.0, LoadWeights::from_map(given(env, options)?)?)?))
    }
}

/// Reads a file with a model.
#[napi]
pub fn read_model<'a>(env: &'a Env, from: Unknown<'a>) -> napi::Result<Object<'a>> {
    guard(|| {
        let from = source(&from)?;
        let read = move || {
            Ok(match from {
                Source::File(path) => Stored::read(&path)?,
                Source::Bytes(bytes) => Stored::from_bytes(&bytes)?,
            })
        };
        promised(env, read, |stored, _| Ok(StoredModel(stored)))
    })
}

/// Reads the weights of a file, of weights alone or of a whole model.
#[napi]
pub fn read_weights<'a>(env: &'a Env, from: Unknown<'a>) -> napi::Result<Object<'a>> {
    guard(|| {
        let from = source(&from)?;
        let read = move || {
            Ok(match from {
                Source::File(path) => StoredWeights::read(&path)?,
                Source::Bytes(bytes) => StoredWeights::from_bytes(&bytes)?,
            })
        };
        promised(env, read, |stored, _| Ok(StoredArrays(stored)))
    })
}

/// The model of what was read.
#[napi]
pub fn model_from_stored(env: &Env, stored: &StoredModel, options: Option<Unknown>) -> napi::Result<LayerHandle> {
    guard(|| LayerHandle::new(env, from_stored(&stored.0, Load::from_map(given(env, options)?)?)?.into()))
}
