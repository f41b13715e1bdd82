"""Normalization, embedding, masking, shapes, noise, advanced activations and TimeDistributed: output, gradients of
sum(output * seed), losses, masks; BatchNormalization in training as well, with the moving averages it gives."""
import numpy as np
from keras import Sequential, Model, constraints, initializers, layers, regularizers

import networks
from layer_cases import case, options
from record import fresh, normal, pick, uniform
from training import plain_normalization


def mask_of(random, n, steps):
    """Ones and zeros in any order; the first sample may be masked all through."""
    mask = (random.randint(0, 5, (n, steps)) > 1).astype('float32')
    if random.randint(3) == 0:
        mask[0] = 0
    return mask


def normalization(random, i):
    shape, axis = [((3, 4), -1), ((4, 3), 1), ((2, 3, 4), -1), ((3, 4, 2), 1), ((2, 3, 2, 3), -1), ((2, 2, 3, 3), 1),
                   ((2, 3, 3, 2), 2), ((2, 2, 2, 3, 2), -1), ((5, 1), -1), ((2, 2, 2, 2, 2), 1)][i % 10]
    arguments = {'axis': axis, 'momentum': uniform(random, 0.5, 0.99, digits=2), 'epsilon': uniform(random, 0.001, 0.05),
                 'scale': i % 4 != 1, 'center': i % 3 != 1}
    if i % 3 == 0:
        arguments.update(beta_regularizer=networks.regularizer(random), gamma_regularizer=networks.regularizer(random),
                         beta_constraint=networks.constraint(random), gamma_constraint=networks.constraint(random))
    return arguments, normal(random, shape, digits=2)


def cases(random):
    plain_normalization()
    result = []

    def add(name, make, x, **more):
        fresh()
        result.append(case(random, name, make(), x if isinstance(x, list) else [x], **more))

    def drawn(*shape):
        return normal(random, shape, digits=2)

    for training in [False, True]:
        how = 'training' if training else 'inference'
        add('BatchNormalization defaults %s' % how, layers.BatchNormalization, drawn(4, 3), training=training)
        for i in range(16 if training else 10):
            arguments, x = normalization(random, i)
            add('BatchNormalization drawn %d %s' % (i, how), lambda: layers.BatchNormalization(**arguments), x, training=training)
    add('BatchNormalization not trainable, training', lambda: layers.BatchNormalization(trainable=False), drawn(4, 3), training=True)
    for given in [False, True]:
        for training in [False, True]:
            fresh()
            layer = layers.BatchNormalization()
            inputs = drawn(4, 2)
            found = case(random, 'BatchNormalization called with training=%s in %s' % (
                given, 'training' if training else 'inference'), layer, [inputs], training=training, call={'training': given})
            result.append(found)

    words = random.randint(0, 6, (3, 4))
    words[0, 2:] = 0
    add('Embedding defaults', lambda: layers.Embedding(6, 3), words.astype('float32'))
    add('Embedding mask_zero', lambda: layers.Embedding(6, 3, mask_zero=True), words.astype('float32'))
    add('Embedding mask_zero, input_length', lambda: layers.Embedding(6, 2, mask_zero=True, input_length=4), words.astype('float32'))
    add('Embedding of int32', lambda: layers.Embedding(6, 2), words.astype('int32'))
    add('Embedding of two axes', lambda: layers.Embedding(6, 2, input_length=(2, 2)), words.reshape(3, 2, 2).astype('float32'))
    add('Embedding of one word', lambda: layers.Embedding(6, 2), words[:, :1].astype('float32'))
    for i in range(5):
        size = random.randint(3, 8)
        add('Embedding drawn %d' % i, lambda: layers.Embedding(
            size, random.randint(1, 4), embeddings_initializer=pick(random, ['uniform', 'normal', initializers.Constant(0.5)]),
            embeddings_regularizer=networks.regularizer(random), activity_regularizer=networks.regularizer(random),
            embeddings_constraint=networks.constraint(random), mask_zero=bool(random.randint(2))),
            random.randint(0, size, (2, random.randint(1, 5))).astype('float32'))

    holes = drawn(3, 4, 2)
    holes[0, 2:], holes[1, 0], holes[2, 1, 0] = 0, 0, 0
    add('Masking defaults', layers.Masking, holes)
    add('Masking -1', lambda: layers.Masking(-1.), np.where(holes == 0, np.float32(-1), holes))
    add('Masking of four axes', layers.Masking, holes.reshape(3, 2, 2, 2))
    for name, make in [('Masking', layers.Masking), ('Activation', lambda: layers.Activation('tanh')),
                       ('Dense', lambda: layers.Dense(2)), ('ReLU', layers.ReLU),
                       ('BatchNormalization', layers.BatchNormalization), ('SpatialDropout1D', lambda: layers.SpatialDropout1D(0.5)),
                       ('TimeDistributed Dense', lambda: layers.TimeDistributed(layers.Dense(2)))]:
        add('%s under a mask' % name, make, drawn(2, 3, 2), masks=[mask_of(random, 2, 3)])

    for dims in [(1,), (2, 1), (1, 2), (3, 1, 2), (2, 3, 1), (1, 3, 2), (2, 1, 4, 3)]:
        add('Permute %s' % (dims,), lambda: layers.Permute(dims), drawn(2, *range(2, 2 + len(dims))))
    for n in [1, 2, 5]:
        add('RepeatVector %d' % n, lambda: layers.RepeatVector(n), drawn(2, 3))
    for l1, l2 in [(0., 0.), (0.01, 0.), (0., 0.02), (uniform(random, 0.01, 0.1), uniform(random, 0.01, 0.1))]:
        add('ActivityRegularization %s %s' % (l1, l2), lambda: layers.ActivityRegularization(l1, l2), drawn(2, 3))
    for name, make, shape in [
            ('SpatialDropout1D', lambda: layers.SpatialDropout1D(0.3), (2, 3, 2)),
            ('SpatialDropout2D', lambda: layers.SpatialDropout2D(0.3), (1, 2, 3, 2)),
            ('SpatialDropout2D channels_first', lambda: layers.SpatialDropout2D(0.3, data_format='channels_first'), (1, 2, 3, 2)),
            ('SpatialDropout3D', lambda: layers.SpatialDropout3D(0.3), (1, 2, 2, 2, 1)),
            ('GaussianNoise', lambda: layers.GaussianNoise(0.5), (2, 3)),
            ('GaussianDropout', lambda: layers.GaussianDropout(0.5), (2, 3)),
            ('AlphaDropout', lambda: layers.AlphaDropout(0.5, noise_shape=(2, 1), seed=3), (2, 3)),
            ('Dropout, noise_shape and seed', lambda: layers.Dropout(0.5, noise_shape=(None, 1, 2), seed=3), (2, 3, 2))]:
        add('%s in inference' % name, make, drawn(*shape))

    for name in ['LeakyReLU', 'ELU', 'ThresholdedReLU', 'PReLU', 'Softmax', 'ReLU']:
        add('%s defaults' % name, getattr(layers, name), drawn(3, 4))
    for alpha in [0., 1., uniform(random, 0.05, 2.)]:
        add('LeakyReLU %s' % alpha, lambda: layers.LeakyReLU(alpha), drawn(2, 3, 2))
        add('ELU %s' % alpha, lambda: layers.ELU(alpha), drawn(2, 3, 2))
        add('ThresholdedReLU %s' % alpha, lambda: layers.ThresholdedReLU(alpha), drawn(2, 3, 2))
    for shape, axis in [((3, 4), 1), ((2, 3, 4), -1), ((2, 3, 4), 1), ((2, 3, 4), -2), ((2, 2, 3, 2), 2), ((2, 2, 3, 2), 1)]:
        add('Softmax axis %d of %d' % (axis, len(shape)), lambda: layers.Softmax(axis), drawn(*shape))
    for shape, shared in [((2, 3, 2), None), ((2, 3, 2), [1]), ((2, 3, 2), [1, 2]), ((2, 2, 3, 2), [1, 2]), ((2, 2, 3, 2), [3]),
                          ((2, 2, 3, 2), 1)]:
        add('PReLU shared_axes %s of %d' % (shared, len(shape)), lambda: layers.PReLU(
            alpha_initializer=pick(random, ['zeros', initializers.Constant(0.25)]), shared_axes=shared,
            alpha_regularizer=networks.regularizer(random), alpha_constraint=networks.constraint(random)), drawn(*shape))
    for top, slope, threshold in [(6., 0., 0.), (None, 0.2, 0.), (None, 0., 0.5), (1., 0.1, 0.3), (2., 0., 1.),
                                  (1.5, uniform(random, 0.05, 0.5), uniform(random, -0.5, 0.5)), (None, 0.25, -1.)]:
        add('ReLU %s %s %s' % (top, slope, threshold),
            lambda: layers.ReLU(max_value=top, negative_slope=slope, threshold=threshold), drawn(2, 3, 2))

    for i, (name, make, shape) in enumerate([
            ('Dense', lambda: layers.Dense(2, **options(random)), (3, 4)),
            ('Dense, penalties', lambda: layers.Dense(3, kernel_regularizer=regularizers.l2(0.01), bias_regularizer='l1',
                                                      activity_regularizer=regularizers.l1_l2(0.01, 0.02)), (2, 3)),
            ('Dense of rank 3', lambda: layers.Dense(2, activation='tanh'), (2, 2, 3)),
            ('Conv2D', lambda: layers.Conv2D(2, 2, **options(random)), (2, 3, 3, 2)),
            ('Conv1D', lambda: layers.Conv1D(2, 2, padding='causal'), (2, 4, 2)),
            ('MaxPooling2D', lambda: layers.MaxPooling2D(2), (2, 4, 4, 1)), ('Flatten', layers.Flatten, (2, 3, 2)),
            ('Activation', lambda: layers.Activation('softmax'), (2, 3)), ('Embedding', lambda: layers.Embedding(5, 2), (3, 2)),
            ('BatchNormalization', lambda: layers.BatchNormalization(momentum=0.75), (3, 2)),
            ('PReLU', lambda: layers.PReLU(shared_axes=[1]), (2, 3, 2)),
            ('LSTM', lambda: layers.LSTM(2), (2, 3, 2)), ('TimeDistributed', lambda: layers.TimeDistributed(layers.Dense(2)), (2, 3, 2)),
            ('Sequential', lambda: Sequential([layers.Dense(3, activation='relu', input_shape=(2,)), layers.Dense(2)]), (3, 2)),
            ('Model', functional, (3, 2)), ('Bidirectional', lambda: layers.Bidirectional(layers.GRU(1)), (2, 3, 2))]):
        x = random.randint(0, 5, (2,) + shape).astype('float32') if name == 'Embedding' else drawn(2, *shape)
        for batched in [False, True] if i in (0, 3) else [False]:
            more = {'batch': True} if batched else {}
            add('TimeDistributed %s%s' % (name, ' of fixed batch' if batched else ''),
                lambda: layers.TimeDistributed(make()), x, **more)
    add('TimeDistributed Embedding with mask_zero', lambda: layers.TimeDistributed(layers.Embedding(5, 2, mask_zero=True)),
        random.randint(0, 3, (2, 3, 2)).astype('float32'))
    add('TimeDistributed LSTM under a mask', lambda: layers.TimeDistributed(layers.LSTM(2)), drawn(2, 3, 2, 2),
        masks=[(random.randint(0, 3, (2, 3, 2)) > 0).astype('float32')])
    check(result)
    return result


def functional():
    """Two branches that meet."""
    a = layers.Input(shape=(2,))
    return Model(a, layers.add([layers.Dense(2, activation='tanh')(a), layers.Dense(2, kernel_constraint=constraints.NonNeg())(a)]))


def check(result):
    """BatchNormalization by hand, in float64, with the sample size of Keras's formula."""
    checked = 0
    for c in result:
        if c['class_name'] != 'BatchNormalization' or 'input_masks' in c:
            continue
        config, x, y = c['config'], c['inputs'][0].astype('float64'), c['output']
        axis = config['axis'] % x.ndim
        others = tuple(a for a in range(x.ndim) if a != axis)
        w = {v['name'].split('/')[-1]: v['value'].astype('float64') for v in c['weights']}
        mean, variance = w['moving_mean:0'], w['moving_variance:0']
        n = x.size // x.shape[axis]
        of_batch, variance_of_batch = x.mean(others), x.var(others)
        if c.get('call', {}).get('training', c.get('training', False)):
            mean, variance = of_batch, variance_of_batch
        shape = [-1 if a == axis else 1 for a in range(x.ndim)]
        hand = (x - mean.reshape(shape)) / np.sqrt(variance.reshape(shape) + config['epsilon'])
        hand = hand * w.get('gamma:0', np.ones(1)).reshape(shape) + w.get('beta:0', np.zeros(1)).reshape(shape)
        np.testing.assert_allclose(y, hand, rtol=2e-4, atol=2e-5, err_msg=c['id'])
        if 'updated_weights' in c:
            m = config['momentum']
            np.testing.assert_allclose(c['updated_weights'][-2], w['moving_mean:0'] * m + of_batch * (1 - m), rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(c['updated_weights'][-1], w['moving_variance:0'] * m + variance_of_batch * n
                                       / (n - 1 - config['epsilon']) * (1 - m), rtol=1e-5, atol=1e-6)
            checked += 1
    assert checked > 10, checked
