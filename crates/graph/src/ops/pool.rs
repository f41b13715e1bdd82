//! Largest and mean elements of windows, and their gradients.
use super::window::{Padding, Window, agree, check_images};
use crate::{
    op::{Access, Attribute, Concrete, ExportNode, Fault, Lowering, Op, OpRef, Sample, Site},
    run,
    value::Value,
};
use cpu::window::{Pool as PoolKernel, PoolInput, PoolPick, Pooling as Kind, Windows};
use tensor::{Array, DType, Dim, Result, Shape, Spec};

pub use cpu::window::Pooling;

/// One element a window and channel of images [batch, height, width, channels].
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    /// Which.
    pub kind: Pooling,
    /// How windows lie.
    pub window: Window,
}

/// What flows back from the largest elements. Inputs: images, result, what flows back to the result, which goes to the first of
/// the largest in the window's order.
#[derive(Debug, Clone, Copy)]
pub struct MaxPoolGrad {
    /// How windows lie.
    pub window: Window,
}

/// Elements at the places of the largest: the gradient of `MaxPoolGrad`, as TensorFlow defines it. Inputs: images, result,
/// elements in the shape of the images.
#[derive(Debug, Clone, Copy)]
pub struct MaxPoolGradGrad {
    /// How windows lie.
    pub window: Window,
}

/// What flows back from the means. TensorFlow takes the images' sizes, a constant here, as a first input.
#[derive(Debug, Clone, Copy)]
pub struct AvgPoolGrad {
    /// How windows lie.
    pub window: Window,
    /// Height and width of the images.
    pub size: [Dim; 2],
}

fn windows(window: &Window, dtype: DType, images: &[usize], result: &[usize]) -> Windows {
    Windows { dtype, geometry: window.geometry(images, result), channels: images[3] }
}

fn export(op: &'static str, window: &Window, dtype: DType) -> ExportNode {
    let [y, x] = window.size;
    window.export(ExportNode::typed(op, dtype)).with("ksize", Attribute::Ints(vec![1, y as i64, x as i64, 1]))
}

impl Op for Pool {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Max => "MaxPool",
            Kind::Average => "AvgPool",
        }
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        check_images(self.name(), inputs)?;
        self.window.check_named(self.name())?;
        let x = &inputs[0].shape.0;
        let [height, width] = self.window.outputs(x)?;
        Ok(vec![Spec { dtype: inputs[0].dtype, shape: Shape(vec![x[0], height, width, x[3]]) }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let (window, x) = (self.window, site.x(0));
        vec![Some(match self.kind {
            Kind::Max => Value::apply(MaxPoolGrad { window }, &[x, site.y(), site.dy()]),
            Kind::Average => Value::apply(AvgPoolGrad { window, size: [x.shape().0[1], x.shape().0[2]] }, &[site.dy()]),
        })]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        Lowering::kernel(PoolKernel::new(windows(&self.window, at.inputs[0].0, at.input(0), at.output(0)), self.kind))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        export(self.name(), &self.window, inputs[0].dtype)
    }
    fn samples(&self) -> Vec<Sample> {
        cases().into_iter().map(|(window, images)| Sample::random(Pool { window, ..*self }, &[&images], (-1.0, 1.0))).collect()
    }
}

/// Checks images and a result of theirs.
fn check(name: &str, window: &Window, inputs: &[Spec]) -> Result<()> {
    check_images(name, inputs)?;
    window.check_named(name)?;
    let x = &inputs[0].shape.0;
    window.check_result([x[1], x[2]], &inputs[1])?;
    agree("pool_channels", x[3], inputs[1].shape.0[3])
}

impl Op for MaxPoolGrad {
    fn name(&self) -> &'static str {
        "MaxPoolGrad"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        check(self.name(), &self.window, inputs)?;
        self.window.check_result([inputs[0].shape.0[1], inputs[0].shape.0[2]], &inputs[2])?;
        Ok(vec![inputs[0].clone()])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        // Which element is the largest does not change under small steps: nothing flows to images and result.
        let op = MaxPoolGradGrad { window: self.window };
        vec![None, None, site.wanted[2].then(|| Value::apply(op, &[site.x(0), site.x(1), site.dy()]))]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        Lowering::kernel(PoolInput::new(windows(&self.window, at.inputs[0].0, at.input(0), at.input(1)), Kind::Max))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        export("MaxPoolGrad", &self.window, inputs[0].dtype)
    }
    fn samples(&self) -> Vec<Sample> {
        // Moving images and result apart is no step of any use, so differences are taken of pooling itself.
        with_results().into_iter().map(|(w, x, y)| Sample::given(MaxPoolGrad { window: w }, vec![x, y.clone(), y]).not_smooth()).collect()
    }
}

impl Op for MaxPoolGradGrad {
    fn name(&self) -> &'static str {
        "MaxPoolGradGrad"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        check(self.name(), &self.window, inputs)?;
        Ok(vec![inputs[1].clone()])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        let op = MaxPoolGrad { window: self.window };
        vec![None, None, site.wanted[2].then(|| Value::apply(op, &[site.x(0), site.x(1), site.dy()]))]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        Lowering::kernel(PoolPick::new(windows(&self.window, at.inputs[0].0, at.input(0), at.input(1))))
    }
    fn export(&self, inputs: &[Spec], _: &[Spec]) -> ExportNode {
        export("MaxPoolGradGrad", &self.window, inputs[0].dtype)
    }
    fn samples(&self) -> Vec<Sample> {
        let sample = |(window, x, y): (Window, Array, Array)| Sample::given(MaxPoolGradGrad { window }, vec![x.clone(), y, x]).not_smooth();
        with_results().into_iter().map(sample).collect()
    }
}

impl Op for AvgPoolGrad {
    fn name(&self) -> &'static str {
        "AvgPoolGrad"
    }
    fn outputs(&self) -> usize {
        1
    }
    fn spec(&self, inputs: &[Spec]) -> Result<Vec<Spec>> {
        check_images(self.name(), inputs)?;
        self.window.check_named(self.name())?;
        self.window.check_result(self.size, &inputs[0])?;
        let dy = &inputs[0].shape.0;
        Ok(vec![Spec { dtype: inputs[0].dtype, shape: Shape(vec![dy[0], self.size[0], self.size[1], dy[3]]) }])
    }
    fn grad(&self, site: &Site) -> Vec<Option<Value>> {
        vec![Some(Value::apply(Pool { kind: Kind::Average, window: self.window }, &[site.dy()]))]
    }
    fn access(&self) -> Access {
        Access::Whole
    }
    fn fault(&self) -> Option<Fault> {
        None
    }
    fn cpu(&self, at: &Concrete) -> Result<Lowering> {
        Lowering::kernel(PoolInput::new(windows(&self.window, at.inputs[0].0, at.output(0), at.input(0)), Kind::Average))
    }
    fn export(&self, inputs: &[Spec], outputs: &[Spec]) -> ExportNode {
        let sizes: Vec<i32> = outputs[0].shape.0.iter().map(|d| d.known().map_or(-1, |n| n as i32)).collect();
        let sizes = Array::from_slice([sizes.len()], &sizes).unwrap_or_else(|_| Array::zeros(DType::I32, [0]));
        export("AvgPoolGrad", &self.window, inputs[0].dtype).constant_at(0, sizes)
    }
    fn samples(&self) -> Vec<Sample> {
        let sample = |(window, [n, h, w, c]): (Window, [usize; 4])| {
            let size = [Dim::Known(h), Dim::Known(w)];
            let [y, x] = [0, 1].map(|axis| window.output(axis, size[axis]).ok().and_then(Dim::known).unwrap_or(0));
            Sample::random(AvgPoolGrad { window, size }, &[&[n, y, x, c]], (-1.0, 1.0))
        };
        cases().into_iter().map(sample).collect()
    }
}

fn cases() -> Vec<(Window, [usize; 4])> {
    let same = Window { padding: Padding::Same, ..Window::of([3, 3]) };
    vec![
        (Window { strides: [2, 2], ..Window::of([2, 2]) }, [2, 4, 6, 3]),
        (Window { strides: [2, 2], ..same }, [2, 5, 6, 2]),
        (Window { size: [2, 3], ..same }, [1, 4, 5, 18]),
        (Window { strides: [1, 2], ..Window::of([1, 2]) }, [2, 1, 7, 3]),
    ]
}

/// Images, and their largest elements.
fn with_results() -> Vec<(Window, Array, Array)> {
    let made = |(window, images): (Window, [usize; 4])| {
        let numbers: Vec<f64> = (0..images.iter().product::<usize>()).map(|i| ((i * 37 + 11) % 101) as f64 / 50.0 - 1.0).collect();
        let x = Array::from_f64(DType::F32, images, &numbers).ok()?;
        let y = run::evaluate(&OpRef::new(Pool { kind: Kind::Max, window }), std::slice::from_ref(&x)).ok()?.swap_remove(0);
        Some((window, x, y))
    };
    cases().into_iter().filter_map(made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Function, Graph, Mode, gradients, run::Feed};

    /// The sum of (gradient of sum(pool(x)^2 * c) weighted by w), and its gradient, in float64.
    #[test]
    fn second_gradients_of_the_largest_agree_with_finite_differences() {
        for (window, x, _) in with_results() {
            let x = x.cast(DType::F64);
            let input = Value::input("x", Spec::new(DType::F64, x.shape()));
            let y = Value::apply(Pool { kind: Kind::Max, window }, &[&input]);
            let first = gradients(&[(&y * &y).sum(&[], false)], None, std::slice::from_ref(&input)).unwrap().swap_remove(0).unwrap();
            let total = (&first * &first).sum(&[], false);
            let second = gradients(std::slice::from_ref(&total), None, std::slice::from_ref(&input)).unwrap().swap_remove(0).unwrap();
            let function = Function::new(Graph::of(&[input], &[total, second], &[]).unwrap(), Mode::Optimised);
            let at = |numbers: &[f64]| function.run(&[Feed::of(&Array::from_f64(DType::F64, x.shape(), numbers).unwrap())], 0).unwrap();
            let numbers = x.to_f64();
            let gradient = at(&numbers)[1].to_f64();
            for i in (0..numbers.len()).step_by(7) {
                let moved = |by: f64| {
                    let mut numbers = numbers.clone();
                    numbers[i] += by;
                    at(&numbers)[0].to_f64()[0]
                };
                let numeric = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                assert!((gradient[i] - numeric).abs() < 1e-6 * (1.0 + numeric.abs()), "{window:?} {i}: {} {numeric}", gradient[i]);
            }
        }
    }
}
