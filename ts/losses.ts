// Keras's module `losses`.
import { Loss } from './loss.js'
import { native } from './native.js'
import type { LossLike } from './generated/losses.js'
import type { Serialized } from './plug.js'

export * from './generated/losses.js'
export { Loss }
export type { LossFunction } from './loss.js'

/** What a name, a config, an instance or a function stands for. */
export function get(identifier: LossLike): Loss {
  return Loss.get(identifier)
}

/** As Keras writes it. */
export function serialize(thing: Loss): Serialized {
  return native.serialize(thing)
}

/** From what Keras wrote. */
export function deserialize(written: Serialized): Loss {
  return Loss.get(written as LossLike)
}
