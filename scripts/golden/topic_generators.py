"""Batches from generators and Sequences: what fit_generator, evaluate_generator and predict_generator give, and how Keras takes
generators that end early, raise, or yield what it cannot use; and the total loss as a tensor of a model with masks."""
import warnings

import numpy as np

import keras
import networks
from keras import backend as K
from record import fresh, listed, normal, pick, uniform
from training import install


class Listed(keras.utils.Sequence):
    """Batches of a list, which grows by one batch after each epoch while there is more."""

    def __init__(self, batches, first=None):
        self.batches, self.length, self.ended = batches, first or len(batches), 0

    def __len__(self):
        return self.length

    def __getitem__(self, i):
        return self.batches[i]

    def on_epoch_end(self):
        self.ended += 1
        self.length = min(len(self.batches), self.length + 1)


class Tests(keras.callbacks.Callback):
    """What each batch of a validation gave."""

    def __init__(self):
        super(Tests, self).__init__()
        self.validations = []

    def on_test_begin(self, logs=None):
        self.validations.append([])

    def on_test_batch_end(self, batch, logs=None):
        self.validations[-1].append([int(logs['size']), float(logs['loss'])])


def batch_of(random, shape, kind, width, weighted):
    n = random.randint(1, 6)
    batch = [normal(random, (n,) + shape, digits=2), networks.targets(random, kind, n, width)]
    return tuple(batch + ([uniform(random, 0., 2., (n,), digits=2)] if weighted else []))


def fit(random, i):
    fresh()
    loss, last, kind, width = networks.drawn_loss(random, [9, 0, 14, 2, 10, 12, 3][i % 7])
    model, shape = networks.network(random, width, last, rich=i % 2 == 0)
    optimizer = networks.optimizer(random)
    metrics = [] if i % 3 == 0 else ['accuracy'] if kind == 'labels' else ['mae', 'mse']
    weighted = ['mae'] if i % 4 == 1 and kind != 'labels' else None
    described = {'class_name': optimizer.__class__.__name__, 'config': optimizer.get_config()}
    model.compile(optimizer, loss, metrics=metrics, weighted_metrics=weighted)
    initial = model.get_weights()
    epochs = random.randint(2, 4)
    source = ['iterator', 'sequence', 'growing'][i % 3]
    # A generator's third batch may have weights that others have not.
    count = 3 * epochs if source == 'iterator' else 4
    batches = [batch_of(random, shape, kind, width, i % 2 == 1 or b == 2 and i % 4 == 2) for b in range(count)]
    args = {'epochs': epochs}
    if source == 'iterator':
        args['steps_per_epoch'] = 3
    if i % 5 == 1:
        args['initial_epoch'] = 1
    if i % 4 in (2, 3):
        weight = networks.class_weight(random, kind, width)
        if weight:
            args['class_weight'] = weight
    validation = None
    if i % 4 < 3:
        validation = {'source': ['iterator', 'sequence', 'arrays'][i % 4],
                      'batches': [batch_of(random, shape, kind, width, i % 2 == 0) for _ in range(3 * epochs)]}
        if validation['source'] == 'iterator':
            args['validation_steps'] = 2
        if validation['source'] == 'sequence':
            validation['batches'] = validation['batches'][:3]
        if validation['source'] == 'arrays':
            validation['batches'] = validation['batches'][:1]
        if i % 8 > 3:
            args['validation_freq'] = 2
    data = Listed(batches, 2 if source == 'growing' else None)
    seen = Tests()
    held = None
    if validation:
        held = {'iterator': iter(validation['batches']), 'sequence': Listed(validation['batches']),
                'arrays': validation['batches'][0]}[validation['source']]
    history = model.fit_generator(iter(batches) if source == 'iterator' else data, shuffle=False, verbose=0, validation_data=held,
                                  callbacks=[seen], **args)
    final = model.get_weights()
    tests = [batch_of(random, shape, kind, width, i % 2 == 0) for _ in range(3)]
    after = Tests()
    result = listed(model.evaluate_generator(Listed(tests), callbacks=[after]))
    return {'id': 'fit %d %s %s' % (i, source, ' '.join(sorted(args))), 'kind': 'fit', 'model_json': model.to_json(),
            'compile': {'optimizer': described, 'loss': networks.described(loss), 'metrics': metrics, 'weighted_metrics': weighted},
            'initial_weights': initial, 'source': source, 'batches': batches, 'fit': args, 'validation': validation,
            'history': [[k, v] for k, v in history.history.items()], 'validations': seen.validations, 'final_weights': final,
            'tests': tests, 'evaluate': {'losses': after.validations[0], 'result': result},
            'predict': model.predict_generator(Listed([t[:2] for t in tests]))}


REACTIONS = {
    'ends early': "model.fit_generator(iter([(x, y)] * 3), steps_per_epoch=2, epochs=2, verbose=0)",
    'ends early, evaluate': "model.evaluate_generator(iter([(x, y)]), steps=2)",
    'raises': "model.fit_generator(failing(), steps_per_epoch=2, verbose=0)",
    'raises, sequence': "model.fit_generator(Failing(), verbose=0)",
    'wrong input': "model.fit_generator(iter([(x[:, :1], y)] * 3), steps_per_epoch=2, verbose=0)",
    'wrong target': "model.fit_generator(iter([(x, np.zeros((2, 5)))] * 3), steps_per_epoch=2, verbose=0)",
    'unequal lengths': "model.fit_generator(iter([(x, y[:1])] * 3), steps_per_epoch=2, verbose=0)",
    'one of a tuple': "model.fit_generator(iter([(x,)] * 3), steps_per_epoch=2, verbose=0)",
    'four of a tuple': "model.fit_generator(iter([(x, y, x, x)] * 3), steps_per_epoch=2, verbose=0)",
    'a number': "model.fit_generator(iter([1] * 3), steps_per_epoch=2, verbose=0)",
    'no steps': "model.fit_generator(iter([(x, y)] * 3), verbose=0)",
    'no steps, evaluate': "model.evaluate_generator(iter([(x, y)] * 3))",
    'no steps, predict': "model.predict_generator(iter([x] * 3))",
    'no validation steps': "model.fit_generator(iter([(x, y)] * 3), steps_per_epoch=1, validation_data=iter([(x, y)] * 3), verbose=0)",
    'y beside a generator': "model.fit(((x, y) for _ in range(3)), y, steps_per_epoch=1, verbose=0)",
    'sample_weight beside a generator': "model.fit(((x, y) for _ in range(3)), sample_weight=np.ones(2), steps_per_epoch=1, verbose=0)",
    'batch_size beside a generator': "model.fit(((x, y) for _ in range(3)), batch_size=2, steps_per_epoch=1, verbose=0)",
    'validation_split beside a generator': "model.fit(((x, y) for _ in range(3)), validation_split=0.5, steps_per_epoch=1, verbose=0)",
    'y beside a generator, evaluate': "model.evaluate(((x, y) for _ in range(3)), y, steps=1, verbose=0)",
    'batch_size beside a generator, evaluate': "model.evaluate(((x, y) for _ in range(3)), batch_size=2, steps=1, verbose=0)",
    'batch_size beside a generator, predict': "model.predict((x for _ in range(3)), batch_size=2, steps=1)",
    'empty batch': "model.evaluate_generator(iter([(x[:0], y[:0])] * 3), steps=2)",
    'empty batch, fit': "model.fit_generator(iter([(x[:0], y[:0])] * 3), steps_per_epoch=2, verbose=0)",
    'empty batch, predict': "model.predict_generator(iter([x[:0]] * 3), steps=2)",
    'not compiled': "keras.Sequential([keras.layers.Dense(1, input_shape=(2,))]).fit_generator(iter([(x, y)] * 3), steps_per_epoch=2, verbose=0)",
    'empty sequence': "model.fit_generator(Listed([]), verbose=0)",
    'empty sequence, evaluate': "model.evaluate_generator(Listed([]))",
}


def failing():
    yield np.zeros((2, 2)), np.zeros((2, 1))
    raise OSError('the disk is gone')


class Failing(Listed):
    def __init__(self):
        super(Failing, self).__init__([None] * 2)

    def __getitem__(self, i):
        raise OSError('the disk is gone')


def reaction(name, python):
    fresh()
    model = keras.Sequential([keras.layers.Dense(1, input_shape=(2,))])
    model.compile('sgd', 'mse')
    x, y = np.zeros((2, 2)), np.zeros((2, 1))
    found = {'id': name, 'kind': 'reaction', 'python': python, 'class': None, 'message': None}
    try:
        eval(python, dict(globals(), model=model, x=x, y=y))
    except (Exception, StopIteration) as e:
        found.update({'class': e.__class__.__name__, 'message': str(e).replace('\n', ' ')})
    return found


TOTALS = {
    'masked': ("model = Sequential([Masking(input_shape=(4, 2)), SimpleRNN(3, return_sequences=True), Dense(2)])", [(4, 2)], [(4, 2)], {}),
    'masked, temporal': ("model = Sequential([Masking(input_shape=(4, 2)), SimpleRNN(3, return_sequences=True), Dense(2)])",
                         [(4, 2)], [(4, 2)], {'sample_weight_mode': 'temporal'}),
    'several outputs': ("""a = Input(shape=(3, 2))
x = Masking()(a)
x = SimpleRNN(2, return_sequences=True, kernel_regularizer='l2')(x)
model = Model(a, [Dense(2, name='each')(x), Dense(1, name='last', activity_regularizer='l1')(SimpleRNN(2)(x)), Dense(3, name='free')(Flatten()(a))])""",
                        [(3, 2)], [(3, 2), (1,), (3,)], {'loss_weights': {'each': 0.5, 'last': 2., 'free': 1.5},
                                                         'loss': {'each': 'mae', 'last': 'mse', 'free': 'logcosh'},
                                                         'sample_weight_mode': {'each': 'temporal', 'last': None, 'free': None}}),
}


def total(random, name, python, inputs, outputs, options):
    fresh()
    given = {}
    exec('from keras.layers import *\nfrom keras.models import *\n' + python, given)
    model = given['model']
    model.set_weights([normal(random, w.shape, 0.6) for w in model.get_weights()])
    options = dict({'loss': 'mse'}, **options)
    model.compile('sgd', **options)
    n = 3
    x = [normal(random, (n,) + s, digits=2) * (random.randint(0, 3, (n,) + s[:1] + (1,)) > 0).astype('float32') for s in inputs]
    y = [normal(random, (n,) + s, digits=2) for s in outputs]
    modes = options.get('sample_weight_mode')
    temporal = [modes == 'temporal' or isinstance(modes, dict) and modes[name] == 'temporal' for name in model.output_names]
    w = [uniform(random, 0., 2., (n, s[0]) if t else (n,), digits=1) for s, t in zip(outputs, temporal)]
    weights = model.trainable_weights
    f = K.function(model._feed_inputs + model.targets + model.sample_weights, [model.total_loss] + K.gradients(model.total_loss, weights))
    values = f(x + y + w)
    tested = listed(model.test_on_batch(x, y, sample_weight=w))
    assert abs(tested[0] - values[0]) < 1e-6 * abs(values[0]), (tested, values[0])
    return {'id': 'total loss, ' + name, 'kind': 'total_loss', 'python': python, 'model_json': model.to_json(),
            'compile': dict({'optimizer': 'sgd'}, **options), 'initial_weights': model.get_weights(), 'x': x, 'y': y, 'sample_weight': w,
            'total': float(values[0]), 'gradients': values[1:]}


def cases(random):
    install()
    warnings.simplefilter('ignore')
    return ([fit(random, i) for i in range(24)] + [reaction(n, REACTIONS[n]) for n in REACTIONS]
            + [total(random, n, *TOTALS[n]) for n in TOTALS])
