//! How a built-in cell and its layer are declared as one.

/// Declares a cell and the layer that runs it over sequences, whose options are the cell's and those of all such layers. Given
/// are the options before those that all cells have, between them, and after them; and whether a step is a list of features
/// (`over features`) or a picture (`over pictures`).
macro_rules! cell_and_layer {
    (
        $(#[$cell_doc:meta])* cell $cell:ident; $(#[$layer_doc:meta])* layer $layer:ident over $steps:ident;
        first { $($(#[$a_doc:meta])* $a:ident: $a_type:ty,)* }
        middle { $($(#[$b_doc:meta])* $b:ident: $b_type:ty,)* }
        last { $($(#[$c_doc:meta])* $c:ident: $c_type:ty,)* }
    ) => {
        cell_and_layer! { @declare
            { $(#[$cell_doc])* } $cell {} {} {} {}
            { $($(#[$a_doc])* $a: $a_type,)* } { $($(#[$b_doc])* $b: $b_type,)* } { $($(#[$c_doc])* $c: $c_type,)* }
        }
        cell_and_layer! { @declare_layer $steps
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

        impl $cell {
            fn gate_weights<'a>(&'a self, window: &'a [usize], units: usize, gates: usize, bias: Option<Array>) -> GateWeights<'a> {
                GateWeights {
                    units,
                    gates,
                    window,
                    kernel: Rules {
                        initializer: &self.kernel_initializer,
                        regularizer: &self.kernel_regularizer,
                        constraint: &self.kernel_constraint,
                    },
                    recurrent: Rules {
                        initializer: &self.recurrent_initializer,
                        regularizer: &self.recurrent_regularizer,
                        constraint: &self.recurrent_constraint,
                    },
                    bias,
                    bias_rules: Rules {
                        initializer: &self.bias_initializer,
                        regularizer: &self.bias_regularizer,
                        constraint: &self.bias_constraint,
                    },
                }
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
                weights.expect([cell_and_layer!(@expected $steps self, weights, inputs[0])]);
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
                vec![InputSpec::ndim(cell_and_layer!(@axes $steps))]
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
            cell_and_layer! { @implied $steps }
            fn samples() -> Vec<Sample> {
                $layer::tried()
            }
        }
    };
    (@declare_layer features { $($doc:tt)* } $name:ident { $($before:tt)* } { $($activity:tt)* } $($rest:tt)*) => {
        cell_and_layer! { @declare
            { $($doc)* } $name { $($before)* } { $($activity)* }
            {
                /// Number of features of the input, as short for `input_shape`, in the first layer of a model.
                #[config(default = None, unwritten)]
                input_dim: Option<usize>,
                /// Number of steps, beside `input_dim`.
                #[config(default = None, unwritten)]
                input_length: Option<usize>,
            }
            $($rest)*
        }
    };
    (@declare_layer pictures { $($doc:tt)* } $name:ident { $($before:tt)* } { $($activity:tt)* } $($rest:tt)*) => {
        cell_and_layer! { @declare { $($doc)* } $name { $($before)* } { $($activity)* } {} $($rest)* }
    };
    (@axes features) => { 3 };
    (@axes pictures) => { 5 };
    (@expected features $layer:expr, $weights:expr, $input:expr) => {
        InputSpec::ndim(3).axis(2, $weights.size(&$input, 2)?)
    };
    // All sizes of the steps, and of a stateful layer the batch.
    (@expected pictures $layer:expr, $weights:expr, $input:expr) => {{
        let sizes = $input.shape.0.iter().enumerate();
        let shape = sizes.map(|(axis, n)| n.known().filter(|_| axis > 1 || (axis == 0 && $layer.stateful)));
        InputSpec { shape: Some(shape.collect()), ..InputSpec::ndim(5) }
    }};
    (@implied features) => {
        fn implied_input_shape(&self) -> Option<PartialShape> {
            self.input_dim.map(|n| vec![self.input_length, Some(n)])
        }
    };
    (@implied pictures) => {};
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
        #[derive(Clone, Debug, Config)]
        $(#[$doc])*
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            $($(#[$kept_doc])* $kept: $kept_type,)*
        }
    };
}
pub(super) use cell_and_layer;
