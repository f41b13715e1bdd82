//! Products with a side too short for tiles: they read one matrix once, at memory speed.

/// A few rows of C as sums of whole rows of B, for B stored by rows.
pub(crate) mod axpy {
    use super::super::vector::Vector;

    /// C[rows, columns] = A[rows, k] · B[k, columns]. Strides are in elements; k is at least 1.
    #[derive(Clone, Copy)]
    pub(crate) struct Strip<T> {
        pub k: usize,
        pub columns: usize,
        pub a: *const T,
        pub a_row: isize,
        pub a_column: isize,
        pub b: *const T,
        pub b_row: isize,
        pub c: *mut T,
        pub c_row: isize,
    }
    /// A routine for one number of rows. It needs its instruction set, and a strip whose pointers are good.
    pub(crate) type Routine<T> = unsafe fn(&Strip<T>);

    /// Adds G rows of B at once, so that C is read and written once for G rows.
    #[inline(always)]
    unsafe fn pass<V: Vector, const R: usize, const G: usize>(s: &Strip<V::Item>, first: usize) {
        // SAFETY: the routine's contract; first + G <= k.
        unsafe {
            let mut x = [[V::zero(); G]; R];
            let mut b = [s.b; G];
            for g in 0..G {
                let p = (first + g) as isize;
                b[g] = s.b.offset(p * s.b_row);
                for (r, x) in x.iter_mut().enumerate() {
                    x[g] = V::splat(s.a.offset(r as isize * s.a_row + p * s.a_column));
                }
            }
            let mut j = 0;
            while j + V::LANES <= s.columns {
                let y: [V; G] = std::array::from_fn(|g| V::load(b[g].add(j)));
                for (r, x) in x.iter().enumerate() {
                    let c = s.c.offset(r as isize * s.c_row).add(j);
                    let mut sum = if first > 0 { V::load(c) } else { V::zero() };
                    for (x, y) in x.iter().zip(y) {
                        sum = sum.fma(*x, y);
                    }
                    sum.store(c);
                }
                j += V::LANES;
            }
            if j < s.columns {
                let mask = V::mask(s.columns - j);
                let y: [V; G] = std::array::from_fn(|g| V::load_masked(b[g].add(j), mask));
                for (r, x) in x.iter().enumerate() {
                    let c = s.c.offset(r as isize * s.c_row).add(j);
                    let mut sum = if first > 0 { V::load_masked(c, mask) } else { V::zero() };
                    for (x, y) in x.iter().zip(y) {
                        sum = sum.fma(*x, y);
                    }
                    sum.store_masked(c, mask);
                }
            }
        }
    }
    #[inline(always)]
    unsafe fn strip<V: Vector, const R: usize>(s: &Strip<V::Item>) {
        let mut p = 0;
        // SAFETY: the routine's contract.
        unsafe {
            while p + 4 <= s.k {
                pass::<V, R, 4>(s, p);
                p += 4;
            }
            while p < s.k {
                pass::<V, R, 1>(s, p);
                p += 1;
            }
        }
    }
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
    pub(crate) unsafe fn avx512<V: Vector, const R: usize>(s: &Strip<V::Item>) {
        // SAFETY: the caller's.
        unsafe { strip::<V, R>(s) }
    }
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) unsafe fn avx2<V: Vector, const R: usize>(s: &Strip<V::Item>) {
        // SAFETY: the caller's.
        unsafe { strip::<V, R>(s) }
    }
    pub(crate) unsafe fn plain<V: Vector, const R: usize>(s: &Strip<V::Item>) {
        // SAFETY: the caller's.
        unsafe { strip::<V, R>(s) }
    }
}

/// Dot products of rows that are consecutive in memory, K on the lanes.
pub(crate) mod dots {
    use super::super::vector::Vector;

    /// C[x, y] = X[x, k] · Y[y, k] for the routine's number of x and `ys` y (1 to the routine's number). Strides are in elements.
    #[derive(Clone, Copy)]
    pub(crate) struct Block<T> {
        pub k: usize,
        pub x: *const T,
        pub x_row: isize,
        pub y: *const T,
        pub y_row: isize,
        pub ys: usize,
        pub c: *mut T,
        pub c_x: isize,
        pub c_y: isize,
    }
    /// A routine for one number of x and y. It needs its instruction set, and a block whose pointers are good.
    pub(crate) type Routine<T> = unsafe fn(&Block<T>);

    #[inline(always)]
    unsafe fn block<V: Vector, const X: usize, const Y: usize>(t: &Block<V::Item>) {
        // SAFETY: the routine's contract. Rows past the last are the last again, computed and not stored.
        unsafe {
            let x: [*const V::Item; X] = std::array::from_fn(|i| t.x.offset(i as isize * t.x_row));
            let y: [*const V::Item; Y] = std::array::from_fn(|j| t.y.offset(j.min(t.ys - 1) as isize * t.y_row));
            let mut sums = [[V::zero(); Y]; X];
            let mut p = 0;
            while p + V::LANES <= t.k {
                let xs: [V; X] = std::array::from_fn(|i| V::load(x[i].add(p)));
                for j in 0..Y {
                    let y = V::load(y[j].add(p));
                    for i in 0..X {
                        sums[i][j] = sums[i][j].fma(xs[i], y);
                    }
                }
                p += V::LANES;
            }
            if p < t.k {
                let mask = V::mask(t.k - p);
                let xs: [V; X] = std::array::from_fn(|i| V::load_masked(x[i].add(p), mask));
                for j in 0..Y {
                    let y = V::load_masked(y[j].add(p), mask);
                    for i in 0..X {
                        sums[i][j] = sums[i][j].fma(xs[i], y);
                    }
                }
            }
            for (i, sums) in sums.iter().enumerate() {
                for (j, sum) in sums.iter().enumerate() {
                    if j < t.ys {
                        *t.c.offset(i as isize * t.c_x + j as isize * t.c_y) = sum.sum();
                    }
                }
            }
        }
    }
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
    pub(crate) unsafe fn avx512<V: Vector, const X: usize, const Y: usize>(t: &Block<V::Item>) {
        // SAFETY: the caller's.
        unsafe { block::<V, X, Y>(t) }
    }
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) unsafe fn avx2<V: Vector, const X: usize, const Y: usize>(t: &Block<V::Item>) {
        // SAFETY: the caller's.
        unsafe { block::<V, X, Y>(t) }
    }
    pub(crate) unsafe fn plain<V: Vector, const X: usize, const Y: usize>(t: &Block<V::Item>) {
        // SAFETY: the caller's.
        unsafe { block::<V, X, Y>(t) }
    }
}
