//! Where randomness comes from: the global seed, keys of draws, the run counter.
use crate::{trace, value::Value};
use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};
use tensor::{DType, Spec};

static SEED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static CALL: Cell<u64> = const { Cell::new(0) };
    static DRAW: Cell<u64> = const { Cell::new(0) };
    static COUNTER: Value = Value::lasting_input("run_counter", Spec::new(DType::I64, []));
}

/// Sets the global seed: the same bits follow, whatever the number of threads.
pub fn set_seed(seed: u64) {
    SEED.store(mix(seed, 1) | 1, Ordering::Relaxed);
}

/// The global seed; taken from the clock if none was set.
pub fn seed() -> u64 {
    let seed = SEED.load(Ordering::Relaxed);
    if seed != 0 {
        return seed;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |d| d.as_nanos() as u64);
    let fresh = mix(now, u64::from(std::process::id())) | 1;
    match SEED.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => fresh,
        Err(set) => set,
    }
}

/// Two numbers as one well-mixed one (SplitMix64's finaliser).
pub fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_add(b.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The key of the next draw: from `given` or the global seed, the layer call under way, and the draw's ordinal in it.
pub(crate) fn key(given: Option<u64>) -> u64 {
    let draw = DRAW.with(|d| d.replace(d.get() + 1));
    mix(mix(given.unwrap_or_else(seed), CALL.with(Cell::get)), draw)
}

/// Says that layer call number `ordinal` of a model begins.
pub(crate) fn begin_call(ordinal: u64) {
    CALL.with(|c| c.set(ordinal));
    DRAW.with(|d| d.set(0));
}

/// The run counter: fed by whoever runs the graph; in the body of a scan it has the step in it.
pub fn counter() -> Value {
    trace::counter().unwrap_or_else(root_counter)
}

pub(crate) fn root_counter() -> Value {
    COUNTER.with(Value::clone)
}
