//! How loops run on a CPU: instruction sets, the thread pool, matrix products, elementwise programs, reductions, copies.
//! Knows no op by name: an op picks one of these kernels with its sizes, a plan runs it over memory.

mod kernel;

pub use kernel::{Buffers, Kernel, Memory, Part, Slot};
