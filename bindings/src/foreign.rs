//! Users' functions and objects inside the engine: one adapter a trait, which calls back into JavaScript. The engine cannot tell
//! them from its own.
use crate::{
    array::read_array,
    backend::{tensor_of, variable_of},
    error::Failure,
    guard::guard,
    hooks::schedule,
    setting::{read_map, read_setting, read_tensor, write_setting},
    tensor::{TensorHandle, wrap},
    value::{cast, describe, is_object, keep},
};
use graph::trace;
use ironhorn::{
    Array, DType, Error, Philox, Value, Variable,
    activations::Activation,
    backend::{self, Callable},
    callbacks::Schedule,
    config::{Described, Field, Kind, Maker, Map, Place, Plug, Setting, Thing},
    constraints::Constraint,
    initializers::Initializer,
    layer::Core,
    losses::{Loss, Reduction},
    metrics::{MeanMetricWrapper, Metric, MetricState},
    optimizers::Optimizer,
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
    /// The other methods of the object that are called; a bare function has none.
    others: Vec<(&'static str, FunctionRef<(), Unknown<'static>>)>,
    /// The variables that a metric keeps.
    kept: Vec<Variable>,
    name: String,
}

/// What else is called of an object that stands for one of Keras's things.
const OTHERS: [&str; 3] = ["getConfig", "updateState", "result"];

impl Callee {
    /// Keeps a function.
    pub fn new(env: &Env, value: &Unknown) -> Result<Callee, Failure> {
        let function: Function<(), Unknown<'static>> = cast(value)?;
        let name = function.name().ok().filter(|n| !n.is_empty()).unwrap_or_else(|| "function".to_owned());
        Ok(Callee { env: *env, function: function.create_ref()?, others: Vec::new(), kept: Vec::new(), name })
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
        let mut others = Vec::new();
        for other in OTHERS {
            others.extend(bound(other)?.map(|f| (other, f)));
        }
        let weights: Unknown = object.get_named_property_unchecked("weights")?;
        let mut kept = Vec::new();
        if others.iter().any(|(n, _)| *n == "updateState") && weights.is_array()? {
            let list = weights.coerce_to_object()?;
            for i in 0..list.get_array_length()? {
                kept.push(variable_of(&*cast::<ClassInstance<TensorHandle>>(&list.get_element::<Unknown>(i)?)?)?);
            }
        }
        Ok(Some(Callee { env: *env, function, others, kept, name: class_of(value)? }))
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
    /// Calls another method of the object, if it has it.
    fn other<'a>(&'a self, name: &str, arguments: Vec<Unknown<'a>>) -> Result<Option<Unknown<'a>>, Failure> {
        let Some((_, method)) = self.others.iter().find(|(n, _)| *n == name) else { return Ok(None) };
        call(&self.env, &method.borrow_back(&self.env)?.to_unknown(), arguments).map(Some)
    }
    /// Calls it on tensors, to give one.
    pub fn tensors(&self, tensors: &[&Value]) -> tensor::Result<Value> {
        let run = || {
            let arguments = tensors.iter().map(|t| wrap(&self.env, (*t).clone())).collect::<Result<_, _>>()?;
            self.tensor(&self.call(arguments)?)
        };
        run().map_err(|e: Failure| e.into())
    }
    /// What it gave, as a tensor.
    fn tensor(&self, result: &Unknown) -> Result<Value, Failure> {
        nothing(&self.name, result)?;
        tensor_of(&self.env, result, &self.name)
    }
    /// The config of the object that it is a method of.
    fn config(&self) -> tensor::Result<Option<Map>> {
        let run = || self.other("getConfig", Vec::new())?.map(|written| read_map(&self.env, &written)).transpose();
        run().map_err(|e: Failure| e.into())
    }
}

/// An error if a function gave nothing, or a promise.
fn nothing(name: &str, result: &Unknown) -> Result<(), Failure> {
    if matches!(result.get_type()?, ValueType::Undefined | ValueType::Null) || result.is_promise()? {
        let message = format!("{name} must return a tensor, but returned {}.", describe(result)?);
        return Err(Error::type_("function_result", message).into());
    }
    Ok(())
}

/// A function as the backend's functions call it: tensors and lists of these in and out.
fn callable(callee: Rc<Callee>) -> Box<dyn Any> {
    Box::new(Callable::new(move |arguments| {
        let run = || -> Result<Setting, Failure> {
            let arguments = arguments.iter().map(|a| write_setting(&callee.env, a)).collect::<Result<_, _>>()?;
            let result = callee.call(arguments)?;
            nothing(&callee.name, &result)?;
            read_tensors(&callee.env, &result)
        };
        run().map_err(Into::into)
    }))
}

/// Tensors in lists, as deep as they go.
fn read_tensors(env: &Env, value: &Unknown) -> Result<Setting, Failure> {
    if !value.is_array()? {
        return read_tensor(env, value);
    }
    let list = value.coerce_to_object()?;
    let all = (0..list.get_array_length()?).map(|i| read_tensors(env, &list.get_element(i)?));
    Ok(Setting::List(all.collect::<Result<_, _>>()?))
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
    (TypeId::of::<Maker<dyn Optimizer>>, maker::<dyn Optimizer>),
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
            (TypeId::of::<Callable>, callable),
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

impl JsLoss {
    /// The reduction that the object's config names; a function has none, which is Keras's usual one.
    fn chosen(&self) -> tensor::Result<Reduction> {
        let given = self.0.config()?.and_then(|mut config| config.remove("reduction"));
        given.map_or(Ok(Reduction::SumOverBatchSize), |setting| Reduction::read(setting, &Place::new(self.0.name.clone(), "reduction")))
    }
}

impl Loss for JsLoss {
    fn call(&self, y_true: &Value, y_pred: &Value) -> Value {
        // A reduction that is none is told here, where something can fail.
        self.chosen().and_then(|_| self.0.tensors(&[y_true, y_pred])).unwrap_or_else(Value::failed)
    }
    fn reduction(&self) -> Reduction {
        self.chosen().unwrap_or(Reduction::SumOverBatchSize)
    }
}

impl JsMetric {
    /// Whether it keeps numbers of its own.
    fn is_stateful(&self) -> bool {
        self.0.others.iter().any(|(name, _)| *name == "updateState")
    }
    /// The name of one of its variables, as it was given.
    fn part(variable: &Variable) -> &str {
        variable.name().trim_end_matches(":0")
    }
    /// Runs a method with this use's state in the place of the object's variables.
    fn run<T>(&self, state: &MetricState, f: impl FnOnce() -> Result<T, Failure>) -> (tensor::Result<T>, Vec<Value>) {
        let values = self.0.kept.iter().map(|v| (v.clone(), state.get(Self::part(v)))).collect();
        let (result, values) = trace::bound(values, f);
        (result.map_err(Into::into), values)
    }
    fn take_in(&self, state: &mut MetricState, given: &[Option<&Value>]) -> tensor::Result<()> {
        let env = self.0.env();
        let (result, values) = self.run(state, || {
            let one = |value: &Option<&Value>| value.map_or_else(|| Ok(().into_unknown(env)?), |v| wrap(env, v.clone()));
            self.0.other("updateState", given.iter().map(one).collect::<Result<_, Failure>>()?)?;
            Ok(())
        });
        result?;
        self.0.kept.iter().zip(values).for_each(|(variable, value)| state.set(Self::part(variable), value));
        Ok(())
    }
    /// The mean over samples of what the function gives, as Keras makes of it.
    fn mean(&self) -> impl Metric {
        let f = self.0.clone();
        MeanMetricWrapper::new(self.0.name.clone(), move |y_true: &Value, y_pred: &Value| f.tensors(&[y_true, y_pred]))
    }
}

impl Metric for JsMetric {
    fn name(&self) -> String {
        let given = self.0.config().ok().flatten().and_then(|mut config| config.remove("name"));
        if let Some(Setting::Text(name)) = given { name } else { self.0.name.clone() }
    }
    fn state(&self) -> Vec<(String, Vec<usize>)> {
        match self.is_stateful() {
            true => self.0.kept.iter().map(|v| (Self::part(v).to_owned(), v.shape().to_vec())).collect(),
            false => self.mean().state(),
        }
    }
    fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> tensor::Result<()> {
        match self.is_stateful() {
            true => self.take_in(state, &[Some(y_true), Some(y_pred), sample_weight]),
            false => self.mean().update(state, y_true, y_pred, sample_weight),
        }
    }
    fn observe(&self, state: &mut MetricState, values: &Value, sample_weight: Option<&Value>) -> tensor::Result<()> {
        match self.is_stateful() {
            true => self.take_in(state, &[Some(values), sample_weight]),
            false => self.mean().observe(state, values, sample_weight),
        }
    }
    fn result(&self, state: &MetricState) -> Value {
        if !self.is_stateful() {
            return self.mean().result(state);
        }
        let missing = || Error::not_implemented("result_missing", format!("The class {} has no method result().", self.0.name));
        let (result, _) = self.run(state, || {
            let given = self.0.other("result", Vec::new())?.ok_or_else(missing)?;
            self.0.tensor(&given)
        });
        result.unwrap_or_else(Value::failed)
    }
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
