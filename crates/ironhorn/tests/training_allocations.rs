//! A training step allocates nothing after the first of its size.
use ironhorn::{
    Array, DType,
    callbacks::{Hook, LambdaCallback},
    config::{Config, Map, Setting},
    layer::LayerRef,
    model::Sequential,
    training::{Compile, Fit, Shuffle},
};
use serde_json::{Value as Json, json};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering},
};

static COUNT: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above; the pointer came from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn map(json: Json) -> Map {
    let Setting::Map(map) = Setting::from(json) else { panic!("a map") };
    map
}

#[test]
fn a_step_allocates_nothing() {
    let layer = |class: &str, options: Json| LayerRef::construct(class, map(options)).unwrap();
    let model = Sequential::new().add(layer("Dense", json!({"units": 16, "activation": "relu", "input_shape": [8]}))).unwrap();
    let model = model.add(layer("Dropout", json!({"rate": 0.5}))).unwrap();
    let model = model.add(layer("Dense", json!({"units": 4, "activation": "softmax"}))).unwrap();
    let options = json!({"optimizer": "adam", "loss": "categorical_crossentropy", "metrics": ["accuracy"]});
    model.compile(Compile::from_map(map(options)).unwrap()).unwrap();
    let (x, y) = (Array::full(DType::F32, [70, 8], 0.5), Array::full(DType::F32, [70, 4], 0.25));
    for shuffle in [Shuffle::No, Shuffle::Samples, Shuffle::Batches] {
        let mut counts = Vec::with_capacity(100);
        let mut counting = LambdaCallback::new().on(Hook::TrainBatchEnd, |batch, _, _| {
            counts.push((batch, COUNT.load(Ordering::Relaxed)));
            Ok(())
        });
        let options = Fit {
            batch_size: Some(8),
            epochs: 4,
            verbose: 0,
            shuffle,
            sample_weight: Array::full(DType::F32, [70], 0.5).into(),
            ..Fit::default()
        };
        model.fit_with(&x, &y, options, &mut [&mut counting]).unwrap();
        drop(counting);
        // From the second epoch on, the plans of both sizes are there.
        let steps = counts[9..].windows(2).filter(|pair| pair[1].0 > pair[0].0);
        let made: Vec<usize> = steps.map(|pair| pair[1].1 - pair[0].1).collect();
        assert_eq!(made.len(), 24);
        assert!(made.iter().all(|n| *n == 0), "{shuffle:?}: allocations by step {made:?}");
    }
}
