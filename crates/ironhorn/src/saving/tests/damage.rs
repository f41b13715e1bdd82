//! Damaged files: whatever is done to a file, reading it is an error or a model, never a crash, a hang or a huge allocation.
//!
//! `IRONHORN_FUZZ_SECONDS` says for how long, 30 unless set; `IRONHORN_FUZZ_SEED` where to begin.
use super::child::Child;
use super::files::tempfolder;
use super::golden::path;
use crate::console;
use crate::saving::{Load, LoadWeights, load_from_bytes};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Files that each show the reader something else.
const FILES: &[&str] =
    &["dense_mlp", "dense_gzip", "dense_nested", "dense_h5py3", "dense_half", "dense_weights", "dense_tf_functional", "dense_nadam"];
/// Damaged files that one process reads.
const BATCH: u64 = 150;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

fn damaged(seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let name = FILES[random.below(FILES.len())];
    let mut bytes = std::fs::read(path(&format!("{name}.h5"))).unwrap();
    let whole = bytes.len();
    for _ in 0..=random.below(3) {
        // The beginning holds most of the structure.
        let reach = if random.below(2) == 0 { whole } else { whole.min(2500) };
        let at = random.below(reach);
        match random.below(6) {
            0 => bytes.truncate(random.below(whole)),
            1 => (0..=random.below(8)).for_each(|_| {
                let at = random.below(reach);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }),
            2 => bytes.iter_mut().skip(at).take(random.below(64)).for_each(|b| *b = 0),
            3 => {
                let extreme = [u64::MAX, 1 << 63, 1 << 40, u64::from(u32::MAX), 1 << 31, 0x7fff, 8][random.below(7)];
                bytes.iter_mut().skip(at / 8 * 8).zip(extreme.to_le_bytes()).for_each(|(b, x)| *b = x);
            }
            4 => {
                let (from, n) = (random.below(whole), random.below(200));
                let piece: Vec<u8> = bytes.iter().skip(from).take(n).copied().collect();
                bytes.iter_mut().skip(at).zip(piece).for_each(|(b, x)| *b = x);
            }
            _ => bytes.iter_mut().skip(at).take(1 + random.below(4)).for_each(|b| *b = random.next() as u8),
        }
    }
    bytes
}

#[test]
fn child_reads_damaged_files() {
    let Some(place) = Child::task("damage") else { return };
    console::replace(console::Console { warn: Box::new(|_| ()), ..console::Console::standard() });
    let first: u64 = std::fs::read_to_string(&place).unwrap().trim().parse().unwrap();
    let model = super::files::small(4);
    for seed in first..first + BATCH {
        // Said first, so that a crash can be told.
        std::fs::write(&place, seed.to_string()).unwrap();
        let bytes = damaged(seed);
        drop(load_from_bytes(&bytes, Load::default()));
        drop(model.load_weights_from_bytes(&bytes, LoadWeights { by_name: seed % 2 == 0, ..LoadWeights::default() }));
    }
    std::fs::write(&place, "done").unwrap();
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// One process for a batch, with at most 1.5 GB of address space where the system can limit it.
fn reads(place: &Path, seed: u64) -> Result<(), String> {
    std::fs::write(place, seed.to_string()).unwrap();
    let limits = if cfg!(unix) { "export MALLOC_ARENA_MAX=1; ulimit -v 1500000 2>/dev/null" } else { "" };
    let mut child = Child::start("saving::tests::damage::child_reads_damaged_files", "damage", place, limits);
    let ended = child.succeeds(Duration::from_secs(60));
    let last = std::fs::read_to_string(place).unwrap_or_default();
    match ended {
        Ok(()) if last == "done" => Ok(()),
        Ok(()) => Err(format!("the child did nothing at seed {last}")),
        Err(why) => Err(format!("reading the damaged file of seed {last}: {why}. Run with IRONHORN_FUZZ_SEED={last} to see it again")),
    }
}

#[test]
fn damaged_files_are_errors() {
    let folder = tempfolder("damage");
    let place = folder.join("seed");
    let (start, seconds) = (Instant::now(), number("IRONHORN_FUZZ_SECONDS", 30));
    let first = number("IRONHORN_FUZZ_SEED", 1);
    let mut seed = first;
    let mut failures = Vec::new();
    while start.elapsed() < Duration::from_secs(seconds) && failures.len() < 5 {
        failures.extend(reads(&place, seed).err());
        seed += BATCH;
    }
    println!("{} damaged files were read", seed - first);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    std::fs::remove_dir_all(folder).unwrap();
}
