// Optimizer: the class of built-in optimizers. Their settings can be read and changed while a model is trained.
import type { Config } from './config.js'
import type { OptimizerLike } from './generated/optimizers.js'
import { native, type Handle } from './native.js'
import { Plug } from './plug.js'

/** Optimizers are no functions: there is nothing of this type. */
export type OptimizerFunction = never

/** How gradients change weights. */
export abstract class Optimizer extends Plug {
  /**
   * @param config the settings
   * @param builtIn the name of the engine's class
   */
  constructor(config: Config = {}, builtIn?: string | Handle) {
    super('optimizer', config, builtIn)
  }

  /** The learning rate; setting it takes effect at the next step. */
  get lr(): number {
    return native.getHyper(this.handle, 'learning_rate')
  }
  set lr(value: number) {
    native.setHyper(this.handle, 'learning_rate', value)
  }

  /** The learning rate. */
  get learningRate(): number {
    return this.lr
  }
  set learningRate(value: number) {
    this.lr = value
  }

  /** How many steps were made. */
  get iterations(): number {
    return native.getHyper(this.handle, 'iterations')
  }

  /** A setting by its name: `optimizer.get('momentum')`. */
  get(name: string): number {
    return native.getHyper(this.handle, name)
  }

  /** Sets a setting for the steps to come. */
  set(name: string, value: number): void {
    native.setHyper(this.handle, name, value)
  }

  /** What a name, a config or an instance stands for. */
  static get(identifier: OptimizerLike): Optimizer {
    return identifier instanceof Optimizer ? identifier : Optimizer.ofHandle(native.get('optimizer', identifier))
  }

  /** The optimizer of a handle. */
  static ofHandle(handle: Handle): Optimizer {
    return new BuiltIn({}, handle)
  }
}

class BuiltIn extends Optimizer {}
