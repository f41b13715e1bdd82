"""Optimizers: 12 steps of train_on_batch on a small network, from given weights, with every read before every write."""
import json

import keras
import numpy as np
from keras.layers import Dense

from record import fresh, normal, one_hot, pick, uniform
from training import install

STEPS, BATCH = 12, 3


def settings(random):
    """(class, arguments): the defaults, then draws over ranges."""
    def lr(low, high):
        return {'learning_rate': uniform(random, low, high, digits=4)}

    def clip(i):
        return [{}, {'clipnorm': uniform(random, 0.05, 0.6)}, {'clipvalue': uniform(random, 0.01, 0.2)},
                {'clipnorm': uniform(random, 0.05, 0.6), 'clipvalue': uniform(random, 0.01, 0.1)}, {'clipnorm': 50.}][i % 5]

    def decay(i):
        return {'decay': uniform(random, 0.01, 0.5)} if i % 2 else {}

    made = [(name, {}) for name in ['SGD', 'RMSprop', 'Adagrad', 'Adadelta', 'Adam', 'Adamax', 'Nadam']]
    for i in range(10):
        momentum = {'momentum': uniform(random, 0.1, 0.95, digits=2)} if i else {}
        made.append(('SGD', dict(lr(0.01, 0.5), nesterov=i % 3 == 2, **dict(momentum, **dict(decay(i // 2), **clip(i))))))
    for i in range(6):
        made.append(('RMSprop', dict(lr(0.001, 0.05), rho=uniform(random, 0.5, 0.99), **dict(
            decay(i), **dict({'epsilon': pick(random, [1e-4, 1e-2, 1e-7])} if i % 3 else {}, **clip(i))))))
    for i in range(9):
        made.append(('Adam', dict(lr(0.001, 0.05), beta_1=uniform(random, 0.5, 0.95), beta_2=uniform(random, 0.8, 0.999),
                                  amsgrad=i % 2 == 1, **dict(decay(i // 2), **dict(
                                      {'epsilon': pick(random, [1e-4, 1e-2, 1e-8])} if i % 3 == 2 else {}, **clip(i))))))
    made += [('Adam', {'amsgrad': True}), ('Adam', {'lr': 0.01}), ('SGD', {'lr': 0.1})]
    for i in range(4):
        made.append(('Adagrad', dict(lr(0.01, 0.1), **dict(decay(i), **dict({'epsilon': 1e-3} if i > 1 else {}, **clip(i))))))
        made.append(('Adadelta', dict(lr(0.1, 2.), rho=uniform(random, 0.5, 0.99), **dict(
            decay(i), **dict({'epsilon': 1e-3} if i > 1 else {}, **clip(i))))))
        made.append(('Adamax', dict(lr(0.002, 0.05), beta_1=uniform(random, 0.5, 0.95), beta_2=uniform(random, 0.8, 0.999),
                                    **dict(decay(i), **clip(i)))))
        made.append(('Nadam', dict(lr(0.002, 0.05), beta_1=uniform(random, 0.5, 0.95), beta_2=uniform(random, 0.8, 0.999),
                                   **dict({'schedule_decay': uniform(random, 0.001, 0.1)} if i % 2 else {}, **clip(i)))))
    return made


def case(random, i, name, args):
    fresh()
    loss = ['categorical_crossentropy', 'mean_squared_error'][i % 2]
    model = keras.Sequential([Dense(5, activation='tanh', input_shape=(4,)),
                              Dense(3, activation=['softmax', None][i % 2])])
    model.set_weights([normal(random, w.shape, 0.5) for w in model.get_weights()])
    optimizer = getattr(keras.optimizers, name)(**args)
    config = optimizer.get_config()
    initial = model.get_weights()
    model.compile(optimizer, loss)
    batches, values = [], []
    for _ in range(STEPS):
        x = normal(random, (BATCH, 4), digits=2)
        y = normal(random, (BATCH, 3), digits=2) if i % 2 else one_hot(random.randint(0, 3, BATCH), 3)
        batches.append({'x': x, 'y': y})
        values.append(model.train_on_batch(x, y))
    result = {'id': '%d %s %s' % (i, name, ','.join('%s=%s' % a for a in sorted(args.items()))),
              'optimizer': {'class_name': name, 'config': config}, 'args': args, 'config_text': json.dumps(config),
              'model_json': model.to_json(), 'loss': loss, 'initial_weights': initial, 'batches': batches, 'losses': values,
              'final_weights': model.get_weights(), 'optimizer_weights': optimizer.get_weights()}
    check(result)
    return result


def check(c):
    """The linear network with plain SGD or Adam by hand, in float64."""
    name, config = c['optimizer']['class_name'], c['optimizer']['config']
    if c['loss'] != 'mean_squared_error' or name not in ('SGD', 'Adam') or config.get('amsgrad'):
        return
    w = [v.astype('float64') for v in c['initial_weights']]
    m, v = [0 * a for a in w], [0 * a for a in w]
    for t, (batch, value) in enumerate(zip(c['batches'], c['losses'])):
        x, y = batch['x'].astype('float64'), batch['y'].astype('float64')
        h = np.tanh(x.dot(w[0]) + w[1])
        error = h.dot(w[2]) + w[3] - y
        np.testing.assert_allclose(value, (error ** 2).mean(), rtol=2e-5, err_msg=c['id'])
        d = 2 * error / error.size
        dh = d.dot(w[2].T) * (1 - h * h)
        g = [x.T.dot(dh), dh.sum(0), h.T.dot(d), d.sum(0)]
        norm = np.sqrt(sum((a * a).sum() for a in g))
        if 'clipnorm' in config and norm >= config['clipnorm']:
            g = [a * config['clipnorm'] / norm for a in g]
        if 'clipvalue' in config:
            g = [np.clip(a, -config['clipvalue'], config['clipvalue']) for a in g]
        lr = config['learning_rate'] / (1 + config['decay'] * t)
        for k in range(4):
            if name == 'SGD':
                m[k] = config['momentum'] * m[k] - lr * g[k]
                w[k] = w[k] + (config['momentum'] * m[k] - lr * g[k] if config['nesterov'] else m[k])
            else:
                m[k] = config['beta_1'] * m[k] + (1 - config['beta_1']) * g[k]
                v[k] = config['beta_2'] * v[k] + (1 - config['beta_2']) * g[k] ** 2
                a = lr * np.sqrt(1 - config['beta_2'] ** (t + 1)) / (1 - config['beta_1'] ** (t + 1))
                w[k] = w[k] - a * m[k] / (np.sqrt(v[k]) + config['epsilon'])
    for got, hand in zip(c['final_weights'], w):
        np.testing.assert_allclose(got, hand, rtol=1e-4, atol=2e-5, err_msg=c['id'])


def cases(random):
    install()
    made = settings(random)
    result = [case(random, i, name, args) for i, (name, args) in enumerate(made)]
    # The defaults once more, with the other kind of loss.
    return result + [case(random, len(made) + (len(made) + i + 1) % 2 + 2 * i, name, {}) for i, (name, _) in enumerate(made[:7])]
