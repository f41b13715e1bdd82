//! Single layers, for what Keras's answers do not show.
use crate::layer::LayerRef;
use crate::layers::{Dropout, Lambda};
use crate::model::eval;
use crate::{Array, DType};

#[test]
fn dropout_drops_in_training_alone_and_scales_the_rest() {
    use crate::layer::Apply;
    let x = crate::layer::input([1000]).unwrap();
    let y = Dropout::new(0.25).apply(&x).unwrap();
    let ones = Array::full(DType::F32, [4, 1000], 1.0);
    let run = |training| eval(std::slice::from_ref(&y), &[(x.clone(), ones.clone())], training).unwrap()[0].to_f64();
    assert!(run(false).iter().all(|v| *v == 1.0));
    let dropped = run(true);
    let zeros = dropped.iter().filter(|v| **v == 0.0).count();
    assert!((850..1150).contains(&zeros), "{zeros}");
    assert!(dropped.iter().all(|v| *v == 0.0 || (*v - 4.0 / 3.0).abs() < 1e-6));
    let whole = Dropout::new(0.5).noise_shape(vec![None, Some(1)]).apply(&x).unwrap();
    let rows = eval(&[whole], &[(x, ones)], true).unwrap()[0].to_f64();
    assert!(rows.chunks(1000).all(|row| row.iter().all(|v| *v == row[0])));
}

#[test]
fn a_lambda_is_a_layer_without_a_config() {
    use crate::layer::Apply;
    let x = crate::layer::input([2]).unwrap();
    let lambda = LayerRef::from(Lambda::new(|x| Ok(x * 2.0)));
    let y = lambda.apply(&x).unwrap();
    let found = eval(&[y], &[(x.clone(), Array::full(DType::F32, [1, 2], 3.0))], false).unwrap();
    assert_eq!(found[0].to_f64(), [6.0, 6.0]);
    assert_eq!(lambda.config().unwrap_err().code(), "lambda_config");
    assert_eq!(Lambda::new(|_| Err(crate::Error::value("mine", "no"))).apply(&x).unwrap_err().code(), "mine");
}
