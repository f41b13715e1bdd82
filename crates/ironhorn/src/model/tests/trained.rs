//! Weights, prediction in batches and on other threads.
use crate::layer::Apply;
use crate::layers::Dense;
use crate::model::{Predictor, Sequential};
use crate::{Array, DType, random};

fn model() -> Sequential {
    let hidden = Dense::new(4).activation(crate::activations::Tanh);
    Sequential::new().add(hidden.with_input_shape([3])).unwrap().add(Dense::new(2)).unwrap()
}

fn rows(n: usize) -> Array {
    let data: Vec<f64> = (0..3 * n).map(|i| (i as f64 * 0.37).sin()).collect();
    Array::from_f64(DType::F32, [n, 3], &data).unwrap()
}

#[test]
fn batches_are_put_together() {
    let model = model();
    let x = rows(75);
    let predictor = model.predictor().unwrap();
    let whole = predictor.predict_on_batch(std::slice::from_ref(&x)).unwrap().remove(0);
    for batch in [1, 32, 75, 100] {
        let found = predictor.predict(std::slice::from_ref(&x), batch).unwrap().remove(0);
        assert_eq!(found.shape(), [75, 2]);
        let near = found.to_f64().iter().zip(whole.to_f64()).all(|(a, b)| (a - b).abs() < 1e-6);
        assert!(near, "batches of {batch}");
    }
    assert_eq!(predictor.predict(&[rows(0)], 32).unwrap()[0].shape(), [0, 2]);
    assert_eq!(predictor.predict(&[x.cast(DType::F64)], 32).unwrap()[0].dtype(), DType::F32);
}

#[test]
fn a_predictor_sees_the_newest_weights_from_any_thread() {
    fn sendable<T: Send + Sync + Clone + 'static>(thing: &T) -> T {
        thing.clone()
    }
    let model = model();
    let predictor: Predictor = sendable(&model.predictor().unwrap());
    let zeros: Vec<Array> = model.get_weights().iter().map(|a| Array::zeros(DType::F32, a.shape())).collect();
    let x = rows(5);
    let before = predictor.predict(std::slice::from_ref(&x), 32).unwrap();
    assert!(before[0].to_f64().iter().any(|v| *v != 0.0));
    model.set_weights(&zeros).unwrap();
    let after = std::thread::spawn(move || predictor.predict(&[x], 32).unwrap()).join().unwrap();
    assert!(after[0].to_f64().iter().all(|v| *v == 0.0));
}

#[test]
fn bad_arrays_are_named() {
    let predictor = model().predictor().unwrap();
    let code = |arrays: &[Array]| predictor.predict(arrays, 32).unwrap_err().code();
    assert_eq!(code(&[]), "input_count");
    assert_eq!(code(&[Array::zeros(DType::F32, [2, 4])]), "input_shape");
    assert_eq!(code(&[Array::zeros(DType::F32, [3])]), "input_shape");
    assert_eq!(predictor.predict(&[rows(1)], 0).unwrap_err().code(), "batch_size");
}

#[test]
fn the_same_seed_gives_the_same_weights() {
    random::set_seed(7);
    let a = model().get_weights();
    random::set_seed(7);
    let b = model().get_weights();
    assert_eq!(a, b);
    assert_ne!(a, model().get_weights());
}

#[test]
fn models_made_and_dropped_leave_nothing() {
    let used = || std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse::<usize>().ok();
    let some = |n: usize| {
        for _ in 0..n {
            let model = Sequential::new().add(Dense::new(64).with_input_shape([256])).unwrap().add(Dense::new(8)).unwrap();
            model.add_loss(model.outputs()[0].sum(&[], false));
            model.predict_arrays(&[Array::zeros(DType::F32, [1, 256])]).unwrap();
        }
    };
    some(200);
    let before = used();
    some(2000);
    // Pages; one model is 17 of them.
    if let (Some(before), Some(after)) = (before, used()) {
        assert!(after < before + 16_000, "{before} pages became {after}");
    }
}
