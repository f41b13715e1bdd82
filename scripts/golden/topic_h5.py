"""Files: whole models and weights written by Keras 2.3.1, each with a JSON beside it: contents, input, prediction, and how training
goes on from the saved state."""
import os
import time
import warnings

import numpy as np

import keras
from record import fresh, listed, normal, one_hot
from stored_file import FOLDER, record, still
from topic_models import all_layers, built
from training import install

# name: (source, (inputs, outputs), arguments of compile, what is saved)
FILES = {
    'sequential_adam': ("""
model = Sequential([Dense(4, activation='relu', input_shape=(3,), kernel_regularizer='l2'), Dropout(0.0), Dense(2, activation='softmax')])
model.compile(optimizers.Adam(0.01, decay=0.05), 'categorical_crossentropy', metrics=['accuracy'])""", [(3,)], [('classes', 2)]),
    'functional_outputs_sgd': ("""
a, b = Input(shape=(3,), name='a'), Input(shape=(2,), name='b')
shared = Dense(3, activation='tanh', name='shared')
x = concatenate([shared(a), shared(shared(a)), Dense(2)(b)])
model = Model([a, b], [Dense(1, name='value')(x), Dense(2, activation='softmax', name='kind')(x)])
model.compile(optimizers.SGD(0.05, momentum=0.9, nesterov=True), {'value': 'mse', 'kind': 'categorical_crossentropy'},
              metrics={'kind': 'accuracy'}, loss_weights={'value': 0.3, 'kind': 1.5})""", [(3,), (2,)], [('real', 1), ('classes', 2)]),
    'nested_adam': ("""
tower = Sequential([Dense(3, activation='relu', input_shape=(3,)), Dense(2)], name='tower')
a, b = Input(shape=(3,)), Input(shape=(3,))
inner = Model(a, Dense(2)(tower(a)), name='inner')
c, d = Input(shape=(3,)), Input(shape=(3,))
model = Model([c, d], Dense(1)(add([inner(c), inner(d)])))
model.compile(optimizers.Adam(0.02, amsgrad=True), 'mse')""", [(3,), (3,)], [('real', 1)]),
    'convolutions_normalized_adagrad': ("""
model = Sequential([Conv2D(2, 2, input_shape=(4, 4, 1)), BatchNormalization(momentum=0.8), PReLU(shared_axes=[1, 2]), DepthwiseConv2D(2),
                    Flatten(), Dense(2)])
model.compile(optimizers.Adagrad(0.05), 'mae', metrics=['mse'])""", [(4, 4, 1)], [('real', 2)]),
    'stateful_lstm_nadam': ("""
model = Sequential([LSTM(2, stateful=True, batch_input_shape=(3, 2, 2)), Dense(1)])
model.compile(optimizers.Nadam(0.02), 'mse')""", [(2, 2)], [('real', 1)]),
    'bidirectional_adadelta': ("""
model = Sequential([TimeDistributed(Dense(2), input_shape=(3, 2)), Bidirectional(SimpleRNN(1), merge_mode='sum')])
model.compile(optimizers.Adadelta(0.7), 'mse')""", [(3, 2)], [('real', 1)]),
    'embedding_masked_adamax': ("""
model = Sequential([Embedding(5, 2, mask_zero=True, input_length=3), LSTM(2, implementation=1), Dense(2, activation='softmax')])
model.compile(optimizers.Adamax(0.02), 'categorical_crossentropy')""", [(3,)], [('classes', 2)]),
    'frozen_part_sgd': ("""
a = Input(shape=(3,))
x = Dense(3, trainable=False, name='frozen')(a)
x = BatchNormalization(momentum=0.7)(x)
model = Model(a, Dense(1)(x))
model.compile(optimizers.SGD(0.05, decay=0.1, clipnorm=1.), 'mse')""", [(3,)], [('real', 1)]),
    'stacked_cells_rmsprop': ("""
model = Sequential([RNN([LSTMCell(1), GRUCell(2)], input_shape=(2, 2)), Dense(1)])
model.compile(optimizers.RMSprop(0.003, rho=0.8, epsilon=0.01), losses.Huber(delta=0.5), weighted_metrics=['mae'])""", [(2, 2)], [('real', 1)]),
    'without_optimizer': ("""
model = Sequential([Dense(2, input_shape=(3,)), Activation('elu')])
model.compile('adam', 'mse')""", [(3,)], [('real', 2)]),
    'never_compiled': ("""
a = Input(shape=(3, 2))
model = Model(a, GlobalMaxPooling1D()(Conv1D(2, 2, padding='causal')(a)))""", [(3, 2)], [('real', 2)]),
    'weights_sequential': ("""
model = Sequential([Dense(3, input_shape=(3,), name='one'), Activation('tanh', name='two'), Dense(2, name='three')])""", [(3,)], [('real', 2)]),
    'weights_nested': ("""
tower = Sequential([Dense(2, input_shape=(3,)), BatchNormalization(), Dense(2, trainable=False)], name='tower')
a = Input(shape=(3,))
model = Model(a, concatenate([tower(a), Dense(1)(a)]))""", [(3,)], [('real', 3)]),
    'weights_recurrent': ("""
a = Input(shape=(3, 2))
model = Model(a, GRU(2)(Bidirectional(LSTM(1, return_sequences=True))(a)))""", [(3, 2)], [('real', 2)]),
    'weights_of_long_names': ("""
inner = Sequential([Dense(1, input_shape=(1,), name='n' * 4800)] + [Dense(1) for _ in range(6)], name='inner')
a = Input(shape=(1,))
model = Model(a, inner(a))""", [(1,)], [('real', 1)]),
}
GIVEN = 'from keras import losses, optimizers\n'


def case(random, name, source, inputs, outputs):
    fresh()
    model = built(GIVEN + source)
    model.set_weights([normal(random, w.shape, 0.5) for w in model.get_weights()])
    for layer in all_layers(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights(layer.get_weights()[:-1] + [abs(layer.get_weights()[-1]) + np.float32(0.25)])
    compiled = model.optimizer is not None
    keep = compiled and name != 'without_optimizer'

    def batch():
        x = [random.randint(0, 5, (3,) + s).astype('float32') if 'Embedding' in source else normal(random, (3,) + s, digits=2) for s in inputs]
        y = [one_hot(random.randint(0, w, 3), w) if kind == 'classes' else normal(random, (3, w), digits=2) for kind, w in outputs]
        return {'x': x, 'y': y}

    if keep:
        for _ in range(3):
            b = batch()
            model.train_on_batch(b['x'], b['y'])
        model.reset_states()
    path = os.path.join(FOLDER, name + '.h5')
    start = time.time()
    if name.startswith('weights'):
        model.save_weights(path)
    else:
        model.save(path, include_optimizer=name != 'without_optimizer')
    still(path, start, time.time())
    x = batch()['x']
    found = {'inputs': x, 'predictions': listed(model.predict_on_batch(x)), 'resumed': None}
    model.reset_states()
    if keep:
        batches = [batch() for _ in range(3)]
        results = [listed(model.train_on_batch(b['x'], b['y'])) for b in batches]
        found['resumed'] = {'metrics_names': model.metrics_names, 'batches': batches, 'results': results,
                            'final_weights': model.get_weights(), 'optimizer_weights': model.optimizer.get_weights()}
    check(path, source, found, name)
    record(name, 'A file of Keras 2.3.1, and what the model in it does.', '2.3.1', source, found,
           limit=100000 if 'long_names' in name else 62000)


def check(path, source, found, name):
    """What was saved does the same when Keras has read it."""
    fresh()
    if name.startswith('weights'):
        model = built(GIVEN + source)
        model.load_weights(path)
    else:
        model = keras.models.load_model(path)
    for a, b in zip(listed(model.predict_on_batch(found['inputs'])), found['predictions']):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    model.reset_states()
    if found['resumed']:
        for b, result in zip(found['resumed']['batches'], found['resumed']['results']):
            np.testing.assert_allclose(listed(model.train_on_batch(b['x'], b['y'])), result, rtol=1e-5, atol=1e-6, err_msg=name)


def files(random):
    install()
    warnings.simplefilter('ignore')
    if not os.path.isdir(FOLDER):
        os.makedirs(FOLDER)
    for name in FILES:
        case(random, name, *FILES[name])
