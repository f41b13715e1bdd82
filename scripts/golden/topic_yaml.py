"""Models as YAML: the text of to_yaml, and the JSON of what is read back from it."""
import keras
from keras import models

from record import fresh

SOURCES = ["""
model = Sequential([Dense(2, input_shape=(3,), name='yes'), Dropout(0.5, noise_shape=(None, 1)), Dense(1, kernel_regularizer='l2')])""", """
model = Sequential([Conv2D(2, 3, input_shape=(4, 4, 1)), ZeroPadding2D(((1, 2), (0, 1))), MaxPooling2D(), Flatten(), Reshape((2, -1))])""", """
a, b = Input(shape=(3, 2), name='1.5'), Input(shape=(3, 2), name='on')
shared = LSTM(2)
x = concatenate([shared(a), shared(b)])
model = Model([a, b], [Dense(1)(x), Permute((1,))(x)], name='2.0')""", """
model = Sequential([Embedding(5, 3, mask_zero=True), Bidirectional(GRU(2, return_sequences=True), merge_mode='sum'),
                    TimeDistributed(Dense(2)), BatchNormalization(epsilon=1e-7)])""", """
a, b = Input(shape=(3,)), Input(shape=(3,))
model = Model([a, b], Dot((1, -1))([a, b]))""", """
inner = Sequential([Dense(2, input_shape=(3,))])
a = Input(shape=(3,))
model = Model(a, PReLU(shared_axes=[1])(LeakyReLU(0.2)(RepeatVector(2)(inner(a)))))""", """
x, h = Input(shape=(4, 2)), Input(shape=(3,))
model = Model([x, h], add([GRU(3)(x, initial_state=h), GRU(3)(x, initial_state=h), h]))""", """
x = Input(shape=(2,))
model = Model(x, add([BatchNormalization()(x, training=True), x]))""", """
model = Sequential([Dense(2), Dense(3)])
model.build((None, 4))"""]


def cases(random):
    result = []
    for i, source in enumerate(SOURCES):
        fresh()
        scope = dict(vars(keras.layers), **vars(models))
        exec(source, scope)
        model = scope['model']
        text = model.to_yaml()
        fresh()
        result.append({'id': 'yaml %d' % i, 'python': source.strip(), 'to_json': model.to_json(), 'to_yaml': text,
                       'to_json_reread': models.model_from_yaml(text).to_json()})
    return result
