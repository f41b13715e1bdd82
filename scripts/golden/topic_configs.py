"""Configs: every layer of keras.layers with its defaults and with odd settings, as get_config and as the only layer of a model;
five models as YAML."""
import json
import warnings

import keras
from keras import layers
from record import fresh
from topic_models import MODELS, SEQUENCES, built

# Layers that stand alone on an input of that shape: the arguments, by turns.
EVERY = [
    ('Dense', (3,), ['4', '2, activation="relu", use_bias=False, kernel_initializer="he_normal", kernel_regularizer=regularizers.l1_l2(0.1, 0.2), '
                     'activity_regularizer="l1", kernel_constraint=constraints.MinMaxNorm(0.1, 2., axis=[0]), name="d", trainable=False']),
    ('Activation', (3,), ['"tanh"', '"hard_sigmoid", name="bend"']),
    ('Dropout', (3, 2), ['0.5', '0.25, noise_shape=(None, 1, 2), seed=7']),
    ('Flatten', (3, 2), ['', 'data_format="channels_first"']),
    ('Reshape', (6,), ['(2, 3)', '(-1, 2)', '[3, 2]']),
    ('Permute', (2, 3), ['(2, 1)']), ('RepeatVector', (3,), ['4']),
    ('ActivityRegularization', (3,), ['', 'l1=0.1, l2=1e-5']), ('Masking', (3, 2), ['', 'mask_value=-1']),
    ('SpatialDropout1D', (3, 2), ['0.5']), ('SpatialDropout2D', (3, 3, 2), ['0.5', '0.1, data_format="channels_first"']),
    ('SpatialDropout3D', (2, 3, 3, 2), ['0.5']),
    ('Conv1D', (6, 2), ['3, 2', '3, (2,), strides=[2], padding="same", activation="elu"', '2, 3, padding="causal", dilation_rate=2',
                        '2, 2, data_format="channels_first"']),
    ('Conv2D', (6, 6, 2), ['3, 2', '3, (2, 3), strides=(2, 1), padding="same", data_format="channels_first", use_bias=False',
                           '1, 3, dilation_rate=2, bias_initializer=initializers.Constant(0.5), bias_constraint="non_neg"']),
    ('Conv3D', (4, 4, 4, 1), ['2, 2', '2, (1, 2, 3), strides=(1, 2, 1), padding="same", kernel_regularizer="l2"']),
    ('SeparableConv1D', (6, 2), ['3, 2', '3, 2, depth_multiplier=2, depthwise_regularizer="l1", pointwise_constraint="unit_norm"']),
    ('SeparableConv2D', (6, 6, 2), ['3, 2', '3, 2, depth_multiplier=2, pointwise_initializer="zeros", depthwise_constraint=constraints.MaxNorm(3)']),
    ('DepthwiseConv2D', (6, 6, 2), ['2', '(2, 3), strides=2, padding="same", depth_multiplier=3, depthwise_initializer="lecun_normal", dilation_rate=1']),
    ('Conv2DTranspose', (4, 4, 2), ['3, 2', '3, 3, strides=(2, 2), padding="same", output_padding=1', '1, 2, dilation_rate=(2, 2)']),
    ('Conv3DTranspose', (3, 3, 3, 1), ['2, 2', '2, 3, strides=2, output_padding=(1, 0, 1)']),
    ('Cropping1D', (6, 2), ['', '2', '(0, 3)']), ('Cropping2D', (6, 6, 2), ['', '1', '(1, 2)', '((1, 2), (0, 1)), data_format="channels_last"']),
    ('Cropping3D', (6, 6, 6, 1), ['', '1', '((1, 2), (0, 1), (2, 2))']),
    ('UpSampling1D', (3, 2), ['', '3']), ('UpSampling2D', (3, 3, 2), ['', '3', '(2, 1), interpolation="bilinear"', 'data_format="channels_first"']),
    ('UpSampling3D', (2, 2, 2, 1), ['', '(1, 2, 3)']),
    ('ZeroPadding1D', (3, 2), ['', '2', '(0, 3)']), ('ZeroPadding2D', (3, 3, 2), ['', '2', '(1, 2)', '((1, 2), (0, 1))']),
    ('ZeroPadding3D', (2, 2, 2, 1), ['', '2', '((1, 2), (0, 1), (2, 2))']),
    ('MaxPooling1D', (6, 2), ['', '3, strides=1, padding="same"', 'data_format="channels_first"']), ('AveragePooling1D', (6, 2), ['', '(2,), strides=(1,)']),
    ('MaxPooling2D', (6, 6, 2), ['', '(3, 2), strides=1, padding="same"', '2, data_format="channels_first"']),
    ('AveragePooling2D', (6, 6, 2), ['', '3, strides=[2, 1]']), ('MaxPooling3D', (4, 4, 4, 1), ['', '(1, 2, 2), padding="same"']),
    ('AveragePooling3D', (4, 4, 4, 1), ['']), ('GlobalMaxPooling1D', (3, 2), ['']), ('GlobalAveragePooling1D', (3, 2), ['', 'data_format="channels_first"']),
    ('GlobalMaxPooling2D', (3, 3, 2), ['', 'data_format="channels_first"']), ('GlobalAveragePooling2D', (3, 3, 2), ['']),
    ('GlobalMaxPooling3D', (2, 2, 2, 1), ['']), ('GlobalAveragePooling3D', (2, 2, 2, 1), ['']),
    ('LocallyConnected1D', (5, 2), ['3, 2', '3, 2, strides=2, activation="relu", use_bias=False']),
    ('LocallyConnected2D', (5, 5, 5), ['3, 2', '3, (2, 3), strides=(1, 2), data_format="channels_first", kernel_regularizer="l2"']),
    ('SimpleRNN', (3, 2), ['4', '4, activation="relu", use_bias=False, dropout=0.1, recurrent_dropout=0.2, return_sequences=True, go_backwards=True, unroll=True']),
    ('GRU', (3, 2), ['4', '4, recurrent_activation="hard_sigmoid", implementation=1, reset_after=True, recurrent_initializer="glorot_uniform"']),
    ('LSTM', (3, 2), ['4', '4, unit_forget_bias=False, recurrent_regularizer="l2", bias_constraint="non_neg", activity_regularizer=regularizers.l2(0.5)']),
    ('CuDNNGRU', None, ['4', '4, return_sequences=True, stateful=True']), ('CuDNNLSTM', None, ['4', '4, unit_forget_bias=False, go_backwards=True']),
    ('SimpleRNNCell', None, ['4', '4, dropout=0.5']), ('GRUCell', None, ['4', '4, reset_after=True, kernel_constraint="unit_norm"']),
    ('LSTMCell', None, ['4', '4, implementation=1, unit_forget_bias=False']), ('StackedRNNCells', None, ['[LSTMCell(2), GRUCell(3)]']),
    ('RNN', (3, 2), ['LSTMCell(2)', '[GRUCell(2), SimpleRNNCell(1)], return_sequences=True']),
    ('ConvLSTM2D', (2, 4, 4, 1), ['2, 2', '2, (2, 3), strides=(2, 1), padding="same", recurrent_activation="sigmoid", return_sequences=True, '
                                  'recurrent_dropout=0.3, bias_regularizer="l1"']),
    ('ConvLSTM2DCell', None, ['2, 2', '2, 3, padding="same", dilation_rate=2']),
    ('Embedding', (3,), ['5, 2', '5, 2, mask_zero=True, embeddings_initializer="normal", embeddings_regularizer="l2"', '5, 2, input_length=3']),
    ('Add', None, ['']), ('Subtract', None, ['']), ('Multiply', None, ['']), ('Average', None, ['']), ('Maximum', None, ['']), ('Minimum', None, ['']),
    ('Concatenate', None, ['', 'axis=1']), ('Dot', None, ['1', '(1, 2), normalize=True']),
    ('LeakyReLU', (3,), ['', '0.1', 'alpha=0']), ('ELU', (3,), ['', '0.5']), ('ThresholdedReLU', (3,), ['', '0.5']),
    ('PReLU', (3, 3, 2), ['', 'alpha_initializer="ones", shared_axes=[1, 2]', 'shared_axes=1, alpha_constraint="non_neg", alpha_regularizer="l1"']),
    ('Softmax', (3,), ['', 'axis=1']), ('ReLU', (3,), ['', 'max_value=6', 'max_value=2.5, negative_slope=0.1, threshold=0.3']),
    ('BatchNormalization', (3, 2), ['', 'axis=1, momentum=0.9, epsilon=1e-5, center=False, gamma_regularizer="l2", moving_variance_initializer="zeros", '
                                    'gamma_constraint="unit_norm"']),
    ('GaussianNoise', (3,), ['0.1']), ('GaussianDropout', (3,), ['0.1']), ('AlphaDropout', (3,), ['0.1', '0.1, noise_shape=(2, 1), seed=1']),
    ('TimeDistributed', (3, 2), ['Dense(2)', 'Dense(2, activation="relu", name="inner"), name="outer"', 'Sequential([Dense(2, input_shape=(2,))])']),
    ('Bidirectional', (3, 2), ['LSTM(2)', 'GRU(2, return_sequences=True, go_backwards=True), merge_mode="ave"', 'SimpleRNN(2, name="r"), merge_mode="mul"']),
    ('InputLayer', None, ['input_shape=(3,)', 'batch_input_shape=(2, None, 3), dtype="int32", name="x"', 'input_shape=(4,), sparse=True']),
]
YAML = ['sequential inside sequential', 'shared vision', 'two outputs of unequal width', 'residual with normalization', 'bidirectional, stacked']


def cases(random):
    warnings.simplefilter('ignore')
    result = []
    seen = set()
    for name, shape, turns in EVERY:
        seen.add(name)
        for arguments in turns:
            fresh()
            python = '%s(%s)' % (name, arguments)
            found = {'id': python, 'kind': 'layer', 'python': python, 'class_name': name}
            if not shape:
                found['config_text'] = json.dumps(built('model = ' + python).get_config(), default=scalar)
            if shape:
                fresh()
                given = python[:-1] + (', ' if arguments else '') + 'input_shape=%s)' % (shape,)
                found.update(python=given, to_json=built('model = Sequential([%s])' % given).to_json())
                fresh()
                assert keras.models.model_from_json(found['to_json']).to_json() == found['to_json'], given
            result.append(found)
    aliases = {n for n in dir(layers) if isinstance(getattr(layers, n), type) and n == getattr(layers, n).__name__}
    legacy = {'Recurrent', 'Highway', 'MaxoutDense', 'ConvRecurrent2D'}
    assert not aliases - seen - legacy - {'Layer', 'Lambda', 'InputSpec', 'Sequential', 'Model'}, aliases - seen
    for name in YAML:
        fresh()
        source = dict(MODELS, **SEQUENCES)[name][0].strip().replace('{act}', 'tanh').replace('{n}', '3')
        model = built(source)
        text = model.to_yaml()
        fresh()
        assert keras.models.model_from_yaml(text).to_json() == model.to_json()
        result.append({'id': 'yaml ' + name, 'kind': 'model', 'python': source, 'to_json': model.to_json(), 'to_yaml': text})
    return result


def scalar(value):
    """0-d arrays and numpy numbers, as Keras's own to_json writes them."""
    return value.item()
