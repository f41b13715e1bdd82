//! HDF5 files in the style of Keras: groups, attributes, arrays, in files and in memory. The only crate that names the library.
//!
//! libhdf5 serves one thread at a time: every call goes through the one lock of the bindings, so that handles may be used on any
//! thread. Files come from strangers: sizes are held against the size of the file before anything is allocated for them, links
//! that leave the file are refused, and what is damaged is an error.
//!
//! ```
//! use ironhorn_h5::{from_bytes, to_bytes};
//! use tensor::Array;
//!
//! let bytes = to_bytes(|root| {
//!     root.set_text("backend", "tensorflow")?;
//!     root.create_group("dense_1")?.write("dense_1/bias:0", &Array::from_slice([2], &[1f32, 2.0])?)
//! })?;
//! let bias = from_bytes(&bytes, |root| root.group("dense_1")?.read("dense_1/bias:0"))?;
//! assert_eq!(bias.as_slice::<f32>()?, [1.0, 2.0]);
//! # Ok::<(), tensor::Error>(())
//! ```
#![forbid(unsafe_code)]

mod array;
mod error;
mod file;
mod group;
mod image;
mod replace;
mod scan;
mod text;

pub use file::File;
pub use group::Group;
pub use image::{from_bytes, to_bytes};
pub use replace::replace;
