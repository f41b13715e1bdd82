//! What `accuracy` and `crossentropy` mean for an output: that depends on its loss and its width.
use super::Metric;
use crate::Result;
use crate::config::{Map, Plug, construct};
use crate::losses::Loss;
use tensor::Shape;

/// The metric that `accuracy`, `acc`, `crossentropy` or `ce` stands for on an output of that shape with that loss; none if
/// `name` is none of these.
pub fn resolve(name: &str, loss: Option<&Plug<dyn Loss>>, output: &Shape) -> Result<Option<Plug<dyn Metric>>> {
    let family = match name {
        "accuracy" | "acc" => "accuracy",
        "crossentropy" | "ce" => "crossentropy",
        _ => return Ok(None),
    };
    let class = loss.map(|l| l.class_name()).unwrap_or_default();
    let narrow = output.0.last().is_some_and(|width| width.known() == Some(1));
    let kind = match class.as_str() {
        "binary_crossentropy" | "BinaryCrossentropy" => "binary",
        _ if narrow => "binary",
        "sparse_categorical_crossentropy" | "SparseCategoricalCrossentropy" => "sparse_categorical",
        _ => "categorical",
    };
    construct(&format!("{kind}_{family}"), Map::new()).map(Some)
}
