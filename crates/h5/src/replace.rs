//! Files replaced whole: written beside the old one, brought to disk, then renamed over it, so that whatever happens in between
//! leaves the old file as it was.
use crate::{File, Group, error::failed};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};
use tensor::Result;

/// Writes the file at `path`, new or in place of the old one, as `write` fills it. Errors `h5_create`, `h5_write`; the old file,
/// if there is one, is whole then.
pub fn replace(path: &Path, write: impl FnOnce(&Group) -> Result<()>) -> Result<()> {
    // A link stays a link: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if target.is_dir() {
        return Err(failed("h5_create", format!("{} cannot be written", path.display()), "it is a folder. Give the name of a file"));
    }
    let fresh = Fresh(beside(&target)?);
    let file = File::create(&fresh.0).map_err(|e| e.at(path.display()))?;
    write(file.root())?;
    file.close().map_err(|e| e.at(path.display()))?;
    place(&fresh.0, &target).map_err(|e| failed("h5_write", format!("{} cannot be written", path.display()), e))
}

fn place(fresh: &Path, target: &Path) -> io::Result<()> {
    if let Ok(old) = fs::metadata(target) {
        fs::set_permissions(fresh, old.permissions())?;
    }
    // Opened to write, since not every system syncs a file that was opened to read.
    fs::OpenOptions::new().write(true).open(fresh)?.sync_all()?;
    fs::rename(fresh, target)?;
    #[cfg(unix)]
    if let Some(folder) = target.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        // The rename stands already; that it is also on disk cannot be had from every file system.
        drop(fs::File::open(folder).and_then(|f| f.sync_all()));
    }
    Ok(())
}

/// A name beside `target` that is not taken.
fn beside(target: &Path) -> Result<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let Some(name) = target.file_name() else {
        return Err(failed("h5_create", format!("{} cannot be written", target.display()), "it names no file"));
    };
    loop {
        let mut fresh = std::ffi::OsString::from(".");
        fresh.push(name);
        fresh.push(format!(".{}-{}.tmp", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        let path = target.with_file_name(fresh);
        if !path.exists() {
            return Ok(path);
        }
    }
}

/// The new file until it is renamed: removed if it comes to nothing.
struct Fresh(PathBuf);

impl Drop for Fresh {
    fn drop(&mut self) {
        // After the rename there is nothing left to remove.
        drop(fs::remove_file(&self.0));
    }
}
