//! What is written and read back: layouts, options, resumed training, messages.
use super::golden::path;
use crate::activations::{Linear, Tanh};
use crate::layer::Apply;
use crate::layers::{Activation, Dense, Dropout};
use crate::model::Sequential;
use crate::saving::{Load, LoadWeights, Save, Stored, StoredWeights, load_from_bytes, load_model};
use crate::training::{Compile, Fit};
use crate::{Array, random};

pub(super) fn small(units: usize) -> Sequential {
    Sequential::new().add(Dense::new(units).input_dim(3).with_name("a")).unwrap().add(Dense::new(2).with_name("b")).unwrap()
}

#[test]
fn weights_by_name_skip_what_does_not_fit() {
    let saved = small(4);
    let bytes = saved.save_weights_to_bytes().unwrap();
    let other = Sequential::new().add(Dense::new(5).input_dim(3).with_name("a")).unwrap().add(Dense::new(9).with_name("c")).unwrap();
    let by_name = LoadWeights { by_name: true, ..LoadWeights::default() };
    let error = other.load_weights_from_bytes(&bytes, by_name.clone()).unwrap_err();
    assert_eq!(error.code(), "weights_shape");
    assert!(error.message().contains("Layer #0 (named \"a\"), weight a/kernel:0 has shape [3, 5]"), "{error}");
    let before = other.get_weights();
    other.load_weights_from_bytes(&bytes, LoadWeights { skip_mismatch: true, ..by_name.clone() }).unwrap();
    assert_eq!(other.get_weights(), before);
    let same = small(4);
    same.load_weights_from_bytes(&bytes, by_name).unwrap();
    assert_eq!(same.get_weights(), saved.get_weights());
    let error = same.load_weights_from_bytes(&bytes, LoadWeights { skip_mismatch: true, ..LoadWeights::default() }).unwrap_err();
    assert_eq!(error.code(), "skip_mismatch");
}

#[test]
fn weights_by_place_ignore_names_and_are_all_or_nothing() {
    let bytes = small(4).save_weights_to_bytes().unwrap();
    let one = Sequential::new().add(Dense::new(4).input_dim(3)).unwrap();
    let error = one.load_weights_from_bytes(&bytes, LoadWeights::default()).unwrap_err();
    assert_eq!(error.code(), "layer_count");
    assert!(error.message().starts_with("You are trying to load a weight file containing 2 layers into a model with 1 layers."), "{error}");
    let other = Sequential::new().add(Dense::new(4).input_dim(3)).unwrap().add(Dense::new(3)).unwrap();
    let before = other.get_weights();
    assert_eq!(other.load_weights_from_bytes(&bytes, LoadWeights::default()).unwrap_err().code(), "weights_shape");
    assert_eq!(other.get_weights(), before);
    let unbiased = Sequential::new().add(Dense::new(4).use_bias(false).input_dim(3)).unwrap().add(Dense::new(2)).unwrap();
    assert_eq!(unbiased.load_weights_from_bytes(&bytes, LoadWeights::default()).unwrap_err().code(), "weights_count");
}

#[test]
fn resumed_training_is_the_same_to_the_bit() {
    let x: Vec<f32> = (0..60).map(|i| ((i * 37 % 23) as f32 - 11.0) / 7.0).collect();
    let y: Vec<f32> = (0..20).map(|i| (i % 3) as f32).collect();
    let (x, y) = (Array::from_slice([20, 3], &x).unwrap(), Array::from_slice([20, 1], &y).unwrap());
    let options = |from, to| Fit { initial_epoch: from, epochs: to, batch_size: Some(6), verbose: 0, ..Fit::default() };
    let make = || {
        random::set_seed(5);
        let model = Sequential::new().add(Dense::new(8).activation(Tanh).input_dim(3)).unwrap();
        model.add(Dropout::new(0.4)).unwrap().add(Dense::new(1)).unwrap()
    };
    for optimizer in ["sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamax", "nadam"] {
        let straight = make();
        straight.compile(Compile::new(optimizer).loss("mse")).unwrap();
        straight.fit(&x, &y, options(0, 5)).unwrap();
        let first = make();
        first.compile(Compile::new(optimizer).loss("mse")).unwrap();
        first.fit(&x, &y, options(0, 2)).unwrap();
        let bytes = first.save_to_bytes(Save::default()).unwrap();
        random::set_seed(5);
        let second = load_from_bytes(&bytes, Load::default()).unwrap();
        second.fit(&x, &y, options(2, 5)).unwrap();
        assert_eq!(second.get_weights(), straight.get_weights(), "{optimizer}");
        let state = |m: &crate::model::Model| m.optimizer().unwrap().state().get_weights();
        assert_eq!(state(&second), state(&straight), "{optimizer}");
    }
}

#[test]
fn long_lists_of_names_are_cut_as_keras_cuts_them() {
    let model = Sequential::new().add(Dense::new(1).input_dim(1)).unwrap();
    for i in 0..400 {
        model.add(Activation::new(Linear).with_name(&format!("{i:0>206}"))).unwrap();
    }
    let stored = model.stored_weights();
    let bytes = stored.to_bytes().unwrap();
    let counts = h5::from_bytes(&bytes, |root| {
        assert!(root.texts("layer_names2")?.is_none());
        Ok((root.texts("layer_names0")?.unwrap().len(), root.texts("layer_names1")?.unwrap().len()))
    });
    assert_eq!(counts.unwrap(), (201, 200));
    assert_eq!(StoredWeights::from_bytes(&bytes).unwrap(), stored);
    let long = Sequential::new().add(Dense::new(1).input_dim(1).with_name(&"x".repeat(64513))).unwrap();
    let error = long.save_weights_to_bytes().unwrap_err();
    assert_eq!((error.code(), error.class().name()), ("attribute_size", "RuntimeError"));
}

#[test]
fn the_same_model_is_the_same_bytes() {
    let model = small(4);
    model.compile(Compile::new("adam").loss("mse")).unwrap();
    assert_eq!(model.save_to_bytes(Save::default()).unwrap(), model.save_to_bytes(Save::default()).unwrap());
}

#[test]
fn files_that_are_not_models() {
    let folder = tempfolder("wrong");
    let missing = load_model(folder.join("none.h5"), Load::default()).unwrap_err();
    assert_eq!((missing.code(), missing.class().name()), ("h5_open", "IOError"));
    std::fs::write(folder.join("text.h5"), "no HDF5").unwrap();
    assert_eq!(load_model(folder.join("text.h5"), Load::default()).unwrap_err().code(), "h5_open");
    assert_eq!(load_model(&folder, Load::default()).unwrap_err().code(), "h5_open");
    assert_eq!(load_model(path("dense_weights.h5"), Load::default()).unwrap_err().code(), "no_model");
    let model = small(4);
    let target = folder.join("model.h5");
    model.save(&target, Save::default()).unwrap();
    let kept = Save { overwrite: false, ..Save::default() };
    assert_eq!(model.save(&target, kept).unwrap_err().code(), "file_exists");
    model.save(&target, Save::default()).unwrap();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "nothing but the two files is left");
    assert_eq!(model.save(folder.join("no/such/folder.h5"), Save::default()).unwrap_err().code(), "h5_create");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_config_cannot_ask_for_more_than_the_file_holds() {
    let mut stored = small(4).stored(&Save::default()).unwrap();
    for units in ["1000000", "1000000000", "9000000000000000000"] {
        let config = stored.model_config.clone().unwrap().replacen("\"units\": 4", &format!("\"units\": {units}"), 1);
        let changed = Stored { model_config: Some(config), ..stored.clone() };
        let error = load_from_bytes(&changed.to_bytes().unwrap(), Load::default()).unwrap_err();
        assert_eq!(error.code(), "weights_size", "{error}");
    }
    stored.model_config = Some("[".repeat(100_000));
    assert_eq!(load_from_bytes(&stored.to_bytes().unwrap(), Load::default()).unwrap_err().code(), "h5_format");
}

pub(super) fn tempfolder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("ironhorn-saving-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Configs in the words of Keras 1 are those of Keras 2.
#[test]
fn configs_of_keras_1_are_renamed() {
    use super::super::first_config;
    use crate::config::python_json;
    let old = r#"{"class_name": "Sequential", "config": [
        {"class_name": "Convolution2D", "config": {"name": "c", "nb_filter": 4, "nb_row": 3, "nb_col": 2, "border_mode": "same",
         "subsample": [1, 1], "dim_ordering": "th", "init": "glorot_uniform", "bias": true, "W_regularizer": {"name": "L1L2Regularizer", "l1": 0.5, "l2": 0.0}}},
        {"class_name": "Merge", "config": {"name": "m", "mode": "concat", "concat_axis": -1, "dot_axes": -1}},
        {"class_name": "TimeDistributed", "config": {"name": "t", "layer": {"class_name": "Dense", "config": {"output_dim": 2, "input_dim": 3}}}}]}"#;
    let new = r#"{"class_name": "Sequential", "config": [{"class_name": "Conv2D", "config": {"name": "c", "filters": 4, "padding": "same", "strides": [1, 1], "data_format": "channels_first", "kernel_initializer": "glorot_uniform", "use_bias": true, "kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.5, "l2": 0.0}}, "kernel_size": [3, 2]}}, {"class_name": "Concatenate", "config": {"name": "m", "axis": -1}}, {"class_name": "TimeDistributed", "config": {"name": "t", "layer": {"class_name": "Dense", "config": {"units": 2}}}}]}"#;
    let setting = |text: &str| crate::config::Setting::from(serde_json::from_str::<serde_json::Value>(text).unwrap());
    assert_eq!(python_json(&first_config::model(setting(old)).unwrap()).unwrap(), new);
    let unknown = r#"{"class_name": "Merge", "config": {"mode": "raw function"}}"#;
    assert_eq!(first_config::model(setting(unknown)).unwrap_err().code(), "keras1_merge");
}
