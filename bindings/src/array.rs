//! `NDArray` as JavaScript sees it: a native class over the engine's array, made from whatever JavaScript programs hold numbers in.
//! What comes in is copied once, at the call, since JavaScript may transfer or write its memory later; what goes out is V8's own memory.
use crate::{
    error::Failure,
    guard::guard,
    nested::from_nested,
    value::{cast, describe, is_object, property, scoped, typed_array, whole_numbers},
};
use ironhorn::globals;
use napi::{
    Env, JsValue, Property, PropertyAttributes, Unknown, ValueType,
    bindgen_prelude::{
        BigInt64ArraySlice, ClassInstance, Float32ArraySlice, Float64ArraySlice, Int8ArraySlice, Int16ArraySlice, Int32ArraySlice,
        JsObjectValue, Object, ObjectFinalize, This, ToNapiValue, TypedArray, TypedArrayType, Uint8ArraySlice, Uint16ArraySlice,
    },
};
use napi_derive::napi;
use tensor::{Array, DType, Error};

/// An immutable array in native memory.
#[napi(js_name = "NDArray", custom_finalize)]
pub struct NdArray {
    /// Its elements.
    pub(crate) array: Array,
}

impl ObjectFinalize for NdArray {
    fn finalize(self, env: Env) -> napi::Result<()> {
        guard(|| {
            env.adjust_external_memory(-(self.array.bytes().len() as i64))?;
            Ok(())
        })
    }
}

impl NdArray {
    /// A handle over `array`; V8 is told what hangs on it, so that it collects in time.
    pub fn wrap(env: &Env, array: Array) -> Result<NdArray, Failure> {
        env.adjust_external_memory(array.bytes().len() as i64)?;
        Ok(NdArray { array })
    }
}

#[napi]
impl NdArray {
    /// From nested arrays, a typed array, another array or an object with `data` and `shape`. `options` is a shape, or an object
    /// with `shape` and `dtype`.
    #[napi(constructor)]
    pub fn new(env: Env, value: Unknown, options: Option<Unknown>) -> napi::Result<NdArray> {
        guard(|| {
            let (shape, dtype) = options.map_or(Ok((None, None)), |o| shape_and_dtype(&o))?;
            let mut array = read_array(&env, &value, dtype.unwrap_or_else(globals::floatx))?;
            if let Some(dtype) = dtype {
                array = array.cast(dtype);
            }
            if let Some(shape) = shape {
                array = shaped(&array, shape, "The array")?;
            }
            NdArray::wrap(&env, array)
        })
    }

    /// The sizes, outermost first.
    #[napi(getter)]
    pub fn shape(&self) -> napi::Result<Vec<f64>> {
        guard(|| Ok(self.array.shape().iter().map(|d| *d as f64).collect()))
    }

    /// The name of the number type.
    #[napi(getter)]
    pub fn dtype(&self) -> napi::Result<&'static str> {
        guard(|| Ok(self.array.dtype().name()))
    }

    /// The number of elements.
    #[napi(getter)]
    pub fn size(&self) -> napi::Result<f64> {
        guard(|| Ok(self.array.len() as f64))
    }

    /// A copy of the elements as a typed array; the first reading makes it and puts it over this getter.
    #[napi(getter)]
    pub fn data<'a>(&self, env: &'a Env, mut this: This<'a>) -> napi::Result<Unknown<'a>> {
        guard(|| {
            let copy = to_typed(env, &self.array)?;
            let property = Property::new().with_utf8_name("data")?.with_value(&copy);
            this.object.define_properties(&[property.with_property_attributes(PropertyAttributes::Default)])?;
            Ok(copy)
        })
    }

    /// The elements as nested arrays of numbers (booleans for bool); a number when there are no axes.
    #[napi]
    pub fn to_array<'a>(&self, env: &'a Env) -> napi::Result<Unknown<'a>> {
        guard(|| nest(env, self.array.dtype(), self.array.shape(), &self.array.to_f64()))
    }

    /// The only element, as a number.
    #[napi]
    pub fn item(&self) -> napi::Result<f64> {
        guard(|| match (self.array.len(), self.array.to_f64().first()) {
            (1, Some(x)) => Ok(*x),
            (n, _) => {
                let message = format!("item() is for arrays of one element; this one has {n}, with shape {:?}.", self.array.shape());
                Err(Error::value("array_item", message).into())
            }
        })
    }
}

/// The array that a JavaScript value stands for. A handle shares its memory, everything else is copied.
/// `number_type` is the type that plain numbers become.
pub fn read_array(env: &Env, value: &Unknown, number_type: DType) -> Result<Array, Failure> {
    if !is_object(value)? {
        if matches!(value.get_type()?, ValueType::Number | ValueType::Boolean | ValueType::BigInt) {
            return from_nested(env, value, number_type);
        }
        return Err(not_an_array(value)?);
    }
    if value.is_typedarray()? {
        return copy_typed(&typed_array(value)?);
    }
    if value.is_array()? {
        return from_nested(env, value, number_type);
    }
    if let Ok(handle) = cast::<ClassInstance<NdArray>>(value) {
        return Ok(handle.array.clone());
    }
    let object = value.coerce_to_object()?;
    match (property(&object, "data")?, property(&object, "shape")?) {
        (Some(data), Some(shape)) => read_shaped(env, &object, &data, &shape, number_type),
        _ => Err(not_an_array(value)?),
    }
}

fn not_an_array(value: &Unknown) -> Result<Failure, Failure> {
    let message = format!(
        "Expected numbers in nested arrays, a typed array, an NDArray, or an object with data and shape, but got {}.",
        describe(value)?
    );
    Ok(Error::type_("array_type", message).into())
}

/// `[2, 3]`, or `{ shape: [2, 3], dtype: 'int32' }`.
fn shape_and_dtype(options: &Unknown) -> Result<(Option<Vec<usize>>, Option<DType>), Failure> {
    match options.get_type()? {
        ValueType::Undefined | ValueType::Null => return Ok((None, None)),
        ValueType::Object => {}
        _ => {
            let message = format!("The second argument is a shape or {{ shape, dtype }}, not {}.", describe(options)?);
            return Err(Error::type_("argument_type", message).into());
        }
    }
    if options.is_array()? || options.is_typedarray()? {
        return Ok((Some(read_shape(options)?), None));
    }
    let object = options.coerce_to_object()?;
    for key in Object::keys(&object)? {
        if !["shape", "dtype"].contains(&key.as_str()) {
            let hint = tensor::closest(&key, ["shape", "dtype"]).map(|k| format!("; did you mean {k:?}?")).unwrap_or_default();
            return Err(Error::type_("option_unknown", format!("NDArray has no option {key:?}{hint}")).into());
        }
    }
    let shape = property(&object, "shape")?.map(|s| read_shape(&s)).transpose()?;
    let dtype = match property(&object, "dtype")? {
        None => None,
        Some(d) => Some(DType::parse(&cast::<String>(&d)?)?),
    };
    Ok((shape, dtype))
}

fn read_shape(value: &Unknown) -> Result<Vec<usize>, Failure> {
    Ok(whole_numbers(value, "The shape", 0)?.into_iter().map(|n| n as usize).collect())
}

/// How many elements a shape has; more than memory can hold is refused before anything is allocated.
fn count(shape: &[usize]) -> Result<usize, Failure> {
    let count = shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d)).filter(|n| *n <= isize::MAX as usize / 8);
    count.ok_or_else(|| Error::value("array_size", format!("An array of shape {shape:?} does not fit into memory.")).into())
}

/// The same elements under `shape`.
fn shaped(array: &Array, shape: Vec<usize>, what: &str) -> Result<Array, Failure> {
    let wanted = count(&shape)?;
    if array.len() != wanted {
        let message = format!("{what} has {} elements, but the shape {shape:?} needs {wanted}.", array.len());
        return Err(Error::value("array_size", message).into());
    }
    Ok(array.reshape(shape)?)
}

/// `{ data, shape }`, and scijs's ndarray, which adds `stride` and `offset`.
fn read_shaped(env: &Env, object: &Object, data: &Unknown, shape: &Unknown, number_type: DType) -> Result<Array, Failure> {
    let shape = read_shape(shape)?;
    count(&shape)?;
    // Not an object with data and shape again: it could hold itself.
    let unfit = is_object(data)? && !data.is_typedarray()? && !data.is_array()? && cast::<ClassInstance<NdArray>>(data).is_err();
    let flat = if unfit { return Err(not_an_array(data)?) } else { read_array(env, data, number_type)? };
    let flat = flat.reshape([flat.len()])?;
    let steps = property(object, "stride")?.map(|s| whole_numbers(&s, "The stride", i64::MIN >> 16)).transpose()?;
    let Some(steps) = steps else {
        return shaped(&flat, shape, "data");
    };
    if steps.len() != shape.len() {
        return Err(Error::value("array_stride", format!("stride has {} entries, shape has {}.", steps.len(), shape.len())).into());
    }
    let offset = property(object, "offset")?.map(|o| cast::<f64>(&o)).transpose()?.unwrap_or(0.0);
    Ok(gather(&flat, &shape, &steps, offset)?)
}

/// Copies the elements that strides and offset point at into row-major order.
fn gather(flat: &Array, shape: &[usize], steps: &[i64], offset: f64) -> tensor::Result<Array> {
    // The elements farthest to either side: when they are inside, all are.
    let reach = |side: i128| shape.iter().zip(steps).map(|(d, s)| (i128::from(*s) * (*d as i128 - 1) * side).max(0) * side).sum::<i128>();
    let empty = shape.contains(&0);
    let (low, high) = (offset as i128 + reach(-1), offset as i128 + reach(1));
    if offset.fract() != 0.0 || (!empty && (low < 0 || high >= flat.len() as i128)) {
        let message = format!("offset and stride reach elements {low} to {high} of data, which has {}.", flat.len());
        return Err(Error::value("array_stride", message));
    }
    let (size, source, total) = (flat.dtype().size(), flat.bytes(), shape.iter().product::<usize>());
    let mut bytes = Vec::new();
    let too_large = |_| Error::runtime("memory", format!("An array of shape {shape:?} does not fit into memory."));
    bytes.try_reserve_exact(total * size).map_err(too_large)?;
    let (mut place, mut at) = (vec![0; shape.len()], offset as i64);
    for _ in 0..total {
        bytes.extend_from_slice(&source[at as usize * size..][..size]);
        // Counts up like an odometer.
        for axis in (0..shape.len()).rev() {
            place[axis] += 1;
            at += steps[axis];
            if place[axis] < shape[axis] {
                break;
            }
            at -= steps[axis] * shape[axis] as i64;
            place[axis] = 0;
        }
    }
    Array::from_bytes(flat.dtype(), shape, &bytes)
}

/// A copy of a typed array, of one axis. Types that the engine does not have are widened.
pub fn copy_typed(view: &TypedArray) -> Result<Array, Failure> {
    let bytes: &[u8] = &view.arraybuffer;
    let kind = match view.typed_array_type {
        TypedArrayType::Int8 => DType::I8,
        TypedArrayType::Uint8 | TypedArrayType::Uint8Clamped => DType::U8,
        TypedArrayType::Int16 => DType::I16,
        TypedArrayType::Uint16 => DType::U16,
        TypedArrayType::Int32 => DType::I32,
        TypedArrayType::Float32 => DType::F32,
        TypedArrayType::Float64 => DType::F64,
        TypedArrayType::BigInt64 => DType::I64,
        TypedArrayType::Uint32 => {
            let wide = bytes.chunks_exact(4).map(|b| i64::from(u32::from_ne_bytes([b[0], b[1], b[2], b[3]])));
            let wide: Vec<i64> = wide.collect();
            return Ok(Array::from_slice([wide.len()], &wide)?);
        }
        _ => {
            let message = "BigUint64Array and Float16Array are not taken. Convert to BigInt64Array or Float32Array.";
            return Err(Error::type_("array_dtype", message).into());
        }
    };
    Ok(Array::from_bytes(kind, [bytes.len() / kind.size()], bytes)?)
}

/// A copy in V8's own memory.
fn to_typed<'a>(env: &'a Env, array: &Array) -> Result<Unknown<'a>, Failure> {
    Ok(match array.dtype() {
        DType::Bool | DType::U8 => Uint8ArraySlice::copy_from(env, array.as_slice::<u8>()?)?.to_unknown(),
        DType::I8 => Int8ArraySlice::copy_from(env, array.as_slice::<i8>()?)?.to_unknown(),
        DType::U16 => Uint16ArraySlice::copy_from(env, array.as_slice::<u16>()?)?.to_unknown(),
        DType::I16 => Int16ArraySlice::copy_from(env, array.as_slice::<i16>()?)?.to_unknown(),
        DType::I32 => Int32ArraySlice::copy_from(env, array.as_slice::<i32>()?)?.to_unknown(),
        DType::I64 => BigInt64ArraySlice::copy_from(env, array.as_slice::<i64>()?)?.to_unknown(),
        DType::F32 => Float32ArraySlice::copy_from(env, array.as_slice::<f32>()?)?.to_unknown(),
        DType::F64 => Float64ArraySlice::copy_from(env, array.as_slice::<f64>()?)?.to_unknown(),
        DType::F16 | DType::BF16 => Float32ArraySlice::copy_from(env, array.cast(DType::F32).as_slice::<f32>()?)?.to_unknown(),
    })
}

/// Nested arrays of `numbers`.
fn nest<'a>(env: &'a Env, dtype: DType, shape: &[usize], numbers: &[f64]) -> Result<Unknown<'a>, Failure> {
    let Some((rows, rest)) = shape.split_first() else {
        let x = numbers.first().copied().unwrap_or(f64::NAN);
        return if dtype == DType::Bool { Ok((x != 0.0).into_unknown(env)?) } else { Ok(x.into_unknown(env)?) };
    };
    let size = rest.iter().product::<usize>();
    let mut list = env.create_array(*rows as u32)?;
    // One scope a row: a handle an element would be slow and large.
    scoped(env, || {
        for i in 0..*rows {
            list.set(i as u32, nest(env, dtype, rest, &numbers[i * size..][..size])?)?;
        }
        Ok(())
    })?;
    Ok(list.to_unknown())
}
