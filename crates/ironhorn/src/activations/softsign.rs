//! Softsign: like tanh, with slower tails.
use super::Activation;
use crate::{Value, config::Config};

/// x / (1 + |x|), between -1 and 1.
#[derive(Clone, Debug, Config)]
#[config(function, name = "softsign")]
pub struct Softsign;

impl Activation for Softsign {
    fn apply(&self, x: &Value) -> Value {
        x.softsign()
    }
}
