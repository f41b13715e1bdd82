//! Configs of tf-keras as Keras 2.3.1 would have written them: what the other adds, and says anyway in its absence, is left out.
//! What it adds and means something stays, and is refused by the thing it is for.
use crate::Array;
use crate::config::{Map, Setting, custom_object};

/// Options that say nothing while they have these values.
fn neutral(name: &str, value: &Setting) -> bool {
    match name {
        "ragged" | "optional" | "time_major" | "keepdims" | "synchronized" | "use_ema" => *value == Setting::Bool(false),
        "weight_decay" | "global_clipnorm" | "clipnorm" | "clipvalue" | "type_spec" => *value == Setting::Null,
        "groups" => *value == Setting::Int(1),
        // How it is computed, not what.
        "jit_compile" | "is_legacy_optimizer" | "fn" => true,
        _ => false,
    }
}

/// A model's config with class name.
pub(super) fn model(setting: Setting) -> Setting {
    walk(setting)
}

/// An entry of training_config.
pub(super) fn training(name: &str, setting: Setting) -> Setting {
    match (name, walk(setting)) {
        ("optimizer_config", Setting::Map(mut map)) => {
            if let Some(Setting::Text(class)) = map.get("class_name") {
                let plain = class.strip_prefix("Custom>").unwrap_or(class).to_owned();
                map.insert("class_name", plain);
            }
            if let (false, Some(Setting::Text(class)), Some(Setting::Map(config))) =
                (is_custom(&map), map.get("class_name"), map.get("config"))
            {
                let config = optimizer(class, config.clone());
                map.insert("config", config);
            }
            map.into()
        }
        ("loss", Setting::Map(mut map)) if !is_custom(&map) && map.get("class_name").is_some() => {
            if let Some(Setting::Map(config)) = map.get("config") {
                let mut config = config.clone();
                if config.get("axis") == Some(&Setting::Int(-1)) {
                    config.remove("axis");
                }
                map.insert("config", config);
            }
            map.into()
        }
        (_, setting) => setting,
    }
}

/// An optimizer's options, as `walk` left them.
fn optimizer(class: &str, config: Map) -> Map {
    // `use_ema` was false if it is gone: what else is said of the average means nothing then.
    let averaged = config.get("use_ema").is_some();
    let kept = |(name, value): &(String, Setting)| match (class, name.as_str(), value) {
        (_, "name", _) => false,
        (_, "ema_momentum" | "ema_overwrite_frequency", _) => averaged,
        ("RMSprop", "momentum", Setting::Float(momentum)) => *momentum != 0.0,
        ("RMSprop", "centered", Setting::Bool(centered)) => *centered,
        _ => true,
    };
    config.into_iter().filter(kept).collect()
}

fn is_custom(map: &Map) -> bool {
    matches!(map.get("class_name"), Some(Setting::Text(class)) if custom_object(class).is_some())
}

fn walk(setting: Setting) -> Setting {
    match setting {
        Setting::List(items) => Setting::List(items.into_iter().map(walk).collect()),
        // A class of the user's own reads its config itself.
        Setting::Map(map) if is_custom(&map) => map.into(),
        Setting::Map(map) => match metric(&map) {
            Some(name) => name.into(),
            None => described(map),
        },
        other => other,
    }
}

fn described(map: Map) -> Setting {
    let class = match (map.get("class_name"), map.get("config")) {
        (Some(Setting::Text(class)), Some(Setting::Map(_))) => Some(class.clone()),
        _ => None,
    };
    let entries = map.into_iter().map(|(name, value)| match (&class, name.as_str(), value) {
        (Some(class), "class_name", _) => (name, renamed(class).into()),
        (Some(class), "config", Setting::Map(config)) => (name, options(class, config).into()),
        (_, _, value) => (name, walk(value)),
    });
    entries.collect::<Map>().into()
}

fn renamed(class: &str) -> &str {
    match class {
        "L1" | "L2" => "L1L2",
        "BatchNormalizationV1" | "BatchNormalizationV2" => "BatchNormalization",
        other => other,
    }
}

fn options(class: &str, config: Map) -> Map {
    let kept = config.into_iter().filter(|(name, value)| !neutral(name, value));
    let entry = |(name, value): (String, Setting)| match (class, name.as_str(), value) {
        (_, "dtype", Setting::Map(policy)) => (name, number_type(&policy)),
        ("BatchNormalization", "axis", Setting::List(mut axes)) if axes.len() == 1 => (name, axes.swap_remove(0)),
        ("InputLayer", "batch_shape", shape) => ("batch_input_shape".to_owned(), shape),
        (_, _, value) => (name, walk(value)),
    };
    kept.map(entry).collect()
}

/// The number type of a policy; computing in half precision is computing in single here.
fn number_type(policy: &Map) -> Setting {
    let name = match policy.get("config") {
        Some(Setting::Map(config)) => config.get("name"),
        _ => None,
    };
    match name {
        Some(Setting::Text(name)) if name.starts_with("mixed_") => "float32".into(),
        Some(name) => name.clone(),
        None => Setting::Null,
    }
}

/// The name of a metric that is a function with a wrapper around it.
fn metric(map: &Map) -> Option<String> {
    let (Some(Setting::Text(class)), Some(Setting::Map(config))) = (map.get("class_name"), map.get("config")) else { return None };
    let (Some(Setting::Text(function)), true) = (config.get("fn"), class == "MeanMetricWrapper") else { return None };
    match config.get("name") {
        Some(Setting::Text(name)) if matches!(name.as_str(), "accuracy" | "acc" | "crossentropy" | "ce") => Some(name.clone()),
        _ => Some(function.clone()),
    }
}

/// An optimizer's values in Keras's order: the newer optimizers of tf-keras have all slots of a weight together, Keras all first
/// slots of all weights.
pub(super) fn state(saved: &[(String, Array)]) -> Vec<Array> {
    let newer = saved.first().is_some_and(|(name, _)| name.starts_with("iteration:") || name == "iteration");
    let kept = saved.iter().filter(|(name, _)| !newer || !name.contains("learning_rate"));
    if !newer {
        return kept.map(|(_, a)| a.clone()).collect();
    }
    // `Adam/m/dense/kernel:0`: the slot is the second step.
    let slot = |name: &str| name.split('/').nth(1).unwrap_or_default().to_owned();
    let mut order: Vec<String> = Vec::new();
    let mut all: Vec<(usize, Array)> = Vec::new();
    for (name, array) in kept {
        let slot = slot(name);
        let at = order.iter().position(|s| *s == slot).unwrap_or_else(|| {
            order.push(slot);
            order.len() - 1
        });
        all.push((at, array.clone()));
    }
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, a)| a).collect()
}
