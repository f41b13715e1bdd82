"""SimpleRNN, GRU and LSTM with every option, in inference: outputs and states, gradients of the sum of sum(output * seed), losses;
and stateful ones over several calls."""
import numpy as np
from keras import layers

import networks
from record import fresh, normal, pick, uniform
from recurrent_cases import FUNCTIONS, by_hand, case, mask_of, stateful_case

KINDS = [layers.SimpleRNN, layers.GRU, layers.LSTM]
ACTIVATIONS = ['tanh', 'tanh', 'relu', 'linear', 'sigmoid', 'softsign', 'elu', 'hard_sigmoid']


def arguments(random, i, kind, plain=False):
    """Every option, at random or by turns."""
    found = {'units': random.randint(1, 4), 'activation': pick(random, ACTIVATIONS), 'use_bias': random.randint(5) > 0,
             'return_sequences': i % 2 == 0, 'return_state': i % 3 == 0, 'go_backwards': i % 5 == 3, 'unroll': i % 4 == 2}
    if kind is not layers.SimpleRNN:
        found['recurrent_activation'] = pick(random, ['sigmoid', 'hard_sigmoid', 'hard_sigmoid', 'tanh'])
        found['implementation'] = [1, 2][i % 4 in (0, 3)]
    if kind is layers.GRU:
        found['reset_after'] = i // 2 % 2 == 0
    if kind is layers.LSTM:
        found['unit_forget_bias'] = i % 3 < 2
    if plain:
        return found
    if random.randint(4) == 0:
        for weight in ['kernel', 'recurrent', 'bias']:
            found[weight + '_regularizer'] = networks.regularizer(random)
            found[weight + '_constraint'] = networks.constraint(random)
        found['activity_regularizer'] = networks.regularizer(random)
    if random.randint(4) == 0:
        found.update(dropout=uniform(random, 0.1, 0.9, digits=2), recurrent_dropout=uniform(random, 0.1, 0.9, digits=2))
    return found


def cases(random):
    result = []
    for kind in KINDS:
        name, count = kind.__name__, 2 if kind is layers.LSTM else 1

        def add(what, layer, shape, mask=False, states=False, **more):
            result.append(case(random, '%s %s' % (name, what), layer, normal(random, shape, digits=2),
                               mask=mask_of(random, *shape[:2]) if mask else None,
                               states=[normal(random, (shape[0], layer.units), 0.5) for _ in range(count)] if states else (), **more))

        fresh()
        add('defaults', kind(3), (2, 4, 2))
        fresh()
        add('one step', kind(2, return_sequences=True), (2, 1, 2))
        fresh()
        add('one step unrolled', kind(2, return_sequences=True, unroll=True), (2, 1, 2))
        for i in range(20):
            fresh()
            shape = tuple(int(n) for n in (random.randint(1, 4), random.randint(2, 6), random.randint(1, 4)))
            add('drawn %d' % i, kind(**arguments(random, i, kind)), shape, mask=random.randint(2) == 0, states=i % 3 == 1,
                batch=i % 9 == 5)
        for i in range(4):
            fresh()
            shape = (2, int(random.randint(2, 4)), 2)
            layer = kind(stateful=True, **dict(arguments(random, i, kind, plain=True), units=2))
            result.append(stateful_case(random, '%s stateful %d' % (name, i), layer, shape, masks=i % 2 == 1))
    check(result)
    return result


def check(result):
    """Every layer by hand, in float64."""
    checked = 0
    for c in result:
        if c['config']['activation'] not in FUNCTIONS:
            continue
        weights = [w['value'] for w in c['weights']]
        states = c['inputs'][1:] if 'inputs' in c else ()
        for call in c.get('calls', [c]):
            if call is not c and call['reset'] is not None:
                states = () if call['reset'] is True else call['reset']
            hand = by_hand(c['class_name'], c['config'], weights, call['input'] if call is not c else call['inputs'][0],
                           call['mask'], states)
            assert len(hand) == len(call['outputs'])
            for a, b in zip(call['outputs'], hand):
                np.testing.assert_allclose(a, b, rtol=1e-5, atol=2e-6, err_msg=c['id'])
            states = call.get('states', ())
            checked += 1
    assert checked > 80, checked
