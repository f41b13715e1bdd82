//! The backend's functions on small cases, called as a binding calls them.
use super::*;
use crate::config::{Map, Object, Setting};
use crate::{Array, DType};

fn tensor(value: Value) -> Setting {
    Setting::Object(Object::new("a tensor", value))
}

fn numbers(output: Output) -> Vec<f64> {
    match output {
        Output::Tensor(v) => eval(&v).unwrap().to_f64(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_function_is_declared_well() {
    for window in operations().windows(2) {
        assert!(window[0].name < window[1].name, "{} twice", window[0].name);
    }
    for operation in operations() {
        assert!(operation.doc.len() > 5, "{}", operation.name);
        assert!(!operation.method || operation.parameters[0].sort == Sort::Tensor, "{}", operation.name);
        let firsts = operation.parameters.iter().skip_while(|p| p.default.is_none());
        assert!(firsts.into_iter().all(|p| p.default.is_some()), "{}: required after optional", operation.name);
        for p in operation.parameters {
            assert!(p.default.is_none_or(|d| operation::literal(d).is_some()), "{}: {}", operation.name, p.name);
        }
    }
}

#[test]
fn arguments_by_place_and_by_name() {
    let x = || tensor(Value::constant(Array::from_f64(DType::F32, [2, 2], &[1.0, 2.0, 3.0, 4.0]).unwrap()));
    assert_eq!(numbers(call("sum", vec![x()]).unwrap()), [10.0]);
    assert_eq!(numbers(call("sum", vec![x(), 0.into()]).unwrap()), [4.0, 6.0]);
    assert_eq!(numbers(call("sum", vec![x(), Map::from([("axis", 1)]).into()]).unwrap()), [3.0, 7.0]);
    assert_eq!(numbers(call("add", vec![1.into(), x()]).unwrap()), [2.0, 3.0, 4.0, 5.0]);
    let code = |given| call("sum", given).unwrap_err().code();
    assert_eq!(code(vec![]), "argument_missing");
    assert_eq!(code(vec![x(), Map::from([("axes", 1)]).into()]), "option_unknown");
    assert_eq!(code(vec![x(), 0.into(), Map::from([("axis", 1)]).into()]), "argument_twice");
    assert_eq!(code(vec![x(), 0.into(), true.into(), 1.into()]), "argument_count");
    assert_eq!(call("summ", vec![]).unwrap_err().code(), "operation_unknown");
}

#[test]
fn functions_gradients_and_updates() {
    let x = placeholder(&[None, Some(2)], None, Some("x"));
    let w = variable(&Array::from_f64(DType::F32, [2, 1], &[3.0, 4.0]).unwrap(), None, None);
    let y = x.matmul(&Value::read(&w)).sum(&[], false);
    let g = gradients(&y, &[x.clone(), Value::read(&w)]).unwrap();
    let f = Function::new(
        std::slice::from_ref(&x),
        &[y, g[0].clone(), g[1].clone()],
        vec![(w.clone(), graph::trace::Update::Add(g[1].clone()))],
    )
    .unwrap();
    let out = f.run(&[Array::from_f64(DType::F64, [1, 2], &[1.0, 2.0]).unwrap()]).unwrap();
    assert_eq!(out.iter().map(Array::to_f64).collect::<Vec<_>>(), [vec![11.0], vec![3.0, 4.0], vec![1.0, 2.0]]);
    assert_eq!(w.get().to_f64(), [4.0, 6.0]);
    assert_eq!(f.run(&[]).unwrap_err().code(), "function_feed");
    assert_eq!(f.run(&[Array::zeros(DType::F32, [1, 3])]).unwrap_err().code(), "function_feed");
}

#[test]
fn shapes_with_an_open_size() {
    let x = placeholder(&[None, Some(4), Some(3)], None, None);
    let shape = |sizes: Vec<i64>| call("reshape", vec![tensor(x.clone()), sizes.into_iter().map(Setting::from).collect::<Vec<_>>().into()]);
    match shape(vec![-1, 12]).unwrap() {
        Output::Tensor(v) => assert_eq!(v.shape().0, [tensor::Dim::batch(), 12.into()]),
        other => panic!("{other:?}"),
    }
    match shape(vec![-1, 2, 2, 3]).unwrap() {
        Output::Tensor(v) => assert_eq!(v.shape().0[0], tensor::Dim::batch()),
        other => panic!("{other:?}"),
    }
    assert_eq!(shape(vec![-1, 0]).unwrap_err().code(), "reshape_size");
    assert_eq!(shape(vec![-1, -1]).unwrap_err().code(), "reshape_open");
}
