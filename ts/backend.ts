// Keras's module `backend`: functions of tensors (generated), variables, running what was described, settings of the process.
import { randomNormal, randomUniform } from './generated/backend.js'
import { keep } from './keep.js'
import { native, type BackendFunction, type Update } from './native.js'
import type { NDArray } from './ndarray.js'
import { Tensor, type TensorLike } from './tensor.js'
import type { ArrayInput, DType } from './types.js'

export * from './generated/backend.js'
export { Tensor }
export type { Size, TensorLike } from './tensor.js'
export type { Update } from './native.js'

/** A variable with its first value, of the type `floatx` unless given. */
export function variable(value: ArrayInput, dtype?: DType | null, name?: string): Tensor {
  return native.variable(value, dtype, name)
}

/** A constant. */
export function constant(value: ArrayInput, dtype?: DType | null, shape?: readonly number[] | null): Tensor {
  return native.constant(value, dtype, shape)
}

/** A tensor that is fed when a function runs: its shape, where null is any size, or that and more. */
export function placeholder(
  options: { shape: readonly (number | null)[]; dtype?: DType; name?: string } | readonly (number | null)[],
): Tensor {
  const { shape, dtype, name } = 'shape' in options ? options : { shape: options, dtype: undefined, name: undefined }
  return native.placeholder(shape, dtype, name)
}

/** Whether it is a variable. */
export function isVariable(x: unknown): boolean {
  return native.isVariable(x)
}

/** Whether it is a placeholder. */
export function isPlaceholder(x: unknown): boolean {
  return native.isPlaceholder(x)
}

/** Whether it is a tensor. */
export function isTensor(x: unknown): x is Tensor {
  return x instanceof Tensor
}

function evaluate(x: TensorLike): NDArray {
  return native.evaluateTensor(x)
}
export {
  /** The numbers of a tensor that needs no feeding. */
  evaluate as eval,
}

/** The value of a variable. */
export function getValue(x: Tensor): NDArray {
  return native.getValue(x)
}

/** Sets the value of a variable. */
export function setValue(x: Tensor, value: ArrayInput): void {
  native.setValue(x, value)
}

/** The values of variables. */
export function batchGetValue(tensors: readonly Tensor[]): NDArray[] {
  return tensors.map(getValue)
}

/** Sets the values of variables. */
export function batchSetValue(pairs: readonly (readonly [Tensor, ArrayInput])[]): void {
  for (const [x, value] of pairs) setValue(x, value)
}

/** Gradients of a loss with respect to variables or other tensors; zeros where it does not depend on one. */
export function gradients(loss: Tensor, variables: Tensor | readonly Tensor[]): Tensor[] {
  return keep(native.gradients(loss, variables), [loss, variables])
}

/** What a function computes: arrays in, arrays out. */
export type Computation = (inputs: readonly ArrayInput[]) => NDArray[]

function makeFunction(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  updates?: readonly (Update | readonly [Tensor, Tensor])[],
): Computation {
  const compiled: BackendFunction = native.makeFunction(inputs, outputs, updates)
  return (arrays) => compiled.run(arrays)
}
export {
  /** A function of placeholders that gives the numbers of tensors, and makes updates of variables. */
  makeFunction as function,
}

/** A new value for a variable. */
export function update(x: Tensor, value: TensorLike): Update {
  return native.update('assign', x, value)
}

/** Something added to a variable. */
export function updateAdd(x: Tensor, increment: TensorLike): Update {
  return native.update('add', x, increment)
}

/** Something subtracted from a variable. */
export function updateSub(x: Tensor, decrement: TensorLike): Update {
  return native.update('sub', x, decrement)
}

/** A moving average: the variable times `momentum`, plus the value times the rest. */
export function movingAverageUpdate(x: Tensor, value: TensorLike, momentum: number): Update {
  return native.update('moving', x, value, momentum)
}

/** The symbol that is true while training; fed to a function, it chooses. */
export function learningPhase(): Tensor {
  return native.learningPhase()
}

/** The name of what computes. */
export function backend(): string {
  return 'ironhorn'
}

/** The number type of weights and of plain numbers. */
export function floatx(): DType {
  return native.floatx()
}

/** Sets the number type of what is made from now on. */
export function setFloatx(dtype: 'float16' | 'float32' | 'float64'): void {
  native.setFloatx(dtype)
}

/** The small number that keeps divisions and logarithms finite. */
export function epsilon(): number {
  return native.epsilon()
}

/** Sets it. */
export function setEpsilon(value: number): void {
  native.setEpsilon(value)
}

/** Where image tensors have their channels. */
export function imageDataFormat(): 'channels_last' | 'channels_first' {
  return native.imageDataFormat()
}

/** Sets it, for layers made from now on. */
export function setImageDataFormat(format: 'channels_last' | 'channels_first'): void {
  native.setImageDataFormat(format)
}

/** The next number of a prefix, from 1. */
export function getUid(prefix = ''): number {
  return native.getUid(prefix)
}

/** Starts the counts of names again. */
export function resetUids(): void {
  native.resetUids()
}

/** Forgets what described models left behind: the next Dense is `dense_1`. */
export function clearSession(): void {
  native.clearSession()
}

/** A variable of numbers drawn evenly between two bounds. */
export function randomUniformVariable(
  shape: readonly number[],
  low: number,
  high: number,
  dtype?: DType | null,
  name?: string,
  seed?: number | null,
): Tensor {
  return variable(evaluate(randomUniform(shape, low, high, dtype ?? null, seed ?? null)), dtype, name)
}

/** A variable of normally distributed numbers. */
export function randomNormalVariable(
  shape: readonly number[],
  mean: number,
  scale: number,
  dtype?: DType | null,
  name?: string,
  seed?: number | null,
): Tensor {
  return variable(evaluate(randomNormal(shape, mean, scale, dtype ?? null, seed ?? null)), dtype, name)
}
