//! Layers as JavaScript holds them: a native handle each, which the object of the class stands for.
use crate::{
    array::{NdArray, read_array},
    backend::{UpdateHandle, tensor_of, tensors_of},
    error::Failure,
    foreign::Callee,
    guard::guard,
    js_layer::JsLayer,
    setting::{handle_key, read_map, write_setting},
    tensor::{wrap, wrap_all},
    value::{cast, describe, is_object, keep},
};
use ironhorn::{
    Array, DType, Error, Value, Variable, backend,
    config::{Config, Field, Map, PartialShape, Place, Setting, custom_object},
    layer::{Base, Call, InputOptions, LayerRef, input_with},
    layers::Lambda,
    model::Model,
};
use napi::{
    Env, JsValue, Unknown, ValueType,
    bindgen_prelude::{ClassInstance, JavaScriptClassExt, JsObjectValue, Object, ObjectFinalize},
};
use napi_derive::napi;
use std::{cell::Cell, rc::Rc};

/// A layer or a model.
#[napi(js_name = "LayerHandle", custom_finalize)]
pub struct LayerHandle {
    pub(crate) layer: LayerRef,
    /// The bytes that V8 was told hang on it.
    told: Cell<i64>,
}

impl ObjectFinalize for LayerHandle {
    fn finalize(self, env: Env) -> napi::Result<()> {
        guard(|| {
            env.adjust_external_memory(-self.told.get())?;
            Ok(())
        })
    }
}

impl LayerHandle {
    /// A handle on a layer.
    pub fn new(env: &Env, layer: LayerRef) -> Result<LayerHandle, Failure> {
        let handle = LayerHandle { layer, told: Cell::new(0) };
        handle.tell(env)?;
        Ok(handle)
    }
    /// Tells V8 how much memory hangs on it, so that it collects in time.
    pub fn tell(&self, env: &Env) -> Result<(), Failure> {
        // A model's weights are those of its layers; its plans and slots are about as large again.
        let bytes: usize = self.layer.weights().iter().map(|v| v.shape().iter().product::<usize>() * v.dtype().size()).sum();
        let now = bytes as i64 + 4096;
        env.adjust_external_memory(now - self.told.replace(now))?;
        Ok(())
    }
    /// How many multiplications a row of a small model takes, roughly.
    pub fn work(&self) -> usize {
        self.told.get() as usize / 4
    }
    /// The model that it is. Error `not_a_model`.
    pub fn model(&self) -> Result<Model, Failure> {
        let wrong = || Error::type_("not_a_model", format!("{:?} is no model.", self.layer));
        Ok(Model::from_layer(&self.layer).ok_or_else(wrong)?)
    }
}

/// The handle of a layer's object.
pub fn layer_of<'a>(env: &Env, value: &Unknown<'a>) -> Result<Option<ClassInstance<'a, LayerHandle>>, Failure> {
    if !is_object(value)? {
        return Ok(None);
    }
    if let Ok(handle) = cast::<ClassInstance<LayerHandle>>(value) {
        return Ok(Some(handle));
    }
    let held: Unknown = value.coerce_to_object()?.get_property_unchecked(handle_key(env)?)?;
    Ok(if held.get_type()? == ValueType::Object { cast(&held).ok() } else { None })
}

/// Arrays as a JavaScript list.
pub fn arrays<'a>(env: &'a Env, arrays: Vec<Array>) -> Result<Unknown<'a>, Failure> {
    let mut list = env.create_array(arrays.len() as u32)?;
    for (i, array) in arrays.into_iter().enumerate() {
        list.set(i as u32, NdArray::wrap(env, array)?)?;
    }
    Ok(list.to_unknown())
}

/// The arrays that a user gives `setWeights`.
pub fn read_weights(env: &Env, weights: &Unknown, dtype: DType) -> Result<Vec<Array>, Failure> {
    if !weights.is_array()? {
        let message = format!("setWeights takes a list of arrays, as getWeights gives, not {}.", describe(weights)?);
        return Err(Error::type_("argument_type", message).into());
    }
    let list = weights.coerce_to_object()?;
    (0..list.get_array_length()?).map(|i| read_array(env, &list.get_element(i)?, dtype)).collect()
}

fn variables<'a>(env: &'a Env, variables: Vec<Variable>) -> Result<Unknown<'a>, Failure> {
    wrap_all(env, variables.iter().map(Value::read).collect())
}

/// Handles as a JavaScript list.
pub fn handles<'a>(env: &'a Env, layers: Vec<LayerRef>) -> Result<Unknown<'a>, Failure> {
    let mut list = env.create_array(layers.len() as u32)?;
    for (i, layer) in layers.into_iter().enumerate() {
        list.set(i as u32, LayerHandle::new(env, layer)?)?;
    }
    Ok(list.to_unknown())
}

/// One tensor as itself, several as a list.
pub fn one_or_many<'a>(env: &'a Env, mut values: Vec<Value>) -> Result<Unknown<'a>, Failure> {
    if values.len() == 1 { wrap(env, values.swap_remove(0)) } else { wrap_all(env, values) }
}

fn shapes<'a>(env: &'a Env, shapes: Vec<tensor::Shape>) -> Result<Unknown<'a>, Failure> {
    let mut all: Vec<Setting> = shapes.into_iter().map(|s| Setting::List(s.0.into_iter().map(|d| d.known().into()).collect())).collect();
    write_setting(env, &if all.len() == 1 { all.swap_remove(0) } else { Setting::List(all) })
}

/// The built-in layer of that class.
#[napi]
pub fn make_layer(env: &Env, class: String, options: Unknown) -> napi::Result<LayerHandle> {
    guard(|| LayerHandle::new(env, LayerRef::construct(&class, read_map(env, &options)?)?))
}

/// A layer of the user's: `user` gives the object that has its methods.
#[napi]
pub fn make_user_layer(env: &Env, class: String, user: Unknown, options: Unknown) -> napi::Result<LayerHandle> {
    guard(|| {
        let made = JsLayer::make(env, class, &user, read_map(env, &options)?)?;
        LayerHandle::new(env, made)
    })
}

/// A model of the user's: `user` gives the object that has its methods.
#[napi]
pub fn make_user_model(env: &Env, class: String, user: Unknown, name: Option<String>) -> napi::Result<LayerHandle> {
    guard(|| LayerHandle::new(env, JsLayer::make_model(env, class, &user, name.as_deref())?.into()))
}

/// A function of the user's as a layer: `(x, { training, mask }) => tensor`.
#[napi]
pub fn make_lambda(env: &Env, function: Unknown, options: Unknown) -> napi::Result<LayerHandle> {
    guard(|| {
        let callee = Callee::new(env, &function)?;
        let name = callee.name().to_owned();
        let lambda = Lambda::of(move |call, inputs| {
            let run = || -> Result<Vec<Value>, Failure> {
                let env = callee.env();
                let result = callee.call(vec![one_or_many(env, inputs.to_vec())?, call_options(env, call)?])?;
                result_of(env, &result, callee.name())
            };
            run().map_err(Into::into)
        });
        // It can be written where its name says what it is.
        let lambda = if custom_object(&name).is_some() { lambda.registered(name) } else { lambda };
        LayerHandle::new(env, LayerRef::user(lambda, Base::from_map(read_map(env, &options)?)?)?)
    })
}

/// What a `call` of the user's is told besides its inputs: the arguments of the call, `training`, `mask`.
pub fn call_options<'a>(env: &'a Env, call: &Call) -> Result<Unknown<'a>, Failure> {
    let mut options = Object::new(env)?;
    for (name, value) in call.arguments().iter() {
        options.set_named_property(name, write_setting(env, value)?)?;
    }
    options.set_named_property("training", call.training())?;
    if let Some(mask) = call.mask(0) {
        options.set_named_property("mask", wrap(env, mask.clone())?)?;
    }
    Ok(options.to_unknown())
}

/// The tensors that a `call` of the user's gave.
pub fn result_of(env: &Env, result: &Unknown, what: &str) -> Result<Vec<Value>, Failure> {
    if matches!(result.get_type()?, ValueType::Undefined | ValueType::Null) || result.is_promise()? {
        let message = format!("{what}: call must return a tensor or a list of tensors, but returned {}.", describe(result)?);
        return Err(Error::type_("call_result", message).into());
    }
    tensors_of(env, result, what)
}

/// The layer that Keras's config describes.
#[napi]
pub fn deserialize_layer(env: &Env, written: Unknown) -> napi::Result<LayerHandle> {
    guard(|| LayerHandle::new(env, LayerRef::deserialize(&crate::setting::read_setting(env, &written)?)?))
}

/// A tensor where a model begins.
#[napi]
pub fn input<'a>(env: &'a Env, options: Unknown<'a>) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let mut map = read_map(env, &options)?;
        let mut take = |name: &str, snake: &str| map.remove(name).or_else(|| map.remove(snake));
        let shape = |s: Setting, name: &str| PartialShape::read(s, &Place::new("Input", name));
        let batch_shape = match (take("shape", "shape"), take("batchShape", "batch_shape")) {
            (None, Some(s)) => shape(s, "batchShape")?,
            (Some(s), None) => std::iter::once(None).chain(shape(s, "shape")?).collect(),
            _ => return Err(Error::value("input_shape", "Input needs either shape or batchShape: Input({ shape: [784] }).").into()),
        };
        let name = take("name", "name").map(|s| String::read(s, &Place::new("Input", "name"))).transpose()?;
        let dtype = take("dtype", "dtype").map(|s| DType::read(s, &Place::new("Input", "dtype"))).transpose()?;
        let sparse = take("sparse", "sparse").map(|s| bool::read(s, &Place::new("Input", "sparse"))).transpose()?.unwrap_or(false);
        if let Some(unknown) = map.keys().next() {
            let near = tensor::closest(unknown, ["shape", "batchShape", "name", "dtype", "sparse"]);
            let advice = near.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
            return Err(Error::type_("option_unknown", format!("Input has no option `{unknown}`{advice}")).into());
        }
        wrap(env, input_with(batch_shape, InputOptions { name, dtype, sparse })?)
    })
}

#[napi]
impl LayerHandle {
    /// A number that no other layer has.
    #[napi(getter)]
    pub fn key(&self) -> napi::Result<f64> {
        guard(|| Ok(Rc::as_ptr(self.layer.core()).addr() as f64))
    }

    /// Its name.
    #[napi(getter)]
    pub fn name(&self) -> napi::Result<String> {
        guard(|| Ok(self.layer.name().to_owned()))
    }

    /// The name of its class.
    #[napi(getter)]
    pub fn class_name(&self) -> napi::Result<String> {
        guard(|| Ok(self.layer.class_name()))
    }

    /// The object of the user's that it is made of, if it is one.
    #[napi(getter)]
    pub fn user<'a>(&self, env: &'a Env) -> napi::Result<Option<Unknown<'a>>> {
        guard(|| {
            let behind = JsLayer::behind(&self.layer);
            behind.as_ref().and_then(|l| l.is::<JsLayer>()).map(|l| keep(env, &l.object()?)).transpose()
        })
    }

    /// The objects of the user's that it and the layers inside are made of.
    #[napi]
    pub fn users<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let (mut pending, mut seen) = (vec![self.layer.clone()], Vec::<LayerRef>::new());
            let mut list = env.create_array(0)?;
            while let Some(layer) = pending.pop() {
                if seen.iter().any(|l| l.same(&layer)) {
                    continue;
                }
                if let Some(user) = layer.is::<JsLayer>() {
                    list.insert(keep(env, &user.object()?)?)?;
                }
                pending.extend(layer.layers());
                seen.push(layer);
            }
            Ok(list.to_unknown())
        })
    }

    /// Whether its weights are trained.
    #[napi(getter)]
    pub fn trainable(&self) -> napi::Result<bool> {
        guard(|| Ok(self.layer.trainable()))
    }

    /// Sets it.
    #[napi]
    pub fn set_trainable(&self, trainable: bool) -> napi::Result<()> {
        guard(|| {
            self.layer.set_trainable(trainable);
            Ok(())
        })
    }

    /// Whether its weights are there.
    #[napi(getter)]
    pub fn built(&self) -> napi::Result<bool> {
        guard(|| Ok(self.layer.built()))
    }

    /// Its options as Keras writes them.
    #[napi]
    pub fn config<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| write_setting(env, &self.layer.config()?.into()))
    }

    /// The part of its options that all layers have.
    #[napi]
    pub fn base_config<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| write_setting(env, &self.layer.base_config().into()))
    }

    /// Calls it on a tensor or a list of them.
    #[napi]
    pub fn call<'a>(&self, env: &'a Env, inputs: Unknown<'a>, options: Option<Unknown<'a>>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let mut arguments = options.map_or(Ok(Map::new()), |o| read_map(env, &o))?;
            let mut tensors = |name: &str| -> Result<Vec<Value>, Failure> {
                let place = Place::new(self.layer.name(), name);
                let list = match arguments.remove(name) {
                    None | Some(Setting::Null) => return Ok(Vec::new()),
                    Some(list @ Setting::List(_)) => list,
                    Some(one) => Setting::List(vec![one]),
                };
                Ok(<backend::Tensors as backend::Argument>::read(list, &place)?.0)
            };
            let (initial_state, constants) = (tensors("initialState")?, tensors("constants")?);
            let inputs = tensors_of(env, &inputs, self.layer.name())?;
            // States and constants are further inputs of a recurrent layer.
            if !constants.is_empty() {
                self.layer.core().layer().take_constants(constants.len())?;
            }
            let inputs = [inputs, initial_state, constants].concat();
            let outputs = self.layer.call(&inputs, &arguments, None)?;
            self.tell(env)?;
            one_or_many(env, outputs)
        })
    }

    /// The weights: `all`, `trainable` or `fixed` ones.
    #[napi]
    pub fn weights<'a>(&self, env: &'a Env, which: String) -> napi::Result<Unknown<'a>> {
        guard(|| match which.as_str() {
            "trainable" => variables(env, self.layer.trainable_weights()),
            "fixed" => variables(env, self.layer.non_trainable_weights()),
            _ => variables(env, self.layer.weights()),
        })
    }

    /// Copies of the weights' values.
    #[napi]
    pub fn get_weights<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| arrays(env, self.layer.get_weights()))
    }

    /// Overwrites the weights' values.
    #[napi]
    pub fn set_weights(&self, env: &Env, weights: Unknown) -> napi::Result<()> {
        guard(|| Ok(self.layer.set_weights(&read_weights(env, &weights, self.layer.core().dtype())?)?))
    }

    /// How many numbers the weights have.
    #[napi]
    pub fn count_params(&self) -> napi::Result<f64> {
        guard(|| Ok(self.layer.count_params()? as f64))
    }

    /// The tensors of its only call, or of call `at`: `input` or `output`.
    #[napi]
    pub fn tensors<'a>(&self, env: &'a Env, side: String, at: Option<f64>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let layer = &self.layer;
            one_or_many(
                env,
                match (side.as_str(), at) {
                    ("input", None) => layer.inputs()?,
                    ("input", Some(i)) => layer.inputs_at(i as usize)?,
                    (_, None) => layer.outputs()?,
                    (_, Some(i)) => layer.outputs_at(i as usize)?,
                },
            )
        })
    }

    /// The shapes of its only call, or of call `at`: `input` or `output`.
    #[napi]
    pub fn shapes<'a>(&self, env: &'a Env, side: String, at: Option<f64>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let layer = &self.layer;
            shapes(
                env,
                match (side.as_str(), at) {
                    ("input", None) => layer.input_shapes()?,
                    ("input", Some(i)) => layer.input_shapes_at(i as usize)?,
                    (_, None) => layer.output_shapes()?,
                    (_, Some(i)) => layer.output_shapes_at(i as usize)?,
                },
            )
        })
    }

    /// The masks of its only call, or of call `at`, null where there is none: `input` or `output`.
    #[napi]
    pub fn masks<'a>(&self, env: &'a Env, side: String, at: Option<f64>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let layer = &self.layer;
            let masks = match (side.as_str(), at) {
                ("input", None) => layer.input_masks()?,
                ("input", Some(i)) => layer.input_masks_at(i as usize)?,
                (_, None) => layer.output_masks()?,
                (_, Some(i)) => layer.output_masks_at(i as usize)?,
            };
            let setting =
                |mask: Option<Value>| mask.map_or(Setting::Null, |m| Setting::Object(ironhorn::config::Object::new("a tensor", m)));
            let mut all: Vec<Setting> = masks.into_iter().map(setting).collect();
            write_setting(env, &if all.len() == 1 { all.swap_remove(0) } else { Setting::List(all) })
        })
    }

    /// Makes every training step of a model with this layer change a variable. Within a call the change was made when it was said.
    #[napi]
    pub fn add_update(&self, update: &UpdateHandle) -> napi::Result<()> {
        guard(|| {
            if self.layer.is::<JsLayer>().is_none_or(|l| !l.is_called()) {
                self.layer.add_update(&update.variable, update.update.clone());
            }
            Ok(())
        })
    }

    /// All losses that it adds.
    #[napi]
    pub fn losses<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| match Model::from_layer(&self.layer) {
            Some(model) => wrap_all(env, model.losses()?),
            None => wrap_all(env, self.layer.losses()?),
        })
    }

    /// Adds a scalar to the loss.
    #[napi]
    pub fn add_loss(&self, env: &Env, loss: Unknown) -> napi::Result<()> {
        guard(|| {
            let loss = tensor_of(env, &loss, "addLoss")?;
            let behind = JsLayer::behind(&self.layer);
            match behind.as_ref().and_then(|l| l.is::<JsLayer>()).filter(|l| l.is_called()) {
                Some(user) => user.add_loss(loss),
                None => self.layer.add_loss(loss),
            }
            Ok(())
        })
    }

    /// Reports a value as a metric.
    #[napi]
    pub fn add_metric(&self, env: &Env, value: Unknown, name: String) -> napi::Result<()> {
        guard(|| {
            let value = tensor_of(env, &value, "addMetric")?;
            let behind = JsLayer::behind(&self.layer);
            match behind.as_ref().and_then(|l| l.is::<JsLayer>()).filter(|l| l.is_called()) {
                Some(user) => user.add_metric(name, value),
                None => self.layer.add_metric(&name, value),
            }
            Ok(())
        })
    }

    /// Adds a weight to a layer of the user's that is being built.
    #[napi]
    pub fn add_weight<'a>(&self, env: &'a Env, name: String, shape: Vec<f64>, options: Option<Unknown<'a>>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let wrong = || Error::runtime("add_weight", "addWeight is for the method build of a layer of your own.");
            let behind = JsLayer::behind(&self.layer);
            let user = behind.as_ref().and_then(|l| l.is::<JsLayer>()).ok_or_else(wrong)?;
            let options = options.map_or(Ok(Map::new()), |o| read_map(env, &o))?;
            let sizes: Vec<usize> = shape.into_iter().map(|n| n as usize).collect();
            wrap(env, Value::read(&user.add_weight(&name, &sizes, options)?))
        })
    }

    /// The layers inside.
    #[napi]
    pub fn layers<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| handles(env, self.layer.layers()))
    }
}

/// A layer as a thing that options take.
pub fn thing(handle: &LayerHandle) -> ironhorn::config::Object {
    ironhorn::config::Object::from(&handle.layer)
}

/// A handle as a JavaScript value.
pub fn wrap_layer<'a>(env: &'a Env, layer: LayerRef) -> Result<Unknown<'a>, Failure> {
    Ok(LayerHandle::new(env, layer)?.into_instance(env)?.to_unknown())
}
