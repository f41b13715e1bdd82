//! Weights of recurrent layers between their forms: one array a gate in Keras 1, and the layout of cuDNN.
use super::convert::{beside, one, shaped};
use crate::config::{Map, Setting};
use crate::{Array, Error, Result, Value};
use graph::functions::concat;

/// Kernel, recurrent kernel and bias of the arrays that Keras 1 kept for each gate: GRU in today's order, LSTM as i, c, f, o.
pub(super) fn joined(class: &str, arrays: Vec<Array>) -> Result<Vec<Array>> {
    let gates: &[usize] = match (class, arrays.len()) {
        ("GRU", 9) => &[0, 3, 6],
        ("LSTM" | "ConvLSTM2D", 12) => &[0, 6, 3, 9],
        _ => return Ok(arrays),
    };
    (0..3).map(|part| beside(&gates.iter().map(|gate| &arrays[gate + part]).collect::<Vec<_>>())).collect()
}

/// Between cuDNN's layers and the others, as the shape of the bias tells. Errors `bias_shape`, `gru_reset`.
pub(super) fn cudnn(class: &str, config: &Map, arrays: Vec<Array>) -> Result<Vec<Array>> {
    let gates = match class {
        "LSTM" | "CuDNNLSTM" => 4,
        "GRU" | "CuDNNGRU" => 3,
        _ => return Ok(arrays),
    };
    let [kernel, recurrent, bias] = &arrays[..] else { return Ok(arrays) };
    let units = recurrent.shape().first().copied().unwrap_or(0);
    let wide = units * gates;
    let own = class.starts_with("CuDNN");
    let (source, target) = match (gates, bias.shape()) {
        (4, [n]) if *n == 2 * wide => (Form::Cudnn, if own { Form::Cudnn } else { Form::Plain }),
        (4, [n]) if *n == wide => (Form::Plain, if own { Form::Cudnn } else { Form::Plain }),
        (3, [n]) if *n == 2 * wide => (Form::Cudnn, gru(own, config)),
        (3, [2, n]) if *n == wide => (Form::ResetAfter, gru(own, config)),
        (3, [n]) if *n == wide => (Form::Plain, gru(own, config)),
        (_, shape) => {
            return Err(Error::value(
                "bias_shape",
                format!("Invalid bias shape: {shape:?}. {units} units and {gates} gates were expected."),
            ));
        }
    };
    if source == target {
        return Ok(arrays);
    }
    if gates == 3 && (source == Form::Plain || target == Form::Plain) {
        return Err(Error::value("gru_reset", format!("{} is not compatible with {}", source.name(), target.name())));
    }
    let from = source == Form::Cudnn;
    let inputs = kernel.shape().first().copied().unwrap_or(0);
    let kernel = each_gate(kernel, gates, |k| match from {
        true => shaped(k, &[units, inputs]).transpose(&[1, 0]),
        false => shaped(&k.transpose(&[1, 0]), &[inputs, units]),
    })?;
    let recurrent = each_gate(recurrent, gates, |k| k.transpose(&[1, 0]))?;
    let flat = Value::constant(bias.clone());
    let bias = match (gates, from) {
        (4, true) => shaped(&flat, &[2, wide]).sum(&[0], false),
        (4, false) => {
            let half = flat * 0.5;
            concat(&[half.clone(), half], 0)
        }
        (_, true) => shaped(&flat, &[2, wide]),
        (_, false) => shaped(&flat, &[2 * wide]),
    };
    Ok(vec![kernel, recurrent, one(bias)?])
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Cudnn,
    ResetAfter,
    Plain,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Cudnn => "CuDNNGRU",
            Form::ResetAfter => "GRU(reset_after=True)",
            Form::Plain => "GRU(reset_after=False)",
        }
    }
}

fn gru(own: bool, config: &Map) -> Form {
    match (own, config.get("reset_after")) {
        (true, _) => Form::Cudnn,
        (false, Some(Setting::Bool(true))) => Form::ResetAfter,
        _ => Form::Plain,
    }
}

/// The same done to the part of each gate.
fn each_gate(array: &Array, gates: usize, change: impl Fn(&Value) -> Value) -> Result<Array> {
    let [rows, columns] = array.shape() else {
        return Err(Error::value(
            "weights_shape",
            format!("A kernel of shape {:?} was found where one of 2 axes is expected.", array.shape()),
        ));
    };
    let (rows, each) = (*rows, columns / gates);
    let whole = Value::constant(array.clone());
    let part = |gate: usize| whole.slice(&[0.into(), (gate * each).into()], &[rows.into(), each.into()], &[1, 1]);
    one(concat(&(0..gates).map(|gate| change(&part(gate))).collect::<Vec<_>>(), 1))
}
