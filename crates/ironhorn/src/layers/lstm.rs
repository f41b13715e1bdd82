//! LSTM: long short-term memory, a state that gates let in, keep and let out.
use super::cells::cell_and_layer;
use super::gates::{GateWeights, Product, Rules, dropped, filled, gate, keeping};
use super::recurrent::{Memory, Options, Pass, step_of};
use crate::activations::Activation;
use crate::config::{Config, Fraction, PartialShape, Plug, positive};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, Cell, InputSpec, Layer, Prepared, Sample};
use crate::regularizers::Regularizer;
use crate::{Array, Result, Spec, Value, Variable};

cell_and_layer! {
    /// A step of LSTM, with the states `h` and `c`. Gates along the last axis of the weights are i, f, c, o.
    cell LSTMCell;
    /// Long short-term memory (Hochreiter and Schmidhuber 1997), over (batch, steps, features). Its states are `h`, which is the
    /// output, and `c`; gates along the last axis of the weights are i, f, c, o.
    layer LSTM over features;
    first {
        /// Size of each state and of the output.
        #[config(check = positive)]
        units: usize,
        /// Function of what comes in and of what goes out.
        #[config(default = "tanh")]
        activation: Plug<dyn Activation>,
        /// Function of the gates.
        #[config(default = "sigmoid")]
        recurrent_activation: Plug<dyn Activation>,
    }
    middle {
        /// Whether the bias of the forget gate starts as 1, so that the state is kept at first (Jozefowicz et al. 2015).
        #[config(default = true)]
        unit_forget_bias: bool,
    }
    last {
        /// 1: dropout has a mask for each gate. 2: one for all, so that the gates are one product.
        #[config(default = 2)]
        implementation: usize,
    }
}

const GATES: usize = 4;

impl LSTMCell {
    fn add_weights(&self, weights: &mut Build, step: &Spec) -> Result<()> {
        let units = self.units;
        let bias = match (self.use_bias, self.unit_forget_bias) {
            (false, _) => None,
            (true, false) => Some(filled(weights, &self.bias_initializer, &[GATES * units])?),
            (true, true) => Some(keeping(weights, &self.bias_initializer, units)?),
        };
        self.gate_weights(&[], units, GATES, bias).add(weights, weights.size(step, -1)?)
    }
    fn ready(&self, call: &mut Call, step: &Spec, states: &[Value]) -> Result<Prepared> {
        let units = self.units;
        let count = if self.implementation < 2 { GATES } else { 1 };
        let input = Product { kernel: call.weight("kernel"), masks: dropped(call, self.dropout.get(), step, count), units };
        let masks = dropped(call, self.recurrent_dropout.get(), states[0].spec(), count);
        let state = Product { kernel: call.weight("recurrent_kernel"), masks, units };
        let bias = self.use_bias.then(|| call.weight("bias"));
        let (activation, gating) = (self.activation.clone(), self.recurrent_activation.clone());
        Ok(Prepared {
            project: Box::new(move |x| {
                let product = input.of(x);
                Ok(vec![bias.as_ref().map_or(product.clone(), |bias| product + bias)])
            }),
            step: Box::new(move |x, states| {
                let z = &x[0] + state.of(&states[0]);
                let [i, f, o] = [0, 1, 3].map(|k| gating.apply(&gate(&z, k, units)));
                let c = f * &states[1] + i * activation.apply(&gate(&z, 2, units));
                let h = o * activation.apply(&c);
                Ok((h.clone(), vec![h, c]))
            }),
            output_state: Some(0),
        })
    }
    fn tried() -> Vec<Sample> {
        vec![Sample::new(LSTMCell::new(2), &[&[2, 3], &[2, 2], &[2, 2]])]
    }
}

impl Cell for LSTMCell {
    fn state_sizes(&self) -> Vec<usize> {
        vec![self.units; 2]
    }
    fn prepare(&self, call: &mut Call, step: &Spec, states: &[Value], _: &[Value]) -> Result<Option<Prepared>> {
        self.ready(call, step, states).map(Some)
    }
}

impl LSTM {
    fn tried() -> Vec<Sample> {
        vec![
            Sample::new(LSTM::new(2), &[&[2, 4, 3]]),
            Sample::new(LSTM::new(2).return_sequences(true).return_state(true), &[&[2, 3, 2], &[2, 2], &[2, 2]]),
            Sample::new(LSTM::new(2).implementation(1).dropout(0.3).recurrent_dropout(0.2).unit_forget_bias(false), &[&[2, 3, 2]]),
            Sample::new(LSTM::new(2).go_backwards(true).use_bias(false).unroll(true), &[&[2, 3, 2]]),
        ]
    }
}
