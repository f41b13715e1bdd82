//! Batches made ahead by threads of their own, in order and never more of them than was said; who falls behind is waited for.
use super::{
    Batch, Source,
    source::{Ahead, Kind, Sequence},
};
use crate::{Error, Result};
use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// So many batches of a source, from where it stands.
pub(crate) enum Queue {
    /// Made when they are taken.
    Direct { make: Make, taken: usize },
    /// Made ahead.
    Threads(Arc<Shared>),
}

/// Makes the batch at a place of the queue; `None` where a stream has ended.
type Make = Box<dyn Fn(usize) -> Result<Option<Batch>> + Send + Sync>;

pub(crate) struct Shared {
    make: Make,
    count: usize,
    most: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The next place that nobody makes yet.
    next: usize,
    taken: usize,
    made: HashMap<usize, Result<Option<Batch>>>,
    closed: bool,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Queue {
    /// The next `count` batches of a stream, or those of a sequence in that order. Error `thread` if none can be started.
    pub fn new(source: &Source, order: &[usize], count: usize, ahead: Ahead) -> Result<Queue> {
        let make: Make = match &source.kind {
            Kind::Stream(stream) => {
                let stream = stream.clone();
                Box::new(move |_| locked(&stream).next().transpose())
            }
            Kind::Sequence(sequence) => {
                let (sequence, order): (Arc<dyn Sequence>, Vec<usize>) = (sequence.clone(), order.to_vec());
                Box::new(move |place| sequence.get(order[place]).map(Some))
            }
        };
        if ahead.workers == 0 {
            return Ok(Queue::Direct { make, taken: 0 });
        }
        let shared = Arc::new(Shared { make, count, most: ahead.most, state: Mutex::default(), changed: Condvar::new() });
        for _ in 0..ahead.workers.min(count) {
            let own = shared.clone();
            let spawned = thread::Builder::new().name("ironhorn-data".to_owned()).spawn(move || own.work());
            spawned.map_err(|e| Error::runtime("thread", format!("No thread could be started to make batches: {e}.")))?;
        }
        Ok(Queue::Threads(shared))
    }

    /// The next batch, waited for if it is not made yet; `None` where a stream has ended.
    pub fn take(&mut self) -> Result<Option<Batch>> {
        match self {
            Queue::Direct { make, taken } => {
                *taken += 1;
                make(*taken - 1)
            }
            Queue::Threads(shared) => {
                let mut state = locked(&shared.state);
                loop {
                    let place = state.taken;
                    if let Some(batch) = state.made.remove(&place) {
                        state.taken += 1;
                        shared.changed.notify_all();
                        return batch;
                    }
                    state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        if let Queue::Threads(shared) = self {
            locked(&shared.state).closed = true;
            shared.changed.notify_all();
        }
    }
}

impl Shared {
    fn work(&self) {
        while let Some(place) = self.claim() {
            // A thread that panics would leave the one that waits for its batch waiting forever.
            let made = catch_unwind(AssertUnwindSafe(|| (self.make)(place)));
            let made = made.unwrap_or_else(|_| Err(Error::runtime("worker_panic", format!("Making batch {place} of the queue panicked."))));
            locked(&self.state).made.insert(place, made);
            self.changed.notify_all();
        }
    }

    /// A place to make a batch for, as soon as there is room; `None` when there is nothing more to do.
    fn claim(&self) -> Option<usize> {
        let mut state = locked(&self.state);
        loop {
            if state.closed || state.next >= self.count {
                return None;
            }
            if state.next < state.taken + self.most {
                state.next += 1;
                return Some(state.next - 1);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
