// Written by `npm run generate` from the backend's list in crates/ironhorn: change that, not this file.
import type { Size, Tensor, TensorLike } from '../tensor.js'
import type { DType } from '../types.js'
import { call } from '../operation.js'

/** The absolute value of each element. */
export function abs(x: TensorLike): Tensor
export function abs(...args: unknown[]): Tensor {
  return call('abs', args)
}

/** The sum, element by element; shapes broadcast. */
export function add(x: TensorLike, y: TensorLike): Tensor
export function add(...args: unknown[]): Tensor {
  return call('add', args)
}

/** Whether all elements hold over axes (all of them, if none are given). */
export function all(x: TensorLike, axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
export function all(x: TensorLike, options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
export function all(...args: unknown[]): Tensor {
  return call('all', args)
}

/** Whether any element holds over axes (all of them, if none are given). */
export function any(x: TensorLike, axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
export function any(x: TensorLike, options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
export function any(...args: unknown[]): Tensor {
  return call('any', args)
}

/** The whole numbers (or others, by `step`) from `start` to before `stop`; with one bound only, from 0 to before it. */
export function arange(start: number, stop?: number | null, step?: number, dtype?: DType): Tensor
export function arange(start: number, options?: { stop?: number | null; step?: number; dtype?: DType }): Tensor
export function arange(...args: unknown[]): Tensor {
  return call('arange', args)
}

/** The index of the largest element along an axis. */
export function argmax(x: TensorLike, axis?: number): Tensor
export function argmax(x: TensorLike, options?: { axis?: number }): Tensor
export function argmax(...args: unknown[]): Tensor {
  return call('argmax', args)
}

/** The index of the smallest element along an axis. */
export function argmin(x: TensorLike, axis?: number): Tensor
export function argmin(x: TensorLike, options?: { axis?: number }): Tensor
export function argmin(...args: unknown[]): Tensor {
  return call('argmin', args)
}

/** The product of two tensors, sample by sample, along an axis of each. */
export function batchDot(x: TensorLike, y: TensorLike, axes?: number | readonly number[] | null): Tensor
export function batchDot(x: TensorLike, y: TensorLike, options?: { axes?: number | readonly number[] | null }): Tensor
export function batchDot(...args: unknown[]): Tensor {
  return call('batch_dot', args)
}

/** All axes but the first as one. */
export function batchFlatten(x: TensorLike): Tensor
export function batchFlatten(...args: unknown[]): Tensor {
  return call('batch_flatten', args)
}

/** Normalized with the given means and variances along an axis: (x - mean) gamma / sqrt(var + epsilon) + beta. */
export function batchNormalization(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  beta: TensorLike | null,
  gamma: TensorLike | null,
  axis?: number,
  epsilon?: number,
): Tensor
export function batchNormalization(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  beta: TensorLike | null,
  gamma: TensorLike | null,
  options?: { axis?: number; epsilon?: number },
): Tensor
export function batchNormalization(...args: unknown[]): Tensor {
  return call('batch_normalization', args)
}

/** A bias added: one number a channel, or one for each place of a sample. */
export function biasAdd(x: TensorLike, bias: TensorLike, dataFormat?: 'channels_last' | 'channels_first' | null): Tensor
export function biasAdd(x: TensorLike, bias: TensorLike, options?: { dataFormat?: 'channels_last' | 'channels_first' | null }): Tensor
export function biasAdd(...args: unknown[]): Tensor {
  return call('bias_add', args)
}

/** Cross-entropy of probabilities (or of logits) with targets of 0 and 1, element by element. */
export function binaryCrossentropy(target: TensorLike, output: TensorLike, fromLogits?: boolean): Tensor
export function binaryCrossentropy(target: TensorLike, output: TensorLike, options?: { fromLogits?: boolean }): Tensor
export function binaryCrossentropy(...args: unknown[]): Tensor {
  return call('binary_crossentropy', args)
}

/** The same numbers in another number type. */
export function cast(x: TensorLike, dtype: DType): Tensor
export function cast(...args: unknown[]): Tensor {
  return call('cast', args)
}

/** The numbers in the type `floatx`. */
export function castToFloatx(x: TensorLike): Tensor
export function castToFloatx(...args: unknown[]): Tensor {
  return call('cast_to_floatx', args)
}

/** Cross-entropy of probabilities (or of logits) with target probabilities, over an axis. */
export function categoricalCrossentropy(target: TensorLike, output: TensorLike, fromLogits?: boolean, axis?: number): Tensor
export function categoricalCrossentropy(target: TensorLike, output: TensorLike, options?: { fromLogits?: boolean; axis?: number }): Tensor
export function categoricalCrossentropy(...args: unknown[]): Tensor {
  return call('categorical_crossentropy', args)
}

/** Each element kept between two bounds; null does not bound. */
export function clip(x: TensorLike, minValue: number | null, maxValue: number | null): Tensor
export function clip(...args: unknown[]): Tensor {
  return call('clip', args)
}

/** Tensors joined along an axis. */
export function concatenate(tensors: readonly TensorLike[], axis?: number): Tensor
export function concatenate(tensors: readonly TensorLike[], options?: { axis?: number }): Tensor
export function concatenate(...args: unknown[]): Tensor {
  return call('concatenate', args)
}

/** Sequences (batch, steps, channels) under a kernel (size, channels, outputs). */
export function conv1d(
  x: TensorLike,
  kernel: TensorLike,
  strides?: number,
  padding?: 'valid' | 'same' | 'causal',
  dataFormat?: 'channels_last' | 'channels_first' | null,
  dilationRate?: number,
): Tensor
export function conv1d(
  x: TensorLike,
  kernel: TensorLike,
  options?: { strides?: number; padding?: 'valid' | 'same' | 'causal'; dataFormat?: 'channels_last' | 'channels_first' | null; dilationRate?: number },
): Tensor
export function conv1d(...args: unknown[]): Tensor {
  return call('conv1d', args)
}

/** Images (batch, height, width, channels) under a kernel (height, width, channels, outputs). */
export function conv2d(
  x: TensorLike,
  kernel: TensorLike,
  strides?: number | [number, number],
  padding?: 'valid' | 'same',
  dataFormat?: 'channels_last' | 'channels_first' | null,
  dilationRate?: number | [number, number],
): Tensor
export function conv2d(
  x: TensorLike,
  kernel: TensorLike,
  options?: { strides?: number | [number, number]; padding?: 'valid' | 'same'; dataFormat?: 'channels_last' | 'channels_first' | null; dilationRate?: number | [number, number] },
): Tensor
export function conv2d(...args: unknown[]): Tensor {
  return call('conv2d', args)
}

/** The transpose of a convolution under a kernel (height, width, outputs, channels), to an output of that shape. */
export function conv2dTranspose(
  x: TensorLike,
  kernel: TensorLike,
  outputShape: readonly (number | Size | null)[],
  strides?: number | [number, number],
  padding?: 'valid' | 'same',
  dataFormat?: 'channels_last' | 'channels_first' | null,
  dilationRate?: number | [number, number],
): Tensor
export function conv2dTranspose(
  x: TensorLike,
  kernel: TensorLike,
  outputShape: readonly (number | Size | null)[],
  options?: { strides?: number | [number, number]; padding?: 'valid' | 'same'; dataFormat?: 'channels_last' | 'channels_first' | null; dilationRate?: number | [number, number] },
): Tensor
export function conv2dTranspose(...args: unknown[]): Tensor {
  return call('conv2d_transpose', args)
}

/** The cosine of each element. */
export function cos(x: TensorLike): Tensor
export function cos(...args: unknown[]): Tensor {
  return call('cos', args)
}

/** The number of elements, where all sizes are known. */
export function countParams(x: TensorLike): number
export function countParams(...args: unknown[]): number {
  return call('count_params', args)
}

/** The running product along an axis. */
export function cumprod(x: TensorLike, axis?: number): Tensor
export function cumprod(x: TensorLike, options?: { axis?: number }): Tensor
export function cumprod(...args: unknown[]): Tensor {
  return call('cumprod', args)
}

/** The running sum along an axis. */
export function cumsum(x: TensorLike, axis?: number): Tensor
export function cumsum(x: TensorLike, options?: { axis?: number }): Tensor
export function cumsum(...args: unknown[]): Tensor {
  return call('cumsum', args)
}

/** A function of inputs whose gradient is what `gradient` says. Both run once, at this call, and use nothing but what they are given. */
export function customGradient(
  f: (...inputs: Tensor[]) => TensorLike,
  gradient: (dy: Tensor, inputs: Tensor[], output: Tensor) => TensorLike | readonly TensorLike[],
  inputs: readonly TensorLike[],
): Tensor
export function customGradient(...args: unknown[]): Tensor {
  return call('custom_gradient', args)
}

/** Images under a kernel (height, width, channels, multiplier), each channel for itself. */
export function depthwiseConv2d(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  strides?: number | [number, number],
  padding?: 'valid' | 'same',
  dataFormat?: 'channels_last' | 'channels_first' | null,
  dilationRate?: number | [number, number],
): Tensor
export function depthwiseConv2d(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  options?: { strides?: number | [number, number]; padding?: 'valid' | 'same'; dataFormat?: 'channels_last' | 'channels_first' | null; dilationRate?: number | [number, number] },
): Tensor
export function depthwiseConv2d(...args: unknown[]): Tensor {
  return call('depthwise_conv2d', args)
}

/** The quotient, element by element; shapes broadcast. */
export function div(x: TensorLike, y: TensorLike): Tensor
export function div(...args: unknown[]): Tensor {
  return call('div', args)
}

/** The product of matrices; of tensors of more axes it contracts the last of `x` with the last but one of `y`. */
export function dot(x: TensorLike, y: TensorLike): Tensor
export function dot(...args: unknown[]): Tensor {
  return call('dot', args)
}

/** Zeros a fraction of the elements, at random, and scales up the rest. */
export function dropout(x: TensorLike, level: number, noiseShape?: (number | null)[] | null, seed?: number | null): Tensor
export function dropout(x: TensorLike, level: number, options?: { noiseShape?: (number | null)[] | null; seed?: number | null }): Tensor
export function dropout(...args: unknown[]): Tensor {
  return call('dropout', args)
}

/** The number type. */
export function dtype(x: TensorLike): DType
export function dtype(...args: unknown[]): DType {
  return call('dtype', args)
}

/** x where it is positive, elsewhere alpha (e^x - 1). */
export function elu(x: TensorLike, alpha?: number): Tensor
export function elu(x: TensorLike, options?: { alpha?: number }): Tensor
export function elu(...args: unknown[]): Tensor {
  return call('elu', args)
}

/** Whether equal, element by element. */
export function equal(x: TensorLike, y: TensorLike): Tensor
export function equal(...args: unknown[]): Tensor {
  return call('equal', args)
}

/** e to the power of each element. */
export function exp(x: TensorLike): Tensor
export function exp(...args: unknown[]): Tensor {
  return call('exp', args)
}

/** A new axis of size 1. */
export function expandDims(x: TensorLike, axis?: number): Tensor
export function expandDims(x: TensorLike, options?: { axis?: number }): Tensor
export function expandDims(...args: unknown[]): Tensor {
  return call('expand_dims', args)
}

/** The identity matrix. */
export function eye(size: number, dtype?: DType | null): Tensor
export function eye(size: number, options?: { dtype?: DType | null }): Tensor
export function eye(...args: unknown[]): Tensor {
  return call('eye', args)
}

/** All axes as one. */
export function flatten(x: TensorLike): Tensor
export function flatten(...args: unknown[]): Tensor {
  return call('flatten', args)
}

/** What `f` gathers over the first axis of a tensor, from the first element to the last. */
export function foldl(f: (gathered: Tensor, x: Tensor) => TensorLike, elems: TensorLike, initializer?: TensorLike | null): Tensor
export function foldl(
  f: (gathered: Tensor, x: Tensor) => TensorLike,
  elems: TensorLike,
  options?: { initializer?: TensorLike | null },
): Tensor
export function foldl(...args: unknown[]): Tensor {
  return call('foldl', args)
}

/** What `f` gathers over the first axis of a tensor, from the last element to the first. */
export function foldr(f: (gathered: Tensor, x: Tensor) => TensorLike, elems: TensorLike, initializer?: TensorLike | null): Tensor
export function foldr(
  f: (gathered: Tensor, x: Tensor) => TensorLike,
  elems: TensorLike,
  options?: { initializer?: TensorLike | null },
): Tensor
export function foldr(...args: unknown[]): Tensor {
  return call('foldr', args)
}

/** Rows of a tensor by their numbers. */
export function gather(reference: TensorLike, indices: TensorLike): Tensor
export function gather(...args: unknown[]): Tensor {
  return call('gather', args)
}

/** Whether greater, element by element. */
export function greater(x: TensorLike, y: TensorLike): Tensor
export function greater(...args: unknown[]): Tensor {
  return call('greater', args)
}

/** Whether greater or equal, element by element. */
export function greaterEqual(x: TensorLike, y: TensorLike): Tensor
export function greaterEqual(...args: unknown[]): Tensor {
  return call('greater_equal', args)
}

/** A sigmoid of straight lines: 0.2 x + 0.5 between 0 and 1. */
export function hardSigmoid(x: TensorLike): Tensor
export function hardSigmoid(...args: unknown[]): Tensor {
  return call('hard_sigmoid', args)
}

/** The same tensor as a new one. */
export function identity(x: TensorLike): Tensor
export function identity(...args: unknown[]): Tensor {
  return call('identity', args)
}

/** `alt` while training, `x` otherwise. */
export function inTestPhase(x: TensorLike, alt: TensorLike): Tensor
export function inTestPhase(...args: unknown[]): Tensor {
  return call('in_test_phase', args)
}

/** Whether each target is among the `k` most likely classes. */
export function inTopK(predictions: TensorLike, targets: TensorLike, k: number): Tensor
export function inTopK(...args: unknown[]): Tensor {
  return call('in_top_k', args)
}

/** `x` while training, `alt` otherwise. */
export function inTrainPhase(x: TensorLike, alt: TensorLike): Tensor
export function inTrainPhase(...args: unknown[]): Tensor {
  return call('in_train_phase', args)
}

/** The sizes; null where one is only known when data comes. */
export function intShape(x: TensorLike): (number | null)[]
export function intShape(...args: unknown[]): (number | null)[] {
  return call('int_shape', args)
}

/** Scaled to length 1 over axes. */
export function l2Normalize(x: TensorLike, axis?: number | readonly number[] | null): Tensor
export function l2Normalize(x: TensorLike, options?: { axis?: number | readonly number[] | null }): Tensor
export function l2Normalize(...args: unknown[]): Tensor {
  return call('l2_normalize', args)
}

/** Whether less, element by element. */
export function less(x: TensorLike, y: TensorLike): Tensor
export function less(...args: unknown[]): Tensor {
  return call('less', args)
}

/** Whether less or equal, element by element. */
export function lessEqual(x: TensorLike, y: TensorLike): Tensor
export function lessEqual(...args: unknown[]): Tensor {
  return call('less_equal', args)
}

/** The natural logarithm of each element. */
export function log(x: TensorLike): Tensor
export function log(...args: unknown[]): Tensor {
  return call('log', args)
}

/** Whether both hold, element by element, of bools. */
export function logicalAnd(x: TensorLike, y: TensorLike): Tensor
export function logicalAnd(...args: unknown[]): Tensor {
  return call('logical_and', args)
}

/** Whether it does not hold, element by element, of bools. */
export function logicalNot(x: TensorLike): Tensor
export function logicalNot(...args: unknown[]): Tensor {
  return call('logical_not', args)
}

/** Whether either holds, element by element, of bools. */
export function logicalOr(x: TensorLike, y: TensorLike): Tensor
export function logicalOr(...args: unknown[]): Tensor {
  return call('logical_or', args)
}

/** The logarithm of the sum of e to the power of the elements over axes, without overflow. */
export function logsumexp(x: TensorLike, axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
export function logsumexp(x: TensorLike, options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
export function logsumexp(...args: unknown[]): Tensor {
  return call('logsumexp', args)
}

/** What `f` makes of each element of the first axis. */
export function mapFn(f: (x: Tensor) => TensorLike, elems: TensorLike): Tensor
export function mapFn(...args: unknown[]): Tensor {
  return call('map_fn', args)
}

/** The product of matrices: the last two axes, leading axes being equal. */
export function matmul(x: TensorLike, y: TensorLike): Tensor
export function matmul(...args: unknown[]): Tensor {
  return call('matmul', args)
}

/** The largest element over axes (all of them, if none are given). */
export function max(x: TensorLike, axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
export function max(x: TensorLike, options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
export function max(...args: unknown[]): Tensor {
  return call('max', args)
}

/** The larger, element by element. */
export function maximum(x: TensorLike, y: TensorLike): Tensor
export function maximum(...args: unknown[]): Tensor {
  return call('maximum', args)
}

/** The mean over axes (all of them, if none are given). */
export function mean(x: TensorLike, axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
export function mean(x: TensorLike, options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
export function mean(...args: unknown[]): Tensor {
  return call('mean', args)
}

/** The smallest element over axes (all of them, if none are given). */
export function min(x: TensorLike, axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
export function min(x: TensorLike, options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
export function min(...args: unknown[]): Tensor {
  return call('min', args)
}

/** The smaller, element by element. */
export function minimum(x: TensorLike, y: TensorLike): Tensor
export function minimum(...args: unknown[]): Tensor {
  return call('minimum', args)
}

/** The remainder, of the sign of `y`, element by element. */
export function mod(x: TensorLike, y: TensorLike): Tensor
export function mod(...args: unknown[]): Tensor {
  return call('mod', args)
}

/** The product, element by element; shapes broadcast. */
export function mul(x: TensorLike, y: TensorLike): Tensor
export function mul(...args: unknown[]): Tensor {
  return call('mul', args)
}

/** The number of axes. */
export function ndim(x: TensorLike): number
export function ndim(...args: unknown[]): number {
  return call('ndim', args)
}

/** The negative of each element. */
export function neg(x: TensorLike): Tensor
export function neg(...args: unknown[]): Tensor {
  return call('neg', args)
}

/** Normalized over axes: the result, the means and the variances. */
export function normalizeBatchInTraining(
  x: TensorLike,
  gamma: TensorLike | null,
  beta: TensorLike | null,
  reductionAxes: number[],
  epsilon?: number,
): Tensor[]
export function normalizeBatchInTraining(
  x: TensorLike,
  gamma: TensorLike | null,
  beta: TensorLike | null,
  reductionAxes: number[],
  options?: { epsilon?: number },
): Tensor[]
export function normalizeBatchInTraining(...args: unknown[]): Tensor[] {
  return call('normalize_batch_in_training', args)
}

/** Whether different, element by element. */
export function notEqual(x: TensorLike, y: TensorLike): Tensor
export function notEqual(...args: unknown[]): Tensor {
  return call('not_equal', args)
}

/** A new last axis that is 1 at each number and 0 elsewhere. */
export function oneHot(indices: TensorLike, numClasses: number): Tensor
export function oneHot(...args: unknown[]): Tensor {
  return call('one_hot', args)
}

/** Ones. */
export function ones(shape: readonly (number | Size | null)[], dtype?: DType | null): Tensor
export function ones(shape: readonly (number | Size | null)[], options?: { dtype?: DType | null }): Tensor
export function ones(...args: unknown[]): Tensor {
  return call('ones', args)
}

/** Ones of the shape and type of `x`. */
export function onesLike(x: TensorLike, dtype?: DType | null): Tensor
export function onesLike(x: TensorLike, options?: { dtype?: DType | null }): Tensor
export function onesLike(...args: unknown[]): Tensor {
  return call('ones_like', args)
}

/** The axes in another order. */
export function permuteDimensions(x: TensorLike, pattern: number[]): Tensor
export function permuteDimensions(...args: unknown[]): Tensor {
  return call('permute_dimensions', args)
}

/** The largest or the mean element of each window and channel of images. */
export function pool2d(
  x: TensorLike,
  poolSize: number | [number, number],
  strides?: number | [number, number],
  padding?: 'valid' | 'same',
  dataFormat?: 'channels_last' | 'channels_first' | null,
  poolMode?: 'max' | 'avg',
): Tensor
export function pool2d(
  x: TensorLike,
  poolSize: number | [number, number],
  options?: { strides?: number | [number, number]; padding?: 'valid' | 'same'; dataFormat?: 'channels_last' | 'channels_first' | null; poolMode?: 'max' | 'avg' },
): Tensor
export function pool2d(...args: unknown[]): Tensor {
  return call('pool2d', args)
}

/** `x` to the power `a`, element by element. */
export function pow(x: TensorLike, a: TensorLike): Tensor
export function pow(...args: unknown[]): Tensor {
  return call('pow', args)
}

/** The product over axes (all of them, if none are given). */
export function prod(x: TensorLike, axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
export function prod(x: TensorLike, options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
export function prod(...args: unknown[]): Tensor {
  return call('prod', args)
}

/** 1 with probability `p`, 0 otherwise. */
export function randomBinomial(shape: readonly (number | Size | null)[], p?: number, dtype?: DType | null, seed?: number | null): Tensor
export function randomBinomial(
  shape: readonly (number | Size | null)[],
  options?: { p?: number; dtype?: DType | null; seed?: number | null },
): Tensor
export function randomBinomial(...args: unknown[]): Tensor {
  return call('random_binomial', args)
}

/** Normally distributed numbers. */
export function randomNormal(
  shape: readonly (number | Size | null)[],
  mean?: number,
  stddev?: number,
  dtype?: DType | null,
  seed?: number | null,
): Tensor
export function randomNormal(
  shape: readonly (number | Size | null)[],
  options?: { mean?: number; stddev?: number; dtype?: DType | null; seed?: number | null },
): Tensor
export function randomNormal(...args: unknown[]): Tensor {
  return call('random_normal', args)
}

/** Uniformly distributed numbers. */
export function randomUniform(
  shape: readonly (number | Size | null)[],
  minval?: number,
  maxval?: number,
  dtype?: DType | null,
  seed?: number | null,
): Tensor
export function randomUniform(
  shape: readonly (number | Size | null)[],
  options?: { minval?: number; maxval?: number; dtype?: DType | null; seed?: number | null },
): Tensor
export function randomUniform(...args: unknown[]): Tensor {
  return call('random_uniform', args)
}

/** x where it is above the threshold and at most `maxValue`, elsewhere a slope of alpha. */
export function relu(x: TensorLike, alpha?: number, maxValue?: number | null, threshold?: number): Tensor
export function relu(x: TensorLike, options?: { alpha?: number; maxValue?: number | null; threshold?: number }): Tensor
export function relu(...args: unknown[]): Tensor {
  return call('relu', args)
}

/** A matrix repeated `n` times along a new second axis. */
export function repeat(x: TensorLike, n: number): Tensor
export function repeat(...args: unknown[]): Tensor {
  return call('repeat', args)
}

/** Each element of an axis repeated, one after the other. */
export function repeatElements(x: TensorLike, rep: number, axis: number): Tensor
export function repeatElements(...args: unknown[]): Tensor {
  return call('repeat_elements', args)
}

/** The same numbers under another shape; one size may be -1. */
export function reshape(x: TensorLike, shape: readonly (number | Size | null)[]): Tensor
export function reshape(...args: unknown[]): Tensor {
  return call('reshape', args)
}

/** Images made larger by whole factors. */
export function resizeImages(
  x: TensorLike,
  heightFactor: number,
  widthFactor: number,
  dataFormat: 'channels_last' | 'channels_first' | null,
  interpolation?: 'nearest' | 'bilinear',
): Tensor
export function resizeImages(
  x: TensorLike,
  heightFactor: number,
  widthFactor: number,
  dataFormat: 'channels_last' | 'channels_first' | null,
  options?: { interpolation?: 'nearest' | 'bilinear' },
): Tensor
export function resizeImages(...args: unknown[]): Tensor {
  return call('resize_images', args)
}

/** Backwards along axes. */
export function reverse(x: TensorLike, axes: number | readonly number[] | null): Tensor
export function reverse(...args: unknown[]): Tensor {
  return call('reverse', args)
}

/**
 * Runs a step over time, the second axis of `inputs`: the last output, the outputs of all steps, the last states. Where `mask` is
 * false, output and states stay.
 */
export function rnn(
  stepFunction: (x: Tensor, states: Tensor[]) => readonly [TensorLike, readonly TensorLike[]],
  inputs: TensorLike,
  initialStates: readonly TensorLike[],
  goBackwards?: boolean,
  mask?: TensorLike | null,
  constants?: readonly TensorLike[] | null,
  unroll?: boolean,
): [Tensor, Tensor, Tensor[]]
export function rnn(
  stepFunction: (x: Tensor, states: Tensor[]) => readonly [TensorLike, readonly TensorLike[]],
  inputs: TensorLike,
  initialStates: readonly TensorLike[],
  options?: { goBackwards?: boolean; mask?: TensorLike | null; constants?: readonly TensorLike[] | null; unroll?: boolean },
): [Tensor, Tensor, Tensor[]]
export function rnn(...args: unknown[]): [Tensor, Tensor, Tensor[]] {
  return call('rnn', args)
}

/** Each element rounded to a whole number, halves to the even one. */
export function round(x: TensorLike): Tensor
export function round(...args: unknown[]): Tensor {
  return call('round', args)
}

/** A depthwise convolution of sequences, then one over single steps. */
export function separableConv1d(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  strides?: number,
  padding?: 'valid' | 'same' | 'causal',
  dataFormat?: 'channels_last' | 'channels_first' | null,
  dilationRate?: number,
): Tensor
export function separableConv1d(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  options?: { strides?: number; padding?: 'valid' | 'same' | 'causal'; dataFormat?: 'channels_last' | 'channels_first' | null; dilationRate?: number },
): Tensor
export function separableConv1d(...args: unknown[]): Tensor {
  return call('separable_conv1d', args)
}

/** A depthwise convolution of images, then one over single pixels. */
export function separableConv2d(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  strides?: number | [number, number],
  padding?: 'valid' | 'same',
  dataFormat?: 'channels_last' | 'channels_first' | null,
  dilationRate?: number | [number, number],
): Tensor
export function separableConv2d(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  options?: { strides?: number | [number, number]; padding?: 'valid' | 'same'; dataFormat?: 'channels_last' | 'channels_first' | null; dilationRate?: number | [number, number] },
): Tensor
export function separableConv2d(...args: unknown[]): Tensor {
  return call('separable_conv2d', args)
}

/** The sizes, as numbers where they are known and otherwise as what stands for them in new shapes. */
export function shape(x: TensorLike): (number | Size)[]
export function shape(...args: unknown[]): (number | Size)[] {
  return call('shape', args)
}

/** 1 / (1 + e^-x) */
export function sigmoid(x: TensorLike): Tensor
export function sigmoid(...args: unknown[]): Tensor {
  return call('sigmoid', args)
}

/** The sign of each element: -1, 0 or 1. */
export function sign(x: TensorLike): Tensor
export function sign(...args: unknown[]): Tensor {
  return call('sign', args)
}

/** The sine of each element. */
export function sin(x: TensorLike): Tensor
export function sin(...args: unknown[]): Tensor {
  return call('sin', args)
}

/** The number of elements as a tensor. */
export function size(x: TensorLike): Tensor
export function size(...args: unknown[]): Tensor {
  return call('size', args)
}

/** A part: from `start` on `size` elements along each axis; -1 reaches to the end. */
export function slice(x: TensorLike, start: number[], size: readonly (number | Size | null)[]): Tensor
export function slice(...args: unknown[]): Tensor {
  return call('slice', args)
}

/** e^x over its sum along an axis. */
export function softmax(x: TensorLike, axis?: number): Tensor
export function softmax(x: TensorLike, options?: { axis?: number }): Tensor
export function softmax(...args: unknown[]): Tensor {
  return call('softmax', args)
}

/** log(1 + e^x) */
export function softplus(x: TensorLike): Tensor
export function softplus(...args: unknown[]): Tensor {
  return call('softplus', args)
}

/** x / (1 + |x|) */
export function softsign(x: TensorLike): Tensor
export function softsign(...args: unknown[]): Tensor {
  return call('softsign', args)
}

/** Cross-entropy of probabilities (or of logits) with whole numbers that name classes, over an axis. */
export function sparseCategoricalCrossentropy(target: TensorLike, output: TensorLike, fromLogits?: boolean, axis?: number): Tensor
export function sparseCategoricalCrossentropy(
  target: TensorLike,
  output: TensorLike,
  options?: { fromLogits?: boolean; axis?: number },
): Tensor
export function sparseCategoricalCrossentropy(...args: unknown[]): Tensor {
  return call('sparse_categorical_crossentropy', args)
}

/** Zeros around images: rows above and below, columns left and right. */
export function spatial2dPadding(
  x: TensorLike,
  padding?: number | [number, number] | [number | [number, number], number | [number, number]],
  dataFormat?: 'channels_last' | 'channels_first' | null,
): Tensor
export function spatial2dPadding(
  x: TensorLike,
  options?: { padding?: number | [number, number] | [number | [number, number], number | [number, number]]; dataFormat?: 'channels_last' | 'channels_first' | null },
): Tensor
export function spatial2dPadding(...args: unknown[]): Tensor {
  return call('spatial_2d_padding', args)
}

/** The square root of each element; of negative ones 0. */
export function sqrt(x: TensorLike): Tensor
export function sqrt(...args: unknown[]): Tensor {
  return call('sqrt', args)
}

/** The square of each element. */
export function square(x: TensorLike): Tensor
export function square(...args: unknown[]): Tensor {
  return call('square', args)
}

/** Without an axis of size 1. */
export function squeeze(x: TensorLike, axis: number): Tensor
export function squeeze(...args: unknown[]): Tensor {
  return call('squeeze', args)
}

/** Tensors of one shape joined along a new axis. */
export function stack(x: readonly TensorLike[], axis?: number): Tensor
export function stack(x: readonly TensorLike[], options?: { axis?: number }): Tensor
export function stack(...args: unknown[]): Tensor {
  return call('stack', args)
}

/** The standard deviation over axes (all of them, if none are given), divided by the count. */
export function std(x: TensorLike, axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
export function std(x: TensorLike, options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
export function std(...args: unknown[]): Tensor {
  return call('std', args)
}

/** The same numbers, through which no gradient flows. */
export function stopGradient(x: TensorLike): Tensor
export function stopGradient(...args: unknown[]): Tensor {
  return call('stop_gradient', args)
}

/** The difference, element by element; shapes broadcast. */
export function sub(x: TensorLike, y: TensorLike): Tensor
export function sub(...args: unknown[]): Tensor {
  return call('sub', args)
}

/** The sum over axes (all of them, if none are given). */
export function sum(x: TensorLike, axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
export function sum(x: TensorLike, options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
export function sum(...args: unknown[]): Tensor {
  return call('sum', args)
}

/** `then` where the condition holds, `otherwise` elsewhere. A condition of fewer axes counts for all of the last ones. */
function switch_(condition: TensorLike, then: TensorLike, otherwise: TensorLike): Tensor
function switch_(...args: unknown[]): Tensor {
  return call('switch', args)
}

export { switch_ as switch }

/** The hyperbolic tangent. */
export function tanh(x: TensorLike): Tensor
export function tanh(...args: unknown[]): Tensor {
  return call('tanh', args)
}

/** Zeros before and after sequences. */
export function temporalPadding(x: TensorLike, padding?: number | [number, number]): Tensor
export function temporalPadding(x: TensorLike, options?: { padding?: number | [number, number] }): Tensor
export function temporalPadding(...args: unknown[]): Tensor {
  return call('temporal_padding', args)
}

/** The whole repeated along each axis. */
export function tile(x: TensorLike, n: number[]): Tensor
export function tile(...args: unknown[]): Tensor {
  return call('tile', args)
}

/** The axes in reverse order. */
export function transpose(x: TensorLike): Tensor
export function transpose(...args: unknown[]): Tensor {
  return call('transpose', args)
}

/** Normally distributed numbers, none farther than two standard deviations from the mean. */
export function truncatedNormal(
  shape: readonly (number | Size | null)[],
  mean?: number,
  stddev?: number,
  dtype?: DType | null,
  seed?: number | null,
): Tensor
export function truncatedNormal(
  shape: readonly (number | Size | null)[],
  options?: { mean?: number; stddev?: number; dtype?: DType | null; seed?: number | null },
): Tensor
export function truncatedNormal(...args: unknown[]): Tensor {
  return call('truncated_normal', args)
}

/** The variance over axes (all of them, if none are given), divided by the count. */
function var_(x: TensorLike, axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
function var_(x: TensorLike, options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
function var_(...args: unknown[]): Tensor {
  return call('var', args)
}

export { var_ as var }

/** Zeros. */
export function zeros(shape: readonly (number | Size | null)[], dtype?: DType | null): Tensor
export function zeros(shape: readonly (number | Size | null)[], options?: { dtype?: DType | null }): Tensor
export function zeros(...args: unknown[]): Tensor {
  return call('zeros', args)
}

/** Zeros of the shape and type of `x`. */
export function zerosLike(x: TensorLike, dtype?: DType | null): Tensor
export function zerosLike(x: TensorLike, options?: { dtype?: DType | null }): Tensor
export function zerosLike(...args: unknown[]): Tensor {
  return call('zeros_like', args)
}
