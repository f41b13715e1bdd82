//! Whole models against Keras: texts, twelve steps, tests, predictions, a fit; shared, nested, masked, recurrent, stateful.
mod golden;

use golden::*;
use ironhorn::config::{Config, Setting, python_json};
use ironhorn::layer::LayerRef;
use ironhorn::model::{Model, Summary, clone_model, from_json, from_yaml};
use ironhorn::names;
use ironhorn::training::{Evaluate, Fit, Predict, TestOnBatch, TrainOnBatch};
use serde_json::{Value as Json, json};

const TOLERANCE: f64 = 2e-4;

/// A model with a weight whose gradient is zero but for rounding, which Adam makes large: a bias before a normalization. Training does
/// not see it, since the normalization takes it away again; inference with moving averages does. How far it and what it moves may be.
const NOISY: (&str, &str, f64) = ("normalization, frozen, 14", "dense_1/bias:0", 3e-2);

/// Layers of Keras that are not there yet.
const MISSING: &[&str] =
    &["AveragePooling3D", "Conv3D", "Conv3DTranspose", "CuDNNGRU", "CuDNNLSTM", "LocallyConnected1D", "LocallyConnected2D", "MaxPooling3D"];

/// Whether all layers of a model's JSON are there.
fn known(json: &Json) -> bool {
    match json {
        Json::Object(map) => !map.get("class_name").is_some_and(|c| MISSING.iter().any(|m| c == m)) && map.values().all(known),
        Json::Array(items) => items.iter().all(known),
        _ => true,
    }
}

fn checked(case: &Json) -> Result<(), String> {
    let noisy = case["id"] == NOISY.0;
    names::reset_uids();
    let fail = |e: ironhorn::Error| format!("{e:?}");
    let text = case["to_json"].as_str().unwrap();
    let model: Model = from_json(text).map_err(|e| e.to_string())?;
    let same = |what: &str, got: String, wanted: String| if got == wanted { Ok(()) } else { Err(format!("{what}: {got}\nnot {wanted}")) };
    same("to_json", model.to_json().map_err(|e| e.to_string())?, text.to_owned())?;
    // What is frozen within a nested model is not in its JSON.
    let trainable: Vec<&str> = case["trainable"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
    for layer in model.layers() {
        let names: Vec<String> = layer.weights().iter().map(|w| w.name().to_owned()).collect();
        if !names.is_empty() && !names.iter().any(|n| trainable.contains(&n.as_str())) {
            layer.set_trainable(false);
        }
    }
    let weights: Vec<Json> = model.weights().iter().map(|w| json!([w.name(), w.shape()])).collect();
    same("weights", json!(weights).to_string(), case["weights"].to_string())?;
    let found: Vec<String> = model.trainable_weights().iter().map(|w| w.name().to_owned()).collect();
    same("trainable", json!(found).to_string(), case["trainable"].to_string())?;
    for told in case["summaries"].as_array().unwrap() {
        let args = &told["args"];
        let options = Summary {
            line_length: args["line_length"].as_u64().map(|n| n as usize),
            positions: (!args["positions"].is_null()).then(|| floats(&args["positions"])),
        };
        let mut lines = Vec::new();
        model.summary_with(&options, |line| lines.push(line.to_owned())).map_err(fail)?;
        same(
            "summary",
            lines.join("\n"),
            told["lines"].as_array().unwrap().iter().filter_map(Json::as_str).collect::<Vec<_>>().join("\n"),
        )?;
    }
    let Setting::Map(options) = setting(&case["compile"]) else { panic!() };
    model.compile(<_>::from_map(options).map_err(fail)?).map_err(fail)?;
    model.set_weights(&arrays(&case["initial_weights"])).map_err(fail)?;
    let names: Vec<String> = model.metrics_names().iter().map(|n| n.to_string()).collect();
    same("metrics_names", json!(names).to_string(), case["metrics_names"].to_string())?;
    for (i, (step, wanted)) in case["steps"].as_array().unwrap().iter().zip(case["results"].as_array().unwrap()).enumerate() {
        if step["reset_states"] == json!(true) {
            model.reset_states().map_err(fail)?;
        }
        let options = TrainOnBatch::from_map([("sample_weight", setting(&step["sample_weight"]))].into()).map_err(fail)?;
        let got = model.train_on_batch(data(&step["x"]), data(&step["y"]), options).map_err(fail)?;
        near(&format!("step {i}"), &got, &floats(wanted), TOLERANCE)?;
    }
    let of_layers: Vec<String> = model.layers().iter().flat_map(|l| l.weights()).map(|w| w.name().to_owned()).collect();
    same("number of weights", of_layers.len().to_string(), case["final_weights"].as_array().unwrap().len().to_string())?;
    for (i, (got, wanted)) in model.get_weights().iter().zip(case["final_weights"].as_array().unwrap()).enumerate() {
        let bound = if noisy && of_layers[i] == NOISY.1 { NOISY.2 } else { TOLERANCE };
        near_arrays(&format!("weight {i}"), std::slice::from_ref(got), wanted, bound)?;
    }
    // What follows begins with Keras's numbers, so that all but the last numbers are compared closely.
    model.set_weights(&arrays(&case["final_weights"])).map_err(fail)?;
    for test in case["tests"].as_array().into_iter().flatten() {
        let got = model.test_on_batch(data(&test["x"]), data(&test["y"]), TestOnBatch::default()).map_err(fail)?;
        near("test", &got, &floats(&test["result"]), TOLERANCE)?;
        near_arrays("predict_on_batch", &model.predict_on_batch(data(&test["x"])).map_err(fail)?, &test["predict"], TOLERANCE)?;
    }
    if case["fit"].is_null() {
        return Ok(());
    }
    let Setting::Map(mut told) = setting(&case["fit"]) else { panic!() };
    ["x", "y"].iter().for_each(|key| drop(told.remove(key)));
    told.insert("shuffle", false);
    told.insert("verbose", 0);
    if model.stateful() {
        model.reset_states().map_err(fail)?;
    }
    let (x, y) = (data(&case["fit"]["x"]), data(&case["fit"]["y"]));
    let options = Fit::from_map(told).map_err(fail)?;
    let history = model.fit(x, y, options).map_err(fail)?;
    for entry in case["history"].as_array().unwrap() {
        let name = entry[0].as_str().unwrap();
        let bound = if noisy && name.starts_with("val_") { NOISY.2 } else { TOLERANCE };
        near(name, &history.get(name).unwrap_or_default(), &floats(&entry[1]), bound)?;
    }
    let bound = if noisy { NOISY.2 } else { TOLERANCE };
    let test = &case["evaluate"];
    let batch = |json: &Json| Some(json["batch_size"].as_u64().unwrap() as usize);
    let options = Evaluate { batch_size: batch(test), verbose: 0, ..Evaluate::default() };
    near("evaluate", &model.evaluate(data(&test["x"]), data(&test["y"]), options).map_err(fail)?, &floats(&test["result"]), bound)?;
    let predict = &case["predict"];
    let got = model.predict_all(data(&predict["x"]), Predict { batch_size: batch(predict), ..Predict::default() }).map_err(fail)?;
    near_arrays("predict", &got, &predict["result"], bound)
}

/// Within a part of the largest number.
fn near(what: &str, got: &[f64], wanted: &[f64], tolerance: f64) -> Result<(), String> {
    let largest = wanted.iter().filter(|x| x.is_finite()).fold(1e-2f64, |m, x| m.max(x.abs()));
    let fits = |g: &f64, w: &f64| (g - w).abs() <= tolerance * largest || (g.is_nan() && w.is_nan()) || g == w;
    match got.len() == wanted.len() && got.iter().zip(wanted).all(|(g, w)| fits(g, w)) {
        true => Ok(()),
        false => Err(format!("{what}: got {got:?}, Keras has {wanted:?}")),
    }
}

fn near_arrays(what: &str, got: &[ironhorn::Array], wanted: &Json, tolerance: f64) -> Result<(), String> {
    let wanted = if wanted.is_array() { arrays(wanted) } else { vec![array(wanted)] };
    if got.len() != wanted.len() {
        return Err(format!("{what}: {} arrays, not {}", got.len(), wanted.len()));
    }
    got.iter().zip(&wanted).enumerate().try_for_each(|(i, (g, w))| match g.shape() == w.shape() {
        true => near(&format!("{what} {i}"), &g.to_f64(), &w.to_f64(), tolerance),
        false => Err(format!("{what} {i}: shape {:?}, not {:?}", g.shape(), w.shape())),
    })
}

fn check_all(file: &str) {
    let all = cases(file);
    let told = |case: &Json, e: String| format!("{}: {}", case["id"], e.chars().take(700).collect::<String>());
    let failed: Vec<String> = all.iter().filter_map(|case| checked(case).err().map(|e| told(case, e))).collect();
    assert!(failed.is_empty(), "{file}: {} of {} cases fail\n{}", failed.len(), all.len(), failed.join("\n"));
}

#[test]
fn models() {
    check_all("models");
}

#[test]
fn models_of_sequences() {
    check_all("models_sequences");
}

#[test]
fn models_as_yaml() {
    let mut failed = Vec::new();
    let all = cases("yaml");
    for case in &all {
        let text = |key: &str| case[key].as_str().unwrap().to_owned();
        names::reset_uids();
        let model = from_json(&text("to_json")).unwrap();
        let written = model.to_yaml().unwrap();
        if written != text("to_yaml") {
            let line = written.lines().zip(text("to_yaml").lines()).position(|(a, b)| a != b).unwrap_or(0);
            let part = |s: &str| s.lines().skip(line.saturating_sub(2)).take(5).collect::<Vec<_>>().join("\n");
            failed.push(format!("{}, line {line}:\n{}\nnot\n{}", case["id"], part(&written), part(&text("to_yaml"))));
        }
        names::reset_uids();
        match from_yaml(&text("to_yaml")).and_then(|m| m.to_json()) {
            Ok(json) if json == text("to_json_reread") => {}
            found => failed.push(format!("{}: read back {found:?}\nnot {}", case["id"], text("to_json_reread"))),
        }
    }
    assert!(failed.is_empty(), "{} of {} cases fail\n{}", failed.len(), all.len(), failed.join("\n"));
}

/// The text of a case written again from what was read of it, and Keras's.
fn written_again(case: &Json) -> Option<(ironhorn::Result<String>, String)> {
    names::reset_uids();
    if let Some(text) = case["config_text"].as_str() {
        let class = case["class_name"].as_str().unwrap();
        let told = setting(&json!({"class_name": class, "config": serde_json::from_str::<Json>(text).unwrap()}));
        let again = || python_json(&LayerRef::deserialize(&told)?.config()?.into());
        return (!MISSING.contains(&class)).then(|| (again(), text.to_owned()));
    }
    let text = case["to_json"].as_str().unwrap();
    let yaml = case["to_yaml"].as_str();
    let again = || {
        let model = from_json(text)?;
        Ok(model.to_json()? + &yaml.map(|_| model.to_yaml()).transpose()?.unwrap_or_default())
    };
    known(&serde_json::from_str(text).unwrap()).then(|| (again(), text.to_owned() + yaml.unwrap_or_default()))
}

#[test]
fn configs() {
    let all: Vec<_> = cases("configs").iter().filter_map(|c| Some((c["id"].clone(), written_again(c)?))).collect();
    let failed: Vec<String> = all
        .iter()
        .filter(|(_, (found, text))| found.as_ref().ok() != Some(text))
        .map(|(id, (found, text))| format!("{id}: {found:?}\nnot {text}"))
        .collect();
    assert!(all.len() >= 150, "{} cases", all.len());
    assert!(failed.is_empty(), "{} of {} cases fail\n{}", failed.len(), all.len(), failed.join("\n"));
}

#[test]
fn clones_predict_the_same_with_the_same_weights() {
    for case in cases("models_sequences").iter().chain(&cases("models")) {
        let text = case["to_json"].as_str().unwrap();
        if case["predict"].is_null() {
            continue;
        }
        names::reset_uids();
        let model = from_json(text).unwrap();
        let clone = clone_model(&model, None).unwrap();
        assert_eq!(clone.to_json().unwrap(), text, "{}", case["id"]);
        assert!(clone.weights().iter().all(|w| !model.weights().contains(w)));
        model.set_weights(&arrays(&case["initial_weights"])).unwrap();
        clone.set_weights(&model.get_weights()).unwrap();
        let x = &case["predict"]["x"];
        let inputs = if x.is_array() { arrays(x) } else { vec![array(x)] };
        let batch = case["predict"]["batch_size"].as_u64().unwrap() as usize;
        let predict = |m: &Model| m.predictor().unwrap().predict(&inputs, batch).unwrap();
        assert_eq!(predict(&model), predict(&clone), "{}", case["id"]);
    }
}

#[test]
fn a_model_whose_trainable_weights_changed_warns() {
    use ironhorn::{Array, DType, console, layers::Dense, model::Sequential, training::Compile};
    use std::sync::{Arc, Mutex};
    let model = Sequential::new().add(Dense::new(2).input_dim(3)).and_then(|m| m.add(Dense::new(1))).unwrap();
    let options = || Compile::from_map([("optimizer", "sgd"), ("loss", "mse")].into()).unwrap();
    model.compile(options()).unwrap();
    let warnings = Arc::new(Mutex::new(0));
    let count = warnings.clone();
    let old = console::replace(console::Console { warn: Box::new(move |_| *count.lock().unwrap() += 1), ..console::Console::standard() });
    let step = || {
        let (x, y) = (Array::full(DType::F32, [2, 3], 1.0), Array::full(DType::F32, [2, 1], 1.0));
        let before = model.get_weights();
        model.train_on_batch(&x, &y, TrainOnBatch::default()).unwrap();
        let changed = before.iter().zip(model.get_weights()).map(|(a, b)| *a != b).collect::<Vec<_>>();
        (changed[1], std::mem::take(&mut *warnings.lock().unwrap()))
    };
    assert_eq!(step(), (true, 0));
    // What was trainable when it was compiled is trained still, with a warning.
    model.layers()[0].set_trainable(false);
    assert_eq!(step(), (true, 1));
    model.compile(options()).unwrap();
    assert_eq!(step(), (false, 0));
    console::replace(old);
}
