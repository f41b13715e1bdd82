//! Every file in test/golden/h5 that says what is in it (`kind`), whoever wrote it: read as it is; and where all its layers exist,
//! loaded, compared with what Keras predicted, and trained on.
use super::golden::{arrays, path};
use crate::golden::{Outcome, SINGLE, TRAJECTORY, array, close};
use crate::saving::{Load, Stored, StoredLayer, StoredWeights, from_stored};
use crate::training::{Data, Predict, TrainOnBatch};
use crate::{Array, console};
use serde_json::Value as Json;

/// Weights whose gradient is zero but for rounding, which the optimizer makes large: a bias before a normalization, and the mean that
/// follows it. How far they may be off.
const NOISY: (&str, &[&str], (f64, f64)) =
    ("convolutions_normalized_adagrad.h5", &["conv2d_1/bias:0", "batch_normalization_1/moving_mean:0"], (5e-2, 1e-6));

fn named(json: &Json) -> Vec<(String, Array)> {
    json.as_array().unwrap().iter().map(|w| (w["name"].as_str().unwrap().to_owned(), array(&w["value"]))).collect()
}

fn text(json: &Json) -> Option<String> {
    json.as_str().map(str::to_owned)
}

/// Whether the file could be loaded.
fn check(about: &Json) -> Result<bool, Box<dyn std::error::Error>> {
    let file = path(about["file"].as_str().unwrap());
    let layers: Vec<StoredLayer> = about["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| StoredLayer { name: text(&l["name"]).unwrap(), weights: named(&l["weights"]) })
        .collect();
    let weights = StoredWeights::read(&file)?;
    if weights.layers != layers || weights.backend != text(&about["backend"]) {
        return Err("the layers differ".into());
    }
    if about["kind"] != "model" {
        return Ok(true);
    }
    let stored = Stored::read(&file)?;
    if stored.model_config != text(&about["model_config"]) || stored.training_config != text(&about["training_config"]) {
        return Err("the configs differ".into());
    }
    let saved = about["optimizer_weights"].as_array().map(|_| named(&about["optimizer_weights"]));
    if stored.optimizer.clone().filter(|o| !o.is_empty()) != saved.filter(|o| !o.is_empty()) {
        return Err("the optimizer's weights differ".into());
    }
    let model = match from_stored(&stored, Load::default()) {
        // A layer that is not there yet.
        Err(e) if e.code() == "name_unknown" => return Ok(false),
        model => model?,
    };
    let got = model.predict_all(Data::List(arrays(&about["inputs"])), Predict::default())?;
    for (got, want) in got.iter().zip(arrays(&about["predictions"])) {
        close("prediction", got, &want, SINGLE)?;
    }
    if !about["resumed"].is_null() {
        let noisy = if about["file"] == NOISY.0 { NOISY.1 } else { &[] };
        resumes(&model, &about["resumed"], noisy)?;
    }
    Ok(true)
}

fn resumes(model: &crate::model::Model, resumed: &Json, noisy: &[&str]) -> Outcome {
    model.reset_states()?;
    for (batch, want) in resumed["batches"].as_array().unwrap().iter().zip(resumed["results"].as_array().unwrap()) {
        let data = |name: &str| Data::List(arrays(&batch[name]));
        let got = model.train_on_batch(data("x"), data("y"), TrainOnBatch::default())?;
        let want: Vec<f64> =
            want.as_array().map_or_else(|| vec![want.as_f64().unwrap()], |w| w.iter().map(|v| v.as_f64().unwrap()).collect());
        let vector = |v: &[f64]| Array::from_slice([v.len()], v);
        close("results", &vector(&got)?, &vector(&want)?, TRAJECTORY)?;
    }
    // In the order of `get_weights`, which goes layer by layer.
    let weights: Vec<_> = model.layers().iter().flat_map(|layer| layer.weights()).collect();
    assert_eq!(weights.len(), resumed["final_weights"].as_array().unwrap().len());
    for (got, want) in weights.iter().zip(arrays(&resumed["final_weights"])) {
        close(got.name(), &got.get(), &want, if noisy.contains(&got.name()) { NOISY.2 } else { TRAJECTORY })?;
    }
    let state = model.optimizer()?.state().get_weights();
    for (got, want) in state.iter().zip(arrays(&resumed["optimizer_weights"])) {
        close("optimizer", got, &want, TRAJECTORY)?;
    }
    Ok(())
}

#[test]
fn files_of_all_writers() {
    let old = console::replace(console::Console { warn: Box::new(|_| ()), ..console::Console::standard() });
    let (mut loaded, mut failed) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(path("")).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let about: Json = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        if about["kind"].is_null() {
            continue;
        }
        match check(&about) {
            Ok(true) => loaded.push(about["file"].to_string()),
            Ok(false) => println!("{} has layers that do not exist yet", about["file"]),
            Err(e) => failed.push(format!("{}: {e}", about["file"])),
        }
    }
    console::replace(old);
    println!("loaded: {}", loaded.join(" "));
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
