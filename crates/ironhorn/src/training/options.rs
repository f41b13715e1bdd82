//! The options of `fit` and the rest, and how data and weights are read from a map of options.
use super::{ClassWeight, Data, Frequency, PerOutput, SampleWeight, Shuffle, Source};
use crate::{
    Array, Error, Result,
    config::{Config, Field, Map, Object, Place, Setting, positive},
};

/// Weights of classes: pairs of class and weight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classes(pub Vec<(f64, f64)>);

/// Data that a training is checked on.
#[derive(Clone, Debug)]
pub struct ValidationData {
    /// Inputs.
    pub x: Data,
    /// Targets.
    pub y: Data,
    /// Weights of samples.
    pub sample_weight: SampleWeight,
}

impl From<Source> for ValidationData {
    fn from(source: Source) -> ValidationData {
        ValidationData { x: source.into(), y: Data::none(), sample_weight: PerOutput::None }
    }
}
impl<X: Into<Data>, Y: Into<Data>> From<(X, Y)> for ValidationData {
    fn from((x, y): (X, Y)) -> ValidationData {
        ValidationData { x: x.into(), y: y.into(), sample_weight: PerOutput::None }
    }
}
impl<X: Into<Data>, Y: Into<Data>, W: Into<SampleWeight>> From<(X, Y, W)> for ValidationData {
    fn from((x, y, w): (X, Y, W)) -> ValidationData {
        ValidationData { x: x.into(), y: y.into(), sample_weight: w.into() }
    }
}

/// How a model is fitted to data.
#[derive(Clone, Debug, Config)]
pub struct Fit {
    /// Samples a batch; 32 if neither this nor `steps_per_epoch` is given.
    #[config(default = None, check = some_positive)]
    pub batch_size: Option<usize>,
    /// The number of the epoch at whose end training ends.
    #[config(default = 1)]
    pub epochs: usize,
    /// 0 prints nothing, 1 a progress bar, 2 one line an epoch.
    #[config(default = 1, check = verbosity)]
    pub verbose: usize,
    /// Which part of the samples, the last ones, is kept from training for validation.
    #[config(default = 0.0, check = split)]
    pub validation_split: f64,
    /// Data for validation: inputs, targets, perhaps weights of samples. It wins over `validation_split`.
    #[config(default = None)]
    pub validation_data: Option<ValidationData>,
    /// Whether samples are shuffled before each epoch, or the batches of a Sequence; `batch` shuffles whole batches.
    #[config(default = true)]
    pub shuffle: Shuffle,
    /// By how much samples of each class count in the loss.
    #[config(default = PerOutput::None, shown = "null")]
    pub class_weight: ClassWeight,
    /// By how much each sample counts in the loss.
    #[config(default = PerOutput::None, shown = "null")]
    pub sample_weight: SampleWeight,
    /// The epoch to begin with, from 0.
    #[config(default = 0)]
    pub initial_epoch: usize,
    /// Steps an epoch: each with all data, or with the next batch of a generator or Sequence; a Sequence's length if not given.
    #[config(default = None, check = some_positive)]
    pub steps_per_epoch: Option<usize>,
    /// Steps of a validation, beside `steps_per_epoch`, or batches of a generator or Sequence to validate on.
    #[config(default = None, check = some_positive)]
    pub validation_steps: Option<usize>,
    /// After how many epochs a validation runs, or after which, counted from 1.
    #[config(default = 1)]
    pub validation_freq: Frequency,
    /// How many batches of a generator or Sequence are made ahead.
    #[config(default = 10, check = positive)]
    pub max_queue_size: usize,
    /// How many threads make the batches of a Sequence; 0 makes them when they are needed.
    #[config(default = 1)]
    pub workers: usize,
    /// Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
    #[config(default = false)]
    pub use_multiprocessing: bool,
}

/// How a model is evaluated.
#[derive(Clone, Debug, Config)]
pub struct Evaluate {
    /// Samples a batch; 32 if neither this nor `steps` is given.
    #[config(default = None, check = some_positive)]
    pub batch_size: Option<usize>,
    /// 0 prints nothing, 1 a progress bar.
    #[config(default = 1, check = verbosity)]
    pub verbose: usize,
    /// By how much each sample counts in the loss.
    #[config(default = PerOutput::None, shown = "null")]
    pub sample_weight: SampleWeight,
    /// Steps: each with all data, or with the next batch of a generator or Sequence; a Sequence's length if not given.
    #[config(default = None, check = some_positive)]
    pub steps: Option<usize>,
    /// How many batches of a generator or Sequence are made ahead.
    #[config(default = 10, check = positive)]
    pub max_queue_size: usize,
    /// How many threads make the batches of a Sequence; 0 makes them when they are needed.
    #[config(default = 1)]
    pub workers: usize,
    /// Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
    #[config(default = false)]
    pub use_multiprocessing: bool,
}

/// How a model predicts.
#[derive(Clone, Debug, Config)]
pub struct Predict {
    /// Samples a batch; 32 if neither this nor `steps` is given.
    #[config(default = None, check = some_positive)]
    pub batch_size: Option<usize>,
    /// 0 prints nothing, 1 a progress bar.
    #[config(default = 0, check = verbosity)]
    pub verbose: usize,
    /// Steps: each with all data, or with the next batch of a generator or Sequence; a Sequence's length if not given.
    #[config(default = None, check = some_positive)]
    pub steps: Option<usize>,
    /// How many batches of a generator or Sequence are made ahead.
    #[config(default = 10, check = positive)]
    pub max_queue_size: usize,
    /// How many threads make the batches of a Sequence; 0 makes them when they are needed.
    #[config(default = 1)]
    pub workers: usize,
    /// Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
    #[config(default = false)]
    pub use_multiprocessing: bool,
}

/// How a model is fitted to batches of a generator or Sequence.
#[derive(Clone, Debug, Config)]
pub struct FitGenerator {
    /// Batches an epoch; a Sequence's length if not given.
    #[config(default = None, check = some_positive)]
    pub steps_per_epoch: Option<usize>,
    /// The number of the epoch at whose end training ends.
    #[config(default = 1)]
    pub epochs: usize,
    /// 0 prints nothing, 1 a progress bar, 2 one line an epoch.
    #[config(default = 1, check = verbosity)]
    pub verbose: usize,
    /// Data for validation: a generator or Sequence, or inputs, targets, perhaps weights of samples.
    #[config(default = None)]
    pub validation_data: Option<ValidationData>,
    /// Batches of a validation; the length of a Sequence if not given.
    #[config(default = None, check = some_positive)]
    pub validation_steps: Option<usize>,
    /// After how many epochs a validation runs, or after which, counted from 1.
    #[config(default = 1)]
    pub validation_freq: Frequency,
    /// By how much samples of each class count in the loss.
    #[config(default = PerOutput::None, shown = "null")]
    pub class_weight: ClassWeight,
    /// How many batches are made ahead.
    #[config(default = 10, check = positive)]
    pub max_queue_size: usize,
    /// How many threads make the batches of a Sequence; 0 makes them when they are needed.
    #[config(default = 1)]
    pub workers: usize,
    /// Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
    #[config(default = false)]
    pub use_multiprocessing: bool,
    /// Whether the batches of a Sequence are shuffled before each epoch.
    #[config(default = true)]
    pub shuffle: bool,
    /// The epoch to begin with, from 0.
    #[config(default = 0)]
    pub initial_epoch: usize,
}

impl From<FitGenerator> for Fit {
    fn from(o: FitGenerator) -> Fit {
        Fit {
            steps_per_epoch: o.steps_per_epoch,
            epochs: o.epochs,
            verbose: o.verbose,
            validation_data: o.validation_data,
            validation_steps: o.validation_steps,
            validation_freq: o.validation_freq,
            class_weight: o.class_weight,
            max_queue_size: o.max_queue_size,
            workers: o.workers,
            use_multiprocessing: o.use_multiprocessing,
            shuffle: o.shuffle.into(),
            initial_epoch: o.initial_epoch,
            ..Fit::default()
        }
    }
}

/// How a model is evaluated on batches of a generator or Sequence.
#[derive(Clone, Debug, Config)]
pub struct EvaluateGenerator {
    /// Batches; a Sequence's length if not given.
    #[config(default = None, check = some_positive)]
    pub steps: Option<usize>,
    /// How many batches are made ahead.
    #[config(default = 10, check = positive)]
    pub max_queue_size: usize,
    /// How many threads make the batches of a Sequence; 0 makes them when they are needed.
    #[config(default = 1)]
    pub workers: usize,
    /// Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
    #[config(default = false)]
    pub use_multiprocessing: bool,
    /// 0 prints nothing, 1 a progress bar.
    #[config(default = 0, check = verbosity)]
    pub verbose: usize,
}

impl From<EvaluateGenerator> for Evaluate {
    fn from(o: EvaluateGenerator) -> Evaluate {
        let EvaluateGenerator { steps, max_queue_size, workers, use_multiprocessing, verbose } = o;
        Evaluate { steps, max_queue_size, workers, use_multiprocessing, verbose, ..Evaluate::default() }
    }
}

/// How a model predicts for batches of a generator or Sequence.
#[derive(Clone, Debug, Config)]
pub struct PredictGenerator {
    /// Batches; a Sequence's length if not given.
    #[config(default = None, check = some_positive)]
    pub steps: Option<usize>,
    /// How many batches are made ahead.
    #[config(default = 10, check = positive)]
    pub max_queue_size: usize,
    /// How many threads make the batches of a Sequence; 0 makes them when they are needed.
    #[config(default = 1)]
    pub workers: usize,
    /// Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
    #[config(default = false)]
    pub use_multiprocessing: bool,
    /// 0 prints nothing, 1 a progress bar.
    #[config(default = 0, check = verbosity)]
    pub verbose: usize,
}

impl From<PredictGenerator> for Predict {
    fn from(o: PredictGenerator) -> Predict {
        let PredictGenerator { steps, max_queue_size, workers, use_multiprocessing, verbose } = o;
        Predict { steps, max_queue_size, workers, use_multiprocessing, verbose, ..Predict::default() }
    }
}

/// How a model is trained on one batch.
#[derive(Clone, Debug, Config)]
pub struct TrainOnBatch {
    /// By how much each sample counts in the loss.
    #[config(default = PerOutput::None, shown = "null")]
    pub sample_weight: SampleWeight,
    /// By how much samples of each class count in the loss.
    #[config(default = PerOutput::None, shown = "null")]
    pub class_weight: ClassWeight,
    /// Whether metrics are of this batch alone.
    #[config(default = true)]
    pub reset_metrics: bool,
}

/// How a model is tested on one batch.
#[derive(Clone, Debug, Config)]
pub struct TestOnBatch {
    /// By how much each sample counts in the loss.
    #[config(default = PerOutput::None, shown = "null")]
    pub sample_weight: SampleWeight,
    /// Whether metrics are of this batch alone.
    #[config(default = true)]
    pub reset_metrics: bool,
}

fn some_positive(n: &Option<usize>, at: &Place) -> Result<()> {
    n.as_ref().map_or(Ok(()), |n| positive(n, at))
}

fn verbosity(n: &usize, at: &Place) -> Result<()> {
    if *n <= 2 { Ok(()) } else { Err(at.wrong_value("0, 1 or 2", &(*n).into())) }
}

fn split(x: &f64, at: &Place) -> Result<()> {
    if (0.0..1.0).contains(x) { Ok(()) } else { Err(at.wrong_value("from 0 to less than 1", &(*x).into())) }
}

impl Field for Shuffle {
    fn read(setting: Setting, at: &Place) -> Result<Shuffle> {
        match setting {
            Setting::Bool(shuffle) => Ok(shuffle.into()),
            Setting::Text(text) if text == "batch" => Ok(Shuffle::Batches),
            text @ Setting::Text(_) => Err(at.wrong_value("true, false or 'batch'", &text)),
            other => Err(at.wrong_type("true, false or 'batch'", &other)),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(match self {
            Shuffle::No => false.into(),
            Shuffle::Samples => true.into(),
            Shuffle::Batches => "batch".into(),
        })
    }
    fn typescript() -> String {
        "boolean | 'batch'".to_owned()
    }
}

impl Field for Frequency {
    fn read(setting: Setting, at: &Place) -> Result<Frequency> {
        match setting {
            list @ Setting::List(_) => Vec::read(list, at).map(Frequency::In),
            Setting::Int(n) if n < 1 => {
                Err(Error::value("validation_freq", format!("`{}` can not be less than 1; received {n}.", at.option())))
            }
            Setting::Int(n) => Ok(Frequency::Every(n as usize)),
            other => Err(Error::value(
                "validation_freq",
                format!("`{}` must be a whole number or a list of epochs, counted from 1; received {}.", at.option(), other.describe()),
            )),
        }
    }
    fn write(&self) -> Result<Setting> {
        match self {
            Frequency::Every(n) => n.write(),
            Frequency::In(epochs) => epochs.write(),
        }
    }
    fn typescript() -> String {
        "number | number[]".to_owned()
    }
}

impl Field for Array {
    fn read(setting: Setting, at: &Place) -> Result<Array> {
        let array = match &setting {
            Setting::Object(object) => object.get::<Array>(),
            _ => None,
        };
        array.ok_or_else(|| at.wrong_type("an array", &setting))
    }
    fn write(&self) -> Result<Setting> {
        Ok(Object::new("an array", self.clone()).into())
    }
    fn typescript() -> String {
        "ArrayInput".to_owned()
    }
}

impl Field for Data {
    fn read(setting: Setting, at: &Place) -> Result<Data> {
        match setting {
            list @ Setting::List(_) => Vec::read(list, at).map(Data::List),
            Setting::Map(map) => {
                map.into_iter().map(|(name, item)| Ok((name, Array::read(item, at)?))).collect::<Result<_>>().map(Data::Named)
            }
            one => Array::read(one, at).map(Data::One),
        }
    }
    fn write(&self) -> Result<Setting> {
        match self {
            Data::One(one) => one.write(),
            Data::List(list) => list.write(),
            Data::Source(source) => Ok(Object::new("a source", source.clone()).into()),
            Data::Named(named) => Ok(named.iter().map(|(n, a)| Ok((n.clone(), a.write()?))).collect::<Result<Map>>()?.into()),
        }
    }
    fn typescript() -> String {
        "ArrayInput | ArrayInput[] | Record<string, ArrayInput>".to_owned()
    }
}

impl Field for ValidationData {
    fn read(setting: Setting, at: &Place) -> Result<ValidationData> {
        if let Setting::Object(object) = &setting
            && let Some(source) = object.get::<Source>()
        {
            return Ok(source.into());
        }
        let Setting::List(mut parts) = setting else {
            return Err(at.wrong_type("a list of inputs, targets and perhaps weights of samples", &setting));
        };
        if !(2..=3).contains(&parts.len()) {
            return Err(Error::value(
                "validation_data",
                format!(
                    "When passing {}, it must contain 2 (x_val, y_val) or 3 (x_val, y_val, val_sample_weights) items, however it contains {} items.",
                    at.option(),
                    parts.len()
                ),
            ));
        }
        let sample_weight = if parts.len() == 3 { parts.pop() } else { None };
        let y = parts.pop().unwrap_or_default();
        let x = parts.pop().unwrap_or_default();
        Ok(ValidationData {
            x: Data::read(x, &at.item(0))?,
            y: Data::read(y, &at.item(1))?,
            sample_weight: PerOutput::read(sample_weight.unwrap_or_default(), &at.item(2))?,
        })
    }
    fn write(&self) -> Result<Setting> {
        match &self.x {
            Data::Source(_) => self.x.write(),
            x => Ok(Setting::List(vec![x.write()?, self.y.write()?, self.sample_weight.write()?])),
        }
    }
    fn typescript() -> String {
        let data = Data::typescript();
        format!("[{data}, {data}] | [{data}, {data}, {}]", SampleWeight::typescript())
    }
}

impl Field for Classes {
    fn read(setting: Setting, at: &Place) -> Result<Classes> {
        let Setting::Map(map) = setting else {
            return Err(at.wrong_type("an object of classes and their weights, such as { 0: 1, 1: 2 }", &setting));
        };
        let pair = |(class, weight): (String, Setting)| {
            let number: f64 = class.parse().map_err(|_| at.wrong_value("an object whose keys are classes", &Setting::Text(class)))?;
            Ok((number, f64::read(weight, at)?))
        };
        map.into_iter().map(pair).collect::<Result<_>>().map(Classes)
    }
    fn write(&self) -> Result<Setting> {
        Ok(self.0.iter().map(|(class, weight)| (class.to_string(), *weight)).collect::<Map>().into())
    }
    fn typescript() -> String {
        "Record<number, number>".to_owned()
    }
}
