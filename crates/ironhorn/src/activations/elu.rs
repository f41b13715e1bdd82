//! Elu: relu with a smooth negative side. Clevert, Unterthiner, Hochreiter 2016.
use super::Activation;
use crate::{Value, config::Config};

/// x above 0, `alpha` (e^x - 1) below.
#[derive(Clone, Debug, Config)]
#[config(function, name = "elu")]
pub struct Elu {
    /// Where the negative side ends, far out: at -`alpha`.
    #[config(default = 1.0)]
    pub alpha: f64,
}

impl Activation for Elu {
    fn apply(&self, x: &Value) -> Value {
        x.elu(self.alpha)
    }
}
