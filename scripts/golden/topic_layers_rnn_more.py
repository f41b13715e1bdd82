"""RNN over cells of users and over stacks of cells, Bidirectional, ConvLSTM2D, in inference: outputs and states, gradients of the
sum of sum(output * seed), losses; and stateful ones over several calls."""
from keras import layers
from keras.utils import CustomObjectScope

import networks
from record import fresh, normal, pick
from recurrent_cases import case, mask_of, stateful_case
from recurrent_cells import ConstantsCell, MinimalCell, TwoStatesCell
from topic_layers_rnn import KINDS, arguments


def common(random, i):
    return {'return_sequences': i % 2 == 0, 'return_state': i % 3 == 0, 'go_backwards': i % 5 == 3, 'unroll': i % 4 == 2}


def cell(random, i):
    """A built-in cell and the widths of its states."""
    units = int(random.randint(1, 4))
    activation = pick(random, ['tanh', 'relu', 'sigmoid'])
    if i % 3 == 0:
        return layers.SimpleRNNCell(units, activation=activation), [units]
    gates = {'activation': activation, 'recurrent_activation': pick(random, ['sigmoid', 'hard_sigmoid']),
             'implementation': int(random.randint(1, 3))}
    if i % 3 == 1:
        return layers.GRUCell(units, reset_after=bool(random.randint(2)), **gates), [units]
    return layers.LSTMCell(units, unit_forget_bias=bool(random.randint(2)), **gates), [units, units]


def cases(random):
    result = []

    def drawn(*shape):
        return normal(random, shape, digits=2)

    def add(name, layer, shape, mask=False, widths=(), constants=(), **more):
        result.append(case(random, name, layer, drawn(*shape), mask=mask_of(random, *shape[:2]) if mask else None,
                           states=[normal(random, (shape[0], w), 0.5) for w in widths], constants=constants, **more))

    for i in range(8):
        fresh()
        add('RNN MinimalCell %d' % i, layers.RNN(MinimalCell(2), **common(random, i)), (2, 3, 2), mask=i % 2 == 1,
            widths=[2] if i % 4 == 1 else (), custom=[MinimalCell])
    for i in range(6):
        fresh()
        add('RNN ConstantsCell %d' % i, layers.RNN(ConstantsCell(2), **common(random, i)), (2, 3, 2), mask=i % 2 == 1,
            widths=[2] if i % 3 == 1 else (), constants=[drawn(2, 3)], custom=[ConstantsCell])
    for i in range(6):
        fresh()
        add('RNN TwoStatesCell %d' % i, layers.RNN(TwoStatesCell(2, 3), **common(random, i)), (2, 4, 2), mask=i % 2 == 0,
            widths=[2, 1] if i % 3 == 2 else (), custom=[TwoStatesCell])
    for i in range(3):
        fresh()
        one, _ = cell(random, i)
        add('RNN %s' % one.__class__.__name__, layers.RNN(one, **common(random, i)), (2, 3, 2), mask=True)
    for i in range(8):
        fresh()
        cells, widths = zip(*[cell(random, n) for n in random.randint(0, 3, 2 + i % 2)])
        stack = layers.StackedRNNCells(list(cells)) if i % 2 else list(cells)
        add('RNN of %s, %d' % (', '.join(c.__class__.__name__ for c in cells), i), layers.RNN(stack, **common(random, i)), (2, 3, 2),
            mask=i % 3 == 1, widths=sum(widths, []) if i % 4 == 3 else ())
    fresh()
    add('RNN of cells, states reversed', layers.RNN(layers.StackedRNNCells(
        [layers.LSTMCell(2), layers.GRUCell(3)], reverse_state_order=True), return_state=True), (2, 3, 2))
    fresh()
    add('RNN of cells with penalties', layers.RNN([
        layers.LSTMCell(2, kernel_regularizer='l2', recurrent_regularizer='l1', bias_regularizer='l2'),
        layers.SimpleRNNCell(2, kernel_regularizer='l1')]), (2, 3, 2))
    for i, merge in enumerate(['sum', 'mul', 'ave', 'concat', None] * 3):
        fresh()
        kind = KINDS[i % 3]
        given = arguments(random, i + i // 5, kind)
        wrapped = kind(**given)
        count = (2 if kind is layers.LSTM else 1) * 2
        add('Bidirectional %s %s %d' % (kind.__name__, merge, i), layers.Bidirectional(wrapped, merge_mode=merge), (2, 3, 2),
            mask=i % 3 != 1, widths=[given['units']] * count if i % 4 == 1 else ())
    fresh()
    with CustomObjectScope({'ConstantsCell': ConstantsCell}):
        add('Bidirectional RNN ConstantsCell', layers.Bidirectional(layers.RNN(ConstantsCell(2))), (2, 3, 2),
            constants=[drawn(2, 2)], custom=[ConstantsCell])
    fresh()
    add('Bidirectional RNN of cells', layers.Bidirectional(layers.RNN([layers.LSTMCell(1), layers.GRUCell(2)], return_sequences=True)),
        (2, 3, 2), mask=True)
    for i in range(11):
        fresh()
        data_format = ['channels_last', 'channels_first'][i % 3 == 2]
        filters, channels = int(random.randint(1, 3)), int(random.randint(1, 3))
        kernel = pick(random, [1, 2, 3, (1, 2), (3, 2)])
        given = {'padding': ['valid', 'same'][i % 2], 'data_format': data_format, 'return_sequences': i % 2 == 0,
                 'return_state': i % 3 == 0, 'go_backwards': i % 5 == 3, 'use_bias': i % 7 != 4, 'unit_forget_bias': i % 4 != 1,
                 'activation': pick(random, ['tanh', 'relu', 'sigmoid']), 'recurrent_activation': pick(random, ['hard_sigmoid', 'sigmoid'])}
        if i % 6 == 1:
            given['strides'] = 2
        if i % 6 == 4:
            given['dilation_rate'] = 2
        if i % 6 == 5:
            given.update(kernel_regularizer=networks.regularizer(random), recurrent_regularizer='l2', activity_regularizer='l1',
                         bias_constraint=networks.constraint(random))
        layer = layers.ConvLSTM2D(filters, kernel, **given)
        size = (5, 5) if i % 6 == 4 else (3, 3)
        shape = (1, 2 + i % 2) + ((channels,) + size if data_format == 'channels_first' else size + (channels,))
        result.append(case(random, 'ConvLSTM2D drawn %d' % i, layer, drawn(*shape),
                           mask=mask_of(random, *shape[:2]) if i % 4 == 3 else None,
                           states=[drawn(1, 3, 3, filters) for _ in range(2)] if i in (3, 9) else ()))
    for i in range(2):
        fresh()
        result.append(stateful_case(random, 'ConvLSTM2D stateful %d' % i, layers.ConvLSTM2D(
            1, 2, padding='same', stateful=True, return_sequences=i == 1), (1, 2, 3, 2, 1), count=3))
    for i in range(3):
        fresh()
        result.append(stateful_case(random, 'RNN of cells, stateful %d' % i, layers.RNN(
            [layers.LSTMCell(1), layers.GRUCell(2)], stateful=True, return_sequences=i == 1, go_backwards=i == 2), (2, 3, 2), masks=i == 1))
    fresh()
    result.append(stateful_case(random, 'RNN TwoStatesCell stateful', layers.RNN(TwoStatesCell(2, 3), stateful=True, return_state=True),
                                (2, 3, 2), masks=True, custom=[TwoStatesCell]))
    for i in range(2):
        fresh()
        result.append(stateful_case(random, 'Bidirectional stateful %d' % i, layers.Bidirectional(
            [layers.GRU, layers.LSTM][i](2, stateful=True, return_sequences=i == 1)), (2, 3, 2), masks=i == 1))
    return result
