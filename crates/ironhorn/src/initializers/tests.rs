//! Tests of the initializers: names, configs, distributions, seeds.
use super::{variance_scaling::fans, *};
use crate::config::{check, construct, get, python_json, serialize};
use crate::golden::{self, SINGLE, array, close, each, same, text};

fn made(setting: impl Into<Setting>) -> Plug<dyn Initializer> {
    get(&setting.into()).unwrap()
}

fn values(setting: impl Into<Setting>, shape: &[usize]) -> Vec<f64> {
    made(setting).fill(shape, DType::F64, &mut Philox::new(1)).unwrap().to_f64()
}

fn with(name: &str, options: Map) -> Setting {
    Map::from([("class_name", Setting::from(name)), ("config", options.into())]).into()
}

fn moments(x: &[f64]) -> (f64, f64) {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    (mean, (x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / x.len() as f64).sqrt())
}

fn near(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} is not within {tolerance} of {b}");
}

#[test]
fn the_list_holds() {
    check::<dyn Initializer>().unwrap();
}

#[test]
fn configs_are_keras_s_to_the_letter() {
    // What Keras 2.3.1 prints for json.dumps(initializers.serialize(initializers.get(name))).
    let table = [
        ("zero zeros Zeros", r#"{"class_name": "Zeros", "config": {}}"#),
        ("one ones Ones", r#"{"class_name": "Ones", "config": {}}"#),
        ("constant Constant", r#"{"class_name": "Constant", "config": {"value": 0}}"#),
        (
            "uniform random_uniform RandomUniform",
            r#"{"class_name": "RandomUniform", "config": {"minval": -0.05, "maxval": 0.05, "seed": null}}"#,
        ),
        ("normal random_normal RandomNormal", r#"{"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 0.05, "seed": null}}"#),
        ("truncated_normal TruncatedNormal", r#"{"class_name": "TruncatedNormal", "config": {"mean": 0.0, "stddev": 0.05, "seed": null}}"#),
        ("identity Identity", r#"{"class_name": "Identity", "config": {"gain": 1.0}}"#),
        ("orthogonal Orthogonal", r#"{"class_name": "Orthogonal", "config": {"gain": 1.0, "seed": null}}"#),
        (
            "lecun_uniform",
            r#"{"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_in", "distribution": "uniform", "seed": null}}"#,
        ),
        (
            "lecun_normal VarianceScaling",
            r#"{"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_in", "distribution": "normal", "seed": null}}"#,
        ),
        (
            "glorot_uniform",
            r#"{"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": null}}"#,
        ),
        (
            "glorot_normal",
            r#"{"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "normal", "seed": null}}"#,
        ),
        (
            "he_uniform",
            r#"{"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_in", "distribution": "uniform", "seed": null}}"#,
        ),
        (
            "he_normal",
            r#"{"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_in", "distribution": "normal", "seed": null}}"#,
        ),
    ];
    for (names, text) in table {
        for name in names.split(' ') {
            assert_eq!(python_json(&serialize(&made(name)).unwrap()).unwrap(), text, "{name}");
        }
    }
}

#[test]
fn files_of_tf_keras_are_read() {
    let read = made(with("GlorotUniform", Map::from([("seed", Setting::from(3)), ("dtype", "float32".into())])));
    let text = python_json(&serialize(&read).unwrap()).unwrap();
    assert!(text.contains(r#""mode": "fan_avg", "distribution": "uniform", "seed": 3"#), "{text}");
    let normal = made(with("VarianceScaling", Map::from([("distribution", "truncated_normal")])));
    assert!(python_json(&serialize(&normal).unwrap()).unwrap().contains(r#""distribution": "normal""#));
}

#[test]
fn an_option_that_a_file_may_have_is_no_option_of_the_constructor() {
    let error = construct::<dyn Initializer>("Zeros", Map::from([("dtype", "float32")])).unwrap_err();
    assert_eq!(error.code(), "option_unknown");
}

#[test]
fn fans_are_keras_s() {
    assert_eq!(fans(&[3, 5]), (3.0, 5.0));
    assert_eq!(fans(&[4, 3, 5]), (12.0, 20.0));
    assert_eq!(fans(&[2, 2, 3, 5]), (12.0, 20.0));
    assert_eq!(fans(&[2, 2, 2, 3, 5]), (24.0, 40.0));
    assert_eq!(fans(&[9]), (3.0, 3.0));
    assert_eq!(fans(&[]), (1.0, 1.0));
    assert_eq!(fans(&[1, 1, 2, 2, 3, 3]), (6.0, 6.0));
}

#[test]
fn distributions_are_right() {
    let shape = [200, 500];
    let x = values("glorot_uniform", &shape);
    let limit = (6.0f64 / 700.0).sqrt();
    let (mean, deviation) = moments(&x);
    near(mean, 0.0, 0.001);
    near(deviation, limit / 3f64.sqrt(), 0.0005);
    assert!(x.iter().all(|v| v.abs() <= limit) && x.iter().any(|v| v.abs() > 0.99 * limit));

    let x = values("he_normal", &shape);
    let wanted = (2.0f64 / 200.0).sqrt();
    let (mean, deviation) = moments(&x);
    near(mean, 0.0, 0.002);
    near(deviation, wanted, 0.001);
    let limit = 2.0 * wanted / 0.879_625_661_034_239_8;
    assert!(x.iter().all(|v| v.abs() <= limit) && x.iter().any(|v| v.abs() > 0.95 * limit));

    let x = values("truncated_normal", &shape);
    let (mean, deviation) = moments(&x);
    near(mean, 0.0, 0.001);
    near(deviation, 0.05 * 0.879_625_661_034_239_8, 0.0003);
    assert!(x.iter().all(|v| v.abs() <= 0.1) && x.iter().any(|v| v.abs() > 0.098));

    let x = values(with("RandomNormal", Map::from([("mean", 1.0), ("stddev", 2.0)])), &shape);
    let (mean, deviation) = moments(&x);
    near(mean, 1.0, 0.03);
    near(deviation, 2.0, 0.02);
    assert!(x.iter().any(|v| (v - 1.0).abs() > 6.0), "the tails are there");

    let x = values(with("RandomUniform", Map::from([("minval", 2.0), ("maxval", 4.0)])), &shape);
    let (mean, deviation) = moments(&x);
    near(mean, 3.0, 0.01);
    near(deviation, 2.0 / 12f64.sqrt(), 0.005);
    assert!(x.iter().all(|v| (2.0..4.0).contains(v)));
}

#[test]
fn constants_fill() {
    assert_eq!(values("zeros", &[2, 2]), [0.0; 4]);
    assert_eq!(values("ones", &[3]), [1.0; 3]);
    assert_eq!(values(with("Constant", Map::from([("value", 2.5)])), &[2]), [2.5; 2]);
    assert_eq!(values("identity", &[2, 3]), [1., 0., 0., 0., 1., 0.]);
    assert_eq!(values(with("Identity", Map::from([("gain", 3)])), &[3, 2]), [3., 0., 0., 3., 0., 0.]);
    let error = made("identity").fill(&[3], DType::F32, &mut Philox::new(1)).unwrap_err();
    assert_eq!((error.class().name(), error.code()), ("ValueError", "initializer_shape"));
    assert_eq!(made("ones").fill(&[2], DType::F32, &mut Philox::new(1)).unwrap().dtype(), DType::F32);
}

#[test]
fn orthogonal_is_orthogonal_and_evenly_distributed() {
    for shape in [&[6, 6][..], &[3, 7], &[7, 3], &[2, 3, 4], &[5], &[1, 1]] {
        let columns = *shape.last().unwrap();
        let rows = shape.iter().product::<usize>() / columns;
        let x = values(with("Orthogonal", Map::from([("gain", 2.0)])), shape);
        let at = |i: usize, j: usize| if rows <= columns { x[i * columns + j] } else { x[j * columns + i] };
        let (count, len) = (rows.min(columns), rows.max(columns));
        for a in 0..count {
            for b in 0..count {
                let product: f64 = (0..len).map(|k| at(a, k) * at(b, k)).sum();
                near(product, if a == b { 4.0 } else { 0.0 }, 1e-12);
            }
        }
    }
    // Over all rotations and reflections the entries have mean 0 and variance 1/n, the trace mean 0 and variance 1. Without
    // a free sign of the diagonal the mean of the trace would not be 0.
    let mut random = Philox::new(5);
    let traces: Vec<f64> = (0..4000)
        .map(|_| {
            let x = Orthogonal::new().fill(&[3, 3], DType::F64, &mut random).unwrap().to_f64();
            x[0] + x[4] + x[8]
        })
        .collect();
    let (mean, deviation) = moments(&traces);
    near(mean, 0.0, 0.06);
    near(deviation, 1.0, 0.05);
}

#[test]
fn seeds_advance_with_each_draw_and_repeat() {
    let draw = |x: &Plug<dyn Initializer>, key| x.fill(&[4], DType::F32, &mut Philox::new(key)).unwrap();
    for name in ["RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal", "he_uniform"] {
        let seeded = |n: i64| made(with(name, Map::from([("seed", n)])));
        let (a, b) = (seeded(7), seeded(7));
        let first = draw(&a, 1);
        assert_eq!(first, draw(&b, 2), "{name}: the seed alone decides");
        let second = draw(&a, 1);
        assert_ne!(first, second, "{name}: the next draw differs");
        assert_eq!(second, draw(&seeded(8), 1), "{name}: it is that of the next seed");
        let written = python_json(&serialize(&a).unwrap()).unwrap();
        assert!(written.contains(r#""seed": 9"#), "{name}: {written}");
        let free = made(name);
        assert_eq!(draw(&free, 1), draw(&free, 1), "{name}: without a seed the stream decides");
        assert_ne!(draw(&free, 1), draw(&free, 2), "{name}");
        let mut stream = Philox::new(1);
        assert_ne!(free.fill(&[4], DType::F32, &mut stream).unwrap(), free.fill(&[4], DType::F32, &mut stream).unwrap());
    }
}

#[test]
fn rust_users_write_it_so() {
    let he: VarianceScaling = HeNormal::new().seed(3).into();
    assert_eq!(he.scale, crate::config::Number::Float(2.0));
    let plug: Plug<dyn Initializer> = Constant::new().value(0.5).into();
    assert_eq!(plug.class_name(), "Constant");
    let own: Plug<dyn Initializer> = InitializerFunction::new("halves", |shape, dtype| Ok(Array::full(dtype, shape, 0.5))).into();
    assert_eq!(serialize(&own).unwrap(), Setting::from("halves"));
    assert_eq!(own.fill(&[2], DType::F64, &mut Philox::new(1)).unwrap().to_f64(), [0.5; 2]);
}

#[test]
fn wrong_settings_are_named() {
    let fails = |name: &str, options: Map| get::<dyn Initializer>(&with(name, options)).unwrap_err();
    let error = fails("VarianceScaling", Map::from([("mode", "fan_inn")]));
    assert_eq!((error.class().name(), error.code()), ("ValueError", "option_value"));
    assert_eq!(error.message(), "VarianceScaling: `mode` must be one of 'fan_in', 'fan_out', 'fan_avg'; received the text 'fan_inn'.");
    let error = fails("VarianceScaling", Map::from([("scale", -1.0)]));
    assert_eq!(error.message(), "VarianceScaling: `scale` must be more than 0; received the number -1.");
    assert_eq!(fails("VarianceScaling", Map::from([("scale", f64::NAN)])).code(), "option_value");
}

#[test]
fn golden_configs_scales_and_values_are_keras_s() {
    each("initializers", |case| {
        let made = construct::<dyn Initializer>(text(case, "name"), golden::map(&case["args"]))?;
        if text(case, "kind") == "serialize" {
            return same("config", &python_json(&serialize(&made)?)?, &python_json(&case["config"].clone().into())?);
        }
        let shape: Vec<usize> = case["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
        if text(case, "kind") == "values" {
            return close("value", &made.fill(&shape, DType::F32, &mut Philox::new(1))?, &array(&case["value"]), SINGLE);
        }
        let mut stream = Philox::new(1);
        let mut drawn = Vec::new();
        while drawn.len() < 6000 {
            drawn.extend(made.fill(&shape, DType::F64, &mut stream)?.to_f64());
        }
        let largest = drawn.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        let (limit, spread) = match text(case, "distribution") {
            "uniform" => {
                let limit = case["limit"].as_f64().unwrap();
                (limit, limit / 3f64.sqrt())
            }
            _ => {
                let stddev = case["stddev"].as_f64().unwrap();
                (2.0 * stddev, 0.879_625_661 * stddev)
            }
        };
        let (mean, deviation) = moments(&drawn);
        if largest > limit * (1.0 + 1e-12)
            || largest < 0.97 * limit
            || mean.abs() > 0.06 * spread
            || (deviation / spread - 1.0).abs() > 0.05
        {
            return Err(format!("mean {mean}, deviation {deviation} and largest {largest} are not those of {limit}, {spread}").into());
        }
        Ok(())
    });
}
