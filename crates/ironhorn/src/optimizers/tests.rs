//! Tests of the optimizers.
use super::*;
use crate::config::{Map, Setting, check, construct, get, python_json};
use crate::constraints::NonNeg;
use crate::golden::{self, SINGLE, TRAJECTORY, array, close, each, same, text};
use crate::losses::{Loss, reduced};
use graph::{Function, Graph, Mode, run::Feed};
use serde_json::Value as Json;
use tensor::Spec;

#[test]
fn the_list_holds() {
    check::<dyn Optimizer>().unwrap();
}

/// A network of two dense layers as one training function.
struct Network {
    optimizer: Plug<dyn Optimizer>,
    weights: Vec<Variable>,
    step: Function,
}

impl Network {
    fn new(optimizer: Plug<dyn Optimizer>, loss: &str, weights: &[Array], (batch, inputs): (usize, usize)) -> Result<Network> {
        let weights: Vec<_> = weights.iter().enumerate().map(|(i, w)| Variable::new(format!("w_{i}"), w)).collect();
        let reads: Vec<_> = weights.iter().map(Value::read).collect();
        let x = Value::input("x", Spec::new(DType::F32, [batch, inputs]));
        let logits = (x.matmul(&reads[0]) + &reads[1]).tanh().matmul(&reads[2]) + &reads[3];
        let y_pred = if loss == "categorical_crossentropy" { logits.softmax(-1) } else { logits };
        let y_true = Value::input("y", y_pred.spec().clone());
        let total = reduced(&*get::<dyn Loss>(&loss.into())?, &y_true, &y_pred, None);
        let gradients = graph::gradients(std::slice::from_ref(&total), None, &reads)?;
        let trained: Vec<_> = weights
            .iter()
            .zip(gradients)
            .map(|(variable, gradient)| Trained { variable: variable.clone(), constraint: None, gradient })
            .collect();
        let updates = graph::trace::compose(&updates(&*optimizer, &total, &trained)?);
        let step = Function::new(Graph::of(&[x, y_true], &[total], &updates)?, Mode::Optimised);
        Ok(Network { optimizer, weights, step })
    }
    fn step(&self, x: &Array, y: &Array) -> Result<Array> {
        Ok(self.step.run(&[Feed::of(x), Feed::of(y)], 0)?.swap_remove(0))
    }
}

fn arrays(json: &Json) -> Vec<Array> {
    json.as_array().unwrap().iter().map(array).collect()
}

#[test]
fn trajectories_and_configs_are_keras_s() {
    each("optimizers", |case| {
        let optimizer = construct::<dyn Optimizer>(text(&case["optimizer"], "class_name"), golden::map(&case["args"]))?;
        let config = optimizer.config()?.ok_or("an optimizer has a config")?;
        same("config", &python_json(&config.clone().into())?, text(case, "config_text"))?;
        let again = construct::<dyn Optimizer>(&optimizer.class_name(), config)?;
        let network = Network::new(again, text(case, "loss"), &arrays(&case["initial_weights"]), (3, 4))?;
        for (batch, loss) in case["batches"].as_array().unwrap().iter().zip(case["losses"].as_array().unwrap()) {
            close("loss", &network.step(&array(&batch["x"]), &array(&batch["y"]))?, &array(loss), TRAJECTORY)?;
        }
        for (i, (got, want)) in network.weights.iter().zip(arrays(&case["final_weights"])).enumerate() {
            close(&format!("weight {i}"), &got.get(), &want, TRAJECTORY)?;
        }
        let (saved, wanted) = (network.optimizer.state().get_weights(), arrays(&case["optimizer_weights"]));
        if saved.len() != wanted.len() {
            return Err(format!("{} weights are saved, not {}", saved.len(), wanted.len()).into());
        }
        let mut all = saved.iter().zip(&wanted).enumerate();
        all.try_for_each(|(i, (got, want))| close(&format!("optimizer weight {i}"), got, want, TRAJECTORY))
    });
}

/// A network with one weight each, all zero, and a batch of one.
fn small(optimizer: Plug<dyn Optimizer>) -> (Network, Array, Array) {
    let ones = [[1, 1].as_slice(), &[1], &[1, 1], &[1]].map(|shape| Array::full(DType::F32, shape, 1.0));
    let one = Array::full(DType::F32, [1, 1], 1.0);
    (Network::new(optimizer, "mse", &ones, (1, 1)).unwrap(), one.clone(), Array::full(DType::F32, [1, 1], 5.0))
}

#[test]
fn settings_take_effect_in_the_next_step_without_a_new_plan() {
    let sgd: Plug<dyn Optimizer> = SGD::new().learning_rate(0.1).into();
    let (network, x, y) = small(sgd.clone());
    let bias = || network.weights[3].get().to_f64()[0];
    let slope = |before: f64| {
        network.step(&x, &y).unwrap();
        bias() - before
    };
    let first = slope(bias());
    assert!(first > 0.0);
    sgd.learning_rate().set(0.0).unwrap();
    assert_eq!(slope(bias()), 0.0);
    let config = python_json(&sgd.config().unwrap().unwrap().into()).unwrap();
    assert_eq!(config, r#"{"learning_rate": 0.0, "momentum": 0.0, "decay": 0.0, "nesterov": false}"#);
    let names: Vec<_> = sgd.hypers().iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["learning_rate", "momentum", "decay"]);
    assert_eq!(network.step.graph().updates.len(), 9);
}

#[test]
fn weights_have_keras_s_names_and_order_and_can_be_set() {
    let names = |optimizer: Plug<dyn Optimizer>| {
        assert!(optimizer.state().weights().is_empty(), "not known before the first step");
        let (network, ..) = small(optimizer);
        network.optimizer.state().weights().iter().map(|v| v.name().to_owned()).collect::<Vec<_>>()
    };
    let four = |slot: &str| (0..4).map(|i| format!("training/Nadam/{slot}_{i}:0")).collect::<Vec<_>>();
    let wanted = ["Nadam/iterations:0", "Nadam/m_schedule:0"].map(str::to_owned);
    assert_eq!(names(Nadam::new().into()), [&wanted[..], &four("m"), &four("v")].concat());

    let (network, x, y) = small(Adam::new().into());
    network.step(&x, &y).unwrap();
    let saved = network.optimizer.state().get_weights();
    let state = network.optimizer.state();
    network.step(&x, &y).unwrap();
    assert_ne!(state.get_weights(), saved);
    state.set_weights(&*network.optimizer, &saved).unwrap();
    assert_eq!(state.get_weights(), saved);
    assert_eq!(state.set_weights(&*network.optimizer, &saved[1..]).unwrap_err().code(), "optimizer_weight_count");
    let mut wrong = saved.clone();
    wrong[1] = Array::zeros(DType::F32, [2]);
    assert_eq!(state.set_weights(&*network.optimizer, &wrong).unwrap_err().code(), "optimizer_weight_shape");
    state.forget();
    assert!(state.weights().is_empty());
}

#[test]
fn lists_of_keras_2_2_4_are_taken() {
    let (network, x, y) = small(RMSprop::new().into());
    network.step(&x, &y).unwrap();
    let state = network.optimizer.state();
    let saved = state.get_weights();
    state.set_weights(&*network.optimizer, &saved[1..]).unwrap();
    assert_eq!(state.iterations().get().to_f64(), [0.0]);
    assert_eq!(state.get_weights()[1..], saved[1..]);
    let (network, x, y) = small(Nadam::new().into());
    network.step(&x, &y).unwrap();
    let state = network.optimizer.state();
    let saved = state.get_weights();
    let old = [&saved[..1], &saved[2..]].concat();
    state.set_weights(&*network.optimizer, &old).unwrap();
    assert_eq!(state.get_weights()[1].to_f64(), [1.0]);
    assert_eq!(state.get_weights()[2..], saved[2..]);
}

#[test]
fn constraints_come_after_the_update_and_a_missing_gradient_is_named() {
    let variable = Variable::new("dense_1/kernel:0", &Array::from_slice([2], &[0.1f32, 1.0]).unwrap());
    let gradient = Value::constant(Array::full(DType::F32, [2], 1.0));
    let trained = Trained { variable: variable.clone(), constraint: Some(NonNeg.into()), gradient: Some(gradient) };
    let sgd: Plug<dyn Optimizer> = SGD::new().learning_rate(0.5).into();
    let made = graph::trace::compose(&updates(&*sgd, &Value::scalar(DType::F32, 0.0), std::slice::from_ref(&trained)).unwrap());
    Function::new(Graph::of(&[], &[], &made).unwrap(), Mode::Optimised).run(&[], 0).unwrap();
    close("weight", &variable.get(), &Array::from_slice([2], &[0.0f32, 0.5]).unwrap(), SINGLE).unwrap();
    let error = updates(&*sgd, &Value::scalar(DType::F32, 0.0), &[Trained { gradient: None, ..trained }]).unwrap_err();
    assert_eq!((error.class().name(), error.code()), ("ValueError", "gradient_none"));
    assert!(error.message().starts_with("An operation has `None` for gradient"), "{error}");
}

#[test]
fn names_are_found_in_any_case_and_wrong_options_are_named() {
    for name in ["sgd", "SGD", "Sgd", "RMSPROP", "rmsprop", "adam", "NADAM"] {
        get::<dyn Optimizer>(&name.into()).unwrap();
    }
    let error = construct::<dyn Optimizer>("SGD", Map::from([("momentun", 0.5)])).unwrap_err();
    assert_eq!((error.class().name(), error.message()), ("TypeError", "SGD has no option `momentun`; did you mean `momentum`?"));
    let old = Map::from([("class_name", Setting::from("Adam")), ("config", Map::from([("lr", 0.5)]).into())]);
    assert_eq!(get::<dyn Optimizer>(&old.into()).unwrap().learning_rate().get(), 0.5);
}

/// An optimizer of the user's: steps of the gradient's sign, with a count of the steps of each weight.
struct Signs {
    rate: Hyper,
    state: State,
}

impl Described for Signs {
    fn class_name(&self) -> String {
        "Signs".to_owned()
    }
    fn config(&self) -> Result<Option<Map>> {
        Ok(Some(Map::from([("learning_rate", self.rate.get())])))
    }
}

impl Optimizer for Signs {
    fn state(&self) -> &State {
        &self.state
    }
    fn learning_rate(&self) -> &Hyper {
        &self.rate
    }
    fn hypers(&self) -> Vec<(&str, &Hyper)> {
        vec![("learning_rate", &self.rate)]
    }
    fn slots(&self) -> Vec<Slot> {
        vec![Slot::new("count")]
    }
    fn step(&self, moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]) -> Step {
        Step::new(weight - &moment.learning_rate * gradient.sign(), [&slots[0] + 1.0])
    }
}

#[test]
fn users_optimizers_are_optimizers() {
    let (network, x, y) = small(Signs { rate: 0.25.into(), state: State::new("Signs") }.into());
    network.step(&x, &y).unwrap();
    network.step(&x, &y).unwrap();
    let found: Vec<_> = network.optimizer.state().get_weights().iter().map(|a| a.to_f64()[0]).collect();
    assert_eq!(found, [2.0; 5]);
    assert_eq!(network.weights[3].get().to_f64(), [1.5]);
}

#[test]
fn users_functions_are_optimizers() {
    let step = |moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]| {
        let mean = &slots[0] * 0.5 + gradient * 0.5;
        Ok(Step::new(weight - &moment.learning_rate * &mean, [mean]))
    };
    let own: Plug<dyn Optimizer> = OptimizerFunction::new("averaged", 0.5, ["mean"], step).into();
    let (network, x, y) = small(own.clone());
    let loss = |_| network.step(&x, &y).unwrap().to_f64()[0];
    let losses: Vec<f64> = (0..3).map(loss).collect();
    assert!(losses[2] < losses[0], "{losses:?}");
    assert_eq!(own.state().weights()[4].name(), "training/averaged/mean_3:0");
    assert_eq!(own.config().unwrap().unwrap().get("learning_rate"), Some(&Setting::Float(0.5)));
    let failing = OptimizerFunction::new("failing", 0.5, Vec::<String>::new(), |_: &Moment, _: &Value, _: &Value, _: &[Value]| {
        Err(Error::value("mine", "no"))
    });
    let weight = Variable::new("w", &Array::scalar(1.0f32));
    let trained = Trained { gradient: Some(Value::read(&weight)), variable: weight, constraint: None };
    assert_eq!(updates(&failing, &Value::scalar(DType::F32, 0.0), &[trained]).unwrap_err().code(), "mine");
}
