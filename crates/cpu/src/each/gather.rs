//! Moves between arrays of any strides and the dense registers of a program: rows copied, spread or picked.
use crate::lanes::{Level, Number};
use crate::{Isa, lanes};

/// Copies `rows` rows of `width` bytes, with strides in bytes.
///
/// # Safety
/// Every row is valid on both sides, and the two sides do not overlap.
pub(super) type CopyRows = unsafe fn(from: *const u8, from_stride: usize, to: *mut u8, to_stride: usize, width: usize, rows: usize);

/// `CopyRows` for a level.
pub(super) fn copy_rows(isa: Isa) -> CopyRows {
    assert!(isa.supported(), "this CPU has no {isa}");
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => avx512,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => avx2,
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => plain::<lanes::Neon>,
        _ => plain::<lanes::Scalar>,
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,f16c")]
unsafe fn avx512(from: *const u8, from_stride: usize, to: *mut u8, to_stride: usize, width: usize, rows: usize) {
    // SAFETY: promised by the caller.
    unsafe { copy::<lanes::Avx512>(from, from_stride, to, to_stride, width, rows) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn avx2(from: *const u8, from_stride: usize, to: *mut u8, to_stride: usize, width: usize, rows: usize) {
    // SAFETY: promised by the caller.
    unsafe { copy::<lanes::Avx2>(from, from_stride, to, to_stride, width, rows) }
}

unsafe fn plain<L: Level>(from: *const u8, from_stride: usize, to: *mut u8, to_stride: usize, width: usize, rows: usize) {
    // SAFETY: promised by the caller.
    unsafe { copy::<L>(from, from_stride, to, to_stride, width, rows) }
}

#[inline(always)]
unsafe fn copy<L: Level>(from: *const u8, from_stride: usize, to: *mut u8, to_stride: usize, width: usize, rows: usize) {
    let lanes = <L::F32 as Number>::LANES;
    let (words, vectors) = (width / 4, width / 4 / lanes * lanes);
    for row in 0..rows {
        // SAFETY: inside the row on both sides, promised by the caller. Rows are short: a call of memcpy would take longer.
        unsafe {
            let (p, q) = (from.add(row * from_stride), to.add(row * to_stride));
            if lanes == 1 || !width.is_multiple_of(4) {
                std::ptr::copy_nonoverlapping(p, q, width);
                continue;
            }
            let (p, q) = (p.cast::<f32>(), q.cast::<f32>());
            let mut i = 0;
            while i < vectors {
                L::F32::load(p.add(i)).store(q.add(i));
                i += lanes;
            }
            if i < words {
                L::F32::load_part(p.add(i), words - i).store_part(q.add(i), words - i);
            }
        }
    }
}

/// Writes `n` copies of the element of `size` bytes at `p`.
///
/// # Safety
/// `p` is valid for one element, `to` for `n`.
#[inline]
pub(super) unsafe fn fill(p: *const u8, to: *mut u8, size: usize, n: usize) {
    // SAFETY: promised by the caller.
    unsafe { pick(p, 0, to, size, n) }
}

/// Writes `n` elements of `size` bytes, found at `p` and every `stride` bytes after it.
///
/// # Safety
/// All of them are valid, and `to` for `n`; they do not overlap.
#[inline]
pub(super) unsafe fn pick(p: *const u8, stride: usize, to: *mut u8, size: usize, n: usize) {
    // SAFETY: promised by the caller.
    unsafe {
        match size {
            1 => pick_as::<u8>(p, stride, to, n),
            2 => pick_as::<u16>(p, stride, to, n),
            4 => pick_as::<u32>(p, stride, to, n),
            _ => pick_as::<u64>(p, stride, to, n),
        }
    }
}

#[inline(always)]
unsafe fn pick_as<T: Copy>(p: *const u8, stride: usize, to: *mut u8, n: usize) {
    let to = to.cast::<T>();
    if stride == 0 {
        // SAFETY: one element.
        let value = unsafe { p.cast::<T>().read_unaligned() };
        for i in 0..n {
            // SAFETY: within the `n` of `to`.
            unsafe { to.add(i).write_unaligned(value) }
        }
    } else {
        for i in 0..n {
            // SAFETY: the element and its place are valid, promised by the caller.
            unsafe { to.add(i).write_unaligned(p.add(i * stride).cast::<T>().read_unaligned()) }
        }
    }
}
