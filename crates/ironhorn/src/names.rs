//! The names Keras gives by itself: files depend on them to the letter (`conv_lst_m2d_1`).
use std::{cell::RefCell, collections::HashMap};

thread_local! {
    static COUNTS: RefCell<HashMap<String, usize>> = RefCell::default();
}

/// Keras's snake case of a class name: an underscore before a capital that lower-case letters or digits follow, then between
/// a lower-case and an upper-case letter; a name that starts with an underscore gets `private` in front.
pub fn snake_case(class: &str) -> String {
    let chars: Vec<char> = class.chars().collect();
    let tail = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let mut words: Vec<char> = Vec::with_capacity(chars.len() + 4);
    let mut i = 0;
    while i < chars.len() {
        words.push(chars[i]);
        i += 1;
        if chars.get(i).is_some_and(char::is_ascii_uppercase) && chars.get(i + 1).is_some_and(tail) {
            let end = i + 1 + chars[i + 1..].iter().take_while(|c| tail(c)).count();
            words.push('_');
            words.extend(&chars[i..end]);
            i = end;
        }
    }
    let mut name = String::new();
    for (i, c) in words.iter().enumerate() {
        if i > 0 && words[i - 1].is_ascii_lowercase() && c.is_ascii_uppercase() {
            name.push('_');
        }
        name.extend(c.to_lowercase());
    }
    if name.starts_with('_') { format!("private{name}") } else { name }
}

/// The next number of `prefix`, from 1: Keras's `K.get_uid`.
pub fn uid(prefix: &str) -> usize {
    COUNTS.with_borrow_mut(|counts| {
        let count = counts.entry(prefix.to_owned()).or_default();
        *count += 1;
        *count
    })
}

/// The next name with that prefix: `dense_1`, `dense_2`.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}_{}", uid(prefix))
}

/// The next name for a layer of that class.
pub fn layer_name(class: &str) -> String {
    unique(&match class {
        "InputLayer" => "input".to_owned(),
        _ => snake_case(class),
    })
}

/// The next name for a model of that class: lower case only, `sequential_1`.
pub fn model_name(class: &str) -> String {
    unique(&class.to_lowercase())
}

/// Starts all counts again.
pub fn reset_uids() {
    COUNTS.with_borrow_mut(HashMap::clear);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_is_keras_s() {
        let table = [
            ("ConvLSTM2D", "conv_lst_m2d"),
            ("ConvLSTM2DCell", "conv_lst_m2d_cell"),
            ("CuDNNLSTM", "cu_dnnlstm"),
            ("CuDNNGRU", "cu_dnngru"),
            ("PReLU", "p_re_lu"),
            ("LeakyReLU", "leaky_re_lu"),
            ("ThresholdedReLU", "thresholded_re_lu"),
            ("ReLU", "re_lu"),
            ("ELU", "elu"),
            ("SimpleRNN", "simple_rnn"),
            ("LSTMCell", "lstm_cell"),
            ("StackedRNNCells", "stacked_rnn_cells"),
            ("Conv2DTranspose", "conv2d_transpose"),
            ("UpSampling2D", "up_sampling2d"),
            ("LocallyConnected1D", "locally_connected1d"),
            ("MaxPooling1D", "max_pooling1d"),
            ("SeparableConv2D", "separable_conv2d"),
            ("GlobalAveragePooling2D", "global_average_pooling2d"),
            ("AUC", "auc"),
            ("KLDivergence", "kl_divergence"),
            ("LogCoshError", "log_cosh_error"),
            ("Dense", "dense"),
            ("_Mine", "private__mine"),
            ("", ""),
        ];
        for (class, name) in table {
            assert_eq!(snake_case(class), name, "{class}");
        }
    }

    #[test]
    fn counts_per_prefix_until_reset() {
        reset_uids();
        assert_eq!(layer_name("Dense"), "dense_1");
        assert_eq!(layer_name("Dense"), "dense_2");
        assert_eq!(layer_name("InputLayer"), "input_1");
        assert_eq!(model_name("Sequential"), "sequential_1");
        reset_uids();
        assert_eq!(layer_name("Dense"), "dense_1");
    }
}
