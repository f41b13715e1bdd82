//! The golden values of Keras 2.3.1 for tests: cases, arrays, comparisons. `scripts/golden/README.md` has the format.
use crate::config::{Map, Setting};
use crate::{Array, DType, Value};
use serde_json::Value as Json;
use std::path::Path;

/// What a check of one case gives.
pub type Outcome = Result<(), Box<dyn std::error::Error>>;

/// How far a single operation may be off: a part of the largest magnitude of the tensor, and an absolute part.
pub const SINGLE: (f64, f64) = (1e-5, 1e-6);
/// The same after many steps of training.
pub const TRAJECTORY: (f64, f64) = (2e-4, 1e-6);

/// Checks every case of a topic and says which ones fail, and why.
pub fn each(topic: &str, check: impl Fn(&Json) -> Outcome) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../test/golden/{topic}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let file: Json = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    let failed: Vec<String> = cases.iter().filter_map(|c| check(c).err().map(|e| format!("{}: {e}", c["id"]))).collect();
    assert!(failed.is_empty(), "{topic}: {} of {} cases fail\n{}", failed.len(), cases.len(), failed.join("\n"));
}

/// A text of a case.
pub fn text<'a>(case: &'a Json, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} is no text"))
}

/// An object of a case as a config.
pub fn map(json: &Json) -> Map {
    match Setting::from(json.clone()) {
        Setting::Map(map) => map,
        other => panic!("{other:?} is no object"),
    }
}

fn number(json: &Json) -> f64 {
    match json {
        Json::String(s) if s == "NaN" => f64::NAN,
        Json::String(s) if s == "Infinity" => f64::INFINITY,
        Json::String(s) if s == "-Infinity" => f64::NEG_INFINITY,
        Json::Bool(b) => f64::from(u8::from(*b)),
        other => other.as_f64().unwrap_or_else(|| panic!("{other} is no number")),
    }
}

/// An array of a case, or a number as a scalar.
pub fn array(json: &Json) -> Array {
    if !json.is_object() {
        return Array::scalar_of(DType::F32, number(json));
    }
    let shape: Vec<usize> = json["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
    let data: Vec<f64> = json["data"].as_array().unwrap().iter().map(number).collect();
    Array::from_f64(DType::parse(text(json, "dtype")).unwrap(), shape, &data).unwrap()
}

/// A placeholder for an array of that type and shape.
pub fn input(name: &str, array: &Array) -> Value {
    Value::input(name, tensor::Spec::new(array.dtype(), array.shape()))
}

/// Whether two arrays are the same within a tolerance.
pub fn close(what: &str, got: &Array, want: &Array, (relative, absolute): (f64, f64)) -> Outcome {
    if got.shape() != want.shape() {
        return Err(format!("{what} has shape {:?}, not {:?}", got.shape(), want.shape()).into());
    }
    let (got, want) = (got.to_f64(), want.to_f64());
    let largest = want.iter().filter(|x| x.is_finite()).fold(0.0f64, |m, x| m.max(x.abs()));
    let near = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= relative * largest + absolute;
    match got.iter().zip(&want).find(|(a, b)| !near(**a, **b)) {
        Some((a, b)) => Err(format!("{what} is {a}, not {b}, of {got:?}, not {want:?}").into()),
        None => Ok(()),
    }
}

/// Whether two texts are the same.
pub fn same(what: &str, got: &str, want: &str) -> Outcome {
    if got == want { Ok(()) } else { Err(format!("{what} is {got}, not {want}").into()) }
}
