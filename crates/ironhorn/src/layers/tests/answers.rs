//! What Keras answers for single layers: config, names and order of weights, output, mask, gradients, losses, updates.
use super::{gradients, listed, symbols, total};
use crate::config::{Map, Setting, python_json};
use crate::golden::{self, Outcome, SINGLE, array, close, each, same, text};
use crate::layer::LayerRef;
use crate::model::eval;
use crate::{Array, Result, Value, names};
use serde_json::Value as Json;

pub(super) fn made(case: &Json) -> Result<LayerRef> {
    let map = Map::from([("class_name", Setting::from(text(case, "class_name"))), ("config", golden::map(&case["config"]).into())]);
    LayerRef::deserialize(&map.into())
}

pub(super) fn arrays(json: &Json) -> Vec<Array> {
    json.as_array().map_or_else(Vec::new, |all| all.iter().map(array).collect())
}

/// The arrays of a list that has null where there is none.
pub(super) fn some_arrays(json: &Json) -> Vec<Option<Array>> {
    json.as_array().map_or_else(Vec::new, |all| all.iter().map(|a| (!a.is_null()).then(|| array(a))).collect())
}

#[test]
fn keras_answers_the_same() {
    each("layers", answers);
}

#[test]
fn keras_merges_the_same() {
    each("layers_merge", answers);
}

#[test]
fn keras_answers_the_same_for_more_layers() {
    each("layers_more", answers);
}

#[test]
fn keras_convolves_the_same() {
    each("layers_conv", answers);
}

#[test]
fn keras_pools_the_same() {
    each("layers_pool", answers);
}

fn answers(case: &Json) -> Outcome {
    names::reset_uids();
    let mut case = case.clone();
    // Keras has a list for one size of it here.
    let odd = text(&case, "id") == "Embedding of two axes";
    if odd {
        case["config"].as_object_mut().unwrap().shift_remove("batch_input_shape");
    }
    let case = &case;
    let layer = made(case)?;
    let mut config = layer.config()?;
    if odd {
        config.remove("batch_input_shape");
    }
    same("the config", &python_json(&config.into())?, &python_json(&golden::map(&case["config"]).into())?)?;
    let shape: Vec<Option<usize>> = case["output_shape"].as_array().unwrap().iter().map(|n| n.as_u64().map(|n| n as usize)).collect();
    if layer.is_input() {
        return sized(&layer.begin()?, &shape);
    }
    numbers(case, &layer, &shape)
}

pub(super) fn sized(y: &Value, shape: &[Option<usize>]) -> Outcome {
    let found: Vec<_> = y.shape().0.iter().map(|d| d.known()).collect();
    same("the output's shape", &format!("{found:?}"), &format!("{shape:?}"))
}

fn numbers(case: &Json, layer: &LayerRef, shape: &[Option<usize>]) -> Outcome {
    let flag = |key: &str| case[key].as_bool().unwrap_or(false);
    let (training, fixed) = (flag("training"), flag("fixed_batch"));
    let given = arrays(&case["inputs"]);
    let inputs = symbols(&given, fixed)?;
    let mut pairs: Vec<_> = inputs.iter().cloned().zip(given).collect();
    let mut masks = Vec::new();
    for mask in some_arrays(&case["input_masks"]) {
        masks.push(match mask {
            Some(mask) => {
                let symbol = symbols(std::slice::from_ref(&mask), fixed)?.swap_remove(0);
                pairs.push((symbol.clone(), mask));
                Some(symbol)
            }
            None => None,
        });
    }
    masks.resize(inputs.len(), None);
    let arguments = if case["call"].is_null() { Map::new() } else { golden::map(&case["call"]) };
    let y = layer.call(&inputs, &arguments, Some(&masks))?.swap_remove(0);
    sized(&y, shape)?;

    let told = case["weights"].as_array().unwrap();
    let names: Vec<_> = told.iter().map(|w| text(w, "name").to_owned()).collect();
    let weights = layer.weights();
    let found: Vec<_> = weights.iter().map(|v| v.name().to_owned()).collect();
    same("the names of weights", &found.join(" "), &names.join(" "))?;
    weights.iter().zip(told).try_for_each(|(variable, w)| variable.set(&array(&w["value"])))?;

    let places: Vec<Value> = inputs.iter().cloned().chain(weights.iter().map(Value::read)).collect();
    let scored = (&y * Value::constant(array(&case["seed"]))).sum(&[], false);
    let losses = listed(case, layer.losses()?, &pairs)?;
    let mut wanted = vec![y.clone()];
    wanted.extend(gradients(&scored, &places)?);
    wanted.extend(losses.iter().cloned());
    if !losses.is_empty() {
        wanted.extend(gradients(&total(&losses), &places)?);
    }
    let mask = crate::layer::mask_of(&y);
    wanted.extend(mask.clone());
    let found = eval(&wanted, &pairs, training)?;
    let mut expected = vec![Some(array(&case["output"]))];
    expected.extend(some_arrays(&case["input_gradients"]));
    // TensorFlow's fused normalization gives zeros for what is not trained; elsewhere there are gradients.
    let trained = layer.trainable_weights();
    let given = |g: &Array, w: &graph::Variable| trained.contains(w) || g.to_f64().iter().any(|x| *x != 0.0);
    let of_weights = some_arrays(&case["weight_gradients"]).into_iter().zip(&weights);
    expected.extend(of_weights.map(|(g, w)| g.filter(|g| given(g, w))));
    if !losses.is_empty() {
        expected.extend(["losses", "loss_input_gradients", "loss_weight_gradients"].iter().flat_map(|key| some_arrays(&case[key])));
    }
    if mask.is_some() || !case["output_mask"].is_null() {
        expected.push(Some(array(&case["output_mask"])));
    }
    if found.len() != expected.len() {
        return Err(format!("{} arrays, not {}", found.len(), expected.len()).into());
    }
    let names = format!(
        "of output, gradients to {} inputs and {} weights, {} losses, their gradients, mask: number",
        inputs.len(),
        weights.len(),
        losses.len()
    );
    let pairs = found.iter().zip(&expected).enumerate();
    pairs.filter_map(|(i, (a, b))| Some((i, a, b.as_ref()?))).try_for_each(|(i, a, b)| close(&format!("{names} {i}"), a, b, SINGLE))?;
    let updated = arrays(&case["updated_weights"]);
    let now = weights.iter().map(graph::Variable::get);
    updated.iter().zip(now).enumerate().try_for_each(|(i, (b, a))| close(&format!("updated weight {i}"), &a, b, SINGLE))
}
