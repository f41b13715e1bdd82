"""The models of Keras's guides to Sequential and functional models, at the sizes of the examples' tests: summaries, and losses before, at
and after a step of training from weights and data that a formula gives."""
import warnings

import numpy as np

from record import fresh, listed
from topic_models import GIVEN, lines
from training import install

VISION = """
vision_model = Sequential()
vision_model.add(Conv2D(64, (3, 3), activation='relu', padding='same', input_shape=(36, 36, 3)))
vision_model.add(Conv2D(64, (3, 3), activation='relu'))
vision_model.add(MaxPooling2D((2, 2)))
vision_model.add(Conv2D(128, (3, 3), activation='relu', padding='same'))
vision_model.add(Conv2D(128, (3, 3), activation='relu'))
vision_model.add(MaxPooling2D((2, 2)))
vision_model.add(Conv2D(256, (3, 3), activation='relu', padding='same'))
vision_model.add(Conv2D(256, (3, 3), activation='relu'))
vision_model.add(Conv2D(256, (3, 3), activation='relu'))
vision_model.add(MaxPooling2D((2, 2)))
vision_model.add(Flatten())
"""
QUESTION = """
question_input = Input(shape=(5,), dtype='int32')
embedded_question = Embedding(input_dim=100, output_dim=256, input_length=5)(question_input)
encoded_question = LSTM(64)(embedded_question)
"""
# Of each example: what makes `model`, the arguments of compile, the inputs and the targets ('real', 'one_hot' or the number of integers).
MODELS = {
    'vgg_like': ("""
model = Sequential()
model.add(Conv2D(32, (3, 3), activation='relu', input_shape=(20, 20, 3)))
model.add(Conv2D(32, (3, 3), activation='relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Conv2D(64, (3, 3), activation='relu'))
model.add(Conv2D(64, (3, 3), activation='relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(256, activation='relu'))
model.add(Dropout(0.5))
model.add(Dense(10, activation='softmax'))
""", {'optimizer': {'class_name': 'SGD', 'config': {'lr': 0.01, 'decay': 1e-6, 'momentum': 0.9, 'nesterov': True}},
      'loss': 'categorical_crossentropy'},
                 [('real', (4, 20, 20, 3))], [('one_hot', (4, 10))]),
    'lstm_classification': ("""
model = Sequential()
model.add(Embedding(1024, output_dim=256))
model.add(LSTM(128))
model.add(Dropout(0.5))
model.add(Dense(1, activation='sigmoid'))
""", {'optimizer': 'rmsprop', 'loss': 'binary_crossentropy', 'metrics': ['accuracy']}, [(1024, (4, 10))], [(2, (4, 1))]),
    'conv1d_classification': ("""
model = Sequential()
model.add(Conv1D(64, 3, activation='relu', input_shape=(64, 100)))
model.add(Conv1D(64, 3, activation='relu'))
model.add(MaxPooling1D(3))
model.add(Conv1D(128, 3, activation='relu'))
model.add(Conv1D(128, 3, activation='relu'))
model.add(GlobalAveragePooling1D())
model.add(Dropout(0.5))
model.add(Dense(1, activation='sigmoid'))
""", {'optimizer': 'rmsprop', 'loss': 'binary_crossentropy', 'metrics': ['accuracy']}, [('real', (4, 64, 100))], [(2, (4, 1))]),
    'stacked_lstm': ("""
model = Sequential()
model.add(LSTM(32, return_sequences=True, input_shape=(8, 16)))
model.add(LSTM(32, return_sequences=True))
model.add(LSTM(32))
model.add(Dense(10, activation='softmax'))
""", {'optimizer': 'rmsprop', 'loss': 'categorical_crossentropy', 'metrics': ['accuracy']}, [('real', (4, 8, 16))], [('real', (4, 10))]),
    'stateful_lstm': ("""
model = Sequential()
model.add(LSTM(32, return_sequences=True, stateful=True, batch_input_shape=(32, 8, 16)))
model.add(LSTM(32, return_sequences=True, stateful=True))
model.add(LSTM(32, stateful=True))
model.add(Dense(10, activation='softmax'))
""", {'optimizer': 'rmsprop', 'loss': 'categorical_crossentropy', 'metrics': ['accuracy']}, [('real', (32, 8, 16))], [('real', (32, 10))]),
    'functional_mlp': ("""
inputs = Input(shape=(784,))
x = Dense(64, activation='relu')(inputs)
x = Dense(64, activation='relu')(x)
predictions = Dense(10, activation='softmax')(x)
model = Model(inputs=inputs, outputs=predictions)
""", {'optimizer': 'rmsprop', 'loss': 'categorical_crossentropy', 'metrics': ['accuracy']}, [('real', (4, 784))], [('one_hot', (4, 10))]),
    'auxiliary_loss': ("""
main_input = Input(shape=(10,), dtype='int32', name='main_input')
x = Embedding(output_dim=512, input_dim=100, input_length=10)(main_input)
lstm_out = LSTM(32)(x)
auxiliary_output = Dense(1, activation='sigmoid', name='aux_output')(lstm_out)
auxiliary_input = Input(shape=(5,), name='aux_input')
x = concatenate([lstm_out, auxiliary_input])
x = Dense(64, activation='relu')(x)
x = Dense(64, activation='relu')(x)
x = Dense(64, activation='relu')(x)
main_output = Dense(1, activation='sigmoid', name='main_output')(x)
model = Model(inputs=[main_input, auxiliary_input], outputs=[main_output, auxiliary_output])
""", {'optimizer': 'rmsprop', 'loss': {'main_output': 'binary_crossentropy', 'aux_output': 'binary_crossentropy'},
      'loss_weights': {'main_output': 1., 'aux_output': 0.2}}, [(100, (4, 10)), ('real', (4, 5))], [(2, (4, 1)), (2, (4, 1))]),
    'shared_lstm': ("""
tweet_a = Input(shape=(20, 256))
tweet_b = Input(shape=(20, 256))
shared_lstm = LSTM(64)
encoded_a = shared_lstm(tweet_a)
encoded_b = shared_lstm(tweet_b)
merged_vector = concatenate([encoded_a, encoded_b], axis=-1)
predictions = Dense(1, activation='sigmoid')(merged_vector)
model = Model(inputs=[tweet_a, tweet_b], outputs=predictions)
""", {'optimizer': 'rmsprop', 'loss': 'binary_crossentropy', 'metrics': ['accuracy']},
                    [('real', (4, 20, 256)), ('one_hot', (4, 20, 256))], [(2, (4, 1))]),
    'inception': ("""
input_img = Input(shape=(16, 16, 3))
tower_1 = Conv2D(64, (1, 1), padding='same', activation='relu')(input_img)
tower_1 = Conv2D(64, (3, 3), padding='same', activation='relu')(tower_1)
tower_2 = Conv2D(64, (1, 1), padding='same', activation='relu')(input_img)
tower_2 = Conv2D(64, (5, 5), padding='same', activation='relu')(tower_2)
tower_3 = MaxPooling2D((3, 3), strides=(1, 1), padding='same')(input_img)
tower_3 = Conv2D(64, (1, 1), padding='same', activation='relu')(tower_3)
output = concatenate([tower_1, tower_2, tower_3], axis=1)
model = Model(input_img, output)
""", {'optimizer': 'sgd', 'loss': 'mse'}, [('real', (2, 16, 16, 3))], [('real', (2, 48, 16, 64))]),
    'residual': ("""
x = Input(shape=(32, 32, 3))
y = Conv2D(3, (3, 3), padding='same')(x)
z = add([x, y])
model = Model(x, z)
""", {'optimizer': 'sgd', 'loss': 'mse'}, [('real', (4, 32, 32, 3))], [('real', (4, 32, 32, 3))]),
    'shared_vision': ("""
digit_input = Input(shape=(27, 27, 1))
x = Conv2D(64, (3, 3))(digit_input)
x = Conv2D(64, (3, 3))(x)
x = MaxPooling2D((2, 2))(x)
out = Flatten()(x)
vision_model = Model(digit_input, out)
digit_a = Input(shape=(27, 27, 1))
digit_b = Input(shape=(27, 27, 1))
out_a = vision_model(digit_a)
out_b = vision_model(digit_b)
concatenated = concatenate([out_a, out_b])
out = Dense(1, activation='sigmoid')(concatenated)
model = Model([digit_a, digit_b], out)
""", {'optimizer': 'sgd', 'loss': 'binary_crossentropy', 'metrics': ['accuracy']},
                      [('real', (2, 27, 27, 1)), ('real', (2, 27, 27, 1))], [(2, (2, 1))]),
    'visual_question_answering': (VISION + """
image_input = Input(shape=(36, 36, 3))
encoded_image = vision_model(image_input)
""" + QUESTION + """
merged = concatenate([encoded_question, encoded_image])
output = Dense(1000, activation='softmax')(merged)
model = Model(inputs=[image_input, question_input], outputs=output)
""", {'optimizer': 'rmsprop', 'loss': 'sparse_categorical_crossentropy', 'metrics': ['accuracy']},
                                  [('real', (2, 36, 36, 3)), (100, (2, 5))], [(1000, (2, 1))]),
    'video_question_answering': (VISION + QUESTION + """
video_input = Input(shape=(3, 36, 36, 3))
encoded_frame_sequence = TimeDistributed(vision_model)(video_input)
encoded_video = LSTM(64)(encoded_frame_sequence)
question_encoder = Model(inputs=question_input, outputs=encoded_question)
video_question_input = Input(shape=(5,), dtype='int32')
encoded_video_question = question_encoder(video_question_input)
merged = concatenate([encoded_video, encoded_video_question])
output = Dense(1000, activation='softmax')(merged)
model = Model(inputs=[video_input, video_question_input], outputs=output)
""", {'optimizer': 'rmsprop', 'loss': 'sparse_categorical_crossentropy', 'metrics': ['accuracy']},
                                 [('real', (2, 3, 36, 36, 3)), (100, (2, 5))], [(1000, (2, 1))]),
}


def wave(shape, phase):
    """Numbers from -1 to 1 that any language can make again: sin(i * i + phase)."""
    i = np.arange(int(np.prod(shape)), dtype='float64')
    return np.sin((i * i) % 10007 + phase).reshape(shape)


def data(kind, shape, phase):
    """Data of a kind ('real': 0 to 1; 'one_hot'; a number: integers below it), by the same formula."""
    if kind == 'real':
        return (wave(shape, phase) * 0.5 + 0.5).astype('float32')
    if kind == 'one_hot':
        return np.eye(shape[-1], dtype='float32')[data(shape[-1], shape[:-1], phase)]
    return np.floor((wave(shape, phase) * 0.5 + 0.5) * kind).clip(0, kind - 1).astype('int32')


def weights(model):
    """The weights: a wave, as large as keeps the size of what passes through."""
    return [(wave(w.shape, k) / np.sqrt(np.prod(w.shape[:-1]) + 1)).astype('float32') for k, w in enumerate(model.get_weights())]


def case(name, source, compiled, inputs, targets):
    fresh()
    names = {}
    exec(GIVEN + source, names)
    model = names['model']
    model.set_weights(weights(model))
    model.compile(**compiled)
    x = [data(kind, shape, 100 + i) for i, (kind, shape) in enumerate(inputs)]
    y = [data(kind, shape, 200 + i) for i, (kind, shape) in enumerate(targets)]
    found = {'id': name, 'python': source.strip(), 'summary': lines(model), 'compile': compiled,
             'metrics_names': model.metrics_names, 'inputs': inputs, 'targets': targets, 'before': listed(model.test_on_batch(x, y))}
    if 'Dropout' not in source:  # which is random
        found['step'] = listed(model.train_on_batch(x, y))
        found['after'] = listed(model.test_on_batch(x, y))
    return found


def cases(random):
    install()
    warnings.simplefilter('ignore')
    return [case(name, *MODELS[name]) for name in MODELS]
