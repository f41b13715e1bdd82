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
//! model, or made into one, on the model's thread; it is read and written on any. An [`Outline`] is all of a model that saving needs: with it
//! another thread saves the model as it is at any later moment, as callbacks do.

mod convert;
mod convert_rnn;
mod first_config;
#[cfg(any(feature = "hdf5", feature = "hdf5-system"))]
mod hdf5;
mod load;
mod old_config;
mod options;
mod save;
mod stored;
mod weights;
#[cfg(not(any(feature = "hdf5", feature = "hdf5-system")))]
mod without_hdf5;

#[cfg(any(feature = "hdf5", feature = "hdf5-system"))]
pub use hdf5::{load_from_bytes, load_model};
pub use load::from_stored;
pub use options::{Load, LoadWeights, Save};
pub use save::Outline;
pub use stored::{Stored, StoredLayer, StoredWeights};

#[cfg(all(test, feature = "hdf5"))]
mod tests;
