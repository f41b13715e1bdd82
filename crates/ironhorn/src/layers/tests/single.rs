//! Single layers, for what Keras's answers do not show.
use crate::layer::{Apply, InputOptions, LayerRef, input, input_with, mask_of};
use crate::layers::*;
use crate::model::eval;
use crate::{Array, DType};

#[test]
fn dropout_drops_in_training_alone_and_scales_the_rest() {
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
    let x = crate::layer::input([2]).unwrap();
    let lambda = LayerRef::from(Lambda::new(|x| Ok(x * 2.0)));
    let y = lambda.apply(&x).unwrap();
    let found = eval(&[y], &[(x.clone(), Array::full(DType::F32, [1, 2], 3.0))], false).unwrap();
    assert_eq!(found[0].to_f64(), [6.0, 6.0]);
    assert_eq!(lambda.config().unwrap_err().code(), "lambda_config");
    assert_eq!(Lambda::new(|_| Err(crate::Error::value("mine", "no"))).apply(&x).unwrap_err().code(), "mine");
}

#[test]
fn a_number_out_of_range_is_an_error_of_embedding() {
    let x = input_with(vec![None, Some(2)], InputOptions { dtype: Some(DType::I32), ..InputOptions::default() }).unwrap();
    let y = Embedding::new(3, 2).apply(&x).unwrap();
    let run = |last: f64| eval(std::slice::from_ref(&y), &[(x.clone(), Array::from_f64(DType::I32, [1, 2], &[0.0, last]).unwrap())], false);
    assert!(run(2.0).is_ok());
    assert_eq!(run(3.0).unwrap_err().code(), "index_range");
    assert_eq!(run(-1.0).unwrap_err().code(), "index_range");
}

#[test]
fn normalization_updates_its_averages_in_training_of_a_trainable_layer_alone() {
    let x = input([2]).unwrap();
    let data = Array::from_f64(DType::F32, [2, 2], &[1.0, 2.0, 3.0, 6.0]).unwrap();
    let mean = |trainable: bool, training: bool| {
        let layer = LayerRef::from(BatchNormalization::new().momentum(0.5)).with_trainable(trainable);
        let y = layer.apply(&x).unwrap();
        eval(&[y], &[(x.clone(), data.clone())], training).unwrap();
        layer.get_weights()[2].to_f64()
    };
    assert_eq!(mean(true, true), [1.0, 2.0]);
    assert_eq!(mean(true, false), [0.0, 0.0]);
    assert_eq!(mean(false, true), [0.0, 0.0]);
}

#[test]
fn a_mask_stops_where_shapes_change() {
    let x = input([3, 2]).unwrap();
    let masked = Masking::new().apply(&x).unwrap();
    let fails = |layer: LayerRef| assert_eq!(layer.apply(&masked).unwrap_err().code(), "mask_unsupported");
    fails(Flatten::new().into());
    fails(Reshape::new([6]).into());
    fails(Permute::new([2, 1]).into());
    let y = TimeDistributed::new(Dense::new(1)).apply(&masked).unwrap();
    assert!(mask_of(&y).is_some() && mask_of(&LSTM::new(1).apply(&y).unwrap()).is_none());
}

#[test]
fn dropout_of_a_recurrent_layer_has_one_mask_a_sequence() {
    // Steps alike: only masks that change from step to step could make the sums of the kernel's products differ.
    let x = input([5, 40]).unwrap();
    let layer = LayerRef::from(SimpleRNN::new(8).dropout(0.5).activation(crate::activations::Linear).return_sequences(true));
    let y = layer.apply(&x).unwrap();
    let weights = layer.weights();
    weights[1].set(&Array::zeros(DType::F32, [8, 8])).unwrap();
    let run =
        |training| eval(std::slice::from_ref(&y), &[(x.clone(), Array::full(DType::F32, [3, 5, 40], 1.0))], training).unwrap()[0].to_f64();
    let trained = run(true);
    for sample in trained.chunks(5 * 8) {
        assert!(sample.chunks(8).all(|step| step.iter().zip(sample).all(|(a, b)| (a - b).abs() < 1e-5)));
    }
    assert!(trained[..8].iter().zip(&trained[40..48]).any(|(a, b)| (a - b).abs() > 1e-3));
    assert!(trained.iter().zip(run(false)).any(|(a, b)| (a - b).abs() > 1e-3));
}

#[test]
fn states_are_set_and_set_back_only_where_there_are_some() {
    let layer = LayerRef::from(LSTM::new(2).stateful(true));
    assert_eq!(layer.reset_states().unwrap_err().code(), "stateful_batch");
    assert_eq!(layer.apply(input([3, 2]).unwrap()).unwrap_err().code(), "stateful_batch");
    let layer = LayerRef::from(LSTM::new(2).stateful(true));
    layer.apply(input_with(vec![Some(2), Some(3), Some(2)], InputOptions::default()).unwrap()).unwrap();
    let values = vec![Array::full(DType::F32, [2, 2], 0.5); 2];
    layer.reset_states_to(&values).unwrap();
    assert_eq!(layer.states()[1].get(), values[1]);
    assert_eq!(layer.reset_states_to(&values[..1]).unwrap_err().code(), "states_count");
    assert_eq!(layer.reset_states_to(&vec![Array::zeros(DType::F32, [2, 3]); 2]).unwrap_err().code(), "states_shape");
    layer.reset_states().unwrap();
    assert_eq!(layer.states()[1].get(), Array::zeros(DType::F32, [2, 2]));
    assert_eq!(LayerRef::from(GRU::new(2)).reset_states().unwrap_err().code(), "not_stateful");
}

#[test]
fn wrong_states_and_constants_are_told() {
    let x = input([3, 2]).unwrap();
    let h = input([2]).unwrap();
    let run = |layer: LayerRef, states: &[&crate::Value], constants: usize| {
        let states: Vec<_> = states.iter().map(|v| (*v).clone()).collect();
        layer.apply_recurrent(&x, &states, &vec![h.clone(); constants]).map(drop).map_err(|e| e.code())
    };
    assert_eq!(run(GRU::new(2).into(), &[&h], 0), Ok(()));
    assert_eq!(run(GRU::new(3).into(), &[&h], 0), Err("states_size"));
    assert_eq!(run(LSTM::new(2).into(), &[&h], 0), Err("states_count"));
    assert_eq!(run(LSTM::new(2).into(), &[], 1), Err("constants"));
    assert_eq!(run(Bidirectional::new(GRU::new(2)).into(), &[&h], 0), Err("states_count"));
    assert_eq!(run(RNN::new(Dense::new(2)).into(), &[], 0), Err("not_a_cell"));
    let open = input([None, Some(2)]).unwrap();
    assert_eq!(GRU::new(2).unroll(true).apply(&open).unwrap_err().code(), "unroll_length");
}

#[test]
fn steps_of_a_fixed_batch_are_taken_one_after_another() {
    let data = Array::from_f64(DType::F32, [2, 2, 1], &[1.0, 5.0, 3.0, 7.0]).unwrap();
    let fixed = |sizes: &[usize]| input_with(sizes.iter().map(|n| Some(*n)).collect(), InputOptions::default()).unwrap();
    let x = fixed(&[2, 2, 1]);
    let layer = LayerRef::from(TimeDistributed::new(BatchNormalization::new().momentum(0.5)));
    let y = layer.apply(&x).unwrap();
    let normed = eval(&[y], &[(x, data)], true).unwrap()[0].to_f64();
    // Each step is a batch of two samples: -1 and 1, and the moving mean takes 2, then 6.
    assert!(normed.iter().zip([-1.0, -1.0, 1.0, 1.0]).all(|(a, b)| (a - b).abs() < 1e-2), "{normed:?}");
    assert_eq!(layer.get_weights()[2].to_f64(), [3.5]);

    let (loop_x, open_x) = (fixed(&[2, 3, 4, 2]), input([3, 4, 2]).unwrap());
    let inner = LayerRef::from(LSTM::new(2));
    let data = Array::from_f64(DType::F32, [2, 3, 4, 2], &(0..48).map(|i| f64::from(i).sin()).collect::<Vec<_>>()).unwrap();
    let run = |x: crate::Value| {
        let y = TimeDistributed::new(inner.clone()).apply(&x).unwrap();
        eval(&[y], &[(x, data.clone())], false).unwrap()[0].to_f64()
    };
    assert!(run(loop_x).iter().zip(run(open_x)).all(|(a, b)| (a - b).abs() < 1e-6));
}
