//! The pool under any number of threads, with callers that race, nest and panic.
use super::*;
use crate::{Memory, Slot};

/// Every phase adds its parts' shares to what the phase before left, so that a part run early, late or twice shows.
struct Steps {
    phases: Vec<usize>,
}
impl Kernel for Steps {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        let slot = buffers.outputs[0];
        let n = slot.len() / 8;
        let at = |row: usize, i: usize| slot.at((row * 1000 + i) * 8, 8).pointer.cast::<u64>();
        assert!(n >= 2000);
        let (from, to) = (phase % 2, (phase + 1) % 2);
        for i in part.range(1000) {
            // SAFETY: inside the slot; the cell at `to` is this part's, row `from` was finished in the phase before.
            unsafe { *at(to, i) = *at(from, 999 - i) + (i * phase) as u64 + 1 }
        }
    }
}

fn steps(phases: &[usize]) -> Vec<u8> {
    let memory = Memory::zeroed(16000);
    let slots = [memory.slot(0, 16000)];
    run(&Steps { phases: phases.to_vec() }, &Buffers { inputs: &[], outputs: &slots, scratch: Slot::NONE });
    let mut out = vec![0; 16000];
    memory.read(0, &mut out);
    out
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let phases = [1, 7, 64, 1, 3, 100, 2];
    set_threads(1);
    let alone = steps(&phases);
    for n in [2, 8, 64, 3] {
        set_threads(n);
        for _ in 0..300 {
            assert!(steps(&phases) == alone, "{n} threads");
        }
    }
}

#[test]
fn callers_on_several_threads_do_not_disturb_each_other() {
    set_threads(3);
    let phases = [5, 9, 2, 30];
    let alone = steps(&phases);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..300).for_each(|_| assert!(steps(&phases) == alone)));
        }
    });
}

struct Panics;
impl Kernel for Panics {
    fn phases(&self) -> &[usize] {
        &[8, 8]
    }
    fn run(&self, _: &Buffers, phase: usize, part: Part) {
        assert!(phase == 0, "the phase after a panic does not run");
        if part.index() == 5 {
            panic!("part five");
        }
    }
}

#[test]
fn a_panic_reaches_the_caller_and_the_pool_lives() {
    for n in [2, 4, 1] {
        set_threads(n);
        for _ in 0..20 {
            let none = Buffers { inputs: &[], outputs: &[], scratch: Slot::NONE };
            let payload = catch_unwind(AssertUnwindSafe(|| run(&Panics, &none))).unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"part five"));
        }
        steps(&[4, 4]);
    }
}

struct Nested;
impl Kernel for Nested {
    fn phases(&self) -> &[usize] {
        &[4]
    }
    fn run(&self, _: &Buffers, _: usize, _: Part) {
        assert_eq!(steps(&[3, 3]).len(), 16000);
    }
}

#[test]
fn a_part_may_run_a_kernel() {
    set_threads(2);
    run(&Nested, &Buffers { inputs: &[], outputs: &[], scratch: Slot::NONE });
}

struct Denormal;
impl Kernel for Denormal {
    fn phases(&self) -> &[usize] {
        &[16]
    }
    fn run(&self, _: &Buffers, _: usize, _: Part) {
        let tiny = std::hint::black_box(1e-40f32);
        assert!(tiny * std::hint::black_box(0.5) == 0.0);
    }
}

#[test]
fn denormals_are_zero_inside_parts_only() {
    for n in [1, 2] {
        set_threads(n);
        run(&Denormal, &Buffers { inputs: &[], outputs: &[], scratch: Slot::NONE });
        assert!(std::hint::black_box(1e-40f32) * std::hint::black_box(0.5) > 0.0);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_idle_pool_uses_no_cpu() {
    set_threads(2);
    steps(&[4, 4]);
    // Utime and stime of the worker threads, by name; other tests may keep them busy, so only look for quiet once.
    let spent = || -> u64 {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
        let stats = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
        let workers = stats.filter(|stat| stat.contains("(ironhorn-"));
        workers.map(|stat| stat.split(' ').skip(13).take(2).map(|t| t.parse::<u64>().unwrap()).sum::<u64>()).sum()
    };
    let quiet = (0..200).any(|_| {
        let before = spent();
        std::thread::sleep(Duration::from_millis(100));
        spent() == before
    });
    assert!(quiet, "the workers never rested");
}
