//! Reads the addon's sources: every export and every thread must run its body inside the guard, or a panic would end Node.
use std::{fs, path::Path};

/// The text from `start` to the brace that closes the first one opened after it.
fn block(text: &str, start: usize) -> &str {
    let rest = &text[start..];
    let mut depth = 0;
    for (i, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return &rest[..=i],
            '}' => depth -= 1,
            _ => {}
        }
    }
    rest
}

/// The names of the exported functions and methods in `source` whose body does not begin with the guard, and the lines that start threads
/// without it.
fn unguarded(source: &str) -> Vec<String> {
    let mut found = vec![];
    for (at, _) in source.match_indices("#[napi") {
        let Some(end) = source[at..].find(']') else { continue };
        // The item after this and further attributes and doc lines.
        let item = source[at + end + 1..].lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with("#[") && !l.starts_with("//"));
        let Some(item) = item.filter(|l| l.split_whitespace().any(|w| w == "fn")) else { continue };
        let body = block(source, at + end + 1);
        let inside = body.split_once('{').map(|(_, b)| b.trim_start()).unwrap_or_default();
        if !inside.starts_with("guard(") {
            found.push(item.to_owned());
        }
    }
    for trait_method in ["fn finalize(", "fn compute("] {
        for (at, _) in source.match_indices(trait_method) {
            if !block(source, at).contains("guard(") {
                found.push(trait_method.to_owned());
            }
        }
    }
    for (at, _) in source.match_indices("spawn(") {
        let start = source[at..].trim_start_matches("spawn(").trim_start_matches("move ").trim_start_matches("|| ").trim_start_matches('{');
        if !["catch(", "guard::catch(", "crate::guard::catch("].iter().any(|g| start.trim_start().starts_with(g)) {
            found.push(source[at..].lines().next().unwrap_or_default().to_owned());
        }
    }
    found
}

#[test]
fn every_export_and_every_thread_is_guarded() {
    let mut list = vec![];
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let names = unguarded(&fs::read_to_string(&path).unwrap());
                list.extend(names.into_iter().map(|name| format!("{}: {name}", path.display())));
            }
        }
    }
    assert!(list.is_empty(), "not inside the guard:\n{}", list.join("\n"));
}

#[test]
fn the_reader_finds_what_is_unguarded() {
    let source = "
#[napi]
pub fn good() -> napi::Result<()> { guard(|| Ok(())) }
#[napi(getter)]
/// Words.
#[cfg(test)]
pub fn bad(&self) -> u32 { other(guard(|| Ok(()))) }
#[napi]
impl Thing {}
fn t() { std::thread::spawn(move || work()); std::thread::spawn(move || { catch(work) }); }
";
    assert_eq!(
        unguarded(source),
        ["pub fn bad(&self) -> u32 { other(guard(|| Ok(()))) }", "spawn(move || work()); std::thread::spawn(move || { catch(work) }); }"]
    );
}
