//! One half of `npm run interop`: writes files for Keras to open, and opens those that Keras wrote, comparing what both compute.
//!
//! `interop write FOLDER` trains models, saves each, and puts what they predict and how they go on into a JSON beside. `interop
//! read FOLDER` does what `scripts/interop/other_side.py` does with the files of the other side.
use ironhorn::activations::{Linear, Relu, Sigmoid, Softmax, Tanh};
use ironhorn::layer::{Apply, LayerRef, input};
use ironhorn::layers::{Activation, Dense};
use ironhorn::losses::CategoricalCrossentropy;
use ironhorn::model::{Model, Sequential};
use ironhorn::optimizers::{Adam, SGD};
use ironhorn::saving::{Load, LoadWeights, Save, load_model};
use ironhorn::training::{Compile, Data, Losses, PerOutput, Predict, TrainOnBatch};
use ironhorn::{Array, DType, random};
use serde_json::{Value as Json, json};
use std::{error::Error, path::Path};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().collect();
    match &args[1..] {
        [what, folder] if what == "write" => write(Path::new(folder)),
        [what, folder] if what == "read" => read(Path::new(folder)),
        _ => Err("say `write FOLDER` or `read FOLDER`".into()),
    }
}

/// Numbers that are all different and the same each time.
fn numbers(shape: [usize; 2], seed: usize) -> Outcome<Array> {
    let n = shape[0] * shape[1];
    let data: Vec<f32> = (0..n).map(|i| ((i * 7919 + seed * 104_729) % 2003) as f32 / 1001.5 - 1.0).collect();
    Ok(Array::from_slice(shape, &data)?)
}

fn one_hot(rows: usize, classes: usize) -> Outcome<Array> {
    let data: Vec<f32> = (0..rows * classes).map(|i| if i % classes == (i / classes) % classes { 1.0 } else { 0.0 }).collect();
    Ok(Array::from_slice([rows, classes], &data)?)
}

fn write(folder: &Path) -> Outcome<()> {
    std::fs::create_dir_all(folder)?;
    random::set_seed(1);
    let stack = Sequential::new().add(Dense::new(7).activation(Relu::new()).input_dim(5))?.add(Dense::new(3).activation(Softmax::new()))?;
    let loss = CategoricalCrossentropy::new().label_smoothing(0.1);
    stack.compile(Compile::new(Adam::new().learning_rate(0.01).amsgrad(true)).loss(loss).metrics(["accuracy"]))?;
    record(folder, "sequential", &stack, &[numbers([8, 5], 1)?], &[one_hot(8, 3)?])?;

    let x = input([Some(4)])?;
    let inner = Sequential::named("inner").add(Dense::new(6).activation(Tanh).input_dim(4))?.add(Dense::new(4).with_trainable(false))?;
    let shared: LayerRef = Dense::new(4).activation(Relu::new()).with_name("shared");
    let h = inner.call_on(&shared.apply(&shared.apply(&x)?)?)?;
    let left = Dense::new(2).with_name("left").apply(&h)?;
    let right = Dense::new(1).activation(Sigmoid).with_name("right").apply(&inner.call_on(&h)?)?;
    let nested = Model::named(&x, [&left, &right], Some("nested"))?;
    let named = |a: &str, b: &str| Losses::Named(vec![("left".into(), a.into()), ("right".into(), b.into())]);
    let weights = PerOutput::Named(vec![("left".into(), 1.0), ("right".into(), 0.5)]);
    let sgd = SGD::new().learning_rate(0.05).momentum(0.9).nesterov(true).decay(0.01).clipnorm(1.0);
    nested.compile(Compile::new(sgd).loss(named("mse", "binary_crossentropy")).loss_weights(weights))?;
    let y = [numbers([6, 2], 3)?, Array::full(DType::F32, [6, 1], 1.0)];
    record(folder, "nested", &nested, &[numbers([6, 4], 2)?], &y)?;

    let long = Sequential::new().add(Dense::new(2).input_dim(2))?;
    for i in 0..330 {
        long.add(Activation::new(Linear).with_name(&format!("{i:0>206}")))?;
    }
    long.compile(Compile::new("sgd").loss("mse"))?;
    record(folder, "long_names", &long, &[numbers([4, 2], 4)?], &[numbers([4, 2], 5)?])
}

fn record(folder: &Path, name: &str, model: &Model, x: &[Array], y: &[Array]) -> Outcome<()> {
    for _ in 0..3 {
        model.train_on_batch(Data::List(x.to_vec()), Data::List(y.to_vec()), TrainOnBatch::default())?;
    }
    model.save(folder.join(format!("{name}.h5")), Save::default())?;
    model.save_weights(folder.join(format!("{name}_weights.h5")), Save::default())?;
    let mut about = json!({ "x": plain(x), "y": plain(y), "weights": plain(&values(model)) });
    about["prediction"] = plain(&model.predict_all(Data::List(x.to_vec()), Predict::default())?);
    about["losses"] = further(model, x, y)?.into();
    about["final_weights"] = plain(&values(model));
    Ok(std::fs::write(folder.join(format!("{name}.json")), about.to_string())?)
}

/// Layer by layer: tf-keras has another order for a whole model.
fn values(model: &Model) -> Vec<Array> {
    model.layers().iter().flat_map(|layer| layer.weights()).map(|w| w.get()).collect()
}

/// The loss of each of three further steps.
fn further(model: &Model, x: &[Array], y: &[Array]) -> Outcome<Vec<f64>> {
    let step = |_| Ok(model.train_on_batch(Data::List(x.to_vec()), Data::List(y.to_vec()), TrainOnBatch::default())?[0]);
    (0..3).map(step).collect()
}

fn plain(arrays: &[Array]) -> Json {
    arrays.iter().map(|a| json!({ "shape": a.shape(), "data": a.to_f64() })).collect::<Vec<_>>().into()
}

fn arrays(json: &Json) -> Outcome<Vec<Array>> {
    let one = |json: &Json| {
        let list = |name: &str| json[name].as_array().ok_or_else(|| format!("there is no {name}"));
        let shape: Vec<usize> = list("shape")?.iter().filter_map(Json::as_u64).map(|n| n as usize).collect();
        let data: Vec<f64> = list("data")?.iter().filter_map(Json::as_f64).collect();
        Ok(Array::from_f64(DType::F32, shape, &data)?)
    };
    json.as_array().ok_or("there is no list of arrays")?.iter().map(one).collect()
}

fn read(folder: &Path) -> Outcome<()> {
    let mut failed = 0;
    for name in ["sequential", "nested", "long_names"] {
        let outcome = compare(folder, name);
        failed += usize::from(outcome.is_err());
        match outcome {
            Ok(()) => println!("{name}: the same"),
            Err(why) => println!("{name}: {why}"),
        }
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} files differ").into()) }
}

fn compare(folder: &Path, name: &str) -> Outcome<()> {
    let about: Json = serde_json::from_str(&std::fs::read_to_string(folder.join(format!("{name}.json")))?)?;
    let model = load_model(folder.join(format!("{name}.h5")), Load::default())?;
    let (x, y) = (arrays(&about["x"])?, arrays(&about["y"])?);
    near("weights", &values(&model), &arrays(&about["weights"])?, 0.0)?;
    near("prediction", &model.predict_all(Data::List(x.clone()), Predict::default())?, &arrays(&about["prediction"])?, 1e-5)?;
    let losses: Vec<f64> = about["losses"].as_array().ok_or("no losses")?.iter().filter_map(Json::as_f64).collect();
    let vector = |v: &[f64]| Array::from_slice([v.len()], v);
    near("losses", &[vector(&further(&model, &x, &y)?)?], &[vector(&losses)?], 2e-4)?;
    near("weights after three steps", &values(&model), &arrays(&about["final_weights"])?, 2e-4)?;
    model.load_weights(folder.join(format!("{name}_weights.h5")), LoadWeights::default())?;
    near("weights alone", &values(&model), &arrays(&about["weights"])?, 0.0)
}

fn near(what: &str, got: &[Array], want: &[Array], tolerance: f64) -> Outcome<()> {
    if got.len() != want.len() {
        return Err(format!("{what}: {} arrays instead of {}", got.len(), want.len()).into());
    }
    for (got, want) in got.iter().zip(want) {
        let (a, b) = (got.to_f64(), want.to_f64());
        let largest = b.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        let off = a.iter().zip(&b).any(|(a, b)| (a - b).abs() > tolerance * largest + if tolerance > 0.0 { 1e-6 } else { 0.0 });
        if got.shape() != want.shape() || off {
            return Err(format!("{what}: {a:?} instead of {b:?}").into());
        }
    }
    Ok(())
}
