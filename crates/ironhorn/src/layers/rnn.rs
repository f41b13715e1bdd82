//! RNN: a cell, or a stack of cells, run over a sequence.
use super::StackedRNNCells;
use super::recurrent::{Memory, Options, Pass, step_of};
use crate::config::{Config, Field, PartialShape, Place, Setting};
use crate::layer::{Build, Call, InputSpec, Layer, LayerRef, Prepared, Sample, as_cell};
use crate::{Error, Result, Spec, Value, Variable};
use std::cell::Cell;

/// Runs a cell over the steps of a sequence, (batch, steps, features). What the cell is called on and gives, and how one of your
/// own is made, is told with `Cell`.
#[derive(Clone, Debug, Config)]
#[config(check = a_cell)]
pub struct RNN {
    /// Whether the output of every step is given, or only the last.
    #[config(default = false)]
    pub return_sequences: bool,
    /// Whether the last states are given too, as further outputs.
    #[config(default = false)]
    pub return_state: bool,
    /// Whether time runs from the last step to the first; outputs come in that order.
    #[config(default = false)]
    pub go_backwards: bool,
    /// Whether a batch begins with the states that the batch before it ended with, sample by sample. The size of the batch must be
    /// known.
    #[config(default = false)]
    pub stateful: bool,
    /// Whether the loop is written out; the number of steps must be known. The numbers are the same.
    #[config(default = false)]
    pub unroll: bool,
    /// How many of the inputs, at the end, are constants for each step.
    #[config(default = None, omit_none)]
    pub num_constants: Constants,
    /// The cell; a list is a stack of cells.
    pub cell: AnyCell,
    /// Number of features of the input, as short for `input_shape`, in the first layer of a model.
    #[config(default = None, unwritten)]
    pub input_dim: Option<usize>,
    /// Number of steps, beside `input_dim`.
    #[config(default = None, unwritten)]
    pub input_length: Option<usize>,
    #[config(skip)]
    memory: Memory,
}

fn a_cell(rnn: &RNN) -> Result<()> {
    as_cell(&rnn.cell.0).map(drop)
}

/// A cell, or several as a stack.
#[derive(Clone, Debug)]
pub struct AnyCell(LayerRef);

impl Field for AnyCell {
    fn read(setting: Setting, at: &Place) -> Result<AnyCell> {
        match setting {
            list @ Setting::List(_) => Vec::<LayerRef>::read(list, at).map(AnyCell::from),
            one => LayerRef::read(one, at).map(AnyCell),
        }
    }
    fn write(&self) -> Result<Setting> {
        self.0.write()
    }
    fn typescript() -> String {
        "Layer | Layer[]".to_owned()
    }
}

impl From<LayerRef> for AnyCell {
    fn from(cell: LayerRef) -> AnyCell {
        AnyCell(cell)
    }
}

impl From<Vec<LayerRef>> for AnyCell {
    fn from(cells: Vec<LayerRef>) -> AnyCell {
        AnyCell(StackedRNNCells::new(cells).into())
    }
}

impl<L: Layer + Config> From<L> for AnyCell {
    fn from(cell: L) -> AnyCell {
        AnyCell(cell.into())
    }
}

/// How many constants there are, which the first call that gives some says.
#[derive(Clone, Debug, Default)]
pub struct Constants(Cell<Option<usize>>);

impl Field for Constants {
    fn read(setting: Setting, at: &Place) -> Result<Constants> {
        Option::read(setting, at).map(|count| Constants(Cell::new(count)))
    }
    fn write(&self) -> Result<Setting> {
        self.0.get().write()
    }
    fn typescript() -> String {
        "number | null".to_owned()
    }
}

impl Constants {
    pub(super) fn get(&self) -> usize {
        self.0.get().unwrap_or(0)
    }
    pub(super) fn set(&self, count: usize) {
        self.0.set(Some(count).filter(|n| *n > 0));
    }
}

impl RNN {
    fn options(&self) -> Options {
        let RNN { return_sequences, return_state, go_backwards, stateful, unroll, .. } = *self;
        Options { return_sequences, return_state, go_backwards, stateful, unroll }
    }
    fn pass(&self) -> Result<Pass<'_>> {
        Ok(Pass { options: self.options(), memory: &self.memory, cell: as_cell(&self.cell.0)?, constants: self.num_constants.get() })
    }
}

impl Layer for RNN {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        let step = step_of(&inputs[0]);
        let constants = inputs[inputs.len() - self.num_constants.get().min(inputs.len() - 1)..].to_vec();
        weights.build_layer(&self.cell.0, "", &[vec![step.clone()], constants].concat())?;
        self.memory.build(weights, self.options(), as_cell(&self.cell.0)?, &step)?;
        weights.expect([InputSpec::ndim(3).axis(2, weights.size(&inputs[0], 2)?)]);
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        self.pass()?.run(call, inputs, |call, step, states, constants| Prepared::of(&self.cell.0, call, step, states, constants))
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn masks(&self, call: &mut Call, _: &[Value], outputs: &[Value]) -> Result<Vec<Option<Value>>> {
        Ok(self.pass()?.masks(call, outputs.len()))
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::ndim(3)]
    }
    fn takes_more(&self) -> bool {
        true
    }
    fn take_constants(&self, count: usize) -> Result<()> {
        if count > 0 && !as_cell(&self.cell.0)?.takes_constants() {
            return Err(Error::value("constants", "RNN cell does not support constants."));
        }
        self.num_constants.set(count);
        Ok(())
    }
    fn stateful(&self) -> bool {
        self.stateful
    }
    fn states(&self) -> Vec<Variable> {
        self.memory.variables()
    }
    fn layers(&self) -> Vec<LayerRef> {
        vec![self.cell.0.clone()]
    }
    fn implied_input_shape(&self) -> Option<PartialShape> {
        self.input_dim.map(|n| vec![self.input_length, Some(n)])
    }
    fn samples() -> Vec<Sample> {
        use super::{GRUCell, LSTMCell, SimpleRNNCell};
        let stack: Vec<LayerRef> = vec![LSTMCell::new(2).into(), SimpleRNNCell::new(3).into()];
        vec![
            Sample::new(RNN::new(GRUCell::new(2)), &[&[2, 3, 2]]),
            Sample::new(RNN::new(stack).return_sequences(true).return_state(true), &[&[2, 3, 2]]),
        ]
    }
}
