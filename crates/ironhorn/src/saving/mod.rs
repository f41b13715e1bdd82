//! Models and weights as HDF5 files of Keras 2.3.1, written and read; files of other versions are read too.
//!
//! ```
//! use ironhorn::{Array, layers::Dense, model::Sequential, saving::{Load, Save, load_model}, training::Compile};
//!
//! let model = Sequential::new().add(Dense::new(1).input_dim(2))?;
//! model.compile(Compile::new("sgd").loss("mse"))?;
//! # let folder = std::env::temp_dir().join(format!("ironhorn-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("model.h5");
//! model.save(&path, Save::default())?;
//! let again = load_model(&path, Load::default())?;
//! assert_eq!(again.get_weights(), model.get_weights());
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Each of these has two halves, which may run on two threads: what is on disk is plain data, a [`Stored`]. It is taken from a
//! model, or made into one, on the model's thread; it is read and written on any.

mod convert;
mod convert_rnn;
mod file;
mod first_config;
mod load;
mod old_config;
mod options;
mod save;
mod stored;
mod weights;

pub use load::{from_stored, load_model};
pub use options::{Load, LoadWeights, Save};
pub use stored::{Stored, StoredLayer, StoredWeights};

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
        self.stored_weights()?.write(path.as_ref())
    }
    /// The bytes of the file that [`Model::save_weights`] writes.
    pub fn save_weights_to_bytes(&self) -> Result<Vec<u8>> {
        self.stored_weights()?.to_bytes()
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

#[cfg(test)]
mod tests;
