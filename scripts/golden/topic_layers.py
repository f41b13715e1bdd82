"""Layers of the core in inference: output, gradients of sum(output * seed), regularization losses and their gradients."""
import keras
import numpy as np
from keras import backend as K
from keras import constraints, initializers, layers, regularizers

from record import fresh, normal, pick, run, uniform

ACTIVATIONS = [None, 'linear', 'relu', 'tanh', 'sigmoid', 'softmax', 'softplus', 'softsign', 'selu', 'elu', 'hard_sigmoid',
               'exponential']


def regularizer(random):
    l1, l2 = uniform(random, 0.001, 0.1), uniform(random, 0.001, 0.1)
    return pick(random, [None, regularizers.l1(l1), regularizers.l2(l2), regularizers.l1_l2(l1, l2), 'l1', 'l2', 'l1_l2'])


def constraint(random):
    low, high = uniform(random, 0.1, 0.9, digits=2), uniform(random, 1., 3., digits=2)
    return pick(random, [None, None, constraints.MaxNorm(high), constraints.NonNeg(), constraints.UnitNorm(0),
                         constraints.MinMaxNorm(low, high, rate=uniform(random, 0.2, 1., digits=2)), 'max_norm', 'non_neg'])


def case(random, name, layer, shape):
    """Calls the layer on an input of the given shape (batch first)."""
    x = normal(random, shape)
    inputs = layers.Input(shape=shape[1:])
    output = layer(inputs)
    layer.set_weights([normal(random, w.shape, 0.5) for w in layer.get_weights()])
    feeds = [(inputs, x), (K.learning_phase(), 0)]
    seed = normal(random, run([output], feeds)[0].shape)
    target = K.sum(output * seed)
    losses = list(layer.losses)
    total = sum(losses) if losses else None
    sources = [inputs] + layer.weights

    def gradients(y):
        return K.gradients(y, sources) if y is not None else [None] * len(sources)

    values = run([output] + gradients(target) + losses + gradients(total), feeds)
    n, m = len(sources), len(losses)
    arrays = layer.get_weights()
    zero = [np.zeros_like(x)] + [np.zeros_like(w) for w in arrays]
    loss_gradients = [z if v is None else v for v, z in zip(values[1 + n + m:], zero)]
    return {'id': name, 'class_name': layer.__class__.__name__, 'config': layer.get_config(), 'inputs': [x],
            'weights': [{'name': w.name, 'value': v} for w, v in zip(layer.weights, arrays)], 'output': values[0],
            'seed': seed, 'input_gradients': [values[1]], 'weight_gradients': values[2:1 + n],
            'losses': values[1 + n:1 + n + m], 'loss_input_gradients': [loss_gradients[0]],
            'loss_weight_gradients': loss_gradients[1:], 'output_shape': layer.output_shape}


def cases(random):
    result = []

    def add(name, make, shape):
        fresh()
        result.append(case(random, name, make(), shape))

    for i, activation in enumerate(ACTIVATIONS):
        add('Dense activation %s' % activation, lambda: layers.Dense(1 + i % 4, activation=activation), (3, 2 + i % 3))
        add('Activation %s' % activation, lambda: layers.Activation(activation or 'linear'), [(2, 4), (2, 3, 2)][i % 2])
    for i in range(24):
        shape = [(3, 4), (1, 5), (2, 3, 4), (2, 2, 2, 3)][i % 4]
        add('Dense drawn %d' % i, lambda: layers.Dense(
            random.randint(1, 6), activation=pick(random, ACTIVATIONS), use_bias=bool(random.randint(3)),
            kernel_initializer=pick(random, ['glorot_uniform', 'he_normal', initializers.RandomNormal(0., 0.1, seed=i)]),
            bias_initializer=pick(random, ['zeros', 'ones', initializers.Constant(0.25)]),
            kernel_regularizer=regularizer(random), bias_regularizer=regularizer(random),
            activity_regularizer=regularizer(random), kernel_constraint=constraint(random),
            bias_constraint=constraint(random)), shape)
    add('Dense input_shape, name, dtype', lambda: layers.Dense(2, input_shape=(3,), name='first', dtype='float32'), (2, 3))
    add('Dense input_dim', lambda: layers.Dense(2, input_dim=3), (2, 3))
    add('Dense batch_input_shape', lambda: layers.Dense(2, batch_input_shape=(4, 3)), (4, 3))
    add('Dense not trainable', lambda: layers.Dense(2, trainable=False), (2, 3))
    for shape in [(2, 3, 4), (3, 1, 1), (2, 2, 3, 2), (1, 2, 2, 2, 2)]:
        for data_format in [None, 'channels_first', 'channels_last']:
            add('Flatten %s %s' % ('x'.join(map(str, shape)), data_format),
                lambda: layers.Flatten(data_format=data_format), shape)
    for shape, target in [((2, 12), (3, 4)), ((2, 12), (-1, 4)), ((2, 12), (3, -1)), ((2, 12), (2, -1, 3)), ((2, 12), (-1,)),
                          ((2, 3, 4), (12,)), ((2, 3, 4), (4, 3)), ((2, 3, 4), (-1,)), ((2, 2, 3, 2), (4, 3)),
                          ((2, 1), (1, 1, 1)), ((3, 6), (6,)), ((1, 2, 3), (-1, 1, 2))]:
        add('Reshape %s to %s' % (shape[1:], target), lambda: layers.Reshape(target), shape)
    for i in range(6):
        rate = [0., 0.5, 1.][i] if i < 3 else uniform(random, 0.05, 0.9, digits=2)
        shape = [(3, 4), (2, 3, 2)][i % 2]
        noise = [None, (None, 1) if len(shape) == 2 else (None, 1, 2)][i // 3]
        add('Dropout %s noise_shape %s' % (rate, noise),
            lambda: layers.Dropout(rate, noise_shape=noise, seed=[None, 3][i % 2]), shape)
    for i, make in enumerate([
            lambda: layers.InputLayer(input_shape=(3,)), lambda: layers.InputLayer(input_shape=(3, 4), batch_size=5),
            lambda: layers.InputLayer(batch_input_shape=(None, 2, 3), name='given'),
            lambda: layers.InputLayer(input_shape=(2,), dtype='int32'), lambda: layers.InputLayer(input_shape=(None, 4))]):
        fresh()
        layer = make()
        result.append({'id': 'InputLayer %d' % i, 'class_name': 'InputLayer', 'config': layer.get_config(), 'inputs': [],
                       'weights': [], 'output_shape': layer.output_shape})
    check(result)
    return result


def check(result):
    """Linear Dense layers by hand, in float64."""
    for c in result:
        if c['class_name'] == 'Dense' and c['config']['activation'] == 'linear':
            y = c['inputs'][0].astype('float64').dot(c['weights'][0]['value'].astype('float64'))
            if c['config']['use_bias']:
                y = y + c['weights'][1]['value']
            np.testing.assert_allclose(c['output'], y, rtol=2e-6, atol=1e-6)
            dx = c['seed'].astype('float64').dot(c['weights'][0]['value'].T.astype('float64'))
            np.testing.assert_allclose(c['input_gradients'][0], dx, rtol=2e-6, atol=1e-6)
