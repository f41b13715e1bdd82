//! The batches of a source as a run's: checked one by one, over passes and epochs that need not be equally long.
use super::{
    Batch, Batches, ClassWeight, Source,
    checks::Checks,
    queue::Queue,
    source::{Ahead, Kind, empty, ended},
};
use crate::{Array, Error, Philox, Result, config::spelled};
use graph::{Feed, random};
use std::sync::Arc;

/// What a run wants of a batch.
pub(crate) enum Wanted {
    /// Inputs, targets, weights.
    All(ClassWeight),
    /// Inputs.
    Inputs,
}

/// Batches of a source.
pub(crate) struct Streamed {
    source: Source,
    checks: Arc<Checks>,
    wanted: Wanted,
    ahead: Ahead,
    shuffle: bool,
    /// Steps an epoch, if they were given.
    given: Option<usize>,
    /// How many batches the whole run may still take, if that is known: no more are made.
    rest: Option<usize>,
    /// Steps of this epoch, and how many are done.
    steps: usize,
    done: usize,
    /// The pass under way, and what of it is left.
    pass: Option<Queue>,
    left: usize,
    /// Whether the pass is all of a sequence, and whether all of it was used and its end is still to be told.
    whole: bool,
    complete: bool,
    key: u64,
    passes: u64,
    taken: usize,
    arrays: Vec<Array>,
    weighted: bool,
}

impl Streamed {
    /// `epochs` epochs of `steps` each, or of as many as a sequence has. Errors `workers_bound`, `workers_stream`, `no_samples`.
    pub fn new(
        source: &Source,
        checks: Arc<Checks>,
        wanted: Wanted,
        (steps, epochs): (Option<usize>, usize),
        ahead: Ahead,
        shuffle: bool,
    ) -> Result<Streamed> {
        ahead.check(source)?;
        let now = steps.or(source.len()).unwrap_or(0);
        if now == 0 || source.len() == Some(0) {
            return Err(empty());
        }
        Ok(Streamed {
            source: source.clone(),
            checks,
            wanted,
            ahead,
            shuffle,
            given: steps,
            rest: steps.map(|n| n * epochs),
            steps: now,
            done: 0,
            pass: None,
            left: 0,
            whole: false,
            complete: false,
            key: 0,
            passes: 0,
            taken: 0,
            arrays: Vec::new(),
            weighted: false,
        })
    }

    /// Starts what is to come of the source: all of a stream, one pass of a sequence.
    fn open(&mut self) -> Result<Queue> {
        self.finish()?;
        let len = self.source.len();
        let count = len.into_iter().chain(self.rest).min().unwrap_or(0);
        if count == 0 {
            return Err(empty());
        }
        let mut order: Vec<usize> = (0..len.unwrap_or(0)).collect();
        if self.shuffle {
            Philox::new(random::mix(self.key, self.passes)).shuffle(&mut order);
        }
        self.passes += 1;
        (self.left, self.whole) = (count, len == Some(count));
        Queue::new(&self.source, &order, count, self.ahead)
    }

    /// Tells a sequence the end of a pass that was used up.
    fn finish(&mut self) -> Result<()> {
        if !std::mem::take(&mut self.complete) {
            return Ok(());
        }
        match &self.source.kind {
            Kind::Sequence(sequence) => sequence.on_epoch_end(),
            Kind::Stream(_) => Ok(()),
        }
    }

    fn check(&mut self, batch: &Batch) -> Result<usize> {
        let Wanted::All(classes) = &self.wanted else {
            let (x, samples) = self.checks.inputs(&batch.x)?;
            self.arrays = x;
            return Ok(samples);
        };
        let Some(y) = &batch.y else {
            let weight = spelled("sample_weight");
            let text = format!("Output of generator should be a tuple `(x, y, {weight})` or `(x, y)`. Found inputs alone.");
            return Err(Error::value("generator_output", text));
        };
        let mut sets = self.checks.standardize(&batch.x, y, &batch.sample_weight, classes)?;
        self.weighted = sets.weighted().contains(&true);
        if self.weighted {
            sets.fill_weights(&self.checks);
        }
        self.arrays = sets.arrays();
        Ok(sets.samples)
    }
}

impl Batches for Streamed {
    fn begin(&mut self, key: u64) -> Result<()> {
        self.steps = self.given.or(self.source.len()).unwrap_or(0);
        (self.done, self.key, self.passes) = (0, key, 0);
        if self.given.is_none() {
            self.pass = None;
            self.left = 0;
        }
        Ok(())
    }

    fn next(&mut self, feeds: &mut Vec<Feed>) -> Result<Option<usize>> {
        if self.is_over() {
            return Ok(None);
        }
        if self.left == 0 {
            self.pass = None;
            self.pass = Some(self.open()?);
        }
        let batch = self.pass.as_mut().map_or(Ok(None), Queue::take)?;
        let batch = batch.ok_or_else(|| ended(self.taken))?;
        self.rest = self.rest.map(|n| n.saturating_sub(1));
        (self.done, self.taken, self.left) = (self.done + 1, self.taken + 1, self.left - 1);
        self.complete = self.whole && self.left == 0;
        let samples = self.check(&batch)?;
        feeds.clear();
        feeds.extend(self.arrays.iter().map(Feed::of));
        Ok(Some(samples))
    }

    fn is_over(&self) -> bool {
        self.done >= self.steps
    }

    fn samples(&self) -> Option<usize> {
        None
    }

    fn steps(&self) -> Option<usize> {
        self.given.or(self.source.len())
    }

    fn weighted(&self) -> bool {
        self.weighted
    }

    fn end(&mut self) -> Result<()> {
        self.finish()
    }
}
