//! Configs of Keras 1 in the words of Keras 2: other names of options and classes, `Merge` by its mode.
use crate::config::{Map, Setting, custom_object};
use crate::{Error, Result};

/// Options that have another name.
const OPTIONS: &[(&str, &str)] = &[
    ("W_constraint", "kernel_constraint"),
    ("W_regularizer", "kernel_regularizer"),
    ("U_regularizer", "recurrent_regularizer"),
    ("b_constraint", "bias_constraint"),
    ("b_regularizer", "bias_regularizer"),
    ("beta_init", "beta_initializer"),
    ("bias", "use_bias"),
    ("border_mode", "padding"),
    ("dim_ordering", "data_format"),
    ("dropout_U", "recurrent_dropout"),
    ("dropout_W", "dropout"),
    ("gamma_init", "gamma_initializer"),
    ("init", "kernel_initializer"),
    ("inner_activation", "recurrent_activation"),
    ("inner_init", "recurrent_initializer"),
    ("input_dtype", "dtype"),
    ("nb_filter", "filters"),
    ("output_dim", "units"),
    ("p", "rate"),
    ("sigma", "stddev"),
];

/// The same, where a class has its own; no new name where the option went.
const OF_CLASS: &[(&str, &str, Option<&str>)] = &[
    ("AveragePooling1D", "pool_length", Some("pool_size")),
    ("AveragePooling1D", "stride", Some("strides")),
    ("BatchNormalization", "mode", None),
    ("Convolution1D", "filter_length", Some("kernel_size")),
    ("Convolution1D", "input_dim", None),
    ("Convolution1D", "input_length", None),
    ("Convolution1D", "subsample_length", Some("strides")),
    ("Convolution2D", "subsample", Some("strides")),
    ("Dense", "input_dim", None),
    ("Embedding", "W_constraint", Some("embeddings_constraint")),
    ("Embedding", "W_regularizer", Some("embeddings_regularizer")),
    ("Embedding", "dropout", None),
    ("Embedding", "init", Some("embeddings_initializer")),
    // It was the type of the indices, never of the weights.
    ("Embedding", "input_dtype", None),
    ("Embedding", "output_dim", Some("output_dim")),
    ("GRU", "consume_less", None),
    ("GRU", "input_dim", None),
    ("GRU", "input_length", None),
    ("LSTM", "consume_less", None),
    ("LSTM", "forget_bias_init", None),
    ("LSTM", "input_dim", None),
    ("LSTM", "input_length", None),
    ("MaxPooling1D", "pool_length", Some("pool_size")),
    ("MaxPooling1D", "stride", Some("strides")),
    ("SimpleRNN", "consume_less", None),
    ("SimpleRNN", "input_dim", None),
    ("SimpleRNN", "input_length", None),
    ("UpSampling1D", "length", Some("size")),
];

const CLASSES: &[(&str, &str)] = &[
    ("AtrousConvolution1D", "Conv1D"),
    ("AtrousConvolution2D", "Conv2D"),
    ("Convolution1D", "Conv1D"),
    ("Convolution2D", "Conv2D"),
    ("Convolution3D", "Conv3D"),
    ("Deconvolution2D", "Conv2DTranspose"),
    ("SeparableConvolution2D", "SeparableConv2D"),
];

/// The config of a model or a layer. Error `keras1_merge` for a `Merge` that Keras 2 has no layer for.
pub(super) fn model(setting: Setting) -> Result<Setting> {
    match setting {
        Setting::List(items) => Ok(Setting::List(items.into_iter().map(model).collect::<Result<_>>()?)),
        Setting::Map(map) => described(map),
        other => Ok(other),
    }
}

fn described(mut map: Map) -> Result<Setting> {
    let class = match map.get("class_name") {
        Some(Setting::Text(class)) if custom_object(class).is_none() => class.clone(),
        Some(_) => return Ok(map.into()),
        None => return Ok(map.into_iter().map(|(name, value)| Ok((name, model(value)?))).collect::<Result<Map>>()?.into()),
    };
    match map.get("config").cloned() {
        Some(Setting::Map(config)) if matches!(&*class, "Model" | "Sequential") => map.insert("config", model(config.into())?),
        Some(Setting::Map(config)) if class == "Merge" => {
            let (class, config) = merge(&config)?;
            map.insert("class_name", class);
            map.insert("config", config);
        }
        Some(Setting::Map(config)) => {
            map.insert("config", layer(&class, config)?);
            let renamed = CLASSES.iter().find(|(old, _)| *old == class).map(|(_, new)| *new);
            map.insert("class_name", renamed.unwrap_or(&class));
        }
        // A Sequential was a list of layers.
        Some(list) => map.insert("config", model(list)?),
        None => {}
    }
    Ok(map.into())
}

fn layer(class: &str, config: Map) -> Result<Map> {
    let mut new = Map::new();
    let mut sides = [None, None];
    for (name, value) in config {
        let own = OF_CLASS.iter().find(|(c, old, _)| *c == class && *old == name).map(|(_, _, new)| *new);
        let name = match own {
            Some(None) => continue,
            Some(Some(new)) => new.to_owned(),
            None => OPTIONS.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| (*new).to_owned()),
        };
        match (name.as_str(), value) {
            ("nb_row", side) => sides[0] = Some(side),
            ("nb_col", side) => sides[1] = Some(side),
            ("data_format", Setting::Text(format)) => {
                new.insert(name, if format == "th" { "channels_first" } else { "channels_last" });
            }
            // A layer in a wrapper.
            ("layer", inner) => new.insert(name, model(inner)?),
            (_, Setting::Map(thing)) => new.insert(name, named(thing)),
            (_, value) => new.insert(name, value),
        }
    }
    if let [Some(rows), Some(columns)] = sides {
        new.insert("kernel_size", Setting::List(vec![rows, columns]));
    }
    Ok(new)
}

/// A regularizer or constraint, which stood flat with its name.
fn named(mut thing: Map) -> Setting {
    let Some(Setting::Text(name)) = thing.get("name").cloned().filter(|_| thing.get("class_name").is_none()) else { return thing.into() };
    thing.remove("name");
    let class = match name.as_str() {
        "L1L2Regularizer" => "L1L2",
        "NonNeg" | "MaxNorm" | "UnitNorm" => &name,
        other => other,
    };
    if let Some(most) = thing.remove("m") {
        thing.insert("max_value", most);
    }
    Map::from([("class_name", Setting::from(class)), ("config", thing.into())]).into()
}

fn merge(config: &Map) -> Result<(&'static str, Map)> {
    let mode = match config.get("mode") {
        Some(Setting::Text(mode)) => mode.as_str(),
        _ => "",
    };
    let mut new = Map::new();
    if let Some(name) = config.get("name") {
        new.insert("name", name.clone());
    }
    let class = match mode {
        "sum" => "Add",
        "mul" => "Multiply",
        "ave" => "Average",
        "max" => "Maximum",
        "concat" => {
            new.insert("axis", config.get("concat_axis").cloned().unwrap_or(Setting::Int(-1)));
            "Concatenate"
        }
        "dot" | "cos" => {
            new.insert("axes", config.get("dot_axes").cloned().unwrap_or(Setting::Int(-1)));
            new.insert("normalize", mode == "cos");
            "Dot"
        }
        _ => {
            return Err(Error::not_implemented(
                "keras1_merge",
                format!("A Merge layer of Keras 1 with mode '{mode}' cannot be read: only sum, mul, ave, max, concat, dot and cos can."),
            ));
        }
    };
    Ok((class, new))
}
