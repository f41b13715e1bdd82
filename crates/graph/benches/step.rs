//! How long is a training step? Dense networks built from ops alone, each as one plan, beside the machine's FMA peak.
use ironhorn_graph::{Feed, Function, Graph, Mode, Value, Variable, gradients, trace};
use std::time::Instant;
use tensor::{Array, DType, Dim, Philox, Shape, Spec};

fn network(sizes: &[usize], batch: usize, adam: bool) -> (Function, Vec<Feed>, f64) {
    let mut random = Philox::new(1);
    let mut draw = |shape: &[usize], scale: f64| {
        let n = shape.iter().product();
        Array::from_f64(DType::F32, shape, &(0..n).map(|_| (random.uniform() - 0.5) * scale).collect::<Vec<_>>()).unwrap()
    };
    let last = sizes.len() - 1;
    let x = Value::input("x", Spec { dtype: DType::F32, shape: Shape(vec![Dim::batch(), Dim::Known(sizes[0])]) });
    let y = Value::input("y", Spec { dtype: DType::F32, shape: Shape(vec![Dim::batch(), Dim::Known(sizes[last])]) });
    let (mut h, mut weights, mut flops) = (x.clone(), Vec::new(), 0.0);
    for l in 0..last {
        let w = Variable::new("kernel", &draw(&[sizes[l], sizes[l + 1]], (6.0 / (sizes[l] + sizes[l + 1]) as f64).sqrt() * 2.0));
        let b = Variable::new("bias", &draw(&[sizes[l + 1]], 0.0));
        h = h.matmul(&Value::read(&w)) + Value::read(&b);
        if l + 1 < last {
            h = h.relu();
        }
        // Forward and the weights' gradient, and the input's where there is a layer below.
        flops += 2.0 * (sizes[l] * sizes[l + 1] * batch) as f64 * if l == 0 { 2.0 } else { 3.0 };
        weights.extend([w, b]);
    }
    let loss = h.softmax_cross_entropy(&y).mean(&[], false);
    let reads: Vec<Value> = weights.iter().map(Value::read).collect();
    let grads = gradients(std::slice::from_ref(&loss), None, &reads).unwrap();
    let t = Variable::new("iterations", &Array::scalar(0i64));
    let step = (Value::read(&t) + 1.0).cast(DType::F32);
    let mut updates = vec![(t.clone(), Value::read(&t) + 1.0)];
    for (w, g) in weights.iter().zip(grads) {
        let (p, g) = (Value::read(w), g.unwrap());
        if adam {
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
    let graph = trace::open(trace::Trace::default(), |_| Graph::of(&[x, y], &[loss], &updates)).unwrap().0;
    let one = |n: usize, c: usize| {
        let mut v = vec![0f32; n * c];
        (0..n).for_each(|i| v[i * c + i % c] = 1.0);
        Array::from_slice([n, c], &v).unwrap()
    };
    let feeds = vec![Feed::of(&draw(&[batch, sizes[0]], 2.0)), Feed::of(&one(batch, sizes[last]))];
    (Function::new(graph, Mode::Optimised), feeds, flops)
}

fn main() {
    let print = std::env::args().any(|a| a == "--plan");
    for (name, sizes, batch, adam) in [
        ("2-8-1 b4", vec![2, 8, 1], 4, false),
        ("20-64-64-10 b128", vec![20, 64, 64, 10], 128, false),
        ("784-512-512-10 b128", vec![784, 512, 512, 10], 128, false),
        ("784-1024-1024-10 Adam b256", vec![784, 1024, 1024, 10], 256, true),
    ] {
        let (f, feeds, flops) = network(&sizes, batch, adam);
        if print {
            let signature = feeds.iter().map(|f| (f.dtype, f.shape.clone())).collect();
            println!("{}", f.plan_text(&signature).unwrap());
        }
        let mut first = 0.0;
        let mut best = f64::MAX;
        let start = Instant::now();
        let mut n = 0;
        while start.elapsed().as_secs_f64() < 1.5 || n < 5 {
            let reps = (1e-3 / best.min(1e-3)).ceil().min(1000.0) as usize;
            let t = Instant::now();
            for _ in 0..reps {
                let loss = f.run_with(&feeds, n, |o| o.number(0)).unwrap();
                if n == 0 {
                    first = loss;
                }
                n += 1;
            }
            best = best.min(t.elapsed().as_secs_f64() / reps as f64);
        }
        let loss = f.run_with(&feeds, n, |o| o.number(0)).unwrap();
        println!("{name:30} {:10.2} us  {:6.1} GF/s   loss {first:.4} -> {loss:.4} in {n} steps", best * 1e6, flops / best / 1e9);
    }
}
