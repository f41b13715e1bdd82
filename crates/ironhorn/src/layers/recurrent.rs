//! The loop over time that all recurrent layers are, with its options, masks and state.
use crate::config::spelled;
use crate::layer::{Build, Call, Cell, Prepared, with_losses};
use crate::{Array, Error, Result, Spec, Value, Variable};
use graph::{ops::scan::scan, trace::Update};
use std::cell::RefCell;
use tensor::Shape;

/// The options that all recurrent layers have.
#[derive(Clone, Copy)]
pub(super) struct Options {
    pub return_sequences: bool,
    pub return_state: bool,
    pub go_backwards: bool,
    pub stateful: bool,
    pub unroll: bool,
}

/// The state that a stateful layer keeps. A copy of a layer has a state of its own.
#[derive(Debug, Default)]
pub(super) struct Memory(RefCell<Vec<Variable>>);

impl Clone for Memory {
    fn clone(&self) -> Memory {
        Memory::default()
    }
}

impl Memory {
    pub fn variables(&self) -> Vec<Variable> {
        self.0.borrow().clone()
    }
    /// Makes the state of a stateful layer. Error `stateful_batch` if the size of the batch is not known.
    pub fn build(&self, weights: &Build, options: Options, cell: &dyn Cell, step: &Spec) -> Result<()> {
        if !options.stateful {
            return Ok(());
        }
        let dtype = weights.dtype();
        let mut made = Vec::new();
        for (i, shape) in cell.state_shapes(&step.shape)?.iter().enumerate() {
            let Some(sizes) = shape.known() else {
                return Err(Error::value(
                    "stateful_batch",
                    format!(
                        "If a RNN is stateful, it needs to know its batch size: layer {}. Specify the batch size of your input tensors: \
                         by a `{}` of the first layer of a Sequential model, or by a `{}` of your Input. The same \
                         goes for the number of rows and columns of pictures.",
                        weights.name(),
                        spelled("batch_input_shape"),
                        spelled("batch_shape")
                    ),
                ));
            };
            made.push(Variable::new(format!("{}/state_{i}:0", weights.name()), &Array::zeros(dtype, sizes)));
        }
        self.0.replace(made);
        Ok(())
    }
}

/// The type and shape of one step of a sequence.
pub(super) fn step_of(sequence: &Spec) -> Spec {
    let mut shape = sequence.shape.clone();
    shape.0.remove(1);
    Spec { dtype: sequence.dtype, shape }
}

/// Puts the first two axes the other way round: batch first, time first.
pub(crate) fn swapped(x: &Value) -> Value {
    let order: Vec<usize> = [1, 0].into_iter().chain(2..x.rank()).collect();
    x.transpose(&order)
}

/// A pass over a sequence.
pub(super) struct Pass<'a> {
    pub options: Options,
    pub memory: &'a Memory,
    pub cell: &'a dyn Cell,
    /// How many of the inputs, at the end, are constants.
    pub constants: usize,
}

impl Pass<'_> {
    /// The outputs and new states: inputs are the sequence, states to begin with, constants.
    pub fn run(
        &self,
        call: &mut Call,
        inputs: &[Value],
        prepare: impl FnOnce(&mut Call, &Spec, &[Value], &[Value]) -> Result<Prepared>,
    ) -> Result<Vec<Value>> {
        let options = self.options;
        let (x, rest) = (&inputs[0], &inputs[1..]);
        let (given, constants) = rest.split_at(rest.len().saturating_sub(self.constants));
        if options.unroll && x.dim(1).known().is_none() {
            return Err(Error::value(
                "unroll_length",
                format!(
                    "Cannot unroll a RNN if the time dimension is undefined: layer {}. Specify it by an `{}` or \
                     `{}` of the first layer, by the shape of your Input, or by the `{}` of an Embedding.",
                    call.name(),
                    spelled("input_shape"),
                    spelled("batch_input_shape"),
                    spelled("input_length")
                ),
            ));
        }
        let step = step_of(x.spec());
        let initial = self.initial(call, &step, given)?;
        let prepared = prepare(call, &step, &initial, constants)?;
        let mask = call.mask(0).map(steps_mask);
        let projected = (prepared.project)(&swapped(x))?;
        let states = initial.len();
        // Before the first step that counts the output is zero, which is its state too if that begins with zeros.
        let of_state = prepared.output_state.filter(|_| mask.is_none() || (given.is_empty() && !options.stateful));
        let carries_output = of_state.is_none() && (mask.is_some() || !options.return_sequences);
        let mut carries = initial;
        if carries_output {
            carries.push(Value::zeros(call.core().dtype(), &self.cell.output_shape(&step.shape)?));
        }
        let steps: Vec<Value> = projected.iter().cloned().chain(mask.clone()).collect();
        let name = call.name();
        let (last, mut stacked) = scan(&carries, &steps, options.go_backwards, |carried, now| {
            let (old, previous) = carried.split_at(states);
            let ((mut output, mut new), losses) = with_losses(|| (prepared.step)(&now[..projected.len()], old))?;
            if new.len() != states {
                return Err(Error::value("cell_states", format!("The cell of layer {name} has {states} states but gave {}.", new.len())));
            }
            if mask.is_some() {
                let kept = &now[projected.len()];
                new = new.iter().zip(old).map(|(new, old)| chosen(kept, new, old)).collect();
                output = match of_state {
                    Some(i) => new[i].clone(),
                    None => chosen(kept, &output, &previous[0]),
                };
            }
            let mut outputs = if options.return_sequences { vec![output.clone()] } else { Vec::new() };
            outputs.extend(losses);
            new.extend(carries_output.then_some(output));
            Ok((new, outputs))
        })?;
        let output = match options.return_sequences {
            true => {
                let sequence = stacked.remove(0);
                // In the order in which the steps were taken.
                swapped(&if options.go_backwards { sequence.reverse(&[0]) } else { sequence })
            }
            false => last[of_state.unwrap_or(states)].clone(),
        };
        for loss in stacked {
            call.add_loss(loss.sum(&[], false));
        }
        for (variable, state) in self.memory.variables().iter().zip(&last) {
            call.add_update(variable, Update::Assign(state.clone()));
        }
        let mut outputs = vec![output];
        if options.return_state {
            outputs.extend_from_slice(&last[..states]);
        }
        Ok(outputs)
    }
    /// The states to begin with. Errors `states_count`, `states_size`.
    fn initial(&self, call: &Call, step: &Spec, given: &[Value]) -> Result<Vec<Value>> {
        let shapes = self.cell.state_shapes(&step.shape)?;
        if given.is_empty() {
            return Ok(match self.options.stateful {
                true => self.memory.variables().iter().map(Value::read).collect(),
                false => shapes.iter().map(|shape| Value::zeros(call.core().dtype(), shape)).collect(),
            });
        }
        if given.len() != shapes.len() {
            return Err(Error::value(
                "states_count",
                format!("Layer has {} states but was passed {} initial states: layer {}.", shapes.len(), given.len(), call.name()),
            ));
        }
        let fits = |x: &Value, shape: &Shape| {
            let sizes = x.shape().0.iter().zip(&shape.0).skip(1);
            x.rank() == shape.rank() && sizes.into_iter().all(|(a, b)| a.known().zip(b.known()).is_none_or(|(a, b)| a == b))
        };
        if given.iter().zip(&shapes).all(|(x, shape)| fits(x, shape)) {
            return Ok(given.to_vec());
        }
        let list = |shapes: &mut dyn Iterator<Item = String>| shapes.collect::<Vec<_>>().join(", ");
        Err(Error::value(
            "states_size",
            format!(
                "An `{}` was passed that is not compatible with `cell.{}`. Layer {} received states of shapes [{}]; \
                 however its cell's are [{}].",
                spelled("initial_state"),
                spelled("state_size"),
                call.name(),
                list(&mut given.iter().map(|x| x.shape().to_string())),
                list(&mut shapes.iter().map(Shape::to_string))
            ),
        ))
    }
    /// The masks of what `run` gives: that of the sequence, where a sequence comes out.
    pub fn masks(&self, call: &Call, outputs: usize) -> Vec<Option<Value>> {
        let first = call.mask(0).filter(|_| self.options.return_sequences).cloned();
        std::iter::once(first).chain(vec![None; outputs - 1]).collect()
    }
}

/// A mask with time first and one place for each sample.
pub(crate) fn steps_mask(mask: &Value) -> Value {
    let flat = (2..mask.rank()).fold(mask.clone(), |mask, _| mask.any(&[-1], false));
    swapped(&flat)
}

/// `new` where the step counts for a sample, `old` elsewhere.
pub(crate) fn chosen(kept: &Value, new: &Value, old: &Value) -> Value {
    let kept = (1..new.rank()).fold(kept.clone(), |kept, _| kept.expand_dims(-1));
    Value::select(&kept, new, old)
}
