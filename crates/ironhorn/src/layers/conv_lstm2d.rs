//! ConvLSTM2D: LSTM over pictures, whose products are convolutions.
use super::cells::cell_and_layer;
use super::convolving::{channels, placed, walk};
use super::gates::{GateWeights, Rules, dropped, filled, keeping};
use super::recurrent::{Memory, Options, Pass, step_of};
use crate::activations::Activation;
use crate::config::{Config, DataFormat, Fraction, OneOrMany, Padding, Plug, positive};
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call, Cell, InputSpec, Layer, Prepared, Sample};
use crate::regularizers::Regularizer;
use crate::{Array, Dim, Error, Result, Shape, Spec, Value, Variable};
use graph::functions::concat;
use graph::functions::conv::Walk;
use graph::ops::window::Window;

cell_and_layer! {
    /// A step of ConvLSTM2D, with the states `h` and `c`: pictures of `filters` channels, as large as the convolved input. Gates along
    /// the last axis of the weights are i, f, c, o.
    cell ConvLSTM2DCell;
    /// LSTM with convolutions instead of products (Shi et al. 2015), over (batch, steps, height, width, channels); with channels first
    /// (batch, steps, channels, height, width). Its states are `h`, which is the output, and `c`; gates along the last axis of the
    /// weights are i, f, c, o. What a state passes on is convolved with `same` padding and neither strides nor dilation.
    #[config(check = rolled)]
    layer ConvLSTM2D over pictures;
    first {
        /// Number of filters: the channels of each state and of the output.
        #[config(check = positive)]
        filters: usize,
        /// Height and width of the windows; one number for both.
        kernel_size: OneOrMany<usize, 2>,
        /// From window to window of the input. Strides above 1 do not go with a dilation above 1.
        #[config(default = 1)]
        strides: OneOrMany<usize, 2>,
        /// How windows treat the border of the input.
        #[config(default = "valid")]
        padding: Padding,
        /// Where the channels are; null is the setting of the process.
        #[config(default = None)]
        data_format: DataFormat,
        /// From tap to tap of a window of the input.
        #[config(default = 1)]
        dilation_rate: OneOrMany<usize, 2>,
        /// Function of what comes in and of what goes out.
        #[config(default = "tanh")]
        activation: Plug<dyn Activation>,
        /// Function of the gates.
        #[config(default = "hard_sigmoid")]
        recurrent_activation: Plug<dyn Activation>,
    }
    middle {
        /// Whether the bias of the forget gate starts as 1, so that the state is kept at first.
        #[config(default = true)]
        unit_forget_bias: bool,
    }
    last {}
}

const GATES: usize = 4;

fn rolled(layer: &ConvLSTM2D) -> Result<()> {
    match layer.unroll {
        true => Err(Error::type_("unroll_pictures", "Unrolling isn't possible with convolutional RNNs.")),
        false => Ok(()),
    }
}

/// Pictures under a kernel of several gates, with the dropout of each.
struct Convolved {
    kernel: Value,
    masks: Vec<Value>,
    walk: Walk,
    filters: usize,
}

impl Convolved {
    /// Of pictures, or of several steps of them, time first: then all steps are one large batch.
    fn of(&self, x: &Value) -> Value {
        match &self.masks[..] {
            [] => self.each(x, &self.kernel),
            masks => {
                let gates = masks.iter().enumerate();
                let parts: Vec<Value> = gates.map(|(i, mask)| self.each(&(x * mask), &gate(&self.kernel, -1, i, self.filters))).collect();
                concat(&parts, gate_axis(self.walk.channels_first))
            }
        }
    }
    fn each(&self, x: &Value, kernel: &Value) -> Value {
        let &[steps, batch, a, b, c] = &x.shape().0[..] else { return x.conv2d(kernel, &self.walk) };
        let y = x.reshape(&Shape(vec![steps.times(batch), a, b, c])).conv2d(kernel, &self.walk);
        let shape = [steps, batch].into_iter().chain(y.shape().0.iter().skip(1).copied()).collect();
        y.reshape(&Shape(shape))
    }
}

/// The axis of the gates, which is that of the channels, of one step or of several.
fn gate_axis(channels_first: bool) -> i64 {
    if channels_first { -3 } else { -1 }
}

/// The part of gate `i` of something that has all gates along an axis.
fn gate(all: &Value, axis: i64, i: usize, filters: usize) -> Value {
    all.narrow(axis, i * filters, filters)
}

impl ConvLSTM2DCell {
    fn add_weights(&self, weights: &mut Build, step: &Spec) -> Result<()> {
        let bias = match (self.use_bias, self.unit_forget_bias) {
            (false, _) => None,
            (true, false) => Some(filled(weights, &self.bias_initializer, &[GATES * self.filters])?),
            (true, true) => Some(keeping(weights, &self.bias_initializer, self.filters)?),
        };
        let channels = channels(weights, step, self.data_format)?;
        self.gate_weights(&*self.kernel_size, self.filters, GATES, bias).add(weights, channels)
    }
    fn ready(&self, call: &mut Call, step: &Spec, states: &[Value]) -> Result<Prepared> {
        let (filters, format) = (self.filters, self.data_format);
        let axis = gate_axis(format.is_first());
        let input = Convolved {
            kernel: call.weight("kernel"),
            masks: dropped(call, self.dropout.get(), step, GATES),
            walk: walk(&self.strides, self.padding, &self.dilation_rate, format)?,
            filters,
        };
        let state = Convolved {
            kernel: call.weight("recurrent_kernel"),
            masks: dropped(call, self.recurrent_dropout.get(), states[0].spec(), GATES),
            walk: walk(&[1, 1], Padding::Same, &[1, 1], format)?,
            filters,
        };
        let bias = self.use_bias.then(|| placed(&call.weight("bias"), 4, format));
        let (activation, gating) = (self.activation.clone(), self.recurrent_activation.clone());
        Ok(Prepared {
            project: Box::new(move |x| {
                let convolved = input.of(x);
                Ok(vec![bias.as_ref().map_or(convolved.clone(), |bias| convolved + bias)])
            }),
            step: Box::new(move |x, states| {
                let z = &x[0] + state.of(&states[0]);
                let [i, f, o] = [0, 1, 3].map(|k| gating.apply(&gate(&z, axis, k, filters)));
                let c = f * &states[1] + i * activation.apply(&gate(&z, axis, 2, filters));
                let h = o * activation.apply(&c);
                Ok((h.clone(), vec![h, c]))
            }),
            output_state: Some(0),
        })
    }
    fn tried() -> Vec<Sample> {
        vec![Sample::new(
            ConvLSTM2DCell::new(2, 2).recurrent_activation(crate::activations::Sigmoid),
            &[&[1, 3, 4, 2], &[1, 2, 3, 2], &[1, 2, 3, 2]],
        )]
    }
}

impl Cell for ConvLSTM2DCell {
    fn state_sizes(&self) -> Vec<usize> {
        vec![self.filters; 2]
    }
    fn state_shapes(&self, step: &Shape) -> Result<Vec<Shape>> {
        Ok(vec![self.output_shape(step)?; 2])
    }
    fn output_shape(&self, step: &Shape) -> Result<Shape> {
        let &[batch, a, b, c] = &step.0[..] else {
            return Err(Error::value("input_incompatible", format!("A step of a ConvLSTM2DCell has 4 axes, got shape {step}.")));
        };
        let first = self.data_format.is_first();
        let (height, width) = if first { (b, c) } else { (a, b) };
        let window =
            Window { size: *self.kernel_size, strides: *self.strides, dilation: *self.dilation_rate, padding: self.padding.into() };
        let [height, width] = window.outputs(&[batch, height, width])?;
        let filters = Dim::Known(self.filters);
        Ok(Shape(if first { vec![batch, filters, height, width] } else { vec![batch, height, width, filters] }))
    }
    fn prepare(&self, call: &mut Call, step: &Spec, states: &[Value], _: &[Value]) -> Result<Option<Prepared>> {
        self.ready(call, step, states).map(Some)
    }
}

impl ConvLSTM2D {
    fn tried() -> Vec<Sample> {
        use crate::activations::Sigmoid;
        use crate::regularizers::L2;
        let layer = || ConvLSTM2D::new(2, 2).recurrent_activation(Sigmoid);
        let first = layer().data_format(DataFormat::ChannelsFirst).return_sequences(true).return_state(true);
        vec![
            Sample::new(layer(), &[&[1, 2, 3, 3, 2]]),
            Sample::new(first.go_backwards(true).recurrent_regularizer(L2::new()), &[&[1, 2, 1, 3, 3]]),
            Sample::new(
                layer().padding(Padding::Same).strides([2, 1]).dropout(0.3).recurrent_dropout(0.2).unit_forget_bias(false),
                &[&[1, 2, 3, 2, 1]],
            ),
            Sample::new(layer().dilation_rate(2).use_bias(false), &[&[1, 2, 4, 3, 1], &[1, 2, 1, 2], &[1, 2, 1, 2]]),
        ]
    }
}
