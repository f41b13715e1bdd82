//! How many numbers weights may have while a model is made of a file: a config may claim any size.
use crate::{Error, Result};
use std::cell::Cell;

thread_local! {
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Makes weights of at most `numbers` numbers altogether.
pub(crate) fn with_budget<T>(numbers: usize, make: impl FnOnce() -> T) -> T {
    struct Restore(Option<usize>);
    impl Drop for Restore {
        fn drop(&mut self) {
            LEFT.set(self.0);
        }
    }
    let _restore = Restore(LEFT.replace(Some(numbers)));
    make()
}

/// Takes a weight of that shape out of the budget. Error `weights_size`.
pub(super) fn spend(shape: &[usize]) -> Result<()> {
    let size = shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d)).filter(|n| *n <= isize::MAX as usize / 8);
    let left = LEFT.get();
    match size {
        Some(size) if left.is_none_or(|left| size <= left) => {
            LEFT.set(left.map(|left| left - size));
            Ok(())
        }
        Some(_) => Err(Error::value(
            "weights_size",
            format!("A weight of shape {shape:?} is more than the file holds. The file is damaged, or its config is not its own."),
        )),
        None => Err(Error::value("weights_size", format!("A weight of shape {shape:?} is larger than any memory."))),
    }
}
