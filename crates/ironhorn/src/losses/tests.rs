//! Tests of the losses.
use super::*;
use crate::activations::{Activation, Softmax};
use crate::config::{check, construct, get, python_json, serialize};
use crate::golden::{self, SINGLE, array, close, each, same, text};
use crate::{Array, DType};

#[test]
fn the_list_holds() {
    check::<dyn Loss>().unwrap();
}

#[test]
fn values_gradients_and_configs_are_keras_s() {
    each("losses", |case| {
        let kind = text(case, "kind");
        let name = if kind == "class" { text(case, "class_name") } else { text(case, "name") };
        let loss = construct::<dyn Loss>(name, golden::map(&case["args"]))?;
        let through = case["through"].as_str();
        let (truth, given) = (array(&case["y_true"]), array(&case[if through.is_some() { "logits" } else { "y_pred" }]));
        let (y_true, x) = (golden::input("y_true", &truth), golden::input("x", &given));
        let y_pred = match through {
            Some(activation) => construct::<dyn Activation>(activation, Map::new())?.apply(&x),
            None => x.clone(),
        };
        let weight = case.get("sample_weight").filter(|w| !w.is_null()).map(|w| Value::constant(array(w)));
        let value = match kind {
            "class" => reduced(&*loss, &y_true, &y_pred, weight.as_ref()),
            _ => loss.call(&y_true, &y_pred),
        };
        let value = value.ok()?;
        let gradient = graph::gradients(std::slice::from_ref(&value), None, std::slice::from_ref(&x))?;
        let gradient = gradient[0].clone().unwrap_or_else(|| x.zeros_like());
        let found = graph::eval(&[value, gradient], &[(y_true, truth), (x, given)])?;
        close("value", &found[0], &array(&case["value"]), SINGLE)?;
        close("gradient", &found[1], &array(&case["gradient"]), SINGLE)?;
        match kind {
            "class" => {
                let Some(config) = loss.config()? else { return Err("a class has a config".into()) };
                same("config", &python_json(&config.into())?, &python_json(&case["config"].clone().into())?)
            }
            _ => Ok(()),
        }
    });
}

fn f32s<const N: usize>(shape: [usize; N], data: &[f32]) -> Value {
    Value::constant(Array::from_slice(shape, data).unwrap())
}

#[test]
fn labels_that_are_no_class_are_reported() {
    let loss = get::<dyn Loss>(&"sparse_categorical_crossentropy".into()).unwrap();
    for from_softmax in [false, true] {
        let (y_true, x) =
            (Value::input("t", tensor::Spec::new(DType::F32, [2, 1])), Value::input("x", tensor::Spec::new(DType::F32, [2, 3])));
        let y_pred = if from_softmax { Softmax::new().apply(&x) } else { x.clone() };
        let value = reduced(&*loss, &y_true, &y_pred, None);
        for label in [3.0f32, -1.0, f32::NAN, 1e20] {
            let labels = Array::from_slice([2, 1], &[1.0, label]).unwrap();
            let feeds = [(y_true.clone(), labels), (x.clone(), Array::full(DType::F32, [2, 3], 0.25))];
            let error = graph::eval(std::slice::from_ref(&value), &feeds).unwrap_err();
            assert_eq!((error.class().name(), error.code()), ("ValueError", "label_range"), "{label}: {error}");
        }
    }
}

#[test]
fn weights_that_do_not_fit_are_named() {
    let (y_true, y_pred) = (f32s([4, 3], &[0.0; 12]), f32s([4, 3], &[1.0; 12]));
    let weighted = |weight: Value| reduced(&MeanSquaredError::new(), &y_true, &y_pred, Some(&weight)).ok();
    assert_eq!(weighted(f32s([4, 1], &[1.0; 4])).unwrap().array().unwrap().to_f64(), [1.0]);
    for shape in [vec![3], vec![4, 3], vec![4, 1, 1]] {
        let count: usize = shape.iter().product();
        let weight = Value::constant(Array::full(DType::F32, shape.clone(), count as f64));
        assert_eq!(weighted(weight).unwrap_err().code(), "sample_weight_shape", "{shape:?}");
    }
}

#[test]
fn the_gradient_of_binary_crossentropy_is_right_at_zero() {
    let x = Value::input("x", tensor::Spec::new(DType::F32, [1, 1]));
    let value = binary_crossentropy(&f32s([1, 1], &[1.0]), &x.sigmoid(), false, 0.0);
    let gradient = graph::gradients(&[value], None, std::slice::from_ref(&x)).unwrap().remove(0).unwrap();
    assert_eq!(graph::eval(&[gradient], &[(x, Array::zeros(DType::F32, [1, 1]))]).unwrap()[0].to_f64(), [-0.5]);
}

#[test]
fn users_functions_are_losses() {
    let own: Plug<dyn Loss> = LossFunction::new("difference", |t: &Value, p: &Value| Ok((t - p).mean(&[-1], false))).into();
    let value = reduced(&*own, &f32s([2, 1], &[3.0, 5.0]), &f32s([2, 1], &[1.0, 1.0]), None);
    assert_eq!(value.array().unwrap().to_f64(), [3.0]);
    assert_eq!(serialize(&own).unwrap(), Setting::from("difference"));
    let failing: Plug<dyn Loss> = LossFunction::new("failing", |_: &Value, _: &Value| Err(Error::value("mine", "no"))).into();
    let error = reduced(&*failing, &f32s([1, 1], &[3.0]), &f32s([1, 1], &[1.0]), None).ok().unwrap_err();
    assert_eq!(error.code(), "mine");
}

#[test]
fn wrong_settings_are_named() {
    let error = construct::<dyn Loss>("MeanSquaredError", Map::from([("reduction", "median")])).unwrap_err();
    assert_eq!((error.class().name(), error.code()), ("ValueError", "option_value"));
    let error = construct::<dyn Loss>("BinaryCrossentropy", Map::from([("labelSmoothing", 2)])).unwrap_err();
    assert_eq!(error.code(), "option_value");
    assert_eq!(get::<dyn Loss>(&"msee".into()).unwrap_err().message(), "Unknown loss function:msee. Did you mean `mse`?");
}

#[test]
fn sizes_may_be_unknown_until_a_batch_comes() {
    let unknown = |sizes: &[usize]| {
        let rest = sizes.iter().map(|n| tensor::Dim::Known(*n));
        tensor::Spec::new(DType::F32, [Dim::batch(), Dim::named("time")].into_iter().chain(rest).collect::<Vec<_>>())
    };
    for entry in LOSSES.iter().filter(|e| e.schema.form == crate::config::Form::Function) {
        let loss = construct::<dyn Loss>(entry.schema.name, Map::new()).unwrap();
        let sparse = entry.schema.name.starts_with("sparse");
        let given = [
            (Value::input("y", unknown(&[if sparse { 1 } else { 3 }])), Array::full(DType::F32, [2, 4, if sparse { 1 } else { 3 }], 1.0)),
            (Value::input("x", unknown(&[3])), Array::full(DType::F32, [2, 4, 3], 0.5)),
            (Value::input("w", tensor::Spec::new(DType::F32, vec![Dim::batch()])), Array::full(DType::F32, [2], 2.0)),
        ];
        for y_pred in [given[1].0.clone(), Softmax::new().apply(&given[1].0), given[1].0.sigmoid()] {
            let value = reduced(&*loss, &given[0].0, &y_pred, Some(&given[2].0)).ok().unwrap();
            let gradients = graph::gradients(std::slice::from_ref(&value), None, std::slice::from_ref(&given[1].0)).unwrap();
            let wanted = [value].into_iter().chain(gradients.into_iter().flatten()).collect::<Vec<_>>();
            let found = graph::eval(&wanted, &given).unwrap_or_else(|e| panic!("{}: {e}", entry.schema.name));
            assert!(found[0].shape().is_empty() && found[1].shape() == [2, 4, 3], "{}", entry.schema.name);
        }
    }
}
