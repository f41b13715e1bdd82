//! InputLayer: where a model begins. What it is, is in the layer machinery; here are its options.
use crate::config::{Config, PartialShape, Plug, spelled};
#[cfg(test)]
use crate::layer::Sample;
use crate::layer::{Core, InputOptions, LayerRef, Source};
use crate::{DType, Error, Result, Value};

/// The start of a model, as a layer. `Input` is the usual way to make one.
#[derive(Clone, Debug, Config)]
#[config(standalone, check = one_shape)]
pub struct InputLayer {
    /// Shape of the data, the batch left out.
    #[config(positional, default = None, unwritten)]
    pub input_shape: Option<PartialShape>,
    /// Size of the batch, null for any.
    #[config(positional, default = None, unwritten)]
    pub batch_size: Option<usize>,
    /// Shape of the data, the batch included.
    #[config(positional, default = None)]
    pub batch_input_shape: Option<PartialShape>,
    /// Number type of the data.
    #[config(positional, default = None)]
    pub dtype: Option<DType>,
    /// Whether the data is sparse.
    #[config(default = false)]
    pub sparse: bool,
    /// Name, unique in the model.
    #[config(default = None)]
    pub name: Option<String>,
}

fn one_shape(layer: &InputLayer) -> Result<()> {
    // An empty shape counts as none, as in Keras.
    let given = layer.input_shape.as_ref().is_some_and(|s| !s.is_empty());
    let fail = |text: String| Err(Error::value("input_shapes", text));
    let [shape, batch_shape] = ["input_shape", "batch_input_shape"].map(spelled);
    match (given, &layer.batch_input_shape) {
        (true, Some(_)) => fail(format!("Only provide the {shape} OR {batch_shape} argument to InputLayer, not both at the same time.")),
        (false, None) => fail(format!("An Input layer should be passed either a `{batch_shape}` or an `{shape}`.")),
        _ => Ok(()),
    }
}

impl InputLayer {
    /// Its symbol, which layers are called on.
    pub fn symbol(self) -> Result<Value> {
        LayerRef::from(self).begin()
    }
    #[cfg(test)]
    pub(crate) fn samples() -> Vec<Sample> {
        Vec::new()
    }
}

impl From<InputLayer> for Plug<Core> {
    fn from(layer: InputLayer) -> Plug<Core> {
        let invalid = layer.check().err();
        let shape = layer
            .batch_input_shape
            .unwrap_or_else(|| std::iter::once(layer.batch_size).chain(layer.input_shape.unwrap_or_default()).collect());
        Source::new(shape, InputOptions { name: layer.name, dtype: layer.dtype, sparse: layer.sparse }).into_plug(invalid)
    }
}

impl From<InputLayer> for LayerRef {
    fn from(layer: InputLayer) -> LayerRef {
        Plug::<Core>::from(layer).into()
    }
}
