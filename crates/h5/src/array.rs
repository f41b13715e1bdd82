//! Arrays as data sets: contiguous when written, of any layout and number type when read.
use crate::error::format;
use hdf5::{
    Dataset, DatasetBuilder, H5Type,
    dataset::Layout,
    types::{FloatSize, IntSize, TypeDescriptor},
};
use tensor::{Array, DType, Element, Lines, Result};

/// The most that one compressed byte can become, by deflate's own rules.
const INFLATION: u64 = 1032;
/// What is always allowed for parts whose size in the file says little: fill values, chunks.
const SLACK: u64 = 1 << 24;

pub(crate) fn write(builder: DatasetBuilder, name: &str, array: &Array) -> hdf5::Result<()> {
    match array.dtype() {
        DType::Bool | DType::U8 => put::<u8>(builder, name, array),
        DType::I8 => put::<i8>(builder, name, array),
        DType::U16 => put::<u16>(builder, name, array),
        DType::I16 => put::<i16>(builder, name, array),
        DType::I32 => put::<i32>(builder, name, array),
        DType::I64 => put::<i64>(builder, name, array),
        DType::F16 => put::<half::f16>(builder, name, array),
        // HDF5's readers have no such type.
        DType::BF16 => put::<f32>(builder, name, &array.cast(DType::F32)),
        DType::F32 => put::<f32>(builder, name, array),
        DType::F64 => put::<f64>(builder, name, array),
    }
}

fn put<T: Element + H5Type>(builder: DatasetBuilder, name: &str, array: &Array) -> hdf5::Result<()> {
    let dataset = builder.empty::<T>().shape(array.shape()).create(name)?;
    let numbers = array.as_slice::<T>().map_err(|e| e.to_string())?;
    if numbers.is_empty() { Ok(()) } else { dataset.write_raw(numbers) }
}

pub(crate) fn read(dataset: &Dataset, place: &str, size: Option<u64>) -> Result<Array> {
    let wrong = |why: &dyn std::fmt::Display| format(place, why);
    let kind = dataset.dtype().and_then(|t| t.to_descriptor().map(|d| (d, t.size()))).map_err(|e| wrong(&e))?;
    let (descriptor, element) = kind;
    let space = dataset.space().map_err(|e| wrong(&e))?;
    if space.is_null() {
        return Err(wrong(&"it is empty"));
    }
    let shape = space.shape();
    check(dataset, place, &shape, element, size)?;
    use TypeDescriptor::{Float, Integer, Unsigned};
    match descriptor {
        // Two bytes are half precision or bfloat16: the library converts either.
        Float(FloatSize::U2 | FloatSize::U4) => get::<f32>(dataset, place, shape),
        Float(FloatSize::U8) => get::<f64>(dataset, place, shape),
        Integer(IntSize::U1) => get::<i8>(dataset, place, shape),
        Integer(IntSize::U2) => get::<i16>(dataset, place, shape),
        Integer(IntSize::U4) => get::<i32>(dataset, place, shape),
        Integer(IntSize::U8) | Unsigned(IntSize::U4 | IntSize::U8) => get::<i64>(dataset, place, shape),
        Unsigned(IntSize::U1) => get::<u8>(dataset, place, shape),
        Unsigned(IntSize::U2) => get::<u16>(dataset, place, shape),
        other => Err(wrong(&format_args!("its type is {other}, which is no number"))),
    }
}

/// Reads into memory that the array keeps.
fn get<T: Element + H5Type>(dataset: &Dataset, place: &str, shape: Vec<usize>) -> Result<Array> {
    let len: usize = shape.iter().product();
    let mut lines = Lines::zeroed(len * size_of::<T>());
    if len > 0 {
        dataset.read_into_raw(bytemuck::cast_slice_mut::<u8, T>(lines.bytes_mut())).map_err(|e| format(place, e))?;
    }
    Array::new(T::DTYPE, shape, lines)
}

/// Holds what an array claims to be against what the file can hold.
fn check(dataset: &Dataset, place: &str, shape: &[usize], element: usize, size: Option<u64>) -> Result<()> {
    let wrong = |why: &str| Err(format(place, format_args!("{why}; it claims the shape {shape:?}")));
    // At least a float's width: an array of bytes may become one of floats.
    let bytes = shape.iter().try_fold(element.max(4) as u64, |n, d| n.checked_mul(*d as u64));
    let Some(bytes) = bytes.filter(|b| *b < isize::MAX as u64) else { return wrong("it is larger than any memory") };
    let Some(size) = size else { return Ok(()) };
    let plist = dataset.dcpl().map_err(|e| format(place, e))?;
    if !plist.external().is_empty() {
        return wrong("its numbers are in another file, which is not followed");
    }
    let stored = dataset.storage_size();
    if stored > size {
        return wrong("it is larger than the file");
    }
    match plist.layout() {
        Layout::Compact | Layout::Contiguous => {
            // A float16 becomes a float32, a byte at most four: the file holds at least a quarter.
            if bytes / 4 > stored.saturating_add(SLACK) { wrong("the file holds less of it") } else { Ok(()) }
        }
        Layout::Chunked => {
            let chunk = dataset.chunk().unwrap_or_default();
            let one = chunk.iter().try_fold(element as u64, |n, d| n.checked_mul(*d as u64));
            let most = stored.saturating_mul(INFLATION).saturating_add(SLACK);
            if one.is_none_or(|one| one > most) || bytes / 4 > most { wrong("the file holds less of it") } else { Ok(()) }
        }
        _ => wrong("it is put together from other arrays, which is not followed"),
    }
}
