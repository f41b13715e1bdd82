//! Calling a layer: checks, building, and a node in the record, or its ops where a trace is open.
use super::Layer;
use super::active::{self, Frame};
use super::base::Base;
use super::call::Call;
use super::core::{Core, LayerRef};
use super::history::mask_of;
use super::node::{Node, place_masks};
use crate::config::{Config, Map, PartialShape, Setting};
use crate::{Array, DType, Error, Result, Spec, Value};
use graph::trace::{self, Trace};
use std::rc::Rc;

/// What a layer can be called with: a value or several.
pub struct Inputs(pub Vec<Value>);

impl From<&Value> for Inputs {
    fn from(value: &Value) -> Inputs {
        Inputs(vec![value.clone()])
    }
}
impl From<Value> for Inputs {
    fn from(value: Value) -> Inputs {
        Inputs(vec![value])
    }
}
impl From<&[Value]> for Inputs {
    fn from(values: &[Value]) -> Inputs {
        Inputs(values.to_vec())
    }
}
impl From<Vec<Value>> for Inputs {
    fn from(values: Vec<Value>) -> Inputs {
        Inputs(values)
    }
}
impl<const N: usize> From<[&Value; N]> for Inputs {
    fn from(values: [&Value; N]) -> Inputs {
        Inputs(values.into_iter().cloned().collect())
    }
}

/// What a layer gives in one trace.
pub(super) struct Traced {
    pub outputs: Vec<Value>,
    pub masks: Vec<Option<Value>>,
    pub losses: Vec<Value>,
    pub metrics: Vec<(String, Value)>,
}

/// Runs the layer's `call` and what belongs to it. The phases are what the graph is for, and what the caller sees as training.
pub(super) fn run(core: &Core, inputs: &[Value], masks: &[Option<Value>], arguments: &Map, phases: (bool, bool)) -> Result<Traced> {
    let training = match arguments.get("training") {
        Some(Setting::Bool(training)) => *training,
        Some(Setting::Int(training)) => *training != 0,
        _ => phases.1,
    };
    let frame = Frame { phase: phases.0, training, ..Frame::default() };
    let ((outputs, masks), frame) = active::enter(frame, || {
        active::note(inputs, masks);
        let mut call = Call::new(core, arguments, masks);
        let outputs = core.layer.call(&mut call, inputs)?;
        let outputs = outputs.into_iter().map(Value::ok).collect::<Result<Vec<_>>>()?;
        if outputs.is_empty() {
            return Err(Error::value(
                "no_outputs",
                format!("Layer {} gave no output; call() must return at least one tensor.", core.name()),
            ));
        }
        if let Some(regularizer) = core.layer.activity_regularizer() {
            let penalty = |y: &Value| trace::scoped("activity_regularizer", || regularizer.penalty(y)).ok();
            outputs.iter().map(penalty).collect::<Result<Vec<_>>>()?.into_iter().for_each(|l| call.add_loss(l));
        }
        let masks = core.layer.masks(&mut call, inputs, &outputs)?;
        Ok((outputs, masks))
    })?;
    let losses = frame.losses.into_iter().map(Value::ok).collect::<Result<_>>()?;
    let metrics = frame.metrics.into_iter().map(|(n, v)| v.ok().map(|v| (n, v))).collect::<Result<_>>()?;
    Ok(Traced { outputs, masks, losses, metrics })
}

/// The layer's ops on values of an open trace. Its losses and metrics go to the call around it.
pub(crate) fn inline(core: &Core, inputs: &[Value], masks: &[Option<Value>], arguments: &Map) -> Result<Vec<Value>> {
    let phases = active::phases();
    let traced = trace::scoped(core.name(), || run(core, inputs, masks, arguments, phases))?;
    active::note(&traced.outputs, &traced.masks);
    active::innermost(|frame| {
        frame.losses.extend(traced.losses);
        frame.metrics.extend(traced.metrics);
    });
    Ok(traced.outputs)
}

impl LayerRef {
    /// Calls the layer on an input or several and gives its first output.
    pub fn apply(&self, inputs: impl Into<Inputs>) -> Result<Value> {
        Ok(self.apply_all(inputs)?.swap_remove(0))
    }
    /// Calls the layer on an input or several and gives all outputs.
    pub fn apply_all(&self, inputs: impl Into<Inputs>) -> Result<Vec<Value>> {
        self.call(&inputs.into().0, &Map::new(), None)
    }
    /// Calls the layer with arguments (`training`, and what its `call` takes) and masks in place of those of the inputs.
    ///
    /// On symbols of the record it adds a node there; where a trace is open, as in another layer's `call`, it adds its ops.
    /// Errors: `input_constant` for numbers, and whatever the layer's checks, `build` and `call` say.
    pub fn call(&self, inputs: &[Value], arguments: &Map, masks: Option<&[Option<Value>]>) -> Result<Vec<Value>> {
        let core = self.core();
        core.valid()?;
        if inputs.is_empty() {
            return Err(Error::value(
                "input_count",
                format!("Layer {} was called without an input; call it on a tensor or several.", core.name()),
            ));
        }
        let recording = trace::current() == 0;
        for input in inputs {
            input.clone().ok()?.usable()?;
            if recording && input.is_constant() {
                return Err(Error::value(
                    "input_constant",
                    format!(
                        "Layer {} was called with an input that isn't a symbolic tensor: {input:?}. All inputs to the layer should be \
                         tensors; start from `Input`.",
                        core.name()
                    ),
                ));
            }
        }
        let specs: Vec<Spec> = inputs.iter().map(|v| v.spec().clone()).collect();
        core.check_inputs(&specs)?;
        if !core.built() {
            core.build_at(core.name(), &specs)?;
            core.check_inputs(&specs)?;
        }
        let known = |v: &Value| if recording { mask_of(v) } else { active::mask(v) };
        let masks = masks.map_or_else(|| inputs.iter().map(known).collect(), <[_]>::to_vec);
        if recording { self.record(inputs, &masks, arguments.clone(), false) } else { inline(core, inputs, &masks, arguments) }
    }
    /// Adds a node to the record.
    pub(super) fn record(&self, inputs: &[Value], masks: &[Option<Value>], arguments: Map, source: bool) -> Result<Vec<Value>> {
        let core = self.core();
        let mut all = inputs.to_vec();
        let mut mask_at = Vec::with_capacity(inputs.len());
        for mask in masks {
            mask_at.push(mask.as_ref().map(|mask| {
                all.push(mask.clone());
                all.len() - 1
            }));
        }
        let training = Trace { training: Some(true), ..Trace::default() };
        let ((traced, stand_ins), _) = trace::open(training, |_| {
            let stand_ins: Vec<Value> = all.iter().map(|v| Value::input("input", v.spec().clone())).collect();
            let masks: Vec<_> = mask_at.iter().map(|at| at.map(|i: usize| stand_ins[i].clone())).collect();
            let traced = trace::scoped(core.name(), || run(core, &stand_ins[..inputs.len()], &masks, &arguments, (true, true)))?;
            Ok((traced, stand_ins))
        })?;
        let values = traced.outputs.iter().chain(&traced.losses).chain(traced.metrics.iter().map(|(_, v)| v));
        let mut specs: Vec<Spec> = values.map(|v| v.spec().clone()).collect();
        let (output_masks, mask_specs) = place_masks(&traced.masks, &stand_ins, specs.len());
        specs.extend(mask_specs);
        let node = Node {
            core: core.clone(),
            index: core.nodes.borrow().len() + usize::from(core.layer.inner().is_some()),
            inputs: inputs.len(),
            masks: mask_at,
            outputs: traced.outputs.len(),
            losses: traced.losses.len(),
            metrics: traced.metrics.into_iter().map(|(name, _)| name).collect(),
            output_masks,
            arguments,
            source,
        };
        let outputs = node.outputs;
        let mut values = Value::call(Rc::new(node), all, specs);
        core.nodes.borrow_mut().push(values[0].downgrade());
        self.kept().nodes.borrow_mut().push(values[0].clone());
        values.truncate(outputs);
        Ok(values)
    }
}

macro_rules! settings {
    ($($(#[$doc:meta])* $method:ident($argument:ident: $type:ty) $base:expr;)*) => {
        impl LayerRef {$(
            $(#[$doc])*
            #[must_use]
            pub fn $method(self, $argument: $type) -> LayerRef {
                self.set($base)
            }
        )*}

        /// What the options of a layer can be asked for before they are one: `Dense::new(3).with_name("out").apply(&x)`.
        ///
        /// Each takes the options and gives the layer, so one that is shared is made first: `LayerRef::from(Dense::new(3))`.
        pub trait Apply: Into<LayerRef> {
            /// Calls the layer on an input or several and gives its first output.
            fn apply(self, inputs: impl Into<Inputs>) -> Result<Value> {
                self.into().apply(inputs)
            }
            $($(#[$doc])*
            fn $method(self, $argument: $type) -> LayerRef {
                self.into().$method($argument)
            })*
        }
    };
}
settings! {
    /// With a name.
    with_name(name: &str) Base { name: Some(name.to_owned()), ..Base::default() };
    /// Trainable or not.
    with_trainable(trainable: bool) Base { trainable: Some(trainable), ..Base::default() };
    /// With the shape of the input, the batch left out.
    with_input_shape(shape: impl IntoShape) Base { input_shape: Some(shape.into_shape()), ..Base::default() };
    /// With the shape of the input, the batch included.
    with_batch_input_shape(shape: impl IntoShape) Base { batch_input_shape: Some(shape.into_shape()), ..Base::default() };
    /// With a number type for its weights.
    with_dtype(dtype: DType) Base { dtype: Some(dtype), ..Base::default() };
    /// With first values for its weights.
    with_weights(weights: Vec<Array>) Base { weights: Some(weights.into()), ..Base::default() };
}

impl<L: Layer + Config> Apply for L {}

/// What a shape can be given as: sizes, or sizes of which some are not known.
pub trait IntoShape {
    /// The shape.
    fn into_shape(self) -> PartialShape;
}
impl<const N: usize> IntoShape for [usize; N] {
    fn into_shape(self) -> PartialShape {
        self.into_iter().map(Some).collect()
    }
}
impl<const N: usize> IntoShape for [Option<usize>; N] {
    fn into_shape(self) -> PartialShape {
        self.to_vec()
    }
}
impl IntoShape for PartialShape {
    fn into_shape(self) -> PartialShape {
        self
    }
}
impl IntoShape for &[usize] {
    fn into_shape(self) -> PartialShape {
        self.iter().copied().map(Some).collect()
    }
}
