//! What must hold of each layer, tried on the samples of the list.
use super::{SAMPLES, gradients, symbols, total};
use crate::config::{check, python_json};
use crate::layer::{Core, LayerRef, Sample};
use crate::model::eval;
use crate::{Array, DType, Philox, Value, globals};

#[test]
fn the_list_holds() {
    check::<Core>().unwrap();
}

/// A sample with its symbols and random numbers for them.
struct Tried {
    name: &'static str,
    sample: Sample,
    inputs: Vec<Value>,
    outputs: Vec<Value>,
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
                // Whole numbers are such as an Embedding can look up.
                let whole = |x: f64| if dtype.is_float() { x } else { x.abs().floor().min(2.0) };
                let data: Vec<f64> = (0..shape.iter().product()).map(|_| whole(stream.normal())).collect();
                Array::from_f64(if *dtype == DType::F32 { DType::F64 } else { *dtype }, shape.clone(), &data).unwrap()
            };
            let given: Vec<Array> = sample.inputs.iter().map(|i| draw(&mut stream, i)).collect();
            let inputs = symbols(&given, false).unwrap();
            let outputs = sample.layer.apply_all(inputs.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
            f(&Tried { name, sample, inputs, outputs, given });
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
            let found = eval(&t.outputs, &t.pairs(), training).unwrap_or_else(|e| panic!("{}: {e}", t.name));
            let mut sizes = tensor::Sizes::new();
            assert!(sizes.bind(crate::Dim::batch(), t.given[0].shape()[0]));
            for (output, y) in t.outputs.iter().zip(found) {
                assert_eq!(output.shape().resolve(&sizes).unwrap(), y.shape(), "{}", t.name);
                assert_eq!(output.dtype(), y.dtype(), "{}", t.name);
            }
        }
    });
}

/// What the tests differentiate: something that every output and every loss moves.
fn score(t: &Tried) -> Value {
    let moved = t.outputs.iter().map(|y| y.square().mean(&[], false) + y.sum(&[], false) * 0.1);
    let losses = t.sample.layer.losses().unwrap();
    total(&moved.chain(losses).collect::<Vec<_>>())
}

#[test]
fn gradients_are_right() {
    walk(|t| {
        if !t.sample.smooth {
            return;
        }
        let score = score(t);
        let variables = t.sample.layer.trainable_weights();
        let float: Vec<usize> = (0..t.given.len()).filter(|i| t.given[*i].dtype().is_float()).collect();
        let places: Vec<Value> = float.iter().map(|i| t.inputs[*i].clone()).chain(variables.iter().map(Value::read)).collect();
        let found = eval(&gradients(&score, &places).unwrap(), &t.pairs(), false).unwrap();
        let at = |given: &[Array]| {
            let pairs: Vec<_> = t.inputs.iter().cloned().zip(given.iter().cloned()).collect();
            eval(std::slice::from_ref(&score), &pairs, false).unwrap()[0].to_f64()[0]
        };
        let step = 1e-6;
        for (k, gradient) in found.iter().enumerate() {
            for i in 0..gradient.len() {
                let moved = |by: f64| match k.checked_sub(float.len()) {
                    None => {
                        let mut given = t.given.clone();
                        given[float[k]] = shifted(&given[float[k]], i, by);
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
