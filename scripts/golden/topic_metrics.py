"""Metrics: "stateful" (result after each batch, a weighted mean unless the class says otherwise), "resolve" (the function
behind 'accuracy' and 'crossentropy')."""
import keras
import numpy as np
from keras import backend as K
from keras import metrics

import topic_losses
from record import fresh, one_hot, probabilities, uniform

LOSSES = [n for n in topic_losses.NAMES if hasattr(metrics, n) and n not in ('MSE', 'MAE', 'MAPE', 'MSLE')]
CLASSES = {'MeanSquaredError': 'mse', 'MeanAbsoluteError': 'mae', 'MeanAbsolutePercentageError': 'mape',
           'MeanSquaredLogarithmicError': 'msle', 'RootMeanSquaredError': 'mse', 'BinaryCrossentropy': 'binary_crossentropy',
           'CategoricalCrossentropy': 'categorical_crossentropy',
           'SparseCategoricalCrossentropy': 'sparse_categorical_crossentropy', 'Hinge': 'hinge', 'SquaredHinge': 'squared_hinge',
           'CategoricalHinge': 'categorical_hinge', 'LogCoshError': 'logcosh', 'Poisson': 'poisson', 'KLDivergence': 'kld',
           'CosineSimilarity': 'cosine', 'CategoricalAccuracy': 'categorical_accuracy', 'BinaryAccuracy': 'binary_accuracy',
           'SparseCategoricalAccuracy': 'sparse_categorical_accuracy', 'Accuracy': 'accuracy',
           'TopKCategoricalAccuracy': 'top_k_categorical_accuracy',
           'SparseTopKCategoricalAccuracy': 'sparse_top_k_categorical_accuracy'}
# Metrics of counts at thresholds: class, arguments, shape of a sample.
COUNTS = [(name, args, tail) for name in ['TruePositives', 'TrueNegatives', 'FalsePositives', 'FalseNegatives', 'Precision', 'Recall']
          for args, tail in [({}, (3,)), ({'thresholds': 0.3}, (1,)), ({'thresholds': [0.2, 0.5, 0.9]}, (2, 3))]]
COUNTS += [(name, args, (4,)) for name in ['Precision', 'Recall']
           for args in [{'top_k': 2}, {'class_id': 1}, {'top_k': 3, 'class_id': 0}, {'thresholds': [0.1, 0.6], 'class_id': 3},
                        {'thresholds': 0.4, 'top_k': 1}]]
COUNTS += [(name, dict(args, **{setting: value}), (3,))
           for name, setting in [('SensitivityAtSpecificity', 'specificity'), ('SpecificityAtSensitivity', 'sensitivity')]
           for value, args in [(0.4, {}), (0.8, {'num_thresholds': 5}), (0.5, {'num_thresholds': 1})]]
COUNTS += [('AUC', dict(args, curve=curve, summation_method=method), (3,)) for curve in ['ROC', 'PR']
           for method in ['interpolation', 'majoring', 'minoring'] for args in [{}, {'num_thresholds': 4}]]
COUNTS += [('AUC', {}, (2, 3)), ('AUC', {'thresholds': [0.7, 0.25]}, (3,))]


def data(random, name, shape):
    if name == 'accuracy':
        return random.randint(0, 3, shape).astype('float32'), random.randint(0, 3, shape).astype('float32')
    if name == 'binary_accuracy':
        return random.randint(0, 2, shape).astype('float32'), uniform(random, 0., 1., shape, digits=1)
    if 'accuracy' in name:
        labels = random.randint(0, shape[-1], shape[:-1])
        y_pred = probabilities(random, shape)
        if name.startswith('sparse'):
            return labels.astype('float32')[..., np.newaxis], y_pred
        return one_hot(labels, shape[-1]), y_pred
    return topic_losses.data(random, name, shape, variant=random.randint(2))


def stateful(random, identity, metric, kind, tail, weights, **more):
    """Three batches, the last one shorter; weights: no, all or some (the second batch has none)."""
    batches, results = [], []
    for i, n in enumerate([3, 3, 2]):
        y_true, y_pred = data(random, kind, (n,) + tail)
        weight = uniform(random, 0., 2., (n,)) if weights == 'all' or weights == 'some' and i != 1 else None
        p = K.placeholder(shape=(None,) + tail)
        w = None if weight is None else K.placeholder(shape=(None,))
        updates = metric.update_state(K.constant(y_true), p, sample_weight=w)
        feeds = {p: y_pred}
        if w is not None:
            feeds[w] = weight
        K.get_session().run(updates, feed_dict=feeds)
        results.append(K.eval(metric.result()))
        batches.append({'y_true': y_true, 'y_pred': y_pred, 'sample_weight': weight})
    return dict({'id': identity, 'kind': 'stateful'}, batches=batches, results=results, **more)


def cases(random):
    result = []
    own = ['accuracy', 'binary_accuracy', 'categorical_accuracy', 'sparse_categorical_accuracy', 'top_k_categorical_accuracy',
           'sparse_top_k_categorical_accuracy']
    for name in own + LOSSES:
        for i, (tail, weights) in enumerate([((3,), 'no'), ((2, 3), 'some'), ((1,), 'all'), ((6,), 'all')]):
            if 'top_k' in name and i != 3 or tail[-1] == 1 and 'categorical' in name or i == 3 and 'accuracy' not in name:
                continue
            fresh()
            metric = metrics.MeanMetricWrapper(metrics.get(name), name=name)
            result.append(stateful(random, '%s %s weights %s' % (name, list(tail), weights), metric, name, tail, weights,
                                   name=name, class_name=None, args={}))
    for class_name, name in sorted(CLASSES.items()):
        for weights in ['no', 'some']:
            settings = [{}]
            if class_name == 'BinaryAccuracy':
                settings += [{'threshold': uniform(random, 0.1, 0.9, digits=2)} for _ in range(3)] + [{'threshold': 0.5}]
            if 'TopK' in class_name:
                settings += [{'k': k} for k in (1, 2, 3)]
            if class_name in ('BinaryCrossentropy', 'CategoricalCrossentropy'):
                settings += [{'label_smoothing': uniform(random, 0.05, 0.4, digits=2)}, {'from_logits': True}]
            if class_name == 'SparseCategoricalCrossentropy':
                settings += [{'from_logits': True}]
            for args in settings:
                fresh()
                metric = getattr(metrics, class_name)(**args)
                tail = (6,) if 'TopK' in class_name else (3,)
                result.append(stateful(random, '%s %s weights %s' % (class_name, args, weights), metric, name, tail, weights,
                                       name=metric.name, class_name=class_name, args=args, config=metric.get_config()))
    result += resolved()
    for i, (class_name, args, tail) in enumerate(COUNTS):
        for weights in ['no', 'some']:
            # Keras cannot weigh these: it fails on the shapes.
            if weights == 'some' and ('class_id' in args or len(tail) > 1):
                continue
            fresh()
            metric = getattr(metrics, class_name)(**args)
            result.append(stateful(random, '%s %s %s weights %s' % (class_name, args, list(tail), weights), metric, 'binary_accuracy',
                                   tail, weights, name=metric.name, class_name=class_name, args=args, config=metric.get_config()))
    c = next(c for c in result if c['id'] == "mae [1] weights all")
    total = sum((abs(b['y_true'] - b['y_pred'])[:, 0].astype('float64') * b['sample_weight']).sum() for b in c['batches'])
    np.testing.assert_allclose(c['results'][-1], total / sum(b['sample_weight'].sum() for b in c['batches']), rtol=1e-6)
    return result


def resolved():
    """What 'accuracy' and 'crossentropy' stand for."""
    result = []
    for metric in ['accuracy', 'acc', 'crossentropy', 'ce']:
        for loss in ['mse', 'binary_crossentropy', 'categorical_crossentropy', 'sparse_categorical_crossentropy', 'hinge']:
            for width in [1, 3]:
                fresh()
                model = keras.Sequential([keras.layers.Dense(width, input_shape=(2,))])
                model.compile('sgd', loss, metrics=[metric])
                result.append({'id': 'resolve %s %s %d' % (metric, loss, width), 'kind': 'resolve', 'metric': metric,
                               'loss': loss, 'output_width': width, 'function': model.metrics[0]._fn.__name__,
                               'metrics_names': model.metrics_names})
    return result
