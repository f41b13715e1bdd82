//! Conversions of weights whose layers may not exist yet: what moves where, on small numbers.
use super::super::convert_rnn::{cudnn, joined};
use crate::Array;
use crate::config::{Map, Setting};

fn count(shape: [usize; 2], from: usize) -> Array {
    let data: Vec<f32> = (from..from + shape[0] * shape[1]).map(|x| x as f32).collect();
    Array::from_slice(shape, &data).unwrap()
}

fn flat(n: usize, from: usize) -> Array {
    count([1, n], from).reshape([n]).unwrap()
}

#[test]
fn gates_of_keras_1_are_joined_in_the_order_of_today() {
    let gate = |i: usize| [Array::full(crate::DType::F32, [2, 1], i as f64), count([1, 1], i), flat(1, i)];
    let all: Vec<Array> = (0..4).flat_map(gate).collect();
    let arrays = joined("LSTM", all.clone()).unwrap();
    assert_eq!(arrays[0].to_f64(), [0.0, 2.0, 1.0, 3.0, 0.0, 2.0, 1.0, 3.0], "i, c, f, o become i, f, c, o");
    assert_eq!(arrays[2].to_f64(), [0.0, 2.0, 1.0, 3.0]);
    assert_eq!(joined("GRU", all[..9].to_vec()).unwrap()[1].to_f64(), [0.0, 1.0, 2.0]);
    assert_eq!(joined("LSTM", all[..3].to_vec()).unwrap().len(), 3, "what is joined stays");
}

#[test]
fn cudnn_s_layout_is_turned_there_and_back() {
    let none = Map::new();
    // NumPy: k.T.reshape(k.shape, order='F') of each gate's (3, 2) kernel of 0..24.
    let arrays = vec![count([3, 8], 0), count([2, 8], 0), flat(16, 0)];
    let plain = cudnn("LSTM", &none, arrays).unwrap();
    assert_eq!(plain[0].to_f64()[..8], [0.0, 9.0, 2.0, 11.0, 4.0, 13.0, 6.0, 15.0]);
    assert_eq!(plain[1].to_f64()[..4], [0.0, 8.0, 2.0, 10.0]);
    assert_eq!(plain[2].to_f64()[..3], [8.0, 10.0, 12.0]);
    assert_eq!(plain[2].shape(), [8]);
    let back = cudnn("CuDNNLSTM", &none, plain.clone()).unwrap();
    assert_eq!((back[0].clone(), back[1].clone()), (count([3, 8], 0), count([2, 8], 0)));
    assert_eq!(back[2].to_f64()[..2], [4.0, 5.0], "half of the bias in each half");
    assert_eq!(cudnn("LSTM", &none, plain.clone()).unwrap(), plain);
}

#[test]
fn gru_s_forms_are_told_by_the_bias() {
    let after = Map::from([("reset_after", Setting::Bool(true))]);
    let arrays = |bias| vec![count([3, 6], 0), count([2, 6], 0), bias];
    assert_eq!(cudnn("GRU", &after, arrays(flat(12, 0))).unwrap()[2].shape(), [2, 6]);
    assert_eq!(cudnn("CuDNNGRU", &Map::new(), arrays(count([2, 6], 0))).unwrap()[2].shape(), [12]);
    let error = cudnn("GRU", &after, arrays(flat(6, 0))).unwrap_err();
    assert_eq!(error.message(), "GRU(reset_after=False) is not compatible with GRU(reset_after=True)");
    assert_eq!(cudnn("GRU", &Map::new(), arrays(flat(5, 0))).unwrap_err().code(), "bias_shape");
}
