//! A file: opened to be read, or created to be written and closed.
use crate::{Group, error::failed};
use std::{path::Path, sync::Arc};
use tensor::Result;

/// By how much the memory of a file that is written grows.
const STEP: usize = 1 << 16;

/// An HDF5 file. Dropping it closes it; [`File::close`] also says whether everything was written.
pub struct File {
    file: hdf5::File,
    root: Group,
}

/// What every part of a file is held against.
pub(crate) struct Source {
    /// The path as the library knows it, by which a link into another file is told.
    pub name: String,
    /// Bytes on disk; none while it is being written.
    pub size: Option<u64>,
}

impl File {
    /// Opens a file to read. Error `h5_open` if it is not there or is no HDF5 file.
    pub fn open(path: &Path) -> Result<File> {
        let what = || format!("{} cannot be opened", path.display());
        let about = std::fs::metadata(path).map_err(|e| failed("h5_open", what(), e))?;
        if !about.is_file() {
            return Err(failed("h5_open", what(), "it is no file. A model in HDF5 is one file"));
        }
        crate::scan::check(path, about.len())?;
        let opened = hdf5::File::open(path);
        let why = |e| format!("it is damaged or cut off ({e})");
        File::of(opened.map_err(|e| failed("h5_open", what(), why(e)))?, Some(about.len()))
    }
    /// Creates a file to write, in the oldest format, as Keras does. Error `h5_create`, also if it is there already.
    pub fn create(path: &Path) -> Result<File> {
        let mut options = hdf5::File::with_options();
        // Built in memory and written when it is closed: the library does not survive a write that fails in between, on a full
        // disk, since an array that cannot be closed stays in its tables after its memory is gone.
        options.with_fapl(|access| access.libver_earliest().core_options(STEP, true));
        let created = options.create_excl(path);
        File::of(created.map_err(|e| failed("h5_create", format!("{} cannot be created", path.display()), e))?, None)
    }
    fn of(file: hdf5::File, size: Option<u64>) -> Result<File> {
        let group = file.group("/").map_err(|e| crate::error::format("The root of the file", e))?;
        let source = Arc::new(Source { name: file.filename(), size });
        Ok(File { root: Group::new(group, source), file })
    }
    /// The group that holds everything.
    pub fn root(&self) -> &Group {
        &self.root
    }
    /// Closes it. Error `h5_write` if what was written did not reach the file.
    pub fn close(self) -> Result<()> {
        let File { file, root } = self;
        drop(root);
        file.close().map_err(|e| failed("h5_write", "The file could not be written to its end", e))
    }
}
