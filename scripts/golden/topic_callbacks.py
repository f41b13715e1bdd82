"""Callbacks: "early_stopping" (a monitored sequence and what follows), "hooks" (calls, log keys and params of real runs), "driven" (what
the others do in given epochs), "names" (names of files with numbers in them), "posted" (what RemoteMonitor sends), "types" (of logs)."""
import contextlib
import http.server
import io
import json
import os
import tempfile
import threading
import warnings

import keras
import numpy as np
from keras import backend as K
from keras.callbacks import Callback, CSVLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau, RemoteMonitor
from keras.callbacks import TerminateOnNaN

from record import fresh, normal, number, pick, uniform


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


class Trained(object):
    """A model as the callbacks see it, which writes down what is saved where."""

    def __init__(self, lr):
        self.stop_training, self.saved, self.optimizer = False, [], keras.optimizers.SGD(lr=lr)

    def save(self, path, overwrite):
        self.saved.append(['model', path])

    def save_weights(self, path, overwrite):
        self.saved.append(['weights', path])


SCHEDULES = {'halved': lambda epoch, lr: lr / 2 if epoch % 2 else lr, 'steps': lambda epoch: [0.1, 0.05, 1e-5, 1e-7][epoch],
             'text': lambda epoch, lr: 'fast'}


def value(x):
    """A number of the logs as [type, number]."""
    return [type(x).__name__, number(x)]


def driven(identity, name, args, runs, lr=0.1, stop_at=None, attributes=()):
    """Runs are lists of epochs, which are logs; `stop_at` is the epoch before whose end another callback stops the training."""
    fresh()
    model, printed, error = Trained(lr), io.StringIO(), None
    given = dict(args)
    if name == 'LearningRateScheduler':
        given['schedule'] = SCHEDULES[args['schedule']]
    if name == 'CSVLogger':
        folder = tempfile.mkdtemp()
        given['filename'] = os.path.join(folder, args['filename'])
    rates, logs_after, seen, texts = [], [], [], []
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(printed):
        warnings.simplefilter('always')
        try:
            callback = globals()[name](**given)
            callback.set_model(model)
            for run in runs:
                callback.on_train_begin()
                model.stop_training = False
                for epoch, logs in enumerate(run):
                    callback.on_epoch_begin(epoch, {})
                    logs = dict(logs)
                    if epoch == stop_at:
                        model.stop_training = True
                    if name == 'TerminateOnNaN':
                        callback.on_batch_end(epoch, logs)
                    callback.on_epoch_end(epoch, logs)
                    rates.append(number(np.float32(K.get_value(model.optimizer.lr))))
                    logs_after.append([[k, number(np.float32(v)) if k == 'lr' else number(v)] for k, v in logs.items()])
                    seen.append([number(getattr(callback, a)) for a in attributes])
                callback.on_train_end()
                if name == 'CSVLogger':
                    with open(given['filename'], newline='') as f:
                        texts.append(f.read())
        except Exception as e:
            error = [type(e).__name__, str(e)]
    return {'id': identity, 'kind': 'driven', 'class_name': name, 'args': args, 'lr': lr, 'stop_at': stop_at,
            'runs': [[[[k, value(v)] for k, v in logs.items()] for logs in run] for run in runs], 'rates': rates, 'logs': logs_after,
            'attributes': list(attributes), 'seen': seen, 'saved': model.saved, 'texts': texts, 'stopped': model.stop_training,
            'printed': printed.getvalue(), 'warnings': [str(w.message) for w in caught if w.category in (RuntimeWarning, UserWarning)],
            'error': error}


def epochs(random, count, key='val_loss'):
    drift = pick(random, [-0.08, 0.08, 0.])
    return [{'loss': uniform(random, 0.1, 1.), key: round(0.6 + drift * n + random.uniform(-0.15, 0.15), 3)} for n in range(count)]


def others(random):
    result = []
    for i in range(24):
        args = {'patience': random.randint(0, 4)}
        monitor = pick(random, ['val_loss', 'val_loss', 'loss', 'val_acc'])
        if monitor != 'val_loss':
            args['monitor'] = monitor
        if i % 2:
            args['factor'] = uniform(random, 0.1, 0.9, digits=1)
        if i % 3 == 1:
            args['mode'] = pick(random, ['min', 'max', 'auto'])
        if i % 4 == 2:
            args['cooldown'] = random.randint(1, 4)
        if i % 5 == 3:
            args['min_lr'] = 0.03
        if i % 3 == 2:
            args['min_delta'] = uniform(random, 0., 0.1, digits=2)
        if i % 2 == 0:
            args['verbose'] = 1
        result.append(driven('plateau %d' % i, 'ReduceLROnPlateau', args, [epochs(random, random.randint(4, 10), monitor)],
                             attributes=['wait', 'best', 'cooldown_counter']))
    result.append(driven('plateau, two runs', 'ReduceLROnPlateau', {'patience': 1, 'verbose': 1},
                         [[{'val_loss': 1.}, {'val_loss': 2.}], [{'val_loss': 3.}, {'val_loss': 4.}]], attributes=['wait', 'best']))
    result.append(driven('plateau, not a number', 'ReduceLROnPlateau', {'patience': 1, 'verbose': 1},
                         [[{'val_loss': 1.}, {'val_loss': float('nan')}, {'val_loss': 0.5}]], attributes=['wait', 'best']))
    result.append(driven('plateau, missing', 'ReduceLROnPlateau', {}, [[{'loss': 1., 'acc': 0.5}]]))
    result.append(driven('plateau, factor', 'ReduceLROnPlateau', {'factor': 1.}, []))
    result.append(driven('schedule', 'LearningRateScheduler', {'schedule': 'halved'}, [[{'loss': 1.}] * 4]))
    result.append(driven('schedule, verbose', 'LearningRateScheduler', {'schedule': 'halved', 'verbose': 1}, [[{'loss': 1.}] * 4]))
    result.append(driven('schedule of the epoch', 'LearningRateScheduler', {'schedule': 'steps', 'verbose': 1}, [[{'loss': 1.}] * 4]))
    result.append(driven('schedule, no number', 'LearningRateScheduler', {'schedule': 'text'}, [[{'loss': 1.}]]))
    for i in range(24):
        args = {'filepath': pick(random, ['w.h5', 'w.{epoch:02d}.h5', '{epoch:03d}-{loss:.2f}.h5', 'w{epoch}.{loss:+.3e}.h5'])}
        monitor = pick(random, ['val_loss', 'val_loss', 'val_acc', 'fmeasure'])
        if monitor != 'val_loss':
            args['monitor'] = monitor
        if i % 4:
            args['save_best_only'] = True
        if i % 3 == 0:
            args['save_weights_only'] = True
        if i % 5 == 1:
            args['mode'] = pick(random, ['min', 'max', 'auto'])
        if i % 6 == 2:
            args['period'] = random.randint(2, 4)
        if i % 2:
            args['verbose'] = 1
        runs = [epochs(random, random.randint(3, 7), monitor) for _ in range(1 + i % 2)]
        result.append(driven('checkpoint %d' % i, 'ModelCheckpoint', args, runs, attributes=['best', 'epochs_since_last_save']))
    result.append(driven('checkpoint, missing', 'ModelCheckpoint', {'filepath': 'w.h5', 'save_best_only': True}, [[{'loss': 1.}]]))
    result.append(driven('checkpoint, not a number', 'ModelCheckpoint', {'filepath': 'w.h5', 'save_best_only': True, 'verbose': 1},
                         [[{'val_loss': float('nan')}, {'val_loss': 1.}, {'val_loss': float('nan')}]], attributes=['best']))
    result.append(driven('checkpoint, unknown name', 'ModelCheckpoint', {'filepath': '{val_acc}.h5'}, [[{'loss': 1.}]]))
    single, double = np.float32, np.float64
    rows = [{'loss': double(0.1) * 3, 'acc': single(0.9), 'val_loss': float(single(0.9)), 'lr': single(0.01)},
            {'loss': double(1e-5), 'acc': single(1.), 'val_loss': 1e16, 'lr': single(1e-5)},
            {'loss': float('nan'), 'acc': single(1. / 3.), 'val_loss': float('inf'), 'lr': single(1e-7)},
            {'loss': double(2.5), 'acc': single(0.), 'val_loss': -0.001, 'lr': single(123456.78)}]
    result.append(driven('csv', 'CSVLogger', {'filename': 'a.csv'}, [rows]))
    result.append(driven('csv, again', 'CSVLogger', {'filename': 'a.csv'}, [rows[:2], rows[1:3]]))
    result.append(driven('csv, added to', 'CSVLogger', {'filename': 'a.csv', 'append': True, 'separator': ';'}, [rows[:1], rows[2:]]))
    result.append(driven('csv, odd separator', 'CSVLogger', {'filename': 'a.csv', 'separator': '.'}, [rows[:2]]))
    result.append(driven('csv, names quoted', 'CSVLogger', {'filename': 'a.csv'}, [[{'a,b': 1., 'c"d': 2.}]]))
    result.append(driven('csv, less at the end', 'CSVLogger', {'filename': 'a.csv'}, [[rows[0], {'loss': 1.}]], stop_at=1))
    result.append(driven('csv, less in between', 'CSVLogger', {'filename': 'a.csv'}, [[rows[0], {'loss': 1.}, rows[1]]]))
    result.append(driven('csv, more later', 'CSVLogger', {'filename': 'a.csv'}, [[{'loss': 1.}, rows[0]]]))
    result.append(driven('csv, separator of two', 'CSVLogger', {'filename': 'a.csv', 'separator': ',,'}, [[{'loss': 1.}]]))
    for loss in [1., float('nan'), float('inf'), float('-inf')]:
        result.append(driven('loss %s' % loss, 'TerminateOnNaN', {}, [[{'loss': 0.5}, {'loss': loss}]]))
    result.append(driven('no loss', 'TerminateOnNaN', {}, [[{}]]))
    return result + names() + posted() + types(random)


def names():
    """What Python makes of names, or the class of the exception."""
    result, logs = [], {'loss': 0.1234567, 'acc': np.float32(0.9), 'big': 12345678.9, 'small': 1.5e-7, 'neg': -2.5, 'nan': float('nan'),
                        'inf': float('-inf'), 'one': 1.}
    specs = ['', '.2f', '.0f', '8.3f', '08.3f', '<8.1f', '>8.1f', '^9.1f', '*^9.1f', '+.1f', ' .1f', 'e', '.3e', 'E', 'g', '.2g', 'G', '.3',
             '.1', '10', '010', '%', '.1%', ',.1f', '015,.1f', '_.1f', '=+9.1f', 'F', 'n', 'd', 'q', '.', '2.f', '#.3f', 'x']
    templates = ['{%s:%s}' % (key, spec) if spec else '{%s}' % key for key in logs for spec in specs]
    templates += ['{epoch%s}' % s for s in ['', ':d', ':02d', ':5d', ':<5d|', ':^5', ':+d', ':x', ':#x', ':#010b', ':o', ':X', ':c', ':.2f',
                                            ':e', ':%', ':,', ':06,d', ':_x', ':.2d', ':s', ':n']]
    templates += ['{{epoch}}', 'a}}b{{c', 'a}b', 'a{b', '{', '}', '', 'plain', '{loss}{epoch}', '{missing}', 'w/{epoch:02d}-{loss:.2f}.hdf5']
    for template in templates:
        try:
            text = template.format(epoch=12, **logs)
        except Exception as e:
            text = [type(e).__name__]
        result.append([template, text])
    return [{'id': 'names', 'kind': 'names', 'epoch': 12, 'logs': [[k, value(v)] for k, v in logs.items()], 'names': result}]


def posted():
    result, got = [], []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers['Content-Length'])).decode()
            got.append([self.path, self.headers['Content-Type'], self.headers['X-Mine'], body])
            self.send_response(500 if 'fails' in self.path else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(('127.0.0.1', 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    logs = {'loss': 0.25, 'acc': np.float32(0.9), 'ä & b': 1e-7}
    for args in [{}, {'path': '/other', 'field': 'the field'}, {'send_as_json': True}, {'headers': {'X-Mine': 'yes'}}, {'path': '/fails'}]:
        del got[:]
        RemoteMonitor(root='http://127.0.0.1:%d' % server.server_port, **args).on_epoch_end(3, dict(logs))
        result.append({'id': 'posted %s' % json.dumps(args), 'kind': 'posted', 'args': args, 'epoch': 3,
                       'logs': [[k, value(v)] for k, v in logs.items()], 'got': got[0]})
    server.shutdown()
    server.server_close()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        RemoteMonitor(root='http://127.0.0.1:9').on_epoch_end(3, dict(logs))
    result.append({'id': 'posted to nobody', 'kind': 'posted', 'args': {'root': 'http://127.0.0.1:9'}, 'epoch': 3, 'logs': [],
                   'got': None, 'warnings': [str(w.message) for w in caught if w.category is UserWarning]})
    return result


def types(random):
    """The types of the numbers of an epoch."""
    fresh()
    model = keras.Sequential([keras.layers.Dense(2, input_shape=(3,))])
    model.compile('sgd', 'mse', metrics=['mae'])
    found = []

    class Typed(Callback):
        def on_epoch_end(self, epoch, logs=None):
            found.append([[k, type(v).__name__] for k, v in logs.items()])

    model.fit(normal(random, (5, 3)), normal(random, (5, 2)), verbose=0, validation_split=0.4,
              callbacks=[LearningRateScheduler(lambda epoch: 0.1), Typed()])
    return [{'id': 'types', 'kind': 'types', 'types': found[0]}]


def cases(random):
    warnings.simplefilter('ignore')
    return stops(random) + hooks(random) + others(random)
