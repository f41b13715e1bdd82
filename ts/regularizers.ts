// Keras's module `regularizers`.
import { Regularizer } from './regularizer.js'
import { native } from './native.js'
import type { RegularizerLike } from './generated/regularizers.js'
import type { Serialized } from './plug.js'

export * from './generated/regularizers.js'
export { Regularizer }
export type { RegularizerFunction } from './regularizer.js'

/** What a name, a config, an instance or a function stands for. */
export function get(identifier: RegularizerLike): Regularizer {
  return Regularizer.get(identifier)
}

/** As Keras writes it. */
export function serialize(thing: Regularizer): Serialized {
  return native.serialize(thing)
}

/** From what Keras wrote. */
export function deserialize(written: Serialized): Regularizer {
  return Regularizer.get(written as RegularizerLike)
}
