//! Models, weights and what is stored, to HDF5 files and back: the only part that needs the library.
mod layout;

use super::{Load, LoadWeights, Save, Stored, StoredWeights, from_stored};
use crate::{Result, model::Model};
use std::path::Path;

impl Model {
    /// Writes config, weights, and how it was compiled with the optimizer's state, in place of what is at `path`. The old file is
    /// whole until the new one is. Errors `file_exists`, `h5_create`, `h5_write`, and those of the config.
    pub fn save(&self, path: impl AsRef<Path>, options: Save) -> Result<()> {
        options.allow(path.as_ref())?;
        self.stored(&options)?.write(path.as_ref())
    }
    /// The bytes of the file that [`Model::save`] writes.
    pub fn save_to_bytes(&self, options: Save) -> Result<Vec<u8>> {
        self.stored(&options)?.to_bytes()
    }
    /// Writes the weights alone.
    pub fn save_weights(&self, path: impl AsRef<Path>, options: Save) -> Result<()> {
        options.allow(path.as_ref())?;
        self.stored_weights().write(path.as_ref())
    }
    /// The bytes of the file that [`Model::save_weights`] writes.
    pub fn save_weights_to_bytes(&self) -> Result<Vec<u8>> {
        self.stored_weights().to_bytes()
    }
    /// Sets the weights to those of a file of weights or of a whole model. Nothing is set if anything does not fit.
    /// Errors `h5_open`, `h5_format`, `layer_count`, `weights_count`, `weights_shape`.
    pub fn load_weights(&self, path: impl AsRef<Path>, options: LoadWeights) -> Result<()> {
        self.apply_weights(&StoredWeights::read(path.as_ref())?, options)
    }
    /// The same from the bytes of a file.
    pub fn load_weights_from_bytes(&self, bytes: &[u8], options: LoadWeights) -> Result<()> {
        self.apply_weights(&StoredWeights::from_bytes(bytes)?, options)
    }
}

/// The model of the bytes of a file, as [`load_model`].
pub fn load_from_bytes(bytes: &[u8], options: Load) -> Result<Model> {
    from_stored(&Stored::from_bytes(bytes)?, options)
}

/// The model in a file. Custom objects are those of the open scopes. Errors `h5_open`, `h5_format`, `no_model`, those of the config
/// and of [`Model::load_weights`].
pub fn load_model(path: impl AsRef<Path>, options: Load) -> Result<Model> {
    let path = path.as_ref();
    from_stored(&Stored::read(path)?, options).map_err(|e| e.at(path.display()))
}

impl Stored {
    /// Writes the file in place of what is there. Errors `h5_create`, `h5_write`.
    pub fn write(&self, path: &Path) -> Result<()> {
        h5::replace(path, |root| layout::write(root, self))
    }
    /// The bytes of the file.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        h5::to_bytes(|root| layout::write(root, self))
    }
    /// What is in a file. Errors `h5_open`, `h5_missing`, `h5_format`.
    pub fn read(path: &Path) -> Result<Stored> {
        layout::read(h5::File::open(path)?.root()).map_err(|e| e.at(path.display()))
    }
    /// What is in the bytes of a file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Stored> {
        h5::from_bytes(bytes, layout::read)
    }
}

impl StoredWeights {
    /// Writes a file of weights alone.
    pub fn write(&self, path: &Path) -> Result<()> {
        h5::replace(path, |root| layout::write_weights(root, self))
    }
    /// The bytes of the file.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        h5::to_bytes(|root| layout::write_weights(root, self))
    }
    /// The weights in a file, of weights alone or of a whole model.
    pub fn read(path: &Path) -> Result<StoredWeights> {
        layout::find_weights(h5::File::open(path)?.root()).map_err(|e| e.at(path.display()))
    }
    /// The weights in the bytes of a file.
    pub fn from_bytes(bytes: &[u8]) -> Result<StoredWeights> {
        h5::from_bytes(bytes, layout::find_weights)
    }
}
