//! Golden values of Keras 2.3.1, as the tests of training read them.
#![allow(dead_code)]
use ironhorn::{
    Array, DType,
    config::Setting,
    model::{Model, from_json},
    training::{Compile, Data, SampleWeight},
};
use serde_json::{Value as Json, json};
use std::fs;

/// The cases of a file.
pub fn cases(file: &str) -> Vec<Json> {
    let path = format!("{}/../../test/golden/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let json: Json = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    json["cases"].as_array().unwrap().clone()
}

/// A number, of which NaN and infinities are texts.
pub fn float(x: &Json) -> f64 {
    match x.as_str() {
        Some("NaN") => f64::NAN,
        Some("Infinity") => f64::INFINITY,
        Some("-Infinity") => f64::NEG_INFINITY,
        Some(other) => panic!("{other}"),
        None => x.as_f64().unwrap(),
    }
}

pub fn floats(list: &Json) -> Vec<f64> {
    list.as_array().unwrap().iter().map(float).collect()
}

pub fn array(json: &Json) -> Array {
    let shape: Vec<usize> = json["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
    Array::from_f64(DType::parse(json["dtype"].as_str().unwrap()).unwrap(), shape, &floats(&json["data"])).unwrap()
}

pub fn arrays(list: &Json) -> Vec<Array> {
    list.as_array().unwrap().iter().map(array).collect()
}

pub fn data(json: &Json) -> Data {
    if json.is_array() { arrays(json).into() } else { array(json).into() }
}

pub fn sample_weight(json: &Json) -> SampleWeight {
    if json.is_null() { SampleWeight::None } else { array(json).into() }
}

/// A JSON value as an option; arrays in it become arrays.
pub fn setting(json: &Json) -> Setting {
    match json {
        Json::Object(map) if map.contains_key("shape") && map.contains_key("data") => {
            ironhorn::config::Object::new("an array", array(json)).into()
        }
        Json::Object(map) => Setting::Map(map.iter().map(|(k, v)| (k.clone(), setting(v))).collect()),
        Json::Array(items) => Setting::List(items.iter().map(setting).collect()),
        other => Setting::from(other.clone()),
    }
}

/// The model of a case, compiled, with its first weights.
pub fn model(case: &Json, compile: &Json) -> Model {
    let model = from_json(case["model_json"].as_str().unwrap()).unwrap();
    let Setting::Map(options) = setting(compile) else { panic!("{compile}") };
    model.compile(<Compile as ironhorn::config::Config>::from_map(options).unwrap()).unwrap();
    model.set_weights(&arrays(&case["initial_weights"])).unwrap();
    model
}

/// The compile options of a case that has them side by side.
pub fn options(case: &Json) -> Json {
    json!({"optimizer": case["optimizer"], "loss": case["loss"], "metrics": case["metrics"]})
}

/// How far numbers may be from Keras's.
pub fn close(what: &str, got: &[f64], wanted: &[f64], tolerance: f64) {
    assert_eq!(got.len(), wanted.len(), "{what}: {got:?} {wanted:?}");
    for (i, (g, w)) in got.iter().zip(wanted).enumerate() {
        let near = (g - w).abs() <= tolerance * w.abs().max(1e-2) || (g.is_nan() && w.is_nan()) || g == w;
        assert!(near, "{what}, number {i}: got {g}, Keras has {w}\n{got:?}\n{wanted:?}");
    }
}

pub fn close_arrays(what: &str, got: &[Array], wanted: &Json, tolerance: f64) {
    let wanted = arrays(wanted);
    assert_eq!(got.len(), wanted.len(), "{what}");
    for (g, w) in got.iter().zip(&wanted) {
        assert_eq!(g.shape(), w.shape(), "{what}");
        close(what, &g.to_f64(), &w.to_f64(), tolerance);
    }
}
