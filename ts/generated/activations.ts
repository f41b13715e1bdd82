// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import type { Activation, ActivationFunction } from '../activation.js'
import { builtIn, compute } from '../plug.js'
import type { Tensor, TensorLike } from '../tensor.js'

/** The names of the kind activation function. Augment this interface with the names of your custom objects. */
export interface ActivationNames {
  elu: true
  exponential: true
  hard_sigmoid: true
  linear: true
  relu: true
  selu: true
  sigmoid: true
  softmax: true
  softplus: true
  softsign: true
  tanh: true
}

/** What an option takes that wants the kind activation function: a name, an instance, a function, or a config. */
export type ActivationLike =
  keyof ActivationNames | Activation | ActivationFunction | { class_name: string; config: Record<string, unknown> }

/** Options of elu. */
export interface EluFunctionOptions {
  /**
   * Where the negative side ends, far out: at -`alpha`.
   * @default 1
   */
  alpha?: number
}

/** x above 0, `alpha` (e^x - 1) below. */
export function elu(x: TensorLike, alpha?: number): Tensor
export function elu(x: TensorLike, options?: EluFunctionOptions): Tensor
export function elu(...args: unknown[]): Tensor {
  return compute('activation', 'elu', 1, ['x', 'alpha?'], args)
}
builtIn(elu, 'activation', 'elu')

/** e^x. */
export function exponential(x: TensorLike): Tensor
export function exponential(...args: unknown[]): Tensor {
  return compute('activation', 'exponential', 1, ['x'], args)
}
builtIn(exponential, 'activation', 'exponential')

/** 0 below -2.5, 1 above 2.5, 0.2 x + 0.5 between. */
export function hardSigmoid(x: TensorLike): Tensor
export function hardSigmoid(...args: unknown[]): Tensor {
  return compute('activation', 'hard_sigmoid', 1, ['x'], args)
}
builtIn(hardSigmoid, 'activation', 'hard_sigmoid')

/** x itself. */
export function linear(x: TensorLike): Tensor
export function linear(...args: unknown[]): Tensor {
  return compute('activation', 'linear', 1, ['x'], args)
}
builtIn(linear, 'activation', 'linear')

/** Options of relu. */
export interface ReluFunctionOptions {
  /**
   * Slope below the threshold.
   * @default 0
   */
  alpha?: number
  /**
   * Largest value, or none.
   * @default null
   */
  maxValue?: number | null
  /**
   * From where on x passes.
   * @default 0
   */
  threshold?: number
}

/** x where it is above `threshold`, `alpha` (x - `threshold`) below, and at most `max_value`. */
export function relu(x: TensorLike, alpha?: number, maxValue?: number | null, threshold?: number): Tensor
export function relu(x: TensorLike, options?: ReluFunctionOptions): Tensor
export function relu(...args: unknown[]): Tensor {
  return compute('activation', 'relu', 1, ['x', 'alpha?', 'maxValue?', 'threshold?'], args)
}
builtIn(relu, 'activation', 'relu')

/** 1.0507 x above 0, 1.7581 (e^x - 1) below. Goes with the initializer `lecun_normal` and with AlphaDropout. */
export function selu(x: TensorLike): Tensor
export function selu(...args: unknown[]): Tensor {
  return compute('activation', 'selu', 1, ['x'], args)
}
builtIn(selu, 'activation', 'selu')

/** 1 / (1 + e^-x), between 0 and 1. */
export function sigmoid(x: TensorLike): Tensor
export function sigmoid(...args: unknown[]): Tensor {
  return compute('activation', 'sigmoid', 1, ['x'], args)
}
builtIn(sigmoid, 'activation', 'sigmoid')

/** Options of softmax. */
export interface SoftmaxFunctionOptions {
  /**
   * The axis along which it adds up to 1. Of a tensor with two axes it is always the last one, as in Keras.
   * @default -1
   */
  axis?: number
}

/** e^x over its sum along `axis`: positive, adding up to 1. */
export function softmax(x: TensorLike, axis?: number): Tensor
export function softmax(x: TensorLike, options?: SoftmaxFunctionOptions): Tensor
export function softmax(...args: unknown[]): Tensor {
  return compute('activation', 'softmax', 1, ['x', 'axis?'], args)
}
builtIn(softmax, 'activation', 'softmax')

/** log(1 + e^x). */
export function softplus(x: TensorLike): Tensor
export function softplus(...args: unknown[]): Tensor {
  return compute('activation', 'softplus', 1, ['x'], args)
}
builtIn(softplus, 'activation', 'softplus')

/** x / (1 + |x|), between -1 and 1. */
export function softsign(x: TensorLike): Tensor
export function softsign(...args: unknown[]): Tensor {
  return compute('activation', 'softsign', 1, ['x'], args)
}
builtIn(softsign, 'activation', 'softsign')

/** Hyperbolic tangent, between -1 and 1. */
export function tanh(x: TensorLike): Tensor
export function tanh(...args: unknown[]): Tensor {
  return compute('activation', 'tanh', 1, ['x'], args)
}
builtIn(tanh, 'activation', 'tanh')
