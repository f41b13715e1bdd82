// Regularizer: the class of built-in regularizers and of those that users write.
import type { Config } from './config.js'
import type { RegularizerLike } from './generated/regularizers.js'
import { native, type Handle } from './native.js'
import { Plug } from './plug.js'
import type { Tensor } from './tensor.js'

/** A function as a regularizer: from a weight to its penalty, a scalar. */
export type RegularizerFunction = (x: Tensor) => Tensor

/** A penalty that is added to the loss. One of your own overrides `call`. */
export abstract class Regularizer extends Plug {
  /**
   * @param config the settings
   * @param builtIn the name of the engine's class; yours has none
   */
  constructor(config: Config = {}, builtIn?: string | Handle) {
    super('regularizer', config, builtIn, Regularizer.prototype.call)
  }

  /** The penalty on a tensor. */
  call(x: Tensor): Tensor {
    return native.apply('regularizer', this.handle, [x])
  }

  /** What a name, a config, an instance or a function stands for. */
  static get(identifier: RegularizerLike): Regularizer {
    return identifier instanceof Regularizer ? identifier : new BuiltIn({}, native.get('regularizer', identifier))
  }

  /** One that a function of Keras makes. */
  static of(name: string, config: Config): Regularizer {
    return new BuiltIn(config, name)
  }
}

class BuiltIn extends Regularizer {}
