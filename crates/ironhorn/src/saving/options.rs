//! The options of saving and loading.
use crate::{
    Error, Result,
    config::{Config, spelled},
};
use std::path::Path;

/// How a model is saved.
#[derive(Clone, Debug, Config)]
pub struct Save {
    /// Whether a file that is there already is replaced.
    #[config(default = true)]
    pub overwrite: bool,
    /// Whether the optimizer's state is saved, and how the model was compiled.
    #[config(default = true)]
    pub include_optimizer: bool,
}

impl Save {
    /// Error `file_exists` if a file is there that may not be replaced.
    pub fn allow(&self, path: &Path) -> Result<()> {
        if self.overwrite || !path.exists() {
            return Ok(());
        }
        Err(Error::io("file_exists", format!("{} already exists. Give another name, or `overwrite: true`.", path.display())))
    }
}

/// How a model is loaded.
#[derive(Clone, Debug, Config)]
pub struct Load {
    /// Whether the model is compiled as it was when it was saved.
    #[config(default = true)]
    pub compile: bool,
}

/// How weights are loaded.
#[derive(Clone, Debug, Config)]
pub struct LoadWeights {
    /// Whether layers get the weights that were saved under their names, instead of those at their places.
    #[config(default = false)]
    pub by_name: bool,
    /// Whether layers whose weights do not fit are left as they are; by name only.
    #[config(default = false)]
    pub skip_mismatch: bool,
    /// Whether the kernel of a convolution is reshaped where only its shape does not fit.
    #[config(default = false)]
    pub reshape: bool,
}

impl LoadWeights {
    /// Error `skip_mismatch` where it would mean nothing.
    pub(super) fn checked(&self) -> Result<()> {
        if self.skip_mismatch && !self.by_name {
            return Err(Error::value(
                "skip_mismatch",
                format!(
                    "When calling {} with {}, {} must be true: by place there is no telling which layer does not fit.",
                    spelled("load_weights"),
                    spelled("skip_mismatch"),
                    spelled("by_name")
                ),
            ));
        }
        Ok(())
    }
}
