//! How loops run on a CPU: instruction sets, the thread pool, matrix products, elementwise programs, reductions, copies.
//! Knows no op by name: an op picks one of these kernels with its sizes, a plan runs it over memory.

pub mod conv;
#[cfg(test)]
mod drive;
pub mod each;
pub mod gemm;
mod hide;
pub mod isa;
mod joined;
mod kernel;
pub mod lanes;
pub mod pool;
pub mod probe;
pub mod random;
pub mod reduce;
pub mod rows;
pub mod softmax;
pub mod sort;
pub mod strided;
mod transpose;
pub mod vmath;
pub mod window;

pub use each::Program;
pub use isa::Isa;
pub use joined::{Joined, Piece};
pub use kernel::{Buffers, Kernel, Memory, Part, Slot};
