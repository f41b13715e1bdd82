//! Files in memory. The bindings have no safe way to the library's file images, so that the bytes pass through a file in a
//! folder of its own among the system's temporary files.
use crate::{File, Group, error::failed};
use std::{
    fs, io,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};
use tensor::Result;

/// The bytes of a file that `write` fills.
pub fn to_bytes(write: impl FnOnce(&Group) -> Result<()>) -> Result<Vec<u8>> {
    let folder = Folder::new()?;
    let path = folder.0.join("image.h5");
    let file = File::create(&path)?;
    write(file.root())?;
    file.close()?;
    fs::read(&path).map_err(|e| failed("h5_write", "The bytes of the file cannot be read back", e))
}

/// What `read` takes out of the bytes of a file. Error `h5_open` if they are no HDF5 file.
pub fn from_bytes<T>(bytes: &[u8], read: impl FnOnce(&Group) -> Result<T>) -> Result<T> {
    let folder = Folder::new()?;
    let path = folder.0.join("image.h5");
    fs::write(&path, bytes).map_err(|e| failed("h5_open", "The bytes cannot be put into a temporary file", e))?;
    let file = File::open(&path).map_err(|e| e.at("The bytes given"))?;
    read(file.root())
}

/// A new folder that only this user can enter, removed with what is in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Folder> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        loop {
            let name = format!("ironhorn-h5-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            let path = std::env::temp_dir().join(name);
            let mut builder = fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            match builder.create(&path) {
                Ok(()) => return Ok(Folder(path)),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(failed("h5_create", format!("A temporary folder {} cannot be made", path.display()), e)),
            }
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system.
        drop(fs::remove_dir_all(&self.0));
    }
}
