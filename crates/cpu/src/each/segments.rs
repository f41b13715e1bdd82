//! The same chain over many arrays of different lengths in one parallel region: an optimizer's update of all weights.
use super::chain::{Chain, Instruction, Source};
use super::gather::fill;
use crate::{Buffers, Kernel, Part};
use tensor::DType;

/// An input that every segment has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SegmentOperand {
    /// As many elements as the segment.
    Array(DType),
    /// One element.
    Scalar(DType),
}

impl SegmentOperand {
    fn dtype(self) -> DType {
        match self {
            SegmentOperand::Array(dtype) | SegmentOperand::Scalar(dtype) => dtype,
        }
    }
}

/// Elements of one part at least, and how many parts at most.
const PART: usize = 8 << 10;
const PARTS: usize = 64;

/// A chain over segments. Inputs and outputs are segment-major: all operands of the first segment, then of the second. An
/// output may be the memory of an input of its own segment.
pub struct Segments {
    chain: Chain,
    operands: Vec<SegmentOperand>,
    lengths: Vec<usize>,
    /// How many stretches the segments before have.
    before: Vec<usize>,
    stretch: usize,
    stretches: usize,
    parts: [usize; 1],
}

impl Segments {
    /// The chain over segments of those lengths.
    pub fn new(lengths: &[usize], operands: Vec<SegmentOperand>, instructions: Vec<Instruction>, outputs: Vec<Source>) -> Segments {
        let dtypes: Vec<DType> = operands.iter().map(|o| o.dtype()).collect();
        let chain = Chain::new(&dtypes, &instructions, &outputs);
        let total: usize = lengths.iter().sum();
        let stretch = chain.best_stretch(total);
        let mut stretches = 0;
        let mut before = Vec::new();
        for length in lengths {
            before.push(stretches);
            stretches += length.div_ceil(stretch);
        }
        Segments { chain, operands, lengths: lengths.to_vec(), before, stretch, stretches, parts: [(total / PART).clamp(1, PARTS)] }
    }
}

impl Kernel for Segments {
    fn phases(&self) -> &[usize] {
        &self.parts
    }

    fn run(&self, buffers: &Buffers, _: usize, part: Part) {
        let (k, outs, stretch) = (self.operands.len(), self.chain.output_count(), self.stretch);
        let segments = self.lengths.len();
        assert!(buffers.inputs.len() == segments * k && buffers.outputs.len() == segments * outs, "slots of other segments");
        let range = part.range(self.stretches);
        let (mut next, end) = (range.start, range.end);
        while next < end {
            // The last segment that starts here or before; of empty ones in between, none.
            let segment = self.before.partition_point(|before| *before <= next) - 1;
            let length = self.lengths[segment];
            let last = end.min(self.before[segment] + length.div_ceil(stretch));
            let (from, to) = (&buffers.inputs[segment * k..][..k], &buffers.outputs[segment * outs..][..outs]);
            for (i, slot) in from.iter().enumerate() {
                let elements = if matches!(self.operands[i], SegmentOperand::Scalar(_)) { 1 } else { length };
                assert!(slot.len >= elements * self.operands[i].dtype().size(), "an operand of a segment is too short");
            }
            for (o, slot) in to.iter().enumerate() {
                assert!(slot.len >= length * self.chain.output_size(o), "an output of a segment is too short");
            }
            self.chain.with_run(stretch, self.chain.must_be_careful(from, to), |run| {
                for (i, operand) in self.operands.iter().enumerate() {
                    if let SegmentOperand::Scalar(dtype) = operand {
                        // SAFETY: one element of the operand, and a register holds a stretch.
                        unsafe { fill(from[i].pointer, run.use_register(i), dtype.size(), stretch.min(length)) }
                    }
                }
                for index in next - self.before[segment]..last - self.before[segment] {
                    let start = index * stretch;
                    for (i, operand) in self.operands.iter().enumerate() {
                        if let SegmentOperand::Array(dtype) = operand {
                            run.set_operand(i, from[i].pointer.wrapping_add(start * dtype.size()));
                        }
                    }
                    for (o, slot) in to.iter().enumerate() {
                        run.set_output(o, slot.pointer.wrapping_add(start * self.chain.output_size(o)));
                    }
                    // SAFETY: operands and outputs are in place for the rest of the segment, at most a stretch of it.
                    unsafe { run.stretch(stretch.min(length - start)) }
                }
            });
            next = last;
        }
    }
}
