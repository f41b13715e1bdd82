//! A look at a file before the library opens it: what its reader would not survive.
//!
//! libhdf5 2.2 checks what it decodes against its buffers, but a global heap, where texts of variable length are, can hold an
//! object that claims a size which makes it step nowhere, forever. So all heaps are walked here first.
use crate::error::{failed, format};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};
use tensor::Result;

const SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";
const HEAP: &[u8] = b"GCOL\x01";
/// What stands before the objects of a heap, and before each object.
const HEADER: u64 = 16;
/// How much is looked at at once.
const BLOCK: usize = 1 << 20;

/// Errors `h5_open` if it is no HDF5 file of the usual kind, `h5_format` if a heap in it is damaged.
pub(crate) fn check(path: &Path, size: u64) -> Result<()> {
    let unreadable = |e| failed("h5_open", format_args!("{} cannot be read", path.display()), e);
    let mut file = File::open(path).map_err(unreadable)?;
    let mut start = [0; 16];
    let usual = file.read_exact(&mut start).is_ok() && start.starts_with(SIGNATURE) && {
        // Where the superblock says how many bytes an address and a length take.
        let at = if start[8] < 2 { 13 } else { 9 };
        start[at] == 8 && start[at + 1] == 8
    };
    if !usual {
        let why = "it is no HDF5 file, or it is damaged or cut off. Files of Keras end in .h5 or .hdf5";
        return Err(failed("h5_open", format_args!("{} cannot be opened", path.display()), why));
    }
    let mut walked = 0;
    for at in heaps(&mut file).map_err(unreadable)? {
        let length = heap(&mut file, at, size).map_err(|why| format(format_args!("The global heap at {at}"), why))?;
        walked += length;
        // Heaps within heaps, each walked anew, would take forever too.
        if walked > size.saturating_mul(4) {
            return Err(format("The file", "its global heaps overlap"));
        }
    }
    Ok(())
}

/// Where a heap may begin.
fn heaps(file: &mut File) -> std::io::Result<Vec<u64>> {
    let (mut found, mut at) = (Vec::new(), 0);
    let mut block = Vec::with_capacity(BLOCK + HEAP.len());
    file.seek(SeekFrom::Start(0))?;
    loop {
        let kept = block.len();
        let read = file.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        let places = block.windows(HEAP.len()).enumerate().filter(|(_, window)| *window == HEAP);
        found.extend(places.map(|(i, _)| at + i as u64));
        if read == 0 {
            return Ok(found);
        }
        // The end may hold the beginning of one.
        let rest = block.len().min(HEAP.len() - 1);
        at += (block.len() - rest) as u64;
        debug_assert!(kept < HEAP.len());
        block.drain(..block.len() - rest);
    }
}

/// Walks a heap as the library does, and gives its size.
fn heap(file: &mut File, at: u64, size: u64) -> Result<u64, &'static str> {
    let mut header = [0; HEADER as usize];
    let mut read = |at: u64, buffer: &mut [u8]| file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(buffer)).is_ok();
    // What does not fit is no heap, or one that the library refuses by itself.
    if !read(at, &mut header) {
        return Ok(0);
    }
    let length = number(&header[8..16]);
    if length < HEADER || length > size - at {
        return Ok(0);
    }
    let mut bytes = vec![0; length as usize];
    if !read(at, &mut bytes) {
        return Ok(0);
    }
    let mut place = HEADER;
    while length - place >= HEADER {
        let object = &bytes[place as usize..];
        let claimed = number(&object[8..16]);
        let step = match number(&object[..2]) {
            0 => Some(claimed),
            _ => claimed.checked_next_multiple_of(8).and_then(|n| n.checked_add(HEADER)),
        };
        match step {
            Some(step) if step > 0 && step <= length - place => place += step,
            _ => return Err("an object in it claims a size that cannot be"),
        }
    }
    Ok(length)
}

/// A number of up to eight bytes, the low ones first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(bytes: &[u8], name: &str) -> Result<()> {
        let path = std::env::temp_dir().join(format!("ironhorn-h5-scan-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let outcome = check(&path, bytes.len() as u64);
        std::fs::remove_file(&path).unwrap();
        outcome
    }

    /// A file with one heap at `at`, of one object of that index and claimed size.
    fn file(at: usize, index: u8, claimed: u64) -> Vec<u8> {
        let mut bytes = vec![0; at + 4096];
        bytes[..8].copy_from_slice(SIGNATURE);
        bytes[13..15].copy_from_slice(&[8, 8]);
        bytes[at..at + 5].copy_from_slice(HEAP);
        bytes[at + 8..at + 16].copy_from_slice(&4096u64.to_le_bytes());
        bytes[at + 16] = index;
        bytes[at + 24..at + 32].copy_from_slice(&claimed.to_le_bytes());
        bytes
    }

    #[test]
    fn heaps_that_step_nowhere_are_found_wherever_they_are() {
        // Whole, and one object that fills all but the rest, which is free.
        assert!(checked(&file(96, 0, 4080), "free").is_ok());
        assert!(checked(&file(96, 1, 4064), "full").is_ok());
        for at in [96, 97, BLOCK - 2, BLOCK, BLOCK * 2 - 4] {
            for (index, claimed) in [(1, u64::MAX - 15), (1, u64::MAX), (0, 0), (1, 4065), (0, 4088)] {
                let error = checked(&file(at, index, claimed), "bad").unwrap_err();
                assert_eq!(error.code(), "h5_format", "{at} {index} {claimed}");
            }
        }
    }

    #[test]
    fn other_files_are_told() {
        for bytes in [&b""[..], b"PK\x03\x04 a zip, for once", &[0; 600]] {
            assert_eq!(checked(bytes, "other").unwrap_err().code(), "h5_open");
        }
    }
}
