//! Optimizers that users write in TypeScript: the engine's trait over an object with `getUpdates`. Its settings live here, in variables,
//! as those of built-in ones do.
use crate::{
    backend::{tensor_of, variable_of},
    error::Failure,
    foreign::{Callee, call_method},
    guard::guard,
    plug::{hyper, optimizer_of, snake},
    setting::{Handle, read_map, write_setting},
    tensor::{TensorHandle, wrap, wrap_all},
    value::{cast, is_object},
};
use graph::trace::{self, Update};
use ironhorn::{
    Error, Value, Variable,
    config::{Described, Field, Map, Object, Place, Plug, Setting},
    optimizers::{self, Clipping, Hyper, Moment, Optimizer, Slot, State, Step, Trained},
};
use napi::{
    Env, JsValue, Unknown,
    bindgen_prelude::{ClassInstance, JsObjectValue},
};
use napi_derive::napi;

/// Where the learning rate stands among the settings.
const RATE: &str = "learning_rate";

/// A user's optimizer.
struct JsOptimizer {
    env: Env,
    class: String,
    /// Gives the object as long as it is there; it has this optimizer, and a model that was compiled with it holds it.
    this: Callee,
    clipping: Clipping,
    hypers: Vec<(String, Hyper)>,
    state: State,
}

/// The optimizer of the object of that class that `user` gives. Of its options `clipnorm` and `clipvalue` clip gradients; every other one
/// is a number that can change between steps.
#[napi]
pub fn make_user_optimizer(env: &Env, class: String, user: Unknown, options: Unknown) -> napi::Result<Handle> {
    guard(|| {
        let (mut clipping, mut hypers) = (Clipping::default(), vec![(RATE.to_owned(), Hyper::from(0.01))]);
        for (name, setting) in read_map(env, &options)? {
            let place = Place::new(class.clone(), name.clone());
            match name.as_str() {
                "clipnorm" => clipping.norm = Field::read(setting, &place)?,
                "clipvalue" => clipping.value = Field::read(setting, &place)?,
                "lr" | "learningRate" | RATE => hypers[0].1 = <Hyper as Field>::read(setting, &place)?,
                _ => hypers.push((snake(&name), <Hyper as Field>::read(setting, &place)?)),
            }
        }
        let state = State::new(&class);
        let made = JsOptimizer { env: *env, this: Callee::new(env, &user)?, clipping, hypers, state, class: class.clone() };
        Ok(Handle { object: Object::new(format!("the optimizer {class}"), Plug::<dyn Optimizer>::from(made)) })
    })
}

impl JsOptimizer {
    fn object(&self) -> Result<Unknown<'_>, Failure> {
        let object = self.this.call(Vec::new())?;
        if is_object(&object)? {
            return Ok(object);
        }
        let message = format!("The optimizer of class {} is gone. Keep it, or a model that was compiled with it.", self.class);
        Err(Error::runtime("optimizer_gone", message).into())
    }
    fn updates(&self, loss: &Value, weights: &[Trained]) -> Result<Vec<(Variable, Update)>, Failure> {
        let env = &self.env;
        let missing =
            || Error::not_implemented("updates_missing", format!("The class {} has no method getUpdates(loss, params).", self.class));
        let params = wrap_all(env, weights.iter().map(|w| Value::read(&w.variable)).collect())?;
        // What the method changes is taken out of the trace, where the step's other updates are put back.
        let before = trace::take_updates();
        let result = call_method(env, &self.object()?, "getUpdates", vec![wrap(env, loss.clone())?, params]);
        let mut updates = trace::take_updates();
        before.iter().for_each(|(variable, update)| trace::update(variable, update.clone()));
        let result = result?.ok_or_else(missing)?;
        if !result.is_array()? {
            let message = format!("{}: getUpdates must return a list of updates, as K.update gives them.", self.class);
            return Err(Error::type_("function_result", message).into());
        }
        // Those of K.update were noted as they were made; pairs are assignments.
        let list = result.coerce_to_object()?;
        for i in 0..list.get_array_length()? {
            let item: Unknown = list.get_element(i)?;
            if item.is_array()? {
                let pair = item.coerce_to_object()?;
                let variable: ClassInstance<TensorHandle> = cast(&pair.get_element::<Unknown>(0)?)?;
                updates.push((variable_of(&variable)?, Update::Assign(tensor_of(env, &pair.get_element(1)?, "getUpdates")?)));
            }
        }
        Ok(updates)
    }
}

impl Described for JsOptimizer {
    fn class_name(&self) -> String {
        self.class.clone()
    }
    fn config(&self) -> tensor::Result<Option<Map>> {
        let run = || -> Result<Option<Map>, Failure> {
            let written = call_method(&self.env, &self.object()?, "getConfig", Vec::new())?;
            written.map(|w| read_map(&self.env, &w)).transpose()
        };
        run().map_err(Into::into)
    }
}

impl Optimizer for JsOptimizer {
    fn state(&self) -> &State {
        &self.state
    }
    fn learning_rate(&self) -> &Hyper {
        &self.hypers[0].1
    }
    fn hypers(&self) -> Vec<(&str, &Hyper)> {
        self.hypers.iter().map(|(name, hyper)| (name.as_str(), hyper)).collect()
    }
    fn clipping(&self) -> Clipping {
        self.clipping
    }
    fn slots(&self) -> Vec<Slot> {
        Vec::new()
    }
    fn get_updates(&self, loss: &Value, weights: &[Trained]) -> Option<tensor::Result<Vec<(Variable, Update)>>> {
        Some(self.updates(loss, weights).map_err(Into::into))
    }
    fn step(&self, _: &Moment, _: &Value, weight: &Value, _: &[Value]) -> Step {
        // Never asked for: `get_updates` does it all.
        Step::new(weight.clone(), [])
    }
}

/// Gradients of a loss with respect to weights, clipped as the optimizer says.
#[napi]
pub fn optimizer_gradients<'a>(env: &'a Env, optimizer: &Handle, loss: &TensorHandle, params: Unknown<'a>) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let list = params.coerce_to_object()?;
        let one =
            |i| -> Result<Variable, Failure> { variable_of(&*cast::<ClassInstance<TensorHandle>>(&list.get_element::<Unknown>(i)?)?) };
        let variables = (0..list.get_array_length()?).map(one).collect::<Result<Vec<_>, _>>()?;
        wrap_all(env, optimizers::get_gradients(&*optimizer_of(optimizer)?, &loss.current(), &variables)?)
    })
}

/// A setting of an optimizer as a tensor, for its step; `iterations` is the number of steps made.
#[napi]
pub fn hyper_tensor<'a>(env: &'a Env, optimizer: &Handle, name: String) -> napi::Result<Unknown<'a>> {
    guard(|| wrap(env, Value::read(&hyper(&optimizer_of(optimizer)?, &name)?)))
}

/// The settings of a user's optimizer, as Keras writes them.
#[napi]
pub fn optimizer_config<'a>(env: &'a Env, optimizer: &Handle) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let optimizer = optimizer_of(optimizer)?;
        let clipping = optimizer.clipping();
        let clips = [("clipnorm", clipping.norm), ("clipvalue", clipping.value)];
        let clips = clips.into_iter().filter_map(|(name, limit)| Some((name, Setting::from(limit?))));
        let hypers = optimizer.hypers();
        let all: Map = clips.chain(hypers.iter().map(|(name, hyper)| (*name, Setting::Float(hyper.get())))).collect();
        write_setting(env, &all.into())
    })
}
