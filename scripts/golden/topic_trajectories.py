"""Trajectories: whole models through 12 steps of train_on_batch, then test_on_batch and predict_on_batch."""
import networks
from record import fresh, normal, pick, uniform
from training import install

METRICS = [[], ['accuracy'], ['mse'], ['mae', 'acc'], ['cosine_proximity', 'ce'], ['mean_absolute_error', 'logcosh']]


def case(random, i):
    fresh()
    loss, last, kind, width = networks.drawn_loss(random, i)
    model, shape = networks.network(random, width, last)
    optimizer = networks.optimizer(random)
    metrics = METRICS[i % 6] if i % 2 == 0 or kind == 'labels' else []
    if kind == 'labels':
        metrics = ['accuracy'] if i % 2 else []
    weighted = ['mae'] if i % 5 == 0 and kind != 'labels' else None
    described = {'class_name': optimizer.__class__.__name__, 'config': optimizer.get_config()}
    model.compile(optimizer, loss, metrics=metrics, weighted_metrics=weighted)
    initial = model.get_weights()
    class_weight = networks.class_weight(random, kind, width) if i % 3 == 1 else None
    steps, results = [], []
    for step in range(12):
        n = pick(random, [1, 2, 3, 4])
        x = normal(random, (n,) + shape, digits=2)
        y = networks.targets(random, kind, n, width)
        weight = uniform(random, 0., 2., (n,), digits=2) if i % 4 == 2 and step != 5 else None
        steps.append({'x': x, 'y': y, 'sample_weight': weight})
        result = model.train_on_batch(x, y, sample_weight=weight, class_weight=class_weight)
        results.append(result if isinstance(result, list) else [result])
    x, y = normal(random, (3,) + shape, digits=2), networks.targets(random, kind, 3, width)
    tested = model.test_on_batch(x, y)
    name = loss if isinstance(loss, str) else loss.__class__.__name__
    return {'id': '%d %s %s %s' % (i, model.__class__.__name__, name, described['class_name']), 'model_json': model.to_json(),
            'compile': {'optimizer': described, 'loss': networks.described(loss), 'metrics': metrics,
                        'weighted_metrics': weighted},
            'initial_weights': initial, 'class_weight': class_weight, 'steps': steps, 'metrics_names': model.metrics_names,
            'results': results, 'final_weights': model.get_weights(),
            'test': {'x': x, 'y': y, 'result': tested if isinstance(tested, list) else [tested]},
            'predict': {'x': x, 'result': model.predict_on_batch(x)}}


def cases(random):
    install()
    return [case(random, i) for i in range(50)]
