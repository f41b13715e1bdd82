//! The register tile of convolutions: sums of products over steps, each row of A behind a pointer of its own.
#[cfg(target_arch = "aarch64")]
use crate::gemm::vector::arm::*;
#[cfg(target_arch = "x86_64")]
use crate::gemm::vector::x86::*;
use crate::gemm::{
    self,
    vector::{Plain, Vector},
};
use crate::isa::Isa;

/// C[row, columns] (+)= the sum over steps of A[step][row, k] · B[step][k, columns]. Strides are in elements.
#[derive(Clone, Copy)]
pub(super) struct Tile<T> {
    pub steps: usize,
    pub k: usize,
    /// Where each row of A starts, step by step.
    pub a: *const *const T,
    pub a_column: usize,
    /// Where B starts, and how far from there each step's is.
    pub b: *const T,
    pub b_steps: *const usize,
    pub b_row: usize,
    /// Where each row of C starts, and the first column.
    pub c: *const *mut T,
    pub c_column: usize,
    /// Whether C holds earlier sums.
    pub accumulate: bool,
    /// Columns of the last vector, 1 to its lanes.
    pub tail: usize,
}

/// A routine for one tile size. It needs its instruction set, and a tile whose pointers are good.
pub(super) type Routine<T> = unsafe fn(&Tile<T>);

/// Tiles of one instruction set and number type.
pub(super) struct Tiles<T: 'static> {
    /// Numbers in a vector.
    pub lanes: usize,
    /// Tiles of one vector and of two, of 1, 2, ... rows, each without and with a masked last vector.
    tiles: [&'static [[Routine<T>; 2]]; 2],
}

impl<T> Tiles<T> {
    /// Columns of the widest tile.
    pub fn width(&self) -> usize {
        2 * self.lanes
    }
    /// The most rows of a tile over so many columns in all.
    pub fn rows(&self, columns: usize) -> usize {
        self.tiles[usize::from(columns > self.lanes)].len()
    }
    /// The routine for `rows` x `columns`, and the columns of its last vector.
    #[inline(always)]
    pub fn routine(&self, rows: usize, columns: usize) -> (Routine<T>, usize) {
        let vectors = columns.div_ceil(self.lanes);
        let tail = columns - (vectors - 1) * self.lanes;
        (self.tiles[vectors - 1][rows - 1][usize::from(tail < self.lanes)], tail)
    }
}

/// f32 or f64.
pub(super) trait Number: gemm::tile::Number {
    fn tiles(isa: Isa) -> &'static Tiles<Self>;
}

#[inline(always)]
unsafe fn tile<V: Vector, const R: usize, const N: usize, const TAIL: bool>(t: &Tile<V::Item>) {
    // SAFETY: the routine's contract gives the instruction set, good pointers for R rows and the columns, and 1 <= tail <= lanes.
    unsafe {
        let mask = V::mask(if TAIL { t.tail } else { V::LANES });
        let mut sums = [[V::zero(); N]; R];
        for step in 0..t.steps {
            let a: [*const V::Item; R] = t.a.add(step * R).cast::<[*const V::Item; R]>().read();
            let mut b = t.b.add(*t.b_steps.add(step));
            let mut at = 0;
            for _ in 0..t.k {
                let mut row = [V::zero(); N];
                for (v, x) in row.iter_mut().enumerate() {
                    *x = if TAIL && v == N - 1 { V::load_masked(b.add(v * V::LANES), mask) } else { V::load(b.add(v * V::LANES)) };
                }
                for (i, sums) in sums.iter_mut().enumerate() {
                    let x = V::splat(a[i].add(at));
                    for (sum, y) in sums.iter_mut().zip(row) {
                        *sum = sum.fma(x, y);
                    }
                }
                // Past the last row this points nowhere, and is not read.
                b = b.wrapping_add(t.b_row);
                at += t.a_column;
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            let c = (*t.c.add(i)).add(t.c_column);
            for (v, sum) in sums.iter().enumerate() {
                let p = c.add(v * V::LANES);
                if TAIL && v == N - 1 {
                    let sum = if t.accumulate { sum.add(V::load_masked(p, mask)) } else { *sum };
                    sum.store_masked(p, mask);
                } else {
                    let sum = if t.accumulate { sum.add(V::load(p)) } else { *sum };
                    sum.store(p);
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
macro_rules! features {
    ($name:ident, $features:literal) => {
        #[target_feature(enable = $features)]
        unsafe fn $name<V: Vector, const R: usize, const N: usize, const TAIL: bool>(t: &Tile<V::Item>) {
            // SAFETY: the caller's.
            unsafe { tile::<V, R, N, TAIL>(t) }
        }
    };
}
#[cfg(target_arch = "x86_64")]
features!(avx512, "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma");
#[cfg(target_arch = "x86_64")]
features!(avx2, "avx2,fma");

unsafe fn plain<V: Vector, const R: usize, const N: usize, const TAIL: bool>(t: &Tile<V::Item>) {
    // SAFETY: the caller's.
    unsafe { tile::<V, R, N, TAIL>(t) }
}

macro_rules! rows {
    ($run:ident, $v:ty, $n:literal, $($r:literal)*) => { &[$([$run::<$v, $r, $n, false>, $run::<$v, $r, $n, true>]),*] };
}
macro_rules! tiles {
    ($item:ty, $plain:ty, $f512:ident, $f256:ident, $f128:ident) => {
        impl Number for $item {
            fn tiles(isa: Isa) -> &'static Tiles<$item> {
                match isa {
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx512 => &Tiles {
                        lanes: <$f512 as Vector>::LANES,
                        tiles: [
                            rows!(avx512, $f512, 1, 1 2 3 4 5 6 7 8 9 10 11 12 13 14),
                            rows!(avx512, $f512, 2, 1 2 3 4 5 6 7 8 9 10 11 12 13 14),
                        ],
                    },
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx2 => &Tiles {
                        lanes: <$f256 as Vector>::LANES,
                        tiles: [rows!(avx2, $f256, 1, 1 2 3 4 5 6 7 8 9 10 11 12), rows!(avx2, $f256, 2, 1 2 3 4 5 6)],
                    },
                    #[cfg(target_arch = "aarch64")]
                    Isa::Neon => &Tiles {
                        lanes: <$f128 as Vector>::LANES,
                        tiles: [
                            rows!(plain, $f128, 1, 1 2 3 4 5 6 7 8 9 10 11 12),
                            rows!(plain, $f128, 2, 1 2 3 4 5 6 7 8 9 10 11 12),
                        ],
                    },
                    _ => &Tiles {
                        lanes: <$plain as Vector>::LANES,
                        tiles: [rows!(plain, $plain, 1, 1 2 3 4 5 6), rows!(plain, $plain, 2, 1 2 3 4)],
                    },
                }
            }
        }
    };
}
tiles!(f32, Plain<f32, 4>, F32x16, F32x8, F32x4);
tiles!(f64, Plain<f64, 2>, F64x8, F64x4, F64x2);
