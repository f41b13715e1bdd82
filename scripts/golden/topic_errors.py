"""Errors: wrong uses in Python, each run in a fresh graph after the names in "given", with the class and message of the
exception. kind: "checked" where Keras itself raises, "python" where it fails by accident or Python objects, "accepted"
(class null) where nothing is raised, "given" for the one case that holds the names."""
import ast
import os
import re
import sys
import traceback
import warnings

import keras

from record import fresh

GIVEN = """
import keras
import numpy as np
from keras import activations, constraints, initializers, losses, metrics, optimizers, regularizers
from keras.callbacks import *
from keras.layers import *
from keras.models import *

def built(width=2, activation=None):
    return Sequential([Dense(width, activation=activation, input_shape=(3,))])

def compiled(loss='mse', width=2, activation=None, **kwargs):
    model = built(width, activation)
    model.compile('sgd', loss, **kwargs)
    return model

def double(**kwargs):
    a, b = Input(shape=(3,), name='a'), Input(shape=(2,), name='b')
    model = Model([a, b], [Dense(2, name='p')(a), Dense(1, name='q')(b)])
    model.compile('sgd', **dict({'loss': 'mse'}, **kwargs))
    return model

def zeros(*shape):
    return np.zeros(shape, 'float32')
"""

USES = """
# names and identifiers
activations.get('swishy')
activations.get(3)
activations.softmax(keras.backend.zeros((3,)))
initializers.get('bogus')
initializers.get(1)
initializers.VarianceScaling(scale=0.)
initializers.VarianceScaling(mode='fan')
initializers.VarianceScaling(distribution='cauchy')
initializers.Identity()((2, 3, 4))
initializers.get({'class_name': 'Nothing', 'config': {}})
initializers.get({'config': {}})
regularizers.get('l3')
regularizers.get(0.1)
constraints.get('bogus')
constraints.get(2)
losses.get('bogus')
losses.get(3)
losses.MeanSquaredError(reduction='median')
losses.MeanSquaredError(reduction='median')(keras.backend.zeros((2, 3)), keras.backend.zeros((2, 3)))
losses.mean_squared_error(keras.backend.zeros((2, 3)), keras.backend.zeros((2, 4)))
losses.MeanSquaredError()(keras.backend.zeros((2, 3)), keras.backend.zeros((2, 3)), sample_weight=keras.backend.zeros((3,)))
losses.MeanSquaredError()(keras.backend.zeros((2, 3)), keras.backend.zeros((2, 3)), sample_weight=keras.backend.zeros((2, 3, 1)))
metrics.get('bogus')
metrics.get('kld')
metrics.get(3)
optimizers.get('bogus')
optimizers.get(3)
optimizers.get({'class_name': 'Bogus', 'config': {}})
optimizers.SGD(0.1, rate=3)
optimizers.SGD(0.1, clip=3)
optimizers.Adam(0.1, decay=0.1, epsilon=None)
optimizers.SGD(0.1, 0.9, True, 0.1)
optimizers.SGD().set_weights([np.zeros(3)])
keras.utils.to_categorical([0, 3], num_classes=2)
# layers
Dense()
Dense('three', input_shape=(2,))
Dense(3, 'relu', True)
Dense(3, size=4)
Dense(3, activation='bogus')
Dense(3, kernel_initializer='bogus')
Dense(3, kernel_regularizer='bogus')
Dense(3, bias_constraint='bogus')
Dense(-3, input_shape=(2,))
Sequential([Dense(-3, input_shape=(2,))])
Sequential([Dense(0, input_shape=(2,))])
Sequential([Dense(3, input_shape=())])
Sequential([Dense(3, input_shape=(None,))])
Dense(3)(Input(shape=(None,)))
Dense(3)(Input(shape=()))
Dense(3)(zeros(2, 3))
Dense(3)([Input(shape=(2,)), Input(shape=(2,))])
layer = Dense(3); layer(Input(shape=(2,))); layer(Input(shape=(4,)))
Dense(3).get_input_at(0)
Dense(3).input
Dense(3).output
Dense(3).output_shape
layer = Dense(3); layer(Input(shape=(2,))); layer(Input(shape=(2,))); layer.output
layer = Dense(3); layer(Input(shape=(2,))); layer.get_output_at(1)
Dense(3).count_params()
Dense(3).set_weights([zeros(2, 3), zeros(3)])
layer = Dense(3); layer(Input(shape=(2,))); layer.set_weights([zeros(2, 3)])
layer = Dense(3); layer(Input(shape=(2,))); layer.set_weights([zeros(2, 3), zeros(2)])
layer = Dense(3, weights=[zeros(2, 2), zeros(3)]); layer(Input(shape=(2,)))
Activation()
Activation('bogus')
Dropout()
Dropout(1.5)
Dropout('half')
Dropout(0.5, 3, 4, 5)
Flatten()(Input(shape=(3,)))
Flatten()(Input(shape=(None, 3)))
Flatten(data_format='channels')
Reshape((5,))(Input(shape=(2, 3)))
Reshape((-1, 4))(Input(shape=(2, 3)))
Reshape((-1, -1))(Input(shape=(2, 3)))
Reshape(6)
Reshape((-1,))(Input(shape=(None, 3)))
Input()
Input(shape=3)
InputLayer()
InputLayer(input_shape=(3,), batch_input_shape=(None, 3))
InputLayer(input_shape=())
# models
Model(Input(shape=(3,)), Input(shape=(3,)))
a = Input(shape=(3,)); Model([a, a], Dense(2)(a))
a = Input(shape=(3,)); b = Input(shape=(3,)); Model(a, Dense(2)(b))
a = Input(shape=(3,)); Model(a, Dense(2, name='one')(Dense(2, name='one')(a)))
a = Input(shape=(3,)); Model(zeros(2, 3), Dense(2)(a))
a = Input(shape=(3,)); Model(a, zeros(2, 3))
a = Input(shape=(3,)); Model(Dense(2)(a), a)
a = Input(shape=(3,)); Model(a)
Sequential([3])
Sequential(Dense(3))
Sequential([Dense(2, name='a', input_shape=(3,)), Dense(2, name='a')])
Sequential([Dense(2, input_shape=(3,)), Flatten()])
Sequential().pop()
Sequential().summary()
Sequential([Dense(3)]).summary()
Sequential([Dense(3)]).predict(zeros(2))
Sequential().compile('sgd', 'mse')
Sequential().build()
built().get_layer('bogus')
built().get_layer()
built().get_layer(index=5)
built().set_weights([zeros(3, 2)])
built().set_weights([zeros(3, 2), zeros(3)])
built().set_weights([zeros(3, 2), zeros(2), zeros(2)])
built().outputs_
built().load_weights('/nonexistent.h5')
model_from_json('{}')
model_from_json('{"class_name": "Bogus", "config": {}}')
model_from_json('no json')
model_from_config([])
Sequential.from_config({'name': 'a', 'layers': [{'class_name': 'Bogus', 'config': {}}]})
Dense.from_config({'units': 3, 'bogus': 1})
# compile
built().compile()
built().compile('sgd')
built().compile('sgd', None)
built().compile('bogus', 'mse')
built().compile('sgd', 'bogus')
built().compile('sgd', ['mse', 'mse'])
built().compile('sgd', {'bogus': 'mse'})
built().compile('sgd', 'MeanSquaredError')
built().compile('sgd', 3)
built().compile('sgd', 'mse', metrics='accuracy')
built().compile('sgd', 'mse', metrics=['bogus'])
built().compile('sgd', 'mse', metrics=['AUC'])
built().compile('sgd', 'mse', metrics={'bogus': ['mae']})
built().compile('sgd', 'mse', metrics=[['mae'], ['mae']])
built().compile('sgd', 'mse', loss_weights=[1., 2.])
built().compile('sgd', 'mse', loss_weights=2.)
built().compile('sgd', 'mse', loss_weights={'bogus': 1.})
built().compile('sgd', 'mse', sample_weight_mode='temporal')
built().compile('sgd', 'mse', sample_weight_mode='bogus')
built().compile('sgd', losses.MeanSquaredError)
# training without compiling
built().fit(zeros(4, 3), zeros(4, 2), verbose=0)
built().evaluate(zeros(4, 3), zeros(4, 2), verbose=0)
built().train_on_batch(zeros(4, 3), zeros(4, 2))
built().test_on_batch(zeros(4, 3), zeros(4, 2))
# arguments of fit
compiled().fit()
compiled().fit(zeros(4, 3), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), epoch=3, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), batch_size=0, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), batch_size=-2, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), batch_size=2.5, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), batch_size='2', verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), epochs=-1, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), epochs=1.5, verbose=0)
compiled().fit(zeros(0, 3), zeros(0, 2), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), batch_size=2, steps_per_epoch=2, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_data=(zeros(4, 3),), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_data=zeros(4, 3), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_data=(zeros(4, 3), zeros(3, 2)), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_data=(zeros(4, 2), zeros(4, 2)), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_data=(zeros(4, 3), zeros(4, 2), zeros(3)), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_split=1., verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_split=1.5, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_split=0.9, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_split=-0.5, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_split=0.5, validation_freq=0, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_split=0.5, validation_freq=1.5, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_split=0.5, validation_freq='1', verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), validation_steps=2, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), shuffle='bogus', verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), callbacks=EarlyStopping(), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), callbacks=[3], verbose=0)
compiled().evaluate()
compiled().evaluate(zeros(4, 3), verbose=0)
compiled().predict(None)
compiled().predict(zeros(4, 3), batch_size=2, steps=2)
# data
compiled().fit(zeros(4, 2), zeros(4, 2), verbose=0)
compiled().fit(zeros(4), zeros(4, 2), verbose=0)
compiled().fit(zeros(4, 3, 1), zeros(4, 2), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 3), verbose=0)
compiled().fit(zeros(4, 3), zeros(4), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2, 1), verbose=0)
compiled().fit(zeros(4, 3), zeros(3, 2), verbose=0)
compiled().fit([zeros(4, 3), zeros(4, 3)], zeros(4, 2), verbose=0)
compiled().fit([], zeros(4, 2), verbose=0)
compiled().fit({'bogus': zeros(4, 3)}, zeros(4, 2), verbose=0)
compiled().fit(zeros(4, 3), {'bogus': zeros(4, 2)}, verbose=0)
compiled().fit(zeros(4, 3), [zeros(4, 2), zeros(4, 2)], verbose=0)
compiled().fit('data', zeros(4, 2), verbose=0)
compiled().evaluate(zeros(4, 2), zeros(4, 2), verbose=0)
compiled().evaluate(zeros(4, 3), zeros(3, 2), verbose=0)
compiled().predict(zeros(4, 2))
compiled().predict(zeros(3))
compiled().predict([zeros(4, 3), zeros(4, 3)])
compiled().train_on_batch(zeros(4, 2), zeros(4, 2))
compiled().train_on_batch(zeros(4, 3), zeros(3, 2))
compiled().test_on_batch(zeros(4, 3), zeros(4, 3))
compiled().predict_on_batch(zeros(4, 2))
compiled('categorical_crossentropy', 3, 'softmax').fit(zeros(4, 3), zeros(4), verbose=0)
compiled('categorical_crossentropy', 3, 'softmax').fit(zeros(4, 3), zeros(4, 1), verbose=0)
compiled('categorical_crossentropy', 3, 'softmax').fit(zeros(4, 3), zeros(4, 2), verbose=0)
compiled('categorical_crossentropy', 1, 'sigmoid').fit(zeros(4, 3), zeros(4, 1), verbose=0)
compiled('sparse_categorical_crossentropy', 3, 'softmax').fit(zeros(4, 3), zeros(4, 3), verbose=0)
compiled('binary_crossentropy', 1, 'sigmoid').fit(zeros(4, 3), zeros(4, 2), verbose=0)
# weights of samples and classes
compiled().fit(zeros(4, 3), zeros(4, 2), sample_weight=zeros(3), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), sample_weight=zeros(4, 1), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), sample_weight=zeros(4, 2), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), sample_weight=[zeros(4), zeros(4)], verbose=0)
compiled(sample_weight_mode='temporal').fit(zeros(4, 3), zeros(4, 2), sample_weight=zeros(4), verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), class_weight={1: 2.}, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), class_weight={}, verbose=0)
compiled().fit(zeros(4, 3), zeros(4, 2), class_weight=[1., 2.], verbose=0)
compiled('sparse_categorical_crossentropy', 3, 'softmax').fit(zeros(4, 3), np.array([0, 1, 2, 1]), class_weight={0: 1., 1: 2.}, verbose=0)
compiled('binary_crossentropy', 1, 'sigmoid').train_on_batch(zeros(2, 3), np.array([0, 1]), class_weight={0: 1.})
compiled().evaluate(zeros(4, 3), zeros(4, 2), sample_weight=zeros(5), verbose=0)
# several inputs and outputs
double(loss=['mse'])
double(loss={'p': 'mse', 'r': 'mse'})
double(loss_weights=[1.])
double(loss_weights=2.)
double(metrics=[['mae']])
double(metrics={'r': 'mae'})
double(sample_weight_mode={'r': None})
double().fit(zeros(4, 3), [zeros(4, 2), zeros(4, 1)], verbose=0)
double().fit([zeros(4, 3)], [zeros(4, 2), zeros(4, 1)], verbose=0)
double().fit([zeros(4, 3), zeros(3, 2)], [zeros(4, 2), zeros(4, 1)], verbose=0)
double().fit([zeros(4, 3), zeros(4, 2)], [zeros(4, 2), zeros(3, 1)], verbose=0)
double().fit([zeros(4, 2), zeros(4, 3)], [zeros(4, 2), zeros(4, 1)], verbose=0)
double().fit({'a': zeros(4, 3)}, [zeros(4, 2), zeros(4, 1)], verbose=0)
double().fit([zeros(4, 3), zeros(4, 2)], {'p': zeros(4, 2)}, verbose=0)
double().fit([zeros(4, 3), zeros(4, 2)], zeros(4, 2), verbose=0)
double().fit([zeros(4, 3), zeros(4, 2)], [zeros(4, 2), zeros(4, 1)], sample_weight=zeros(4), verbose=0)
double().fit([zeros(4, 3), zeros(4, 2)], [zeros(4, 2), zeros(4, 1)], sample_weight=[zeros(4)], verbose=0)
double().fit([zeros(4, 3), zeros(4, 2)], [zeros(4, 2), zeros(4, 1)], class_weight=[{0: 1.}], verbose=0)
double().predict(zeros(4, 3))
double().predict([zeros(4, 3), zeros(3, 2)])
# callbacks and the progress bar
EarlyStopping(bogus=1)
EarlyStopping(patience='2').on_train_begin()
compiled().fit(zeros(4, 3), zeros(4, 2), callbacks=[EarlyStopping(patience='2', monitor='loss')], epochs=3, verbose=0)
ProgbarLogger(count_mode='bogus')
LearningRateScheduler(lambda epoch: 'fast').on_epoch_begin(0)
ReduceLROnPlateau(factor=1.)
keras.utils.Progbar(0).update(1)
keras.utils.Progbar('10').update(1)
"""


def raised_by_keras(trace):
    """Whether the innermost frame stands in a raise statement of Keras."""
    frame = traceback.extract_tb(trace)[-1]
    if not frame.filename.startswith(os.path.dirname(keras.__file__)):
        return False
    with open(frame.filename) as f:
        statements = [n for n in ast.walk(ast.parse(f.read())) if isinstance(n, ast.Raise)]
    return any(n.lineno <= frame.lineno <= max(getattr(m, 'lineno', 0) for m in ast.walk(n)) for n in statements)


def outcome(source):
    """kind, class and message of what is raised."""
    fresh()
    names = {}
    exec(GIVEN, names)
    try:
        exec(source, names)
    except Exception as e:  # any class is an answer
        kind = 'checked' if raised_by_keras(sys.exc_info()[2]) else 'python'
        return {'kind': kind, 'class': type(e).__name__, 'message': re.sub(r'0x[0-9a-f]{6,}', '0x0', str(e))}
    return {'kind': 'accepted', 'class': None, 'message': None}


def cases(random):
    warnings.simplefilter('ignore')
    result = [{'id': 'given', 'topic': 'given', 'python': GIVEN.strip(), 'kind': 'given', 'class': None, 'message': None}]
    topic = None
    for line in USES.strip().split('\n'):
        if line.startswith('# '):
            topic = line[2:]
        else:
            result.append(dict({'id': line, 'topic': topic, 'python': line}, **outcome(line)))
    return result
