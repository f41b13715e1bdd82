//! The functions of the backend, a file a family.
mod arithmetic;
mod nn;
mod random;
mod reduction;
mod shape;

use super::Operation;

/// All of them.
pub(super) static LISTS: &[&[Operation]] = &[arithmetic::ARITHMETIC, nn::NN, random::RANDOM, reduction::REDUCTION, shape::SHAPE];
