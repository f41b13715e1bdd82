"""Writes test/golden/h5/dense_*.h5: files of the real Keras 2.3.1, and the same with what other writers do, each with a JSON beside it.

    <environment of setup>/bin/python scripts/golden/files_dense.py

A JSON has `config` and `training` (the texts of the attributes, or null), `weights` (names and arrays in the order of model.weights), `x` and `prediction` as the
file was written, and for trained models `y`, `metrics_names`, `losses` of further train_on_batch steps and `final_weights`.
"""
import json
import os
import sys

import h5py
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import training  # noqa: E402
from record import plain as array  # noqa: E402

training.install()

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import backend as K  # noqa: E402
from keras.layers import Dense, Dropout, Input  # noqa: E402
from keras.models import Model, Sequential  # noqa: E402

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'test', 'golden', 'h5')


def fresh(seed):
    K.clear_session()
    tf.set_random_seed(seed)
    return np.random.RandomState(seed)


def number(x):
    return float(np.float32(x))


def describe(name, model, x, steps=None):
    """The JSON beside `name`.h5; trains further steps if it is given targets and a count."""
    about = {'config': text_of(path(name), 'model_config'), 'training': text_of(path(name), 'training_config')}
    about['weights'] = [{'name': w.name, 'value': array(v)} for w, v in zip(model.weights, K.batch_get_value(model.weights))]
    xs = x if isinstance(x, list) else [x]
    about['x'] = [array(v) for v in xs]
    prediction = model.predict(x)
    about['prediction'] = [array(v) for v in (prediction if isinstance(prediction, list) else [prediction])]
    if steps is not None:
        y, count = steps
        about['y'] = [array(v) for v in (y if isinstance(y, list) else [y])]
        about['metrics_names'] = model.metrics_names
        results = [np.atleast_1d(model.train_on_batch(x, y)) for _ in range(count)]
        about['losses'] = [[number(v) for v in r] for r in results]
        about['final_weights'] = [array(v) for v in K.batch_get_value(model.weights)]
    with open(os.path.join(OUT, name + '.json'), 'w') as f:
        json.dump(about, f)
        f.write('\n')


def text_of(path, attribute):
    with h5py.File(path, 'r') as f:
        return f.attrs[attribute].decode('utf-8') if attribute in f.attrs else None


def path(name):
    return os.path.join(OUT, name + '.h5')


def mlp():
    """A Sequential, trained with Adam and a class as loss; and its files in other clothes."""
    random = fresh(1)
    model = Sequential([
        Dense(7, activation='relu', input_dim=5, kernel_regularizer=keras.regularizers.l2(0.01)),
        Dropout(0.0),
        Dense(3, activation='softmax', bias_constraint='non_neg'),
    ])
    model.compile(keras.optimizers.Adam(lr=0.01, amsgrad=True), keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
                  metrics=['accuracy', keras.metrics.TopKCategoricalAccuracy(k=2)])
    x = random.randn(8, 5).astype('float32')
    y = np.eye(3, dtype='float32')[random.randint(0, 3, 8)]
    for _ in range(4):
        model.train_on_batch(x, y)
    model.save(path('dense_mlp'))
    model.save_weights(path('dense_weights'))
    model.save(path('dense_untrained'), include_optimizer=False)
    dressed(model)
    for name in ('dense_weights', 'dense_untrained', 'dense_gzip', 'dense_half', 'dense_h5py3', 'dense_no_version'):
        describe(name, model, x)
    describe('dense_mlp', model, x, (y, 3))


def copy(source, target, dataset):
    """The groups, attributes and data sets of a file once more; `dataset` says how each array is written."""
    for name, value in source.attrs.items():
        target.attrs[name] = value
    for name, item in source.items():
        if isinstance(item, h5py.Group):
            copy(item, target.create_group(name), dataset)
        else:
            dataset(target, name, item[()])


def dressed(model):
    def gzip(group, name, value):
        options = dict(compression='gzip', shuffle=True, fletcher32=True, chunks=True) if value.shape else {}
        group.create_dataset(name, data=value, **options)

    def half(group, name, value):
        group.create_dataset(name, data=value.astype('float16'))

    with h5py.File(path('dense_mlp'), 'r') as source:
        with h5py.File(path('dense_gzip'), 'w', libver='latest') as target:
            copy(source, target, gzip)
    with h5py.File(path('dense_weights'), 'r') as source:
        with h5py.File(path('dense_half'), 'w') as target:
            copy(source, target, half)
        # What h5py 3 makes of Keras's lists of names and texts: variable length, UTF-8.
        with h5py.File(path('dense_h5py3'), 'w') as target:
            copy(source, target, lambda group, name, value: group.create_dataset(name, data=value.astype('>f8')))
            text = h5py.special_dtype(vlen=str)

            def rewrite(_, group):
                for name, value in list(group.attrs.items()):
                    if isinstance(value, bytes):
                        group.attrs.create(name, value.decode('utf-8'), dtype=text)
                    elif value.dtype.kind == 'S':
                        group.attrs.create(name, [v.decode('utf-8') for v in value], dtype=text)
            rewrite('', target)
            target.visititems(lambda name, item: rewrite(name, item) if isinstance(item, h5py.Group) else None)
        # A file of Keras 1 says no version and no backend.
        with h5py.File(path('dense_no_version'), 'w') as target:
            copy(source, target, lambda group, name, value: group.create_dataset(name, data=value))
            del target.attrs['keras_version'], target.attrs['backend']


def nested():
    """Two outputs, a shared layer, a nested model with a frozen part; momentum and decay; everything by name of output."""
    random = fresh(2)
    inner = Sequential([Dense(6, activation='tanh', input_shape=(4,)), Dense(4, trainable=False)], name='inner')
    a = Input(shape=(4,), name='a')
    shared = Dense(4, activation='relu', name='shared')
    h = inner(shared(shared(a)))
    left = Dense(2, name='left')(h)
    right = Dense(1, activation='sigmoid', name='right')(inner(h))
    model = Model(a, [left, right], name='nested')
    model.compile(keras.optimizers.SGD(lr=0.05, momentum=0.9, nesterov=True, decay=0.01, clipnorm=1.0),
                  loss={'left': 'mse', 'right': 'binary_crossentropy'}, loss_weights={'left': 1.0, 'right': 0.5},
                  metrics={'left': ['mae', 'mse'], 'right': 'accuracy'})
    x = random.randn(6, 4).astype('float32')
    y = [random.randn(6, 2).astype('float32'), random.randint(0, 2, (6, 1)).astype('float32')]
    for _ in range(3):
        model.train_on_batch(x, y)
    model.save(path('dense_nested'))
    describe('dense_nested', model, x, (y, 3))


def every_optimizer():
    """One small model for each optimizer, saved after two steps."""
    for name in ('SGD', 'RMSprop', 'Adagrad', 'Adadelta', 'Adam', 'Adamax', 'Nadam'):
        random = fresh(3)
        model = Sequential([Dense(3, activation='tanh', input_shape=(2,)), Dense(1)])
        model.compile(name, 'mean_squared_error')
        x, y = random.randn(4, 2).astype('float32'), random.randn(4, 1).astype('float32')
        for _ in range(2):
            model.train_on_batch(x, y)
        file = 'dense_' + name.lower()
        model.save(path(file))
        describe(file, model, x, (y, 3))


mlp()
nested()
every_optimizer()
