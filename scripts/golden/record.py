"""What all topics share: seeded numbers, evaluation in a fresh graph, the JSON form of values, writing."""
import json
import os
import zlib

import numpy as np
import tensorflow as tf

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)

import keras  # noqa: E402
from keras import backend as K  # noqa: E402

assert keras.__version__ == '2.3.1'
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'test', 'golden')


def rng(topic):
    """A random generator that depends on the topic's name alone."""
    return np.random.RandomState(zlib.crc32(topic.encode()) & 0x7fffffff)


def fresh():
    """A new graph; layer names start at _1 again."""
    K.clear_session()
    K.reset_uids()


def normal(random, shape, scale=1., digits=3):
    """Float32 numbers with few digits, so that the files stay small."""
    return np.round(random.standard_normal(shape) * scale, digits).astype('float32')


def uniform(random, low, high, shape=(), digits=3):
    """A float (shape ()) or a float32 array with few digits."""
    value = np.round(random.uniform(low, high, shape), digits)
    return float(value) if shape == () else value.astype('float32')


def pick(random, options):
    return options[random.randint(len(options))]


def listed(value):
    """What Keras gives as one thing or as a list, as a list."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def one_hot(labels, width):
    return np.eye(width, dtype='float32')[np.asarray(labels)]


def probabilities(random, shape):
    """Rows that sum to about 1, at three digits."""
    e = np.exp(random.standard_normal(shape))
    return np.round(e / e.sum(-1, keepdims=True), 3).astype('float32')


def run(outputs, feeds=()):
    """Values of tensors (None stays None), given [(placeholder, array)]."""
    tensors = [t for t in outputs if t is not None]
    values = iter(K.get_session().run(tensors, feed_dict=dict(feeds)) if tensors else [])
    return [None if t is None else next(values) for t in outputs]


def placeholder(array):
    return K.placeholder(shape=array.shape, dtype=array.dtype.name)


def number(value):
    """A JSON number: the shortest decimal of a float32, Python's own repr of a double; NaN and infinities as text."""
    if np.isnan(value):
        return 'NaN'
    if np.isinf(value):
        return 'Infinity' if value > 0 else '-Infinity'
    if isinstance(value, np.float32):
        short = float(np.format_float_scientific(value, unique=True))
        assert np.float32(short) == value
        return int(short) if short == int(short) and abs(short) < 1e6 and not (short == 0 and np.signbit(value)) else short
    return float(value)


def plain(value):
    """A value as JSON can hold it; arrays become {shape, dtype, data}."""
    if isinstance(value, np.ndarray):
        convert = number if value.dtype.kind == 'f' else lambda v: v.item()
        return {'shape': list(value.shape), 'dtype': value.dtype.name, 'data': [convert(v) for v in value.ravel()]}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return number(value)
    raise TypeError('no JSON form for %r' % (value,))


def write(topic, about, cases):
    """Writes the file of a topic, one case a line, and gives its size."""
    ids = [case['id'] for case in cases]
    twice = sorted(set(i for i in ids if ids.count(i) > 1))
    assert not twice, twice
    lines = [json.dumps(plain(case), separators=(',', ':'), allow_nan=False) for case in cases]
    head = '{"about":%s,"keras":"2.3.1","cases":[\n' % json.dumps(' '.join(about.split()))
    text = head + ',\n'.join(lines) + '\n]}\n'
    assert len(text) < 400000, (topic, len(text))
    if not os.path.isdir(FOLDER):
        os.makedirs(FOLDER)
    with open(os.path.join(FOLDER, topic + '.json'), 'w', newline='\n') as f:
        f.write(text)
    return len(text)
