//! What this CPU gives right now: arithmetic without memory, memory without arithmetic. Gates are shares of these, measured
//! beside what they judge, since clocks, neighbours and hyperthreads change from second to second.
use crate::Isa;
use crate::lanes::{self, Level, Number, Real, Work};
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// Accumulators: more than latency times units of any CPU, few enough for the registers.
const CHAINS: usize = 12;

struct Multiply {
    rounds: usize,
}
impl Work for Multiply {
    type Output = usize;
    #[inline(always)]
    fn at<L: Level>(self) -> usize {
        multiply::<L::F32>(self.rounds);
        self.rounds * CHAINS * 2 * <L::F32 as Number>::LANES
    }
}

#[inline(always)]
fn multiply<V: Real>(rounds: usize) {
    let (a, b) = (V::of(std::hint::black_box(0.999)), V::of(std::hint::black_box(0.001)));
    let mut sums = [V::of(0.5); CHAINS];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = sum.fma(a, b);
        }
    }
    let mut total = V::of(0.0);
    for sum in sums {
        total = total.add(sum);
    }
    std::hint::black_box(total.fold(|a, b| a.add(b)));
}

struct Read<'a> {
    numbers: &'a [f32],
}
impl Work for Read<'_> {
    type Output = ();
    #[inline(always)]
    fn at<L: Level>(self) {
        read::<L::F32>(self.numbers);
    }
}

#[inline(always)]
fn read<V: Real<Item = f32>>(numbers: &[f32]) {
    let mut sums = [V::of(0.0); 8];
    for chunk in numbers.chunks_exact(8 * V::LANES) {
        for (i, sum) in sums.iter_mut().enumerate() {
            // SAFETY: the chunk has eight vectors.
            *sum = sum.add(unsafe { V::load(chunk.as_ptr().add(i * V::LANES)) });
        }
    }
    let mut total = V::of(0.0);
    for sum in sums {
        total = total.add(sum);
    }
    std::hint::black_box(total.fold(|a, b| a.add(b)));
}

/// f32 operations a second of multiply-adds that never wait for memory, summed over `threads`, each running about `time`.
pub fn peak(isa: Isa, threads: usize, time: Duration) -> f64 {
    together(threads, || {
        let (mut rounds, mut done) = (2_000, 0);
        let start = Instant::now();
        loop {
            let begun = Instant::now();
            done += lanes::run(isa, Multiply { rounds });
            if start.elapsed() >= time {
                return done as f64 / start.elapsed().as_secs_f64();
            }
            if begun.elapsed() < Duration::from_micros(100) {
                rounds *= 2;
            }
        }
    })
}

/// Memory to read in order again and again, some for each of a number of threads. It is written once, so that a measurement is of
/// reading alone.
pub struct Stream {
    isa: Isa,
    numbers: Vec<Vec<f32>>,
}

impl Stream {
    /// `bytes` for each of `threads`.
    pub fn new(isa: Isa, threads: usize, bytes: usize) -> Stream {
        Stream { isa, numbers: (0..threads).map(|i| vec![i as f32 + 0.5; bytes / 4]).collect() }
    }
    /// Bytes a second, summed over the threads, each reading all of its own at least once and for about `time`.
    pub fn rate(&self, time: Duration) -> f64 {
        let next = std::sync::atomic::AtomicUsize::new(0);
        together(self.numbers.len(), || {
            let numbers = &self.numbers[next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)];
            let start = Instant::now();
            let mut done = 0;
            loop {
                lanes::run(self.isa, Read { numbers });
                done += numbers.len() * 4;
                if start.elapsed() >= time {
                    return done as f64 / start.elapsed().as_secs_f64();
                }
            }
        })
    }
}

/// The sum of what `f` gives on each of `threads` that start together.
fn together(threads: usize, f: impl Fn() -> f64 + Sync) -> f64 {
    if threads <= 1 {
        return f();
    }
    let start = Barrier::new(threads);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    f()
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap_or(0.0)).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_something() {
        for isa in Isa::available() {
            assert!(peak(isa, 2, Duration::from_millis(2)) > 1e7);
            assert!(Stream::new(isa, 1, 1 << 16).rate(Duration::from_millis(2)) > 1e7);
        }
    }
}
