//! Graphs and plans of six small models as text, kept beside: a change that should change nothing proves it, and one that
//! makes plans worse shows as a difference. `UPDATE_SNAPSHOTS=1 cargo test -p ironhorn-graph --test snapshots` rewrites them.
//!
//! Plans depend on the instruction set (packed sizes), so the texts are made in a child process held to the scalar one, which
//! every machine has.
use ironhorn_graph::{Function, Graph, Mode, Value, Variable, gradients, scan, trace};
use std::{collections::BTreeMap, fs, path::Path, process::Command};
use tensor::{Array, DType, Dim, Shape, Spec};

fn input(name: &str, sizes: &[usize]) -> Value {
    let dims = std::iter::once(Dim::batch()).chain(sizes.iter().copied().map(Dim::Known)).collect();
    Value::input(name, Spec { dtype: DType::F32, shape: Shape(dims) })
}

fn variable(name: &str, sizes: &[usize]) -> Variable {
    Variable::new(name, &Array::full(DType::F32, sizes, 0.1))
}

/// A dense layer and its weights.
fn dense(x: &Value, name: &str, from: usize, to: usize) -> (Value, [Variable; 2]) {
    let (w, b) = (variable(&format!("{name}/kernel"), &[from, to]), variable(&format!("{name}/bias"), &[to]));
    (x.matmul(&Value::read(&w)) + Value::read(&b), [w, b])
}

fn descend(loss: &Value, weights: &[Variable], rule: impl Fn(&Variable, Value) -> Vec<(Variable, Value)>) -> Vec<(Variable, Value)> {
    let reads: Vec<Value> = weights.iter().map(Value::read).collect();
    let grads = gradients(std::slice::from_ref(loss), None, &reads).unwrap();
    weights.iter().zip(grads).flat_map(|(w, g)| rule(w, g.unwrap())).collect()
}

fn sgd(w: &Variable, g: Value) -> Vec<(Variable, Value)> {
    vec![(w.clone(), Value::read(w) - g * 0.01)]
}

/// Name, graph, and the sizes its plan is made for.
type Model = (&'static str, Graph, Vec<(DType, Vec<usize>)>);

fn models() -> Vec<Model> {
    let f32s = |sizes: &[&[usize]]| sizes.iter().map(|s| (DType::F32, s.to_vec())).collect::<Vec<_>>();
    let mut models: Vec<Model> = Vec::new();

    let x = input("x", &[20]);
    let (h, _) = dense(&x, "hidden", 20, 64);
    let (y, _) = dense(&h.relu(), "out", 64, 10);
    models.push(("predict", Graph::of(&[x], &[y.softmax(-1)], &[]).unwrap(), f32s(&[&[32, 20]])));

    let (x, t) = (input("x", &[2]), input("t", &[1]));
    let (h, [w, b]) = dense(&x, "hidden", 2, 8);
    let (y, [v, c]) = dense(&h.tanh(), "out", 8, 1);
    let loss = y.squared_difference(&t).mean(&[], false);
    let updates = descend(&loss, &[w, b, v, c], sgd);
    models.push(("regression_sgd", Graph::of(&[x, t], &[loss], &updates).unwrap(), f32s(&[&[4, 2], &[4, 1]])));

    let (x, t) = (input("x", &[20]), input("t", &[10]));
    let (h, [w, b]) = dense(&x, "hidden", 20, 64);
    let (y, [v, c]) = dense(&h.relu(), "out", 64, 10);
    let loss = y.softmax_cross_entropy(&t).mean(&[], false);
    let steps = Variable::new("iterations", &Array::scalar(0i64));
    let step = (Value::read(&steps) + 1.0).cast(DType::F32);
    let power = |beta: f64| 1.0 - Value::scalar(DType::F32, beta).pow(&step);
    let rate = power(0.999).sqrt() / power(0.9) * 0.001;
    let mut updates = descend(&loss, &[w, b, v, c], |w, g| {
        let (m, v) = (variable(&format!("{}/m", w.name()), w.shape()), variable(&format!("{}/v", w.name()), w.shape()));
        let (new_m, new_v) = (Value::read(&m) * 0.9 + &g * 0.1, Value::read(&v) * 0.999 + g.square() * 0.001);
        vec![(w.clone(), Value::read(w) - &new_m * &rate / (new_v.sqrt() + 1e-7)), (m, new_m), (v, new_v)]
    });
    updates.push((steps.clone(), Value::read(&steps) + 1.0));
    models.push(("classifier_adam", Graph::of(&[x, t], &[loss], &updates).unwrap(), f32s(&[&[128, 20], &[128, 10]])));

    let (x, t) = (input("x", &[16]), input("t", &[1]));
    let (h, [w, b]) = dense(&x, "hidden", 16, 32);
    let (y, [v, c]) = dense(&h.sigmoid().dropout(0.5, None, Some(1)), "out", 32, 1);
    let loss = y.squared_difference(&t).mean(&[], false) + Value::read(&w).square().sum(&[], false) * 0.01;
    let weights = [w, b, v, c];
    let reads: Vec<Value> = weights.iter().map(Value::read).collect();
    let grads: Vec<Value> = gradients(std::slice::from_ref(&loss), None, &reads).unwrap().into_iter().flatten().collect();
    let norm = grads.iter().map(|g| g.square().sum(&[], false)).reduce(|a, b| a + b).unwrap().sqrt();
    let scale = Value::scalar(DType::F32, 1.0) / norm.maximum(1.0);
    let updates: Vec<_> = weights
        .iter()
        .zip(&grads)
        .flat_map(|(w, g)| {
            let m = variable(&format!("{}/momentum", w.name()), w.shape());
            let new = Value::read(&m) * 0.9 - g * &scale * 0.01;
            vec![(w.clone(), Value::read(w) + &new), (m, new)]
        })
        .collect();
    let mut signature = f32s(&[&[8, 16], &[8, 1]]);
    let graph = Graph::of(&[x, t], &[loss], &updates).unwrap();
    signature.insert(graph.counter.unwrap(), (DType::I64, vec![]));
    models.push(("dropout_clipnorm", graph, signature));

    let (w, u) = (variable("rnn/kernel", &[3, 4]), variable("rnn/recurrent", &[4, 4]));
    let dims = vec![Dim::named("time"), Dim::batch(), Dim::Known(3)];
    let x = Value::input("x", Spec { dtype: DType::F32, shape: Shape(dims) });
    let zero = Value::zeros(DType::F32, &Shape(vec![Dim::batch(), Dim::Known(4)]));
    let (last, _) = scan(&[zero], std::slice::from_ref(&x), false, |h, x| {
        Ok((vec![(x[0].matmul(&Value::read(&w)) + h[0].matmul(&Value::read(&u))).tanh()], vec![]))
    })
    .unwrap();
    let loss = last[0].square().mean(&[], false);
    let updates = descend(&loss, &[w, u], sgd);
    models.push(("recurrent_sgd", Graph::of(&[x], &[loss], &updates).unwrap(), f32s(&[&[5, 2, 3]])));

    let (x, t) = (input("x", &[3]), input("t", &[3]));
    let (total, count, mean) = (variable("total", &[]), variable("count", &[]), variable("moving_mean", &[3]));
    let (graph, _) = trace::open(trace::Trace::default(), |_| {
        trace::update(&mean, trace::Update::Moving(x.mean(&[0], false), 0.99));
        let hits = x.argmax(-1).equal(t.argmax(-1)).cast(DType::F32);
        trace::update(&total, trace::Update::Add(hits.sum(&[], false)));
        trace::update(&count, trace::Update::Add(Value::size(x.dim(0), DType::F32)));
        let updates = trace::compose(&trace::take_updates());
        let accuracy = &updates[1].1 / &updates[2].1;
        Graph::of(&[x, t], &[accuracy], &updates)
    })
    .unwrap();
    models.push(("state", graph, f32s(&[&[6, 3], &[6, 3]])));
    models
}

#[test]
fn print_all() {
    // Run by the test below; alone it says nothing.
    if std::env::var_os("IRONHORN_PRINT_PLANS").is_none() {
        return;
    }
    for (name, graph, signature) in models() {
        let text = graph.to_string();
        let plan = Function::new(graph, Mode::Optimised).plan_text(&signature).unwrap();
        println!("=== {name}\n--- graph\n{text}--- plan\n{plan}=== end");
    }
}

#[test]
fn graphs_and_plans_are_what_they_were() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "print_all", "--nocapture"])
        .env("IRONHORN_ISA", "scalar")
        .env("IRONHORN_PRINT_PLANS", "1")
        .output()
        .unwrap();
    let text = String::from_utf8(child.stdout).unwrap();
    let made: BTreeMap<&str, &str> = text
        .split("=== ")
        .filter_map(|part| part.split_once('\n'))
        .filter(|(name, body)| body.starts_with("--- graph") && *name != "end")
        .collect();
    assert_eq!(made.len(), 6, "{text}\n{}", String::from_utf8_lossy(&child.stderr));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    for (name, body) in made {
        let file = folder.join(format!("{name}.txt"));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, body).unwrap();
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        assert!(body == kept, "{name} is no longer what {} holds:\n{body}\nIf that is meant: UPDATE_SNAPSHOTS=1", file.display());
    }
}
