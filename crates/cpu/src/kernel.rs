//! What a kernel is to a plan: phases cut into parts, over buffers whose places were fixed when the plan was made.
//!
//! A plan step is a kernel and a list of slots. Running it costs no allocation: the pool hands out parts, each part works
//! on its own region of the outputs. Phases are separated by a barrier, so a kernel may pack in phase 0 what phase 1 reads.
use std::ops::Range;
use std::sync::Arc;
use tensor::Lines;

/// One of the parts a phase is cut into. Only the pool makes them, each index once a phase, so a kernel may take the region
/// of an output that belongs to its part as its own.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    index: usize,
    count: usize,
}

impl Part {
    pub(crate) fn new(index: usize, count: usize) -> Part {
        Part { index, count }
    }
    /// Which part, from 0.
    pub fn index(self) -> usize {
        self.index
    }
    /// Of how many.
    pub fn count(self) -> usize {
        self.count
    }
    /// This part's share of `n` items in `count` nearly equal runs.
    pub fn range(self, n: usize) -> Range<usize> {
        share(n, self.count, self.index)
    }
}

/// The `i`th of `count` nearly equal runs of `n` items.
#[inline(always)]
pub(crate) fn share(n: usize, count: usize, i: usize) -> Range<usize> {
    n * i / count..n * (i + 1) / count
}

/// A loop with its sizes filled in. `run` is called once for each part of each phase, phases in order.
pub trait Kernel: Send + Sync {
    /// Number of parts of each phase. It depends on sizes only, never on the number of threads, so that results do not either.
    fn phases(&self) -> &[usize];
    /// Bytes of scratch memory shared by all parts, aligned to 64; its content is lost between runs.
    fn scratch(&self) -> usize {
        0
    }
    /// Does one part of one phase.
    fn run(&self, buffers: &Buffers, phase: usize, part: Part);
}

/// Aligned memory that kernels read and write through slots: an arena, a variable, a fed array.
#[derive(Clone)]
pub struct Memory {
    pointer: *mut u8,
    len: usize,
    _owner: Owner,
}

#[derive(Clone)]
enum Owner {
    Lines { _lines: Arc<Lines> },
    Array { _array: tensor::Array },
}

// SAFETY: the pointer stays valid while the owner lives, wherever it is; access is ordered by whoever runs kernels (Buffers).
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Memory {
    /// `len` zero bytes.
    pub fn zeroed(len: usize) -> Memory {
        let mut lines = Lines::zeroed(len);
        let pointer = lines.bytes_mut().as_mut_ptr();
        Memory { pointer, len, _owner: Owner::Lines { _lines: Arc::new(lines) } }
    }
    /// An array's own memory, not copied. It is only ever read: `Slot`s over it must not be outputs.
    pub fn of(array: &tensor::Array) -> Memory {
        Memory { pointer: array.bytes().as_ptr().cast_mut(), len: array.bytes().len(), _owner: Owner::Array { _array: array.clone() } }
    }
    /// Bytes.
    pub fn len(&self) -> usize {
        self.len
    }
    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// Whether both are the same memory.
    pub fn same(&self, other: &Memory) -> bool {
        std::ptr::eq(self.pointer, other.pointer)
    }
    /// A place in it. Panics if it does not lie inside (a defect of the plan, never of its input).
    pub fn slot(&self, offset: usize, len: usize) -> Slot {
        assert!(offset.checked_add(len).is_some_and(|end| end <= self.len), "slot {offset}+{len} outside of {} bytes", self.len);
        // SAFETY: inside the allocation, by the line above.
        Slot { pointer: unsafe { self.pointer.add(offset) }, len }
    }
    /// A copy of the bytes. The caller must own the moment: no kernel may be writing.
    pub fn read(&self, offset: usize, out: &mut [u8]) {
        self.slot(offset, out.len()).read(out);
    }
    /// Overwrites bytes. The caller must own the moment: no kernel may be running over this memory.
    pub fn write(&self, offset: usize, bytes: &[u8]) {
        assert!(matches!(self._owner, Owner::Lines { .. }), "an array's memory is read-only");
        let slot = self.slot(offset, bytes.len());
        // SAFETY: in bounds by `slot`, owned lines, and the caller owns the moment.
        unsafe { std::ptr::copy(bytes.as_ptr(), slot.pointer, bytes.len()) }
    }
}

/// A place in memory, checked when it was made. Valid as long as its `Memory` lives, which a plan's run guarantees.
#[derive(Clone, Copy)]
pub struct Slot {
    pub(crate) pointer: *mut u8,
    pub(crate) len: usize,
}

// SAFETY: a slot is an address; kernels dereference it only inside a run, whose owner keeps the memory alive and in order.
unsafe impl Send for Slot {}
// SAFETY: as above.
unsafe impl Sync for Slot {}

impl Slot {
    /// No place: for kernels without scratch.
    pub const NONE: Slot = Slot { pointer: std::ptr::null_mut(), len: 0 };
    /// Bytes.
    pub fn len(&self) -> usize {
        self.len
    }
    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// Whether both are the same place.
    pub fn same(&self, other: &Slot) -> bool {
        std::ptr::eq(self.pointer, other.pointer) && self.len == other.len
    }
    /// Copies the bytes out. The caller must own the moment, as for `Memory::read`.
    pub fn read(&self, out: &mut [u8]) {
        assert!(out.len() <= self.len, "reading {} bytes of {}", out.len(), self.len);
        // SAFETY: in bounds by the line above; `out` is a borrow of its own.
        unsafe { std::ptr::copy_nonoverlapping(self.pointer, out.as_mut_ptr(), out.len()) }
    }
    /// Copies the bytes of another place, which may overlap. The caller must own the moment, as for `Memory::write`.
    pub fn copy_from(&self, other: &Slot) {
        assert_eq!(self.len, other.len, "copying between places of different size");
        // SAFETY: both are places of that many bytes.
        unsafe { std::ptr::copy(other.pointer, self.pointer, self.len) }
    }
    /// Its address, for whoever calls a block by hand.
    pub fn address(&self) -> *const u8 {
        self.pointer
    }
    /// The place `bytes` further on, of `len` bytes: how a loop walks a sequence. Panics if it leaves the slot.
    pub fn at(&self, bytes: usize, len: usize) -> Slot {
        assert!(bytes.checked_add(len).is_some_and(|end| end <= self.len), "slot left its memory");
        // SAFETY: inside this slot, by the line above.
        Slot { pointer: unsafe { self.pointer.add(bytes) }, len }
    }
}

/// The places one run of a kernel reads and writes.
#[derive(Clone, Copy)]
pub struct Buffers<'a> {
    /// Read only.
    pub inputs: &'a [Slot],
    /// Written; a kernel that says so may find an output equal to one of its inputs.
    pub outputs: &'a [Slot],
    /// Scratch of `Kernel::scratch` bytes.
    pub scratch: Slot,
}
