"""Initializers: "serialize" (what an identifier resolves to), "scale" (limit or stddev drawn with, by shape), "values"
(the deterministic ones)."""
import keras
import numpy as np
from keras import backend as K
from keras import initializers

from record import fresh, uniform

CLASSES = ['Zeros', 'Ones', 'Constant', 'RandomNormal', 'RandomUniform', 'TruncatedNormal', 'VarianceScaling', 'Orthogonal',
           'Identity']
SCALED = ['lecun_uniform', 'lecun_normal', 'glorot_uniform', 'glorot_normal', 'he_uniform', 'he_normal']
ALIASES = ['zero', 'zeros', 'one', 'ones', 'constant', 'uniform', 'random_uniform', 'normal', 'random_normal',
           'truncated_normal', 'identity', 'orthogonal']
SHAPES = [(), (1,), (7,), (4, 5), (1, 1), (16, 3), (3, 4, 5), (1, 6, 2), (3, 3, 2, 4), (2, 2, 3, 1, 2), (2, 1, 3, 2, 2, 2)]


class Recorder(object):
    """`keras.backend` as the initializers see it, which notes the draw instead of making it."""

    def __getattr__(self, name):
        return getattr(K, name)

    def random_uniform(self, shape, minval, maxval, dtype=None, seed=None):
        self.drawn = {'distribution': 'uniform', 'limit': float(maxval)}
        assert minval == -maxval

    def truncated_normal(self, shape, mean, stddev, dtype=None, seed=None):
        self.drawn = {'distribution': 'truncated_normal', 'stddev': float(stddev)}
        assert mean == 0


def drawn(initializer, shape):
    recorder = Recorder()
    initializers.K = recorder
    try:
        initializer(shape)
    finally:
        initializers.K = K
    return recorder.drawn


def cases(random):
    result = []
    for name in CLASSES + SCALED + ALIASES:
        result.append({'id': 'serialize %s' % name, 'kind': 'serialize', 'name': name, 'args': {},
                       'config': initializers.serialize(initializers.get(name))})

    def settings(name, **args):
        made = getattr(initializers, name)(**args)
        result.append({'id': 'serialize %s %d' % (name, len(result)), 'kind': 'serialize', 'name': name, 'args': args,
                       'config': initializers.serialize(made)})

    for i in range(3):
        seed = [None, 1, 42][i]
        settings('Constant', value=uniform(random, -2., 2.))
        settings('Identity', gain=uniform(random, 0.5, 2.))
        settings('Orthogonal', gain=uniform(random, 0.5, 2.), seed=seed)
        settings('RandomNormal', mean=uniform(random, -1., 1.), stddev=uniform(random, 0.01, 1.), seed=seed)
        settings('TruncatedNormal', mean=uniform(random, -1., 1.), stddev=uniform(random, 0.01, 1.), seed=seed)
        settings('RandomUniform', minval=uniform(random, -1., 0.), maxval=uniform(random, 0., 1.), seed=seed)
        for name in SCALED:
            settings(name, seed=seed)
    for mode in ['fan_in', 'fan_out', 'fan_avg']:
        for distribution in ['normal', 'uniform']:
            args = {'scale': uniform(random, 0.1, 3., digits=2), 'mode': mode, 'distribution': distribution}
            settings('VarianceScaling', **args)
            for shape in SHAPES:
                result.append(dict({'id': 'scale %s %s %s' % (mode, distribution, list(shape)), 'kind': 'scale',
                                    'name': 'VarianceScaling', 'args': args, 'shape': shape},
                                   **drawn(initializers.VarianceScaling(**args), shape)))
    for name in SCALED:
        for shape in SHAPES:
            result.append(dict({'id': 'scale %s %s' % (name, list(shape)), 'kind': 'scale', 'name': name, 'args': {},
                                'shape': shape}, **drawn(getattr(initializers, name)(), shape)))
    for name, shapes in [('Zeros', [(), (3,), (2, 3)]), ('Ones', [(), (3,), (2, 3)]), ('Constant', [(), (3,), (2, 1, 2)]),
                         ('Identity', [(3, 3), (2, 4), (4, 2), (1, 1), (1, 3)])]:
        for shape in shapes:
            for args in [{}] + [{'value': uniform(random, -2., 2.)} if name == 'Constant' else
                                {'gain': uniform(random, -2., 2.)}] * (name in ('Constant', 'Identity')):
                fresh()
                value = np.asarray(K.eval(getattr(initializers, name)(**args)(shape)), 'float32')
                result.append({'id': 'values %s%s %s' % (name, list(args.values()), list(shape)), 'kind': 'values',
                               'name': name, 'args': args, 'shape': shape, 'value': value})
    by_hand = {'scale glorot_uniform [4, 5]': (6 / 9.) ** .5, 'scale he_uniform [3, 3, 2, 4]': (6 / 18.) ** .5,
               'scale lecun_normal [16, 3]': (1 / 16.) ** .5 / 0.87962566103423978}
    for c in result:
        if c['id'] in by_hand:
            assert abs(c.get('limit', c.get('stddev')) - by_hand[c['id']]) < 1e-12
    assert keras.initializers.get('one').__class__ is keras.initializers.Ones
    return result
