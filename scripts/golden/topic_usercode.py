"""What users write: a loss class, a metric with weights, an optimizer, a subclassed model, a step of RNN; and functions of the backend."""
import numpy as np
from keras import backend as K
from keras.layers import Dense, Input, Layer, RNN
from keras.losses import Loss
from keras.metrics import Metric
from keras.models import Model, Sequential
from keras.optimizers import Optimizer

from record import fresh, normal, run
from training import install


class Cubed(Loss):
    def call(self, y_true, y_pred):
        return K.mean(K.pow(K.abs(y_pred - y_true), 3), axis=-1)


class Close(Metric):
    def __init__(self, most, name='close', **kwargs):
        super(Close, self).__init__(name=name, **kwargs)
        self.most = most
        self.near = self.add_weight(name='near', initializer='zeros')
        self.seen = self.add_weight(name='seen', initializer='zeros')

    def update_state(self, y_true, y_pred, sample_weight=None):
        close = K.cast(K.less(K.max(K.abs(y_pred - y_true), axis=-1), self.most), 'float32')
        return [K.update_add(self.near, K.sum(close)), K.update_add(self.seen, K.sum(K.ones_like(close)))]

    def result(self):
        return self.near / self.seen

    def get_config(self):
        config = super(Close, self).get_config()
        config['most'] = self.most
        return config


class Momentum(Optimizer):
    def __init__(self, **kwargs):
        super(Momentum, self).__init__(**kwargs)
        self.learning_rate = K.variable(0.1)
        self.iterations = K.variable(0, dtype='int64')

    def get_updates(self, loss, params):
        gradients = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        for p, g in zip(params, gradients):
            moment = K.zeros(K.int_shape(p))
            v = moment * 0.5 - g * self.learning_rate
            self.updates += [K.update(moment, v), K.update(p, p + v)]
        return self.updates


class Mine(Model):
    def __init__(self):
        super(Mine, self).__init__()
        self.first = Dense(4, activation='tanh')
        self.inner = Dense(4, activation='tanh')
        self.out = Dense(2)

    def call(self, x):
        return self.out(self.inner(self.first(x)))


class Step(Layer):
    def __init__(self, **kwargs):
        super(Step, self).__init__(**kwargs)
        self.state_size = 2

    def build(self, shapes):
        self.kernel = self.add_weight(name='kernel', shape=(3, 2), initializer='zeros')
        self.again = self.add_weight(name='again', shape=(2, 2), initializer='zeros')
        self.built = True

    def call(self, x, states, constants=None):
        h = K.tanh(K.dot(x, self.kernel) + K.dot(states[0], self.again))
        for constant in constants or []:
            h = h + constant
        return h, [h]


def data(random, n=4):
    return {'x': normal(random, (n, 3)), 'y': normal(random, (n, 2)), 'weights': [normal(random, (3, 2)), normal(random, (2,))]}


def linear(case):
    fresh()
    model = Sequential([Dense(2, input_dim=3)])
    model.set_weights(case['weights'])
    return model


def listed(history):
    return [[key, values] for key, values in history.history.items()]


def losses(random):
    for reduction in ['sum', 'sum_over_batch_size']:
        case = dict(data(random), id='loss ' + reduction, kind='loss_' + reduction, sample_weight=np.array([1, 2, 3, 4], 'float32'))
        model = linear(case)
        model.compile('sgd', Cubed(reduction))
        case['losses'] = [float(model.test_on_batch(case['x'], case['y'], sample_weight=case['sample_weight']))]
        yield case


def metric(random):
    case = dict(data(random, 8), id='metric', kind='metric')
    model = linear(case)
    model.compile('sgd', 'mse', metrics=[Close(1.)])
    case['history'] = listed(model.fit(case['x'], case['y'], batch_size=3, epochs=3, shuffle=False, verbose=0))
    return case


def optimizer(random):
    case = dict(data(random), id='optimizer', kind='optimizer')
    model = linear(case)
    made = Momentum(clipnorm=2.)
    model.compile(made, 'mse')
    case['losses'] = []
    for i in range(12):
        if i == 6:
            K.set_value(made.learning_rate, 0.01)
        case['losses'].append(float(model.train_on_batch(case['x'], case['y'])))
    case['final_weights'] = model.get_weights()
    return case


def subclass(random):
    fresh()
    case = {'id': 'model', 'kind': 'model', 'x': normal(random, (7, 3)), 'y': normal(random, (7, 2)),
            'weights': [normal(random, s) for s in [(3, 4), (4,), (4, 4), (4,), (4, 2), (2,)]]}
    model = Mine()
    model.compile('sgd', 'mse', metrics=['mae'])
    model.predict(case['x'])
    model.set_weights(case['weights'])
    case['output'] = model.predict(case['x'])
    case['history'] = listed(model.fit(case['x'], case['y'], batch_size=3, epochs=4, shuffle=False, verbose=0))
    case['final_weights'] = model.get_weights()
    lines = []
    model.summary(print_fn=lines.append)
    case['summary'] = lines
    return case


def step(random):
    fresh()
    case = {'id': 'rnn', 'kind': 'rnn', 'x': normal(random, (2, 3, 3)), 'h': normal(random, (2, 2)), 'c': normal(random, (2, 2)),
            'weights': [normal(random, (3, 2)), normal(random, (2, 2))]}
    x, h, c = Input((3, 3)), Input((2,)), Input((2,))
    sequence, state = RNN(Step(), return_sequences=True, return_state=True)(x, initial_state=[h], constants=[c])
    model = Model([x, h, c], [sequence, state])
    model.set_weights(case['weights'])
    case['output'], case['state'] = model.predict([case['x'], case['h'], case['c']])
    return case


def operation(i, name, args, options=None):
    """A function of the backend by its name, called on arrays and other arguments by place and by name."""
    fresh()
    taken = [K.constant(a) if isinstance(a, np.ndarray) else a for a in args]
    given = getattr(K, name)(*taken, **(options or {}))
    outputs = [o for o in (given if isinstance(given, (list, tuple)) else [given])]
    return {'id': '%d %s' % (i, name), 'kind': 'operation', 'name': name, 'args': args, 'options': options or {},
            'outputs': run(outputs)}


def operations(random):
    r = lambda *shape: normal(random, shape)  # noqa: E731
    positive = lambda *shape: np.abs(normal(random, shape)) + np.float32(.5)  # noqa: E731
    calls = [
        ('batch_dot', [r(3, 4), r(3, 4)]), ('batch_dot', [r(2, 3, 4), r(2, 4, 5)]), ('batch_dot', [r(2, 3, 4), r(2, 5, 4), [2, 2]]),
        ('batch_dot', [r(2, 3), r(2, 3, 4), 1]), ('bias_add', [r(2, 3, 4), r(4)]), ('bias_add', [r(2, 3, 4), r(3, 4)]),
        ('bias_add', [r(2, 3, 4, 5), r(3), 'channels_first']), ('bias_add', [r(2, 3, 4, 5), r(4, 5, 3), 'channels_first']),
        ('conv1d', [r(2, 6, 3), r(3, 3, 4)], {'padding': 'causal', 'dilation_rate': 2}),
        ('conv1d', [r(2, 6, 3), r(3, 3, 4)], {'strides': 2, 'padding': 'same'}),
        ('conv2d', [r(2, 5, 6, 3), r(3, 2, 3, 4)], {'strides': (2, 1), 'padding': 'same'}),
        ('conv2d', [r(2, 5, 6, 3), r(2, 2, 3, 4)], {'dilation_rate': (2, 1)}),
        ('conv2d_transpose', [r(2, 3, 4, 3), r(3, 3, 2, 3), (2, 6, 8, 2)], {'strides': (2, 2), 'padding': 'same'}),
        ('depthwise_conv2d', [r(2, 5, 6, 3), r(3, 2, 3, 2)], {'padding': 'same'}),
        ('pool2d', [r(2, 5, 6, 3), (2, 3)], {'strides': (2, 2), 'padding': 'same', 'pool_mode': 'avg'}),
        ('pool2d', [r(2, 5, 6, 3), (2, 2)], {'strides': (1, 2)}),
        ('resize_images', [r(1, 2, 3, 2), 2, 3, 'channels_last']),
        ('separable_conv1d', [r(2, 6, 3), r(3, 3, 2), r(1, 6, 4)], {'padding': 'same'}),
        ('separable_conv2d', [r(2, 5, 6, 3), r(2, 3, 3, 2), r(1, 1, 6, 4)]),
        ('spatial_2d_padding', [r(1, 2, 3, 2)], {'padding': ((1, 0), (2, 1))}), ('temporal_padding', [r(2, 3, 2), (2, 1)]),
        ('normalize_batch_in_training', [r(3, 4, 2), r(2), r(2), [0, 1]]),
        ('normalize_batch_in_training', [r(3, 4), r(4), r(4), [0]], {'epsilon': .1}),
        ('batch_normalization', [r(3, 4), r(4), positive(4), r(4), r(4)]),
        ('batch_normalization', [r(2, 3, 2, 4), r(4), positive(4), r(4), r(4)], {'epsilon': .01}),
    ]
    for i, call in enumerate(calls):
        yield operation(i, *call)


def cases(random):
    install()
    return list(losses(random)) + [metric(random), optimizer(random), subclass(random), step(random)] + list(operations(random))
