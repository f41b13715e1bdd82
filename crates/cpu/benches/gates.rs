//! Are products, matrix-vector products and the thread pool as fast as they must be? `--json` for machines; a word runs only the
//! gates whose name has it.
//!
//! The number of a product is what its kernel can reach in a region at work (what a region costs has a gate of its own): the best
//! share of the arithmetic peak over samples, each the fastest of some runs and divided by the greater of two probes directly before
//! and after. Samples whose probe is over 5 % under the session's best are dropped, since the CPU then did something else too. The
//! number of a matrix-vector product is the fastest of
//! many runs beside the fastest of as many probes between them, which read as much memory once, in order: neighbours change what
//! memory gives from one millisecond to the next, and only the best of both is comparable. It may be over 1, since a product reads
//! several rows at a time, which some memory likes better.
use ironhorn_cpu::gemm::{Gemm, Layout, Product};
use ironhorn_cpu::{Buffers, Isa, Kernel, Memory, Part, Slot, pool, probe};
use std::time::{Duration, Instant};
use tensor::{DType, Philox};

const PROBE: Duration = Duration::from_millis(2);
const SAMPLE: Duration = Duration::from_millis(8);
const WANTED: usize = 12;
const ATTEMPTS: usize = 60;
/// Samples of memory.
const STREAMS: usize = 101;

/// The shape, whether A and B are stored transposed, and the floor.
struct Case(usize, usize, usize, Form, f64);
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Nn,
    Tn,
    Nt,
}

const PRODUCTS: [Case; 18] = [
    Case(2048, 2048, 2048, Form::Nn, 0.90),
    Case(1024, 1024, 1024, Form::Nn, 0.90),
    Case(512, 512, 512, Form::Nn, 0.90),
    Case(512, 512, 512, Form::Tn, 0.90),
    Case(512, 512, 512, Form::Nt, 0.85),
    Case(128, 128, 128, Form::Nn, 0.90),
    Case(64, 64, 64, Form::Nn, 0.90),
    Case(32, 128, 784, Form::Nn, 0.90),
    Case(784, 128, 32, Form::Tn, 0.90),
    Case(32, 784, 128, Form::Nt, 0.85),
    Case(32, 64, 20, Form::Nn, 0.90),
    Case(32, 10, 128, Form::Nn, 0.55),
    Case(128, 10, 32, Form::Tn, 0.55),
    Case(32, 512, 128, Form::Nn, 0.90),
    Case(128, 512, 32, Form::Tn, 0.90),
    Case(32, 128, 512, Form::Nt, 0.85),
    Case(12544, 64, 576, Form::Nn, 0.87),
    Case(2304, 128, 1152, Form::Nn, 0.90),
];
const VECTORS: [Case; 4] = [
    Case(1, 4096, 4096, Form::Nn, 0.85),
    Case(1, 4096, 4096, Form::Nt, 0.85),
    Case(4096, 1, 4096, Form::Nn, 0.85),
    Case(4096, 1, 4096, Form::Tn, 0.85),
];

struct Ready {
    kernel: Gemm,
    inputs: Vec<Slot>,
    outputs: Vec<Slot>,
    scratch: Memory,
    _memory: Vec<Memory>,
}

impl Ready {
    fn new(isa: Isa, case: &Case) -> Ready {
        let Case(m, n, k, form, _) = *case;
        let a = if form == Form::Tn { Layout::by_columns(m, k) } else { Layout::by_rows(m, k) };
        let b = if form == Form::Nt { Layout::by_columns(k, n) } else { Layout::by_rows(k, n) };
        let kernel = Gemm::on(isa, Product { dtype: DType::F32, batch: 1, m, n, k, a, b, packed_b: false }, None);
        let mut stream = Philox::new(1);
        let mut filled = |count: usize| {
            let memory = Memory::zeroed(count * 4);
            let numbers: Vec<u8> = (0..count).flat_map(|_| (stream.word() as f32 / 4294967296.0 - 0.5).to_ne_bytes()).collect();
            memory.write(0, &numbers);
            memory
        };
        let memory = vec![filled(m * k), filled(k * n), Memory::zeroed(m * n * 4)];
        let slots: Vec<Slot> = memory.iter().map(|m| m.slot(0, m.len())).collect();
        let scratch = Memory::zeroed(kernel.scratch());
        Ready { kernel, inputs: slots[..2].to_vec(), outputs: slots[2..].to_vec(), scratch, _memory: memory }
    }
    /// Seconds a run, of some in one region.
    fn seconds(&self, repeat: usize) -> f64 {
        let scratch = self.scratch.slot(0, self.scratch.len());
        let again = Again { kernel: &self.kernel, phases: self.kernel.phases().repeat(repeat) };
        let begun = Instant::now();
        pool::run(&again, &Buffers { inputs: &self.inputs, outputs: &self.outputs, scratch });
        begun.elapsed().as_secs_f64() / repeat as f64
    }
    /// The best of about `SAMPLE`.
    fn best(&self, repeat: usize) -> f64 {
        let (start, mut best) = (Instant::now(), f64::INFINITY);
        while start.elapsed() < SAMPLE || best == f64::INFINITY {
            best = best.min(self.seconds(repeat));
        }
        best
    }
}

/// A kernel's phases again and again.
struct Again<'a> {
    kernel: &'a Gemm,
    phases: Vec<usize>,
}
impl Kernel for Again<'_> {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        self.kernel.run(buffers, phase % self.kernel.phases().len(), part);
    }
}

struct Gate {
    name: String,
    value: f64,
    floor: f64,
    unit: &'static str,
    pass: bool,
}

/// The best share of `units` a second in the probe's own, over samples with a good probe.
fn share(ready: &Ready, units: f64, peak: &mut f64, probe: impl Fn() -> f64) -> f64 {
    ready.seconds(1);
    let repeat = (2e-4 / ready.seconds(1)).ceil() as usize;
    let mut samples = Vec::new();
    for _ in 0..ATTEMPTS {
        let before = probe();
        let rate = units / ready.best(repeat);
        let after = probe();
        *peak = peak.max(before).max(after);
        samples.push((before.min(after), before.max(after), rate));
        if samples.iter().filter(|s| s.0 >= 0.95 * *peak).count() >= WANTED {
            break;
        }
    }
    samples.iter().filter(|s| s.0 >= 0.95 * *peak).map(|s| s.2 / s.1).fold(f64::NAN, f64::max)
}

/// The best rate of `bytes` a run beside the best of `stream` between the runs.
fn share_of_memory(ready: &Ready, bytes: f64, stream: &probe::Stream) -> f64 {
    ready.seconds(1);
    let (mut run, mut read) = (0.0f64, stream.rate(Duration::ZERO));
    for _ in 0..STREAMS {
        run = run.max(bytes / ready.seconds(1));
        read = read.max(stream.rate(Duration::ZERO));
    }
    run / read
}

struct Nothing([usize; 1]);
impl Kernel for Nothing {
    fn phases(&self) -> &[usize] {
        &self.0
    }
    fn run(&self, _: &Buffers, _: usize, _: Part) {}
}

/// Microseconds of an empty region on two threads while they are hot, the median.
fn region() -> f64 {
    pool::set_threads(2);
    let (kernel, buffers) = (Nothing([2]), Buffers { inputs: &[], outputs: &[], scratch: Slot::NONE });
    let mut times: Vec<f64> = (0..20_000)
        .map(|_| {
            let begun = Instant::now();
            pool::run(&kernel, &buffers);
            begun.elapsed().as_secs_f64() * 1e6
        })
        .skip(2_000)
        .collect();
    pool::set_threads(1);
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let json = arguments.iter().any(|a| a == "--json");
    let filter = arguments.iter().find(|a| !a.starts_with('-'));
    let wanted = |name: &str| filter.is_none_or(|f| name.contains(f.as_str()));
    let mut gates = Vec::new();
    let mut add = |gate: Gate| {
        if !json {
            println!(
                "{:34} {:7.3} {} {:5.2} {:5} {}",
                gate.name,
                gate.value,
                if gate.unit == "share" { ">=" } else { "<=" },
                gate.floor,
                gate.unit,
                if gate.pass { "pass" } else { "FAIL" }
            );
        }
        gates.push(gate);
    };
    let name = |isa: Isa, case: &Case| {
        let form = ["NN", "TN", "NT"][case.3 as usize];
        format!("{isa} {}x{}x{} {form}", case.0, case.1, case.2)
    };
    if wanted("pool region") {
        let value = region();
        add(Gate { name: "pool region".into(), value, floor: 1.0, unit: "us", pass: value <= 1.0 });
    }
    pool::set_threads(1);
    for isa in Isa::available().into_iter().rev().filter(|isa| *isa != Isa::Scalar) {
        let probe = || probe::peak(isa, 1, PROBE);
        let cases = PRODUCTS.iter().filter(|case| wanted(&name(isa, case))).collect::<Vec<_>>();
        let mut peak = (0..if cases.is_empty() { 0 } else { 20 }).map(|_| probe()).fold(0.0, f64::max);
        for case in cases {
            let ready = Ready::new(isa, case);
            let value = share(&ready, 2.0 * (case.0 * case.1 * case.2) as f64, &mut peak, probe);
            add(Gate { name: name(isa, case), value, floor: case.4, unit: "share", pass: value >= case.4 });
        }
        for case in VECTORS.iter().filter(|case| wanted(&name(isa, case))) {
            let bytes = case.0.max(case.1) * case.2 * 4;
            let value = share_of_memory(&Ready::new(isa, case), bytes as f64, &probe::Stream::new(isa, 1, bytes));
            add(Gate { name: name(isa, case), value, floor: case.4, unit: "share", pass: value >= case.4 });
        }
    }
    if json {
        let rows: Vec<String> = gates
            .iter()
            .map(|g| {
                let value = if g.value.is_finite() { format!("{:.4}", g.value) } else { "null".into() };
                format!("{{\"name\":\"{}\",\"value\":{value},\"limit\":{},\"unit\":\"{}\",\"pass\":{}}}", g.name, g.floor, g.unit, g.pass)
            })
            .collect();
        println!("[{}]", rows.join(",\n"));
    }
    if gates.iter().any(|g| !g.pass) {
        std::process::exit(1);
    }
}
