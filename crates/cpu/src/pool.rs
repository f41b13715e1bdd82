//! The thread pool: runs a kernel's parts on the caller and a few workers that spin briefly, then sleep.
//!
//! Each thread has the same share of a phase's parts first, in region after region, so that what it wrote last time is still near;
//! then it takes from the others' shares what they have not begun. A phase begins when all parts of the one before are done: there
//! is no other barrier. Waking a sleeping thread costs tens of microseconds, handing work to a spinning one a fraction of one;
//! hence the spinning, and hence its end after a moment.
use crate::kernel::share;
use crate::{Buffers, Kernel, Part};
use std::any::Any;
use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};
use tensor::{Error, Result};

/// The most threads that ever take part.
const MOST: usize = 64;
/// How long a worker without work spins before it sleeps.
const SPIN: Duration = Duration::from_micros(80);
/// The gate's lowest 16 bits count who is inside, the next says whether it is open, the rest is the region's number.
const OPEN: u64 = 1 << 16;
const REGION: u64 = 1 << 17;

type Payload = Box<dyn Any + Send>;

/// What everyone inside a region reads.
#[derive(Clone, Copy)]
struct Job {
    kernel: *const dyn Kernel,
    buffers: *const Buffers<'static>,
    phases: *const [usize],
    /// Threads with a share, the caller the first.
    threads: usize,
}

/// On its own cache lines, so that spinning on one does not slow the others.
#[repr(align(128))]
struct Alone<T>(T);

struct Worker {
    thread: Thread,
    asleep: Alone<AtomicBool>,
}

struct Pool {
    /// Taken by the caller whose region is running; others run theirs alone.
    busy: AtomicBool,
    gate: Alone<AtomicU64>,
    /// How many parts of each thread's share are taken, counted through all phases.
    taken: [Alone<AtomicUsize>; MOST],
    done: Alone<AtomicUsize>,
    job: UnsafeCell<Job>,
    failed: AtomicBool,
    payload: Mutex<Option<Payload>>,
    wanted: AtomicUsize,
    started: AtomicUsize,
    workers: [OnceLock<Worker>; MOST - 1],
}

// SAFETY: `job` is written by the owner of `busy` while the gate is closed and read only inside the open gate; the pointers in
// it outlive the region, which ends when nobody is inside.
unsafe impl Sync for Pool {}

struct Nothing;
impl Kernel for Nothing {
    fn phases(&self) -> &[usize] {
        &[]
    }
    fn run(&self, _: &Buffers, _: usize, _: Part) {}
}

static NO_BUFFERS: Buffers<'static> = Buffers { inputs: &[], outputs: &[], scratch: crate::Slot::NONE };
static POOL: Pool = Pool {
    busy: AtomicBool::new(false),
    gate: Alone(AtomicU64::new(0)),
    taken: [const { Alone(AtomicUsize::new(0)) }; MOST],
    done: Alone(AtomicUsize::new(0)),
    job: UnsafeCell::new(Job { kernel: &Nothing, buffers: &raw const NO_BUFFERS, phases: &[], threads: 1 }),
    failed: AtomicBool::new(false),
    payload: Mutex::new(None),
    wanted: AtomicUsize::new(0),
    started: AtomicUsize::new(0),
    workers: [const { OnceLock::new() }; MOST - 1],
};

/// How many threads take part in a region, the caller included: what `set_threads` said, else `IRONHORN_THREADS`, else the
/// CPUs this process may use (affinity and cgroup quota counted).
pub fn threads() -> usize {
    match POOL.wanted.load(Relaxed) {
        0 => {
            let found = asked().ok().flatten().unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |n| n.get()));
            let n = found.clamp(1, MOST);
            // Whoever set it meanwhile wins.
            match POOL.wanted.compare_exchange(0, n, Relaxed, Relaxed) {
                Ok(_) => n,
                Err(set) => set,
            }
        }
        n => n,
    }
}

/// Changes how many threads take part from the next region on, 1 to 64. Results do not depend on it.
pub fn set_threads(n: usize) {
    POOL.wanted.store(n.clamp(1, MOST), Relaxed);
}

/// Whether `IRONHORN_THREADS` is unset or a number from 1 to 64. Error `threads_invalid` otherwise; `threads()` then ignores it.
pub fn check() -> Result<()> {
    asked().map(|_| ())
}

fn asked() -> Result<Option<usize>> {
    match std::env::var("IRONHORN_THREADS") {
        Err(_) => Ok(None),
        Ok(text) => match text.parse() {
            Ok(n) if (1..=MOST).contains(&n) => Ok(Some(n)),
            _ => {
                Err(Error::value("threads_invalid", format!("IRONHORN_THREADS is \"{text}\". Set it to a whole number from 1 to {MOST}.")))
            }
        },
    }
}

/// Runs all phases of a kernel. A panic inside a part is raised again here, once no part is running any more; the remaining
/// parts are then skipped. If another thread's region is running, or this is called from inside a part, the caller does all
/// parts itself.
pub fn run(kernel: &dyn Kernel, buffers: &Buffers) {
    let phases = kernel.phases();
    if phases.iter().all(|parts| *parts <= 1) || threads() == 1 || POOL.busy.compare_exchange(false, true, Acquire, Relaxed).is_err() {
        return run_alone(kernel, buffers, phases);
    }
    let payload = POOL.region(kernel, buffers, phases);
    POOL.busy.store(false, Release);
    if let Some(payload) = payload {
        resume_unwind(payload);
    }
}

fn run_alone(kernel: &dyn Kernel, buffers: &Buffers, phases: &[usize]) {
    let _mode = FlushDenormals::set();
    for (phase, parts) in phases.iter().enumerate() {
        for index in 0..*parts {
            kernel.run(buffers, phase, Part::new(index, *parts));
        }
    }
}

impl Pool {
    /// One region, by the owner of `busy`.
    fn region(&self, kernel: &dyn Kernel, buffers: &Buffers, phases: &[usize]) -> Option<Payload> {
        let others = phases.iter().copied().max().unwrap_or(0).min(threads()) - 1;
        self.start(others);
        // SAFETY: the gate is closed and `busy` is ours, so nobody else touches the job. The lifetimes erased here end after this
        // function, and nobody reads the job after it.
        unsafe {
            let kernel = std::mem::transmute::<&dyn Kernel, &'static dyn Kernel>(kernel);
            *self.job.get() = Job { kernel, buffers: std::ptr::from_ref(buffers).cast(), phases, threads: others + 1 };
        }
        self.taken[..=others].iter().for_each(|taken| taken.0.store(0, Relaxed));
        self.done.0.store(0, Relaxed);
        self.failed.store(false, Relaxed);
        // In one order with a worker's going to sleep: either it sees the new region or it is seen asleep.
        self.gate.0.fetch_add(REGION | OPEN, SeqCst);
        for worker in self.workers[..others].iter().filter_map(OnceLock::get) {
            if worker.asleep.0.load(SeqCst) {
                worker.thread.unpark();
            }
        }
        self.take_parts(0);
        self.gate.0.fetch_and(!OPEN, AcqRel);
        let mut spin = Spin::new();
        while self.gate.0.load(Acquire) & (OPEN - 1) != 0 {
            spin.once();
        }
        if self.failed.load(Relaxed) { self.payload.lock().unwrap_or_else(PoisonError::into_inner).take() } else { None }
    }

    /// Runs parts until none is left to begin. Only called inside the open gate.
    fn take_parts(&self, thread: usize) {
        // SAFETY: inside the gate the job is only read, and what it points to lives.
        let (kernel, buffers, phases, threads) = unsafe {
            let job = *self.job.get();
            (&*job.kernel, &*job.buffers, &*job.phases, job.threads)
        };
        if thread >= threads {
            return;
        }
        let _mode = FlushDenormals::set();
        let mut before = 0;
        for (phase, parts) in phases.iter().enumerate() {
            let mut spin = Spin::new();
            while self.done.0.load(Acquire) < before {
                spin.once();
            }
            for owner in (thread..threads).chain(0..thread) {
                while let Some(index) = self.take(owner, &phases[..=phase], threads) {
                    if !self.failed.load(Relaxed) {
                        let part = Part::new(index, *parts);
                        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| kernel.run(buffers, phase, part))) {
                            self.payload.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(payload);
                            self.failed.store(true, Relaxed);
                        }
                    }
                    self.done.0.fetch_add(1, Release);
                }
            }
            before += parts;
        }
    }

    /// The next part of a thread's share of the last of these phases; all parts of the others are taken.
    #[inline]
    fn take(&self, owner: usize, phases: &[usize], threads: usize) -> Option<usize> {
        let (last, earlier) = phases.split_last()?;
        let (mine, first) = (share(*last, threads, owner), earlier.iter().map(|parts| share(*parts, threads, owner).len()).sum::<usize>());
        let below = |taken: usize| (taken < first + mine.len()).then_some(taken + 1);
        let taken = self.taken[owner].0.fetch_update(Relaxed, Relaxed, below).ok()?;
        Some(mine.start + taken - first)
    }

    /// Sees to it that `n` workers exist, as far as the system gives threads.
    fn start(&self, n: usize) {
        let mut started = self.started.load(Relaxed);
        while started < n {
            let index = started;
            let spawned = std::thread::Builder::new().name(format!("ironhorn-{index}")).spawn(move || POOL.work(index));
            let Ok(handle) = spawned else { return };
            let worker = Worker { thread: handle.thread().clone(), asleep: Alone(AtomicBool::new(false)) };
            // Only the owner of `busy` gets here, so the place is free.
            let _ = self.workers[index].set(worker);
            handle.thread().unpark();
            started += 1;
            self.started.store(started, Relaxed);
        }
    }

    /// A worker's life.
    fn work(&self, index: usize) -> ! {
        let worker = loop {
            match self.workers[index].get() {
                Some(worker) => break worker,
                None => std::thread::park(),
            }
        };
        let mut seen = 0;
        loop {
            self.await_region(worker, seen);
            let entered = self.gate.0.fetch_add(1, AcqRel);
            seen = entered / REGION;
            // Fewer threads may be wanted now than when this one was started.
            if entered & OPEN != 0 && index + 1 < self.wanted.load(Relaxed) {
                self.take_parts(index + 1);
            }
            self.gate.0.fetch_sub(1, Release);
        }
    }

    /// Spins, then sleeps, until a region opens that is not number `seen`.
    fn await_region(&self, worker: &Worker, seen: u64) {
        let fresh = |gate: u64| gate / REGION != seen && gate & OPEN != 0;
        let mut spin = Spin::new();
        while !spin.long() {
            if fresh(self.gate.0.load(Acquire)) {
                return;
            }
            spin.once();
        }
        loop {
            worker.asleep.0.store(true, SeqCst);
            if fresh(self.gate.0.load(SeqCst)) {
                break;
            }
            std::thread::park();
            if fresh(self.gate.0.load(SeqCst)) {
                break;
            }
        }
        worker.asleep.0.store(false, Relaxed);
    }
}

/// Waiting without sleeping, but letting others have the core now and then.
struct Spin {
    pauses: u32,
    since: Option<Instant>,
}

impl Spin {
    fn new() -> Spin {
        Spin { pauses: 0, since: None }
    }
    fn once(&mut self) {
        self.pauses += 1;
        // A pause is 10 to 40 ns: yield about every 3 us, as a waiting thread may need this core to finish what we wait for.
        if self.pauses.is_multiple_of(128) {
            std::thread::yield_now();
        } else {
            std::hint::spin_loop();
        }
    }
    fn long(&mut self) -> bool {
        if !self.pauses.is_multiple_of(32) {
            return false;
        }
        self.since.get_or_insert_with(Instant::now).elapsed() > SPIN
    }
}

/// While it lives, this thread takes denormal numbers for zero: on some CPUs they cost a hundred cycles each, and one setting on
/// all threads keeps results independent of who computed what.
struct FlushDenormals {
    before: u64,
}

impl FlushDenormals {
    fn set() -> FlushDenormals {
        let before = control();
        #[cfg(target_arch = "x86_64")]
        let flush = before | 0x8040;
        #[cfg(not(target_arch = "x86_64"))]
        let flush = before | 1 << 24;
        if flush != before {
            set_control(flush);
        }
        FlushDenormals { before }
    }
}

impl Drop for FlushDenormals {
    fn drop(&mut self) {
        if control() != self.before {
            set_control(self.before);
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn control() -> u64 {
    let mut mxcsr = 0u32;
    // SAFETY: stores the register into a local.
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &mut mxcsr, options(nostack)) };
    // The lowest six bits say what has happened, not what shall.
    (mxcsr & !0x3f) as u64
}

#[cfg(target_arch = "x86_64")]
fn set_control(value: u64) {
    let mxcsr = value as u32;
    // SAFETY: the value is one read before with flush-to-zero and denormals-are-zero added or not: no exception is unmasked.
    unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &mxcsr, options(nostack)) };
}

#[cfg(target_arch = "aarch64")]
fn control() -> u64 {
    let fpcr: u64;
    // SAFETY: reads a register.
    unsafe { std::arch::asm!("mrs {}, fpcr", out(reg) fpcr, options(nomem, nostack)) };
    fpcr
}

#[cfg(target_arch = "aarch64")]
fn set_control(value: u64) {
    // SAFETY: the value is one read before with flush-to-zero added or not.
    unsafe { std::arch::asm!("msr fpcr, {}", in(reg) value, options(nomem, nostack)) };
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn control() -> u64 {
    0
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn set_control(_: u64) {}

#[cfg(test)]
mod tests;
