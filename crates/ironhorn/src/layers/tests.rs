//! Tests of all layers: what Keras answers, and a walk over the list for what must hold of each.
use super::SAMPLES;
use crate::config::{Map, Setting, check, python_json};
use crate::golden::{self, Outcome, SINGLE, array, close, each, same, text};
use crate::layer::{Core, LayerRef, Sample, input_with};
use crate::model::eval;
use crate::{Array, DType, Philox, Result, Value, globals, names};
use serde_json::Value as Json;

#[test]
fn the_list_holds() {
    check::<Core>().unwrap();
}

fn made(case: &Json) -> Result<LayerRef> {
    let map = Map::from([("class_name", Setting::from(text(case, "class_name"))), ("config", golden::map(&case["config"]).into())]);
    LayerRef::deserialize(&map.into())
}

/// Inputs of those arrays' shapes, any batch.
fn symbols(arrays: &[Array]) -> Result<Vec<Value>> {
    let open = |a: &Array| std::iter::once(None).chain(a.shape()[1..].iter().map(|n| Some(*n))).collect();
    arrays.iter().map(|a| input_with(open(a), crate::layer::InputOptions { dtype: Some(a.dtype()), ..Default::default() })).collect()
}

fn arrays(json: &Json) -> Vec<Array> {
    json.as_array().map_or_else(Vec::new, |all| all.iter().map(array).collect())
}

/// The sum of values of the record.
fn total(values: &[Value]) -> Value {
    values.iter().skip(1).fold(values[0].clone(), |sum, v| sum + v)
}

fn gradients(y: &Value, xs: &[Value]) -> Result<Vec<Value>> {
    let found = graph::gradients(std::slice::from_ref(y), None, xs)?;
    Ok(found.into_iter().zip(xs).map(|(g, x)| g.unwrap_or_else(|| x.zeros_like())).collect())
}

#[test]
fn keras_answers_the_same() {
    each("layers", |case| {
        names::reset_uids();
        let layer = made(case)?;
        let config = |setting: Map| python_json(&setting.into());
        same("the config", &config(layer.config()?)?, &config(golden::map(&case["config"]))?)?;
        let shape: Vec<Option<usize>> = case["output_shape"].as_array().unwrap().iter().map(|n| n.as_u64().map(|n| n as usize)).collect();
        if layer.is_input() {
            let found: Vec<_> = layer.begin()?.shape().0.iter().map(|d| d.known()).collect();
            return same("the output's shape", &format!("{found:?}"), &format!("{shape:?}"));
        }
        numbers(case, &layer, &shape)
    });
}

fn numbers(case: &Json, layer: &LayerRef, shape: &[Option<usize>]) -> Outcome {
    let given = arrays(&case["inputs"]);
    let inputs = symbols(&given)?;
    let y = layer.apply(inputs.clone())?;
    let found: Vec<_> = y.shape().0.iter().map(|d| d.known()).collect();
    same("the output's shape", &format!("{found:?}"), &format!("{shape:?}"))?;

    let weights: Vec<Array> = case["weights"].as_array().unwrap().iter().map(|w| array(&w["value"])).collect();
    let names: Vec<_> = case["weights"].as_array().unwrap().iter().map(|w| text(w, "name").to_owned()).collect();
    let found: Vec<_> = layer.weights().iter().map(|v| v.name().to_owned()).collect();
    same("the names of weights", &found.join(" "), &names.join(" "))?;
    layer.set_weights(&weights)?;

    let places: Vec<Value> = inputs.iter().cloned().chain(layer.weights().iter().map(Value::read)).collect();
    let scored = (&y * Value::constant(array(&case["seed"]))).sum(&[], false);
    let losses = layer.losses()?;
    let mut wanted = vec![y];
    wanted.extend(gradients(&scored, &places)?);
    wanted.extend(losses.iter().cloned());
    if !losses.is_empty() {
        wanted.extend(gradients(&total(&losses), &places)?);
    }
    let pairs: Vec<_> = inputs.into_iter().zip(given).collect();
    let found = eval(&wanted, &pairs, false)?;
    let mut expected = [vec![array(&case["output"])], arrays(&case["input_gradients"]), arrays(&case["weight_gradients"])].concat();
    if !losses.is_empty() {
        expected.extend(["losses", "loss_input_gradients", "loss_weight_gradients"].iter().flat_map(|key| arrays(&case[key])));
    }
    if found.len() != expected.len() {
        return Err(format!("{} arrays, not {}", found.len(), expected.len()).into());
    }
    let names = format!(
        "of output, gradients to {} inputs and {} weights, {} losses, their gradients: number",
        pairs.len(),
        weights.len(),
        losses.len()
    );
    found.iter().zip(&expected).enumerate().try_for_each(|(i, (a, b))| close(&format!("{names} {i}"), a, b, SINGLE))
}

/// A sample with its symbols and random numbers for them.
struct Tried {
    name: &'static str,
    sample: Sample,
    inputs: Vec<Value>,
    output: Value,
    given: Vec<Array>,
}

impl Tried {
    fn pairs(&self) -> Vec<(Value, Array)> {
        self.inputs.iter().cloned().zip(self.given.iter().cloned()).collect()
    }
}

/// Calls every layer of the list with each of its samples, everything in double precision.
fn walk(f: impl Fn(&Tried)) {
    globals::set_floatx(DType::F64);
    let mut stream = Philox::new(5);
    for (name, samples) in SAMPLES {
        for sample in samples() {
            let draw = |stream: &mut Philox, (dtype, shape): &(DType, Vec<usize>)| {
                let data: Vec<f64> = (0..shape.iter().product()).map(|_| stream.normal()).collect();
                Array::from_f64(if *dtype == DType::F32 { DType::F64 } else { *dtype }, shape.clone(), &data).unwrap()
            };
            let given: Vec<Array> = sample.inputs.iter().map(|i| draw(&mut stream, i)).collect();
            let inputs = symbols(&given).unwrap();
            let output = sample.layer.apply(inputs.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
            f(&Tried { name, sample, inputs, output, given });
        }
    }
}

#[test]
fn every_layer_has_samples() {
    for (name, samples) in SAMPLES {
        assert!(!samples().is_empty() || *name == "InputLayer", "{name} has no samples");
    }
}

#[test]
fn configs_come_back() {
    walk(|t| {
        let layer = &t.sample.layer;
        let written = layer.serialize().unwrap();
        let again = LayerRef::deserialize(&written).unwrap();
        assert_eq!(python_json(&again.serialize().unwrap()).unwrap(), python_json(&written).unwrap(), "{}", t.name);
        assert_eq!(layer.class_name(), t.name);
    });
}

#[test]
fn weights_are_named_and_shaped() {
    walk(|t| {
        let layer = &t.sample.layer;
        for weight in layer.weights() {
            assert!(weight.name().starts_with(&format!("{}/", layer.name())) && weight.name().ends_with(":0"), "{weight:?}");
            assert_eq!(weight.dtype(), DType::F64, "{weight:?}");
        }
        let arrays = layer.get_weights();
        layer.set_weights(&arrays).unwrap();
        assert_eq!(layer.get_weights(), arrays, "{}", t.name);
        assert_eq!(layer.count_params().unwrap(), arrays.iter().map(Array::len).sum::<usize>());
    });
}

#[test]
fn symbolic_shapes_are_real_shapes() {
    walk(|t| {
        for training in [false, true] {
            let y = eval(std::slice::from_ref(&t.output), &t.pairs(), training).unwrap().swap_remove(0);
            let mut sizes = tensor::Sizes::new();
            assert!(sizes.bind(crate::Dim::batch(), t.given[0].shape()[0]));
            assert_eq!(t.output.shape().resolve(&sizes).unwrap(), y.shape(), "{}", t.name);
            assert_eq!(t.output.dtype(), y.dtype(), "{}", t.name);
        }
    });
}

/// What the tests differentiate: something that every output and every loss moves.
fn score(t: &Tried) -> Value {
    let square = t.output.square().mean(&[], false) + t.output.sum(&[], false) * 0.1;
    t.sample.layer.losses().unwrap().iter().fold(square, |sum, loss| sum + loss)
}

#[test]
fn gradients_are_right() {
    walk(|t| {
        if !t.sample.smooth || t.given.iter().any(|a| a.dtype() != DType::F64) {
            return;
        }
        let score = score(t);
        let variables = t.sample.layer.trainable_weights();
        let places: Vec<Value> = t.inputs.iter().cloned().chain(variables.iter().map(Value::read)).collect();
        let found = eval(&gradients(&score, &places).unwrap(), &t.pairs(), false).unwrap();
        let at = |given: &[Array]| {
            let pairs: Vec<_> = t.inputs.iter().cloned().zip(given.iter().cloned()).collect();
            eval(std::slice::from_ref(&score), &pairs, false).unwrap()[0].to_f64()[0]
        };
        let step = 1e-6;
        for (k, gradient) in found.iter().enumerate() {
            for i in 0..gradient.len() {
                let moved = |by: f64| match k.checked_sub(t.given.len()) {
                    None => {
                        let mut given = t.given.clone();
                        given[k] = shifted(&given[k], i, by);
                        at(&given)
                    }
                    Some(w) => {
                        let old = variables[w].get();
                        variables[w].set(&shifted(&old, i, by)).unwrap();
                        let y = at(&t.given);
                        variables[w].set(&old).unwrap();
                        y
                    }
                };
                let slope = (moved(step) - moved(-step)) / (2.0 * step);
                let got = gradient.to_f64()[i];
                assert!((slope - got).abs() < 1e-6 * (1.0 + slope.abs()), "{}: place {k}, element {i}: {got}, not {slope}", t.name);
            }
        }
    });
}

fn shifted(array: &Array, i: usize, by: f64) -> Array {
    let mut data = array.to_f64();
    data[i] += by;
    Array::from_f64(array.dtype(), array.shape(), &data).unwrap()
}

#[test]
fn a_step_downhill_lowers_the_loss() {
    walk(|t| {
        let variables = t.sample.layer.trainable_weights();
        if variables.is_empty() {
            return;
        }
        let score = score(t);
        let places: Vec<Value> = variables.iter().map(Value::read).collect();
        let mut wanted = vec![score.clone()];
        wanted.extend(gradients(&score, &places).unwrap());
        let found = eval(&wanted, &t.pairs(), false).unwrap();
        for (variable, gradient) in variables.iter().zip(&found[1..]) {
            let stepped: Vec<f64> = variable.get().to_f64().iter().zip(gradient.to_f64()).map(|(w, g)| w - 1e-3 * g).collect();
            variable.set(&Array::from_f64(DType::F64, variable.shape(), &stepped).unwrap()).unwrap();
        }
        let after = eval(&[score], &t.pairs(), false).unwrap()[0].to_f64()[0];
        assert!(after < found[0].to_f64()[0], "{}: {after} is not below {}", t.name, found[0].to_f64()[0]);
    });
}

#[test]
fn dropout_drops_in_training_alone_and_scales_the_rest() {
    use crate::layer::Apply;
    let x = crate::layer::input([1000]).unwrap();
    let y = super::Dropout::new(0.25).apply(&x).unwrap();
    let ones = Array::full(DType::F32, [4, 1000], 1.0);
    let run = |training| eval(std::slice::from_ref(&y), &[(x.clone(), ones.clone())], training).unwrap()[0].to_f64();
    assert!(run(false).iter().all(|v| *v == 1.0));
    let dropped = run(true);
    let zeros = dropped.iter().filter(|v| **v == 0.0).count();
    assert!((850..1150).contains(&zeros), "{zeros}");
    assert!(dropped.iter().all(|v| *v == 0.0 || (*v - 4.0 / 3.0).abs() < 1e-6));
    let whole = super::Dropout::new(0.5).noise_shape(vec![None, Some(1)]).apply(&x).unwrap();
    let rows = eval(&[whole], &[(x, ones)], true).unwrap()[0].to_f64();
    assert!(rows.chunks(1000).all(|row| row.iter().all(|v| *v == row[0])));
}

#[test]
fn a_lambda_is_a_layer_without_a_config() {
    use crate::layer::Apply;
    let x = crate::layer::input([2]).unwrap();
    let lambda = LayerRef::from(super::Lambda::new(|x| Ok(x * 2.0)));
    let y = lambda.apply(&x).unwrap();
    let found = eval(&[y], &[(x.clone(), Array::full(DType::F32, [1, 2], 3.0))], false).unwrap();
    assert_eq!(found[0].to_f64(), [6.0, 6.0]);
    assert_eq!(lambda.config().unwrap_err().code(), "lambda_config");
    assert_eq!(super::Lambda::new(|_| Err(crate::Error::value("mine", "no"))).apply(&x).unwrap_err().code(), "mine");
}
