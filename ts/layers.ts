// Keras's module `layers`.
import type { Config } from './config.js'
import * as generated from './generated/layers.js'
import type { LayerOptions } from './generated/layers.js'
import { Layer, register, type CallOptions, type Tensors } from './layer.js'
import { native } from './native.js'
import type { Tensor } from './tensor.js'
import type { DType } from './types.js'

export * from './generated/layers.js'
export { Layer }
export type { CallOptions, Shape, Tensors, WeightOptions } from './layer.js'

/** Where a model begins: the shape without the batch, or with it. */
export type InputOptions = { name?: string; dtype?: DType; sparse?: boolean } & (
  { shape: readonly (number | null)[] } | { batchShape: readonly (number | null)[] }
)

/** A tensor where a model begins. */
export function Input(options: InputOptions): Tensor {
  return native.input(options)
}

/** A function of tensors as a layer without weights. */
export class Lambda extends Layer {
  constructor(f: (x: Tensor, options: CallOptions) => Tensors, options: LayerOptions = {}) {
    super({}, native.makeLambda(f as (x: never, options: CallOptions) => Tensors, options as Config))
  }
}

/** The sum of inputs. */
export function add(inputs: readonly Tensor[], options?: LayerOptions): Tensor {
  return new generated.Add(options).apply(inputs)
}
/** The difference of two inputs. */
export function subtract(inputs: readonly Tensor[], options?: LayerOptions): Tensor {
  return new generated.Subtract(options).apply(inputs)
}
/** The product of inputs, element by element. */
export function multiply(inputs: readonly Tensor[], options?: LayerOptions): Tensor {
  return new generated.Multiply(options).apply(inputs)
}
/** The mean of inputs, element by element. */
export function average(inputs: readonly Tensor[], options?: LayerOptions): Tensor {
  return new generated.Average(options).apply(inputs)
}
/** The largest of inputs, element by element. */
export function maximum(inputs: readonly Tensor[], options?: LayerOptions): Tensor {
  return new generated.Maximum(options).apply(inputs)
}
/** The smallest of inputs, element by element. */
export function minimum(inputs: readonly Tensor[], options?: LayerOptions): Tensor {
  return new generated.Minimum(options).apply(inputs)
}
/** The inputs one after another along an axis. */
export function concatenate(inputs: readonly Tensor[], options?: generated.ConcatenateOptions): Tensor {
  return new generated.Concatenate(options).apply(inputs)
}
/** The products of two inputs, sample by sample, along an axis of each. */
export function dot(inputs: readonly Tensor[], options: generated.DotConfig): Tensor {
  return new generated.Dot(options).apply(inputs)
}

register({ ...generated, Lambda })
