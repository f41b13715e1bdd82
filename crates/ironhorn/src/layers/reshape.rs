//! Reshape: the same numbers under another shape.
use crate::config::Config;
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Dim, Error, Result, Shape, Value};

/// Gives the input another shape, the batch apart.
#[derive(Clone, Debug, Config)]
pub struct Reshape {
    /// The shape, the batch left out; one size may be -1, which is what is left over.
    pub target_shape: Vec<i64>,
}

impl Layer for Reshape {
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let x = &inputs[0];
        let fail = |what: &str| {
            let (name, target) = (call.name(), &self.target_shape);
            Err(Error::value("reshape_size", format!("{what} Layer {name} cannot reshape {} to {target:?}.", x.shape())))
        };
        if self.target_shape.iter().any(|n| *n < -1) {
            return fail("Sizes cannot be negative, but for one -1.");
        }
        if self.target_shape.iter().filter(|n| **n == -1).count() > 1 {
            return fail("Can only specify one unknown dimension.");
        }
        let given: usize = self.target_shape.iter().filter(|n| **n >= 0).map(|n| *n as usize).product();
        let total = Shape(x.shape().0[1..].to_vec()).count();
        let open = self.target_shape.contains(&-1);
        if let Some(total) = total.known()
            && (if open { given == 0 || total % given != 0 } else { given != total })
        {
            return fail("The total size of new array must be unchanged.");
        }
        if open && given == 0 {
            return fail("A size of 0 leaves nothing for -1.");
        }
        let size = |n: &i64| if *n < 0 { total.floor_div(given) } else { Dim::Known(*n as usize) };
        let shape = std::iter::once(x.dim(0)).chain(self.target_shape.iter().map(size)).collect();
        Ok(vec![x.reshape(&Shape(shape))])
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn samples() -> Vec<Sample> {
        vec![Sample::new(Reshape::new([3, 4]), &[&[2, 12]]), Sample::new(Reshape::new([2, -1, 3]), &[&[2, 3, 4]])]
    }
}
