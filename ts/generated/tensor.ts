// Written by `npm run generate` from the backend's list in crates/ironhorn: change that, not this file.
import type { Size, Tensor, TensorLike } from '../tensor.js'
import type { DType } from '../types.js'

/** What can be computed of a tensor by a method. Numbers and nested arrays are taken where a tensor is. */
export interface TensorMethods {
  /** The absolute value of each element. */
  abs(): Tensor
  /** The sum, element by element; shapes broadcast. */
  add(y: TensorLike): Tensor
  /** Whether all elements hold over axes (all of them, if none are given). */
  all(axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
  all(options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
  /** Whether any element holds over axes (all of them, if none are given). */
  any(axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
  any(options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
  /** The index of the largest element along an axis. */
  argmax(axis?: number): Tensor
  argmax(options?: { axis?: number }): Tensor
  /** The index of the smallest element along an axis. */
  argmin(axis?: number): Tensor
  argmin(options?: { axis?: number }): Tensor
  /** The product of two tensors, sample by sample, along an axis of each. */
  batchDot(y: TensorLike, axes?: number | readonly number[] | null): Tensor
  batchDot(y: TensorLike, options?: { axes?: number | readonly number[] | null }): Tensor
  /** All axes but the first as one. */
  batchFlatten(): Tensor
  /** The same numbers in another number type. */
  cast(dtype: DType): Tensor
  /** Each element kept between two bounds; null does not bound. */
  clip(minValue: number | null, maxValue: number | null): Tensor
  /** The cosine of each element. */
  cos(): Tensor
  /** The running product along an axis. */
  cumprod(axis?: number): Tensor
  cumprod(options?: { axis?: number }): Tensor
  /** The running sum along an axis. */
  cumsum(axis?: number): Tensor
  cumsum(options?: { axis?: number }): Tensor
  /** The quotient, element by element; shapes broadcast. */
  div(y: TensorLike): Tensor
  /** The product of matrices; of tensors of more axes it contracts the last of `x` with the last but one of `y`. */
  dot(y: TensorLike): Tensor
  /** x where it is positive, elsewhere alpha (e^x - 1). */
  elu(alpha?: number): Tensor
  elu(options?: { alpha?: number }): Tensor
  /** Whether equal, element by element. */
  equal(y: TensorLike): Tensor
  /** e to the power of each element. */
  exp(): Tensor
  /** A new axis of size 1. */
  expandDims(axis?: number): Tensor
  expandDims(options?: { axis?: number }): Tensor
  /** All axes as one. */
  flatten(): Tensor
  /** Rows of a tensor by their numbers. */
  gather(indices: TensorLike): Tensor
  /** Whether greater, element by element. */
  greater(y: TensorLike): Tensor
  /** Whether greater or equal, element by element. */
  greaterEqual(y: TensorLike): Tensor
  /** A sigmoid of straight lines: 0.2 x + 0.5 between 0 and 1. */
  hardSigmoid(): Tensor
  /** Scaled to length 1 over axes. */
  l2Normalize(axis?: number | readonly number[] | null): Tensor
  l2Normalize(options?: { axis?: number | readonly number[] | null }): Tensor
  /** Whether less, element by element. */
  less(y: TensorLike): Tensor
  /** Whether less or equal, element by element. */
  lessEqual(y: TensorLike): Tensor
  /** The natural logarithm of each element. */
  log(): Tensor
  /** Whether both hold, element by element, of bools. */
  logicalAnd(y: TensorLike): Tensor
  /** Whether it does not hold, element by element, of bools. */
  logicalNot(): Tensor
  /** Whether either holds, element by element, of bools. */
  logicalOr(y: TensorLike): Tensor
  /** The logarithm of the sum of e to the power of the elements over axes, without overflow. */
  logsumexp(axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
  logsumexp(options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
  /** The product of matrices: the last two axes, leading axes being equal. */
  matmul(y: TensorLike): Tensor
  /** The largest element over axes (all of them, if none are given). */
  max(axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
  max(options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
  /** The larger, element by element. */
  maximum(y: TensorLike): Tensor
  /** The mean over axes (all of them, if none are given). */
  mean(axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
  mean(options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
  /** The smallest element over axes (all of them, if none are given). */
  min(axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
  min(options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
  /** The smaller, element by element. */
  minimum(y: TensorLike): Tensor
  /** The remainder, of the sign of `y`, element by element. */
  mod(y: TensorLike): Tensor
  /** The product, element by element; shapes broadcast. */
  mul(y: TensorLike): Tensor
  /** The negative of each element. */
  neg(): Tensor
  /** Whether different, element by element. */
  notEqual(y: TensorLike): Tensor
  /** A new last axis that is 1 at each number and 0 elsewhere. */
  oneHot(numClasses: number): Tensor
  /** Ones of the shape and type of `x`. */
  onesLike(dtype?: DType | null): Tensor
  onesLike(options?: { dtype?: DType | null }): Tensor
  /** The axes in another order. */
  permuteDimensions(pattern: number[]): Tensor
  /** `x` to the power `a`, element by element. */
  pow(a: TensorLike): Tensor
  /** The product over axes (all of them, if none are given). */
  prod(axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
  prod(options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
  /** x where it is above the threshold and at most `maxValue`, elsewhere a slope of alpha. */
  relu(alpha?: number, maxValue?: number | null, threshold?: number): Tensor
  relu(options?: { alpha?: number; maxValue?: number | null; threshold?: number }): Tensor
  /** Each element of an axis repeated, one after the other. */
  repeatElements(rep: number, axis: number): Tensor
  /** The same numbers under another shape; one size may be -1. */
  reshape(shape: readonly (number | Size | null)[]): Tensor
  /** Backwards along axes. */
  reverse(axes: number | readonly number[] | null): Tensor
  /** Each element rounded to a whole number, halves to the even one. */
  round(): Tensor
  /** 1 / (1 + e^-x) */
  sigmoid(): Tensor
  /** The sign of each element: -1, 0 or 1. */
  sign(): Tensor
  /** The sine of each element. */
  sin(): Tensor
  /** A part: from `start` on `size` elements along each axis; -1 reaches to the end. */
  slice(start: number[], size: readonly (number | Size | null)[]): Tensor
  /** e^x over its sum along an axis. */
  softmax(axis?: number): Tensor
  softmax(options?: { axis?: number }): Tensor
  /** log(1 + e^x) */
  softplus(): Tensor
  /** x / (1 + |x|) */
  softsign(): Tensor
  /** The square root of each element; of negative ones 0. */
  sqrt(): Tensor
  /** The square of each element. */
  square(): Tensor
  /** Without an axis of size 1. */
  squeeze(axis: number): Tensor
  /** The standard deviation over axes (all of them, if none are given), divided by the count. */
  std(axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
  std(options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
  /** The same numbers, through which no gradient flows. */
  stopGradient(): Tensor
  /** The difference, element by element; shapes broadcast. */
  sub(y: TensorLike): Tensor
  /** The sum over axes (all of them, if none are given). */
  sum(axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
  sum(options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
  /** The hyperbolic tangent. */
  tanh(): Tensor
  /** The whole repeated along each axis. */
  tile(n: number[]): Tensor
  /** The axes in reverse order. */
  transpose(): Tensor
  /** The variance over axes (all of them, if none are given), divided by the count. */
  var(axis?: number | readonly number[] | null, keepdims?: boolean): Tensor
  var(options?: { axis?: number | readonly number[] | null; keepdims?: boolean }): Tensor
  /** Zeros of the shape and type of `x`. */
  zerosLike(dtype?: DType | null): Tensor
  zerosLike(options?: { dtype?: DType | null }): Tensor
}

/** The methods and the functions that they are, with the tensor first. */
export const METHODS: { readonly [method in keyof TensorMethods]: string } = {
  abs: 'abs',
  add: 'add',
  all: 'all',
  any: 'any',
  argmax: 'argmax',
  argmin: 'argmin',
  batchDot: 'batch_dot',
  batchFlatten: 'batch_flatten',
  cast: 'cast',
  clip: 'clip',
  cos: 'cos',
  cumprod: 'cumprod',
  cumsum: 'cumsum',
  div: 'div',
  dot: 'dot',
  elu: 'elu',
  equal: 'equal',
  exp: 'exp',
  expandDims: 'expand_dims',
  flatten: 'flatten',
  gather: 'gather',
  greater: 'greater',
  greaterEqual: 'greater_equal',
  hardSigmoid: 'hard_sigmoid',
  l2Normalize: 'l2_normalize',
  less: 'less',
  lessEqual: 'less_equal',
  log: 'log',
  logicalAnd: 'logical_and',
  logicalNot: 'logical_not',
  logicalOr: 'logical_or',
  logsumexp: 'logsumexp',
  matmul: 'matmul',
  max: 'max',
  maximum: 'maximum',
  mean: 'mean',
  min: 'min',
  minimum: 'minimum',
  mod: 'mod',
  mul: 'mul',
  neg: 'neg',
  notEqual: 'not_equal',
  oneHot: 'one_hot',
  onesLike: 'ones_like',
  permuteDimensions: 'permute_dimensions',
  pow: 'pow',
  prod: 'prod',
  relu: 'relu',
  repeatElements: 'repeat_elements',
  reshape: 'reshape',
  reverse: 'reverse',
  round: 'round',
  sigmoid: 'sigmoid',
  sign: 'sign',
  sin: 'sin',
  slice: 'slice',
  softmax: 'softmax',
  softplus: 'softplus',
  softsign: 'softsign',
  sqrt: 'sqrt',
  square: 'square',
  squeeze: 'squeeze',
  std: 'std',
  stopGradient: 'stop_gradient',
  sub: 'sub',
  sum: 'sum',
  tanh: 'tanh',
  tile: 'tile',
  transpose: 'transpose',
  var: 'var',
  zerosLike: 'zeros_like',
}
