// Keras's module `activations`.
import { HANDLE, native } from './native.js'
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
  return Object.defineProperty((x: Tensor) => native.apply('activation', handle, [x]), HANDLE, { value: handle })
}

/** As Keras writes it: its name. */
export function serialize(activation: ActivationFunction): Serialized {
  return native.serialize(activation)
}

/** From what Keras wrote. */
export function deserialize(written: Serialized): ActivationFunction {
  return get(written as ActivationLike)
}
