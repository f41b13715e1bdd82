//! Wrong uses of layers and models: Keras's exception class, and the sense of its message.
use crate::config::{Map, Object, Setting};
use crate::golden::{each, text};
use crate::layer::{Apply, InputOptions, LayerRef, input, input_with};
use crate::layers::{Dense, Flatten, Reshape};
use crate::model::{Model, Sequential, from_config, from_json};
use crate::{Array, DType, Result, Value, names};

fn zeros(shape: &[usize]) -> Array {
    Array::zeros(DType::F32, shape)
}

fn dense() -> LayerRef {
    Dense::new(3).into()
}

fn with(class: &str, options: impl IntoIterator<Item = (&'static str, Setting)>) -> Result<LayerRef> {
    LayerRef::construct(class, options.into_iter().collect())
}

fn stack(layers: impl IntoIterator<Item = Result<LayerRef>>) -> Result<Sequential> {
    let model = Sequential::new();
    layers.into_iter().try_for_each(|l| model.add(l?).map(drop))?;
    Ok(model)
}

fn built() -> Result<Sequential> {
    stack([Ok(Dense::new(2).with_input_shape([3]))])
}

fn called_twice(first: usize, second: usize) -> Result<LayerRef> {
    let layer = dense();
    layer.apply(&input([first])?)?;
    layer.apply(&input([second])?)?;
    Ok(layer)
}

fn called() -> Result<LayerRef> {
    let layer = dense();
    layer.apply(&input([2])?)?;
    Ok(layer)
}

fn shape(sizes: &[Option<usize>]) -> Setting {
    Setting::List(sizes.iter().map(|n| Setting::from(*n)).collect())
}

/// Runs the case of that id; none if it is not of layers and models, or says something that TypeScript or the compiler answers.
fn run(id: &str) -> Option<Result<()>> {
    Some(match id {
        "Dense()" => with("Dense", []).map(drop),
        "Dense('three', input_shape=(2,))" => with("Dense", [("units", "three".into())]).map(drop),
        "Dense(3, size=4)" => with("Dense", [("units", 3.into()), ("size", 4.into())]).map(drop),
        "Dense(3, activation='bogus')" => with("Dense", [("units", 3.into()), ("activation", "bogus".into())]).map(drop),
        "Dense(3, kernel_initializer='bogus')" => with("Dense", [("units", 3.into()), ("kernel_initializer", "bogus".into())]).map(drop),
        "Dense(3, kernel_regularizer='bogus')" => with("Dense", [("units", 3.into()), ("kernel_regularizer", "bogus".into())]).map(drop),
        "Dense(3, bias_constraint='bogus')" => with("Dense", [("units", 3.into()), ("bias_constraint", "bogus".into())]).map(drop),
        "Dense(-3, input_shape=(2,))" => with("Dense", [("units", (-3).into())]).map(drop),
        "Sequential([Dense(-3, input_shape=(2,))])" => stack([with("Dense", [("units", (-3).into())])]).map(drop),
        "Sequential([Dense(0, input_shape=(2,))])" => stack([with("Dense", [("units", 0.into())])]).map(drop),
        "Sequential([Dense(3, input_shape=())])" => stack([with("Dense", [("units", 3.into()), ("input_shape", shape(&[]))])]).map(drop),
        "Sequential([Dense(3, input_shape=(None,))])" => {
            stack([with("Dense", [("units", 3.into()), ("input_shape", shape(&[None]))])]).map(drop)
        }
        "Dense(3)(Input(shape=(None,)))" => dense().apply(&input([None]).ok()?).map(drop),
        "Dense(3)(Input(shape=()))" => dense().apply(&input([0; 0]).ok()?).map(drop),
        "Dense(3)(zeros(2, 3))" => dense().apply(Value::constant(zeros(&[2, 3]))).map(drop),
        "Dense(3)([Input(shape=(2,)), Input(shape=(2,))])" => dense().apply([&input([2]).ok()?, &input([2]).ok()?]).map(drop),
        "layer = Dense(3); layer(Input(shape=(2,))); layer(Input(shape=(4,)))" => called_twice(2, 4).map(drop),
        "Dense(3).get_input_at(0)" => dense().inputs_at(0).map(drop),
        "Dense(3).input" => dense().input().map(drop),
        "Dense(3).output" => dense().output().map(drop),
        "Dense(3).output_shape" => dense().output_shapes().map(drop),
        "layer = Dense(3); layer(Input(shape=(2,))); layer(Input(shape=(2,))); layer.output" => called_twice(2, 2).ok()?.output().map(drop),
        "layer = Dense(3); layer(Input(shape=(2,))); layer.get_output_at(1)" => called().ok()?.outputs_at(1).map(drop),
        "Dense(3).count_params()" => dense().count_params().map(drop),
        "Dense(3).set_weights([zeros(2, 3), zeros(3)])" => dense().set_weights(&[zeros(&[2, 3]), zeros(&[3])]),
        "layer = Dense(3); layer(Input(shape=(2,))); layer.set_weights([zeros(2, 3)])" => called().ok()?.set_weights(&[zeros(&[2, 3])]),
        "layer = Dense(3); layer(Input(shape=(2,))); layer.set_weights([zeros(2, 3), zeros(2)])" => {
            called().ok()?.set_weights(&[zeros(&[2, 3]), zeros(&[2])])
        }
        "layer = Dense(3, weights=[zeros(2, 2), zeros(3)]); layer(Input(shape=(2,)))" => {
            let array = |a: Array| Setting::Object(Object::new("an array", a));
            let weights = Setting::List(vec![array(zeros(&[2, 2])), array(zeros(&[3]))]);
            with("Dense", [("units", 3.into()), ("weights", weights)]).ok()?.apply(&input([2]).ok()?).map(drop)
        }
        "Activation()" => with("Activation", []).map(drop),
        "Activation('bogus')" => with("Activation", [("activation", "bogus".into())]).map(drop),
        "Dropout()" => with("Dropout", []).map(drop),
        "Dropout(1.5)" => with("Dropout", [("rate", 1.5.into())]).map(drop),
        "Dropout('half')" => with("Dropout", [("rate", "half".into())]).map(drop),
        "Flatten()(Input(shape=(3,)))" => Flatten::new().apply(&input([3]).ok()?).map(drop),
        "Flatten()(Input(shape=(None, 3)))" => Flatten::new().apply(&input([None, Some(3)]).ok()?).map(drop),
        "Flatten(data_format='channels')" => with("Flatten", [("data_format", "channels".into())]).map(drop),
        "Reshape((5,))(Input(shape=(2, 3)))" => Reshape::new([5]).apply(&input([2, 3]).ok()?).map(drop),
        "Reshape((-1, 4))(Input(shape=(2, 3)))" => Reshape::new([-1, 4]).apply(&input([2, 3]).ok()?).map(drop),
        "Reshape((-1, -1))(Input(shape=(2, 3)))" => Reshape::new([-1, -1]).apply(&input([2, 3]).ok()?).map(drop),
        "Reshape(6)" => with("Reshape", [("target_shape", 6.into())]).map(drop),
        "Reshape((-1,))(Input(shape=(None, 3)))" => Reshape::new([-1]).apply(&input([None, Some(3)]).ok()?).map(drop),
        "InputLayer()" => with("InputLayer", []).map(drop),
        "InputLayer(input_shape=(3,), batch_input_shape=(None, 3))" => {
            with("InputLayer", [("input_shape", shape(&[Some(3)])), ("batch_input_shape", shape(&[None, Some(3)]))]).map(drop)
        }
        "InputLayer(input_shape=())" => with("InputLayer", [("input_shape", shape(&[]))]).map(drop),
        other => return models(other),
    })
}

fn models(id: &str) -> Option<Result<()>> {
    let a = input_with(vec![None, Some(3)], InputOptions::default()).ok()?;
    let b = input([3]).ok()?;
    let on = |x: &Value| dense().apply(x);
    let no = || Value::constant(zeros(&[2, 3]));
    Some(match id {
        "Model(Input(shape=(3,)), Input(shape=(3,)))" => Model::new(&a, &b).map(drop),
        "a = Input(shape=(3,)); Model([a, a], Dense(2)(a))" => Model::new([&a, &a], on(&a).ok()?).map(drop),
        "a = Input(shape=(3,)); b = Input(shape=(3,)); Model(a, Dense(2)(b))" => Model::new(&a, on(&b).ok()?).map(drop),
        "a = Input(shape=(3,)); Model(a, Dense(2, name='one')(Dense(2, name='one')(a)))" => {
            let x = dense().with_name("one").apply(&a).ok()?;
            Model::new(&a, dense().with_name("one").apply(&x).ok()?).map(drop)
        }
        "a = Input(shape=(3,)); Model(zeros(2, 3), Dense(2)(a))" => Model::new(no(), on(&a).ok()?).map(drop),
        "a = Input(shape=(3,)); Model(a, zeros(2, 3))" => Model::new(&a, no()).map(drop),
        "a = Input(shape=(3,)); Model(Dense(2)(a), a)" => Model::new(on(&a).ok()?, &a).map(drop),
        "Sequential([Dense(2, name='a', input_shape=(3,)), Dense(2, name='a')])" => {
            stack([Ok(dense().with_name("a").with_input_shape([3])), Ok(dense().with_name("a"))]).map(drop)
        }
        "Sequential([Dense(2, input_shape=(3,)), Flatten()])" => stack([Ok(dense().with_input_shape([3])), with("Flatten", [])]).map(drop),
        "Sequential().pop()" => Sequential::new().pop().map(drop),
        "Sequential().summary()" => Sequential::new().summary(),
        "Sequential([Dense(3)]).summary()" => stack([Ok(dense())]).ok()?.summary(),
        "Sequential([Dense(3)]).predict(zeros(2))" => stack([Ok(dense())]).ok()?.predict_arrays(&[zeros(&[2])]).map(drop),
        "Sequential().build()" => Sequential::new().build(vec![None, Some(3)]),
        "built().get_layer('bogus')" => built().ok()?.get_layer("bogus").map(drop),
        "built().get_layer()" => built().ok()?.get_layer("").map(drop),
        "built().get_layer(index=5)" => built().ok()?.get_layer_at(5).map(drop),
        // Keras sets what fits and says nothing; a model half set is worse than an error.
        "built().set_weights([zeros(3, 2)])" => built().ok()?.set_weights(&[zeros(&[3, 2])]),
        "built().set_weights([zeros(3, 2), zeros(3)])" => built().ok()?.set_weights(&[zeros(&[3, 2]), zeros(&[3])]),
        "built().set_weights([zeros(3, 2), zeros(2), zeros(2)])" => built().ok()?.set_weights(&[zeros(&[3, 2]), zeros(&[2]), zeros(&[2])]),
        "model_from_json('{}')" => from_json("{}").map(drop),
        "model_from_json('{\"class_name\": \"Bogus\", \"config\": {}}')" => from_json(r#"{"class_name": "Bogus", "config": {}}"#).map(drop),
        "model_from_json('no json')" => from_json("no json").map(drop),
        "model_from_config([])" => from_config(&Setting::List(Vec::new())).map(drop),
        "Sequential.from_config({'name': 'a', 'layers': [{'class_name': 'Bogus', 'config': {}}]})" => {
            let layer = Map::from([("class_name", Setting::from("Bogus")), ("config", Map::new().into())]);
            Sequential::from_config(&Map::from([("name", Setting::from("a")), ("layers", vec![layer].into())]).into()).map(drop)
        }
        "Dense.from_config({'units': 3, 'bogus': 1})" => with("Dense", [("units", 3.into()), ("bogus", 1.into())]).map(drop),
        _ => return None,
    })
}

/// Where we are stricter than Keras, or where Python's own class stands for a mistake in kind or value.
const OURS: &[(&str, &str)] = &[
    ("Dense('three', input_shape=(2,))", "TypeError"),
    ("Dense(-3, input_shape=(2,))", "ValueError"),
    ("Sequential([Dense(0, input_shape=(2,))])", "ValueError"),
    ("Sequential([Dense(3, input_shape=(None,))])", "ValueError"),
    ("Dense(3)(Input(shape=(None,)))", "ValueError"),
    ("built().set_weights([zeros(3, 2)])", "ValueError"),
    ("built().set_weights([zeros(3, 2), zeros(3)])", "ValueError"),
    ("built().set_weights([zeros(3, 2), zeros(2), zeros(2)])", "ValueError"),
    ("model_from_json('no json')", "ValueError"),
    ("Sequential().build()", ""),
];

/// Words of Keras's message that must be in ours, where its own text is about something else or is Python's.
const SENSE: &[(&str, &[&str])] = &[
    ("Dense(3, size=4)", &["Dense", "size"]),
    ("Dense.from_config({'units': 3, 'bogus': 1})", &["Dense", "bogus"]),
    ("Dense()", &["units"]),
    ("Activation()", &["activation"]),
    ("Dropout()", &["rate"]),
    ("Dropout('half')", &["rate", "half"]),
    ("Reshape(6)", &["target_shape", "list"]),
    ("Flatten(data_format='channels')", &["data_format", "channels_first", "channels_last", "channels"]),
    ("Sequential([Dense(-3, input_shape=(2,))])", &["units", "-3"]),
];

/// The part of a message that says the same whatever tensors and numbers it shows.
fn sense(message: &str) -> String {
    let start: String = message.chars().take_while(|c| !"[(<{:\"'`".contains(*c)).collect();
    start.trim_end().trim_end_matches('.').to_lowercase()
}

#[test]
fn wrong_uses_raise_what_keras_raises() {
    let mut count = 0;
    let counter = std::cell::RefCell::new(&mut count);
    each("errors", |case| {
        names::reset_uids();
        let id = text(case, "id");
        let Some(outcome) = run(id) else { return Ok(()) };
        **counter.borrow_mut() += 1;
        let ours = OURS.iter().find(|(i, _)| *i == id).map(|(_, class)| *class);
        let class = ours.unwrap_or_else(|| case["class"].as_str().unwrap_or(""));
        let error = match outcome {
            Ok(()) if class.is_empty() => return Ok(()),
            Ok(()) => return Err(format!("no error, but {class} is expected").into()),
            Err(error) => error,
        };
        if error.class().name() != class {
            return Err(format!("{error:?}, but {class} is expected").into());
        }
        let words = SENSE.iter().find(|(i, _)| *i == id).map(|(_, words)| *words);
        let message = error.message().to_lowercase();
        let missing = match words {
            Some(words) => words.iter().find(|w| !message.contains(&w.to_lowercase())).map(|w| (*w).to_owned()),
            None if ours.is_some() => None,
            None => Some(sense(text(case, "message"))).filter(|s| !message.contains(s)),
        };
        missing.map_or(Ok(()), |missing| Err(format!("{error} does not say: {missing}").into()))
    });
    assert!(count >= 70, "{count} cases ran");
}
