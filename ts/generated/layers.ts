// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { read } from '../config.js'
import { Layer, type LayerFunction } from '../layer.js'
import type { ArrayInput, DType } from '../types.js'
import type { ActivationLike } from './activations.js'
import type { ConstraintLike } from './constraints.js'
import type { InitializerLike } from './initializers.js'
import type { RegularizerLike } from './regularizers.js'

/** The names of the kind layer. Augment this interface with the names of your custom objects. */
export interface LayerNames {
  Activation: true
  Dense: true
  Dropout: true
  Flatten: true
  InputLayer: true
  Reshape: true
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
