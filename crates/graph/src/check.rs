//! The walk over all ops that tests them all: shape rule against run, float32 against float64, gradients and second
//! gradients against finite differences, the optimised plan against node by node, exports against TensorFlow's op table.
use crate::{
    Function, Graph, Mode, Value, gradients,
    op::{Attribute, ExportInput, OpRef, Sample, SampleInput},
    ops::{MATH, primitives},
    run::{self, Feed},
};
use std::collections::HashMap;
use tensor::{Array, DType, Dim, Philox, Result, Shape, Sizes, Spec};

/// Every sample of every op.
fn samples() -> Vec<Sample> {
    MATH.iter().flat_map(|op| op.samples()).chain(primitives().iter().flat_map(|op| op.samples())).collect()
}

fn draw(input: &SampleInput, random: &mut Philox) -> Array {
    match input {
        SampleInput::Given(array) => array.clone(),
        SampleInput::Random(spec, low, high) => {
            let sizes = spec.shape.known().unwrap();
            let n = sizes.iter().product();
            let numbers: Vec<f64> = (0..n)
                .map(|_| low + (high - low) * random.uniform())
                .map(|x| if spec.dtype == DType::Bool { x.floor() } else { x })
                .collect();
            Array::from_f64(spec.dtype, sizes, &numbers).unwrap()
        }
    }
}

fn arrays(sample: &Sample) -> Vec<Array> {
    let mut random = Philox::new(11);
    sample.inputs.iter().map(|i| draw(i, &mut random)).collect()
}

/// The same numbers, floats in float64.
fn double(arrays: &[Array]) -> Vec<Array> {
    arrays.iter().map(|a| if a.dtype() == DType::F32 { a.cast(DType::F64) } else { a.clone() }).collect()
}

/// Whether the op itself names float32, so that it cannot be run in float64.
fn typed(op: &OpRef) -> bool {
    matches!(op.name(), "Cast" | "OneHot" | "While" | "Size") || op.name().starts_with("Stateless")
}

fn build(op: &OpRef, arrays: &[Array]) -> (Vec<Value>, Vec<Value>) {
    let inputs: Vec<Value> = arrays.iter().map(|a| Value::input("x", Spec::new(a.dtype(), a.shape()))).collect();
    let outputs = Value::apply_all(op.clone(), inputs.clone()).into_iter().map(|v| v.ok().unwrap()).collect();
    (inputs, outputs)
}

fn run(inputs: &[Value], outputs: &[Value], arrays: &[Array], mode: Mode) -> Result<Vec<Array>> {
    let graph = Graph::of(inputs, outputs, &[])?;
    Function::new(graph, mode).run(&arrays.iter().map(Feed::of).collect::<Vec<_>>(), 0)
}

fn close(a: &Array, b: &Array, tolerance: f64, what: &str) {
    assert_eq!(a.shape(), b.shape(), "{what}");
    let (a, b) = (a.to_f64(), b.to_f64());
    let scale = b.iter().filter(|x| x.is_finite()).fold(1e-3f64, |m, x| m.max(x.abs()));
    for (i, (x, y)) in a.iter().zip(&b).enumerate() {
        let same = (x.is_nan() && y.is_nan()) || x == y || (x - y).abs() <= tolerance * scale;
        assert!(same, "{what}: element {i} is {x}, expected {y}");
    }
}

#[test]
fn shapes_and_types_are_as_announced() {
    for sample in samples() {
        let arrays = arrays(&sample);
        let specs = sample.op.spec(&arrays.iter().map(|a| Spec::new(a.dtype(), a.shape())).collect::<Vec<_>>()).unwrap();
        let results = run::evaluate(&sample.op, &arrays).unwrap_or_else(|e| panic!("{:?}: {e:?}", sample.op));
        assert_eq!(specs.len(), results.len());
        assert_eq!(specs.len(), sample.op.outputs(), "{:?}", sample.op);
        for (spec, result) in specs.iter().zip(&results) {
            assert_eq!((spec.dtype, spec.shape.known().unwrap()), (result.dtype(), result.shape().to_vec()), "{:?}", sample.op);
        }
    }
}

#[test]
fn shape_rules_work_on_unknown_sizes() {
    // Each size above 1 becomes a symbol, equal sizes the same one; with numbers filled in, the rule must give what it gave.
    let name = |n: usize| if n == 1 { Dim::Known(1) } else { Dim::named(&format!("size_{n}")) };
    let mut tried = 0;
    for sample in samples() {
        let arrays = arrays(&sample);
        let mut sizes = Sizes::new();
        let unknown: Vec<Spec> = arrays
            .iter()
            .map(|a| {
                let dims: Vec<Dim> = a.shape().iter().map(|n| name(*n)).collect();
                assert!(dims.iter().zip(a.shape()).all(|(d, n)| sizes.bind(*d, *n)));
                Spec { dtype: a.dtype(), shape: Shape(dims) }
            })
            .collect();
        let known = sample.op.spec(&arrays.iter().map(|a| Spec::new(a.dtype(), a.shape())).collect::<Vec<_>>()).unwrap();
        // Joining along an unknown axis of different sizes is the one thing that needs numbers.
        let Ok(specs) = sample.op.spec(&unknown) else {
            assert_eq!(sample.op.name(), "ConcatV2", "{:?}", sample.op);
            continue;
        };
        for (s, k) in specs.iter().zip(&known) {
            assert_eq!(s.shape.resolve(&sizes).unwrap(), k.shape.known().unwrap(), "{:?}", sample.op);
        }
        tried += 1;
    }
    assert!(tried > 100);
}

#[test]
fn single_precision_agrees_with_double() {
    for sample in samples().iter().filter(|s| !typed(&s.op)) {
        let arrays = arrays(sample);
        let single = run::evaluate(&sample.op, &arrays).unwrap();
        let exact = run::evaluate(&sample.op, &double(&arrays)).unwrap();
        for (a, b) in single.iter().zip(&exact) {
            close(a, b, 2e-6, &format!("{:?}", sample.op));
        }
    }
}

/// The derivative of the weighted sum of outputs along a random direction, by gradients and by finite differences.
fn directional(op: &OpRef, arrays: &[Array], order: usize, what: &str) {
    let (inputs, outputs) = build(op, arrays);
    let mut random = Philox::new(5);
    let mut weights = |v: &Value| {
        let sizes = v.shape().known().unwrap();
        let numbers: Vec<f64> = (0..sizes.iter().product()).map(|_| random.uniform() - 0.5).collect();
        Array::from_f64(v.dtype(), sizes, &numbers).unwrap()
    };
    let float = |v: &&Value| v.dtype().is_float();
    let mut total = outputs.iter().filter(float).map(|y| (y * Value::constant(weights(y))).sum(&[], false)).reduce(|a, b| a + b).unwrap();
    let xs: Vec<Value> = inputs.iter().filter(float).cloned().collect();
    for _ in 1..order {
        // The first gradient, weighted and summed, is what the second is taken of.
        let grads = gradients(&[total.clone()], None, &xs).unwrap();
        let sums = grads.into_iter().flatten().map(|g| (&g * Value::constant(weights(&g))).sum(&[], false));
        let Some(sum) = sums.reduce(|a, b| a + b) else { return };
        total = sum;
    }
    let directions: Vec<Array> = xs.iter().map(&mut weights).collect();
    let grads = gradients(&[total.clone()], None, &xs).unwrap();
    let along = grads.iter().zip(&directions).filter_map(|(g, d)| g.as_ref().map(|g| (g * Value::constant(d.clone())).sum(&[], false)));
    let analytic = along.reduce(|a, b| a + b).map_or(0.0, |v| run_one(&inputs, &v, arrays));
    let step = 1e-5;
    let at = |sign: f64| {
        let mut float = 0;
        let moved: Vec<Array> = arrays
            .iter()
            .map(|a| {
                if !a.dtype().is_float() {
                    return a.clone();
                }
                float += 1;
                let numbers: Vec<f64> = a.to_f64().iter().zip(directions[float - 1].to_f64()).map(|(x, d)| x + sign * step * d).collect();
                Array::from_f64(a.dtype(), a.shape(), &numbers).unwrap()
            })
            .collect();
        run_one(&inputs, &total, &moved)
    };
    let numeric = (at(1.0) - at(-1.0)) / (2.0 * step);
    assert!((analytic - numeric).abs() <= 1e-6 * (1.0 + numeric.abs()), "{what}: gradient {analytic}, by differences {numeric}");
}

fn run_one(inputs: &[Value], value: &Value, arrays: &[Array]) -> f64 {
    run(inputs, std::slice::from_ref(value), arrays, Mode::Optimised).unwrap()[0].to_f64()[0]
}

#[test]
fn gradients_agree_with_finite_differences() {
    for sample in samples().iter().filter(|s| s.smooth && (!typed(&s.op) || s.op.name() == "While")) {
        let op = in_double(&sample.op);
        directional(&op, &double(&arrays(sample)), 1, &format!("{:?}", sample.op));
    }
}

#[test]
fn second_gradients_agree_with_finite_differences() {
    for sample in samples().iter().filter(|s| s.smooth && (!typed(&s.op) || s.op.name() == "While")) {
        let op = in_double(&sample.op);
        directional(&op, &double(&arrays(sample)), 2, &format!("second, {:?}", sample.op));
    }
}

/// A scan traced in float32 is traced again in float64; other ops take their type from their inputs.
fn in_double(op: &OpRef) -> OpRef {
    match op.is::<crate::ops::scan::Scan>() {
        Some(scan) => OpRef::new(scan.in_double()),
        None => op.clone(),
    }
}

#[test]
fn optimised_plans_agree_with_node_by_node() {
    for sample in samples() {
        let arrays = arrays(&sample);
        let (inputs, outputs) = build(&sample.op, &arrays);
        let float: Vec<Value> = outputs.iter().filter(|v| v.dtype().is_float()).cloned().collect();
        let mut wanted = outputs.clone();
        let xs: Vec<Value> = inputs.iter().filter(|v| v.dtype().is_float()).cloned().collect();
        if sample.smooth && !float.is_empty() {
            wanted.extend(gradients(&float, None, &xs).unwrap().into_iter().flatten());
        }
        let plain = run(&inputs, &wanted, &arrays, Mode::Plain).unwrap();
        let optimised = run(&inputs, &wanted, &arrays, Mode::Optimised).unwrap();
        for (a, b) in optimised.iter().zip(&plain) {
            close(a, b, 1e-6, &format!("{:?}", sample.op));
        }
    }
}

/// An op of TensorFlow: name, inputs with their types, attributes.
type TensorflowOp = (&'static str, Vec<(&'static str, &'static str)>, Vec<&'static str>);

#[test]
fn exports_are_nodes_that_tensorflow_knows() {
    // One op a line. The type of an input is a number type, an attribute, or N*attribute for a list.
    let table: Vec<TensorflowOp> = include_str!("../tests/tensorflow_ops.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|l| {
            let mut words = l.split_whitespace();
            let name = words.next().unwrap();
            let inputs = words.next().unwrap().split(',').filter_map(|input| input.split_once(':')).collect();
            (name, inputs, words.collect())
        })
        .collect();
    for sample in samples() {
        let specs: Vec<Spec> = arrays(&sample).iter().map(|a| Spec::new(a.dtype(), a.shape())).collect();
        let outputs = sample.op.spec(&specs).unwrap();
        let node = sample.op.export(&specs, &outputs);
        let (_, inputs, attributes) =
            table.iter().find(|(name, ..)| *name == node.op).unwrap_or_else(|| panic!("TensorFlow has no op {}", node.op));
        for (name, value) in &node.attributes {
            let known = attributes
                .iter()
                .find(|a| a.split(':').next() == Some(*name))
                .unwrap_or_else(|| panic!("{} has no attribute {name}", node.op));
            let kind = match value {
                Attribute::Type(_) => "type",
                Attribute::Bool(_) => "bool",
                Attribute::Int(_) => "int",
                Attribute::Float(_) => "float",
                Attribute::Text(_) => "string",
                Attribute::Ints(_) => "listint",
            };
            assert_eq!(known.split(':').nth(1), Some(kind), "{} {name}", node.op);
        }
        // What draws, drops or loops is not written as such by exports of inference.
        if node.op.starts_with("Stateless") || matches!(node.op, "Identity" | "While" | "Size") {
            continue;
        }
        let given: Vec<DType> = node
            .inputs(specs.len())
            .into_iter()
            .map(|input| match input {
                ExportInput::Own(i) => specs[i].dtype,
                ExportInput::Constant(array) => array.dtype(),
            })
            .collect();
        let lists = inputs.iter().filter(|(_, kind)| kind.contains('*')).count();
        let long = (given.len() + lists).saturating_sub(inputs.len());
        assert!(lists < 2 && (lists == 1 || given.len() == inputs.len()), "{} takes {inputs:?}, its export gives {given:?}", node.op);
        let expected = inputs.iter().flat_map(|(name, kind)| match kind.split_once('*') {
            Some((_, each)) => vec![(*name, each); long],
            None => vec![(*name, *kind)],
        });
        let mut types: HashMap<&str, DType> = HashMap::new();
        types.extend(node.attributes.iter().filter_map(|(name, value)| match value {
            Attribute::Type(dtype) => Some((*name, *dtype)),
            _ => None,
        }));
        for ((name, kind), dtype) in expected.zip(given) {
            let wanted = DType::parse(kind).unwrap_or_else(|_| *types.entry(kind).or_insert(dtype));
            assert_eq!(dtype, wanted, "{}: input {name}", node.op);
        }
    }
}
