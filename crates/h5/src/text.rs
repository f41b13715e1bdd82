//! Attributes that are texts: one of any length, or a list of fixed length, cut where an attribute can hold no more.
use crate::error::format;
use hdf5::{
    Attribute, H5Type, Location,
    plist::CharEncoding,
    types::{FixedAscii, FixedUnicode, TypeDescriptor, VarLenAscii, VarLenUnicode},
};
use std::str::FromStr;
use tensor::{Class, Error, Result};

/// The most bytes that Keras puts into one attribute.
const LIMIT: usize = 64512;

pub(crate) fn write_one(at: &Location, name: &str, text: &str) -> hdf5::Result<()> {
    // ASCII where it can be: only then does h5py 2 give bytes, which Keras decodes.
    if text.is_ascii() {
        let text = VarLenAscii::from_ascii(text).map_err(|e| e.to_string())?;
        let attribute = builder(at).empty::<VarLenAscii>().create(name)?;
        attribute.write_scalar(&text)
    } else {
        let text = VarLenUnicode::from_str(text).map_err(|e| e.to_string())?;
        let attribute = builder(at).empty::<VarLenUnicode>().create(name)?;
        attribute.write_scalar(&text)
    }
}

fn builder(at: &Location) -> hdf5::AttributeBuilder {
    at.new_attr_builder().char_encoding(CharEncoding::Ascii)
}

/// Error `attribute_size`, as Keras raises it.
pub(crate) fn check_sizes(texts: &[&str]) -> Result<()> {
    let long: Vec<&str> = texts.iter().copied().filter(|t| t.len() > LIMIT).collect();
    let Some(first) = long.first() else { return Ok(()) };
    Err(Error::new(
        Class::Runtime,
        "attribute_size",
        format!(
            "The following attributes cannot be saved to HDF5 file because they are larger than {LIMIT} bytes: {} of {} bytes. Give \
             layers and weights shorter names.",
            first.chars().take(40).collect::<String>() + "...",
            first.len()
        ),
    ))
}

pub(crate) fn write_list(at: &Location, name: &str, texts: &[&str]) -> hdf5::Result<()> {
    if texts.is_empty() {
        // What NumPy makes of an empty list.
        builder(at).empty::<f64>().shape(0).create(name)?;
        return Ok(());
    }
    let width = texts.iter().map(|t| t.len()).max().unwrap_or(0).max(1);
    let parts = parts(texts.len(), width);
    if parts == 1 {
        return write_part(at, name, texts, width);
    }
    // The first parts take one more, as NumPy splits.
    let (each, more) = (texts.len() / parts, texts.len() % parts);
    let mut rest = texts;
    for i in 0..parts {
        let (part, left) = rest.split_at(each + usize::from(i < more));
        write_part(at, &format!("{name}{i}"), part, width)?;
        rest = left;
    }
    Ok(())
}

/// How many parts a list needs for each to fit.
fn parts(count: usize, width: usize) -> usize {
    (1..=count).find(|parts| count.div_ceil(*parts) * width <= LIMIT).unwrap_or(count)
}

fn write_part(at: &Location, name: &str, texts: &[&str], width: usize) -> hdf5::Result<()> {
    match width {
        0..=256 => write_as::<256>(at, name, texts, width),
        257..=4096 => write_as::<4096>(at, name, texts, width),
        _ => write_as::<65536>(at, name, texts, width),
    }
}

/// Through memory of `N` bytes a text, which the library cuts to the width in the file.
fn write_as<const N: usize>(at: &Location, name: &str, texts: &[&str], width: usize) -> hdf5::Result<()> {
    if texts.iter().all(|t| t.is_ascii()) {
        let list: Vec<FixedAscii<N>> =
            texts.iter().map(|t| FixedAscii::from_ascii(t).map_err(|e| e.to_string().into())).collect::<hdf5::Result<_>>()?;
        builder(at).with_data_as(&list, TypeDescriptor::FixedAscii(width)).create(name)?;
    } else {
        let list: Vec<FixedUnicode<N>> =
            texts.iter().map(|t| FixedUnicode::from_str(t).map_err(|e| e.to_string().into())).collect::<hdf5::Result<_>>()?;
        builder(at).with_data_as(&list, TypeDescriptor::FixedUnicode(width)).create(name)?;
    }
    Ok(())
}

/// All texts of an attribute; an empty one may be of any type.
pub(crate) fn read(attribute: &Attribute, what: &str, size: Option<u64>) -> Result<Vec<String>> {
    let wrong = |why: &dyn std::fmt::Display| format(what, why);
    let space = attribute.space().map_err(|e| wrong(&e))?;
    let count = space.shape().iter().try_fold(1usize, |n, d| n.checked_mul(*d));
    if space.is_null() || count == Some(0) {
        return Ok(Vec::new());
    }
    let datatype = attribute.dtype().map_err(|e| wrong(&e))?;
    let descriptor = datatype.to_descriptor().map_err(|e| wrong(&e))?;
    // A text of variable length takes a reference in the file.
    let bytes = count.and_then(|n| n.checked_mul(datatype.size()));
    if bytes.is_none_or(|b| size.is_some_and(|size| b as u64 > size)) {
        return Err(wrong(&"it claims to be larger than the file"));
    }
    let texts = match descriptor {
        TypeDescriptor::VarLenAscii => all(attribute, VarLenAscii::as_bytes),
        TypeDescriptor::VarLenUnicode => all(attribute, VarLenUnicode::as_bytes),
        TypeDescriptor::FixedAscii(n) => match n {
            0..=16 => all(attribute, FixedAscii::<16>::as_bytes),
            17..=256 => all(attribute, FixedAscii::<256>::as_bytes),
            257..=4096 => all(attribute, FixedAscii::<4096>::as_bytes),
            4097..=65536 => all(attribute, FixedAscii::<65536>::as_bytes),
            65537..=0x10_0000 => all(attribute, FixedAscii::<0x10_0000>::as_bytes),
            _ => return Err(wrong(&"a text of fixed length has more than 1 MiB")),
        },
        TypeDescriptor::FixedUnicode(n) => match n {
            0..=16 => all(attribute, FixedUnicode::<16>::as_bytes),
            17..=256 => all(attribute, FixedUnicode::<256>::as_bytes),
            257..=4096 => all(attribute, FixedUnicode::<4096>::as_bytes),
            4097..=65536 => all(attribute, FixedUnicode::<65536>::as_bytes),
            65537..=0x10_0000 => all(attribute, FixedUnicode::<0x10_0000>::as_bytes),
            _ => return Err(wrong(&"a text of fixed length has more than 1 MiB")),
        },
        other => return Err(wrong(&format_args!("its type is {other}, which is no text"))),
    };
    let decode = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| wrong(&"it is no UTF-8"));
    texts.map_err(|e| wrong(&e))?.into_iter().map(decode).collect()
}

/// The bytes of each: what they claim to be is not known to be text.
fn all<T: H5Type>(attribute: &Attribute, bytes: impl Fn(&T) -> &[u8]) -> hdf5::Result<Vec<Vec<u8>>> {
    Ok(attribute.read_raw::<T>()?.iter().map(|t| bytes(t).to_vec()).collect())
}
