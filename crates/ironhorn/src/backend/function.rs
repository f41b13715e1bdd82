//! Running what was described: variables and placeholders, `eval`, `function`, `gradients`.
use crate::{Array, DType, Error, Result, globals, names};
use graph::{
    Feed, Graph, Mode, Value, Variable,
    trace::{self, Trace, Update},
};
use std::{
    cell::OnceCell,
    sync::atomic::{AtomicI64, Ordering},
};
use tensor::{Dim, Shape, Spec};

/// Numbers the runs outside of training, so that each draws anew.
static RUNS: AtomicI64 = AtomicI64::new(0);

/// A variable with its first value, of the type `floatx` unless given. Its name is made unique if none is given.
pub fn variable(value: &Array, dtype: Option<DType>, name: Option<&str>) -> Variable {
    let name = name.map_or_else(|| names::unique("variable"), str::to_owned);
    Variable::new(format!("{name}:0"), &value.cast(dtype.unwrap_or_else(globals::floatx)))
}

/// A tensor that is fed. Of open sizes the first is the batch, each other its own.
pub fn placeholder(shape: &[Option<usize>], dtype: Option<DType>, name: Option<&str>) -> Value {
    let name = name.map_or_else(|| names::unique("placeholder"), str::to_owned);
    let size = |(i, d): (usize, &Option<usize>)| match d {
        Some(n) => Dim::Known(*n),
        None if i == 0 => Dim::batch(),
        None => Dim::named(&format!("{name}.{i}")),
    };
    let shape = Shape(shape.iter().enumerate().map(size).collect());
    Value::input(&name, Spec { dtype: dtype.unwrap_or_else(globals::floatx), shape })
}

/// The numbers of a tensor that needs no feeding; layers in it are in their inference phase.
pub fn eval(value: &Value) -> Result<Array> {
    match value.array() {
        Some(array) => Ok(array.clone()),
        None => Function::new(&[], std::slice::from_ref(value), Vec::new())?.run(&[])?.into_iter().next().ok_or_else(nothing),
    }
}

fn nothing() -> Error {
    Error::runtime("internal", "A function of one output gave none.")
}

/// Gradients of a loss (the sum of its elements) with respect to tensors or variables; zeros where it does not depend on one.
pub fn gradients(loss: &Value, of: &[Value]) -> Result<Vec<Value>> {
    let zeros = |x: &Value| x.zeros_like();
    let found = graph::gradients(std::slice::from_ref(loss), None, of)?;
    Ok(found.into_iter().zip(of).map(|(g, x)| g.unwrap_or_else(|| zeros(x))).collect())
}

/// Keras's `K.function`: feeds in, arrays out, updates of variables made.
pub struct Function {
    inputs: Vec<Value>,
    /// The placeholders that are fed in their place: themselves, where they are placeholders.
    fed: Vec<Value>,
    /// Which input is the learning phase, if it is fed.
    phase: Option<usize>,
    outputs: Vec<Value>,
    updates: Vec<(Variable, Update)>,
    /// For inference and for training.
    compiled: [OnceCell<graph::Function>; 2],
}

impl Function {
    /// A function of placeholders, inputs of models, or whatever else is computed from such. Errors `function_input` for a constant or a
    /// variable, `graph_input` if the outputs need another input.
    pub fn new(inputs: &[Value], outputs: &[Value], updates: Vec<(Variable, Update)>) -> Result<Function> {
        let learning = trace::learning_phase();
        let phase = inputs.iter().position(|v| *v == learning);
        let is_symbol = |v: &&Value| v.placeholder().is_some() || v.made_by().is_some() || v.called_by().is_some();
        if let Some(v) = inputs.iter().find(|v| !is_symbol(v)) {
            return Err(Error::value("function_input", format!("The inputs of a function are symbols that can be fed; got {v:?}.")));
        }
        let inputs: Vec<Value> = inputs.iter().filter(|v| **v != learning).cloned().collect();
        let stand = |v: &Value| if v.placeholder().is_some() { v.clone() } else { Value::input("input", v.spec().clone()) };
        let fed = inputs.iter().map(stand).collect();
        let function = Function { inputs, fed, phase, outputs: outputs.to_vec(), updates, compiled: [OnceCell::new(), OnceCell::new()] };
        // Faults are told now, not at the first run.
        function.compiled(false)?;
        Ok(function)
    }

    fn compiled(&self, training: bool) -> Result<&graph::Function> {
        let cell = &self.compiled[usize::from(training)];
        if let Some(made) = cell.get() {
            return Ok(made);
        }
        let made = self.compile(training)?;
        Ok(cell.get_or_init(|| made))
    }

    fn compile(&self, training: bool) -> Result<graph::Function> {
        let new_value = |u: &Update| match u {
            Update::Assign(v) | Update::Add(v) | Update::Sub(v) | Update::Moving(v, _) => v.clone(),
        };
        let wanted: Vec<Value> = self.outputs.iter().cloned().chain(self.updates.iter().map(|(_, u)| new_value(u))).collect();
        let (graph, _) = trace::open(Trace { training: Some(training), ..Trace::default() }, |_| {
            let given: Vec<_> = self.inputs.iter().cloned().zip(self.fed.iter().cloned()).filter(|(v, fed)| v != fed).collect();
            let expanded = trace::expand(&wanted, training, &given)?;
            let (outputs, news) = expanded.split_at(self.outputs.len());
            let updates: Vec<(Variable, Update)> = self.updates.iter().zip(news).map(|((v, u), new)| (v.clone(), with(u, new))).collect();
            Graph::of(&self.fed, outputs, &trace::compose(&updates))
        })?;
        Ok(graph::Function::new(graph, Mode::Optimised))
    }

    /// Runs it. Arrays are cast to their placeholder's type. Errors: `function_feed` for a wrong number or shape of arrays.
    pub fn run(&self, feeds: &[Array]) -> Result<Vec<Array>> {
        let wanted = self.inputs.len() + usize::from(self.phase.is_some());
        if feeds.len() != wanted {
            return Err(Error::value("function_feed", format!("The function takes {wanted} inputs, but got {}.", feeds.len())));
        }
        let training = self.phase.is_some_and(|i| feeds[i].to_f64().first().is_some_and(|x| *x != 0.0));
        let arrays = feeds.iter().enumerate().filter(|(i, _)| Some(*i) != self.phase).map(|(_, a)| a);
        let mut fed = Vec::with_capacity(self.inputs.len());
        for (input, array) in self.inputs.iter().zip(arrays) {
            let fits = array.shape().len() == input.rank()
                && array.shape().iter().zip(&input.shape().0).all(|(n, d)| d.known().is_none_or(|d| d == *n));
            if !fits {
                let message = format!("Input {input:?} has shape {}, but the array fed for it {:?}.", input.shape(), array.shape());
                return Err(Error::value("function_feed", message));
            }
            fed.push(Feed::of(&array.cast(input.dtype())));
        }
        self.compiled(training)?.run(&fed, RUNS.fetch_add(1, Ordering::Relaxed))
    }
}

/// The same update with another new value.
fn with(update: &Update, new: &Value) -> Update {
    match update {
        Update::Assign(_) => Update::Assign(new.clone()),
        Update::Add(_) => Update::Add(new.clone()),
        Update::Sub(_) => Update::Sub(new.clone()),
        Update::Moving(_, momentum) => Update::Moving(new.clone(), *momentum),
    }
}
