//! Fused: an expression with kernels of its own. The expression is what it means: shapes, second gradients, exports and
//! whatever the kernels do not support come from it; the kernels only make it fast. LSTM, normalisation and the like are such.
use crate::{
    autodiff,
    graph::Graph,
    op::{Access, Concrete, ExportNode, Fault, Lowering, Op, OpRef, Sample, Site},
    trace,
    value::Value,
};
use cpu::Kernel;
use std::{fmt, sync::Arc};
use tensor::{Error, Result, Spec};

/// The kernels of a fused op.
pub trait Kernels: fmt::Debug + Send + Sync {
    /// What `forward` writes besides the expression's outputs, for `backward` to read.
    fn residuals(&self, inputs: &[Spec]) -> Vec<Spec>;
    /// Whether there are kernels for these inputs, which are the expression's.
    fn supports(&self, inputs: &[(tensor::DType, Vec<usize>)]) -> bool;
    /// From the expression's inputs to its outputs and the residuals.
    fn forward(&self, at: &Concrete) -> Result<Box<dyn Kernel>>;
    /// From inputs, outputs, residuals and what flows back to each output, to what flows back to each input that the
    /// gradient's expression gives. `None` if only the forward pass has a kernel.
    fn backward(&self, at: &Concrete) -> Option<Result<Box<dyn Kernel>>>;
}

/// Which way a fused op goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The op itself.
    Forward,
    /// Its gradient.
    Backward,
}

/// An expression with kernels.
#[derive(Clone)]
pub struct Fused {
    /// Its name in plans and profiles.
    pub name: &'static str,
    /// What it means.
    pub expression: Arc<Graph>,
    /// How it runs.
    pub kernels: Arc<dyn Kernels>,
    /// Which of the kernels.
    pub direction: Direction,
    /// Number of inputs of the op itself.
    pub arity: usize,
    /// What flows back, from inputs, outputs and what flows to the outputs, where it is not what the expression says.
    pub gradient: Option<Arc<Graph>>,
}

impl fmt::Debug for Fused {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Fused {{ {}, {:?}, {:?} }}", self.name, self.direction, self.kernels)
    }
}

impl Fused {
    /// Traces `f` on placeholders like `inputs` and applies the result as one op; gives the expression's outputs.
    pub fn apply(
        name: &'static str,
        inputs: &[Value],
        kernels: Arc<dyn Kernels>,
        f: impl FnOnce(&[Value]) -> Result<Vec<Value>>,
    ) -> Result<Vec<Value>> {
        let (expression, _) = trace::open(trace::Trace::default(), |_| {
            let placeholders: Vec<Value> = inputs.iter().map(|v| Value::input("x", v.spec().clone())).collect();
            let outputs = f(&placeholders)?;
            Graph::of(&placeholders, &outputs, &[])
        })?;
        let own = expression.outputs.len();
        let op =
            Fused { name, expression: Arc::new(expression), kernels, direction: Direction::Forward, arity: inputs.len(), gradient: None };
        Value::apply_all(OpRef::new(op), inputs.to_vec()).into_iter().take(own).map(Value::ok).collect()
    }
    /// Whether its kernels can be used for inputs of these types and sizes; else the plan holds its expression.
    pub(crate) fn runs(&self, at: &Concrete) -> bool {
        self.kernels.supports(&at.inputs[..self.arity]) && (self.direction == Direction::Forward || self.kernels.backward(at).is_some())
    }
    fn residuals(&self, inputs: &[Spec]) -> Vec<Spec> {
        match self.direction {
            Direction::Forward => self.kernels.residuals(inputs),
            Direction::Backward => Vec::new(),
        }
    }
}

impl Op for Fused {
    fn name(&self) -> &'static str {
        self.name
    }
    fn outputs(&self) -> usize {
        let inputs: Vec<Spec> = self.expression.inputs.iter().map(|(_, s)| s.clone()).collect();
        self.expression.outputs.len() + self.residuals(&inputs).len()
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        if inputs.len() != self.expression.inputs.len() {
            return Err(Error::value(
                "fused_inputs",
                format!("{} takes {} inputs, got {}.", self.name, self.expression.inputs.len(), inputs.len()),
            ));
        }
        let own = self.expression.outputs.iter().map(|p| self.expression.spec(*p).clone());
        Ok(own.chain(self.residuals(inputs)).collect())
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let grads = match self.direction {
            Direction::Forward => match &self.gradient {
                Some(gradient) => self.given(gradient, site),
                None => self.backward(site),
            },
            // Second gradients are those of the expression, op by op.
            Direction::Backward => self.inlined(site),
        };
        grads.unwrap_or_else(|e| vec![Some(Value::failed(e)); site.inputs.len()])
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        let kernel = match self.direction {
            Direction::Forward => Some(self.kernels.forward(at)),
            Direction::Backward => self.kernels.backward(at),
        };
        match kernel {
            Some(kernel) => kernel.map(Lowering::Kernel),
            None => Err(Error::runtime("fused_kernel", format!("{} has no kernel for its gradient.", self.name))),
        }
    }
    fn export(&self, _: &[Spec], _: &[Spec]) -> ExportNode {
        // Exporters write the expression, never the op.
        ExportNode::untyped("Identity")
    }
    fn samples(&self) -> Vec<Sample> {
        Vec::new()
    }
}

/// No kernels: the expression runs.
#[derive(Debug)]
struct Plain;

impl Kernels for Plain {
    fn residuals(&self, _: &[Spec]) -> Vec<Spec> {
        Vec::new()
    }
    fn supports(&self, _: &[(tensor::DType, Vec<usize>)]) -> bool {
        false
    }
    fn forward(&self, _: &Concrete) -> Result<Box<dyn Kernel>> {
        Err(Error::runtime("fused_kernel", "An expression with a gradient of its own has no kernel."))
    }
    fn backward(&self, _: &Concrete) -> Option<Result<Box<dyn Kernel>>> {
        None
    }
}

/// A function with a gradient of its own: `f` from inputs to outputs, `gradient` from inputs, outputs and what flows back to each
/// output to what flows back to each input. Both are traced once, at this call, and see nothing but what they are given. The gradient of
/// the gradient is that of `gradient`. Errors: `gradient_count`, `gradient_shape`, `graph_input` for a tensor of outside.
pub fn custom_gradient(
    inputs: &[Value],
    f: impl FnOnce(&[Value]) -> Result<Vec<Value>>,
    gradient: impl FnOnce(&[Value], &[Value], &[Value]) -> Result<Vec<Value>>,
) -> Result<Vec<Value>> {
    let like = |v: &Value| Value::input("x", v.spec().clone());
    let traced = |g: &mut dyn FnMut(&[Value]) -> Result<Vec<Value>>, of: &[Value]| {
        let opened = trace::open(trace::Trace::default(), |_| {
            let placeholders: Vec<Value> = of.iter().map(like).collect();
            let outputs = g(&placeholders)?.into_iter().map(Value::ok).collect::<Result<Vec<_>>>()?;
            Graph::of(&placeholders, &outputs, &[])
        });
        opened.map(|(graph, _)| graph)
    };
    let (mut f, mut gradient) = (Some(f), Some(gradient));
    let expression = traced(&mut |xs| f.take().map_or_else(|| Ok(Vec::new()), |f| f(xs)), inputs)?;
    let outputs: Vec<Value> = expression.outputs.iter().map(|p| Value::input("y", expression.spec(*p).clone())).collect();
    let (n, m) = (inputs.len(), outputs.len());
    let all: Vec<Value> = inputs.iter().chain(&outputs).chain(&outputs).cloned().collect();
    let back = traced(
        &mut |given| {
            let (xs, rest) = given.split_at(n);
            let (ys, dys) = rest.split_at(m);
            let found = gradient.take().map_or_else(|| Ok(Vec::new()), |g| g(xs, ys, dys))?;
            if found.len() != n {
                let message =
                    format!("The gradient of a function of {n} inputs must give {n} tensors, one an input; it gave {}.", found.len());
                return Err(Error::value("gradient_count", message));
            }
            let fitting = |(x, dx): (&Value, Value)| {
                let dx = dx.ok()?;
                match dx.shape().broadcast(x.shape()) {
                    Ok(shape) if shape == *x.shape() => Ok(dx.cast(x.dtype()).broadcast_like(x)),
                    _ => Err(Error::value(
                        "gradient_shape",
                        format!("What flows back to an input of shape {} has shape {}; they must be equal.", x.shape(), dx.shape()),
                    )),
                }
            };
            xs.iter().zip(found).map(fitting).collect()
        },
        &all,
    )?;
    let op = Fused {
        name: "CustomGradient",
        expression: Arc::new(expression),
        kernels: Arc::new(Plain),
        direction: Direction::Forward,
        arity: n,
        gradient: Some(Arc::new(back)),
    };
    Value::apply_all(OpRef::new(op), inputs.to_vec()).into_iter().map(Value::ok).collect()
}

impl Fused {
    /// The gradient that was given with it.
    fn given(&self, gradient: &Graph, site: &Site) -> Result<Vec<Option<Value>>> {
        let dys = site.dys.iter().zip(site.outputs).map(|(dy, y)| dy.clone().unwrap_or_else(|| y.zeros_like()));
        let inputs: Vec<Value> = site.inputs.iter().chain(site.outputs).cloned().chain(dys).collect();
        let made = gradient.inline(&inputs);
        Ok(gradient.outputs.iter().map(|p| Some(made[p.node][p.output].clone())).collect())
    }
    /// The gradient as another fused op: its expression is the gradient of this one's, its kernel is `backward`.
    fn backward(&self, site: &Site) -> Result<Vec<Option<Value>>> {
        let own = self.expression.outputs.len();
        let wanted: Vec<usize> = (0..self.arity).filter(|i| site.inputs[*i].dtype().is_float()).collect();
        let (expression, _) = trace::open(trace::Trace::default(), |_| {
            let like = |v: &Value| Value::input("x", v.spec().clone());
            let inputs: Vec<Value> = site.inputs.iter().map(like).collect();
            let outputs: Vec<Value> = site.outputs.iter().map(like).collect();
            let dys: Vec<Value> = site.outputs[..own].iter().map(like).collect();
            let made = self.expression.inline(&inputs);
            let ys: Vec<Value> = self.expression.outputs.iter().map(|p| made[p.node][p.output].clone()).collect();
            let float: Vec<usize> = (0..own).filter(|i| ys[*i].dtype().is_float()).collect();
            let pick = |from: &[Value]| float.iter().map(|i| from[*i].clone()).collect::<Vec<_>>();
            let xs: Vec<Value> = wanted.iter().map(|i| inputs[*i].clone()).collect();
            let grads = autodiff::gradients(&pick(&ys), Some(&pick(&dys)), &xs)?;
            let grads: Vec<Value> =
                grads.into_iter().zip(&xs).map(|(g, x)| g.unwrap_or_else(|| x.zeros_like()).broadcast_like(x)).collect();
            Graph::of(&inputs.into_iter().chain(outputs).chain(dys).collect::<Vec<_>>(), &grads, &[])
        })?;
        let op = Fused { expression: Arc::new(expression), direction: Direction::Backward, gradient: None, ..self.clone() };
        let dys = (0..own).map(|i| site.dys[i].clone().unwrap_or_else(|| site.outputs[i].zeros_like()));
        let inputs: Vec<Value> = site.inputs.iter().chain(site.outputs).cloned().chain(dys).collect();
        let found = Value::apply_all(OpRef::new(op), inputs);
        let mut grads = vec![None; self.arity];
        wanted.into_iter().zip(found).for_each(|(i, g)| grads[i] = Some(g));
        Ok(grads)
    }

    fn inlined(&self, site: &Site) -> Result<Vec<Option<Value>>> {
        let made = self.expression.inline(site.inputs);
        let outputs = self.expression.outputs.iter().map(|p| made[p.node][p.output].clone());
        let (ys, dys): (Vec<Value>, Vec<Value>) = outputs.zip(site.dys).filter_map(|(y, dy)| dy.clone().map(|dy| (y, dy))).unzip();
        autodiff::gradients(&ys, Some(&dys), site.inputs)
    }
}
