// Keras's module `activations`.
import { native } from './native.js'
import type { ActivationLike } from './generated/activations.js'
import type { ActivationFunction } from './activation.js'
import type { Serialized } from './plug.js'
import type { Tensor } from './tensor.js'

export * from './generated/activations.js'
export type { Activation, ActivationFunction } from './activation.js'

/** What a name or a function stands for. */
export function get(identifier: ActivationLike | null): ActivationFunction {
  if (typeof identifier === 'function') return identifier
  const handle = native.get('activation', identifier)
  return (x: Tensor) => native.apply('activation', handle, [x])
}

/** As Keras writes it: its name. */
export function serialize(activation: ActivationFunction): Serialized {
  return native.serialize(activation)
}
