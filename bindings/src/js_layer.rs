//! Layers that users write in TypeScript: the engine's trait over an object with `build`, `call` and `getConfig`.
use crate::{
    error::Failure,
    foreign::{Callee, call_method},
    layer::{call_options, layer_of, one_or_many, result_of},
    setting::{read_map, read_setting, write_setting},
    tensor::wrap_all,
    value::is_object,
};
use ironhorn::{
    DType, Error, Spec, Value, Variable,
    config::{Config, Described, Field, Map, OneOrList, Place, Plug, Setting},
    constraints::Constraint,
    initializers::Initializer,
    layer::{Base, Build, Call, Cell, Layer, LayerRef, Weight},
    model::Model,
    regularizers::Regularizer,
};
use napi::{
    Env, JsValue, Unknown, ValueType,
    bindgen_prelude::{JsObjectValue, Object},
};
use std::cell::RefCell;

/// What is collected while the object's methods run.
#[derive(Default)]
struct Collected {
    /// Where weights are named and of which type, while it is built.
    building: Option<(String, DType)>,
    weights: Vec<Weight>,
    calls: usize,
    losses: Vec<Value>,
    metrics: Vec<(String, Value)>,
}

/// A user's layer.
pub struct JsLayer {
    env: Env,
    class: String,
    /// Gives the object as long as it is there. It has this layer, so that to hold it here would keep both forever: JavaScript's
    /// tensors and models hold the objects of the layers in them.
    this: Callee,
    collected: RefCell<Collected>,
}

impl JsLayer {
    /// The layer of the object of that class that `user` gives. `options` are those that all layers have.
    pub fn make(env: &Env, class: String, user: &Unknown, options: Map) -> Result<LayerRef, Failure> {
        let layer = JsLayer::of(env, class, user)?;
        // The others are the class's own business.
        let shared = options.into_iter().filter(|(name, _)| Base::SCHEMA.fields.iter().any(|f| f.answers(name)));
        Ok(LayerRef::user(layer, Base::from_map(shared.collect())?)?)
    }
    fn of(env: &Env, class: String, user: &Unknown) -> Result<JsLayer, Failure> {
        Ok(JsLayer { env: *env, class, this: Callee::new(env, user)?, collected: RefCell::default() })
    }
    /// The model of the object of that class that `user` gives.
    pub fn make_model(env: &Env, class: String, user: &Unknown, name: Option<&str>) -> Result<Model, Failure> {
        Ok(Model::subclass(JsLayer::of(env, class, user)?, name)?)
    }
    /// The user's layer that a layer is, or that a model of the user's has for its `call`.
    pub fn behind(layer: &LayerRef) -> Option<LayerRef> {
        let body = Model::from_layer(layer).and_then(|m| m.body().cloned());
        Some(body.unwrap_or_else(|| layer.clone())).filter(|l| l.is::<JsLayer>().is_some())
    }
    /// The sizes of the states, of a step of a recurrent layer: the object's `stateSize`.
    fn sizes(&self, property: &str) -> Result<Option<Vec<usize>>, Failure> {
        let found: Unknown = self.object()?.coerce_to_object()?.get_named_property_unchecked(property)?;
        if matches!(found.get_type()?, ValueType::Undefined | ValueType::Null) {
            return Ok(None);
        }
        let sizes = OneOrList::<usize>::read(read_setting(&self.env, &found)?, &Place::new(self.class.clone(), property))?;
        Ok(Some(sizes.as_slice().to_vec()))
    }
    /// The object. Error `layer_gone`.
    pub fn object(&self) -> Result<Unknown<'_>, Failure> {
        let object = self.this.call(Vec::new())?;
        if is_object(&object)? {
            return Ok(object);
        }
        let message =
            format!("The object of a layer of class {} is gone. Keep the layer, a tensor that it made, or a model with it.", self.class);
        Err(Error::runtime("layer_gone", message).into())
    }
    /// Whether its `call` is running.
    pub fn is_called(&self) -> bool {
        self.collected.borrow().calls > 0
    }
    /// Adds to the loss of the call that is running.
    pub fn add_loss(&self, loss: Value) {
        self.collected.borrow_mut().losses.push(loss);
    }
    /// Adds to the metrics of the call that is running.
    pub fn add_metric(&self, name: String, value: Value) {
        self.collected.borrow_mut().metrics.push((name, value));
    }
    /// Adds a weight while it is built.
    pub fn add_weight(&self, name: &str, shape: &[usize], mut options: Map) -> Result<Variable, Failure> {
        let building = self.collected.borrow().building.clone();
        let wrong =
            || Error::runtime("add_weight", "addWeight is for the method build: a weight is made once, when the input's shape is known.");
        let (path, own) = building.ok_or_else(wrong)?;
        let at = |option: &str| Place::new(format!("addWeight('{name}')"), option);
        let mut take = |option: &'static str| options.remove(option).filter(|s| *s != Setting::Null);
        let dtype = take("dtype").map(|s| DType::read(s, &at("dtype"))).transpose()?.unwrap_or(own);
        let initializer = take("initializer").unwrap_or_else(|| "glorot_uniform".into());
        let initializer = Plug::<dyn Initializer>::read(initializer, &at("initializer"))?;
        let regularizer = take("regularizer").map(|s| Plug::<dyn Regularizer>::read(s, &at("regularizer"))).transpose()?;
        let constraint = take("constraint").map(|s| Plug::<dyn Constraint>::read(s, &at("constraint"))).transpose()?;
        let trainable = take("trainable").map(|s| bool::read(s, &at("trainable"))).transpose()?.unwrap_or(true);
        if let Some(unknown) = options.keys().next() {
            return Err(Error::type_(
                "option_unknown",
                format!("addWeight has no option `{unknown}`; it has dtype, initializer, regularizer, constraint, trainable."),
            )
            .into());
        }
        let value = initializer.fill(shape, dtype, &mut ironhorn::random::stream())?;
        if value.shape() != shape {
            let message =
                format!("{path}: the initializer of {name} gave an array of shape {:?} where {shape:?} is wanted.", value.shape());
            return Err(Error::value("initializer_shape", message).into());
        }
        let variable = Variable::new(format!("{path}/{name}:0"), &value.cast(dtype));
        let weight = Weight { name: name.to_owned(), variable: variable.clone(), trainable, regularizer, constraint };
        self.collected.borrow_mut().weights.push(weight);
        Ok(variable)
    }
    fn run<'a>(&'a self, method: &str, arguments: Vec<Unknown<'a>>) -> Result<Option<Unknown<'a>>, Failure> {
        call_method(&self.env, &self.object()?, method, arguments)
    }
    fn shape<'a>(&'a self, inputs: &[Spec]) -> Result<Unknown<'a>, Failure> {
        let shape = |s: &Spec| Setting::List(s.shape.0.iter().map(|d| d.known().into()).collect());
        match inputs {
            [one] => write_setting(&self.env, &shape(one)),
            many => write_setting(&self.env, &Setting::List(many.iter().map(shape).collect())),
        }
    }
    fn outputs(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>, Failure> {
        let env = &self.env;
        let missing = || Error::not_implemented("call_missing", format!("The class {} has no method call(x).", self.class));
        let options = call_options(env, call)?;
        let mut inputs = inputs.to_vec();
        if let Some(sizes) = self.sizes("stateSize")? {
            // A step gets its states, and constants, by name.
            let states = inputs.split_off(1);
            let (states, constants) = states.split_at(sizes.len().min(states.len()));
            let mut named = options.coerce_to_object()?;
            named.set_named_property("states", wrap_all(env, states.to_vec())?)?;
            named.set_named_property("constants", wrap_all(env, constants.to_vec())?)?;
        }
        let arguments = vec![one_or_many(env, inputs)?, options];
        let result = self.run("call", arguments)?.ok_or_else(missing)?;
        result_of(env, &result, &self.class)
    }
    /// The layers that the object keeps in its properties, lists and plain objects included, in order.
    fn find_layers(&self, value: &Unknown, depth: usize, found: &mut Vec<LayerRef>) -> Result<(), Failure> {
        if depth > 3 || !is_object(value)? || value.is_typedarray()? {
            return Ok(());
        }
        if depth > 0
            && let Some(handle) = layer_of(&self.env, value)?
        {
            if !found.iter().any(|l| l.same(&handle.layer)) {
                found.push(handle.layer.clone());
            }
            return Ok(());
        }
        if depth > 0 && value.get_type()? == ValueType::Function {
            return Ok(());
        }
        let object = value.coerce_to_object()?;
        for key in Object::keys(&object)? {
            self.find_layers(&object.get_named_property_unchecked(&key)?, depth + 1, found)?;
        }
        Ok(())
    }
}

impl Described for JsLayer {
    fn class_name(&self) -> String {
        self.class.clone()
    }
    fn config(&self) -> tensor::Result<Option<Map>> {
        let run = || -> Result<Option<Map>, Failure> {
            let Some(written) = self.run("getConfig", Vec::new())? else { return Ok(None) };
            Ok(Some(read_map(&self.env, &written)?))
        };
        run().map_err(Into::into)
    }
}

impl Layer for JsLayer {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> tensor::Result<()> {
        self.collected.borrow_mut().building = Some((weights.path().to_owned(), weights.dtype()));
        let run = || -> Result<(), Failure> {
            self.run("build", vec![self.shape(inputs)?])?;
            Ok(())
        };
        let result = run();
        let mut collected = self.collected.borrow_mut();
        collected.building = None;
        collected.weights.drain(..).for_each(|w| weights.push(w));
        result.map_err(Into::into)
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> tensor::Result<Vec<Value>> {
        self.collected.borrow_mut().calls += 1;
        let result = self.outputs(call, inputs);
        let mut collected = self.collected.borrow_mut();
        collected.calls -= 1;
        collected.losses.drain(..).for_each(|l| call.add_loss(l));
        collected.metrics.drain(..).for_each(|(name, value)| call.add_metric(&name, value));
        result.map_err(Into::into)
    }
    fn cell(&self) -> Option<&dyn Cell> {
        matches!(self.sizes("stateSize"), Ok(Some(_))).then_some(self as &dyn Cell)
    }
    fn supports_masking(&self) -> bool {
        let run = || -> Result<bool, Failure> {
            let flag: Unknown = self.object()?.coerce_to_object()?.get_named_property_unchecked("supportsMasking")?;
            Ok(flag.coerce_to_bool()?)
        };
        run().unwrap_or(false)
    }
    fn layers(&self) -> Vec<LayerRef> {
        let mut found = Vec::new();
        let run = |found: &mut Vec<LayerRef>| self.find_layers(&self.object()?, 0, found);
        // A getter of the user's that throws hides what comes after it.
        let _ = run(&mut found);
        found
    }
}

impl Cell for JsLayer {
    fn state_sizes(&self) -> Vec<usize> {
        self.sizes("stateSize").ok().flatten().unwrap_or_default()
    }
    fn output_size(&self) -> usize {
        let given = self.sizes("outputSize").ok().flatten().unwrap_or_default();
        given.first().copied().unwrap_or_else(|| self.state_sizes().first().copied().unwrap_or(0))
    }
    fn takes_constants(&self) -> bool {
        true
    }
}
