//! What Keras answers for recurrent layers: outputs, states, masks, gradients; stateful ones over several batches.
use super::{gradients, listed, symbols, total};
use crate::config::{Config, Map, Object, python_json, register};
use crate::golden::{self, Outcome, SINGLE, array, close, each, same, text};
use crate::initializers::Zeros;
use crate::layer::{Build, Call, Cell, Core, Layer, LayerRef};
use crate::layers::tests::answers::{arrays, made, sized, some_arrays};
use crate::model::eval;
use crate::{Array, Result, Spec, Value, names};
use serde_json::Value as Json;

#[test]
fn keras_recurs_the_same() {
    each("layers_rnn", answers);
}

#[test]
fn keras_runs_cells_the_same() {
    register_cells();
    each("layers_rnn_more", answers);
}

fn answers(case: &Json) -> Outcome {
    names::reset_uids();
    let mut given = case.clone();
    if text(case, "id").contains("states reversed") {
        // An option that Keras does not write.
        given["config"]["cell"]["config"]["reverse_state_order"] = true.into();
    }
    let layer = made(&given)?;
    let config = |setting: Map| python_json(&setting.into());
    let told = config(golden::map(&case["config"]))?;
    if case["calls"].is_null() {
        one_call(case, &layer)?;
    } else {
        several_calls(case, &layer)?;
    }
    // The number of constants is known only after a call.
    same("the config", &config(layer.config()?)?, &told)
}

/// The weights' names are compared, their values set.
fn set_weights(case: &Json, layer: &LayerRef) -> Outcome {
    let told = case["weights"].as_array().unwrap();
    let names: Vec<_> = told.iter().map(|w| text(w, "name").to_owned()).collect();
    let weights = layer.weights();
    let found: Vec<_> = weights.iter().map(|v| v.name().to_owned()).collect();
    same("the names of weights", &found.join(" "), &names.join(" "))?;
    weights.iter().zip(told).try_for_each(|(variable, w)| variable.set(&array(&w["value"])))?;
    Ok(())
}

fn all_close(what: &str, found: &[Array], expected: &[Option<Array>]) -> Outcome {
    if found.len() != expected.len() {
        return Err(format!("{what}: {} arrays, not {}", found.len(), expected.len()).into());
    }
    let pairs = found.iter().zip(expected).enumerate();
    pairs.filter_map(|(i, (a, b))| Some((i, a, b.as_ref()?))).try_for_each(|(i, a, b)| close(&format!("{what} number {i}"), a, b, SINGLE))
}

/// What all outputs are differentiated as.
fn scored(outputs: &[Value], case: &Json) -> Value {
    let seeds = arrays(&case["seeds"]).into_iter().map(Value::constant);
    total(&outputs.iter().zip(seeds).map(|(y, seed)| (y * seed).sum(&[], false)).collect::<Vec<_>>())
}

fn one_call(case: &Json, layer: &LayerRef) -> Outcome {
    let count = |key: &str| case[key].as_u64().unwrap() as usize;
    let fixed = case["fixed_batch"].as_bool().unwrap();
    let given = arrays(&case["inputs"]);
    let inputs = symbols(&given, fixed)?;
    let mut pairs: Vec<_> = inputs.iter().cloned().zip(given).collect();
    let mut masks = vec![None; inputs.len()];
    if !case["mask"].is_null() {
        let mask = array(&case["mask"]);
        let symbol = symbols(std::slice::from_ref(&mask), fixed)?.swap_remove(0);
        masks[0] = Some(symbol.clone());
        pairs.push((symbol, mask));
    }
    layer.core().layer().take_constants(count("constants"))?;
    let outputs = layer.call(&inputs, &Map::new(), Some(&masks))?;
    for (y, shape) in outputs.iter().zip(case["output_shapes"].as_array().unwrap()) {
        let shape: Vec<Option<usize>> = shape.as_array().unwrap().iter().map(|n| n.as_u64().map(|n| n as usize)).collect();
        sized(y, &shape)?;
    }
    set_weights(case, layer)?;
    let places: Vec<Value> = inputs.iter().cloned().chain(layer.weights().iter().map(Value::read)).collect();
    let (outs, losses) = (outputs.len(), listed(case, layer.losses()?, &pairs)?);
    let mut wanted = outputs.clone();
    wanted.extend(gradients(&scored(&outputs, case), &places)?);
    let mut keys = vec!["outputs", "input_gradients", "weight_gradients"];
    if !losses.is_empty() {
        wanted.extend(losses.iter().cloned());
        wanted.extend(gradients(&total(&losses), &places)?);
        keys.extend(["losses", "loss_input_gradients", "loss_weight_gradients"]);
    }
    let found = eval(&wanted, &pairs, false)?;
    let expected: Vec<_> = keys.iter().flat_map(|key| some_arrays(&case[key])).collect();
    all_close(&format!("{outs} outputs, gradients to {} inputs and weights, losses:", inputs.len()), &found, &expected)?;
    for (y, expected) in outputs.iter().zip(some_arrays(&case["output_masks"])) {
        match (crate::layer::mask_of(y), expected) {
            (Some(mask), Some(expected)) => close("a mask", &eval(&[mask], &pairs, false)?[0], &expected, SINGLE)?,
            (None, None) => {}
            (found, _) => return Err(format!("the mask is {found:?}").into()),
        }
    }
    Ok(())
}

fn several_calls(case: &Json, layer: &LayerRef) -> Outcome {
    let calls = case["calls"].as_array().unwrap();
    let x = symbols(&[array(&calls[0]["input"])], true)?;
    let mask = match &calls[0]["mask"] {
        Json::Null => None,
        mask => Some(symbols(&[array(mask)], true)?.swap_remove(0)),
    };
    // Each batch is a run of its own, as in predict and in training.
    let outputs = layer.call(&x, &Map::new(), Some(std::slice::from_ref(&mask)))?;
    set_weights(case, layer)?;
    let places: Vec<Value> = x.iter().cloned().chain(layer.weights().iter().map(Value::read)).collect();
    let mut wanted = outputs.clone();
    wanted.extend(gradients(&scored(&outputs, case), &places)?);
    for (i, call) in calls.iter().enumerate() {
        match &call["reset"] {
            Json::Null => {}
            Json::Bool(_) => layer.reset_states()?,
            states => layer.reset_states_to(&arrays(states))?,
        }
        let mut pairs = vec![(x[0].clone(), array(&call["input"]))];
        pairs.extend(mask.clone().map(|mask| (mask, array(&call["mask"]))));
        let found = eval(&wanted, &pairs, i % 2 == 1)?;
        let mut expected = some_arrays(&call["outputs"]);
        expected.push(Some(array(&call["input_gradient"])));
        expected.extend(some_arrays(&call["weight_gradients"]));
        all_close(&format!("call {i}"), &found, &expected)?;
        let states: Vec<Array> = layer.states().iter().map(graph::Variable::get).collect();
        all_close(&format!("states after call {i}"), &states, &some_arrays(&call["states"]))?;
    }
    Ok(())
}

/// A plain cell.
#[derive(Clone, Debug, Config)]
struct MinimalCell {
    /// Size of the state.
    units: usize,
}

impl Layer for MinimalCell {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        weights.add("kernel", [weights.size(&inputs[0], -1)?, self.units], &Zeros)?;
        weights.add("recurrent_kernel", [self.units, self.units], &Zeros)?;
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let y = inputs[0].matmul(&call.weight("kernel")) + inputs[1].matmul(&call.weight("recurrent_kernel"));
        Ok(vec![y.clone(), y])
    }
    fn cell(&self) -> Option<&dyn Cell> {
        Some(self)
    }
}

impl Cell for MinimalCell {
    fn state_sizes(&self) -> Vec<usize> {
        vec![self.units]
    }
}

/// A cell that takes a constant.
#[derive(Clone, Debug, Config)]
struct ConstantsCell {
    /// Size of the state.
    units: usize,
}

impl Layer for ConstantsCell {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        weights.add("kernel", [weights.size(&inputs[0], -1)?, self.units], &Zeros)?;
        weights.add("recurrent_kernel", [self.units, self.units], &Zeros)?;
        weights.add("constant_kernel", [weights.size(&inputs[1], -1)?, self.units], &Zeros)?;
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let names = ["kernel", "recurrent_kernel", "constant_kernel"];
        let parts: Vec<Value> = inputs.iter().zip(names).map(|(x, name)| x.matmul(&call.weight(name))).collect();
        let y = total(&parts).tanh();
        Ok(vec![y.clone(), y])
    }
    fn cell(&self) -> Option<&dyn Cell> {
        Some(self)
    }
}

impl Cell for ConstantsCell {
    fn state_sizes(&self) -> Vec<usize> {
        vec![self.units]
    }
    fn takes_constants(&self) -> bool {
        true
    }
}

/// A cell whose output is none of its states.
#[derive(Clone, Debug, Config)]
struct TwoStatesCell {
    /// Size of the first state.
    units: usize,
    /// Size of the output.
    width: usize,
}

impl Layer for TwoStatesCell {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        weights.add("kernel", [weights.size(&inputs[0], -1)?, self.units], &Zeros)?;
        weights.add("projection", [self.units, self.width], &Zeros)?;
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let h = &inputs[1] * 0.5 + inputs[0].matmul(&call.weight("kernel")).tanh();
        let count = &inputs[2] + 1.0;
        Ok(vec![h.matmul(&call.weight("projection")) / &count, h, count])
    }
    fn cell(&self) -> Option<&dyn Cell> {
        Some(self)
    }
}

impl Cell for TwoStatesCell {
    fn state_sizes(&self) -> Vec<usize> {
        vec![self.units, 1]
    }
    fn output_size(&self) -> usize {
        self.width
    }
}

fn register_cells() {
    let classes = [Object::class::<Core, MinimalCell>(), Object::class::<Core, ConstantsCell>(), Object::class::<Core, TwoStatesCell>()];
    classes.into_iter().for_each(|(name, class)| register(name, class));
}
