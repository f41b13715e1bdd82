//! Permute: axes in another order.
use crate::config::Config;
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Error, Result, Value};

/// Puts the axes of each sample into another order.
#[derive(Clone, Debug, Config)]
#[config(check = each_once)]
pub struct Permute {
    /// The axes in their new order, counted from 1, the batch left out: `[2, 1]` swaps two.
    pub dims: Vec<usize>,
}

fn each_once(permute: &Permute) -> Result<()> {
    let mut sorted = permute.dims.clone();
    sorted.sort_unstable();
    if sorted.iter().copied().eq(1..=sorted.len()) {
        return Ok(());
    }
    Err(Error::value("permute_dims", format!("Permute: `dims` must have each axis from 1 on once, got {:?}.", permute.dims)))
}

impl Layer for Permute {
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let order: Vec<usize> = std::iter::once(0).chain(self.dims.iter().copied()).collect();
        Ok(vec![inputs[0].transpose(&order)])
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::ndim(self.dims.len() + 1)]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(Permute::new([2, 1]), &[&[2, 3, 4]]), Sample::new(Permute::new([3, 1, 2]), &[&[2, 3, 2, 2]])]
    }
}
