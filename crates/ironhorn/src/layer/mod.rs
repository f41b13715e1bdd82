//! The layer machinery: what a layer is, what it knows of itself, how it is called and what the call leaves in the record.
//!
//! A layer of one's own is a config struct with the trait [`Layer`]:
//!
//! ```
//! use ironhorn::config::Config;
//! use ironhorn::initializers::Ones;
//! use ironhorn::layer::{Apply, Build, Call, Layer, input};
//! use ironhorn::{Result, Spec, Value};
//!
//! /// Scales each feature.
//! #[derive(Clone, Debug, Config)]
//! pub struct Scale;
//!
//! impl Layer for Scale {
//!     fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
//!         let size = weights.size(&inputs[0], -1)?;
//!         weights.add("scale", [size], &Ones)?;
//!         Ok(())
//!     }
//!     fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
//!         Ok(vec![&inputs[0] * &call.weight("scale")])
//!     }
//! }
//!
//! let x = input([Some(3)])?;
//! let y = Scale.apply(&x)?;
//! assert_eq!(y.shape().to_string(), "(None, 3)");
//! # Ok::<(), ironhorn::Error>(())
//! ```

mod access;
mod active;
mod apply;
mod base;
mod build;
mod call;
mod core;
mod history;
mod input;
mod node;
mod spec;
mod weights;

pub use self::core::{Core, LayerRef};
pub use apply::{Apply, Inputs, IntoShape};
pub use base::{Base, InitialWeights};
pub use build::{Build, Weight};
pub use call::Call;
pub use history::{History, history, mask_of};
pub use input::{InputOptions, input, input_with};
pub use spec::InputSpec;

pub(crate) use active::{freeze, mask as traced_mask};
pub(crate) use apply::inline;
pub(crate) use base::shape_setting;
pub(crate) use history::{Site, sources};
pub(crate) use input::Source;
pub(crate) use weights::count;

use crate::config::{Described, PartialShape, Plug};
use crate::regularizers::Regularizer;
use crate::{Array, DType, Result, Spec, Value};
use std::any::Any;

/// What a layer does. Config and name come from [`Described`], which every [`Config`](crate::config::Config) has.
pub trait Layer: Described + Any {
    /// Adds the weights, once, for inputs of these types and shapes.
    fn build(&self, _weights: &mut Build, _inputs: &[Spec]) -> Result<()> {
        Ok(())
    }
    /// The outputs, in ops on values. Runs at trace time: for shapes, for training, for inference.
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>>;
    /// What is expected of each input before the layer is built; empty for no expectations.
    fn expects(&self) -> Vec<InputSpec> {
        Vec::new()
    }
    /// Whether a mask passes through.
    fn supports_masking(&self) -> bool {
        false
    }
    /// The outputs' masks. Error `mask_unsupported` if one arrives at a layer that does not support masking.
    fn masks(&self, call: &mut Call, inputs: &[Value], outputs: &[Value]) -> Result<Vec<Option<Value>>> {
        let _ = inputs;
        call.pass_masks(self.supports_masking(), outputs.len())
    }
    /// What is added to the loss for each output tensor.
    fn activity_regularizer(&self) -> Option<&Plug<dyn Regularizer>> {
        None
    }
    /// Whether it keeps state from batch to batch.
    fn stateful(&self) -> bool {
        false
    }
    /// Sets the state back.
    fn reset_states(&self) -> Result<()> {
        Ok(())
    }
    /// The layers inside, in the order of their weights.
    fn layers(&self) -> Vec<LayerRef> {
        Vec::new()
    }
    /// The shape without the batch that an option of its own implies, as `input_dim` does.
    fn implied_input_shape(&self) -> Option<PartialShape> {
        None
    }
    /// The name, where it comes from the thing itself as that of a model does.
    fn own_name(&self) -> Option<String> {
        None
    }
    /// Whether the written config begins with name, trainable and dtype.
    fn has_base_config(&self) -> bool {
        true
    }
    /// The symbols a model was made of: its first node, which no layer's call made.
    fn inner(&self) -> Option<(Vec<Value>, Vec<Value>)> {
        None
    }
    /// Settings and inputs that exercise it, for the tests of the list.
    fn samples() -> Vec<Sample>
    where
        Self: Sized,
    {
        Vec::new()
    }
}

/// A layer with inputs that fit it.
pub struct Sample {
    /// The layer.
    pub layer: LayerRef,
    /// Number type and sizes of each input, the batch included.
    pub inputs: Vec<(DType, Vec<usize>)>,
    /// Whether gradients exist at random inputs.
    pub smooth: bool,
}

impl Sample {
    /// A sample with float inputs of those sizes.
    pub fn new(layer: impl Into<LayerRef>, inputs: &[&[usize]]) -> Sample {
        Sample { layer: layer.into(), inputs: inputs.iter().map(|s| (DType::F32, s.to_vec())).collect(), smooth: true }
    }
    /// The same where gradients jump.
    #[must_use]
    pub fn not_smooth(mut self) -> Sample {
        self.smooth = false;
        self
    }
}

/// Arrays, in the order of a layer's weights.
pub type Weights = Vec<Array>;

#[cfg(test)]
mod tests;
