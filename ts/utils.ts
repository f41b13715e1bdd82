// Keras's module `utils`, as far as it is there.
import { native } from './native.js'

/** Sets the seed of everything random that has none of its own. */
export function setRandomSeed(seed: number): void {
  native.setRandomSeed(seed)
}
