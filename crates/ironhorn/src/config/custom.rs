//! Names of the user's own, as Keras's `custom_object_scope`: looked up before the built-in lists.
use super::Object;
use std::{cell::RefCell, marker::PhantomData};

thread_local! {
    static SCOPES: RefCell<Scopes> = RefCell::default();
}

#[derive(Default)]
struct Scopes {
    lasting: Vec<(String, Object)>,
    open: Vec<(usize, Vec<(String, Object)>)>,
    count: usize,
}

/// Names that hold until it is dropped. It stays on its thread.
#[must_use = "the names hold until this is dropped"]
pub struct Scope(usize, PhantomData<*const ()>);

/// Opens a scope; the innermost open one is asked first.
pub fn scope(objects: impl IntoIterator<Item = (String, Object)>) -> Scope {
    SCOPES.with_borrow_mut(|scopes| {
        scopes.count += 1;
        scopes.open.push((scopes.count, objects.into_iter().collect()));
        Scope(scopes.count, PhantomData)
    })
}

impl Drop for Scope {
    fn drop(&mut self) {
        let closed = SCOPES.with_borrow_mut(|scopes| {
            let i = scopes.open.iter().position(|(n, _)| *n == self.0);
            i.map(|i| scopes.open.remove(i))
        });
        // Dropped only now: an object's own drop may look names up.
        drop(closed);
    }
}

/// Gives a name that holds from now on, as putting into Keras's `get_custom_objects()`.
pub fn register(name: impl Into<String>, object: Object) {
    let name = name.into();
    let old = SCOPES.with_borrow_mut(|scopes| {
        let i = scopes.lasting.iter().position(|(n, _)| *n == name);
        let old = i.map(|i| scopes.lasting.remove(i));
        scopes.lasting.push((name, object));
        old
    });
    drop(old);
}

/// Takes a registered name back.
pub fn unregister(name: &str) -> Option<Object> {
    SCOPES.with_borrow_mut(|scopes| {
        let i = scopes.lasting.iter().position(|(n, _)| n == name)?;
        Some(scopes.lasting.remove(i).1)
    })
}

/// The object of that name.
pub fn find(name: &str) -> Option<Object> {
    SCOPES.with_borrow(|scopes| {
        let open = scopes.open.iter().rev().map(|(_, objects)| objects);
        let mut all = open.chain([&scopes.lasting]).flatten();
        all.find(|(n, _)| n == name).map(|(_, object)| object.clone())
    })
}
