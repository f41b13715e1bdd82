"""What the topics of layers beyond the core share: drawn settings, one call of a layer, masks, sums by hand."""
import itertools

import numpy as np
import tensorflow as tf
from keras import backend as K
from keras import layers

import networks
from record import normal, pick, run

ACTIVATIONS = [None, None, 'relu', 'tanh', 'sigmoid', 'elu', 'softplus', 'hard_sigmoid', 'selu', 'softsign']


class Masked(layers.Layer):
    """Its first input, masked where its second input is zero."""

    def call(self, inputs):
        return K.identity(inputs[0])

    def compute_mask(self, inputs, mask=None):
        return K.cast(inputs[1], 'bool')

    def compute_output_shape(self, input_shape):
        return input_shape[0]


def options(random, weights=('kernel', 'bias'), activation=True):
    """Keyword arguments of a layer with weights of those names: activation, bias, now and then penalties and constraints."""
    found = {'activation': pick(random, ACTIVATIONS)} if activation else {}
    if 'bias' in weights:
        found['use_bias'] = random.randint(4) > 0
    if random.randint(3) == 0:
        for weight in weights:
            found[weight + '_regularizer'] = networks.regularizer(random)
            found[weight + '_constraint'] = networks.constraint(random)
        if activation:
            found['activity_regularizer'] = networks.regularizer(random)
    return found


def drawn_weight(random, name, shape):
    """Numbers for a weight; a variance is positive."""
    value = normal(random, shape, 0.5)
    return abs(value) + np.float32(0.125) if 'variance' in name else value


def draw_weights(random, layer):
    layer.set_weights([drawn_weight(random, w.name, K.int_shape(w)) for w in weight_order(layer)])


def weight_order(layer):
    """The variables in the order of get_weights, which differs from `weights` for wrappers and models."""
    sublayers = getattr(layer, 'forward_layer', None) and [layer.forward_layer, layer.backward_layer]
    if sublayers is None and hasattr(layer, 'layers'):
        sublayers = layer.layers
    if sublayers is None and isinstance(layer, layers.TimeDistributed):
        sublayers = [layer.layer]
    return layer.weights if sublayers is None else [w for s in sublayers for w in weight_order(s)]


def gradients(y, sources):
    """Dense gradients; zeros where y does not depend on a real source, None for an integer one."""
    found = tf.gradients(y, sources)
    return [None if not s.dtype.base_dtype.is_floating else tf.zeros_like(s) if g is None else tf.convert_to_tensor(g)
            for g, s in zip(found, sources)]


def placeholders(arrays, batch=False):
    return [layers.Input(dtype=a.dtype.name, **({'batch_shape': a.shape} if batch else {'shape': a.shape[1:]})) for a in arrays]


def masked(inputs, masks):
    """The inputs under masks (None: no mask), and what to feed for the masks."""
    found, feeds = [], []
    for x, mask in zip(inputs, masks or [None] * len(inputs)):
        if mask is not None:
            symbol = layers.Input(shape=mask.shape[1:])
            feeds.append((symbol, mask.astype('float32')))
            x = Masked()([x, symbol])
        found.append(x)
    return found, feeds


def one_or_all(values):
    return values[0] if len(values) == 1 else values


def case(random, name, layer, arrays, masks=None, training=False, batch=False, call=None):
    """Calls a layer of one output on those arrays: {output, gradients of sum(output * seed), losses, masks, updates}."""
    inputs = placeholders(arrays, batch)
    called, feeds = masked(inputs, masks)
    output = layer(one_or_all(called), **call or {})
    draw_weights(random, layer)
    feeds += list(zip(inputs, arrays)) + [(K.learning_phase(), int(training))]
    seed = normal(random, run([output], feeds)[0].shape)
    losses, sources = [tf.convert_to_tensor(v) for v in layer.losses], inputs + layer.weights
    mask = layer.compute_mask(one_or_all(called), one_or_all([x._keras_history[0].get_output_mask_at(0) for x in called]))
    n, m, k = len(sources), len(losses), len(inputs)
    values = run([output] + gradients(K.sum(output * seed), sources) + losses
                 + (gradients(tf.add_n(losses), sources) if losses else []) + [mask], feeds)
    weights = run(layer.weights)
    found = {'id': name, 'class_name': layer.__class__.__name__, 'config': layer.get_config(), 'inputs': list(arrays)}
    if masks:
        found['input_masks'] = [m if m is None else m.astype(bool) for m in masks]
    if training:
        found['training'] = True
    if call:
        found['call'] = call
    if batch:
        found['fixed_batch'] = True
    found.update({'weights': [{'name': w.name, 'value': v} for w, v in zip(layer.weights, weights)], 'output': values[0],
                  'seed': seed, 'input_gradients': values[1:1 + k], 'weight_gradients': values[1 + k:1 + n],
                  'losses': values[1 + n:1 + n + m], 'loss_input_gradients': values[1 + n + m:-1][:k],
                  'loss_weight_gradients': values[1 + n + m:-1][k:], 'output_shape': layer.get_output_shape_at(0)})
    if mask is not None:
        found['output_mask'] = values[-1]
    if training and layer.updates:
        K.get_session().run([u.assigned() for u in layer.updates], feed_dict=dict(feeds))
        found['updated_weights'] = run(layer.weights)
    assert all(np.isfinite(v).all() for v in values if v is not None), name
    return found


def correlated(x, kernel, strides, dilation, padding):
    """Convolution as Keras means it, by hand in float64, channels last, any rank."""
    x, kernel = x.astype('float64'), kernel.astype('float64')
    rank = x.ndim - 2
    starts, lengths = [], []
    for n, k, s, d in zip(x.shape[1:-1], kernel.shape, strides, dilation):
        reach = (k - 1) * d + 1
        length = (n - reach) // s + 1 if padding == 'valid' else -(-n // s)
        total = 0 if padding == 'valid' else reach - 1 if padding == 'causal' else max((length - 1) * s + reach - n, 0)
        starts.append(total if padding == 'causal' else total // 2)
        lengths.append(length)
    y = np.zeros((x.shape[0],) + tuple(lengths) + (kernel.shape[-1],))
    for o in itertools.product(*map(range, lengths)):
        for k in itertools.product(*map(range, kernel.shape[:rank])):
            at = [o[i] * strides[i] + k[i] * dilation[i] - starts[i] for i in range(rank)]
            if all(0 <= a < n for a, n in zip(at, x.shape[1:-1])):
                y[(slice(None),) + o] += x[(slice(None),) + tuple(at)].dot(kernel[k])
    return y


def spread(x, kernel, strides, dilation, padding, lengths):
    """A transposed convolution to those lengths, by hand in float64, channels last; kernel (..., filters, channels)."""
    x, kernel = x.astype('float64'), kernel.astype('float64')
    rank = x.ndim - 2
    starts = []
    for n, k, s, d in zip(lengths, kernel.shape, strides, dilation):
        total = 0 if padding == 'valid' else max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        starts.append(total // 2)
    y = np.zeros((x.shape[0],) + tuple(lengths) + (kernel.shape[-2],))
    for o in itertools.product(*map(range, x.shape[1:-1])):
        for k in itertools.product(*map(range, kernel.shape[:rank])):
            at = [o[i] * strides[i] + k[i] * dilation[i] - starts[i] for i in range(rank)]
            if all(0 <= a < n for a, n in zip(at, lengths)):
                y[(slice(None),) + tuple(at)] += x[(slice(None),) + o].dot(kernel[k].T)
    return y


def last(x):
    """Channels first to channels last."""
    return np.moveaxis(x, 1, -1)
