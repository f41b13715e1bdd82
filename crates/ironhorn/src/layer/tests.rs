//! Tests of the layer machinery that need no list: names, options, building.
use super::*;
use crate::config::{Map, Setting};
use crate::layers::Dense;
use crate::{globals, names};

#[test]
fn names_are_counted_when_layers_are_made() {
    names::reset_uids();
    let made = |options: Map| LayerRef::construct("Dense", options).unwrap();
    let first = made(Map::from([("units", 1)]));
    let named = made(Map::from([("units", Setting::from(1)), ("name", "mine".into())]));
    let second = made(Map::from([("units", 1)]));
    assert_eq!((first.name(), named.name(), second.name()), ("dense_1", "mine", "dense_2"));
    assert_eq!(LayerRef::of(first.core().clone()), first);
}

#[test]
fn an_error_of_rust_options_is_said_at_first_use() {
    let x = input([2]).unwrap();
    assert_eq!(Dense::new(0).apply(&x).unwrap_err().code(), "option_value");
    let twice = LayerRef::from(Dense::new(1));
    twice.name();
    assert_eq!(twice.with_name("late").apply(&x).unwrap_err().code(), "layer_named");
}

#[test]
fn a_value_of_a_finished_trace_is_refused() {
    let (kept, _) = graph::trace::open(graph::trace::Trace::default(), |_| Ok(Value::input("x", Spec::new(DType::F32, [1, 2])))).unwrap();
    assert_eq!(Dense::new(1).apply(&kept).unwrap_err().code(), "trace_finished");
}

#[test]
fn the_floatx_is_the_type_of_weights() {
    globals::set_floatx(DType::F64);
    let layer = LayerRef::from(Dense::new(1));
    globals::set_floatx(DType::F32);
    layer.build(&[Spec::new(DType::F64, [2, 3])]).unwrap();
    assert_eq!(layer.weights()[0].dtype(), DType::F64);
    assert_eq!(layer.weights()[0].name(), format!("{}/kernel:0", layer.name()));
}

#[test]
fn the_number_of_inputs_is_checked() {
    let x = input([2]).unwrap();
    let layer = || LayerRef::from(crate::layers::Activation::new(crate::activations::Tanh));
    assert_eq!(layer().apply(Vec::new()).unwrap_err().code(), "input_count");
    assert_eq!(layer().apply([&x, &x]).unwrap_err().code(), "input_count");
}
