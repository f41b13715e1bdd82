//! Inputs: where models begin, and the sizes they leave open.
use super::apply::IntoShape;
use super::core::{LayerRef, unlisted};
use super::{Call, Layer};
use super::{Core, base};
use crate::config::{Described, Map, PartialShape, Plug, Setting};
use crate::{DType, Error, Result, Spec, Value, names};
use std::{
    cell::{OnceCell, RefCell},
    rc::Rc,
};
use tensor::{Dim, Shape};

/// Options of an input beside its shape.
#[derive(Clone, Debug, Default)]
pub struct InputOptions {
    /// Name; `input_1` and so on if not given.
    pub name: Option<String>,
    /// Number type, `float32` unless set otherwise for the process.
    pub dtype: Option<DType>,
    /// Whether the data is sparse.
    pub sparse: bool,
}

/// A symbol for data of that shape, the batch left out: where a model begins.
pub fn input(shape: impl IntoShape) -> Result<Value> {
    input_with(std::iter::once(None).chain(shape.into_shape()).collect(), InputOptions::default())
}

/// A symbol for data of that shape, the batch included, with options.
pub fn input_with(batch_shape: PartialShape, options: InputOptions) -> Result<Value> {
    Source::new(batch_shape, options).into_layer(None).begin()
}

impl LayerRef {
    /// Whether it is an InputLayer.
    pub fn is_input(&self) -> bool {
        self.is::<Source>().is_some()
    }
    /// The symbol of an InputLayer. Error `input_layer` for any other.
    pub fn begin(&self) -> Result<Value> {
        self.core().valid()?;
        let Some(source) = self.is::<Source>() else {
            return Err(Error::type_("input_layer", format!("{self:?} is no InputLayer, from which a model could begin.")));
        };
        if let Ok(outputs) = self.outputs_at(0) {
            return Ok(outputs[0].clone());
        }
        if source.sparse {
            return Err(Error::not_implemented("input_sparse", "Sparse inputs are not there yet; give dense data."));
        }
        let value = Value::input(self.name(), source.spec());
        Ok(self.record(&[value], &[None], Map::new(), true)?.swap_remove(0))
    }
}

/// What an InputLayer is.
pub(crate) struct Source {
    batch_shape: PartialShape,
    dtype: DType,
    sparse: bool,
    name: OnceCell<String>,
    open: Open,
}

impl Source {
    pub fn new(batch_shape: PartialShape, options: InputOptions) -> Source {
        let name = options.name.filter(|n| !n.is_empty()).map_or_else(OnceCell::new, OnceCell::from);
        let open = Open::of(&batch_shape);
        Source { batch_shape, dtype: base::dtype_or_default(options.dtype), sparse: options.sparse, name, open }
    }
    pub fn into_plug(self, invalid: Option<Error>) -> Plug<Core> {
        let shape = self.batch_shape.clone();
        let plug = unlisted(Rc::new(self), invalid);
        plug.set_batch_input_shape(shape);
        plug.set_built(true);
        plug.name();
        plug
    }
    pub fn into_layer(self, invalid: Option<Error>) -> LayerRef {
        self.into_plug(invalid).into()
    }
    fn name(&self) -> &str {
        self.name.get_or_init(|| names::layer_name("InputLayer"))
    }
    fn spec(&self) -> Spec {
        let mut open = self.open.dims();
        let rest = self.batch_shape.iter().skip(1).map(|n| match n {
            Some(n) => Dim::Known(*n),
            None => open.next().unwrap_or_else(Dim::batch),
        });
        let batch = self.batch_shape.first().map(|n| n.map_or_else(Dim::batch, Dim::Known));
        Spec::new(self.dtype, Shape(batch.into_iter().chain(rest).collect()))
    }
}

impl Described for Source {
    fn class_name(&self) -> String {
        "InputLayer".to_owned()
    }
    fn config(&self) -> Result<Option<Map>> {
        let mut map = Map::from([("batch_input_shape", base::shape_setting(&self.batch_shape))]);
        map.insert("dtype", self.dtype.name());
        map.insert("sparse", self.sparse);
        map.insert("name", Setting::from(self.name()));
        Ok(Some(map))
    }
}

impl Layer for Source {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        Ok(inputs.to_vec())
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn own_name(&self) -> Option<String> {
        Some(self.name().to_owned())
    }
    fn has_base_config(&self) -> bool {
        false
    }
}

thread_local! {
    static TAKEN: RefCell<Vec<bool>> = const { RefCell::new(Vec::new()) };
}

/// The open sizes of one input. Each is a symbol of its own, since two sequences need not be of one length; symbols of inputs that
/// are gone are used again, so that their table does not grow with every model.
struct Open(Vec<usize>);

impl Open {
    fn of(batch_shape: &PartialShape) -> Open {
        let count = batch_shape.iter().skip(1).filter(|n| n.is_none()).count();
        TAKEN.with_borrow_mut(|taken| {
            let take = |_| {
                let i = taken.iter().position(|t| !t).unwrap_or_else(|| {
                    taken.push(false);
                    taken.len() - 1
                });
                taken[i] = true;
                i
            };
            Open((0..count).map(take).collect())
        })
    }
    fn dims(&self) -> impl Iterator<Item = Dim> + '_ {
        self.0.iter().map(|i| Dim::named(&format!("size_{}", i + 1)))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // The table may be gone when a thread ends.
        let _ = TAKEN.try_with(|taken| {
            let mut taken = taken.borrow_mut();
            self.0.iter().for_each(|i| taken[*i] = false);
        });
    }
}
