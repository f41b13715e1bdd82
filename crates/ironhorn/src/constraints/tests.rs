//! Tests of the constraints.
use super::*;
use crate::config::{check, construct, python_json, serialize};
use crate::golden::{self, SINGLE, array, close, each, same, text};

#[test]
fn the_list_holds() {
    check::<dyn Constraint>().unwrap();
}

#[test]
fn values_and_configs_are_keras_s() {
    each("constraints", |case| {
        let constraint = construct::<dyn Constraint>(text(case, "name"), golden::map(&case["args"]))?;
        let given = array(&case["w"]);
        let w = golden::input("w", &given);
        let found = graph::eval(&[constraint.apply(&w).ok()?], &[(w, given)])?;
        close("result", &found[0], &array(&case["result"]), SINGLE)?;
        same("config", &python_json(&serialize(&constraint)?)?, &python_json(&case["config"].clone().into())?)
    });
}

#[test]
fn users_functions_are_constraints() {
    let own: Plug<dyn Constraint> = ConstraintFunction::new("halved", |w: &Value| Ok(w * 0.5)).into();
    assert_eq!(own.apply(&Value::scalar(crate::DType::F64, 3.0)).array().unwrap().to_f64(), [1.5]);
}
