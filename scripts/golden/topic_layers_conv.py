"""Convolutions in inference: output, gradients of sum(output * seed), regularization losses and their gradients."""
import numpy as np
import tensorflow as tf
from keras import layers

from layer_cases import case, correlated, last, options, spread
from record import fresh, normal

FORMATS = ['channels_last', 'channels_first']
SEPARABLE = ('depthwise', 'pointwise', 'bias')


def image(random, data_format, rank=2, low=3, high=7):
    """A small batch of 1 or 2, 1 to 3 channels."""
    sizes = tuple(random.randint(low, high, rank))
    channels = (random.randint(1, 4),)
    batch = (random.randint(1, 3),)
    return normal(random, batch + (channels + sizes if data_format == 'channels_first' else sizes + channels), digits=2)


def window(random, rank, biggest=4):
    """A kernel size: an int or a tuple."""
    size = tuple(int(n) for n in random.randint(1, biggest, rank))
    return size[0] if random.randint(2) else size


def steps(random, rank, same=False):
    """Strides and dilation rate, of which one stays 1."""
    values = [int(random.randint(2, 4))] * rank if same or random.randint(2) else [int(n) for n in random.randint(1, 4, rank)]
    kind = random.randint(3)
    arguments = {}
    if kind == 1:
        arguments['strides'] = values[0] if rank == 1 or len(set(values)) == 1 else tuple(values)
    if kind == 2:
        arguments['dilation_rate'] = values[0] if rank == 1 or len(set(values)) == 1 else tuple(values)
    return arguments


def conv1d(random, i):
    data_format = FORMATS[i % 3 == 2]
    padding = ['valid', 'same', 'causal' if data_format == 'channels_last' else 'same'][i % 3 if i % 6 < 3 else random.randint(3)]
    return (lambda: layers.Conv1D(random.randint(1, 4), window(random, 1), padding=padding, data_format=data_format,
                                  **steps(random, 1), **options(random))), image(random, data_format, 1, 8, 12)


def conv2d(random, i):
    data_format = FORMATS[i % 3 == 2]
    return (lambda: layers.Conv2D(random.randint(1, 4), window(random, 2), padding=['valid', 'same'][i % 2],
                                  data_format=data_format, **steps(random, 2), **options(random))), \
        image(random, data_format, low=7, high=8) if i % 2 == 0 else image(random, data_format)


def depthwise(random, i):
    data_format = FORMATS[i % 3 == 2]
    return (lambda: layers.DepthwiseConv2D(window(random, 2), padding=['valid', 'same'][i % 2], data_format=data_format,
                                           depth_multiplier=random.randint(1, 4), **steps(random, 2, same=True),
                                           **options(random, ('depthwise', 'bias')))), \
        image(random, data_format, low=7, high=8) if i % 2 == 0 else image(random, data_format)


def separable(random, i):
    data_format = FORMATS[i % 3 == 2]
    return (lambda: layers.SeparableConv2D(random.randint(1, 4), window(random, 2), padding=['valid', 'same'][i % 2],
                                           data_format=data_format, depth_multiplier=random.randint(1, 3),
                                           **steps(random, 2, same=True), **options(random, SEPARABLE))), \
        image(random, data_format, low=7, high=8) if i % 2 == 0 else image(random, data_format)


def separable1d(random, i):
    data_format = FORMATS[i % 3 == 2]
    return (lambda: layers.SeparableConv1D(random.randint(1, 4), window(random, 1), padding=['valid', 'same'][i % 2],
                                           data_format=data_format, depth_multiplier=random.randint(1, 3),
                                           **steps(random, 1), **options(random, SEPARABLE))), \
        image(random, data_format, 1, 7, 10)


def transposed(random, i):
    data_format = FORMATS[i % 3 == 2]
    strides = tuple(int(n) for n in random.randint(1, 4, 2))
    arguments = {'strides': strides} if i % 4 else {'dilation_rate': [1, 2][i % 8 == 4]}
    if i % 4 in (2, 3):
        arguments['output_padding'] = tuple(int(random.randint(0, s)) for s in strides)
    return (lambda: layers.Conv2DTranspose(random.randint(1, 4), window(random, 2), padding=['valid', 'same', 'valid', 'valid', 'same'][i % 5],
                                           data_format=data_format, **arguments, **options(random))), \
        image(random, data_format, low=2, high=5)


def cases(random):
    result = []

    def add(name, make, x):
        fresh()
        try:
            result.append(case(random, name, make(), [x]))
        except tf.errors.InvalidArgumentError as e:  # output_padding whose forward convolution would give another length
            assert "doesn't match computed" in e.message, e
            print('TensorFlow refuses', name)

    flat, square = [normal(random, s, digits=2) for s in [(2, 6, 2), (2, 5, 5, 2)]]
    add('Conv1D defaults', lambda: layers.Conv1D(3, 3), flat)
    add('Conv2D defaults', lambda: layers.Conv2D(3, 3), square)
    add('DepthwiseConv2D defaults', lambda: layers.DepthwiseConv2D(3), square)
    add('SeparableConv2D defaults', lambda: layers.SeparableConv2D(3, 3), square)
    add('SeparableConv1D defaults', lambda: layers.SeparableConv1D(3, 3), flat)
    add('Conv2DTranspose defaults', lambda: layers.Conv2DTranspose(3, 3), square[:, :3, :3])
    add('Conv2DTranspose 4 by 2, 5 to 12', lambda: layers.Conv2DTranspose(1, 4, strides=2), square[:1])
    for padding in ['valid', 'same']:
        for given in [None, 0, 1]:
            add('Conv2DTranspose %s output_padding %s' % (padding, given), lambda: layers.Conv2DTranspose(
                1, 4, strides=2, padding=padding, output_padding=given), square[:1, :3, :2])
    for dilation in [1, 2, 3]:
        add('Conv1D causal dilation %d' % dilation,
            lambda: layers.Conv1D(2, 3, padding='causal', dilation_rate=dilation), flat)
    add('Conv1D causal strides 2', lambda: layers.Conv1D(2, 3, padding='causal', strides=2), flat)
    for kind, make, count in [('Conv1D', conv1d, 14), ('Conv2D', conv2d, 15), ('DepthwiseConv2D', depthwise, 9),
                              ('SeparableConv2D', separable, 9), ('SeparableConv1D', separable1d, 5),
                              ('Conv2DTranspose', transposed, 13)]:
        for i in range(count):
            layer, x = make(random, i)
            add('%s drawn %d' % (kind, i), layer, x)
    check(result)
    return result


def check(result):
    """Linear layers by hand, in float64."""
    checked = 0
    for c in result:
        config = c['config']
        if config['activation'] != 'linear':
            continue
        first = config['data_format'] == 'channels_first'
        x, y = [last(a) if first else a for a in (c['inputs'][0], c['output'])]
        kernel = c['weights'][0]['value']
        how = config['strides'], config['dilation_rate'], config['padding']
        if c['class_name'] in ('Conv1D', 'Conv2D'):
            hand = correlated(x, kernel, *how)
        elif c['class_name'] == 'Conv2DTranspose':
            hand = spread(x, kernel, *how, lengths=y.shape[1:-1])
        else:
            m = kernel.shape[-1]
            hand = np.concatenate([correlated(x[..., i:i + 1], kernel[..., i:i + 1, :], *how) for i in range(x.shape[-1])], -1)
            assert hand.shape[-1] == m * x.shape[-1]
            if c['class_name'].startswith('Separable'):
                hand = hand.dot(c['weights'][1]['value'].reshape(hand.shape[-1], -1).astype('float64'))
        if config['use_bias']:
            hand = hand + c['weights'][-1]['value']
        np.testing.assert_allclose(y, hand, rtol=2e-5, atol=1e-5, err_msg=c['id'])
        checked += 1
    assert checked > 20, checked
