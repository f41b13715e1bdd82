//! A chain of blocks ready to run over one stretch of elements: which register each result lives in, how long, and where the
//! outputs may be written at once. Programs and segments supply the places of operands and outputs.
use super::Block;
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
/// Bytes of registers above which stretches get shorter, to stay in the nearest cache.
const COMFORTABLE: usize = 24 << 10;
/// Bytes of registers, never exceeded.
const SCRATCH: usize = 64 << 10;
/// Bytes of registers most programs are content with.
const SMALL_SCRATCH: usize = 16 << 10;
/// Operands, each twice, and registers of a program together.
const PLACES: usize = 256;
/// Operands of a program at most, and outputs.
pub(super) const MOST: usize = 64;

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
    register_bytes: usize,
    stretch: usize,
}

const END: usize = usize::MAX;

/// Memory for the registers of one run, and the addresses of all places.
pub(super) struct Run<'a> {
    chain: &'a Chain,
    scratch: *mut u8,
    pub(super) places: [*mut u8; PLACES],
    /// Whether outputs are computed in registers first, because one lies where a later step still reads.
    careful: bool,
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
        assert!(operands.len() <= MOST && outputs.len() <= MOST, "a program of {} operands and {} outputs", operands.len(), outputs.len());
        assert!(count <= PLACES && registers * 16 * largest < SCRATCH, "a program of {count} live values is too long");
        let mut stretch = STRETCH;
        while stretch > 128 && registers * stretch * largest > COMFORTABLE || registers * (stretch * largest + 64) + 64 > SCRATCH {
            stretch /= 2;
        }
        // Not a multiple of a page apart, lest loads wait for unrelated stores at the same distance.
        let register_bytes = stretch * largest + 64;
        Chain { steps, outputs, operand_sizes, last_read, registers, register_bytes, stretch }
    }

    /// How many elements one stretch may have.
    pub(super) fn stretch(&self) -> usize {
        self.stretch
    }

    /// Bytes of an element of each operand.
    pub(super) fn operand_size(&self, i: usize) -> usize {
        self.operand_sizes[i]
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
    pub(super) fn must_be_careful(&self, inputs: &[*mut u8], outputs: &[*mut u8]) -> bool {
        self.outputs.iter().zip(outputs).any(|(output, q)| {
            let clash = |(i, p): (usize, &*mut u8)| {
                std::ptr::eq(*p, *q) && self.last_read[i] > output.written.min(END - 1) && output.source != Source::Operand(i)
            };
            inputs.iter().enumerate().any(clash)
        })
    }

    /// Prepares registers and hands them to `work`.
    pub(super) fn with_run(&self, careful: bool, work: impl FnOnce(&mut Run)) {
        if self.registers * self.register_bytes + 64 <= SMALL_SCRATCH {
            self.with_scratch::<SMALL_SCRATCH>(careful, work)
        } else {
            self.with_scratch::<SCRATCH>(careful, work)
        }
    }

    fn with_scratch<const N: usize>(&self, careful: bool, work: impl FnOnce(&mut Run)) {
        let mut memory = MaybeUninit::<[u8; N]>::uninit();
        let start = memory.as_mut_ptr().cast::<u8>();
        let scratch = start.wrapping_add(start.align_offset(64));
        let mut run = Run { chain: self, scratch, places: [scratch; PLACES], careful };
        for register in 0..self.registers {
            run.places[self.operand_sizes.len() + register] = run.register(register);
        }
        work(&mut run);
    }
}

impl Run<'_> {
    fn register(&self, i: usize) -> *mut u8 {
        debug_assert!(i < self.chain.registers);
        self.scratch.wrapping_add(i * self.chain.register_bytes)
    }

    /// The memory an operand can be gathered into, of one stretch.
    pub(super) fn operand_register(&self, i: usize) -> *mut u8 {
        self.register(i)
    }

    /// Computes `n` elements, at most a stretch, into the outputs.
    ///
    /// # Safety
    /// All operands' places are set and valid for `n` elements, and so are `outputs`, one for each output.
    #[inline]
    pub(super) unsafe fn stretch(&mut self, outputs: &[*mut u8], n: usize) {
        let chain = self.chain;
        debug_assert!(outputs.len() == chain.outputs.len());
        if !self.careful {
            for (output, p) in chain.outputs.iter().zip(outputs) {
                if !output.copied {
                    self.places[output.place] = *p;
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
        for (output, p) in chain.outputs.iter().zip(outputs) {
            if self.careful || output.copied {
                let from = match output.source {
                    Source::Operand(i) if self.careful => self.register(i),
                    _ => self.places[output.place],
                };
                if !std::ptr::eq(from, *p) {
                    // SAFETY: both are valid for `n` elements; `copy` allows overlap.
                    unsafe { std::ptr::copy(from, *p, n * output.size) }
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
        debug_assert!(n <= self.chain.stretch);
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
