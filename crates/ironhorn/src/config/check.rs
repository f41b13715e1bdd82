//! Checks of a kind's list: call [`check`] in a test of each kind.
use super::{Form, Kind, Map, construct, serialize};
use crate::{Error, Result};
use std::collections::HashSet;

/// Checks that the list is sorted by file, that names are used once, that whatever needs no option can be made by each of its
/// names, and that what it writes makes the same again. Error `list` says what is wrong.
pub fn check<K: Kind + ?Sized>() -> Result<()> {
    let list = K::list();
    let fail = |what: String| Err(Error::runtime("list", format!("{}: {what}", K::MODULE)));
    if let Some(pair) = list.windows(2).find(|pair| pair[0].file > pair[1].file) {
        return fail(format!("`{}` comes before `{}`; the list is sorted.", pair[0].file, pair[1].file));
    }
    let mut seen = HashSet::new();
    for entry in list {
        let schema = entry.schema;
        if let Some(name) = schema.names().find(|n| !seen.insert(*n)) {
            return fail(format!("`{name}` is used twice."));
        }
        let common = K::COMMON.filter(|_| !schema.standalone).map_or(&[][..], |c| c.fields);
        let mut options = HashSet::new();
        for field in schema.fields.iter().chain(common) {
            if let Some(name) = field.legacy.iter().chain([&field.name]).find(|n| !options.insert(**n)) {
                return fail(format!("{} has `{name}` twice.", schema.name));
            }
        }
        if schema.standalone || schema.fields.iter().any(|f| f.required()) {
            continue;
        }
        for name in schema.names() {
            let made = construct::<K>(name, Map::new())?;
            let written = serialize(&made)?;
            if schema.form == Form::Class && made.class_name() != schema.name {
                return fail(format!("`{name}` made a {}.", made.class_name()));
            }
            if serialize(&super::get::<K>(&written)?)? != written {
                return fail(format!("`{name}` does not come back from its own config."));
            }
        }
    }
    Ok(())
}
