"""Regularizers: value of the penalty of w, its gradient, and the serialized form."""
import numpy as np
from keras import backend as K
from keras import regularizers

from record import fresh, normal, placeholder, run, uniform


def cases(random):
    made = [('l1', {}), ('l2', {}), ('l1_l2', {}), ('L1L2', {}), ('L1L2', {'l1': 0.01}), ('L1L2', {'l2': 0.01})]
    for _ in range(3):
        made += [('l1', {'l': uniform(random, 0.001, 0.5)}), ('l2', {'l': uniform(random, 0.001, 0.5)})]
        made += [(name, {'l1': uniform(random, 0.001, 0.5), 'l2': uniform(random, 0.001, 0.5)}) for name in ('l1_l2', 'L1L2')]
    result = []
    for i, (name, args) in enumerate(made):
        fresh()
        w = normal(random, [(4, 3), (5,), (2, 3, 2)][i % 3])
        w.flat[0] = 0
        p = placeholder(w)
        regularizer = getattr(regularizers, name)(**args)
        penalty = regularizer(p) + K.constant(0.)
        value, gradient = run([penalty, K.gradients(penalty, [p])[0]], [(p, w)])
        c = regularizer.get_config()
        np.testing.assert_allclose(value, c['l1'] * abs(w.astype('float64')).sum() + c['l2'] * (w.astype('float64') ** 2).sum(),
                                   rtol=1e-6)
        result.append({'id': '%s %d' % (name, i), 'name': name, 'args': args, 'w': w, 'value': value,
                       'gradient': np.zeros_like(w) if gradient is None else gradient,
                       'config': regularizers.serialize(regularizer)})
    return result
