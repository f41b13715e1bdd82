// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { read } from '../config.js'
import { type LambdaFunction, Layer, type LayerFunction } from '../layer.js'
import type { ArrayInput, DType } from '../types.js'
import type { ActivationLike } from './activations.js'
import type { ConstraintLike } from './constraints.js'
import type { InitializerLike } from './initializers.js'
import type { RegularizerLike } from './regularizers.js'

/** The names of the kind layer. Augment this interface with the names of your custom objects. */
export interface LayerNames {
  Activation: true
  ActivityRegularization: true
  Add: true
  AlphaDropout: true
  Average: true
  AveragePooling1D: true
  AveragePooling2D: true
  AvgPool1D: true
  AvgPool2D: true
  BatchNormalization: true
  Bidirectional: true
  Concatenate: true
  Conv1D: true
  Conv2D: true
  Conv2DTranspose: true
  ConvLSTM2D: true
  ConvLSTM2DCell: true
  Convolution1D: true
  Convolution2D: true
  Cropping1D: true
  Cropping2D: true
  Cropping3D: true
  Deconvolution2D: true
  Dense: true
  DepthwiseConv2D: true
  Dot: true
  Dropout: true
  ELU: true
  Embedding: true
  Flatten: true
  GaussianDropout: true
  GaussianNoise: true
  GlobalAveragePooling1D: true
  GlobalAveragePooling2D: true
  GlobalAveragePooling3D: true
  GlobalAvgPool1D: true
  GlobalAvgPool2D: true
  GlobalAvgPool3D: true
  GlobalMaxPool1D: true
  GlobalMaxPool2D: true
  GlobalMaxPool3D: true
  GlobalMaxPooling1D: true
  GlobalMaxPooling2D: true
  GlobalMaxPooling3D: true
  GRU: true
  GRUCell: true
  InputLayer: true
  Lambda: true
  LeakyReLU: true
  LSTM: true
  LSTMCell: true
  Masking: true
  Maximum: true
  MaxPool1D: true
  MaxPool2D: true
  MaxPooling1D: true
  MaxPooling2D: true
  Minimum: true
  Multiply: true
  Permute: true
  PReLU: true
  ReLU: true
  RepeatVector: true
  Reshape: true
  RNN: true
  SeparableConv1D: true
  SeparableConv2D: true
  SeparableConvolution1D: true
  SeparableConvolution2D: true
  SimpleRNN: true
  SimpleRNNCell: true
  Softmax: true
  SpatialDropout1D: true
  SpatialDropout2D: true
  SpatialDropout3D: true
  StackedRNNCells: true
  Subtract: true
  ThresholdedReLU: true
  TimeDistributed: true
  UpSampling1D: true
  UpSampling2D: true
  UpSampling3D: true
  ZeroPadding1D: true
  ZeroPadding2D: true
  ZeroPadding3D: true
}

/** What an option takes that wants the kind layer: a name, an instance, a function, or a config. */
export type LayerLike = keyof LayerNames | Layer | LayerFunction | { class_name: string; config: Record<string, unknown> }

/** Options of every layer. */
export interface LayerOptions {
  /**
   * Name, unique in the model; made from the class's name if not given.
   * @default null
   */
  name?: string | null
  /**
   * Whether the weights are trained.
   * @default true
   */
  trainable?: boolean | null
  /**
   * Shape of the input without the batch, for the first layer of a model.
   * @default null
   */
  inputShape?: (number | null)[] | null
  /**
   * Shape of the input with the batch, for the first layer of a model.
   * @default null
   */
  batchInputShape?: (number | null)[] | null
  /**
   * Size of the batch, beside the shape without it.
   * @default null
   */
  batchSize?: number | null
  /**
   * Number type of the weights, `float32` unless set otherwise for the process.
   * @default null
   */
  dtype?: DType | null
  /** An older name of `dtype`. */
  inputDtype?: DType | null
  /**
   * First values of the weights.
   * @default null
   */
  weights?: ArrayInput[] | null
}

/** Everything that Activation takes, in one object. */
export interface ActivationConfig extends LayerOptions {
  /** The function: a name, or one of your own. */
  activation: ActivationLike
}

/** Applies an activation function. */
export class Activation extends Layer {
  constructor(activation: ActivationLike, options?: LayerOptions)
  constructor(config: ActivationConfig)
  constructor(...args: unknown[]) {
    super(read('Activation', ['activation'], args), 'Activation')
  }
}

/** Options of ActivityRegularization. */
export interface ActivityRegularizationOptions extends LayerOptions {
  /**
   * Factor of the sum of absolute values.
   * @default 0
   */
  l1?: number
  /**
   * Factor of the sum of squares.
   * @default 0
   */
  l2?: number
}

/** Passes its input on and adds a penalty on it to the loss: of the whole batch, not divided by its size. */
export class ActivityRegularization extends Layer {
  constructor(l1?: number, l2?: number, options?: ActivityRegularizationOptions)
  constructor(options?: ActivityRegularizationOptions)
  constructor(...args: unknown[]) {
    super(read('ActivityRegularization', ['l1?', 'l2?'], args), 'ActivityRegularization')
  }
}

/** Adds inputs, two or more. Inputs have one shape, or sizes of 1 where others repeat. */
export class Add extends Layer {
  constructor(options?: LayerOptions)
  constructor(...args: unknown[]) {
    super(read('Add', [], args), 'Add')
  }
}

/** Options of AlphaDropout. */
export interface AlphaDropoutOptions extends LayerOptions {
  /**
   * Shape of the mask: axes of size 1 are dropped whole, null is the input's size.
   * @default null
   */
  noiseShape?: (number | null)[] | null
  /**
   * Seed of its own.
   * @default null
   */
  seed?: number | null
}

/** Everything that AlphaDropout takes, in one object. */
export interface AlphaDropoutConfig extends AlphaDropoutOptions {
  /** Fraction that is dropped. Nothing happens unless it is between 0 and 1. */
  rate: number
}

/**
 * Dropout for layers of selu: sets a fraction to selu's lower limit and then scales and shifts, so that mean and variance stay
 * (Klambauer et al. 2017, "Self-Normalizing Neural Networks").
 */
export class AlphaDropout extends Layer {
  constructor(rate: number, noiseShape?: (number | null)[] | null, seed?: number | null, options?: AlphaDropoutOptions)
  constructor(rate: number, options?: AlphaDropoutOptions)
  constructor(config: AlphaDropoutConfig)
  constructor(...args: unknown[]) {
    super(read('AlphaDropout', ['rate', 'noiseShape?', 'seed?'], args), 'AlphaDropout')
  }
}

/** Averages inputs, two or more, element by element. Inputs have one shape, or sizes of 1 where others repeat. */
export class Average extends Layer {
  constructor(options?: LayerOptions)
  constructor(...args: unknown[]) {
    super(read('Average', [], args), 'Average')
  }
}

/** Options of BatchNormalization. */
export interface BatchNormalizationOptions extends LayerOptions {
  /**
   * The axis of the features; 1 for pictures with channels first.
   * @default -1
   */
  axis?: number
  /**
   * Part of the moving averages that stays at each step.
   * @default 0.99
   */
  momentum?: number
  /**
   * Added to variances, so that nothing is divided by zero.
   * @default 0.001
   */
  epsilon?: number
  /**
   * Whether a shift `beta` is learned.
   * @default true
   */
  center?: boolean
  /**
   * Whether a scale `gamma` is learned. Not needed before a linear layer, which scales too.
   * @default true
   */
  scale?: boolean
  /**
   * First values of the shifts.
   * @default 'zeros'
   */
  betaInitializer?: InitializerLike
  /**
   * First values of the scales.
   * @default 'ones'
   */
  gammaInitializer?: InitializerLike
  /**
   * First values of the moving means.
   * @default 'zeros'
   */
  movingMeanInitializer?: InitializerLike
  /**
   * First values of the moving variances.
   * @default 'ones'
   */
  movingVarianceInitializer?: InitializerLike
  /**
   * Penalty on the shifts.
   * @default null
   */
  betaRegularizer?: RegularizerLike | null
  /**
   * Penalty on the scales.
   * @default null
   */
  gammaRegularizer?: RegularizerLike | null
  /**
   * Constraint on the shifts.
   * @default null
   */
  betaConstraint?: ConstraintLike | null
  /**
   * Constraint on the scales.
   * @default null
   */
  gammaConstraint?: ConstraintLike | null
}

/**
 * Normalises each feature: in training with mean and variance of the batch, which also go into moving averages; elsewhere with
 * these averages (Ioffe and Szegedy 2015). A layer that is not trainable still takes the batch's in training, but leaves the
 * averages as they are.
 */
export class BatchNormalization extends Layer {
  constructor(options?: BatchNormalizationOptions)
  constructor(...args: unknown[]) {
    super(read('BatchNormalization', [], args), 'BatchNormalization')
  }
}

/** Options of Bidirectional. */
export interface BidirectionalOptions extends LayerOptions {
  /**
   * How the outputs become one; null gives both.
   * @default 'concat'
   */
  mergeMode?: 'sum' | 'mul' | 'concat' | 'ave' | null
  /**
   * How many of the inputs, at the end, are constants for each step.
   * @default null
   */
  numConstants?: number | null
}

/** Everything that Bidirectional takes, in one object. */
export interface BidirectionalConfig extends BidirectionalOptions {
  /** The layer: SimpleRNN, GRU, LSTM, RNN or one like them. */
  layer: Layer
}

/**
 * Runs a recurrent layer over a sequence from its first step to its last, and another of the same options the other way.
 * States are those of the first, then those of the second.
 */
export class Bidirectional extends Layer {
  constructor(layer: Layer, mergeMode?: 'sum' | 'mul' | 'concat' | 'ave' | null, options?: BidirectionalOptions)
  constructor(layer: Layer, options?: BidirectionalOptions)
  constructor(config: BidirectionalConfig)
  constructor(...args: unknown[]) {
    super(read('Bidirectional', ['layer', 'mergeMode?'], args), 'Bidirectional')
  }
}

/** Options of Concatenate. */
export interface ConcatenateOptions extends LayerOptions {
  /**
   * The axis, the batch being axis 0; negative ones count from the end.
   * @default -1
   */
  axis?: number
}

/** Joins inputs, two or more, along an axis. All other sizes are equal. */
export class Concatenate extends Layer {
  constructor(axis?: number, options?: ConcatenateOptions)
  constructor(options?: ConcatenateOptions)
  constructor(...args: unknown[]) {
    super(read('Concatenate', ['axis?'], args), 'Concatenate')
  }
}

/** Options of Conv1D. */
export interface Conv1DOptions extends LayerOptions {
  /**
   * From window to window. Strides above 1 do not go with a dilation above 1.
   * @default 1
   */
  strides?: number | [number]
  /**
   * How windows treat the border.
   * @default 'valid'
   */
  padding?: 'valid' | 'same' | 'causal'
  /**
   * Where the channels are; null is the setting of the process.
   * @default 'channels_last'
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
  /**
   * From tap to tap of a window.
   * @default 1
   */
  dilationRate?: number | [number]
  /**
   * Function of the output; none is `linear`.
   * @default null
   */
  activation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
}

/** Everything that Conv1D takes, in one object. */
export interface Conv1DConfig extends Conv1DOptions {
  /** Number of filters: the channels of the output. */
  filters: number
  /** Size of the window; one number for all axes. */
  kernelSize: number | [number]
}

/**
 * Convolution along one axis: (batch, steps, channels) gives (batch, new steps, filters); with channels first (batch, channels,
 * steps) gives (batch, filters, new steps). With `causal` padding a step sees no later one.
 */
export class Conv1D extends Layer {
  constructor(filters: number, kernelSize: number | [number], options?: Conv1DOptions)
  constructor(config: Conv1DConfig)
  constructor(...args: unknown[]) {
    super(read('Conv1D', ['filters', 'kernelSize'], args), 'Conv1D')
  }
}

/** Options of Conv2D. */
export interface Conv2DOptions extends LayerOptions {
  /**
   * From window to window. Strides above 1 do not go with a dilation above 1.
   * @default 1
   */
  strides?: number | [number, number]
  /**
   * How windows treat the border.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
  /**
   * From tap to tap of a window.
   * @default 1
   */
  dilationRate?: number | [number, number]
  /**
   * Function of the output; none is `linear`.
   * @default null
   */
  activation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
}

/** Everything that Conv2D takes, in one object. */
export interface Conv2DConfig extends Conv2DOptions {
  /** Number of filters: the channels of the output. */
  filters: number
  /** Size of the window; one number for all axes. */
  kernelSize: number | [number, number]
}

/**
 * Convolution over pictures: (batch, height, width, channels) gives (batch, new height, new width, filters); with channels first
 * the channels and filters are the second axis.
 */
export class Conv2D extends Layer {
  constructor(filters: number, kernelSize: number | [number, number], options?: Conv2DOptions)
  constructor(config: Conv2DConfig)
  constructor(...args: unknown[]) {
    super(read('Conv2D', ['filters', 'kernelSize'], args), 'Conv2D')
  }
}

/** Options of Conv2DTranspose. */
export interface Conv2DTransposeOptions extends LayerOptions {
  /**
   * From window to window. Strides above 1 do not go with a dilation above 1.
   * @default 1
   */
  strides?: number | [number, number]
  /**
   * How windows treat the border.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
  /**
   * From tap to tap of a window.
   * @default 1
   */
  dilationRate?: number | [number, number]
  /**
   * Function of the output; none is `linear`.
   * @default null
   */
  activation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * How many pixels are added at the end of each axis, less than its stride; the new size is then (size - 1) stride + window -
   * 2 padding + this. Null for sizes that follow from stride and window.
   * @default null
   */
  outputPadding?: number | [number, number] | null
}

/** Everything that Conv2DTranspose takes, in one object. */
export interface Conv2DTransposeConfig extends Conv2DTransposeOptions {
  /** Number of filters: the channels of the output. */
  filters: number
  /** Size of the window; one number for all axes. */
  kernelSize: number | [number, number]
}

/**
 * The transpose of a convolution, often called deconvolution: what has the shape of a convolution's output gets the shape of its
 * input. Pictures (batch, height, width, channels) give (batch, new height, new width, filters); with channels first the channels
 * are the second axis. The new sizes are stride times the old with `same` padding; with `valid` that and what the window is
 * larger than the stride; or as `output_padding` says.
 */
export class Conv2DTranspose extends Layer {
  constructor(filters: number, kernelSize: number | [number, number], options?: Conv2DTransposeOptions)
  constructor(config: Conv2DTransposeConfig)
  constructor(...args: unknown[]) {
    super(read('Conv2DTranspose', ['filters', 'kernelSize'], args), 'Conv2DTranspose')
  }
}

/** Options of ConvLSTM2D. */
export interface ConvLSTM2DOptions extends LayerOptions {
  /**
   * Whether the output of every step is given, (batch, steps, units), or only the last, (batch, units).
   * @default false
   */
  returnSequences?: boolean
  /**
   * Whether the last states are given too, as further outputs.
   * @default false
   */
  returnState?: boolean
  /**
   * Whether time runs from the last step to the first; outputs come in that order.
   * @default false
   */
  goBackwards?: boolean
  /**
   * Whether a batch begins with the states that the batch before it ended with, sample by sample. The size of the
   * batch must be known.
   * @default false
   */
  stateful?: boolean
  /**
   * Whether the loop is written out; the number of steps must be known. The numbers are the same.
   * @default false
   */
  unroll?: boolean
  /**
   * From window to window of the input. Strides above 1 do not go with a dilation above 1.
   * @default 1
   */
  strides?: number | [number, number]
  /**
   * How windows treat the border of the input.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
  /**
   * From tap to tap of a window of the input.
   * @default 1
   */
  dilationRate?: number | [number, number]
  /**
   * Function of what comes in and of what goes out.
   * @default 'tanh'
   */
  activation?: ActivationLike
  /**
   * Function of the gates.
   * @default 'hard_sigmoid'
   */
  recurrentActivation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel, which the input is multiplied with.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the recurrent kernel, which the state is multiplied with.
   * @default 'orthogonal'
   */
  recurrentInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Whether the bias of the forget gate starts as 1, so that the state is kept at first.
   * @default true
   */
  unitForgetBias?: boolean
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the recurrent kernel.
   * @default null
   */
  recurrentRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the recurrent kernel.
   * @default null
   */
  recurrentConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Fraction of the input that is dropped in training, the same features at every step of a sequence.
   * @default 0
   */
  dropout?: number
  /**
   * Fraction of the state that is dropped in training before it is multiplied, the same units at every step.
   * @default 0
   */
  recurrentDropout?: number
}

/** Everything that ConvLSTM2D takes, in one object. */
export interface ConvLSTM2DConfig extends ConvLSTM2DOptions {
  /** Number of filters: the channels of each state and of the output. */
  filters: number
  /** Height and width of the windows; one number for both. */
  kernelSize: number | [number, number]
}

/**
 * LSTM with convolutions instead of products (Shi et al. 2015), over (batch, steps, height, width, channels); with channels first
 * (batch, steps, channels, height, width). Its states are `h`, which is the output, and `c`; gates along the last axis of the
 * weights are i, f, c, o. What a state passes on is convolved with `same` padding and neither strides nor dilation.
 */
export class ConvLSTM2D extends Layer {
  constructor(filters: number, kernelSize: number | [number, number], options?: ConvLSTM2DOptions)
  constructor(config: ConvLSTM2DConfig)
  constructor(...args: unknown[]) {
    super(read('ConvLSTM2D', ['filters', 'kernelSize'], args), 'ConvLSTM2D')
  }
}

/** Options of ConvLSTM2DCell. */
export interface ConvLSTM2DCellOptions extends LayerOptions {
  /**
   * From window to window of the input. Strides above 1 do not go with a dilation above 1.
   * @default 1
   */
  strides?: number | [number, number]
  /**
   * How windows treat the border of the input.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
  /**
   * From tap to tap of a window of the input.
   * @default 1
   */
  dilationRate?: number | [number, number]
  /**
   * Function of what comes in and of what goes out.
   * @default 'tanh'
   */
  activation?: ActivationLike
  /**
   * Function of the gates.
   * @default 'hard_sigmoid'
   */
  recurrentActivation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel, which the input is multiplied with.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the recurrent kernel, which the state is multiplied with.
   * @default 'orthogonal'
   */
  recurrentInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Whether the bias of the forget gate starts as 1, so that the state is kept at first.
   * @default true
   */
  unitForgetBias?: boolean
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the recurrent kernel.
   * @default null
   */
  recurrentRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the recurrent kernel.
   * @default null
   */
  recurrentConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Fraction of the input that is dropped in training, the same features at every step of a sequence.
   * @default 0
   */
  dropout?: number
  /**
   * Fraction of the state that is dropped in training before it is multiplied, the same units at every step.
   * @default 0
   */
  recurrentDropout?: number
}

/** Everything that ConvLSTM2DCell takes, in one object. */
export interface ConvLSTM2DCellConfig extends ConvLSTM2DCellOptions {
  /** Number of filters: the channels of each state and of the output. */
  filters: number
  /** Height and width of the windows; one number for both. */
  kernelSize: number | [number, number]
}

/**
 * A step of ConvLSTM2D, with the states `h` and `c`: pictures of `filters` channels, as large as the convolved input. Gates along
 * the last axis of the weights are i, f, c, o.
 */
export class ConvLSTM2DCell extends Layer {
  constructor(filters: number, kernelSize: number | [number, number], options?: ConvLSTM2DCellOptions)
  constructor(config: ConvLSTM2DCellConfig)
  constructor(...args: unknown[]) {
    super(read('ConvLSTM2DCell', ['filters', 'kernelSize'], args), 'ConvLSTM2DCell')
  }
}

/** Options of Cropping1D. */
export interface Cropping1DOptions extends LayerOptions {
  /**
   * How many steps are taken away at the start and at the end; one number for both.
   * @default [1, 1]
   */
  cropping?: number | [number, number]
}

/** Takes steps away from both ends of (batch, steps, channels). */
export class Cropping1D extends Layer {
  constructor(cropping?: number | [number, number], options?: Cropping1DOptions)
  constructor(options?: Cropping1DOptions)
  constructor(...args: unknown[]) {
    super(read('Cropping1D', ['cropping?'], args), 'Cropping1D')
  }
}

/** Options of Cropping2D. */
export interface Cropping2DOptions extends LayerOptions {
  /**
   * How many pixels are taken away: one number for all sides, or one for each axis, or two for each axis: before and after.
   * @default [[0, 0], [0, 0]]
   */
  cropping?: number | [number, number] | [number | [number, number], number | [number, number]]
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** Takes rows and columns away from pictures: (batch, height, width, channels), or channels second. */
export class Cropping2D extends Layer {
  constructor(cropping?: number | [number, number] | [number | [number, number], number | [number, number]], options?: Cropping2DOptions)
  constructor(options?: Cropping2DOptions)
  constructor(...args: unknown[]) {
    super(read('Cropping2D', ['cropping?'], args), 'Cropping2D')
  }
}

/** Options of Cropping3D. */
export interface Cropping3DOptions extends LayerOptions {
  /**
   * How many are taken away: one number for all sides, or one for each axis, or two for each axis: before and after.
   * @default [[1, 1], [1, 1], [1, 1]]
   */
  cropping?: number | [number, number] | [number | [number, number], number | [number, number], number | [number, number]]
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** Takes the border away from volumes: (batch, 3 sizes, channels), or channels second. */
export class Cropping3D extends Layer {
  constructor(
    cropping?: number | [number, number] | [number | [number, number], number | [number, number], number | [number, number]],
    options?: Cropping3DOptions,
  )
  constructor(options?: Cropping3DOptions)
  constructor(...args: unknown[]) {
    super(read('Cropping3D', ['cropping?'], args), 'Cropping3D')
  }
}

/** Options of Dense. */
export interface DenseOptions extends LayerOptions {
  /**
   * Function of the output; none is `linear`.
   * @default null
   */
  activation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Size of the input, as short for `input_shape`, in the first layer of a model.
   * @default null
   */
  inputDim?: number | null
}

/** Everything that Dense takes, in one object. */
export interface DenseConfig extends DenseOptions {
  /** Size of the output's last axis. */
  units: number
}

/** A densely connected layer: `activation(dot(x, kernel) + bias)`, along the last axis of its input. */
export class Dense extends Layer {
  constructor(units: number, options?: DenseOptions)
  constructor(config: DenseConfig)
  constructor(...args: unknown[]) {
    super(read('Dense', ['units'], args), 'Dense')
  }
}

/** Options of DepthwiseConv2D. */
export interface DepthwiseConv2DOptions extends LayerOptions {
  /**
   * From window to window. Strides above 1 do not go with a dilation above 1.
   * @default 1
   */
  strides?: number | [number, number]
  /**
   * How windows treat the border.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
  /**
   * From tap to tap of a window.
   * @default 1
   */
  dilationRate?: number | [number, number]
  /**
   * Function of the output; none is `linear`.
   * @default null
   */
  activation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Outputs of each channel in the depthwise part.
   * @default 1
   */
  depthMultiplier?: number
  /**
   * First values of the depthwise kernel.
   * @default 'glorot_uniform'
   */
  depthwiseInitializer?: InitializerLike
  /**
   * Penalty on the depthwise kernel.
   * @default null
   */
  depthwiseRegularizer?: RegularizerLike | null
  /**
   * Constraint on the depthwise kernel.
   * @default null
   */
  depthwiseConstraint?: ConstraintLike | null
}

/** Everything that DepthwiseConv2D takes, in one object. */
export interface DepthwiseConv2DConfig extends DepthwiseConv2DOptions {
  /** Size of the window; one number for all axes. */
  kernelSize: number | [number, number]
}

/**
 * The first part of a separable convolution: each channel gives `depth_multiplier` channels of its own. (batch, height, width,
 * channels) gives (batch, new height, new width, channels * `depth_multiplier`); with channels first the channels are the second
 * axis. The stride is the same along both axes.
 */
export class DepthwiseConv2D extends Layer {
  constructor(kernelSize: number | [number, number], options?: DepthwiseConv2DOptions)
  constructor(config: DepthwiseConv2DConfig)
  constructor(...args: unknown[]) {
    super(read('DepthwiseConv2D', ['kernelSize'], args), 'DepthwiseConv2D')
  }
}

/** Options of Dot. */
export interface DotOptions extends LayerOptions {
  /**
   * Whether both are scaled to length 1 along their axes first, so that the result is the cosine of the angle between them.
   * @default false
   */
  normalize?: boolean
}

/** Everything that Dot takes, in one object. */
export interface DotConfig extends DotOptions {
  /** The axis of both inputs, or one for each; negative ones count from the end of each. */
  axes: number | number[]
}

/**
 * Multiplies two inputs sample by sample along one axis of each and sums over it. The output has the other axes of the first,
 * then those of the second; two vectors a sample give one number.
 */
export class Dot extends Layer {
  constructor(axes: number | number[], normalize?: boolean, options?: DotOptions)
  constructor(axes: number | number[], options?: DotOptions)
  constructor(config: DotConfig)
  constructor(...args: unknown[]) {
    super(read('Dot', ['axes', 'normalize?'], args), 'Dot')
  }
}

/** Options of Dropout. */
export interface DropoutOptions extends LayerOptions {
  /**
   * Shape of the mask: axes of size 1 are dropped whole, null is the input's size.
   * @default null
   */
  noiseShape?: (number | null)[] | null
  /**
   * Seed of its own.
   * @default null
   */
  seed?: number | null
}

/** Everything that Dropout takes, in one object. */
export interface DropoutConfig extends DropoutOptions {
  /** Fraction that is dropped, clamped to 0 to 1. At 0 and at 1 nothing is dropped. */
  rate: number
}

/** Sets a fraction of the input to zero at each step of training and scales the rest up, so that the sum stays. */
export class Dropout extends Layer {
  constructor(rate: number, noiseShape?: (number | null)[] | null, seed?: number | null, options?: DropoutOptions)
  constructor(rate: number, options?: DropoutOptions)
  constructor(config: DropoutConfig)
  constructor(...args: unknown[]) {
    super(read('Dropout', ['rate', 'noiseShape?', 'seed?'], args), 'Dropout')
  }
}

/** Options of ELU. */
export interface ELUOptions extends LayerOptions {
  /**
   * Scale below zero.
   * @default 1
   */
  alpha?: number
}

/** x above zero, `alpha` (e^x - 1) below (Clevert et al. 2015). */
export class ELU extends Layer {
  constructor(alpha?: number, options?: ELUOptions)
  constructor(options?: ELUOptions)
  constructor(...args: unknown[]) {
    super(read('ELU', ['alpha?'], args), 'ELU')
  }
}

/** Options of Embedding. */
export interface EmbeddingOptions extends LayerOptions {
  /**
   * First values of the vectors.
   * @default 'uniform'
   */
  embeddingsInitializer?: InitializerLike
  /**
   * Penalty on the vectors.
   * @default null
   */
  embeddingsRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the vectors.
   * @default null
   */
  embeddingsConstraint?: ConstraintLike | null
  /**
   * Whether 0 is padding: layers that follow skip it, and no word may have that number.
   * @default false
   */
  maskZero?: boolean
  /**
   * Number of steps where it is constant, or a list of sizes for inputs of more axes. Flatten and Dense after it need to know.
   * @default null
   */
  inputLength?: number | null | (number | null)[] | null
}

/** Everything that Embedding takes, in one object. */
export interface EmbeddingConfig extends EmbeddingOptions {
  /** How many numbers there are: the largest plus 1. */
  inputDim: number
  /** Size of the vectors. */
  outputDim: number
}

/**
 * Turns whole numbers, from 0 to below `input_dim`, into vectors that are learned: from (batch, steps) to (batch, steps,
 * `output_dim`). A number out of range is an error when the batch runs.
 */
export class Embedding extends Layer {
  constructor(inputDim: number, outputDim: number, options?: EmbeddingOptions)
  constructor(config: EmbeddingConfig)
  constructor(...args: unknown[]) {
    super(read('Embedding', ['inputDim', 'outputDim'], args), 'Embedding')
  }
}

/** Options of Flatten. */
export interface FlattenOptions extends LayerOptions {
  /**
   * Where the channels are. Channels that come first are moved last before, so that weights trained in either format agree.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** Makes one axis of all but the batch. */
export class Flatten extends Layer {
  constructor(options?: FlattenOptions)
  constructor(...args: unknown[]) {
    super(read('Flatten', [], args), 'Flatten')
  }
}

/** Everything that GaussianDropout takes, in one object. */
export interface GaussianDropoutConfig extends LayerOptions {
  /** The rate p: the standard deviation is sqrt(p / (1 - p)). Nothing happens unless it is between 0 and 1. */
  rate: number
}

/**
 * Multiplies with normal noise of mean 1 in training, with the variance that dropout of that rate has
 * (Srivastava et al. 2014, "Dropout").
 */
export class GaussianDropout extends Layer {
  constructor(rate: number, options?: LayerOptions)
  constructor(config: GaussianDropoutConfig)
  constructor(...args: unknown[]) {
    super(read('GaussianDropout', ['rate'], args), 'GaussianDropout')
  }
}

/** Everything that GaussianNoise takes, in one object. */
export interface GaussianNoiseConfig extends LayerOptions {
  /** Standard deviation of the noise. */
  stddev: number
}

/** Adds normal noise of mean 0 in training. */
export class GaussianNoise extends Layer {
  constructor(stddev: number, options?: LayerOptions)
  constructor(config: GaussianNoiseConfig)
  constructor(...args: unknown[]) {
    super(read('GaussianNoise', ['stddev'], args), 'GaussianNoise')
  }
}

/** Options of GlobalAveragePooling1D. */
export interface GlobalAveragePooling1DOptions extends LayerOptions {
  /**
   * Where the channels are; null is the setting of the process.
   * @default 'channels_last'
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** The mean over steps: (batch, steps, channels) gives (batch, channels). Steps that a mask leaves out do not count. */
export class GlobalAveragePooling1D extends Layer {
  constructor(dataFormat?: 'channels_last' | 'channels_first' | null, options?: GlobalAveragePooling1DOptions)
  constructor(options?: GlobalAveragePooling1DOptions)
  constructor(...args: unknown[]) {
    super(read('GlobalAveragePooling1D', ['dataFormat?'], args), 'GlobalAveragePooling1D')
  }
}

/** Options of GlobalAveragePooling2D. */
export interface GlobalAveragePooling2DOptions extends LayerOptions {
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** The mean over pictures: (batch, height, width, channels) gives (batch, channels). */
export class GlobalAveragePooling2D extends Layer {
  constructor(dataFormat?: 'channels_last' | 'channels_first' | null, options?: GlobalAveragePooling2DOptions)
  constructor(options?: GlobalAveragePooling2DOptions)
  constructor(...args: unknown[]) {
    super(read('GlobalAveragePooling2D', ['dataFormat?'], args), 'GlobalAveragePooling2D')
  }
}

/** Options of GlobalAveragePooling3D. */
export interface GlobalAveragePooling3DOptions extends LayerOptions {
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** The mean over volumes: (batch, 3 sizes, channels) gives (batch, channels). */
export class GlobalAveragePooling3D extends Layer {
  constructor(dataFormat?: 'channels_last' | 'channels_first' | null, options?: GlobalAveragePooling3DOptions)
  constructor(options?: GlobalAveragePooling3DOptions)
  constructor(...args: unknown[]) {
    super(read('GlobalAveragePooling3D', ['dataFormat?'], args), 'GlobalAveragePooling3D')
  }
}

/** Options of GlobalMaxPooling1D. */
export interface GlobalMaxPooling1DOptions extends LayerOptions {
  /**
   * Where the channels are; null is the setting of the process.
   * @default 'channels_last'
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** The largest of all steps: (batch, steps, channels) gives (batch, channels). */
export class GlobalMaxPooling1D extends Layer {
  constructor(dataFormat?: 'channels_last' | 'channels_first' | null, options?: GlobalMaxPooling1DOptions)
  constructor(options?: GlobalMaxPooling1DOptions)
  constructor(...args: unknown[]) {
    super(read('GlobalMaxPooling1D', ['dataFormat?'], args), 'GlobalMaxPooling1D')
  }
}

/** Options of GlobalMaxPooling2D. */
export interface GlobalMaxPooling2DOptions extends LayerOptions {
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** The largest of pictures: (batch, height, width, channels) gives (batch, channels). */
export class GlobalMaxPooling2D extends Layer {
  constructor(dataFormat?: 'channels_last' | 'channels_first' | null, options?: GlobalMaxPooling2DOptions)
  constructor(options?: GlobalMaxPooling2DOptions)
  constructor(...args: unknown[]) {
    super(read('GlobalMaxPooling2D', ['dataFormat?'], args), 'GlobalMaxPooling2D')
  }
}

/** Options of GlobalMaxPooling3D. */
export interface GlobalMaxPooling3DOptions extends LayerOptions {
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** The largest of volumes: (batch, 3 sizes, channels) gives (batch, channels). */
export class GlobalMaxPooling3D extends Layer {
  constructor(dataFormat?: 'channels_last' | 'channels_first' | null, options?: GlobalMaxPooling3DOptions)
  constructor(options?: GlobalMaxPooling3DOptions)
  constructor(...args: unknown[]) {
    super(read('GlobalMaxPooling3D', ['dataFormat?'], args), 'GlobalMaxPooling3D')
  }
}

/** Options of GRU. */
export interface GRUOptions extends LayerOptions {
  /**
   * Whether the output of every step is given, (batch, steps, units), or only the last, (batch, units).
   * @default false
   */
  returnSequences?: boolean
  /**
   * Whether the last states are given too, as further outputs.
   * @default false
   */
  returnState?: boolean
  /**
   * Whether time runs from the last step to the first; outputs come in that order.
   * @default false
   */
  goBackwards?: boolean
  /**
   * Whether a batch begins with the states that the batch before it ended with, sample by sample. The size of the
   * batch must be known.
   * @default false
   */
  stateful?: boolean
  /**
   * Whether the loop is written out; the number of steps must be known. The numbers are the same.
   * @default false
   */
  unroll?: boolean
  /**
   * Function of the new state.
   * @default 'tanh'
   */
  activation?: ActivationLike
  /**
   * Function of the gates.
   * @default 'sigmoid'
   */
  recurrentActivation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel, which the input is multiplied with.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the recurrent kernel, which the state is multiplied with.
   * @default 'orthogonal'
   */
  recurrentInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the recurrent kernel.
   * @default null
   */
  recurrentRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the recurrent kernel.
   * @default null
   */
  recurrentConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Fraction of the input that is dropped in training, the same features at every step of a sequence.
   * @default 0
   */
  dropout?: number
  /**
   * Fraction of the state that is dropped in training before it is multiplied, the same units at every step.
   * @default 0
   */
  recurrentDropout?: number
  /**
   * 1: dropout has a mask for each gate. 2: one for all, so that the gates are one product.
   * @default 2
   */
  implementation?: number
  /**
   * Whether the reset gate comes after the product with the state, as in CuDNN; the bias then has a row for inputs and one
   * for states.
   * @default false
   */
  resetAfter?: boolean
  /**
   * Number of features of the input, as short for `input_shape`, in the first layer of a model.
   * @default null
   */
  inputDim?: number | null
  /**
   * Number of steps, beside `input_dim`.
   * @default null
   */
  inputLength?: number | null
}

/** Everything that GRU takes, in one object. */
export interface GRUConfig extends GRUOptions {
  /** Size of state and output. */
  units: number
}

/** Gated recurrent units (Cho et al. 2014), over (batch, steps, features). Gates along the last axis of the weights are z, r, h. */
export class GRU extends Layer {
  constructor(units: number, options?: GRUOptions)
  constructor(config: GRUConfig)
  constructor(...args: unknown[]) {
    super(read('GRU', ['units'], args), 'GRU')
  }
}

/** Options of GRUCell. */
export interface GRUCellOptions extends LayerOptions {
  /**
   * Function of the new state.
   * @default 'tanh'
   */
  activation?: ActivationLike
  /**
   * Function of the gates.
   * @default 'sigmoid'
   */
  recurrentActivation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel, which the input is multiplied with.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the recurrent kernel, which the state is multiplied with.
   * @default 'orthogonal'
   */
  recurrentInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the recurrent kernel.
   * @default null
   */
  recurrentRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the recurrent kernel.
   * @default null
   */
  recurrentConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Fraction of the input that is dropped in training, the same features at every step of a sequence.
   * @default 0
   */
  dropout?: number
  /**
   * Fraction of the state that is dropped in training before it is multiplied, the same units at every step.
   * @default 0
   */
  recurrentDropout?: number
  /**
   * 1: dropout has a mask for each gate. 2: one for all, so that the gates are one product.
   * @default 2
   */
  implementation?: number
  /**
   * Whether the reset gate comes after the product with the state, as in CuDNN; the bias then has a row for inputs and one
   * for states.
   * @default false
   */
  resetAfter?: boolean
}

/** Everything that GRUCell takes, in one object. */
export interface GRUCellConfig extends GRUCellOptions {
  /** Size of state and output. */
  units: number
}

/** A step of GRU. Gates along the last axis of the weights are z, r, h. */
export class GRUCell extends Layer {
  constructor(units: number, options?: GRUCellOptions)
  constructor(config: GRUCellConfig)
  constructor(...args: unknown[]) {
    super(read('GRUCell', ['units'], args), 'GRUCell')
  }
}

/** Options of InputLayer. */
export interface InputLayerOptions {
  /**
   * Shape of the data, the batch left out.
   * @default null
   */
  inputShape?: (number | null)[] | null
  /**
   * Size of the batch, null for any.
   * @default null
   */
  batchSize?: number | null
  /**
   * Shape of the data, the batch included.
   * @default null
   */
  batchInputShape?: (number | null)[] | null
  /**
   * Number type of the data.
   * @default null
   */
  dtype?: DType | null
  /**
   * Whether the data is sparse.
   * @default false
   */
  sparse?: boolean
  /**
   * Name, unique in the model.
   * @default null
   */
  name?: string | null
}

/** The start of a model, as a layer. `Input` is the usual way to make one. */
export class InputLayer extends Layer {
  constructor(
    inputShape?: (number | null)[] | null,
    batchSize?: number | null,
    batchInputShape?: (number | null)[] | null,
    dtype?: DType | null,
    options?: InputLayerOptions,
  )
  constructor(options?: InputLayerOptions)
  constructor(...args: unknown[]) {
    super(read('InputLayer', ['inputShape?', 'batchSize?', 'batchInputShape?', 'dtype?'], args), 'InputLayer')
  }
}

/** Options of Lambda. */
export interface LambdaOptions extends LayerOptions {
  /**
   * How the config tells of the function: by its name. Python's other way, `lambda`, is its bytecode and cannot be read.
   * @default 'function'
   */
  functionType?: string
  /**
   * Shape of the output without the batch. It is not needed, as shapes are found by calling the function.
   * @default null
   */
  outputShape?: unknown
  /**
   * How the config tells of the shape.
   * @default 'raw'
   */
  outputShapeType?: string
  /**
   * Further arguments of the function, by name.
   * @default {}
   */
  arguments?: Record<string, unknown>
  /**
   * Function from the input to the mask of the output. Without one the output has no mask.
   * @default null
   */
  mask?: LambdaFunction | string | null
}

/** Everything that Lambda takes, in one object. */
export interface LambdaConfig extends LambdaOptions {
  /** The function, from the input (or several) to the output (or several). */
  function: LambdaFunction | string
}

/** Applies a function. It cannot be written to a config unless it has a name among the custom objects. */
export class Lambda extends Layer {
  constructor(function_: LambdaFunction | string, outputShape?: unknown, mask?: LambdaFunction | string | null, options?: LambdaOptions)
  constructor(function_: LambdaFunction | string, options?: LambdaOptions)
  constructor(config: LambdaConfig)
  constructor(...args: unknown[]) {
    super(read('Lambda', ['function', 'outputShape?', 'mask?'], args), 'Lambda')
  }
}

/** Options of LeakyReLU. */
export interface LeakyReLUOptions extends LayerOptions {
  /**
   * Slope below zero.
   * @default 0.3
   */
  alpha?: number
}

/** x where it is not negative, `alpha` x elsewhere (Maas et al. 2013). */
export class LeakyReLU extends Layer {
  constructor(alpha?: number, options?: LeakyReLUOptions)
  constructor(options?: LeakyReLUOptions)
  constructor(...args: unknown[]) {
    super(read('LeakyReLU', ['alpha?'], args), 'LeakyReLU')
  }
}

/** Options of LSTM. */
export interface LSTMOptions extends LayerOptions {
  /**
   * Whether the output of every step is given, (batch, steps, units), or only the last, (batch, units).
   * @default false
   */
  returnSequences?: boolean
  /**
   * Whether the last states are given too, as further outputs.
   * @default false
   */
  returnState?: boolean
  /**
   * Whether time runs from the last step to the first; outputs come in that order.
   * @default false
   */
  goBackwards?: boolean
  /**
   * Whether a batch begins with the states that the batch before it ended with, sample by sample. The size of the
   * batch must be known.
   * @default false
   */
  stateful?: boolean
  /**
   * Whether the loop is written out; the number of steps must be known. The numbers are the same.
   * @default false
   */
  unroll?: boolean
  /**
   * Function of what comes in and of what goes out.
   * @default 'tanh'
   */
  activation?: ActivationLike
  /**
   * Function of the gates.
   * @default 'sigmoid'
   */
  recurrentActivation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel, which the input is multiplied with.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the recurrent kernel, which the state is multiplied with.
   * @default 'orthogonal'
   */
  recurrentInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Whether the bias of the forget gate starts as 1, so that the state is kept at first (Jozefowicz et al. 2015).
   * @default true
   */
  unitForgetBias?: boolean
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the recurrent kernel.
   * @default null
   */
  recurrentRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the recurrent kernel.
   * @default null
   */
  recurrentConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Fraction of the input that is dropped in training, the same features at every step of a sequence.
   * @default 0
   */
  dropout?: number
  /**
   * Fraction of the state that is dropped in training before it is multiplied, the same units at every step.
   * @default 0
   */
  recurrentDropout?: number
  /**
   * 1: dropout has a mask for each gate. 2: one for all, so that the gates are one product.
   * @default 2
   */
  implementation?: number
  /**
   * Number of features of the input, as short for `input_shape`, in the first layer of a model.
   * @default null
   */
  inputDim?: number | null
  /**
   * Number of steps, beside `input_dim`.
   * @default null
   */
  inputLength?: number | null
}

/** Everything that LSTM takes, in one object. */
export interface LSTMConfig extends LSTMOptions {
  /** Size of each state and of the output. */
  units: number
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997), over (batch, steps, features). Its states are `h`, which is the
 * output, and `c`; gates along the last axis of the weights are i, f, c, o.
 */
export class LSTM extends Layer {
  constructor(units: number, options?: LSTMOptions)
  constructor(config: LSTMConfig)
  constructor(...args: unknown[]) {
    super(read('LSTM', ['units'], args), 'LSTM')
  }
}

/** Options of LSTMCell. */
export interface LSTMCellOptions extends LayerOptions {
  /**
   * Function of what comes in and of what goes out.
   * @default 'tanh'
   */
  activation?: ActivationLike
  /**
   * Function of the gates.
   * @default 'sigmoid'
   */
  recurrentActivation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel, which the input is multiplied with.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the recurrent kernel, which the state is multiplied with.
   * @default 'orthogonal'
   */
  recurrentInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Whether the bias of the forget gate starts as 1, so that the state is kept at first (Jozefowicz et al. 2015).
   * @default true
   */
  unitForgetBias?: boolean
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the recurrent kernel.
   * @default null
   */
  recurrentRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the recurrent kernel.
   * @default null
   */
  recurrentConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Fraction of the input that is dropped in training, the same features at every step of a sequence.
   * @default 0
   */
  dropout?: number
  /**
   * Fraction of the state that is dropped in training before it is multiplied, the same units at every step.
   * @default 0
   */
  recurrentDropout?: number
  /**
   * 1: dropout has a mask for each gate. 2: one for all, so that the gates are one product.
   * @default 2
   */
  implementation?: number
}

/** Everything that LSTMCell takes, in one object. */
export interface LSTMCellConfig extends LSTMCellOptions {
  /** Size of each state and of the output. */
  units: number
}

/** A step of LSTM, with the states `h` and `c`. Gates along the last axis of the weights are i, f, c, o. */
export class LSTMCell extends Layer {
  constructor(units: number, options?: LSTMCellOptions)
  constructor(config: LSTMCellConfig)
  constructor(...args: unknown[]) {
    super(read('LSTMCell', ['units'], args), 'LSTMCell')
  }
}

/** Options of Masking. */
export interface MaskingOptions extends LayerOptions {
  /**
   * The value.
   * @default 0
   */
  maskValue?: number
}

/** Masks the steps of a sequence whose features all equal a value: layers that know masks skip them. They are zeros in the output. */
export class Masking extends Layer {
  constructor(maskValue?: number, options?: MaskingOptions)
  constructor(options?: MaskingOptions)
  constructor(...args: unknown[]) {
    super(read('Masking', ['maskValue?'], args), 'Masking')
  }
}

/** Takes the largest of inputs, two or more, element by element. Inputs have one shape, or sizes of 1 where others repeat. */
export class Maximum extends Layer {
  constructor(options?: LayerOptions)
  constructor(...args: unknown[]) {
    super(read('Maximum', [], args), 'Maximum')
  }
}

/** Takes the smallest of inputs, two or more, element by element. Inputs have one shape, or sizes of 1 where others repeat. */
export class Minimum extends Layer {
  constructor(options?: LayerOptions)
  constructor(...args: unknown[]) {
    super(read('Minimum', [], args), 'Minimum')
  }
}

/** Multiplies inputs, two or more, element by element. Inputs have one shape, or sizes of 1 where others repeat. */
export class Multiply extends Layer {
  constructor(options?: LayerOptions)
  constructor(...args: unknown[]) {
    super(read('Multiply', [], args), 'Multiply')
  }
}

/** Options of PReLU. */
export interface PReLUOptions extends LayerOptions {
  /**
   * First values of the slopes.
   * @default 'zeros'
   */
  alphaInitializer?: InitializerLike
  /**
   * Penalty on the slopes.
   * @default null
   */
  alphaRegularizer?: RegularizerLike | null
  /**
   * Constraint on the slopes.
   * @default null
   */
  alphaConstraint?: ConstraintLike | null
  /**
   * Axes along which the slopes are shared, the batch being axis 0: `[1, 2]` for one slope a channel of pictures.
   * @default null
   */
  sharedAxes?: number | number[] | null
}

/** x where it is not negative, `alpha` x elsewhere, with an `alpha` of its own for each feature, which is trained (He et al. 2015). */
export class PReLU extends Layer {
  constructor(
    alphaInitializer?: InitializerLike,
    alphaRegularizer?: RegularizerLike | null,
    alphaConstraint?: ConstraintLike | null,
    sharedAxes?: number | number[] | null,
    options?: PReLUOptions,
  )
  constructor(options?: PReLUOptions)
  constructor(...args: unknown[]) {
    super(read('PReLU', ['alphaInitializer?', 'alphaRegularizer?', 'alphaConstraint?', 'sharedAxes?'], args), 'PReLU')
  }
}

/** Everything that Permute takes, in one object. */
export interface PermuteConfig extends LayerOptions {
  /** The axes in their new order, counted from 1, the batch left out: `[2, 1]` swaps two. */
  dims: number[]
}

/** Puts the axes of each sample into another order. */
export class Permute extends Layer {
  constructor(dims: number[], options?: LayerOptions)
  constructor(config: PermuteConfig)
  constructor(...args: unknown[]) {
    super(read('Permute', ['dims'], args), 'Permute')
  }
}

/** Options of AveragePooling1D. */
export interface AveragePooling1DOptions extends LayerOptions {
  /**
   * From window to window; null for the size of the window.
   * @default null
   */
  strides?: number | [number] | null
  /**
   * Number of steps of a window.
   * @default 2
   */
  poolSize?: number | [number]
  /**
   * How windows treat the border; what lies outside counts for nothing.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * Where the channels are; null is the setting of the process.
   * @default 'channels_last'
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** The mean of each window and channel: (batch, steps, channels) gives (batch, new steps, channels). */
export class AveragePooling1D extends Layer {
  constructor(poolSize?: number | [number], options?: AveragePooling1DOptions)
  constructor(options?: AveragePooling1DOptions)
  constructor(...args: unknown[]) {
    super(read('AveragePooling1D', ['poolSize?'], args), 'AveragePooling1D')
  }
}

/** Options of AveragePooling2D. */
export interface AveragePooling2DOptions extends LayerOptions {
  /**
   * Height and width of a window; one number for both.
   * @default 2
   */
  poolSize?: number | [number, number]
  /**
   * How windows treat the border; what lies outside counts for nothing.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * From window to window; null for the size of the window.
   * @default null
   */
  strides?: number | [number, number] | null
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/**
 * The mean of each window and channel of pictures: (batch, height, width, channels) gives (batch, new height, new width,
 * channels); with channels first they are the second axis.
 */
export class AveragePooling2D extends Layer {
  constructor(poolSize?: number | [number, number], options?: AveragePooling2DOptions)
  constructor(options?: AveragePooling2DOptions)
  constructor(...args: unknown[]) {
    super(read('AveragePooling2D', ['poolSize?'], args), 'AveragePooling2D')
  }
}

/** Options of MaxPooling1D. */
export interface MaxPooling1DOptions extends LayerOptions {
  /**
   * From window to window; null for the size of the window.
   * @default null
   */
  strides?: number | [number] | null
  /**
   * Number of steps of a window.
   * @default 2
   */
  poolSize?: number | [number]
  /**
   * How windows treat the border; what lies outside counts for nothing.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * Where the channels are; null is the setting of the process.
   * @default 'channels_last'
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** The largest number of each window and channel: (batch, steps, channels) gives (batch, new steps, channels). */
export class MaxPooling1D extends Layer {
  constructor(poolSize?: number | [number], options?: MaxPooling1DOptions)
  constructor(options?: MaxPooling1DOptions)
  constructor(...args: unknown[]) {
    super(read('MaxPooling1D', ['poolSize?'], args), 'MaxPooling1D')
  }
}

/** Options of MaxPooling2D. */
export interface MaxPooling2DOptions extends LayerOptions {
  /**
   * Height and width of a window; one number for both.
   * @default 2
   */
  poolSize?: number | [number, number]
  /**
   * How windows treat the border; what lies outside counts for nothing.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * From window to window; null for the size of the window.
   * @default null
   */
  strides?: number | [number, number] | null
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/**
 * The largest number of each window and channel of pictures: (batch, height, width, channels) gives (batch, new height, new width,
 * channels); with channels first they are the second axis.
 */
export class MaxPooling2D extends Layer {
  constructor(poolSize?: number | [number, number], options?: MaxPooling2DOptions)
  constructor(options?: MaxPooling2DOptions)
  constructor(...args: unknown[]) {
    super(read('MaxPooling2D', ['poolSize?'], args), 'MaxPooling2D')
  }
}

/** Options of ReLU. */
export interface ReLUOptions extends LayerOptions {
  /**
   * Largest value, or none.
   * @default null
   */
  maxValue?: number | null
  /**
   * Slope below the threshold.
   * @default 0
   */
  negativeSlope?: number
  /**
   * From where on x passes.
   * @default 0
   */
  threshold?: number
}

/** x where it is at least `threshold`, at most `max_value`, and `negative_slope` (x - `threshold`) below. */
export class ReLU extends Layer {
  constructor(maxValue?: number | null, negativeSlope?: number, threshold?: number, options?: ReLUOptions)
  constructor(options?: ReLUOptions)
  constructor(...args: unknown[]) {
    super(read('ReLU', ['maxValue?', 'negativeSlope?', 'threshold?'], args), 'ReLU')
  }
}

/** Everything that RepeatVector takes, in one object. */
export interface RepeatVectorConfig extends LayerOptions {
  /** How often. */
  n: number
}

/** Repeats its input `n` times: from (batch, features) to (batch, n, features). */
export class RepeatVector extends Layer {
  constructor(n: number, options?: LayerOptions)
  constructor(config: RepeatVectorConfig)
  constructor(...args: unknown[]) {
    super(read('RepeatVector', ['n'], args), 'RepeatVector')
  }
}

/** Everything that Reshape takes, in one object. */
export interface ReshapeConfig extends LayerOptions {
  /** The shape, the batch left out; one size may be -1, which is what is left over. */
  targetShape: number[]
}

/** Gives the input another shape, the batch apart. */
export class Reshape extends Layer {
  constructor(targetShape: number[], options?: LayerOptions)
  constructor(config: ReshapeConfig)
  constructor(...args: unknown[]) {
    super(read('Reshape', ['targetShape'], args), 'Reshape')
  }
}

/** Options of RNN. */
export interface RNNOptions extends LayerOptions {
  /**
   * Whether the output of every step is given, or only the last.
   * @default false
   */
  returnSequences?: boolean
  /**
   * Whether the last states are given too, as further outputs.
   * @default false
   */
  returnState?: boolean
  /**
   * Whether time runs from the last step to the first; outputs come in that order.
   * @default false
   */
  goBackwards?: boolean
  /**
   * Whether a batch begins with the states that the batch before it ended with, sample by sample. The size of the batch must be
   * known.
   * @default false
   */
  stateful?: boolean
  /**
   * Whether the loop is written out; the number of steps must be known. The numbers are the same.
   * @default false
   */
  unroll?: boolean
  /**
   * How many of the inputs, at the end, are constants for each step.
   * @default null
   */
  numConstants?: number | null
  /**
   * Number of features of the input, as short for `input_shape`, in the first layer of a model.
   * @default null
   */
  inputDim?: number | null
  /**
   * Number of steps, beside `input_dim`.
   * @default null
   */
  inputLength?: number | null
}

/** Everything that RNN takes, in one object. */
export interface RNNConfig extends RNNOptions {
  /** The cell; a list is a stack of cells. */
  cell: Layer | Layer[]
}

/**
 * Runs a cell over the steps of a sequence, (batch, steps, features). What the cell is called on and gives, and how one of your
 * own is made, is told with `Cell`.
 */
export class RNN extends Layer {
  constructor(cell: Layer | Layer[], options?: RNNOptions)
  constructor(config: RNNConfig)
  constructor(...args: unknown[]) {
    super(read('RNN', ['cell'], args), 'RNN')
  }
}

/** Options of SeparableConv1D. */
export interface SeparableConv1DOptions extends LayerOptions {
  /**
   * From window to window. Strides above 1 do not go with a dilation above 1.
   * @default 1
   */
  strides?: number | [number]
  /**
   * How windows treat the border.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * Where the channels are; null is the setting of the process.
   * @default 'channels_last'
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
  /**
   * From tap to tap of a window.
   * @default 1
   */
  dilationRate?: number | [number]
  /**
   * Function of the output; none is `linear`.
   * @default null
   */
  activation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Outputs of each channel in the depthwise part.
   * @default 1
   */
  depthMultiplier?: number
  /**
   * First values of the depthwise kernel.
   * @default 'glorot_uniform'
   */
  depthwiseInitializer?: InitializerLike
  /**
   * First values of the pointwise kernel.
   * @default 'glorot_uniform'
   */
  pointwiseInitializer?: InitializerLike
  /**
   * Penalty on the depthwise kernel.
   * @default null
   */
  depthwiseRegularizer?: RegularizerLike | null
  /**
   * Penalty on the pointwise kernel.
   * @default null
   */
  pointwiseRegularizer?: RegularizerLike | null
  /**
   * Constraint on the depthwise kernel.
   * @default null
   */
  depthwiseConstraint?: ConstraintLike | null
  /**
   * Constraint on the pointwise kernel.
   * @default null
   */
  pointwiseConstraint?: ConstraintLike | null
}

/** Everything that SeparableConv1D takes, in one object. */
export interface SeparableConv1DConfig extends SeparableConv1DOptions {
  /** Number of filters: the channels of the output. */
  filters: number
  /** Size of the window; one number for all axes. */
  kernelSize: number | [number]
}

/**
 * A depthwise separable convolution along one axis: each channel for itself, then a convolution over single steps. (batch, steps,
 * channels) gives (batch, new steps, filters); with channels first the channels are the second axis.
 */
export class SeparableConv1D extends Layer {
  constructor(filters: number, kernelSize: number | [number], options?: SeparableConv1DOptions)
  constructor(config: SeparableConv1DConfig)
  constructor(...args: unknown[]) {
    super(read('SeparableConv1D', ['filters', 'kernelSize'], args), 'SeparableConv1D')
  }
}

/** Options of SeparableConv2D. */
export interface SeparableConv2DOptions extends LayerOptions {
  /**
   * From window to window. Strides above 1 do not go with a dilation above 1.
   * @default 1
   */
  strides?: number | [number, number]
  /**
   * How windows treat the border.
   * @default 'valid'
   */
  padding?: 'valid' | 'same'
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
  /**
   * From tap to tap of a window.
   * @default 1
   */
  dilationRate?: number | [number, number]
  /**
   * Function of the output; none is `linear`.
   * @default null
   */
  activation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Outputs of each channel in the depthwise part.
   * @default 1
   */
  depthMultiplier?: number
  /**
   * First values of the depthwise kernel.
   * @default 'glorot_uniform'
   */
  depthwiseInitializer?: InitializerLike
  /**
   * First values of the pointwise kernel.
   * @default 'glorot_uniform'
   */
  pointwiseInitializer?: InitializerLike
  /**
   * Penalty on the depthwise kernel.
   * @default null
   */
  depthwiseRegularizer?: RegularizerLike | null
  /**
   * Penalty on the pointwise kernel.
   * @default null
   */
  pointwiseRegularizer?: RegularizerLike | null
  /**
   * Constraint on the depthwise kernel.
   * @default null
   */
  depthwiseConstraint?: ConstraintLike | null
  /**
   * Constraint on the pointwise kernel.
   * @default null
   */
  pointwiseConstraint?: ConstraintLike | null
}

/** Everything that SeparableConv2D takes, in one object. */
export interface SeparableConv2DConfig extends SeparableConv2DOptions {
  /** Number of filters: the channels of the output. */
  filters: number
  /** Size of the window; one number for all axes. */
  kernelSize: number | [number, number]
}

/**
 * A depthwise separable convolution over pictures: each channel for itself, then a convolution over single pixels. (batch, height,
 * width, channels) gives (batch, new height, new width, filters); with channels first the channels are the second axis. The stride
 * is the same along both axes.
 */
export class SeparableConv2D extends Layer {
  constructor(filters: number, kernelSize: number | [number, number], options?: SeparableConv2DOptions)
  constructor(config: SeparableConv2DConfig)
  constructor(...args: unknown[]) {
    super(read('SeparableConv2D', ['filters', 'kernelSize'], args), 'SeparableConv2D')
  }
}

/** Options of SimpleRNN. */
export interface SimpleRNNOptions extends LayerOptions {
  /**
   * Whether the output of every step is given, (batch, steps, units), or only the last, (batch, units).
   * @default false
   */
  returnSequences?: boolean
  /**
   * Whether the last states are given too, as further outputs.
   * @default false
   */
  returnState?: boolean
  /**
   * Whether time runs from the last step to the first; outputs come in that order.
   * @default false
   */
  goBackwards?: boolean
  /**
   * Whether a batch begins with the states that the batch before it ended with, sample by sample. The size of the
   * batch must be known.
   * @default false
   */
  stateful?: boolean
  /**
   * Whether the loop is written out; the number of steps must be known. The numbers are the same.
   * @default false
   */
  unroll?: boolean
  /**
   * Function of the output.
   * @default 'tanh'
   */
  activation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel, which the input is multiplied with.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the recurrent kernel, which the state is multiplied with.
   * @default 'orthogonal'
   */
  recurrentInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the recurrent kernel.
   * @default null
   */
  recurrentRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Penalty on the output.
   * @default null
   */
  activityRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the recurrent kernel.
   * @default null
   */
  recurrentConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Fraction of the input that is dropped in training, the same features at every step of a sequence.
   * @default 0
   */
  dropout?: number
  /**
   * Fraction of the state that is dropped in training before it is multiplied, the same units at every step.
   * @default 0
   */
  recurrentDropout?: number
  /**
   * Number of features of the input, as short for `input_shape`, in the first layer of a model.
   * @default null
   */
  inputDim?: number | null
  /**
   * Number of steps, beside `input_dim`.
   * @default null
   */
  inputLength?: number | null
}

/** Everything that SimpleRNN takes, in one object. */
export interface SimpleRNNConfig extends SimpleRNNOptions {
  /** Size of state and output. */
  units: number
}

/** A fully connected recurrent layer: `h = activation(x W + h U + b)` at each step of (batch, steps, features). */
export class SimpleRNN extends Layer {
  constructor(units: number, options?: SimpleRNNOptions)
  constructor(config: SimpleRNNConfig)
  constructor(...args: unknown[]) {
    super(read('SimpleRNN', ['units'], args), 'SimpleRNN')
  }
}

/** Options of SimpleRNNCell. */
export interface SimpleRNNCellOptions extends LayerOptions {
  /**
   * Function of the output.
   * @default 'tanh'
   */
  activation?: ActivationLike
  /**
   * Whether a bias is added.
   * @default true
   */
  useBias?: boolean
  /**
   * First values of the kernel, which the input is multiplied with.
   * @default 'glorot_uniform'
   */
  kernelInitializer?: InitializerLike
  /**
   * First values of the recurrent kernel, which the state is multiplied with.
   * @default 'orthogonal'
   */
  recurrentInitializer?: InitializerLike
  /**
   * First values of the bias.
   * @default 'zeros'
   */
  biasInitializer?: InitializerLike
  /**
   * Penalty on the kernel.
   * @default null
   */
  kernelRegularizer?: RegularizerLike | null
  /**
   * Penalty on the recurrent kernel.
   * @default null
   */
  recurrentRegularizer?: RegularizerLike | null
  /**
   * Penalty on the bias.
   * @default null
   */
  biasRegularizer?: RegularizerLike | null
  /**
   * Constraint on the kernel.
   * @default null
   */
  kernelConstraint?: ConstraintLike | null
  /**
   * Constraint on the recurrent kernel.
   * @default null
   */
  recurrentConstraint?: ConstraintLike | null
  /**
   * Constraint on the bias.
   * @default null
   */
  biasConstraint?: ConstraintLike | null
  /**
   * Fraction of the input that is dropped in training, the same features at every step of a sequence.
   * @default 0
   */
  dropout?: number
  /**
   * Fraction of the state that is dropped in training before it is multiplied, the same units at every step.
   * @default 0
   */
  recurrentDropout?: number
}

/** Everything that SimpleRNNCell takes, in one object. */
export interface SimpleRNNCellConfig extends SimpleRNNCellOptions {
  /** Size of state and output. */
  units: number
}

/** A step of SimpleRNN: `h = activation(x W + h U + b)`. */
export class SimpleRNNCell extends Layer {
  constructor(units: number, options?: SimpleRNNCellOptions)
  constructor(config: SimpleRNNCellConfig)
  constructor(...args: unknown[]) {
    super(read('SimpleRNNCell', ['units'], args), 'SimpleRNNCell')
  }
}

/** Options of Softmax. */
export interface SoftmaxOptions extends LayerOptions {
  /**
   * The axis.
   * @default -1
   */
  axis?: number
}

/** e^x divided by its sum along an axis. */
export class Softmax extends Layer {
  constructor(axis?: number, options?: SoftmaxOptions)
  constructor(options?: SoftmaxOptions)
  constructor(...args: unknown[]) {
    super(read('Softmax', ['axis?'], args), 'Softmax')
  }
}

/** Options of SpatialDropout1D. */
export interface SpatialDropout1DOptions extends LayerOptions {
  /**
   * Without meaning here; the configs of Keras have it.
   * @default null
   */
  noiseShape?: (number | null)[] | null
  /**
   * Seed of its own.
   * @default null
   */
  seed?: number | null
}

/** Everything that SpatialDropout1D takes, in one object. */
export interface SpatialDropout1DConfig extends SpatialDropout1DOptions {
  /** Fraction that is dropped, clamped to 0 to 1. At 0 and at 1 nothing is dropped. */
  rate: number
}

/** Drops whole features of sequences: (batch, steps, features). Neighbouring steps are alike, so that single ones say little. */
export class SpatialDropout1D extends Layer {
  constructor(rate: number, options?: SpatialDropout1DOptions)
  constructor(config: SpatialDropout1DConfig)
  constructor(...args: unknown[]) {
    super(read('SpatialDropout1D', ['rate'], args), 'SpatialDropout1D')
  }
}

/** Options of SpatialDropout2D. */
export interface SpatialDropout2DOptions extends LayerOptions {
  /**
   * Without meaning here; the configs of Keras have it.
   * @default null
   */
  noiseShape?: (number | null)[] | null
  /**
   * Seed of its own.
   * @default null
   */
  seed?: number | null
  /**
   * Where the channels are; null is the setting of the process. Keras reads it in a config but does not write it.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null | null
}

/** Everything that SpatialDropout2D takes, in one object. */
export interface SpatialDropout2DConfig extends SpatialDropout2DOptions {
  /** Fraction that is dropped, clamped to 0 to 1. At 0 and at 1 nothing is dropped. */
  rate: number
}

/** Drops whole feature maps of pictures: (batch, height, width, channels), or channels second. */
export class SpatialDropout2D extends Layer {
  constructor(rate: number, dataFormat?: 'channels_last' | 'channels_first' | null | null, options?: SpatialDropout2DOptions)
  constructor(rate: number, options?: SpatialDropout2DOptions)
  constructor(config: SpatialDropout2DConfig)
  constructor(...args: unknown[]) {
    super(read('SpatialDropout2D', ['rate', 'dataFormat?'], args), 'SpatialDropout2D')
  }
}

/** Options of SpatialDropout3D. */
export interface SpatialDropout3DOptions extends LayerOptions {
  /**
   * Without meaning here; the configs of Keras have it.
   * @default null
   */
  noiseShape?: (number | null)[] | null
  /**
   * Seed of its own.
   * @default null
   */
  seed?: number | null
  /**
   * Where the channels are; null is the setting of the process. Keras reads it in a config but does not write it.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null | null
}

/** Everything that SpatialDropout3D takes, in one object. */
export interface SpatialDropout3DConfig extends SpatialDropout3DOptions {
  /** Fraction that is dropped, clamped to 0 to 1. At 0 and at 1 nothing is dropped. */
  rate: number
}

/** Drops whole feature maps of volumes: (batch, 3 sizes, channels), or channels second. */
export class SpatialDropout3D extends Layer {
  constructor(rate: number, dataFormat?: 'channels_last' | 'channels_first' | null | null, options?: SpatialDropout3DOptions)
  constructor(rate: number, options?: SpatialDropout3DOptions)
  constructor(config: SpatialDropout3DConfig)
  constructor(...args: unknown[]) {
    super(read('SpatialDropout3D', ['rate', 'dataFormat?'], args), 'SpatialDropout3D')
  }
}

/** Options of StackedRNNCells. */
export interface StackedRNNCellsOptions extends LayerOptions {
  /**
   * Whether states are in the order of the cells from the output on.
   * @default false
   */
  reverseStateOrder?: boolean
}

/** Everything that StackedRNNCells takes, in one object. */
export interface StackedRNNCellsConfig extends StackedRNNCellsOptions {
  /** The cells, from the input on. */
  cells: Layer[]
}

/**
 * Several cells as one: each step's output of a cell is the next one's input. States are those of the first cell, then those of
 * the second, and so on.
 */
export class StackedRNNCells extends Layer {
  constructor(cells: Layer[], options?: StackedRNNCellsOptions)
  constructor(config: StackedRNNCellsConfig)
  constructor(...args: unknown[]) {
    super(read('StackedRNNCells', ['cells'], args), 'StackedRNNCells')
  }
}

/** Subtracts the second of two inputs from the first. Inputs have one shape, or sizes of 1 where others repeat. */
export class Subtract extends Layer {
  constructor(options?: LayerOptions)
  constructor(...args: unknown[]) {
    super(read('Subtract', [], args), 'Subtract')
  }
}

/** Options of ThresholdedReLU. */
export interface ThresholdedReLUOptions extends LayerOptions {
  /**
   * The threshold.
   * @default 1
   */
  theta?: number
}

/** x where it is above `theta`, 0 elsewhere (Konda et al. 2014). */
export class ThresholdedReLU extends Layer {
  constructor(theta?: number, options?: ThresholdedReLUOptions)
  constructor(options?: ThresholdedReLUOptions)
  constructor(...args: unknown[]) {
    super(read('ThresholdedReLU', ['theta?'], args), 'ThresholdedReLU')
  }
}

/** Everything that TimeDistributed takes, in one object. */
export interface TimeDistributedConfig extends LayerOptions {
  /** The layer. */
  layer: Layer
}

/**
 * Applies a layer, or a whole model, to each step of (batch, steps, ...). Where the size of the batch is known the steps are taken
 * one after another, as batches of that size; else all steps of all samples are one large batch.
 */
export class TimeDistributed extends Layer {
  constructor(layer: Layer, options?: LayerOptions)
  constructor(config: TimeDistributedConfig)
  constructor(...args: unknown[]) {
    super(read('TimeDistributed', ['layer'], args), 'TimeDistributed')
  }
}

/** Options of UpSampling1D. */
export interface UpSampling1DOptions extends LayerOptions {
  /**
   * How many times.
   * @default 2
   */
  size?: number
}

/** Takes each step of (batch, steps, channels) several times. */
export class UpSampling1D extends Layer {
  constructor(size?: number, options?: UpSampling1DOptions)
  constructor(options?: UpSampling1DOptions)
  constructor(...args: unknown[]) {
    super(read('UpSampling1D', ['size?'], args), 'UpSampling1D')
  }
}

/** Options of UpSampling2D. */
export interface UpSampling2DOptions extends LayerOptions {
  /**
   * Factors of height and width; one number for both.
   * @default 2
   */
  size?: number | [number, number]
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
  /**
   * How new pixels come about.
   * @default 'nearest'
   */
  interpolation?: 'nearest' | 'bilinear'
}

/** Makes pictures larger: (batch, height, width, channels), or channels second. */
export class UpSampling2D extends Layer {
  constructor(size?: number | [number, number], options?: UpSampling2DOptions)
  constructor(options?: UpSampling2DOptions)
  constructor(...args: unknown[]) {
    super(read('UpSampling2D', ['size?'], args), 'UpSampling2D')
  }
}

/** Options of UpSampling3D. */
export interface UpSampling3DOptions extends LayerOptions {
  /**
   * How many times along each axis; one number for all.
   * @default 2
   */
  size?: number | [number, number, number]
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** Takes each element of volumes several times: (batch, 3 sizes, channels), or channels second. */
export class UpSampling3D extends Layer {
  constructor(size?: number | [number, number, number], options?: UpSampling3DOptions)
  constructor(options?: UpSampling3DOptions)
  constructor(...args: unknown[]) {
    super(read('UpSampling3D', ['size?'], args), 'UpSampling3D')
  }
}

/** Options of ZeroPadding1D. */
export interface ZeroPadding1DOptions extends LayerOptions {
  /**
   * How many steps are added before and after; one number for both.
   * @default 1
   */
  padding?: number | [number, number]
}

/** Adds zeros before and after the steps of (batch, steps, channels). */
export class ZeroPadding1D extends Layer {
  constructor(padding?: number | [number, number], options?: ZeroPadding1DOptions)
  constructor(options?: ZeroPadding1DOptions)
  constructor(...args: unknown[]) {
    super(read('ZeroPadding1D', ['padding?'], args), 'ZeroPadding1D')
  }
}

/** Options of ZeroPadding2D. */
export interface ZeroPadding2DOptions extends LayerOptions {
  /**
   * How many pixels are added: one number for all sides, or one for each axis, or two for each axis: before and after.
   * @default 1
   */
  padding?: number | [number, number] | [number | [number, number], number | [number, number]]
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** Adds rows and columns of zeros around pictures: (batch, height, width, channels), or channels second. */
export class ZeroPadding2D extends Layer {
  constructor(padding?: number | [number, number] | [number | [number, number], number | [number, number]], options?: ZeroPadding2DOptions)
  constructor(options?: ZeroPadding2DOptions)
  constructor(...args: unknown[]) {
    super(read('ZeroPadding2D', ['padding?'], args), 'ZeroPadding2D')
  }
}

/** Options of ZeroPadding3D. */
export interface ZeroPadding3DOptions extends LayerOptions {
  /**
   * How many are added: one number for all sides, or one for each axis, or two for each axis: before and after.
   * @default 1
   */
  padding?: number | [number, number] | [number | [number, number], number | [number, number], number | [number, number]]
  /**
   * Where the channels are; null is the setting of the process.
   * @default null
   */
  dataFormat?: 'channels_last' | 'channels_first' | null
}

/** Adds zeros around volumes: (batch, 3 sizes, channels), or channels second. */
export class ZeroPadding3D extends Layer {
  constructor(
    padding?: number | [number, number] | [number | [number, number], number | [number, number], number | [number, number]],
    options?: ZeroPadding3DOptions,
  )
  constructor(options?: ZeroPadding3DOptions)
  constructor(...args: unknown[]) {
    super(read('ZeroPadding3D', ['padding?'], args), 'ZeroPadding3D')
  }
}

export {
  Conv1D as Convolution1D,
  Conv2D as Convolution2D,
  Conv2DTranspose as Deconvolution2D,
  GlobalAveragePooling1D as GlobalAvgPool1D,
  GlobalAveragePooling2D as GlobalAvgPool2D,
  GlobalAveragePooling3D as GlobalAvgPool3D,
  GlobalMaxPooling1D as GlobalMaxPool1D,
  GlobalMaxPooling2D as GlobalMaxPool2D,
  GlobalMaxPooling3D as GlobalMaxPool3D,
  AveragePooling1D as AvgPool1D,
  AveragePooling2D as AvgPool2D,
  MaxPooling1D as MaxPool1D,
  MaxPooling2D as MaxPool2D,
  SeparableConv1D as SeparableConvolution1D,
  SeparableConv2D as SeparableConvolution2D,
}
