"""What the topics of recurrent layers share: a call with masks, states and constants; several calls of a stateful layer."""
import inspect

import numpy as np
import tensorflow as tf
from keras import backend as K
from keras import layers

from layer_cases import draw_weights, gradients, masked, one_or_all, placeholders
from record import listed, normal, run


def mask_of(random, n, steps):
    """Holes anywhere; sometimes the first sample has nothing, and sequences end early."""
    mask = (random.randint(0, 4, (n, steps)) > 0).astype('float32')
    kind = random.randint(3)
    if kind == 0:
        mask[0] = 0
    if kind == 1:
        mask[-1, steps // 2:] = 0
    return mask


def called(random, layer, x, mask, states, constants, batch):
    """Symbols of a call: inputs, outputs, feeds, sources of gradients."""
    arrays = [x] + list(states) + list(constants)
    inputs = placeholders(arrays, batch)
    convolutional = isinstance(layer, layers.ConvLSTM2D)
    if convolutional:  # Keras 2.3.1 fails on its own tensors as initial states of ConvLSTM2D; others pass
        inputs[1:] = [K.placeholder(shape=a.shape) for a in arrays[1:]]
    sequence, feeds = masked(inputs[:1], [mask])
    arguments = {}
    if states:
        arguments['initial_state'] = inputs[1:1 + len(states)]
    if constants:
        arguments['constants'] = inputs[1 + len(states):]
    outputs = listed(layer(sequence[0], **arguments))
    draw_weights(random, layer)
    feeds += list(zip(inputs, arrays)) + [(K.learning_phase(), 0)]
    mask = sequence[0]._keras_history[0].get_output_mask_at(0)
    several = len(inputs) > 1 and not convolutional
    masks = listed(layer.compute_mask(sequence + inputs[1:] if several else sequence[0],
                                      [mask] + [None] * len(inputs[1:]) if several else mask))
    return inputs, outputs, feeds, inputs + layer.weights, masks


def described(layer, custom):
    found = {'class_name': layer.__class__.__name__, 'config': layer.get_config()}
    if custom:
        found['python'] = ''.join(inspect.getsource(c) for c in custom)
    return found


def weights_of(layer):
    return [{'name': w.name, 'value': v} for w, v in zip(layer.weights, run(layer.weights))]


def case(random, name, layer, x, mask=None, states=(), constants=(), custom=(), batch=False):
    """One call: all outputs, gradients of the sum of sum(output * seed), losses."""
    inputs, outputs, feeds, sources, masks = called(random, layer, x, mask, states, constants, batch)
    seeds = [normal(random, v.shape) for v in run(outputs, feeds)]
    losses = [tf.convert_to_tensor(v) for v in layer.losses]
    n, m, k, o = len(sources), len(losses), len(inputs), len(outputs)
    total = tf.add_n([K.sum(y * s) for y, s in zip(outputs, seeds)])
    values = run(outputs + gradients(total, sources) + losses
                 + (gradients(tf.add_n(losses), sources) if losses else []), feeds)
    found = dict({'id': name}, **described(layer, custom))
    found.update({'inputs': [x] + list(states) + list(constants), 'initial_states': len(states), 'constants': len(constants),
                  'mask': mask if mask is None else mask.astype(bool), 'fixed_batch': batch, 'weights': weights_of(layer),
                  'outputs': values[:o], 'seeds': seeds, 'input_gradients': values[o:o + k],
                  'weight_gradients': values[o + k:o + n], 'losses': values[o + n:o + n + m],
                  'loss_input_gradients': values[o + n + m:][:k], 'loss_weight_gradients': values[o + n + m:][k:],
                  'output_shapes': [K.int_shape(y) for y in outputs], 'output_masks': run(masks, feeds)})
    assert all(np.isfinite(v).all() for v in values), name
    return found


def state_variables(layer):
    halves = [layer.forward_layer, layer.backward_layer] if hasattr(layer, 'forward_layer') else [layer]
    return [s for half in halves for s in half.states]


def stateful_case(random, name, layer, shape, masks=False, count=4, custom=()):
    """Calls of a stateful layer on batches of that shape, with resets between some of them."""
    x = normal(random, shape, digits=2)
    steps = (shape[0], shape[1])
    inputs, outputs, feeds, sources, _ = called(random, layer, x, mask_of(random, *steps) if masks else None, (), (), True)
    states = state_variables(layer)
    new = dict(u for u in layer.updates)
    seeds = [normal(random, v.shape) for v in run(outputs, feeds)]
    total = tf.add_n([K.sum(y * s) for y, s in zip(outputs, seeds)])
    found = dict({'id': name}, **described(layer, custom))
    found.update({'weights': weights_of(layer), 'seeds': seeds, 'calls': []})
    o, k = len(outputs), 1
    wanted = outputs + gradients(total, sources) + [new[s] for s in states]
    for i in range(count):
        x = normal(random, shape, digits=2)
        call = {'reset': None, 'input': x, 'mask': None}
        if i == count - 2:
            call['reset'] = True
            layer.reset_states()
            assert not any(v.any() for v in run(states))
        if i == 1 and not hasattr(layer, 'forward_layer'):
            call['reset'] = [normal(random, K.int_shape(s), 0.5) for s in states]
            layer.reset_states(one_or_all(call['reset']))
        here = [(inputs[0], x), (K.learning_phase(), 0)]
        if masks:
            mask = mask_of(random, *steps)
            here.append((feeds[0][0], mask))
            call['mask'] = mask.astype(bool)
        values = run(wanted, here)
        after = values[len(wanted) - len(states):]
        K.batch_set_value(list(zip(states, after)))
        call.update({'outputs': values[:o], 'input_gradient': values[o], 'weight_gradients': values[o + k:o + len(sources)],
                     'states': after})
        found['calls'].append(call)
    return found


FUNCTIONS = {'linear': lambda v: v, 'tanh': np.tanh, 'relu': lambda v: np.maximum(v, 0), 'sigmoid': lambda v: 1 / (1 + np.exp(-v)),
             'hard_sigmoid': lambda v: np.clip(0.2 * v + 0.5, 0, 1), 'elu': lambda v: np.where(v > 0, v, np.expm1(v)),
             'softsign': lambda v: v / (1 + abs(v)), 'softplus': lambda v: np.log1p(np.exp(v))}


def step(kind, config, weights, x, states):
    """One step of a built-in cell, by hand in float64."""
    w, u = weights[:2]
    n, act = config['units'], FUNCTIONS[config['activation']]
    b = weights[2] if config['use_bias'] else np.zeros(w.shape[1])
    if kind == 'SimpleRNN':
        h = act(x.dot(w) + states[0].dot(u) + b)
        return h, [h]
    gate = FUNCTIONS[config['recurrent_activation']]
    if kind == 'LSTM':
        i, f, c, o = np.split(x.dot(w) + states[0].dot(u) + b, 4, axis=1)
        c = gate(f) * states[1] + gate(i) * act(c)
        h = gate(o) * act(c)
        return h, [h, c]
    h, after = states[0], config['reset_after']
    bx, bh = b if b.ndim == 2 else (b, np.zeros(3 * n))
    xz, xr, xh = np.split(x.dot(w) + bx, 3, axis=1)
    hz, hr, hh = np.split(h.dot(u) + bh, 3, axis=1)
    z, r = gate(xz + hz), gate(xr + hr)
    new = act(xh + (r * hh if after else (r * h).dot(u[:, 2 * n:])))
    h = z * h + (1 - z) * new
    return h, [h]


def by_hand(kind, config, weights, x, mask, states):
    """Outputs of a built-in layer, in float64: what `case` records under `outputs`."""
    x, weights = x.astype('float64'), [w.astype('float64') for w in weights]
    count = 2 if kind == 'LSTM' else 1
    states = [s.astype('float64') for s in states] or [np.zeros((x.shape[0], config['units'])) for _ in range(count)]
    order = range(x.shape[1])[::-1] if config['go_backwards'] else range(x.shape[1])
    y, found = np.zeros((x.shape[0], config['units'])), []
    for t in order:
        new_y, new_states = step(kind, config, weights, x[:, t], states)
        keep = np.ones((x.shape[0], 1)) if mask is None else mask[:, t:t + 1]
        y = np.where(keep, new_y, y)
        states = [np.where(keep, a, b) for a, b in zip(new_states, states)]
        found.append(y)
    output = np.stack(found, 1) if config['return_sequences'] else y
    return [output] + (states if config['return_state'] else [])
