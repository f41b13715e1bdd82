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

register({ ...generated, Lambda })
