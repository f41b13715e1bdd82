//! Convolutions, poolings and resizing, as functions on values, against Keras's layers: outputs and all gradients.
mod golden;

use golden::*;
use graph::functions::conv::{Interpolation, Walk};
use graph::gradients;
use graph::ops::{pool::Pooling, window::Padding};
use ironhorn::activations::Activation;
use ironhorn::config::{Setting, get};
use ironhorn::{Array, Dim, Shape, Spec, Value};
use serde_json::Value as Json;

fn numbers(json: &Json) -> Vec<usize> {
    json.as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect()
}

fn pair(json: &Json) -> [usize; 2] {
    <[usize; 2]>::try_from(numbers(json)).unwrap()
}

fn padding(config: &Json) -> Padding {
    match config["padding"].as_str().unwrap() {
        "valid" => Padding::Valid,
        "same" => Padding::Same,
        "causal" => Padding::Causal,
        other => panic!("{other}"),
    }
}

/// What the layer computes, and whether it is among those here.
fn layer(class: &str, config: &Json, x: &Value, weights: &[Value]) -> Option<Value> {
    let first = config["data_format"] == "channels_first";
    let kind = if class.starts_with("Max") { Pooling::Max } else { Pooling::Average };
    let one = |key: &str| numbers(&config[key])[0];
    let walk = || Walk {
        strides: pair(&config["strides"]),
        padding: padding(config),
        dilation: pair(&config["dilation_rate"]),
        channels_first: first,
    };
    let linear = match class {
        "MaxPooling2D" | "AveragePooling2D" => {
            return Some(x.pool2d(kind, pair(&config["pool_size"]), pair(&config["strides"]), padding(config), first));
        }
        "MaxPooling1D" | "AveragePooling1D" => {
            return Some(x.pool1d(kind, one("pool_size"), one("strides"), padding(config), first));
        }
        "UpSampling2D" => {
            let how = if config["interpolation"] == "nearest" { Interpolation::Nearest } else { Interpolation::Bilinear };
            return Some(x.upsample2d(pair(&config["size"]), how, first));
        }
        "Conv1D" => x.conv1d(&weights[0], one("strides"), padding(config), one("dilation_rate"), first),
        "SeparableConv1D" => x.separable_conv1d(&weights[0], &weights[1], one("strides"), padding(config), one("dilation_rate"), first),
        "Conv2D" => x.conv2d(&weights[0], &walk()),
        "DepthwiseConv2D" => x.depthwise_conv2d(&weights[0], &walk()),
        "SeparableConv2D" => x.separable_conv2d(&weights[0], &weights[1], &walk()),
        "Conv2DTranspose" => {
            let more = config["output_padding"].as_array().map(|_| pair(&config["output_padding"]));
            x.conv2d_transpose(&weights[0], &walk(), more)
        }
        _ => return None,
    };
    let y = match weights.last().filter(|_| config["use_bias"] == true) {
        Some(bias) if first => {
            let mut shape = vec![Dim::Known(1); linear.rank()];
            shape[1] = bias.dim(0);
            linear + bias.reshape(&Shape(shape))
        }
        Some(bias) => linear + bias,
        None => linear,
    };
    let activation = get::<dyn Activation>(&Setting::from(config["activation"].clone())).unwrap();
    Some(activation.apply(&y))
}

fn close(what: &str, got: &Array, want: &Array) {
    assert_eq!(got.shape(), want.shape(), "{what}");
    let (got, want) = (got.to_f64(), want.to_f64());
    let largest = want.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    for (i, (a, b)) in got.iter().zip(&want).enumerate() {
        assert!((a - b).abs() <= 1e-5 * largest + 1e-6, "{what} at {i}: {a}, not {b}");
    }
}

fn check(file: &str, least: usize) {
    let mut checked = 0;
    for case in cases(file) {
        let (x, weights) = (array(&case["inputs"][0]), case["weights"].as_array().unwrap());
        let arrays: Vec<Array> = std::iter::once(x).chain(weights.iter().map(|w| array(&w["value"]))).collect();
        let values: Vec<Value> = arrays.iter().map(|a| Value::input("x", Spec::new(a.dtype(), a.shape()))).collect();
        let class = case["class_name"].as_str().unwrap();
        let Some(y) = layer(class, &case["config"], &values[0], &values[1..]) else { continue };
        let id = case["id"].as_str().unwrap();
        let y = y.ok().unwrap_or_else(|e| panic!("{id}: {e:?}"));
        let grads = gradients(std::slice::from_ref(&y), Some(&[Value::constant(array(&case["seed"]))]), &values).unwrap();
        let wanted: Vec<Value> = std::iter::once(y).chain(grads.into_iter().map(Option::unwrap)).collect();
        let fed: Vec<(Value, Array)> = values.into_iter().zip(arrays).collect();
        let found = graph::eval(&wanted, &fed).unwrap();
        close(&format!("{id}: output"), &found[0], &array(&case["output"]));
        close(&format!("{id}: gradient of the input"), &found[1], &array(&case["input_gradients"][0]));
        for (i, gradient) in case["weight_gradients"].as_array().unwrap().iter().enumerate() {
            close(&format!("{id}: gradient of weight {i}"), &found[i + 2], &array(gradient));
        }
        checked += 1;
    }
    assert!(checked >= least, "{checked} cases of {file}");
}

#[test]
fn convolutions_are_keras_s() {
    check("layers_conv", 81);
}

#[test]
fn poolings_and_resizing_are_keras_s() {
    check("layers_pool", 52);
}
