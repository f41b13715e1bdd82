"""Training in which every read comes before every write.

Keras on TensorFlow 1 leaves it open whether, within one step, a variable is read before or after its own update:
`iterations` is incremented while decay and Adam read it, a regularizer may see a weight that was already updated,
and the outcome differs from run to run. What is meant is that everything reads the old values. Here the optimizers
hand over (variable, new value) pairs, and the assignments wait for all outputs and all new values. No formula changes.
"""
import keras
import tensorflow as tf
from keras import backend as K
from keras.backend import tensorflow_backend

_function = tensorflow_backend.function


class _Pairs(object):
    """`keras.backend` as the optimizers see it, with updates as pairs."""

    def __getattr__(self, name):
        return getattr(K, name)

    @staticmethod
    def update(x, new_x):
        return x, new_x

    @staticmethod
    def update_add(x, increment):
        return x, x + increment


def _deferred(inputs, outputs, updates=None, **kwargs):
    pairs = [u for u in updates or [] if isinstance(u, tuple)]
    others = [u for u in updates or [] if not isinstance(u, tuple)]
    if pairs:
        with tensorflow_backend.get_graph().as_default():
            values = [tf.convert_to_tensor(value) for _, value in pairs]
            with tf.control_dependencies(values + [tf.convert_to_tensor(o) for o in outputs]):
                others += [tf.compat.v1.assign(x, tf.identity(value)) for (x, _), value in zip(pairs, values)]
    return _function(inputs, outputs, updates=others, **kwargs)


def install():
    """Makes the models built from here on train in this way."""
    keras.optimizers.K = _Pairs()
    tensorflow_backend.function = K.function = _deferred
