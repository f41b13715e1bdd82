//! `compile`, `fit`, `evaluate`, `predict` and their kin on a model.
//!
//! Each has a form `prepare_..` that checks and compiles on the model's thread and gives a job, which can then run on any: the
//! binding runs it on a thread of its own. The plain forms run it at once.
use super::{
    ArrayBatches, BatchJob, Batches, ClassWeight, Data, Evaluate, EvaluateGenerator, EvaluateJob, Fit, FitGenerator, FitJob, Phase,
    Predict, PredictBatchJob, PredictGenerator, PredictJob, SampleWeight, Shuffle, Source, TestOnBatch, TrainOnBatch, ValidationData,
    checks::Sets,
    run::Validation,
    source::Ahead,
    stage::Stage,
    streamed::{Streamed, Wanted},
    trainer::Compiled,
};
use crate::{
    Array, Error, Result, Value,
    callbacks::{Callback, Context, History, Params},
    config::{Plug, spelled},
    model::Model,
    optimizers::Optimizer,
};
use graph::Function;
use std::sync::Arc;

/// Samples a batch, if nothing is said.
const BATCH: usize = 32;

impl Model {
    /// Trains on `x` and `y`. Errors: `not_compiled`, `fit_running`, those of the data, and what a callback fails with.
    ///
    /// ```
    /// # use ironhorn::{Array, layers::Dense, model::Sequential, training::{Compile, Fit}};
    /// let model = Sequential::new().add(Dense::new(1).input_dim(2))?;
    /// model.compile(Compile::new("sgd").loss("mse"))?;
    /// let (x, y) = (Array::from_slice([4, 2], &[0f32; 8])?, Array::from_slice([4], &[1f32; 4])?);
    /// let history = model.fit(&x, &y, Fit { epochs: 2, verbose: 0, ..Fit::default() })?;
    /// assert_eq!(history.get("loss").map(|l| l.len()), Some(2));
    /// # Ok::<(), ironhorn::Error>(())
    /// ```
    pub fn fit(&self, x: impl Into<Data>, y: impl Into<Data>, options: Fit) -> Result<History> {
        self.fit_with(x, y, options, &mut [])
    }
    /// The same with callbacks, which are called on this thread.
    pub fn fit_with(&self, x: impl Into<Data>, y: impl Into<Data>, options: Fit, callbacks: &mut [&mut dyn Callback]) -> Result<History> {
        let mut job = self.prepare_fit(x, y, options)?;
        if callbacks.iter().any(|c| c.saves()) {
            job.allow_saving(self);
        }
        job.run(callbacks)
    }
    /// The loss and the metrics on `x` and `y`, in the order of `metrics_names`.
    pub fn evaluate(&self, x: impl Into<Data>, y: impl Into<Data>, options: Evaluate) -> Result<Vec<f64>> {
        self.evaluate_with(x, y, options, &mut [])
    }
    /// The same with callbacks.
    pub fn evaluate_with(
        &self,
        x: impl Into<Data>,
        y: impl Into<Data>,
        options: Evaluate,
        callbacks: &mut [&mut dyn Callback],
    ) -> Result<Vec<f64>> {
        self.prepare_evaluate(x, y, options)?.run(callbacks)
    }
    /// The output for `x`, of a model with one output. Error `several_outputs`.
    pub fn predict(&self, x: impl Into<Data>, options: Predict) -> Result<Array> {
        let mut outputs = self.predict_all(x, options)?;
        if outputs.len() == 1 {
            return Ok(outputs.swap_remove(0));
        }
        Err(Error::value("several_outputs", format!("The model has {} outputs. Use predict_all, which gives a list.", outputs.len())))
    }
    /// The outputs for `x`.
    pub fn predict_all(&self, x: impl Into<Data>, options: Predict) -> Result<Vec<Array>> {
        self.predict_with(x, options, &mut [])
    }
    /// The same with callbacks.
    pub fn predict_with(&self, x: impl Into<Data>, options: Predict, callbacks: &mut [&mut dyn Callback]) -> Result<Vec<Array>> {
        self.prepare_predict(x, options)?.run(callbacks)
    }

    /// Trains on the batches of a generator or Sequence. Errors as `fit`, and `workers_bound`, `workers_stream`, `generator_ended`,
    /// `generator_output`.
    pub fn fit_generator(&self, source: impl Into<Data>, options: FitGenerator) -> Result<History> {
        self.fit(source, (), options.into())
    }
    /// The loss and the metrics on the batches of a generator or Sequence.
    pub fn evaluate_generator(&self, source: impl Into<Data>, options: EvaluateGenerator) -> Result<Vec<f64>> {
        self.evaluate(source, (), options.into())
    }
    /// The output for the batches of a generator or Sequence, of a model with one output.
    pub fn predict_generator(&self, source: impl Into<Data>, options: PredictGenerator) -> Result<Array> {
        self.predict(source, options.into())
    }

    /// A training, ready to run.
    pub fn prepare_fit(&self, x: impl Into<Data>, y: impl Into<Data>, options: Fit) -> Result<FitJob> {
        let (x, y) = (x.into(), y.into());
        crate::config::Config::check(&options)?;
        let fitting = self.trainer().flags.begin()?;
        if let Data::Source(_) = x {
            check_alone(&y, &options.sample_weight, options.batch_size)?;
            if options.validation_split > 0.0 {
                let option = spelled("validation_split");
                let text = format!("If your data is in the form of a generator or Sequence, you cannot use `{option}`.");
                return Err(Error::value("validation_split", text));
            }
        }
        let compiled = self.compiled_for(Some(&x))?;
        let ahead = Ahead { workers: options.workers, most: options.max_queue_size, apart: options.use_multiprocessing };
        let epochs = options.initial_epoch..options.epochs;
        let validated_epochs = epochs.clone().filter(|e| options.validation_freq.includes(*e)).count();
        let mut steps = options.steps_per_epoch;
        let (train, held, batch, samples) = if let Data::Source(source) = &x {
            steps = Some(needed_steps(source, steps, "steps_per_epoch")?);
            let passes = (options.steps_per_epoch, epochs.len());
            let wanted = Wanted::All(options.class_weight.clone());
            let shuffle = options.shuffle != Shuffle::No;
            let train = compiled.streamed(Phase::Train, source, wanted, passes, ahead, shuffle)?;
            (train, None, None, None)
        } else {
            let batch = self.batch_size(options.batch_size, steps, "steps_per_epoch")?;
            let sets = compiled.checks.standardize(&x, &y, &options.sample_weight, &options.class_weight)?;
            self.check_static(sets.samples, batch)?;
            let (sets, held) = match options.validation_data {
                None if options.validation_split > 0.0 => {
                    let (train, held) = sets.split(split_at(sets.samples, options.validation_split)?)?;
                    (train, (held.samples > 0).then_some(held))
                }
                _ => (sets, None),
            };
            let samples = sets.samples;
            (stage(&compiled, Phase::Train, &sets, (batch, steps), options.shuffle)?, held, batch, Some(samples))
        };
        let streams = samples.is_none();
        let mut held_samples = held.as_ref().map(|h| h.samples);
        let validation = match &options.validation_data {
            Some(ValidationData { x: Data::Source(source), .. }) if streams => {
                needed_steps(source, options.validation_steps, "validation_steps")?;
                let passes = (options.validation_steps, validated_epochs);
                Some(compiled.streamed(Phase::Test, source, Wanted::All(ClassWeight::None), passes, ahead, false)?)
            }
            Some(v) => {
                let sets = compiled.checks.standardize(&v.x, &v.y, &v.sample_weight, &ClassWeight::None)?;
                self.check_static(sets.samples, batch)?;
                held_samples = Some(sets.samples);
                // Beside a generator, batches are as large as its last one, which only the run knows.
                let size = if streams { (Some(sets.samples), None) } else { (batch, options.validation_steps) };
                Some(stage(&compiled, Phase::Test, &sets, size, Shuffle::No)?)
            }
            None => match &held {
                Some(held) => Some(stage(&compiled, Phase::Test, held, (batch, options.validation_steps), Shuffle::No)?),
                None => None,
            },
        };
        let validates = validation.is_some();
        if !streams {
            check_validation(&options, validates)?;
        }
        let verbose = options.verbose as u8;
        let greeting = match (samples, held_samples) {
            (Some(n), Some(m)) if verbose > 0 => Some(format!("Train on {n} samples, validate on {m} samples\n")),
            _ => None,
        };
        let names = &compiled.program.names;
        // Beside a generator Keras tells callbacks of validation metrics whether or not there are any.
        let validated = names.iter().filter(|_| validates || streams).map(|n| format!("val_{n}").into());
        let params = Params {
            batch_size: batch,
            epochs: Some(options.epochs),
            steps,
            samples,
            verbose,
            do_validation: Some(validates),
            metrics: Some(names.iter().cloned().chain(validated).collect()),
        };
        self.check_trainable_weights();
        Ok(FitJob {
            train,
            validation: validation.map(|stage| Validation { stage, frequency: options.validation_freq.clone() }),
            program: compiled.program.clone(),
            context: Context::new(params, self.handle()),
            epochs,
            greeting,
            fitting,
        })
    }

    /// An evaluation, ready to run.
    pub fn prepare_evaluate(&self, x: impl Into<Data>, y: impl Into<Data>, options: Evaluate) -> Result<EvaluateJob> {
        let (x, y) = (x.into(), y.into());
        crate::config::Config::check(&options)?;
        if let Data::Source(_) = x {
            check_alone(&y, &options.sample_weight, options.batch_size)?;
        }
        let compiled = self.compiled_for(Some(&x))?;
        let mut params = Params {
            steps: options.steps,
            verbose: options.verbose as u8,
            metrics: Some(compiled.program.names.clone()),
            ..Params::default()
        };
        let stage = if let Data::Source(source) = &x {
            params.steps = Some(needed_steps(source, options.steps, "steps")?);
            let ahead = Ahead { workers: options.workers, most: options.max_queue_size, apart: options.use_multiprocessing };
            compiled.streamed(Phase::Test, source, Wanted::All(ClassWeight::None), (params.steps, 1), ahead, false)?
        } else {
            params.batch_size = self.batch_size(options.batch_size, options.steps, "steps")?;
            let sets = compiled.checks.standardize(&x, &y, &options.sample_weight, &ClassWeight::None)?;
            self.check_static(sets.samples, params.batch_size)?;
            params.samples = Some(sets.samples);
            stage(&compiled, Phase::Test, &sets, (params.batch_size, options.steps), Shuffle::No)?
        };
        Ok(EvaluateJob { stage, program: compiled.program.clone(), context: Context::new(params, self.handle()) })
    }

    /// A prediction, ready to run.
    pub fn prepare_predict(&self, x: impl Into<Data>, options: Predict) -> Result<PredictJob> {
        let x = x.into();
        crate::config::Config::check(&options)?;
        let mut params = Params { steps: options.steps, verbose: options.verbose as u8, ..Params::default() };
        let checks = self.input_checks(&x)?;
        let batches: Box<dyn Batches> = if let Data::Source(source) = &x {
            check_alone(&Data::none(), &SampleWeight::None, options.batch_size)?;
            params.steps = Some(needed_steps(source, options.steps, "steps")?);
            let ahead = Ahead { workers: options.workers, most: options.max_queue_size, apart: options.use_multiprocessing };
            Box::new(Streamed::new(source, Arc::new(checks), Wanted::Inputs, (params.steps, 1), ahead, false)?)
        } else {
            let (x, samples) = checks.inputs(&x)?;
            let batch = self.batch_size(options.batch_size, options.steps, "steps")?;
            if batch.is_some_and(|b| samples > b) {
                self.check_static(samples, batch)?;
            }
            (params.batch_size, params.samples) = (batch, Some(samples));
            Box::new(batches(x, samples, (batch, options.steps), Shuffle::No))
        };
        let (program, function) = self.predicting()?;
        Ok(PredictJob { stage: Stage::new(function, batches, &program), program, context: Context::new(params, self.handle()) })
    }

    /// One step of training on one batch: the loss and the metrics, in the order of `metrics_names`, as they are before the step.
    pub fn train_on_batch(&self, x: impl Into<Data>, y: impl Into<Data>, options: TrainOnBatch) -> Result<Vec<f64>> {
        self.prepare_train_on_batch(x, y, options)?.run()
    }
    /// The loss and the metrics on one batch.
    pub fn test_on_batch(&self, x: impl Into<Data>, y: impl Into<Data>, options: TestOnBatch) -> Result<Vec<f64>> {
        self.prepare_test_on_batch(x, y, options)?.run()
    }
    /// The outputs for one batch.
    pub fn predict_on_batch(&self, x: impl Into<Data>) -> Result<Vec<Array>> {
        self.prepare_predict_on_batch(x)?.run()
    }
    /// A step on one batch, ready to run.
    pub fn prepare_train_on_batch(&self, x: impl Into<Data>, y: impl Into<Data>, options: TrainOnBatch) -> Result<BatchJob> {
        let weights = (options.sample_weight, options.class_weight);
        self.on_batch(Phase::Train, (x.into(), y.into()), weights, options.reset_metrics)
    }
    /// A test of one batch, ready to run.
    pub fn prepare_test_on_batch(&self, x: impl Into<Data>, y: impl Into<Data>, options: TestOnBatch) -> Result<BatchJob> {
        self.on_batch(Phase::Test, (x.into(), y.into()), (options.sample_weight, ClassWeight::None), options.reset_metrics)
    }
    /// A prediction of one batch, ready to run.
    pub fn prepare_predict_on_batch(&self, x: impl Into<Data>) -> Result<PredictBatchJob> {
        let x = x.into();
        let (x, samples) = self.input_checks(&x)?.inputs(&x)?;
        let (program, function) = self.predicting()?;
        Ok(PredictBatchJob { program, function, x, samples })
    }

    fn on_batch(
        &self,
        phase: Phase,
        (x, y): (Data, Data),
        (samples, classes): (SampleWeight, ClassWeight),
        reset: bool,
    ) -> Result<BatchJob> {
        let compiled = self.compiled_for(Some(&x))?;
        let sets = compiled.checks.standardize(&x, &y, &samples, &classes)?;
        if phase == Phase::Train {
            self.check_trainable_weights();
        }
        let stage = stage(&compiled, phase, &sets, (None, Some(1)), Shuffle::No)?;
        Ok(BatchJob { stage, program: compiled.program.clone(), train: phase == Phase::Train, reset, samples: sets.samples })
    }

    /// The batch size to use: none where steps are given. Errors `batch_and_steps`, `batch_static`.
    fn batch_size(&self, given: Option<usize>, steps: Option<usize>, name: &str) -> Result<Option<usize>> {
        if steps.is_some() {
            return match given {
                None => Ok(None),
                Some(_) => Err(Error::value(
                    "batch_and_steps",
                    format!("If {} is set, the `{}` must be None.", spelled(name), spelled("batch_size")),
                )),
            };
        }
        let fixed = self.inputs().first().and_then(|v| v.shape().0.first().and_then(|d| d.known()));
        match (given, fixed) {
            (Some(given), Some(fixed)) if given != fixed => Err(Error::value(
                "batch_static",
                format!(
                    "The `{}` argument value {given} is incompatible with the specified batch size of your Input Layer: {fixed}",
                    spelled("batch_size")
                ),
            )),
            (given, fixed) => Ok(given.or(fixed).or(Some(BATCH))),
        }
    }

    /// A model that keeps state from batch to batch, or has a batch size of its own, needs whole batches. Error `batch_whole`.
    fn check_static(&self, samples: usize, batch: Option<usize>) -> Result<()> {
        let fixed = self.inputs().first().is_some_and(|v| v.shape().0.first().is_some_and(|d| d.known().is_some()));
        let batch = batch.filter(|_| fixed || self.stateful());
        match batch.filter(|b| !samples.is_multiple_of(*b)) {
            None => Ok(()),
            Some(batch) => Err(Error::value(
                "batch_whole",
                format!(
                    "In a stateful network, or one with a batch size of its own, you should only pass inputs with a number of samples that can \
                     be divided by the batch size {batch}. Found: {samples} samples"
                ),
            )),
        }
    }

    /// The names of what `evaluate` and `train_on_batch` give; empty before the model is compiled and built.
    pub fn metrics_names(&self) -> Vec<Arc<str>> {
        self.compiled_for(None).map_or_else(|_| Vec::new(), |c| c.program.names.clone())
    }
    /// Starts all metrics again from zero. Error `not_compiled`.
    pub fn reset_metrics(&self) -> Result<()> {
        self.compiled_for(None)?.program.reset_metrics()
    }
    /// The optimizer it was compiled with. Error `not_compiled`.
    pub fn optimizer(&self) -> Result<Plug<dyn Optimizer>> {
        Ok(self.compiled_for(None)?.goal.optimizer.clone())
    }
    /// The total loss, a value of the record. Error `not_compiled`.
    pub fn total_loss(&self) -> Result<Value> {
        Ok(self.compiled_for(None)?.total_loss.clone())
    }
    /// The placeholders of targets, of outputs with a loss. Error `not_compiled`.
    pub fn targets(&self) -> Result<Vec<Value>> {
        Ok(self.compiled_for(None)?.goal.targets.iter().flatten().cloned().collect())
    }
    /// The placeholders of the weights of samples, of outputs with a loss. Error `not_compiled`.
    pub fn sample_weights(&self) -> Result<Vec<Value>> {
        Ok(self.compiled_for(None)?.goal.sample_weights.iter().flatten().cloned().collect())
    }
    /// Whether a training is to end after its batch.
    pub fn stop_training(&self) -> bool {
        self.trainer().flags.stop_training()
    }
    /// Ends a training after its batch.
    pub fn set_stop_training(&self, stop: bool) {
        self.trainer().flags.set_stop_training(stop);
    }
    /// The function that trains without weights of samples, to look at its graph or plan. Error `not_compiled`.
    pub fn train_function(&self) -> Result<Arc<Function>> {
        let compiled = self.compiled_for(None)?;
        let outputs = compiled.goal.targets.iter().flatten().count();
        compiled.function(Phase::Train, vec![false; outputs])
    }
}

fn batches(arrays: Vec<Array>, samples: usize, (batch, steps): (Option<usize>, Option<usize>), shuffle: Shuffle) -> ArrayBatches {
    match steps {
        Some(steps) => ArrayBatches::whole(arrays, samples, steps),
        None => ArrayBatches::new(arrays, samples, batch.unwrap_or(BATCH), shuffle),
    }
}

fn stage(compiled: &Compiled, phase: Phase, sets: &Sets, size: (Option<usize>, Option<usize>), shuffle: Shuffle) -> Result<Stage> {
    compiled.look(phase, sets, size.0)?;
    let function = compiled.function(phase, sets.weighted())?;
    Ok(Stage::new(function, Box::new(batches(sets.arrays(), sets.samples, size, shuffle)), &compiled.program))
}

impl Compiled {
    /// The batches of a source with the functions for them.
    fn streamed(
        &self,
        phase: Phase,
        source: &Source,
        wanted: Wanted,
        passes: (Option<usize>, usize),
        ahead: Ahead,
        shuffle: bool,
    ) -> Result<Stage> {
        let n = self.checks.targets.len();
        if self.is_eager() {
            let first = source.sample()?;
            let y = first.y.clone().unwrap_or_else(Data::none);
            let sets = self.checks.standardize(&first.x, &y, &first.sample_weight, &ClassWeight::None)?;
            self.look(phase, &sets, None)?;
        }
        // Which batches have weights shows when they come, on a thread that cannot trace.
        let weighted = self.function(phase, vec![true; n])?;
        let plain = match &wanted {
            Wanted::All(classes) if !classes.is_none() => weighted.clone(),
            _ => self.function(phase, vec![false; n])?,
        };
        let batches = Streamed::new(source, self.checks.clone(), wanted, passes, ahead, shuffle)?;
        Ok(Stage::new(plain, Box::new(batches), &self.program).with_weighted(weighted))
    }
}

/// The steps that are given, or a sequence's length. Error `steps_missing` for a generator.
fn needed_steps(source: &Source, given: Option<usize>, name: &str) -> Result<usize> {
    given.or(source.len()).ok_or_else(|| {
        let text = format!(
            "`{name}=None` is only valid for a generator based on the `Sequence` class. Please specify `{name}` or use the `Sequence` class."
        );
        Error::value("steps_missing", text)
    })
}

/// A generator brings all that belongs to its inputs. Errors `source_y`, `source_sample_weight`, `source_batch_size`.
fn check_alone(y: &Data, sample_weight: &SampleWeight, batch_size: Option<usize>) -> Result<()> {
    if !y.is_none() {
        let text = "`y` argument is not supported when data is a generator or Sequence instance. Instead pass targets as the second element \
                    of the generator.";
        return Err(Error::value("source_y", text));
    }
    if !sample_weight.is_none() {
        let text = format!(
            "`{}` argument is not supported when data is a generator or Sequence instance. Instead pass sample weights as the third \
             element of the generator.",
            spelled("sample_weight")
        );
        return Err(Error::value("source_sample_weight", text));
    }
    if batch_size.is_some() {
        let option = spelled("batch_size");
        let text = format!("The `{option}` argument must not be specified when using a generator or Sequence as an input.");
        return Err(Error::value("source_batch_size", text));
    }
    Ok(())
}

/// How many samples are left for training.
fn split_at(samples: usize, split: f64) -> Result<usize> {
    let at = (samples as f64 * (1.0 - split)) as usize;
    if at > 0 {
        return Ok(at);
    }
    Err(Error::value(
        "validation_split",
        format!("{} {split} leaves no sample of {samples} for training. Take less, or give more samples.", spelled("validation_split")),
    ))
}

fn check_validation(options: &Fit, validates: bool) -> Result<()> {
    let fail = |text: String| Err(Error::value("validation_steps", text));
    let [steps, epoch_steps, data] = ["validation_steps", "steps_per_epoch", "validation_data"].map(spelled);
    match (options.steps_per_epoch, options.validation_steps) {
        (None, Some(_)) => fail(format!("Can only use `{steps}` when doing step-wise training, i.e. `{epoch_steps}` must be set.")),
        (Some(_), None) if validates => fail(format!("Must specify `{steps}` to perform validation when doing step-wise training.")),
        (Some(_), Some(_)) if !validates => fail(format!("`{steps}` needs data to validate on: give `{data}`.")),
        _ => Ok(()),
    }
}
