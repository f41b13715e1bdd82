"""Fits: calls of fit without shuffling, the History they give, then evaluate and predict."""
import warnings

import numpy as np

import networks
from record import fresh, normal, pick, uniform
from training import install

METRICS = [[], ['acc'], ['accuracy'], ['mse', 'mae'], ['accuracy', 'mse'], ['acc', 'accuracy'], ['crossentropy'],
           ['mean_squared_error', 'mse'], ['mse', 'mse']]


def arguments(random, i, n, shape, kind, width):
    """The keyword arguments of fit, apart from x, y, shuffle and verbose."""
    args = {'epochs': random.randint(1, 5)}
    if i % 7:
        args['batch_size'] = random.randint(2, n + 2)
    if i % 3 == 0:
        args['validation_split'] = pick(random, [0.2, 0.25, 0.33, 0.5])
    if i % 3 == 1:
        m = random.randint(3, 7)
        data = [normal(random, (m,) + shape, digits=2), networks.targets(random, kind, m, width)]
        args['validation_data'] = data + ([uniform(random, 0., 2., (m,), digits=2)] if i % 2 else [])
    if i % 3 < 2:
        frequency = [None, 2, [1, 3], 3, [2], None][i % 6]
        if frequency:
            args['validation_freq'] = frequency
            args['epochs'] = random.randint(3, 6)
    if i % 5 == 2:
        args['initial_epoch'] = 1
        args['epochs'] += 1
    if i % 4 == 1:
        args['sample_weight'] = uniform(random, 0., 2., (n,), digits=2)
    if i % 4 in (1, 2):
        weight = networks.class_weight(random, kind, width)
        if weight:
            args['class_weight'] = weight
    return args


def case(random, i):
    fresh()
    loss, last, kind, width = networks.drawn_loss(random, [9, 0, 14, 2, 10, 12, 3][i % 7] if i < 14 else i)
    model, shape = networks.network(random, width, last, rich=i % 2 == 0)
    optimizer = networks.optimizer(random)
    metrics = METRICS[i % 9]
    if kind == 'labels':
        metrics = pick(random, [[], ['accuracy'], ['acc', 'ce'], ['sparse_categorical_accuracy']])
    weighted = ['mae', 'accuracy'] if i % 8 == 5 and kind != 'labels' else None
    described = {'class_name': optimizer.__class__.__name__, 'config': optimizer.get_config()}
    model.compile(optimizer, loss, metrics=metrics, weighted_metrics=weighted)
    initial = model.get_weights()
    n = random.randint(6, 14)
    x, y = normal(random, (n,) + shape, digits=2), networks.targets(random, kind, n, width)
    args = arguments(random, i, n, shape, kind, width)
    history = model.fit(x, y, shuffle=False, verbose=0, **args)
    m, batch = random.randint(3, 8), random.randint(1, 5)
    test = {'x': normal(random, (m,) + shape, digits=2), 'y': networks.targets(random, kind, m, width),
            'sample_weight': uniform(random, 0., 2., (m,), digits=2) if i % 3 == 0 else None, 'batch_size': batch}
    final = model.get_weights()
    result = model.evaluate(verbose=0, **test)
    check(i, history, args, n)
    return {'id': '%d %s %s %s' % (i, model.__class__.__name__, loss if isinstance(loss, str) else loss.__class__.__name__,
                                   ' '.join(sorted(args))), 'model_json': model.to_json(),
            'compile': {'optimizer': described, 'loss': networks.described(loss), 'metrics': metrics,
                        'weighted_metrics': weighted},
            'initial_weights': initial, 'x': x, 'y': y, 'fit': args,
            'history': [[key, values] for key, values in history.history.items()], 'epochs': history.epoch,
            'final_weights': final, 'metrics_names': model.metrics_names,
            'evaluate': dict(test, result=np.ravel(result).tolist()),
            'predict': {'x': test['x'], 'batch_size': batch, 'result': model.predict(test['x'], batch_size=batch)}}


def check(i, history, args, n):
    """The number of epochs and of validations."""
    epochs = range(args.get('initial_epoch', 0), args['epochs'])
    assert history.epoch == list(epochs) and len(history.history['loss']) == len(epochs)
    frequency = args.get('validation_freq', 1)
    runs = [e for e in epochs if (e + 1 in frequency if isinstance(frequency, list) else (e + 1) % frequency == 0)]
    validates = 'validation_data' in args or 'validation_split' in args
    assert len(history.history.get('val_loss', [])) == (len(runs) if validates else 0), i


def cases(random):
    install()
    warnings.simplefilter('ignore')
    return [case(random, i) for i in range(56)]
