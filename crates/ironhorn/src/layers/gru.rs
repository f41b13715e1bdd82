//! GRU: gated recurrent units, a state that gates mix with what comes in.
use super::cells::cell_and_layer;
use super::gates::{GateWeights, Product, Rules, dropped, filled, gate};
use super::recurrent::{Memory, Options, Pass, step_of};
use crate::activations::Activation;
use crate::config::{Config, Fraction, PartialShape, Plug, positive};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, Cell, InputSpec, Layer, Prepared, Sample};
use crate::regularizers::Regularizer;
use crate::{Array, Result, Spec, Value, Variable};
use graph::functions::dot;

cell_and_layer! {
    /// A step of GRU. Gates along the last axis of the weights are z, r, h.
    cell GRUCell;
    /// Gated recurrent units (Cho et al. 2014), over (batch, steps, features). Gates along the last axis of the weights are z, r, h.
    layer GRU over features;
    first {
        /// Size of state and output.
        #[config(check = positive)]
        units: usize,
        /// Function of the new state.
        #[config(default = "tanh")]
        activation: Plug<dyn Activation>,
        /// Function of the gates.
        #[config(default = "sigmoid")]
        recurrent_activation: Plug<dyn Activation>,
    }
    middle {}
    last {
        /// 1: dropout has a mask for each gate. 2: one for all, so that the gates are one product.
        #[config(default = 2)]
        implementation: usize,
        /// Whether the reset gate comes after the product with the state, as in CuDNN; the bias then has a row for inputs and one
        /// for states.
        #[config(default = false)]
        reset_after: bool,
    }
}

const GATES: usize = 3;

impl GRUCell {
    fn add_weights(&self, weights: &mut Build, step: &Spec) -> Result<()> {
        let width = GATES * self.units;
        let shape = if self.reset_after { vec![2, width] } else { vec![width] };
        let bias = self.use_bias.then(|| filled(weights, &self.bias_initializer, &shape)).transpose()?;
        self.gate_weights(&[], self.units, GATES, bias).add(weights, weights.size(step, -1)?)
    }
    fn ready(&self, call: &mut Call, step: &Spec, states: &[Value]) -> Result<Prepared> {
        let units = self.units;
        let count = if self.implementation < 2 { GATES } else { 1 };
        let input = Product { kernel: call.weight("kernel"), masks: dropped(call, self.dropout.get(), step, count), units };
        let masks = dropped(call, self.recurrent_dropout.get(), states[0].spec(), count);
        let kernel = call.weight("recurrent_kernel");
        let bias = self.use_bias.then(|| call.weight("bias"));
        let (input_bias, state_bias) = match (bias, self.reset_after) {
            (Some(bias), true) => {
                let row = |i: usize| bias.narrow(0, i, 1).squeeze(0);
                (Some(row(0)), Some(row(1)))
            }
            (bias, _) => (bias, None),
        };
        let (activation, gating) = (self.activation.clone(), self.recurrent_activation.clone());
        let project = move |x: &Value| {
            let product = input.of(x);
            Ok(vec![input_bias.as_ref().map_or(product.clone(), |bias| product + bias)])
        };
        // A mask for all gates also acts on the state that is mixed in; those of single gates do not.
        let shared = if masks.len() == 1 { masks.first().cloned() } else { None };
        let new_state = move |h: &Value, z: &Value, hh: &Value| z * h + (1.0 - z) * hh;
        let gates = if self.reset_after { GATES } else { GATES - 1 };
        let masks: Vec<Value> = if shared.is_some() { Vec::new() } else { masks };
        let last_mask = masks.get(2).cloned();
        let first = Product { kernel: kernel.narrow(-1, 0usize, gates * units), masks: masks.into_iter().take(gates).collect(), units };
        let last = gate(&kernel, 2, units);
        let reset_after = self.reset_after;
        let step = move |x: &[Value], states: &[Value]| {
            let x = &x[0];
            let h = shared.as_ref().map_or(states[0].clone(), |mask| &states[0] * mask);
            let mut inner = first.of(&h);
            if let Some(bias) = &state_bias {
                inner = inner + bias;
            }
            let [z, r] = [0, 1].map(|k| gating.apply(&(gate(x, k, units) + gate(&inner, k, units))));
            let recurrent = match reset_after {
                true => r * gate(&inner, 2, units),
                false => dot(&(r * last_mask.as_ref().map_or(h.clone(), |mask| &h * mask)), &last),
            };
            let hh = activation.apply(&(gate(x, 2, units) + recurrent));
            let h = new_state(&h, &z, &hh);
            Ok((h.clone(), vec![h]))
        };
        Ok(Prepared { project: Box::new(project), step: Box::new(step), output_state: Some(0) })
    }
    fn tried() -> Vec<Sample> {
        vec![Sample::new(GRUCell::new(2), &[&[2, 3], &[2, 2]]), Sample::new(GRUCell::new(2).reset_after(true), &[&[2, 3], &[2, 2]])]
    }
}

impl Cell for GRUCell {
    fn state_sizes(&self) -> Vec<usize> {
        vec![self.units]
    }
    fn prepare(&self, call: &mut Call, step: &Spec, states: &[Value], _: &[Value]) -> Result<Option<Prepared>> {
        self.ready(call, step, states).map(Some)
    }
}

impl GRU {
    fn tried() -> Vec<Sample> {
        vec![
            Sample::new(GRU::new(2), &[&[2, 4, 3]]),
            Sample::new(GRU::new(2).reset_after(true).return_sequences(true).return_state(true), &[&[2, 3, 2]]),
            Sample::new(GRU::new(2).implementation(1).dropout(0.3).recurrent_dropout(0.2).go_backwards(true), &[&[2, 3, 2], &[2, 2]]),
            Sample::new(GRU::new(2).use_bias(false).reset_after(true), &[&[2, 3, 2]]),
        ]
    }
}
