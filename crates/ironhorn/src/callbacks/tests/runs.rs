//! Callbacks in trainings of a model: what they find in the logs, and files that are saved meanwhile.
use super::{driven::Folder, *};
use crate::{
    layers::{BatchNormalization, Dense},
    model::{Model, Sequential},
    saving::{Load, LoadWeights, load_model},
    training::{Compile, Data, Evaluate, Fit},
};

fn model() -> Model {
    let model = Sequential::new();
    model.add(Dense::new(3).input_dim(2)).unwrap();
    model.add(BatchNormalization::new()).unwrap();
    model.add(Dense::new(1)).unwrap();
    model.compile(Compile::new("adam").loss("mse").metrics(["mae"])).unwrap();
    model.into()
}

fn data() -> (Array, Array) {
    let x: Vec<f32> = (0..16).map(|i| (i as f32 * 0.7).sin()).collect();
    let y: Vec<f32> = (0..8).map(|i| (i as f32 * 0.3).cos()).collect();
    (Array::from_slice([8, 2], &x).unwrap(), Array::from_slice([8], &y).unwrap())
}

fn fit(epochs: usize) -> Fit {
    Fit { epochs, batch_size: Some(4), verbose: 0, validation_split: 0.25, ..Fit::default() }
}

#[test]
fn numbers_of_single_precision_are_those_of_keras() {
    let all = cases("callbacks");
    let case = all.iter().find(|c| c["kind"] == "types").unwrap();
    let (x, y) = data();
    let mut found = Vec::new();
    let mut scheduler = LearningRateScheduler::new(|_: usize, _: f64| 0.1);
    let mut look = LambdaCallback::new().on(Hook::EpochEnd, |_, logs, _| {
        let keys: Vec<String> = logs.keys().map(str::to_owned).collect();
        for (place, key) in keys.into_iter().enumerate() {
            // One digit for a single, sixteen for a double.
            let mut tried = logs.clone();
            tried.set(place, f64::from(0.9f32));
            let text = tried.text(&key);
            found.push((key, text.as_deref() == Some("0.9")));
        }
        Ok(())
    });
    model().fit_with(&x, &y, fit(1), &mut [&mut scheduler, &mut look]).unwrap();
    drop(look);
    let wanted: Vec<(String, bool)> =
        case["types"].as_array().unwrap().iter().map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1] == "float32")).collect();
    assert_eq!(found, wanted);
}

#[test]
fn a_checkpoint_goes_on_to_the_same_bits() {
    let folder = Folder::new("resumed");
    let (x, y) = data();
    let whole = model();
    let start = whole.get_weights();
    let mut checkpoint = ModelCheckpoint::new(folder.file("at.{epoch:02d}.h5"));
    whole.fit_with(&x, &y, fit(4), &mut [&mut checkpoint]).unwrap();
    assert_eq!(folder.names(), ["at.01.h5", "at.02.h5", "at.03.h5", "at.04.h5"]);
    let again = load_model(folder.file("at.02.h5"), Load::default()).unwrap();
    assert_ne!(again.get_weights(), start);
    again.fit_with(&x, &y, Fit { initial_epoch: 2, ..fit(4) }, &mut []).unwrap();
    assert_eq!(again.get_weights(), whole.get_weights());
    let state = |m: &Model| m.optimizer().unwrap().state().get_weights();
    assert_eq!(state(&again), state(&whole));
    let last = load_model(folder.file("at.04.h5"), Load::default()).unwrap();
    let test = |m: &Model| m.evaluate(Data::from(&x), Data::from(&y), Evaluate { verbose: 0, ..Evaluate::default() }).unwrap();
    assert_eq!(test(&last), test(&whole));
}

#[test]
fn a_checkpoint_of_weights_alone_and_where_nothing_can_be_written() {
    let folder = Folder::new("weights");
    let (x, y) = data();
    let trained = model();
    let mut checkpoint = ModelCheckpoint::new(folder.file("w.h5")).save_weights_only(true);
    trained.fit_with(&x, &y, fit(2), &mut [&mut checkpoint]).unwrap();
    let other = model();
    other.load_weights(folder.file("w.h5"), LoadWeights::default()).unwrap();
    assert_eq!(other.get_weights(), trained.get_weights());
    let error = load_model(folder.file("w.h5"), Load::default()).unwrap_err();
    assert_eq!(error.code(), "no_model");
    let mut nowhere = ModelCheckpoint::new(folder.file("no/such/folder/w.h5"));
    let error = trained.fit_with(&x, &y, fit(2), &mut [&mut nowhere]).unwrap_err();
    assert_eq!(error.code(), "h5_create", "{error}");
    // The training is over and can begin anew.
    trained.fit(&x, &y, fit(1)).unwrap();
}

#[test]
fn a_callback_that_says_nothing_cannot_save() {
    let (x, y) = data();
    let mut code = String::new();
    let mut asks = LambdaCallback::new().on(Hook::EpochEnd, |_, _, context| {
        code = context.outline().err().unwrap().code().to_owned();
        Ok(())
    });
    model().fit_with(&x, &y, fit(1), &mut [&mut asks]).unwrap();
    drop(asks);
    assert_eq!(code, "no_outline");
}
