// Keras's module `utils`, as far as it is there.
import { register, scoped, type CustomObjects } from './custom.js'
import { native } from './native.js'

export type { CustomObjects } from './custom.js'

/** Sets the seed of everything random that has none of its own. */
export function setRandomSeed(seed: number): void {
  native.setRandomSeed(seed)
}

/** Runs `body` with names for functions and classes of your own, by which configs are read. */
export function customObjectScope<Result>(objects: CustomObjects, body: () => Result): Result {
  return scoped(objects, body)
}

/** Makes names for functions and classes of your own known from now on. */
export function registerCustomObjects(objects: CustomObjects): void {
  register(objects)
}
