//! The loop: epochs of batches with hooks between them. Everything it holds can move to another thread; its callbacks are called
//! on the thread that runs it.
use super::{
    handle::Fitting,
    program::Program,
    stage::{BatchLogs, Stage},
};
use crate::{
    Array, Error, Result,
    callbacks::{BaseLogger, Callback, CallbackList, CallbackOptions, Context, History, Hook, Logs, Params, ProgbarLogger},
    config::spelled,
    model::Model,
};
use graph::{Feed, Function, random};
use std::{ops::Range, sync::Arc};
use tensor::Lines;

/// After which epochs a validation runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frequency {
    /// After every so many.
    Every(usize),
    /// After these, counted from 1.
    In(Vec<usize>),
}

impl Default for Frequency {
    fn default() -> Frequency {
        Frequency::Every(1)
    }
}

impl From<usize> for Frequency {
    fn from(n: usize) -> Frequency {
        Frequency::Every(n)
    }
}

impl Frequency {
    pub(crate) fn includes(&self, epoch: usize) -> bool {
        match self {
            Frequency::Every(n) => (epoch + 1).is_multiple_of(*n),
            Frequency::In(epochs) => epochs.contains(&(epoch + 1)),
        }
    }
}

/// A validation that follows epochs.
pub(crate) struct Validation {
    pub stage: Stage,
    pub frequency: Frequency,
}

/// A training, ready to run.
pub struct FitJob {
    pub(crate) program: Arc<Program>,
    pub(crate) context: Context,
    pub(crate) train: Stage,
    pub(crate) validation: Option<Validation>,
    pub(crate) epochs: Range<usize>,
    pub(crate) greeting: Option<String>,
    pub(crate) fitting: Fitting,
}

/// The names that are not averaged over batches: all but the loss.
fn stateful(program: &Program) -> Vec<String> {
    program.names.iter().skip(1).map(|n| n.to_string()).collect()
}

fn progress(program: &Program, context: &Context) -> ProgbarLogger {
    let bar = ProgbarLogger::new().stateful_metrics(stateful(program));
    if context.params().steps.is_some() { bar.count_mode(crate::callbacks::CountMode::Steps) } else { bar }
}

impl FitJob {
    /// What each step runs, to print its plan or to time its parts; its feeds are inputs and targets.
    pub fn function(&self) -> &Function {
        &self.train.function
    }
    /// What callbacks will be told besides logs.
    pub fn context(&self) -> &Context {
        &self.context
    }
    /// Takes what callbacks that save need of the model that is trained.
    pub fn allow_saving(&mut self, model: &Model) {
        self.context = self.context.clone().saving(model.outline());
    }

    /// Trains, calling `callbacks` in order between Keras's own, and gives the history. Errors are those of the data, of a
    /// callback, or `aborted`.
    pub fn run(self, callbacks: &mut [&mut dyn Callback]) -> Result<History> {
        let history = History::new();
        let mut base = BaseLogger::new().stateful_metrics(stateful(&self.program));
        let mut bar = progress(&self.program, &self.context);
        let mut last = history.running();
        let mut list: Vec<&mut dyn Callback> = vec![&mut base];
        if self.context.params().verbose > 0 {
            list.push(&mut bar);
        }
        list.extend(callbacks.iter_mut().map(|c| &mut **c as &mut dyn Callback));
        list.push(&mut *last);
        self.train(&mut CallbackList::new(list))?;
        Ok(history)
    }

    fn train(mut self, callbacks: &mut CallbackList) -> Result<()> {
        let mut context = self.context.clone();
        let flags = context.handle().flags().clone();
        let mut logs = Logs::new();
        if let Some(text) = &self.greeting {
            crate::console::print(text);
        }
        callbacks.call(Hook::TrainBegin, 0, &mut logs, &context)?;
        flags.set_stop_training(false);
        let mut batches = BatchLogs::new(Hook::TrainBatchBegin, Hook::TrainBatchEnd, &self.program.names);
        let validated: Vec<Arc<str>> = self.program.names.iter().map(|n| format!("val_{n}").into()).collect();
        // Beside a generator, Keras goes on to tell of the last validation in epochs that have none.
        let mut held: Vec<f64> = Vec::new();
        for epoch in self.epochs.clone() {
            self.program.reset_metrics()?;
            logs.clear();
            callbacks.call(Hook::EpochBegin, epoch, &mut logs, &context)?;
            let last = self.epoch(epoch, &mut batches, callbacks, &context)?;
            logs.clear();
            if self.train.batches.is_over()
                && let Some(validation) = self.validation.as_mut().filter(|v| v.frequency.includes(epoch))
            {
                let streams = context.params().samples.is_none();
                if streams {
                    validation.stage.batches.follow(last);
                }
                let values = test(&self.program, &mut validation.stage, callbacks, &context)?;
                validation.stage.batches.end()?;
                validated.iter().zip(&values).for_each(|(name, x)| logs.insert(name.clone(), *x));
                held = if streams { values } else { Vec::new() };
            } else {
                validated.iter().zip(&held).for_each(|(name, x)| logs.insert(name.clone(), *x));
            }
            callbacks.call(Hook::EpochEnd, epoch, &mut logs, &context)?;
            if flags.stop_training() {
                break;
            }
            self.train.batches.end()?;
            // A Sequence may be longer or shorter from epoch to epoch.
            let steps = self.train.batches.steps();
            if steps.is_some() && steps != context.params().steps {
                context = Context::new(Params { steps, ..context.params().clone() }, context.handle().clone());
            }
        }
        logs.clear();
        callbacks.call(Hook::TrainEnd, 0, &mut logs, &context)?;
        drop(self.fitting);
        Ok(())
    }

    /// Runs an epoch and gives the size of its last batch.
    fn epoch(&mut self, epoch: usize, logs: &mut BatchLogs, callbacks: &mut CallbackList, context: &Context) -> Result<usize> {
        let flags = context.handle().flags();
        let mut step = self.program.step();
        // The step is in the key, so that calls of fit in a row do not repeat one order, and training that is resumed goes on.
        self.train.batches.begin(random::mix(random::mix(random::seed(), epoch as u64), step as u64))?;
        // Steps over all of the data count as one each, batches of a source as what they have.
        let whole = context.params().steps.is_some() && context.params().samples.is_some();
        let (mut batch, mut last) = (0, 0);
        while let Some(size) = self.train.next()? {
            let size = if whole { 1 } else { size };
            last = size;
            logs.begin(batch, size, callbacks, context)?;
            self.train.run(step)?;
            logs.end(batch, size, &self.train.values, callbacks, context)?;
            (step, batch) = (step + 1, batch + 1);
            if flags.aborted() {
                return Err(Error::runtime("aborted", "The training was aborted."));
            }
            if flags.stop_training() {
                break;
            }
        }
        Ok(last)
    }
}

/// One pass over the batches of a test: the size-weighted mean of the losses, and the metrics as they stand at the end.
fn test(program: &Program, stage: &mut Stage, callbacks: &mut CallbackList, context: &Context) -> Result<Vec<f64>> {
    program.reset_metrics()?;
    let mut logs = Logs::new();
    callbacks.call(Hook::TestBegin, 0, &mut logs, context)?;
    let mut batches = BatchLogs::new(Hook::TestBatchBegin, Hook::TestBatchEnd, &program.names);
    stage.batches.begin(0)?;
    let (mut batch, mut samples, mut loss) = (0, 0.0, 0.0);
    while let Some(size) = stage.next()? {
        batches.begin(batch, size, callbacks, context)?;
        stage.run(program.run())?;
        batches.end(batch, size, &stage.values, callbacks, context)?;
        samples += size as f64;
        loss += stage.values.first().copied().unwrap_or(0.0) * size as f64;
        batch += 1;
    }
    logs.clear();
    callbacks.call(Hook::TestEnd, 0, &mut logs, context)?;
    let mut values = stage.values.clone();
    if let Some(first) = values.first_mut() {
        *first = loss / samples;
    }
    Ok(values)
}

/// An evaluation, ready to run.
pub struct EvaluateJob {
    pub(crate) program: Arc<Program>,
    pub(crate) context: Context,
    pub(crate) stage: Stage,
}

impl EvaluateJob {
    /// What callbacks will be told besides logs.
    pub fn context(&self) -> &Context {
        &self.context
    }
    /// Evaluates, calling `callbacks` in order: the loss and the metrics in the order of `metrics_names`.
    pub fn run(mut self, callbacks: &mut [&mut dyn Callback]) -> Result<Vec<f64>> {
        let mut bar = progress(&self.program, &self.context);
        let mut list: Vec<&mut dyn Callback> = callbacks.iter_mut().map(|c| &mut **c as &mut dyn Callback).collect();
        if self.context.params().verbose == 1 {
            list.push(&mut bar);
        }
        // A training that calls this in a hook goes on with its own numbers.
        let training = self.context.handle().flags().is_fitting();
        let kept: Vec<Array> = if training { self.program.state.iter().map(|v| v.get()).collect() } else { Vec::new() };
        let values = test(&self.program, &mut self.stage, &mut CallbackList::new(list), &self.context)?;
        self.program.state.iter().zip(&kept).try_for_each(|(v, old)| v.set(old))?;
        Ok(values)
    }
}

/// A prediction, ready to run.
pub struct PredictJob {
    pub(crate) program: Arc<Program>,
    pub(crate) context: Context,
    pub(crate) stage: Stage,
}

impl PredictJob {
    /// What callbacks will be told besides logs.
    pub fn context(&self) -> &Context {
        &self.context
    }
    /// Predicts, calling `callbacks` in order: one array an output.
    pub fn run(mut self, callbacks: &mut [&mut dyn Callback]) -> Result<Vec<Array>> {
        let mut bar = progress(&self.program, &self.context);
        let mut list: Vec<&mut dyn Callback> = callbacks.iter_mut().map(|c| &mut **c as &mut dyn Callback).collect();
        if self.context.params().verbose == 1 {
            list.push(&mut bar);
        }
        let mut callbacks = CallbackList::new(list);
        let (context, mut logs) = (self.context.clone(), Logs::new());
        callbacks.call(Hook::PredictBegin, 0, &mut logs, &context)?;
        let mut batches = BatchLogs::new(Hook::PredictBatchBegin, Hook::PredictBatchEnd, &[]);
        self.stage.batches.begin(0)?;
        let mut gathered: Vec<Gathered> = Vec::new();
        let whole = context.params().samples.map(|n| n * context.params().steps.unwrap_or(1));
        let (mut batch, mut done) = (0, 0);
        while let Some(size) = self.stage.next()? {
            batches.begin(batch, size, &mut callbacks, &context)?;
            let watched = callbacks.wants(Hook::PredictBatchEnd);
            let outputs = self.stage.run_with(self.program.run(), |outputs| {
                if gathered.is_empty() {
                    gathered = (0..outputs.len()).map(|i| Gathered::new(outputs.dtype(i), outputs.shape(i), whole)).collect();
                }
                for (i, g) in gathered.iter_mut().enumerate() {
                    g.take(done, size, outputs.shape(i), |bytes| outputs.read(i, bytes))?;
                }
                if watched { (0..outputs.len()).map(|i| outputs.array(i)).collect() } else { Ok(Vec::new()) }
            })??;
            batches.at_end.outputs = outputs;
            batches.end(batch, size, &[], &mut callbacks, &context)?;
            (done, batch) = (done + size, batch + 1);
        }
        logs.clear();
        callbacks.call(Hook::PredictEnd, 0, &mut logs, &context)?;
        gathered.into_iter().map(Gathered::finish).collect()
    }
}

/// One batch of a training or of a test, ready to run.
pub struct BatchJob {
    pub(crate) program: Arc<Program>,
    pub(crate) stage: Stage,
    pub(crate) train: bool,
    pub(crate) reset: bool,
    pub(crate) samples: usize,
}

impl BatchJob {
    /// How many samples it has.
    pub fn samples(&self) -> usize {
        self.samples
    }
    /// Runs it: the loss and the metrics in the order of `metrics_names`.
    pub fn run(mut self) -> Result<Vec<f64>> {
        if self.reset {
            self.program.reset_metrics()?;
        }
        self.stage.batches.begin(0)?;
        self.stage.next()?;
        self.stage.run(if self.train { self.program.step() } else { self.program.run() })?;
        if self.reset {
            self.program.reset_metrics()?;
        }
        Ok(self.stage.values)
    }
}

/// A prediction of one batch, ready to run.
pub struct PredictBatchJob {
    pub(crate) program: Arc<Program>,
    pub(crate) function: Arc<Function>,
    pub(crate) x: Vec<Array>,
    pub(crate) samples: usize,
}

impl PredictBatchJob {
    /// How many samples it has.
    pub fn samples(&self) -> usize {
        self.samples
    }
    /// Runs it: one array an output.
    pub fn run(self) -> Result<Vec<Array>> {
        self.function.run(&self.x.iter().map(Feed::of).collect::<Vec<_>>(), self.program.run())
    }
}

/// An output of all batches.
struct Gathered {
    dtype: crate::DType,
    shape: Vec<usize>,
    row: usize,
    lines: Lines,
}

impl Gathered {
    /// Of `samples` samples, or of those that will come.
    fn new(dtype: crate::DType, batch: &[usize], samples: Option<usize>) -> Gathered {
        let row = batch.iter().skip(1).product::<usize>() * dtype.size();
        let shape = std::iter::once(0).chain(batch.iter().skip(1).copied()).collect();
        Gathered { dtype, shape, row, lines: Lines::zeroed(samples.unwrap_or(0) * row) }
    }
    fn take(&mut self, done: usize, size: usize, shape: &[usize], read: impl FnOnce(&mut [u8])) -> Result<()> {
        if shape.first() != Some(&size) || shape[1..] != self.shape[1..] {
            return Err(Error::value(
                "predict_rows",
                format!(
                    "An output of a batch of {size} samples has shape {shape:?}; predict needs outputs of {size} rows, of the same size in all batches. Use {} for others.",
                    spelled("predict_on_batch")
                ),
            ));
        }
        let end = (done + size) * self.row;
        if self.lines.bytes().len() < end {
            self.lines = copied(&self.lines, end * 2);
        }
        read(&mut self.lines.bytes_mut()[done * self.row..end]);
        self.shape[0] = done + size;
        Ok(())
    }
    fn finish(self) -> Result<Array> {
        let len = self.shape[0] * self.row;
        let lines = if self.lines.bytes().len() == len { self.lines } else { copied(&self.lines, len) };
        Array::new(self.dtype, self.shape, lines)
    }
}

/// The first `len` bytes, zeros where there are not so many.
fn copied(lines: &Lines, len: usize) -> Lines {
    let mut copy = Lines::zeroed(len);
    let kept = len.min(lines.bytes().len());
    copy.bytes_mut()[..kept].copy_from_slice(&lines.bytes()[..kept]);
    copy
}
