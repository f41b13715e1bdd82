//! The README's Rust lines are those of an example that runs.

#[test]
fn the_readme_shows_lines_that_run() {
    let readme = include_str!("../../../README.md");
    let shown = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let example = include_str!("../examples/twelve_lines.rs");
    let run: Vec<&str> = example.split("// README").nth(1).unwrap().lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let shown: Vec<&str> = shown.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    // The example takes the number of epochs from the command line.
    let plain = |l: &&str| l.replace("epochs: 20,", "epochs,");
    assert_eq!(shown.iter().map(plain).collect::<Vec<_>>(), run.iter().map(plain).collect::<Vec<_>>());
}
