//! How long is a training step, and where does the time go? Dense networks built from ops alone, each as one plan, beside the
//! machine's multiply-add peak of the same moment: the step, the making of its plan, and predicting one row and many.
//! `--plan` prints the plans, `--profile` the time of each step of them, `--json` is for machines, a word picks workloads, and
//! `--network=256,256,10:64` is another one: its widths and its batch.
use ironhorn_graph::{Feed, Function, Graph, Mode, Value, Variable, gradients, trace};
use std::time::{Duration, Instant};
use tensor::{Array, DType, Dim, Philox, Shape, Spec};

/// Probes shorter than this see the clock ramp; longer ones see the neighbours.
const PROBE: Duration = Duration::from_millis(2);
const SAMPLE: Duration = Duration::from_millis(10);
const SAMPLES: usize = 40;

struct Workload {
    name: String,
    sizes: Vec<usize>,
    batch: usize,
    adam: bool,
}

fn workloads() -> Vec<Workload> {
    let of = |name: &str, sizes: &[usize], batch, adam| Workload { name: name.into(), sizes: sizes.into(), batch, adam };
    vec![
        of("2-8-1 b4", &[2, 8, 1], 4, false),
        of("20-64-64-10 b128", &[20, 64, 64, 10], 128, false),
        of("784-512-512-10 b128", &[784, 512, 512, 10], 128, false),
        of("784-1024-1024-10 Adam b256", &[784, 1024, 1024, 10], 256, true),
    ]
}

/// The network that `--network=256,256,10:64` names.
fn named(argument: &str) -> Option<Workload> {
    let (sizes, batch) = argument.strip_prefix("--network=")?.split_once(':')?;
    let sizes: Option<Vec<usize>> = sizes.split(',').map(|n| n.parse().ok()).collect();
    Some(Workload { name: argument.into(), sizes: sizes.filter(|s| s.len() > 1)?, batch: batch.parse().ok()?, adam: false })
}

fn numbers(shape: &[usize], f: impl FnMut(usize) -> f64) -> Array {
    let n = shape.iter().product();
    Array::from_f64(DType::F32, shape, &(0..n).map(f).collect::<Vec<_>>()).expect("as many numbers as the shape says")
}

/// The training step and the prediction of a workload, as graphs.
fn graphs(Workload { sizes, adam, .. }: &Workload) -> (Graph, Graph) {
    let mut random = Philox::new(1);
    let last = sizes.len() - 1;
    let input = |name: &str, width| Value::input(name, Spec { dtype: DType::F32, shape: Shape(vec![Dim::batch(), Dim::Known(width)]) });
    let (x, y) = (input("x", sizes[0]), input("y", sizes[last]));
    let (mut h, mut weights) = (x.clone(), Vec::new());
    for l in 0..last {
        let limit = (6.0 / (sizes[l] + sizes[l + 1]) as f64).sqrt();
        let w = Variable::new("kernel", &numbers(&[sizes[l], sizes[l + 1]], |_| (random.uniform() * 2.0 - 1.0) * limit));
        let b = Variable::new("bias", &Array::zeros(DType::F32, [sizes[l + 1]]));
        h = h.matmul(&Value::read(&w)) + Value::read(&b);
        if l + 1 < last {
            h = h.relu();
        }
        weights.extend([w, b]);
    }
    let (loss, prediction) = if sizes[last] == 1 {
        ((h.relu() - &h * &y + (-h.abs()).softplus()).mean(&[], false), h.sigmoid())
    } else {
        (h.softmax_cross_entropy(&y).mean(&[], false), h.softmax(-1))
    };
    let reads: Vec<Value> = weights.iter().map(Value::read).collect();
    let grads = gradients(std::slice::from_ref(&loss), None, &reads).expect("a loss with gradients");
    let t = Variable::new("iterations", &Array::scalar(0i64));
    let step = (Value::read(&t) + 1.0).cast(DType::F32);
    let mut updates = vec![(t.clone(), Value::read(&t) + 1.0)];
    for (w, g) in weights.iter().zip(grads) {
        let (p, g) = (Value::read(w), g.expect("each weight has a gradient"));
        if *adam {
            let slot = |name: &str| Variable::new(name, &Array::zeros(DType::F32, w.shape()));
            let (m, v) = (slot("m"), slot("v"));
            let power = |beta: f64| 1.0 - Value::scalar(DType::F32, beta).pow(&step);
            let rate = power(0.999).sqrt() / power(0.9) * 0.001;
            let new_m = Value::read(&m) * 0.9 + &g * 0.1;
            let new_v = Value::read(&v) * 0.999 + g.square() * 0.001;
            updates.push((w.clone(), p - &new_m * &rate / (new_v.sqrt() + 1e-7)));
            updates.extend([(m, new_m), (v, new_v)]);
        } else {
            updates.push((w.clone(), p - g * 0.01));
        }
    }
    let training = Graph::of(&[x.clone(), y], &[loss], &updates).expect("a training step");
    (training, Graph::of(&[x], &[prediction], &[]).expect("a prediction"))
}

fn traced(workload: &Workload) -> (Function, Function) {
    let (training, predicting) = trace::open(trace::Trace::default(), |_| Ok(graphs(workload))).expect("a graph").0;
    (Function::new(training, Mode::Optimised), Function::new(predicting, Mode::Optimised))
}

/// Operations that a step cannot do without: forward, the weights' gradients, and the inputs' where there is a layer below.
fn flops(sizes: &[usize], batch: usize, training: bool) -> f64 {
    let layer = |(l, s): (usize, &[usize])| 2.0 * (s[0] * s[1] * batch) as f64 * if !training { 1.0 } else { 3.0 - f64::from(l == 0) };
    sizes.windows(2).enumerate().map(layer).sum()
}

/// Several batches, so that no run sees the input of the one before.
fn batches(width: usize, rows: usize) -> Vec<Feed> {
    (0..4)
        .map(|seed| {
            let mut random = Philox::new(seed);
            Feed::of(&numbers(&[rows, width], |_| random.uniform() - 0.5))
        })
        .collect()
}

fn targets(width: usize, rows: usize) -> Vec<Feed> {
    let class = |i: usize, seed: usize| (i * 7 + seed) % width.max(2);
    (0..4)
        .map(|seed| {
            Feed::of(&numbers(&[rows, width], |i| f64::from(u8::from(class(i / width, seed) == if width == 1 { 1 } else { i % width }))))
        })
        .collect()
}

struct Measured {
    best: f64,
    median: f64,
    /// The best share of the peak measured directly before and after.
    share: f64,
    kept: usize,
}

/// Times `run` in samples between probes; those whose probe is over 5 % under the best one are dropped.
fn measure(flops: f64, mut run: impl FnMut()) -> Measured {
    let probe = || cpu::probe::peak(cpu::isa::isa(), cpu::pool::threads(), PROBE);
    let mut samples = Vec::new();
    let mut peak = 0f64;
    let begun = Instant::now();
    (0..3).for_each(|_| run());
    let repeat = (SAMPLE.as_secs_f64() / (begun.elapsed().as_secs_f64() / 3.0)).ceil().max(1.0) as usize;
    for _ in 0..SAMPLES {
        let before = probe();
        run();
        let begun = Instant::now();
        (0..repeat).for_each(|_| run());
        let took = begun.elapsed().as_secs_f64() / repeat as f64;
        let after = probe();
        peak = peak.max(before).max(after);
        samples.push((took, before.min(after), flops / took / before.max(after)));
    }
    samples.retain(|s| s.1 >= 0.95 * peak);
    samples.sort_by(|a, b| a.0.total_cmp(&b.0));
    let share = samples.iter().map(|s| s.2).fold(0.0, f64::max);
    let at = |i: usize| samples.get(i).map_or(f64::NAN, |s| s.0);
    Measured { best: at(0), median: at(samples.len() / 2), share, kept: samples.len() }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let asked = |flag: &str| arguments.iter().any(|a| a == flag);
    let filter = arguments.iter().find(|a| !a.starts_with('-'));
    let json = asked("--json");
    let show = |name: &str, what: &str, m: &Measured| {
        let Measured { best, median, share, kept } = m;
        let (best, median) = (best * 1e6, median * 1e6);
        if json {
            println!(
                "{{\"workload\":\"{name}\",\"what\":\"{what}\",\"best_us\":{best:.3},\"median_us\":{median:.3},\"share\":{share:.4},\"samples\":{kept}}}"
            );
        } else {
            println!(
                "{name:28} {what:14} best {best:10.2} us  median {median:10.2} us  {:5.1} % of peak  ({kept} of {SAMPLES} samples)",
                share * 100.0
            );
        }
    };
    let asked_for: Vec<Workload> = arguments.iter().filter_map(|a| named(a)).collect();
    let all = if asked_for.is_empty() { workloads() } else { asked_for };
    for workload in all.iter().filter(|w| filter.is_none_or(|f| w.name.contains(f.as_str()))) {
        let Workload { name, sizes, batch, .. } = workload;
        let (training, predicting) = traced(workload);
        let (xs, ys) = (batches(sizes[0], *batch), targets(sizes[sizes.len() - 1], *batch));
        let feeds: Vec<Vec<Feed>> = xs.iter().zip(&ys).map(|(x, y)| vec![x.clone(), y.clone()]).collect();
        let signature = feeds[0].iter().map(|f| (f.dtype, f.shape.clone())).collect();
        if asked("--plan") {
            println!("{}", training.plan_text(&signature).expect("a plan"));
        }
        if asked("--profile") {
            let runs = (2e8 / flops(sizes, *batch, true)).clamp(50.0, 50_000.0) as usize;
            let steps = training.profile(&feeds[0], runs).expect("a run");
            let total: f64 = steps.iter().map(|s| s.1).sum();
            println!("{name}: {:.2} us in {} steps", total * 1e6, steps.len());
            for (at, (step, time)) in steps.iter().enumerate() {
                println!("  {at:2} {step:40} {:10.3} us {:5.1} %", time * 1e6, time / total * 100.0);
            }
            continue;
        }
        let mut first = f64::NAN;
        let (mut n, mut loss) = (0, f64::NAN);
        let m = measure(flops(sizes, *batch, true), || {
            loss = training.run_with(&feeds[n % feeds.len()], n as i64, |o| o.number(0)).expect("a run");
            if n == 0 {
                first = loss;
            }
            n += 1;
        });
        show(name, "step", &m);
        if !json {
            println!("{name:28} loss {first:.4} -> {loss:.4} in {n} steps");
        }
        show(name, "make plan", &measure(f64::NAN, || drop(training.plan_text(&signature).expect("a plan"))));
        for rows in [1, 256] {
            let rows_of: Vec<Vec<Feed>> = batches(sizes[0], rows).into_iter().map(|x| vec![x]).collect();
            let mut n = 0;
            let m = measure(flops(sizes, rows, false), || {
                predicting.run_with(&rows_of[n % rows_of.len()], n as i64, |o| o.number(0)).expect("a run");
                n += 1;
            });
            show(name, &format!("predict b{rows}"), &m);
        }
    }
}
