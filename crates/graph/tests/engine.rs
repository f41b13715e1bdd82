//! What the engine promises as a whole: state, loops, sizes, randomness, prologues, fused ops, errors.
use cpu::{Buffers, Kernel, Part};
use ironhorn_graph::{
    Feed, Function, Graph, Mode, Value, Variable, eval, functions, gradients,
    op::Concrete,
    ops::fused::{Fused, Kernels},
    random, scan,
    trace::{self, Trace, Update},
};
use std::sync::Arc;
use tensor::{Array, DType, Dim, Result, Shape, Spec};

fn input(name: &str, dims: &[Dim]) -> Value {
    Value::input(name, Spec { dtype: DType::F32, shape: Shape(dims.to_vec()) })
}

fn array(shape: &[usize], numbers: &[f32]) -> Array {
    Array::from_slice(shape, numbers).unwrap()
}

fn wave(shape: &[usize]) -> Array {
    let n = shape.iter().product();
    array(shape, &(0..n).map(|i| ((i * 7 % 11) as f32 - 5.0) / 4.0).collect::<Vec<_>>())
}

fn function(inputs: &[Value], outputs: &[Value], updates: &[(Variable, Value)]) -> Function {
    Function::new(Graph::of(inputs, outputs, updates).unwrap(), Mode::Optimised)
}

fn feeds(arrays: &[Array]) -> Vec<Feed> {
    arrays.iter().map(Feed::of).collect()
}

#[test]
fn updates_read_the_old_values_and_compose_in_order() {
    let (a, b) = (Variable::new("a", &Array::scalar(1f32)), Variable::new("b", &Array::scalar(2f32)));
    let swap = function(&[], &[Value::read(&a) + Value::read(&b)], &[(a.clone(), Value::read(&b)), (b.clone(), Value::read(&a))]);
    assert_eq!(swap.run(&[], 0).unwrap()[0].to_f64(), [3.0]);
    assert_eq!((a.get().to_f64(), b.get().to_f64()), (vec![2.0], vec![1.0]));
    let number = |x: f64| Value::scalar(DType::F32, x);
    let (_, updates) = trace::open(Trace::default(), |_| {
        trace::update(&a, Update::Add(number(10.0)));
        trace::update(&b, Update::Assign(number(5.0)));
        trace::update(&a, Update::Moving(number(0.0), 0.5));
        trace::update(&b, Update::Assign(number(7.0)));
        trace::update(&a, Update::Sub(number(1.0)));
        Ok(())
    })
    .unwrap();
    let old = Value::read(&a);
    let f = function(&[], &[old], &trace::compose(&updates));
    assert_eq!(f.run(&[], 0).unwrap()[0].to_f64(), [2.0], "outputs see the value at the start");
    assert_eq!((a.get().to_f64(), b.get().to_f64()), (vec![(2.0 + 10.0) * 0.5 - 1.0], vec![7.0]));
}

#[test]
fn sizes_are_bound_when_fed_and_checked() {
    let (x, y) = (input("x", &[Dim::batch(), Dim::Known(3)]), input("y", &[Dim::named("rows"), Dim::Known(3)]));
    let mean = (&x + &y).mean(&[], false);
    let f = function(&[x, y], &[mean], &[]);
    for n in [1, 2, 7] {
        let ones = Array::full(DType::F32, [n, 3], 1.0);
        assert_eq!(f.run(&feeds(&[ones.clone(), ones]), 0).unwrap()[0].to_f64(), [2.0]);
    }
    let (two, three) = (Array::zeros(DType::F32, [2, 3]), Array::zeros(DType::F32, [3, 3]));
    assert_eq!(f.run(&feeds(&[two.clone(), three]), 0).unwrap_err().code(), "broadcast");
    assert_eq!(f.run(&feeds(&[two.clone(), Array::zeros(DType::F32, [2, 4])]), 0).unwrap_err().code(), "feed_shape");
    assert_eq!(f.run(&feeds(&[two]), 0).unwrap_err().code(), "feed_count");
}

#[test]
fn other_number_types_are_cast_by_the_plan() {
    let x = input("x", &[Dim::batch(), Dim::Known(2)]);
    let f = function(std::slice::from_ref(&x), &[&x / 2.0], &[]);
    let bytes = Array::from_slice([2, 2], &[0u8, 1, 2, 255]).unwrap();
    assert_eq!(f.run(&feeds(&[bytes]), 0).unwrap()[0].to_f64(), [0.0, 0.5, 1.0, 127.5]);
}

/// An RNN written as an expression: trained, and its gradient by differences.
fn rnn(dtype: DType) -> (Value, Value, Vec<Variable>) {
    let draw = |name: &str, shape: &[usize]| Variable::new(name, &wave(shape).cast(dtype));
    let (w, u, b) = (draw("w", &[3, 4]), draw("u", &[4, 4]), draw("b", &[4]));
    let x = Value::input("x", Spec { dtype, shape: Shape(vec![Dim::named("time"), Dim::batch(), Dim::Known(3)]) });
    let zero = Value::zeros(dtype, &Shape(vec![Dim::batch(), Dim::Known(4)]));
    let (last, _) = scan(&[zero], std::slice::from_ref(&x), false, |h, x| {
        let new = (x[0].matmul(&Value::read(&w)) + h[0].matmul(&Value::read(&u)) + Value::read(&b)).tanh();
        Ok((vec![new], vec![]))
    })
    .unwrap();
    (x, last[0].clone(), vec![w, u, b])
}

#[test]
fn a_recurrent_network_as_an_expression_has_the_right_gradient() {
    let (x, y, weights) = rnn(DType::F64);
    let loss = y.square().sum(&[], false);
    let reads: Vec<Value> = weights.iter().map(Value::read).collect();
    let mut wanted = vec![loss.clone()];
    wanted.extend(gradients(&[loss], None, &reads).unwrap().into_iter().flatten());
    let f = function(&[x], &wanted, &[]);
    let data = wave(&[5, 2, 3]).cast(DType::F64);
    let found = f.run(&feeds(std::slice::from_ref(&data)), 0).unwrap();
    for (k, w) in weights.iter().enumerate() {
        let start = w.get();
        for i in 0..start.len() {
            let at = |step: f64| {
                let mut numbers = start.to_f64();
                numbers[i] += step;
                w.set(&Array::from_f64(DType::F64, start.shape(), &numbers).unwrap()).unwrap();
                f.run(&feeds(std::slice::from_ref(&data)), 0).unwrap()[0].to_f64()[0]
            };
            let numeric = (at(1e-6) - at(-1e-6)) / 2e-6;
            let analytic = found[k + 1].to_f64()[i];
            assert!((numeric - analytic).abs() < 1e-7 * (1.0 + numeric.abs()), "{} [{i}]: {analytic}, by differences {numeric}", w.name());
        }
        w.set(&start).unwrap();
    }
}

#[test]
fn a_recurrent_network_as_an_expression_trains() {
    let (x, y, weights) = rnn(DType::F32);
    let loss = (y - 0.3).square().mean(&[], false);
    let reads: Vec<Value> = weights.iter().map(Value::read).collect();
    let grads = gradients(std::slice::from_ref(&loss), None, &reads).unwrap();
    let updates: Vec<_> = weights.iter().zip(&reads).zip(grads).map(|((w, r), g)| (w.clone(), r - g.unwrap() * 0.2)).collect();
    let f = function(&[x], &[loss], &updates);
    let data = feeds(&[wave(&[6, 4, 3])]);
    let first = f.run(&data, 0).unwrap()[0].to_f64()[0];
    let last = (0..1000).map(|_| f.run(&data, 0).unwrap()[0].to_f64()[0]).last().unwrap();
    assert!(last < first / 5.0, "{first} -> {last}");
    // Another length is another plan of the same function.
    f.run(&feeds(&[wave(&[3, 4, 3])]), 0).unwrap();
}

#[test]
fn loops_nest_and_the_state_of_a_body_is_an_update() {
    let steps = Variable::new("steps", &Array::scalar(0f32));
    let x = input("x", &[Dim::Known(3), Dim::Known(2), Dim::Known(4)]);
    let ((total, stacked), updates) = trace::open(Trace::default(), |_| {
        let (last, stacked) = scan(&[Value::scalar(DType::F32, 0.0)], std::slice::from_ref(&x), true, |sum, row| {
            let (inner, _) = scan(&[sum[0].clone()], &[row[0].clone()], false, |s, v| {
                trace::update(&steps, Update::Add(Value::scalar(DType::F32, 1.0)));
                Ok((vec![&s[0] + v[0].sum(&[], false)], vec![]))
            })?;
            Ok((vec![inner[0].clone()], vec![inner[0].clone()]))
        })?;
        Ok((last[0].clone(), stacked[0].clone()))
    })
    .unwrap();
    let f = function(&[x], &[total, stacked], &trace::compose(&updates));
    let numbers: Vec<f32> = (0..24).map(|i| i as f32).collect();
    let out = f.run(&feeds(&[array(&[3, 2, 4], &numbers)]), 0).unwrap();
    assert_eq!(out[0].to_f64(), [276.0]);
    // Backwards: the last slice first.
    assert_eq!(out[1].to_f64(), [276.0, 248.0, 156.0 + 0.0]);
    assert_eq!(steps.get().to_f64(), [6.0]);
}

#[test]
fn random_numbers_depend_on_seed_draw_and_counter_alone() {
    random::set_seed(7);
    let shape = Shape::from([1000]);
    let pair = || {
        trace::open(Trace::default(), |_| {
            let two = [functions::uniform(&shape, 0.0, 1.0, DType::F32, None), functions::uniform(&shape, 0.0, 1.0, DType::F32, None)];
            Graph::of(&[], &two, &[])
        })
        .unwrap()
        .0
    };
    let f = Function::new(pair(), Mode::Optimised);
    let (first, again, next) = (f.run(&[], 3).unwrap(), f.run(&[], 3).unwrap(), f.run(&[], 4).unwrap());
    assert_eq!(first, again);
    assert_ne!(first[0], first[1]);
    assert_ne!(first[0], next[0]);
    let mean = first[0].to_f64().iter().sum::<f64>() / 1000.0;
    assert!((mean - 0.5).abs() < 0.05, "{mean}");
}

#[test]
fn draws_in_a_loop_differ_from_step_to_step() {
    let x = input("x", &[Dim::Known(3), Dim::Known(100)]);
    let (_, ys) = scan(&[Value::scalar(DType::F32, 0.0)], std::slice::from_ref(&x), false, |s, x| {
        Ok((vec![s[0].clone()], vec![x[0].dropout(0.5, None, None)]))
    })
    .unwrap();
    let f = function(&[x], &ys, &[]);
    let out = f.run(&feeds(&[Array::full(DType::F32, [3, 100], 1.0)]), 0).unwrap()[0].to_f64();
    assert_ne!(out[..100], out[100..200]);
    assert_ne!(out[100..200], out[200..]);
    let kept = out.iter().filter(|x| **x == 2.0).count();
    assert!((100..200).contains(&kept) && out.iter().all(|x| *x == 0.0 || *x == 2.0), "{kept} of 300 kept");
}

#[test]
fn what_rests_on_variables_alone_is_computed_when_they_change() {
    let w = Variable::new("w", &wave(&[64, 64]));
    let x = input("x", &[Dim::batch(), Dim::Known(64)]);
    let y = x.matmul(&(Value::read(&w) * 2.0).tanh());
    let f = function(&[x], &[y], &[]);
    let data = wave(&[32, 64]);
    let text = f.plan_text(&vec![(DType::F32, vec![32, 64])]).unwrap();
    assert!(text.contains("prologue"), "{text}");
    let check = || {
        let got = f.run(&feeds(std::slice::from_ref(&data)), 0).unwrap()[0].to_f64();
        let (a, b) = (data.to_f64(), w.get().to_f64());
        for i in [0, 31] {
            for j in [0, 63] {
                let want: f64 = (0..64).map(|k| a[i * 64 + k] * (b[k * 64 + j] * 2.0).tanh()).sum();
                assert!((got[i * 64 + j] - want).abs() < 1e-4, "{} against {want}", got[i * 64 + j]);
            }
        }
    };
    check();
    check();
    w.set(&Array::full(DType::F32, [64, 64], 0.25)).unwrap();
    check();
}

#[test]
fn an_index_out_of_range_is_named() {
    let (x, i) = (input("x", &[Dim::Known(3), Dim::Known(2)]), Value::input("i", Spec::new(DType::I64, vec![Dim::batch()])));
    let f = function(&[x.clone(), i.clone()], &[x.gather(&i)], &[]);
    let table = wave(&[3, 2]);
    let good = Array::from_slice([2], &[2i64, 0]).unwrap();
    let bad = Array::from_slice([3], &[1i64, 2, 5]).unwrap();
    assert_eq!(f.run(&feeds(&[table.clone(), good]), 0).unwrap()[0].shape(), [2, 2]);
    let error = f.run(&feeds(&[table, bad]), 0).unwrap_err();
    assert_eq!(error.code(), "index_range");
    assert!(error.message().contains("index 5 at position 2"), "{error}");
}

#[test]
fn a_tensor_of_a_finished_trace_says_so() {
    let (kept, _) = trace::open(Trace::default(), |_| Ok(Value::input("x", Spec::new(DType::F32, [])) + 1.0)).unwrap();
    let error = (kept + 1.0).ok().unwrap_err();
    assert_eq!(error.code(), "trace_finished");
}

#[test]
fn failures_travel_through_formulas() {
    let x = input("x", &[Dim::batch(), Dim::Known(2)]);
    let bad = (x.matmul(&Value::constant(wave(&[3, 2]))) + 1.0).tanh().sum(&[], false);
    let error = bad.ok().unwrap_err();
    assert_eq!((error.class().name(), error.code()), ("ValueError", "matmul_shape"));
}

#[test]
fn constants_are_computed_at_once_and_an_eager_trace_knows_its_numbers() {
    let three = Value::scalar(DType::F32, 1.0) + 2.0;
    assert_eq!(three.array().unwrap().to_f64(), [3.0]);
    trace::open(Trace { eager: true, training: None }, |_| {
        let x = Value::fed("x", array(&[2], &[1.0, 2.0]));
        let y = x.square();
        assert_eq!(y.array().unwrap().to_f64(), [1.0, 4.0]);
        let dx = gradients(&[y], None, &[x]).unwrap();
        assert_eq!(dx[0].as_ref().unwrap().array().unwrap().to_f64(), [2.0, 4.0]);
        Ok(())
    })
    .unwrap();
    let x = input("x", &[]);
    assert_eq!(eval(&[&x * 3.0], &[(x, Array::scalar(2f32))]).unwrap()[0].to_f64(), [6.0]);
}

/// x tanh(x), with kernels that count nothing and simply compute it, the gradient from a residual.
#[derive(Debug)]
struct TimesTanh;
struct Loop(fn(&[f32], &mut [Vec<f32>]), usize);

impl Kernel for Loop {
    fn phases(&self) -> &[usize] {
        &[1]
    }
    fn run(&self, buffers: &Buffers, _: usize, _: Part) {
        let n = buffers.inputs[0].len() / 4;
        let mut flat = vec![0u8; n * 4];
        let mut all = Vec::new();
        for slot in buffers.inputs {
            slot.read(&mut flat);
            all.extend(flat.chunks(4).map(|c| f32::from_ne_bytes([c[0], c[1], c[2], c[3]])));
        }
        let mut out = vec![vec![0f32; n]; self.1];
        (self.0)(&all, &mut out);
        for (slot, numbers) in buffers.outputs.iter().zip(&out) {
            let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_ne_bytes()).collect();
            slot.copy_from(&cpu::Slot::reading(&bytes));
        }
    }
}

impl Kernels for TimesTanh {
    fn residuals(&self, inputs: &[Spec]) -> Vec<Spec> {
        inputs.to_vec()
    }
    fn supports(&self, inputs: &[(DType, Vec<usize>)]) -> bool {
        inputs[0].0 == DType::F32
    }
    fn forward(&self, _: &Concrete) -> Result<Box<dyn Kernel>> {
        let run = |x: &[f32], out: &mut [Vec<f32>]| {
            for (i, x) in x.iter().enumerate() {
                (out[0][i], out[1][i]) = (x * x.tanh(), x.tanh());
            }
        };
        Ok(Box::new(Loop(run, 2)))
    }
    fn backward(&self, _: &Concrete) -> Option<Result<Box<dyn Kernel>>> {
        // Inputs: x, y, tanh x, dy.
        let run = |all: &[f32], out: &mut [Vec<f32>]| {
            let n = out[0].len();
            for i in 0..n {
                let (x, t, dy) = (all[i], all[2 * n + i], all[3 * n + i]);
                out[0][i] = dy * (t + x * (1.0 - t * t));
            }
        };
        Some(Ok(Box::new(Loop(run, 1))))
    }
}

#[test]
fn a_fused_op_means_its_expression() {
    for dtype in [DType::F32, DType::F64] {
        let x = Value::input("x", Spec { dtype, shape: Shape(vec![Dim::batch()]) });
        let y = Fused::apply("TimesTanh", std::slice::from_ref(&x), Arc::new(TimesTanh), |x| Ok(vec![&x[0] * x[0].tanh()])).unwrap();
        let first = gradients(&y, None, std::slice::from_ref(&x)).unwrap()[0].clone().unwrap();
        let second = gradients(std::slice::from_ref(&first), None, std::slice::from_ref(&x)).unwrap()[0].clone().unwrap();
        let wanted = [y[0].clone(), first, second];
        let data = wave(&[9]).cast(dtype);
        let graph = Graph::of(&[x], &wanted, &[]).unwrap();
        let text = Function::new(graph.clone(), Mode::Optimised).plan_text(&vec![(dtype, vec![9])]).unwrap();
        assert_eq!(text.contains("TimesTanh"), dtype == DType::F32, "kernels only where they are supported:\n{text}");
        for mode in [Mode::Optimised, Mode::Plain] {
            let out = Function::new(graph.clone(), mode).run(&feeds(std::slice::from_ref(&data)), 0).unwrap();
            for (i, x) in data.to_f64().into_iter().enumerate() {
                let (t, s) = (x.tanh(), 1.0 - x.tanh().powi(2));
                for (k, want) in [x * t, t + x * s, 2.0 * s - 2.0 * x * t * s].into_iter().enumerate() {
                    assert!((out[k].to_f64()[i] - want).abs() < 1e-5, "{dtype} {mode:?} derivative {k} at {x}");
                }
            }
        }
    }
}

#[test]
fn deep_graphs_neither_recurse_when_built_nor_when_dropped() {
    let x = input("x", &[Dim::Known(2)]);
    let mut y = x.clone();
    for _ in 0..50_000 {
        y = y.sin();
    }
    let f = Function::new(Graph::of(&[x], &[y], &[]).unwrap(), Mode::Optimised);
    assert_eq!(f.graph().nodes.len(), 50_001);
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let w = Variable::new("w", &wave(&[300, 200]));
    let x = input("x", &[Dim::batch(), Dim::Known(300)]);
    let y = (x.matmul(&Value::read(&w))).tanh().dropout(0.3, None, Some(3));
    let loss = y.square().mean(&[], false);
    let dw = gradients(std::slice::from_ref(&loss), None, &[Value::read(&w)]).unwrap()[0].clone().unwrap();
    let f = function(&[x], &[loss, dw], &[]);
    let data = feeds(&[wave(&[257, 300])]);
    let runs: Vec<Vec<Array>> = [1, 2, 8]
        .into_iter()
        .map(|threads| {
            cpu::pool::set_threads(threads);
            f.run(&data, 1).unwrap()
        })
        .collect();
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0], runs[2]);
}

#[test]
fn a_result_is_not_written_over_what_the_step_reads_in_another_way() {
    let x = input("x", &[Dim::Known(4), Dim::Known(4)]);
    let y = x.tanh();
    // The same numbers element by element and as a column: in place, the column would change under the step.
    let column = y.reshape(&Shape::from([16, 1]));
    let f = function(std::slice::from_ref(&x), &[y.reshape(&Shape::from([1, 16])) - column], &[]);
    let data = wave(&[4, 4]);
    let t: Vec<f64> = data.to_f64().iter().map(|x| x.tanh()).collect();
    let got = f.run(&feeds(&[data]), 0).unwrap()[0].to_f64();
    assert!((0..256).all(|i| (got[i] - (t[i % 16] - t[i / 16])).abs() < 1e-6));
    let row = input("x", &[Dim::Known(1), Dim::Known(8)]);
    let z = row.exp();
    let sum = &z + z.reshape(&Shape::from([8])).reverse(&[0]);
    let f = function(std::slice::from_ref(&row), &[sum], &[]);
    let data = wave(&[1, 8]);
    let e: Vec<f64> = data.to_f64().iter().map(|x| x.exp()).collect();
    let got = f.run(&feeds(&[data]), 0).unwrap()[0].to_f64();
    assert!((0..8).all(|i| (got[i] - (e[i] + e[7 - i])).abs() < 1e-5));
}
