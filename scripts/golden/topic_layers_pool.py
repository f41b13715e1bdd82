"""Pooling, padding, cropping and upsampling: output, gradients of sum(output * seed)."""
import itertools

import numpy as np
from keras import layers

from layer_cases import case, last
from record import fresh, normal
from topic_layers_conv import FORMATS, image, window


def pooling(random, i, rank):
    """Arguments of a pooling layer."""
    data_format = FORMATS[i % 3 == 2]
    arguments = {'pool_size': window(random, rank), 'padding': ['valid', 'same'][i % 2], 'data_format': data_format}
    if random.randint(3):
        arguments['strides'] = window(random, rank)
    return arguments, image(random, data_format, rank, 4, 8)


def sides(random, i):
    """An int, a pair, or a pair of pairs."""
    a = [int(n) for n in random.randint(0, 3, 4)]
    return [a[0], (a[0], a[1]), ((a[0], a[1]), (a[2], a[3]))][i % 3]


def cases(random):
    result = []

    def add(name, make, x, **more):
        fresh()
        result.append(case(random, name, make(), [x], **more))

    flat, square = [normal(random, s, digits=2) for s in [(2, 6, 2), (2, 5, 5, 2)]]
    for name in ['MaxPooling', 'AveragePooling']:
        for rank, x in [(1, flat), (2, square)]:
            kind = getattr(layers, '%s%dD' % (name, rank))
            add('%s defaults' % kind.__name__, kind, x)
            for i in range(7):
                arguments, x = pooling(random, i, rank)
                add('%s drawn %d' % (kind.__name__, i), lambda: kind(**arguments), x)
    for name in ['GlobalMaxPooling', 'GlobalAveragePooling']:
        for rank in [1, 2]:
            kind = getattr(layers, '%s%dD' % (name, rank))
            for data_format in FORMATS:
                add('%s %s' % (kind.__name__, data_format), lambda: kind(data_format=data_format),
                    image(random, data_format, rank))
    for i in range(3):
        x = normal(random, (3, 4, 2), digits=2)
        mask = (random.randint(0, 3, (3, 4)) > 0).astype('float32')
        mask[:, 0] = 1
        add('GlobalAveragePooling1D masked %d' % i, layers.GlobalAveragePooling1D, x, masks=[mask])
    for name in ['ZeroPadding2D', 'Cropping2D']:
        kind = getattr(layers, name)
        add('%s defaults' % name, kind, square)
        for i in range(7):
            data_format = FORMATS[i % 2]
            add('%s drawn %d' % (name, i), lambda: kind(sides(random, i), data_format=data_format),
                image(random, data_format, low=5))
    for name in ['ZeroPadding1D', 'Cropping1D']:
        kind = getattr(layers, name)
        for i, given in enumerate([1, 2, (0, 2), (2, 1)]):
            add('%s %s' % (name, given), lambda: kind(given), flat)
    for size in [1, 2, 3]:
        add('UpSampling1D %d' % size, lambda: layers.UpSampling1D(size), flat)
    for interpolation in ['nearest', 'bilinear']:
        for i, size in enumerate([2, 3, (1, 2), (3, 2), (4, 3)]):
            for data_format in FORMATS:
                add('UpSampling2D %s %s %s' % (interpolation, size, data_format), lambda: layers.UpSampling2D(
                    size, data_format=data_format, interpolation=interpolation), image(random, data_format, low=2, high=5))
    check(result)
    return result


def pooled(x, size, strides, padding, of):
    lengths = [(n - k) // s + 1 if padding == 'valid' else -(-n // s) for n, k, s in zip(x.shape[1:-1], size, strides)]
    starts = [0 if padding == 'valid' else max((m - 1) * s + k - n, 0) // 2
              for n, k, s, m in zip(x.shape[1:-1], size, strides, lengths)]
    y = np.zeros((x.shape[0],) + tuple(lengths) + x.shape[-1:])
    for o in itertools.product(*map(range, lengths)):
        part = [slice(max(a * s - b, 0), a * s - b + k) for a, s, b, k in zip(o, strides, starts, size)]
        y[(slice(None),) + o] = of(x[(slice(None),) + tuple(part)], axis=tuple(range(1, x.ndim - 1)))
    return y


def bilinear(x, size):
    """Corners stay where they are times the size: no half pixels."""
    for axis, n in zip((1, 2), size):
        at = np.arange(x.shape[axis] * n) / float(n)
        low = np.floor(at).astype(int)
        high, part = np.minimum(low + 1, x.shape[axis] - 1), (at - low).reshape([-1 if a == axis else 1 for a in range(4)])
        x = np.take(x, low, axis) * (1 - part) + np.take(x, high, axis) * part
    return x


def check(result):
    """Pooling and upsampling by hand, in float64."""
    for c in result:
        config = c['config']
        first = config.get('data_format') == 'channels_first'
        x, y = [(last(a) if first and a.ndim > 2 else a).astype('float64') for a in (c['inputs'][0], c['output'])]
        if c['class_name'][:7] in ('MaxPool', 'Average'):
            hand = pooled(x, config['pool_size'], config['strides'], config['padding'], np.max if 'Max' in c['id'] else np.mean)
        elif config.get('interpolation') == 'bilinear':
            hand = bilinear(x, config['size'])
        elif config.get('interpolation') == 'nearest':
            hand = x.repeat(config['size'][0], 1).repeat(config['size'][1], 2)
        elif 'input_masks' in c:
            m = c['input_masks'][0][..., None]
            hand = (x * m).sum(1) / m.sum(1)
        else:
            continue
        np.testing.assert_allclose(y, hand, rtol=1e-5, atol=1e-5, err_msg=c['id'])
