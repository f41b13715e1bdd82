//! What is stored of a model, taken from it.
use super::{Save, Stored, StoredLayer, StoredWeights};
use crate::config::{Field, Map, Setting, python_json, serialize};
use crate::layer::LayerRef;
use crate::model::{BACKEND, KERAS_VERSION, Model};
use crate::training::Compile;
use crate::{Array, Result, Variable};

impl Model {
    /// What [`Model::save`] writes.
    pub fn stored(&self, options: &Save) -> Result<Stored> {
        let config = Map::from([("class_name", Setting::from(self.class_name())), ("config", self.config()?.into())]);
        let settings = self.compile_settings().filter(|_| options.include_optimizer);
        let optimizer = match settings {
            Some(_) => self.optimizer_weights().filter(|w| !w.is_empty()),
            None => None,
        };
        Ok(Stored {
            keras_version: Some(KERAS_VERSION.to_owned()),
            model_config: Some(python_json(&config.into())?),
            training_config: settings.map(|s| training_config(&s)).transpose()?,
            weights: self.stored_weights()?,
            optimizer,
        })
    }
    /// What [`Model::save_weights`] writes.
    pub fn stored_weights(&self) -> Result<StoredWeights> {
        let layer = |layer: &LayerRef| StoredLayer { name: layer.name().to_owned(), weights: named(&layer.weights()) };
        Ok(StoredWeights {
            keras_version: Some(KERAS_VERSION.to_owned()),
            backend: Some(BACKEND.to_owned()),
            layers: self.layers().iter().map(layer).collect(),
        })
    }
    fn optimizer_weights(&self) -> Option<Vec<(String, Array)>> {
        let optimizer = self.compile_settings()?.optimizer.find().ok()?;
        Some(named(&optimizer.state().weights()))
    }
}

fn named(variables: &[Variable]) -> Vec<(String, Array)> {
    variables.iter().map(|v| (v.name().to_owned(), v.get())).collect()
}

/// How a model was compiled, in Keras's words and order.
fn training_config(settings: &Compile) -> Result<String> {
    let optimizer = settings.optimizer.find()?;
    let optimizer = match serialize(&optimizer)? {
        Setting::Text(name) => Map::from([("class_name", Setting::from(name)), ("config", Map::new().into())]).into(),
        config => config,
    };
    let metrics = match settings.metrics.write()? {
        // Keras makes an empty list of no metrics, but not of no weighted ones.
        Setting::Null => Setting::List(Vec::new()),
        metrics => metrics,
    };
    let map = Map::from([
        ("optimizer_config", optimizer),
        ("loss", settings.loss.write()?),
        ("metrics", metrics),
        ("weighted_metrics", settings.weighted_metrics.write()?),
        ("sample_weight_mode", settings.sample_weight_mode.write()?),
        ("loss_weights", settings.loss_weights.write()?),
    ]);
    python_json(&map.into())
}
