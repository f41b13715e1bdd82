// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import type { Activation, ActivationFunction } from '../activation.js'

/** The names of the kind activation function. Augment this interface with the names of your custom objects. */
export interface ActivationNames {
  elu: true
  exponential: true
  hard_sigmoid: true
  linear: true
  relu: true
  selu: true
  sigmoid: true
  softmax: true
  softplus: true
  softsign: true
  tanh: true
}

/** What an option takes that wants the kind activation function: a name, an instance, a function, or a config. */
export type ActivationLike =
  keyof ActivationNames | Activation | ActivationFunction | { class_name: string; config: Record<string, unknown> }
