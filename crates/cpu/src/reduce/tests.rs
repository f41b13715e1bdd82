//! Reductions against plain loops over f64.
use super::*;
use crate::drive;

const KINDS: [Kind; 5] = [Kind::Sum, Kind::Mean, Kind::Prod, Kind::Max, Kind::Min];

fn bytes(dtype: DType, x: &[f64]) -> Vec<u8> {
    match dtype {
        DType::I32 => x.iter().flat_map(|x| (*x as i32).to_ne_bytes()).collect(),
        DType::I64 => x.iter().flat_map(|x| (*x as i64).to_ne_bytes()).collect(),
        DType::U8 | DType::Bool => x.iter().map(|x| *x as u8).collect(),
        _ => drive::floats(dtype, x),
    }
}
fn read(dtype: DType, x: &[u8]) -> Vec<f64> {
    match dtype {
        DType::I32 => x.as_chunks().0.iter().map(|x| f64::from(i32::from_ne_bytes(*x))).collect(),
        DType::I64 => x.as_chunks().0.iter().map(|x| i64::from_ne_bytes(*x) as f64).collect(),
        DType::U8 | DType::Bool => x.iter().map(|x| f64::from(*x)).collect(),
        _ => drive::read(dtype, x),
    }
}

/// For each output the positions that become it.
fn groups(shape: &[usize], axes: &[usize]) -> Vec<Vec<usize>> {
    let kept: Vec<usize> = (0..shape.len()).filter(|i| !axes.contains(i)).collect();
    let mut out = vec![Vec::new(); kept.iter().map(|i| shape[*i]).product()];
    for at in 0..shape.iter().product() {
        let mut index = vec![0; shape.len()];
        let mut rest = at;
        for i in (0..shape.len()).rev() {
            index[i] = rest % shape[i];
            rest /= shape[i];
        }
        let group = kept.iter().fold(0, |n, i| n * shape[*i] + index[*i]);
        out[group].push(at);
    }
    out
}

fn check(kind: Kind, dtype: DType, shape: &[usize], axes: &[usize], threads: &[usize]) {
    let n: usize = shape.iter().product();
    let float = matches!(dtype, DType::F32 | DType::F64);
    let x: Vec<f64> = drive::numbers(n, 5)
        .iter()
        .map(|x| match (float, kind) {
            (true, Kind::Prod) => f64::from((1.0 + x * 0.01) as f32),
            (true, _) => f64::from(*x as f32),
            (false, Kind::Prod) => 1.0,
            (false, Kind::Any | Kind::All) => f64::from(*x > if kind == Kind::Any { 0.99 } else { -0.99 }),
            (false, _) => (x.abs() * 3.9).floor(),
        })
        .collect();
    let groups = groups(shape, axes);
    for isa in Isa::available() {
        let kernel = Reduce::on(isa, kind, dtype, shape, axes);
        let mut bits = None;
        for threads in threads {
            let out = drive::outputs(&kernel, &[&bytes(dtype, &x)], &[groups.len() * dtype.size()], *threads).remove(0);
            assert!(*bits.get_or_insert_with(|| out.clone()) == out, "{isa} {threads} threads give other bits");
        }
        for (got, group) in read(dtype, &bits.unwrap()).iter().zip(&groups) {
            let values = group.iter().map(|i| x[*i]);
            let sum: f64 = values.clone().sum();
            let size: f64 = values.clone().map(f64::abs).sum();
            let (wanted, size) = match kind {
                Kind::Sum if dtype == DType::U8 => (f64::from(sum as u64 as u8), 0.0),
                Kind::Sum => (sum, size),
                Kind::Mean => (sum / group.len() as f64, size / group.len() as f64),
                Kind::Prod => (values.clone().product(), 20.0 * values.product::<f64>()),
                Kind::Max => (values.fold(if float { f64::NEG_INFINITY } else { -1.0 }, f64::max), 0.0),
                Kind::Min => (values.fold(f64::INFINITY, f64::min), 0.0),
                Kind::Any => (f64::from(sum > 0.0), 0.0),
                Kind::All => (f64::from(sum == group.len() as f64), 0.0),
            };
            let epsilon = if dtype == DType::F32 { f64::from(f32::EPSILON) } else { f64::EPSILON };
            let near = (got - wanted).abs() <= 4.0 * epsilon * size || (got.is_nan() && wanted.is_nan()) || *got == wanted;
            assert!(near, "{isa} {kind:?} {dtype} {shape:?} {axes:?}: {got} for {wanted}");
        }
    }
}

#[test]
fn every_kind_and_type() {
    let cases: [(&[usize], &[usize]); 14] = [
        (&[7], &[0]),
        (&[5, 9], &[1]),
        (&[5, 9], &[0]),
        (&[5, 9], &[0, 1]),
        (&[3, 1, 20, 33], &[0, 2]),
        (&[4, 5, 6, 7], &[1, 3]),
        (&[4, 5, 6, 7], &[0, 1, 2]),
        (&[4, 5, 6, 7], &[]),
        (&[200, 3], &[0]),
        (&[2, 100, 10], &[1]),
        (&[70, 600], &[0]),
        (&[], &[]),
        (&[3, 40], &[1]),
        (&[129, 130], &[0]),
    ];
    for (shape, axes) in cases {
        for dtype in [DType::F32, DType::F64, DType::I32, DType::I64, DType::U8] {
            for kind in KINDS {
                if kind != Kind::Mean || matches!(dtype, DType::F32 | DType::F64) {
                    check(kind, dtype, shape, axes, &[1, 2]);
                }
            }
        }
        check(Kind::Any, DType::Bool, shape, axes, &[1]);
        check(Kind::All, DType::Bool, shape, axes, &[1]);
    }
}

#[test]
fn every_length() {
    for n in 0..150 {
        check(Kind::Sum, DType::F32, &[3, n], &[1], &[1]);
        check(Kind::Sum, DType::F64, &[n, 3], &[0], &[1]);
        check(Kind::Prod, DType::F32, &[2, n, 5], &[1], &[1]);
        check(Kind::Sum, DType::F32, &[3, n], &[0], &[1]);
        if n > 0 {
            check(Kind::Max, DType::F32, &[n], &[0], &[1]);
            check(Kind::Min, DType::F64, &[n, 2], &[0], &[1]);
        }
    }
    for (shape, axes) in [([1, 300_000], [1]), ([3000, 100], [0]), ([100, 3000], [1]), ([300_000, 1], [0]), ([200_000, 3], [0])] {
        for dtype in [DType::F32, DType::F64] {
            check(Kind::Sum, dtype, &shape, &axes, &[1, 2, 8]);
        }
        check(Kind::Max, DType::I32, &shape, &axes, &[1, 8]);
    }
}

#[test]
fn long_sums_stay_accurate() {
    let n = 1 << 22;
    let x = vec![0.1; n];
    for isa in Isa::available() {
        for (shape, axes) in [([n, 1], 0), ([n / 256, 256], 0)] {
            let kernel = Reduce::on(isa, Kind::Sum, DType::F32, &shape, &[axes]);
            let out = drive::outputs(&kernel, &[&drive::floats(DType::F32, &x)], &[4 * if shape[1] == 1 { 1 } else { 256 }], 2).remove(0);
            let wanted = f64::from(0.1f32) * if shape[1] == 1 { n } else { n / 256 } as f64;
            let got = drive::read(DType::F32, &out)[0];
            assert!((got / wanted - 1.0).abs() < 2e-6, "{isa} {shape:?}: {got} for {wanted}");
        }
    }
}

#[test]
fn nan_wins() {
    for isa in Isa::available() {
        for n in 1..80 {
            for at in [0, n / 2, n - 1] {
                let mut x = drive::numbers(n * 3, 1);
                x[at * 3 + 1] = f64::NAN;
                for kind in [Kind::Max, Kind::Min] {
                    let kernel = Reduce::on(isa, kind, DType::F32, &[n, 3], &[0]);
                    let out = drive::read(DType::F32, &drive::outputs(&kernel, &[&drive::floats(DType::F32, &x)], &[12], 1)[0]);
                    assert!(!out[0].is_nan() && out[1].is_nan() && !out[2].is_nan());
                    let kernel = Reduce::on(isa, kind, DType::F32, &[n * 3], &[0]);
                    let out = drive::read(DType::F32, &drive::outputs(&kernel, &[&drive::floats(DType::F32, &x)], &[4], 1)[0]);
                    assert!(out[0].is_nan());
                }
            }
        }
    }
}

#[test]
fn finds_the_first_extreme() {
    for dtype in [DType::F32, DType::F64, DType::I32, DType::I64, DType::U8] {
        for (shape, axis) in [([1, 1, 1], 1), ([3, 7, 5], 1), ([3, 7, 100], 1), ([50, 10, 1], 1), ([4, 5, 300], 2)] {
            let n = shape.iter().product();
            let x: Vec<f64> = drive::numbers(n, 2).iter().map(|x| (x * 3.0).abs().floor()).collect();
            let groups = groups(&shape, &[axis]);
            for extreme in [Extreme::Max, Extreme::Min] {
                let kernel = Arg::new(extreme, dtype, &shape, axis);
                let out = drive::outputs(&kernel, &[&bytes(dtype, &x)], &[groups.len() * 8], 2).remove(0);
                for (got, group) in out.as_chunks().0.iter().zip(&groups) {
                    let values: Vec<f64> = group.iter().map(|i| x[*i] * if extreme == Extreme::Max { 1.0 } else { -1.0 }).collect();
                    let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let wanted = values.iter().position(|x| *x == best).unwrap();
                    assert_eq!(i64::from_ne_bytes(*got), wanted as i64, "{dtype} {shape:?} {extreme:?}");
                }
            }
        }
    }
    let kernel = Arg::new(Extreme::Max, DType::F32, &[4], 0);
    let out = drive::outputs(&kernel, &[&drive::floats(DType::F32, &[1.0, f64::NAN, 5.0, f64::NAN])], &[8], 1).remove(0);
    assert_eq!(out, 1i64.to_ne_bytes());
}

#[test]
fn runs_along() {
    for isa in Isa::available() {
        for dtype in [DType::F32, DType::F64, DType::I32, DType::I64] {
            for shape in [[3, 5, 1], [2, 4, 37], [1, 0, 3], [2, 9, 600]] {
                let n: usize = shape.iter().product();
                let x: Vec<f64> = drive::numbers(n, 4).iter().map(|x| (x * 3.0).round()).collect();
                for (fold, reverse, exclusive) in
                    [(Fold::Sum, false, false), (Fold::Sum, true, true), (Fold::Prod, true, false), (Fold::Prod, false, true)]
                {
                    let kernel = Cumulative::on(isa, fold, dtype, &shape, 1, reverse, exclusive);
                    let out = read(dtype, &drive::outputs(&kernel, &[&bytes(dtype, &x)], &[n * dtype.size()], 2)[0]);
                    for group in groups(&shape, &[1]) {
                        let mut order = group.clone();
                        if reverse {
                            order.reverse();
                        }
                        let mut sum = if fold == Fold::Sum { 0.0 } else { 1.0 };
                        for i in order {
                            let next = if fold == Fold::Sum { sum + x[i] } else { sum * x[i] };
                            assert_eq!(out[i], if exclusive { sum } else { next });
                            sum = next;
                        }
                    }
                }
            }
        }
    }
}
