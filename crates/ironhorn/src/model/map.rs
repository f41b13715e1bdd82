//! From inputs to outputs: which calls of which layers lie between, in which order, at which depth.
use crate::layer::{History, LayerRef, Site, history, sources};
use crate::{Error, Result, Value};
use std::collections::{HashMap, HashSet};

/// A model's graph of calls.
pub(crate) struct Graph {
    pub inputs: Vec<Value>,
    pub outputs: Vec<Value>,
    pub input_names: Vec<String>,
    pub output_names: Vec<String>,
    /// Calls, what each rests on before it.
    pub sites: Vec<Site>,
    /// Calls by depth, the inputs' first.
    pub by_depth: Vec<Vec<Site>>,
    /// Layers by depth, the inputs' first; those of one depth as a walk from the outputs meets them.
    pub layers: Vec<LayerRef>,
    /// Whether ops that are no layers lie between.
    pub bare_ops: bool,
    keys: HashSet<u64>,
}

impl Graph {
    /// The graph between `inputs` and `outputs`, of a model of class `class`.
    pub fn map(class: &str, inputs: Vec<Value>, outputs: Vec<Value>) -> Result<Graph> {
        check_ends(class, &inputs, &outputs)?;
        let walked = walk(&outputs);
        let depths = Depths::of(&walked);
        let layers = depths.layers(&walked);
        let by_depth = depths.sites();
        connected(&inputs, &outputs, &by_depth)?;
        unique_names(&layers)?;
        let mut input_names = Vec::with_capacity(inputs.len());
        for input in &inputs {
            let Some(History { layer, .. }) = history(input).filter(|h| h.layer.is_input()) else {
                return Err(Error::type_(
                    "inputs_layer",
                    format!(
                        "Input layers to a `Model` must be `InputLayer` objects. Received: {input:?}. Start the model from an `Input`."
                    ),
                ));
            };
            input_names.push(layer.name().to_owned());
        }
        let name = |(i, v): (usize, &Value)| history(v).map_or_else(|| format!("output_{}", i + 1), |h| h.layer.name().to_owned());
        Ok(Graph {
            output_names: outputs.iter().enumerate().map(name).collect(),
            bare_ops: walked.bare_ops,
            keys: walked.sites.iter().map(Site::key).collect(),
            sites: walked.sites,
            inputs,
            outputs,
            input_names,
            by_depth,
            layers,
        })
    }
    /// Whether a value rests on nothing that is not in this graph.
    pub fn has(&self, value: &Value) -> bool {
        let (found, bare) = sources(value);
        bare.is_empty() && found.iter().all(|v| self.keys.contains(&v.key().0))
    }
}

fn check_ends(class: &str, inputs: &[Value], outputs: &[Value]) -> Result<()> {
    let keys: HashSet<_> = inputs.iter().map(Value::key).collect();
    if keys.len() != inputs.len() {
        return Err(Error::value(
            "inputs_twice",
            format!("The list of inputs passed to the model is redundant. All inputs should only appear once. Found: {inputs:?}."),
        ));
    }
    if inputs.is_empty() || outputs.is_empty() {
        return Err(Error::value("model_ends", format!("A {class} needs at least one input and one output.")));
    }
    if let Some(input) = inputs.iter().find(|v| history(v).is_none()) {
        return Err(Error::value(
            "inputs_history",
            format!(
                "Input tensors to a {class} must come from `keras.layers.Input`. Received: {input:?} (missing previous layer metadata)."
            ),
        ));
    }
    for output in outputs {
        let (found, bare) = sources(&output.clone().ok()?);
        if found.is_empty() && bare.is_empty() {
            return Err(Error::value(
                "outputs_history",
                format!(
                    "Output tensors to a {class} must be the output of a Keras `Layer` (thus holding past layer metadata). Found: {output:?}."
                ),
            ));
        }
    }
    Ok(())
}

/// What a walk from the outputs found.
struct Walked {
    /// Calls, what each rests on before it.
    sites: Vec<Site>,
    /// For each call, the calls whose outputs it takes.
    before: HashMap<u64, Vec<Site>>,
    /// Layers as they were met.
    met: Vec<LayerRef>,
    bare_ops: bool,
}

/// Depth first from the outputs, each call's inputs in order; a list of pending calls instead of recursion.
fn walk(outputs: &[Value]) -> Walked {
    let mut walked = Walked { sites: Vec::new(), before: HashMap::new(), met: Vec::new(), bare_ops: false };
    let mut entered: HashSet<u64> = HashSet::new();
    let before = |v: &Value| {
        let (found, _) = sources(v);
        (found.first() != Some(v), found.iter().filter_map(Site::of).collect::<Vec<_>>())
    };
    for output in outputs {
        let (bare, starts) = before(output);
        walked.bare_ops |= bare;
        // Each entry is a call and how many of those before it were walked.
        let mut pending: Vec<(Site, usize)> = Vec::new();
        for start in starts {
            pending.push((start, 0));
            while let Some((site, next)) = pending.last_mut() {
                let key = site.key();
                if *next == 0 && !entered.contains(&key) {
                    entered.insert(key);
                    if let Some(layer) = site.layer()
                        && !walked.met.contains(&layer)
                    {
                        walked.met.push(layer);
                    }
                    let mut all = Vec::new();
                    for input in site.inputs() {
                        let (bare, sites) = before(input);
                        walked.bare_ops |= bare;
                        all.extend(sites);
                    }
                    walked.before.insert(key, all);
                }
                let inner = walked.before[&key].get(*next).cloned();
                *next += 1;
                match inner {
                    Some(inner) if !entered.contains(&inner.key()) => pending.push((inner, 0)),
                    Some(_) => {}
                    None => {
                        walked.sites.extend(pending.pop().map(|(site, _)| site));
                    }
                }
            }
        }
    }
    // A call that several outputs begin at ends once for each.
    let mut seen = HashSet::new();
    walked.sites.retain(|s| seen.insert(s.key()));
    walked
}

/// How far calls and layers are from the outputs.
struct Depths {
    /// In the order in which depths were first given.
    sites: Vec<(Site, usize)>,
    at: HashMap<u64, usize>,
    layers: Vec<(LayerRef, usize)>,
}

impl Depths {
    fn of(walked: &Walked) -> Depths {
        let mut depths = Depths { sites: Vec::new(), at: HashMap::new(), layers: Vec::new() };
        for site in walked.sites.iter().rev() {
            let Some(layer) = site.layer() else { continue };
            let i = depths.place(site);
            let at = depths.layers.iter().position(|(l, _)| *l == layer).unwrap_or_else(|| {
                depths.layers.push((layer, 0));
                depths.layers.len() - 1
            });
            // A layer that is called at several depths counts at the greatest.
            let depth = depths.sites[i].1.max(depths.layers[at].1);
            depths.sites[i].1 = depth;
            depths.layers[at].1 = depth;
            for before in &walked.before[&site.key()] {
                let k = depths.place(before);
                depths.sites[k].1 = depths.sites[k].1.max(depth + 1);
            }
        }
        depths
    }
    fn place(&mut self, site: &Site) -> usize {
        *self.at.entry(site.key()).or_insert_with(|| {
            self.sites.push((site.clone(), 0));
            self.sites.len() - 1
        })
    }
    fn layers(&self, walked: &Walked) -> Vec<LayerRef> {
        let depth = |layer: &LayerRef| self.layers.iter().find(|(l, _)| l == layer).map_or(0, |(_, d)| *d);
        let mut layers = walked.met.clone();
        layers.sort_by_cached_key(|l| std::cmp::Reverse(depth(l)));
        layers
    }
    fn sites(&self) -> Vec<Vec<Site>> {
        let mut all: Vec<usize> = self.sites.iter().map(|(_, d)| *d).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.dedup();
        all.iter().map(|depth| self.sites.iter().filter(|(_, d)| d == depth).map(|(s, _)| s.clone()).collect()).collect()
    }
}

/// Whether the inputs are all that is needed. Error `graph_disconnected`.
fn connected(inputs: &[Value], outputs: &[Value], by_depth: &[Vec<Site>]) -> Result<()> {
    let mut computable: HashSet<(u64, usize)> = inputs.iter().map(Value::key).collect();
    let mut reached: Vec<String> = Vec::new();
    let fail = |value: &Value, layer: &str, reached: &[String]| {
        let reached: Vec<_> = reached.iter().map(|n| format!("'{n}'")).collect();
        Err(Error::value(
            "graph_disconnected",
            format!(
                "Graph disconnected: cannot obtain value for tensor {value:?} at layer \"{layer}\". The following previous layers were \
                 accessed without issue: [{}]. Give every input it needs to the model.",
                reached.join(", ")
            ),
        ))
    };
    for site in by_depth.iter().flatten() {
        let Some(layer) = site.layer() else { continue };
        let made = site.outputs();
        let needed = if site.is_source() { made.clone() } else { site.inputs().to_vec() };
        for input in &needed {
            let (found, bare) = sources(input);
            if let Some(missing) = bare.iter().chain(&found).find(|v| !computable.contains(&v.key())) {
                return fail(missing, layer.name(), &reached);
            }
        }
        computable.extend(made.iter().map(Value::key));
        reached.push(layer.name().to_owned());
    }
    for output in outputs {
        if let Some(missing) = sources(output).1.first() {
            return fail(missing, "output", &reached);
        }
    }
    Ok(())
}

/// Names lead to layers in configs and files. Error `names_twice`.
fn unique_names(layers: &[LayerRef]) -> Result<()> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    layers.iter().for_each(|l| *counts.entry(l.name()).or_default() += 1);
    match layers.iter().map(LayerRef::name).find(|n| counts[n] > 1) {
        Some(name) => Err(Error::value(
            "names_twice",
            format!("The name \"{name}\" is used {} times in the model. All layer names should be unique.", counts[name]),
        )),
        None => Ok(()),
    }
}
