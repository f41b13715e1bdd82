"""The other half of `npm run interop`: opens files in Keras 2.3.1 or tf-keras, compares, and writes the same models anew.

    python other_side.py FOLDER_TO_READ FOLDER_TO_WRITE
"""
import json
import os
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL='3', CUDA_VISIBLE_DEVICES='', TF_USE_LEGACY_KERAS='1', KERAS_BACKEND='tensorflow')
import numpy as np  # noqa: E402

try:
    import tf_keras as keras
    TF_KERAS = True
except ImportError:
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'golden'))
    import training
    training.install()
    import keras
    TF_KERAS = False


def arrays(about):
    return [np.array(a['data'], 'float32').reshape(a['shape']) for a in about]


def plain(values):
    return [{'shape': list(np.shape(v)), 'data': [float(x) for x in np.ravel(v)]} for v in values]


def listed(values):
    return values if isinstance(values, list) else [values]


def values(model):
    """Layer by layer: tf-keras has another order for a whole model."""
    weights = [w for layer in model.layers for w in layer.trainable_weights + layer.non_trainable_weights]
    return [np.asarray(v) for v in keras.backend.batch_get_value(weights)]


def near(what, got, want, tolerance):
    assert len(got) == len(want), '%s: %d arrays instead of %d' % (what, len(got), len(want))
    for a, b in zip(got, want):
        a, b = np.asarray(a, 'float64'), np.asarray(b, 'float64')
        largest = np.abs(b).max() if b.size else 0.
        assert a.shape == b.shape and np.all(np.abs(a - b) <= tolerance * largest + (1e-6 if tolerance else 0)), \
            '%s: %r instead of %r' % (what, a, b)


def further(model, x, y):
    return [float(listed(model.train_on_batch(x, y))[0]) for _ in range(3)]


def same(folder, out, name):
    with open(os.path.join(folder, name + '.json')) as f:
        about = json.load(f)
    model = keras.models.load_model(os.path.join(folder, name + '.h5'))
    x, y = (v if len(v) > 1 else v[0] for v in (arrays(about['x']), arrays(about['y'])))
    near('weights', values(model), arrays(about['weights']), 0)
    near('prediction', listed(model.predict(x)), arrays(about['prediction']), 1e-5)
    near('losses', [further(model, x, y)], [about['losses']], 2e-4)
    near('weights after three steps', values(model), arrays(about['final_weights']), 2e-4)
    path = os.path.join(out, name)
    model.save(path + '.h5')
    model.save_weights(path + '_weights.h5')
    written = {'x': about['x'], 'y': about['y'], 'weights': plain(values(model)), 'prediction': plain(listed(model.predict(x)))}
    written['losses'] = further(model, x, y)
    written['final_weights'] = plain(values(model))
    with open(path + '.json', 'w') as f:
        json.dump(written, f)
    model.load_weights(os.path.join(folder, name + '_weights.h5'))
    near('weights alone', values(model), arrays(about['weights']), 0)


def main(folder, out):
    failed = 0
    os.makedirs(out, exist_ok=True)
    for name in ('sequential', 'nested', 'long_names'):
        try:
            same(folder, out, name)
            print('%s: the same' % name)
        except Exception as error:  # the others are still to be looked at
            failed += 1
            print('%s: %s: %s' % (name, type(error).__name__, error))
        keras.backend.clear_session()
    sys.exit(1 if failed else 0)


main(*sys.argv[1:])
