// Keras's module `initializers`.
import { Initializer } from './initializer.js'
import { native } from './native.js'
import type { InitializerLike } from './generated/initializers.js'
import type { Serialized } from './plug.js'

export * from './generated/initializers.js'
export { Initializer }
export type { InitializerFunction } from './initializer.js'

/** What a name, a config, an instance or a function stands for. */
export function get(identifier: InitializerLike): Initializer {
  return Initializer.get(identifier)
}

/** As Keras writes it. */
export function serialize(thing: Initializer): Serialized {
  return native.serialize(thing)
}

/** From what Keras wrote. */
export function deserialize(written: Serialized): Initializer {
  return Initializer.get(written as InitializerLike)
}
