//! Dot: for each sample the products of two tensors along an axis of each.
use super::merging::shapes;
use crate::config::{Config, OneOrList};
use crate::layer::{Apply, Build, Call, Inputs, Layer, Sample};
use crate::{Error, Result, Spec, Value};
use graph::functions::batch_dot;
use tensor::Shape;

/// Multiplies two inputs sample by sample along one axis of each and sums over it. The output has the other axes of the first,
/// then those of the second; two vectors a sample give one number.
#[derive(Clone, Debug, Config)]
#[config(check = two_axes)]
pub struct Dot {
    /// The axis of both inputs, or one for each; negative ones count from the end of each.
    pub axes: OneOrList<i64>,
    /// Whether both are scaled to length 1 along their axes first, so that the result is the cosine of the angle between them.
    #[config(positional, default = false)]
    pub normalize: bool,
}

fn two_axes(dot: &Dot) -> Result<()> {
    match &dot.axes {
        OneOrList::List(axes) if axes.len() != 2 => {
            Err(Error::value("dot_axes", format!("Invalid format for `axes` - should contain two elements, got {axes:?}.")))
        }
        _ => Ok(()),
    }
}

impl Dot {
    /// The axes of two shapes. Errors `axis`, `dot_batch`.
    fn axes_of(&self, shapes: [&Shape; 2]) -> Result<[usize; 2]> {
        let [first, second] = match self.axes.as_slice() {
            [both] => [*both, *both],
            axes => [axes[0], axes[1]],
        };
        let axes = [shapes[0].axis(first)?, shapes[1].axis(second)?];
        if axes.contains(&0) {
            return Err(Error::value("dot_batch", "Can not perform a dot product over axis 0: it is the batch."));
        }
        Ok(axes)
    }
}

impl Layer for Dot {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        let name = weights.name();
        let [x, y] = inputs else {
            return Err(Error::value("merge_count", format!("A `Dot` layer should be called on a list of 2 inputs: {name}.")));
        };
        let [i, j] = self.axes_of([&x.shape, &y.shape])?;
        let (a, b) = (x.shape.0[i], y.shape.0[j]);
        if a.known().zip(b.known()).is_some_and(|(a, b)| a != b) {
            return Err(Error::value(
                "dot_sizes",
                format!("Dimension incompatibility {a} != {b}. Layer {name}, shapes: {}.", shapes(inputs)),
            ));
        }
        Ok(())
    }
    fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let [x, y] = inputs else { return Err(Error::value("merge_count", "A `Dot` layer should be called on exactly 2 inputs.")) };
        let [i, j] = self.axes_of([x.shape(), y.shape()])?;
        let (x, y) = match self.normalize {
            true => (unit(x, i), unit(y, j)),
            false => (x.clone(), y.clone()),
        };
        Ok(vec![batch_dot(&x, &y, [i, j])])
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn masks(&self, _: &mut Call, _: &[Value], _: &[Value]) -> Result<Vec<Option<Value>>> {
        Ok(vec![None])
    }
    fn samples() -> Vec<Sample> {
        vec![
            Sample::new(Dot::new(1), &[&[2, 3], &[2, 3]]),
            Sample::new(Dot::new([2, 1]), &[&[2, 4, 3], &[2, 3, 2]]),
            Sample::new(Dot::new(-1).normalize(true), &[&[2, 3], &[2, 3]]),
        ]
    }
}

/// Of length 1 along an axis.
fn unit(x: &Value, axis: usize) -> Value {
    let squares = x.square().sum(&[axis as i64], true);
    x * squares.maximum(1e-12).rsqrt()
}

/// The products of two inputs, sample by sample, along an axis of each.
pub fn dot(inputs: impl Into<Inputs>, axes: impl Into<OneOrList<i64>>, normalize: bool) -> Result<Value> {
    Dot::new(axes).normalize(normalize).apply(inputs)
}
