"""Writes test/golden/h5/dense_tf_*.h5: files of tf-keras 2.x, each with a JSON as files_dense.py makes it.

    <an environment with tensorflow and tf-keras>/bin/python scripts/golden/files_tf_keras.py
"""
import json
import os

os.environ['TF_USE_LEGACY_KERAS'] = '1'
import h5py  # noqa: E402
import numpy as np  # noqa: E402
import tf_keras as keras  # noqa: E402
from tf_keras.layers import Dense, Dropout, Input  # noqa: E402
from tf_keras.models import Model, Sequential  # noqa: E402

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'test', 'golden', 'h5')


def array(value):
    value = np.asarray(value)
    return {'shape': list(value.shape), 'dtype': value.dtype.name, 'data': [v.item() for v in value.ravel()]}


def save(name, model, x, y, weights_only=False):
    path = os.path.join(OUT, name + '.h5')
    model.save_weights(path) if weights_only else model.save(path)
    with h5py.File(path, 'r') as f:
        config, trained = f.attrs.get('model_config'), f.attrs.get('training_config')
    about = {'config': config, 'training': trained, 'weights': [{'name': w.name, 'value': array(w)} for w in model.weights]}
    about['x'], about['prediction'] = [array(x)], [array(model.predict(x, verbose=0))]
    if not weights_only:
        about['y'], about['metrics_names'] = [array(y)], model.metrics_names
        about['losses'] = [[float(np.float32(v)) for v in np.atleast_1d(model.train_on_batch(x, y))] for _ in range(3)]
        about['final_weights'] = [array(w) for w in model.weights]
    with open(os.path.join(OUT, name + '.json'), 'w') as f:
        json.dump(about, f)
        f.write('\n')


keras.utils.set_random_seed(4)
random = np.random.RandomState(4)
x, y = random.randn(8, 5).astype('float32'), np.eye(3, dtype='float32')[random.randint(0, 3, 8)]
model = Sequential([Dense(7, activation='relu', input_shape=(5,), kernel_initializer='he_normal'), Dropout(0.0), Dense(3, activation='softmax')])
model.compile(keras.optimizers.legacy.Adam(0.01), 'categorical_crossentropy', ['accuracy'])
for _ in range(4):
    model.train_on_batch(x, y)
save('dense_tf_sequential', model, x, y)
save('dense_tf_weights', model, x, y, weights_only=True)

a = Input((5,), name='a')
inner = Sequential([Dense(4, activation='tanh', input_shape=(4,), kernel_regularizer='l2')], name='inner')
shared = Dense(4, name='shared')
out = Dense(3, activation='softmax', name='out')(inner(inner(shared(a))))
model = Model(a, out, name='functional')
model.compile(keras.optimizers.Adam(0.01), keras.losses.CategoricalCrossentropy(), [keras.metrics.CategoricalAccuracy()])
for _ in range(2):
    model.train_on_batch(x, y)
save('dense_tf_functional', model, x, y)
