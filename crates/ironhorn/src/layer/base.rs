//! The options that every layer has, read once here and not in each layer's struct.
use super::Core;
use crate::config::{Config, Field, Fields, Map, Object, PartialShape, Place, Setting};
use crate::{Array, DType, Result, globals};

/// Options of every layer.
#[derive(Clone, Debug, Default, Config)]
#[config(name = "Layer", plain)]
pub struct Base {
    /// Name, unique in the model; made from the class's name if not given.
    #[config(default = None)]
    pub name: Option<String>,
    /// Whether the weights are trained.
    #[config(default = None, shown = "true")]
    pub trainable: Option<bool>,
    /// Shape of the input without the batch, for the first layer of a model.
    #[config(default = None)]
    pub input_shape: Option<PartialShape>,
    /// Shape of the input with the batch, for the first layer of a model.
    #[config(default = None)]
    pub batch_input_shape: Option<PartialShape>,
    /// Size of the batch, beside the shape without it.
    #[config(default = None)]
    pub batch_size: Option<usize>,
    /// Number type of the weights, `float32` unless set otherwise for the process.
    #[config(default = None, legacy = "input_dtype")]
    pub dtype: Option<DType>,
    /// First values of the weights.
    #[config(default = None)]
    pub weights: Option<InitialWeights>,
}

impl Base {
    /// Takes the options out of what the user gave.
    pub(super) fn take(fields: &mut Fields) -> Result<Base> {
        Base::read(fields)
    }

    /// The input's shape with the batch, if it is known from these options or from one of the layer's own.
    pub(super) fn batch_shape(&self, implied: Option<PartialShape>) -> Option<PartialShape> {
        let whole = |shape: &PartialShape| std::iter::once(self.batch_size).chain(shape.iter().copied()).collect();
        self.batch_input_shape.clone().or_else(|| self.input_shape.as_ref().or(implied.as_ref()).map(whole))
    }
}

/// The part of a layer's config that all layers have, in Keras's order.
pub(super) fn config(core: &Core) -> Map {
    let mut map = Map::from([("name", Setting::from(core.name()))]);
    map.insert("trainable", core.trainable());
    if let Some(shape) = core.batch_input_shape() {
        map.insert("batch_input_shape", shape_setting(&shape));
    }
    map.insert("dtype", core.dtype().name());
    map
}

/// A shape as a list with nulls.
pub(crate) fn shape_setting(shape: &[Option<usize>]) -> Setting {
    Setting::List(shape.iter().map(|n| Setting::from(*n)).collect())
}

/// The number type of what is made now, unless one is given.
pub(crate) fn dtype_or_default(dtype: Option<DType>) -> DType {
    dtype.unwrap_or_else(globals::floatx)
}

/// First values of a layer's weights, as arrays.
#[derive(Clone, Debug, PartialEq)]
pub struct InitialWeights(pub Vec<Array>);

impl From<Vec<Array>> for InitialWeights {
    fn from(arrays: Vec<Array>) -> InitialWeights {
        InitialWeights(arrays)
    }
}

impl Field for InitialWeights {
    fn read(setting: Setting, at: &Place) -> Result<InitialWeights> {
        let Setting::List(items) = setting else {
            return Err(at.wrong_type("a list of arrays", &setting));
        };
        let array = |(i, item): (usize, &Setting)| match item {
            Setting::Object(object) => object.get::<Array>().ok_or_else(|| at.item(i).wrong_type("an array", item)),
            other => Err(at.item(i).wrong_type("an array", other)),
        };
        items.iter().enumerate().map(array).collect::<Result<_>>().map(InitialWeights)
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::List(self.0.iter().map(|a| Object::new("an array", a.clone()).into()).collect()))
    }
    fn typescript() -> String {
        "ArrayInput[]".to_owned()
    }
}
