"""Files of other Kerases (1.2.2, 2.2.4, tf-keras 2.15), written by whichever is installed here; each with a JSON beside it."""
import os
import sys
import time
import warnings

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import numpy as np  # noqa: E402

from stored_file import FOLDER, record, still  # noqa: E402

try:
    import tf_keras as keras
    GIVEN = 'from tf_keras import optimizers\nfrom tf_keras.layers import *\nfrom tf_keras.models import *\n'
    NAME = 'tf_keras'
except ImportError:
    import keras
    GIVEN = 'from keras import optimizers\nfrom keras.layers import *\nfrom keras.models import *\n'
    NAME = 'keras' + ''.join(keras.__version__.split('.'))
warnings.simplefilter('ignore')

# name: (source here, the same in Keras 2.3.1 where it differs, input shapes, width of the output)
OLD = {
    'convolution_1d': ("""
model = Sequential([Convolution1D(2, 3, border_mode='same', input_shape=(5, 2)), MaxPooling1D(), Flatten(), Dense(1)])
model.compile('sgd', 'mse')""", """
model = Sequential([Conv1D(2, 3, padding='same', input_shape=(5, 2)), MaxPooling1D(), Flatten(), Dense(1)])""", [(5, 2)], 1),
    'convolution_2d': ("""
model = Sequential([Convolution2D(3, 2, 2, dim_ordering='tf', input_shape=(4, 4, 2)), BatchNormalization(axis=-1), Flatten(), Dense(1)])
model.compile('sgd', 'mse')""", """
model = Sequential([Conv2D(3, 2, data_format='channels_last', input_shape=(4, 4, 2)), BatchNormalization(axis=-1), Flatten(), Dense(1)])""",
                       [(4, 4, 2)], 1),
    'lstm': ("""
model = Sequential([LSTM(3, input_shape=(4, 2), return_sequences=True), LSTM(2), Dense(1)])
model.compile('rmsprop', 'mse')""", """
model = Sequential([LSTM(3, input_shape=(4, 2), return_sequences=True, recurrent_activation='hard_sigmoid'),
                    LSTM(2, recurrent_activation='hard_sigmoid'), Dense(1)])""", [(4, 2)], 1),
    'gru': ("""
model = Sequential([GRU(3, input_shape=(4, 2)), Dense(1)])
model.compile('sgd', 'mse')""", """
model = Sequential([GRU(3, input_shape=(4, 2), recurrent_activation='hard_sigmoid'), Dense(1)])""", [(4, 2)], 1),
    'simple_rnn_masked': ("""
model = Sequential([Embedding(5, 2, mask_zero=True, input_length=4), SimpleRNN(2), Dense(1)])
model.compile('sgd', 'mse')""", None, [(4,)], 1),
    'time_distributed': ("""
model = Sequential([TimeDistributed(Dense(2), input_shape=(3, 2)), Bidirectional(LSTM(2)), Dense(1)])
model.compile('sgd', 'mse')""", """
model = Sequential([TimeDistributed(Dense(2), input_shape=(3, 2)), Bidirectional(LSTM(2, recurrent_activation='hard_sigmoid')), Dense(1)])""", [(3, 2)], 1),
    'functional_nested': ("""
tower = Sequential([Dense(3, input_dim=3, activation='tanh'), Dense(2)], name='tower')
a, b = Input(shape=(3,), name='a'), Input(shape=(3,), name='b')
model = Model(input=[a, b], output=Dense(1, name='out')(merge([tower(a), tower(b)], mode='concat')))
model.compile('sgd', 'mse')""", """
tower = Sequential([Dense(3, input_dim=3, activation='tanh'), Dense(2)], name='tower')
a, b = Input(shape=(3,), name='a'), Input(shape=(3,), name='b')
model = Model([a, b], Dense(1, name='out')(concatenate([tower(a), tower(b)])))""", [(3,), (3,)], 1),
}
NEW = {
    'dense_adam': ("""
model = Sequential([Dense(4, input_shape=(3,), activation='relu', kernel_regularizer='l2'), Dropout(0.), Dense(2, use_bias=False)])
model.compile(optimizers.Adam(0.01), 'mse', metrics=['mae'])""", None, [(3,)], 2),
    'recurrent': ("""
model = Sequential([Bidirectional(LSTM(2, return_sequences=True), input_shape=(3, 2)), GRU(2, reset_after=True), Dense(1)])
model.compile('rmsprop', 'mse')""", """
model = Sequential([Bidirectional(LSTM(2, return_sequences=True, recurrent_activation='{gate}'), input_shape=(3, 2)),
                    GRU(2, reset_after=True, recurrent_activation='{gate}'), Dense(1)])""", [(3, 2)], 1),
    'functional_nested': ("""
tower = Sequential([Dense(3, input_shape=(3,), activation='tanh'), Dense(2)], name='tower')
a, b = Input(shape=(3,), name='a'), Input(shape=(3,), name='b')
x = concatenate([tower(a), tower(b)])
model = Model([a, b], Dense(1, name='out')(x))
model.compile(optimizers.SGD(0.1, momentum=0.9), {'out': 'mse'})""", """
tower = Sequential([Dense(3, input_shape=(3,), activation='tanh'), Dense(2)], name='tower')
a, b = Input(shape=(3,), name='a'), Input(shape=(3,), name='b')
model = Model([a, b], Dense(1, name='out')(concatenate([tower(a), tower(b)])))""", [(3,), (3,)], 1),
    'weights': ("""
model = Sequential([Dense(3, input_shape=(3,)), Dense(2)])""", None, [(3,)], 2),
}


def main():
    random = np.random.RandomState(20191007)
    version = keras.__version__
    files = OLD if version.startswith('1.') else NEW
    gate = 'hard_sigmoid' if version.startswith('2.2.') else 'sigmoid'
    if not os.path.isdir(FOLDER):
        os.makedirs(FOLDER)

    def drawn(shape, digits=2):
        return np.round(random.standard_normal(shape), digits).astype('float32')

    for name, (source, same, inputs, width) in files.items():
        keras.backend.clear_session()
        names = {}
        exec(GIVEN + source, names)
        model = names['model']
        def weights():
            return [abs(drawn(w.shape)) / 2 + np.float32(0.25) if 'BatchNorm' in source else drawn(w.shape) / 2 for w in model.get_weights()]

        model.set_weights(weights())

        def batch():
            return [random.randint(0, 5, (3,) + s).astype('float32') if 'Embedding' in source else drawn((3,) + s) for s in inputs]

        weights_only = name == 'weights'
        for _ in range(0 if weights_only else 3):
            x = batch()
            model.train_on_batch(x if len(x) > 1 else x[0], drawn((3, width)))
        if not weights_only:  # training leaves the order of reads and writes open here, so that other numbers stand for what it gives
            slots = getattr(model.optimizer, 'variables', None) or model.optimizer.weights
            values = [keras.backend.get_value(v) for v in (slots() if callable(slots) else slots)]
            for variable, value in zip(slots() if callable(slots) else slots, values):
                if value.dtype == np.float32 and value.ndim:
                    keras.backend.set_value(variable, abs(drawn(value.shape)))
            model.set_weights(weights())
        path = os.path.join(FOLDER, '%s_%s.h5' % (NAME, name))
        start = time.time()
        if weights_only:
            model.save_weights(path)
        else:
            model.save(path)
        still(path, start, time.time())
        x = batch()
        predictions = [np.asarray(model.predict_on_batch(x if len(x) > 1 else x[0]))]
        python = (same or source.split('model.compile')[0]).replace('{gate}', gate)
        record('%s_%s' % (NAME, name), 'A file of %s %s; python is the same model in Keras 2.3.1, which loads the weights and predicts this.'
               % ('tf-keras' if NAME == 'tf_keras' else 'Keras', version), version, python,
               {'python_then': source.strip(), 'inputs': x, 'predictions': predictions, 'resumed': None})


main()
sys.exit(0)
