//! A chain of blocks ready to run over one stretch of elements: which register each result lives in, how long, and where the
//! outputs may be written at once. Programs and segments supply the places of operands and outputs.
use super::Block;
use crate::Slot;
use std::mem::MaybeUninit;
use tensor::DType;

/// Where an instruction's input or a program's output comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The operand of that number.
    Operand(usize),
    /// The result of the instruction of that number, an earlier one.
    Result(usize),
    /// Nothing: the block does not read this input.
    None,
}

/// One block of a chain.
#[derive(Clone, Copy)]
pub struct Instruction {
    /// What computes it.
    pub block: Block,
    /// What it reads.
    pub sources: [Source; 3],
    /// The type of its result.
    pub dtype: DType,
}

/// Elements of one stretch when the registers are few, which is nearly always.
const STRETCH: usize = 512;
/// Elements of one stretch of arrays that lie beyond the second cache: memory streams need room in the first.
const FAR_STRETCH: usize = 256;
/// Bytes of operands and outputs that the second cache is sure not to hold.
const FAR: usize = 2 << 20;
/// Bytes of registers above which stretches get shorter, to stay in the nearest cache.
const COMFORTABLE: usize = 24 << 10;
/// Bytes of registers, never exceeded.
const SCRATCH: usize = 64 << 10;
/// Bytes of registers most programs are content with.
const SMALL_SCRATCH: usize = 16 << 10;
/// Operands, each twice, registers and outputs of a program together.
const PLACES: usize = 512;

/// An instruction with its places resolved.
struct Step {
    block: Block,
    sources: [u16; 3],
    target: u16,
}

/// An output: where it comes from and when it is complete.
struct Output {
    source: Source,
    /// The place its instruction writes, or the source's place if it is a copy.
    place: usize,
    /// A copy of an operand or of an output before it.
    copied: bool,
    written: usize,
    size: usize,
}

/// The compiled chain. Places are numbered: operands, then registers.
pub(super) struct Chain {
    steps: Vec<Step>,
    outputs: Vec<Output>,
    operand_sizes: Vec<usize>,
    /// The last step that reads each operand; `END` if an output is a copy of it.
    last_read: Vec<usize>,
    registers: usize,
    /// Bytes of the largest element.
    largest: usize,
    /// All of one run: registers, addresses, alignment.
    bytes: usize,
    stretch: usize,
}

const END: usize = usize::MAX;

/// Memory for the registers of one run, and the addresses of all places.
pub(super) struct Run<'a> {
    chain: &'a Chain,
    scratch: *mut u8,
    register_bytes: usize,
    /// Addresses of operands, registers, outputs.
    places: &'a mut [*mut u8],
    /// Whether outputs are computed in registers first, because one lies where a later step still reads.
    careful: bool,
}

/// From one register to the next: not a multiple of a page, lest loads wait for unrelated stores at the same distance.
fn register_bytes(stretch: usize, largest: usize) -> usize {
    (stretch * largest).next_multiple_of(64) + 64
}

impl Chain {
    pub(super) fn new(operands: &[DType], instructions: &[Instruction], outputs: &[Source]) -> Chain {
        let operand_sizes: Vec<usize> = operands.iter().map(|dtype| dtype.size()).collect();
        let mut last_read = vec![0; operands.len()];
        let mut last_use = vec![0; instructions.len()];
        for (step, instruction) in instructions.iter().enumerate() {
            for source in instruction.sources {
                match source {
                    Source::Operand(i) => last_read[i] = step,
                    Source::Result(j) => {
                        assert!(j < step, "instruction {step} reads the result of instruction {j}, which comes later");
                        last_use[j] = step;
                    }
                    Source::None => {}
                }
            }
        }
        for source in outputs {
            match source {
                Source::Operand(i) => last_read[*i] = END,
                Source::Result(j) => last_use[*j] = END,
                Source::None => panic!("an output of a program comes from nothing"),
            }
        }
        // Each operand has a register of its own, for when it must be gathered; results share theirs when they are done with.
        let mut free: Vec<usize> = Vec::new();
        let mut count = 2 * operands.len();
        let mut places: Vec<usize> = Vec::new();
        let mut steps = Vec::new();
        for (step, instruction) in instructions.iter().enumerate() {
            // An output's place becomes the output itself, so nothing else may have it.
            let shared = if last_use[step] == END { None } else { free.pop() };
            let target = shared.unwrap_or_else(|| {
                count += 1;
                count - 1
            });
            places.push(target);
            let place = |source: &Source| match source {
                Source::Operand(i) => *i,
                Source::Result(j) => places[*j],
                Source::None => 0,
            };
            steps.push(Step {
                block: instruction.block,
                sources: instruction.sources.each_ref().map(|s| place(s) as u16),
                target: target as u16,
            });
            for j in 0..=step {
                let done = last_use[j] == step && instruction.sources.contains(&Source::Result(j));
                if done || (j == step && last_use[j] == 0) {
                    free.push(places[j]);
                }
            }
        }
        let made = outputs.iter().enumerate().map(|(o, source)| match source {
            Source::Result(j) => Output {
                source: *source,
                place: places[*j],
                copied: outputs[..o].contains(source),
                written: *j,
                size: instructions[*j].dtype.size(),
            },
            Source::Operand(i) => Output { source: *source, place: *i, copied: true, written: END, size: operand_sizes[*i] },
            Source::None => unreachable!("refused above"),
        });
        let outputs: Vec<Output> = made.collect();
        let registers = count - operands.len();
        let largest = operand_sizes.iter().copied().chain(instructions.iter().map(|i| i.dtype.size())).max().unwrap_or(1);
        assert!(count + outputs.len() <= PLACES, "a program of {count} live values is too long");
        let addresses = (count + outputs.len()) * size_of::<*mut u8>();
        let mut stretch = STRETCH;
        let bytes = |stretch: usize| registers * register_bytes(stretch, largest) + addresses + 64;
        while stretch > 128 && bytes(stretch) > COMFORTABLE || bytes(stretch) > SCRATCH {
            stretch /= 2;
            assert!(stretch >= 8, "a program of {count} live values is too long");
        }
        Chain { steps, outputs, operand_sizes, last_read, registers, largest, bytes: bytes(stretch), stretch }
    }

    /// How many elements one stretch may have.
    pub(super) fn stretch(&self) -> usize {
        self.stretch
    }

    /// How many elements a stretch best has if the arrays have so many.
    pub(super) fn best_stretch(&self, elements: usize) -> usize {
        let element = self.operand_sizes.iter().sum::<usize>() + self.outputs.iter().map(|o| o.size).sum::<usize>();
        if elements * element > FAR { self.stretch.min(FAR_STRETCH) } else { self.stretch }
    }

    /// Bytes of an element of each output.
    pub(super) fn output_size(&self, o: usize) -> usize {
        self.outputs[o].size
    }

    pub(super) fn output_count(&self) -> usize {
        self.outputs.len()
    }

    /// Whether the outputs must be computed in registers and copied at the end of a stretch: some output lies where an operand
    /// is still to be read by a later step.
    pub(super) fn must_be_careful(&self, inputs: &[Slot], outputs: &[Slot]) -> bool {
        self.outputs.iter().zip(outputs).any(|(output, q)| {
            let late = |i: usize| self.last_read[i] > output.written.min(END - 1) && output.source != Source::Operand(i);
            inputs.iter().enumerate().any(|(i, p)| std::ptr::eq(p.pointer, q.pointer) && late(i))
        })
    }

    /// Prepares registers of `stretch` elements and hands them to `work`.
    pub(super) fn with_run(&self, stretch: usize, careful: bool, work: impl FnOnce(&mut Run)) {
        debug_assert!(stretch <= self.stretch);
        let register_bytes = register_bytes(stretch, self.largest);
        if self.bytes <= SMALL_SCRATCH {
            self.with_scratch::<SMALL_SCRATCH>(register_bytes, careful, work)
        } else {
            self.with_scratch::<SCRATCH>(register_bytes, careful, work)
        }
    }

    fn with_scratch<const N: usize>(&self, register_bytes: usize, careful: bool, work: impl FnOnce(&mut Run)) {
        let mut memory = MaybeUninit::<[u8; N]>::uninit();
        let start = memory.as_mut_ptr().cast::<u8>();
        let scratch = start.wrapping_add(start.align_offset(64));
        let operands = self.operand_sizes.len();
        let count = operands + self.registers + self.outputs.len();
        let addresses = scratch.wrapping_add(self.registers * register_bytes).cast::<*mut u8>();
        for i in 0..count {
            let register = scratch.wrapping_add(i.saturating_sub(operands) * register_bytes);
            // SAFETY: the addresses lie behind the registers, inside the memory by the choice of `bytes`, and aligned.
            unsafe { addresses.add(i).write(register) }
        }
        // SAFETY: written above; the registers are apart from it, and so is everything else.
        let places = unsafe { std::slice::from_raw_parts_mut(addresses, count) };
        work(&mut Run { chain: self, scratch, register_bytes, places, careful });
    }
}

impl Run<'_> {
    /// Sets where an operand is.
    #[inline]
    pub(super) fn set_operand(&mut self, i: usize, place: *mut u8) {
        debug_assert!(i < self.chain.operand_sizes.len());
        self.places[i] = place;
    }

    /// Sets where an output goes.
    #[inline]
    pub(super) fn set_output(&mut self, o: usize, place: *mut u8) {
        let first = self.places.len() - self.chain.outputs.len();
        self.places[first + o] = place;
    }

    /// Where an output goes.
    pub(super) fn output(&self, o: usize) -> *mut u8 {
        self.places[self.places.len() - self.chain.outputs.len() + o]
    }

    fn register(&self, i: usize) -> *mut u8 {
        debug_assert!(i < self.chain.registers);
        self.scratch.wrapping_add(i * self.register_bytes)
    }

    /// Puts an operand into a register of its own, of one stretch, for the caller to fill.
    #[inline]
    pub(super) fn use_register(&mut self, i: usize) -> *mut u8 {
        let register = self.register(i);
        self.set_operand(i, register);
        register
    }

    /// Computes `n` elements, at most a stretch, into the outputs.
    ///
    /// # Safety
    /// All operands and outputs are set and valid for `n` elements.
    #[inline]
    pub(super) unsafe fn stretch(&mut self, n: usize) {
        let chain = self.chain;
        if !self.careful {
            for (o, output) in chain.outputs.iter().enumerate() {
                if !output.copied {
                    self.places[output.place] = self.output(o);
                }
            }
        }
        // SAFETY: promised by the caller.
        unsafe { self.compute(n) }
        if self.careful {
            // The copies below may overwrite an operand that a later one of them repeats.
            for output in &chain.outputs {
                if let Source::Operand(i) = output.source {
                    // SAFETY: a register holds a stretch, and the operand is valid for `n` elements.
                    unsafe { std::ptr::copy(self.places[i], self.register(i), n * output.size) }
                }
            }
        }
        for (o, output) in chain.outputs.iter().enumerate() {
            if self.careful || output.copied {
                let to = self.output(o);
                let from = match output.source {
                    Source::Operand(i) if self.careful => self.register(i),
                    _ => self.places[output.place],
                };
                if !std::ptr::eq(from, to) {
                    // SAFETY: both are valid for `n` elements; `copy` allows overlap.
                    unsafe { std::ptr::copy(from, to, n * output.size) }
                }
            }
        }
    }

    /// Computes `n` elements, at most a stretch. Outputs stay where `output_place` says, in registers unless `stretch` was called.
    ///
    /// # Safety
    /// All operands' places are set and valid for `n` elements.
    #[inline]
    pub(super) unsafe fn compute(&mut self, n: usize) {
        debug_assert!(n * self.chain.largest + 64 <= self.register_bytes);
        for step in &self.chain.steps {
            let inputs = step.sources.map(|s| self.places[s as usize].cast_const());
            // SAFETY: sources are operands, promised by the caller, or registers and outputs written by earlier steps.
            unsafe { (step.block)(inputs, self.places[step.target as usize], n) }
        }
    }

    /// Where `compute` leaves an output.
    pub(super) fn output_place(&self, o: usize) -> *mut u8 {
        self.places[self.chain.outputs[o].place]
    }
}
