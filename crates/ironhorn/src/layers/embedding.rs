//! Embedding: a vector for each whole number.
use crate::config::{Config, OneOrList, PartialShape, Plug, spelled};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, InputSpec, Layer, Sample};
use crate::regularizers::Regularizer;
use crate::{DType, Error, Result, Shape, Spec, Value};

/// Turns whole numbers, from 0 to below `input_dim`, into vectors that are learned: from (batch, steps) to (batch, steps,
/// `output_dim`). A number out of range is an error when the batch runs.
#[derive(Clone, Debug, Config)]
pub struct Embedding {
    /// How many numbers there are: the largest plus 1.
    pub input_dim: usize,
    /// Size of the vectors.
    pub output_dim: usize,
    /// First values of the vectors.
    #[config(default = "uniform")]
    pub embeddings_initializer: Plug<dyn Initializer>,
    /// Penalty on the vectors.
    #[config(default = None)]
    pub embeddings_regularizer: Option<Plug<dyn Regularizer>>,
    /// Penalty on the output.
    #[config(default = None)]
    pub activity_regularizer: Option<Plug<dyn Regularizer>>,
    /// Constraint on the vectors.
    #[config(default = None)]
    pub embeddings_constraint: Option<Plug<dyn Constraint>>,
    /// Whether 0 is padding: layers that follow skip it, and no word may have that number.
    #[config(default = false)]
    pub mask_zero: bool,
    /// Number of steps where it is constant, or a list of sizes for inputs of more axes. Flatten and Dense after it need to know.
    #[config(default = None)]
    pub input_length: Option<OneOrList<Option<usize>>>,
}

impl Embedding {
    /// The input's sizes with those that are given by `input_length`. Error `input_length` if they differ.
    fn sized(&self, shape: &Shape) -> Result<Shape> {
        let Some(length) = &self.input_length else { return Ok(shape.clone()) };
        let lengths = length.as_slice();
        let mut sized = shape.clone();
        let fits = lengths.len() + 1 == shape.rank()
            && lengths.iter().zip(&mut sized.0[1..]).all(|(given, found)| match (given, found.known()) {
                (Some(n), Some(m)) => *n == m,
                (Some(n), None) => {
                    *found = (*n).into();
                    true
                }
                (None, _) => true,
            });
        if fits {
            return Ok(sized);
        }
        let lengths: Vec<_> = lengths.iter().map(|n| n.map_or_else(|| "None".to_owned(), |n| n.to_string())).collect();
        let (option, lengths) = (spelled("input_length"), lengths.join(", "));
        Err(Error::value("input_length", format!("\"{option}\" is {lengths}, but received input has shape {shape}")))
    }
}

impl Layer for Embedding {
    fn build(&self, weights: &mut Build, _: &[Spec]) -> Result<()> {
        weights
            .add("embeddings", [self.input_dim, self.output_dim], &*self.embeddings_initializer)?
            .regularizer(&self.embeddings_regularizer)
            .constraint(&self.embeddings_constraint);
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let sized = self.sized(inputs[0].shape())?;
        let indices = inputs[0].reshape(&sized).cast(DType::I32);
        Ok(vec![call.weight("embeddings").gather(&indices)])
    }
    fn masks(&self, _: &mut Call, inputs: &[Value], _: &[Value]) -> Result<Vec<Option<Value>>> {
        Ok(vec![self.mask_zero.then(|| inputs[0].not_equal(0.0).ok()).transpose()?])
    }
    fn supports_masking(&self) -> bool {
        self.mask_zero
    }
    fn activity_regularizer(&self) -> Option<&Plug<dyn Regularizer>> {
        self.activity_regularizer.as_ref()
    }
    fn implied_input_shape(&self) -> Option<PartialShape> {
        Some(self.input_length.as_ref().map_or_else(|| vec![None], |length| length.as_slice().to_vec()))
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        use crate::regularizers::L2;
        let sample = |layer: Embedding, shape: &[usize]| Sample::new(layer, &[]).given(&[(DType::I32, shape)]);
        vec![
            sample(Embedding::new(5, 3), &[2, 4]),
            sample(Embedding::new(4, 2).mask_zero(true).input_length(Some(3)).embeddings_regularizer(L2::new()), &[2, 3]),
        ]
    }
}
