"""Prints what Keras 2.3.1 does in each row of docs/differences.md, so that the rows can be checked: run it in the environment of `setup`,
with KERAS_BACKEND=tensorflow."""
import io
import sys
import warnings

import numpy as np

import record  # noqa: F401, which quietens TensorFlow
import keras
from keras import backend as K
from keras.callbacks import Callback, LambdaCallback
from keras.layers import Dense, Input

X, Y = np.arange(12.).reshape(6, 2) / 10, np.arange(6.).reshape(6, 1)
ROWS = {}


def row(name):
    def add(f):
        ROWS[name] = f
        return f
    return add


def model(metrics=(), loss='mse', outputs=1):
    K.clear_session()
    a = Input((2,))
    made = keras.Model(a, [Dense(1, kernel_initializer='ones', name='out%d' % i)(a) for i in range(outputs)])
    made.compile(keras.optimizers.SGD(0.01), loss, metrics=list(metrics))
    return made


def tried(f):
    """What a call gives, or how it fails, or what it warns of."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter('always')
        try:
            result = f()
            text = 'gives %s' % (result.__class__.__name__ if isinstance(result, keras.callbacks.History) else result,)
        except Exception as e:
            text = 'raises %s: %s' % (e.__class__.__name__, str(e).split('\n')[0][:150])
    told = [w for w in seen if w.category in (UserWarning, RuntimeWarning)]
    return text + ''.join(' and warns %s: %s' % (w.category.__name__, str(w.message)[:100]) for w in told)


@row('D-evaluate')
def _():
    yield tried(lambda: model().evaluate(X, Y, verbose=0))
    yield tried(lambda: model(['mae']).evaluate(X, Y, verbose=0))
    yield tried(lambda: model().train_on_batch(X, Y))


@row('D-set-weights')
def _():
    for weights in [[np.zeros((2, 1))], [np.zeros((2, 1)), np.zeros(1), np.zeros(1)]]:
        m = model()
        yield '%d arrays for 2: %s, then %s' % (len(weights), tried(lambda: m.set_weights(weights)), [w.ravel().tolist() for w in m.get_weights()])


@row('D-progbar')
def _():
    old, sys.stdout = sys.stdout, io.StringIO()
    try:
        model().fit(X, Y, batch_size=2, epochs=1, verbose=1)
        text = sys.stdout.getvalue()
    finally:
        sys.stdout = old
    yield '%d lines for one epoch of 3 batches' % len(text.strip().split('\n'))


class Stop(Callback):
    def on_batch_end(self, batch, logs=None):
        if batch == 2:
            self.model.stop_training = True


@row('D-stop')
def _():
    for data in [None, (X, Y)]:
        yield 'epochs done of 3, validation %s: %d' % (bool(data), len(model().fit(X, Y, batch_size=2, epochs=3, verbose=0, validation_data=data,
                                                                                     callbacks=[Stop()]).epoch))


@row('D-reset-metrics')
def _():
    m = model(['mae'])
    m.fit(X, Y, batch_size=6, verbose=0)
    yield 'mae of test_on_batch after fit, then again: %s' % [round(float(m.test_on_batch(X, Y)[1]), 4) for _ in range(2)]


@row('D-evaluate-in-fit')
def _():
    m = model(['mae'])
    look = LambdaCallback(on_batch_end=lambda b, logs: b == 0 and m.evaluate(X + 100, Y, verbose=0))
    yield 'mae of the epoch with and without: %s' % [m.fit(X, Y, batch_size=2, shuffle=False, verbose=0, callbacks=[look]).history['mae'],
                                                      model(['mae']).fit(X, Y, batch_size=2, shuffle=False, verbose=0).history['mae']]


@row('D-steps')
def _():
    yield 'without steps: %s' % model(['mae']).evaluate(X, Y, verbose=0)
    yield 'steps=2 on arrays: %s' % tried(lambda: model(['mae']).evaluate(X, Y, verbose=0, steps=2))


@row('D-validation-steps')
def _():
    yield tried(lambda: model().fit(X, Y, verbose=0, validation_steps=2))
    yield tried(lambda: model().fit(X, Y, verbose=0, validation_steps=2, validation_data=(X, Y)))
    yield tried(lambda: model().fit(X, Y, verbose=0, steps_per_epoch=1, validation_steps=2))
    yield tried(lambda: model().fit(X, Y, verbose=0, steps_per_epoch=1, validation_data=(X, Y)))


@row('D-options')
def _():
    yield 'sample_weight_mode bogus: %s' % tried(lambda: model().compile('sgd', 'mse', sample_weight_mode='bogus'))
    for name, value in [('shuffle', 'bogus'), ('validation_split', 1.5), ('validation_split', -1), ('epochs', -1), ('epochs', 1.5), ('batch_size', 0),
                        ('batch_size', -1), ('batch_size', 2.5), ('class_weight', [1.]), ('class_weight', 2)]:
        yield '%s=%r: %s' % (name, value, tried(lambda: model().fit(X, Y, verbose=0, **{name: value})))


@row('D-early-stopping-mode')
def _():
    yield tried(lambda: keras.callbacks.EarlyStopping(mode='best').monitor)


@row('D-sample-weight-names')
def _():
    yield 'sample_weight: %s' % tried(lambda: model(outputs=2).fit(X, [Y, Y], verbose=0, sample_weight={'nothing': np.ones(6)}))
    yield 'class_weight: %s' % tried(lambda: model(outputs=2).fit(X, [Y, Y], verbose=0, class_weight={'nothing': {0: 1.}}))


@row('D-predict-rows')
def _():
    a, b = Input((2,)), Input((2,))
    m = keras.Model([a, b], keras.layers.add([a, b]))
    yield '6 and 4 rows: %s' % tried(lambda: m.predict([X, X[:4]], batch_size=2).shape)
    yield '4 and 6 rows: %s' % tried(lambda: m.predict([X[:4], X], batch_size=2).shape)


@row('D-no-samples')
def _():
    yield 'fit: %s' % tried(lambda: model().fit(X[:0], Y[:0], verbose=0))
    yield 'evaluate: %s' % tried(lambda: model().evaluate(X[:0], Y[:0], verbose=0))
    yield 'predict: %s' % tried(lambda: model().predict(X[:0]))
    yield 'an empty batch of a generator: %s' % tried(lambda: model().evaluate_generator(iter([(X[:0], Y[:0])]), steps=1))


@row('D-class-names')
def _():
    yield 'loss: %s' % tried(lambda: model(loss='MeanSquaredError').fit(X, Y, verbose=0))
    yield 'metric: %s' % tried(lambda: model(metrics=['AUC']).fit(X, Y, verbose=0))


@row('D-labels')
def _():
    for label in [5, -1]:
        K.clear_session()
        m = keras.Sequential([Dense(3, activation='softmax', input_shape=(2,), kernel_initializer='zeros')])
        m.compile('sgd', 'sparse_categorical_crossentropy')
        yield 'label %d of 3 classes: %s' % (label, tried(lambda: m.test_on_batch(X[:2], np.array([[0], [label]]))))
        y = K.placeholder((None, 1))
        f = K.function([y], [K.sparse_categorical_crossentropy(y, K.constant(np.full((2, 3), 1 / 3.)))])
        yield 'the function alone, label %d: %s' % (label, tried(lambda: f([np.array([[0.], [label]])])[0].tolist()))
        yield 'to_categorical, label %d: %s' % (label, tried(lambda: keras.utils.to_categorical([0, label], 3).tolist()))


class Order(keras.utils.Sequence):
    def __init__(self):
        self.asked = []

    def __len__(self):
        return 4

    def __getitem__(self, i):
        self.asked.append(i)
        return X[:2], Y[:2]


@row('D-shuffle')
def _():
    for _ in range(2):
        np.random.seed(1)
        order = np.arange(6)
        orders = []
        for _ in range(3):
            np.random.shuffle(order)
            orders.append(order.tolist())
        yield 'orders of three epochs from one seed: %s' % orders


@row('D-slow-hook')
def _():
    import time
    slow = LambdaCallback(on_batch_end=lambda b, logs: time.sleep(0.2))
    yield tried(lambda: model().fit(X, Y, batch_size=2, epochs=1, verbose=0, callbacks=[slow]))[:100]


@row('D-evaluate-generator')
def _():
    batches = [(X[:2], Y[:2]), (X[2:], Y[2:])]
    yield 'losses alone: %s' % [float(model().test_on_batch(*b)) for b in batches]
    yield 'evaluate_generator of both: %s; evaluate: %s' % (model().evaluate_generator(iter(batches), steps=2), model().evaluate(X, Y, verbose=0))


@row('D-workers')
def _():
    def pair():
        for _ in range(8):
            yield X[:2], Y[:2]
    yield 'a generator, workers=2: %s' % tried(lambda: model().fit_generator(pair(), steps_per_epoch=4, workers=2, verbose=0))


@row('D-sequence-shuffle')
def _():
    orders = []
    for _ in range(6):
        order = Order()
        model().fit_generator(order, workers=0, verbose=0)
        orders.append(tuple(order.asked))
    yield 'orders of six trainings with workers=0, shuffle=True: %s' % sorted(set(orders))


@row('D-epoch-end')
def _():
    class Ended(Order):
        count = 0

        def on_epoch_end(self):
            self.count += 1
    for workers in [0, 1]:
        held = Ended()
        train = Ended()
        model().fit_generator(train, workers=workers, verbose=0, epochs=2, validation_data=held)
        yield 'workers=%d, two epochs: on_epoch_end of training %d times' % (workers, train.count)
        yield '  and of validation %s' % ('%d times' % held.count if workers == 0 else 'when its thread gets to it')


for name in sys.argv[1:] or ROWS:
    print(name)
    for line in ROWS[name]():
        print('   ', line)
