//! How a built-in cell and its layer are declared as one, and what the gates of cells share.
use crate::config::Plug;
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call};
use crate::regularizers::Regularizer;
use crate::{Array, Result, Spec, Value, random};
use graph::functions::{concat, dot};

/// Declares a cell and the layer that runs it over sequences, whose options are the cell's and those of all such layers. Given
/// are the options before those that all cells have, between them, and after them.
macro_rules! cell_and_layer {
    (
        $(#[$cell_doc:meta])* cell $cell:ident; $(#[$layer_doc:meta])* layer $layer:ident;
        first { $($(#[$a_doc:meta])* $a:ident: $a_type:ty,)* }
        middle { $($(#[$b_doc:meta])* $b:ident: $b_type:ty,)* }
        last { $($(#[$c_doc:meta])* $c:ident: $c_type:ty,)* }
    ) => {
        cell_and_layer! { @declare
            { $(#[$cell_doc])* } $cell {} {} {} {}
            { $($(#[$a_doc])* $a: $a_type,)* } { $($(#[$b_doc])* $b: $b_type,)* } { $($(#[$c_doc])* $c: $c_type,)* }
        }
        cell_and_layer! { @declare
            { $(#[$layer_doc])* } $layer
            {
                /// Whether the output of every step is given, (batch, steps, units), or only the last, (batch, units).
                #[config(default = false)]
                return_sequences: bool,
                /// Whether the last states are given too, as further outputs.
                #[config(default = false)]
                return_state: bool,
                /// Whether time runs from the last step to the first; outputs come in that order.
                #[config(default = false)]
                go_backwards: bool,
                /// Whether a batch begins with the states that the batch before it ended with, sample by sample. The size of the
                /// batch must be known.
                #[config(default = false)]
                stateful: bool,
                /// Whether the loop is written out; the number of steps must be known. The numbers are the same.
                #[config(default = false)]
                unroll: bool,
            }
            {
                /// Penalty on the output.
                #[config(default = None)]
                activity_regularizer: Option<Plug<dyn Regularizer>>,
            }
            {
                /// Number of features of the input, as short for `input_shape`, in the first layer of a model.
                #[config(default = None, unwritten)]
                input_dim: Option<usize>,
                /// Number of steps, beside `input_dim`.
                #[config(default = None, unwritten)]
                input_length: Option<usize>,
            }
            { #[config(skip)] memory: Memory, }
            { $($(#[$a_doc])* $a: $a_type,)* } { $($(#[$b_doc])* $b: $b_type,)* } { $($(#[$c_doc])* $c: $c_type,)* }
        }

        impl Layer for $cell {
            fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
                self.add_weights(weights, &inputs[0])
            }
            fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
                self.ready(call, inputs[0].spec(), &inputs[1..])?.once(inputs)
            }
            fn cell(&self) -> Option<&dyn Cell> {
                Some(self)
            }
            fn samples() -> Vec<Sample> {
                $cell::tried()
            }
        }

        impl $layer {
            fn as_cell(&self) -> $cell {
                $cell {
                    $($a: self.$a.clone(),)*
                    use_bias: self.use_bias,
                    kernel_initializer: self.kernel_initializer.clone(),
                    recurrent_initializer: self.recurrent_initializer.clone(),
                    bias_initializer: self.bias_initializer.clone(),
                    $($b: self.$b.clone(),)*
                    kernel_regularizer: self.kernel_regularizer.clone(),
                    recurrent_regularizer: self.recurrent_regularizer.clone(),
                    bias_regularizer: self.bias_regularizer.clone(),
                    kernel_constraint: self.kernel_constraint.clone(),
                    recurrent_constraint: self.recurrent_constraint.clone(),
                    bias_constraint: self.bias_constraint.clone(),
                    dropout: self.dropout,
                    recurrent_dropout: self.recurrent_dropout,
                    $($c: self.$c.clone(),)*
                }
            }
            fn options(&self) -> Options {
                let $layer { return_sequences, return_state, go_backwards, stateful, unroll, .. } = *self;
                Options { return_sequences, return_state, go_backwards, stateful, unroll }
            }
            fn pass<'a>(&'a self, cell: &'a $cell) -> Pass<'a> {
                Pass { options: self.options(), memory: &self.memory, cell, constants: 0 }
            }
        }

        impl Layer for $layer {
            fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
                let (cell, step) = (self.as_cell(), step_of(&inputs[0]));
                cell.add_weights(weights, &step)?;
                self.memory.build(weights, self.options(), &cell, &step)?;
                weights.expect([InputSpec::ndim(3).axis(2, weights.size(&inputs[0], 2)?)]);
                Ok(())
            }
            fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
                let cell = self.as_cell();
                self.pass(&cell).run(call, inputs, |call, step, states, _| cell.ready(call, step, states))
            }
            fn supports_masking(&self) -> bool {
                true
            }
            fn masks(&self, call: &mut Call, _: &[Value], outputs: &[Value]) -> Result<Vec<Option<Value>>> {
                Ok(self.pass(&self.as_cell()).masks(call, outputs.len()))
            }
            fn expects(&self) -> Vec<InputSpec> {
                vec![InputSpec::ndim(3)]
            }
            fn takes_more(&self) -> bool {
                true
            }
            fn activity_regularizer(&self) -> Option<&Plug<dyn Regularizer>> {
                self.activity_regularizer.as_ref()
            }
            fn stateful(&self) -> bool {
                self.stateful
            }
            fn states(&self) -> Vec<Variable> {
                self.memory.variables()
            }
            fn implied_input_shape(&self) -> Option<PartialShape> {
                self.input_dim.map(|n| vec![self.input_length, Some(n)])
            }
            fn samples() -> Vec<Sample> {
                $layer::tried()
            }
        }
    };
    (@declare
        { $($doc:tt)* } $name:ident { $($before:tt)* } { $($activity:tt)* } { $($after:tt)* } { $($kept:tt)* }
        { $($first:tt)* } { $($middle:tt)* } { $($last:tt)* }
    ) => {
        cell_and_layer! { @fields { $($doc)* } $name
            $($before)*
            $($first)*
            /// Whether a bias is added.
            #[config(default = true)]
            use_bias: bool,
            /// First values of the kernel, which the input is multiplied with.
            #[config(default = "glorot_uniform")]
            kernel_initializer: Plug<dyn Initializer>,
            /// First values of the recurrent kernel, which the state is multiplied with.
            #[config(default = "orthogonal")]
            recurrent_initializer: Plug<dyn Initializer>,
            /// First values of the bias.
            #[config(default = "zeros")]
            bias_initializer: Plug<dyn Initializer>,
            $($middle)*
            /// Penalty on the kernel.
            #[config(default = None)]
            kernel_regularizer: Option<Plug<dyn Regularizer>>,
            /// Penalty on the recurrent kernel.
            #[config(default = None)]
            recurrent_regularizer: Option<Plug<dyn Regularizer>>,
            /// Penalty on the bias.
            #[config(default = None)]
            bias_regularizer: Option<Plug<dyn Regularizer>>,
            $($activity)*
            /// Constraint on the kernel.
            #[config(default = None)]
            kernel_constraint: Option<Plug<dyn Constraint>>,
            /// Constraint on the recurrent kernel.
            #[config(default = None)]
            recurrent_constraint: Option<Plug<dyn Constraint>>,
            /// Constraint on the bias.
            #[config(default = None)]
            bias_constraint: Option<Plug<dyn Constraint>>,
            /// Fraction of the input that is dropped in training, the same features at every step of a sequence.
            #[config(default = 0.0)]
            dropout: Fraction,
            /// Fraction of the state that is dropped in training before it is multiplied, the same units at every step.
            #[config(default = 0.0)]
            recurrent_dropout: Fraction,
            $($last)*
            $($after)*
            ; $($kept)*
        }
    };
    (
        @fields { $(#[$doc:meta])* } $name:ident $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
        ; $($(#[$kept_doc:meta])* $kept:ident: $kept_type:ty,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Config)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            $($(#[$kept_doc])* $kept: $kept_type,)*
        }
    };
}
pub(super) use cell_and_layer;

/// The weights of a cell with a number of gates.
pub(super) struct GateWeights<'a> {
    pub units: usize,
    pub gates: usize,
    pub kernel: (&'a Plug<dyn Initializer>, &'a Option<Plug<dyn Regularizer>>, &'a Option<Plug<dyn Constraint>>),
    pub recurrent: (&'a Plug<dyn Initializer>, &'a Option<Plug<dyn Regularizer>>, &'a Option<Plug<dyn Constraint>>),
    /// First values, if there is a bias.
    pub bias: Option<Array>,
    pub bias_rules: (&'a Option<Plug<dyn Regularizer>>, &'a Option<Plug<dyn Constraint>>),
}

impl GateWeights<'_> {
    /// Adds kernel, recurrent kernel and bias, in this order.
    pub fn add(self, weights: &mut Build, step: &Spec) -> Result<()> {
        let (units, width) = (self.units, self.units * self.gates);
        let size = weights.size(step, -1)?;
        let (initializer, regularizer, constraint) = self.kernel;
        weights.add("kernel", [size, width], &**initializer)?.regularizer(regularizer).constraint(constraint);
        let (initializer, regularizer, constraint) = self.recurrent;
        let added = if initializer.class_name() == "Identity" && self.gates > 1 {
            // An identity for each gate: the one of the whole matrix would leave all gates but the first without state.
            let square = initializer.fill(&[units, units], weights.dtype(), &mut random::stream())?.to_f64();
            let rows: Vec<f64> = square.chunks(units).flat_map(|row| row.repeat(self.gates)).collect();
            weights.add_value("recurrent_kernel", &Array::from_f64(weights.dtype(), [units, width], &rows)?)?
        } else {
            weights.add("recurrent_kernel", [units, width], &**initializer)?
        };
        added.regularizer(regularizer).constraint(constraint);
        if let Some(bias) = self.bias {
            weights.add_value("bias", &bias)?.regularizer(self.bias_rules.0).constraint(self.bias_rules.1);
        }
        Ok(())
    }
}

/// First values of a bias.
pub(super) fn filled(weights: &Build, initializer: &Plug<dyn Initializer>, shape: &[usize]) -> Result<Array> {
    let place = || format!("{}, weight `bias`", weights.name());
    Ok(initializer.fill(shape, weights.dtype(), &mut random::stream()).map_err(|e| e.at(place()))?.cast(weights.dtype()))
}

/// Masks of dropout for tensors like `like`: none at all, one, or one for each gate.
pub(super) fn dropped(call: &Call, rate: f64, like: &Spec, count: usize) -> Vec<Value> {
    if !(rate > 0.0 && rate < 1.0 && call.training()) {
        return Vec::new();
    }
    let ones = Value::scalar(like.dtype, 1.0).broadcast_to(&like.shape);
    (0..count).map(|_| ones.dropout(rate, None, None)).collect()
}

/// `x` times a kernel of several gates, with the dropout of each.
#[derive(Clone)]
pub(super) struct Product {
    pub kernel: Value,
    pub masks: Vec<Value>,
    pub units: usize,
}

impl Product {
    pub fn of(&self, x: &Value) -> Value {
        match &self.masks[..] {
            [] => dot(x, &self.kernel),
            [mask] => dot(&(x * mask), &self.kernel),
            masks => {
                let gates = masks.iter().enumerate();
                let parts: Vec<Value> = gates.map(|(i, mask)| dot(&(x * mask), &gate(&self.kernel, i, self.units))).collect();
                concat(&parts, -1)
            }
        }
    }
}

/// The part of gate `i` of something that has all gates along its last axis.
pub(super) fn gate(all: &Value, i: usize, units: usize) -> Value {
    all.narrow(-1, i * units, units)
}
