//! Casts between all number types: float to bool is "not 0", float to integer truncates and saturates, integers wrap, halves
//! round to nearest.
use super::block::{Block, Body, CHUNK, compile_narrow, read, write};
use crate::lanes::Level;
use crate::{Isa, isa::isa};
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use std::marker::PhantomData;
use tensor::DType;

/// The block that reads `from` and writes `to`.
pub fn cast_block(from: DType, to: DType) -> Block {
    cast_block_at(isa(), from, to)
}

/// `cast_block` at a level.
pub fn cast_block_at(isa: Isa, from: DType, to: DType) -> Block {
    match from {
        DType::Bool => cast_from::<Truth>(isa, to),
        DType::U8 => cast_from::<u8>(isa, to),
        DType::I8 => cast_from::<i8>(isa, to),
        DType::U16 => cast_from::<u16>(isa, to),
        DType::I16 => cast_from::<i16>(isa, to),
        DType::I32 => cast_from::<i32>(isa, to),
        DType::I64 => cast_from::<i64>(isa, to),
        DType::F16 => cast_from::<f16>(isa, to),
        DType::BF16 => cast_from::<bf16>(isa, to),
        DType::F32 => cast_from::<f32>(isa, to),
        DType::F64 => cast_from::<f64>(isa, to),
    }
}

fn cast_from<A: Source>(isa: Isa, to: DType) -> Block {
    match to {
        DType::Bool => compile_narrow::<Cast<A, Truth>>(isa),
        DType::U8 => compile_narrow::<Cast<A, u8>>(isa),
        DType::I8 => compile_narrow::<Cast<A, i8>>(isa),
        DType::U16 => compile_narrow::<Cast<A, u16>>(isa),
        DType::I16 => compile_narrow::<Cast<A, i16>>(isa),
        DType::I32 => compile_narrow::<Cast<A, i32>>(isa),
        DType::I64 => compile_narrow::<Cast<A, i64>>(isa),
        DType::F16 => compile_narrow::<Cast<A, f16>>(isa),
        DType::BF16 => compile_narrow::<Cast<A, bf16>>(isa),
        DType::F32 => compile_narrow::<Cast<A, f32>>(isa),
        DType::F64 => compile_narrow::<Cast<A, f64>>(isa),
    }
}

/// A bool's byte, true where not 0.
#[derive(Clone, Copy, Default)]
#[repr(transparent)]
struct Truth(u8);

/// A chunk of one type into a chunk of another.
trait Convert<B>: Copy + Default {
    fn convert(from: &[Self; CHUNK], to: &mut [B; CHUNK]);
}

/// What converts to every type.
trait Source:
    Convert<Truth>
    + Convert<u8>
    + Convert<i8>
    + Convert<u16>
    + Convert<i16>
    + Convert<i32>
    + Convert<i64>
    + Convert<f16>
    + Convert<bf16>
    + Convert<f32>
    + Convert<f64>
{
}

struct Cast<A, B>(PhantomData<(A, B)>);
impl<A: Convert<B>, B: Copy + Default> Body for Cast<A, B> {
    #[inline(always)]
    unsafe fn run<L: Level>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
        let (input, output) = (inputs[0].cast::<A>(), output.cast::<B>());
        let (mut x, mut y) = ([A::default(); CHUNK], [B::default(); CHUNK]);
        for i in (0..n).step_by(CHUNK) {
            let k = CHUNK.min(n - i);
            // SAFETY: `k` elements from `i` on are inside.
            unsafe { read(&mut x, input.add(i), k) }
            A::convert(&x, &mut y);
            // SAFETY: as above.
            unsafe { write(&y, output.add(i), k) }
        }
    }
}

/// A conversion that is an expression of the element.
macro_rules! convert {
    ($from:ty, $to:ty, $x:ident => $value:expr) => {
        impl Convert<$to> for $from {
            #[inline(always)]
            fn convert(from: &[$from; CHUNK], to: &mut [$to; CHUNK]) {
                for ($x, to) in from.iter().copied().zip(to) {
                    *to = $value;
                }
            }
        }
    };
}

/// Conversions of a type that `as` knows.
macro_rules! number {
    ($($from:ty),*) => {$(
        impl Source for $from {}
        number!(@to $from: u8, i8, u16, i16, i32, i64, f32, f64);
        convert!($from, Truth, x => Truth((x != 0 as $from) as u8));
        convert!(Truth, $from, x => (x.0 != 0) as u8 as $from);
    )*};
    (@to $from:ty: $($to:ty),*) => { $(convert!($from, $to, x => x as $to);)* };
}
number!(u8, i8, u16, i16, i32, i64, f32, f64);
convert!(Truth, Truth, x => Truth((x.0 != 0) as u8));
impl Source for Truth {}

/// Conversions of a half: through f32, but from f64 at once, as two roundings may differ from one.
macro_rules! half_float {
    ($half:ty, $other:ty) => {
        impl Source for $half {}
        half_float!(@from $half: u8, i8, u16, i16, i32, i64, $other, Truth);
        half_float!(@to $half: u8, i8, u16, i16, i32, i64, f64, Truth);
        convert!(f64, $half, x => <$half>::from_f64(x));
        convert!($half, $half, x => x);
        impl Convert<$half> for f32 {
            #[inline(always)]
            fn convert(from: &[f32; CHUNK], to: &mut [$half; CHUNK]) {
                to.convert_from_f32_slice(from);
            }
        }
        impl Convert<f32> for $half {
            #[inline(always)]
            fn convert(from: &[$half; CHUNK], to: &mut [f32; CHUNK]) {
                from.convert_to_f32_slice(to);
            }
        }
    };
    (@from $half:ty: $($from:ty),*) => {$(
        impl Convert<$half> for $from {
            #[inline(always)]
            fn convert(from: &[$from; CHUNK], to: &mut [$half; CHUNK]) {
                let mut between = [0f32; CHUNK];
                <$from>::convert(from, &mut between);
                f32::convert(&between, to);
            }
        }
    )*};
    (@to $half:ty: $($to:ty),*) => {$(
        impl Convert<$to> for $half {
            #[inline(always)]
            fn convert(from: &[$half; CHUNK], to: &mut [$to; CHUNK]) {
                let mut between = [0f32; CHUNK];
                <$half>::convert(from, &mut between);
                f32::convert(&between, to);
            }
        }
    )*};
}
half_float!(f16, bf16);
half_float!(bf16, f16);
