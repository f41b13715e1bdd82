"""Losses: "function" (unreduced), "class" (reduced, weighted) and "through" (the loss of softmax or sigmoid of logits);
gradient is that of the sum of value."""
import keras
import numpy as np
from keras import backend as K
from keras import losses

from record import fresh, normal, one_hot, placeholder, probabilities, run, uniform

NAMES = ['mean_squared_error', 'mse', 'MSE', 'mean_absolute_error', 'mae', 'MAE', 'mean_absolute_percentage_error', 'mape',
         'MAPE', 'mean_squared_logarithmic_error', 'msle', 'MSLE', 'squared_hinge', 'hinge', 'categorical_hinge', 'logcosh',
         'huber_loss', 'categorical_crossentropy', 'sparse_categorical_crossentropy', 'binary_crossentropy',
         'kullback_leibler_divergence', 'kld', 'KLD', 'poisson', 'cosine_proximity', 'cosine', 'cosine_similarity']
CLASSES = {'MeanSquaredError': 'mse', 'MeanAbsoluteError': 'mae', 'MeanAbsolutePercentageError': 'mape',
           'MeanSquaredLogarithmicError': 'msle', 'BinaryCrossentropy': 'binary_crossentropy',
           'CategoricalCrossentropy': 'categorical_crossentropy',
           'SparseCategoricalCrossentropy': 'sparse_categorical_crossentropy', 'Hinge': 'hinge',
           'SquaredHinge': 'squared_hinge', 'CategoricalHinge': 'categorical_hinge', 'LogCosh': 'logcosh', 'Huber': 'huber_loss',
           'Poisson': 'poisson', 'KLDivergence': 'kld'}
SMOOTHED_3D = 'Label smoothing divides by dimension 1 of the targets, which for rank 3 is not the number of classes.'
CLIPPED_3D = 'The softmax of rank 3 is not one operation in Keras, so this is the clipped form, not that of the logits.'


def data(random, name, shape, from_logits=False, variant=0):
    """Targets and predictions that suit a loss; the variant alternates kinds of targets."""
    function = getattr(losses, name)
    if function is losses.categorical_crossentropy or function is losses.kld:
        y_true = [one_hot(random.randint(0, shape[-1], shape[:-1]), shape[-1]), probabilities(random, shape)][variant % 2]
        return y_true, normal(random, shape, 2.) if from_logits else probabilities(random, shape)
    if function is losses.sparse_categorical_crossentropy:
        y_true = random.randint(0, shape[-1], shape[:-1] + (1,)).astype('float32')
        return y_true, normal(random, shape, 2.) if from_logits else probabilities(random, shape)
    if function is losses.binary_crossentropy:
        y_true = [random.randint(0, 2, shape).astype('float32'), uniform(random, 0., 1., shape)][variant % 2]
        return y_true, normal(random, shape, 2.) if from_logits else uniform(random, 0.01, 0.99, shape)
    if function in (losses.hinge, losses.squared_hinge):
        binary = random.randint(0, 2, shape).astype('float32')
        return [binary, binary * 2 - 1, normal(random, shape)][variant % 3], normal(random, shape)
    if function is losses.categorical_hinge:
        return one_hot(random.randint(0, shape[-1], shape[:-1]), shape[-1]), normal(random, shape)
    if function is losses.poisson:
        return random.randint(0, 6, shape).astype('float32'), uniform(random, 0.05, 5., shape)
    if function is losses.msle:
        return uniform(random, 0., 4., shape), [uniform(random, 0.01, 4., shape), normal(random, shape)][variant % 2]
    return normal(random, shape, 1.5), normal(random, shape, 1.5)


def case(identity, kind, compute, y_true, y_pred, **more):
    fresh()
    p = placeholder(y_pred)
    value = compute(K.constant(y_true), p)
    gradient = K.gradients(K.sum(value), [p])[0]
    v, g = run([value, gradient], [(p, y_pred)])
    result = {'id': identity, 'kind': kind, 'y_true': y_true, 'logits' if kind == 'through' else 'y_pred': y_pred,
              'value': np.asarray(v, 'float32'), 'gradient': np.zeros_like(y_pred) if g is None else g}
    result.update(more)
    return result


def cases(random):
    result = []
    shapes = [(4, 3), (3, 1), (2, 3, 4), (2, 2, 1)]
    for i, name in enumerate(NAMES):
        main = getattr(losses, name).__name__ == name
        for j, shape in enumerate(shapes if main else [shapes[2 * (i % 2)]]):
            if shape[-1] == 1 and 'categorical' in name:
                continue
            for variant in range(3 if 'hinge' in name and name != 'categorical_hinge' else 2 if main else 1):
                y_true, y_pred = data(random, name, shape, variant=variant + j)
                result.append(case('%s %s %d' % (name, list(shape), variant), 'function', getattr(losses, name), y_true, y_pred,
                                   name=name, args={}))
    result += options(random) + saturated(random) + classes(random) + through(random)
    check(result)
    return result


def options(random):
    """Functions with arguments."""
    result = []
    for shape in [(4, 3), (2, 3, 4)]:
        rank = len(shape)
        for n in range(3):
            for name in ['categorical_crossentropy', 'binary_crossentropy', 'sparse_categorical_crossentropy']:
                args = [{'from_logits': True}, {'label_smoothing': uniform(random, 0.05, 0.4, digits=2)},
                        {'from_logits': True, 'label_smoothing': uniform(random, 0.05, 0.4, digits=2)}][n]
                if name.startswith('sparse'):
                    if n:
                        continue
                y_true, y_pred = data(random, name, shape, args.get('from_logits'), n)
                more = {'note': SMOOTHED_3D} if rank == 3 and name[0] == 'c' and 'label_smoothing' in args else {}
                result.append(case('%s %s %s' % (name, args, list(shape)), 'function',
                                   lambda t, p: getattr(losses, name)(t, p, **args), y_true, y_pred, name=name, args=args, **more))
            args = {'delta': uniform(random, 0.2, 2., digits=2)}
            y_true, y_pred = data(random, 'huber_loss', shape)
            result.append(case('huber_loss %s %s' % (args, list(shape)), 'function',
                               lambda t, p: losses.huber_loss(t, p, **args), y_true, y_pred, name='huber_loss', args=args))
        for axis in range(-rank, rank):
            y_true, y_pred = data(random, 'cosine', shape)
            result.append(case('cosine_proximity axis %d %s' % (axis, list(shape)), 'function',
                               lambda t, p: losses.cosine_proximity(t, p, axis=axis), y_true, y_pred,
                               name='cosine_proximity', args={'axis': axis}))
    return result


def saturated(random):
    """Predictions and targets at the limits: 0, 1, equal values, zero vectors."""
    result = []
    t = np.array([[1, 0], [0, 1], [1, 0], [0, 1], [0.5, 0.5]], 'float32')
    p = np.array([[1, 0], [1, 0], [0, 0], [1e-8, 1], [0.5, 0.5]], 'float32')
    for name in ['categorical_crossentropy', 'binary_crossentropy', 'kld', 'poisson', 'mape', 'msle', 'mae', 'mse', 'hinge',
                 'squared_hinge', 'categorical_hinge', 'logcosh', 'huber_loss', 'cosine_proximity']:
        result.append(case('%s saturated' % name, 'function', getattr(losses, name), t, p, name=name, args={}))
    result.append(case('sparse_categorical_crossentropy saturated', 'function', losses.sparse_categorical_crossentropy,
                       np.array([[0], [1], [0], [1], [1]], 'float32'), p, name='sparse_categorical_crossentropy', args={}))
    far = np.array([[60, -60], [-120, 120], [30, 0]], 'float32')
    for name in ['categorical_crossentropy', 'binary_crossentropy']:
        result.append(case('%s from far logits' % name, 'function', lambda a, b: getattr(losses, name)(a, b, from_logits=True),
                           t[:3], far, name=name, args={'from_logits': True}))
    for name in ['logcosh', 'mse', 'huber_loss', 'hinge']:
        result.append(case('%s far' % name, 'function', getattr(losses, name), t[:3], far, name=name, args={}))
    return result


def classes(random):
    """Loss objects: every reduction, without and with sample weights of each shape they allow."""
    result = []
    for class_name, name in sorted(CLASSES.items()):
        for i, reduction in enumerate(['sum_over_batch_size', 'sum', 'none']):
            for j, shape in enumerate([(4, 3), (2, 3, 4)]):
                lead = shape if class_name == 'Huber' else shape[:-1]
                weights = [None, uniform(random, 0., 2.), uniform(random, 0., 2., lead)]
                weights.append(uniform(random, 0., 2., shape[:1] + (1,)) if j == 0 else uniform(random, 0., 2., shape[:1] + (1,)))
                if len(lead) > 1:
                    weights.append(uniform(random, 0., 2., shape[:1] if class_name != 'Huber' or j == 0 else shape[:2]))
                for k, weight in enumerate(weights):
                    if reduction != 'sum_over_batch_size' and k in (1, 3):
                        continue
                    args = {'reduction': reduction}
                    if class_name == 'Huber' and k % 2:
                        args['delta'] = uniform(random, 0.2, 2., digits=2)
                    if 'Crossentropy' in class_name and k in (2, 4):
                        args['from_logits'] = True
                    if class_name in ('BinaryCrossentropy', 'CategoricalCrossentropy') and k % 2:
                        args['label_smoothing'] = uniform(random, 0.05, 0.4, digits=2)
                    y_true, y_pred = data(random, name, shape, args.get('from_logits'), i + k)
                    loss = getattr(losses, class_name)(**args)
                    more = {'note': SMOOTHED_3D} if j and class_name[0] == 'C' and 'label_smoothing' in args else {}
                    made = case('%s %s %s weight %d' % (class_name, reduction, list(shape), k), 'class',
                                lambda t, p: loss(t, p, sample_weight=weight if weight is None else K.constant(weight)),
                                y_true, y_pred, class_name=class_name, args=args, config=loss.get_config(), **more)
                    made['sample_weight'] = None if weight is None else np.asarray(weight, 'float32')
                    result.append(made)
    return result


def through(random):
    """Softmax or sigmoid, then the loss."""
    result = []
    for name, activation in [('categorical_crossentropy', 'softmax'), ('sparse_categorical_crossentropy', 'softmax'),
                             ('binary_crossentropy', 'sigmoid')]:
        for shape in [(4, 3), (3, 2), (2, 3, 4)]:
            for n in range(2):
                y_true, x = data(random, name, shape, True, n)
                if n:
                    x = (x * 20).astype('float32')
                note = {'note': CLIPPED_3D} if len(shape) == 3 and activation == 'softmax' else {}
                result.append(case('%s through %s %s%s' % (name, activation, list(shape), [' ', ' far'][n]), 'through',
                                   lambda t, p: getattr(losses, name)(t, getattr(keras.activations, activation)(p)),
                                   y_true, x, name=name, args={}, through=activation, **note))
    for name, activation in [('categorical_crossentropy', 'softmax'), ('binary_crossentropy', 'sigmoid')]:
        for n in range(2):
            args = {'label_smoothing': uniform(random, 0.05, 0.4, digits=2)}
            y_true, x = data(random, name, (4, 3), True)
            result.append(case('%s through %s smoothed %d' % (name, activation, n), 'through',
                               lambda t, p: getattr(losses, name)(t, getattr(keras.activations, activation)(p), **args),
                               y_true, x, name=name, args=args, through=activation))
    for name in ['mse', 'mae', 'kld', 'categorical_hinge', 'poisson', 'binary_crossentropy']:
        y_true, x = data(random, 'categorical_crossentropy', (4, 3), True)
        result.append(case('%s through softmax' % name, 'through',
                           lambda t, p: getattr(losses, name)(t, keras.activations.softmax(p)), y_true, x, name=name, args={},
                           through='softmax'))
    return result


def check(result):
    """Some functions by hand, in float64."""
    by_hand = {
        'mean_squared_error': lambda t, p: ((t - p) ** 2).mean(-1), 'mean_absolute_error': lambda t, p: abs(t - p).mean(-1),
        'categorical_crossentropy': lambda t, p: -(t * np.log(p / p.sum(-1, keepdims=True))).sum(-1),
        'poisson': lambda t, p: (p - t * np.log(p + 1e-7)).mean(-1), 'logcosh': lambda t, p: np.log(np.cosh(p - t)).mean(-1)}
    checked = 0
    for c in result:
        if c['kind'] == 'function' and c['name'] in by_hand and not c['args'] and 'saturated' not in c['id'] and 'far' not in c['id']:
            hand = by_hand[c['name']](c['y_true'].astype('float64'), c['y_pred'].astype('float64'))
            np.testing.assert_allclose(c['value'], hand, rtol=5e-6, atol=1e-6)
            checked += 1
    assert checked > 20
