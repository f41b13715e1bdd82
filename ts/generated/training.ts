// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import type { ArrayInput } from '../types.js'
import type { LossLike } from './losses.js'
import type { MetricLike } from './metrics.js'
import type { OptimizerLike } from './optimizers.js'

/** How a model is trained. */
export interface CompileOptions {
  /** How gradients change the weights. */
  optimizer: OptimizerLike
  /**
   * What is made small: one loss for every output, a list, or by the names of outputs.
   * @default null
   */
  loss?: LossLike | (LossLike | null)[] | Record<string, LossLike> | null
  /**
   * What else is reported.
   * @default null
   */
  metrics?: MetricLike[] | (MetricLike | MetricLike[])[] | Record<string, MetricLike | MetricLike[]> | null
  /**
   * By how much each output's loss counts in the total.
   * @default null
   */
  lossWeights?: (number | null)[] | Record<string, number> | null
  /**
   * Whether weights of samples are given for each time step; by name it is said for every output.
   * @default null
   */
  sampleWeightMode?: 'temporal' | ('temporal' | null)[] | Record<string, 'temporal' | null> | null
  /**
   * Metrics that count each sample by its weight.
   * @default null
   */
  weightedMetrics?: MetricLike[] | (MetricLike | MetricLike[])[] | Record<string, MetricLike | MetricLike[]> | null
  /**
   * Whether ops run one by one as they are written, for debugging.
   * @default false
   */
  runEagerly?: boolean
}

/** How a model is fitted to data. */
export interface FitOptions {
  /**
   * Samples a batch; 32 if neither this nor `steps_per_epoch` is given.
   * @default null
   */
  batchSize?: number | null
  /**
   * The number of the epoch at whose end training ends.
   * @default 1
   */
  epochs?: number
  /**
   * 0 prints nothing, 1 a progress bar, 2 one line an epoch.
   * @default 1
   */
  verbose?: number
  /**
   * Which part of the samples, the last ones, is kept from training for validation.
   * @default 0
   */
  validationSplit?: number
  /**
   * Data for validation: inputs, targets, perhaps weights of samples. It wins over `validation_split`.
   * @default null
   */
  validationData?:
    | [ArrayInput | ArrayInput[] | Record<string, ArrayInput>, ArrayInput | ArrayInput[] | Record<string, ArrayInput>]
    | [ArrayInput | ArrayInput[] | Record<string, ArrayInput>, ArrayInput | ArrayInput[] | Record<string, ArrayInput>, ArrayInput | (ArrayInput | null)[] | Record<string, ArrayInput> | null]
    | null
  /**
   * Whether samples are shuffled before each epoch, or the batches of a Sequence; `batch` shuffles whole batches.
   * @default true
   */
  shuffle?: boolean | 'batch'
  /**
   * By how much samples of each class count in the loss.
   * @default null
   */
  classWeight?: Record<number, number> | (Record<number, number> | null)[] | Record<string, Record<number, number>> | null
  /**
   * By how much each sample counts in the loss.
   * @default null
   */
  sampleWeight?: ArrayInput | (ArrayInput | null)[] | Record<string, ArrayInput> | null
  /**
   * The epoch to begin with, from 0.
   * @default 0
   */
  initialEpoch?: number
  /**
   * Steps an epoch: each with all data, or with the next batch of a generator or Sequence; a Sequence's length if not given.
   * @default null
   */
  stepsPerEpoch?: number | null
  /**
   * Steps of a validation, beside `steps_per_epoch`, or batches of a generator or Sequence to validate on.
   * @default null
   */
  validationSteps?: number | null
  /**
   * After how many epochs a validation runs, or after which, counted from 1.
   * @default 1
   */
  validationFreq?: number | number[]
  /**
   * How many batches of a generator or Sequence are made ahead.
   * @default 10
   */
  maxQueueSize?: number
  /**
   * How many threads make the batches of a Sequence; 0 makes them when they are needed.
   * @default 1
   */
  workers?: number
  /**
   * Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
   * @default false
   */
  useMultiprocessing?: boolean
}

/** How a model is evaluated. */
export interface EvaluateOptions {
  /**
   * Samples a batch; 32 if neither this nor `steps` is given.
   * @default null
   */
  batchSize?: number | null
  /**
   * 0 prints nothing, 1 a progress bar.
   * @default 1
   */
  verbose?: number
  /**
   * By how much each sample counts in the loss.
   * @default null
   */
  sampleWeight?: ArrayInput | (ArrayInput | null)[] | Record<string, ArrayInput> | null
  /**
   * Steps: each with all data, or with the next batch of a generator or Sequence; a Sequence's length if not given.
   * @default null
   */
  steps?: number | null
  /**
   * How many batches of a generator or Sequence are made ahead.
   * @default 10
   */
  maxQueueSize?: number
  /**
   * How many threads make the batches of a Sequence; 0 makes them when they are needed.
   * @default 1
   */
  workers?: number
  /**
   * Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
   * @default false
   */
  useMultiprocessing?: boolean
}

/** How a model predicts. */
export interface PredictOptions {
  /**
   * Samples a batch; 32 if neither this nor `steps` is given.
   * @default null
   */
  batchSize?: number | null
  /**
   * 0 prints nothing, 1 a progress bar.
   * @default 0
   */
  verbose?: number
  /**
   * Steps: each with all data, or with the next batch of a generator or Sequence; a Sequence's length if not given.
   * @default null
   */
  steps?: number | null
  /**
   * How many batches of a generator or Sequence are made ahead.
   * @default 10
   */
  maxQueueSize?: number
  /**
   * How many threads make the batches of a Sequence; 0 makes them when they are needed.
   * @default 1
   */
  workers?: number
  /**
   * Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
   * @default false
   */
  useMultiprocessing?: boolean
}

/** How a model is fitted to batches of a generator or Sequence. */
export interface FitGeneratorOptions {
  /**
   * Batches an epoch; a Sequence's length if not given.
   * @default null
   */
  stepsPerEpoch?: number | null
  /**
   * The number of the epoch at whose end training ends.
   * @default 1
   */
  epochs?: number
  /**
   * 0 prints nothing, 1 a progress bar, 2 one line an epoch.
   * @default 1
   */
  verbose?: number
  /**
   * Data for validation: a generator or Sequence, or inputs, targets, perhaps weights of samples.
   * @default null
   */
  validationData?:
    | [ArrayInput | ArrayInput[] | Record<string, ArrayInput>, ArrayInput | ArrayInput[] | Record<string, ArrayInput>]
    | [ArrayInput | ArrayInput[] | Record<string, ArrayInput>, ArrayInput | ArrayInput[] | Record<string, ArrayInput>, ArrayInput | (ArrayInput | null)[] | Record<string, ArrayInput> | null]
    | null
  /**
   * Batches of a validation; the length of a Sequence if not given.
   * @default null
   */
  validationSteps?: number | null
  /**
   * After how many epochs a validation runs, or after which, counted from 1.
   * @default 1
   */
  validationFreq?: number | number[]
  /**
   * By how much samples of each class count in the loss.
   * @default null
   */
  classWeight?: Record<number, number> | (Record<number, number> | null)[] | Record<string, Record<number, number>> | null
  /**
   * How many batches are made ahead.
   * @default 10
   */
  maxQueueSize?: number
  /**
   * How many threads make the batches of a Sequence; 0 makes them when they are needed.
   * @default 1
   */
  workers?: number
  /**
   * Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
   * @default false
   */
  useMultiprocessing?: boolean
  /**
   * Whether the batches of a Sequence are shuffled before each epoch.
   * @default true
   */
  shuffle?: boolean
  /**
   * The epoch to begin with, from 0.
   * @default 0
   */
  initialEpoch?: number
}

/** How a model is evaluated on batches of a generator or Sequence. */
export interface EvaluateGeneratorOptions {
  /**
   * Batches; a Sequence's length if not given.
   * @default null
   */
  steps?: number | null
  /**
   * How many batches are made ahead.
   * @default 10
   */
  maxQueueSize?: number
  /**
   * How many threads make the batches of a Sequence; 0 makes them when they are needed.
   * @default 1
   */
  workers?: number
  /**
   * Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
   * @default false
   */
  useMultiprocessing?: boolean
  /**
   * 0 prints nothing, 1 a progress bar.
   * @default 0
   */
  verbose?: number
}

/** How a model predicts for batches of a generator or Sequence. */
export interface PredictGeneratorOptions {
  /**
   * Batches; a Sequence's length if not given.
   * @default null
   */
  steps?: number | null
  /**
   * How many batches are made ahead.
   * @default 10
   */
  maxQueueSize?: number
  /**
   * How many threads make the batches of a Sequence; 0 makes them when they are needed.
   * @default 1
   */
  workers?: number
  /**
   * Whether batches have to be made apart from the thread that the generator or Sequence belongs to.
   * @default false
   */
  useMultiprocessing?: boolean
  /**
   * 0 prints nothing, 1 a progress bar.
   * @default 0
   */
  verbose?: number
}

/** How a model is trained on one batch. */
export interface TrainOnBatchOptions {
  /**
   * By how much each sample counts in the loss.
   * @default null
   */
  sampleWeight?: ArrayInput | (ArrayInput | null)[] | Record<string, ArrayInput> | null
  /**
   * By how much samples of each class count in the loss.
   * @default null
   */
  classWeight?: Record<number, number> | (Record<number, number> | null)[] | Record<string, Record<number, number>> | null
  /**
   * Whether metrics are of this batch alone.
   * @default true
   */
  resetMetrics?: boolean
}

/** How a model is tested on one batch. */
export interface TestOnBatchOptions {
  /**
   * By how much each sample counts in the loss.
   * @default null
   */
  sampleWeight?: ArrayInput | (ArrayInput | null)[] | Record<string, ArrayInput> | null
  /**
   * Whether metrics are of this batch alone.
   * @default true
   */
  resetMetrics?: boolean
}

/** How a model is saved. */
export interface SaveOptions {
  /**
   * Whether a file that is there already is replaced.
   * @default true
   */
  overwrite?: boolean
  /**
   * Whether the optimizer's state is saved, and how the model was compiled.
   * @default true
   */
  includeOptimizer?: boolean
}

/** How a model is loaded. */
export interface LoadOptions {
  /**
   * Whether the model is compiled as it was when it was saved.
   * @default true
   */
  compile?: boolean
}

/** How weights are loaded. */
export interface LoadWeightsOptions {
  /**
   * Whether layers get the weights that were saved under their names, instead of those at their places.
   * @default false
   */
  byName?: boolean
  /**
   * Whether layers whose weights do not fit are left as they are; by name only.
   * @default false
   */
  skipMismatch?: boolean
  /**
   * Whether the kernel of a convolution is reshaped where only its shape does not fit.
   * @default false
   */
  reshape?: boolean
}
