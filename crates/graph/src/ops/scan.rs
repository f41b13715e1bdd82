//! Scan: a body applied to one step of sequences after another, its state carried along. The meaning of every recurrent layer.
//!
//! Sequences have time first. Body inputs: carries, sequence steps, captures; body outputs: new carries, step outputs. Scan
//! outputs: last carries, stacked step outputs, then stacked residuals. The gradient is a scan in the other direction; the
//! forward values it needs are residuals of a second scan over the same body, which the share pass makes one with the first.
use crate::{
    autodiff,
    graph::{Graph, Port},
    op::{Access, Concrete, ExportNode, Fault, Loop, Lowering, Op, OpRef, Sample, SampleInput, Site},
    ops::shape::Range,
    random, trace,
    value::Value,
};
use std::{collections::HashSet, fmt, sync::Arc};
use tensor::{DType, Dim, Error, Result, Shape, Spec};

/// A loop over time.
#[derive(Clone)]
pub struct Scan {
    /// What is done at each step.
    pub body: Arc<Graph>,
    /// Further values of the body that are stacked, for the gradient.
    pub residuals: Vec<Port>,
    /// Number of carries.
    pub carries: usize,
    /// Number of sequences.
    pub sequences: usize,
    /// Number of steps.
    pub length: Dim,
    /// From the last step to the first; outputs keep the order of the sequences.
    pub reverse: bool,
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let indented = self.body.to_string().lines().map(|l| format!("    {l}\n")).collect::<String>();
        write!(
            f,
            "Scan {{ carries: {}, sequences: {}, length: {}, reverse: {}, residuals: {:?}\n{indented}}}",
            self.carries,
            self.sequences,
            self.length,
            self.reverse,
            self.residuals.iter().map(|p| (p.node, p.output)).collect::<Vec<_>>()
        )
    }
}

impl Scan {
    /// A scan that does nothing: the list's instance.
    pub fn empty() -> Scan {
        Scan { body: Arc::default(), residuals: Vec::new(), carries: 0, sequences: 0, length: Dim::Known(0), reverse: false }
    }
    /// The body with its residuals as further outputs.
    pub fn whole_body(&self) -> Graph {
        let mut body = (*self.body).clone();
        body.outputs.extend(&self.residuals);
        body
    }
    /// The same body over float64.
    #[cfg(test)]
    pub(crate) fn in_double(&self) -> Scan {
        let wide = |s: &Spec| Spec { dtype: if s.dtype == DType::F32 { DType::F64 } else { s.dtype }, shape: s.shape.clone() };
        let mut body = (*self.body).clone();
        body.inputs.iter_mut().for_each(|(_, s)| *s = wide(s));
        for node in &mut body.nodes {
            node.specs = node.specs.iter().map(wide).collect();
            if let crate::graph::NodeKind::Const(a) = &node.kind
                && a.dtype() == DType::F32
            {
                node.kind = crate::graph::NodeKind::Const(a.cast(DType::F64));
            }
        }
        Scan { body: Arc::new(body), ..self.clone() }
    }
    /// Number of outputs of the body itself.
    fn own(&self) -> usize {
        self.body.outputs.len()
    }
}

/// Last carries and stacked step outputs.
pub type Scanned = (Vec<Value>, Vec<Value>);

/// Applies `f` to one step after another of `sequences` (time first; all of one length), carrying its state along. `f` gets
/// the state and the step's slices and gives the new state and what is stacked. Outer values used inside are captured.
pub fn scan(
    init: &[Value],
    sequences: &[Value],
    reverse: bool,
    f: impl FnOnce(&[Value], &[Value]) -> Result<(Vec<Value>, Vec<Value>)>,
) -> Result<Scanned> {
    init.iter().chain(sequences).try_for_each(|v| v.checked().map(drop))?;
    let Some(first) = sequences.first() else {
        return Err(Error::value("scan_sequences", "A scan needs at least one sequence; its length is the number of steps."));
    };
    let length = first.dim(0);
    if let Some(short) =
        sequences.iter().find(|s| s.rank() == 0 || (s.dim(0) != length && s.dim(0).known().is_some() && length.known().is_some()))
    {
        return Err(Error::value(
            "scan_length",
            format!("All sequences of a scan need one length, got {} and {}.", first.shape(), short.shape()),
        ));
    }
    let step_spec = |s: &Value| Spec { dtype: s.dtype(), shape: Shape(s.shape().0[1..].to_vec()) };
    let outer_counter = random::counter();
    let ((mut graph, mut captured, ys, updated), _) = trace::open(trace::Trace { eager: false, training: None }, |id| {
        let carries: Vec<Value> = init.iter().map(|v| Value::input("carry", v.spec().clone())).collect();
        let steps: Vec<Value> = sequences.iter().map(|s| Value::input("step", step_spec(s))).collect();
        let index = Value::input("index", Spec::new(DType::I64, []));
        // Each step draws its own numbers: the step goes into the upper half of the counter.
        trace::set_counter(&outer_counter + (&index + 1.0) * (1u64 << 32) as f64);
        let (new, ys) = f(&carries, &steps)?;
        if new.len() != carries.len() {
            return Err(Error::value("scan_state", format!("The step of a scan got {} states and gave {}.", carries.len(), new.len())));
        }
        for (old, new) in carries.iter().zip(&new) {
            let new = new.checked()?;
            if new.dtype() != old.dtype() || new.shape().broadcast(old.shape())? != *old.shape() {
                return Err(Error::value(
                    "scan_state",
                    format!("A state of a scan went in as {} and came out as {}; it must stay the same.", old.spec(), new.spec()),
                ));
            }
        }
        let updates = trace::compose(&trace::take_updates());
        let inputs: Vec<Value> = carries.iter().chain(&steps).cloned().chain([index]).collect();
        let outputs: Vec<Value> = new.iter().chain(updates.iter().map(|(_, v)| v)).chain(&ys).cloned().collect();
        let (graph, captured) = Graph::of_body(id, &inputs, &outputs)?;
        let updated: Vec<_> = updates.into_iter().map(|(variable, _)| variable).collect();
        Ok((graph, captured, ys.len(), updated))
    })?;
    reread(&mut captured);
    // Variables that the body updates are carried: they go in as they stand and leave as an update of the outer trace.
    let (given, steps) = (init.len(), sequences.len());
    let mut roles: Vec<usize> = (0..given).collect();
    for variable in &updated {
        let at = captured.iter().position(|c| c.variable() == Some(variable));
        roles.push(match at {
            Some(at) => given + steps + 1 + at,
            None => {
                captured.push(Value::read(variable));
                graph.add_input("state", variable.spec().clone());
                graph.inputs.len() - 1
            }
        });
    }
    let index_at = given + steps;
    let indexed = graph.reads_input(index_at);
    roles.extend(given..given + steps + usize::from(indexed));
    let carried: HashSet<usize> = roles.iter().copied().collect();
    roles.extend((index_at + 1..graph.inputs.len()).filter(|i| !carried.contains(i)));
    let args: Vec<Value> = roles
        .iter()
        .map(|&i| match i {
            i if i < given => init[i].clone(),
            i if i < index_at => sequences[i - given].clone(),
            i if i == index_at => Value::apply(Range { length }, &[]),
            i => captured[i - index_at - 1].clone(),
        })
        .collect();
    graph.select_inputs(&roles);
    let carries = given + updated.len();
    let op = Scan { body: Arc::new(graph), residuals: Vec::new(), carries, sequences: steps + usize::from(indexed), length, reverse };
    let mut outputs = Value::apply_all(OpRef::new(op), args).into_iter().map(Value::ok).collect::<Result<Vec<_>>>()?;
    let stacked = outputs.split_off(outputs.len() - ys);
    for (variable, new) in updated.iter().zip(outputs.split_off(given)) {
        trace::update(variable, trace::Update::Assign(new));
    }
    Ok((outputs, stacked))
}

impl Op for Scan {
    fn name(&self) -> &'static str {
        "While"
    }
    fn outputs(&self) -> usize {
        self.own() + self.residuals.len()
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        if inputs.len() != self.body.inputs.len() {
            return Err(Error::value("scan_inputs", format!("A scan over {} inputs got {}.", self.body.inputs.len(), inputs.len())));
        }
        for s in &inputs[self.carries..self.carries + self.sequences] {
            if let (Some(n), Some(m)) = (s.shape.0.first().and_then(|d| d.known()), self.length.known())
                && n != m
            {
                return Err(Error::value("scan_length", format!("A sequence of a scan has {n} steps where another has {m}.")));
            }
        }
        let ports = self.body.outputs.iter().chain(&self.residuals).enumerate();
        Ok(ports
            .map(|(i, p)| {
                let spec = self.body.spec(*p);
                // A carry keeps the shape it went in with; what is stacked gets the length in front.
                let shape = if i < self.carries {
                    inputs[i].shape.clone()
                } else {
                    Shape(std::iter::once(self.length).chain(spec.shape.0.iter().copied()).collect())
                };
                Spec { dtype: spec.dtype, shape }
            })
            .collect())
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        match self.gradient(site) {
            Ok(grads) => grads,
            Err(e) => vec![Some(Value::failed(e)); site.inputs.len()],
        }
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        Ok(Lowering::Loop(Loop {
            body: Arc::new(self.whole_body()),
            sizes: at.sizes.clone(),
            count: self.length.resolve(&at.sizes)?,
            reverse: self.reverse,
            carries: self.carries,
            sequences: self.sequences,
        }))
    }
    fn export(&self, _: &[Spec], _: &[Spec]) -> ExportNode {
        ExportNode::untyped("While")
    }
    fn samples(&self) -> Vec<Sample> {
        let sample = |reverse| {
            let spec = |shape: &[usize]| Spec::new(DType::F32, shape);
            let mut inner = None;
            let made = scan(&[Value::input("h", spec(&[2, 3]))], &[Value::input("x", spec(&[4, 2, 3]))], reverse, |h, x| {
                let w = inner.get_or_insert_with(|| Value::input("w", spec(&[3, 3])));
                let new = (h[0].matmul(w) + &x[0]).tanh();
                Ok((vec![new.clone()], vec![&new * 2.0]))
            });
            let op = made.ok().and_then(|(last, _)| last[0].op_ref());
            op.map(|op| Sample {
                op,
                inputs: [&[2, 3][..], &[4, 2, 3], &[3, 3]].map(|s| SampleInput::Random(spec(s), -1.0, 1.0)).into(),
                smooth: true,
            })
        };
        [sample(false), sample(true)].into_iter().flatten().collect()
    }
}

impl Scan {
    fn gradient(&self, site: &Site) -> Result<Vec<Option<Value>>> {
        let (carries, sequences, inputs) = (self.carries, self.sequences, site.inputs.len());
        let own = self.own();
        let ((backward, frontier, roles), _) = trace::open(trace::Trace::default(), |id| {
            let placeholders: Vec<Value> = self.body.inputs.iter().map(|(name, spec)| Value::input(name, spec.clone())).collect();
            let made = self.body.inline(&placeholders);
            let forward: HashSet<u64> =
                made.iter().flatten().chain(&placeholders).filter(|v| !v.is_constant()).map(|v| v.key().0).collect();
            let at = |p: &Port| made[p.node][p.output].clone();
            // What flows back: to the carries from the step after, to the step outputs and residuals from outside.
            let mut ys = Vec::new();
            let mut dys = Vec::new();
            let mut roles = Roles::default();
            for (i, p) in self.body.outputs.iter().chain(&self.residuals).enumerate() {
                let y = at(p);
                let asked = i < carries || site.dys[i].is_some();
                if y.dtype().is_float() && asked {
                    let dy = Value::input("dy", if i < carries { placeholders[i].spec().clone() } else { y.spec().clone() });
                    if i < carries {
                        roles.carries.push((i, dy.clone()))
                    } else {
                        roles.outputs.push((i, dy.clone()))
                    }
                    ys.push(y);
                    dys.push(dy);
                }
            }
            let wanted: Vec<usize> =
                (0..inputs).filter(|&i| placeholders[i].dtype().is_float() && (i < carries || site.wanted[i])).collect();
            let xs: Vec<Value> = wanted.iter().map(|i| placeholders[*i].clone()).collect();
            let grads = autodiff::gradients(&ys, Some(&dys), &xs)?;
            let mut new_carries = Vec::new();
            let mut steps = Vec::new();
            for (i, grad) in wanted.into_iter().zip(grads) {
                let grad = grad.unwrap_or_else(|| placeholders[i].zeros_like()).broadcast_like(&placeholders[i]);
                if i < carries {
                    new_carries.push(grad);
                } else if i < carries + sequences {
                    roles.steps.push(i);
                    steps.push(grad);
                } else {
                    let sum = Value::input("sum", placeholders[i].spec().clone());
                    new_carries.push(&sum + grad);
                    roles.sums.push((i, sum));
                }
            }
            let outputs: Vec<Value> = new_carries.into_iter().chain(steps).collect();
            let frontier = crate::graph::frontier(&outputs, |v| forward.contains(&v.key().0));
            let inputs: Vec<Value> = roles
                .carries
                .iter()
                .chain(&roles.sums)
                .chain(&roles.outputs)
                .map(|(_, v)| v.clone())
                .chain(frontier.iter().cloned())
                .collect();
            let (graph, captured) = Graph::of_body(id, &inputs, &outputs)?;
            roles.captured = captured;
            // Where each forward value comes from: a place in the body.
            let found = frontier
                .iter()
                .map(|v| {
                    let port = made
                        .iter()
                        .enumerate()
                        .find_map(|(node, outs)| outs.iter().position(|o| o.key() == v.key()).map(|output| Port { node, output }));
                    (placeholders.iter().position(|p| p.key() == v.key()), port)
                })
                .collect::<Vec<_>>();
            Ok((graph, found, roles))
        })?;
        let mut roles = roles;
        reread(&mut roles.captured);
        // Sequences and captures are at hand; everything else the backward body needs is stacked by a scan of its own.
        let mut residuals = self.residuals.clone();
        let mut sources: Vec<Source> = Vec::new();
        for (placeholder, port) in frontier {
            sources.push(match (placeholder, port) {
                (Some(i), _) if i >= carries + sequences => Source::Capture(i),
                (Some(i), _) if i >= carries => Source::Sequence(i),
                (_, Some(port)) => {
                    let at = residuals.iter().position(|p| *p == port).unwrap_or_else(|| {
                        residuals.push(port);
                        residuals.len() - 1
                    });
                    Source::Residual(own + at)
                }
                _ => return Err(Error::runtime("scan_gradient", "A value of a scan's body was lost while taking its gradient.")),
            });
        }
        let again = Scan { residuals, ..self.clone() };
        let forward = Value::apply_all(OpRef::new(again), site.inputs.to_vec());
        // Inputs of the backward scan in its order: carries, sums, sequences, captures.
        let zeros = |v: &Value| v.zeros_like();
        let mut order = Vec::new();
        let mut args: Vec<Value> = Vec::new();
        for (k, (i, _)) in roles.carries.iter().enumerate() {
            order.push(k);
            args.push(site.dys[*i].clone().unwrap_or_else(|| zeros(&site.inputs[*i])));
        }
        for (k, (i, _)) in roles.sums.iter().enumerate() {
            order.push(roles.carries.len() + k);
            args.push(zeros(&site.inputs[*i]));
        }
        let carried = order.len();
        for (k, (i, _)) in roles.outputs.iter().enumerate() {
            order.push(carried + k);
            args.push(site.dys[*i].clone().unwrap_or_else(|| zeros(&site.outputs[*i])));
        }
        let first = carried + roles.outputs.len();
        for (k, source) in sources.iter().enumerate() {
            match source {
                Source::Sequence(i) => args.push(site.inputs[*i].clone()),
                Source::Residual(i) => args.push(forward[*i].clone()),
                Source::Capture(_) => continue,
            }
            order.push(first + k);
        }
        let mut backward = backward;
        if order.len() == carried {
            // Nothing varies over time, so nothing would say how often: the index does.
            backward.add_input("index", Spec::new(DType::I64, []));
            order.push(backward.inputs.len() - 1);
            args.push(Value::apply(Range { length: self.length }, &[]));
        }
        let stepped = order.len() - carried;
        for (k, source) in sources.iter().enumerate() {
            if let Source::Capture(i) = source {
                order.push(first + k);
                args.push(site.inputs[*i].clone());
            }
        }
        for (k, value) in roles.captured.iter().enumerate() {
            order.push(first + sources.len() + k);
            args.push(value.clone());
        }
        backward.select_inputs(&order);
        let op = Scan {
            body: Arc::new(backward),
            residuals: Vec::new(),
            carries: carried,
            sequences: stepped,
            length: self.length,
            reverse: !self.reverse,
        };
        let outputs = Value::apply_all(OpRef::new(op), args);
        let mut grads = vec![None; inputs];
        // The carries' gradients come out in the order of the float carries.
        let float: Vec<usize> = (0..carries).filter(|i| site.inputs[*i].dtype().is_float()).collect();
        for (k, i) in float.iter().chain(roles.sums.iter().map(|(i, _)| i)).chain(&roles.steps).enumerate() {
            grads[*i] = Some(outputs[k].clone());
        }
        Ok(grads)
    }
}

/// Variables that a body captured are read anew where the loop stands.
fn reread(captured: &mut [Value]) {
    for v in captured {
        if let Some(variable) = v.variable().cloned() {
            *v = Value::read(&variable);
        }
    }
}

/// What the inputs and outputs of a backward body stand for.
#[derive(Default)]
struct Roles {
    carries: Vec<(usize, Value)>,
    sums: Vec<(usize, Value)>,
    outputs: Vec<(usize, Value)>,
    steps: Vec<usize>,
    captured: Vec<Value>,
}

/// Where a forward value that the backward body needs comes from.
enum Source {
    Capture(usize),
    Sequence(usize),
    Residual(usize),
}
