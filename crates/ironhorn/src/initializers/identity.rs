//! Identity: ones on the diagonal of a matrix, which need not be square.
use super::Initializer;
use crate::config::{Config, Number};
use crate::{Array, DType, Error, Philox, Result};

/// The identity matrix, times a gain. For matrices only; of a rectangular one the diagonal from the first corner is filled.
#[derive(Clone, Debug, Config)]
#[config(alias = "identity")]
pub struct Identity {
    /// What the matrix is multiplied by.
    #[config(positional, default = 1.0)]
    pub gain: Number,
}

impl Initializer for Identity {
    fn fill(&self, shape: &[usize], dtype: DType, _random: &mut Philox) -> Result<Array> {
        let &[rows, columns] = shape else {
            return Err(Error::value(
                "initializer_shape",
                format!("Identity matrix initializer can only be used for 2D matrices; received the shape {shape:?}."),
            ));
        };
        let mut data = vec![0.0; rows * columns];
        for i in 0..rows.min(columns) {
            data[i * columns + i] = self.gain.get();
        }
        Array::from_f64(dtype, shape, &data)
    }
}
