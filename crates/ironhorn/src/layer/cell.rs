//! Cells: what a recurrent layer does at each step. A user's cell is a layer of the user's that says how large its states are.
//!
//! ```
//! use ironhorn::config::Config;
//! use ironhorn::layer::{Apply, Build, Call, Cell, Layer, input};
//! use ironhorn::layers::RNN;
//! use ironhorn::{Result, Spec, Value};
//!
//! /// Adds up what it sees, with a weight for each feature.
//! #[derive(Clone, Debug, Config)]
//! pub struct Sum {
//!     /// Number of features.
//!     pub units: usize,
//! }
//!
//! impl Layer for Sum {
//!     fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
//!         let size = weights.size(&inputs[0], -1)?;
//!         weights.add("kernel", [size, self.units], &ironhorn::initializers::Ones)?;
//!         Ok(())
//!     }
//!     // The input of a step and the states go in, the output and the new states come out.
//!     fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
//!         let sum = inputs[0].matmul(&call.weight("kernel")) + &inputs[1];
//!         Ok(vec![sum.clone(), sum])
//!     }
//!     fn cell(&self) -> Option<&dyn Cell> {
//!         Some(self)
//!     }
//! }
//!
//! impl Cell for Sum {
//!     fn state_sizes(&self) -> Vec<usize> {
//!         vec![self.units]
//!     }
//! }
//!
//! let x = input([None, Some(3)])?;
//! let y = RNN::new(Sum::new(2)).return_sequences(true).apply(&x)?;
//! assert_eq!(y.shape().to_string(), "(None, None, 2)");
//! # Ok::<(), ironhorn::Error>(())
//! ```
use super::{Call, LayerRef, inline};
use crate::config::{Map, spelled};
use crate::{Error, Result, Spec, Value};
use tensor::{Dim, Shape};

/// A layer as a step: it is called on the step's input, the states, then constants, and gives the output, then the new states.
pub trait Cell {
    /// The size of each state.
    fn state_sizes(&self) -> Vec<usize>;
    /// The size of the output, that of the first state if nothing else is said.
    fn output_size(&self) -> usize {
        self.state_sizes().first().copied().unwrap_or(0)
    }
    /// The shapes of the states for steps of that shape, the batch included.
    fn state_shapes(&self, step: &Shape) -> Result<Vec<Shape>> {
        Ok(self.state_sizes().into_iter().map(|n| Shape(vec![step.0[0], Dim::Known(n)])).collect())
    }
    /// The shape of the output for steps of that shape, the batch included.
    fn output_shape(&self, step: &Shape) -> Result<Shape> {
        Ok(Shape(vec![step.0[0], Dim::Known(self.output_size())]))
    }
    /// Whether it takes constants.
    fn takes_constants(&self) -> bool {
        false
    }
    /// What it does, in parts, for steps of that type and shape: so that one product projects all steps' inputs, and dropout has
    /// one mask a sequence. None if it is to be called as a layer at each step.
    fn prepare(&self, _call: &mut Call, _step: &Spec, _states: &[Value], _constants: &[Value]) -> Result<Option<Prepared>> {
        Ok(None)
    }
}

/// What is done with an input alone: of one step, or of all steps at once with time first.
type Project = dyn Fn(&Value) -> Result<Vec<Value>>;
/// What is done at a step, from the projected input and the states to the output and the new states.
type Step = dyn Fn(&[Value], &[Value]) -> Result<(Value, Vec<Value>)>;

/// A cell that is ready to run over a sequence: weights read, masks drawn.
pub struct Prepared {
    /// What can be done before the loop.
    pub project: Box<Project>,
    /// What is done within it.
    pub step: Box<Step>,
    /// Which of the new states is the output, if one is.
    pub output_state: Option<usize>,
}

impl Prepared {
    /// What `cell` does within `call`. Error `not_a_cell`.
    pub fn of(cell: &LayerRef, call: &mut Call, step: &Spec, states: &[Value], constants: &[Value]) -> Result<Prepared> {
        let inner = as_cell(cell)?;
        let constants = if inner.takes_constants() { constants } else { &[] };
        if let Some(prepared) = inner.prepare(&mut call.within(cell), step, states, constants)? {
            return Ok(prepared);
        }
        let (layer, constants) = (cell.clone(), constants.to_vec());
        let step = move |x: &[Value], states: &[Value]| {
            let inputs = [x, states, &constants].concat();
            let mut outputs = inline(layer.core(), &inputs, &vec![None; inputs.len()], &Map::new())?;
            let output = outputs.remove(0);
            Ok((output, outputs))
        };
        Ok(Prepared { project: Box::new(|x| Ok(vec![x.clone()])), step: Box::new(step), output_state: None })
    }
    /// One step, as a layer's call: from the input and the states to the output and the new states.
    pub(crate) fn once(self, inputs: &[Value]) -> Result<Vec<Value>> {
        let (output, states) = (self.step)(&(self.project)(&inputs[0])?, &inputs[1..])?;
        Ok(std::iter::once(output).chain(states).collect())
    }
}

/// A layer as a cell. Error `not_a_cell`.
pub(crate) fn as_cell(layer: &LayerRef) -> Result<&dyn Cell> {
    layer.core().layer().cell().ok_or_else(|| {
        Error::value(
            "not_a_cell",
            format!("The RNN cell should have an attribute `{}`, one size per RNN state: {layer:?} is no cell.", spelled("state_size")),
        )
    })
}
