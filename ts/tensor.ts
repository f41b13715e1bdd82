// Tensors: of models that are described, of layers that are traced, and constants. The class is native; here it gets its types,
// its methods, and how it is printed and refuses JavaScript's operators.
import { inspect } from 'node:util'
import { METHODS, type TensorMethods } from './generated/tensor.js'
import { native } from './native.js'
import type { ArrayInput, DType } from './types.js'

/**
 * A tensor: its shape and number type are known, its numbers mostly are not yet. JavaScript's operators do not work on it:
 * `x.add(1)`, `x.greater(0)` and the other methods do, and the functions of `ironhorn/backend`.
 */
export interface Tensor extends TensorMethods {
  /** The name. */
  readonly name: string
  /** The sizes; null where one is only known when data comes. */
  readonly shape: readonly (number | null)[]
  /** The number type. */
  readonly dtype: DType
}

/** A size that is only known when data comes: `K.shape` gives it, shapes of new tensors take it. */
export interface Size {
  /** What it is, in words. */
  describe(): string
}

/** What is taken where a tensor is wanted: a tensor, or numbers in any form. */
export type TensorLike = Tensor | ArrayInput

/** The class of tensors, for `instanceof`; layers and the backend's functions make them. */
export const Tensor: abstract new () => Tensor = native.Tensor

/** What the native class has besides. */
interface Native extends Tensor {
  describe(): string
  refuse(hint: string): never
}

for (const [method, operation] of Object.entries(METHODS)) {
  Object.defineProperty(Tensor.prototype, method, {
    value(this: Tensor, ...args: unknown[]) {
      return native.operation(operation, [this, ...args])
    },
    writable: true,
    configurable: true,
  })
}

Object.defineProperties(Tensor.prototype, {
  [inspect.custom]: {
    value(this: Native) {
      return this.describe()
    },
  },
  [Symbol.toPrimitive]: {
    value(this: Native, hint: string) {
      return this.refuse(hint)
    },
  },
})

Object.defineProperty(native.Size.prototype, inspect.custom, {
  value(this: Size) {
    return `Size ${this.describe()}`
  },
})
