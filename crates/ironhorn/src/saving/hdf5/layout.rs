//! Where everything stands in a file: Keras's groups and attributes, attribute by attribute.
use crate::saving::{Stored, StoredLayer, StoredWeights};
use crate::{Array, Error, Result};
use h5::Group;
use std::collections::HashSet;

pub(super) fn write(root: &Group, stored: &Stored) -> Result<()> {
    let versions = [("keras_version", &stored.keras_version), ("backend", &stored.weights.backend)];
    let texts = [("model_config", &stored.model_config), ("training_config", &stored.training_config)];
    for (name, text) in versions.into_iter().chain(texts) {
        if let Some(text) = text {
            root.set_text(name, text)?;
        }
    }
    write_weights(&root.create_group("model_weights")?, &stored.weights)?;
    match &stored.optimizer {
        Some(optimizer) => write_arrays(&root.create_group("optimizer_weights")?, optimizer),
        None => Ok(()),
    }
}

pub(super) fn write_weights(group: &Group, stored: &StoredWeights) -> Result<()> {
    let names: Vec<&str> = stored.layers.iter().map(|l| l.name.as_str()).collect();
    group.set_texts("layer_names", &names)?;
    for (name, text) in [("backend", &stored.backend), ("keras_version", &stored.keras_version)] {
        if let Some(text) = text {
            group.set_text(name, text)?;
        }
    }
    stored.layers.iter().try_for_each(|layer| write_arrays(&group.create_group(&layer.name)?, &layer.weights))
}

fn write_arrays(group: &Group, arrays: &[(String, Array)]) -> Result<()> {
    let mut taken = HashSet::new();
    let names: Vec<String> = arrays.iter().map(|(name, _)| unique(name, &mut taken)).collect();
    group.set_texts("weight_names", &names)?;
    names.iter().zip(arrays).try_for_each(|(name, (_, array))| group.write(name, array))
}

/// The name, with a number if it is taken.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let numbered = (1..).map(|i| format!("{name}_{i}"));
    let fresh = std::iter::once(name.to_owned()).chain(numbered).find(|n| !taken.contains(n)).unwrap_or_default();
    taken.insert(fresh.clone());
    fresh
}

pub(super) fn read(root: &Group) -> Result<Stored> {
    let optimizer = match root.has("optimizer_weights") {
        true => Some(read_arrays(&root.group("optimizer_weights")?)?),
        false => None,
    };
    Ok(Stored {
        keras_version: root.text("keras_version")?,
        model_config: root.text("model_config")?,
        training_config: root.text("training_config")?,
        weights: find_weights(root)?,
        optimizer,
    })
}

/// The weights at the root, or those of a whole model.
pub(super) fn find_weights(root: &Group) -> Result<StoredWeights> {
    if let Some(names) = root.texts("layer_names")? {
        return read_weights(root, names);
    }
    let missing = || {
        Error::value("h5_missing", "There are no weights in the file: neither `layer_names` nor `model_weights`. Keras did not write it.")
    };
    if !root.has("model_weights") {
        return Err(missing());
    }
    let group = root.group("model_weights")?;
    let names = group.texts("layer_names")?.ok_or_else(missing)?;
    read_weights(&group, names)
}

fn read_weights(group: &Group, names: Vec<String>) -> Result<StoredWeights> {
    let layers = names.into_iter().map(|name| {
        let weights = read_arrays(&group.group(&name)?)?;
        Ok(StoredLayer { name, weights })
    });
    Ok(StoredWeights {
        layers: layers.collect::<Result<_>>()?,
        keras_version: group.text("keras_version")?,
        backend: group.text("backend")?,
    })
}

fn read_arrays(group: &Group) -> Result<Vec<(String, Array)>> {
    let names = group.texts("weight_names")?.unwrap_or_default();
    // A hostile list could name one array a million times.
    let mut seen = HashSet::new();
    if let Some(twice) = names.iter().find(|n| !seen.insert(n.as_str())) {
        return Err(Error::value("h5_format", format!("The names of weights of {} say {twice} twice. The file is damaged.", group.path())));
    }
    names.iter().map(|name| Ok((name.clone(), group.read(name)?))).collect()
}
