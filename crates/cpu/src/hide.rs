//! Addresses the compiler must not be clever about: it turns rows at equal distances into a chain of additions, which in inner
//! loops takes longer than the arithmetic.

/// The same number, of which the compiler knows nothing.
#[inline(always)]
pub(crate) fn hide(x: isize) -> isize {
    let mut x = x;
    // SAFETY: no instruction.
    unsafe { std::arch::asm!("/* {0} */", inout(reg) x, options(pure, nomem, nostack, preserves_flags)) }
    x
}
