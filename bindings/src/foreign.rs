//! Users' functions and objects inside the engine: one adapter a trait, which calls back into JavaScript. The engine cannot tell
//! them from its own.
use crate::{
    array::read_array,
    backend::tensor_of,
    error::Failure,
    guard::guard,
    tensor::wrap,
    value::{cast, describe, is_object},
};
use ironhorn::{
    Array, DType, Error, Value,
    config::{Plug, Setting, Thing},
    initializers::{Initializer, InitializerFunction},
};
use napi::{
    Env, JsValue, Unknown, ValueType,
    bindgen_prelude::{Function, FunctionRef, JsObjectValue, JsValuesTupleIntoVec, ToNapiValue},
    sys,
};
use napi_derive::napi;
use std::{
    any::{Any, TypeId},
    cell::RefCell,
    rc::Rc,
};

/// The arguments of a call, already JavaScript's values.
pub struct Arguments(Vec<sys::napi_value>);

impl JsValuesTupleIntoVec for Arguments {
    fn into_vec(self, _env: sys::napi_env) -> napi::Result<Vec<sys::napi_value>> {
        Ok(self.0)
    }
}

/// `(f, self, arguments) => result`.
type Caller = FunctionRef<Arguments, Unknown<'static>>;

thread_local! {
    /// Calls users' functions; what they throw leaves it as an Error, one set a JavaScript thread.
    static CALLER: RefCell<Option<Rc<Caller>>> = const { RefCell::new(None) };
}

/// Takes the function that calls users' functions; called once when the package is loaded.
#[napi]
pub fn set_caller(caller: Function<Arguments, Unknown<'static>>) -> napi::Result<()> {
    guard(|| {
        CALLER.set(Some(Rc::new(caller.create_ref()?)));
        Ok(())
    })
}

/// A function of the user's, or a method of an object of theirs, kept for later calls.
pub struct Callee {
    env: Env,
    function: FunctionRef<(), Unknown<'static>>,
    /// What the messages and configs call it.
    pub name: String,
}

impl Callee {
    /// Keeps a function.
    pub fn new(env: &Env, value: &Unknown) -> Result<Callee, Failure> {
        let function: Function<(), Unknown<'static>> = cast(value)?;
        let name = function.name().ok().filter(|n| !n.is_empty()).unwrap_or_else(|| "function".to_owned());
        Ok(Callee { env: *env, function: function.create_ref()?, name })
    }
    /// The thread's environment.
    pub fn env(&self) -> &Env {
        &self.env
    }
    /// The function itself.
    pub fn function(&self) -> Result<Unknown<'_>, Failure> {
        Ok(self.function.borrow_back(&self.env)?.to_unknown())
    }
    /// Calls it. What it throws is the failure.
    pub fn call<'a>(&'a self, arguments: Vec<Unknown<'a>>) -> Result<Unknown<'a>, Failure> {
        call(&self.env, &self.function()?, &().into_unknown(&self.env)?, arguments)
    }
    /// Calls it on tensors, to give one.
    pub fn tensors(&self, tensors: &[&Value]) -> tensor::Result<Value> {
        let run = || {
            let arguments = tensors.iter().map(|t| wrap(&self.env, (*t).clone())).collect::<Result<_, _>>()?;
            let result = self.call(arguments)?;
            if result.get_type()? == ValueType::Undefined || result.is_promise()? {
                let message = format!("{} must return a tensor, but returned {}.", self.name, describe(&result)?);
                return Err(Error::type_("function_result", message).into());
            }
            tensor_of(&self.env, &result, &self.name)
        };
        run().map_err(|e: Failure| e.into())
    }
}

/// Calls a function of the user's with `this` and arguments.
pub fn call<'a>(env: &'a Env, function: &Unknown<'a>, this: &Unknown<'a>, arguments: Vec<Unknown<'a>>) -> Result<Unknown<'a>, Failure> {
    let caller = CALLER.with_borrow(Clone::clone).ok_or_else(|| Error::runtime("internal", "The package is not set up."))?;
    let mut list = env.create_array(arguments.len() as u32)?;
    for (i, argument) in arguments.into_iter().enumerate() {
        list.set(i as u32, argument)?;
    }
    let caller = caller.borrow_back(env)?;
    Ok(caller.call(Arguments(vec![function.raw(), this.raw(), list.raw()]))?)
}

/// A user's function or object in a place where the engine expects one of its own things.
pub struct Foreign {
    what: String,
    callee: Option<Rc<Callee>>,
}

impl Foreign {
    /// For any function or object.
    pub fn new(env: &Env, value: &Unknown) -> Result<Foreign, Failure> {
        if value.get_type()? == ValueType::Function {
            let callee = Callee::new(env, value)?;
            return Ok(Foreign { what: format!("the function {}", callee.name), callee: Some(Rc::new(callee)) });
        }
        Ok(Foreign { what: class_of(value)?, callee: None })
    }
}

/// The name of an object's class, for messages.
fn class_of(value: &Unknown) -> Result<String, Failure> {
    let class: Unknown = value.coerce_to_object()?.get_named_property_unchecked("constructor")?;
    if !is_object(&class)? {
        return Ok("an object".to_owned());
    }
    let name: Unknown = class.coerce_to_object()?.get_named_property_unchecked("name")?;
    Ok(cast::<String>(&name).map_or_else(|_| "an object".to_owned(), |n| format!("an object of class {n}")))
}

impl Thing for Foreign {
    fn describe(&self) -> String {
        self.what.clone()
    }
    fn cast(&self, wanted: TypeId) -> Option<Box<dyn Any>> {
        let callee = self.callee.as_ref()?;
        ADAPTERS.iter().find(|(id, _)| id() == wanted).map(|(_, adapt)| adapt(callee.clone()))
    }
}

type Adapter = (fn() -> TypeId, fn(Rc<Callee>) -> Box<dyn Any>);

/// What a user's function can become, one line a kind.
static ADAPTERS: &[Adapter] = &[(TypeId::of::<Plug<dyn Initializer>>, |f| Box::new(initializer(f)))];

fn initializer(f: Rc<Callee>) -> Plug<dyn Initializer> {
    InitializerFunction::new(f.name.clone(), move |shape: &[usize], dtype: DType| {
        let run = || -> Result<Array, Failure> {
            let sizes = Setting::List(shape.iter().map(|n| Setting::from(*n)).collect());
            let shape = crate::setting::write_setting(f.env(), &sizes)?;
            let result = f.call(vec![shape, dtype.name().into_unknown(f.env())?])?;
            read_array(f.env(), &result, dtype)
        };
        run().map_err(Into::into)
    })
    .into()
}
