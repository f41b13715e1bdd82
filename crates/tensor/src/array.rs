//! Host arrays: a number type, sizes, and bytes that are aligned for vector code and shared, never copied, when passed on.
use crate::{DType, Error, Result};
use bytemuck::{Pod, Zeroable};
use std::sync::Arc;

/// One cache line; arrays are made of whole lines, so that every array starts on one.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// Zeroed bytes in whole, aligned cache lines.
#[derive(Clone, Default)]
pub struct Lines {
    lines: Vec<Line>,
    len: usize,
}

impl Lines {
    /// `len` zero bytes.
    pub fn zeroed(len: usize) -> Lines {
        Lines { lines: vec![Line([0; 64]); len.div_ceil(64)], len }
    }
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.lines)[..self.len]
    }
    /// The bytes, to write.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.lines)[..self.len]
    }
}

/// A Rust type that is the element of a number type.
pub trait Element: Pod + PartialOrd + std::fmt::Debug + Send + Sync {
    /// The number type it is the element of (u8 reads bool too).
    const DTYPE: DType;
}
macro_rules! elements { ($($t:ty: $d:ident),*) => { $(impl Element for $t { const DTYPE: DType = DType::$d; })* } }
elements!(u8: U8, i8: I8, u16: U16, i16: I16, i32: I32, i64: I64, f32: F32, f64: F64, half::f16: F16, half::bf16: BF16);

/// An immutable host array. Cloning shares the bytes.
#[derive(Clone)]
pub struct Array {
    dtype: DType,
    shape: Vec<usize>,
    lines: Arc<Lines>,
}

impl Array {
    /// An array over `lines`. Error `array_size` if the byte count is not that of the shape.
    pub fn new(dtype: DType, shape: impl Into<Vec<usize>>, lines: Lines) -> Result<Array> {
        let shape = shape.into();
        let wanted = shape.iter().try_fold(dtype.size(), |n, d| n.checked_mul(*d));
        if wanted != Some(lines.len) {
            return Err(Error::value(
                "array_size",
                format!("An array of shape {shape:?} and type {dtype} does not have {} bytes.", lines.len),
            ));
        }
        Ok(Array { dtype, shape, lines: Arc::new(lines) })
    }
    /// All zeros.
    pub fn zeros(dtype: DType, shape: impl Into<Vec<usize>>) -> Array {
        let shape = shape.into();
        let len = shape.iter().product::<usize>() * dtype.size();
        Array { dtype, shape, lines: Arc::new(Lines::zeroed(len)) }
    }
    /// A copy of `data` with that shape. Error `array_size` if the counts differ.
    pub fn from_slice<T: Element>(shape: impl Into<Vec<usize>>, data: &[T]) -> Result<Array> {
        Array::from_bytes(T::DTYPE, shape, bytemuck::cast_slice(data))
    }
    /// A copy of raw bytes. Error `array_size` if the counts differ.
    pub fn from_bytes(dtype: DType, shape: impl Into<Vec<usize>>, bytes: &[u8]) -> Result<Array> {
        let mut lines = Lines::zeroed(bytes.len());
        lines.bytes_mut().copy_from_slice(bytes);
        Array::new(dtype, shape, lines)
    }
    /// One number.
    pub fn scalar<T: Element>(x: T) -> Array {
        Array::from_slice([], &[x]).unwrap_or_else(|_| Array::zeros(T::DTYPE, []))
    }
    /// One number given as f64, in the type `dtype`.
    pub fn scalar_of(dtype: DType, x: f64) -> Array {
        Array::full(dtype, [], x)
    }
    /// The same number everywhere.
    pub fn full(dtype: DType, shape: impl Into<Vec<usize>>, x: f64) -> Array {
        let shape = shape.into();
        let n = shape.iter().product();
        Array::from_f64(dtype, shape, &vec![x; n]).unwrap_or_else(|_| Array::zeros(dtype, []))
    }
    /// `data` rounded into `dtype`. Error `array_size` if the counts differ.
    pub fn from_f64(dtype: DType, shape: impl Into<Vec<usize>>, data: &[f64]) -> Result<Array> {
        let shape = shape.into();
        fn put<T: Element>(shape: Vec<usize>, data: &[f64], f: impl Fn(f64) -> T) -> Result<Array> {
            Array::from_slice(shape, &data.iter().map(|x| f(*x)).collect::<Vec<_>>())
        }
        match dtype {
            DType::Bool => put(shape, data, |x| u8::from(x != 0.0))?.retyped(DType::Bool),
            DType::U8 => put(shape, data, |x| x as u8),
            DType::I8 => put(shape, data, |x| x as i8),
            DType::U16 => put(shape, data, |x| x as u16),
            DType::I16 => put(shape, data, |x| x as i16),
            DType::I32 => put(shape, data, |x| x as i32),
            DType::I64 => put(shape, data, |x| x as i64),
            DType::F16 => put(shape, data, half::f16::from_f64),
            DType::BF16 => put(shape, data, half::bf16::from_f64),
            DType::F32 => put(shape, data, |x| x as f32),
            DType::F64 => put(shape, data, |x| x),
        }
    }
    fn retyped(mut self, dtype: DType) -> Result<Array> {
        self.dtype = dtype;
        Ok(self)
    }
    /// Number type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// Sizes, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }
    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The raw bytes.
    pub fn bytes(&self) -> &[u8] {
        self.lines.bytes()
    }
    /// The elements. Error `array_dtype` if they are of another type.
    pub fn as_slice<T: Element>(&self) -> Result<&[T]> {
        if T::DTYPE == self.dtype || (T::DTYPE == DType::U8 && self.dtype == DType::Bool) {
            Ok(bytemuck::cast_slice(self.bytes()))
        } else {
            Err(Error::type_("array_dtype", format!("The array holds {}, not {}.", self.dtype, T::DTYPE)))
        }
    }
    /// Every element as f64.
    pub fn to_f64(&self) -> Vec<f64> {
        fn all<T: Element>(bytes: &[u8], f: impl Fn(T) -> f64) -> Vec<f64> {
            bytemuck::cast_slice::<u8, T>(bytes).iter().map(|x| f(*x)).collect()
        }
        let b = self.bytes();
        match self.dtype {
            DType::Bool | DType::U8 => all::<u8>(b, f64::from),
            DType::I8 => all::<i8>(b, f64::from),
            DType::U16 => all::<u16>(b, f64::from),
            DType::I16 => all::<i16>(b, f64::from),
            DType::I32 => all::<i32>(b, f64::from),
            DType::I64 => all::<i64>(b, |x| x as f64),
            DType::F16 => all::<half::f16>(b, f64::from),
            DType::BF16 => all::<half::bf16>(b, f64::from),
            DType::F32 => all::<f32>(b, f64::from),
            DType::F64 => all::<f64>(b, |x| x),
        }
    }
    /// The same numbers in another type (shared when it is already that type).
    pub fn cast(&self, dtype: DType) -> Array {
        if dtype == self.dtype {
            return self.clone();
        }
        Array::from_f64(dtype, self.shape.clone(), &self.to_f64()).unwrap_or_else(|_| Array::zeros(dtype, []))
    }
    /// The same bytes under another shape. Error `array_size` if the counts differ.
    pub fn reshape(&self, shape: impl Into<Vec<usize>>) -> Result<Array> {
        let shape = shape.into();
        if shape.iter().product::<usize>() != self.len() {
            return Err(Error::value(
                "array_size",
                format!("Cannot reshape {:?} to {shape:?}: the number of elements differs.", self.shape),
            ));
        }
        Ok(Array { dtype: self.dtype, shape, lines: self.lines.clone() })
    }
    /// Rows `start..end` of the first axis, copied. Error `array_rows` if they are not there.
    pub fn rows(&self, start: usize, end: usize) -> Result<Array> {
        let n = self.shape.first().copied().unwrap_or(0);
        if start > end || end > n {
            return Err(Error::value("array_rows", format!("Rows {start} to {end} are not in an array of shape {:?}.", self.shape)));
        }
        let row = self.bytes().len() / n.max(1);
        let mut shape = self.shape.clone();
        shape[0] = end - start;
        Array::from_bytes(self.dtype, shape, &self.bytes()[start * row..end * row])
    }
}

impl std::fmt::Debug for Array {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Array({}, {:?}", self.dtype, self.shape)?;
        if self.len() <= 16 {
            write!(f, ", {:?}", self.to_f64())?;
        }
        f.write_str(")")
    }
}

impl PartialEq for Array {
    fn eq(&self, other: &Array) -> bool {
        self.dtype == other.dtype && self.shape == other.shape && self.bytes() == other.bytes()
    }
}

/// Row-major strides, in elements.
pub fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for i in (1..shape.len()).rev() {
        strides[i - 1] = strides[i] * shape[i];
    }
    strides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_aligned_checked_and_shared() {
        let a = Array::from_slice([2, 3], &[1f32, 2., 3., 4., 5., 6.]).unwrap();
        assert_eq!(a.bytes().as_ptr() as usize % 64, 0);
        assert_eq!(a.rows(1, 2).unwrap().as_slice::<f32>().unwrap(), [4., 5., 6.]);
        assert_eq!(a.as_slice::<i32>().unwrap_err().code(), "array_dtype");
        assert_eq!(Array::from_slice([2, 2], &[1f32]).unwrap_err().code(), "array_size");
        assert_eq!(a.cast(DType::I64).to_f64(), a.to_f64());
        assert_eq!(a.reshape([3, 2]).unwrap().bytes().as_ptr(), a.bytes().as_ptr());
        assert_eq!(strides(&[2, 3, 4]), [12, 4, 1]);
    }
}
