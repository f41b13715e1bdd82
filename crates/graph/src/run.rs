//! Running plans: the device with its arena, plans bound to memory, functions that keep a plan for each set of sizes.
use crate::{
    graph::Graph,
    op::OpRef,
    plan::{Base, Block, Mode, Plan, Ref, Signature, Step, What},
    value::Value,
};
use cpu::{Buffers, Memory, Slot, pool};
use std::sync::{
    Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicUsize, Ordering},
};
use std::time::Instant;
use tensor::{Array, DType, Error, Lines, Result};

/// The CPU as the one thing all runs of the process share: its holder may run plans and touch variables.
pub struct Device {
    arena: Memory,
    /// Raised when the arena moves.
    generation: u64,
}

/// Holds the device.
pub struct Held(MutexGuard<'static, Device>);

static WAITING: AtomicUsize = AtomicUsize::new(0);

impl Device {
    /// Waits for the run that is under way, at most one.
    pub fn lock() -> Held {
        let device = Device::mutex();
        if let Ok(held) = device.try_lock() {
            return Held(held);
        }
        WAITING.fetch_add(1, Ordering::AcqRel);
        let held = device.lock().unwrap_or_else(PoisonError::into_inner);
        WAITING.fetch_sub(1, Ordering::AcqRel);
        Held(held)
    }
    /// Whether nobody holds the device now.
    pub fn is_idle() -> bool {
        Device::mutex().try_lock().is_ok()
    }
    fn mutex() -> &'static Mutex<Device> {
        static DEVICE: OnceLock<Mutex<Device>> = OnceLock::new();
        DEVICE.get_or_init(|| Mutex::new(Device { arena: Memory::zeroed(0), generation: 1 }))
    }
    /// Between two runs of a loop: lets those go first who wait for the device.
    pub fn give_way() {
        while WAITING.load(Ordering::Acquire) > 0 {
            std::thread::yield_now();
        }
    }
}

/// An array that is fed, or part of one: rows in place, not copied.
#[derive(Clone)]
pub struct Feed {
    /// Number type.
    pub dtype: DType,
    /// Sizes.
    pub shape: Vec<usize>,
    memory: Memory,
    offset: usize,
}

impl Feed {
    /// A whole array.
    pub fn of(array: &Array) -> Feed {
        Feed { dtype: array.dtype(), shape: array.shape().to_vec(), memory: Memory::of(array), offset: 0 }
    }
    /// Rows `start..end` of the first axis, in place. Error `array_rows` if they are not there.
    pub fn rows(array: &Array, start: usize, end: usize) -> Result<Feed> {
        let n = array.shape().first().copied().unwrap_or(0);
        if start > end || end > n {
            return Err(Error::value("array_rows", format!("Rows {start} to {end} are not in an array of shape {:?}.", array.shape())));
        }
        let mut feed = Feed::of(array);
        feed.offset = start * (array.bytes().len() / n.max(1));
        feed.shape[0] = end - start;
        Ok(feed)
    }
    /// Memory that someone filled, from a byte offset on. Panics if the memory is too small: a defect of the caller.
    pub fn at(memory: &Memory, offset: usize, dtype: DType, shape: Vec<usize>) -> Feed {
        let len = shape.iter().product::<usize>() * dtype.size();
        memory.slot(offset, len);
        Feed { dtype, shape, memory: memory.clone(), offset }
    }
    /// Points it at other rows of the same shape: of an array, or of memory that someone filled. Allocates nothing. Panics as `at`.
    pub fn point(&mut self, memory: &Memory, offset: usize, rows: usize) {
        if !self.memory.same(memory) {
            self.memory = memory.clone();
        }
        self.offset = offset;
        if let Some(first) = self.shape.first_mut() {
            *first = rows;
        }
        self.slot();
    }
    fn slot(&self) -> Slot {
        self.memory.slot(self.offset, self.shape.iter().product::<usize>() * self.dtype.size())
    }
}

/// A graph ready to run, with a plan for each set of sizes it was fed lately.
pub struct Function {
    graph: Graph,
    mode: Mode,
    plans: Mutex<Vec<Bound>>,
}

/// How many plans a function keeps: the usual batch, the last short one, and what validation and prediction add.
const MOST_PLANS: usize = 16;

struct Bound {
    signature: Signature,
    plan: Plan,
    block: BoundBlock,
    prologue: BoundBlock,
    /// The versions of the variables the prologue read when it last ran; none if it never did.
    versions: Option<Vec<u64>>,
    generation: u64,
    /// Feeds of the last run, to patch only what moved.
    feeds: Vec<Slot>,
    /// The run counter, where the plan reads it.
    counter: Memory,
}

/// The outputs of a run, to be read before the device is let go.
pub struct Outputs<'a> {
    plan: &'a Plan,
    arena: Slot,
    feeds: &'a [Slot],
}

impl Function {
    /// A function that runs `graph`.
    pub fn new(graph: Graph, mode: Mode) -> Function {
        Function { graph, mode, plans: Mutex::new(Vec::new()) }
    }
    /// The graph it runs.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }
    /// The plan for inputs of these types and sizes, as text.
    pub fn plan_text(&self, signature: &Signature) -> Result<String> {
        Ok(Plan::new(&self.graph, signature, self.mode)?.to_string())
    }
    /// Runs and gives the outputs as arrays. `feeds` leave out the run counter, which is `counter`.
    pub fn run(&self, feeds: &[Feed], counter: i64) -> Result<Vec<Array>> {
        self.run_with(feeds, counter, |outputs| outputs.arrays())?
    }
    /// Runs and lets `read` see the outputs in place. Allocates nothing once the plan for these sizes is there.
    pub fn run_with<T>(&self, feeds: &[Feed], counter: i64, read: impl FnOnce(&Outputs) -> T) -> Result<T> {
        self.run_watched(&mut Device::lock(), feeds, counter, |_| (), read)
    }
    /// Runs `runs` times and gives each step's name and the median of its times in seconds: for benchmarks.
    pub fn profile(&self, feeds: &[Feed], runs: usize) -> Result<Vec<(String, f64)>> {
        let mut device = Device::lock();
        let names: Vec<String> =
            self.run_watched(&mut device, feeds, 0, |_| (), |o| o.plan.block.steps.iter().map(|s| s.label.trim().to_string()).collect())?;
        let clock = (0..1000).map(|_| Instant::now().elapsed().as_secs_f64()).fold(f64::MAX, f64::min);
        let mut times = vec![Vec::with_capacity(runs); names.len()];
        for counter in 0..runs as i64 {
            let mut before = Instant::now();
            let watch = |step: usize| {
                times[step].push((before.elapsed().as_secs_f64() - clock).max(0.0));
                before = Instant::now();
            };
            self.run_watched(&mut device, feeds, counter, watch, |_| ())?;
        }
        let median = |mut times: Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        Ok(names.into_iter().zip(times.into_iter().map(median)).collect())
    }
    /// Runs; `after` hears of each step when it is done.
    fn run_watched<T>(
        &self,
        device: &mut Held,
        feeds: &[Feed],
        counter: i64,
        after: impl FnMut(usize),
        read: impl FnOnce(&Outputs) -> T,
    ) -> Result<T> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let at = match plans.iter().position(|b| self.fits(&b.signature, feeds)) {
            Some(at) => at,
            None => {
                let signature = self.signature(feeds);
                let plan = Plan::new(&self.graph, &signature, self.mode)?;
                if plans.len() == MOST_PLANS {
                    plans.remove(0);
                }
                plans.push(Bound::new(signature, plan));
                plans.len() - 1
            }
        };
        // The one used last stands last, so that the first is the one to go.
        if at + 1 < plans.len() {
            plans[at..].rotate_left(1);
        }
        let Some(bound) = plans.last_mut() else {
            return Err(Error::runtime("plan_lost", "The plan that was just made is gone."));
        };
        Ok(read(&bound.run(&mut device.0, self.graph.counter, feeds, counter, after)?))
    }
    fn fits(&self, signature: &Signature, feeds: &[Feed]) -> bool {
        let fed = signature.iter().enumerate().filter(|(i, _)| self.graph.counter != Some(*i)).map(|(_, s)| s);
        signature.len() == feeds.len() + usize::from(self.graph.counter.is_some())
            && fed.zip(feeds).all(|((d, s), f)| *d == f.dtype && *s == f.shape)
    }
    fn signature(&self, feeds: &[Feed]) -> Signature {
        let mut signature: Signature = feeds.iter().map(|f| (f.dtype, f.shape.clone())).collect();
        if let Some(i) = self.graph.counter {
            signature.insert(i.min(signature.len()), (DType::I64, Vec::new()));
        }
        signature
    }
}

impl Outputs<'_> {
    fn slot(&self, r: &Ref) -> Slot {
        locate(r, self.plan, self.arena, self.feeds, &[])
    }
    /// All of them, as arrays of their own.
    fn arrays(&self) -> Result<Vec<Array>> {
        (0..self.len()).map(|i| self.array(i)).collect()
    }
    /// How many.
    pub fn len(&self) -> usize {
        self.plan.outputs.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Output `i` as an array of its own.
    pub fn array(&self, i: usize) -> Result<Array> {
        let (r, dtype, sizes) = &self.plan.outputs[i];
        let mut lines = Lines::zeroed(r.len);
        self.slot(r).read(lines.bytes_mut());
        Array::new(*dtype, sizes.clone(), lines)
    }
    /// Output `i`, copied into `out`, which must have its bytes.
    pub fn read(&self, i: usize, out: &mut [u8]) {
        self.slot(&self.plan.outputs[i].0).read(out);
    }
    /// Sizes of output `i`.
    pub fn shape(&self, i: usize) -> &[usize] {
        &self.plan.outputs[i].2
    }
    /// Number type of output `i`.
    pub fn dtype(&self, i: usize) -> DType {
        self.plan.outputs[i].1
    }
    /// Output `i` as a number, if it is a float scalar; its first element otherwise.
    pub fn number(&self, i: usize) -> f64 {
        let (r, dtype, _) = &self.plan.outputs[i];
        let mut bytes = [0; 8];
        let bytes = &mut bytes[..dtype.size().min(r.len)];
        self.slot(&Ref { len: bytes.len(), ..*r }).read(bytes);
        match (dtype, &*bytes) {
            (DType::F32, &[a, b, c, d]) => f64::from(f32::from_ne_bytes([a, b, c, d])),
            (DType::F64, &[a, b, c, d, e, f, g, h]) => f64::from_ne_bytes([a, b, c, d, e, f, g, h]),
            (DType::I64, &[a, b, c, d, e, f, g, h]) => i64::from_ne_bytes([a, b, c, d, e, f, g, h]) as f64,
            (DType::I32, &[a, b, c, d]) => f64::from(i32::from_ne_bytes([a, b, c, d])),
            (_, &[a]) => f64::from(a),
            _ => f64::NAN,
        }
    }
}

impl Bound {
    fn new(signature: Signature, plan: Plan) -> Bound {
        let feeds = vec![Slot::NONE; signature.len()];
        let counter = Memory::zeroed(size_of::<i64>());
        Bound {
            signature,
            plan,
            block: BoundBlock::default(),
            prologue: BoundBlock::default(),
            versions: None,
            generation: 0,
            feeds,
            counter,
        }
    }
    fn run(
        &mut self,
        device: &mut Device,
        counter_at: Option<usize>,
        feeds: &[Feed],
        counter: i64,
        after: impl FnMut(usize),
    ) -> Result<Outputs<'_>> {
        if device.arena.len() < self.plan.arena() {
            device.arena = Memory::zeroed(self.plan.arena());
            device.generation += 1;
        }
        self.counter.write(0, &counter.to_ne_bytes());
        let counter = self.counter.slot(0, self.counter.len());
        let mut moved = false;
        let mut next = feeds.iter();
        for (i, slot) in self.feeds.iter_mut().enumerate() {
            let new = if counter_at == Some(i) { counter } else { next.next().map_or(Slot::NONE, Feed::slot) };
            moved |= !new.same(slot);
            *slot = new;
        }
        let arena = device.arena.slot(0, self.plan.arena());
        if self.generation != device.generation {
            self.block.bind(&self.plan.block, &self.plan, arena, &self.feeds, &[]);
            if let Some(prologue) = &self.plan.prologue {
                self.prologue.bind(&prologue.block, &self.plan, arena, &[], &[]);
            }
            self.generation = device.generation;
        } else if moved {
            self.block.feed(&self.plan.block, &self.plan, arena, &self.feeds);
        }
        if let Some(prologue) = &self.plan.prologue {
            let now = |v: &usize| self.plan.variables[*v].version();
            let fresh = self.versions.as_ref().is_some_and(|seen| prologue.reads.iter().map(now).eq(seen.iter().copied()));
            if !fresh {
                self.prologue.run(&prologue.block, &self.plan, |_| ())?;
                let seen = self.versions.get_or_insert_default();
                seen.clear();
                seen.extend(prologue.reads.iter().map(now));
            }
        }
        self.block.run(&self.plan.block, &self.plan, after)?;
        for v in &self.plan.written {
            self.plan.variables[*v].touch();
        }
        Ok(Outputs { plan: &self.plan, arena, feeds: &self.feeds })
    }
}

/// A block's places as addresses, and those of the loops in it.
#[derive(Default)]
struct BoundBlock {
    slots: Vec<Slot>,
    /// Which of them lie in inputs.
    fed: Vec<usize>,
    /// The loops among the steps, in order.
    loops: Vec<BoundLoop>,
}

#[derive(Default)]
struct BoundLoop {
    block: BoundBlock,
    /// What the body's inputs and outputs are at this step.
    inputs: Vec<Slot>,
    outputs: Vec<Slot>,
    /// The places of the body that move from step to step.
    moving: Vec<Moving>,
}

/// A place counted from something that moves.
struct Moving {
    /// Index among the body's slots.
    slot: usize,
    base: Base,
    offset: usize,
    len: usize,
}

/// A loop as its step holds it.
#[derive(Clone, Copy)]
struct Body<'a> {
    block: &'a Block,
    count: usize,
    reverse: bool,
    carries: usize,
    sequences: usize,
}

impl<'a> Body<'a> {
    fn of(step: &'a Step) -> Option<Body<'a>> {
        match &step.what {
            What::Loop { body, count, reverse, carries, sequences } => {
                Some(Body { block: body, count: *count, reverse: *reverse, carries: *carries, sequences: *sequences })
            }
            What::Kernel(..) => None,
        }
    }
    /// Which of the body's inputs are steps of sequences.
    fn stepped(&self) -> std::ops::Range<usize> {
        self.carries..self.carries + self.sequences
    }
    /// The part of a stacked tensor that belongs to step `t`.
    fn slice(&self, whole: &Slot, t: usize) -> Slot {
        let len = whole.len() / self.count.max(1);
        whole.at(t * len, len)
    }
}

/// The address of a place.
fn locate(r: &Ref, plan: &Plan, arena: Slot, inputs: &[Slot], outputs: &[Slot]) -> Slot {
    match r.base {
        Base::Arena => arena.at(r.offset, r.len),
        Base::Input(i) => inputs[i].at(r.offset, r.len),
        Base::Output(i) => outputs[i].at(r.offset, r.len),
        Base::Constant(i) => plan.constants[i].slot(r.offset, r.len),
        Base::Variable(i) => plan.variables[i].memory().slot(r.offset, r.len),
    }
}

impl BoundBlock {
    fn bind(&mut self, block: &Block, plan: &Plan, arena: Slot, inputs: &[Slot], outputs: &[Slot]) {
        self.slots.clear();
        self.slots.extend(block.refs.iter().map(|r| locate(r, plan, arena, inputs, outputs)));
        self.fed.clear();
        self.fed.extend((0..block.refs.len()).filter(|i| matches!(block.refs[*i].base, Base::Input(_))));
        self.bind_loops(block, plan);
    }

    /// The same when nothing but the inputs has moved.
    fn feed(&mut self, block: &Block, plan: &Plan, arena: Slot, inputs: &[Slot]) {
        for i in &self.fed {
            self.slots[*i] = locate(&block.refs[*i], plan, arena, inputs, &[]);
        }
        self.bind_loops(block, plan);
    }

    fn bind_loops(&mut self, block: &Block, plan: &Plan) {
        for (i, step) in block.steps.iter().filter(|s| Body::of(s).is_some()).enumerate() {
            if i == self.loops.len() {
                self.loops.push(BoundLoop::default());
            }
            if let Some(body) = Body::of(step) {
                let region = step.scratch.map_or(Slot::NONE, |s| self.slots[s]);
                self.loops[i].bind(body, plan, region, &self.slots[step.inputs.clone()], &self.slots[step.outputs.clone()]);
            }
        }
    }

    /// Runs the steps; `after` hears of each when it is done.
    fn run(&mut self, block: &Block, plan: &Plan, mut after: impl FnMut(usize)) -> Result<()> {
        let mut loops = self.loops.iter_mut();
        for (i, step) in block.steps.iter().enumerate() {
            let (inputs, outputs) = (&self.slots[step.inputs.clone()], &self.slots[step.outputs.clone()]);
            match &step.what {
                What::Kernel(kernel, fault) => {
                    let buffers = Buffers { inputs, outputs, scratch: step.scratch.map_or(Slot::NONE, |s| self.slots[s]) };
                    pool::run(&**kernel, &buffers);
                    if let Some((fault, dtype)) = fault {
                        check_fault(step, &buffers, fault, *dtype)?;
                    }
                }
                What::Loop { .. } => {
                    if let (Some(bound), Some(body)) = (loops.next(), Body::of(step)) {
                        bound.run(body, plan, inputs, outputs)?;
                    }
                }
            }
            after(i);
        }
        Ok(())
    }
}

impl BoundLoop {
    fn bind(&mut self, body: Body, plan: &Plan, region: Slot, inputs: &[Slot], outputs: &[Slot]) {
        let stepped = body.stepped();
        self.inputs.clear();
        // The state lives where the loop's result goes.
        self.inputs.extend(&outputs[..body.carries]);
        self.inputs.extend(inputs[stepped.clone()].iter().map(|s| body.slice(s, 0)));
        self.inputs.extend(&inputs[stepped.end..]);
        self.outputs.clear();
        self.outputs.extend(&outputs[..body.carries]);
        self.outputs.extend(outputs[body.carries..].iter().map(|s| body.slice(s, 0)));
        self.moving.clear();
        if body.count == 0 {
            return;
        }
        self.block.bind(body.block, plan, region, &self.inputs, &self.outputs);
        let moves = |base: Base| match base {
            Base::Input(i) => stepped.contains(&i),
            Base::Output(_) => true,
            _ => false,
        };
        let places = body.block.refs.iter().enumerate().filter(|(_, r)| moves(r.base));
        self.moving.extend(places.map(|(slot, r)| Moving { slot, base: r.base, offset: r.offset, len: r.len }));
    }

    fn run(&mut self, body: Body, plan: &Plan, inputs: &[Slot], outputs: &[Slot]) -> Result<()> {
        for (state, start) in outputs[..body.carries].iter().zip(inputs) {
            state.copy_from(start);
        }
        for step in 0..body.count {
            let t = if body.reverse { body.count - 1 - step } else { step };
            let stepped = body.stepped();
            self.inputs[stepped.clone()].iter_mut().zip(&inputs[stepped]).for_each(|(own, whole)| *own = body.slice(whole, t));
            self.outputs.iter_mut().zip(outputs).skip(body.carries).for_each(|(own, whole)| *own = body.slice(whole, t));
            for m in &self.moving {
                let whole = match m.base {
                    Base::Output(i) => &self.outputs[i],
                    Base::Input(i) => &self.inputs[i],
                    _ => continue,
                };
                self.block.slots[m.slot] = whole.at(m.offset, m.len);
            }
            // Loops inside this one see other places at each of its steps.
            self.block.bind_loops(body.block, plan);
            self.block.run(body.block, plan, |_| ())?;
        }
        Ok(())
    }
}

fn check_fault(step: &Step, buffers: &Buffers, fault: &crate::op::Fault, dtype: DType) -> Result<()> {
    let mut place = [0; 8];
    buffers.outputs[fault.output].read(&mut place);
    let place = i64::from_ne_bytes(place);
    if place < 0 {
        return Ok(());
    }
    let size = dtype.size();
    let mut bytes = [0; 8];
    buffers.inputs[1].at(place as usize * size, size).read(&mut bytes[..size]);
    let value = match dtype {
        DType::I32 => i64::from(i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])),
        _ => i64::from_ne_bytes(bytes),
    };
    let what = fault.what;
    Err(Error::value(fault.code, format!("{}: {what} {value} at position {place} of the batch is out of range.", step.label.trim()))
        .with_position(place as usize))
}

/// One op on arrays, at once.
pub fn evaluate(op: &OpRef, inputs: &[Array]) -> Result<Vec<Array>> {
    let mut graph = Graph::default();
    let ports = inputs.iter().map(|a| graph.add_input("", tensor::Spec::new(a.dtype(), a.shape()))).collect();
    let specs = op.spec(&graph.inputs.iter().map(|(_, s)| s.clone()).collect::<Vec<_>>())?;
    let at = graph.nodes.len();
    graph.outputs = (0..specs.len()).map(|output| crate::graph::Port { node: at, output }).collect();
    graph.nodes.push(crate::graph::GraphNode { kind: crate::graph::NodeKind::Op(op.clone()), inputs: ports, specs, scope: "".into() });
    let feeds: Vec<Feed> = inputs.iter().map(Feed::of).collect();
    // Constants are made while plans are made, by who holds the device or not: a small arena of its own serves both.
    let signature: Signature = feeds.iter().map(|f| (f.dtype, f.shape.clone())).collect();
    let plan = Plan::new(&graph, &signature, Mode::Plain)?;
    let mut device = Device { arena: Memory::zeroed(plan.arena()), generation: 1 };
    Bound::new(signature, plan).run(&mut device, None, &feeds, 0, |_| ())?.arrays()
}

/// The values' numbers, placeholders replaced by `given`: what `K.eval` and `K.function` do.
pub fn eval(values: &[Value], given: &[(Value, Array)]) -> Result<Vec<Array>> {
    let (inputs, arrays): (Vec<Value>, Vec<Array>) = given.iter().cloned().unzip();
    Function::new(Graph::of(&inputs, values, &[])?, Mode::Optimised).run(&arrays.iter().map(Feed::of).collect::<Vec<_>>(), 0)
}
