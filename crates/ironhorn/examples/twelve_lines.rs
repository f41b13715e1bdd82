//! The README's network on random data: the shortest whole training.
// test: 1
use ironhorn::{
    Array, Philox, Result,
    activations::{Relu, Softmax},
    layers::{Dense, Dropout},
    model::Sequential,
    optimizers::SGD,
    training::{Compile, Evaluate, Fit},
};

/// Numbers between 0 and 1, and a class for each row.
fn data(rows: usize, seed: u64) -> Result<(Array, Array)> {
    let mut random = Philox::new(seed);
    let x: Vec<f32> = (0..rows * 20).map(|_| random.uniform() as f32).collect();
    let mut y = vec![0f32; rows * 10];
    (0..rows).for_each(|row| y[row * 10 + random.below(10) as usize] = 1.0);
    Ok((Array::from_slice([rows, 20], &x)?, Array::from_slice([rows, 10], &y)?))
}

fn main() -> Result<()> {
    let epochs = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(20);
    let ((x_train, y_train), (x_test, y_test)) = (data(1000, 1)?, data(100, 2)?);

    // README
    let model = Sequential::new();
    model.add(Dense::new(64).activation(Relu::new()).input_dim(20))?;
    model.add(Dropout::new(0.5))?;
    model.add(Dense::new(10).activation(Softmax::new()))?;
    let sgd = SGD::new().learning_rate(0.01).momentum(0.9).nesterov(true);
    model.compile(Compile::new(sgd).loss("categorical_crossentropy").metrics(["accuracy"]))?;
    let history = model.fit(&x_train, &y_train, Fit { epochs, batch_size: Some(128), ..Fit::default() })?;
    let scores = model.evaluate(&x_test, &y_test, Evaluate::default())?;
    // README

    println!("{} epochs, loss and accuracy {scores:?}", history.epoch().len());
    Ok(())
}
