//! Weights of older files as the layers of today take them: Keras's `preprocess_weights_for_loading`.
use super::convert_rnn;
use crate::config::{Map, Setting};
use crate::layer::LayerRef;
use crate::model::eval;
use crate::{Array, Error, Result, Value};
use graph::functions::concat;
use tensor::Shape;

/// Who wrote a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// Keras 1, which said no version where weights are.
    first: bool,
    /// Theano, whose kernels are turned around.
    turned: bool,
}

impl Origin {
    pub fn new(version: Option<&str>, backend: Option<&str>) -> Origin {
        Origin { first: version.is_none_or(|v| v == "1"), turned: backend == Some("theano") }
    }
}

/// The arrays that the layer takes, from those in the file.
pub(super) fn weights(layer: &LayerRef, mut arrays: Vec<Array>, origin: Origin, reshape: bool) -> Result<Vec<Array>> {
    let class = layer.class_name();
    let inner = layer.layers();
    match (&*class, &*inner) {
        ("Bidirectional", [forward, backward]) => {
            let second = arrays.split_off(arrays.len() / 2);
            arrays = weights(forward, arrays, origin, false)?;
            arrays.extend(weights(backward, second, origin, false)?);
        }
        ("TimeDistributed", [one]) => arrays = weights(one, arrays, origin, false)?,
        ("Model" | "Sequential", _) => arrays = nested(&inner, arrays, origin)?,
        _ => {}
    }
    if arrays.is_empty() {
        return Ok(arrays);
    }
    // Only these have older forms, and only of these the config is needed.
    if matches!(&*class, "Conv1D" | "Conv2D" | "Conv3D" | "Conv2DTranspose" | "ConvLSTM2D" | "GRU" | "LSTM" | "CuDNNGRU" | "CuDNNLSTM") {
        let config = layer.config()?;
        if origin.first {
            arrays = first(&class, &config, arrays)?;
        }
        if class.starts_with("Conv") {
            arrays = kernels(layer, &class, arrays, origin, reshape)?;
        }
        arrays = convert_rnn::cudnn(&class, &config, arrays)?;
    }
    Ok(arrays)
}

/// A model's arrays: first what is trained of every layer, then the others.
fn nested(layers: &[LayerRef], mut arrays: Vec<Array>, origin: Origin) -> Result<Vec<Array>> {
    let mut all = Vec::with_capacity(arrays.len());
    for trained in [true, false] {
        for layer in layers {
            let count = if trained { layer.trainable_weights().len() } else { layer.non_trainable_weights().len() };
            if count == 0 {
                continue;
            }
            let rest = arrays.split_off(count.min(arrays.len()));
            all.extend(weights(layer, std::mem::replace(&mut arrays, rest), origin, false)?);
        }
    }
    all.extend(arrays);
    Ok(all)
}

/// From the layout of Keras 1.
fn first(class: &str, config: &Map, mut arrays: Vec<Array>) -> Result<Vec<Array>> {
    let channels_first = config.get("data_format") == Some(&Setting::Text("channels_first".to_owned()));
    let order: Option<&[usize]> = match (class, channels_first) {
        ("Conv1D", _) => {
            let kernel = &arrays[0];
            let (size, filters) = (whole(config, "kernel_size"), whole(config, "filters"));
            let today = kernel.shape().first().copied() == size && kernel.shape().get(1) == Some(&1);
            if !today || kernel.shape().last().copied() != filters {
                arrays[0] = transposed(kernel, &[2, 3, 1, 0])?;
            }
            let shape: Vec<usize> = arrays[0].shape().iter().enumerate().filter(|(axis, _)| *axis != 1).map(|(_, n)| *n).collect();
            arrays[0] = arrays[0].reshape(shape)?;
            None
        }
        ("Conv2D", true) => Some(&[2, 3, 1, 0]),
        ("Conv2DTranspose", false) => Some(&[0, 1, 3, 2]),
        ("Conv2DTranspose", true) => Some(&[2, 3, 0, 1]),
        ("Conv3D", true) => Some(&[2, 3, 4, 1, 0]),
        ("GRU" | "LSTM" | "ConvLSTM2D", _) => {
            arrays = convert_rnn::joined(class, arrays)?;
            if class == "ConvLSTM2D" && channels_first {
                for kernel in arrays.iter_mut().take(2) {
                    *kernel = transposed(kernel, &[2, 3, 1, 0])?;
                }
            }
            None
        }
        _ => None,
    };
    if let Some(order) = order {
        arrays[0] = transposed(&arrays[0], order)?;
    }
    Ok(arrays)
}

/// Kernels turned around, reshaped or transposed, where they must be.
fn kernels(layer: &LayerRef, class: &str, mut arrays: Vec<Array>, origin: Origin, reshape: bool) -> Result<Vec<Array>> {
    let count = if class == "ConvLSTM2D" { arrays.len().min(2) } else { 1 };
    if origin.turned {
        for kernel in &mut arrays[..count] {
            let spatial: Vec<usize> = (0..kernel.shape().len().saturating_sub(2)).collect();
            *kernel = one(Value::constant(kernel.clone()).reverse(&spatial))?;
        }
    }
    let Some(wanted) = layer.weights().first().map(|v| v.shape().to_vec()) else { return Ok(arrays) };
    if arrays[0].shape() == wanted {
        return Ok(arrays);
    }
    if reshape {
        let (name, have, n, m) = (layer.name(), arrays[0].shape().to_vec(), wanted.iter().product::<usize>(), arrays[0].len());
        arrays[0] = arrays[0].reshape(wanted.clone()).map_err(|_| {
            Error::value(
                "weights_shape",
                format!(
                    "Weights must be of equal size to apply a reshape operation. Layer {name}'s weights have shape {wanted:?} and size {n}. \
                     The weights for loading have shape {have:?} and size {m}."
                ),
            )
        })?;
    } else {
        // What has another rank is told with both shapes when it is set.
        for kernel in arrays[..count].iter_mut().filter(|k| k.shape().len() == 4) {
            *kernel = transposed(kernel, &[3, 2, 0, 1])?;
        }
    }
    Ok(arrays)
}

/// A whole number of a config, or the first of a list of them.
pub(super) fn whole(config: &Map, name: &str) -> Option<usize> {
    match config.get(name) {
        Some(Setting::Int(n)) => usize::try_from(*n).ok(),
        Some(Setting::List(list)) => match list.first() {
            Some(Setting::Int(n)) => usize::try_from(*n).ok(),
            _ => None,
        },
        _ => None,
    }
}

fn transposed(array: &Array, order: &[usize]) -> Result<Array> {
    if array.shape().len() != order.len() {
        let (shape, rank) = (array.shape(), order.len());
        return Err(Error::value("weights_shape", format!("A weight of shape {shape:?} was found where one of {rank} axes is expected.")));
    }
    one(Value::constant(array.clone()).transpose(order))
}

/// Arrays side by side along their last axis.
pub(super) fn beside(arrays: &[&Array]) -> Result<Array> {
    let values: Vec<Value> = arrays.iter().map(|a| Value::constant((*a).clone())).collect();
    one(concat(&values, -1))
}

/// An array in another shape, as a value.
pub(super) fn shaped(value: &Value, shape: &[usize]) -> Value {
    value.reshape(&Shape::from(shape))
}

/// The numbers of a value.
pub(super) fn one(value: Value) -> Result<Array> {
    Ok(eval(&[value.ok()?], &[], false)?.swap_remove(0))
}
