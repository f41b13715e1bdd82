//! What the gates of recurrent cells share: weights, dropout, products.
use crate::config::Plug;
use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::layer::{Build, Call};
use crate::regularizers::Regularizer;
use crate::{Array, Result, Spec, Value, random};
use graph::functions::{concat, dot};

/// How a weight of a cell is made and kept.
pub(super) struct Rules<'a> {
    pub initializer: &'a Plug<dyn Initializer>,
    pub regularizer: &'a Option<Plug<dyn Regularizer>>,
    pub constraint: &'a Option<Plug<dyn Constraint>>,
}

/// The weights of a cell with a number of gates.
pub(super) struct GateWeights<'a> {
    pub units: usize,
    pub gates: usize,
    /// The sizes of the kernels' windows; none of products.
    pub window: &'a [usize],
    pub kernel: Rules<'a>,
    pub recurrent: Rules<'a>,
    /// First values, if there is a bias.
    pub bias: Option<Array>,
    pub bias_rules: Rules<'a>,
}

impl GateWeights<'_> {
    /// Adds kernel, recurrent kernel and bias, in this order, for inputs of so many features.
    pub fn add(self, weights: &mut Build, features: usize) -> Result<()> {
        let (units, width) = (self.units, self.units * self.gates);
        let shape = |from: usize| [self.window, &[from, width]].concat();
        let Rules { initializer, regularizer, constraint } = self.kernel;
        weights.add("kernel", shape(features), &**initializer)?.regularizer(regularizer).constraint(constraint);
        let Rules { initializer, regularizer, constraint } = self.recurrent;
        let added = if initializer.class_name() == "Identity" && self.gates > 1 && self.window.is_empty() {
            // An identity for each gate: the one of the whole matrix would leave all gates but the first without state.
            let square = initializer.fill(&[units, units], weights.dtype(), &mut random::stream())?.to_f64();
            let rows: Vec<f64> = square.chunks(units).flat_map(|row| row.repeat(self.gates)).collect();
            weights.add_value("recurrent_kernel", &Array::from_f64(weights.dtype(), [units, width], &rows)?)?
        } else {
            weights.add("recurrent_kernel", shape(units), &**initializer)?
        };
        added.regularizer(regularizer).constraint(constraint);
        if let Some(bias) = self.bias {
            weights.add_value("bias", &bias)?.regularizer(self.bias_rules.regularizer).constraint(self.bias_rules.constraint);
        }
        Ok(())
    }
}

/// First values of a bias.
pub(super) fn filled(weights: &Build, initializer: &Plug<dyn Initializer>, shape: &[usize]) -> Result<Array> {
    let place = || format!("{}, weight `bias`", weights.name());
    Ok(initializer.fill(shape, weights.dtype(), &mut random::stream()).map_err(|e| e.at(place()))?.cast(weights.dtype()))
}

/// First values of the bias of gates i, f, c, o, of which the one that forgets begins with ones.
pub(super) fn keeping(weights: &Build, initializer: &Plug<dyn Initializer>, units: usize) -> Result<Array> {
    let mut data = filled(weights, initializer, &[units])?.to_f64();
    data.extend(vec![1.0; units]);
    data.extend(filled(weights, initializer, &[2 * units])?.to_f64());
    Array::from_f64(weights.dtype(), [4 * units], &data)
}

/// Masks of dropout for tensors like `like`: none at all, one, or one for each gate.
pub(super) fn dropped(call: &Call, rate: f64, like: &Spec, count: usize) -> Vec<Value> {
    if !(rate > 0.0 && rate < 1.0 && call.training()) {
        return Vec::new();
    }
    let ones = Value::scalar(like.dtype, 1.0).broadcast_to(&like.shape);
    (0..count).map(|_| ones.dropout(rate, None, None)).collect()
}

/// `x` times a kernel of several gates, with the dropout of each.
#[derive(Clone)]
pub(super) struct Product {
    pub kernel: Value,
    pub masks: Vec<Value>,
    pub units: usize,
}

impl Product {
    pub fn of(&self, x: &Value) -> Value {
        match &self.masks[..] {
            [] => dot(x, &self.kernel),
            [mask] => dot(&(x * mask), &self.kernel),
            masks => {
                let gates = masks.iter().enumerate();
                let parts: Vec<Value> = gates.map(|(i, mask)| dot(&(x * mask), &gate(&self.kernel, i, self.units))).collect();
                concat(&parts, -1)
            }
        }
    }
}

/// The part of gate `i` of something that has all gates along its last axis.
pub(super) fn gate(all: &Value, i: usize, units: usize) -> Value {
    all.narrow(-1, i * units, units)
}
