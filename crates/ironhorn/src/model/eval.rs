//! Values of the record as numbers: what `K.function` and `K.eval` do, and what models compile their graphs with.
use crate::{Array, Result, Value};
use graph::{Feed, Function, Graph, Mode, trace};

/// The graph of `wanted` over `inputs`, layers expanded for training or inference, with the updates they make. Each input is fed
/// under its name.
pub fn expanded(inputs: &[(String, Value)], wanted: &[Value], training: bool) -> Result<Graph> {
    let settings = trace::Trace { training: Some(training), ..Default::default() };
    let (graph, _) = trace::open(settings, |_| {
        let fed: Vec<Value> = inputs.iter().map(|(name, v)| Value::input(name, v.spec().clone())).collect();
        let given: Vec<_> = inputs.iter().map(|(_, v)| v.clone()).zip(fed.iter().cloned()).collect();
        let outputs = trace::expand(wanted, training, &given)?;
        let updates = trace::compose(&trace::take_updates());
        Graph::of(&fed, &outputs, &updates)
    })?;
    Ok(graph)
}

/// The numbers of `wanted`, where the values of `given` are these.
pub fn eval(wanted: &[Value], given: &[(Value, Array)], training: bool) -> Result<Vec<Array>> {
    let inputs: Vec<_> = given.iter().enumerate().map(|(i, (v, _))| (format!("input_{i}"), v.clone())).collect();
    let function = Function::new(expanded(&inputs, wanted, training)?, Mode::Optimised);
    function.run(&given.iter().map(|(_, a)| Feed::of(a)).collect::<Vec<_>>(), 0)
}
