//! Batches that arrive over time, against Keras: histories, reactions to bad sources, the total loss of masked models.
mod golden;

use golden::*;
use ironhorn::{
    Array, Error, Result, Value,
    backend::Function,
    callbacks::{Hook, LambdaCallback},
    config::{Config, Setting},
    layer::LayerRef,
    model::{Model, Sequential},
    training::{
        Batch, Compile, Data, Evaluate, EvaluateGenerator, Fit, FitGenerator, Predict, PredictGenerator, SampleWeight, Source,
        ValidationData,
    },
};
use serde_json::{Value as Json, json};
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

const TOLERANCE: f64 = 2e-4;

fn batch(json: &Json) -> Batch {
    Batch { x: data(&json[0]), y: Some(data(&json[1])), sample_weight: json.get(2).map_or(SampleWeight::None, sample_weight) }
}

fn batches(list: &Json) -> Vec<Batch> {
    list.as_array().unwrap().iter().map(batch).collect()
}

/// Batches of a list; grows by one after each pass while there are more. Notes what it is asked.
struct Listed {
    batches: Vec<Batch>,
    length: AtomicUsize,
    ended: AtomicUsize,
    asked: Mutex<Vec<usize>>,
    threads: Mutex<HashSet<thread::ThreadId>>,
}

impl Listed {
    fn new(batches: Vec<Batch>, length: usize) -> Arc<Listed> {
        Arc::new(Listed {
            batches,
            length: AtomicUsize::new(length),
            ended: AtomicUsize::new(0),
            asked: Mutex::default(),
            threads: Mutex::default(),
        })
    }
}

impl ironhorn::training::Sequence for Listed {
    fn len(&self) -> usize {
        self.length.load(Ordering::SeqCst)
    }
    fn get(&self, i: usize) -> Result<Batch> {
        self.asked.lock().unwrap().push(i);
        self.threads.lock().unwrap().insert(thread::current().id());
        Ok(self.batches[i].clone())
    }
    fn on_epoch_end(&self) -> Result<()> {
        self.ended.fetch_add(1, Ordering::SeqCst);
        self.length.store(self.batches.len().min(self.len() + 1), Ordering::SeqCst);
        Ok(())
    }
}

fn source(kind: &str, batches: Vec<Batch>) -> Source {
    let length = if kind == "growing" { 2 } else { batches.len() };
    if kind == "iterator" { Source::iterator(batches) } else { Source::shared(Listed::new(batches, length)) }
}

/// Keras gives the last batch's loss where it should give the mean (D-evaluate-generator).
fn mean(losses: &Json) -> f64 {
    let pairs: Vec<(f64, f64)> = losses.as_array().unwrap().iter().map(|p| (float(&p[0]), float(&p[1]))).collect();
    pairs.iter().map(|(n, x)| n * x).sum::<f64>() / pairs.iter().map(|(n, _)| n).sum::<f64>()
}

#[test]
fn fits() {
    let mut count = 0;
    for case in cases("generators").iter().filter(|c| c["kind"] == "fit") {
        for workers in [0, 1, 3] {
            let kind = case["source"].as_str().unwrap();
            let streams = kind == "iterator" || case["validation"]["source"] == "iterator";
            if workers > 1 && streams {
                continue;
            }
            let id = format!("{}, {workers} workers", case["id"]);
            let model = model(case, &case["compile"]);
            let Setting::Map(mut map) = setting(&case["fit"]) else { panic!("{id}") };
            map.insert("shuffle", false);
            map.insert("verbose", 0);
            map.insert("workers", workers);
            map.insert("max_queue_size", 2);
            let mut options = FitGenerator::from_map(map).unwrap();
            let held = &case["validation"];
            if !held.is_null() {
                let all = batches(&held["batches"]);
                options.validation_data = Some(match held["source"].as_str().unwrap() {
                    "arrays" => {
                        ValidationData { x: all[0].x.clone(), y: all[0].y.clone().unwrap(), sample_weight: all[0].sample_weight.clone() }
                    }
                    other => source(other, all).into(),
                });
            }
            let history = model.fit_generator(source(kind, batches(&case["batches"])), options).unwrap();
            let wanted = case["history"].as_array().unwrap();
            let keys: Vec<String> = history.keys().iter().map(|n| n.to_string()).collect();
            let wanted_keys: Vec<&str> = wanted.iter().map(|entry| entry[0].as_str().unwrap()).collect();
            assert_eq!(keys, wanted_keys, "{id}");
            for entry in wanted {
                let name = entry[0].as_str().unwrap();
                let mut values = floats(&entry[1]);
                if name == "val_loss" {
                    let means: Vec<f64> = case["validations"].as_array().unwrap().iter().map(mean).collect();
                    // An epoch without validation tells of the last one.
                    let number = |key: &str, or: u64| case["fit"][key].as_u64().unwrap_or(or);
                    let done = |epoch: u64| {
                        (1..=epoch).filter(|e| *e > number("initial_epoch", 0) && e % number("validation_freq", 1) == 0).count()
                    };
                    let epochs = (number("initial_epoch", 0) + 1)..=number("epochs", 1);
                    let means: Vec<f64> = epochs.map(done).filter(|n| *n > 0).map(|n| means[n - 1]).collect();
                    assert_eq!(values.len(), means.len(), "{id}");
                    values = means;
                }
                close(&format!("{id}, {name}"), &history.get(name).unwrap(), &values, TOLERANCE);
            }
            close_arrays(&format!("{id}, weights"), &model.get_weights(), &case["final_weights"], TOLERANCE);
            let tests = || Source::iterator(batches(&case["tests"]));
            let options = EvaluateGenerator { steps: Some(3), workers: workers.min(1), ..EvaluateGenerator::default() };
            let mut wanted = floats(&case["evaluate"]["result"]);
            wanted[0] = mean(&case["evaluate"]["losses"]);
            close(&format!("{id}, evaluate"), &model.evaluate_generator(tests(), options).unwrap(), &wanted, TOLERANCE);
            let sequence = source("sequence", batches(&case["tests"]));
            let options = PredictGenerator { workers, ..PredictGenerator::default() };
            let got = model.predict_generator(sequence, options).unwrap();
            close_arrays(&format!("{id}, predict"), &[got], &json!([case["predict"]]), TOLERANCE);
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

fn array(rows: usize, columns: usize) -> Array {
    Array::zeros(ironhorn::DType::F32, [rows, columns])
}

fn small() -> Model {
    let Setting::Map(options) = setting(&json!({"units": 1, "input_shape": [2]})) else { panic!() };
    let model = Sequential::new().add(LayerRef::construct("Dense", options).unwrap()).unwrap();
    model.compile(Compile::new("sgd").loss("mse")).unwrap();
    model.into()
}

fn pairs(x: Array, y: Array, n: usize) -> Source {
    Source::iterator((0..n).map(move |_| (x.clone(), y.clone())))
}

/// A source whose second batch is an error of the user's.
fn failing() -> Source {
    let gone = || Err(Error::io("gone", "the disk is gone"));
    Source::fallible((0..2).map(move |i| if i == 0 { Ok((array(2, 2), array(2, 1)).into()) } else { gone() }))
}

struct Failing;

impl ironhorn::training::Sequence for Failing {
    fn len(&self) -> usize {
        2
    }
    fn get(&self, _: usize) -> Result<Batch> {
        Err(Error::io("gone", "the disk is gone"))
    }
}

/// What is done here for a case of Keras's reactions; `None` where types make it impossible.
fn react(name: &str) -> Option<Result<()>> {
    let model = small();
    let (x, y) = (array(2, 2), array(2, 1));
    let plain = || pairs(array(2, 2), array(2, 1), 3);
    let fit = |source: Source, steps: usize, epochs: usize| {
        let options = FitGenerator { steps_per_epoch: Some(steps), epochs, verbose: 0, ..FitGenerator::default() };
        model.fit_generator(source, options).map(drop)
    };
    let fitting = |y: Data, options: Fit| model.fit(plain(), y, Fit { steps_per_epoch: Some(1), verbose: 0, ..options }).map(drop);
    let inputs = |x: Array| Source::iterator((0..3).map(move |_| Batch::inputs(&x)));
    let two = EvaluateGenerator { steps: Some(2), ..EvaluateGenerator::default() };
    Some(match name {
        "ends early" => fit(pairs(x, y, 3), 2, 2),
        "ends early, evaluate" => model.evaluate_generator(pairs(x, y, 1), two).map(drop),
        "raises" => fit(failing(), 2, 1),
        "raises, sequence" => {
            model.fit_generator(Source::sequence(Failing), FitGenerator { verbose: 0, ..FitGenerator::default() }).map(drop)
        }
        "wrong input" => fit(pairs(array(2, 1), y, 3), 2, 1),
        "wrong target" => fit(pairs(x, array(2, 5), 3), 2, 1),
        "unequal lengths" => fit(pairs(x, array(1, 1), 3), 2, 1),
        "one of a tuple" => fit(inputs(x), 2, 1),
        "no steps" => model.fit_generator(plain(), FitGenerator::default()).map(drop),
        "no steps, evaluate" => model.evaluate_generator(plain(), EvaluateGenerator::default()).map(drop),
        "no steps, predict" => model.predict_generator(inputs(x), PredictGenerator::default()).map(drop),
        "no validation steps" => {
            let held = Some(plain().into());
            let options = FitGenerator { steps_per_epoch: Some(1), validation_data: held, verbose: 0, ..FitGenerator::default() };
            model.fit_generator(plain(), options).map(drop)
        }
        "y beside a generator" => fitting(y.into(), Fit::default()),
        "sample_weight beside a generator" => fitting(Data::none(), Fit { sample_weight: array(2, 1).into(), ..Fit::default() }),
        "batch_size beside a generator" => fitting(Data::none(), Fit { batch_size: Some(2), ..Fit::default() }),
        "validation_split beside a generator" => fitting(Data::none(), Fit { validation_split: 0.5, ..Fit::default() }),
        "y beside a generator, evaluate" => model.evaluate(plain(), y, Evaluate { steps: Some(1), ..Evaluate::default() }).map(drop),
        "batch_size beside a generator, evaluate" => {
            model.evaluate(plain(), (), Evaluate { steps: Some(1), batch_size: Some(2), ..Evaluate::default() }).map(drop)
        }
        "batch_size beside a generator, predict" => {
            model.predict(inputs(x), Predict { steps: Some(1), batch_size: Some(2), ..Predict::default() }).map(drop)
        }
        "empty batch" => model.evaluate_generator(pairs(array(0, 2), array(0, 1), 3), two).map(drop),
        "empty batch, fit" => fit(pairs(array(0, 2), array(0, 1), 3), 2, 1),
        "empty batch, predict" => {
            let options = PredictGenerator { steps: Some(2), ..PredictGenerator::default() };
            model.predict_generator(inputs(array(0, 2)), options).map(drop)
        }
        "empty sequence" => model.fit_generator(source("sequence", Vec::new()), FitGenerator::default()).map(drop),
        "empty sequence, evaluate" => model.evaluate_generator(source("sequence", Vec::new()), EvaluateGenerator::default()).map(drop),
        "not compiled" => {
            let Setting::Map(options) = setting(&json!({"units": 1, "input_shape": [2]})) else { panic!() };
            let model = Sequential::new().add(LayerRef::construct("Dense", options).unwrap()).unwrap();
            let options = FitGenerator { steps_per_epoch: Some(2), verbose: 0, ..FitGenerator::default() };
            model.fit_generator(plain(), options).map(drop)
        }
        _ => return None,
    })
}

#[test]
fn reactions() {
    let mut count = 0;
    for case in cases("generators").iter().filter(|c| c["kind"] == "reaction") {
        let id = case["id"].as_str().unwrap();
        let Some(got) = react(id) else { continue };
        let error = got.expect_err(id);
        let message = case["message"].as_str().unwrap_or_default();
        // Data without samples is refused by name (D-no-samples), where Keras goes on with nothing or fails by accident.
        if id.starts_with("empty") {
            assert_eq!((error.class().name(), error.code()), ("ValueError", "no_samples"), "{id}");
        } else {
            let wanted = if case["class"] == "OSError" { "IOError" } else { case["class"].as_str().unwrap() };
            assert_eq!(error.class().name(), wanted, "{id}: {error:?}");
            let start = |text: &str| text.replace("isa", "is a").split_whitespace().take(4).collect::<Vec<_>>().join(" ");
            if !message.is_empty() && id != "validation_split beside a generator" && id != "not compiled" {
                assert_eq!(start(error.message()), start(message), "{id}: {error:?}");
            }
        }
        count += 1;
    }
    assert_eq!(count, 25);
}

#[test]
fn totals() {
    let mut count = 0;
    for case in cases("generators").iter().filter(|c| c["kind"] == "total_loss") {
        let id = case["id"].as_str().unwrap();
        let model = model(case, &case["compile"]);
        let total = model.total_loss().unwrap();
        let weights = model.trainable_weights();
        let reads: Vec<Value> = weights.iter().map(Value::read).collect();
        let mut wanted = vec![total.clone()];
        wanted.extend(graph::gradients(&[total], None, &reads).unwrap().into_iter().flatten());
        let inputs: Vec<Value> =
            model.inputs().into_iter().chain(model.targets().unwrap()).chain(model.sample_weights().unwrap()).collect();
        let fed: Vec<Array> = ["x", "y", "sample_weight"].iter().flat_map(|key| arrays(&case[key])).collect();
        let got = Function::new(&inputs, &wanted, Vec::new()).unwrap().run(&fed).unwrap();
        close(id, &got[0].to_f64(), &[float(&case["total"])], 1e-5);
        close_arrays(id, &got[1..], &case["gradients"], TOLERANCE);
        let options = ironhorn::training::TestOnBatch::from_map([("sample_weight", setting(&case["sample_weight"]))].into()).unwrap();
        let tested = model.test_on_batch(data(&case["x"]), data(&case["y"]), options).unwrap();
        close(id, &tested[..1], &[float(&case["total"])], 1e-5);
        count += 1;
    }
    assert_eq!(count, 3);
}

fn numbered(n: usize) -> Vec<Batch> {
    let one = |i: usize| Array::full(ironhorn::DType::F32, [2, 2], i as f64);
    (0..n).map(|i| (one(i), array(2, 1)).into()).collect()
}

#[test]
fn a_sequence_is_used_in_order_by_many_threads_and_shuffled_by_seed() {
    let slow = |i: usize| thread::sleep(Duration::from_millis(if i.is_multiple_of(2) { 3 } else { 0 }));
    struct Slow<F>(Arc<Listed>, F);
    impl<F: Fn(usize) + Send + Sync> ironhorn::training::Sequence for Slow<F> {
        fn len(&self) -> usize {
            self.0.len()
        }
        fn get(&self, i: usize) -> Result<Batch> {
            (self.1)(i);
            self.0.get(i)
        }
    }
    let model = small();
    let run = |workers: usize| {
        let listed = Listed::new(numbered(12), 12);
        let options = PredictGenerator { workers, max_queue_size: 4, ..PredictGenerator::default() };
        let predicted = model.predict_generator(Source::sequence(Slow(listed.clone(), slow)), options).unwrap();
        let threads = listed.threads.lock().unwrap().len();
        (predicted.to_f64(), threads, listed.threads.lock().unwrap().contains(&thread::current().id()))
    };
    let (alone, _, here) = run(0);
    assert!(here);
    let (several, threads, here) = run(4);
    assert_eq!(alone, several);
    assert!(threads > 1 && !here, "{threads} threads");

    let order = |fits: usize| {
        let listed = Listed::new(numbered(8), 8);
        let model = small();
        for _ in 0..fits {
            model
                .fit_generator(Source::shared(listed.clone()), FitGenerator { workers: 0, verbose: 0, ..FitGenerator::default() })
                .unwrap();
        }
        listed.asked.lock().unwrap().clone()
    };
    let (first, both) = (order(1), order(2));
    assert_eq!(first, both[..8], "the same order for the same seed, epoch and step");
    assert_ne!(both[..8], both[8..], "another order for each epoch");
    let mut sorted = first.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..8).collect::<Vec<_>>());
    assert_ne!(first, sorted);
}

#[test]
fn no_more_batches_are_made_ahead_than_said() {
    let made = Arc::new(AtomicUsize::new(0));
    let (count, counted) = (made.clone(), made.clone());
    let endless = (0..).map(move |_: usize| {
        count.fetch_add(1, Ordering::SeqCst);
        (array(2, 2), array(2, 1))
    });
    let source = Source::iterator(endless);
    let mut most = 0;
    let mut used = 0;
    let mut watch = LambdaCallback::new().on(Hook::TrainBatchEnd, move |_, _, _| {
        thread::sleep(Duration::from_millis(5));
        used += 1;
        most = most.max(counted.load(Ordering::SeqCst) - used);
        assert!(most <= 3, "{most} made ahead");
        Ok(())
    });
    let options = FitGenerator { steps_per_epoch: Some(10), epochs: 2, max_queue_size: 3, verbose: 0, ..FitGenerator::default() };
    small().fit_with(&source, (), options.into(), &mut [&mut watch]).unwrap();
    // A run asks for what it needs and no more: the next one goes on where it ended.
    assert_eq!(made.load(Ordering::SeqCst), 20);
}

#[test]
fn more_workers_than_can_work_are_refused() {
    let several = FitGenerator { steps_per_epoch: Some(1), workers: 2, verbose: 0, ..FitGenerator::default() };
    let error = small().fit_generator(pairs(array(2, 2), array(2, 1), 3), several.clone()).unwrap_err();
    assert_eq!((error.class().name(), error.code()), ("ValueError", "workers_stream"));
    let error = small().fit_generator(source("sequence", numbered(3)).bound(), several).unwrap_err();
    assert_eq!((error.class().name(), error.code()), ("ValueError", "workers_bound"));
    let apart = FitGenerator { use_multiprocessing: true, verbose: 0, ..FitGenerator::default() };
    let error = small().fit_generator(source("sequence", numbered(3)).bound(), apart).unwrap_err();
    assert_eq!(error.code(), "workers_bound");
    struct Panics;
    impl ironhorn::training::Sequence for Panics {
        fn len(&self) -> usize {
            2
        }
        fn get(&self, _: usize) -> Result<Batch> {
            panic!("a test's own panic")
        }
    }
    let error = small().fit_generator(Source::sequence(Panics), FitGenerator { verbose: 0, ..FitGenerator::default() }).unwrap_err();
    assert_eq!(error.code(), "worker_panic");
}

#[test]
fn a_model_without_input_shape_is_built_by_the_first_batch_which_is_not_lost() {
    let Setting::Map(options) = setting(&json!({"units": 1})) else { panic!() };
    let model = Sequential::new().add(LayerRef::construct("Dense", options).unwrap()).unwrap();
    model.compile(Compile::new("sgd").loss("mse")).unwrap();
    let options = FitGenerator { steps_per_epoch: Some(3), verbose: 0, ..FitGenerator::default() };
    model.fit_generator(pairs(array(2, 2), array(2, 1), 3), options).unwrap();
    assert_eq!(model.get_weights()[0].shape(), [2, 1]);
}
