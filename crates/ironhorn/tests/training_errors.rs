//! Wrong uses of compile, fit, evaluate, predict: Keras's class and the sense of its message for each golden case, and codes.
use ironhorn::{
    Array, Class, DType, Error, Result, Value,
    callbacks::{Hook, LambdaCallback},
    config::{Config, Map, Object, Setting},
    layer::{InputOptions, LayerRef, input, input_with},
    layers::Embedding,
    model::{Model, Sequential},
    training::{Compile, Data, Evaluate, Fit, Predict, SampleWeight, TestOnBatch, TrainOnBatch},
};
use serde_json::{Value as Json, json};
use std::fs;

fn zeros(shape: &[usize]) -> Array {
    Array::zeros(DType::F32, shape)
}

fn map(json: Json) -> Map {
    let Setting::Map(map) = Setting::from(json) else { panic!("a map") };
    map
}

fn dense(options: Json) -> LayerRef {
    LayerRef::construct("Dense", map(options)).unwrap()
}

fn built(width: usize, activation: &str) -> Model {
    Sequential::new().add(dense(json!({"units": width, "activation": activation, "input_shape": [3]}))).unwrap().into()
}

fn compile(model: Model, options: Json) -> Result<Model> {
    model.compile(Compile::from_map(map(options))?)?;
    Ok(model)
}

/// compile('sgd', 'mse', ..) of a small model.
fn mse(options: Json) -> Result<()> {
    let mut all = json!({"optimizer": "sgd", "loss": "mse"});
    options.as_object().unwrap().iter().for_each(|(k, v)| all[k] = v.clone());
    compile(built(2, "linear"), all).map(drop)
}

fn compiled() -> Model {
    compile(built(2, "linear"), json!({"optimizer": "sgd", "loss": "mse"})).unwrap()
}

fn with_loss(loss: &str, width: usize, activation: &str) -> Model {
    compile(built(width, activation), json!({"optimizer": "sgd", "loss": loss})).unwrap()
}

fn double(options: Json) -> Result<Model> {
    let input = |size: usize, name: &str| {
        input_with(vec![None, Some(size)], InputOptions { name: Some(name.to_owned()), ..InputOptions::default() })
    };
    let (a, b): (Value, Value) = (input(3, "a")?, input(2, "b")?);
    let p = dense(json!({"units": 2, "name": "p"})).apply(&a)?;
    let q = dense(json!({"units": 1, "name": "q"})).apply(&b)?;
    let mut all = json!({"optimizer": "sgd", "loss": "mse"});
    options.as_object().unwrap().iter().for_each(|(k, v)| all[k] = v.clone());
    compile(Model::new([&a, &b], [&p, &q])?, all)
}

fn two() -> Model {
    double(json!({})).unwrap()
}

fn quiet() -> Fit {
    Fit { verbose: 0, ..Fit::default() }
}

fn fit(x: impl Into<Data>, y: impl Into<Data>) -> Result<()> {
    compiled().fit(x, y, quiet()).map(drop)
}

/// fit of fitting data with options as a user gives them.
fn fit_options(options: impl Into<Map>) -> Result<()> {
    let options = Fit { verbose: 0, ..Fit::from_map(options.into())? };
    compiled().fit(zeros(&[4, 3]), zeros(&[4, 2]), options).map(drop)
}

fn weighted(w: impl Into<SampleWeight>) -> Result<()> {
    compiled().fit(zeros(&[4, 3]), zeros(&[4, 2]), Fit { sample_weight: w.into(), ..quiet() }).map(drop)
}

fn evaluate(x: impl Into<Data>, y: impl Into<Data>) -> Result<()> {
    compiled().evaluate(x, y, Evaluate { verbose: 0, ..Evaluate::default() }).map(drop)
}

fn object(array: Array) -> Setting {
    Object::new("an array", array).into()
}

/// What a case of the golden file does, and a part of the message that must be in ours.
type Case = (&'static str, fn() -> Result<()>, &'static str);

fn cases() -> Vec<Case> {
    vec![
        ("built().compile('sgd')", || compile(built(2, "linear"), json!({"optimizer": "sgd"})).map(drop), "no loss to optimize"),
        (
            "built().compile('bogus', 'mse')",
            || compile(built(2, "linear"), json!({"optimizer": "bogus", "loss": "mse"})).map(drop),
            "Unknown optimizer: bogus",
        ),
        ("built().compile('sgd', 'bogus')", || mse(json!({"loss": "bogus"})), "Unknown loss function:bogus"),
        (
            "built().compile('sgd', ['mse', 'mse'])",
            || mse(json!({"loss": ["mse", "mse"]})),
            "When passing a list as loss, it should have one entry per model output. The model has 1 outputs",
        ),
        (
            "built().compile('sgd', {'bogus': 'mse'})",
            || mse(json!({"loss": {"bogus": "mse"}})),
            "Unknown entries in loss dictionary: ['bogus']. Only expected following keys: [",
        ),
        ("built().compile('sgd', 3)", || mse(json!({"loss": 3})), "Could not interpret loss function identifier"),
        (
            "built().compile('sgd', 'mse', metrics='accuracy')",
            || mse(json!({"metrics": "accuracy"})),
            "Type of `metrics` argument not understood. Expected a list or dictionary",
        ),
        ("built().compile('sgd', 'mse', metrics=['bogus'])", || mse(json!({"metrics": ["bogus"]})), "Unknown metric function:bogus"),
        (
            "built().compile('sgd', 'mse', metrics={'bogus': ['mae']})",
            || mse(json!({"metrics": {"bogus": ["mae"]}})),
            "Unknown entries in metrics dictionary: ['bogus']",
        ),
        (
            "built().compile('sgd', 'mse', metrics=[['mae'], ['mae']])",
            || mse(json!({"metrics": [["mae"], ["mae"]]})),
            "When passing a list of lists as `metrics`",
        ),
        (
            "built().compile('sgd', 'mse', loss_weights=[1., 2.])",
            || mse(json!({"loss_weights": [1.0, 2.0]})),
            "When passing a list as loss_weights",
        ),
        (
            "built().compile('sgd', 'mse', loss_weights=2.)",
            || mse(json!({"loss_weights": 2.0})),
            "Could not interpret loss_weights argument",
        ),
        (
            "built().compile('sgd', 'mse', loss_weights={'bogus': 1.})",
            || mse(json!({"loss_weights": {"bogus": 1.0}})),
            "Unknown entries in loss_weights dictionary: ['bogus']",
        ),
        (
            "built().fit(zeros(4, 3), zeros(4, 2), verbose=0)",
            || built(2, "linear").fit(zeros(&[4, 3]), zeros(&[4, 2]), quiet()).map(drop),
            "You must compile a model before training/testing",
        ),
        (
            "built().evaluate(zeros(4, 3), zeros(4, 2), verbose=0)",
            || built(2, "linear").evaluate(zeros(&[4, 3]), zeros(&[4, 2]), Evaluate::default()).map(drop),
            "You must compile a model",
        ),
        (
            "built().train_on_batch(zeros(4, 3), zeros(4, 2))",
            || built(2, "linear").train_on_batch(zeros(&[4, 3]), zeros(&[4, 2]), TrainOnBatch::default()).map(drop),
            "You must compile a model",
        ),
        (
            "built().test_on_batch(zeros(4, 3), zeros(4, 2))",
            || built(2, "linear").test_on_batch(zeros(&[4, 3]), zeros(&[4, 2]), TestOnBatch::default()).map(drop),
            "You must compile a model",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), epoch=3, verbose=0)",
            || fit_options(map(json!({"epoch": 3}))),
            "has no option `epoch`; did you mean `epochs`?",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), batch_size=2.5, verbose=0)",
            || fit_options(map(json!({"batch_size": 2.5}))),
            "a whole number",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), batch_size='2', verbose=0)",
            || fit_options(map(json!({"batch_size": "2"}))),
            "a whole number",
        ),
        ("compiled().fit(zeros(4, 3), zeros(4, 2), epochs=1.5, verbose=0)", || fit_options(map(json!({"epochs": 1.5}))), "a whole number"),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), batch_size=2, steps_per_epoch=2, verbose=0)",
            || fit_options(map(json!({"batch_size": 2, "steps_per_epoch": 2}))),
            "the `batch_size` must be None",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), validation_data=(zeros(4, 3),), verbose=0)",
            || fit_options([("validation_data", Setting::List(vec![object(zeros(&[4, 3]))]))]),
            "however it contains 1 items",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), validation_data=(zeros(4, 3), zeros(3, 2)), verbose=0)",
            || fit_options([("validation_data", Setting::List(vec![object(zeros(&[4, 3])), object(zeros(&[3, 2]))]))]),
            "Found 4 input samples and 3 target samples",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), validation_data=(zeros(4, 2), zeros(4, 2)), verbose=0)",
            || fit_options([("validation_data", Setting::List(vec![object(zeros(&[4, 2])), object(zeros(&[4, 2]))]))]),
            "to have shape (3,) but got array with shape (2,)",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), validation_data=(zeros(4, 3), zeros(4, 2), zeros(3)), verbose=0)",
            || fit_options([("validation_data", Setting::List(vec![object(zeros(&[4, 3])), object(zeros(&[4, 2])), object(zeros(&[3]))]))]),
            "sample_weight cannot be broadcast",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), validation_split=0.5, validation_freq=0, verbose=0)",
            || fit_options(map(json!({"validation_split": 0.5, "validation_freq": 0}))),
            "`validation_freq` can not be less than 1",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), validation_split=0.5, validation_freq=1.5, verbose=0)",
            || fit_options(map(json!({"validation_split": 0.5, "validation_freq": 1.5}))),
            "`validation_freq` must be",
        ),
        (
            "compiled().predict(zeros(4, 3), batch_size=2, steps=2)",
            || compiled().predict(zeros(&[4, 3]), Predict { batch_size: Some(2), steps: Some(2), ..Predict::default() }).map(drop),
            "If steps is set, the `batch_size` must be None",
        ),
        (
            "compiled().fit(zeros(4, 2), zeros(4, 2), verbose=0)",
            || fit(zeros(&[4, 2]), zeros(&[4, 2])),
            "Error when checking input: expected",
        ),
        (
            "compiled().fit(zeros(4), zeros(4, 2), verbose=0)",
            || fit(zeros(&[4]), zeros(&[4, 2])),
            "to have shape (3,) but got array with shape (1,)",
        ),
        (
            "compiled().fit(zeros(4, 3, 1), zeros(4, 2), verbose=0)",
            || fit(zeros(&[4, 3, 1]), zeros(&[4, 2])),
            "to have 2 dimensions, but got array with shape (4, 3, 1)",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 3), verbose=0)",
            || fit(zeros(&[4, 3]), zeros(&[4, 3])),
            "Error when checking target: expected",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4), verbose=0)",
            || fit(zeros(&[4, 3]), zeros(&[4])),
            "to have shape (2,) but got array with shape (1,)",
        ),
        ("compiled().fit(zeros(4, 3), zeros(4, 2, 1), verbose=0)", || fit(zeros(&[4, 3]), zeros(&[4, 2, 1])), "to have 2 dimensions"),
        (
            "compiled().fit(zeros(4, 3), zeros(3, 2), verbose=0)",
            || fit(zeros(&[4, 3]), zeros(&[3, 2])),
            "Found 4 input samples and 3 target samples",
        ),
        (
            "compiled().fit([zeros(4, 3), zeros(4, 3)], zeros(4, 2), verbose=0)",
            || fit(vec![zeros(&[4, 3]), zeros(&[4, 3])], zeros(&[4, 2])),
            "Expected to see 1 array(s)",
        ),
        (
            "compiled().fit({'bogus': zeros(4, 3)}, zeros(4, 2), verbose=0)",
            || fit([("bogus", zeros(&[4, 3]))], zeros(&[4, 2])),
            "No data provided for \"dense_",
        ),
        (
            "compiled().fit(zeros(4, 3), {'bogus': zeros(4, 2)}, verbose=0)",
            || fit(zeros(&[4, 3]), [("bogus", zeros(&[4, 2]))]),
            "Need data for each key in: ['dense_",
        ),
        (
            "compiled().fit(zeros(4, 3), [zeros(4, 2), zeros(4, 2)], verbose=0)",
            || fit(zeros(&[4, 3]), vec![zeros(&[4, 2]), zeros(&[4, 2])]),
            "Error when checking model target",
        ),
        (
            "compiled().evaluate(zeros(4, 2), zeros(4, 2), verbose=0)",
            || evaluate(zeros(&[4, 2]), zeros(&[4, 2])),
            "to have shape (3,) but got",
        ),
        (
            "compiled().evaluate(zeros(4, 3), zeros(3, 2), verbose=0)",
            || evaluate(zeros(&[4, 3]), zeros(&[3, 2])),
            "Found 4 input samples and 3",
        ),
        (
            "compiled().predict(zeros(4, 2))",
            || compiled().predict(zeros(&[4, 2]), Predict::default()).map(drop),
            "to have shape (3,) but got",
        ),
        (
            "compiled().predict(zeros(3))",
            || compiled().predict(zeros(&[3]), Predict::default()).map(drop),
            "to have shape (3,) but got array with shape (1,)",
        ),
        (
            "compiled().predict([zeros(4, 3), zeros(4, 3)])",
            || compiled().predict(vec![zeros(&[4, 3]), zeros(&[4, 3])], Predict::default()).map(drop),
            "Error when checking model input",
        ),
        (
            "compiled().train_on_batch(zeros(4, 2), zeros(4, 2))",
            || compiled().train_on_batch(zeros(&[4, 2]), zeros(&[4, 2]), TrainOnBatch::default()).map(drop),
            "Error when checking input",
        ),
        (
            "compiled().train_on_batch(zeros(4, 3), zeros(3, 2))",
            || compiled().train_on_batch(zeros(&[4, 3]), zeros(&[3, 2]), TrainOnBatch::default()).map(drop),
            "same number of samples",
        ),
        (
            "compiled().test_on_batch(zeros(4, 3), zeros(4, 3))",
            || compiled().test_on_batch(zeros(&[4, 3]), zeros(&[4, 3]), TestOnBatch::default()).map(drop),
            "Error when checking target",
        ),
        ("compiled().predict_on_batch(zeros(4, 2))", || compiled().predict_on_batch(zeros(&[4, 2])).map(drop), "Error when checking input"),
        (
            "compiled('categorical_crossentropy', 3, 'softmax').fit(zeros(4, 3), zeros(4), verbose=0)",
            || with_loss("categorical_crossentropy", 3, "softmax").fit(zeros(&[4, 3]), zeros(&[4]), quiet()).map(drop),
            "to have shape (3,) but got array with shape (1,)",
        ),
        (
            "compiled('categorical_crossentropy', 1, 'sigmoid').fit(zeros(4, 3), zeros(4, 1), verbose=0)",
            || with_loss("categorical_crossentropy", 1, "sigmoid").fit(zeros(&[4, 3]), zeros(&[4, 1]), quiet()).map(drop),
            "You are passing a target array of shape (4, 1) while using as loss `categorical_crossentropy`",
        ),
        (
            "compiled('sparse_categorical_crossentropy', 3, 'softmax').fit(zeros(4, 3), zeros(4, 3), verbose=0)",
            || with_loss("sparse_categorical_crossentropy", 3, "softmax").fit(zeros(&[4, 3]), zeros(&[4, 3]), quiet()).map(drop),
            "to have shape (1,) but got array with shape (3,)",
        ),
        (
            "compiled('binary_crossentropy', 1, 'sigmoid').fit(zeros(4, 3), zeros(4, 2), verbose=0)",
            || with_loss("binary_crossentropy", 1, "sigmoid").fit(zeros(&[4, 3]), zeros(&[4, 2]), quiet()).map(drop),
            "to have shape (1,) but got array with shape (2,)",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), sample_weight=zeros(3), verbose=0)",
            || weighted(zeros(&[3])),
            "Found a sample_weight array with shape (3,) for an input with shape (4, 2). sample_weight cannot be broadcast.",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), sample_weight=zeros(4, 1), verbose=0)",
            || weighted(zeros(&[4, 1])),
            "make sure your sample_weight array is 1D",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), sample_weight=zeros(4, 2), verbose=0)",
            || weighted(zeros(&[4, 2])),
            "sample_weight_mode=\"temporal\"",
        ),
        (
            "compiled(sample_weight_mode='temporal').fit(zeros(4, 3), zeros(4, 2), sample_weight=zeros(4), verbose=0)",
            || {
                let model = compile(built(2, "linear"), json!({"optimizer": "sgd", "loss": "mse", "sample_weight_mode": "temporal"}))?;
                model.fit(zeros(&[4, 3]), zeros(&[4, 2]), Fit { sample_weight: zeros(&[4]).into(), ..quiet() }).map(drop)
            },
            "restricted to outputs that are at least 3D",
        ),
        (
            "compiled().fit(zeros(4, 3), zeros(4, 2), class_weight={1: 2.}, verbose=0)",
            || fit_options(map(json!({"class_weight": {"1": 2.0}}))),
            "The classes {0} exist in the data but not in `class_weight`",
        ),
        (
            "compiled('sparse_categorical_crossentropy', 3, 'softmax').fit(zeros(4, 3), np.array([0, 1, 2, 1]), class_weight={0: 1., 1: 2.}, verbose=0)",
            || {
                let y = Array::from_slice([4], &[0i64, 1, 2, 1])?;
                let model = with_loss("sparse_categorical_crossentropy", 3, "softmax");
                model.fit(zeros(&[4, 3]), y, Fit { class_weight: [(0.0, 1.0), (1.0, 2.0)].into(), ..quiet() }).map(drop)
            },
            "The classes {2} exist in the data",
        ),
        (
            "compiled('binary_crossentropy', 1, 'sigmoid').train_on_batch(zeros(2, 3), np.array([0, 1]), class_weight={0: 1.})",
            || {
                let options = TrainOnBatch { class_weight: [(0.0, 1.0)].into(), ..TrainOnBatch::default() };
                with_loss("binary_crossentropy", 1, "sigmoid")
                    .train_on_batch(zeros(&[2, 3]), Array::from_slice([2], &[0i32, 1])?, options)
                    .map(drop)
            },
            "The classes {1} exist in the data",
        ),
        (
            "compiled().evaluate(zeros(4, 3), zeros(4, 2), sample_weight=zeros(5), verbose=0)",
            || {
                compiled()
                    .evaluate(zeros(&[4, 3]), zeros(&[4, 2]), Evaluate { sample_weight: zeros(&[5]).into(), ..Evaluate::default() })
                    .map(drop)
            },
            "sample_weight cannot be broadcast",
        ),
        ("double(loss=['mse'])", || double(json!({"loss": ["mse"]})).map(drop), "The model has 2 outputs"),
        (
            "double(loss={'p': 'mse', 'r': 'mse'})",
            || double(json!({"loss": {"p": "mse", "r": "mse"}})).map(drop),
            "Unknown entries in loss dictionary: ['r']. Only expected following keys: ['p', 'q']",
        ),
        ("double(loss_weights=[1.])", || double(json!({"loss_weights": [1.0]})).map(drop), "The model has 2 outputs"),
        ("double(loss_weights=2.)", || double(json!({"loss_weights": 2.0})).map(drop), "Could not interpret loss_weights"),
        ("double(metrics=[['mae']])", || double(json!({"metrics": [["mae"]]})).map(drop), "The model has 2 outputs"),
        (
            "double(metrics={'r': 'mae'})",
            || double(json!({"metrics": {"r": "mae"}})).map(drop),
            "Unknown entries in metrics dictionary: ['r']",
        ),
        (
            "double(sample_weight_mode={'r': None})",
            || double(json!({"sample_weight_mode": {"r": "temporal"}})).map(drop),
            "in sample_weight_mode dictionary",
        ),
        (
            "double().fit(zeros(4, 3), [zeros(4, 2), zeros(4, 1)], verbose=0)",
            || two().fit(zeros(&[4, 3]), vec![zeros(&[4, 2]), zeros(&[4, 1])], quiet()).map(drop),
            "Expected to see 2 array(s)",
        ),
        (
            "double().fit([zeros(4, 3), zeros(3, 2)], [zeros(4, 2), zeros(4, 1)], verbose=0)",
            || two().fit(vec![zeros(&[4, 3]), zeros(&[3, 2])], vec![zeros(&[4, 2]), zeros(&[4, 1])], quiet()).map(drop),
            "All input arrays (x) should have the same number of samples. Got array shapes: [(4, 3), (3, 2)]",
        ),
        (
            "double().fit([zeros(4, 3), zeros(4, 2)], [zeros(4, 2), zeros(3, 1)], verbose=0)",
            || two().fit(vec![zeros(&[4, 3]), zeros(&[4, 2])], vec![zeros(&[4, 2]), zeros(&[3, 1])], quiet()).map(drop),
            "All target arrays (y) should have the same number of samples. Got array shapes: [(4, 2), (3, 1)]",
        ),
        (
            "double().fit([zeros(4, 2), zeros(4, 3)], [zeros(4, 2), zeros(4, 1)], verbose=0)",
            || two().fit(vec![zeros(&[4, 2]), zeros(&[4, 3])], vec![zeros(&[4, 2]), zeros(&[4, 1])], quiet()).map(drop),
            "expected a to have shape (3,) but got array with shape (2,)",
        ),
        (
            "double().fit({'a': zeros(4, 3)}, [zeros(4, 2), zeros(4, 1)], verbose=0)",
            || two().fit([("a", zeros(&[4, 3]))], vec![zeros(&[4, 2]), zeros(&[4, 1])], quiet()).map(drop),
            "No data provided for \"b\". Need data for each key in: ['a', 'b']",
        ),
        (
            "double().fit([zeros(4, 3), zeros(4, 2)], {'p': zeros(4, 2)}, verbose=0)",
            || two().fit(vec![zeros(&[4, 3]), zeros(&[4, 2])], [("p", zeros(&[4, 2]))], quiet()).map(drop),
            "No data provided for \"q\"",
        ),
        (
            "double().fit([zeros(4, 3), zeros(4, 2)], zeros(4, 2), verbose=0)",
            || two().fit(vec![zeros(&[4, 3]), zeros(&[4, 2])], zeros(&[4, 2]), quiet()).map(drop),
            "Error when checking model target",
        ),
        (
            "double().fit([zeros(4, 3), zeros(4, 2)], [zeros(4, 2), zeros(4, 1)], sample_weight=zeros(4), verbose=0)",
            || {
                two()
                    .fit(
                        vec![zeros(&[4, 3]), zeros(&[4, 2])],
                        vec![zeros(&[4, 2]), zeros(&[4, 1])],
                        Fit { sample_weight: zeros(&[4]).into(), ..quiet() },
                    )
                    .map(drop)
            },
            "The model has multiple outputs, so `sample_weight` should be either a list or a dict",
        ),
        (
            "double().fit([zeros(4, 3), zeros(4, 2)], [zeros(4, 2), zeros(4, 1)], sample_weight=[zeros(4)], verbose=0)",
            || {
                two()
                    .fit(
                        vec![zeros(&[4, 3]), zeros(&[4, 2])],
                        vec![zeros(&[4, 2]), zeros(&[4, 1])],
                        Fit { sample_weight: SampleWeight::List(vec![Some(zeros(&[4]))]), ..quiet() },
                    )
                    .map(drop)
            },
            "Provided `sample_weight` was a list of 1 elements, but the model has 2 outputs",
        ),
        (
            "double().fit([zeros(4, 3), zeros(4, 2)], [zeros(4, 2), zeros(4, 1)], class_weight=[{0: 1.}], verbose=0)",
            || {
                two()
                    .fit(
                        vec![zeros(&[4, 3]), zeros(&[4, 2])],
                        vec![zeros(&[4, 2]), zeros(&[4, 1])],
                        Fit { verbose: 0, ..Fit::from_map(map(json!({"class_weight": [{"0": 1.0}]})))? },
                    )
                    .map(drop)
            },
            "Provided `class_weight` was a list of 1 elements",
        ),
        ("double().predict(zeros(4, 3))", || two().predict_all(zeros(&[4, 3]), Predict::default()).map(drop), "Expected to see 2 array(s)"),
    ]
}

#[test]
fn keras_s_errors() {
    let path = format!("{}/../../test/golden/errors.json", env!("CARGO_MANIFEST_DIR"));
    let golden: Json = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for (python, act, part) in cases() {
        let case = golden["cases"].as_array().unwrap().iter().find(|c| c["python"] == python).unwrap_or_else(|| panic!("{python}"));
        let error = act().expect_err(python);
        assert_eq!(error.class().name(), case["class"].as_str().unwrap(), "{python}: {error:?}");
        assert!(error.message().contains(part), "{python}: {error:?}");
    }
}

/// Uses that Keras lets through or fails at by accident.
#[test]
fn errors_of_our_own() {
    let cases: Vec<(Result<()>, Class, &str)> = vec![
        (fit(zeros(&[0, 3]), zeros(&[0, 2])), Class::Value, "no_samples"),
        (fit(vec![], zeros(&[4, 2])), Class::Value, "data_count"),
        (fit(Array::scalar(1f32), zeros(&[4, 2])), Class::Value, "data_rank"),
        (fit_options(map(json!({"batch_size": 0}))), Class::Value, "option_value"),
        (fit_options(map(json!({"batch_size": -2}))), Class::Value, "option_value"),
        (fit_options(map(json!({"epochs": -1}))), Class::Value, "option_value"),
        (fit_options(map(json!({"validation_split": 1.0}))), Class::Value, "option_value"),
        (fit_options(map(json!({"validation_split": f64::from(0.9f32)}))), Class::Value, "validation_split"),
        (fit_options(map(json!({"validation_steps": 2}))), Class::Value, "validation_steps"),
        (fit_options(map(json!({"shuffle": "bogus"}))), Class::Value, "option_value"),
        (fit_options(map(json!({"class_weight": [1.0, 2.0]}))), Class::Type, "option_type"),
        (mse(json!({"sample_weight_mode": "bogus"})), Class::Value, "option_value"),
        (two().predict(vec![zeros(&[4, 3]), zeros(&[3, 2])], Predict::default()).map(drop), Class::Value, "data_lengths"),
        (two().predict(vec![zeros(&[4, 3]), zeros(&[4, 2])], Predict::default()).map(drop), Class::Value, "several_outputs"),
    ];
    for (result, class, code) in cases {
        let error = result.expect_err(code);
        assert_eq!((error.class(), error.code()), (class, code), "{error:?}");
    }
}

#[test]
fn sizes_that_are_no_sizes() {
    for (units, class) in
        [(f64::NAN, Class::Type), (f64::INFINITY, Class::Type), (1.5, Class::Type), (0.0, Class::Value), (-1.0, Class::Value)]
    {
        let made = LayerRef::construct("Dense", Map::from([("units", Setting::Float(units))]));
        let error = made.and_then(|layer| layer.apply(&input([None, Some(3)])?)).unwrap_err();
        assert_eq!(error.class(), class, "{units}: {error:?}");
        assert!(error.message().contains("units"), "{error:?}");
    }
    assert_eq!(Array::from_slice([2, 2], &[1f32, 2.0, 3.0]).unwrap_err().class(), Class::Value);
    assert_eq!(Value::constant(Array::scalar(1i32)).exp().ok().unwrap_err().code(), "dtype_unsupported");
}

#[test]
fn an_index_out_of_range_is_named() {
    let model = Sequential::new();
    model.add(LayerRef::from(Embedding::new(3, 2).input_length([Some(2)]))).unwrap();
    let x = Array::from_slice([2, 2], &[0i32, 1, 2, 7]).unwrap();
    let error = model.predict(x, Predict::default()).unwrap_err();
    assert_eq!((error.class(), error.code()), (Class::Value, "index_range"), "{error}");
    assert!(error.message().contains("index 7"), "{error}");
}

#[test]
fn a_label_out_of_range_is_named_with_its_row() {
    let model = with_loss("sparse_categorical_crossentropy", 3, "softmax");
    let y = Array::from_slice([6], &[0i32, 1, 2, 1, 7, 0]).unwrap();
    for shuffle in [false, true] {
        let options = Fit { batch_size: Some(2), shuffle: shuffle.into(), ..quiet() };
        let error = model.fit(zeros(&[6, 3]), &y, options).unwrap_err();
        assert_eq!(error.code(), "label_range");
        assert!(error.message().contains("label 7") && error.message().contains("row 4 of y"), "{error}");
    }
    // The model is none the worse for it.
    model.fit(zeros(&[6, 3]), Array::from_slice([6], &[0i32, 1, 2, 1, 2, 0]).unwrap(), quiet()).unwrap();
}

#[test]
fn a_second_fit_is_refused_while_one_runs() {
    let model = compiled();
    let mut seen: Vec<Error> = Vec::new();
    let mut again = LambdaCallback::new().on(Hook::TrainBatchEnd, |_, _, _| {
        seen.push(model.fit(zeros(&[4, 3]), zeros(&[4, 2]), quiet()).unwrap_err());
        Ok(())
    });
    model.fit_with(zeros(&[4, 3]), zeros(&[4, 2]), quiet(), &mut [&mut again]).unwrap();
    drop(again);
    assert_eq!((seen[0].class(), seen[0].code()), (Class::Runtime, "fit_running"));
    model.fit(zeros(&[4, 3]), zeros(&[4, 2]), quiet()).unwrap();
}

#[test]
fn a_callback_s_error_reaches_the_caller_and_ends_the_fit() {
    let model = compiled();
    let mine = || Error::foreign("mine", std::sync::Arc::new(7u8));
    let mut throwing = LambdaCallback::new().on(Hook::EpochEnd, |_, _, _| Err(mine()));
    let error = model.fit_with(zeros(&[4, 3]), zeros(&[4, 2]), quiet(), &mut [&mut throwing]).unwrap_err();
    assert_eq!(error.object().and_then(|o| o.downcast_ref::<u8>()), Some(&7));
    model.fit(zeros(&[4, 3]), zeros(&[4, 2]), quiet()).unwrap();
}

#[test]
fn an_aborted_fit_says_so() {
    let model = compiled();
    let handle = model.handle();
    let mut aborting = LambdaCallback::new().on(Hook::TrainBatchEnd, |_, _, context| {
        context.handle().flags().abort();
        Ok(())
    });
    let error = model.fit_with(zeros(&[4, 3]), zeros(&[4, 2]), quiet(), &mut [&mut aborting]).unwrap_err();
    assert_eq!(error.code(), "aborted");
    assert!(!handle.flags().is_fitting());
}
