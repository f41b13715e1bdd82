//! Shared and nested layers, masks, losses and updates through them, and that nothing leaks.
use crate::config::{Config, Map, Setting, python_json};
use crate::initializers::Ones;
use crate::layer::{Apply, Build, Call, Layer, LayerRef, history, input};
use crate::layers::{Activation, Dense, Dropout, Lambda};
use crate::model::{Model, Sequential, eval, from_json};
use crate::regularizers::L2;
use crate::{Array, DType, Result, Spec, Value, names};
use graph::trace::{self, Update};

/// Where the first feature is zero there is no step.
#[derive(Clone, Debug, Config)]
struct Masker;

impl Layer for Masker {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        Ok(inputs.to_vec())
    }
    fn masks(&self, _: &mut Call, inputs: &[Value], _: &[Value]) -> Result<Vec<Option<Value>>> {
        Ok(vec![Some(inputs[0].not_equal(0.0).any(&[-1], false))])
    }
}

/// Counts the masked-in steps, its own calls, and what it saw as training.
#[derive(Clone, Debug, Config)]
struct Watcher;

impl Layer for Watcher {
    fn build(&self, weights: &mut Build, _: &[Spec]) -> Result<()> {
        weights.add("calls", [], &Ones)?.trainable(false);
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let dtype = inputs[0].dtype();
        let steps = call.mask(0).map_or_else(|| Value::scalar(dtype, -1.0), |m| m.cast(dtype).sum(&[], false));
        call.add_metric("steps", steps.clone());
        call.add_loss(steps * 0.5);
        let calls = call.variable("calls")?;
        call.add_update(&calls, Update::Add(Value::scalar(dtype, 1.0)));
        let mark = if call.training() { 100.0 } else { 0.0 };
        Ok(vec![&inputs[0] + mark])
    }
    fn supports_masking(&self) -> bool {
        true
    }
}

fn numbers(wanted: &Value, pairs: &[(&Value, Array)]) -> Vec<f64> {
    let pairs: Vec<_> = pairs.iter().map(|(v, a)| ((*v).clone(), a.clone())).collect();
    eval(std::slice::from_ref(wanted), &pairs, false).unwrap()[0].to_f64()
}

fn steps() -> Array {
    Array::from_f64(DType::F32, [2, 3, 1], &[1., 0., 2., 3., 0., 0.]).unwrap()
}

#[test]
fn calls_are_nodes_with_histories_and_share_weights() {
    names::reset_uids();
    let dense = LayerRef::from(Dense::new(2));
    let (a, b) = (input([3]).unwrap(), input([3]).unwrap());
    let (x, y) = (dense.apply(&a).unwrap(), dense.apply(&b).unwrap());
    let second = history(&y).unwrap();
    assert_eq!((second.layer.name(), second.node, second.tensor), ("dense_1", 1, 0));
    assert!(dense.outputs_at(0).unwrap()[0] == x && dense.inputs_at(1).unwrap()[0] == b);
    assert_eq!(dense.weights().len(), 2);
    assert_eq!(dense.output().unwrap_err().code(), "several_nodes");
    assert_eq!(dense.output_shapes().unwrap()[0].to_string(), "(None, 2)");
    let model = Model::new([&a, &b], &x + &y).unwrap();
    assert_eq!(model.output_names(), ["output_1"]);
    let ones = Array::full(DType::F32, [1, 3], 1.0);
    let found = model.predict_arrays(&[ones.clone(), ones]).unwrap();
    let kernel = dense.get_weights()[0].to_f64();
    assert!((found[0].to_f64()[0] - 2.0 * (kernel[0] + kernel[2] + kernel[4])).abs() < 1e-5);
    assert_eq!(model.to_json().unwrap_err().code(), "bare_ops");
}

#[test]
fn masks_losses_metrics_and_updates_pass_through_nested_models() {
    let x = input([3, 1]).unwrap();
    let watcher = LayerRef::from(Watcher);
    let inner = Model::new(&x, watcher.apply(&x).unwrap()).unwrap();
    assert_eq!(numbers(&inner.losses().unwrap()[0], &[(&x, steps())]), [-0.5]);
    let outer_x = input([3, 1]).unwrap();
    let masked = Masker.apply(&outer_x).unwrap();
    let outer = Model::new(&outer_x, inner.call_on(&masked).unwrap()).unwrap();
    assert_eq!(numbers(&outer.losses().unwrap()[0], &[(&outer_x, steps())]), [1.5]);
    let metrics = outer.layer_metrics();
    assert_eq!((metrics.len(), metrics[0].0.as_str()), (1, "steps"));
    assert_eq!(numbers(&metrics[0].1, &[(&outer_x, steps())]), [3.0]);
    let mask = outer.masks().remove(0).unwrap();
    assert_eq!(numbers(&mask, &[(&outer_x, steps())]), [1., 0., 1., 1., 0., 0.]);

    let updates = |model: &Model, training: bool| {
        let settings = trace::Trace { training: Some(training), ..Default::default() };
        trace::open(settings, |_| trace::expand(&model.outputs(), training, &[])).unwrap().1.len()
    };
    assert_eq!((updates(&outer, true), updates(&outer, false)), (1, 0));
    inner.set_trainable(false);
    assert_eq!((updates(&outer, true), updates(&inner, true)), (0, 1));
    inner.set_trainable(true);
    watcher.set_trainable(false);
    assert_eq!(updates(&outer, true), 0);
}

#[test]
fn a_layer_without_masking_refuses_a_mask() {
    let x = Masker.apply(input([3, 1]).unwrap()).unwrap();
    assert_eq!(crate::layers::Flatten::new().apply(&x).unwrap_err().code(), "mask_unsupported");
    assert!(crate::layer::mask_of(&Activation::new(crate::activations::Tanh).apply(&x).unwrap()).is_some());
    assert!(crate::layer::mask_of(&Lambda::new(|x| Ok(x.clone())).apply(&x).unwrap()).is_none());
}

#[test]
fn the_argument_training_is_kept_and_written() {
    let x = input([3, 1]).unwrap();
    let watcher = LayerRef::from(Watcher);
    let forced = watcher.call(std::slice::from_ref(&x), &Map::from([("training", true)]), None).unwrap().remove(0);
    assert_eq!(numbers(&forced, &[(&x, steps())])[0], 101.0);
    let dropped =
        LayerRef::from(Dropout::new(0.5)).call(std::slice::from_ref(&x), &Map::from([("training", true)]), None).unwrap().remove(0);
    let model = Model::new(&x, dropped).unwrap();
    let text = model.to_json().unwrap();
    assert!(text.contains(r#"0, 0, {"training": true}]]]"#), "{text}");
    assert_eq!(from_json(&text).unwrap().to_json().unwrap(), text);
}

#[test]
fn penalties_count_each_weight_once() {
    let dense = LayerRef::from(Dense::new(1).use_bias(false).kernel_initializer(Ones).kernel_regularizer(L2::new().l(0.5)));
    let x = input([1]).unwrap();
    let twice = dense.apply(dense.apply(&x).unwrap()).unwrap();
    let inner = Model::new(&x, &twice).unwrap();
    let outer = Model::new(&x, inner.call_on(&twice).unwrap()).unwrap();
    let losses = outer.losses().unwrap();
    assert_eq!((losses.len(), numbers(&losses[0], &[])), (1, vec![0.5]));
}

#[test]
fn nested_models_are_written_and_read() {
    names::reset_uids();
    let inner = Sequential::new().add(Dense::new(3).with_input_shape([2])).unwrap().add(Dense::new(2)).unwrap();
    let (a, b) = (input([2]).unwrap(), input([2]).unwrap());
    let (x, y) = (inner.call_on(&a).unwrap(), inner.call_on(&b).unwrap());
    let model = Model::new([&a, &b], [&x, &Dense::new(1).apply(&y).unwrap()]).unwrap();
    assert_eq!(history(&x).unwrap().node, 1);
    let text = model.to_json().unwrap();
    assert!(text.contains(r#""inbound_nodes": [[["input_1", 0, 0, {}]], [["input_2", 0, 0, {}]]]"#), "{text}");
    assert!(text.contains(r#"[["sequential_1", 2, 0, {}]]"#) && text.contains(r#""output_layers": [["sequential_1", 1, 0]"#), "{text}");
    let again = from_json(&text).unwrap();
    assert_eq!(again.to_json().unwrap(), text);
    again.set_weights(&model.get_weights()).unwrap();
    let data = [1., 2., 3., 4.];
    let arrays = vec![Array::from_f64(DType::F32, [2, 2], &data).unwrap(); 2];
    assert_eq!(again.predict_arrays(&arrays).unwrap(), model.predict_arrays(&arrays).unwrap());
    let mut lines = Vec::new();
    model.summary_with(&Default::default(), |l| lines.push(l.trim_end().to_owned())).unwrap();
    assert!(lines.iter().any(|l| l.starts_with("sequential_1 (Sequential)") && l.ends_with("input_1[0][0]")), "{lines:?}");
    assert!(lines.iter().any(|l| l.starts_with("dense_3 (Dense)") && l.ends_with("sequential_1[2][0]")), "{lines:?}");
}

#[test]
fn a_stack_can_be_built_late_popped_and_used_as_a_layer() {
    names::reset_uids();
    let late = Sequential::new().add(Dense::new(3)).unwrap().add(Dense::new(2)).unwrap();
    assert!(!late.built() && late.weights().is_empty());
    let y = late.predict_arrays(&[Array::full(DType::F32, [70, 4], 1.0)]).unwrap();
    assert_eq!((y[0].shape(), late.count_params().unwrap()), (&[70, 2][..], 23));
    let text = python_json(&late.config().unwrap().into()).unwrap();
    assert!(text.ends_with(r#""build_input_shape": [null, 4]}"#), "{text}");
    assert_eq!(Sequential::from_config(&Setting::from(late.config().unwrap())).unwrap().count_params().unwrap(), 23);
    assert_eq!(late.pop().unwrap().name(), "dense_2");
    assert_eq!((late.layers().len(), late.outputs()[0].shape().to_string()), (1, "(None, 3)".to_owned()));
    late.add(Dense::new(5)).unwrap();
    assert_eq!(late.outputs()[0].shape().to_string(), "(None, 5)");
    let unbuilt = Sequential::new().add(Dense::new(3)).unwrap();
    assert_eq!(unbuilt.call_on(input([2]).unwrap()).unwrap().shape().to_string(), "(None, 3)");
}

#[test]
fn features_of_an_inner_layer_make_a_model() {
    let base = Sequential::new().add(Dense::new(3).with_input_shape([2]).with_name("features")).unwrap().add(Dense::new(1)).unwrap();
    let features = Model::new(base.inputs(), base.get_layer("features").unwrap().output().unwrap()).unwrap();
    let x = Array::full(DType::F32, [1, 2], 1.0);
    assert_eq!(features.predict_arrays(&[x]).unwrap()[0].shape(), [1, 3]);
    assert_eq!(features.weights()[0], base.weights()[0]);
    assert!(base.get_layer("feature").unwrap_err().message().contains("Did you mean features?"));
}

#[test]
fn sequences_of_different_lengths_live_in_one_model() {
    let (a, b) = (input([None, Some(2)]).unwrap(), input([None, Some(2)]).unwrap());
    assert_ne!(a.dim(1), b.dim(1));
    let dense = LayerRef::from(Dense::new(1));
    let (x, y) = (dense.apply(&a).unwrap(), dense.apply(&b).unwrap());
    let model = Model::new([&a, &b], [&x, &y]).unwrap();
    let found = model.predict_arrays(&[Array::zeros(DType::F32, [3, 4, 2]), Array::zeros(DType::F32, [3, 7, 2])]).unwrap();
    assert_eq!((found[0].shape(), found[1].shape()), (&[3, 4, 1][..], &[3, 7, 1][..]));
    let joined = Lambda::of(|_, v| Ok(vec![graph::functions::concat(v, 1)])).apply([&a, &b]).unwrap();
    let long = Model::new([&a, &b], dense.apply(&joined).unwrap()).unwrap();
    let (short, longer) = (Array::full(DType::F32, [3, 4, 2], 1.0), Array::zeros(DType::F32, [3, 7, 2]));
    let found = long.predict_arrays(&[short.clone(), longer.clone()]).unwrap();
    assert_eq!(found[0].shape(), [3, 11, 1]);
    let total = long.outputs()[0].square().sum(&[], false);
    let slopes: Vec<Value> = graph::gradients(&[total], None, &[a.clone(), b.clone()]).unwrap().into_iter().flatten().collect();
    let found = eval(&slopes, &[(a.clone(), short), (b.clone(), longer)], false).unwrap();
    assert!(found[0].to_f64().iter().any(|g| *g != 0.0) && found[1].to_f64().iter().all(|g| *g == 0.0));
    let size = a.dim(1);
    drop((a, b, x, y, model, dense, joined, long, slopes));
    assert_eq!(input([None]).unwrap().dim(1), size, "a size is free again when its input is gone");
}

#[test]
fn what_nobody_holds_is_gone() {
    let weak = {
        let x = input([2]).unwrap();
        let shared = LayerRef::from(Dense::new(2));
        let y = shared.apply(shared.apply(&x).unwrap()).unwrap();
        shared.add_loss(y.sum(&[], false));
        let inner = Model::new(&x, &y).unwrap();
        let outer = Sequential::new().add(&inner).unwrap().add(Dense::new(1)).unwrap();
        inner.add_loss(outer.outputs()[0].sum(&[], false));
        let handles = (y.downgrade(), outer.outputs()[0].downgrade(), std::rc::Rc::downgrade(shared.core()));
        assert!(handles.0.upgrade().is_some());
        handles
    };
    assert!(weak.0.upgrade().is_none() && weak.1.upgrade().is_none() && weak.2.upgrade().is_none());
}
