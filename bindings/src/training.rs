//! Training from JavaScript: a call is checked and readied on JavaScript's thread; what it comes to runs there at once when it is
//! short and the device is free, and on a thread of its own otherwise, which settles a promise.
use crate::{
    array::NdArray,
    console,
    data::{read_data, read_options},
    error::Failure,
    guard::{catch, guard},
    hooks,
    layer::LayerHandle,
    promise::promised,
    setting::write_setting,
};
use graph::run::Device;
use ironhorn::{
    Array, Error,
    callbacks::{Callback, Params},
    config::{Config, Map, Setting},
    model::Model,
    training::{
        Evaluate, EvaluateGenerator, EvaluateJob, Fit, FitGenerator, FitJob, Predict, PredictGenerator, PredictJob, TestOnBatch,
        TrainOnBatch,
    },
};
use napi::{
    Env, JsValue, Unknown,
    bindgen_prelude::{Either, JavaScriptClassExt, Object, ToNapiValue},
};
use napi_derive::napi;
use std::cell::RefCell;

/// What a run gives.
enum Outcome {
    History { epoch: Vec<usize>, history: Vec<(String, Vec<f64>)> },
    Numbers(Vec<f64>),
    Arrays(Vec<Array>),
}

/// A history as plain data.
#[napi(object)]
pub struct HistoryRecord {
    /// The numbers of the epochs.
    pub epoch: Vec<f64>,
    /// The names of the numbers.
    pub names: Vec<String>,
    /// For each name a number an epoch.
    pub values: Vec<Vec<f64>>,
}

type Given = Either<HistoryRecord, Either<Vec<f64>, Either<NdArray, Vec<NdArray>>>>;

impl Outcome {
    fn give(self, env: &Env) -> Result<Given, Failure> {
        Ok(match self {
            Outcome::History { epoch, history } => {
                let (names, values) = history.into_iter().unzip();
                Either::A(HistoryRecord { epoch: epoch.into_iter().map(|e| e as f64).collect(), names, values })
            }
            Outcome::Numbers(numbers) => Either::B(Either::A(numbers)),
            Outcome::Arrays(mut arrays) if arrays.len() == 1 => Either::B(Either::B(Either::A(NdArray::wrap(env, arrays.swap_remove(0))?))),
            Outcome::Arrays(arrays) => {
                let all = arrays.into_iter().map(|a| NdArray::wrap(env, a)).collect::<Result<_, _>>()?;
                Either::B(Either::B(Either::B(all)))
            }
        })
    }
}

/// Work that is ready to run.
enum Job {
    Fit(FitJob),
    Evaluate(EvaluateJob),
    Predict(PredictJob),
    Batch(Box<dyn FnOnce() -> tensor::Result<Outcome> + Send>),
}

impl Job {
    fn run(self, callbacks: &mut [Box<dyn Callback + Send>]) -> tensor::Result<Outcome> {
        let mut list: Vec<&mut dyn Callback> = callbacks.iter_mut().map(|c| &mut **c as &mut dyn Callback).collect();
        Ok(match self {
            Job::Fit(job) => {
                let record = job.run(&mut list)?.record();
                let history = record.history.into_iter().map(|(n, xs)| (n.to_string(), xs)).collect();
                Outcome::History { epoch: record.epoch, history }
            }
            Job::Evaluate(job) => Outcome::Numbers(job.run(&mut list)?),
            Job::Predict(job) => Outcome::Arrays(job.run(&mut list)?),
            Job::Batch(run) => run()?,
        })
    }
    fn params(&self) -> Option<&Params> {
        match self {
            Job::Fit(job) => Some(job.context().params()),
            Job::Evaluate(job) => Some(job.context().params()),
            Job::Predict(job) => Some(job.context().params()),
            Job::Batch(_) => None,
        }
    }
}

/// A call that is checked and readied, and not yet run.
#[napi(js_name = "Ticket")]
pub struct Ticket {
    job: RefCell<Option<Job>>,
    /// The model that is trained, for callbacks that save it.
    trained: RefCell<Option<Model>>,
}

#[napi]
impl Ticket {
    /// What callbacks are told of the run: Keras's `params`.
    #[napi]
    pub fn params<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let job = self.job.borrow();
            let Some(p) = job.as_ref().and_then(Job::params) else { return write_setting(env, &Map::new().into()) };
            let mut map = Map::from([("batchSize", Setting::from(p.batch_size))]);
            map.insert("epochs", p.epochs);
            map.insert("steps", p.steps);
            map.insert("samples", p.samples);
            map.insert("verbose", usize::from(p.verbose));
            map.insert("doValidation", p.do_validation);
            map.insert("metrics", p.metrics.as_ref().map(|m| m.iter().map(|n| Setting::from(&**n)).collect::<Vec<_>>()));
            write_setting(env, &map.into())
        })
    }

    /// Lets go of what it holds; the model can be trained again.
    #[napi]
    pub fn discard(&self) -> napi::Result<()> {
        guard(|| {
            self.job.take();
            self.trained.take();
            Ok(())
        })
    }

    /// Runs it on a thread of its own; a promise of what it gives.
    #[napi]
    pub fn run<'a>(&self, env: &'a Env, callbacks: Unknown<'a>) -> napi::Result<Object<'a>> {
        guard(|| {
            let callbacks = hooks::read(env, &callbacks)?;
            let again = || Error::runtime("internal", "A ticket runs once.");
            let mut job = self.job.take().ok_or_else(again)?;
            if let (Job::Fit(fit), Some(model)) = (&mut job, self.trained.take())
                && callbacks.iter().any(|c| c.saves())
            {
                fit.allow_saving(&model);
            }
            on_thread(env, job, callbacks)
        })
    }
}

fn on_thread<'a>(env: &'a Env, job: Job, mut callbacks: Vec<Box<dyn Callback + Send>>) -> Result<Object<'a>, Failure> {
    let work = move || {
        let result = catch(|| Ok(job.run(&mut callbacks)?));
        drop(callbacks);
        // What was printed is out before the promise is kept.
        console::flush();
        result
    };
    promised(env, work, Outcome::give)
}

/// Multiplications that a run may take to be done at once: some hundreds of microseconds.
const SHORT: usize = 1 << 22;

/// Whether the run is short and the device free, so that it is done at once.
fn is_short(handle: &LayerHandle, rows: usize, passes: usize) -> bool {
    handle.work() * rows.max(1) * passes <= SHORT && Device::is_idle()
}

/// How many inputs and outputs a model has.
pub fn counts(model: &Model) -> (usize, usize) {
    (model.inputs().len(), model.outputs().len())
}

fn given<'a>(env: &'a Env, outcome: Outcome) -> Result<Unknown<'a>, Failure> {
    Ok(outcome.give(env)?.into_unknown(env)?)
}

fn ticket<'a>(env: &'a Env, job: Job, trained: Option<Model>) -> Result<Unknown<'a>, Failure> {
    Ok(Ticket { job: RefCell::new(Some(job)), trained: RefCell::new(trained) }.into_instance(env)?.to_unknown())
}

#[napi]
impl LayerHandle {
    /// A training, readied.
    #[napi]
    pub fn fit<'a>(&self, env: &'a Env, x: Unknown<'a>, y: Unknown<'a>, options: Option<Unknown<'a>>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            let (inputs, outputs) = counts(&model);
            let options = Fit::from_map(read_options(env, options, (inputs, outputs))?)?;
            let job = model.prepare_fit(read_data(env, &x, inputs > 1)?, read_data(env, &y, outputs > 1)?, options)?;
            self.tell(env)?;
            ticket(env, Job::Fit(job), Some(model))
        })
    }

    /// The loss and the metrics, or a ticket for them. `alone` says that no callback wants to be told.
    #[napi]
    pub fn evaluate<'a>(
        &self,
        env: &'a Env,
        x: Unknown<'a>,
        y: Unknown<'a>,
        options: Option<Unknown<'a>>,
        alone: bool,
    ) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            let (inputs, outputs) = counts(&model);
            let options = Evaluate::from_map(read_options(env, options, (inputs, outputs))?)?;
            let quiet = options.verbose == 0;
            let job = model.prepare_evaluate(read_data(env, &x, inputs > 1)?, read_data(env, &y, outputs > 1)?, options)?;
            let rows = job.context().params().samples.unwrap_or(0);
            // Batches of a source come from this very thread: waiting for them here would be forever.
            if alone && quiet && rows > 0 && is_short(self, rows, 1) {
                return given(env, Job::Evaluate(job).run(&mut [])?);
            }
            ticket(env, Job::Evaluate(job), None)
        })
    }

    /// The outputs, or a ticket for them.
    #[napi]
    pub fn predict<'a>(&self, env: &'a Env, x: Unknown<'a>, options: Option<Unknown<'a>>, alone: bool) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            let (inputs, outputs) = counts(&model);
            let options = match options {
                Some(options) => Predict::from_map(read_options(env, Some(options), (inputs, outputs))?)?,
                None => Predict::default(),
            };
            let quiet = options.verbose == 0;
            let job = model.prepare_predict(read_data(env, &x, inputs > 1)?, options)?;
            let rows = job.context().params().samples.unwrap_or(0);
            // Batches of a source come from this very thread: waiting for them here would be forever.
            if alone && quiet && rows > 0 && is_short(self, rows, 1) {
                return given(env, Job::Predict(job).run(&mut [])?);
            }
            ticket(env, Job::Predict(job), None)
        })
    }

    /// A training on the batches of a source, readied.
    #[napi]
    pub fn fit_generator<'a>(&self, env: &'a Env, x: Unknown<'a>, options: Option<Unknown<'a>>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            let options = FitGenerator::from_map(read_options(env, options, counts(&model))?)?;
            let job = model.prepare_fit(read_data(env, &x, false)?, (), options.into())?;
            self.tell(env)?;
            ticket(env, Job::Fit(job), Some(model))
        })
    }

    /// A ticket for the loss and the metrics on the batches of a source.
    #[napi]
    pub fn evaluate_generator<'a>(&self, env: &'a Env, x: Unknown<'a>, options: Option<Unknown<'a>>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            let options = EvaluateGenerator::from_map(read_options(env, options, counts(&model))?)?;
            ticket(env, Job::Evaluate(model.prepare_evaluate(read_data(env, &x, false)?, (), options.into())?), None)
        })
    }

    /// A ticket for the outputs for the batches of a source.
    #[napi]
    pub fn predict_generator<'a>(&self, env: &'a Env, x: Unknown<'a>, options: Option<Unknown<'a>>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            let options = PredictGenerator::from_map(read_options(env, options, counts(&model))?)?;
            ticket(env, Job::Predict(model.prepare_predict(read_data(env, &x, false)?, options.into())?), None)
        })
    }

    /// One step of training on one batch.
    #[napi]
    pub fn train_on_batch<'a>(
        &self,
        env: &'a Env,
        x: Unknown<'a>,
        y: Unknown<'a>,
        options: Option<Unknown<'a>>,
    ) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            let (inputs, outputs) = counts(&model);
            let options = TrainOnBatch::from_map(read_options(env, options, (inputs, outputs))?)?;
            let job = model.prepare_train_on_batch(read_data(env, &x, inputs > 1)?, read_data(env, &y, outputs > 1)?, options)?;
            let (rows, run) = (job.samples(), Box::new(move || job.run().map(Outcome::Numbers)));
            self.batch(env, rows, 3, run)
        })
    }

    /// The loss and the metrics on one batch.
    #[napi]
    pub fn test_on_batch<'a>(
        &self,
        env: &'a Env,
        x: Unknown<'a>,
        y: Unknown<'a>,
        options: Option<Unknown<'a>>,
    ) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            let (inputs, outputs) = counts(&model);
            let options = TestOnBatch::from_map(read_options(env, options, (inputs, outputs))?)?;
            let job = model.prepare_test_on_batch(read_data(env, &x, inputs > 1)?, read_data(env, &y, outputs > 1)?, options)?;
            let (rows, run) = (job.samples(), Box::new(move || job.run().map(Outcome::Numbers)));
            self.batch(env, rows, 1, run)
        })
    }

    /// The outputs for one batch.
    #[napi]
    pub fn predict_on_batch<'a>(&self, env: &'a Env, x: Unknown<'a>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let model = self.model()?;
            let job = model.prepare_predict_on_batch(read_data(env, &x, counts(&model).0 > 1)?)?;
            let (rows, run) = (job.samples(), Box::new(move || job.run().map(Outcome::Arrays)));
            self.batch(env, rows, 1, run)
        })
    }
}

impl LayerHandle {
    fn batch<'a>(
        &self,
        env: &'a Env,
        rows: usize,
        passes: usize,
        run: Box<dyn FnOnce() -> tensor::Result<Outcome> + Send>,
    ) -> Result<Unknown<'a>, Failure> {
        if is_short(self, rows, passes) { given(env, run()?) } else { ticket(env, Job::Batch(run), None) }
    }
}

/// The names of all hooks of callbacks.
#[napi]
pub fn hook_names() -> napi::Result<Vec<&'static str>> {
    guard(|| Ok(hooks::names()))
}
