//! One step as one graph: forward, losses, metrics, gradients, the optimizer's step and all other updates.
use super::{compile::OutputPlan, program::Phase};
use crate::{
    Array, Error, Result, Value, Variable,
    config::Plug,
    constraints::Constraint,
    losses,
    metrics::MetricInstance,
    optimizers::{self, Optimizer, Trained},
};
use graph::{
    Function, Graph, Mode,
    trace::{self, Trace, Update},
};
use std::rc::Rc;

/// What a step needs to know of a model, as values of the record.
#[derive(Clone)]
pub(crate) struct Subject {
    pub inputs: Vec<Value>,
    /// The placeholders that stand for them in a step.
    pub fed: Vec<Value>,
    pub outputs: Vec<Value>,
    pub masks: Vec<Option<Value>>,
    /// What layers add to the loss.
    pub losses: Vec<Value>,
    /// What layers report.
    pub metrics: Vec<Value>,
    /// Updates that were added by hand.
    pub updates: Vec<(Variable, Update)>,
}

/// What `compile` adds to it.
pub(crate) struct Goal {
    pub optimizer: Plug<dyn Optimizer>,
    pub outputs: Vec<OutputPlan>,
    /// The placeholders of targets and of the weights of their samples, for outputs with a loss.
    pub targets: Vec<Option<Value>>,
    pub sample_weights: Vec<Option<Value>>,
    /// The mean of each output's loss over batches, if there are several outputs.
    pub output_losses: Vec<Option<MetricInstance>>,
    /// One for each of the subject's metrics.
    pub layer_metrics: Vec<MetricInstance>,
    /// The weights that were trainable when the model was compiled.
    pub trained: Vec<(Variable, Option<Plug<dyn Constraint>>)>,
    pub mode: Mode,
}

/// What expanding a subject gives.
struct Expanded {
    outputs: Vec<Value>,
    masks: Vec<Option<Value>>,
    losses: Vec<Value>,
    metrics: Vec<Value>,
}

impl Subject {
    fn given(&self) -> Vec<(Value, Value)> {
        self.inputs.iter().cloned().zip(self.fed.iter().cloned()).collect()
    }

    fn expand(&self, training: bool) -> Result<Expanded> {
        let updates = self.updates.iter().map(|(_, u)| match u {
            Update::Assign(v) | Update::Add(v) | Update::Sub(v) | Update::Moving(v, _) => v.clone(),
        });
        let masks = self.masks.iter().flatten().cloned();
        let wanted: Vec<Value> =
            [&self.outputs, &self.losses, &self.metrics].into_iter().flatten().cloned().chain(masks).chain(updates).collect();
        let mut values = trace::expand(&wanted, training, &self.given())?.into_iter();
        let mut take = |n: usize| values.by_ref().take(n).collect::<Vec<_>>();
        let (outputs, losses, metrics) = (take(self.outputs.len()), take(self.losses.len()), take(self.metrics.len()));
        let mut found = take(self.masks.iter().flatten().count()).into_iter();
        let masks = self.masks.iter().map(|m| m.as_ref().and_then(|_| found.next())).collect();
        for ((variable, update), value) in self.updates.iter().zip(values) {
            let update = match update {
                Update::Assign(_) => Update::Assign(value),
                Update::Add(_) => Update::Add(value),
                Update::Sub(_) => Update::Sub(value),
                Update::Moving(_, momentum) => Update::Moving(value, *momentum),
            };
            trace::update(variable, update);
        }
        Ok(Expanded { outputs, masks, losses, metrics })
    }
}

/// The function that predicts.
pub(crate) fn predict(subject: &Subject, mode: Mode) -> Result<Function> {
    let subject = Subject { losses: Vec::new(), metrics: Vec::new(), updates: Vec::new(), masks: Vec::new(), ..subject.clone() };
    let (graph, _) = trace::open(Trace { eager: false, training: Some(false) }, |_| {
        let expanded = subject.expand(false)?;
        Graph::of(&subject.fed, &expanded.outputs, &trace::compose(&trace::take_updates()))
    })?;
    Ok(Function::new(graph, mode))
}

/// The function that trains or tests, fed inputs, targets, then weights of samples where `weighted` says so. It gives the loss
/// and then what `metrics_names` names.
pub(crate) fn build(subject: &Subject, goal: &Goal, phase: Phase, weighted: &[bool]) -> Result<Function> {
    let training = phase == Phase::Train;
    let (graph, _) = trace::open(Trace { eager: false, training: Some(training) }, |_| {
        // Updates added by hand belong to training; those of stateful layers are made in their calls.
        let mut subject = subject.clone();
        if !training {
            subject.updates.clear();
        }
        let expanded = subject.expand(training)?;
        let weights = goal.weights(weighted);
        let (total, mut given, updates) = measure(goal, &expanded, &goal.targets, &weights)?;
        given.insert(0, total.clone());
        updates.iter().for_each(|(variable, update)| trace::update(variable, update.clone()));
        if training {
            optimize(goal, &total)?;
        }
        let inputs: Vec<Value> = subject.fed.iter().chain(goal.targets.iter().flatten()).chain(weights.iter().flatten()).cloned().collect();
        Graph::of(&inputs, &given, &trace::compose(&trace::take_updates()))
    })?;
    Ok(Function::new(graph, goal.mode))
}

/// Runs the forward pass of a batch op by op as it is traced, so that users' functions see numbers and an error names the layer
/// and the op it comes from. `arrays` are in the order in which they are fed.
pub(crate) fn eager(subject: &Subject, goal: Option<&Goal>, training: bool, arrays: &[Array], weighted: &[bool]) -> Result<()> {
    let constant = |placeholder: &Value, array: &Array| Value::constant(array.cast(placeholder.dtype()));
    let mut arrays = arrays.iter();
    let mut fed = |placeholders: &[Option<Value>]| {
        let one = |p: &Option<Value>| p.as_ref().and_then(|p| arrays.next().map(|a| constant(p, a)));
        placeholders.iter().map(one).collect::<Vec<_>>()
    };
    let inputs: Vec<Option<Value>> = subject.fed.iter().cloned().map(Some).collect();
    let subject = Subject { fed: fed(&inputs).into_iter().flatten().collect(), updates: Vec::new(), ..subject.clone() };
    let outcome = trace::open(Trace { eager: true, training: Some(training) }, |_| {
        let expanded = subject.expand(training)?;
        if let Some(goal) = goal {
            let targets = fed(&goal.targets);
            let weights = fed(&goal.weights(weighted));
            measure(goal, &expanded, &targets, &weights)?;
        }
        Ok(())
    });
    match outcome {
        // Ops of the record that are no layer's keep sizes open, which only a plan knows.
        Err(error) if error.code() == "size_unknown" => Ok(()),
        other => other.map(drop),
    }
}

impl Goal {
    /// The placeholders of weights that are fed.
    fn weights(&self, weighted: &[bool]) -> Vec<Option<Value>> {
        let mut fed = weighted.iter();
        let wanted = |w: &Option<Value>| w.clone().filter(|_| fed.next().copied().unwrap_or(false));
        self.sample_weights.iter().map(wanted).collect()
    }
}

/// The total loss as a value of the record, which rests on the model's outputs and their masks, on what layers add, on targets and
/// all weights of samples.
pub(crate) struct TotalLoss {
    goal: Rc<Goal>,
    outputs: usize,
    /// Which outputs have a mask.
    masked: Vec<bool>,
    losses: usize,
}

impl TotalLoss {
    /// The symbol.
    pub fn record(goal: &Rc<Goal>, subject: &Subject) -> Result<Value> {
        let masked = subject.masks.iter().map(Option::is_some).collect();
        let call = TotalLoss { goal: goal.clone(), outputs: subject.outputs.len(), masked, losses: subject.losses.len() };
        let fed = goal.targets.iter().chain(&goal.sample_weights).flatten();
        let inputs: Vec<Value> =
            subject.outputs.iter().chain(subject.masks.iter().flatten()).chain(&subject.losses).chain(fed).cloned().collect();
        let spec = tensor::Spec::new(subject.outputs.first().map_or_else(crate::globals::floatx, Value::dtype), []);
        let mut made = Value::call(Rc::new(call), inputs, vec![spec]);
        Ok(made.swap_remove(0))
    }
}

impl graph::value::Call for TotalLoss {
    fn scope(&self) -> Rc<str> {
        "loss".into()
    }
    fn expand(&self, inputs: &[Value], _training: bool) -> Result<Vec<Value>> {
        let mut given = inputs.iter().cloned();
        let mut take = |n: usize| given.by_ref().take(n).collect::<Vec<_>>();
        let outputs = take(self.outputs);
        let mut masks = take(self.masked.iter().filter(|m| **m).count()).into_iter();
        let masks = self.masked.iter().map(|m| if *m { masks.next() } else { None }).collect();
        let expanded = Expanded { outputs, masks, losses: take(self.losses), metrics: Vec::new() };
        let mut fed =
            |placeholders: &[Option<Value>]| placeholders.iter().map(|p| p.as_ref().and_then(|_| given.next())).collect::<Vec<_>>();
        let (targets, weights) = (fed(&self.goal.targets), fed(&self.goal.sample_weights));
        Ok(vec![self.goal.losses(&expanded, &targets, &weights)?.1])
    }
}

/// What multiplies an output's losses: its samples' weights and its mask.
fn weight_of(weight: Option<&Value>, mask: Option<&Value>, y_pred: &Value) -> Result<Option<Value>> {
    let mask = mask.map(|m| m.cast(y_pred.dtype()));
    match (weight, mask) {
        (None, None) => Ok(None),
        (Some(w), None) => Ok(Some(w.clone())),
        (None, Some(m)) => Ok(Some(m)),
        (Some(w), Some(mut m)) => {
            let mut w = w.clone();
            while w.rank() < m.rank() {
                w = w.expand_dims(-1);
            }
            while m.rank() < w.rank() {
                m = m.expand_dims(-1);
            }
            (w * m).ok().map(Some)
        }
    }
}

impl Goal {
    /// Each output's loss, weighted and reduced, and the total.
    fn losses(&self, expanded: &Expanded, targets: &[Option<Value>], weights: &[Option<Value>]) -> Result<(Vec<Option<Value>>, Value)> {
        let one = |i: usize| {
            let (Some(loss), Some(y_true)) = (&self.outputs[i].loss, &targets[i]) else { return Ok(None) };
            let y_pred = &expanded.outputs[i];
            let weight = weight_of(weights[i].as_ref(), expanded.masks[i].as_ref(), y_pred)?;
            let value = trace::scoped(&loss.name(), || losses::reduced(&**loss, y_true, y_pred, weight.as_ref()));
            value.ok().map(Some)
        };
        let each = (0..self.outputs.len()).map(|i| trace::scoped("loss", || one(i))).collect::<Result<Vec<_>>>()?;
        let total = self.total(&each, &expanded.losses)?;
        Ok((each, total))
    }

    fn total(&self, each: &[Option<Value>], layers: &[Value]) -> Result<Value> {
        trace::scoped("loss", || {
            let weighted = each
                .iter()
                .zip(&self.outputs)
                .filter_map(|(loss, plan)| loss.as_ref().map(|l| if plan.loss_weight == 1.0 { l.clone() } else { l * plan.loss_weight }));
            let total = weighted.chain(layers.iter().cloned()).reduce(|a, b| {
                let b = b.cast(a.dtype());
                a + b
            });
            let none = || Error::value("no_loss", "The model cannot be compiled because it has no loss to optimize.");
            total.ok_or_else(none)?.mean(&[], false).ok()
        })
    }
}

type Updates = Vec<(Variable, Update)>;

/// The total loss, what the metrics give, and their new state.
fn measure(goal: &Goal, expanded: &Expanded, targets: &[Option<Value>], weights: &[Option<Value>]) -> Result<(Value, Vec<Value>, Updates)> {
    let (each, total) = goal.losses(expanded, targets, weights)?;
    let (mut given, mut updates) = (Vec::new(), Vec::new());
    let mut keep = |(result, new): (Value, Updates)| {
        given.push(result);
        updates.extend(new);
    };
    for (loss, mean) in each.iter().zip(&goal.output_losses) {
        if let (Some(loss), Some(mean)) = (loss, mean) {
            keep(mean.observe(loss, None)?);
        }
    }
    for (i, plan) in goal.outputs.iter().enumerate() {
        let (Some(y_true), y_pred, mask) = (&targets[i], &expanded.outputs[i], expanded.masks[i].as_ref()) else { continue };
        for (metric, weighted) in &plan.metrics {
            let weight = weight_of(weights[i].as_ref().filter(|_| *weighted), mask, y_pred)?;
            keep(metric.update(y_true, y_pred, weight.as_ref())?);
        }
    }
    for (metric, value) in goal.layer_metrics.iter().zip(&expanded.metrics) {
        keep(metric.observe(value, None)?);
    }
    Ok((total, given, updates))
}

/// Makes the updates of the optimizer.
fn optimize(goal: &Goal, total: &Value) -> Result<()> {
    let reads: Vec<Value> = goal.trained.iter().map(|(v, _)| Value::read(v)).collect();
    let gradients = graph::gradients(std::slice::from_ref(total), None, &reads)?;
    let trained: Vec<Trained> = goal
        .trained
        .iter()
        .zip(gradients)
        .map(|((variable, constraint), gradient)| Trained { variable: variable.clone(), constraint: constraint.clone(), gradient })
        .collect();
    let updates = optimizers::updates(&*goal.optimizer, total, &trained)?;
    updates.into_iter().for_each(|(variable, update)| trace::update(&variable, update));
    Ok(())
}
