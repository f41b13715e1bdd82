// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { read } from '../config.js'
import { Loss, type LossFunction } from '../loss.js'
import { builtIn, compute } from '../plug.js'
import type { Tensor, TensorLike } from '../tensor.js'

/** The names of the kind loss function. Augment this interface with the names of your custom objects. */
export interface LossNames {
  binary_crossentropy: true
  BinaryCrossentropy: true
  categorical_crossentropy: true
  categorical_hinge: true
  CategoricalCrossentropy: true
  CategoricalHinge: true
  cosine: true
  cosine_proximity: true
  cosine_similarity: true
  Hinge: true
  hinge: true
  Huber: true
  huber_loss: true
  KLD: true
  kld: true
  KLDivergence: true
  kullback_leibler_divergence: true
  LogCosh: true
  logcosh: true
  MAE: true
  mae: true
  MAPE: true
  mape: true
  mean_absolute_error: true
  mean_absolute_percentage_error: true
  mean_squared_error: true
  mean_squared_logarithmic_error: true
  MeanAbsoluteError: true
  MeanAbsolutePercentageError: true
  MeanSquaredError: true
  MeanSquaredLogarithmicError: true
  MSE: true
  mse: true
  MSLE: true
  msle: true
  Poisson: true
  poisson: true
  sparse_categorical_crossentropy: true
  SparseCategoricalCrossentropy: true
  squared_hinge: true
  SquaredHinge: true
}

/** What an option takes that wants the kind loss function: a name, an instance, a function, or a config. */
export type LossLike = keyof LossNames | Loss | LossFunction | { class_name: string; config: Record<string, unknown> }

/** Options of BinaryCrossentropy. */
export interface BinaryCrossentropyOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'binary_crossentropy'
   */
  name?: string
  /**
   * Whether the predictions are logits, not probabilities.
   * @default false
   */
  fromLogits?: boolean
  /**
   * How far labels are moved towards 0.5, from 0 to 1.
   * @default 0
   */
  labelSmoothing?: number
}

/**
 * Cross-entropy of labels 0 and 1 with probabilities, averaged over the last axis. Where the probabilities come straight
 * from a sigmoid it is computed from the logits behind it.
 */
export class BinaryCrossentropy extends Loss {
  constructor(options?: BinaryCrossentropyOptions)
  constructor(...args: unknown[]) {
    super(read('BinaryCrossentropy', [], args), 'BinaryCrossentropy')
  }
}

/** Options of binaryCrossentropy. */
export interface BinaryCrossentropyFunctionOptions {
  /**
   * Whether the predictions are logits, not probabilities.
   * @default false
   */
  fromLogits?: boolean
  /**
   * How far labels are moved towards 0.5, from 0 to 1.
   * @default 0
   */
  labelSmoothing?: number
}

/**
 * Cross-entropy of labels 0 and 1 with probabilities, averaged over the last axis. Where the probabilities come straight
 * from a sigmoid it is computed from the logits behind it.
 */
export function binaryCrossentropy(yTrue: TensorLike, yPred: TensorLike, fromLogits?: boolean, labelSmoothing?: number): Tensor
export function binaryCrossentropy(yTrue: TensorLike, yPred: TensorLike, options?: BinaryCrossentropyFunctionOptions): Tensor
export function binaryCrossentropy(...args: unknown[]): Tensor {
  return compute('loss', 'binary_crossentropy', 2, ['yTrue', 'yPred', 'fromLogits?', 'labelSmoothing?'], args)
}
builtIn(binaryCrossentropy, 'loss', 'binary_crossentropy')

/** Options of CategoricalCrossentropy. */
export interface CategoricalCrossentropyOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'categorical_crossentropy'
   */
  name?: string
  /**
   * Whether the predictions are logits, not probabilities.
   * @default false
   */
  fromLogits?: boolean
  /**
   * How much of each label is spread over all classes, from 0 to 1.
   * @default 0
   */
  labelSmoothing?: number
}

/**
 * Cross-entropy of distributions over the last axis with predicted ones. Where the predictions come straight from a
 * softmax it is computed from the logits behind it.
 */
export class CategoricalCrossentropy extends Loss {
  constructor(options?: CategoricalCrossentropyOptions)
  constructor(...args: unknown[]) {
    super(read('CategoricalCrossentropy', [], args), 'CategoricalCrossentropy')
  }
}

/** Options of categoricalCrossentropy. */
export interface CategoricalCrossentropyFunctionOptions {
  /**
   * Whether the predictions are logits, not probabilities.
   * @default false
   */
  fromLogits?: boolean
  /**
   * How much of each label is spread over all classes, from 0 to 1.
   * @default 0
   */
  labelSmoothing?: number
}

/**
 * Cross-entropy of distributions over the last axis with predicted ones. Where the predictions come straight from a
 * softmax it is computed from the logits behind it.
 */
export function categoricalCrossentropy(yTrue: TensorLike, yPred: TensorLike, fromLogits?: boolean, labelSmoothing?: number): Tensor
export function categoricalCrossentropy(yTrue: TensorLike, yPred: TensorLike, options?: CategoricalCrossentropyFunctionOptions): Tensor
export function categoricalCrossentropy(...args: unknown[]): Tensor {
  return compute('loss', 'categorical_crossentropy', 2, ['yTrue', 'yPred', 'fromLogits?', 'labelSmoothing?'], args)
}
builtIn(categoricalCrossentropy, 'loss', 'categorical_crossentropy')

/** Options of CategoricalHinge. */
export interface CategoricalHingeOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'categorical_hinge'
   */
  name?: string
}

/** max(0, 1 + the highest score of a wrong class - the score of the right one), with one-hot labels over the last axis. */
export class CategoricalHinge extends Loss {
  constructor(options?: CategoricalHingeOptions)
  constructor(...args: unknown[]) {
    super(read('CategoricalHinge', [], args), 'CategoricalHinge')
  }
}

/** max(0, 1 + the highest score of a wrong class - the score of the right one), with one-hot labels over the last axis. */
export function categoricalHinge(yTrue: TensorLike, yPred: TensorLike): Tensor
export function categoricalHinge(...args: unknown[]): Tensor {
  return compute('loss', 'categorical_hinge', 2, ['yTrue', 'yPred'], args)
}
builtIn(categoricalHinge, 'loss', 'categorical_hinge')

/** Options of cosineProximity. */
export interface CosineProximityFunctionOptions {
  /**
   * The axis the vectors run along.
   * @default -1
   */
  axis?: number
}

/** Minus the cosine of the angle between target and prediction, along `axis`: from -1, the same direction, to 1. */
export function cosineProximity(yTrue: TensorLike, yPred: TensorLike, axis?: number): Tensor
export function cosineProximity(yTrue: TensorLike, yPred: TensorLike, options?: CosineProximityFunctionOptions): Tensor
export function cosineProximity(...args: unknown[]): Tensor {
  return compute('loss', 'cosine_proximity', 2, ['yTrue', 'yPred', 'axis?'], args)
}
builtIn(cosineProximity, 'loss', 'cosine_proximity')

/** Options of Hinge. */
export interface HingeOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'hinge'
   */
  name?: string
}

/** The mean over the last axis of max(1 - t p, 0), with labels -1 and 1; labels that are all 0 or 1 are taken as those. */
export class Hinge extends Loss {
  constructor(options?: HingeOptions)
  constructor(...args: unknown[]) {
    super(read('Hinge', [], args), 'Hinge')
  }
}

/** The mean over the last axis of max(1 - t p, 0), with labels -1 and 1; labels that are all 0 or 1 are taken as those. */
export function hinge(yTrue: TensorLike, yPred: TensorLike): Tensor
export function hinge(...args: unknown[]): Tensor {
  return compute('loss', 'hinge', 2, ['yTrue', 'yPred'], args)
}
builtIn(hinge, 'loss', 'hinge')

/** Options of Huber. */
export interface HuberOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'huber_loss'
   */
  name?: string
  /**
   * Where the square ends.
   * @default 1
   */
  delta?: number
}

/**
 * Half the squared error up to `delta`, growing linearly beyond. Of each element: unlike the other losses it has no mean
 * over the last axis.
 */
export class Huber extends Loss {
  constructor(delta?: number, options?: HuberOptions)
  constructor(options?: HuberOptions)
  constructor(...args: unknown[]) {
    super(read('Huber', ['delta?'], args), 'Huber')
  }
}

/** Options of huberLoss. */
export interface HuberLossFunctionOptions {
  /**
   * Where the square ends.
   * @default 1
   */
  delta?: number
}

/**
 * Half the squared error up to `delta`, growing linearly beyond. Of each element: unlike the other losses it has no mean
 * over the last axis.
 */
export function huberLoss(yTrue: TensorLike, yPred: TensorLike, delta?: number): Tensor
export function huberLoss(yTrue: TensorLike, yPred: TensorLike, options?: HuberLossFunctionOptions): Tensor
export function huberLoss(...args: unknown[]): Tensor {
  return compute('loss', 'huber_loss', 2, ['yTrue', 'yPred', 'delta?'], args)
}
builtIn(huberLoss, 'loss', 'huber_loss')

/** Options of KLDivergence. */
export interface KLDivergenceOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'kullback_leibler_divergence'
   */
  name?: string
}

/** The sum over the last axis of t log(t / p), both kept between epsilon and 1. */
export class KLDivergence extends Loss {
  constructor(options?: KLDivergenceOptions)
  constructor(...args: unknown[]) {
    super(read('KLDivergence', [], args), 'KLDivergence')
  }
}

/** The sum over the last axis of t log(t / p), both kept between epsilon and 1. */
export function kullbackLeiblerDivergence(yTrue: TensorLike, yPred: TensorLike): Tensor
export function kullbackLeiblerDivergence(...args: unknown[]): Tensor {
  return compute('loss', 'kullback_leibler_divergence', 2, ['yTrue', 'yPred'], args)
}
builtIn(kullbackLeiblerDivergence, 'loss', 'kullback_leibler_divergence')

/** Options of LogCosh. */
export interface LogCoshOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'logcosh'
   */
  name?: string
}

/** The mean over the last axis of log(cosh(p - t)). */
export class LogCosh extends Loss {
  constructor(options?: LogCoshOptions)
  constructor(...args: unknown[]) {
    super(read('LogCosh', [], args), 'LogCosh')
  }
}

/** The mean over the last axis of log(cosh(p - t)). */
export function logcosh(yTrue: TensorLike, yPred: TensorLike): Tensor
export function logcosh(...args: unknown[]): Tensor {
  return compute('loss', 'logcosh', 2, ['yTrue', 'yPred'], args)
}
builtIn(logcosh, 'loss', 'logcosh')

/** Options of MeanAbsoluteError. */
export interface MeanAbsoluteErrorOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'mean_absolute_error'
   */
  name?: string
}

/** The mean over the last axis of |p - t|. */
export class MeanAbsoluteError extends Loss {
  constructor(options?: MeanAbsoluteErrorOptions)
  constructor(...args: unknown[]) {
    super(read('MeanAbsoluteError', [], args), 'MeanAbsoluteError')
  }
}

/** The mean over the last axis of |p - t|. */
export function meanAbsoluteError(yTrue: TensorLike, yPred: TensorLike): Tensor
export function meanAbsoluteError(...args: unknown[]): Tensor {
  return compute('loss', 'mean_absolute_error', 2, ['yTrue', 'yPred'], args)
}
builtIn(meanAbsoluteError, 'loss', 'mean_absolute_error')

/** Options of MeanAbsolutePercentageError. */
export interface MeanAbsolutePercentageErrorOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'mean_absolute_percentage_error'
   */
  name?: string
}

/** 100 times the mean over the last axis of |t - p| / max(|t|, epsilon). */
export class MeanAbsolutePercentageError extends Loss {
  constructor(options?: MeanAbsolutePercentageErrorOptions)
  constructor(...args: unknown[]) {
    super(read('MeanAbsolutePercentageError', [], args), 'MeanAbsolutePercentageError')
  }
}

/** 100 times the mean over the last axis of |t - p| / max(|t|, epsilon). */
export function meanAbsolutePercentageError(yTrue: TensorLike, yPred: TensorLike): Tensor
export function meanAbsolutePercentageError(...args: unknown[]): Tensor {
  return compute('loss', 'mean_absolute_percentage_error', 2, ['yTrue', 'yPred'], args)
}
builtIn(meanAbsolutePercentageError, 'loss', 'mean_absolute_percentage_error')

/** Options of MeanSquaredError. */
export interface MeanSquaredErrorOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'mean_squared_error'
   */
  name?: string
}

/** The mean over the last axis of (p - t)^2. */
export class MeanSquaredError extends Loss {
  constructor(options?: MeanSquaredErrorOptions)
  constructor(...args: unknown[]) {
    super(read('MeanSquaredError', [], args), 'MeanSquaredError')
  }
}

/** The mean over the last axis of (p - t)^2. */
export function meanSquaredError(yTrue: TensorLike, yPred: TensorLike): Tensor
export function meanSquaredError(...args: unknown[]): Tensor {
  return compute('loss', 'mean_squared_error', 2, ['yTrue', 'yPred'], args)
}
builtIn(meanSquaredError, 'loss', 'mean_squared_error')

/** Options of MeanSquaredLogarithmicError. */
export interface MeanSquaredLogarithmicErrorOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'mean_squared_logarithmic_error'
   */
  name?: string
}

/** The mean over the last axis of (log(p + 1) - log(t + 1))^2, p and t being at least epsilon. */
export class MeanSquaredLogarithmicError extends Loss {
  constructor(options?: MeanSquaredLogarithmicErrorOptions)
  constructor(...args: unknown[]) {
    super(read('MeanSquaredLogarithmicError', [], args), 'MeanSquaredLogarithmicError')
  }
}

/** The mean over the last axis of (log(p + 1) - log(t + 1))^2, p and t being at least epsilon. */
export function meanSquaredLogarithmicError(yTrue: TensorLike, yPred: TensorLike): Tensor
export function meanSquaredLogarithmicError(...args: unknown[]): Tensor {
  return compute('loss', 'mean_squared_logarithmic_error', 2, ['yTrue', 'yPred'], args)
}
builtIn(meanSquaredLogarithmicError, 'loss', 'mean_squared_logarithmic_error')

/** Options of Poisson. */
export interface PoissonOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'poisson'
   */
  name?: string
}

/** The mean over the last axis of p - t log(p + epsilon): what counts t say of rates p. */
export class Poisson extends Loss {
  constructor(options?: PoissonOptions)
  constructor(...args: unknown[]) {
    super(read('Poisson', [], args), 'Poisson')
  }
}

/** The mean over the last axis of p - t log(p + epsilon): what counts t say of rates p. */
export function poisson(yTrue: TensorLike, yPred: TensorLike): Tensor
export function poisson(...args: unknown[]): Tensor {
  return compute('loss', 'poisson', 2, ['yTrue', 'yPred'], args)
}
builtIn(poisson, 'loss', 'poisson')

/** Options of SparseCategoricalCrossentropy. */
export interface SparseCategoricalCrossentropyOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'sparse_categorical_crossentropy'
   */
  name?: string
  /**
   * Whether the predictions are logits, not probabilities.
   * @default false
   */
  fromLogits?: boolean
}

/**
 * Cross-entropy of labels, numbered from 0, with predicted distributions over the last axis. Where the predictions come
 * straight from a softmax it is computed from the logits behind it. A label that is no class is an error when it is seen
 * (code `label_range`).
 */
export class SparseCategoricalCrossentropy extends Loss {
  constructor(options?: SparseCategoricalCrossentropyOptions)
  constructor(...args: unknown[]) {
    super(read('SparseCategoricalCrossentropy', [], args), 'SparseCategoricalCrossentropy')
  }
}

/** Options of sparseCategoricalCrossentropy. */
export interface SparseCategoricalCrossentropyFunctionOptions {
  /**
   * Whether the predictions are logits, not probabilities.
   * @default false
   */
  fromLogits?: boolean
}

/**
 * Cross-entropy of labels, numbered from 0, with predicted distributions over the last axis. Where the predictions come
 * straight from a softmax it is computed from the logits behind it. A label that is no class is an error when it is seen
 * (code `label_range`).
 */
export function sparseCategoricalCrossentropy(yTrue: TensorLike, yPred: TensorLike, fromLogits?: boolean): Tensor
export function sparseCategoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options?: SparseCategoricalCrossentropyFunctionOptions,
): Tensor
export function sparseCategoricalCrossentropy(...args: unknown[]): Tensor {
  return compute('loss', 'sparse_categorical_crossentropy', 2, ['yTrue', 'yPred', 'fromLogits?'], args)
}
builtIn(sparseCategoricalCrossentropy, 'loss', 'sparse_categorical_crossentropy')

/** Options of SquaredHinge. */
export interface SquaredHingeOptions {
  /**
   * How the losses of samples become one.
   * @default 'sum_over_batch_size'
   */
  reduction?: 'none' | 'sum' | 'sum_over_batch_size'
  /**
   * What it is called.
   * @default 'squared_hinge'
   */
  name?: string
}

/**
 * The mean over the last axis of max(1 - t p, 0) squared, with labels -1 and 1; labels that are all 0 or 1 are taken as
 * those.
 */
export class SquaredHinge extends Loss {
  constructor(options?: SquaredHingeOptions)
  constructor(...args: unknown[]) {
    super(read('SquaredHinge', [], args), 'SquaredHinge')
  }
}

/**
 * The mean over the last axis of max(1 - t p, 0) squared, with labels -1 and 1; labels that are all 0 or 1 are taken as
 * those.
 */
export function squaredHinge(yTrue: TensorLike, yPred: TensorLike): Tensor
export function squaredHinge(...args: unknown[]): Tensor {
  return compute('loss', 'squared_hinge', 2, ['yTrue', 'yPred'], args)
}
builtIn(squaredHinge, 'loss', 'squared_hinge')

export {
  cosineProximity as cosine,
  cosineProximity as cosineSimilarity,
  kullbackLeiblerDivergence as kld,
  kullbackLeiblerDivergence as KLD,
  meanAbsoluteError as mae,
  meanAbsoluteError as MAE,
  meanAbsolutePercentageError as mape,
  meanAbsolutePercentageError as MAPE,
  meanSquaredError as mse,
  meanSquaredError as MSE,
  meanSquaredLogarithmicError as msle,
  meanSquaredLogarithmicError as MSLE,
}
