// Layer: the class of built-in layers and of those that users write. An instance is a function of tensors.
import { inspect, type InspectOptions } from 'node:util'
import { Callable } from './callable.js'
import type { Config } from './config.js'
import type { Tensor } from './tensor.js'

/** A layer is called with a tensor, or with a list of them, and gives one. */
export interface Layer {
  <T extends Tensor | readonly Tensor[]>(x: T): Tensor
}

/** The base of all layers. A layer of your own overrides `call`, and `build` if it has weights. */
export abstract class Layer extends Callable<Tensor | readonly Tensor[], Tensor> {
  /** The name, unique in its model. */
  declare readonly name: string
  readonly #config: Config

  /** @param config the settings, `name` and `trainable` among them */
  constructor(config: Config = {}) {
    super()
    this.#config = config
    const { name = new.target.name } = config
    Object.defineProperty(this, 'name', { value: name })
  }

  /** The same as calling the layer. */
  apply(x: Tensor | readonly Tensor[]): Tensor {
    return this.call(x)
  }

  /** What the layer computes, in ops on tensors. */
  abstract call(x: Tensor | readonly Tensor[]): Tensor

  /** The settings that make an equal layer. */
  getConfig(): Config {
    return { name: this.name, ...this.#config }
  }

  /** For JSON.stringify: the settings. */
  toJSON(): Config {
    return this.getConfig()
  }

  /** For console.log: the class's name and the settings. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `${this.constructor.name} ${inspect(this.getConfig(), options)}`
  }
}
