//! How loops run on a CPU: instruction sets, the thread pool, matrix products, elementwise programs, reductions, copies.
//! Knows no op by name: an op picks one of these kernels with its sizes, a plan runs it over memory.

pub mod each;
pub mod isa;
mod kernel;
pub mod lanes;
pub mod pool;
pub mod vmath;

pub use isa::Isa;
pub use kernel::{Buffers, Kernel, Memory, Part, Slot};
