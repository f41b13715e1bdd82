"""Whole models: texts, twelve steps of train_on_batch, then test_on_batch, predict_on_batch and a fit without shuffling."""
import json
import warnings

import numpy as np

import keras
import networks
from record import fresh, listed, normal, one_hot, pick, probabilities, rng, uniform
from training import install

GIVEN = ('from keras import constraints, initializers, regularizers\nfrom keras.layers import *\n'
         'from keras.models import *\n')
ACTIVATIONS = ['relu', 'tanh', 'sigmoid', 'elu', 'softplus', 'softsign']
LOSSES = {'real': ['mse', 'mae', 'logcosh', 'huber_loss', 'mean_squared_error'], 'classes': ['categorical_crossentropy'],
          'labels': ['sparse_categorical_crossentropy'], 'binary': ['binary_crossentropy', 'mse'],
          'distribution': ['kullback_leibler_divergence', 'categorical_crossentropy']}
METRICS = {'real': ['mae', 'mse', 'cosine_proximity'], 'classes': ['accuracy', 'mse', 'categorical_accuracy'], 'labels': ['accuracy'],
           'binary': ['acc', 'mae', 'binary_accuracy'], 'distribution': ['mse']}

# name: (source, inputs as (kind, shape), outputs as name: (kind, shape)). {act} and {n} are drawn.
MODELS = {
    'multi-input, multi-output': ("""
main = Input(shape=(4,), dtype='int32', name='main_input')
x = Embedding(output_dim=3, input_dim=6, input_length=4)(main)
x = LSTM({n})(x)
aux_output = Dense(1, activation='sigmoid', name='aux_output')(x)
aux_input = Input(shape=(2,), name='aux_input')
x = concatenate([x, aux_input])
x = Dense({n}, activation='{act}')(x)
main_output = Dense(3, activation='softmax', name='main_output')(x)
model = Model(inputs=[main, aux_input], outputs=[main_output, aux_output])""",
                                  [(6, (4,)), ('real', (2,))], {'main_output': ('classes', (3,)), 'aux_output': ('binary', (1,))}),
    'two outputs of unequal width': ("""
a = Input(shape=(3,), name='a')
x = Dense({n}, activation='{act}', name='trunk')(a)
model = Model(a, [Dense(2, name='value')(x), Dense(3, activation='softmax', name='kind')(x), Dense(1, activation='sigmoid', name='flag')(x)])""",
                                     [('real', (3,))], {'value': ('real', (2,)), 'kind': ('labels', (3,)), 'flag': ('binary', (1,))}),
    'shared layer': ("""
a, b = Input(shape=(4,)), Input(shape=(4,))
shared = Dense({n}, activation='{act}', kernel_regularizer='l2', activity_regularizer=regularizers.l1(0.01))
x = concatenate([shared(a), shared(b)])
model = Model([a, b], Dense(1, activation='sigmoid')(x))""", [('real', (4,)), ('real', (4,))], {'': ('binary', (1,))}),
    'shared LSTM': ("""
a, b = Input(shape=(3, 2)), Input(shape=(3, 2))
shared = LSTM({n})
merged = concatenate([shared(a), shared(b)], axis=-1)
model = Model(inputs=[a, b], outputs=Dense(1, activation='sigmoid')(merged))""",
                    [('real', (3, 2)), ('real', (3, 2))], {'': ('binary', (1,))}),
    'siamese towers': ("""
inner = Sequential([Dense({n}, activation='{act}', input_shape=(3,)), Dense(2)], name='tower')
a, b = Input(shape=(3,), name='left'), Input(shape=(3,), name='right')
model = Model([a, b], Dot(1, normalize=True, name='score')([inner(a), inner(b)]))""",
                [('real', (3,)), ('real', (3,))], {'score': ('real', (1,))}),
    'shared vision': ("""
digit = Input(shape=(5, 5, 1))
x = Conv2D(2, (3, 3), activation='{act}')(digit)
x = MaxPooling2D((2, 2))(x)
vision = Model(digit, Flatten()(x))
a, b = Input(shape=(5, 5, 1)), Input(shape=(5, 5, 1))
model = Model([a, b], Dense(1, activation='sigmoid')(concatenate([vision(a), vision(b)])))""",
                      [('real', (5, 5, 1)), ('real', (5, 5, 1))], {'': ('binary', (1,))}),
    'nested models': ("""
a = Input(shape=(3,))
inner = Model(a, Dense({n}, activation='{act}')(a), name='inner')
b = Input(shape=(3,))
middle = Model(b, [Dense(2)(inner(b)), inner(b)], name='middle')
c = Input(shape=(3,))
y, z = middle(c)
model = Model(c, [Dense(1)(y), Dense(2, activation='softmax')(z)])""",
                      [('real', (3,))], {0: ('real', (1,)), 1: ('classes', (2,))}),
    'functional inside sequential': ("""
a = Input(shape=(3,))
x = Dense(3, activation='{act}')(a)
inner = Model(a, add([a, x]))
model = Sequential([inner, Dense({n}, activation='{act}'), Dense(2)])""", [('real', (3,))], {'': ('real', (2,))}),
    'sequential inside sequential': ("""
model = Sequential([Sequential([Dense({n}, activation='{act}', input_shape=(3,)), Sequential([Dense(3, input_shape=({n},))])]), Dense(2)])""",
                                     [('real', (3,))], {'': ('real', (2,))}),
    'inception': ("""
a = Input(shape=(4, 4, 2))
one = Conv2D(2, (1, 1), padding='same', activation='{act}')(a)
one = Conv2D(2, (3, 3), padding='same', activation='{act}')(one)
two = Conv2D(1, (2, 2), padding='same', activation='{act}')(a)
three = MaxPooling2D((3, 3), strides=(1, 1), padding='same')(a)
three = Conv2D(1, (1, 1), padding='same')(three)
x = concatenate([one, two, three], axis=-1)
model = Model(a, Dense(2, activation='softmax')(GlobalAveragePooling2D()(x)))""", [('real', (4, 4, 2))], {'': ('classes', (2,))}),
    'residual': ("""
a = Input(shape=(4, 4, 2))
x = Conv2D(2, (3, 3), padding='same')(a)
x = add([x, a])
x = Activation('{act}')(x)
x = AveragePooling2D()(x)
model = Model(a, Dense(1)(Flatten()(x)))""", [('real', (4, 4, 2))], {'': ('real', (1,))}),
    'residual with normalization': ("""
a = Input(shape=(3, 3, 2))
x = BatchNormalization(momentum=0.8)(Conv2D(2, 3, padding='same', use_bias=False)(a))
x = Activation('{act}')(x)
model = Model(a, Dense(1)(GlobalMaxPooling2D()(add([x, a]))))""", [('real', (3, 3, 2))], {'': ('real', (1,))}),
    'normalization called twice': ("""
a, b = Input(shape=(3,)), Input(shape=(3,))
normalize = BatchNormalization(momentum=0.7)
model = Model([a, b], Dense(1)(subtract([normalize(a), normalize(b)])))""", [('real', (3,)), ('real', (3,))], {'': ('real', (1,))}),
    'normalization of a nested model called twice': ("""
inner = Sequential([Dense(2, input_shape=(3,)), BatchNormalization(momentum=0.6), Activation('{act}')])
a, b = Input(shape=(3,)), Input(shape=(3,))
model = Model([a, b], Dense(1)(concatenate([inner(a), inner(b)])))""", [('real', (3,)), ('real', (3,))], {'': ('real', (1,))}),
    'normalization, frozen': ("""
model = Sequential([Dense(3, input_shape=(3,)), BatchNormalization(momentum=0.7, trainable=False), Dense(2)])""",
                              [('real', (3,))], {'': ('real', (2,))}),
    'normalization, training given': ("""
a = Input(shape=(3,))
x = BatchNormalization(momentum=0.7)(a, training=False)
y = BatchNormalization(momentum=0.7, scale=False)(Dense(2)(x), training=True)
model = Model(a, y)""", [('real', (3,))], {'': ('real', (2,))}),
    'frozen layer': ("""
model = Sequential([Dense({n}, activation='{act}', input_shape=(3,), kernel_regularizer='l2', trainable=False), Dense(2, bias_regularizer='l1')])""",
                     [('real', (3,))], {'': ('real', (2,))}),
    'frozen nested model': ("""
base = Sequential([Dense({n}, activation='{act}', input_shape=(3,)), Dense(2)])
base.trainable = False
a = Input(shape=(3,))
model = Model(a, Dense(1)(concatenate([base(a), Dense(2)(a)])))""", [('real', (3,))], {'': ('real', (1,))}),
    'features of a model': ("""
a = Input(shape=(3,))
base = Model(a, Dense(2)(Dense({n}, activation='{act}', name='deep')(a)))
model = Model(inputs=base.input, outputs=Dense(1)(base.get_layer('deep').output))""", [('real', (3,))], {'': ('real', (1,))}),
    'one layer many times': ("""
a = Input(shape=(3,))
same = Dense(3, activation='tanh', activity_regularizer=regularizers.l2(0.01), kernel_constraint='max_norm')
model = Model(a, same(same(same(a))))""", [('real', (3,))], {'': ('real', (3,))}),
    'outputs of one layer': ("""
a, b = Input(shape=(3,)), Input(shape=(3,))
same = Dense(2, name='same')
model = Model([a, b], [same(a), same(b)])""", [('real', (3,)), ('real', (3,))], {0: ('real', (2,)), 1: ('real', (2,))}),
    'input is an output': ("""
a = Input(shape=(2,), name='a')
model = Model(a, [Dense(2, name='b')(a), Activation('{act}', name='c')(a)])""", [('real', (2,))], {'b': ('real', (2,)), 'c': ('real', (2,))}),
    'merges': ("""
a, b = Input(shape=(3,)), Input(shape=(3,))
x, y = Dense(3, activation='{act}')(a), Dense(3)(b)
model = Model([a, b], Dense(2, activation='softmax')(concatenate([maximum([x, y]), average([x, y]), multiply([x, y]), minimum([x, y])])))""",
               [('real', (3,)), ('real', (3,))], {'': ('distribution', (2,))}),
    'losses added by layers': ("""
a = Input(shape=(3,))
x = ActivityRegularization(l1=0.01, l2=0.02)(PReLU()(Dense(3, kernel_regularizer=regularizers.l1_l2(0.01, 0.02))(a)))
model = Model(a, Dense(2, bias_regularizer='l2', bias_initializer='ones')(x))""", [('real', (3,))], {'': ('real', (2,))}),
}
SEQUENCES = {
    'masked LSTM': ("""
model = Sequential([Masking(input_shape=(4, 2)), LSTM({n}, implementation=1), Dense(2)])""", [('holes', (4, 2))], {'': ('real', (2,))}),
    'masked sequence to sequence': ("""
model = Sequential([Embedding(6, 3, mask_zero=True, input_length=4), GRU({n}, return_sequences=True, reset_after=True), Dense(2)])""",
                                    [(6, (4,))], {'': ('real', (4, 2))}),
    'masked, time distributed softmax': ("""
a = Input(shape=(3,))
x = Embedding(5, 2, mask_zero=True)(a)
x = SimpleRNN({n}, return_sequences=True)(x)
model = Model(a, TimeDistributed(Dense(3, activation='softmax'))(x))""", [(5, (3,))], {'': ('classes', (3, 3))}),
    'two masks meet': ("""
a, b = Input(shape=(3,)), Input(shape=(3,))
words = Embedding(5, 2, mask_zero=True)
x = concatenate([LSTM(2, return_sequences=True)(words(a)), GRU(2, return_sequences=True)(words(b))])
model = Model([a, b], Dense(1, activation='{act}')(x))""", [(5, (3,)), (5, (3,))], {'': ('real', (3, 1))}),
    'mask of an average': ("""
a = Input(shape=(4,))
x = Embedding(5, 3, mask_zero=True)(a)
model = Model(a, Dense(1, activation='sigmoid')(GlobalAveragePooling1D()(x)))""", [(5, (4,))], {'': ('binary', (1,))}),
    'encoder and decoder': ("""
a = Input(shape=(3, 2), name='encoder')
_, h, c = LSTM(2, return_state=True)(a)
b = Input(shape=(2, 3), name='decoder')
y, _, _ = LSTM(2, return_sequences=True, return_state=True)(b, initial_state=[h, c])
model = Model([a, b], Dense(3, activation='softmax', name='words')(y))""", [('real', (3, 2)), ('real', (2, 3))], {'words': ('classes', (2, 3))}),
    'bidirectional, stacked': ("""
model = Sequential([Bidirectional(GRU(2, return_sequences=True), input_shape=(3, 2)), Bidirectional(LSTM(2), merge_mode='sum'), Dense(1)])""",
                               [('real', (3, 2))], {'': ('real', (1,))}),
    'recurrent with penalties': ("""
model = Sequential([GRU(2, input_shape=(3, 2), kernel_regularizer='l2', recurrent_constraint='unit_norm', bias_regularizer='l1',
                        activity_regularizer=regularizers.l2(0.01), go_backwards=True), Dense(1)])""", [('real', (3, 2))], {'': ('real', (1,))}),
    'stack of cells, unrolled': ("""
model = Sequential([RNN([LSTMCell(2), GRUCell(2)], unroll=True, input_shape=(3, 2)), Dense(1)])""", [('real', (3, 2))], {'': ('real', (1,))}),
    'stateful LSTM': ("""
model = Sequential([LSTM(2, return_sequences=True, stateful=True, batch_input_shape=(2, 3, 2)), LSTM(2, stateful=True), Dense(2, activation='softmax')])""",
                      [('real', (3, 2))], {'': ('classes', (2,))}),
    'stateful GRU, masked': ("""
model = Sequential([Masking(batch_input_shape=(2, 3, 2)), GRU({n}, stateful=True, return_sequences=True), Dense(1)])""",
                        [('holes', (3, 2))], {'': ('real', (3, 1))}),
    'stateful, nested': ("""
inner = Sequential([SimpleRNN(2, stateful=True, batch_input_shape=(2, 3, 2))])
a = Input(batch_shape=(2, 3, 2))
model = Model(a, Dense(1)(inner(a)))""", [('real', (3, 2))], {'': ('real', (1,))}),
    'ConvLSTM2D': ("""
model = Sequential([ConvLSTM2D(1, 2, padding='same', return_sequences=True, input_shape=(2, 3, 3, 1)), BatchNormalization(momentum=0.8),
                    ConvLSTM2D(1, 2), Flatten(), Dense(1)])""", [('real', (2, 3, 3, 1))], {'': ('real', (1,))}),
    'convolutions of sequences': ("""
model = Sequential([Conv1D(3, 3, padding='causal', dilation_rate=2, activation='{act}', input_shape=(6, 2)), MaxPooling1D(2),
                    SeparableConv1D(2, 2), GlobalMaxPooling1D(), Dense(1)])""", [('real', (6, 2))], {'': ('real', (1,))}),
    'time distributed model': ("""
inner = Sequential([Conv2D(2, 2, activation='{act}', input_shape=(3, 3, 1)), GlobalMaxPooling2D()])
model = Sequential([TimeDistributed(inner, input_shape=(2, 3, 3, 1)), LSTM(2), Dense(2, activation='softmax')])""",
                               [('real', (2, 3, 3, 1))], {'': ('classes', (2,))}),
    'visual question answering': ("""
vision = Sequential([Conv2D(2, (3, 3), activation='{act}', padding='same', input_shape=(4, 4, 1)), MaxPooling2D((2, 2)), Flatten()])
image = Input(shape=(4, 4, 1))
question = Input(shape=(3,), dtype='int32')
words = LSTM(2)(Embedding(input_dim=5, output_dim=2, input_length=3)(question))
model = Model([image, question], Dense(3, activation='softmax')(concatenate([words, vision(image)])))""",
                                  [('real', (4, 4, 1)), (5, (3,))], {'': ('labels', (3,))}),
}


def drawn_input(random, n, kind, shape):
    if isinstance(kind, int):
        return random.randint(0, kind, (n,) + shape).astype('float32')
    x = normal(random, (n,) + shape, digits=1)
    if kind == 'holes':
        x[random.randint(0, 3, x.shape[:2]) == 0] = 0
    return x


def drawn_target(random, n, kind, shape):
    if kind == 'real':
        return normal(random, (n,) + shape, digits=1)
    if kind == 'binary':
        return random.randint(0, 2, (n,) + shape).astype('float32')
    if kind == 'distribution':
        return probabilities(random, (n,) + shape)
    labels = random.randint(0, shape[-1], (n,) + shape[:-1])
    return one_hot(labels, shape[-1]) if kind == 'classes' else labels.reshape(labels.shape + (1,) if len(shape) == 1 else labels.shape
                                                                               ).astype('float32')


def compiled(random, i, outputs, temporal):
    """The arguments of compile as JSON: by list or by name where there are several outputs."""
    names, kinds = list(outputs), [kind for kind, _ in outputs.values()]
    named = all(isinstance(n, str) for n in names)
    losses = [pick(random, LOSSES[k]) for k in kinds]
    metrics = [pick(random, METRICS[k]) for k in kinds]
    found = {'loss': losses[0], 'metrics': [metrics[0]] if i % 3 else []}
    if len(names) > 1:
        weights = [uniform(random, 0.2, 1.5, digits=2) for _ in names]
        if named and i % 2 == 0:
            found.update(loss=dict(zip(names, losses)), metrics=dict(zip(names, metrics)), loss_weights=dict(zip(names, weights)))
            if i % 3 == 0:
                found['metrics'] = {names[-1]: [metrics[-1]] + ['mae' if kinds[-1] != 'labels' else 'acc']}
        else:
            found.update(loss=losses, metrics=[[m] for m in metrics] if i % 3 else [], loss_weights=weights if i % 4 else None)
    elif i % 4 == 1 and kinds[0] != 'labels':
        found['weighted_metrics'] = ['mae', 'acc']
    if temporal:
        found['sample_weight_mode'] = 'temporal'
    return found


def lines(model, **args):
    found = []
    model.summary(print_fn=found.append, **args)
    return found


def built(source):
    names = {}
    exec(GIVEN + source, names)
    return names['model']


def case(random, i, name, source, inputs, outputs):
    fresh()
    source = source.strip().replace('{act}', pick(random, ACTIVATIONS)).replace('{n}', str(random.randint(2, 5)))
    model = built(source)
    stateful = model.stateful
    temporal = i % 2 == 0 and len(outputs) == 1 and list(outputs.values())[0][1][1:] != () and list(outputs.values())[0][0] != 'labels'
    optimizer = networks.optimizer(random)
    arguments = compiled(random, i, outputs, temporal)
    found = {'id': '%s, %d' % (name, i), 'python': source, 'to_json': model.to_json()}
    if i % 2:
        found['config_text'] = json.dumps(model.get_config())
    found.update(summaries=[{'args': a, 'lines': lines(model, **a)} for a in [{}, {'line_length': 90}]][i % 2:][:1],
                 weights=[[w.name, w.shape.as_list()] for w in model.weights],
                 compile=dict({'optimizer': {'class_name': optimizer.__class__.__name__, 'config': optimizer.get_config()}}, **arguments))
    model.set_weights([normal(random, w.shape, 0.5) for w in model.get_weights()])
    for layer in all_layers(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights(layer.get_weights()[:-1] + [abs(layer.get_weights()[-1]) + np.float32(0.25)])
    model.compile(optimizer, **arguments)
    found['trainable'] = [w.name for w in model._collected_trainable_weights]
    found['initial_weights'] = model.get_weights()

    def data(n):
        return [drawn_input(random, n, *v) for v in inputs], [drawn_target(random, n, *v) for v in outputs.values()]

    def weights(n):
        if temporal:
            return [uniform(random, 0., 2., (n,) + list(outputs.values())[0][1][:1], digits=1)]
        return [uniform(random, 0., 2., (n,), digits=1) for _ in outputs]

    least = 3 if 'BatchNormalization' in source else 1  # a variance needs some samples
    steps, results = [], []
    for step in range(12):
        n = 2 if stateful else int(random.randint(least, least + 3))
        x, y = data(n)
        weight = weights(n) if (temporal or i % 4 == 2) and step % 3 != 1 else None
        reset = bool(stateful and step in (4, 9))
        if reset:
            model.reset_states()
        steps.append({'x': x, 'y': y, 'sample_weight': weight, 'reset_states': reset})
        results.append(listed(model.train_on_batch(x if len(x) > 1 else x[0], y if len(y) > 1 else y[0], sample_weight=weight)))
    found.update(steps=steps, metrics_names=model.metrics_names, results=results, final_weights=model.get_weights())
    if name == 'stateful, nested':
        return found  # testing it, Keras wants the input of the inner model fed
    tests = []
    for _ in range(2):
        x, y = data(2)
        tests.append({'x': x, 'y': y, 'result': listed(model.test_on_batch(x, y)), 'predict': listed(model.predict_on_batch(x))})
    found['tests'] = tests
    x, y = data(4 if stateful else 5)
    fit = {'batch_size': 2 if stateful or i % 2 else 3, 'epochs': 2}
    if i % 2 == 0:
        fit['validation_data'] = data(2)
    if i % 4 == 2 and not temporal:
        fit['sample_weight'] = weights(len(x[0]))
    if stateful:
        model.reset_states()
    history = model.fit(x, y, shuffle=False, verbose=0, **{k: tuple(v) if k == 'validation_data' else v for k, v in fit.items()})
    x2, y2 = data(4)
    found.update(fit=dict({'x': x, 'y': y}, **fit), history=[[k, v] for k, v in history.history.items()],
                 evaluate={'x': x2, 'y': y2, 'batch_size': 2, 'result': listed(model.evaluate(x2, y2, batch_size=2, verbose=0))},
                 predict={'x': x2, 'batch_size': 2, 'result': listed(model.predict(x2, batch_size=2))})
    return found


def all_layers(model):
    for layer in model.layers:
        layer = getattr(layer, 'layer', layer)
        if hasattr(layer, 'layers'):
            for inner in all_layers(layer):
                yield inner
        else:
            yield layer


def cases(random):
    install()
    warnings.simplefilter('ignore')
    return [case(rng(name), i, name, *MODELS[name]) for i, name in enumerate(MODELS)]
