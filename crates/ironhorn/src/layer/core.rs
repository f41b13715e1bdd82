//! What a layer knows of itself, and the handle on it.
//!
//! Values of the record hold the layers that made them, and a layer gives back the values it made: a circle, which must not
//! keep both alive forever. So the circle is cut in two: values hold the [`Core`], which holds no value; a [`LayerRef`], which
//! users and models have, holds the core and what the layer made. When the last handle goes, so do they.
use super::base::{self, Base, dtype_or_default};
use super::build::{Build, Weight};
use super::{InputSpec, Layer, spec};
use crate::config::{Config, Described, Entry, Field, Fields, Kind, Map, Object, PartialShape, Place, Plug, Schema, Setting, get};
use crate::{Array, DType, Error, Result, Spec, Value, model, names};
use graph::{Variable, trace::Update, value::WeakValue};
use std::{
    any::Any,
    cell::{Cell, OnceCell, RefCell},
    fmt,
    rc::{Rc, Weak},
};

/// A layer with its name, weights and state, without the values it made.
pub struct Core {
    pub(super) layer: Rc<dyn Layer>,
    /// Why the layer's own options cannot be, if they cannot: said when it is first used.
    invalid: Option<Error>,
    name: OnceCell<Rc<str>>,
    trainable: Cell<bool>,
    dtype: Cell<DType>,
    batch_input_shape: RefCell<Option<PartialShape>>,
    initial: RefCell<Option<Vec<Array>>>,
    built: Cell<bool>,
    pub(super) weights: RefCell<Vec<Weight>>,
    pub(super) expected: RefCell<Vec<InputSpec>>,
    /// The first output of each call in the record, in order.
    pub(super) nodes: RefCell<Vec<WeakValue>>,
    kept: RefCell<Weak<Kept>>,
}

/// What a layer made, for as long as someone has a handle on it.
#[derive(Default)]
pub(super) struct Kept {
    pub nodes: RefCell<Vec<Value>>,
    pub losses: RefCell<Vec<Value>>,
    pub metrics: RefCell<Vec<(String, Value)>>,
    pub updates: RefCell<Vec<(Variable, Update)>>,
}

/// A handle on a layer. Clones are the same layer.
#[derive(Clone)]
pub struct LayerRef {
    core: Rc<Core>,
    kept: Rc<Kept>,
}

impl Core {
    fn new(layer: Rc<dyn Layer>, invalid: Option<Error>) -> Core {
        let shape = Base::default().batch_shape(layer.implied_input_shape());
        Core {
            expected: RefCell::new(layer.expects()),
            layer,
            invalid,
            name: OnceCell::new(),
            trainable: Cell::new(true),
            dtype: Cell::new(dtype_or_default(None)),
            batch_input_shape: RefCell::new(shape),
            initial: RefCell::default(),
            built: Cell::new(false),
            weights: RefCell::default(),
            nodes: RefCell::default(),
            kept: RefCell::default(),
        }
    }
    /// What it does.
    pub fn layer(&self) -> &Rc<dyn Layer> {
        &self.layer
    }
    /// Its name, made when it is first asked for unless one was given.
    pub fn name(&self) -> &str {
        self.shared_name()
    }
    pub(super) fn shared_name(&self) -> &Rc<str> {
        self.name.get_or_init(|| self.layer.own_name().unwrap_or_else(|| names::layer_name(&self.layer.class_name())).into())
    }
    /// Whether its weights are trained.
    pub fn trainable(&self) -> bool {
        self.trainable.get()
    }
    /// The number type of its weights.
    pub fn dtype(&self) -> DType {
        self.dtype.get()
    }
    /// The shape that was given for its input, with the batch.
    pub fn batch_input_shape(&self) -> Option<PartialShape> {
        self.batch_input_shape.borrow().clone()
    }
    /// Whether its weights are there.
    pub fn built(&self) -> bool {
        self.built.get()
    }
    pub(super) fn set_batch_input_shape(&self, shape: PartialShape) {
        self.batch_input_shape.replace(Some(shape));
    }
    /// Says whether there is anything left to build.
    pub(crate) fn set_built(&self, built: bool) {
        self.built.set(built);
    }
    /// Takes the common options. Options not given stay as they are.
    pub(super) fn configure(&self, base: Base) -> Result<()> {
        if let Some(shape) = base.batch_shape(self.layer.implied_input_shape()) {
            self.batch_input_shape.replace(Some(shape));
        }
        if let Some(name) = base.name.filter(|n| !n.is_empty()) {
            self.rename(&name)?;
        }
        if let Some(trainable) = base.trainable {
            self.trainable.set(trainable);
        }
        if let Some(dtype) = base.dtype {
            self.dtype.set(dtype);
        }
        if let Some(weights) = base.weights {
            self.initial.replace(Some(weights.0));
        }
        Ok(())
    }
    fn rename(&self, name: &str) -> Result<()> {
        match self.name.set(name.into()) {
            Err(_) if self.name() != name => {
                let old = self.name();
                Err(Error::value("layer_named", format!("The layer is already called {old}; name it before it is first used.")))
            }
            _ => Ok(()),
        }
    }
    /// Why it cannot be used, if it cannot.
    pub(super) fn valid(&self) -> Result<()> {
        self.invalid.clone().map_or(Ok(()), Err)
    }
    pub(super) fn check_inputs(&self, inputs: &[Spec]) -> Result<()> {
        spec::check(&self.expected.borrow(), self.name(), inputs)
    }
    /// Builds it, if it is not built, with weights named under `path`.
    pub(super) fn build_at(&self, path: &str, inputs: &[Spec]) -> Result<()> {
        if self.built.get() {
            return Ok(());
        }
        self.valid()?;
        let mut build = Build::new(self, path);
        self.layer.build(&mut build, inputs)?;
        self.weights.replace(build.added);
        self.built.set(true);
        if let Some(arrays) = self.initial.take() {
            let variables = self.all_weights();
            super::weights::set(self.name(), &variables, &arrays)?;
        }
        Ok(())
    }
    /// Whether updates of this layer are made at all.
    pub(super) fn updating(&self, training: bool) -> bool {
        if training { self.trainable.get() || self.layer.stateful() } else { self.layer.stateful() }
    }
    pub(super) fn kept(&self) -> Option<Rc<Kept>> {
        self.kept.borrow().upgrade()
    }
}

impl LayerRef {
    /// A layer whose options cannot be wrong, or are checked by itself.
    pub fn new(layer: Rc<dyn Layer>) -> LayerRef {
        LayerRef::of(Rc::new(Core::new(layer, None)))
    }
    /// A layer that no config describes, with the options that all layers have.
    pub fn user(layer: impl Layer, options: Base) -> Result<LayerRef> {
        let made = LayerRef::new(Rc::new(layer));
        made.core.configure(options)?;
        made.name();
        Ok(made)
    }
    /// The handle on `core`.
    pub fn of(core: Rc<Core>) -> LayerRef {
        let kept = core.kept().unwrap_or_else(|| {
            let kept = Rc::new(Kept::default());
            kept.nodes.replace(core.nodes.borrow().iter().filter_map(WeakValue::upgrade).collect());
            core.kept.replace(Rc::downgrade(&kept));
            kept
        });
        LayerRef { core, kept }
    }
    /// What it is and knows.
    pub fn core(&self) -> &Rc<Core> {
        &self.core
    }
    pub(super) fn kept(&self) -> &Kept {
        &self.kept
    }
    /// Its name.
    pub fn name(&self) -> &str {
        self.core.name()
    }
    /// The name of its class.
    pub fn class_name(&self) -> String {
        self.core.layer.class_name()
    }
    /// Whether its weights are trained.
    pub fn trainable(&self) -> bool {
        self.core.trainable()
    }
    /// Sets whether its weights are trained. A model that is compiled trains what was trainable then.
    pub fn set_trainable(&self, trainable: bool) {
        self.core.trainable.set(trainable);
    }
    /// Whether its weights are there.
    pub fn built(&self) -> bool {
        self.core.built()
    }
    /// Whether both are the same layer.
    pub fn same(&self, other: &LayerRef) -> bool {
        Rc::ptr_eq(&self.core, &other.core)
    }
    /// The layer as a concrete type, if it is one.
    pub fn is<L: Layer>(&self) -> Option<&L> {
        (&*self.core.layer as &dyn Any).downcast_ref()
    }
    /// The layers inside.
    pub fn layers(&self) -> Vec<LayerRef> {
        self.core.layer.layers()
    }
    /// Builds it for inputs of these types and shapes, if it is not built.
    pub fn build(&self, inputs: &[Spec]) -> Result<()> {
        self.core.build_at(self.name(), inputs)
    }
    /// The part of its options that all layers have.
    pub fn base_config(&self) -> Map {
        base::config(&self.core)
    }
    /// Its options as Keras writes them.
    pub fn config(&self) -> Result<Map> {
        let own = self.core.layer.config()?.unwrap_or_default();
        if !self.core.layer.has_base_config() {
            return Ok(own);
        }
        let mut map = base::config(&self.core);
        map.extend(own);
        Ok(map)
    }
    /// Class name and config.
    pub fn serialize(&self) -> Result<Setting> {
        Ok(Map::from([("class_name", Setting::from(self.class_name())), ("config", self.config()?.into())]).into())
    }
    /// The layer of `{class_name, config}`, models included; custom objects are asked first. Error `name_unknown`.
    pub fn deserialize(setting: &Setting) -> Result<LayerRef> {
        if let Setting::Map(map) = setting
            && let Some(model) = model::deserialize(map)?
        {
            return Ok(model.into());
        }
        get::<Core>(setting).map(LayerRef::from)
    }
    /// The built-in layer of that class, of the options a user gave.
    pub fn construct(class: &str, options: Map) -> Result<LayerRef> {
        crate::config::construct::<Core>(class, options).map(LayerRef::from)
    }
    pub(super) fn set(self, base: Base) -> LayerRef {
        if let Err(error) = self.core.configure(base) {
            return LayerRef::of(Rc::new(Core::new(self.core.layer.clone(), Some(error))));
        }
        self
    }
}

/// A layer's own class name and options; name, trainable and the like are the handle's.
impl Described for Core {
    fn class_name(&self) -> String {
        self.layer.class_name()
    }
    fn config(&self) -> Result<Option<Map>> {
        self.layer.config()
    }
}

impl Kind for Core {
    const NAME: &'static str = "layer";
    const MODULE: &'static str = "layers";
    const CLASS: &'static str = "Layer";
    const UNKNOWN: &'static str = "Unknown layer: ";
    const COMMON: Option<&'static Schema> = Some(Base::SCHEMA);

    fn list() -> &'static [Entry<Core>] {
        crate::layers::LAYERS
    }
    fn complete(made: &Plug<Core>, fields: &mut Fields) -> Result<()> {
        made.configure(Base::take(fields)?)?;
        // Keras counts a layer when it is made, not when its name is first asked for.
        made.name();
        Ok(())
    }
}

impl<L: Layer + Config> From<L> for Plug<Core> {
    fn from(layer: L) -> Plug<Core> {
        let invalid = layer.check().err();
        Rc::new(Core::new(Rc::new(layer), invalid)).into()
    }
}

impl<L: Layer + Config> From<L> for LayerRef {
    fn from(layer: L) -> LayerRef {
        Plug::<Core>::from(layer).into()
    }
}

impl From<Plug<Core>> for LayerRef {
    fn from(plug: Plug<Core>) -> LayerRef {
        LayerRef::of(plug.into_rc())
    }
}

/// A core of a layer that no config describes.
pub(crate) fn unlisted(layer: Rc<dyn Layer>, invalid: Option<Error>) -> Plug<Core> {
    Rc::new(Core::new(layer, invalid)).into()
}

impl Field for LayerRef {
    fn read(setting: Setting, at: &Place) -> Result<LayerRef> {
        LayerRef::deserialize(&setting).map_err(|e| e.at(at))
    }
    fn write(&self) -> Result<Setting> {
        self.serialize()
    }
    fn typescript() -> String {
        "Layer".to_owned()
    }
}

impl From<&LayerRef> for Object {
    fn from(layer: &LayerRef) -> Object {
        Object::new(format!("a {}", layer.class_name()), Plug::from(layer.core.clone()))
    }
}

impl PartialEq for LayerRef {
    fn eq(&self, other: &LayerRef) -> bool {
        self.same(other)
    }
}

impl fmt::Debug for LayerRef {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}", self.class_name(), self.name())
    }
}
