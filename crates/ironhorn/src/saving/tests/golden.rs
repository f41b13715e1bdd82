//! Files that Keras 2.3.1 and tf-keras wrote: read here with the same weights, predictions and further training.
use crate::activations::{Relu, Softmax};
use crate::golden::{SINGLE, TRAJECTORY, array, close};
use crate::layers::{Dense, Dropout};
use crate::model::{Model, Sequential};
use crate::saving::{Load, LoadWeights, Save, Stored, load_from_bytes, load_model};
use crate::training::{Data, Predict, TrainOnBatch};
use crate::{Array, console};
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

pub(super) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test/golden/h5").join(name)
}

fn about(name: &str) -> Json {
    serde_json::from_str(&std::fs::read_to_string(path(&format!("{name}.json"))).unwrap()).unwrap()
}

pub(super) fn arrays(json: &Json) -> Vec<Array> {
    json.as_array().unwrap().iter().map(array).collect()
}

fn predicts(model: &Model, json: &Json) {
    let got = model.predict_all(Data::List(arrays(&json["x"])), Predict::default()).unwrap();
    for (got, want) in got.iter().zip(arrays(&json["prediction"])) {
        close("prediction", got, &want, SINGLE).unwrap();
    }
}

fn has_weights(model: &Model, json: &Json) {
    let want = json["weights"].as_array().unwrap();
    let got = model.weights();
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert_eq!(got.get(), array(&want["value"]), "{}", got.name());
    }
}

fn goes_on(model: &Model, json: &Json) {
    let names: Vec<String> = model.metrics_names().iter().map(|n| n.to_string()).collect();
    assert_eq!(Json::from(names), json["metrics_names"]);
    let (x, y) = (Data::List(arrays(&json["x"])), Data::List(arrays(&json["y"])));
    for (step, want) in json["losses"].as_array().unwrap().iter().enumerate() {
        let got = model.train_on_batch(x.clone(), y.clone(), TrainOnBatch::default()).unwrap();
        let want: Vec<f64> = want.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
        let vector = |v: &[f64]| Array::from_slice([v.len()], v).unwrap();
        close(&format!("step {step}"), &vector(&got), &vector(&want), TRAJECTORY).unwrap();
    }
    for (got, want) in model.weights().iter().zip(arrays(&json["final_weights"])) {
        close(got.name(), &got.get(), &want, TRAJECTORY).unwrap();
    }
}

/// Reads a whole model, checks everything, then does the same with what is written of it here.
fn whole(name: &str) {
    let json = about(name);
    let model = load_model(path(&format!("{name}.h5")), Load::default()).unwrap();
    has_weights(&model, &json);
    predicts(&model, &json);
    let bytes = model.save_to_bytes(Save::default()).unwrap();
    if json["losses"].is_null() {
        return;
    }
    goes_on(&model, &json);
    let again = load_from_bytes(&bytes, Load::default()).unwrap();
    has_weights(&again, &json);
    goes_on(&again, &json);
}

#[test]
fn whole_models_go_on_training() {
    ["dense_mlp", "dense_gzip", "dense_nested"].into_iter().for_each(whole);
}

#[test]
fn every_optimizer_goes_on() {
    ["sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamax", "nadam"].into_iter().for_each(|o| whole(&format!("dense_{o}")));
}

#[test]
fn tf_keras_goes_on() {
    ["dense_tf_sequential", "dense_tf_functional"].into_iter().for_each(whole);
}

#[test]
fn texts_are_keras_s() {
    for name in ["dense_mlp", "dense_untrained", "dense_adam"] {
        let stored = Stored::read(&path(&format!("{name}.h5"))).unwrap();
        let model = load_model(path(&format!("{name}.h5")), Load::default()).unwrap();
        let ours = Stored::from_bytes(&model.save_to_bytes(Save::default()).unwrap()).unwrap();
        assert_eq!(ours.model_config, stored.model_config);
        assert_eq!(ours.training_config, stored.training_config);
        assert_eq!(ours.weights, stored.weights);
        let values = |s: &Stored| s.optimizer.clone().map(|o| o.into_iter().map(|(_, a)| a).collect::<Vec<_>>());
        assert_eq!(values(&ours), values(&stored));
        assert_eq!(about(name)["config"], Json::from(stored.model_config.unwrap()));
    }
}

fn mlp() -> Sequential {
    Sequential::new()
        .add(Dense::new(7).activation(Relu::new()).input_dim(5))
        .unwrap()
        .add(Dropout::new(0.0))
        .unwrap()
        .add(Dense::new(3).activation(Softmax::new()))
        .unwrap()
}

#[test]
fn weights_of_every_writer() {
    for (name, exact) in [("weights", true), ("h5py3", true), ("no_version", true), ("tf_weights", true), ("half", false), ("mlp", true)] {
        let json = about(&format!("dense_{name}"));
        let model = mlp();
        model.load_weights(path(&format!("dense_{name}.h5")), LoadWeights::default()).unwrap();
        if exact {
            has_weights(&model, &json);
            predicts(&model, &json);
        } else {
            for (got, want) in model.weights().iter().zip(json["weights"].as_array().unwrap()) {
                close(got.name(), &got.get(), &array(&want["value"]), (1e-3, 1e-6)).unwrap();
            }
        }
    }
}

#[test]
fn a_model_without_training_warns() {
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let ears = heard.clone();
    let warn = Box::new(move |text: &str| ears.lock().unwrap().push(text.to_owned()));
    let old = console::replace(console::Console { warn, ..console::Console::standard() });
    let model = load_model(path("dense_untrained.h5"), Load::default());
    console::replace(old);
    predicts(&model.unwrap(), &about("dense_untrained"));
    assert!(heard.lock().unwrap().iter().any(|t| t.starts_with("No training configuration found in save file")));
}
