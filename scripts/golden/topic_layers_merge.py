"""Merge layers in inference: output, gradients of sum(output * seed), masks."""
import numpy as np
from keras import layers

from layer_cases import case
from record import fresh, normal

# Shapes without the batch, that broadcast.
SHAPES = [[(3,), (3,)], [(2, 3), (2, 3)], [(2, 3), (1, 3)], [(2, 1), (1, 3)], [(3, 2), (2,)], [(2,), (2, 3, 2)], [(1,), (4,)],
          [(2, 2, 2), (2, 1, 2)]]
THREE = [[(3,), (3,), (3,)], [(2, 3), (2, 1), (3,)], [(2, 2), (2, 2), (1, 2)]]
DOTS = [((3,), (3,), 1), ((3,), (3,), -1), ((2, 3), (4, 3), 2), ((2, 3), (4, 3), -1), ((3, 2), (3, 4), 1), ((2, 3), (3, 4), (2, 1)),
        ((2, 3), (3,), (2, 1)), ((3,), (2, 3), (1, 2)), ((2, 3), (2, 3), (1, 1)), ((2, 3), (3, 2), (-1, -2)),
        ((2, 2, 3), (3, 2), (3, 1)), ((2, 3), (2, 2, 3), (2, 3))]


def mask_of(random, steps):
    return (random.randint(0, 3, (2, steps)) > 0).astype('float32')


def cases(random):
    result = []

    def add(name, make, shapes, **more):
        fresh()
        result.append(case(random, name, make(), [normal(random, (2,) + s, digits=2) for s in shapes], **more))

    for name in ['Add', 'Subtract', 'Multiply', 'Average', 'Maximum', 'Minimum']:
        kind = getattr(layers, name)
        for shapes in SHAPES + ([] if name == 'Subtract' else THREE):
            add('%s %s' % (name, shapes), kind, shapes)
        add('%s, one mask' % name, kind, [(3, 2), (3, 2)], masks=[mask_of(random, 3), None])
        add('%s, two masks' % name, kind, [(3, 2), (3, 2)], masks=[mask_of(random, 3), mask_of(random, 3)])
    for shapes, axis in [([(2,), (3,)], -1), ([(2,), (3,), (1,)], 1), ([(2, 3), (2, 1)], 2), ([(2, 3), (1, 3)], 1), ([(2, 3), (1, 3)], -2),
                         ([(2, 2, 3), (2, 4, 3)], 2), ([(2, 2, 3), (2, 2, 1)], -1), ([(1, 2, 2), (3, 2, 2), (1, 2, 2)], 1)]:
        add('Concatenate %s axis %d' % (shapes, axis), lambda: layers.Concatenate(axis), shapes)
    add('Concatenate defaults', layers.Concatenate, [(2, 2), (2, 3)])
    for axis in [-1, 1]:
        add('Concatenate axis %d, one mask' % axis, lambda: layers.Concatenate(axis), [(3, 2 if axis < 0 else 1), (3, 1)],
            masks=[mask_of(random, 3), None])  # on axis 1 Keras takes no other width
        add('Concatenate axis %d, two masks' % axis, lambda: layers.Concatenate(axis), [(3, 2), (3, 2)],
            masks=[mask_of(random, 3), mask_of(random, 3)])
    for one, two, axes in DOTS:
        for normalize in [False, True]:
            add('Dot %s %s axes %s%s' % (one, two, axes, ' normalized' if normalize else ''),
                lambda: layers.Dot(axes, normalize=normalize), [one, two])
    add('Dot, masks', lambda: layers.Dot(2), [(3, 2), (3, 2)], masks=[mask_of(random, 3), mask_of(random, 3)])
    check(result)
    return result


def check(result):
    """By hand, in float64."""
    ways = {'Add': lambda a: sum(a), 'Subtract': lambda a: a[0] - a[1], 'Multiply': np.prod, 'Average': lambda a: sum(a) / len(a),
            'Maximum': lambda a: np.maximum.reduce(a), 'Minimum': lambda a: np.minimum.reduce(a)}
    for c in result:
        inputs = [x.astype('float64') for x in c['inputs']]
        if c['class_name'] in ways:
            rank = max(x.ndim for x in inputs)
            inputs = np.broadcast_arrays(*[x.reshape((x.shape[0],) + (1,) * (rank - x.ndim) + x.shape[1:]) for x in inputs])
            hand = inputs[0] * inputs[1] * (inputs[2] if len(inputs) > 2 else 1) if c['class_name'] == 'Multiply' \
                else ways[c['class_name']](inputs)
        elif c['class_name'] == 'Concatenate':
            hand = np.concatenate(inputs, c['config']['axis'])
        else:
            axes = c['config']['axes']
            axes = [axes % x.ndim for x in inputs] if isinstance(axes, int) else [a % x.ndim for a, x in zip(axes, inputs)]
            if c['config']['normalize']:
                inputs = [x / np.sqrt((x * x).sum(a, keepdims=True)) for x, a in zip(inputs, axes)]
            hand = np.stack([np.tensordot(inputs[0][n], inputs[1][n], ([axes[0] - 1], [axes[1] - 1])) for n in range(2)])
            hand = hand.reshape(c['output'].shape) if hand.ndim == 1 else hand
        np.testing.assert_allclose(c['output'], hand, rtol=1e-5, atol=1e-5, err_msg=c['id'])
