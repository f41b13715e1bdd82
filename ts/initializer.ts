// Initializer: the class of built-in initializers and of those that users write.
import type { Config } from './config.js'
import type { InitializerLike } from './generated/initializers.js'
import type { NDArray } from './ndarray.js'
import { native, type Handle } from './native.js'
import { Plug } from './plug.js'
import type { Tensor } from './tensor.js'
import type { ArrayInput, DType } from './types.js'

/** A function as an initializer: makes the first values of a weight of that shape and number type. */
export type InitializerFunction = (shape: number[], dtype: DType) => ArrayInput | Tensor

/** What weights start as. One of your own overrides `call`. */
export abstract class Initializer extends Plug {
  /**
   * @param config the settings
   * @param builtIn the name of the engine's class; yours has none
   */
  constructor(config: Config = {}, builtIn?: string | Handle) {
    super('initializer', config, builtIn, Initializer.prototype.call)
  }

  /** First values of that shape. */
  call(shape: readonly number[], dtype?: DType): ArrayInput | Tensor | NDArray {
    return native.initialize(this.handle, shape, dtype)
  }

  /** What a name, a config, an instance or a function stands for. */
  static get(identifier: InitializerLike): Initializer {
    return identifier instanceof Initializer ? identifier : new BuiltIn({}, native.get('initializer', identifier))
  }

  /** One that a function of Keras makes. */
  static of(name: string, config: Config): Initializer {
    return new BuiltIn(config, name)
  }
}

class BuiltIn extends Initializer {}
