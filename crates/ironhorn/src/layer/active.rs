//! The layer calls that are being traced just now: what they see as training, and where their losses, metrics, masks collect.
use crate::{Result, Value};
use graph::trace;
use std::{cell::RefCell, collections::HashMap};

/// One call under way.
#[derive(Default)]
pub(super) struct Frame {
    /// Whether the graph is for training, whatever the call was told.
    pub phase: bool,
    /// What the layer sees as training.
    pub training: bool,
    /// Whether a frozen model holds back the updates of what is in it.
    pub frozen: bool,
    pub losses: Vec<Value>,
    pub metrics: Vec<(String, Value)>,
    /// Masks of values traced in this call.
    pub masks: HashMap<(u64, usize), Option<Value>>,
}

thread_local! {
    static ACTIVE: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
}

/// Runs `f` within `frame` and gives it back with what was collected; whatever happens, the frame ends.
pub(super) fn enter<T>(frame: Frame, f: impl FnOnce() -> Result<T>) -> Result<(T, Frame)> {
    struct Leave(usize);
    impl Drop for Leave {
        fn drop(&mut self) {
            ACTIVE.with_borrow_mut(|a| a.truncate(self.0));
        }
    }
    let depth = ACTIVE.with_borrow_mut(|a| {
        a.push(frame);
        a.len() - 1
    });
    let _leave = Leave(depth);
    let result = f()?;
    Ok((result, ACTIVE.with_borrow_mut(Vec::pop).unwrap_or_default()))
}

/// Whether the graph is for training, and what layers see as training.
pub(super) fn phases() -> (bool, bool) {
    let innermost = ACTIVE.with_borrow(|a| a.last().map(|f| (f.phase, f.training)));
    innermost.unwrap_or_else(|| (trace::training(), trace::training()))
}

/// Calls `f` with the innermost frame, if there is one.
pub(super) fn innermost(f: impl FnOnce(&mut Frame)) {
    ACTIVE.with_borrow_mut(|a| a.last_mut().map(f));
}

/// Whether a frozen model is around.
pub(super) fn frozen() -> bool {
    ACTIVE.with_borrow(|a| a.iter().any(|f| f.frozen))
}

/// Says that the call under way is that of a model which holds back its updates.
pub(crate) fn freeze() {
    innermost(|frame| frame.frozen = true);
}

/// The mask of a traced value.
pub(crate) fn mask(value: &Value) -> Option<Value> {
    ACTIVE.with_borrow(|a| a.iter().rev().find_map(|f| f.masks.get(&value.key()).cloned())).flatten()
}

/// Notes the masks of values.
pub(super) fn note(values: &[Value], masks: &[Option<Value>]) {
    for (value, mask) in values.iter().zip(masks) {
        if mask.is_some() || self::mask(value).is_some() {
            innermost(|frame| drop(frame.masks.insert(value.key(), mask.clone())));
        }
    }
}
