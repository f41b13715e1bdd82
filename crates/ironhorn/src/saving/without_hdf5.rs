//! What stands for files where the library was left out.
use super::{Stored, StoredWeights};
use crate::{Error, Result};
use std::path::Path;

fn missing() -> Error {
    Error::not_implemented("no_hdf5", "This build of ironhorn has no HDF5. Build it with the feature `hdf5` or `hdf5-system`.")
}

impl Stored {
    /// Error `no_hdf5`.
    pub fn write(&self, _path: &Path) -> Result<()> {
        Err(missing())
    }
}

impl StoredWeights {
    /// Error `no_hdf5`.
    pub fn write(&self, _path: &Path) -> Result<()> {
        Err(missing())
    }
}
