// Keras's module `constraints`.
import { Constraint } from './constraint.js'
import { native } from './native.js'
import type { ConstraintLike } from './generated/constraints.js'
import type { Serialized } from './plug.js'

export * from './generated/constraints.js'
export { Constraint }
export type { ConstraintFunction } from './constraint.js'

/** What a name, a config, an instance or a function stands for. */
export function get(identifier: ConstraintLike): Constraint {
  return Constraint.get(identifier)
}

/** As Keras writes it. */
export function serialize(thing: Constraint): Serialized {
  return native.serialize(thing)
}

/** From what Keras wrote. */
export function deserialize(written: Serialized): Constraint {
  return Constraint.get(written as ConstraintLike)
}
