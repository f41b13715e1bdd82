//! Stored weights into the layers of a model, by place or by name. All is checked before anything is set.
use super::{LoadWeights, StoredLayer, StoredWeights, convert};
use crate::layer::LayerRef;
use crate::model::Model;
use crate::{Array, Error, Result, Variable, console};

impl Model {
    /// Sets the weights to what was read.
    pub fn apply_weights(&self, stored: &StoredWeights, options: LoadWeights) -> Result<()> {
        options.checked()?;
        self.built_graph()?;
        let pairs = match options.by_name {
            true => by_name(&self.layers(), stored, &options)?,
            false => by_place(&self.layers(), stored, &options)?,
        };
        pairs.iter().try_for_each(|(variable, array)| variable.set(array))
    }
}

type Pairs = Vec<(Variable, Array)>;

fn by_place(layers: &[LayerRef], stored: &StoredWeights, options: &LoadWeights) -> Result<Pairs> {
    let layers: Vec<&LayerRef> = layers.iter().filter(|l| !l.weights().is_empty()).collect();
    let saved: Vec<&StoredLayer> = stored.layers.iter().filter(|l| !l.weights.is_empty()).collect();
    if layers.len() != saved.len() {
        return Err(Error::value(
            "layer_count",
            format!(
                "You are trying to load a weight file containing {} layers into a model with {} layers. Build the model that was saved, or \
                 load by name.",
                saved.len(),
                layers.len()
            ),
        ));
    }
    let mut pairs = Vec::new();
    for (k, (layer, saved)) in layers.into_iter().zip(saved).enumerate() {
        let variables = layer.weights();
        let arrays = converted(layer, saved, stored, options)?;
        if arrays.len() != variables.len() {
            let (name, theirs, n, m) = (layer.name(), &saved.name, variables.len(), arrays.len());
            return Err(Error::value(
                "weights_count",
                format!(
                    "Layer #{k} (named \"{name}\" in the current model) was found to correspond to layer {theirs} in the save file. However \
                     the new layer {name} expects {n} weights, but the saved weights have {m} elements."
                ),
            ));
        }
        for (variable, array) in variables.into_iter().zip(arrays) {
            if variable.shape() != array.shape() {
                return Err(mismatch(k, layer, &variable, &array));
            }
            pairs.push((variable, array));
        }
    }
    Ok(pairs)
}

fn by_name(layers: &[LayerRef], stored: &StoredWeights, options: &LoadWeights) -> Result<Pairs> {
    let mut pairs = Vec::new();
    for (k, saved) in stored.layers.iter().enumerate() {
        for layer in layers.iter().filter(|l| l.name() == saved.name) {
            let variables = layer.weights();
            let arrays = converted(layer, saved, stored, options)?;
            let (name, n, m) = (layer.name(), variables.len(), arrays.len());
            if n != m {
                if options.skip_mismatch {
                    console::warn(&format!(
                        "Skipping loading of weights for layer {name} due to mismatch in number of weights ({n} vs {m})."
                    ));
                    continue;
                }
                let text = format!("Layer #{k} (named \"{name}\") expects {n} weight(s), but the saved weights have {m} element(s).");
                return Err(Error::value("weights_count", text));
            }
            for (variable, array) in variables.into_iter().zip(arrays) {
                if variable.shape() == array.shape() {
                    pairs.push((variable, array));
                } else if options.skip_mismatch {
                    let (ours, theirs) = (variable.shape(), array.shape());
                    console::warn(&format!(
                        "Skipping loading of weights for layer {name} due to mismatch in shape ({ours:?} vs {theirs:?})."
                    ));
                } else {
                    return Err(mismatch(k, layer, &variable, &array));
                }
            }
        }
    }
    Ok(pairs)
}

fn converted(layer: &LayerRef, saved: &StoredLayer, stored: &StoredWeights, options: &LoadWeights) -> Result<Vec<Array>> {
    let arrays = saved.weights.iter().map(|(_, array)| array.clone()).collect();
    let origin = convert::Origin::new(stored.keras_version.as_deref(), stored.backend.as_deref());
    convert::weights(layer, arrays, origin, options.reshape).map_err(|e| e.at(format_args!("Layer {}", layer.name())))
}

fn mismatch(k: usize, layer: &LayerRef, variable: &Variable, array: &Array) -> Error {
    Error::value(
        "weights_shape",
        format!(
            "Layer #{k} (named \"{}\"), weight {} has shape {:?}, but the saved weight has shape {:?}.",
            layer.name(),
            variable.name(),
            variable.shape(),
            array.shape()
        ),
    )
}
