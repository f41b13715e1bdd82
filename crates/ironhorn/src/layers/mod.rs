//! Layers: the config and the computation of each, one file each.
use crate::layer::Core;
#[cfg(test)]
use crate::layer::{Layer, Sample};

/// Declares the list of layers, and what the tests try each with.
macro_rules! layers {
    ($($file:ident: $($layer:ident),+;)*) => {
        crate::list! {
            /// Keras's layers.
            pub static LAYERS: Core;
            $($file: $($layer),+;)*
        }
        /// For each layer its name and how to sample it.
        #[cfg(test)]
        pub(crate) const SAMPLES: &[(&str, fn() -> Vec<Sample>)] = &[$($((stringify!($layer), $layer::samples)),+),*];
    };
}

layers! {
    activation: Activation;
    activity_regularization: ActivityRegularization;
    add: Add;
    alpha_dropout: AlphaDropout;
    average: Average;
    batch_normalization: BatchNormalization;
    bidirectional: Bidirectional;
    concatenate: Concatenate;
    dense: Dense;
    dot: Dot;
    dropout: Dropout;
    elu: ELU;
    embedding: Embedding;
    flatten: Flatten;
    gaussian_dropout: GaussianDropout;
    gaussian_noise: GaussianNoise;
    gru: GRU, GRUCell;
    input_layer: InputLayer;
    lambda: Lambda;
    leaky_re_lu: LeakyReLU;
    lstm: LSTM, LSTMCell;
    masking: Masking;
    maximum: Maximum;
    minimum: Minimum;
    multiply: Multiply;
    p_re_lu: PReLU;
    permute: Permute;
    re_lu: ReLU;
    repeat_vector: RepeatVector;
    reshape: Reshape;
    rnn: RNN;
    simple_rnn: SimpleRNN, SimpleRNNCell;
    softmax: Softmax;
    spatial_dropout: SpatialDropout1D, SpatialDropout2D, SpatialDropout3D;
    stacked_rnn_cells: StackedRNNCells;
    subtract: Subtract;
    thresholded_re_lu: ThresholdedReLU;
    time_distributed: TimeDistributed;
}

mod cells;
mod gates;
mod merging;
mod recurrent;
pub use add::add;
pub use average::average;
pub use bidirectional::MergeMode;
pub use concatenate::concatenate;
pub use dot::dot;
pub use lambda::LambdaFunction;
pub use maximum::maximum;
pub use merging::Merge;
pub use minimum::minimum;
pub use multiply::multiply;
pub use p_re_lu::Axes;
pub(crate) use recurrent::{chosen, steps_mask, swapped};
pub use rnn::{AnyCell, Constants};
pub use subtract::subtract;

#[cfg(test)]
mod tests;
