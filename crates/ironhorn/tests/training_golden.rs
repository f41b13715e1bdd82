//! Training against Keras: steps, fits, histories, hooks, printed text.
mod golden;

use golden::*;
use ironhorn::{
    callbacks::{Callback, Context, Hook, LambdaCallback, Logs, Params},
    config::{Config, Setting},
    console,
    training::{Evaluate, Fit, Predict, TestOnBatch, TrainOnBatch},
};
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};

/// Each fit of the same numbers in float32 by another order of additions differs by a little, more so the longer it trains.
const TOLERANCE: f64 = 2e-4;

fn fit_options(json: &Json) -> Fit {
    let Setting::Map(mut map) = setting(json) else { panic!("{json}") };
    map.insert("shuffle", false);
    if map.get("verbose").is_none() {
        map.insert("verbose", 0);
    }
    Fit::from_map(map).unwrap()
}

#[test]
fn trajectories() {
    let mut count = 0;
    for case in cases("trajectories") {
        let id = case["id"].as_str().unwrap();
        let model = model(&case, &case["compile"]);
        let names: Vec<String> = model.metrics_names().iter().map(|n| n.to_string()).collect();
        assert_eq!(json!(names), case["metrics_names"], "{id}");
        for (i, (step, wanted)) in case["steps"].as_array().unwrap().iter().zip(case["results"].as_array().unwrap()).enumerate() {
            let mut options = TrainOnBatch { sample_weight: sample_weight(&step["sample_weight"]), ..TrainOnBatch::default() };
            if !case["class_weight"].is_null() {
                let map = [("class_weight", setting(&case["class_weight"]))];
                options.class_weight = TrainOnBatch::from_map(map.into()).unwrap().class_weight;
            }
            let got = model.train_on_batch(data(&step["x"]), data(&step["y"]), options).unwrap();
            close(&format!("{id}, step {i}"), &got, &floats(wanted), TOLERANCE);
        }
        close_arrays(&format!("{id}, weights"), &model.get_weights(), &case["final_weights"], TOLERANCE);
        let test = &case["test"];
        let got = model.test_on_batch(data(&test["x"]), data(&test["y"]), TestOnBatch::default()).unwrap();
        close(&format!("{id}, test"), &got, &floats(&test["result"]), TOLERANCE);
        let got = model.predict_on_batch(data(&case["predict"]["x"])).unwrap();
        close_arrays(&format!("{id}, predict"), &got, &json!([case["predict"]["result"]]), TOLERANCE);
        count += 1;
    }
    assert_eq!(count, 50);
}

#[test]
fn fits() {
    let mut count = 0;
    for case in cases("fits") {
        let id = case["id"].as_str().unwrap();
        let model = model(&case, &case["compile"]);
        let history = model.fit(data(&case["x"]), data(&case["y"]), fit_options(&case["fit"])).unwrap();
        assert_eq!(json!(history.epoch()), case["epochs"], "{id}");
        let wanted = case["history"].as_array().unwrap();
        let keys: Vec<String> = history.keys().iter().map(|n| n.to_string()).collect();
        let wanted_keys: Vec<&str> = wanted.iter().map(|entry| entry[0].as_str().unwrap()).collect();
        assert_eq!(keys, wanted_keys, "{id}");
        for entry in wanted {
            let name = entry[0].as_str().unwrap();
            close(&format!("{id}, {name}"), &history.get(name).unwrap(), &floats(&entry[1]), TOLERANCE);
        }
        close_arrays(&format!("{id}, weights"), &model.get_weights(), &case["final_weights"], TOLERANCE);
        let test = &case["evaluate"];
        let options = Evaluate {
            batch_size: Some(test["batch_size"].as_u64().unwrap() as usize),
            sample_weight: sample_weight(&test["sample_weight"]),
            verbose: 0,
            ..Evaluate::default()
        };
        let got = model.evaluate(data(&test["x"]), data(&test["y"]), options).unwrap();
        close(&format!("{id}, evaluate"), &got, &floats(&test["result"]), TOLERANCE);
        let predict = &case["predict"];
        let options = Predict { batch_size: Some(predict["batch_size"].as_u64().unwrap() as usize), ..Predict::default() };
        let got = model.predict_all(data(&predict["x"]), options).unwrap();
        close_arrays(&format!("{id}, predict"), &got, &json!([predict["result"]]), TOLERANCE);
        count += 1;
    }
    assert_eq!(count, 56);
}

/// Notes every hook with its number and the names in its logs, as Keras's recorder did: the hooks of a training's batches call
/// the older ones.
#[derive(Default)]
struct Recorder {
    calls: Vec<Json>,
    params: Vec<Json>,
}

impl Recorder {
    fn note(&mut self, name: &str, number: Option<usize>, logs: &Logs, context: &Context) {
        if self.params.is_empty() {
            self.params.push(params(context.params(), name));
        }
        let mut keys: Vec<&str> = logs.keys().collect();
        if !logs.outputs.is_empty() {
            keys.push("outputs");
        }
        self.calls.push(json!([name, number, keys]));
    }
}

fn params(p: &Params, hook: &str) -> Json {
    let mut map = json!({"batch_size": p.batch_size, "steps": p.steps, "samples": p.samples, "verbose": p.verbose});
    if hook == "on_train_begin" {
        map["epochs"] = json!(p.epochs);
        map["do_validation"] = json!(p.do_validation);
    }
    if let Some(metrics) = &p.metrics {
        map["metrics"] = json!(metrics.iter().map(|n| n.to_string()).collect::<Vec<_>>());
    }
    map
}

macro_rules! record {
    ($($method:ident($($number:ident)?) $(then $older:ident)?;)*) => { $(
        fn $method(&mut self, $($number: usize,)? logs: &mut Logs, context: &Context) -> ironhorn::Result<()> {
            let number = [$($number)?].first().copied();
            self.note(stringify!($method), number, logs, context);
            $(self.$older(number.unwrap(), logs, context)?;)?
            Ok(())
        }
    )* };
}

impl Callback for Recorder {
    record! {
        on_train_begin();
        on_train_end();
        on_epoch_begin(epoch);
        on_epoch_end(epoch);
        on_batch_begin(batch);
        on_batch_end(batch);
        on_train_batch_begin(batch) then on_batch_begin;
        on_train_batch_end(batch) then on_batch_end;
        on_test_begin();
        on_test_end();
        on_test_batch_begin(batch);
        on_test_batch_end(batch);
        on_predict_begin();
        on_predict_end();
        on_predict_batch_begin(batch);
        on_predict_batch_end(batch);
    }
}

fn small_model(metrics: &Json) -> ironhorn::model::Model {
    use ironhorn::{layers::Dense, model::Sequential, training::Compile};
    let model = Sequential::new().add(Dense::new(2).input_dim(3)).unwrap();
    let options = json!({"optimizer": "sgd", "loss": "mse", "metrics": metrics});
    let Setting::Map(options) = setting(&options) else { panic!() };
    model.compile(Compile::from_map(options).unwrap()).unwrap();
    model.into()
}

#[test]
fn hooks() {
    let mut count = 0;
    for case in cases("callbacks").iter().filter(|c| c["kind"] == "hooks") {
        let id = case["id"].as_str().unwrap();
        let model = small_model(&case["metrics"]);
        let n = case["samples"].as_u64().unwrap() as usize;
        let x = ironhorn::Array::full(ironhorn::DType::F32, [n, 3], 0.5);
        let y = ironhorn::Array::full(ironhorn::DType::F32, [n, 2], 0.25);
        let mut recorder = Recorder::default();
        let stop = &case["stop"];
        let flags = model.handle();
        let stops = |number: usize| stop["number"].is_null() || stop["number"] == json!(number);
        let hook = match stop["hook"].as_str() {
            Some("on_batch_begin") => Some(Hook::TrainBatchBegin),
            Some("on_batch_end") => Some(Hook::TrainBatchEnd),
            Some(name) => Hook::ALL.iter().copied().find(|h| h.name() == name),
            None => None,
        };
        let mut stopper = LambdaCallback::new();
        if let Some(hook) = hook {
            stopper = stopper.on(hook, |number, _, _| {
                if stops(number) {
                    flags.stop();
                }
                Ok(())
            });
        }
        let mut history = None;
        let batch_size = case["args"]["batch_size"].as_u64().map(|n| n as usize);
        match case["call"].as_str().unwrap() {
            "fit" => {
                let options = fit_options(&case["args"]);
                history = Some(model.fit_with(&x, &y, options, &mut [&mut stopper, &mut recorder]).unwrap());
            }
            "evaluate" => {
                let options = Evaluate { batch_size, verbose: 0, ..Evaluate::default() };
                model.evaluate_with(&x, &y, options, &mut [&mut recorder]).unwrap();
            }
            _ => drop(model.predict_with(&x, Predict { batch_size, ..Predict::default() }, &mut [&mut recorder]).unwrap()),
        }
        assert_eq!(json!(recorder.params), case["params"], "{id}");
        // D-stop: Keras forgets a stop in an epoch's last batch when a validation follows.
        if id == "stop in on_batch_begin 1 validation" {
            assert_eq!(history.unwrap().epoch(), [0]);
            continue;
        }
        let wanted = case["calls"].as_array().unwrap();
        for (i, (got, wanted)) in recorder.calls.iter().zip(wanted).enumerate() {
            assert_eq!(got, wanted, "{id}, call {i}");
        }
        assert_eq!(recorder.calls.len(), wanted.len(), "{id}");
        if !case["epochs"].is_null() {
            let history = history.unwrap();
            let keys: Vec<String> = history.keys().iter().map(|n| n.to_string()).collect();
            assert_eq!((json!(history.epoch()), json!(keys)), (case["epochs"].clone(), case["history_keys"].clone()), "{id}");
        }
        count += 1;
    }
    assert!(count > 20);
}

#[test]
fn printed_text() {
    let mut count = 0;
    let text = Arc::new(Mutex::new(String::new()));
    let mut old = None;
    for case in cases("progbar").iter().filter(|c| c["kind"] == "fit") {
        let id = case["id"].as_str().unwrap();
        let writer = text.clone();
        let replaced = console::replace(console::Console {
            write: Box::new(move |s| *writer.lock().unwrap() += s),
            warn: Box::new(|_| {}),
            style: if case["tty"].as_bool().unwrap() { console::Style::Rewritten } else { console::Style::Keras },
            now: || 1000.0,
        });
        old.get_or_insert(replaced);
        let take = || std::mem::take(&mut *text.lock().unwrap());
        let model = model(case, &options(case));
        let fit = fit_options(&case["fit"]);
        let verbose = fit.verbose;
        model.fit(data(&case["x"]), data(&case["y"]), fit).unwrap();
        assert_eq!(take(), case["fit_text"].as_str().unwrap(), "{id}");
        let test = case["test"].as_array().unwrap();
        let options = Evaluate { batch_size: Some(2), verbose, ..Evaluate::default() };
        model.evaluate(data(&test[0]), data(&test[1]), options).unwrap();
        assert_eq!(take(), case["evaluate_text"].as_str().unwrap(), "{id}");
        model.predict(data(&test[0]), Predict { batch_size: Some(2), verbose, ..Predict::default() }).unwrap();
        assert_eq!(take(), case["predict_text"].as_str().unwrap(), "{id}");
        count += 1;
    }
    if let Some(old) = old {
        console::replace(old);
    }
    assert_eq!(count, 12);
}
