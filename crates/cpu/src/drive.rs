//! Runs one kernel over byte vectors on any number of threads: what the tests of kernels share.
use crate::{Buffers, Kernel, Memory, Part, Slot};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The outputs of `kernel`, whose sizes in bytes are `outputs`, filled with 0xaa before. Bytes behind each output must stay.
pub(crate) fn outputs(kernel: &dyn Kernel, inputs: &[&[u8]], outputs: &[usize], threads: usize) -> Vec<Vec<u8>> {
    const GUARD: usize = 128;
    let memory: Vec<Memory> = inputs
        .iter()
        .map(|bytes| {
            let memory = Memory::zeroed(bytes.len());
            memory.write(0, bytes);
            memory
        })
        .collect();
    let results: Vec<Memory> = outputs
        .iter()
        .map(|len| {
            let memory = Memory::zeroed(len + GUARD);
            memory.write(0, &vec![0xaa; len + GUARD]);
            memory
        })
        .collect();
    let inputs: Vec<Slot> = memory.iter().map(|m| m.slot(0, m.len())).collect();
    let places: Vec<Slot> = results.iter().zip(outputs).map(|(m, len)| m.slot(0, *len)).collect();
    run(kernel, &inputs, &places, threads);
    results
        .iter()
        .zip(outputs)
        .map(|(m, len)| {
            let mut bytes = vec![0; len + GUARD];
            m.read(0, &mut bytes);
            assert!(bytes.split_off(*len).iter().all(|b| *b == 0xaa), "wrote behind an output");
            bytes
        })
        .collect()
}

/// Runs `kernel` in place.
pub(crate) fn run(kernel: &dyn Kernel, inputs: &[Slot], outputs: &[Slot], threads: usize) {
    let scratch = Memory::zeroed(kernel.scratch() + 64);
    scratch.write(0, &vec![0x7f; kernel.scratch() + 64]);
    let buffers = Buffers { inputs, outputs, scratch: scratch.slot(0, kernel.scratch()) };
    for (phase, count) in kernel.phases().iter().enumerate() {
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= *count {
                    break;
                }
                kernel.run(&buffers, phase, Part::new(index, *count));
            }
        };
        if threads == 1 {
            work();
        } else {
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(work);
                }
            });
        }
    }
    let mut guard = [0; 64];
    scratch.read(kernel.scratch(), &mut guard);
    assert!(guard.iter().all(|b| *b == 0x7f), "wrote behind the scratch");
}

/// Numbers in [-1, 1) that look random, from a seed.
pub(crate) fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut stream = tensor::Philox::new(seed);
    (0..n).map(|_| stream.uniform() * 2.0 - 1.0).collect()
}

/// Bytes of numbers as f32 or f64.
pub(crate) fn floats(dtype: tensor::DType, x: &[f64]) -> Vec<u8> {
    match dtype {
        tensor::DType::F32 => x.iter().flat_map(|x| (*x as f32).to_ne_bytes()).collect(),
        _ => x.iter().flat_map(|x| x.to_ne_bytes()).collect(),
    }
}

/// Numbers from bytes of f32 or f64.
pub(crate) fn read(dtype: tensor::DType, bytes: &[u8]) -> Vec<f64> {
    match dtype {
        tensor::DType::F32 => bytes.as_chunks().0.iter().map(|x| f64::from(f32::from_ne_bytes(*x))).collect(),
        _ => bytes.as_chunks().0.iter().map(|x| f64::from_ne_bytes(*x)).collect(),
    }
}
