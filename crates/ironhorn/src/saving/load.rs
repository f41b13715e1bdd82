//! Models made of what is stored, compiled and ready to go on training.
use super::{Load, LoadWeights, Stored, first_config, old_config};
use crate::config::{Config, Map, Setting, spelled};
use crate::layer::with_budget;
use crate::model::{Model, from_config};
use crate::training::Compile;
use crate::{Array, Error, Result, console};

/// The model of what was read. Errors `no_model`, `h5_format`, those of the config and of [`Model::apply_weights`].
pub fn from_stored(stored: &Stored, options: Load) -> Result<Model> {
    let Some(config) = &stored.model_config else {
        return Err(Error::value(
            "no_model",
            format!("No model found in config. The file has weights alone: build the model, then call {} on it.", spelled("load_weights")),
        ));
    };
    let mut config = setting("model_config", config)?;
    if stored.keras_version.as_ref().is_none_or(|v| v.starts_with("1.")) {
        config = first_config::model(config)?;
    }
    let config = old_config::model(config);
    // A config that wants more than the file holds is a mistake or an attack; old formats may differ by a few numbers.
    let budget = stored.weights.count().saturating_mul(2).saturating_add(1 << 16);
    let model = with_budget(budget, || from_config(&config))?;
    model.apply_weights(&stored.weights, LoadWeights::default())?;
    if !options.compile {
        return Ok(model);
    }
    match &stored.training_config {
        None => console::warn("No training configuration found in save file: the model was *not* compiled. Compile it manually."),
        Some(training) => compile(&model, &setting("training_config", training)?, stored.optimizer.as_deref())?,
    }
    Ok(model)
}

fn setting(what: &str, json: &str) -> Result<Setting> {
    let value: serde_json::Value =
        serde_json::from_str(json).map_err(|e| Error::value("h5_format", format!("{what} is no JSON: {e}. The file is damaged.")))?;
    Ok(value.into())
}

fn compile(model: &Model, training: &Setting, state: Option<&[(String, Array)]>) -> Result<()> {
    let Setting::Map(training) = training else {
        return Err(Error::value("h5_format", "training_config is no object. The file is damaged, or Keras did not write it."));
    };
    let mut options = Map::new();
    let named = [("optimizer_config", "optimizer")].into_iter();
    let same = ["loss", "metrics", "weighted_metrics", "sample_weight_mode", "loss_weights"].map(|n| (n, n));
    for (theirs, ours) in named.chain(same) {
        if let Some(value) = training.get(theirs) {
            options.insert(ours, old_config::training(theirs, value.clone()));
        }
    }
    model.compile(Compile::from_map(options)?)?;
    let Some(state) = state else { return Ok(()) };
    if let Err(error) = model.restore_optimizer(&old_config::state(state)) {
        let why = error.message();
        console::warn(&format!(
            "Error in loading the saved optimizer state. As a result, your model is starting with a freshly initialized optimizer. ({why})"
        ));
    }
    Ok(())
}
