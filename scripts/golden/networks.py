"""Small networks, losses, optimizers and data, drawn for the topics that train whole models."""
import keras
from keras import constraints, layers, losses, regularizers

from record import normal, one_hot, pick, probabilities, uniform

ACTIVATIONS = ['relu', 'tanh', 'sigmoid', 'elu', 'selu', 'softplus', 'softsign', 'hard_sigmoid', None]
# What a loss wants: the last activation, and the kind of targets.
LOSSES = {'mean_squared_error': (None, 'real'), 'mae': (None, 'real'), 'mape': (None, 'nonzero'), 'msle': ('softplus', 'positive'),
          'logcosh': (None, 'real'), 'huber_loss': (None, 'real'), 'hinge': ('tanh', 'binary'), 'squared_hinge': ('tanh', 'sign'),
          'categorical_hinge': (None, 'classes'), 'categorical_crossentropy': ('softmax', 'classes'),
          'sparse_categorical_crossentropy': ('softmax', 'labels'), 'binary_crossentropy': ('sigmoid', 'binary'),
          'kullback_leibler_divergence': ('softmax', 'distribution'), 'poisson': ('softplus', 'positive'),
          'cosine_proximity': (None, 'real')}
CLASSES = [('MeanSquaredError', {}, None, 'real'), ('MeanSquaredError', {'reduction': 'sum'}, None, 'real'),
           ('MeanAbsoluteError', {'reduction': 'none'}, None, 'real'), ('Huber', {'delta': 0.5}, None, 'real'),
           ('CategoricalCrossentropy', {'from_logits': True}, None, 'classes'),
           ('CategoricalCrossentropy', {'label_smoothing': 0.1}, 'softmax', 'classes'),
           ('SparseCategoricalCrossentropy', {'from_logits': True}, None, 'labels'),
           ('BinaryCrossentropy', {'label_smoothing': 0.2}, 'sigmoid', 'binary'),
           ('BinaryCrossentropy', {'from_logits': True, 'reduction': 'sum'}, None, 'binary'), ('LogCosh', {}, None, 'real')]


def targets(random, kind, n, width):
    if kind == 'real':
        return normal(random, (n, width), digits=2)
    if kind == 'nonzero':
        return uniform(random, 0.5, 2., (n, width), digits=2) * (random.randint(0, 2, (n, width)) * 2 - 1).astype('float32')
    if kind == 'positive':
        return random.randint(0, 5, (n, width)).astype('float32')
    if kind == 'distribution':
        return probabilities(random, (n, width))
    if kind == 'labels':
        return random.randint(0, width, (n, 1)).astype('float32')
    if kind == 'classes':
        return one_hot(random.randint(0, width, n), width)
    binary = random.randint(0, 2, (n, width)).astype('float32')
    return binary * 2 - 1 if kind == 'sign' else binary


def regularizer(random):
    l1, l2 = uniform(random, 0.001, 0.05), uniform(random, 0.001, 0.05)
    return pick(random, [None, None, regularizers.l1(l1), regularizers.l2(l2), regularizers.l1_l2(l1, l2)])


def constraint(random):
    return pick(random, [None, None, constraints.MaxNorm(uniform(random, 0.4, 1.5, digits=2)), constraints.NonNeg(),
                         constraints.UnitNorm(), constraints.MinMaxNorm(0.5, 1., rate=uniform(random, 0.3, 1., digits=1))])


def optimizer(random):
    lr = uniform(random, 0.01, 0.1)
    return pick(random, [
        keras.optimizers.SGD(lr), keras.optimizers.SGD(lr, momentum=0.9, nesterov=True), keras.optimizers.Adam(lr),
        keras.optimizers.RMSprop(lr / 10, epsilon=1e-2), keras.optimizers.SGD(lr, clipnorm=0.5), keras.optimizers.SGD(lr, decay=0.1)])


def network(random, width, last, rich=True):
    """Input 3 or 2x2, one or two hidden layers, an output of the given width and activation; weights of three digits."""
    shape = pick(random, [(3,), (3,), (2, 2)])
    stack = [layers.Flatten()] if len(shape) > 1 else []
    for i in range(1 + random.randint(2)):
        options = {}
        if rich:
            options = {'kernel_regularizer': regularizer(random), 'bias_regularizer': regularizer(random),
                       'kernel_constraint': constraint(random), 'trainable': i > 0 or random.randint(4) > 0,
                       'activity_regularizer': regularizer(random) if random.randint(4) == 0 else None,
                       'bias_constraint': pick(random, [None, None, constraints.MaxNorm(0.5)])}
        stack.append(layers.Dense(random.randint(2, 5), activation=pick(random, ACTIVATIONS),
                                  use_bias=bool(random.randint(4)), **options))
        extra = random.randint(6)
        if extra == 0:
            stack.append(layers.Dropout(0.))
        if extra == 1:
            stack.append(layers.Activation('tanh'))
        if extra == 2:
            stack.append(layers.Reshape((1, -1)))
            stack.append(layers.Flatten())
    stack.append(layers.Dense(width))
    if last:
        if random.randint(2):
            stack.append(layers.Activation(last))
        else:
            stack[-1].activation = keras.activations.get(last)
    if random.randint(2):
        inputs = x = layers.Input(shape=shape)
        for layer in stack:
            x = layer(x)
        model = keras.Model(inputs, x)
    else:
        stack[0].batch_input_shape = (None,) + shape
        model = keras.Sequential(stack)
    model.set_weights([normal(random, w.shape, 0.6) for w in model.get_weights()])
    return model, shape


def described(loss):
    """A loss as JSON: its name, or {class_name, config}."""
    return loss if isinstance(loss, str) else {'class_name': loss.__class__.__name__, 'config': loss.get_config()}


def drawn_loss(random, i):
    """The i-th loss: (what compile gets, last activation, kind of targets, width)."""
    names = sorted(LOSSES)
    if i % 25 < len(names):
        last, kind = LOSSES[names[i % 25]]
        loss = names[i % 25]
    else:
        class_name, args, last, kind = CLASSES[i % 25 - len(names)]
        loss = getattr(losses, class_name)(**args)
    width = 1 if kind in ('real', 'nonzero', 'binary', 'sign') and random.randint(3) == 0 and loss != 'cosine_proximity' else 3
    return loss, last, kind, width


def class_weight(random, kind, width):
    """Weights for every class the targets may hold, or None where targets are no classes."""
    labels = {'classes': range(width), 'labels': range(width), 'binary': range(max(2, width)),
              'sign': [-1, 1] if width == 1 else range(width), 'positive': range(5)}.get(kind)
    return labels and {int(k): uniform(random, 0.3, 2., digits=2) for k in labels}


assert len(LOSSES) + len(CLASSES) == 25
