//! What a file holds, as plain data that any thread may read and write.
use super::file;
use crate::{Array, Result};
use std::path::Path;

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

impl Stored {
    /// Writes the file in place of what is there. Errors `h5_create`, `h5_write`.
    pub fn write(&self, path: &Path) -> Result<()> {
        h5::replace(path, |root| file::write(root, self))
    }
    /// The bytes of the file.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        h5::to_bytes(|root| file::write(root, self))
    }
    /// What is in a file. Errors `h5_open`, `h5_missing`, `h5_format`.
    pub fn read(path: &Path) -> Result<Stored> {
        file::read(h5::File::open(path)?.root()).map_err(|e| e.at(path.display()))
    }
    /// What is in the bytes of a file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Stored> {
        h5::from_bytes(bytes, file::read)
    }
}

impl StoredWeights {
    /// Writes a file of weights alone.
    pub fn write(&self, path: &Path) -> Result<()> {
        h5::replace(path, |root| file::write_weights(root, self))
    }
    /// The bytes of the file.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        h5::to_bytes(|root| file::write_weights(root, self))
    }
    /// The weights in a file, of weights alone or of a whole model.
    pub fn read(path: &Path) -> Result<StoredWeights> {
        file::find_weights(h5::File::open(path)?.root()).map_err(|e| e.at(path.display()))
    }
    /// The weights in the bytes of a file.
    pub fn from_bytes(bytes: &[u8]) -> Result<StoredWeights> {
        h5::from_bytes(bytes, file::find_weights)
    }
    /// How many numbers there are.
    pub(super) fn count(&self) -> usize {
        self.layers.iter().flat_map(|l| &l.weights).map(|(_, a)| a.len()).sum()
    }
}
