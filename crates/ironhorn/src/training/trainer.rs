//! What training keeps with a model: its flags, how it was compiled, the functions made of it.
use super::{
    Compile, Data, Flags, Handle, Key, Phase, Program,
    checks::{Checks, Sets, Target},
    step::{self, Goal, Subject, TotalLoss},
};
use crate::{
    Array, Error, Result, Value, Variable,
    config::{DataFormat, entry, spelled},
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
    pub checks: Arc<Checks>,
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
            Data::Source(source) => self.build_for(&source.sample()?.x),
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
                format!(
                    "The model cannot be compiled because it has no loss to optimize. Give `loss`, or add one with {}.",
                    spelled("add_loss")
                ),
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
            expected.push(Target { name: name.clone(), shape, temporal: plan.temporal, categorical: is_categorical(&**loss) });
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
        let checks = Checks { inputs: self.expected_inputs(), targets: expected };
        Ok(Compiled {
            symbols: self.symbols(),
            total_loss: TotalLoss::record(&goal, &subject)?,
            subject,
            goal,
            program: Arc::new(program),
            checks: Arc::new(checks),
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

    /// Whether a source has to give a batch before a run: to build the model for, or to run eagerly.
    pub fn needs_sample(&self) -> bool {
        self.graph().is_none() || self.trainer().settings.borrow().as_ref().is_some_and(|s| s.run_eagerly)
    }

    fn expected_inputs(&self) -> Vec<(String, Shape)> {
        self.input_names().into_iter().zip(self.inputs().iter().map(|v| v.shape().clone())).collect()
    }

    /// What is expected of inputs, of a model that may not be compiled; built for `x` if it was not built.
    pub(crate) fn input_checks(&self, x: &Data) -> Result<Checks> {
        self.build_for(x)?;
        Ok(Checks { inputs: self.expected_inputs(), targets: Vec::new() })
    }
}

fn is_categorical(loss: &dyn Loss) -> bool {
    matches!(&*loss.class_name(), "categorical_crossentropy" | "CategoricalCrossentropy")
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

    /// Whether ops run one by one.
    pub fn is_eager(&self) -> bool {
        self.goal.mode == Mode::Plain
    }

    /// If the model runs eagerly, the forward pass of the first rows, for its errors.
    pub fn look(&self, phase: Phase, sets: &Sets, batch: Option<usize>) -> Result<()> {
        if !self.is_eager() {
            return Ok(());
        }
        let (first, _) = sets.split(batch.unwrap_or(sets.samples).min(sets.samples))?;
        step::eager(&self.subject, Some(&self.goal), phase == Phase::Train, &first.arrays(), &sets.weighted())
    }
}
