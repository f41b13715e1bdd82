//! Linear: what null stands for.
use super::Activation;
use crate::{Value, config::Config};

/// x itself.
#[derive(Clone, Debug, Config)]
#[config(function, name = "linear")]
pub struct Linear;

impl Activation for Linear {
    fn apply(&self, x: &Value) -> Value {
        x.clone()
    }
}
