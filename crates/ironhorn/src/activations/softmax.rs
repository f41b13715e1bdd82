//! Softmax: probabilities of one of many.
use super::Activation;
use crate::{Error, Value, config::Config};
use tensor::Shape;

/// e^x over its sum along `axis`: positive, adding up to 1.
#[derive(Clone, Debug, Config)]
#[config(function, name = "softmax")]
pub struct Softmax {
    /// The axis along which it adds up to 1. Of a tensor with two axes it is always the last one, as in Keras.
    #[config(default = -1)]
    pub axis: i64,
}

impl Activation for Softmax {
    fn apply(&self, x: &Value) -> Value {
        match x.rank() {
            0 | 1 => Value::failed(Error::value(
                "softmax_rank",
                format!("Cannot apply softmax to a tensor that is 1D; it has the shape {}. Give it a batch axis.", x.shape()),
            )),
            2 => x.softmax(-1),
            // In Keras this one is no single operation, so that no cross-entropy sees the logits behind it. As rows of a
            // matrix it is one kernel all the same.
            rank => match x.shape().axis(self.axis) {
                Ok(axis) if axis + 1 == rank => {
                    let columns = x.dim(-1);
                    let rows = Shape(x.shape().0[..rank - 1].to_vec()).count();
                    x.reshape(&Shape(vec![rows, columns])).softmax(-1).reshape(x.shape())
                }
                _ => x.softmax(self.axis),
            },
        }
    }
}
