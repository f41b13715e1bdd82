// Keras's module `utils`, as far as it is there.
import { register, scoped, type CustomObjects } from './custom.js'
import { native } from './native.js'
import type { NDArray } from './ndarray.js'
import type { ArrayInput, DType } from './types.js'

export type { CustomObjects } from './custom.js'
export { Sequence, type Batch, type BatchSource } from './source.js'
export { SequenceModule } from './sequence_module.js'

/** Sets the seed of everything random that has none of its own. */
export function setRandomSeed(seed: number): void {
  native.setRandomSeed(seed)
}

/**
 * Whole numbers as rows that are 1 at the number and 0 elsewhere. A last axis of size 1 goes.
 *
 * ```ts
 * toCategorical([0, 2], 3) // [[1, 0, 0], [0, 0, 1]]
 * ```
 */
export function toCategorical(y: ArrayInput, numClasses?: number, dtype?: DType): NDArray {
  return native.toCategorical(y, numClasses, dtype)
}

/** Runs `body` with names for functions and classes of your own, by which configs are read. */
export function customObjectScope<Result>(objects: CustomObjects, body: () => Result): Result {
  return scoped(objects, body)
}

/** Names for functions and classes of your own, by which configs are read while its `run` runs. */
export class CustomObjectScope {
  readonly #objects: CustomObjects

  constructor(objects: CustomObjects) {
    this.#objects = objects
  }

  /** Runs `body` with the names known, and gives what it gives. */
  run<Result>(body: () => Result): Result {
    return scoped(this.#objects, body)
  }
}

/** Makes names for functions and classes of your own known from now on. */
export function registerCustomObjects(objects: CustomObjects): void {
  register(objects)
}
