//! Data that arrives over time: batches of a sequence, which knows how many it has and gives any of them, or of a stream, which gives one
//! after the other.
use super::{Data, PerOutput, SampleWeight};
use crate::{Error, Result, config::spelled};
use std::{
    fmt,
    iter::Peekable,
    sync::{Arc, Mutex, PoisonError},
};
use tensor::Class;

/// One batch: inputs, and for training and testing targets, perhaps with weights of samples.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Inputs.
    pub x: Data,
    /// Targets; a prediction needs none.
    pub y: Option<Data>,
    /// Weights of samples.
    pub sample_weight: SampleWeight,
}

impl Batch {
    /// Inputs alone, for a prediction.
    pub fn inputs(x: impl Into<Data>) -> Batch {
        Batch { x: x.into(), y: None, sample_weight: PerOutput::None }
    }
}
impl<X: Into<Data>, Y: Into<Data>> From<(X, Y)> for Batch {
    fn from((x, y): (X, Y)) -> Batch {
        Batch { x: x.into(), y: Some(y.into()), sample_weight: PerOutput::None }
    }
}
impl<X: Into<Data>, Y: Into<Data>, W: Into<SampleWeight>> From<(X, Y, W)> for Batch {
    fn from((x, y, w): (X, Y, W)) -> Batch {
        Batch { x: x.into(), y: Some(y.into()), sample_weight: w.into() }
    }
}

/// Batches by number: Keras's `Sequence`. Several threads may ask at once, each for another batch.
pub trait Sequence: Send + Sync {
    /// How many batches there are now.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The batch of that number, from 0. Its error ends the run.
    fn get(&self, i: usize) -> Result<Batch>;
    /// Called when all batches of a training's or validation's pass were used; it may change what the next pass has.
    fn on_epoch_end(&self) -> Result<()> {
        Ok(())
    }
}

/// Batches one after the other.
type Stream = Peekable<Box<dyn Iterator<Item = Result<Batch>> + Send>>;

#[derive(Clone)]
pub(crate) enum Kind {
    Sequence(Arc<dyn Sequence>),
    Stream(Arc<Mutex<Stream>>),
}

/// Where batches come from. Clones share it: a stream goes on where the last run left it.
#[derive(Clone)]
pub struct Source {
    pub(crate) kind: Kind,
    /// Whether its batches can be made on one thread only, whoever asks.
    pub(crate) bound: bool,
    sample: Option<Arc<Batch>>,
}

impl Source {
    /// A sequence.
    pub fn sequence(sequence: impl Sequence + 'static) -> Source {
        Source::shared(Arc::new(sequence))
    }
    /// A sequence that others hold too.
    pub fn shared(sequence: Arc<dyn Sequence>) -> Source {
        Source { kind: Kind::Sequence(sequence), bound: false, sample: None }
    }
    /// The batches of an iterator, such as pairs of inputs and targets.
    pub fn iterator<I: IntoIterator<Item: Into<Batch>, IntoIter: Send + 'static>>(batches: I) -> Source {
        Source::fallible(batches.into_iter().map(|b| Ok(b.into())))
    }
    /// The same of batches that can fail; an error ends the run.
    pub fn fallible(batches: impl Iterator<Item = Result<Batch>> + Send + 'static) -> Source {
        let boxed: Box<dyn Iterator<Item = Result<Batch>> + Send> = Box::new(batches);
        Source { kind: Kind::Stream(Arc::new(Mutex::new(boxed.peekable()))), bound: false, sample: None }
    }
    /// The same source, whose batches can be made on one thread only: more workers than one are refused.
    pub fn bound(self) -> Source {
        Source { bound: true, ..self }
    }
    /// The same source with a batch to build a model for, which is then not asked for.
    pub fn with_sample(self, sample: Batch) -> Source {
        Source { sample: Some(Arc::new(sample)), ..self }
    }
    /// A batch to build a model for: its sample, a sequence's first batch, a stream's next one, which stays in it.
    pub(crate) fn sample(&self) -> Result<Batch> {
        if let Some(sample) = &self.sample {
            return Ok((**sample).clone());
        }
        match &self.kind {
            Kind::Sequence(sequence) if sequence.is_empty() => Err(empty()),
            Kind::Sequence(sequence) => sequence.get(0),
            Kind::Stream(stream) => match stream.lock().unwrap_or_else(PoisonError::into_inner).peek() {
                Some(batch) => batch.clone(),
                None => Err(ended(0)),
            },
        }
    }
    /// How many batches a pass has now; a stream does not say it.
    pub(crate) fn len(&self) -> Option<usize> {
        match &self.kind {
            Kind::Sequence(sequence) => Some(sequence.len()),
            Kind::Stream(_) => None,
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.kind {
            Kind::Sequence(sequence) => write!(f, "a sequence of {} batches", sequence.len()),
            Kind::Stream(_) => f.write_str("a generator of batches"),
        }
    }
}

/// A sequence without batches.
pub(crate) fn empty() -> Error {
    Error::value("no_samples", "The Sequence has no batches: its length is 0.")
}

/// Keras's end of a generator: Python's StopIteration.
pub(crate) fn ended(batches: usize) -> Error {
    Error::new(
        Class::StopIteration,
        "generator_ended",
        format!(
            "The generator ended after {batches} batches of this run, which needs more. It should go on for as long as it is asked, or \
             take fewer steps or epochs."
        ),
    )
}

/// How batches are made ahead of when they are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ahead {
    /// Threads that make them; 0 makes them when they are needed, on the thread that runs.
    pub workers: usize,
    /// How many are made ahead.
    pub most: usize,
    /// Whether the threads have to be apart from the one that the source belongs to.
    pub apart: bool,
}

impl Ahead {
    /// Errors `workers_bound`, `workers_stream`.
    pub fn check(&self, source: &Source) -> Result<()> {
        let several = self.workers > 1;
        if source.bound && (several || self.apart) {
            let what = if several { format!("workers is {}", self.workers) } else { format!("{} is true", spelled("use_multiprocessing")) };
            return Err(Error::value(
                "workers_bound",
                format!(
                    "{what}, but {source:?} that is an object of this thread cannot be used on others. Give a Sequence as the path or URL of \
                     the module that exports it, or take at most one worker and no multiprocessing."
                ),
            ));
        }
        match source.kind {
            Kind::Stream(_) if several => Err(Error::value(
                "workers_stream",
                format!(
                    "workers is {}, but a generator gives one batch after the other and cannot be shared by several. Give a Sequence, whose \
                     batches are asked for by number, or take one worker.",
                    self.workers
                ),
            )),
            _ => Ok(()),
        }
    }
}
