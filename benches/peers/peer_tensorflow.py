"""TensorFlow as a peer: Keras's own fit and predict, and the hand-written loops in graph mode that are faster, each also through XLA."""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

import peer  # noqa: E402


def network(w):
    inner = [keras.layers.Dense(n, activation="relu") for n in w.sizes[1:-1]]
    last = keras.layers.Dense(w.sizes[-1], activation="sigmoid" if w.sizes[-1] == 1 else "softmax")
    model = keras.Sequential([keras.Input((w.sizes[0],)), *inner, last])
    model.set_weights([array for pair in w.weights for array in pair])
    return model


def optimizer(w):
    if w.optimizer == "adam":
        return keras.optimizers.Adam(w.rate, epsilon=1e-7)
    return keras.optimizers.SGD(w.rate)


def loss(w):
    return keras.losses.BinaryCrossentropy() if w.sizes[-1] == 1 else keras.losses.CategoricalCrossentropy()


def fit(w, jit, per_execution):
    model = network(w)
    model.compile(optimizer(w), loss(w), jit_compile=jit, steps_per_execution=per_execution)

    def run():
        return model.fit(w.x, w.y, batch_size=w.batch, epochs=1, shuffle=False, verbose=0).history["loss"][0]

    return run


def steps(w, jit, whole):
    """A training step as one graph, called for each batch, or (`whole`) the loop over all batches in the graph too."""
    model, rule, measure = network(w), optimizer(w), loss(w)
    rule.build(model.trainable_variables)
    xs, ys = tf.constant(w.batches(w.x)), tf.constant(w.batches(w.y))

    def step(x, y):
        with tf.GradientTape() as tape:
            value = measure(y, model(x, training=True))
        rule.apply_gradients(zip(tape.gradient(value, model.trainable_variables), model.trainable_variables))
        return value

    if whole:

        @tf.function(jit_compile=jit)
        def every(xs, ys):
            total = 0.0
            for i in tf.range(w.steps):
                total += step(xs[i], ys[i])
            return total / w.steps

        return lambda: every(xs, ys).numpy()
    one, pairs = tf.function(step, jit_compile=jit), list(zip(tf.unstack(xs), tf.unstack(ys)))
    return lambda: tf.stack([one(x, y) for x, y in pairs]).numpy().mean()


def predict(w):
    model = network(w)
    batches = list(w.batches(w.x))
    return lambda: [model.predict(x, batch_size=w.batch, verbose=0) for x in batches][0]


def call(w, jit):
    model = network(w)
    batches = tf.unstack(tf.constant(w.batches(w.x)))
    one = tf.function(lambda x: model(x, training=False), jit_compile=jit)
    return lambda: [one(x).numpy() for x in batches][0]


def ways(w):
    tf.config.threading.set_intra_op_parallelism_threads(w.threads)
    tf.config.threading.set_inter_op_parallelism_threads(w.threads)
    keras.backend.clear_session()
    if not w.training:
        return [("predict", lambda: predict(w)), ("function", lambda: call(w, False)), ("function, XLA", lambda: call(w, True))]
    return [
        ("fit", lambda: fit(w, False, 1)),
        ("fit, 32 steps an execution", lambda: fit(w, False, 32)),
        ("fit, XLA", lambda: fit(w, True, 1)),
        ("function", lambda: steps(w, False, False)),
        ("function, XLA", lambda: steps(w, True, False)),
        ("whole epoch", lambda: steps(w, False, True)),
        ("whole epoch, XLA", lambda: steps(w, True, True)),
    ]


peer.serve(f"TensorFlow {tf.__version__}, Keras {keras.__version__}", ways)
