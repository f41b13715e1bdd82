// What an activation is: a function of one tensor.
import type { Tensor } from './tensor.js'

/** A function of a layer's output. */
export type ActivationFunction = (x: Tensor) => Tensor

/** Activations are functions, built-in ones and yours. */
export type Activation = ActivationFunction
