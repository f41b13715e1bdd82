//! Tests of the activations.
use super::*;
use crate::config::{Map, Setting, check, construct, get, python_json, serialize};
use crate::golden::{self, SINGLE, array, close, each, text};

#[test]
fn the_list_holds() {
    check::<dyn Activation>().unwrap();
}

#[test]
fn values_and_gradients_are_keras_s() {
    each("activations", |case| {
        let activation = construct::<dyn Activation>(text(case, "name"), golden::map(&case["args"]))?;
        let (given, seed) = (array(&case["x"]), array(&case["seed"]));
        let x = golden::input("x", &given);
        let y = activation.apply(&x).ok()?;
        let gradient = graph::gradients(std::slice::from_ref(&y), Some(&[Value::constant(seed)]), std::slice::from_ref(&x))?;
        let dx = gradient[0].clone().unwrap_or_else(|| x.zeros_like());
        let found = graph::eval(&[y, dx], &[(x, given)])?;
        close("y", &found[0], &array(&case["y"]), SINGLE)?;
        close("dx", &found[1], &array(&case["dx"]), SINGLE)
    });
}

#[test]
fn functions_are_written_as_names_and_with_their_settings_if_they_have_some() {
    let text = |setting: &Setting| python_json(&serialize(&get::<dyn Activation>(setting).unwrap()).unwrap()).unwrap();
    assert_eq!(text(&Setting::Null), r#""linear""#);
    assert_eq!(text(&"relu".into()), r#""relu""#);
    let leaky = Map::from([("class_name", Setting::from("relu")), ("config", Map::from([("alpha", 0.5)]).into())]).into();
    assert_eq!(text(&leaky), r#"{"class_name": "relu", "config": {"alpha": 0.5, "max_value": null, "threshold": 0.0}}"#);
    assert_eq!(get::<dyn Activation>(&"rulu".into()).unwrap_err().message(), "Unknown activation function:rulu. Did you mean `relu`?");
}

#[test]
fn softmax_needs_two_axes() {
    let x = Value::input("x", tensor::Spec::new(crate::DType::F32, [3]));
    let error = Softmax::new().apply(&x).ok().unwrap_err();
    assert_eq!((error.class().name(), error.code()), ("ValueError", "softmax_rank"));
}

#[test]
fn users_functions_are_activations() {
    let own: Plug<dyn Activation> = ActivationFunction::new("doubled", |x: &Value| Ok(x * 2.0)).into();
    let x = Value::scalar(crate::DType::F32, 3.0);
    assert_eq!(own.apply(&x).array().unwrap().to_f64(), [6.0]);
    assert_eq!(serialize(&own).unwrap(), Setting::from("doubled"));
}
