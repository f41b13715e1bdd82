//! Draws have their distribution, and the same bits whoever draws them.
use super::*;
use crate::drive;

fn draw(kernel: &dyn Kernel, dtype: DType, count: usize, step: i64, threads: usize) -> Vec<f64> {
    let out = drive::outputs(kernel, &[&step.to_ne_bytes()], &[count * dtype.size()], threads).remove(0);
    if dtype == DType::Bool { out.iter().map(|x| f64::from(*x)).collect() } else { drive::read(dtype, &out) }
}

/// Mean, deviation, and the means of the third and fourth power of the standardised draws.
fn moments(x: &[f64]) -> [f64; 4] {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let deviation = (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    let power = |p| x.iter().map(|x| ((x - mean) / deviation).powi(p)).sum::<f64>() / n;
    [mean, deviation, power(3), power(4)]
}

fn near(got: [f64; 4], wanted: [f64; 4], tolerance: f64) {
    assert!(got.iter().zip(wanted).all(|(a, b)| (a - b).abs() < tolerance), "{got:?} for {wanted:?}");
}

const COUNT: usize = 400_001;

#[test]
fn distributions() {
    for dtype in [DType::F32, DType::F64] {
        let x = draw(&Uniform::new(dtype, 1, COUNT, -1.0, 3.0), dtype, COUNT, 5, 2);
        assert!(x.iter().all(|x| (-1.0..3.0).contains(x)));
        near(moments(&x), [1.0, (16.0f64 / 12.0).sqrt(), 0.0, 1.8], 0.01);
        let x = draw(&Normal::new(dtype, 1, COUNT, 2.0, 0.5), dtype, COUNT, 5, 2);
        near(moments(&x), [2.0, 0.5, 0.0, 3.0], 0.03);
        assert!(x.iter().all(|x| x.is_finite()));
        let x = draw(&TruncatedNormal::new(dtype, 1, COUNT, 0.0, 2.0), dtype, COUNT, 5, 2);
        assert!(x.iter().all(|x| x.abs() <= 4.0));
        near(moments(&x), [0.0, 2.0 * 0.879626, 0.0, 2.365], 0.02);
        let x = draw(&Bernoulli::new(dtype, 1, COUNT, 0.3), dtype, COUNT, 5, 2);
        assert!(x.iter().all(|x| *x == 0.0 || *x == 1.0));
        assert!((moments(&x)[0] - 0.3).abs() < 0.004);
    }
    let x = draw(&Bernoulli::new(DType::Bool, 1, COUNT, 0.3), DType::Bool, COUNT, 5, 2);
    assert_eq!(x, draw(&Bernoulli::new(DType::F32, 1, COUNT, 0.3), DType::F32, COUNT, 5, 1));
}

#[test]
fn neighbours_steps_and_keys_are_unrelated() {
    let normal = |key, step| draw(&Normal::new(DType::F32, key, COUNT, 0.0, 1.0), DType::F32, COUNT, step, 1);
    let x = normal(1, 0);
    let related = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>() / x.len() as f64;
    for lag in [1, 2, 16, 32, 48, 64] {
        assert!(related(&x, &x[lag..]).abs() < 0.01, "lag {lag}");
    }
    for y in [normal(1, 1), normal(2, 0), normal(1 << 32, 0), normal(1, 1 << 32)] {
        assert!(related(&x, &y).abs() < 0.01);
    }
}

#[test]
fn the_same_bits_everywhere() {
    for count in [0, 1, 63, 64, 65, 1000, 50_000] {
        for dtype in [DType::F32, DType::F64] {
            let kernels = |isa| -> [Box<dyn Kernel>; 4] {
                [
                    Box::new(Uniform::on(isa, dtype, 9, count, 0.5, 0.75)),
                    Box::new(Bernoulli::on(isa, dtype, 9, count, 0.5)),
                    Box::new(Normal::on(isa, dtype, 9, count, 0.0, 1.0)),
                    Box::new(TruncatedNormal::on(isa, dtype, 9, count, 0.0, 1.0)),
                ]
            };
            let wanted = kernels(Isa::Scalar).map(|k| draw(&*k, dtype, count, 3, 1));
            for isa in Isa::available() {
                for (i, kernel) in kernels(isa).iter().enumerate() {
                    let x = draw(&**kernel, dtype, count, 3, 1);
                    for threads in [2, 8] {
                        assert_eq!(x, draw(&**kernel, dtype, count, 3, threads));
                    }
                    // Logarithm and sine differ in the last bits where there is no fused multiply-add.
                    let tolerance = if i < 2 { 0.0 } else { 2e-6 };
                    assert!(x.iter().zip(&wanted[i]).all(|(a, b)| (a - b).abs() <= tolerance), "{isa} {dtype} {i}");
                }
            }
        }
    }
    let long = draw(&Uniform::new(DType::F32, 9, 1000, 0.0, 1.0), DType::F32, 1000, 3, 1);
    assert_eq!(long[..100], draw(&Uniform::new(DType::F32, 9, 100, 0.0, 1.0), DType::F32, 100, 3, 1)[..]);
}

#[test]
fn drops_and_scales() {
    let cases: [(&[usize], &[usize]); 6] = [
        (&[1000], &[1000]),
        (&[7, 30, 9], &[7, 1, 9]),
        (&[7, 30, 9], &[1, 30, 1]),
        (&[40, 70], &[40, 1]),
        (&[200, 300], &[200, 300]),
        (&[], &[]),
    ];
    for (shape, noise) in cases {
        let count: usize = shape.iter().product();
        for dtype in [DType::F32, DType::F64] {
            let x = drive::floats(dtype, &drive::numbers(count, 1));
            let mut wanted = None;
            for isa in Isa::available() {
                let kernel = Dropout::on(isa, dtype, 4, 0.25, shape, noise);
                for threads in [1, 2, 8] {
                    let out = drive::outputs(&kernel, &[&x, &8i64.to_ne_bytes()], &[count * dtype.size()], threads).remove(0);
                    assert!(*wanted.get_or_insert_with(|| out.clone()) == out, "{isa} {shape:?}");
                }
            }
            let (x, y) = (drive::read(dtype, &x), drive::read(dtype, &wanted.unwrap()));
            let kept: Vec<bool> = y.iter().map(|y| *y != 0.0).collect();
            for (i, kept) in kept.iter().enumerate() {
                assert!(!kept || (y[i] / x[i] - 4.0 / 3.0).abs() < 1e-6);
            }
            if count > 10_000 {
                let share = kept.iter().filter(|k| **k).count() as f64 / count as f64;
                assert!((share - 0.75).abs() < 0.01, "{share}");
            }
            for (i, k) in kept.iter().enumerate() {
                let (mut rest, mut twin, mut stride) = (i, 0, 1);
                for (size, noise) in shape.iter().zip(noise).rev() {
                    twin += if *noise == 1 { 0 } else { rest % size * stride };
                    stride *= size;
                    rest /= size;
                }
                assert_eq!(*k, kept[twin], "{shape:?} {noise:?} {i}");
            }
        }
    }
}
