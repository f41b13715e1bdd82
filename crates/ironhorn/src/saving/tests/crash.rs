//! A process that dies while it saves, or finds the disk full: the old file is whole.
use super::child::Child;
use super::files::tempfolder;
use crate::layers::Dense;
use crate::model::Sequential;
use crate::saving::{LoadWeights, Save, StoredWeights};
use crate::{Array, DType, console};
use std::time::Duration;

fn model() -> Sequential {
    Sequential::new().add(Dense::new(220).input_dim(220)).unwrap().add(Dense::new(3)).unwrap()
}

fn fill(model: &Sequential, x: f64) {
    let arrays: Vec<Array> = model.weights().iter().map(|w| Array::full(DType::F32, w.shape(), x)).collect();
    model.set_weights(&arrays).unwrap();
}

/// The one number that all weights are.
fn filled(path: &std::path::Path) -> f64 {
    let model = model();
    model.load_weights(path, LoadWeights::default()).unwrap();
    let numbers: Vec<f64> = model.get_weights().iter().flat_map(Array::to_f64).collect();
    assert!(numbers.iter().all(|x| *x == numbers[0]), "the file mixes two versions");
    numbers[0]
}

#[test]
fn child_saves_until_it_is_killed() {
    let Some(path) = Child::task("save") else { return };
    let model = model();
    for i in 1.. {
        fill(&model, f64::from(i % 1000));
        model.save(&path, Save::default()).unwrap();
    }
}

#[test]
fn killed_at_any_moment_the_file_is_whole() {
    let folder = tempfolder("killed");
    let path = folder.join("model.h5");
    let model = model();
    fill(&model, 0.0);
    model.save(&path, Save::default()).unwrap();
    let mut seen = std::collections::HashSet::from([0]);
    // A child that saved nothing gets longer: a busy machine starts it late.
    let mut patience = 40_000;
    for round in 0u64..25 {
        let mut child = Child::start("saving::tests::crash::child_saves_until_it_is_killed", "save", &path, "");
        // Never a multiple of the time that one save takes.
        std::thread::sleep(Duration::from_micros(patience + round * 7_919 % 90_000));
        child.kill();
        if !seen.insert(filled(&path) as i64) {
            patience = (patience * 3 / 2).min(1_000_000);
        }
    }
    assert!(seen.len() > 3, "hardly anything was saved: {seen:?}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn child_saves_to_a_full_disk() {
    let Some(path) = Child::task("full") else { return };
    console::replace(console::Console { warn: Box::new(|_| ()), ..console::Console::standard() });
    let model = model();
    fill(&model, 2.0);
    let error = model.save(&path, Save::default()).unwrap_err();
    assert_eq!((error.code(), error.class().name()), ("h5_write", "IOError"), "{error}");
    // The library goes on: what fits is written.
    StoredWeights::default().write(&path.with_extension("small")).unwrap();
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_file() {
    let folder = tempfolder("full");
    let path = folder.join("model.h5");
    let model = model();
    fill(&model, 1.0);
    model.save(&path, Save::default()).unwrap();
    // No file of this process may be larger than 160 blocks, 80 kB or 160 by the shell; the signal that says so is ignored, so that writing fails.
    let mut child = Child::start("saving::tests::crash::child_saves_to_a_full_disk", "full", &path, "trap '' XFSZ; ulimit -f 160");
    child.succeeds(Duration::from_secs(60)).unwrap();
    assert_eq!(filled(&path), 1.0);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "the unfinished file is left");
    std::fs::remove_dir_all(folder).unwrap();
}
