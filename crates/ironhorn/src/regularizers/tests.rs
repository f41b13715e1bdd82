//! Tests of the regularizers.
use super::*;
use crate::config::{check, construct, python_json, serialize};
use crate::golden::{self, SINGLE, array, close, each, same, text};

#[test]
fn the_list_holds() {
    check::<dyn Regularizer>().unwrap();
}

#[test]
fn values_gradients_and_configs_are_keras_s() {
    each("regularizers", |case| {
        let regularizer = construct::<dyn Regularizer>(text(case, "name"), golden::map(&case["args"]))?;
        let given = array(&case["w"]);
        let w = golden::input("w", &given);
        let penalty = regularizer.penalty(&w).ok()?;
        let gradient = graph::gradients(std::slice::from_ref(&penalty), None, std::slice::from_ref(&w))?;
        let gradient = gradient[0].clone().unwrap_or_else(|| w.zeros_like());
        let found = graph::eval(&[penalty, gradient], &[(w, given)])?;
        close("value", &found[0], &array(&case["value"]), SINGLE)?;
        close("gradient", &found[1], &array(&case["gradient"]), SINGLE)?;
        same("config", &python_json(&serialize(&regularizer)?)?, &python_json(&case["config"].clone().into())?)
    });
}

#[test]
fn rust_users_write_it_so() {
    let l2: Plug<dyn Regularizer> = L2::new().l(0.5).into();
    assert_eq!(python_json(&serialize(&l2).unwrap()).unwrap(), r#"{"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.5}}"#);
    let own: Plug<dyn Regularizer> = RegularizerFunction::new("most", |w: &Value| Ok(w.max(&[], false))).into();
    assert_eq!(own.penalty(&Value::scalar(crate::DType::F64, 3.0)).array().unwrap().to_f64(), [3.0]);
}
