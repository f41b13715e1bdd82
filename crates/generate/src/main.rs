//! Writes ts/generated from the lists.
fn main() {}
