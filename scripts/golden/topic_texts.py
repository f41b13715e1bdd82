"""Texts: to_json, get_config and summary of models made by a piece of Python, in a fresh graph each."""
import contextlib
import io
import json
import warnings

import keras

from record import fresh

MODELS = {
    'sequential unnamed': """
model = Sequential([Dense(4, input_shape=(3,)), Dense(2)])""",
    'sequential named': """
model = Sequential(name='net')
model.add(Dense(8, activation='relu', input_dim=5, name='hidden'))
model.add(Dense(3, activation='softmax', name='out'))""",
    'sequential of every core layer': """
model = Sequential()
model.add(Dense(12, activation='tanh', input_shape=(4,)))
model.add(Reshape((3, 4)))
model.add(Activation('relu'))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(1, activation='sigmoid'))""",
    'sequential, some named': """
model = Sequential()
model.add(Dense(3, input_shape=(2,)))
model.add(Dense(3, name='middle'))
model.add(Dense(3))
model.add(Activation('elu', name='bend'))
model.add(Activation('selu'))""",
    'input layer first': """
model = Sequential([InputLayer(input_shape=(6,)), Dense(2)])""",
    'batch shape': """
model = Sequential([Dense(2, batch_input_shape=(10, 3, 4)), Flatten()])""",
    'regularizers': """
model = Sequential()
model.add(Dense(4, input_shape=(3,), kernel_regularizer='l1', bias_regularizer=regularizers.l2(0.001)))
model.add(Dense(2, kernel_regularizer=regularizers.l1_l2(0.01, 0.1), activity_regularizer=regularizers.l1(1e-4)))""",
    'constraints': """
model = Sequential()
model.add(Dense(4, input_shape=(3,), kernel_constraint='max_norm', bias_constraint='non_neg'))
model.add(Dense(4, kernel_constraint=constraints.MaxNorm(1.5, axis=1), bias_constraint=constraints.UnitNorm()))
model.add(Dense(2, kernel_constraint=constraints.MinMaxNorm(0.25, 0.75, rate=0.5)))""",
    'initializers': """
model = Sequential()
model.add(Dense(4, input_shape=(4,), kernel_initializer='he_normal', bias_initializer='ones'))
model.add(Dense(4, kernel_initializer=initializers.RandomNormal(0., 0.02, seed=7), bias_initializer=initializers.Constant(0.1)))
model.add(Dense(4, kernel_initializer=initializers.VarianceScaling(2.0, 'fan_out', 'uniform', seed=1)))
model.add(Dense(4, kernel_initializer=initializers.Orthogonal(1.5, seed=3), bias_initializer='random_uniform'))
model.add(Dense(4, kernel_initializer=initializers.Identity(0.5), bias_initializer=initializers.TruncatedNormal(seed=11)))
model.add(Dense(4, kernel_initializer='lecun_uniform', use_bias=False))
model.add(Dense(4, kernel_initializer=initializers.glorot_normal(seed=5), bias_initializer='zero'))""",
    'functional chain': """
a = Input(shape=(4,))
x = Dense(3, activation='relu')(a)
b = Dense(2)(x)
model = Model(a, b)""",
    'functional named': """
a = Input(shape=(4,), name='features')
x = Dense(3, activation='relu', name='first')(a)
x = Dropout(0.5, seed=2, name='drop')(x)
b = Dense(2, name='second')(x)
model = Model(inputs=a, outputs=b, name='chain')""",
    'functional, two inputs, two outputs': """
a = Input(shape=(3,), name='left')
b = Input(shape=(5,), name='right')
x = Dense(4, activation='tanh')(a)
y = Dense(2)(b)
model = Model([a, b], [x, y])""",
    'functional, shared layer': """
shared = Dense(2, name='shared')
a = Input(shape=(3,))
b = Input(shape=(3,))
model = Model(inputs=[a, b], outputs=[shared(a), shared(b)])""",
    'functional, one input, two outputs': """
a = Input(shape=(3,))
x = Dense(4)(a)
model = Model(a, [Dense(1, name='value')(x), Dense(2, activation='softmax', name='kind')(x)], name='heads')""",
    'functional, layer twice in a row': """
square = Dense(3)
a = Input(shape=(3,))
model = Model(a, square(square(a)))""",
    'frozen layers': """
model = Sequential([Dense(4, input_shape=(3,), trainable=False), Dense(4), Dense(2)])
model.layers[1].trainable = False""",
    'frozen model': """
model = Sequential([Dense(4, input_shape=(3,)), Dense(2)])
model.trainable = False""",
    'compiled, frozen afterwards': """
model = Sequential([Dense(4, input_shape=(3,)), Dense(2)])
model.compile('sgd', 'mse')
model.layers[0].trainable = False""",
    'long names': """
model = Sequential(name='a_model_with_a_rather_long_name_that_does_not_fit_into_any_column_of_the_summary_at_all')
model.add(Dense(4, input_shape=(3,), name='the_first_layer_has_a_name_longer_than_its_column'))
model.add(Dense(2, name='exactly_28_characters_in'))""",
    'long names, functional': """
a = Input(shape=(3,), name='an_input_with_a_name_longer_than_its_column')
b = Input(shape=(3, 4), name='another_input_with_a_name_longer_than_its_column')
x = Dense(4, name='a_layer_with_a_name_longer_than_its_column_of_the_summary')(a)
y = Flatten(name='flattening_with_a_name_longer_than_its_column_of_the_summary')(b)
model = Model([a, b], [x, y])""",
    'many parameters': """
model = Sequential([Dense(1200, input_shape=(1000,)), Dense(1000), Dense(1, use_bias=False)])""",
    'unknown dimension': """
a = Input(shape=(None, 4))
model = Model(a, Dense(2)(a))""",
    'reshape with -1, flatten of rank 4': """
model = Sequential([Reshape((2, -1, 2), input_shape=(12,)), Flatten(data_format='channels_first'), Reshape((-1,))])""",
    'dropout with a noise shape': """
model = Sequential([Dropout(0.5, noise_shape=(None, 1), seed=4, input_shape=(3,)), Dropout(0.0)])""",
    'only an activation': """
model = Sequential([Activation('softmax', input_shape=(3,))])""",
    'nested sequential': """
inner = Sequential([Dense(3, input_shape=(2,)), Dense(4)])
model = Sequential([inner, Dense(1)])""",
    'input of integers': """
a = Input(shape=(2,), dtype='int32')
b = Input(batch_shape=(5, 3), name='fixed')
model = Model([a, b], [Flatten()(Reshape((2, 1))(a)), Dense(2)(b)])""",
}
SUMMARIES = [{}, {'line_length': 40}, {'line_length': 80}, {'line_length': 120}]
POSITIONS = {3: [[0.5, 0.8, 1.0], [20, 35, 45]], 4: [[0.3, 0.6, 0.7, 1.0], [25, 45, 55, 80]]}


def case(name, source):
    fresh()
    names = {}
    exec('from keras import constraints, initializers, regularizers\nfrom keras.layers import *\n'
         'from keras.models import *\n' + source, names)
    model = names['model']
    columns = 4 if len([line for line in lines(model) if 'Connected to' in line]) else 3
    summaries = []
    for args in SUMMARIES + [{'positions': p} for p in POSITIONS[columns]] + [{'line_length': 100, 'positions':
                                                                               POSITIONS[columns][0]}]:
        summaries.append({'args': args, 'lines': lines(model, **args)})
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        model.summary()
    assert printed.getvalue() == ''.join(line + '\n' for line in summaries[0]['lines'])
    text = model.to_json()
    result = {'id': name, 'python': source.strip(), 'to_json': text, 'config_text': json.dumps(model.get_config()),
              'weights': [[w.name, w.shape.as_list()] for w in model.weights], 'count_params': model.count_params(),
              'trainable': [w.name for w in model.trainable_weights], 'summaries': summaries}
    fresh()
    again = keras.models.model_from_json(text).to_json()
    if again != text:
        result['to_json_reread'] = again
    return result


def lines(model, **args):
    found = []
    model.summary(print_fn=found.append, **args)
    return found


def cases(random):
    warnings.simplefilter('ignore')
    return [case(name, source) for name, source in MODELS.items()]
