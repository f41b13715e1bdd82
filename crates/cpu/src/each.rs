//! Elementwise work: formulas compiled to blocks for every instruction set, and programs that run chains of blocks over arrays
//! a few hundred elements at a time, so that what lies between two instructions stays in the nearest cache.
mod block;
mod cast;
mod chain;
mod gather;
mod program;
mod segments;

pub use block::{
    Block, FloatFormula, Logical, NumberFormula, Predicate, float_block, float_block_at, logical_block, logical_block_at, number_block,
    number_block_at, predicate_block, predicate_block_at, select_block, select_block_at,
};
pub use cast::{cast_block, cast_block_at};
pub use chain::{Instruction, Source};
pub use program::{Operand, Program};
pub use segments::{SegmentOperand, Segments};
