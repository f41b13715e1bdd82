//! Keras's backend: operations by name, variables, placeholders, functions, and the settings of the process.
use crate::{
    array::{NdArray, read_array},
    error::Failure,
    guard::guard,
    setting::{is_plain, read_setting, read_tensor, write_setting},
    tensor::{SizeHandle, TensorHandle, wrap, wrap_all},
    value::{cast, describe},
};
use graph::trace::{self, Update};
use ironhorn::{
    DType, Error, Value, Variable,
    backend::{self, Operation, Output, Sort},
    config::{Field, Map, Place, Setting},
    globals, names,
};
use napi::{
    Env, JsValue, Unknown, ValueType,
    bindgen_prelude::{ClassInstance, JavaScriptClassExt, JsObjectValue, Object},
};
use napi_derive::napi;

/// Calls the operation of that name on a list of arguments, the last of which may be an object of options.
#[napi]
pub fn operation<'a>(env: &'a Env, name: String, arguments: Unknown<'a>) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let operation = backend::find(&name).ok_or_else(|| Error::attribute("operation_unknown", format!("No operation {name}.")))?;
        let output = operation.call(read_arguments(env, operation, &arguments)?)?;
        write_output(env, output)
    })
}

fn read_arguments(env: &Env, operation: &Operation, arguments: &Unknown) -> Result<Vec<Setting>, Failure> {
    let list = arguments.coerce_to_object()?;
    let len = list.get_array_length()?;
    (0..len)
        .map(|i| {
            let item: Unknown = list.get_element(i)?;
            let parameter = operation.parameters.get(i as usize);
            let options = i + 1 == len && parameter.is_none_or(|p| p.default.is_some()) && is_plain(env, &item)?;
            if !options {
                return read_argument(env, &item, parameter.map(|p| p.sort));
            }
            let object = item.coerce_to_object()?;
            let mut map = Map::new();
            for key in Object::keys(&object)? {
                let value: Unknown = object.get_named_property_unchecked(&key)?;
                if value.get_type()? != ValueType::Undefined {
                    let sort = operation.place(&key).map(|at| operation.parameters[at].sort);
                    map.insert(key, read_argument(env, &value, sort)?);
                }
            }
            Ok(map.into())
        })
        .collect()
}

fn read_argument(env: &Env, item: &Unknown, sort: Option<Sort>) -> Result<Setting, Failure> {
    match sort {
        Some(Sort::Tensor) => read_tensor(env, item),
        Some(Sort::Tensors) if item.is_array()? => {
            let items = item.coerce_to_object()?;
            let all = (0..items.get_array_length()?).map(|k| read_tensor(env, &items.get_element(k)?));
            Ok(Setting::List(all.collect::<Result<_, _>>()?))
        }
        _ => read_setting(env, item),
    }
}

fn write_output<'a>(env: &'a Env, output: Output) -> Result<Unknown<'a>, Failure> {
    match output {
        Output::Tensor(value) => wrap(env, value),
        Output::Tensors(values) => wrap_all(env, values),
        Output::Setting(setting) => write_setting(env, &setting),
        Output::Sizes(dims) => {
            let mut list = env.create_array(dims.len() as u32)?;
            for (i, dim) in dims.into_iter().enumerate() {
                match dim.known() {
                    Some(n) => list.set(i as u32, n as f64)?,
                    None => list.set(i as u32, SizeHandle { dim }.into_instance(env)?)?,
                }
            }
            Ok(list.to_unknown())
        }
    }
}

fn dtype(name: Option<String>) -> Result<Option<DType>, Failure> {
    Ok(name.map(|n| DType::parse(&n)).transpose()?)
}

/// A value as a tensor of the engine's.
pub fn tensor_of(env: &Env, value: &Unknown, what: &str) -> Result<Value, Failure> {
    let setting = read_tensor(env, value)?;
    let tensor = <backend::Tensor as backend::Argument>::read(setting, &Place::new(what, "x"))?;
    Ok(tensor.0)
}

/// A list of tensors, or one.
pub fn tensors_of(env: &Env, value: &Unknown, what: &str) -> Result<Vec<Value>, Failure> {
    if !value.is_array()? {
        return Ok(vec![tensor_of(env, value, what)?]);
    }
    let list = value.coerce_to_object()?;
    (0..list.get_array_length()?).map(|i| tensor_of(env, &list.get_element(i)?, what)).collect()
}

/// The variable that a tensor is. Error `not_a_variable`.
pub fn variable_of(value: &TensorHandle) -> Result<Variable, Failure> {
    let wrong = || Error::type_("not_a_variable", format!("{} is not a variable.", backend::describe(&value.tensor)));
    Ok(value.tensor.variable().cloned().ok_or_else(wrong)?)
}

/// A variable with its first value.
#[napi]
pub fn variable<'a>(env: &'a Env, value: Unknown<'a>, number_type: Option<String>, name: Option<String>) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let array = read_array(env, &value, globals::floatx())?;
        wrap(env, Value::read(&backend::variable(&array, dtype(number_type)?, name.as_deref())))
    })
}

/// A constant.
#[napi]
pub fn constant<'a>(env: &'a Env, value: Unknown<'a>, number_type: Option<String>, shape: Option<Vec<f64>>) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let array = read_array(env, &value, globals::floatx())?;
        let mut tensor = Value::constant(array.cast(dtype(number_type)?.unwrap_or_else(|| array.dtype())));
        if let Some(shape) = shape {
            let sizes: Vec<usize> = shape.into_iter().map(|n| n as usize).collect();
            let sizes = tensor::Shape::from(sizes.as_slice());
            tensor = if tensor.shape().count() == sizes.count() { tensor.reshape(&sizes) } else { tensor.broadcast_to(&sizes) };
        }
        wrap(env, tensor)
    })
}

/// A tensor that is fed.
#[napi]
pub fn placeholder<'a>(env: &'a Env, shape: Unknown<'a>, number_type: Option<String>, name: Option<String>) -> napi::Result<Unknown<'a>> {
    guard(|| {
        let shape = ironhorn::config::PartialShape::read(read_setting(env, &shape)?, &Place::new("placeholder", "shape"))?;
        wrap(env, backend::placeholder(&shape, dtype(number_type)?, name.as_deref()))
    })
}

/// Whether it is a variable.
#[napi]
pub fn is_variable(value: Unknown) -> napi::Result<bool> {
    guard(|| Ok(cast::<ClassInstance<TensorHandle>>(&value).is_ok_and(|t| t.tensor.variable().is_some())))
}

/// Whether it is fed.
#[napi]
pub fn is_placeholder(value: Unknown) -> napi::Result<bool> {
    guard(|| Ok(cast::<ClassInstance<TensorHandle>>(&value).is_ok_and(|t| t.tensor.placeholder().is_some())))
}

/// The numbers of a tensor that needs no feeding.
#[napi]
pub fn evaluate_tensor(env: &Env, value: Unknown) -> napi::Result<NdArray> {
    guard(|| NdArray::wrap(env, backend::eval(&tensor_of(env, &value, "eval")?)?))
}

/// The value of a variable.
#[napi]
pub fn get_value(env: &Env, variable: &TensorHandle) -> napi::Result<NdArray> {
    guard(|| NdArray::wrap(env, variable_of(variable)?.get()))
}

/// Sets the value of a variable.
#[napi]
pub fn set_value(env: &Env, variable: &TensorHandle, value: Unknown) -> napi::Result<()> {
    guard(|| {
        let variable = variable_of(variable)?;
        Ok(variable.set(&read_array(env, &value, variable.dtype())?)?)
    })
}

/// Gradients of a loss with respect to tensors.
#[napi]
pub fn gradients<'a>(env: &'a Env, loss: &TensorHandle, variables: Unknown<'a>) -> napi::Result<Unknown<'a>> {
    guard(|| wrap_all(env, backend::gradients(&loss.tensor, &tensors_of(env, &variables, "gradients")?)?))
}

/// The symbol that is true while training.
#[napi]
pub fn learning_phase(env: &Env) -> napi::Result<Unknown<'_>> {
    guard(|| wrap(env, backend::learning_phase()))
}

/// A change of a variable, for a function or a layer to make.
#[napi(js_name = "Update")]
pub struct UpdateHandle {
    pub(crate) variable: Variable,
    pub(crate) update: Update,
}

/// `assign`, `add`, `sub` or `moving` (with its momentum). Within a layer that is traced it is made at once.
#[napi]
pub fn update(env: &Env, kind: String, variable: &TensorHandle, value: Unknown, momentum: Option<f64>) -> napi::Result<UpdateHandle> {
    guard(|| {
        let variable = variable_of(variable)?;
        let value = tensor_of(env, &value, "update")?;
        let update = match kind.as_str() {
            "add" => Update::Add(value),
            "sub" => Update::Sub(value),
            "moving" => Update::Moving(value, momentum.unwrap_or(0.99)),
            _ => Update::Assign(value),
        };
        trace::update(&variable, update.clone());
        Ok(UpdateHandle { variable, update })
    })
}

/// A compiled function of placeholders.
#[napi(js_name = "BackendFunction")]
pub struct FunctionHandle {
    function: backend::Function,
}

#[napi]
impl FunctionHandle {
    /// Runs it on a list of arrays.
    #[napi]
    pub fn run<'a>(&self, env: &'a Env, feeds: Unknown<'a>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            if !feeds.is_array()? {
                return Err(Error::type_("argument_type", format!("A function takes a list of arrays, not {}.", describe(&feeds)?)).into());
            }
            let list = feeds.coerce_to_object()?;
            let arrays = (0..list.get_array_length()?).map(|i| read_array(env, &list.get_element(i)?, globals::floatx()));
            let results = self.function.run(&arrays.collect::<Result<Vec<_>, _>>()?)?;
            let mut out = env.create_array(results.len() as u32)?;
            for (i, array) in results.into_iter().enumerate() {
                out.set(i as u32, NdArray::wrap(env, array)?)?;
            }
            Ok(out.to_unknown())
        })
    }
}

/// Keras's `K.function`.
#[napi]
pub fn make_function<'a>(
    env: &'a Env,
    inputs: Unknown<'a>,
    outputs: Unknown<'a>,
    updates: Option<Unknown<'a>>,
) -> napi::Result<FunctionHandle> {
    guard(|| {
        let mut changes = Vec::new();
        if let Some(updates) = updates {
            let list = updates.coerce_to_object()?;
            for i in 0..list.get_array_length()? {
                let item: Unknown = list.get_element(i)?;
                if let Ok(update) = cast::<ClassInstance<UpdateHandle>>(&item) {
                    changes.push((update.variable.clone(), update.update.clone()));
                    continue;
                }
                let pair = item.coerce_to_object()?;
                let variable: ClassInstance<TensorHandle> = cast(&pair.get_element::<Unknown>(0)?)?;
                changes.push((variable_of(&variable)?, Update::Assign(tensor_of(env, &pair.get_element(1)?, "updates")?)));
            }
        }
        let function = backend::Function::new(&tensors_of(env, &inputs, "function")?, &tensors_of(env, &outputs, "function")?, changes)?;
        Ok(FunctionHandle { function })
    })
}

/// The number type of weights and of plain numbers.
#[napi]
pub fn floatx() -> napi::Result<&'static str> {
    guard(|| Ok(globals::floatx().name()))
}

/// Sets it.
#[napi]
pub fn set_floatx(name: String) -> napi::Result<()> {
    guard(|| match name.as_str() {
        "float16" | "float32" | "float64" => {
            globals::set_floatx(DType::parse(&name)?);
            Ok(())
        }
        _ => Err(Error::value("floatx", format!("Unknown floatx type: {name}. It is float16, float32 or float64.")).into()),
    })
}

/// The small number that keeps divisions and logarithms finite.
#[napi]
pub fn epsilon() -> napi::Result<f64> {
    guard(|| Ok(globals::epsilon()))
}

/// Sets it.
#[napi]
pub fn set_epsilon(epsilon: f64) -> napi::Result<()> {
    guard(|| {
        globals::set_epsilon(epsilon);
        Ok(())
    })
}

/// Where image tensors have their channels.
#[napi]
pub fn image_data_format() -> napi::Result<&'static str> {
    guard(|| Ok(globals::image_data_format().word()))
}

/// Sets it.
#[napi]
pub fn set_image_data_format(format: String) -> napi::Result<()> {
    guard(|| {
        let format = ironhorn::config::DataFormat::read(format.into(), &Place::new("setImageDataFormat", "format"))?;
        globals::set_image_data_format(format);
        Ok(())
    })
}

/// The next number of a prefix.
#[napi]
pub fn get_uid(prefix: String) -> napi::Result<f64> {
    guard(|| Ok(names::uid(&prefix) as f64))
}

/// The next name of a layer or a metric of that class: `my_metric_1`.
#[napi]
pub fn unique_name(class: String) -> napi::Result<String> {
    guard(|| Ok(names::layer_name(&class)))
}

/// Starts the counts of names again.
#[napi]
pub fn reset_uids() -> napi::Result<()> {
    guard(|| {
        names::reset_uids();
        Ok(())
    })
}

/// Forgets what described models left behind.
#[napi]
pub fn clear_session() -> napi::Result<()> {
    guard(|| {
        backend::clear_session();
        Ok(())
    })
}

/// Sets the seed of everything random.
#[napi]
pub fn set_random_seed(seed: f64) -> napi::Result<()> {
    guard(|| {
        ironhorn::random::set_seed(seed as i64 as u64);
        Ok(())
    })
}

/// Whole numbers as rows that are 1 at the number.
#[napi]
pub fn to_categorical(env: &Env, labels: Unknown, classes: Option<f64>, number_type: Option<String>) -> napi::Result<NdArray> {
    guard(|| {
        let labels = read_array(env, &labels, globals::floatx())?;
        let dtype = dtype(number_type)?.unwrap_or(DType::F32);
        NdArray::wrap(env, ironhorn::utils::to_categorical(&labels, classes.map(|n| n as usize), dtype)?)
    })
}
