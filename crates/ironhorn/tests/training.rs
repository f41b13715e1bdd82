//! Training as a whole: the same bits on any number of threads, what hooks may do, shared weights, threads.
use ironhorn::{
    Array, DType, Philox, Result, Value,
    callbacks::{Callback, EarlyStopping, History, Hook, LambdaCallback},
    config::{Config, Map, Setting},
    layer::LayerRef,
    model::{Model, Sequential},
    random,
    training::{Compile, Evaluate, Fit, Frequency, Predict, Shuffle, TestOnBatch, TrainOnBatch},
};
use serde_json::{Value as Json, json};
use std::sync::{Mutex, MutexGuard};

/// The seed and the number of threads are the process's.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(|e| e.into_inner())
}

fn map(json: Json) -> Map {
    let Setting::Map(map) = Setting::from(json) else { panic!("a map") };
    map
}

fn layer(class: &str, options: Json) -> LayerRef {
    LayerRef::construct(class, map(options)).unwrap()
}

fn random_array(key: u64, shape: &[usize]) -> Array {
    let mut stream = Philox::new(key);
    let data: Vec<f64> = (0..shape.iter().product::<usize>()).map(|_| stream.normal()).collect();
    Array::from_f64(DType::F32, shape, &data).unwrap()
}

fn compile(model: &Model, options: Json) {
    model.compile(Compile::from_map(map(options)).unwrap()).unwrap();
}

fn network() -> Model {
    let model = Sequential::new().add(layer("Dense", json!({"units": 64, "activation": "relu", "input_shape": [20]}))).unwrap();
    let model = model.add(layer("Dropout", json!({"rate": 0.5}))).unwrap();
    let model = model.add(layer("Dense", json!({"units": 10, "activation": "softmax"}))).unwrap();
    compile(&model, json!({"optimizer": "adam", "loss": "categorical_crossentropy", "metrics": ["accuracy"]}));
    model.into()
}

fn one_hot(rows: usize, classes: usize) -> Array {
    let data: Vec<f64> = (0..rows * classes).map(|i| f64::from(u8::from(i / classes % classes == i % classes))).collect();
    Array::from_f64(DType::F32, [rows, classes], &data).unwrap()
}

fn quiet(epochs: usize) -> Fit {
    Fit { epochs, verbose: 0, ..Fit::default() }
}

fn small() -> Model {
    let model = Sequential::new().add(layer("Dense", json!({"units": 1, "input_shape": [2]}))).unwrap();
    compile(&model, json!({"optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.1}}, "loss": "mse", "metrics": ["mae"]}));
    model.into()
}

fn small_data() -> (Array, Array) {
    (random_array(1, &[10, 2]), random_array(2, &[10, 1]))
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let _alone = alone();
    let (x, y) = (random_array(3, &[300, 20]), one_hot(300, 10));
    let train = |threads| {
        cpu::pool::set_threads(threads);
        random::set_seed(42);
        let model = network();
        let history = model.fit(&x, &y, Fit { batch_size: Some(64), validation_split: 0.1, ..quiet(3) }).unwrap();
        (history.record(), model.get_weights(), model.predict(&x, Predict::default()).unwrap())
    };
    let one = train(1);
    assert_eq!(one, train(2));
    assert_eq!(one, train(8));
    random::set_seed(43);
    assert_ne!(one.1, {
        let model = network();
        model.fit(&x, &y, quiet(1)).unwrap();
        model.get_weights()
    });
}

#[test]
fn training_that_is_resumed_goes_on_bit_for_bit() {
    let _alone = alone();
    let (x, y) = (random_array(3, &[50, 20]), one_hot(50, 10));
    let train = |parts: &[usize]| {
        random::set_seed(7);
        let model = network();
        let mut from = 0;
        for to in parts {
            model.fit(&x, &y, Fit { initial_epoch: from, ..quiet(*to) }).unwrap();
            from = *to;
        }
        model.get_weights()
    };
    assert_eq!(train(&[4]), train(&[1, 3, 4]));
}

#[test]
fn fits_in_a_row_do_not_repeat_one_order() {
    let _alone = alone();
    random::set_seed(7);
    let model = small();
    let (x, y) = small_data();
    let mut losses = Vec::new();
    for _ in 0..2 {
        let start = model.get_weights();
        let h = model.fit(&x, &y, Fit { batch_size: Some(1), ..quiet(1) }).unwrap();
        losses.push(h.get("loss").unwrap());
        model.set_weights(&start).unwrap();
    }
    assert_ne!(losses[0], losses[1]);
}

#[test]
fn shuffled_batches_stay_together_and_the_short_one_last() {
    let _alone = alone();
    let model = small();
    let (x, y) = small_data();
    let mut sizes = Vec::new();
    let mut sizing = LambdaCallback::new().on(Hook::TrainBatchEnd, |_, logs, _| {
        sizes.push(logs.get("size").unwrap());
        Ok(())
    });
    let options = Fit { batch_size: Some(4), shuffle: Shuffle::Batches, ..quiet(1) };
    model.fit_with(&x, &y, options, &mut [&mut sizing]).unwrap();
    drop(sizing);
    assert_eq!(sizes, [4.0, 4.0, 2.0]);
}

#[test]
fn two_models_that_share_weights_train_in_turn() {
    let _alone = alone();
    random::set_seed(1);
    let generator = Sequential::new().add(layer("Dense", json!({"units": 3, "input_shape": [2]}))).unwrap();
    let discriminator = Sequential::new().add(layer("Dense", json!({"units": 1, "activation": "sigmoid", "input_shape": [3]}))).unwrap();
    compile(&discriminator, json!({"optimizer": "adam", "loss": "binary_crossentropy"}));
    discriminator.set_trainable(false);
    let both = Sequential::new().add(&generator).unwrap().add(&discriminator).unwrap();
    compile(&both, json!({"optimizer": "adam", "loss": "binary_crossentropy"}));
    let (noise, ones) = (random_array(5, &[8, 2]), Array::full(DType::F32, [8, 1], 1.0));
    let step = |m: &Model, x: &Array| m.train_on_batch(x, &ones, TrainOnBatch::default()).unwrap();
    for _ in 0..3 {
        let (g, d) = (generator.get_weights(), discriminator.get_weights());
        step(&discriminator, &random_array(6, &[8, 3]));
        assert_eq!(generator.get_weights(), g);
        assert_ne!(discriminator.get_weights(), d, "trainable when it was compiled");
        let d = discriminator.get_weights();
        step(&both, &noise);
        assert_ne!(generator.get_weights(), g);
        assert_eq!(discriminator.get_weights(), d, "not trainable when the whole was compiled");
    }
    // The whole sees the newest weights of both.
    let through = discriminator.predict(generator.predict(&noise, Predict::default()).unwrap(), Predict::default()).unwrap();
    assert_eq!(both.predict(&noise, Predict::default()).unwrap().to_f64().len(), through.len());
    let difference = both
        .predict(&noise, Predict::default())
        .unwrap()
        .to_f64()
        .iter()
        .zip(through.to_f64())
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max);
    assert!(difference < 1e-6);
}

#[test]
fn every_call_sees_the_newest_weights() {
    let _alone = alone();
    let model = small();
    let (x, y) = small_data();
    let predict = || model.predict(&x, Predict::default()).unwrap();
    let before = predict();
    model.fit(&x, &y, quiet(1)).unwrap();
    let fitted = predict();
    assert_ne!(before, fitted);
    let zeros: Vec<Array> = model.get_weights().iter().map(|w| Array::zeros(w.dtype(), w.shape())).collect();
    model.set_weights(&zeros).unwrap();
    assert_eq!(predict().to_f64(), [0.0; 10]);
    let loss = model.evaluate(&x, &y, Evaluate { verbose: 0, ..Evaluate::default() }).unwrap()[0];
    let wanted = y.to_f64().iter().map(|v| v * v).sum::<f64>() / 10.0;
    assert!((loss - wanted).abs() < 1e-5);
}

#[test]
fn a_hook_may_predict_evaluate_set_weights_and_the_learning_rate() {
    let _alone = alone();
    let model = small();
    let (x, y) = small_data();
    let quiet_evaluate = || Evaluate { verbose: 0, ..Evaluate::default() };
    let plain: Vec<f64> = {
        let start = model.get_weights();
        let h = model.fit(&x, &y, Fit { batch_size: Some(3), shuffle: Shuffle::No, ..quiet(2) }).unwrap();
        model.set_weights(&start).unwrap();
        h.get("mae").unwrap()
    };
    let mut looked = 0;
    let mut looking = LambdaCallback::new().on(Hook::TrainBatchEnd, |_, _, context| {
        assert_eq!(model.predict(&x, Predict::default())?.shape(), [10, 1]);
        assert_eq!(model.evaluate(&x, &y, quiet_evaluate())?.len(), 2);
        assert_eq!(context.weights().len(), 2);
        looked += 1;
        Ok(())
    });
    let h = model.fit_with(&x, &y, Fit { batch_size: Some(3), shuffle: Shuffle::No, ..quiet(2) }, &mut [&mut looking]).unwrap();
    drop(looking);
    assert_eq!(looked, 8);
    assert_eq!(h.get("mae").unwrap(), plain, "evaluating in a hook leaves the training's metrics alone");

    let mut freezing = LambdaCallback::new().on(Hook::EpochBegin, |epoch, _, context| {
        let rate = context.handle().hyper("learning_rate").unwrap();
        rate.set(&Array::scalar(if epoch == 0 { 0.1f32 } else { 0.0 }))
    });
    let mut after: Vec<Vec<Array>> = Vec::new();
    let mut noting = LambdaCallback::new().on(Hook::EpochEnd, |_, _, context| {
        after.push(context.weights());
        Ok(())
    });
    model.fit_with(&x, &y, quiet(3), &mut [&mut freezing, &mut noting]).unwrap();
    drop(noting);
    assert_eq!(after[0], after[1]);
    assert_eq!(after[1], after[2]);
}

#[test]
fn early_stopping_puts_the_best_weights_back() {
    let _alone = alone();
    let model = small();
    compile(&model, json!({"optimizer": {"class_name": "SGD", "config": {"learning_rate": 3.0}}, "loss": "mse"}));
    let (x, y) = small_data();
    let mut stopping = EarlyStopping::new().monitor("loss").restore_best_weights(true);
    let mut weights = Vec::new();
    let mut noting = LambdaCallback::new().on(Hook::EpochEnd, |_, _, context| {
        weights.push(context.weights());
        Ok(())
    });
    let h = model.fit_with(&x, &y, quiet(20), &mut [&mut noting, &mut stopping]).unwrap();
    drop(noting);
    assert!(stopping.stopped_epoch() > 0 && h.epoch().len() == stopping.stopped_epoch() + 1);
    let losses = h.get("loss").unwrap();
    let best = (0..losses.len()).min_by(|a, b| losses[*a].total_cmp(&losses[*b])).unwrap();
    assert_eq!(model.get_weights(), weights[best]);
}

#[test]
fn a_job_runs_on_another_thread_with_callbacks_that_can() {
    let _alone = alone();
    let model = small();
    let (x, y) = small_data();
    let job = model.prepare_fit(&x, &y, Fit { validation_split: 0.2, validation_freq: Frequency::In(vec![2]), ..quiet(3) }).unwrap();
    assert!(model.handle().flags().is_fitting());
    let mut stopping: Box<dyn Callback + Send> =
        ironhorn::callbacks::CallbackOptions::running(&EarlyStopping::new().monitor("loss").patience(9));
    let history: Result<History> = std::thread::spawn(move || job.run(&mut [&mut *stopping])).join().unwrap();
    let history = history.unwrap();
    assert_eq!((history.get("loss").unwrap().len(), history.get("val_loss").unwrap().len()), (3, 1));
    assert!(!model.handle().flags().is_fitting());
    // A job that never runs leaves the model free.
    drop(model.prepare_fit(&x, &y, quiet(1)).unwrap());
    model.fit(&x, &y, quiet(1)).unwrap();
}

#[test]
fn two_models_train_at_the_same_time() {
    let _alone = alone();
    random::set_seed(3);
    let (x, y) = small_data();
    let alone: Vec<Vec<Array>> = {
        let model = small();
        let start = model.get_weights();
        model.fit(&x, &y, Fit { shuffle: Shuffle::No, ..quiet(20) }).unwrap();
        vec![start, model.get_weights()]
    };
    let models: Vec<Model> = (0..3).map(|_| small()).collect();
    models.iter().for_each(|m| m.set_weights(&alone[0]).unwrap());
    let jobs: Vec<_> = models.iter().map(|m| m.prepare_fit(&x, &y, Fit { shuffle: Shuffle::No, ..quiet(20) }).unwrap()).collect();
    let threads: Vec<_> = jobs.into_iter().map(|j| std::thread::spawn(move || j.run(&mut []).map(drop))).collect();
    threads.into_iter().for_each(|t| t.join().unwrap().unwrap());
    models.iter().for_each(|m| assert_eq!(m.get_weights(), alone[1]));
}

#[test]
fn bytes_stay_bytes_and_other_types_are_cast() {
    let _alone = alone();
    let model = small();
    let y = random_array(2, &[4, 1]);
    let bytes = Array::from_slice([4, 2], &[0u8, 255, 7, 1, 2, 3, 100, 200]).unwrap();
    let floats = bytes.cast(DType::F32);
    let predict = |x: &Array| model.predict(x, Predict::default()).unwrap();
    assert_eq!(predict(&bytes), predict(&floats));
    assert_eq!(predict(&bytes.cast(DType::F64)), predict(&floats));
    let evaluate = |x: &Array| model.evaluate(x, &y, Evaluate { verbose: 0, ..Evaluate::default() }).unwrap();
    assert_eq!(evaluate(&bytes), evaluate(&floats));
}

#[test]
fn steps_feed_all_data_each_time() {
    let _alone = alone();
    let (x, y) = small_data();
    let (one, other) = (small(), small());
    other.set_weights(&one.get_weights()).unwrap();
    let h = one.fit(&x, &y, Fit { steps_per_epoch: Some(3), ..quiet(2) }).unwrap();
    for _ in 0..6 {
        other.train_on_batch(&x, &y, TrainOnBatch::default()).unwrap();
    }
    assert_eq!(one.get_weights(), other.get_weights());
    assert_eq!(h.epoch(), [0, 1]);
    let predicted = one.predict(&x, Predict { steps: Some(2), ..Predict::default() }).unwrap();
    assert_eq!(predicted.shape(), [20, 1]);
}

#[test]
fn metrics_accumulate_over_batches_if_asked() {
    let _alone = alone();
    let model = small();
    let (x, y) = small_data();
    let part = |a: &Array, from, to| a.rows(from, to).unwrap();
    let test = |from, to, reset_metrics| {
        let options = TestOnBatch { reset_metrics, ..TestOnBatch::default() };
        model.test_on_batch(part(&x, from, to), part(&y, from, to), options).unwrap()[1]
    };
    let (first, second, all) = (test(0, 5, true), test(5, 10, true), test(0, 10, true));
    assert_eq!(test(0, 5, false), first);
    assert!((test(5, 10, false) - all).abs() < 1e-6);
    model.reset_metrics().unwrap();
    assert_eq!(test(5, 10, false), second);
}

#[test]
fn eager_runs_give_the_same_numbers() {
    let _alone = alone();
    let (x, y) = (random_array(3, &[40, 20]), one_hot(40, 10));
    let train = |eager: bool| {
        random::set_seed(11);
        let model = network();
        compile(&model, json!({"optimizer": "adam", "loss": "categorical_crossentropy", "run_eagerly": eager}));
        model.fit(&x, &y, quiet(2)).unwrap().get("loss").unwrap()
    };
    let (plain, eager) = (train(false), train(true));
    plain.iter().zip(&eager).for_each(|(a, b)| assert!((a - b).abs() < 1e-5, "{plain:?} {eager:?}"));
}

#[test]
fn a_stack_without_input_shape_is_built_by_its_first_data() {
    let _alone = alone();
    let model = Sequential::new().add(layer("Dense", json!({"units": 1}))).unwrap();
    compile(&model, json!({"optimizer": "sgd", "loss": "mse"}));
    let (x, y) = small_data();
    model.fit(&x, &y, quiet(1)).unwrap();
    assert_eq!(model.get_weights()[0].shape(), [2, 1]);
}

#[test]
fn the_total_loss_is_a_symbol() {
    let _alone = alone();
    let model = small();
    let (x, y) = small_data();
    let loss: Value = model.total_loss().unwrap();
    assert_eq!(loss.shape().rank(), 0);
    assert_eq!((model.targets().unwrap().len(), model.sample_weights().unwrap().len()), (1, 1));
    assert_eq!(model.metrics_names().iter().map(|n| n.to_string()).collect::<Vec<_>>(), ["loss", "mae"]);
    drop((x, y));
}
