//! Models from JavaScript: made, described, written and read.
use crate::{
    backend::tensors_of,
    data::read_data,
    error::Failure,
    foreign::{Callee, ForeignClass},
    guard::guard,
    layer::{LayerHandle, handles, layer_of, wrap_layer},
    setting::{Handle, read_map, read_setting, write_setting},
    tensor::wrap_all,
    value::{describe, keep},
};
use ironhorn::config::Config;
use ironhorn::{
    Error,
    config::{self, Field, Object as Thing, PartialShape, Place},
    layer::LayerRef,
    model::{Model, Sequential, Summary, clone_model as clone_model_of, from_config, from_json, from_yaml},
    training::{Compile, Data},
};
use napi::{Env, JsValue, Unknown, ValueType, bindgen_prelude::JsObjectValue};
use napi_derive::napi;
use std::rc::Rc;

/// A model from inputs to outputs.
#[napi]
pub fn make_model<'a>(env: &'a Env, inputs: Unknown<'a>, outputs: Unknown<'a>, name: Option<String>) -> napi::Result<LayerHandle> {
    guard(|| {
        let (inputs, outputs) = (tensors_of(env, &inputs, "Model")?, tensors_of(env, &outputs, "Model")?);
        LayerHandle::new(env, Model::named(inputs, outputs, name.as_deref())?.into())
    })
}

/// An empty stack.
#[napi]
pub fn make_sequential(env: &Env, name: Option<String>) -> napi::Result<LayerHandle> {
    guard(|| {
        let made = name.map_or_else(Sequential::new, |n| Sequential::named(&n));
        LayerHandle::new(env, made.into())
    })
}

/// The model of Keras's JSON.
#[napi]
pub fn model_from_json(env: &Env, text: String) -> napi::Result<LayerHandle> {
    guard(|| LayerHandle::new(env, from_json(&text)?.into()))
}

/// The model of Keras's YAML.
#[napi]
pub fn model_from_yaml(env: &Env, text: String) -> napi::Result<LayerHandle> {
    guard(|| LayerHandle::new(env, from_yaml(&text)?.into()))
}

/// The same model of new layers with new weights, on inputs of its own or on these.
#[napi]
pub fn clone_model(env: &Env, model: &LayerHandle, inputs: Option<Unknown>) -> napi::Result<LayerHandle> {
    guard(|| {
        let inputs = inputs.map(|inputs| tensors_of(env, &inputs, "cloneModel")).transpose()?;
        LayerHandle::new(env, clone_model_of(&model.model()?, inputs.as_deref())?.into())
    })
}

/// The model of a config with a class name.
#[napi]
pub fn model_from_config(env: &Env, written: Unknown) -> napi::Result<LayerHandle> {
    guard(|| LayerHandle::new(env, from_config(&read_setting(env, &written)?)?.into()))
}

/// The stack of a config.
#[napi]
pub fn sequential_from_config(env: &Env, written: Unknown) -> napi::Result<LayerHandle> {
    guard(|| LayerHandle::new(env, Sequential::from_config(&read_setting(env, &written)?)?.into()))
}

/// Names things of the user's for as long as `body` runs: functions, and classes as `{ make }`.
#[napi]
pub fn with_custom_objects<'a>(env: &'a Env, names: Vec<String>, objects: Unknown<'a>, body: Unknown<'a>) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let _scope = config::scope(custom(env, names, &objects)?);
        let body = Callee::new(env, &body)?;
        let result = body.call(Vec::new())?;
        keep(env, &result)
    })
}

/// Names things of the user's from now on.
#[napi]
pub fn register_custom_objects(env: &Env, names: Vec<String>, objects: Unknown) -> napi::Result<()> {
    guard(|| {
        custom(env, names, &objects)?.into_iter().for_each(|(name, object)| config::register(name, object));
        Ok(())
    })
}

fn custom(env: &Env, names: Vec<String>, objects: &Unknown) -> Result<Vec<(String, Thing)>, Failure> {
    let list = objects.coerce_to_object()?;
    let one = |(i, name): (usize, String)| {
        let item: Unknown = list.get_element(i as u32)?;
        let holder = item.coerce_to_object()?;
        // `{ make }` is a class, anything else the thing itself.
        let make: Unknown = holder.get_named_property_unchecked("make")?;
        if make.get_type()? == ValueType::Function {
            let class = ForeignClass::new(&name, Callee::new(env, &make)?);
            return Ok((name, Thing::of(Rc::new(class))));
        }
        match read_setting(env, &item)? {
            config::Setting::Object(object) => Ok((name, object)),
            other => Err(Error::type_("custom_object", format!("{name} is {}, not a function or a class.", other.describe())).into()),
        }
    };
    names.into_iter().enumerate().map(one).collect()
}

#[napi]
impl LayerHandle {
    /// Puts a layer on top of a stack.
    #[napi]
    pub fn add(&self, env: &Env, layer: Unknown) -> napi::Result<()> {
        guard(|| {
            let Some(top) = layer_of(env, &layer)? else {
                let message = format!("The added layer must be an instance of class Layer. Found: {}.", describe(&layer)?);
                return Err(Error::type_("not_a_layer", message).into());
            };
            self.sequential()?.add(top.layer.clone())?;
            top.tell(env)?;
            self.tell(env)
        })
    }

    /// Takes the top layer of a stack away.
    #[napi]
    pub fn pop<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| wrap_layer(env, self.sequential()?.pop()?))
    }

    /// Builds a stack for inputs of that shape, the batch included.
    #[napi]
    pub fn build(&self, env: &Env, shape: Unknown) -> napi::Result<()> {
        guard(|| {
            let shape = PartialShape::read(read_setting(env, &shape)?, &Place::new("build", "inputShape"))?;
            self.model()?.build(shape)?;
            self.tell(env)
        })
    }

    /// The layer of a name or at a place.
    #[napi]
    pub fn get_layer<'a>(&self, env: &'a Env, name: Option<String>, index: Option<f64>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            let found = match (name, index) {
                (_, Some(i)) if i < 0.0 => model.get_layer_at(usize::MAX)?,
                (_, Some(i)) => model.get_layer_at(i as usize)?,
                (name, None) => model.get_layer(&name.unwrap_or_default())?,
            };
            wrap_layer(env, found)
        })
    }

    /// The model's `inputs` or `outputs`.
    #[napi]
    pub fn symbols<'a>(&self, env: &'a Env, side: String) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            wrap_all(env, if side == "inputs" { model.inputs() } else { model.outputs() })
        })
    }

    /// The names of the model's `inputs` or `outputs`.
    #[napi]
    pub fn symbol_names(&self, side: String) -> napi::Result<Vec<String>> {
        guard(|| {
            let model = self.model()?;
            Ok(if side == "inputs" { model.input_names() } else { model.output_names() })
        })
    }

    /// The lines of the table of layers.
    #[napi]
    pub fn summary(&self, line_length: Option<f64>, positions: Option<Vec<f64>>) -> napi::Result<Vec<String>> {
        guard(|| {
            let mut lines = Vec::new();
            let options = Summary { line_length: line_length.map(|n| n as usize), positions };
            self.model()?.summary_with(&options, |line| lines.push(line.to_owned()))?;
            Ok(lines)
        })
    }

    /// Keras's JSON of the model.
    #[napi]
    pub fn to_json(&self) -> napi::Result<String> {
        guard(|| Ok(self.model()?.to_json()?))
    }

    /// Keras's YAML of the model.
    #[napi]
    pub fn to_yaml(&self) -> napi::Result<String> {
        guard(|| Ok(self.model()?.to_yaml()?))
    }

    /// Class name, config, version.
    #[napi]
    pub fn full_config<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| write_setting(env, &self.model()?.full_config()?.into()))
    }

    /// Whether it keeps state from batch to batch.
    #[napi(getter)]
    pub fn stateful(&self) -> napi::Result<bool> {
        guard(|| Ok(self.layer.core().layer().stateful()))
    }

    /// Sets that state back: of a layer also to values, one array a state.
    #[napi]
    pub fn reset_states(&self, env: &Env, values: Option<Unknown>) -> napi::Result<()> {
        guard(|| match (Model::from_layer(&self.layer), values) {
            (Some(model), None) => Ok(model.reset_states()?),
            (Some(_), Some(_)) => {
                Err(Error::type_("argument_count", "A model sets its states back to zeros; a layer takes values for its own.").into())
            }
            (None, None) => Ok(self.layer.reset_states()?),
            (None, Some(values)) => {
                let arrays = match read_data(env, &values, self.layer.states().len() > 1)? {
                    Data::One(array) => vec![array],
                    Data::List(arrays) => arrays,
                    Data::Named(_) | Data::Source(_) => {
                        return Err(Error::type_("argument_type", "States are given as a list, one array a state.").into());
                    }
                };
                Ok(self.layer.reset_states_to(&arrays)?)
            }
        })
    }

    /// Readies it for training.
    #[napi]
    pub fn compile(&self, env: &Env, options: Unknown) -> napi::Result<()> {
        guard(|| Ok(self.model()?.compile(Compile::from_map(read_map(env, &options)?)?)?))
    }

    /// The optimizer it was compiled with.
    #[napi]
    pub fn optimizer(&self) -> napi::Result<Handle> {
        guard(|| {
            let made = self.model()?.optimizer()?;
            Ok(Handle { object: Thing::new(format!("the optimizer {}", made.class_name()), made) })
        })
    }

    /// The names of what `evaluate` gives.
    #[napi]
    pub fn metrics_names(&self) -> napi::Result<Vec<String>> {
        guard(|| Ok(self.model()?.metrics_names().iter().map(|n| n.to_string()).collect()))
    }

    /// Starts all metrics again.
    #[napi]
    pub fn reset_metrics(&self) -> napi::Result<()> {
        guard(|| Ok(self.model()?.reset_metrics()?))
    }

    /// Whether a training is to end after its batch.
    #[napi(getter)]
    pub fn stop_training(&self) -> napi::Result<bool> {
        guard(|| Ok(self.model()?.stop_training()))
    }

    /// Ends a training after its batch.
    #[napi]
    pub fn set_stop_training(&self, stop: bool) -> napi::Result<()> {
        guard(|| {
            self.model()?.set_stop_training(stop);
            Ok(())
        })
    }

    /// Ends a training after its batch; it fails with the code `aborted`.
    #[napi]
    pub fn abort(&self) -> napi::Result<()> {
        guard(|| {
            self.model()?.handle().flags().abort();
            Ok(())
        })
    }

    /// The model's own layers, as handles.
    #[napi]
    pub fn model_layers<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| handles(env, self.model()?.layers()))
    }
}

impl LayerHandle {
    fn sequential(&self) -> Result<Sequential, Failure> {
        let wrong = || Error::type_("not_a_stack", format!("{:?} is no Sequential.", self.layer));
        Ok(Sequential::from_model(self.model()?).ok_or_else(wrong)?)
    }
}

/// Whether both stand for one layer.
#[napi]
pub fn same_layer(a: &LayerHandle, b: &LayerHandle) -> napi::Result<bool> {
    guard(|| Ok(LayerRef::same(&a.layer, &b.layer)))
}
