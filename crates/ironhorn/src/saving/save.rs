//! What is stored of a model, taken from it.
use super::{Save, Stored, StoredLayer, StoredWeights};
use crate::config::{Field, Map, Setting, python_float, python_json, serialize};
use crate::model::{BACKEND, KERAS_VERSION, Model};
use crate::training::Compile;
use crate::{Array, Error, Result, Variable};

/// What saving a model needs besides the numbers of its variables, which are read when it is saved. It may be sent to other threads,
/// so that a training saves the model it trains without having it.
pub struct Outline {
    model_config: Result<String>,
    training_config: Option<Result<String>>,
    /// The settings in `training_config` that change, by the text that stands for each there.
    hypers: Vec<(String, Variable)>,
    optimizer: Vec<Variable>,
    layers: Vec<(String, Vec<Variable>)>,
}

impl Outline {
    /// What [`Model::save`] writes, as of now.
    pub fn stored(&self, options: &Save) -> Result<Stored> {
        let training = self.training_config.as_ref().filter(|_| options.include_optimizer);
        let filled = |text: &String| {
            self.hypers.iter().fold(text.clone(), |text, (mark, variable)| {
                text.replace(mark, &python_float(variable.get().to_f64().first().copied().unwrap_or(f64::NAN)))
            })
        };
        Ok(Stored {
            keras_version: Some(KERAS_VERSION.to_owned()),
            model_config: Some(self.model_config.clone()?),
            training_config: training.map(|text| text.as_ref().map(filled).map_err(Error::clone)).transpose()?,
            weights: self.weights(),
            optimizer: training.map(|_| named(&self.optimizer)).filter(|w| !w.is_empty()),
        })
    }
    /// What [`Model::save_weights`] writes, as of now.
    pub fn weights(&self) -> StoredWeights {
        weights(&self.layers)
    }
}

impl Model {
    /// What saving it needs, to be saved later or by another thread. What cannot be written is an error when it is saved.
    pub fn outline(&self) -> Outline {
        let config = || {
            let config = Map::from([("class_name", Setting::from(self.class_name())), ("config", self.config()?.into())]);
            python_json(&config.into())
        };
        let settings = self.compile_settings();
        let optimizer = settings.as_ref().and_then(|s| s.optimizer.find().ok());
        let hypers = optimizer.iter().flat_map(|o| o.hypers()).map(|(name, hyper)| (name, hyper.variable().clone()));
        Outline {
            model_config: config(),
            training_config: settings.as_ref().map(training_config),
            // As `json.dumps` writes the mark.
            hypers: hypers.map(|(name, variable)| (format!("\"\\u0000{name}\""), variable)).collect(),
            optimizer: optimizer.map_or_else(Vec::new, |o| o.state().weights()),
            layers: self.saved_layers(),
        }
    }
    /// What [`Model::save`] writes.
    pub fn stored(&self, options: &Save) -> Result<Stored> {
        self.outline().stored(options)
    }
    /// What [`Model::save_weights`] writes.
    pub fn stored_weights(&self) -> StoredWeights {
        weights(&self.saved_layers())
    }
    fn saved_layers(&self) -> Vec<(String, Vec<Variable>)> {
        self.layers().iter().map(|layer| (layer.name().to_owned(), layer.weights())).collect()
    }
}

fn named(variables: &[Variable]) -> Vec<(String, Array)> {
    variables.iter().map(|v| (v.name().to_owned(), v.get())).collect()
}

fn weights(layers: &[(String, Vec<Variable>)]) -> StoredWeights {
    StoredWeights {
        keras_version: Some(KERAS_VERSION.to_owned()),
        backend: Some(BACKEND.to_owned()),
        layers: layers.iter().map(|(name, weights)| StoredLayer { name: name.clone(), weights: named(weights) }).collect(),
    }
}

/// How a model was compiled, in Keras's words and order, with marks for the optimizer's settings that change.
fn training_config(settings: &Compile) -> Result<String> {
    let made = settings.optimizer.find()?;
    let changing: Vec<&str> = made.hypers().into_iter().map(|(name, _)| name).collect();
    let mark = |(name, value): (String, Setting)| match changing.contains(&name.as_str()) {
        true => (name.clone(), Setting::Text(format!("\0{name}"))),
        false => (name, value),
    };
    let (class, config) = match serialize(&made)? {
        Setting::Map(mut map) => (map.remove("class_name").unwrap_or(Setting::Null), map.remove("config")),
        name => (name, None),
    };
    let config = match config {
        Some(Setting::Map(config)) => config.into_iter().map(mark).collect(),
        _ => Map::new(),
    };
    let optimizer = Map::from([("class_name", class), ("config", config.into())]);
    let metrics = match settings.metrics.write()? {
        // Keras makes an empty list of no metrics, but not of no weighted ones.
        Setting::Null => Setting::List(Vec::new()),
        metrics => metrics,
    };
    let map = Map::from([
        ("optimizer_config", optimizer.into()),
        ("loss", settings.loss.write()?),
        ("metrics", metrics),
        ("weighted_metrics", settings.weighted_metrics.write()?),
        ("sample_weight_mode", settings.sample_weight_mode.write()?),
        ("loss_weights", settings.loss_weights.write()?),
    ]);
    python_json(&map.into())
}
