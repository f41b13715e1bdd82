//! Loops over tensors with steps that the user writes, and functions with a gradient of their own.
use crate::backend::{
    FoldFunction, GradientFunction, InputsFunction, MapFunction, Outcome, Output, StepFunction, Tensor, Tensors,
    callable::{given, given_all},
    operation::functions,
};
use crate::config::Setting;
use crate::layers::{chosen, steps_mask, swapped};
use crate::{DType, Error, Result};
use graph::{
    Value, custom_gradient, scan,
    trace::{self, Trace},
};
use tensor::Spec;

/// What `rnn` gives: the last output, those of all steps, the last states.
struct Run(Value, Value, Vec<Value>);

impl Outcome for Run {
    fn typescript() -> String {
        "[Tensor, Tensor, Tensor[]]".to_owned()
    }
    fn output(self) -> Result<Output> {
        let states = self.2.into_iter().map(Value::ok).collect::<Result<Vec<_>>>()?;
        Ok(Output::Setting(Setting::List(vec![given(&self.0.ok()?), given(&self.1.ok()?), given_all(&states)])))
    }
}

/// One step: the output and the new states.
fn step_of(step: &StepFunction, x: &Value, states: &[Value], constants: &[Value]) -> Result<(Value, Vec<Value>)> {
    let mut found = step.0.tensors(vec![given(x), given_all(&[states, constants].concat())])?;
    if found.len() != states.len() + 1 {
        return Err(Error::value(
            "cell_states",
            format!("A step of rnn gives an output and {} states, but gave {} tensors.", states.len(), found.len()),
        ));
    }
    let output = found.remove(0);
    Ok((output, found))
}

fn rnn(
    step: &StepFunction,
    inputs: &Value,
    initial: &[Value],
    (go_backwards, unroll): (bool, bool),
    mask: Option<&Value>,
    constants: &[Value],
) -> Result<Run> {
    if inputs.rank() < 3 {
        return Err(Error::value("rnn_rank", format!("Input should be at least 3D, got shape {}.", inputs.shape())));
    }
    if unroll && inputs.dim(1).known().is_none() {
        return Err(Error::value("unroll_length", "Unrolling requires a fixed number of timesteps."));
    }
    let mask = mask.map(|m| steps_mask(&m.cast(DType::Bool)));
    let mut carries = initial.to_vec();
    if mask.is_some() {
        // Before the first step that counts the output is zero; its shape is known only from a step.
        let mut shape = inputs.shape().clone();
        shape.0.remove(1);
        let x = Spec { dtype: inputs.dtype(), shape };
        let (spec, _) = trace::open(Trace::default(), |_| {
            let states: Vec<Value> = initial.iter().map(|s| Value::input("state", s.spec().clone())).collect();
            Ok(step_of(step, &Value::input("x", x), &states, constants)?.0.ok()?.spec().clone())
        })?;
        carries.push(Value::zeros(spec.dtype, &spec.shape));
    }
    let steps: Vec<Value> = [swapped(inputs)].into_iter().chain(mask.clone()).collect();
    let (last, stacked) = scan(&carries, &steps, go_backwards, |carried, now| {
        let (old, previous) = carried.split_at(initial.len());
        let (mut output, mut new) = step_of(step, &now[0], old, constants)?;
        if let (Some(kept), Some(previous)) = (now.get(1), previous.first()) {
            new = new.iter().zip(old).map(|(new, old)| chosen(kept, new, old)).collect();
            output = chosen(kept, &output, previous);
            new.push(output.clone());
        }
        Ok((new, vec![output]))
    })?;
    // In the order in which the steps were taken.
    let outputs = if go_backwards { stacked[0].reverse(&[0]) } else { stacked[0].clone() };
    let end = outputs.dim(0).plus(-1);
    let last_output = outputs.narrow(0, end, 1).squeeze(0);
    Ok(Run(last_output, swapped(&outputs), last[..initial.len()].to_vec()))
}

fn map(f: &MapFunction, elements: &Value) -> Result<Value> {
    let (_, mut stacked) =
        scan(&[], std::slice::from_ref(elements), false, |_, now| Ok((Vec::new(), vec![f.0.tensor(vec![given(&now[0])])?])))?;
    Ok(stacked.swap_remove(0))
}

/// Without an initial value the first element that is met is one.
fn fold(f: &FoldFunction, elements: &Value, initial: Option<&Value>, backwards: bool) -> Result<Value> {
    let others = elements.dim(0).plus(-1);
    let (first, elements) = match (initial, backwards) {
        (Some(first), _) => (first.clone(), elements.clone()),
        (None, false) => (elements.narrow(0, 0, 1).squeeze(0), elements.narrow(0, 1, others)),
        (None, true) => (elements.narrow(0, others, 1).squeeze(0), elements.narrow(0, 0, others)),
    };
    let (mut last, _) = scan(&[first], &[elements], backwards, |gathered, now| {
        Ok((vec![f.0.tensor(vec![given(&gathered[0]), given(&now[0])])?], Vec::new()))
    })?;
    Ok(last.swap_remove(0))
}

fn own_gradient(f: &InputsFunction, gradient: &GradientFunction, inputs: &[Value]) -> Result<Value> {
    let forward = |xs: &[Value]| Ok(vec![f.0.tensor(xs.iter().map(given).collect())?]);
    let back = |xs: &[Value], ys: &[Value], dys: &[Value]| gradient.0.tensors(vec![given(&dys[0]), given_all(xs), given(&ys[0])]);
    Ok(custom_gradient(inputs, forward, back)?.swap_remove(0))
}

functions! {
    /// Of loops and gradients.
    pub static CONTROL;
    /// A function of inputs whose gradient is what `gradient` says. Both run once, at this call, and use nothing but what they are given.
    function "custom_gradient"(f: InputsFunction, gradient: GradientFunction, inputs: Tensors) -> Result<Value> => own_gradient(&f, &gradient, &inputs.0);
    /// What `f` gathers over the first axis of a tensor, from the first element to the last.
    function "foldl"(f: FoldFunction, elems: Tensor, initializer: Option<Tensor> = "null") -> Result<Value> => fold(&f, &elems, initializer.as_ref().map(|t| &t.0), false);
    /// What `f` gathers over the first axis of a tensor, from the last element to the first.
    function "foldr"(f: FoldFunction, elems: Tensor, initializer: Option<Tensor> = "null") -> Result<Value> => fold(&f, &elems, initializer.as_ref().map(|t| &t.0), true);
    /// What `f` makes of each element of the first axis.
    function "map_fn"(f: MapFunction, elems: Tensor) -> Result<Value> => map(&f, &elems);
    /// Runs a step over time, the second axis of `inputs`: the last output, the outputs of all steps, the last states. Where `mask` is
    /// false, output and states stay.
    function "rnn"(step_function: StepFunction, inputs: Tensor, initial_states: Tensors, go_backwards: bool = "false", mask: Option<Tensor> = "null", constants: Option<Tensors> = "null", unroll: bool = "false") -> Result<Run> => rnn(&step_function, &inputs, &initial_states.0, (go_backwards, unroll), mask.as_ref().map(|t| &t.0), constants.as_ref().map_or(&[][..], |t| &t.0));
}
