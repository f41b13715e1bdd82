"""Progress bars: "bar" (text of keras.utils.Progbar at given times), "fit" (text of fit, evaluate and predict at a time that
stands still)."""
import sys

import keras
import numpy as np
from keras.utils import Progbar, generic_utils

from record import fresh, normal, pick, uniform


class Output(object):
    """Standard output that is or is not a terminal."""

    def __init__(self, tty):
        self.tty, self.text = tty, ''

    def isatty(self):
        return self.tty

    def write(self, text):
        self.text += text

    def flush(self):
        pass


class Clock(object):
    """The module `time`, with a time that is set."""
    now = 0.

    def time(self):
        return self.now


def printed(tty, act):
    """What act prints, given the clock."""
    clock, output = Clock(), Output(tty)
    real = sys.stdout, generic_utils.time
    sys.stdout, generic_utils.time = output, clock
    try:
        act(clock)
    finally:
        sys.stdout, generic_utils.time = real
    return output.text


def bar(identity, target, start, updates, verbose, tty, width=30, interval=0.05, stateful=None):
    """updates: [time, current, [[name, value]]] each; current None means add(1)."""
    def act(clock):
        clock.now = start
        progress = Progbar(target, width=width, verbose=verbose, interval=interval, stateful_metrics=stateful)
        for now, current, values in updates:
            clock.now = now
            if current is None:
                progress.add(1, values)
            else:
                progress.update(current, values)

    return {'id': identity, 'kind': 'bar', 'target': target, 'width': width, 'verbose': verbose, 'interval': interval,
            'stateful_metrics': stateful, 'tty': tty, 'start': start, 'updates': updates, 'text': printed(tty, act)}


def cases(random):
    result = []
    for i in range(40):
        verbose, tty, steps = [1, 2, 1, 1][i % 4], bool(i // 2 % 2), i % 3 == 0
        target = None if i % 11 == 10 else pick(random, [1, 3, 7, 10, 32, 60, 100, 1000, 12345])
        start = 1000. + i
        pace = pick(random, [1e-5, 0.003, 0.02, 0.06, 0.4, 2.5, 31., 400.])
        now, updates, current = start, [], 0
        count = random.randint(2, 7)
        end = target or 50
        for n in range(count):
            now = round(now + pace * random.uniform(0.5, 1.5) * (1 if steps else 1.3), 6)
            current = None if steps else max(1, int(end * (n + 1) / count))
            values = [['loss', uniform(random, -1., 3., digits=6)], ['acc', pick(random, [0., 1., 0.0005, 0.25, -0.0001])]]
            if i % 5 == 0:
                values.append(['big', uniform(random, 1000., 1e6, digits=2)])
            updates.append([now, current, values if i % 7 else []])
        result.append(bar('bar %d' % i, target, start, updates, verbose, tty, width=pick(random, [30, 30, 10, 50]),
                          stateful=['acc'] if i % 3 == 1 else None))
    result.append(bar('interval skips', 100, 0., [[0.01 * n + 0.01, 10 * n + 10, [['a', 1. / (n + 1)]]] for n in range(10)], 1, True))
    result.append(bar('no interval', 5, 0., [[0.01 * n + 0.01, n + 1, [['a', float(n)]]] for n in range(5)], 1, True, interval=0))
    result.append(bar('shrinking text', 4, 0., [[4000., 1, [['a', -1000.5]]], [4001., 3, [['a', 0.]]], [4002., 4, []]], 1, True))
    result.append(bar('not a number', 2, 0., [[1., 1, [['a', np.float32('nan')]]], [2., 2, [['a', np.float32('inf')]]]], 1, False))
    result.append(bar('current 0', 5, 0., [[1., 0, [['a', 1.]]], [2., 5, [['a', 2.]]]], 1, False))
    result.append(bar('beyond the target', 5, 0., [[1., 4, []], [2., 7, []]], 1, False))
    result.append(bar('silent', 5, 0., [[1., 5, [['a', 1.]]]], 0, False))
    for verbose in [0, 1, 2]:
        for tty in [False, True]:
            for validation in [False, True]:
                result.append(fit(random, verbose, tty, validation))
    return result


def fit(random, verbose, tty, validation):
    fresh()
    model = keras.Sequential([keras.layers.Dense(2, input_shape=(3,))])
    model.compile('sgd', 'mse', metrics=['mae'])
    weights = [normal(random, w.shape, 0.5) for w in model.get_weights()]
    model.set_weights(weights)
    x, y = normal(random, (5, 3), digits=2), normal(random, (5, 2), digits=2)
    data = [normal(random, (4, 3), digits=2), normal(random, (4, 2), digits=2)]
    args = {'batch_size': 2, 'epochs': 2, 'verbose': verbose}
    if validation:
        args['validation_data'] = data

    def fitting(clock):
        clock.now = 1000.
        model.fit(x, y, shuffle=False, **args)

    def evaluating(clock):
        clock.now = 1000.
        model.evaluate(*data, batch_size=2, verbose=verbose)

    def predicting(clock):
        clock.now = 1000.
        model.predict(data[0], batch_size=2, verbose=verbose)

    return {'id': 'fit verbose %d%s%s' % (verbose, ' terminal' if tty else '', ' validation' if validation else ''),
            'kind': 'fit', 'tty': tty, 'now': 1000., 'model_json': model.to_json(), 'optimizer': 'sgd', 'loss': 'mse',
            'metrics': ['mae'], 'initial_weights': weights, 'x': x, 'y': y, 'fit': args, 'test': data,
            'fit_text': printed(tty, fitting), 'evaluate_text': printed(tty, evaluating),
            'predict_text': printed(tty, predicting)}
