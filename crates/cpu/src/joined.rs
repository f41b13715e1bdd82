//! Several kernels as one: a fill and a copy for padding, one copy an input for joining.
use crate::{Buffers, Kernel, Part, Slot};

/// A kernel with the inputs and outputs of the whole that it works on.
pub type Piece = (Box<dyn Kernel>, Vec<usize>, Vec<usize>);

/// Kernels run one after another over the same buffers.
pub struct Joined {
    pieces: Vec<Piece>,
    phases: Vec<usize>,
    /// Which piece each phase belongs to, and that piece's first phase.
    owners: Vec<(usize, usize)>,
}

/// More inputs or outputs than this no piece has.
const MOST: usize = 4;

impl Joined {
    /// Joins kernels that need no scratch and at most four inputs and outputs each (panics otherwise: a defect of an op).
    pub fn new(pieces: Vec<Piece>) -> Joined {
        let fits = pieces.iter().all(|(k, inputs, outputs)| k.scratch() == 0 && inputs.len() <= MOST && outputs.len() <= MOST);
        assert!(fits, "a joined kernel is too large");
        let (mut phases, mut owners) = (Vec::new(), Vec::new());
        for (i, (kernel, ..)) in pieces.iter().enumerate() {
            let first = phases.len();
            phases.extend(kernel.phases());
            owners.resize(phases.len(), (i, first));
        }
        Joined { pieces, phases, owners }
    }
}

impl Kernel for Joined {
    fn phases(&self) -> &[usize] {
        &self.phases
    }
    fn run(&self, buffers: &Buffers, phase: usize, part: Part) {
        let (piece, first) = self.owners[phase];
        let (kernel, inputs, outputs) = &self.pieces[piece];
        let pick = |from: &[Slot], which: &[usize]| {
            let mut slots = [Slot::NONE; MOST];
            which.iter().zip(&mut slots).for_each(|(i, s)| *s = from[*i]);
            slots
        };
        let (ins, outs) = (pick(buffers.inputs, inputs), pick(buffers.outputs, outputs));
        let own = Buffers { inputs: &ins[..inputs.len()], outputs: &outs[..outputs.len()], scratch: Slot::NONE };
        kernel.run(&own, phase - first, part);
    }
}
