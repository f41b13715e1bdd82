//! Square blocks transposed in registers, for packing and for copies that turn rows into columns.
use crate::isa::Isa;

/// Transposes square blocks that follow each other in the source's rows: target[j * target_row + i] = source[i * source_row + j]
/// for i below the side and j below the side times `blocks`. Strides are in items.
/// Rows of the target are written in order, so where they overlap the last stays.
/// It needs its instruction set and pointers good for the blocks; source and target must not overlap.
pub(crate) type Transpose = unsafe fn(source: *const u8, source_row: isize, target: *mut u8, target_row: isize, blocks: usize);

/// The side of the block and the routine, for items of 4 or 8 bytes.
pub(crate) fn square(isa: Isa, item_bytes: usize) -> Option<(usize, Transpose)> {
    match (isa, item_bytes) {
        #[cfg(target_arch = "x86_64")]
        (Isa::Avx512, 4) => Some((16, x86::four_by_16)),
        #[cfg(target_arch = "x86_64")]
        (Isa::Avx2, 4) => Some((8, x86::four_by_8)),
        #[cfg(target_arch = "x86_64")]
        (Isa::Avx512 | Isa::Avx2, 8) => Some((4, x86::eight_by_4)),
        (_, 4) => Some((4, plain::<u32>)),
        (_, 8) => Some((4, plain::<u64>)),
        (_, 2) => Some((4, plain::<u16>)),
        (_, 1) => Some((4, plain::<u8>)),
        _ => None,
    }
}

unsafe fn plain<T: Copy>(source: *const u8, source_row: isize, target: *mut u8, target_row: isize, blocks: usize) {
    let (source, target) = (source.cast::<T>(), target.cast::<T>());
    // SAFETY: the caller's.
    unsafe {
        for block in 0..blocks {
            let (source, target) = (source.add(4 * block), target.offset(4 * block as isize * target_row));
            let rows: [[T; 4]; 4] = std::array::from_fn(|i| source.offset(i as isize * source_row).cast::<[T; 4]>().read_unaligned());
            #[allow(clippy::needless_range_loop)] // `j` names a column, which no iterator over rows gives.
            for j in 0..4 {
                let column: [T; 4] = std::array::from_fn(|i| rows[i][j]);
                target.offset(j as isize * target_row).cast::<[T; 4]>().write_unaligned(column);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use crate::hide::hide;
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx512f")]
    pub(super) unsafe fn four_by_16(source: *const u8, source_row: isize, target: *mut u8, target_row: isize, blocks: usize) {
        let (source, target) = (source.cast::<f32>(), target.cast::<f32>());
        // SAFETY: the caller's.
        unsafe {
            for g in 0..4 * blocks {
                // Lane q of row i is columns 4g.. of source row 4q + i: inserting while loading leaves half the shuffles.
                let z: [__m512; 4] = std::array::from_fn(|i| {
                    let quarter = |q: isize| _mm_loadu_ps(source.offset((4 * q + i as isize) * source_row).add(4 * g));
                    let z = _mm512_castps128_ps512(quarter(0));
                    let z = _mm512_insertf32x4::<1>(z, quarter(1));
                    let z = _mm512_insertf32x4::<2>(z, quarter(2));
                    _mm512_insertf32x4::<3>(z, quarter(3))
                });
                let (t0, t1) = (_mm512_unpacklo_ps(z[0], z[1]), _mm512_unpackhi_ps(z[0], z[1]));
                let (t2, t3) = (_mm512_unpacklo_ps(z[2], z[3]), _mm512_unpackhi_ps(z[2], z[3]));
                let [t0, t1, t2, t3] = [t0, t1, t2, t3].map(|t| _mm512_castps_pd(t));
                let target = target.offset(4 * g as isize * target_row);
                _mm512_storeu_pd(target.cast(), _mm512_unpacklo_pd(t0, t2));
                _mm512_storeu_pd(target.offset(target_row).cast(), _mm512_unpackhi_pd(t0, t2));
                _mm512_storeu_pd(target.offset(2 * target_row).cast(), _mm512_unpacklo_pd(t1, t3));
                _mm512_storeu_pd(target.offset(3 * target_row).cast(), _mm512_unpackhi_pd(t1, t3));
            }
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn four_by_8(source: *const u8, source_row: isize, target: *mut u8, target_row: isize, blocks: usize) {
        let (source, target) = (source.cast::<f32>(), target.cast::<f32>());
        // SAFETY: the caller's.
        unsafe {
            let rows: [*const f32; 8] = std::array::from_fn(|i| source.wrapping_offset(hide(i as isize * source_row)));
            for g in 0..2 * blocks {
                let z: [__m256; 4] = std::array::from_fn(|i| {
                    let half = |q: usize| _mm_loadu_ps(rows[4 * q + i].add(4 * g));
                    _mm256_insertf128_ps::<1>(_mm256_castps128_ps256(half(0)), half(1))
                });
                let (t0, t1) = (_mm256_unpacklo_ps(z[0], z[1]), _mm256_unpackhi_ps(z[0], z[1]));
                let (t2, t3) = (_mm256_unpacklo_ps(z[2], z[3]), _mm256_unpackhi_ps(z[2], z[3]));
                let [t0, t1, t2, t3] = [t0, t1, t2, t3].map(|t| _mm256_castps_pd(t));
                let target = target.offset(4 * g as isize * target_row);
                _mm256_storeu_pd(target.cast(), _mm256_unpacklo_pd(t0, t2));
                _mm256_storeu_pd(target.offset(target_row).cast(), _mm256_unpackhi_pd(t0, t2));
                _mm256_storeu_pd(target.offset(2 * target_row).cast(), _mm256_unpacklo_pd(t1, t3));
                _mm256_storeu_pd(target.offset(3 * target_row).cast(), _mm256_unpackhi_pd(t1, t3));
            }
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn eight_by_4(source: *const u8, source_row: isize, target: *mut u8, target_row: isize, blocks: usize) {
        let (source, target) = (source.cast::<f64>(), target.cast::<f64>());
        // SAFETY: the caller's.
        unsafe {
            for block in 0..blocks {
                let (source, target) = (source.add(4 * block), target.offset(4 * block as isize * target_row));
                let r: [__m256d; 4] = std::array::from_fn(|i| _mm256_loadu_pd(source.offset(i as isize * source_row)));
                let t: [__m256d; 4] = std::array::from_fn(|i| {
                    let (a, b) = (r[i & !1], r[i | 1]);
                    if i & 1 == 0 { _mm256_unpacklo_pd(a, b) } else { _mm256_unpackhi_pd(a, b) }
                });
                for i in 0..4 {
                    let (a, b) = (t[i & 1], t[(i & 1) + 2]);
                    let x = if i & 2 == 0 { _mm256_permute2f128_pd::<0x20>(a, b) } else { _mm256_permute2f128_pd::<0x31>(a, b) };
                    _mm256_storeu_pd(target.offset(i as isize * target_row), x);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposes() {
        for isa in Isa::available() {
            for bytes in [1usize, 2, 4, 8] {
                let (side, routine) = square(isa, bytes).unwrap();
                let (blocks, row, to_row) = (3, 3 * side + 3, side + 1);
                let source: Vec<u8> = (0..side * row * bytes).map(|i| (i * 7 % 251) as u8).collect();
                let mut target = vec![0u8; blocks * side * to_row * bytes];
                // SAFETY: both have room for the block, and the instruction set is available.
                unsafe { routine(source.as_ptr(), row as isize, target.as_mut_ptr(), to_row as isize, blocks) };
                for i in 0..side {
                    for j in 0..blocks * side {
                        let (a, b) = ((i * row + j) * bytes, (j * to_row + i) * bytes);
                        assert_eq!(source[a..a + bytes], target[b..b + bytes], "{isa:?} {bytes} {i} {j}");
                    }
                }
            }
        }
    }
}
