//! L1 and L2: sums of absolute values and of squares, the first for sparse weights, the second for small ones.
use super::Regularizer;
use crate::Value;
use crate::config::{Config, F32Rounded, Plug};

/// `l1` times the sum of absolute values plus `l2` times the sum of squares; neither halved nor divided by a count.
#[derive(Clone, Debug, Config)]
pub struct L1L2 {
    /// Factor of the absolute values.
    #[config(positional, default = 0.0)]
    pub l1: F32Rounded,
    /// Factor of the squares.
    #[config(positional, default = 0.0)]
    pub l2: F32Rounded,
}

impl Regularizer for L1L2 {
    fn penalty(&self, w: &Value) -> Value {
        let (l1, l2) = (self.l1.get(), self.l2.get());
        let absolute = || w.abs().sum(&[], false) * l1;
        let squares = || w.square().sum(&[], false) * l2;
        match (l1 != 0.0, l2 != 0.0) {
            (true, true) => absolute() + squares(),
            (true, false) => absolute(),
            (false, true) => squares(),
            (false, false) => w.number(0.0),
        }
    }
}

/// Makes an L1L2 of absolute values alone.
#[derive(Clone, Debug, Config)]
#[config(maker, name = "l1")]
pub struct L1 {
    /// Factor of the absolute values.
    #[config(positional, default = 0.01)]
    pub l: F32Rounded,
}

/// Makes an L1L2 of squares alone.
#[derive(Clone, Debug, Config)]
#[config(maker, name = "l2")]
pub struct L2 {
    /// Factor of the squares.
    #[config(positional, default = 0.01)]
    pub l: F32Rounded,
}

/// Makes an L1L2 of both.
#[derive(Clone, Debug, Config)]
#[config(maker, name = "l1_l2")]
pub struct L1AndL2 {
    /// Factor of the absolute values.
    #[config(positional, default = 0.01)]
    pub l1: F32Rounded,
    /// Factor of the squares.
    #[config(positional, default = 0.01)]
    pub l2: F32Rounded,
}

impl From<L1> for Plug<dyn Regularizer> {
    fn from(made: L1) -> Plug<dyn Regularizer> {
        L1L2 { l1: made.l, l2: F32Rounded::default() }.into()
    }
}

impl From<L2> for Plug<dyn Regularizer> {
    fn from(made: L2) -> Plug<dyn Regularizer> {
        L1L2 { l1: F32Rounded::default(), l2: made.l }.into()
    }
}

impl From<L1AndL2> for Plug<dyn Regularizer> {
    fn from(made: L1AndL2) -> Plug<dyn Regularizer> {
        L1L2 { l1: made.l1, l2: made.l2 }.into()
    }
}
