//! The functions of the backend, a file a family.
mod arithmetic;
mod control;
mod conv;
mod nn;
mod random;
mod reduction;
mod shape;

use super::Operation;

/// All of them.
pub(super) static LISTS: &[&[Operation]] =
    &[arithmetic::ARITHMETIC, control::CONTROL, conv::CONV, nn::NN, random::RANDOM, reduction::REDUCTION, shape::SHAPE];
