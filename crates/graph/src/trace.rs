//! Traces: who is being traced just now, under which layer, and what besides values a trace collects.
//!
//! The record of models is trace 0 and never closes. `open` starts a trace above it: expanding a model, tracing a layer's
//! shapes, the body of a scan. A value belongs to the innermost trace that any of its inputs belongs to, and may be used
//! while that trace is open.
use crate::{
    autodiff, random,
    value::{Kind, Value},
    variable::Variable,
};
use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};
use tensor::{DType, Error, Result, Spec};

/// How one update changes its variable. Updates of one variable compose in the order they were made.
#[derive(Clone, Debug)]
pub enum Update {
    /// Takes this value.
    Assign(Value),
    /// Adds this to the running value.
    Add(Value),
    /// Subtracts this from the running value.
    Sub(Value),
    /// `running * momentum + value * (1 - momentum)`.
    Moving(Value, f64),
}

impl Update {
    /// The new value of a variable of that type whose running value is `old`.
    fn applied(&self, old: &Value, dtype: DType) -> Value {
        match self {
            Update::Assign(x) => x.cast(dtype),
            Update::Add(x) => old + &x.cast(dtype),
            Update::Sub(x) => old - &x.cast(dtype),
            Update::Moving(x, momentum) => old * *momentum + x.cast(dtype) * (1.0 - momentum),
        }
    }
}

struct Frame {
    id: u64,
    eager: bool,
    training: Option<bool>,
    updates: Vec<(Variable, Update)>,
    /// The run counter with the step of a scan in it.
    counter: Option<Value>,
    /// Ordinal of the next layer call.
    calls: u64,
}

thread_local! {
    static FRAMES: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
    static SCOPE: RefCell<Rc<str>> = RefCell::new("".into());
    /// What stands for variables, by `bound`.
    static BOUND: RefCell<Vec<(Variable, Value)>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u64> = const { Cell::new(1) };
}

/// Settings of a trace.
#[derive(Clone, Copy, Default)]
pub struct Trace {
    /// Ops on fed values compute as they are recorded.
    pub eager: bool,
    /// What layers see as `training`; inherited from the trace around it if not given.
    pub training: Option<bool>,
}

/// Ends the trace when a closure returns or unwinds.
struct Open;
impl Drop for Open {
    fn drop(&mut self) {
        FRAMES.with(|f| f.borrow_mut().pop());
    }
}

/// Runs `f` in a new trace and gives its result with the updates that were made in it.
pub fn open<T>(trace: Trace, f: impl FnOnce(u64) -> Result<T>) -> Result<(T, Vec<(Variable, Update)>)> {
    let id = NEXT.with(|n| n.replace(n.get() + 1));
    FRAMES.with(|frames| {
        let mut frames = frames.borrow_mut();
        let training = trace.training.or(frames.last().and_then(|f| f.training));
        let eager = trace.eager;
        frames.push(Frame { id, eager, training, updates: Vec::new(), counter: None, calls: 0 });
    });
    let _open = Open;
    let result = f(id)?;
    Ok((result, take_updates()))
}

/// The updates made so far in the innermost trace, which forgets them: taken before the trace ends, they can be composed.
pub fn take_updates() -> Vec<(Variable, Update)> {
    FRAMES.with(|frames| frames.borrow_mut().last_mut().map(|f| std::mem::take(&mut f.updates))).unwrap_or_default()
}

pub(crate) fn set_counter(counter: Value) {
    FRAMES.with(|frames| {
        if let Some(frame) = frames.borrow_mut().last_mut() {
            frame.counter = Some(counter);
        }
    });
}

pub(crate) fn counter() -> Option<Value> {
    FRAMES.with(|frames| frames.borrow().iter().rev().find_map(|f| f.counter.clone()))
}

/// Says that a layer call begins: its random draws are numbered within it.
fn begin_call() {
    let ordinal = FRAMES.with(|frames| {
        frames.borrow_mut().last_mut().map_or(0, |f| {
            f.calls += 1;
            f.calls
        })
    });
    random::begin_call(ordinal);
}

/// The innermost trace; 0 is the record.
pub fn current() -> u64 {
    FRAMES.with(|f| f.borrow().last().map_or(0, |f| f.id))
}

/// Whether ops compute as they are recorded.
pub fn eager() -> bool {
    FRAMES.with(|f| f.borrow().last().is_some_and(|f| f.eager))
}

/// Whether layers are being traced for training.
pub fn training() -> bool {
    FRAMES.with(|f| f.borrow().last().and_then(|f| f.training)).unwrap_or(false)
}

/// Adds an update to the innermost trace; in the record it is the caller's to keep. Of a variable that is [`bound`] it changes the
/// value at once.
pub fn update(variable: &Variable, update: Update) {
    let own = BOUND.with(|b| b.borrow().iter().position(|(v, _)| v == variable).map(|i| (i, b.borrow()[i].1.clone())));
    if let Some((i, old)) = own {
        let new = update.applied(&old, variable.dtype());
        BOUND.with(|b| b.borrow_mut()[i].1 = new);
        return;
    }
    FRAMES.with(|f| {
        if let Some(frame) = f.borrow_mut().last_mut() {
            frame.updates.push((variable.clone(), update));
        }
    });
}

/// Runs `f` with values in the place of variables: reads give them, and updates change them at once, so that later reads see
/// their own updates, as in a metric. Gives what `f` gives, and the values as they stand at its end.
pub fn bound<T>(values: Vec<(Variable, Value)>, f: impl FnOnce() -> T) -> (T, Vec<Value>) {
    /// Puts back what was bound before when a closure returns or unwinds.
    struct Before(Vec<(Variable, Value)>);
    impl Drop for Before {
        fn drop(&mut self) {
            BOUND.set(std::mem::take(&mut self.0));
        }
    }
    let _before = Before(BOUND.replace(values));
    let result = f();
    (result, BOUND.with_borrow(|b| b.iter().map(|(_, value)| value.clone()).collect()))
}

/// What stands for a variable just now, if something does.
pub(crate) fn binding(variable: &Variable) -> Option<Value> {
    BOUND.with_borrow(|b| b.iter().find(|(v, _)| v == variable).map(|(_, value)| value.clone()))
}

/// Composes updates: one new value for each variable, in order of first update.
pub fn compose(updates: &[(Variable, Update)]) -> Vec<(Variable, Value)> {
    let mut running: Vec<(Variable, Value)> = Vec::new();
    for (variable, update) in updates {
        let at = running.iter().position(|(v, _)| v == variable).unwrap_or_else(|| {
            running.push((variable.clone(), Value::read(variable)));
            running.len() - 1
        });
        running[at].1 = update.applied(&running[at].1, variable.dtype());
    }
    running
}

pub(crate) fn is_open(id: u64) -> bool {
    id == 0 || FRAMES.with(|f| f.borrow().iter().any(|f| f.id == id))
}

pub(crate) fn check_open(value: &Value) -> Result<()> {
    if is_open(value.node.trace) {
        return Ok(());
    }
    Err(Error::value(
        "trace_finished",
        format!(
            "{value:?} belongs to a finished trace. A tensor made inside call() can only be used there; return it as an output instead of keeping it."
        ),
    ))
}

/// The layer path under which nodes are made now.
pub fn scope() -> Rc<str> {
    SCOPE.with(|s| s.borrow().clone())
}

/// Runs `f` with `name` added to the layer path.
pub fn scoped<T>(name: &str, f: impl FnOnce() -> T) -> T {
    struct Back(Rc<str>);
    impl Drop for Back {
        fn drop(&mut self) {
            SCOPE.with(|s| *s.borrow_mut() = self.0.clone());
        }
    }
    let old = scope();
    let inner: Rc<str> = if old.is_empty() { name.into() } else { format!("{old}/{name}").into() };
    let _back = Back(old);
    SCOPE.with(|s| *s.borrow_mut() = inner);
    f()
}

thread_local! {
    static LEARNING_PHASE: Value = Value::lasting_input("keras_learning_phase", Spec::new(DType::Bool, []));
}

/// The symbol that is true where the record is expanded for training.
pub fn learning_phase() -> Value {
    LEARNING_PHASE.with(Value::clone)
}

/// All nodes that `wanted` rest on, in order of dependency.
pub(crate) fn reachable(wanted: &[Value]) -> Vec<Value> {
    let mut seen = HashSet::new();
    let mut found: Vec<Value> = Vec::new();
    let mut pending: Vec<Value> = wanted.to_vec();
    while let Some(v) = pending.pop() {
        if seen.insert(v.node.id) {
            pending.extend(v.node.inputs.iter().cloned());
            found.push(v);
        }
    }
    found.sort_by_key(|v| v.node.id);
    found
}

/// The record as plain ops: every layer call is run once on expanded inputs, gradients become nodes, `given` placeholders
/// are replaced. Must run inside `open`, where the calls' updates collect.
pub fn expand(wanted: &[Value], training: bool, given: &[(Value, Value)]) -> Result<Vec<Value>> {
    let mut known: HashMap<(u64, usize), Value> = given.iter().map(|(old, new)| (old.key(), new.clone())).collect();
    known.insert(learning_phase().key(), Value::constant(tensor::Array::scalar_of(DType::Bool, f64::from(training))));
    for v in reachable(wanted) {
        let node = &v.node;
        if known.contains_key(&(node.id, 0)) {
            continue;
        }
        let inputs: Vec<Value> = node.inputs.iter().map(|i| known.get(&i.key()).unwrap_or(i).clone()).collect();
        let same = !eager() && inputs.iter().zip(&node.inputs).all(|(a, b)| a == b);
        let outputs = match &node.kind {
            Kind::Call(call) => {
                begin_call();
                scoped(&call.scope(), || call.expand(&inputs, training))?
            }
            Kind::Gradient => {
                let zeros = |x: &Value| Value::scalar(x.dtype(), 0.0).broadcast_like(x);
                let grads = autodiff::gradients(&inputs[..1], None, &inputs[1..])?;
                grads.into_iter().zip(&inputs[1..]).map(|(g, x)| g.unwrap_or_else(|| zeros(x))).collect()
            }
            Kind::Read(variable) if eager() => vec![Value::read(variable)],
            Kind::Op(op) if !same => Value::apply_all(op.clone(), inputs),
            Kind::Failed(error) => return Err(error.clone()),
            _ => continue,
        };
        for (output, value) in outputs.into_iter().enumerate() {
            known.insert((node.id, output), value.ok()?);
        }
    }
    Ok(wanted.iter().map(|v| known.get(&v.key()).unwrap_or(v).clone()).collect())
}
