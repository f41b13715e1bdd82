// Constraint: the class of built-in constraints and of those that users write.
import type { Config } from './config.js'
import type { ConstraintLike } from './generated/constraints.js'
import { native, type Handle } from './native.js'
import { Plug } from './plug.js'
import type { Tensor } from './tensor.js'

/** A function as a constraint: from a weight to the allowed one. */
export type ConstraintFunction = (w: Tensor) => Tensor

/** What is done to a weight after each update. One of your own overrides `call`. */
export abstract class Constraint extends Plug {
  /**
   * @param config the settings
   * @param builtIn the name of the engine's class; yours has none
   */
  constructor(config: Config = {}, builtIn?: string | Handle) {
    super('constraint', config, builtIn, Constraint.prototype.call)
  }

  /** The allowed weight. */
  call(w: Tensor): Tensor {
    return native.apply('constraint', this.handle, [w])
  }

  /** What a name, a config, an instance or a function stands for. */
  static get(identifier: ConstraintLike): Constraint {
    return identifier instanceof Constraint ? identifier : new BuiltIn({}, native.get('constraint', identifier))
  }

  /** One that a function of Keras makes. */
  static of(name: string, config: Config): Constraint {
    return new BuiltIn(config, name)
  }
}

class BuiltIn extends Constraint {}
