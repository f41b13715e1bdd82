//! SimpleRNN: the output of a step goes into the next.
use super::cells::cell_and_layer;
use super::gates::{GateWeights, Product, Rules, dropped, filled};
use super::recurrent::{Memory, Options, Pass, step_of};
use crate::activations::Activation;
use crate::config::{Config, Fraction, PartialShape, Plug, positive};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, Cell, InputSpec, Layer, Prepared, Sample};
use crate::regularizers::Regularizer;
use crate::{Array, Result, Spec, Value, Variable};

cell_and_layer! {
    /// A step of SimpleRNN: `h = activation(x W + h U + b)`.
    cell SimpleRNNCell;
    /// A fully connected recurrent layer: `h = activation(x W + h U + b)` at each step of (batch, steps, features).
    layer SimpleRNN over features;
    first {
        /// Size of state and output.
        #[config(check = positive)]
        units: usize,
        /// Function of the output.
        #[config(default = "tanh")]
        activation: Plug<dyn Activation>,
    }
    middle {}
    last {}
}

impl SimpleRNNCell {
    fn add_weights(&self, weights: &mut Build, step: &Spec) -> Result<()> {
        let bias = self.use_bias.then(|| filled(weights, &self.bias_initializer, &[self.units])).transpose()?;
        self.gate_weights(&[], self.units, 1, bias).add(weights, weights.size(step, -1)?)
    }
    fn ready(&self, call: &mut Call, step: &Spec, states: &[Value]) -> Result<Prepared> {
        let units = self.units;
        let input = Product { kernel: call.weight("kernel"), masks: dropped(call, self.dropout.get(), step, 1), units };
        let masks = dropped(call, self.recurrent_dropout.get(), states[0].spec(), 1);
        let state = Product { kernel: call.weight("recurrent_kernel"), masks, units };
        let bias = self.use_bias.then(|| call.weight("bias"));
        let activation = self.activation.clone();
        Ok(Prepared {
            project: Box::new(move |x| {
                let product = input.of(x);
                Ok(vec![bias.as_ref().map_or(product.clone(), |bias| product + bias)])
            }),
            step: Box::new(move |x, states| {
                let h = activation.apply(&(&x[0] + state.of(&states[0])));
                Ok((h.clone(), vec![h]))
            }),
            output_state: Some(0),
        })
    }
    fn tried() -> Vec<Sample> {
        vec![Sample::new(SimpleRNNCell::new(3), &[&[2, 4], &[2, 3]])]
    }
}

impl Cell for SimpleRNNCell {
    fn state_sizes(&self) -> Vec<usize> {
        vec![self.units]
    }
    fn prepare(&self, call: &mut Call, step: &Spec, states: &[Value], _: &[Value]) -> Result<Option<Prepared>> {
        self.ready(call, step, states).map(Some)
    }
}

impl SimpleRNN {
    fn tried() -> Vec<Sample> {
        use crate::regularizers::L2;
        vec![
            Sample::new(SimpleRNN::new(3), &[&[2, 4, 3]]),
            Sample::new(SimpleRNN::new(2).return_sequences(true).go_backwards(true).recurrent_regularizer(L2::new()), &[&[2, 3, 2]]),
            Sample::new(SimpleRNN::new(2).return_state(true).use_bias(false).dropout(0.3).recurrent_dropout(0.2), &[&[2, 3, 2], &[2, 2]]),
        ]
    }
}
