//! Data for training as JavaScript programs hold it: one array, a list for several inputs, or arrays by name.
use crate::{
    array::{NdArray, read_array},
    error::Failure,
    setting::{is_plain, read_setting},
    source::SourceHandle,
    value::{cast, is_object, property},
};
use ironhorn::{
    Array,
    config::{Config, Map, Object as Thing, Setting},
    globals,
    training::{Data, SampleWeight, Source, TestOnBatch},
};
use napi::{
    Env, JsValue, Unknown, ValueType,
    bindgen_prelude::{ClassInstance, JsObjectValue, Object},
};

/// Whether an object holds one array: `{ data, shape }`.
pub fn is_shaped(value: &Unknown) -> Result<bool, Failure> {
    let object = value.coerce_to_object()?;
    Ok(property(&object, "data")?.is_some() && property(&object, "shape")?.is_some())
}

/// Whether a list holds arrays, one an input, and is not itself the rows of one.
fn is_list(env: &Env, value: &Unknown, several: bool) -> Result<bool, Failure> {
    if !value.is_array()? {
        return Ok(false);
    }
    let list = value.coerce_to_object()?;
    let len = list.get_array_length()?;
    if several || len == 0 {
        return Ok(several);
    }
    let first: Unknown = list.get_element(0)?;
    Ok(is_object(&first)? && (cast::<ClassInstance<NdArray>>(&first).is_ok() || (is_plain(env, &first)? && is_shaped(&first)?)))
}

fn array(env: &Env, value: &Unknown) -> Result<Array, Failure> {
    read_array(env, value, globals::floatx())
}

fn source_of(value: &Unknown) -> Option<Source> {
    cast::<ClassInstance<SourceHandle>>(value).ok().map(|handle| handle.source.clone())
}

/// Data. `several` says that the model takes more than one array here.
pub fn read_data(env: &Env, value: &Unknown, several: bool) -> Result<Data, Failure> {
    match value.get_type()? {
        ValueType::Undefined | ValueType::Null => return Ok(Data::none()),
        _ if source_of(value).is_some() => return Ok(source_of(value).map_or_else(Data::none, Data::Source)),
        _ if is_list(env, value, several)? => {
            let list = value.coerce_to_object()?;
            let arrays = (0..list.get_array_length()?).map(|i| array(env, &list.get_element(i)?));
            return Ok(Data::List(arrays.collect::<Result<_, _>>()?));
        }
        ValueType::Object if cast::<ClassInstance<NdArray>>(value).is_err() && is_plain(env, value)? && !is_shaped(value)? => {
            let object = value.coerce_to_object()?;
            let named = Object::keys(&object)?.into_iter().map(|name| {
                let item: Unknown = object.get_named_property_unchecked(&name)?;
                let array = array(env, &item)?;
                Ok::<_, Failure>((name, array))
            });
            return Ok(Data::Named(named.collect::<Result<_, _>>()?));
        }
        _ => {}
    }
    Ok(Data::One(array(env, value)?))
}

fn setting(array: Array) -> Setting {
    Setting::Object(Thing::new("an array", array))
}

/// The same as a setting, null where nothing is given.
fn data_setting(env: &Env, value: &Unknown, several: bool) -> Result<Setting, Failure> {
    if matches!(value.get_type()?, ValueType::Undefined | ValueType::Null) {
        return Ok(Setting::Null);
    }
    // Outputs without weights stand as null in a list.
    if several && value.is_array()? {
        let list = value.coerce_to_object()?;
        let items = (0..list.get_array_length()?).map(|i| data_setting(env, &list.get_element(i)?, false));
        return Ok(Setting::List(items.collect::<Result<_, _>>()?));
    }
    Ok(match read_data(env, value, several)? {
        Data::One(one) => setting(one),
        Data::List(list) => Setting::List(list.into_iter().map(setting).collect()),
        Data::Source(source) => Thing::new("a source", source).into(),
        Data::Named(named) => named.into_iter().map(|(name, a)| (name, setting(a))).collect::<Map>().into(),
    })
}

/// Weights of samples. `several` says that the model has more than one output.
pub fn read_weights(env: &Env, value: &Unknown, several: bool) -> Result<SampleWeight, Failure> {
    let map = Map::from([("sampleWeight", data_setting(env, value, several)?)]);
    Ok(TestOnBatch::from_map(map)?.sample_weight)
}

/// The options of `fit` and the rest, those that hold arrays read as data. `inputs` and `outputs` are how many a model has.
pub fn read_options(env: &Env, value: Option<Unknown>, (inputs, outputs): (usize, usize)) -> Result<Map, Failure> {
    let mut map = Map::new();
    let Some(value) = value.filter(|v| !matches!(v.get_type(), Ok(ValueType::Undefined | ValueType::Null))) else { return Ok(map) };
    let object = value.coerce_to_object()?;
    for name in Object::keys(&object)? {
        let item: Unknown = object.get_named_property_unchecked(&name)?;
        if item.get_type()? == ValueType::Undefined {
            continue;
        }
        let read = match name.as_str() {
            "sampleWeight" => data_setting(env, &item, outputs > 1)?,
            "validationData" if item.is_array()? => {
                let parts = item.coerce_to_object()?;
                let several = [inputs > 1, outputs > 1, outputs > 1];
                let part = |i: u32| data_setting(env, &parts.get_element(i)?, several.get(i as usize).copied().unwrap_or(false));
                Setting::List((0..parts.get_array_length()?).map(part).collect::<Result<_, _>>()?)
            }
            "validationData" => data_setting(env, &item, false)?,
            _ => read_setting(env, &item)?,
        };
        map.insert(name, read);
    }
    Ok(map)
}
