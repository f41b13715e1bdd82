//! Users' functions and objects inside the engine: one adapter a trait, which calls back into JavaScript. The engine cannot tell
//! them from its own.
use crate::{
    array::read_array,
    backend::tensor_of,
    error::Failure,
    guard::guard,
    hooks::schedule,
    setting::{read_map, read_setting, write_setting},
    tensor::{TensorHandle, wrap},
    value::{cast, describe, is_object, keep},
};
use ironhorn::{
    Array, DType, Error, Philox, Value,
    activations::Activation,
    backend,
    callbacks::Schedule,
    config::{Described, Kind, Maker, Map, Plug, Setting, Thing},
    constraints::Constraint,
    initializers::Initializer,
    layer::Core,
    losses::Loss,
    metrics::{MeanMetricWrapper, Metric, MetricState},
    regularizers::Regularizer,
};
use napi::{
    Env, JsValue, Unknown, ValueType,
    bindgen_prelude::{ClassInstance, Function, FunctionRef, JsObjectValue, JsValuesTupleIntoVec, ToNapiValue},
    sys,
};
use napi_derive::napi;
use std::{
    any::{Any, TypeId},
    cell::RefCell,
    rc::Rc,
};

/// The arguments of a call, already JavaScript's values.
pub struct Arguments(pub Vec<sys::napi_value>);

impl JsValuesTupleIntoVec for Arguments {
    fn into_vec(self, _env: sys::napi_env) -> napi::Result<Vec<sys::napi_value>> {
        Ok(self.0)
    }
}

/// `(f, arguments) => result`.
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
    /// Gives the config of the object; a bare function has none.
    get_config: Option<FunctionRef<(), Unknown<'static>>>,
    name: String,
}

impl Callee {
    /// Keeps a function.
    pub fn new(env: &Env, value: &Unknown) -> Result<Callee, Failure> {
        let function: Function<(), Unknown<'static>> = cast(value)?;
        let name = function.name().ok().filter(|n| !n.is_empty()).unwrap_or_else(|| "function".to_owned());
        Ok(Callee { env: *env, function: function.create_ref()?, get_config: None, name })
    }
    /// Keeps a method of an object, if it has it.
    pub fn method(env: &Env, value: &Unknown, name: &str) -> Result<Option<Callee>, Failure> {
        let object = value.coerce_to_object()?;
        let bound = |name: &str| -> Result<Option<FunctionRef<(), Unknown<'static>>>, Failure> {
            let method: Unknown = object.get_named_property_unchecked(name)?;
            if method.get_type()? != ValueType::Function {
                return Ok(None);
            }
            let method: Function<(), Unknown<'static>> = cast(&method)?;
            Ok(Some(method.bind(*value)?.create_ref()?))
        };
        let Some(function) = bound(name)? else { return Ok(None) };
        Ok(Some(Callee { env: *env, function, get_config: bound("getConfig")?, name: class_of(value)? }))
    }
    /// What messages and configs call it.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The function itself.
    pub fn function(&self) -> Result<Unknown<'_>, Failure> {
        Ok(self.function.borrow_back(&self.env)?.to_unknown())
    }
    /// The thread's environment.
    pub fn env(&self) -> &Env {
        &self.env
    }
    /// Calls it. What it throws is the failure.
    pub fn call<'a>(&'a self, arguments: Vec<Unknown<'a>>) -> Result<Unknown<'a>, Failure> {
        call(&self.env, &self.function()?, arguments)
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
    /// The config of the object that it is a method of.
    fn config(&self) -> tensor::Result<Option<Map>> {
        let Some(get) = &self.get_config else { return Ok(None) };
        let run = || read_map(&self.env, &call(&self.env, &get.borrow_back(&self.env)?.to_unknown(), Vec::new())?);
        run().map(Some).map_err(|e: Failure| e.into())
    }
}

/// Calls a function of the user's.
pub fn call<'a>(env: &'a Env, function: &Unknown<'a>, arguments: Vec<Unknown<'a>>) -> Result<Unknown<'a>, Failure> {
    let caller = CALLER.with_borrow(Clone::clone).ok_or_else(|| Error::runtime("internal", "The package is not set up."))?;
    let mut list = env.create_array(arguments.len() as u32)?;
    for (i, argument) in arguments.into_iter().enumerate() {
        list.set(i as u32, argument)?;
    }
    let caller = caller.borrow_back(env)?;
    Ok(caller.call(Arguments(vec![function.raw(), list.raw()]))?)
}

/// Calls a method of an object, if it has it.
pub fn call_method<'a>(
    env: &'a Env,
    object: &Unknown<'a>,
    name: &str,
    arguments: Vec<Unknown<'a>>,
) -> Result<Option<Unknown<'a>>, Failure> {
    let method: Unknown = object.coerce_to_object()?.get_named_property_unchecked(name)?;
    if method.get_type()? != ValueType::Function {
        return Ok(None);
    }
    let method: Function<(), Unknown<'static>> = cast(&method)?;
    let bound = keep(env, &method.bind(*object)?.to_unknown())?;
    call(env, &bound, arguments).map(Some)
}

/// A user's function or object in a place where the engine expects one of its own things.
pub struct Foreign {
    what: String,
    callee: Option<Rc<Callee>>,
}

impl Foreign {
    /// For any function or object. Of an object its method `call` is what it does.
    pub fn new(env: &Env, value: &Unknown) -> Result<Foreign, Failure> {
        if value.get_type()? == ValueType::Function {
            let callee = Callee::new(env, value)?;
            return Ok(Foreign { what: format!("the function {}", callee.name), callee: Some(Rc::new(callee)) });
        }
        let callee = Callee::method(env, value, "call")?;
        Ok(Foreign { what: format!("an object of class {}", class_of(value)?), callee: callee.map(Rc::new) })
    }
}

/// A class of the user's: a function that makes an instance of a config.
pub struct ForeignClass {
    what: String,
    make: Rc<Callee>,
}

impl ForeignClass {
    /// Of the function that makes instances.
    pub fn new(name: &str, make: Callee) -> ForeignClass {
        ForeignClass { what: format!("the class {name}"), make: Rc::new(make) }
    }
}

impl Thing for ForeignClass {
    fn describe(&self) -> String {
        self.what.clone()
    }
    fn cast(&self, wanted: TypeId) -> Option<Box<dyn Any>> {
        MAKERS.iter().find(|(id, _)| id() == wanted).map(|(_, adapt)| adapt(self.make.clone()))
    }
}

/// How instances of a class of that kind are made.
fn maker<K: Kind + ?Sized>(make: Rc<Callee>) -> Box<dyn Any> {
    Box::new(Maker::<K>::new(move |config: Map| {
        let run = || -> Result<Plug<K>, Failure> {
            let made = make.call(vec![write_setting(make.env(), &config.clone().into())?])?;
            let read = read_setting(make.env(), &made)?;
            let found = if let Setting::Object(object) = &read { object.get::<Plug<K>>() } else { None };
            let wrong = || Error::type_("custom_object", format!("{} makes {}, which is no {}.", make.name, read.describe(), K::NAME));
            Ok(found.ok_or_else(wrong)?)
        };
        run().map_err(Into::into)
    }))
}

/// What classes of the user's can be, one line a kind.
static MAKERS: &[Adapter] = &[
    (TypeId::of::<Maker<Core>>, maker::<Core>),
    (TypeId::of::<Maker<dyn Activation>>, maker::<dyn Activation>),
    (TypeId::of::<Maker<dyn Constraint>>, maker::<dyn Constraint>),
    (TypeId::of::<Maker<dyn Initializer>>, maker::<dyn Initializer>),
    (TypeId::of::<Maker<dyn Loss>>, maker::<dyn Loss>),
    (TypeId::of::<Maker<dyn Metric>>, maker::<dyn Metric>),
    (TypeId::of::<Maker<dyn Regularizer>>, maker::<dyn Regularizer>),
];

/// The name of an object's class.
fn class_of(value: &Unknown) -> Result<String, Failure> {
    let class: Unknown = value.coerce_to_object()?.get_named_property_unchecked("constructor")?;
    if !is_object(&class)? {
        return Ok("Object".to_owned());
    }
    let name: Unknown = class.coerce_to_object()?.get_named_property_unchecked("name")?;
    Ok(cast::<String>(&name).unwrap_or_else(|_| "Object".to_owned()))
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

/// Declares an adapter a trait: a struct over the user's function, which says of itself what the user's object says.
macro_rules! adapters {
    ($($adapter:ident: $kind:path;)*) => {
        $(struct $adapter(Rc<Callee>);

        impl Described for $adapter {
            fn class_name(&self) -> String {
                self.0.name.clone()
            }
            fn config(&self) -> tensor::Result<Option<Map>> {
                self.0.config()
            }
        })*

        /// What a user's function or object can become.
        static ADAPTERS: &[Adapter] = &[
            (TypeId::of::<Schedule>, schedule),
            $((TypeId::of::<Plug<dyn $kind>>, |f| Box::new(Plug::<dyn $kind>::from($adapter(f))))),*
        ];
    };
}

adapters! {
    JsActivation: Activation;
    JsConstraint: Constraint;
    JsInitializer: Initializer;
    JsLoss: Loss;
    JsMetric: Metric;
    JsRegularizer: Regularizer;
}

impl Activation for JsActivation {
    fn apply(&self, x: &Value) -> Value {
        self.0.tensors(&[x]).unwrap_or_else(Value::failed)
    }
}

impl Constraint for JsConstraint {
    fn apply(&self, w: &Value) -> Value {
        self.0.tensors(&[w]).unwrap_or_else(Value::failed)
    }
}

impl Regularizer for JsRegularizer {
    fn penalty(&self, w: &Value) -> Value {
        self.0.tensors(&[w]).unwrap_or_else(Value::failed)
    }
}

impl Loss for JsLoss {
    fn call(&self, y_true: &Value, y_pred: &Value) -> Value {
        self.0.tensors(&[y_true, y_pred]).unwrap_or_else(Value::failed)
    }
}

/// The mean over samples of what the function gives, as Keras makes of it.
impl Metric for JsMetric {
    fn name(&self) -> String {
        self.0.name.clone()
    }
    fn state(&self) -> Vec<(String, Vec<usize>)> {
        mean_of(&self.0).state()
    }
    fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> tensor::Result<()> {
        mean_of(&self.0).update(state, y_true, y_pred, sample_weight)
    }
    fn result(&self, state: &MetricState) -> Value {
        mean_of(&self.0).result(state)
    }
}

fn mean_of(callee: &Rc<Callee>) -> impl Metric {
    let f = callee.clone();
    MeanMetricWrapper::new(callee.name.clone(), move |y_true: &Value, y_pred: &Value| f.tensors(&[y_true, y_pred]))
}

impl Initializer for JsInitializer {
    fn fill(&self, shape: &[usize], dtype: DType, _random: &mut Philox) -> tensor::Result<Array> {
        let env = self.0.env();
        let run = || -> Result<Array, Failure> {
            let sizes = Setting::List(shape.iter().map(|n| Setting::from(*n)).collect());
            let result = self.0.call(vec![write_setting(env, &sizes)?, dtype.name().into_unknown(env)?])?;
            match cast::<ClassInstance<TensorHandle>>(&result) {
                Ok(tensor) => Ok(backend::eval(&tensor.tensor)?),
                Err(_) => read_array(env, &result, dtype),
            }
        };
        run().map_err(Into::into)
    }
}
