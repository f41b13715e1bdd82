// Loss: the class of built-in losses and of those that users write.
import type { Config } from './config.js'
import type { LossLike } from './generated/losses.js'
import { native, type Handle } from './native.js'
import { Plug } from './plug.js'
import type { Tensor } from './tensor.js'

/** A function as a loss: from targets and predictions to the loss of each sample. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor

/**
 * How far predictions are from targets. One of your own overrides `call`; its config says how the losses of samples become one.
 *
 * ```ts
 * class Cubed extends Loss {
 *   constructor() {
 *     super({ reduction: 'sum', name: 'cubed' })
 *   }
 *   override call(yTrue: Tensor, yPred: Tensor) {
 *     return yPred.sub(yTrue).abs().pow(3).mean(-1)
 *   }
 * }
 * ```
 */
export abstract class Loss extends Plug {
  /**
   * @param config the settings; of one of your own `reduction` (`'sum_over_batch_size'`, `'sum'`, `'none'`), `name` and what you like
   * @param builtIn the name of the engine's class; yours has none
   */
  constructor(config: Config = {}, builtIn?: string | Handle) {
    super('loss', config, builtIn, Loss.prototype.call)
  }

  /** The loss of each sample. */
  call(yTrue: Tensor, yPred: Tensor): Tensor {
    return native.apply('loss', this.handle, [yTrue, yPred])
  }

  /** What a name, a config, an instance or a function stands for. */
  static get(identifier: LossLike): Loss {
    return identifier instanceof Loss ? identifier : new BuiltIn({}, native.get('loss', identifier))
  }

  /** One that a function of Keras makes. */
  static of(name: string, config: Config): Loss {
    return new BuiltIn(config, name)
  }
}

class BuiltIn extends Loss {}
