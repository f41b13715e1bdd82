//! What the loop around a step costs: `fit` on arrays, by the step, shuffled and not, and one row predicted at a time. Beside the
//! engine's own bench of the same networks (crates/graph/benches/step.rs), the difference is batches, logs and callbacks.
//! `--profile` prints the plan of a step and the time of each of its parts; a word picks networks.
use graph::Feed;
use ironhorn::{
    Array, Philox, Result,
    activations::{Relu, Sigmoid, Softmax},
    layers::Dense,
    model::Sequential,
    optimizers::{Adam, SGD},
    training::{Compile, Fit, Predict, Shuffle},
};
use std::time::Instant;

fn numbers(rows: usize, columns: usize, mut f: impl FnMut(usize) -> f32) -> Result<Array> {
    Array::from_slice([rows, columns], &(0..rows * columns).map(&mut f).collect::<Vec<_>>())
}

/// The best of several runs, each divided by its steps, in microseconds.
fn best(steps: usize, mut run: impl FnMut() -> Result<()>) -> Result<f64> {
    run()?;
    let (mut best, begun) = (f64::MAX, Instant::now());
    while begun.elapsed().as_secs_f64() < 1.5 {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed().as_secs_f64() / steps as f64);
    }
    Ok(best * 1e6)
}

fn main() -> Result<()> {
    let filter = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    for (sizes, batch, steps, adam) in [
        (&[2, 8, 1][..], 4, 2048, false),
        (&[20, 64, 64, 10], 128, 128, false),
        (&[784, 512, 512, 10], 128, 40, false),
        (&[784, 1024, 1024, 10], 256, 12, true),
    ] {
        let name = format!("{sizes:?} b{batch}{}", if adam { " Adam" } else { "" });
        if filter.as_ref().is_some_and(|f| !name.contains(f.as_str())) {
            continue;
        }
        let model = Sequential::new();
        let (inputs, classes) = (sizes[0], sizes[sizes.len() - 1]);
        for (l, n) in sizes[1..].iter().enumerate() {
            let dense = Dense::new(*n);
            let dense = match (l + 2 < sizes.len(), classes) {
                (true, _) => dense.activation(Relu::new()),
                (_, 1) => dense.activation(Sigmoid::new()),
                _ => dense.activation(Softmax::new()),
            };
            model.add(if l == 0 { dense.input_dim(inputs) } else { dense })?;
        }
        let loss = if classes == 1 { "binary_crossentropy" } else { "categorical_crossentropy" };
        model.compile(if adam { Compile::new(Adam::new()) } else { Compile::new(SGD::new()) }.loss(loss))?;
        let mut random = Philox::new(1);
        let x = numbers(batch * steps, inputs, |_| random.uniform() as f32 - 0.5)?;
        let y = numbers(batch * steps, classes, |i| {
            if classes == 1 { (i % 2) as f32 } else { f32::from(u8::from(i / classes % classes == i % classes)) }
        })?;
        let fit = |shuffle| {
            let options = Fit { batch_size: Some(batch), epochs: 1, verbose: 0, shuffle, ..Fit::default() };
            model.fit(&x, &y, options).map(|_| ())
        };
        if std::env::args().any(|a| a == "--profile") {
            let job = model.prepare_fit(&x, &y, Fit { batch_size: Some(batch), verbose: 0, ..Fit::default() })?;
            let feeds = [Feed::rows(&x, 0, batch)?, Feed::rows(&y, 0, batch)?];
            let signature = feeds.iter().map(|f| (f.dtype, f.shape.clone())).collect();
            println!("{name}\n{}", job.function().plan_text(&signature)?);
            for (i, (part, time)) in job.function().profile(&feeds, 20_000 / steps.min(500))?.iter().enumerate() {
                println!("  {i:2} {part:60} {:10.3} us", time * 1e6);
            }
            continue;
        }
        let shuffled = best(steps, || fit(Shuffle::Samples))?;
        let in_order = best(steps, || fit(Shuffle::No))?;
        let row = numbers(1, inputs, |i| i as f32 / inputs as f32)?;
        let one = best(1000, || (0..1000).try_for_each(|_| model.predict(&row, Predict::default()).map(|_| ())))?;
        println!("{name:32} fit shuffled {shuffled:10.2} us a step, in order {in_order:10.2} us; predict of a row {one:7.2} us");
    }
    Ok(())
}
