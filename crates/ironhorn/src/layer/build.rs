//! Building a layer: its weights with names, first values, regularizers, constraints.
use super::{Core, InputSpec, LayerRef};
use crate::config::Plug;
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::regularizers::Regularizer;
use crate::{Array, DType, Error, Result, Spec, Value, random};
use graph::Variable;

/// A weight of a layer.
#[derive(Clone)]
pub struct Weight {
    /// The name in its layer: `kernel`.
    pub name: String,
    /// Where its numbers are.
    pub variable: Variable,
    /// Whether it is trained while its layer is trainable.
    pub trainable: bool,
    /// What it adds to the loss.
    pub regularizer: Option<Plug<dyn Regularizer>>,
    /// What it is put through after every step.
    pub constraint: Option<Plug<dyn Constraint>>,
}

impl Weight {
    /// With a penalty, if there is one.
    pub fn regularizer(&mut self, regularizer: &Option<Plug<dyn Regularizer>>) -> &mut Weight {
        self.regularizer.clone_from(regularizer);
        self
    }
    /// With a constraint, if there is one.
    pub fn constraint(&mut self, constraint: &Option<Plug<dyn Constraint>>) -> &mut Weight {
        self.constraint.clone_from(constraint);
        self
    }
    /// Whether it is trained.
    pub fn trainable(&mut self, trainable: bool) -> &mut Weight {
        self.trainable = trainable;
        self
    }
    /// What it adds to the loss, as a value of the record.
    pub fn penalty(&self) -> Result<Option<Value>> {
        let Some(regularizer) = &self.regularizer else { return Ok(None) };
        graph::trace::scoped("weight_regularizer", || regularizer.penalty(&Value::read(&self.variable))).ok().map(Some)
    }
}

/// Takes the weights of a layer that is being built.
pub struct Build<'a> {
    core: &'a Core,
    path: &'a str,
    pub(super) added: Vec<Weight>,
}

impl<'a> Build<'a> {
    pub(super) fn new(core: &'a Core, path: &'a str) -> Build<'a> {
        Build { core, path, added: Vec::new() }
    }
    /// The number type of the layer's weights.
    pub fn dtype(&self) -> DType {
        self.core.dtype()
    }
    /// The layer's name.
    pub fn name(&self) -> &str {
        self.core.name()
    }
    /// The path under which its weights are named.
    pub fn path(&self) -> &str {
        self.path
    }
    /// Adds a weight that is made already.
    pub fn push(&mut self, weight: Weight) {
        self.added.push(weight);
    }
    /// Adds a weight of the layer's number type.
    pub fn add(&mut self, name: &str, shape: impl Into<Vec<usize>>, initializer: &dyn Initializer) -> Result<&mut Weight> {
        self.add_typed(name, shape, self.dtype(), initializer)
    }
    /// Adds a weight of a number type of its own.
    pub fn add_typed(
        &mut self,
        name: &str,
        shape: impl Into<Vec<usize>>,
        dtype: DType,
        initializer: &dyn Initializer,
    ) -> Result<&mut Weight> {
        let shape = shape.into();
        let place = || format!("{}, weight `{name}`", self.core.name());
        let value = initializer.fill(&shape, dtype, &mut random::stream()).map_err(|e| e.at(place()))?;
        if value.shape() != shape {
            return Err(Error::value(
                "initializer_shape",
                format!("{}: the initializer gave an array of shape {:?} where {shape:?} is wanted.", place(), value.shape()),
            ));
        }
        self.add_value(name, &value.cast(dtype))
    }
    /// Adds a weight that starts as `value`.
    pub fn add_value(&mut self, name: &str, value: &Array) -> Result<&mut Weight> {
        // A second weight of one name is numbered, as TensorFlow does.
        let twins = self.added.iter().filter(|w| w.name == name).count();
        let label = if twins == 0 { name.to_owned() } else { format!("{name}_{twins}") };
        let variable = Variable::new(format!("{}/{label}:0", self.path), value);
        let weight = Weight { name: name.to_owned(), variable, trainable: true, regularizer: None, constraint: None };
        self.added.push(weight);
        self.added.last_mut().ok_or_else(|| Error::runtime("weight_lost", "The weight that was just added is gone."))
    }
    /// The size of an axis of an input, which must be known. Error `size_unknown`.
    pub fn size(&self, input: &Spec, axis: i64) -> Result<usize> {
        let at = input.shape.axis(axis)?;
        input.shape.0[at].known().ok_or_else(|| {
            Error::value(
                "size_unknown",
                format!(
                    "Layer {}: axis {axis} of the input shape {} must be known, since weights have its size.",
                    self.name(),
                    input.shape
                ),
            )
        })
    }
    /// Sets what is expected of inputs from now on.
    pub fn expect(&mut self, specs: impl Into<Vec<InputSpec>>) {
        *self.core.expected.borrow_mut() = specs.into();
    }
    /// Builds a layer inside this one, whose weights are named under `path` within this layer's.
    pub fn build_layer(&mut self, layer: &LayerRef, path: &str, inputs: &[Spec]) -> Result<()> {
        let path = if path.is_empty() { self.path.to_owned() } else { format!("{}/{path}", self.path) };
        layer.core().build_at(&path, inputs)
    }
}
