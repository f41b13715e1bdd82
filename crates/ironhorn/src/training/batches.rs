//! Where the loop's batches come from. Arrays are the usual source: rows in order are fed in place, shuffled rows are gathered
//! into one of two buffers outside of the arena.
use crate::{Array, Philox, Result};
use cpu::Memory;
use graph::Feed;

/// A source of batches. The loop owns it and may run on a thread of its own.
pub trait Batches: Send {
    /// Begins an epoch. Equal keys give equal orders.
    fn begin(&mut self, key: u64) -> Result<()>;
    /// Points `feeds` at the next batch, inputs first, then targets, then weights, and gives its number of samples; `None` when
    /// the epoch is over. `feeds` starts empty and is kept from batch to batch.
    fn next(&mut self, feeds: &mut Vec<Feed>) -> Result<Option<usize>>;
    /// Whether the epoch is over.
    fn is_over(&self) -> bool;
    /// Number of samples of an epoch, if it is known.
    fn samples(&self) -> Option<usize>;
    /// Steps of an epoch, where batches are all that is known of it.
    fn steps(&self) -> Option<usize> {
        None
    }
    /// Whether the last batch has weights of samples beside those that all batches have.
    fn weighted(&self) -> bool {
        false
    }
    /// Takes batches of so many samples, where that was left open.
    fn follow(&mut self, _batch: usize) {}
    /// What is left to do when an epoch is over and its hooks were called.
    fn end(&mut self) -> Result<()> {
        Ok(())
    }
    /// Where the sample in that place of the last batch is in the user's data, for messages.
    fn origin(&self, row: usize) -> usize {
        row
    }
}

/// In which order samples come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Shuffle {
    /// As they are.
    No,
    /// All samples are shuffled.
    #[default]
    Samples,
    /// Batches are shuffled; samples of a batch stay together, and the short last batch stays last.
    Batches,
}

impl From<bool> for Shuffle {
    fn from(shuffle: bool) -> Shuffle {
        if shuffle { Shuffle::Samples } else { Shuffle::No }
    }
}

struct Source {
    array: Array,
    memory: Memory,
    row: usize,
    /// Filled in turn, so that one can be filled while the other is read.
    buffers: [Memory; 2],
}

/// Batches of arrays with as many rows each.
pub struct ArrayBatches {
    sources: Vec<Source>,
    samples: usize,
    batch: usize,
    shuffle: Shuffle,
    /// The order of rows, or of batches.
    order: Vec<usize>,
    /// Batches done, and how many an epoch has.
    done: usize,
    count: usize,
    last: (usize, usize),
}

impl ArrayBatches {
    /// Batches of `batch` rows; the last may be shorter. `arrays` have `samples` rows each, at least one.
    pub fn new(arrays: Vec<Array>, samples: usize, batch: usize, shuffle: Shuffle) -> ArrayBatches {
        let count = samples.div_ceil(batch.max(1));
        ArrayBatches::with(arrays, samples, batch.clamp(1, samples.max(1)), shuffle, count)
    }
    /// The whole arrays `steps` times an epoch.
    pub fn whole(arrays: Vec<Array>, samples: usize, steps: usize) -> ArrayBatches {
        ArrayBatches::with(arrays, samples, samples, Shuffle::No, steps)
    }

    fn with(arrays: Vec<Array>, samples: usize, batch: usize, shuffle: Shuffle, count: usize) -> ArrayBatches {
        let source = |array: Array| {
            let row = array.bytes().len() / samples.max(1);
            let bytes = if shuffle == Shuffle::Samples { row * batch } else { 0 };
            let buffers = [Memory::zeroed(bytes), Memory::zeroed(bytes)];
            Source { memory: Memory::of(&array), row, buffers, array }
        };
        let sources = arrays.into_iter().map(source).collect();
        ArrayBatches { sources, samples, batch, shuffle, order: Vec::new(), done: count, count, last: (0, 0) }
    }

    /// Which rows batch `i` of the epoch has, as places in the order.
    fn span(&self, i: usize) -> (usize, usize) {
        let i = if self.shuffle == Shuffle::Batches { self.order.get(i).copied().unwrap_or(i) } else { i };
        let start = (i * self.batch) % self.samples.max(1);
        (start, (start + self.batch).min(self.samples))
    }
}

impl Batches for ArrayBatches {
    fn begin(&mut self, key: u64) -> Result<()> {
        self.done = 0;
        let items = match self.shuffle {
            Shuffle::No => 0,
            Shuffle::Samples => self.samples,
            // The short last batch has no place in the order and so stays last.
            Shuffle::Batches => self.samples / self.batch,
        };
        self.order.clear();
        self.order.extend(0..items);
        Philox::new(key).shuffle(&mut self.order);
        Ok(())
    }

    fn next(&mut self, feeds: &mut Vec<Feed>) -> Result<Option<usize>> {
        if self.done >= self.count {
            return Ok(None);
        }
        if feeds.is_empty() {
            feeds.extend(self.sources.iter().map(|s| Feed::of(&s.array)));
        }
        let (start, end) = self.span(self.done);
        for (source, feed) in self.sources.iter().zip(feeds) {
            if self.shuffle != Shuffle::Samples {
                feed.point(&source.memory, start * source.row, end - start);
                continue;
            }
            let buffer = &source.buffers[self.done % 2];
            let bytes = source.array.bytes();
            for (i, from) in self.order[start..end].iter().enumerate() {
                buffer.write(i * source.row, &bytes[from * source.row..][..source.row]);
            }
            feed.point(buffer, 0, end - start);
        }
        self.done += 1;
        self.last = (start, end);
        Ok(Some(end - start))
    }

    fn is_over(&self) -> bool {
        self.done >= self.count
    }

    fn follow(&mut self, batch: usize) {
        // Rows that are shuffled have buffers of a size.
        if self.shuffle == Shuffle::No {
            self.batch = batch.clamp(1, self.samples.max(1));
            self.count = self.samples.div_ceil(self.batch);
        }
    }

    fn samples(&self) -> Option<usize> {
        Some(self.samples)
    }

    fn origin(&self, row: usize) -> usize {
        let place = self.last.0 + row;
        if self.shuffle == Shuffle::Samples { self.order.get(place).copied().unwrap_or(place) } else { place }
    }
}
