//! Models as Keras's configs and JSON, to the letter, and back.
use super::network::Network;
use super::{Model, Sequential};
use crate::config::{Map, PartialShape, Setting, custom_object, python_json, python_yaml, read_yaml, spelled};
use crate::layer::{LayerRef, Site, history, shape_setting};
use crate::{Error, Result, Value};
use std::collections::HashMap;

/// The version whose files are written.
pub(crate) const KERAS_VERSION: &str = "2.3.1";
/// The backend that files say.
pub(crate) const BACKEND: &str = "tensorflow";

/// A model's config.
pub(super) fn write(network: &Network) -> Result<Map> {
    match (network.class.as_str(), &network.body) {
        ("Sequential", None) => write_stack(network),
        _ => write_graph(network),
    }
}

fn write_stack(network: &Network) -> Result<Map> {
    use crate::layer::Layer;
    let layers = network.layers().iter().map(LayerRef::serialize).collect::<Result<_>>()?;
    let mut map = Map::from([("name", Setting::from(network.name())), ("layers", Setting::List(layers))]);
    if let Some(shape) = &*network.built_for.borrow() {
        map.insert("build_input_shape", shape_setting(shape));
    }
    Ok(map)
}

fn write_graph(network: &Network) -> Result<Map> {
    let Some(graph) = network.graph.borrow().clone().filter(|_| network.body.is_none()) else {
        return Err(Error::not_implemented(
            "subclassed_config",
            format!("Model {} of class {} has no config: its layers are known only from its code.", network.name(), network.class),
        ));
    };
    if graph.bare_ops {
        return Err(Error::not_implemented(
            "bare_ops",
            format!(
                "Model {} has ops between its layers, which a config cannot hold. Put them into a Lambda or a layer of your own.",
                network.name()
            ),
        ));
    }
    // Calls outside of this model are left out, so that the others are counted anew.
    let mut kept: HashMap<u64, usize> = HashMap::new();
    let mut sites_of: Vec<Vec<&Site>> = Vec::new();
    for layer in &graph.layers {
        let mut sites: Vec<&Site> = graph.sites.iter().filter(|s| s.calls(layer)).collect();
        sites.sort_by_key(|s| s.index());
        let first = usize::from(layer.core().layer().inner().is_some());
        sites.iter().enumerate().for_each(|(i, s)| {
            kept.insert(s.key(), first + i);
        });
        sites_of.push(sites);
    }
    let place = |v: &Value| -> Vec<Setting> {
        let (Some(history), index) = (history(v), kept.get(&v.key().0)) else { return Vec::new() };
        vec![history.layer.name().into(), index.copied().unwrap_or(0).into(), history.tensor.into()]
    };
    let mut layers = Vec::new();
    for (layer, sites) in graph.layers.iter().zip(&sites_of) {
        let mut inbound = Vec::new();
        for site in sites.iter().filter(|s| !s.is_source()) {
            // What cannot be written is left out, as in Keras.
            let arguments: Map = site.arguments().into_iter().filter(|(_, v)| v.to_json().is_ok()).collect();
            let entry = |v: &Value| Setting::List(place(v).into_iter().chain([arguments.clone().into()]).collect());
            inbound.push(Setting::List(site.inputs().iter().map(entry).collect()));
        }
        let mut map = Map::from([("name", Setting::from(layer.name())), ("class_name", layer.class_name().into())]);
        map.insert("config", layer.config()?);
        map.insert("inbound_nodes", Setting::List(inbound));
        layers.push(Setting::from(map));
    }
    let places = |values: &[Value]| Setting::List(values.iter().map(|v| Setting::List(place(v))).collect());
    let mut map = Map::from([("name", Setting::from(network.name())), ("layers", Setting::List(layers))]);
    map.insert("input_layers", places(&graph.inputs));
    map.insert("output_layers", places(&graph.outputs));
    Ok(map)
}

impl Model {
    /// Class name, config, version and backend: what `to_json` writes and files hold.
    pub fn full_config(&self) -> Result<Map> {
        let mut map = Map::from([("class_name", Setting::from(self.class_name())), ("config", self.config()?.into())]);
        map.insert("keras_version", KERAS_VERSION);
        map.insert("backend", BACKEND);
        Ok(map)
    }
    /// The model without its weights as JSON, to the letter as Keras writes it.
    pub fn to_json(&self) -> Result<String> {
        python_json(&self.full_config()?.into())
    }
    /// The model without its weights as YAML, to the letter as Keras writes it.
    pub fn to_yaml(&self) -> Result<String> {
        python_yaml(&self.full_config()?.into())
    }
}

/// The model that [`Model::to_json`] or Keras wrote; the weights are new.
pub fn from_json(text: &str) -> Result<Model> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|e| Error::value("json", format!("This is no JSON: {e}.")))?;
    from_config(&Setting::from(value))
}

/// The model that [`Model::to_yaml`] or Keras wrote; the weights are new. Error `yaml`.
pub fn from_yaml(text: &str) -> Result<Model> {
    from_config(&read_yaml(text)?)
}

/// The model of a config with class name. Errors: `config_list` for a bare list, `config_format`, `name_unknown`.
pub fn from_config(setting: &Setting) -> Result<Model> {
    if let Setting::List(_) = setting {
        return Err(Error::type_(
            "config_list",
            format!(
                "`{}` expects an object, not a list. Maybe you meant to use `Sequential.{}(config)`?",
                spelled("model_from_config"),
                spelled("from_config")
            ),
        ));
    }
    let layer = LayerRef::deserialize(setting)?;
    Model::from_layer(&layer).ok_or_else(|| Error::type_("not_a_model", format!("The config is that of {layer:?}, which is no model.")))
}

/// The model of `{class_name, config}`, if the class is one of models and not one of the user's.
pub(crate) fn deserialize(map: &Map) -> Result<Option<Model>> {
    let (Some(Setting::Text(class)), Some(config)) = (map.get("class_name"), map.get("config")) else { return Ok(None) };
    if custom_object(class).is_some() {
        return Ok(None);
    }
    match (class.as_str(), config) {
        ("Sequential", config) => Sequential::from_config(config).map(|m| Some(m.into())),
        ("Model" | "Functional", Setting::Map(config)) => Model::from_config(config).map(Some),
        _ => Ok(None),
    }
}

impl Sequential {
    /// The stack of a config; Keras 1 wrote a bare list of layers.
    pub fn from_config(config: &Setting) -> Result<Sequential> {
        let empty = Map::new();
        let (map, layers) = match config {
            Setting::Map(map) => (map, map.get("layers")),
            list => (&empty, Some(list)),
        };
        let Some(Setting::List(layers)) = layers else { return Err(malformed("a Sequential has a list of layers")) };
        let model = match map.get("name") {
            Some(Setting::Text(name)) => Sequential::named(name),
            _ => Sequential::new(),
        };
        for layer in layers {
            model.add(LayerRef::deserialize(layer)?)?;
        }
        if let Some(Setting::List(shape)) = map.get("build_input_shape") {
            model.build_for(shape.iter().map(size).collect::<Result<PartialShape>>()?)?;
        }
        Ok(model)
    }
}

fn size(setting: &Setting) -> Result<Option<usize>> {
    match setting {
        Setting::Null => Ok(None),
        Setting::Int(n) if *n >= 0 => Ok(Some(*n as usize)),
        _ => Err(malformed("a shape is a list of sizes and nulls")),
    }
}

fn malformed(what: &str) -> Error {
    Error::value("config_format", format!("Improper config format: {what}."))
}

/// One call that a config tells of.
struct Told<'a> {
    layer: LayerRef,
    inputs: &'a [Setting],
}

impl Model {
    /// The model of a functional config.
    pub fn from_config(config: &Map) -> Result<Model> {
        let Some(Setting::List(entries)) = config.get("layers") else { return Err(malformed("a Model has a list of layers")) };
        let mut layers: HashMap<&str, LayerRef> = HashMap::new();
        // The calls of each layer, those still to be made.
        let mut told: Vec<Vec<Told>> = Vec::new();
        for entry in entries {
            let Setting::Map(map) = entry else { return Err(malformed("a layer is an object")) };
            let (Some(Setting::Text(name)), Some(Setting::List(inbound))) = (map.get("name"), map.get("inbound_nodes")) else {
                return Err(malformed("a layer of a Model has a name and inbound_nodes"));
            };
            let layer = LayerRef::deserialize(entry)?;
            if layer.is_input() {
                layer.begin()?;
            }
            let call = |inputs: &'_ Setting| match inputs {
                Setting::List(_) => Ok(()),
                _ => Err(malformed("inbound_nodes is a list of lists")),
            };
            inbound.iter().try_for_each(call)?;
            let calls = inbound.iter().filter_map(|inputs| match inputs {
                Setting::List(inputs) => Some(Told { layer: layer.clone(), inputs }),
                _ => None,
            });
            told.push(calls.collect());
            layers.insert(name, layer);
        }
        // Calls are made as soon as what they take is there; a layer's own calls stay in order.
        loop {
            let mut made = false;
            for calls in &mut told {
                while let Some(call) = calls.first() {
                    let Some((inputs, arguments)) = taken(call.inputs, &layers)? else { break };
                    if !inputs.is_empty() {
                        call.layer.call(&inputs, &arguments, None)?;
                    }
                    calls.remove(0);
                    made = true;
                }
            }
            if told.iter().all(Vec::is_empty) {
                break;
            }
            if !made {
                return Err(malformed("the calls of its layers need each other in a circle, or a call that is not there"));
            }
        }
        let ends = |name: &str| match config.get(name) {
            Some(Setting::List(places)) => places.iter().map(|p| end(p, &layers)).collect::<Result<Vec<_>>>(),
            _ => Err(malformed(&format!("a Model has {name}"))),
        };
        let name = match config.get("name") {
            Some(Setting::Text(name)) => Some(name.as_str()),
            _ => None,
        };
        Model::named(ends("input_layers")?, ends("output_layers")?, name)
    }
}

/// A place `[layer, node, tensor, ..]`; none if the call is not made yet.
fn find(place: &[Setting], layers: &HashMap<&str, LayerRef>) -> Result<Option<Value>> {
    let [Setting::Text(name), Setting::Int(node), Setting::Int(tensor), ..] = place else {
        return Err(malformed("a place in a model is [layer, node, tensor]"));
    };
    let layer = layers.get(name.as_str()).ok_or_else(|| malformed(&format!("there is no layer {name}")))?;
    if layer.calls() <= *node as usize {
        return Ok(None);
    }
    let outputs = layer.outputs_at(*node as usize)?;
    let output = outputs.get(*tensor as usize).cloned();
    output.map(Some).ok_or_else(|| malformed(&format!("layer {name} has no output {tensor}")))
}

/// What a call takes: the values, and the arguments of its last input.
fn taken(inputs: &[Setting], layers: &HashMap<&str, LayerRef>) -> Result<Option<(Vec<Value>, Map)>> {
    let (mut values, mut arguments) = (Vec::with_capacity(inputs.len()), Map::new());
    for input in inputs {
        let Setting::List(place) = input else { return Err(malformed("an input of a call is a list")) };
        let Some(value) = find(place, layers)? else { return Ok(None) };
        values.push(value);
        arguments = match place.get(3) {
            Some(Setting::Map(map)) => map.clone(),
            _ => Map::new(),
        };
    }
    Ok(Some((values, arguments)))
}

fn end(place: &Setting, layers: &HashMap<&str, LayerRef>) -> Result<Value> {
    let Setting::List(place) = place else { return Err(malformed("an end of a model is [layer, node, tensor]")) };
    find(place, layers)?.ok_or_else(|| malformed("an input or output of the model is never made"))
}
