//! How messages spell the names of options and methods: `batch_size` as Keras and Rust do, or `batchSize` for callers in JavaScript.
use std::sync::atomic::{AtomicBool, Ordering};

static CAMEL: AtomicBool = AtomicBool::new(false);

/// From now on messages spell names as JavaScript does. A binding says so once, when it is loaded.
pub fn spell_in_camel_case() {
    CAMEL.store(true, Ordering::Relaxed);
}

/// The name of an option, a function or a method, given in snake_case, as messages spell it.
pub fn spelled(name: &str) -> String {
    if CAMEL.load(Ordering::Relaxed) { camel(name) } else { name.to_owned() }
}

/// snake_case to camelCase.
pub(crate) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut chars = word.chars();
        camel.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        camel.push_str(chars.as_str());
    }
    camel
}
