//! What a file holds, as plain data that any thread may read and write.
use crate::Array;

/// A whole model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// The version of Keras whose configs these are.
    pub keras_version: Option<String>,
    /// Class name and config as JSON; none in a file of weights.
    pub model_config: Option<String>,
    /// How it was compiled, as JSON, if it was.
    pub training_config: Option<String>,
    /// The weights of its layers.
    pub weights: StoredWeights,
    /// The optimizer's names and values, if it has made a step.
    pub optimizer: Option<Vec<(String, Array)>>,
}

/// The weights of a model's layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredWeights {
    /// The version of Keras that wrote them; Keras 1 did not say it.
    pub keras_version: Option<String>,
    /// Keras's backend.
    pub backend: Option<String>,
    /// Layers in the order of `model.layers`, those without weights too.
    pub layers: Vec<StoredLayer>,
}

/// The weights of a layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredLayer {
    /// Its name.
    pub name: String,
    /// Names and values, in the order of `layer.weights`.
    pub weights: Vec<(String, Array)>,
}

impl StoredWeights {
    /// How many numbers there are.
    pub(super) fn count(&self) -> usize {
        self.layers.iter().flat_map(|l| &l.weights).map(|(_, a)| a.len()).sum()
    }
}
