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
    conv: Conv1D, Conv2D;
    conv2d_transpose: Conv2DTranspose;
    conv_lstm2d: ConvLSTM2D, ConvLSTM2DCell;
    cropping: Cropping1D, Cropping2D, Cropping3D;
    dense: Dense;
    depthwise_conv2d: DepthwiseConv2D;
    dot: Dot;
    dropout: Dropout;
    elu: ELU;
    embedding: Embedding;
    flatten: Flatten;
    gaussian_dropout: GaussianDropout;
    gaussian_noise: GaussianNoise;
    global_pooling: GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D, GlobalMaxPooling1D, GlobalMaxPooling2D,
        GlobalMaxPooling3D;
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
    pooling: AveragePooling1D, AveragePooling2D, MaxPooling1D, MaxPooling2D;
    re_lu: ReLU;
    repeat_vector: RepeatVector;
    reshape: Reshape;
    rnn: RNN;
    separable_conv: SeparableConv1D, SeparableConv2D;
    simple_rnn: SimpleRNN, SimpleRNNCell;
    softmax: Softmax;
    spatial_dropout: SpatialDropout1D, SpatialDropout2D, SpatialDropout3D;
    stacked_rnn_cells: StackedRNNCells;
    subtract: Subtract;
    thresholded_re_lu: ThresholdedReLU;
    time_distributed: TimeDistributed;
    up_sampling: UpSampling1D, UpSampling2D, UpSampling3D;
    zero_padding: ZeroPadding1D, ZeroPadding2D, ZeroPadding3D;
}

mod cells;
mod convolving;
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
pub use up_sampling::Interpolation;

#[cfg(test)]
mod tests;
