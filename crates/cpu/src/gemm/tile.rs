//! The register tile all products are made of, and the table of its sizes for each instruction set and number type.
use super::pack;
use super::thin::{axpy, dots};
#[cfg(target_arch = "aarch64")]
use super::vector::arm::*;
#[cfg(target_arch = "x86_64")]
use super::vector::x86::*;
use super::vector::{Plain, Vector, now};
use crate::hide::hide;
use crate::isa::Isa;

/// C[rows, columns] (+)= A · B for one tile or several alike, K from first to last. Strides are in elements.
#[derive(Clone, Copy)]
pub(crate) struct Tile<T> {
    pub k: usize,
    /// Only broadcast, so any strides do.
    pub a: *const T,
    pub a_row: isize,
    pub a_column: isize,
    /// Rows of consecutive numbers.
    pub b: *const T,
    pub b_row: isize,
    pub c: *mut T,
    pub c_row: isize,
    /// Whether C holds earlier K blocks.
    pub accumulate: bool,
    /// Whether C is likely far away, so that it is asked for early.
    pub far: bool,
    /// Columns of the last vector, 1 to its lanes.
    pub tail: usize,
    /// Tiles side by side, each whole if there are several.
    pub count: usize,
    /// From one such tile's B to the next.
    pub b_next: usize,
    /// Rows of such tiles, which follow each other in C.
    pub down: usize,
    /// From one such row's A to the next.
    pub a_next: isize,
}

/// A routine for one tile size. It needs its instruction set, and a tile whose pointers are good.
pub(crate) type Routine<T> = unsafe fn(&Tile<T>);

/// Rows 1..=len, each without and with a masked last vector.
type Rows<T> = &'static [[Routine<T>; 2]];

/// What one instruction set offers for one number type.
pub(crate) struct Kernels<T: 'static> {
    /// Numbers in a vector, a power of two.
    pub lanes: usize,
    /// Tiles of 1, 2, ... vectors a row; the more vectors the fewer rows fit the registers.
    pub tiles: &'static [Rows<T>],
    /// Vectors of the tile that reaches the peak while B is in cache.
    pub best: usize,
    /// Vectors of a panel of packed B, and of the tile for B that is far away: it reads B least often.
    pub panel: usize,
    /// C[rows, n] from a few rows of A and rows of B, by whole rows of B: rows 1..=len.
    pub axpy: &'static [axpy::Routine<T>],
    /// Fills a panel.
    pub pack: pack::Routine<T>,
    /// Dot products of 1..=len rows with `.0` rows at a time.
    pub dots: &'static [(usize, dots::Routine<T>)],
}

impl<T> Kernels<T> {
    /// The routine for `rows` x `columns`.
    #[inline(always)]
    pub fn tile(&self, rows: usize, columns: usize) -> Routine<T> {
        let last = (columns - 1) >> self.lanes.trailing_zeros();
        self.tiles[last][rows - 1][usize::from(columns & (self.lanes - 1) != 0)]
    }
    /// Columns of the last vector of `columns`.
    #[inline(always)]
    pub fn tail(&self, columns: usize) -> usize {
        ((columns - 1) & (self.lanes - 1)) + 1
    }
    /// The most rows of a tile with that many vectors.
    pub fn rows(&self, vectors: usize) -> usize {
        self.tiles[vectors - 1].len()
    }
}

/// Pointers to rows of A; as many as rows, so that any index compiles.
const GROUPS: usize = 14;

/// f32 or f64.
pub(crate) trait Number: Copy + Default + std::ops::Add<Output = Self> + Send + Sync + 'static {
    fn kernels(isa: Isa) -> &'static Kernels<Self>;
}

/// Repeats a block for each row of a tile, in the source: the compiler gives up unrolling large tiles, and a tile that is not in
/// registers is four times slower.
macro_rules! each_row {
    ($i:ident of $rows:expr, $body:block) => { each_row!($i of $rows, $body, 0 1 2 3 4 5 6 7 8 9 10 11 12 13) };
    ($i:ident of $rows:expr, $body:block, $($k:literal)*) => { $(if $k < $rows {
        let $i: usize = $k;
        $body
    })* };
}

/// Where a tile has got to along K.
struct At<V: Vector> {
    rows: [*const V::Item; GROUPS],
    b: *const V::Item,
    one: isize,
    two: isize,
    mask: V::Mask,
}

impl<V: Vector> At<V> {
    #[inline(always)]
    unsafe fn step<const R: usize, const N: usize, const TAIL: bool>(&mut self, t: &Tile<V::Item>, sums: &mut [[V; N]; R]) {
        // SAFETY: the routine's contract.
        unsafe {
            let mut row = [V::zero(); N];
            for (v, x) in row.iter_mut().enumerate() {
                let p = self.b.add(v * V::LANES);
                *x = if TAIL && v == N - 1 { V::load_masked(p, self.mask) } else { V::load(p) };
            }
            each_row!(i of R, {
                let x = V::splat(self.rows[i / 3].wrapping_offset([0, self.one, self.two][i % 3]));
                for (sum, y) in sums[i].iter_mut().zip(row) {
                    *sum = sum.fma(x, y);
                }
            });
        }
        // Past the last row these point nowhere, and are not read.
        self.b = self.b.wrapping_offset(t.b_row);
        each_row!(g of R.div_ceil(3), {
            self.rows[g] = self.rows[g].wrapping_offset(t.a_column);
        });
    }
}

#[inline(always)]
unsafe fn tile<V: Vector, const R: usize, const N: usize, const TAIL: bool>(t: &Tile<V::Item>) {
    // SAFETY: the routine's contract gives the instruction set, good pointers for R rows and the columns, and 1 <= tail <= lanes.
    unsafe {
        let mask = V::mask(if TAIL { t.tail } else { V::LANES });
        // Three rows a pointer; the compiler would walk from row to row, which takes longer than the arithmetic.
        let (one, two) = (hide(t.a_row), hide(2 * t.a_row));
        let mut offsets = [0; GROUPS];
        each_row!(g of R.div_ceil(3), {
            offsets[g] = hide(3 * g as isize * t.a_row);
        });
        let (mut a, mut first, mut down, mut i) = (t.a, t.c, 0, 0);
        while down < t.down {
            let c = first.wrapping_add(i * N * V::LANES);
            let mut rows: [*const V::Item; GROUPS] = [a; GROUPS];
            each_row!(g of R.div_ceil(3), {
                rows[g] = a.wrapping_offset(offsets[g]);
            });
            let mut sums = [[V::zero(); N]; R];
            if t.far {
                for i in 0..R {
                    for v in 0..N {
                        now(c.wrapping_offset(i as isize * t.c_row).wrapping_add(v * V::LANES).cast());
                    }
                }
            }
            let mut at = At { rows, b: t.b.wrapping_add(i * t.b_next), one, two, mask };
            for _ in 0..t.k {
                at.step::<R, N, TAIL>(t, &mut sums);
            }
            each_row!(i of R, {
                for (v, sum) in sums[i].iter().enumerate() {
                    let p = c.offset(i as isize * t.c_row).add(v * V::LANES);
                    if TAIL && v == N - 1 {
                        let sum = if t.accumulate { sum.add(V::load_masked(p, mask)) } else { *sum };
                        sum.store_masked(p, mask);
                    } else {
                        let sum = if t.accumulate { sum.add(V::load(p)) } else { *sum };
                        sum.store(p);
                    }
                }
            });
            i += 1;
            if i == t.count {
                (a, first) = (a.wrapping_offset(t.a_next), first.wrapping_offset(R as isize * t.c_row));
                (down, i) = (down + 1, 0);
            }
        }
    }
}

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
macro_rules! kernels {
    ($item:ty, $plain:ty, $f512:ident, $f256:ident, $f128:ident) => {
        impl Number for $item {
            fn kernels(isa: Isa) -> &'static Kernels<$item> {
                match isa {
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx512 => &Kernels {
                        lanes: <$f512 as Vector>::LANES,
                        tiles: &[
                            rows!(avx512, $f512, 1, 1 2 3 4 5 6 7 8 9 10 11 12 13 14),
                            rows!(avx512, $f512, 2, 1 2 3 4 5 6 7 8 9 10 11 12 13 14),
                            rows!(avx512, $f512, 3, 1 2 3 4 5 6 7 8),
                            rows!(avx512, $f512, 4, 1 2 3 4 5 6),
                        ],
                        best: 2,
                        panel: 4,
                        axpy: &[axpy::avx512::<$f512, 1>, axpy::avx512::<$f512, 2>, axpy::avx512::<$f512, 3>, axpy::avx512::<$f512, 4>],
                        pack: pack::avx512::<$f512>,
                        dots: &[
                            (8, dots::avx512::<$f512, 1, 8>),
                            (8, dots::avx512::<$f512, 2, 8>),
                            (8, dots::avx512::<$f512, 3, 8>),
                            (6, dots::avx512::<$f512, 4, 6>),
                        ],
                    },
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx2 => &Kernels {
                        lanes: <$f256 as Vector>::LANES,
                        tiles: &[
                            rows!(avx2, $f256, 1, 1 2 3 4 5 6 7 8 9 10 11 12),
                            rows!(avx2, $f256, 2, 1 2 3 4 5 6),
                        ],
                        best: 2,
                        panel: 2,
                        axpy: &[axpy::avx2::<$f256, 1>, axpy::avx2::<$f256, 2>],
                        pack: pack::avx2::<$f256>,
                        dots: &[
                            (8, dots::avx2::<$f256, 1, 8>),
                            (4, dots::avx2::<$f256, 2, 4>),
                            (4, dots::avx2::<$f256, 3, 4>),
                            (3, dots::avx2::<$f256, 4, 3>),
                        ],
                    },
                    #[cfg(target_arch = "aarch64")]
                    Isa::Neon => &Kernels {
                        lanes: <$f128 as Vector>::LANES,
                        tiles: &[
                            rows!(plain, $f128, 1, 1 2 3 4 5 6 7 8 9 10 11 12),
                            rows!(plain, $f128, 2, 1 2 3 4 5 6 7 8 9 10 11 12),
                            rows!(plain, $f128, 3, 1 2 3 4 5 6 7 8),
                        ],
                        best: 3,
                        panel: 3,
                        axpy: &[axpy::plain::<$f128, 1>, axpy::plain::<$f128, 2>],
                        pack: pack::plain::<$f128>,
                        dots: &[
                            (8, dots::plain::<$f128, 1, 8>),
                            (8, dots::plain::<$f128, 2, 8>),
                            (6, dots::plain::<$f128, 3, 6>),
                            (6, dots::plain::<$f128, 4, 6>),
                        ],
                    },
                    _ => &Kernels {
                        lanes: <$plain as Vector>::LANES,
                        tiles: &[rows!(plain, $plain, 1, 1 2 3 4 5 6), rows!(plain, $plain, 2, 1 2 3 4)],
                        best: 2,
                        panel: 2,
                        axpy: &[axpy::plain::<$plain, 1>, axpy::plain::<$plain, 2>],
                        pack: pack::plain::<$plain>,
                        dots: &[(4, dots::plain::<$plain, 1, 4>), (3, dots::plain::<$plain, 2, 3>)],
                    },
                }
            }
        }
    };
}
kernels!(f32, Plain<f32, 4>, F32x16, F32x8, F32x4);
kernels!(f64, Plain<f64, 2>, F64x8, F64x4, F64x2);
