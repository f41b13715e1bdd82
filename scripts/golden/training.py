"""Training in which every read comes before every write.

Keras on TensorFlow 1 leaves it open whether, within one step, a variable is read before or after its own update:
`iterations` is incremented while decay and Adam read it, a regularizer may see a weight that was already updated,
and the outcome differs from run to run. What is meant is that everything reads the old values. Here the optimizers
hand over (variable, new value) pairs, and the assignments wait for all outputs and all new values. No formula changes.

Several updates of one variable compose in the order in which the model was recorded: each moving average applies to the value
that the one before gave (a BatchNormalization called twice), where TensorFlow leaves the order open.

BatchNormalization of four dimensions takes the path of all others: TensorFlow's fused kernel corrects the variance for the
sample size once more than Keras means.
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


class Average(object):
    """A moving average: x moves towards the value."""

    def __init__(self, x, value, momentum):
        self.x, self.value, self.momentum = x, value, momentum

    def applied(self, x):
        return x - (x - self.value) * tf.cast(1. - self.momentum, self.x.dtype.base_dtype)

    def assigned(self):
        return tf.compat.v1.assign(self.x, self.applied(self.x))


def _deferred(inputs, outputs, updates=None, **kwargs):
    pairs, others = [], []
    for update in updates or []:
        (pairs if isinstance(update, (tuple, Average)) else others).append(update)
    if pairs:
        with tensorflow_backend.get_graph().as_default():
            new = {}
            for update in pairs:
                x = update.x if isinstance(update, Average) else update[0]
                new[x] = tf.convert_to_tensor(update.applied(new.get(x, x)) if isinstance(update, Average) else update[1])
            values = list(new.values())
            with tf.control_dependencies(values + [tf.convert_to_tensor(o) for o in outputs]):
                others += [tf.compat.v1.assign(x, tf.identity(value)) for x, value in new.items()]
    return _function(inputs, outputs, updates=others, **kwargs)


def install():
    """Makes the models built from here on train in this way."""
    keras.optimizers.K = _Pairs()
    tensorflow_backend.function = K.function = _deferred
    plain_normalization()


def plain_normalization():
    """BatchNormalization unfused, its moving averages as `Average`s."""
    tensorflow_backend.moving_average_update = K.moving_average_update = Average
    tensorflow_backend._fused_normalize_batch_in_training = tensorflow_backend._regular_normalize_batch_in_training
