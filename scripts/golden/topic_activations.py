"""Activations: y = name(x, **args), and dx, the gradient of sum(y * seed) with respect to x."""
import keras
import numpy as np
from keras import backend as K

from record import fresh, normal, placeholder, run, uniform

PLAIN = ['selu', 'softplus', 'softsign', 'tanh', 'sigmoid', 'hard_sigmoid', 'exponential', 'linear', 'relu', 'elu']
EDGES = np.array([[0, -0., 1, -1, 2.5, -2.5, 6, -6, 1e-6, -1e-6, 0.5, -0.5],
                  [20, -20, 30, -30, 80, -80, 100, -100, 1e4, -1e4, 2, -2]], 'float32')


def case(random, name, args, x, note=None, label=''):
    fresh()
    p = placeholder(x)
    y = getattr(keras.activations, name)(p, **args)
    seed = normal(random, x.shape)
    value, dx = run([y, K.gradients(K.sum(y * seed), [p])[0]], [(p, x)])
    text = ','.join('%s=%s' % item for item in args.items())
    result = {'id': '%s(%s) %s%s' % (name, text, 'x'.join(map(str, x.shape)), label), 'name': name, 'args': args, 'x': x,
              'y': value, 'seed': seed, 'dx': dx}
    if note:
        result['note'] = note
    return result


def cases(random):
    result = []
    for name in PLAIN:
        for shape in [(3, 4), (2, 3, 2)]:
            result.append(case(random, name, {}, normal(random, shape, 2.)))
        result.append(case(random, name, {}, EDGES, label=' edges'))
    for _ in range(4):
        alpha = uniform(random, 0.1, 2., digits=2)
        result.append(case(random, 'elu', {'alpha': alpha}, normal(random, (3, 4), 2.)))
    for bits in range(1, 8):
        for n in range(2):
            args = {}
            if bits & 1:
                args['alpha'] = uniform(random, 0.05, 0.5, digits=2)
            if bits & 2:
                args['max_value'] = uniform(random, 1.5, 6., digits=1)
            if bits & 4:
                args['threshold'] = uniform(random, -1., 1.4, digits=1)
            x = normal(random, (4, 5), 3.)
            if n:
                x[0, :3] = [args.get('threshold', 0.), args.get('max_value', 0.), 0.]
            result.append(case(random, 'relu', args, x, label=' boundaries' if n else ''))
    for shape in [(3, 4), (4, 1), (2, 3, 4), (2, 2, 3, 2)]:
        result.append(case(random, 'softmax', {}, normal(random, shape, 2.)))
        for axis in range(-len(shape), len(shape)):
            note = 'A rank 2 input ignores the axis: always the last one.' if len(shape) == 2 else None
            result.append(case(random, 'softmax', {'axis': axis}, normal(random, shape, 2.), note))
    result.append(case(random, 'softmax', {}, EDGES, label=' edges'))
    check(result)
    return result


def check(result):
    """Some values by hand, in float64."""
    by_hand = {
        'tanh': np.tanh, 'sigmoid': lambda x: 1 / (1 + np.exp(-x)), 'softsign': lambda x: x / (1 + abs(x)),
        'softplus': lambda x: np.log1p(np.exp(x)), 'hard_sigmoid': lambda x: np.clip(0.2 * x + 0.5, 0, 1),
        'selu': lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x))}
    for c in result:
        if c['name'] in by_hand and 'edges' not in c['id']:
            np.testing.assert_allclose(c['y'], by_hand[c['name']](c['x'].astype('float64')), rtol=2e-6, atol=1e-7)
