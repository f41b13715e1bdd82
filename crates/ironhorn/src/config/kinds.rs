//! All kinds with their lists as plain data: what the TypeScript classes and the docs are written from.
use super::{Kind, Schema};
use crate::activations::Activation;
use crate::callbacks::CallbackOptions;
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::Core;
use crate::losses::Loss;
use crate::metrics::Metric;
use crate::optimizers::Optimizer;
use crate::regularizers::Regularizer;

/// A kind and its entries.
#[derive(Debug)]
pub struct Listing {
    /// One of it: `initializer`.
    pub name: &'static str,
    /// Keras's module: `initializers`.
    pub module: &'static str,
    /// Its base class: `Initializer`.
    pub class: &'static str,
    /// The options that all of it have.
    pub common: Option<&'static Schema>,
    /// Its entries, as listed.
    pub entries: Vec<&'static Schema>,
}

impl Listing {
    /// The listing of a kind.
    pub fn of<K: Kind + ?Sized>() -> Listing {
        Listing {
            name: K::NAME,
            module: K::MODULE,
            class: K::CLASS,
            common: K::COMMON,
            entries: K::list().iter().map(|e| e.schema).collect(),
        }
    }
}

/// Every kind, one line each.
pub fn kinds() -> Vec<Listing> {
    vec![
        Listing::of::<dyn Activation>(),
        Listing::of::<dyn CallbackOptions>(),
        Listing::of::<dyn Constraint>(),
        Listing::of::<dyn Initializer>(),
        Listing::of::<Core>(),
        Listing::of::<dyn Loss>(),
        Listing::of::<dyn Metric>(),
        Listing::of::<dyn Optimizer>(),
        Listing::of::<dyn Regularizer>(),
    ]
}
