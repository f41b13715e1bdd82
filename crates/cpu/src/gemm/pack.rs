//! B rewritten into panels: the columns one tile takes, row after row, so that a tile reads memory in order.
use super::vector::Vector;
use crate::transpose::Transpose;

/// One panel: `columns` of B over `k` rows, widened with zeros to `width` (whole vectors). Strides are in elements.
#[derive(Clone, Copy)]
pub(crate) struct Panel<T> {
    pub k: usize,
    pub columns: usize,
    pub width: usize,
    pub b: *const T,
    pub b_row: isize,
    pub b_column: isize,
    pub out: *mut T,
    /// How to transpose a square block, and its side.
    pub square: Option<(usize, Transpose)>,
}
/// It needs its instruction set, and a panel whose pointers are good and do not overlap.
pub(crate) type Routine<T> = unsafe fn(&Panel<T>);

#[inline(always)]
unsafe fn panel<V: Vector>(t: &Panel<V::Item>) {
    // SAFETY: the routine's contract.
    unsafe {
        match t.square {
            _ if t.b_column == 1 => by_rows::<V>(t),
            Some((side, routine)) if t.b_row == 1 => by_columns::<V>(t, side, routine),
            _ => {
                clear::<V>(t);
                each(t, 0..t.k, 0..t.columns);
            }
        }
    }
}

/// Zeros in the columns past the last.
#[inline(always)]
unsafe fn clear<V: Vector>(t: &Panel<V::Item>) {
    let vectors = t.width / V::LANES;
    for p in 0..t.k {
        for v in t.columns / V::LANES..vectors {
            // SAFETY: the panel has `width` numbers a row.
            unsafe { V::zero().store(t.out.add(p * t.width + v * V::LANES)) }
        }
    }
}

#[inline(always)]
unsafe fn each<T: Copy>(t: &Panel<T>, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) {
    for j in columns {
        for p in rows.clone() {
            // SAFETY: inside B and the panel.
            unsafe { *t.out.add(p * t.width + j) = *t.b.offset(p as isize * t.b_row + j as isize * t.b_column) }
        }
    }
}

#[inline(always)]
unsafe fn by_rows<V: Vector>(t: &Panel<V::Item>) {
    let (full, tail) = (t.columns / V::LANES, t.columns % V::LANES);
    let vectors = t.width / V::LANES;
    // SAFETY: inside B and the panel; the mask keeps reads inside the row.
    unsafe {
        match (full, tail) {
            (4, 0) if vectors == 4 => return whole::<V, 4>(t),
            (3, 0) if vectors == 3 => return whole::<V, 3>(t),
            (2, 0) if vectors == 2 => return whole::<V, 2>(t),
            (1, 0) if vectors == 1 => return whole::<V, 1>(t),
            _ => {}
        }
        let mask = V::mask(tail.max(1));
        for p in 0..t.k {
            let b = t.b.offset(p as isize * t.b_row);
            let out = t.out.add(p * t.width);
            for v in 0..full {
                V::load(b.add(v * V::LANES)).store(out.add(v * V::LANES));
            }
            for v in full..vectors {
                let x = if v == full && tail > 0 { V::load_masked(b.add(v * V::LANES), mask) } else { V::zero() };
                x.store(out.add(v * V::LANES));
            }
        }
    }
}

/// Rows of N whole vectors.
#[inline(always)]
unsafe fn whole<V: Vector, const N: usize>(t: &Panel<V::Item>) {
    let (mut b, mut out) = (t.b, t.out);
    for _ in 0..t.k {
        // SAFETY: the caller's.
        unsafe {
            let row: [V; N] = std::array::from_fn(|v| V::load(b.add(v * V::LANES)));
            for (v, x) in row.into_iter().enumerate() {
                x.store(out.add(v * V::LANES));
            }
        }
        b = b.wrapping_offset(t.b_row);
        out = out.wrapping_add(N * V::LANES);
    }
}

#[inline(always)]
unsafe fn by_columns<V: Vector>(t: &Panel<V::Item>, side: usize, routine: Transpose) {
    let (k, columns) = (t.k / side * side, t.columns / side * side);
    // SAFETY: blocks inside B and the panel; edges one by one.
    unsafe {
        if t.columns < t.width {
            clear::<V>(t);
        }
        for j in (0..columns).step_by(side) {
            let b = t.b.offset(j as isize * t.b_column);
            routine(b.cast(), t.b_column, t.out.add(j).cast(), t.width as isize, k / side);
        }
        each(t, k..t.k, 0..columns);
        each(t, 0..t.k, columns..t.columns);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
pub(super) unsafe fn avx512<V: Vector>(t: &Panel<V::Item>) {
    // SAFETY: the caller's.
    unsafe { panel::<V>(t) }
}
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn avx2<V: Vector>(t: &Panel<V::Item>) {
    // SAFETY: the caller's.
    unsafe { panel::<V>(t) }
}
pub(super) unsafe fn plain<V: Vector>(t: &Panel<V::Item>) {
    // SAFETY: the caller's.
    unsafe { panel::<V>(t) }
}
