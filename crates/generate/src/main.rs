//! Writes ts/generated from the engine's lists, so that a class is declared once, in Rust. With `--check` it writes nothing
//! and fails if anything would change.
#![forbid(unsafe_code)]

mod functions;
mod typescript;

use ironhorn::{
    config::Config,
    saving::{Load, LoadWeights, Save},
    training::{Compile, Evaluate, EvaluateGenerator, Fit, FitGenerator, Predict, PredictGenerator, TestOnBatch, TrainOnBatch},
};
use std::{collections::BTreeMap, fs, io, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let check = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        other => {
            eprintln!("ironhorn-generate takes --check or nothing, not {}", other.join(" "));
            return ExitCode::FAILURE;
        }
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ts/generated");
    let outcome = files()
        .map_err(|e| e.to_string())
        .and_then(|files| settle(&folder, &files, check).map_err(|e| format!("{}: {e}", folder.display())));
    match outcome {
        Ok(changed) if check && !changed.is_empty() => {
            eprintln!("ts/generated is not what the lists say: {}. Run `npm run generate`.", changed.join(", "));
            ExitCode::FAILURE
        }
        Ok(changed) => {
            changed.iter().for_each(|name| println!("wrote ts/generated/{name}"));
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn files() -> ironhorn::Result<BTreeMap<String, String>> {
    let kinds = ironhorn::config::kinds();
    let mut files = typescript::files(&kinds)?;
    let schemas = [
        Compile::SCHEMA,
        Fit::SCHEMA,
        Evaluate::SCHEMA,
        Predict::SCHEMA,
        FitGenerator::SCHEMA,
        EvaluateGenerator::SCHEMA,
        PredictGenerator::SCHEMA,
        TrainOnBatch::SCHEMA,
        TestOnBatch::SCHEMA,
        Save::SCHEMA,
        Load::SCHEMA,
        LoadWeights::SCHEMA,
    ];
    files.insert("training.ts".to_owned(), typescript::options(&schemas, &kinds)?);
    let operations = ironhorn::backend::operations();
    files.insert("backend.ts".to_owned(), functions::backend(operations)?);
    files.insert("tensor.ts".to_owned(), functions::tensor(operations)?);
    Ok(files)
}

/// Makes `folder` hold exactly `files`, or only compares; names what differs.
fn settle(folder: &Path, files: &BTreeMap<String, String>, check: bool) -> io::Result<Vec<String>> {
    let mut changed = Vec::new();
    if !check {
        fs::create_dir_all(folder)?;
    }
    for (name, text) in files {
        let path = folder.join(name);
        if fs::read_to_string(&path).ok().as_deref() == Some(text) {
            continue;
        }
        changed.push(name.clone());
        if !check {
            fs::write(path, text)?;
        }
    }
    let present = if folder.is_dir() { fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()? } else { Vec::new() };
    for entry in present {
        let name = entry.file_name().to_string_lossy().into_owned();
        if files.contains_key(&name) {
            continue;
        }
        changed.push(name);
        if !check {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_becomes_what_the_lists_say() {
        let folder = std::env::temp_dir().join(format!("ironhorn-generate-{}", std::process::id()));
        let files = BTreeMap::from([("a.ts".to_owned(), "a".to_owned()), ("b.ts".to_owned(), "b".to_owned())]);
        assert_eq!(settle(&folder, &files, true).unwrap(), ["a.ts", "b.ts"]);
        assert!(!folder.exists());
        assert_eq!(settle(&folder, &files, false).unwrap(), ["a.ts", "b.ts"]);
        assert!(settle(&folder, &files, true).unwrap().is_empty());
        fs::write(folder.join("b.ts"), "other").unwrap();
        fs::write(folder.join("old.ts"), "old").unwrap();
        assert_eq!(settle(&folder, &files, true).unwrap(), ["b.ts", "old.ts"]);
        settle(&folder, &files, false).unwrap();
        assert!(settle(&folder, &files, true).unwrap().is_empty());
        fs::remove_dir_all(folder).unwrap();
    }
}
