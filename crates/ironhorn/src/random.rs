//! The seed of the process, and the streams that first values of weights are drawn from.
use crate::Philox;
use std::cell::Cell;

thread_local! {
    static STREAMS: Cell<u64> = const { Cell::new(0) };
}

/// Sets the seed of everything that is random: the same program gives the same bits, whatever the number of threads.
pub fn set_seed(seed: u64) {
    graph::random::set_seed(seed);
    STREAMS.set(0);
}

/// The stream of the next weight.
pub fn stream() -> Philox {
    let n = STREAMS.replace(STREAMS.get() + 1);
    Philox::new(graph::random::mix(graph::random::seed(), n))
}
