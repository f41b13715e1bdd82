//! StackedRNNCells: cells one on top of the other, as one cell.
use crate::config::Config;
use crate::layer::{Build, Call, Cell, Layer, LayerRef, Prepared, Sample, as_cell};
use crate::{Dim, Result, Shape, Spec, Value};

/// Several cells as one: each step's output of a cell is the next one's input. States are those of the first cell, then those of
/// the second, and so on.
#[derive(Clone, Debug, Config)]
#[config(check = all_cells)]
pub struct StackedRNNCells {
    /// The cells, from the input on.
    pub cells: Vec<LayerRef>,
    /// Whether states are in the order of the cells from the output on.
    #[config(default = false, unwritten)]
    pub reverse_state_order: bool,
}

fn all_cells(stack: &StackedRNNCells) -> Result<()> {
    stack.cells.iter().try_for_each(|cell| as_cell(cell).map(drop))
}

impl StackedRNNCells {
    fn as_cells(&self) -> Vec<&dyn Cell> {
        self.cells.iter().filter_map(|c| c.core().layer().cell()).collect()
    }
    /// Which cell each part of the states belongs to, in the order of the states.
    fn order(&self) -> Vec<usize> {
        let forward = 0..self.cells.len();
        if self.reverse_state_order { forward.rev().collect() } else { forward.collect() }
    }
    /// The states by cell.
    fn split(&self, states: &[Value]) -> Vec<Vec<Value>> {
        let cells = self.as_cells();
        let mut parts = vec![Vec::new(); cells.len()];
        let mut rest = states;
        for i in self.order() {
            let (part, others) = rest.split_at(cells[i].state_sizes().len().min(rest.len()));
            parts[i] = part.to_vec();
            rest = others;
        }
        parts
    }
    fn joined<T: Clone>(&self, parts: &[Vec<T>]) -> Vec<T> {
        self.order().into_iter().flat_map(|i| parts[i].clone()).collect()
    }
    fn ready(&self, call: &mut Call, step: &Spec, states: &[Value], constants: &[Value]) -> Result<Prepared> {
        let mut step = step.clone();
        let mut prepared = Vec::new();
        for (cell, states) in self.cells.iter().zip(self.split(states)) {
            prepared.push(Prepared::of(cell, call, &step, &states, constants)?);
            step.shape = as_cell(cell)?.output_shape(&step.shape)?;
        }
        let first = prepared.remove(0);
        let stack = self.clone();
        let project = first.project;
        let bottom = first.step;
        let run = move |x: &[Value], states: &[Value]| {
            let parts = stack.split(states);
            let (mut output, new) = bottom(x, &parts[0])?;
            let mut all = vec![new];
            for (cell, states) in prepared.iter().zip(&parts[1..]) {
                let (next, new) = (cell.step)(&(cell.project)(&output)?, states)?;
                output = next;
                all.push(new);
            }
            Ok((output, stack.joined(&all)))
        };
        Ok(Prepared { project, step: Box::new(run), output_state: None })
    }
}

impl Layer for StackedRNNCells {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        let mut step = inputs[0].clone();
        for layer in &self.cells {
            let cell = as_cell(layer)?;
            let constants = if cell.takes_constants() { &inputs[1..] } else { &[] };
            weights.build_layer(layer, "", &[&[step.clone()], constants].concat())?;
            step.shape = cell.output_shape(&step.shape)?;
        }
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        self.ready(call, inputs[0].spec(), &inputs[1..], &[])?.once(inputs)
    }
    fn layers(&self) -> Vec<LayerRef> {
        self.cells.clone()
    }
    fn cell(&self) -> Option<&dyn Cell> {
        Some(self)
    }
    fn samples() -> Vec<Sample> {
        use super::{GRUCell, LSTMCell};
        let cells: Vec<LayerRef> = vec![LSTMCell::new(2).into(), GRUCell::new(3).into()];
        vec![Sample::new(StackedRNNCells::new(cells), &[&[2, 3], &[2, 2], &[2, 2], &[2, 3]])]
    }
}

impl Cell for StackedRNNCells {
    fn state_sizes(&self) -> Vec<usize> {
        let sizes: Vec<_> = self.as_cells().iter().map(|c| c.state_sizes()).collect();
        self.joined(&sizes)
    }
    fn output_size(&self) -> usize {
        self.as_cells().last().map_or(0, |c| c.output_size())
    }
    fn output_shape(&self, step: &Shape) -> Result<Shape> {
        Ok(Shape(vec![step.0[0], Dim::Known(self.output_size())]))
    }
    fn takes_constants(&self) -> bool {
        self.as_cells().iter().any(|c| c.takes_constants())
    }
    fn prepare(&self, call: &mut Call, step: &Spec, states: &[Value], constants: &[Value]) -> Result<Option<Prepared>> {
        self.ready(call, step, states, constants).map(Some)
    }
}
