//! What training keeps with a model: its flags, how it was compiled, the functions made of it.
use super::{
    ClassWeight, Compile, Data, Flags, Handle, Key, Phase, Program, SampleWeight,
    data::{self, Role, tuple},
    step::{self, Goal, Subject, TotalLoss},
    weights,
};
use crate::{
    Array, DType, Error, Result, Value, Variable,
    config::{DataFormat, Plug, entry},
    globals,
    losses::Loss,
    metrics::{Mean, MetricInstance},
    model::Model,
};
use graph::{Function, Mode};
use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};
use tensor::{Dim, Shape, Spec};

/// What training keeps with a model.
#[derive(Default)]
pub(crate) struct Trainer {
    pub flags: Arc<Flags>,
    settings: RefCell<Option<Compile>>,
    compiled: RefCell<Option<Rc<Compiled>>>,
    predicting: RefCell<Option<Predicting>>,
}

/// A model's symbols by their keys: another list means another graph.
type Symbols = Vec<(u64, usize)>;

#[derive(Clone)]
struct Predicting {
    symbols: Symbols,
    mode: Mode,
    program: Arc<Program>,
}

/// A compiled model.
pub(crate) struct Compiled {
    symbols: Symbols,
    subject: Subject,
    pub goal: Rc<Goal>,
    pub program: Arc<Program>,
    pub total_loss: Value,
    /// Names and shapes of the outputs that have targets.
    names: Vec<String>,
    shapes: Vec<Option<Shape>>,
}

/// Checked data, in the order in which it is fed.
pub(crate) struct Sets {
    pub x: Vec<Array>,
    pub y: Vec<Array>,
    /// For each output with a target.
    pub weights: Vec<Option<Array>>,
    pub samples: usize,
}

impl Sets {
    /// Which outputs' samples have weights.
    pub fn weighted(&self) -> Vec<bool> {
        self.weights.iter().map(Option::is_some).collect()
    }
    /// All arrays.
    pub fn arrays(&self) -> Vec<Array> {
        self.x.iter().chain(&self.y).chain(self.weights.iter().flatten()).cloned().collect()
    }
    /// The samples before `at` and the others.
    pub fn split(&self, at: usize) -> Result<(Sets, Sets)> {
        let part = |from: usize, to: usize| {
            let all = |arrays: &[Array]| arrays.iter().map(|a| a.rows(from, to)).collect::<Result<Vec<_>>>();
            let weights = self.weights.iter().map(|w| w.as_ref().map(|w| w.rows(from, to)).transpose()).collect::<Result<_>>()?;
            Ok(Sets { x: all(&self.x)?, y: all(&self.y)?, weights, samples: to - from })
        };
        Ok((part(0, at)?, part(at, self.samples)?))
    }
}

impl Model {
    /// What training keeps with this model.
    pub(crate) fn trainer(&self) -> Rc<Trainer> {
        let mut slot = self.slot().borrow_mut();
        let kept = slot.clone().and_then(|any| any.downcast::<Trainer>().ok());
        kept.unwrap_or_else(|| {
            let fresh = Rc::new(Trainer::default());
            *slot = Some(fresh.clone());
            fresh
        })
    }

    fn symbols(&self) -> Symbols {
        self.inputs().iter().chain(&self.outputs()).map(Value::key).collect()
    }

    fn subject(&self) -> Result<Subject> {
        self.built_graph()?;
        // One tensor counts once, however often it is added.
        let mut losses: Vec<Value> = Vec::new();
        for loss in self.losses()? {
            if !losses.contains(&loss) {
                losses.push(loss);
            }
        }
        let fed = self.inputs().iter().zip(self.input_names()).map(|(v, name)| Value::input(&name, v.spec().clone())).collect();
        Ok(Subject {
            inputs: self.inputs(),
            fed,
            outputs: self.outputs(),
            masks: self.masks(),
            losses,
            metrics: self.layer_metrics().into_iter().map(|(_, v)| v).collect(),
            updates: self.recorded_updates(),
        })
    }

    /// What is shared with runs and callbacks.
    pub fn handle(&self) -> Arc<Handle> {
        let trainer = self.trainer();
        let compiled = trainer.compiled.borrow().clone();
        let hypers = compiled.map_or_else(Vec::new, |c| {
            c.goal.optimizer.hypers().into_iter().map(|(name, hyper)| (name.to_owned(), hyper.variable().clone())).collect()
        });
        Arc::new(Handle::new(self.core().listed_weights(), hypers, trainer.flags.clone()))
    }

    /// Builds it for data of these shapes, if its layers did not say their input's.
    pub(crate) fn build_for(&self, x: &Data) -> Result<()> {
        if self.graph().is_some() {
            return Ok(());
        }
        let shape = |array: &Array| match array.shape() {
            [_] => vec![None, Some(1)],
            shape => std::iter::once(None).chain(shape.iter().skip(1).map(|n| Some(*n))).collect(),
        };
        match x {
            Data::One(array) => self.build(shape(array)),
            Data::List(list) if self.body().is_some() => self.build_body(list.iter().map(shape).collect()),
            Data::List(list) if list.len() == 1 => self.build(shape(&list[0])),
            _ => self.built_graph().map(drop),
        }
    }

    /// How it was compiled, if it was.
    pub(crate) fn compile_settings(&self) -> Option<Compile> {
        self.trainer().settings.borrow().clone()
    }
    /// Gives the optimizer the state that was saved. Errors `not_compiled`, `optimizer_weight_count`, `optimizer_weight_shape`.
    pub(crate) fn restore_optimizer(&self, values: &[Array]) -> Result<()> {
        let compiled = self.compiled_for(None)?;
        let optimizer = &compiled.goal.optimizer;
        let trained: Vec<Variable> = compiled.goal.trained.iter().map(|(v, _)| v.clone()).collect();
        optimizer.state().build(&**optimizer, &trained);
        if let [iterations] = values
            && iterations.shape().is_empty()
        {
            // tf-keras keeps no momentum where there is none.
            return optimizer.state().iterations().set(iterations);
        }
        optimizer.state().set_weights(&**optimizer, values)
    }

    /// Readies it for training. Errors as `Compile::outputs`, `no_loss`, and those of the optimizer's name.
    pub fn compile(&self, settings: Compile) -> Result<()> {
        let trainer = self.trainer();
        let optimizer = settings.optimizer.find()?;
        trainer.compiled.replace(None);
        let settings = Compile { optimizer: optimizer.into(), ..settings };
        if self.graph().is_some() {
            let compiled = self.compiled_from(&settings)?;
            trainer.compiled.replace(Some(Rc::new(compiled)));
        }
        trainer.settings.replace(Some(settings));
        Ok(())
    }

    fn compiled_from(&self, settings: &Compile) -> Result<Compiled> {
        let subject = self.subject()?;
        let output_names = self.output_names();
        let shapes: Vec<Shape> = subject.outputs.iter().map(|v| v.shape().clone()).collect();
        let mut names = vec!["loss".to_owned()];
        let outputs = settings.outputs(&output_names, &shapes, &mut names)?;
        if outputs.iter().all(|o| o.loss.is_none()) && subject.losses.is_empty() {
            return Err(Error::value(
                "no_loss",
                "The model cannot be compiled because it has no loss to optimize. Give `loss`, or add one with add_loss.",
            ));
        }
        let several = outputs.len() > 1;
        let mean = |name: String| MetricInstance::named(name, Mean::new().into());
        let (mut targets, mut sample_weights, mut output_losses, mut expected) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for ((name, plan), y) in output_names.iter().zip(&outputs).zip(&subject.outputs) {
            let Some(loss) = &plan.loss else {
                targets.push(None);
                sample_weights.push(None);
                output_losses.push(None);
                continue;
            };
            let shape = target_shape(&**loss, y.shape(), name);
            let axes = if plan.temporal { 2 } else { 1 };
            let weight_shape = Shape(shape.0.iter().take(axes).copied().collect());
            targets.push(Some(Value::input(&format!("{name}_target"), Spec::new(y.dtype(), shape.clone()))));
            sample_weights.push(Some(Value::input(&format!("{name}_sample_weights"), Spec::new(globals::floatx(), weight_shape))));
            output_losses.push(several.then(|| mean(format!("{name}_loss"))));
            expected.push((name.clone(), shape));
        }
        let layer_metrics: Vec<MetricInstance> = self.layer_metrics().into_iter().map(|(name, _)| mean(name)).collect();
        names.extend(layer_metrics.iter().map(|m| m.name().to_owned()));
        let all = output_losses.iter().flatten().chain(outputs.iter().flat_map(|o| o.metrics.iter().map(|(m, _)| &**m)));
        let state: Vec<Variable> = all.chain(&layer_metrics).flat_map(MetricInstance::variables).cloned().collect();
        let optimizer = settings.optimizer.find()?;
        optimizer.state().forget();
        let constraints: HashMap<usize, _> = self.constraints()?.into_iter().map(|(v, c)| (v.key(), c)).collect();
        let trained = self.collect_trainable_weights().into_iter().map(|v| (v.clone(), constraints.get(&v.key()).cloned())).collect();
        let program = Program::new(names.iter().map(|n| n.as_str().into()).collect(), state, Some(optimizer.state().iterations().clone()));
        let mode = if settings.run_eagerly { Mode::Plain } else { Mode::Optimised };
        let goal = Rc::new(Goal { optimizer, outputs, targets, sample_weights, output_losses, layer_metrics, trained, mode });
        let (names, shapes) = expected.into_iter().map(|(name, shape)| (name, Some(shape))).unzip();
        Ok(Compiled {
            symbols: self.symbols(),
            total_loss: TotalLoss::record(&goal, &subject)?,
            subject,
            goal,
            program: Arc::new(program),
            names,
            shapes,
        })
    }

    /// The compiled model, built for `x` if it was not built. Error `not_compiled`.
    pub(crate) fn compiled_for(&self, x: Option<&Data>) -> Result<Rc<Compiled>> {
        let trainer = self.trainer();
        let Some(settings) = trainer.settings.borrow().clone() else {
            return Err(Error::runtime(
                "not_compiled",
                "You must compile a model before training/testing. Use `model.compile(optimizer, loss)`.",
            ));
        };
        if let Some(x) = x {
            self.build_for(x)?;
        }
        let known = trainer.compiled.borrow().clone();
        match known {
            Some(compiled) if compiled.symbols == self.symbols() => Ok(compiled),
            _ => {
                let compiled = Rc::new(self.compiled_from(&settings)?);
                trainer.compiled.replace(Some(compiled.clone()));
                Ok(compiled)
            }
        }
    }

    /// The function that predicts, and its program.
    pub(crate) fn predicting(&self) -> Result<(Arc<Program>, Arc<Function>)> {
        let trainer = self.trainer();
        let symbols = self.symbols();
        let eager = trainer.settings.borrow().as_ref().is_some_and(|s| s.run_eagerly);
        let mode = if eager { Mode::Plain } else { Mode::Optimised };
        let known = trainer.predicting.borrow().clone().filter(|p| p.symbols == symbols && p.mode == mode);
        let program = known.map_or_else(
            || {
                let program = Arc::new(Program::default());
                trainer.predicting.replace(Some(Predicting { symbols, mode, program: program.clone() }));
                program
            },
            |p| p.program,
        );
        let key = Key { phase: Phase::Predict, weighted: Vec::new() };
        let function = program.function(&key, || step::predict(&self.subject()?, mode))?;
        Ok((program, function))
    }

    /// Checked inputs, and how many samples they have.
    pub(crate) fn inputs_for(&self, x: &Data) -> Result<(Vec<Array>, usize)> {
        self.build_for(x)?;
        let shapes: Vec<Option<Shape>> = self.inputs().iter().map(|v| Some(v.shape().clone())).collect();
        let x = data::standardize(x, &self.input_names(), &shapes, Role::Input)?;
        let samples = data::check_lengths(&x, &[], &[])?;
        Ok((x, samples))
    }
}

/// The shape of targets for a loss on an output: that of the output; one label where the loss takes labels; sizes of any kind for
/// a loss of the user's.
fn target_shape(loss: &dyn Loss, output: &Shape, name: &str) -> Shape {
    let mut shape = output.clone();
    let rank = shape.rank();
    if matches!(&*loss.class_name(), "sparse_categorical_crossentropy" | "SparseCategoricalCrossentropy") {
        let channels_first = globals::image_data_format() == DataFormat::ChannelsFirst && (4..=5).contains(&rank);
        let classes = if channels_first { 1 } else { rank.saturating_sub(1) };
        if let Some(size) = shape.0.get_mut(classes) {
            *size = Dim::Known(1);
        }
    } else if entry::<dyn Loss>(&loss.class_name()).is_none() {
        shape.0.iter_mut().enumerate().skip(1).for_each(|(axis, size)| *size = Dim::named(&format!("{name}_target_{axis}")));
    }
    shape
}

impl Compiled {
    /// The function of that phase for these optional feeds.
    pub fn function(&self, phase: Phase, weighted: Vec<bool>) -> Result<Arc<Function>> {
        let key = Key { phase, weighted };
        self.program.function(&key, || step::build(&self.subject, &self.goal, phase, &key.weighted))
    }

    /// If the model runs eagerly, the forward pass of the first rows, for its errors.
    pub fn look(&self, phase: Phase, sets: &Sets, batch: Option<usize>) -> Result<()> {
        if self.goal.mode == Mode::Optimised {
            return Ok(());
        }
        let (first, _) = sets.split(batch.unwrap_or(sets.samples).min(sets.samples))?;
        step::eager(&self.subject, Some(&self.goal), phase == Phase::Train, &first.arrays(), &sets.weighted())
    }

    /// Checks data for training or testing. Errors of `data` and `weights`, and `labels_not_one_hot`.
    pub fn standardize(&self, model: &Model, x: &Data, y: &Data, sample_weight: &SampleWeight, class_weight: &ClassWeight) -> Result<Sets> {
        let shapes: Vec<Option<Shape>> = model.inputs().iter().map(|v| Some(v.shape().clone())).collect();
        let x = data::standardize(x, &model.input_names(), &shapes, Role::Input)?;
        let y = data::standardize(y, &self.names, &self.shapes, Role::Target)?;
        let samples = sample_weight.resolve("sample_weight", &self.names)?;
        let classes = class_weight.resolve("class_weight", &self.names)?;
        let dtype: DType = globals::floatx();
        let plans = || self.goal.outputs.iter().filter(|o| o.loss.is_some());
        let weights = y
            .iter()
            .zip(plans())
            .zip(samples.iter().zip(&classes))
            .map(|((y, plan), (s, c))| weights::combine(y, s.as_ref(), c.as_ref().map(|c| &*c.0), plan.temporal, dtype))
            .collect::<Result<Vec<_>>>()?;
        let given: Vec<Array> = weights.iter().flatten().cloned().collect();
        let samples = data::check_lengths(&x, &y, &given)?;
        for (y, loss) in y.iter().zip(plans().flat_map(|o| &o.loss)) {
            one_hot(y, loss)?;
        }
        Ok(Sets { x, y, weights, samples })
    }
}

/// Categorical cross-entropy of a single class is a mistake.
fn one_hot(y: &Array, loss: &Plug<dyn Loss>) -> Result<()> {
    let categorical = matches!(&*loss.class_name(), "categorical_crossentropy" | "CategoricalCrossentropy");
    if !categorical || y.shape().last() != Some(&1) {
        return Ok(());
    }
    Err(Error::value(
        "labels_not_one_hot",
        format!(
            "You are passing a target array of shape {} while using as loss `categorical_crossentropy`. `categorical_crossentropy` expects \
             targets to be binary matrices (1s and 0s) of shape (samples, classes). If your targets are integer classes, convert them with \
             `to_categorical`, or use the loss `sparse_categorical_crossentropy`, which does expect integer targets.",
            tuple(y.shape())
        ),
    ))
}
