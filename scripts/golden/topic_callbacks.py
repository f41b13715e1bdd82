"""Callbacks: "early_stopping" (a monitored sequence and what follows), "hooks" (calls, log keys and params of real runs)."""
import contextlib
import io
import warnings

import keras
from keras.callbacks import Callback, EarlyStopping

from record import fresh, normal, pick, uniform


class Stand(object):
    """A model as EarlyStopping sees it; its weights are the number of the epoch."""

    def __init__(self):
        self.stop_training, self.epoch, self.restored = False, None, None

    def get_weights(self):
        return self.epoch

    def set_weights(self, epoch):
        self.restored = epoch


def early_stopping(identity, args, sequence, key=None):
    """Epochs until the callback stops or the sequence ends; numbers of epochs start at 0."""
    key = key or args.get('monitor', 'val_loss')
    printed = io.StringIO()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(printed):
        warnings.simplefilter('always')
        callback, model = EarlyStopping(**args), Stand()
        callback.set_model(model)
        callback.on_train_begin()
        waits, stop = [], None
        for epoch, value in enumerate(sequence):
            model.epoch = epoch
            callback.on_epoch_end(epoch, {'loss': 1., key: value})
            waits.append(callback.wait)
            if model.stop_training:
                stop = epoch
                break
        callback.on_train_end()
    return {'id': identity, 'kind': 'early_stopping', 'args': args, 'key': key, 'sequence': sequence, 'stops_at': stop,
            'stopped_epoch': callback.stopped_epoch, 'waits': waits, 'best': float(callback.best), 'restored': model.restored,
            'printed': printed.getvalue(), 'warnings': [str(w.message) for w in caught if w.category is RuntimeWarning]}


def stops(random):
    result = []
    for i in range(60):
        args = {'patience': random.randint(0, 5)}
        monitor = pick(random, ['val_loss', 'val_loss', 'loss', 'val_acc', 'accuracy', 'val_mae'])
        if monitor != 'val_loss':
            args['monitor'] = monitor
        if i % 2:
            args['min_delta'] = uniform(random, -0.1, 0.2, digits=2)
        if i % 3 == 1:
            args['mode'] = pick(random, ['min', 'max', 'auto'])
        if i % 5 == 2:
            args['baseline'] = uniform(random, 0.1, 1., digits=2)
        if i % 4 > 1:
            args['restore_best_weights'] = True
        if i % 6 == 0:
            args['verbose'] = 1
        drift = pick(random, [-0.08, 0.08, 0.])
        sequence = [round(0.6 + drift * n + random.uniform(-0.15, 0.15), 2) for n in range(random.randint(4, 12))]
        result.append(early_stopping('early stopping %d' % i, args, sequence))
    result.append(early_stopping('patience 0, no delta', {}, [1., 0.9, 0.9, 0.8]))
    result.append(early_stopping('stop in the first epoch', {'baseline': 0.1, 'verbose': 1}, [1., 0.9]))
    result.append(early_stopping('restore without any improvement', {'baseline': 0.1, 'patience': 2,
                                                                     'restore_best_weights': True}, [1., 0.9, 0.8, 0.7]))
    result.append(early_stopping('restored only when it stops', {'patience': 5, 'restore_best_weights': True}, [1., 2., 3.]))
    result.append(early_stopping('not a number', {'patience': 2}, [1., float('nan'), float('nan'), 0.5]))
    result.append(early_stopping('missing', {'patience': 1}, [1., 2., 3.], key='other'))
    result.append(early_stopping('unknown mode', {'patience': 1, 'mode': 'best'}, [1., 2., 3.]))
    return result


class Recorder(Callback):
    """Notes every hook with its number and the keys of its logs."""

    def __init__(self):
        super(Recorder, self).__init__()
        self.calls, self.given = [], []

    def set_params(self, params):
        super(Recorder, self).set_params(params)
        self.given.append(dict(params))


def hook(name):
    def method(self, *args, **kwargs):
        values = list(args) + list(kwargs.values())
        numbers = [v for v in values if not isinstance(v, dict) and v is not None]
        logs = [v for v in values if isinstance(v, dict)]
        self.calls.append([name, int(numbers[0]) if numbers else None, list(logs[0]) if logs else []])
        parent = getattr(super(Recorder, self), name)
        if 'train_batch' in name:
            parent(*args, **kwargs)
    return method


for phase in ['train', 'test', 'predict']:
    for when in ['begin', 'end']:
        for form in ['on_%s_%s', 'on_%s_batch_%s']:
            setattr(Recorder, form % (phase, when), hook(form % (phase, when)))
for hook_name in ['on_epoch_begin', 'on_epoch_end', 'on_batch_begin', 'on_batch_end']:
    setattr(Recorder, hook_name, hook(hook_name))


def hooks(random):
    result = []
    runs = [('plain', {'epochs': 2, 'batch_size': 2}), ('validation', {'epochs': 2, 'batch_size': 2, 'validation_split': 0.4}),
            ('validation every second epoch', {'epochs': 2, 'batch_size': 3, 'validation_split': 0.4, 'validation_freq': 2}),
            ('initial epoch, default batch', {'epochs': 3, 'initial_epoch': 2}), ('no epochs', {'epochs': 0})]
    for metrics in [[], ['mae', 'acc']]:
        for name, args in runs:
            fresh()
            model = keras.Sequential([keras.layers.Dense(2, input_shape=(3,))])
            model.compile('sgd', 'mse', metrics=metrics)
            recorder = Recorder()
            model.fit(normal(random, (5, 3)), normal(random, (5, 2)), shuffle=False, verbose=0, callbacks=[recorder], **args)
            result.append({'id': 'fit %s %s' % (name, metrics), 'kind': 'hooks', 'call': 'fit', 'samples': 5,
                           'metrics': metrics, 'args': args, 'params': recorder.given, 'calls': recorder.calls})
        for call in ['evaluate', 'predict']:
            recorder = Recorder()
            data = [normal(random, (5, 3)), normal(random, (5, 2))][:2 if call == 'evaluate' else 1]
            getattr(model, call)(*data, batch_size=2, verbose=0, callbacks=[recorder])
            result.append({'id': '%s %s' % (call, metrics), 'kind': 'hooks', 'call': call, 'samples': 5, 'metrics': metrics,
                           'args': {'batch_size': 2}, 'params': recorder.given, 'calls': recorder.calls})
    return result + stopping(random)


def stopping(random):
    """A callback that sets stop_training in a given hook."""
    result = []
    for where, number in [('on_batch_end', 0), ('on_batch_end', 2), ('on_epoch_begin', 1), ('on_epoch_end', 0),
                          ('on_train_begin', None), ('on_batch_begin', 1)]:
        for validation in [0., 0.4]:
            fresh()
            model = keras.Sequential([keras.layers.Dense(2, input_shape=(3,))])
            model.compile('sgd', 'mse')
            recorder = Recorder()
            stopper = Callback()

            def stop(n=None, logs=None):
                if number is None or n == number:
                    model.stop_training = True

            setattr(stopper, where, stop)
            n = 5 if validation == 0 else 8
            history = model.fit(normal(random, (n, 3)), normal(random, (n, 2)), shuffle=False, verbose=0, batch_size=2,
                                epochs=3, validation_split=validation, callbacks=[stopper, recorder])
            result.append({'id': 'stop in %s %s%s' % (where, number, ' validation' if validation else ''), 'kind': 'hooks',
                           'call': 'fit', 'samples': n, 'metrics': [], 'stop': {'hook': where, 'number': number},
                           'args': {'epochs': 3, 'batch_size': 2, 'validation_split': validation}, 'params': recorder.given,
                           'calls': recorder.calls, 'epochs': history.epoch, 'history_keys': list(history.history)})
    return result


def cases(random):
    warnings.simplefilter('ignore')
    return stops(random) + hooks(random)
