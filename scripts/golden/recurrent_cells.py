"""Cells as users write them, for the topics of recurrent layers."""
from keras import backend as K
from keras.layers import Layer


class MinimalCell(Layer):
    def __init__(self, units, **kwargs):
        self.units = self.state_size = units
        super(MinimalCell, self).__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer='uniform', name='kernel')
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units), initializer='uniform', name='recurrent_kernel')
        self.built = True

    def call(self, inputs, states):
        output = K.dot(inputs, self.kernel) + K.dot(states[0], self.recurrent_kernel)
        return output, [output]

    def get_config(self):
        return dict(super(MinimalCell, self).get_config(), units=self.units)


class ConstantsCell(Layer):
    def __init__(self, units, **kwargs):
        self.units = self.state_size = units
        super(ConstantsCell, self).__init__(**kwargs)

    def build(self, input_shape):
        of_inputs, of_constant = input_shape
        self.input_kernel = self.add_weight(shape=(of_inputs[-1], self.units), initializer='uniform', name='kernel')
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units), initializer='uniform', name='recurrent_kernel')
        self.constant_kernel = self.add_weight(shape=(of_constant[-1], self.units), initializer='uniform', name='constant_kernel')
        self.built = True

    def call(self, inputs, states, constants):
        output = K.tanh(K.dot(inputs, self.input_kernel) + K.dot(states[0], self.recurrent_kernel)
                        + K.dot(constants[0], self.constant_kernel))
        return output, [output]

    def get_config(self):
        return dict(super(ConstantsCell, self).get_config(), units=self.units)


class TwoStatesCell(Layer):
    """Its output has another width than its states, and is none of them."""

    def __init__(self, units, width, **kwargs):
        self.units, self.width = units, width
        self.state_size, self.output_size = (units, 1), width
        super(TwoStatesCell, self).__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer='uniform', name='kernel')
        self.projection = self.add_weight(shape=(self.units, self.width), initializer='uniform', name='projection')
        self.built = True

    def call(self, inputs, states):
        h, count = states
        h = 0.5 * h + K.tanh(K.dot(inputs, self.kernel))
        count = count + 1.
        return K.dot(h, self.projection) / count, [h, count]

    def get_config(self):
        return dict(super(TwoStatesCell, self).get_config(), units=self.units, width=self.width)
