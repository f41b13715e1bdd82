//! Blocks: one formula over `n` elements in memory, compiled for every instruction set from one generic body.
use crate::lanes::{Level, Number, Real};
use crate::{Isa, isa::isa, lanes};
use std::marker::PhantomData;
use tensor::DType;

/// Computes `n` elements of `output` from as many of each input. Unused inputs may be anything. An input may be the output's
/// own memory if its elements are of the same size; otherwise they must not overlap. Nothing need be aligned.
///
/// # Safety
/// The inputs the block's formula reads and the output are valid for `n` elements of its types, and this CPU has the
/// instructions it was made for.
pub type Block = unsafe fn(inputs: [*const u8; 3], output: *mut u8, n: usize);

/// A function of floats. `apply` must be `inline(always)`.
pub trait FloatFormula {
    /// How many of the three it reads.
    const ARITY: usize;
    /// The formula.
    fn apply<T: Real>(x: [T; 3]) -> T;
}

/// A function of any numbers. `apply` must be `inline(always)`.
pub trait NumberFormula {
    /// How many of the three it reads.
    const ARITY: usize;
    /// The formula.
    fn apply<T: Number>(x: [T; 3]) -> T;
}

/// A question about any numbers. `test` must be `inline(always)`.
pub trait Predicate {
    /// How many of the three it reads.
    const ARITY: usize;
    /// The question.
    fn test<T: Number>(x: [T; 3]) -> T::Mask;
}

/// Two or one truth values into one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Logical {
    /// Both.
    And,
    /// Either.
    Or,
    /// The opposite of the first.
    Not,
}

/// The block of a formula over F32 or F64.
pub fn float_block<F: FloatFormula>(dtype: DType) -> Option<Block> {
    float_block_at::<F>(isa(), dtype)
}

/// `float_block` at a level.
pub fn float_block_at<F: FloatFormula>(isa: Isa, dtype: DType) -> Option<Block> {
    match dtype {
        DType::F32 => Some(compile::<Singles<OfFloats<F>>>(isa)),
        DType::F64 => Some(compile::<Doubles<OfFloats<F>>>(isa)),
        _ => None,
    }
}

/// The block of a formula over F32, F64, I32, I64 or U8.
pub fn number_block<F: NumberFormula>(dtype: DType) -> Option<Block> {
    number_block_at::<F>(isa(), dtype)
}

/// `number_block` at a level.
pub fn number_block_at<F: NumberFormula>(isa: Isa, dtype: DType) -> Option<Block> {
    match dtype {
        DType::F32 => Some(compile::<Singles<OfNumbers<F>>>(isa)),
        DType::F64 => Some(compile::<Doubles<OfNumbers<F>>>(isa)),
        DType::I32 => Some(compile_narrow::<Each<i32, OfNumbers<F>>>(isa)),
        DType::I64 => Some(compile_narrow::<Each<i64, OfNumbers<F>>>(isa)),
        DType::U8 => Some(compile_narrow::<Each<u8, OfNumbers<F>>>(isa)),
        _ => None,
    }
}

/// The block of a question over F32, F64, I32, I64, U8 or Bool; it writes bytes, 0 or 1.
pub fn predicate_block<F: Predicate>(dtype: DType) -> Option<Block> {
    predicate_block_at::<F>(isa(), dtype)
}

/// `predicate_block` at a level.
pub fn predicate_block_at<F: Predicate>(isa: Isa, dtype: DType) -> Option<Block> {
    match dtype {
        DType::F32 => Some(compile::<Singles<Test<F>>>(isa)),
        DType::F64 => Some(compile::<Doubles<Test<F>>>(isa)),
        DType::I32 => Some(compile_narrow::<Each<i32, Test<F>>>(isa)),
        DType::I64 => Some(compile_narrow::<Each<i64, Test<F>>>(isa)),
        DType::U8 | DType::Bool => Some(compile_narrow::<Each<u8, Test<F>>>(isa)),
        _ => None,
    }
}

/// The block that takes a byte mask and two inputs of `dtype`: the first of them where the byte is not 0.
pub fn select_block(dtype: DType) -> Block {
    select_block_at(isa(), dtype)
}

/// `select_block` at a level.
pub fn select_block_at(isa: Isa, dtype: DType) -> Block {
    match (dtype, dtype.size()) {
        (DType::F32, _) => compile::<Singles<Choose>>(isa),
        (DType::F64, _) => compile::<Doubles<Choose>>(isa),
        (_, 1) => compile_narrow::<Select<u8>>(isa),
        (_, 2) => compile_narrow::<Select<u16>>(isa),
        (_, 4) => compile_narrow::<Select<u32>>(isa),
        _ => compile_narrow::<Select<u64>>(isa),
    }
}

/// The block over bytes that are true where not 0; it writes 0 or 1.
pub fn logical_block(which: Logical) -> Block {
    logical_block_at(isa(), which)
}

/// `logical_block` at a level.
pub fn logical_block_at(isa: Isa, which: Logical) -> Block {
    match which {
        Logical::And => compile_narrow::<Truth<0>>(isa),
        Logical::Or => compile_narrow::<Truth<1>>(isa),
        Logical::Not => compile_narrow::<Truth<2>>(isa),
    }
}

/// A loop over `n` elements that can be compiled for any level.
pub(super) trait Body {
    /// The loop; `inline(always)`.
    ///
    /// # Safety
    /// As for `Block`.
    unsafe fn run<L: Level>(inputs: [*const u8; 3], output: *mut u8, n: usize);
}

/// The body as a block of that level. Panics if this CPU does not have it.
pub(super) fn compile<B: Body>(isa: Isa) -> Block {
    assert!(isa.supported(), "this CPU has no {isa}");
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => avx512::<B>,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => avx2::<B>,
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => plain::<B, lanes::Neon>,
        _ => plain::<B, lanes::Scalar>,
    }
}

/// Like `compile` for loops that leave vectors to the compiler, which gains little beyond AVX2.
pub(super) fn compile_narrow<B: Body>(isa: Isa) -> Block {
    compile::<B>(isa.min(Isa::Avx2))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,f16c")]
unsafe fn avx512<B: Body>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
    // SAFETY: promised by the caller.
    unsafe { B::run::<lanes::Avx512>(inputs, output, n) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn avx2<B: Body>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
    // SAFETY: promised by the caller.
    unsafe { B::run::<lanes::Avx2>(inputs, output, n) }
}

unsafe fn plain<B: Body, L: Level>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
    // SAFETY: promised by the caller.
    unsafe { B::run::<L>(inputs, output, n) }
}

/// What happens to one vector of type `V`.
trait Step<V: Number> {
    const ARITY: usize;
    /// What one element of the output is.
    type Out: Copy + Default;
    /// # Safety
    /// `p` valid for writing `n` elements, `n <= LANES`.
    unsafe fn apply(x: [V; 3], p: *mut Self::Out, n: usize);
}

struct OfFloats<F>(PhantomData<F>);
impl<V: Real, F: FloatFormula> Step<V> for OfFloats<F> {
    const ARITY: usize = F::ARITY;
    type Out = V::Item;
    #[inline(always)]
    unsafe fn apply(x: [V; 3], p: *mut V::Item, n: usize) {
        // SAFETY: promised by the caller.
        unsafe { put(F::apply(x), p, n) }
    }
}

struct OfNumbers<F>(PhantomData<F>);
impl<V: Number, F: NumberFormula> Step<V> for OfNumbers<F> {
    const ARITY: usize = F::ARITY;
    type Out = V::Item;
    #[inline(always)]
    unsafe fn apply(x: [V; 3], p: *mut V::Item, n: usize) {
        // SAFETY: promised by the caller.
        unsafe { put(F::apply(x), p, n) }
    }
}

struct Test<F>(PhantomData<F>);
impl<V: Number, F: Predicate> Step<V> for Test<F> {
    const ARITY: usize = F::ARITY;
    type Out = u8;
    #[inline(always)]
    unsafe fn apply(x: [V; 3], p: *mut u8, n: usize) {
        // SAFETY: promised by the caller.
        unsafe { V::store_mask(F::test(x), p, n) }
    }
}

/// Writes the first `n` lanes.
///
/// # Safety
/// `p` valid for writing `n` elements, `n <= LANES`.
#[inline(always)]
unsafe fn put<V: Number>(y: V, p: *mut V::Item, n: usize) {
    // SAFETY: promised by the caller.
    if n == V::LANES { unsafe { y.store(p) } } else { unsafe { y.store_part(p, n) } }
}

/// All elements, vector by vector; the last one filled up with zeros, so that a tail is computed like everything else.
///
/// # Safety
/// As for `Block`.
#[inline(always)]
unsafe fn sweep<V: Number, S: Step<V>>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
    let (inputs, output) = (inputs.map(|p| p.cast::<V::Item>()), output.cast::<S::Out>());
    let whole = n - n % V::LANES;
    let mut i = 0;
    while i < whole {
        // SAFETY: `i + LANES <= n`; unused inputs are not read.
        unsafe {
            let a = V::load(inputs[0].add(i));
            let b = if S::ARITY > 1 { V::load(inputs[1].add(i)) } else { a };
            let c = if S::ARITY > 2 { V::load(inputs[2].add(i)) } else { a };
            S::apply([a, b, c], output.add(i), V::LANES);
        }
        i += V::LANES;
    }
    if i < n {
        // SAFETY: `n - i` elements are left, fewer than LANES.
        unsafe {
            let a = V::load_part(inputs[0].add(i), n - i);
            let b = if S::ARITY > 1 { V::load_part(inputs[1].add(i), n - i) } else { a };
            let c = if S::ARITY > 2 { V::load_part(inputs[2].add(i), n - i) } else { a };
            S::apply([a, b, c], output.add(i), n - i);
        }
    }
}

/// How many elements a loop for the compiler to vectorise takes at once: through locals, so that it need not fear that the
/// output is an input.
pub(super) const CHUNK: usize = 64;

/// All elements one by one, in chunks.
///
/// # Safety
/// As for `Block`.
#[inline(always)]
unsafe fn one_by_one<T: Number<Item = T>, S: Step<T>>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
    let (inputs, output) = (inputs.map(|p| p.cast::<T>()), output.cast::<S::Out>());
    let zero = T::of(0.0);
    let (mut x, mut y) = ([[zero; CHUNK]; 3], [S::Out::default(); CHUNK]);
    for i in (0..n).step_by(CHUNK) {
        let k = CHUNK.min(n - i);
        for (x, p) in x.iter_mut().zip(inputs).take(S::ARITY) {
            // SAFETY: `k` elements from `i` on are inside.
            unsafe { read(x, p.add(i), k) }
        }
        if k == CHUNK {
            for j in 0..CHUNK {
                // SAFETY: writes a local.
                unsafe { S::apply([x[0][j], x[1][j], x[2][j]], &mut y[j], 1) }
            }
        } else {
            for j in 0..k {
                // SAFETY: writes a local.
                unsafe { S::apply([x[0][j], x[1][j], x[2][j]], &mut y[j], 1) }
            }
        }
        // SAFETY: `k` elements from `i` on are inside.
        unsafe { write(&y, output.add(i), k) }
    }
}

/// `sweep`, or `one_by_one` where a vector is one number.
///
/// # Safety
/// As for `Block`.
#[inline(always)]
unsafe fn elements<V: Number, S: Step<V> + Step<V::Item>>(inputs: [*const u8; 3], output: *mut u8, n: usize)
where
    V::Item: Number<Item = V::Item>,
{
    // SAFETY: promised by the caller.
    unsafe { if V::LANES == 1 { one_by_one::<V::Item, S>(inputs, output, n) } else { sweep::<V, S>(inputs, output, n) } }
}

/// Over f32.
struct Singles<S>(PhantomData<S>);
/// Over f64.
struct Doubles<S>(PhantomData<S>);
/// Over numbers that have no vectors of their own here.
struct Each<T, S>(PhantomData<(T, S)>);

macro_rules! bodies {
    ($($formula:ident $step:ident;)*) => {$(
        impl<F: $formula> Body for Singles<$step<F>> {
            #[inline(always)]
            unsafe fn run<L: Level>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
                // SAFETY: promised by the caller.
                unsafe { elements::<L::F32, $step<F>>(inputs, output, n) }
            }
        }
        impl<F: $formula> Body for Doubles<$step<F>> {
            #[inline(always)]
            unsafe fn run<L: Level>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
                // SAFETY: promised by the caller.
                unsafe { elements::<L::F64, $step<F>>(inputs, output, n) }
            }
        }
    )*};
}
bodies! {
    FloatFormula OfFloats;
    NumberFormula OfNumbers;
    Predicate Test;
}

impl<T: Number<Item = T>, S: Step<T>> Body for Each<T, S> {
    #[inline(always)]
    unsafe fn run<L: Level>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
        // SAFETY: promised by the caller.
        unsafe { one_by_one::<T, S>(inputs, output, n) }
    }
}

/// Reads `k` elements into the start of a chunk.
///
/// # Safety
/// `p` valid for reading them, `k <= CHUNK`.
#[inline(always)]
pub(super) unsafe fn read<T: Copy>(chunk: &mut [T; CHUNK], p: *const T, k: usize) {
    // SAFETY: promised by the caller; the chunk is a local.
    unsafe { std::ptr::copy_nonoverlapping(p.cast::<u8>(), chunk.as_mut_ptr().cast::<u8>(), k * size_of::<T>()) }
}

/// Writes the first `k` elements of a chunk.
///
/// # Safety
/// `p` valid for writing them, `k <= CHUNK`.
#[inline(always)]
pub(super) unsafe fn write<T: Copy>(chunk: &[T; CHUNK], p: *mut T, k: usize) {
    // SAFETY: promised by the caller; the chunk is a local.
    unsafe { std::ptr::copy_nonoverlapping(chunk.as_ptr().cast::<u8>(), p.cast::<u8>(), k * size_of::<T>()) }
}

/// By the bits: `T` is an unsigned integer of the elements' size.
struct Select<T>(PhantomData<T>);
impl<T: Copy + From<u8>> Body for Select<T> {
    #[inline(always)]
    unsafe fn run<L: Level>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
        let (yes, no, output) = (inputs[1].cast::<T>(), inputs[2].cast::<T>(), output.cast::<T>());
        let zero = T::from(0);
        let (mut m, mut a, mut b) = ([0u8; CHUNK], [zero; CHUNK], [zero; CHUNK]);
        for i in (0..n).step_by(CHUNK) {
            let k = CHUNK.min(n - i);
            // SAFETY: `k` elements from `i` on are inside.
            unsafe {
                read(&mut m, inputs[0].add(i), k);
                read(&mut a, yes.add(i), k);
                read(&mut b, no.add(i), k);
            }
            for j in 0..CHUNK {
                a[j] = if m[j] != 0 { a[j] } else { b[j] };
            }
            // SAFETY: as above.
            unsafe { write(&a, output.add(i), k) }
        }
    }
}

/// A byte mask and two vectors, vector by vector.
///
/// # Safety
/// As for `Block`.
#[inline(always)]
unsafe fn select<V: Number>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
    let (yes, no, output) = (inputs[1].cast::<V::Item>(), inputs[2].cast::<V::Item>(), output.cast::<V::Item>());
    let whole = n - n % V::LANES;
    // SAFETY: inside `n` elements of each.
    unsafe {
        for i in (0..whole).step_by(V::LANES) {
            V::select(V::load_mask(inputs[0].add(i), V::LANES), V::load(yes.add(i)), V::load(no.add(i))).store(output.add(i));
        }
        if whole < n {
            let (i, k) = (whole, n - whole);
            V::select(V::load_mask(inputs[0].add(i), k), V::load_part(yes.add(i), k), V::load_part(no.add(i), k))
                .store_part(output.add(i), k);
        }
    }
}

/// What `select` does to floats.
struct Choose;
impl Body for Singles<Choose> {
    #[inline(always)]
    unsafe fn run<L: Level>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
        // SAFETY: promised by the caller.
        unsafe { select::<L::F32>(inputs, output, n) }
    }
}
impl Body for Doubles<Choose> {
    #[inline(always)]
    unsafe fn run<L: Level>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
        // SAFETY: promised by the caller.
        unsafe { select::<L::F64>(inputs, output, n) }
    }
}

/// 0 and, 1 or, 2 not.
struct Truth<const WHICH: u8>;
impl<const WHICH: u8> Body for Truth<WHICH> {
    #[inline(always)]
    unsafe fn run<L: Level>(inputs: [*const u8; 3], output: *mut u8, n: usize) {
        let (mut a, mut b) = ([0u8; CHUNK], [0u8; CHUNK]);
        for i in (0..n).step_by(CHUNK) {
            let k = CHUNK.min(n - i);
            // SAFETY: `k` elements from `i` on are inside; the second input is read only if there is one.
            unsafe {
                read(&mut a, inputs[0].add(i), k);
                if WHICH < 2 {
                    read(&mut b, inputs[1].add(i), k);
                }
            }
            for j in 0..CHUNK {
                a[j] = match WHICH {
                    0 => (a[j] != 0) as u8 & (b[j] != 0) as u8,
                    1 => ((a[j] | b[j]) != 0) as u8,
                    _ => (a[j] == 0) as u8,
                };
            }
            // SAFETY: as above.
            unsafe { write(&a, output.add(i), k) }
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
