//! Tests of the metrics.
use super::*;
use crate::config::{Map, check, construct, get, python_json, serialize};
use crate::golden::{self, SINGLE, array, close, each, same, text};
use crate::losses::Loss;
use graph::{Function, Graph, Mode, run::Feed};

#[test]
fn the_list_holds() {
    check::<dyn Metric>().unwrap();
}

/// The result after each batch.
fn run(metric: Plug<dyn Metric>, batches: &[(Array, Array, Option<Array>)]) -> Result<Vec<Array>> {
    let instance = MetricInstance::new(metric);
    let results = batches.iter().map(|(y_true, y_pred, weight)| {
        let mut inputs = vec![golden::input("y_true", y_true), golden::input("y_pred", y_pred)];
        inputs.extend(weight.as_ref().map(|w| golden::input("weight", w)));
        let (result, updates) = instance.update(&inputs[0], &inputs[1], inputs.get(2))?;
        let graph = Graph::of(&inputs, &[result], &graph::trace::compose(&updates))?;
        let feeds: Vec<Feed> = [y_true, y_pred].into_iter().chain(weight).map(Feed::of).collect();
        Ok(Function::new(graph, Mode::Optimised).run(&feeds, 0)?.swap_remove(0))
    });
    results.collect()
}

#[test]
fn results_are_keras_s() {
    each("metrics", |case| match text(case, "kind") {
        "stateful" => {
            let name = case["class_name"].as_str().unwrap_or_else(|| text(case, "name"));
            names::reset_uids();
            let metric = construct::<dyn Metric>(name, golden::map(&case["args"]))?;
            if !case["class_name"].is_null() {
                same("name", &metric.name(), text(case, "name"))?;
                let config = metric.config()?.ok_or("a class has a config")?;
                same("config", &python_json(&config.into())?, &python_json(&case["config"].clone().into())?)?;
            }
            let batches: Vec<_> = case["batches"]
                .as_array()
                .unwrap()
                .iter()
                .map(|b| (array(&b["y_true"]), array(&b["y_pred"]), Some(&b["sample_weight"]).filter(|w| !w.is_null()).map(array)))
                .collect();
            let results = run(metric, &batches)?;
            let wanted = case["results"].as_array().unwrap();
            results.iter().zip(wanted).try_for_each(|(got, want)| close("result", got, &array(want), SINGLE))
        }
        "resolve" => {
            let loss = get::<dyn Loss>(&text(case, "loss").into())?;
            let output = Shape(vec![tensor::Dim::batch(), tensor::Dim::Known(case["output_width"].as_u64().unwrap() as usize)]);
            let metric = resolve(text(case, "metric"), Some(&loss), &output)?.ok_or("not resolved")?;
            same("function", &metric.class_name(), text(case, "function"))
        }
        other => Err(format!("a new kind of case: {other}").into()),
    });
}

#[test]
fn state_is_kept_reset_and_seen_by_later_reads() {
    let metric: Plug<dyn Metric> = Mean::new().into();
    let instance = MetricInstance::named("average", metric);
    let x = Value::input("x", tensor::Spec::new(DType::F32, [2]));
    let (result, updates) = instance.observe(&x, None).unwrap();
    let function = Function::new(Graph::of(&[x], &[result], &graph::trace::compose(&updates)).unwrap(), Mode::Optimised);
    let next = |a: f32, b: f32| {
        let array = Array::from_slice([2], &[a, b]).unwrap();
        function.run(&[Feed::of(&array)], 0).unwrap()[0].to_f64()[0]
    };
    assert_eq!(next(1.0, 3.0), 2.0);
    assert_eq!(next(5.0, 7.0), 4.0);
    assert_eq!(
        instance.variables().map(|v| (v.name().to_owned(), v.get().to_f64()[0])).collect::<Vec<_>>(),
        [("average/total:0".to_owned(), 16.0), ("average/count:0".to_owned(), 4.0)]
    );
    instance.reset().unwrap();
    assert_eq!(next(1.0, 1.0), 1.0);
    let error = instance.update(&Value::scalar(DType::F32, 0.0), &Value::scalar(DType::F32, 0.0), None).unwrap_err();
    assert_eq!((error.class().name(), error.code()), ("TypeError", "metric_input"));
}

#[test]
fn configs_are_keras_s_and_names_are_made_up_as_keras_does() {
    names::reset_uids();
    let made = |name: &str, options: Map| python_json(&serialize(&construct::<dyn Metric>(name, options).unwrap()).unwrap()).unwrap();
    assert_eq!(
        made("Precision", Map::new()),
        r#"{"class_name": "Precision", "config": {"name": "precision_1", "dtype": "float32", "thresholds": null, "top_k": null, "class_id": null}}"#
    );
    assert_eq!(
        made("Precision", Map::from([("thresholds", Setting::from(vec![0.25, 0.5])), ("topK", 2.into())])),
        r#"{"class_name": "Precision", "config": {"name": "precision_2", "dtype": "float32", "thresholds": [0.25, 0.5], "top_k": 2, "class_id": null}}"#
    );
    assert_eq!(
        made("AUC", Map::from([("numThresholds", 3)])),
        r#"{"class_name": "AUC", "config": {"name": "auc_1", "dtype": "float32", "num_thresholds": 3, "curve": "ROC", "summation_method": "interpolation", "thresholds": [0.5]}}"#
    );
    assert_eq!(
        made("BinaryAccuracy", Map::new()),
        r#"{"class_name": "BinaryAccuracy", "config": {"name": "binary_accuracy", "dtype": "float32", "threshold": 0.5}}"#
    );
    assert_eq!(made("mse", Map::new()), r#""mean_squared_error""#);
    let sensitivity = Map::from([("specificity", 0.5)]);
    assert_eq!(
        made("SensitivityAtSpecificity", sensitivity),
        r#"{"class_name": "SensitivityAtSpecificity", "config": {"name": "sensitivity_at_specificity_1", "dtype": "float32", "num_thresholds": 200, "specificity": 0.5}}"#
    );
}

#[test]
fn wrong_settings_are_named() {
    let code = |name: &str, options: Map| construct::<dyn Metric>(name, options).unwrap_err().code();
    assert_eq!(code("Precision", Map::from([("thresholds", 2)])), "option_value");
    assert_eq!(code("AUC", Map::from([("numThresholds", 1)])), "option_value");
    assert_eq!(code("AUC", Map::from([("curve", "RUC")])), "option_value");
    assert_eq!(code("SensitivityAtSpecificity", Map::from([("specificity", 1.5)])), "option_value");
    let error = get::<dyn Metric>(&"acuracy".into()).unwrap_err();
    assert_eq!(error.message(), "Unknown metric function:acuracy. Did you mean `accuracy`?");
}

#[test]
fn users_functions_are_metrics() {
    let own: Plug<dyn Metric> = MeanMetricWrapper::new("gap", |t: &Value, p: &Value| Ok((t - p).abs())).into();
    let array = |data: &[f32]| Array::from_slice([data.len()], data).unwrap();
    let found = run(own, &[(array(&[1.0, 2.0]), array(&[2.0, 5.0]), Some(array(&[3.0, 1.0])))]).unwrap();
    assert_eq!(found[0].to_f64(), [1.5]);
}

#[test]
fn mean_iou_is_the_mean_over_classes_that_occur() {
    let array = |data: &[f32]| Array::from_slice([data.len()], data).unwrap();
    let metric = || construct::<dyn Metric>("MeanIoU", Map::from([("numClasses", 3)])).unwrap();
    let (y_true, y_pred) = (array(&[0.0, 0.0, 1.0, 1.0]), array(&[0.0, 1.0, 0.0, 1.0]));
    let result = |weight| run(metric(), &[(y_true.clone(), y_pred.clone(), weight)]).unwrap()[0].clone();
    close("plain", &result(None), &Array::scalar(1.0f32 / 3.0), SINGLE).unwrap();
    // By hand: intersections 0.3 and 0.1, unions 0.3 + 0.3 + 0.3 and 0.3 + 0.3 + 0.1.
    let weighted = (0.3 / 0.9 + 0.1 / 0.7) / 2.0;
    close("weighted", &result(Some(array(&[0.3, 0.3, 0.3, 0.1]))), &Array::scalar(weighted as f32), SINGLE).unwrap();
    let error = run(metric(), &[(array(&[3.0]), array(&[0.0]), None)]).unwrap_err();
    assert_eq!(error.code(), "index_range");
}

#[test]
fn top_k_is_false_where_nothing_can_be_said() {
    let metric = construct::<dyn Metric>("sparse_top_k_categorical_accuracy", Map::from([("k", 2)])).unwrap();
    let labels = Array::from_slice([5], &[0.0f32, 2.0, 3.0, -1.0, 0.0]).unwrap();
    let p = [0.2f32, 0.3, 0.5, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9, f32::NAN, 0.1];
    let found = run(metric, &[(labels, Array::from_slice([5, 3], &p).unwrap(), None)]).unwrap();
    // The second label ties with all others, which counts in its favour; the rest are no class, or beside a NaN.
    close("result", &found[0], &Array::scalar(0.2f32), SINGLE).unwrap();
}

#[test]
fn double_precision_is_kept_where_it_is_set() {
    globals::set_floatx(DType::F64);
    let metric = construct::<dyn Metric>("mse", Map::new()).unwrap();
    let array = |x: f64| Array::from_slice([1, 1], &[x]).unwrap();
    let found = run(metric, &[(array(1.0), array(1.0 + 1e-9), None)]);
    globals::set_floatx(DType::F32);
    let found = found.unwrap().swap_remove(0);
    assert_eq!(found.dtype(), DType::F64);
    assert!((found.to_f64()[0] / 1e-18 - 1.0).abs() < 1e-6);
}
