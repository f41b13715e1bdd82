//! Square blocks transposed in registers, for packing and for copies that turn rows into columns.
use crate::isa::Isa;

/// Writes a transposed square block: target[j * target_row + i] = source[i * source_row + j]. Strides are in items.
/// It needs its instruction set and pointers good for the block; the blocks must not overlap.
pub(crate) type Transpose = unsafe fn(source: *const u8, source_row: isize, target: *mut u8, target_row: isize);

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

unsafe fn plain<T: Copy>(source: *const u8, source_row: isize, target: *mut u8, target_row: isize) {
    let (source, target) = (source.cast::<T>(), target.cast::<T>());
    // SAFETY: the caller's.
    unsafe {
        let rows: [[T; 4]; 4] = std::array::from_fn(|i| source.offset(i as isize * source_row).cast::<[T; 4]>().read_unaligned());
        #[allow(clippy::needless_range_loop)] // `j` names a column, which no iterator over rows gives.
        for j in 0..4 {
            let column: [T; 4] = std::array::from_fn(|i| rows[i][j]);
            target.offset(j as isize * target_row).cast::<[T; 4]>().write_unaligned(column);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx512f")]
    pub(super) unsafe fn four_by_16(source: *const u8, source_row: isize, target: *mut u8, target_row: isize) {
        let (source, target) = (source.cast::<f32>(), target.cast::<f32>());
        // SAFETY: the caller's.
        unsafe {
            let r: [__m512; 16] = std::array::from_fn(|i| _mm512_loadu_ps(source.offset(i as isize * source_row)));
            // 2x2 blocks of items, then of pairs, then of fours, then of eights.
            let t: [__m512; 16] = std::array::from_fn(|i| {
                let (a, b) = (r[i & !1], r[i | 1]);
                if i & 1 == 0 { _mm512_unpacklo_ps(a, b) } else { _mm512_unpackhi_ps(a, b) }
            });
            let u: [__m512; 16] = std::array::from_fn(|i| {
                let (a, b) = (_mm512_castps_pd(t[(i & !3) + (i & 2) / 2]), _mm512_castps_pd(t[(i & !3) + (i & 2) / 2 + 2]));
                _mm512_castpd_ps(if i & 1 == 0 { _mm512_unpacklo_pd(a, b) } else { _mm512_unpackhi_pd(a, b) })
            });
            let v: [__m512; 16] = std::array::from_fn(|i| {
                let (a, b) = (u[(i & 8) + (i & 3)], u[(i & 8) + (i & 3) + 4]);
                if i & 4 == 0 { _mm512_shuffle_f32x4::<0x88>(a, b) } else { _mm512_shuffle_f32x4::<0xdd>(a, b) }
            });
            for i in 0..16 {
                // v[0..4] holds columns 0-3 and 8-11 of rows 0-7, v[4..8] columns 4-7 and 12-15; v[8..] the same of rows 8-15.
                let (a, b) = (v[i & 7], v[(i & 7) + 8]);
                let x = if i & 8 == 0 { _mm512_shuffle_f32x4::<0x88>(a, b) } else { _mm512_shuffle_f32x4::<0xdd>(a, b) };
                _mm512_storeu_ps(target.offset(i as isize * target_row), x);
            }
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn four_by_8(source: *const u8, source_row: isize, target: *mut u8, target_row: isize) {
        let (source, target) = (source.cast::<f32>(), target.cast::<f32>());
        // SAFETY: the caller's.
        unsafe {
            let r: [__m256; 8] = std::array::from_fn(|i| _mm256_loadu_ps(source.offset(i as isize * source_row)));
            let t: [__m256; 8] = std::array::from_fn(|i| {
                let (a, b) = (r[i & !1], r[i | 1]);
                if i & 1 == 0 { _mm256_unpacklo_ps(a, b) } else { _mm256_unpackhi_ps(a, b) }
            });
            let u: [__m256; 8] = std::array::from_fn(|i| {
                let (a, b) = (_mm256_castps_pd(t[(i & !3) + (i & 2) / 2]), _mm256_castps_pd(t[(i & !3) + (i & 2) / 2 + 2]));
                _mm256_castpd_ps(if i & 1 == 0 { _mm256_unpacklo_pd(a, b) } else { _mm256_unpackhi_pd(a, b) })
            });
            for i in 0..8 {
                let (a, b) = (u[i & 3], u[(i & 3) + 4]);
                let x = if i & 4 == 0 { _mm256_permute2f128_ps::<0x20>(a, b) } else { _mm256_permute2f128_ps::<0x31>(a, b) };
                _mm256_storeu_ps(target.offset(i as isize * target_row), x);
            }
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn eight_by_4(source: *const u8, source_row: isize, target: *mut u8, target_row: isize) {
        let (source, target) = (source.cast::<f64>(), target.cast::<f64>());
        // SAFETY: the caller's.
        unsafe {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposes() {
        for isa in Isa::available() {
            for bytes in [1usize, 2, 4, 8] {
                let (side, routine) = square(isa, bytes).unwrap();
                let (row, to_row) = (side + 3, side + 1);
                let source: Vec<u8> = (0..side * row * bytes).map(|i| (i * 7 % 251) as u8).collect();
                let mut target = vec![0u8; side * to_row * bytes];
                // SAFETY: both have room for the block, and the instruction set is available.
                unsafe { routine(source.as_ptr(), row as isize, target.as_mut_ptr(), to_row as isize) };
                for i in 0..side {
                    for j in 0..side {
                        let (a, b) = ((i * row + j) * bytes, (j * to_row + i) * bytes);
                        assert_eq!(source[a..a + bytes], target[b..b + bytes], "{isa:?} {bytes} {i} {j}");
                    }
                }
            }
        }
    }
}
