// Keras's module `optimizers`.
import { Optimizer } from './optimizer.js'
import { native } from './native.js'
import type { OptimizerLike } from './generated/optimizers.js'
import type { Serialized } from './plug.js'

export * from './generated/optimizers.js'
export { Optimizer }

/** What a name, a config, an instance or a function stands for. */
export function get(identifier: OptimizerLike): Optimizer {
  return Optimizer.get(identifier)
}

/** As Keras writes it. */
export function serialize(thing: Optimizer): Serialized {
  return native.serialize(thing)
}

/** From what Keras wrote. */
export function deserialize(written: Serialized): Optimizer {
  return Optimizer.get(written as OptimizerLike)
}
