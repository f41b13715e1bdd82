// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { read } from '../config.js'
import { Metric, type MetricFunction } from '../metric.js'
import { builtIn, compute } from '../plug.js'
import type { Tensor, TensorLike } from '../tensor.js'
import type { DType } from '../types.js'

/** The names of the kind metric function. Augment this interface with the names of your custom objects. */
export interface MetricNames {
  Accuracy: true
  accuracy: true
  AUC: true
  binary_accuracy: true
  binary_crossentropy: true
  BinaryAccuracy: true
  BinaryCrossentropy: true
  categorical_accuracy: true
  categorical_crossentropy: true
  categorical_hinge: true
  CategoricalAccuracy: true
  CategoricalCrossentropy: true
  CategoricalHinge: true
  cosine: true
  cosine_proximity: true
  cosine_similarity: true
  CosineSimilarity: true
  FalseNegatives: true
  FalsePositives: true
  Hinge: true
  hinge: true
  huber_loss: true
  KLD: true
  kld: true
  KLDivergence: true
  kullback_leibler_divergence: true
  logcosh: true
  LogCoshError: true
  MAE: true
  mae: true
  MAPE: true
  mape: true
  Mean: true
  mean_absolute_error: true
  mean_absolute_percentage_error: true
  mean_squared_error: true
  mean_squared_logarithmic_error: true
  MeanAbsoluteError: true
  MeanAbsolutePercentageError: true
  MeanIoU: true
  MeanSquaredError: true
  MeanSquaredLogarithmicError: true
  MSE: true
  mse: true
  MSLE: true
  msle: true
  Poisson: true
  poisson: true
  Precision: true
  Recall: true
  RootMeanSquaredError: true
  SensitivityAtSpecificity: true
  sparse_categorical_accuracy: true
  sparse_categorical_crossentropy: true
  sparse_top_k_categorical_accuracy: true
  SparseCategoricalAccuracy: true
  SparseCategoricalCrossentropy: true
  SparseTopKCategoricalAccuracy: true
  SpecificityAtSensitivity: true
  squared_hinge: true
  SquaredHinge: true
  Sum: true
  top_k_categorical_accuracy: true
  TopKCategoricalAccuracy: true
  TrueNegatives: true
  TruePositives: true
}

/** What an option takes that wants the kind metric function: a name, an instance, a function, or a config. */
export type MetricLike = keyof MetricNames | Metric | MetricFunction | { class_name: string; config: Record<string, unknown> }

/** Options of Accuracy. */
export interface AccuracyOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'accuracy'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The part of predictions that equal their targets. */
export class Accuracy extends Metric {
  constructor(options?: AccuracyOptions)
  constructor(...args: unknown[]) {
    super(read('Accuracy', [], args), 'Accuracy')
  }
}

/** The part of predictions that equal their targets. */
export function accuracy(yTrue: TensorLike, yPred: TensorLike): Tensor
export function accuracy(...args: unknown[]): Tensor {
  return compute('metric', 'accuracy', 2, ['yTrue', 'yPred'], args)
}
builtIn(accuracy, 'metric', 'accuracy')

/** Options of AUC. */
export interface AUCOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default null
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * How many thresholds from 0 to 1 the curve is drawn through; more than 1.
   * @default 200
   */
  numThresholds?: number
  /**
   * Which curve: `ROC` or `PR`.
   * @default 'ROC'
   */
  curve?: 'ROC' | 'PR'
  /**
   * How the area between two thresholds is taken.
   * @default 'interpolation'
   */
  summationMethod?: 'interpolation' | 'majoring' | 'minoring'
  /**
   * Thresholds of one's own, in place of evenly spaced ones; one below 0 and one above 1 are added.
   * @default null
   */
  thresholds?: number[] | null
}

/** The area under the curve of true positives over false positives, or of precision over recall. */
export class AUC extends Metric {
  constructor(options?: AUCOptions)
  constructor(...args: unknown[]) {
    super(read('AUC', [], args), 'AUC')
  }
}

/** Options of BinaryAccuracy. */
export interface BinaryAccuracyOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'binary_accuracy'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * Probabilities above it count as 1.
   * @default 0.5
   */
  threshold?: number
}

/** The part of labels 0 and 1 whose predicted probability is on the right side of `threshold`. */
export class BinaryAccuracy extends Metric {
  constructor(options?: BinaryAccuracyOptions)
  constructor(...args: unknown[]) {
    super(read('BinaryAccuracy', [], args), 'BinaryAccuracy')
  }
}

/** Options of binaryAccuracy. */
export interface BinaryAccuracyFunctionOptions {
  /**
   * Probabilities above it count as 1.
   * @default 0.5
   */
  threshold?: number
}

/** The part of labels 0 and 1 whose predicted probability is on the right side of `threshold`. */
export function binaryAccuracy(yTrue: TensorLike, yPred: TensorLike, threshold?: number): Tensor
export function binaryAccuracy(yTrue: TensorLike, yPred: TensorLike, options?: BinaryAccuracyFunctionOptions): Tensor
export function binaryAccuracy(...args: unknown[]): Tensor {
  return compute('metric', 'binary_accuracy', 2, ['yTrue', 'yPred', 'threshold?'], args)
}
builtIn(binaryAccuracy, 'metric', 'binary_accuracy')

/** Options of CategoricalAccuracy. */
export interface CategoricalAccuracyOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'categorical_accuracy'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The part of samples whose most probable class is that of the one-hot label. */
export class CategoricalAccuracy extends Metric {
  constructor(options?: CategoricalAccuracyOptions)
  constructor(...args: unknown[]) {
    super(read('CategoricalAccuracy', [], args), 'CategoricalAccuracy')
  }
}

/** The part of samples whose most probable class is that of the one-hot label. */
export function categoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor
export function categoricalAccuracy(...args: unknown[]): Tensor {
  return compute('metric', 'categorical_accuracy', 2, ['yTrue', 'yPred'], args)
}
builtIn(categoricalAccuracy, 'metric', 'categorical_accuracy')

/** Options of FalseNegatives. */
export interface FalseNegativesOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default null
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * A prediction above it is positive, from 0 to 1; a list gives a count for each, null is 0.5.
   * @default null
   */
  thresholds?: number | number[] | null
}

/** How many labels are true and predicted to be false, or how much they weigh. */
export class FalseNegatives extends Metric {
  constructor(options?: FalseNegativesOptions)
  constructor(...args: unknown[]) {
    super(read('FalseNegatives', [], args), 'FalseNegatives')
  }
}

/** Options of FalsePositives. */
export interface FalsePositivesOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default null
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * A prediction above it is positive, from 0 to 1; a list gives a count for each, null is 0.5.
   * @default null
   */
  thresholds?: number | number[] | null
}

/** How many labels are false and predicted to be true, or how much they weigh. */
export class FalsePositives extends Metric {
  constructor(options?: FalsePositivesOptions)
  constructor(...args: unknown[]) {
    super(read('FalsePositives', [], args), 'FalsePositives')
  }
}

/** Options of TrueNegatives. */
export interface TrueNegativesOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default null
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * A prediction above it is positive, from 0 to 1; a list gives a count for each, null is 0.5.
   * @default null
   */
  thresholds?: number | number[] | null
}

/** How many labels are false and predicted to be so, or how much they weigh. */
export class TrueNegatives extends Metric {
  constructor(options?: TrueNegativesOptions)
  constructor(...args: unknown[]) {
    super(read('TrueNegatives', [], args), 'TrueNegatives')
  }
}

/** Options of TruePositives. */
export interface TruePositivesOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default null
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * A prediction above it is positive, from 0 to 1; a list gives a count for each, null is 0.5.
   * @default null
   */
  thresholds?: number | number[] | null
}

/** How many labels are true and predicted to be so, or how much they weigh. */
export class TruePositives extends Metric {
  constructor(options?: TruePositivesOptions)
  constructor(...args: unknown[]) {
    super(read('TruePositives', [], args), 'TruePositives')
  }
}

/** Options of CosineSimilarity. */
export interface CosineSimilarityOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'cosine_similarity'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * The axis the vectors run along.
   * @default -1
   */
  axis?: number
}

/** The cosine of the angle between target and prediction along `axis`: from 1, the same direction, to -1. */
export class CosineSimilarity extends Metric {
  constructor(options?: CosineSimilarityOptions)
  constructor(...args: unknown[]) {
    super(read('CosineSimilarity', [], args), 'CosineSimilarity')
  }
}

/** Options of cosineProximity. */
export interface CosineProximityFunctionOptions {
  /**
   * The axis the vectors run along.
   * @default -1
   */
  axis?: number
}

/** The cosine of the angle between target and prediction along `axis`: from 1, the same direction, to -1. */
export function cosineProximity(yTrue: TensorLike, yPred: TensorLike, axis?: number): Tensor
export function cosineProximity(yTrue: TensorLike, yPred: TensorLike, options?: CosineProximityFunctionOptions): Tensor
export function cosineProximity(...args: unknown[]): Tensor {
  return compute('metric', 'cosine_proximity', 2, ['yTrue', 'yPred', 'axis?'], args)
}
builtIn(cosineProximity, 'metric', 'cosine_proximity')

/** Options of BinaryCrossentropy. */
export interface BinaryCrossentropyOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'binary_crossentropy'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
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

/** The mean of the loss binary_crossentropy. */
export class BinaryCrossentropy extends Metric {
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

/** The mean of the loss binary_crossentropy. */
export function binaryCrossentropy(yTrue: TensorLike, yPred: TensorLike, fromLogits?: boolean, labelSmoothing?: number): Tensor
export function binaryCrossentropy(yTrue: TensorLike, yPred: TensorLike, options?: BinaryCrossentropyFunctionOptions): Tensor
export function binaryCrossentropy(...args: unknown[]): Tensor {
  return compute('metric', 'binary_crossentropy', 2, ['yTrue', 'yPred', 'fromLogits?', 'labelSmoothing?'], args)
}
builtIn(binaryCrossentropy, 'metric', 'binary_crossentropy')

/** Options of CategoricalCrossentropy. */
export interface CategoricalCrossentropyOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'categorical_crossentropy'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
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

/** The mean of the loss categorical_crossentropy. */
export class CategoricalCrossentropy extends Metric {
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

/** The mean of the loss categorical_crossentropy. */
export function categoricalCrossentropy(yTrue: TensorLike, yPred: TensorLike, fromLogits?: boolean, labelSmoothing?: number): Tensor
export function categoricalCrossentropy(yTrue: TensorLike, yPred: TensorLike, options?: CategoricalCrossentropyFunctionOptions): Tensor
export function categoricalCrossentropy(...args: unknown[]): Tensor {
  return compute('metric', 'categorical_crossentropy', 2, ['yTrue', 'yPred', 'fromLogits?', 'labelSmoothing?'], args)
}
builtIn(categoricalCrossentropy, 'metric', 'categorical_crossentropy')

/** Options of CategoricalHinge. */
export interface CategoricalHingeOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'categorical_hinge'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The mean of the loss categorical_hinge. */
export class CategoricalHinge extends Metric {
  constructor(options?: CategoricalHingeOptions)
  constructor(...args: unknown[]) {
    super(read('CategoricalHinge', [], args), 'CategoricalHinge')
  }
}

/** The mean of the loss categorical_hinge. */
export function categoricalHinge(yTrue: TensorLike, yPred: TensorLike): Tensor
export function categoricalHinge(...args: unknown[]): Tensor {
  return compute('metric', 'categorical_hinge', 2, ['yTrue', 'yPred'], args)
}
builtIn(categoricalHinge, 'metric', 'categorical_hinge')

/** Options of Hinge. */
export interface HingeOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'hinge'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The mean of the loss hinge. */
export class Hinge extends Metric {
  constructor(options?: HingeOptions)
  constructor(...args: unknown[]) {
    super(read('Hinge', [], args), 'Hinge')
  }
}

/** The mean of the loss hinge. */
export function hinge(yTrue: TensorLike, yPred: TensorLike): Tensor
export function hinge(...args: unknown[]): Tensor {
  return compute('metric', 'hinge', 2, ['yTrue', 'yPred'], args)
}
builtIn(hinge, 'metric', 'hinge')

/** Options of huberLoss. */
export interface HuberLossFunctionOptions {
  /**
   * Where the square ends.
   * @default 1
   */
  delta?: number
}

/** The mean of the loss huber_loss. */
export function huberLoss(yTrue: TensorLike, yPred: TensorLike, delta?: number): Tensor
export function huberLoss(yTrue: TensorLike, yPred: TensorLike, options?: HuberLossFunctionOptions): Tensor
export function huberLoss(...args: unknown[]): Tensor {
  return compute('metric', 'huber_loss', 2, ['yTrue', 'yPred', 'delta?'], args)
}
builtIn(huberLoss, 'metric', 'huber_loss')

/** Options of KLDivergence. */
export interface KLDivergenceOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'kullback_leibler_divergence'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The mean of the loss kullback_leibler_divergence. */
export class KLDivergence extends Metric {
  constructor(options?: KLDivergenceOptions)
  constructor(...args: unknown[]) {
    super(read('KLDivergence', [], args), 'KLDivergence')
  }
}

/** The mean of the loss kullback_leibler_divergence. */
export function kullbackLeiblerDivergence(yTrue: TensorLike, yPred: TensorLike): Tensor
export function kullbackLeiblerDivergence(...args: unknown[]): Tensor {
  return compute('metric', 'kullback_leibler_divergence', 2, ['yTrue', 'yPred'], args)
}
builtIn(kullbackLeiblerDivergence, 'metric', 'kullback_leibler_divergence')

/** Options of LogCoshError. */
export interface LogCoshErrorOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'logcosh'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The mean of the loss logcosh. */
export class LogCoshError extends Metric {
  constructor(options?: LogCoshErrorOptions)
  constructor(...args: unknown[]) {
    super(read('LogCoshError', [], args), 'LogCoshError')
  }
}

/** The mean of the loss logcosh. */
export function logcosh(yTrue: TensorLike, yPred: TensorLike): Tensor
export function logcosh(...args: unknown[]): Tensor {
  return compute('metric', 'logcosh', 2, ['yTrue', 'yPred'], args)
}
builtIn(logcosh, 'metric', 'logcosh')

/** Options of MeanAbsoluteError. */
export interface MeanAbsoluteErrorOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'mean_absolute_error'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The mean of the loss mean_absolute_error. */
export class MeanAbsoluteError extends Metric {
  constructor(options?: MeanAbsoluteErrorOptions)
  constructor(...args: unknown[]) {
    super(read('MeanAbsoluteError', [], args), 'MeanAbsoluteError')
  }
}

/** The mean of the loss mean_absolute_error. */
export function meanAbsoluteError(yTrue: TensorLike, yPred: TensorLike): Tensor
export function meanAbsoluteError(...args: unknown[]): Tensor {
  return compute('metric', 'mean_absolute_error', 2, ['yTrue', 'yPred'], args)
}
builtIn(meanAbsoluteError, 'metric', 'mean_absolute_error')

/** Options of MeanAbsolutePercentageError. */
export interface MeanAbsolutePercentageErrorOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'mean_absolute_percentage_error'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The mean of the loss mean_absolute_percentage_error. */
export class MeanAbsolutePercentageError extends Metric {
  constructor(options?: MeanAbsolutePercentageErrorOptions)
  constructor(...args: unknown[]) {
    super(read('MeanAbsolutePercentageError', [], args), 'MeanAbsolutePercentageError')
  }
}

/** The mean of the loss mean_absolute_percentage_error. */
export function meanAbsolutePercentageError(yTrue: TensorLike, yPred: TensorLike): Tensor
export function meanAbsolutePercentageError(...args: unknown[]): Tensor {
  return compute('metric', 'mean_absolute_percentage_error', 2, ['yTrue', 'yPred'], args)
}
builtIn(meanAbsolutePercentageError, 'metric', 'mean_absolute_percentage_error')

/** Options of MeanSquaredError. */
export interface MeanSquaredErrorOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'mean_squared_error'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The mean of the loss mean_squared_error. */
export class MeanSquaredError extends Metric {
  constructor(options?: MeanSquaredErrorOptions)
  constructor(...args: unknown[]) {
    super(read('MeanSquaredError', [], args), 'MeanSquaredError')
  }
}

/** The mean of the loss mean_squared_error. */
export function meanSquaredError(yTrue: TensorLike, yPred: TensorLike): Tensor
export function meanSquaredError(...args: unknown[]): Tensor {
  return compute('metric', 'mean_squared_error', 2, ['yTrue', 'yPred'], args)
}
builtIn(meanSquaredError, 'metric', 'mean_squared_error')

/** Options of MeanSquaredLogarithmicError. */
export interface MeanSquaredLogarithmicErrorOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'mean_squared_logarithmic_error'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The mean of the loss mean_squared_logarithmic_error. */
export class MeanSquaredLogarithmicError extends Metric {
  constructor(options?: MeanSquaredLogarithmicErrorOptions)
  constructor(...args: unknown[]) {
    super(read('MeanSquaredLogarithmicError', [], args), 'MeanSquaredLogarithmicError')
  }
}

/** The mean of the loss mean_squared_logarithmic_error. */
export function meanSquaredLogarithmicError(yTrue: TensorLike, yPred: TensorLike): Tensor
export function meanSquaredLogarithmicError(...args: unknown[]): Tensor {
  return compute('metric', 'mean_squared_logarithmic_error', 2, ['yTrue', 'yPred'], args)
}
builtIn(meanSquaredLogarithmicError, 'metric', 'mean_squared_logarithmic_error')

/** Options of Poisson. */
export interface PoissonOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'poisson'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The mean of the loss poisson. */
export class Poisson extends Metric {
  constructor(options?: PoissonOptions)
  constructor(...args: unknown[]) {
    super(read('Poisson', [], args), 'Poisson')
  }
}

/** The mean of the loss poisson. */
export function poisson(yTrue: TensorLike, yPred: TensorLike): Tensor
export function poisson(...args: unknown[]): Tensor {
  return compute('metric', 'poisson', 2, ['yTrue', 'yPred'], args)
}
builtIn(poisson, 'metric', 'poisson')

/** Options of SparseCategoricalCrossentropy. */
export interface SparseCategoricalCrossentropyOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'sparse_categorical_crossentropy'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * Whether the predictions are logits, not probabilities.
   * @default false
   */
  fromLogits?: boolean
  /**
   * The axis of the classes.
   * @default -1
   */
  axis?: number
}

/** The mean of the loss sparse_categorical_crossentropy. */
export class SparseCategoricalCrossentropy extends Metric {
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
  /**
   * The axis of the classes.
   * @default -1
   */
  axis?: number
}

/** The mean of the loss sparse_categorical_crossentropy. */
export function sparseCategoricalCrossentropy(yTrue: TensorLike, yPred: TensorLike, fromLogits?: boolean, axis?: number): Tensor
export function sparseCategoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options?: SparseCategoricalCrossentropyFunctionOptions,
): Tensor
export function sparseCategoricalCrossentropy(...args: unknown[]): Tensor {
  return compute('metric', 'sparse_categorical_crossentropy', 2, ['yTrue', 'yPred', 'fromLogits?', 'axis?'], args)
}
builtIn(sparseCategoricalCrossentropy, 'metric', 'sparse_categorical_crossentropy')

/** Options of SquaredHinge. */
export interface SquaredHingeOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'squared_hinge'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The mean of the loss squared_hinge. */
export class SquaredHinge extends Metric {
  constructor(options?: SquaredHingeOptions)
  constructor(...args: unknown[]) {
    super(read('SquaredHinge', [], args), 'SquaredHinge')
  }
}

/** The mean of the loss squared_hinge. */
export function squaredHinge(yTrue: TensorLike, yPred: TensorLike): Tensor
export function squaredHinge(...args: unknown[]): Tensor {
  return compute('metric', 'squared_hinge', 2, ['yTrue', 'yPred'], args)
}
builtIn(squaredHinge, 'metric', 'squared_hinge')

/** Options of Mean. */
export interface MeanOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'mean'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The weighted mean of the values it sees. */
export class Mean extends Metric {
  constructor(name?: string | null, options?: MeanOptions)
  constructor(options?: MeanOptions)
  constructor(...args: unknown[]) {
    super(read('Mean', ['name?'], args), 'Mean')
  }
}

/** Options of MeanIoU. */
export interface MeanIoUOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default null
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** Everything that MeanIoU takes, in one object. */
export interface MeanIoUConfig extends MeanIoUOptions {
  /** How many classes there are. */
  numClasses: number
}

/**
 * The mean over classes of intersection over union of labels and predictions, both given as class numbers. Classes that never
 * occur do not count. A number that is no class is an error when it is seen (code `index_range`).
 */
export class MeanIoU extends Metric {
  constructor(numClasses: number, options?: MeanIoUOptions)
  constructor(config: MeanIoUConfig)
  constructor(...args: unknown[]) {
    super(read('MeanIoU', ['numClasses'], args), 'MeanIoU')
  }
}

/** Options of Precision. */
export interface PrecisionOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default null
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * A prediction above it is positive, from 0 to 1; a list gives a result for each. Null is 0.5, or with `top_k` none.
   * @default null
   */
  thresholds?: number | number[] | null
  /**
   * Only the so many largest predictions of a sample can be positive.
   * @default null
   */
  topK?: number | null
  /**
   * Only this class is looked at, numbered from 0.
   * @default null
   */
  classId?: number | null
}

/** The part of positive predictions that are right; 0 where there are none. */
export class Precision extends Metric {
  constructor(options?: PrecisionOptions)
  constructor(...args: unknown[]) {
    super(read('Precision', [], args), 'Precision')
  }
}

/** Options of Recall. */
export interface RecallOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default null
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * A prediction above it is positive, from 0 to 1; a list gives a result for each. Null is 0.5, or with `top_k` none.
   * @default null
   */
  thresholds?: number | number[] | null
  /**
   * Only the so many largest predictions of a sample can be positive.
   * @default null
   */
  topK?: number | null
  /**
   * Only this class is looked at, numbered from 0.
   * @default null
   */
  classId?: number | null
}

/** The part of true labels that are predicted so; 0 where there are none. */
export class Recall extends Metric {
  constructor(options?: RecallOptions)
  constructor(...args: unknown[]) {
    super(read('Recall', [], args), 'Recall')
  }
}

/** Options of RootMeanSquaredError. */
export interface RootMeanSquaredErrorOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'root_mean_squared_error'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The square root of the weighted mean of squared errors; of each element, not first averaged over the last axis. */
export class RootMeanSquaredError extends Metric {
  constructor(options?: RootMeanSquaredErrorOptions)
  constructor(...args: unknown[]) {
    super(read('RootMeanSquaredError', [], args), 'RootMeanSquaredError')
  }
}

/** Options of SensitivityAtSpecificity. */
export interface SensitivityAtSpecificityOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default null
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * How many thresholds between 0 and 1 are looked at.
   * @default 200
   */
  numThresholds?: number
}

/** Everything that SensitivityAtSpecificity takes, in one object. */
export interface SensitivityAtSpecificityConfig extends SensitivityAtSpecificityOptions {
  /** The wanted part of false labels that are recognised, from 0 to 1. */
  specificity: number
}

/**
 * The part of true labels that are found at the threshold where the part of false labels that are recognised is nearest to
 * `specificity`.
 */
export class SensitivityAtSpecificity extends Metric {
  constructor(specificity: number, options?: SensitivityAtSpecificityOptions)
  constructor(config: SensitivityAtSpecificityConfig)
  constructor(...args: unknown[]) {
    super(read('SensitivityAtSpecificity', ['specificity'], args), 'SensitivityAtSpecificity')
  }
}

/** Options of SpecificityAtSensitivity. */
export interface SpecificityAtSensitivityOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default null
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * How many thresholds between 0 and 1 are looked at.
   * @default 200
   */
  numThresholds?: number
}

/** Everything that SpecificityAtSensitivity takes, in one object. */
export interface SpecificityAtSensitivityConfig extends SpecificityAtSensitivityOptions {
  /** The wanted part of true labels that are found, from 0 to 1. */
  sensitivity: number
}

/**
 * The part of false labels that are recognised at the threshold where the part of true labels that are found is nearest to
 * `sensitivity`.
 */
export class SpecificityAtSensitivity extends Metric {
  constructor(sensitivity: number, options?: SpecificityAtSensitivityOptions)
  constructor(config: SpecificityAtSensitivityConfig)
  constructor(...args: unknown[]) {
    super(read('SpecificityAtSensitivity', ['sensitivity'], args), 'SpecificityAtSensitivity')
  }
}

/** Options of SparseCategoricalAccuracy. */
export interface SparseCategoricalAccuracyOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'sparse_categorical_accuracy'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The part of samples whose most probable class is the label's. */
export class SparseCategoricalAccuracy extends Metric {
  constructor(options?: SparseCategoricalAccuracyOptions)
  constructor(...args: unknown[]) {
    super(read('SparseCategoricalAccuracy', [], args), 'SparseCategoricalAccuracy')
  }
}

/** The part of samples whose most probable class is the label's. */
export function sparseCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor
export function sparseCategoricalAccuracy(...args: unknown[]): Tensor {
  return compute('metric', 'sparse_categorical_accuracy', 2, ['yTrue', 'yPred'], args)
}
builtIn(sparseCategoricalAccuracy, 'metric', 'sparse_categorical_accuracy')

/** Options of Sum. */
export interface SumOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'sum'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
}

/** The weighted sum of the values it sees. */
export class Sum extends Metric {
  constructor(name?: string | null, options?: SumOptions)
  constructor(options?: SumOptions)
  constructor(...args: unknown[]) {
    super(read('Sum', ['name?'], args), 'Sum')
  }
}

/** Options of SparseTopKCategoricalAccuracy. */
export interface SparseTopKCategoricalAccuracyOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'sparse_top_k_categorical_accuracy'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * How many classes count.
   * @default 5
   */
  k?: number
}

/** The part of samples whose label is among the `k` most probable classes. */
export class SparseTopKCategoricalAccuracy extends Metric {
  constructor(k?: number, options?: SparseTopKCategoricalAccuracyOptions)
  constructor(options?: SparseTopKCategoricalAccuracyOptions)
  constructor(...args: unknown[]) {
    super(read('SparseTopKCategoricalAccuracy', ['k?'], args), 'SparseTopKCategoricalAccuracy')
  }
}

/** Options of sparseTopKCategoricalAccuracy. */
export interface SparseTopKCategoricalAccuracyFunctionOptions {
  /**
   * How many classes count.
   * @default 5
   */
  k?: number
}

/** The part of samples whose label is among the `k` most probable classes. */
export function sparseTopKCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike, k?: number): Tensor
export function sparseTopKCategoricalAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options?: SparseTopKCategoricalAccuracyFunctionOptions,
): Tensor
export function sparseTopKCategoricalAccuracy(...args: unknown[]): Tensor {
  return compute('metric', 'sparse_top_k_categorical_accuracy', 2, ['yTrue', 'yPred', 'k?'], args)
}
builtIn(sparseTopKCategoricalAccuracy, 'metric', 'sparse_top_k_categorical_accuracy')

/** Options of TopKCategoricalAccuracy. */
export interface TopKCategoricalAccuracyOptions {
  /**
   * What it is called in logs; null makes a name up.
   * @default 'top_k_categorical_accuracy'
   */
  name?: string | null
  /**
   * The number type of its state; null is that of the process.
   * @default null
   */
  dtype?: DType | null
  /**
   * How many classes count.
   * @default 5
   */
  k?: number
}

/** The part of samples whose one-hot label is among the `k` most probable classes. */
export class TopKCategoricalAccuracy extends Metric {
  constructor(k?: number, options?: TopKCategoricalAccuracyOptions)
  constructor(options?: TopKCategoricalAccuracyOptions)
  constructor(...args: unknown[]) {
    super(read('TopKCategoricalAccuracy', ['k?'], args), 'TopKCategoricalAccuracy')
  }
}

/** Options of topKCategoricalAccuracy. */
export interface TopKCategoricalAccuracyFunctionOptions {
  /**
   * How many classes count.
   * @default 5
   */
  k?: number
}

/** The part of samples whose one-hot label is among the `k` most probable classes. */
export function topKCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike, k?: number): Tensor
export function topKCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike, options?: TopKCategoricalAccuracyFunctionOptions): Tensor
export function topKCategoricalAccuracy(...args: unknown[]): Tensor {
  return compute('metric', 'top_k_categorical_accuracy', 2, ['yTrue', 'yPred', 'k?'], args)
}
builtIn(topKCategoricalAccuracy, 'metric', 'top_k_categorical_accuracy')

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
