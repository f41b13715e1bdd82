// Optimizer: the class of built-in optimizers. Their settings can be read and changed while a model is trained.
import type { Config } from './config.js'
import type { OptimizerLike } from './generated/optimizers.js'
import { native, type Handle, type Update } from './native.js'
import { Plug } from './plug.js'
import type { NDArray } from './ndarray.js'
import type { Tensor } from './tensor.js'
import type { ArrayInput } from './types.js'

/** Optimizers are no functions: there is nothing of this type. */
export type OptimizerFunction = never

/** What an optimizer of your own has. */
export interface Optimizer {
  /**
   * The changes of one step, as `K.update` and its kin make them, or pairs of a variable and its new value. It runs once, when a model is
   * compiled: variables that it makes last as long. The step is counted, and constraints are applied, after it.
   */
  getUpdates?(loss: Tensor, params: Tensor[]): readonly (Update | readonly [Tensor, Tensor])[]
}

/**
 * How gradients change weights. One of your own has `getUpdates`.
 *
 * ```ts
 * class Plain extends Optimizer {
 *   constructor(lr = 0.01) {
 *     super({ lr })
 *   }
 *   override getUpdates(loss: Tensor, params: Tensor[]) {
 *     const gradients = this.getGradients(loss, params)
 *     return params.map((p, i) => K.updateSub(p, this.hyper('lr').mul(gradients[i]!)))
 *   }
 * }
 * ```
 */
export abstract class Optimizer extends Plug {
  readonly #own: boolean

  /**
   * @param config the settings; of one of your own `lr` (0.01 unless given), `clipnorm`, `clipvalue`, and numbers that may change between
   * steps
   * @param builtIn the name of the engine's class; yours has none
   */
  constructor(config: Config = {}, builtIn?: string | Handle) {
    // The engine's optimizer holds the object weakly: a model that was compiled with it holds it.
    let self: WeakRef<object> | undefined
    super('optimizer', config, builtIn ?? native.makeUserOptimizer(new.target.name, () => self?.deref(), config))
    self = new WeakRef(this)
    this.#own = builtIn === undefined
  }

  /** The gradients of a loss with respect to weights, clipped as `clipnorm` and `clipvalue` say. */
  getGradients(loss: Tensor, params: readonly Tensor[]): Tensor[] {
    return native.optimizerGradients(this.handle, loss, params)
  }

  /** A setting, or `iterations`, as a tensor: what it is when a step begins. */
  hyper(name: string): Tensor {
    return native.hyperTensor(this.handle, name)
  }

  /** The settings that make an equal one, under Keras's names. */
  override getConfig(): Config {
    return this.#own ? native.optimizerConfig(this.handle) : super.getConfig()
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

  /**
   * Copies of what it keeps from step to step: the number of steps, then what it has for each weight of the model, as Keras saves it.
   * Empty until a model that was compiled with it makes a step.
   */
  getWeights(): NDArray[] {
    return native.optimizerWeights(this.handle)
  }

  /**
   * Overwrites that, in the order of `getWeights`. Throws a ValueError, code `optimizer_weight_count` or `optimizer_weight_shape`, where
   * it does not fit.
   */
  setWeights(weights: readonly ArrayInput[]): void {
    native.setOptimizerWeights(this.handle, weights)
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
