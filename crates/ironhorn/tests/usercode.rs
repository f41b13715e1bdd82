//! What users write themselves, in Rust: a loss, a metric with state, an optimizer, a model, a step of RNN, a function with a gradient of
//! its own; against values of Keras, and with errors that reach the caller.
use graph::trace::Update;
use ironhorn::{
    Array, DType, Error, Result, Value, Variable,
    backend::{self, custom_gradient, scan},
    config::{Config, Described, Map, Plug},
    layer::{Build, Call, Cell, InputOptions, Layer, LayerRef, input, input_with},
    layers::{Dense, RNN},
    losses::{Loss, Reduction},
    metrics::{Metric, MetricState},
    model::{Model, Sequential},
    optimizers::{Clipping, Hyper, Moment, Optimizer, Slot, State, Step, Trained, get_gradients},
    training::{Compile, Evaluate, Fit, Predict, TestOnBatch, TrainOnBatch},
};
use serde_json::Value as Json;
use std::{cell::RefCell, sync::Arc};

#[path = "golden/mod.rs"]
mod golden;
use golden::{array, arrays, cases, close, close_arrays, floats};

const TOLERANCE: f64 = 5e-5;

fn case(kind: &str) -> Json {
    cases("usercode").into_iter().find(|c| c["kind"] == kind).unwrap_or_else(|| panic!("{kind}"))
}

fn linear(case: &Json) -> Model {
    let model = Sequential::new().add(Dense::new(2).input_dim(3)).unwrap();
    model.set_weights(&arrays(&case["weights"])).unwrap();
    model.into()
}

fn history_of(case: &Json, name: &str) -> Vec<f64> {
    let entry = case["history"].as_array().unwrap().iter().find(|h| h[0] == name).unwrap();
    floats(&entry[1])
}

macro_rules! described {
    ($($Type:ty),+) => {$(
        impl Described for $Type {
            fn class_name(&self) -> String {
                stringify!($Type).to_owned()
            }
            fn config(&self) -> Result<Option<Map>> {
                Ok(None)
            }
        }
    )+};
}
described!(Cubed, Close, Momentum, Mine, Broken);

struct Cubed(Reduction);

impl Loss for Cubed {
    fn call(&self, y_true: &Value, y_pred: &Value) -> Value {
        (y_pred - y_true).abs().pow(3.0).mean(&[-1], false)
    }
    fn reduction(&self) -> Reduction {
        self.0
    }
}

#[test]
fn a_loss_is_reduced_as_it_says() {
    for reduction in [Reduction::Sum, Reduction::SumOverBatchSize] {
        let case = case(&format!("loss_{}", reduction.word()));
        let model = linear(&case);
        model.compile(Compile::new("sgd").loss(Plug::<dyn Loss>::from(Cubed(reduction)))).unwrap();
        let options = TestOnBatch { sample_weight: array(&case["sample_weight"]).into(), ..TestOnBatch::default() };
        let losses = model.test_on_batch(array(&case["x"]), array(&case["y"]), options).unwrap();
        close(reduction.word(), &losses, &floats(&case["losses"]), TOLERANCE);
    }
}

/// The part of samples whose largest error is small.
struct Close;

impl Metric for Close {
    fn name(&self) -> String {
        "close".to_owned()
    }
    fn state(&self) -> Vec<(String, Vec<usize>)> {
        ["near", "seen"].map(|n| (n.to_owned(), vec![])).into()
    }
    fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, _: Option<&Value>) -> Result<()> {
        let close = (y_pred - y_true).abs().max(&[-1], false).less(1.0).cast(DType::F32);
        state.add("near", &close.sum(&[], false));
        state.add("seen", &close.ones_like().sum(&[], false));
        Ok(())
    }
    fn result(&self, state: &MetricState) -> Value {
        state.get("near") / state.get("seen")
    }
}

#[test]
fn a_metric_gathers_over_batches() {
    let case = case("metric");
    let model = linear(&case);
    model.compile(Compile::new("sgd").loss("mse").metrics([Plug::<dyn Metric>::from(Close)])).unwrap();
    let options = Fit { batch_size: Some(3), epochs: 3, shuffle: false.into(), verbose: 0, ..Fit::default() };
    let history = model.fit(array(&case["x"]), array(&case["y"]), options).unwrap();
    for name in ["loss", "close"] {
        close(name, &history.get(name).unwrap(), &history_of(&case, name), TOLERANCE);
    }
}

/// Momentum by `get_updates`, with variables of its own.
struct Momentum {
    rate: Hyper,
    state: State,
    moments: RefCell<Vec<Variable>>,
}

impl Optimizer for Momentum {
    fn state(&self) -> &State {
        &self.state
    }
    fn learning_rate(&self) -> &Hyper {
        &self.rate
    }
    fn hypers(&self) -> Vec<(&str, &Hyper)> {
        vec![("learning_rate", &self.rate)]
    }
    fn clipping(&self) -> Clipping {
        Clipping { norm: Some(2.0), value: None }
    }
    fn slots(&self) -> Vec<Slot> {
        Vec::new()
    }
    fn get_updates(&self, loss: &Value, weights: &[Trained]) -> Option<Result<Vec<(Variable, Update)>>> {
        let variables: Vec<Variable> = weights.iter().map(|w| w.variable.clone()).collect();
        let step = |gradients: Vec<Value>| {
            let mut moments = self.moments.borrow_mut();
            moments.extend(variables.iter().map(|v| Variable::new("moment", &Array::zeros(v.dtype(), v.shape()))));
            let all = variables.iter().zip(&*moments).zip(gradients);
            let one = |((w, m), g): ((&Variable, &Variable), Value)| {
                let v = Value::read(m) * 0.5 - g * self.rate.read(DType::F32);
                [(m.clone(), Update::Assign(v.clone())), (w.clone(), Update::Add(v))]
            };
            all.flat_map(one).collect()
        };
        Some(get_gradients(self, loss, &variables).map(step))
    }
    fn step(&self, _: &Moment, _: &Value, weight: &Value, _: &[Value]) -> Step {
        Step::new(weight.clone(), [])
    }
}

#[test]
fn an_optimizer_makes_its_step_at_once() {
    let case = case("optimizer");
    let model = linear(&case);
    let made = Momentum { rate: 0.1.into(), state: State::new("Momentum"), moments: RefCell::default() };
    let optimizer = Plug::<dyn Optimizer>::from(made);
    model.compile(Compile::new(optimizer.clone()).loss("mse")).unwrap();
    let mut losses = Vec::new();
    for i in 0..12 {
        if i == 6 {
            optimizer.learning_rate().set(0.01).unwrap();
        }
        losses.extend(model.train_on_batch(array(&case["x"]), array(&case["y"]), TrainOnBatch::default()).unwrap());
    }
    close("losses", &losses, &floats(&case["losses"]), TOLERANCE);
    close_arrays("weights", &model.get_weights(), &case["final_weights"], TOLERANCE);
    assert_eq!(optimizer.state().iterations().get().to_f64(), [12.0]);
}

struct Mine(Vec<LayerRef>);

impl Layer for Mine {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        self.0.iter().try_fold(inputs.to_vec(), |x, layer| layer.apply_all(x))
    }
    fn layers(&self) -> Vec<LayerRef> {
        self.0.clone()
    }
}

fn mine() -> Model {
    let hidden = || Dense::new(4).activation(ironhorn::activations::Tanh::new());
    Model::subclass(Mine(vec![hidden().into(), hidden().into(), Dense::new(2).into()]), None).unwrap()
}

#[test]
fn a_model_of_one_s_own_trains_as_one_of_keras() {
    let case = case("model");
    let model = mine();
    assert_eq!(model.summary_with(&Default::default(), |_| ()).unwrap_err().code(), "not_built");
    model.compile(Compile::new("sgd").loss("mse").metrics(["mae"])).unwrap();
    model.predict(array(&case["x"]), Predict::default()).unwrap();
    model.set_weights(&arrays(&case["weights"])).unwrap();
    let output = model.predict(array(&case["x"]), Predict::default()).unwrap();
    close("output", &output.to_f64(), &array(&case["output"]).to_f64(), TOLERANCE);
    let options = Fit { batch_size: Some(3), epochs: 4, shuffle: false.into(), verbose: 0, ..Fit::default() };
    let history = model.fit(array(&case["x"]), array(&case["y"]), options).unwrap();
    for name in ["loss", "mae"] {
        close(name, &history.get(name).unwrap(), &history_of(&case, name), TOLERANCE);
    }
    close_arrays("weights", &model.get_weights(), &case["final_weights"], TOLERANCE);
    assert_eq!((model.input_names(), model.output_names()), (vec!["input_1".to_owned()], vec!["output_1".to_owned()]));
    assert_eq!(model.layers().len(), 3);
    assert_eq!(model.to_json().unwrap_err().class().name(), "NotImplementedError");
    assert_eq!(ironhorn::model::clone_model(&model, None).unwrap_err().code(), "clone_subclass");
    let x = input([Some(3)]).unwrap();
    let outer = Model::new(&x, mine().call_on(&x).unwrap()).unwrap();
    assert_eq!(outer.predict(Array::zeros(DType::F32, [5, 3]), Predict::default()).unwrap().shape(), [5, 2]);
}

/// A step: tanh of the input and the state, each through a kernel, then constants added.
#[derive(Clone, Debug, Config)]
struct Tick {
    /// Size of the state.
    units: usize,
}

impl Layer for Tick {
    fn build(&self, weights: &mut Build, inputs: &[ironhorn::Spec]) -> Result<()> {
        let size = weights.size(&inputs[0], -1)?;
        weights.add("kernel", [size, self.units], &ironhorn::initializers::Zeros)?;
        weights.add("again", [self.units, self.units], &ironhorn::initializers::Zeros)?;
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let h = (inputs[0].matmul(&call.weight("kernel")) + inputs[1].matmul(&call.weight("again"))).tanh();
        let h = inputs[2..].iter().fold(h, |h, constant| h + constant);
        Ok(vec![h.clone(), h])
    }
    fn cell(&self) -> Option<&dyn Cell> {
        Some(self)
    }
}

impl Cell for Tick {
    fn state_sizes(&self) -> Vec<usize> {
        vec![self.units]
    }
    fn takes_constants(&self) -> bool {
        true
    }
}

#[test]
fn a_step_of_one_s_own_runs_in_rnn() {
    let case = case("rnn");
    let symbol = |sizes: &[usize]| {
        let shape = [None].into_iter().chain(sizes.iter().copied().map(Some)).collect::<Vec<_>>();
        input_with(shape, InputOptions::default()).unwrap()
    };
    let (x, h, c) = (symbol(&[3, 3]), symbol(&[2]), symbol(&[2]));
    let rnn = LayerRef::from(RNN::new(Tick::new(2)).return_sequences(true).return_state(true));
    let outputs = rnn.apply_recurrent(&x, std::slice::from_ref(&h), std::slice::from_ref(&c)).unwrap();
    let model = Model::new([&x, &h, &c], outputs).unwrap();
    model.set_weights(&arrays(&case["weights"])).unwrap();
    let feeds = vec![array(&case["x"]), array(&case["h"]), array(&case["c"])];
    let found = model.predict_all(feeds, Predict::default()).unwrap();
    close("output", &found[0].to_f64(), &array(&case["output"]).to_f64(), TOLERANCE);
    close("state", &found[1].to_f64(), &array(&case["state"]).to_f64(), TOLERANCE);
}

#[test]
fn a_function_has_a_gradient_of_its_own() {
    let x = Value::read(&Variable::new("x", &Array::from_slice([3], &[1f32, 2.0, 3.0]).unwrap()));
    let doubled = |x: &Value| custom_gradient(std::slice::from_ref(x), |x| Ok(vec![&x[0] * 2.0]), |_, _, dys| Ok(vec![&dys[0] * 10.0]));
    let y = doubled(&x.square()).unwrap().swap_remove(0);
    assert_eq!(backend::eval(&y).unwrap().to_f64(), [2.0, 8.0, 18.0]);
    let gradient = backend::gradients(&y.sum(&[], false), std::slice::from_ref(&x)).unwrap().swap_remove(0);
    assert_eq!(backend::eval(&gradient).unwrap().to_f64(), [20.0, 40.0, 60.0]);
    let none = custom_gradient(std::slice::from_ref(&x), |x| Ok(x.to_vec()), |_, _, _| Ok(Vec::new()));
    assert_eq!(none.unwrap_err().code(), "gradient_count");
    let (_, sums) = scan(&[], &[x], false, |_, now| Ok((vec![], vec![&now[0] + 1.0]))).unwrap();
    assert_eq!(backend::eval(&sums[0]).unwrap().to_f64(), [2.0, 3.0, 4.0]);
}

struct Broken;

fn mine_error() -> Error {
    Error::foreign("mine", Arc::new(7u8))
}

fn is_mine(error: &Error) -> bool {
    error.object().and_then(|o| o.downcast_ref::<u8>()) == Some(&7)
}

impl Layer for Broken {
    fn call(&self, _: &mut Call, _: &[Value]) -> Result<Vec<Value>> {
        Err(mine_error())
    }
}

impl Loss for Broken {
    fn call(&self, _: &Value, _: &Value) -> Value {
        Value::failed(mine_error())
    }
}

#[test]
fn errors_of_users_code_reach_the_caller() {
    let x = || Array::zeros(DType::F32, [2, 3]);
    let model = Model::subclass(Broken, None).unwrap();
    assert!(is_mine(&model.predict(x(), Predict::default()).unwrap_err()));
    let stack = Sequential::new().add(Dense::new(2).input_dim(3)).unwrap();
    let compiled = stack.compile(Compile::new("sgd").loss(Plug::<dyn Loss>::from(Broken)));
    let error = compiled.and_then(|()| stack.evaluate(x(), Array::zeros(DType::F32, [2, 2]), Evaluate::default()).map(drop)).unwrap_err();
    assert!(is_mine(&error), "{error:?}");
    let failing = custom_gradient(&[Value::scalar(DType::F32, 1.0)], |_| Err(mine_error()), |_, _, dys| Ok(dys.to_vec()));
    assert!(is_mine(&failing.unwrap_err()));
    let looped = scan(&[], &[Value::constant(x())], false, |_, _| Err(mine_error()));
    assert!(is_mine(&looped.unwrap_err()));
}
