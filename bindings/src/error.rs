//! Errors across the border: the engine's error becomes an instance of the JavaScript class of that name, a user's own exception
//! comes back as the very object that was thrown.
use crate::guard::guard;
use napi::{
    Env, JsValue, Status, Unknown,
    bindgen_prelude::{FnArgs, Function, FunctionRef, Object},
};
use napi_derive::napi;
use std::{any::Any, cell::RefCell, collections::HashMap, sync::Arc};
use tensor::{Class, Error};

/// What a body can fail with: the engine's error, or Node-API's, which may hold a user's exception.
pub enum Failure {
    /// The engine's.
    Engine(Error),
    /// Node-API's.
    Node(napi::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Engine(error)
    }
}

impl From<napi::Error> for Failure {
    fn from(error: napi::Error) -> Failure {
        Failure::Node(error)
    }
}

impl From<Failure> for Error {
    /// For code that passes through the engine: a JavaScript exception becomes a foreign error that holds the object.
    fn from(failure: Failure) -> Error {
        match failure {
            Failure::Engine(error) => error,
            Failure::Node(error) => Error::foreign(error.reason.clone(), Arc::new(error) as Arc<dyn Any + Send + Sync>),
        }
    }
}

type ErrorClass = FunctionRef<FnArgs<(String, String)>, Unknown<'static>>;

struct Classes {
    env: Env,
    by_name: HashMap<&'static str, ErrorClass>,
}

thread_local! {
    /// The error classes of `ts/errors.ts`, one set a JavaScript thread.
    static CLASSES: RefCell<Option<Classes>> = const { RefCell::new(None) };
}

const NAMED: [Class; 8] =
    [Class::Value, Class::Type, Class::Runtime, Class::Attribute, Class::NotImplemented, Class::Io, Class::StopIteration, Class::Device];

/// Takes the error classes, by name; called once when the package is loaded. Each is made with `(message, code)`. From then on
/// messages name options as JavaScript does.
#[napi]
pub fn set_error_classes(env: Env, classes: Object) -> napi::Result<()> {
    guard(|| {
        let mut by_name = HashMap::new();
        for class in NAMED {
            let wanted: Option<Function<FnArgs<(String, String)>, Unknown>> = classes.get(class.name())?;
            let function = wanted.ok_or_else(|| Error::type_("argument_missing", format!("No class {}.", class.name())))?;
            by_name.insert(class.name(), function.create_ref()?);
        }
        ironhorn::config::spell_in_camel_case();
        CLASSES.set(Some(Classes { env, by_name }));
        Ok(())
    })
}

/// The error to throw. Must run on the JavaScript thread that the error is for.
pub fn to_napi(failure: Failure) -> napi::Error {
    match failure {
        Failure::Engine(error) => match error.object().and_then(|o| o.downcast_ref::<napi::Error>()).map(napi::Error::try_clone) {
            Some(Ok(own)) => own,
            _ => instance(&error),
        },
        // These hold an exception, thrown by code of the user's.
        Failure::Node(error) if matches!(error.status, Status::GenericFailure | Status::PendingException | Status::Closing) => error,
        // The rest are Node-API's words for a wrong kind of argument.
        Failure::Node(error) => instance(&Error::type_("argument_type", error.reason.clone())),
    }
}

/// An instance of the error's class; before the classes are known, a plain Error.
fn instance(error: &Error) -> napi::Error {
    let made = CLASSES.with_borrow(|classes| {
        let classes = classes.as_ref()?;
        let class = classes.by_name.get(error.class().name())?.borrow_back(&classes.env).ok()?;
        let arguments = FnArgs { data: (error.message().to_owned(), error.code().to_owned()) };
        class.new_instance(arguments).ok().map(|object| napi::Error::from(object.to_unknown()))
    });
    made.unwrap_or_else(|| napi::Error::from_reason(error.to_string()))
}

/// Fails on purpose, to prove the border: "panic" panics, any other kind throws the error of that class.
#[napi]
pub fn fail(kind: String, message: String) -> napi::Result<()> {
    guard(|| {
        if kind == "panic" {
            panic!("{message}");
        }
        let class = NAMED.into_iter().find(|c| c.name() == kind).unwrap_or(Class::Runtime);
        Err(Error::new(class, "on_purpose", message).into())
    })
}

/// Calls `body` through the engine's error and back, to prove that what it throws arrives as the same object.
#[napi]
pub fn call_through(body: Function<(), Unknown<'static>>) -> napi::Result<()> {
    guard(|| {
        let result: tensor::Result<()> = body.call(()).map(|_| ()).map_err(|e| Failure::from(e).into());
        Ok(result?)
    })
}
