"""Constraints: w before, result after, and the serialized form."""
import numpy as np
from keras import constraints

from record import fresh, normal, pick, placeholder, run, uniform


def cases(random):
    made = [(name, {}) for name in ['MaxNorm', 'NonNeg', 'UnitNorm', 'MinMaxNorm', 'max_norm', 'non_neg', 'unit_norm',
                                    'min_max_norm', 'maxnorm', 'nonneg', 'unitnorm']]
    for axis in [0, 1, -1, [0, 1]]:
        for _ in range(2):
            made.append(('MaxNorm', {'max_value': uniform(random, 0.3, 3., digits=2), 'axis': axis}))
            made.append(('MinMaxNorm', {'min_value': uniform(random, 0.1, 0.9, digits=2),
                                        'max_value': uniform(random, 1., 2., digits=2),
                                        'rate': pick(random, [1., uniform(random, 0.1, 0.9, digits=2)]), 'axis': axis}))
        made.append(('UnitNorm', {'axis': axis}))
    made += [('MaxNorm', {'max_value': 1, 'axis': [0, 1, 2]}), ('UnitNorm', {'axis': [0, 1, 2]})]
    result = []
    for i, (name, args) in enumerate(made):
        fresh()
        shape = (2, 2, 3, 2) if args.get('axis') == [0, 1, 2] else [(4, 3), (3, 2, 2)][i % 2]
        if not args and i % 3 == 2:
            shape = (5,)
        w = normal(random, shape, pick(random, [0.3, 1., 2.]))
        w.flat[0] = 0
        if len(shape) == 2 and i % 2 == 0:
            w[:, 1] = 0
        p = placeholder(w)
        constraint = getattr(constraints, name)(**args)
        value, = run([constraint(p)], [(p, w)])
        if name.lower().replace('_', '') == 'maxnorm':
            axis = args.get('axis', 0)
            norm = np.sqrt((w.astype('float64') ** 2).sum(tuple(axis) if isinstance(axis, list) else axis, keepdims=True))
            hand = w * (np.clip(norm, 0, args.get('max_value', 2)) / (1e-7 + norm))
            np.testing.assert_allclose(value, hand, rtol=2e-6, atol=1e-9)
        result.append({'id': '%s %d' % (name, i), 'name': name, 'args': args, 'w': w, 'result': value,
                       'config': constraints.serialize(constraint)})
    return result
