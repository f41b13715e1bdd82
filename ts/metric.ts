// Metric: the class of built-in metrics and of those that users write.
import type { Config } from './config.js'
import type { MetricLike } from './generated/metrics.js'
import { native, type Handle } from './native.js'
import { Plug } from './plug.js'
import type { Tensor } from './tensor.js'

/** A function as a metric: from targets and predictions to a number a sample, of which the mean is shown. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor

/** What a metric of your own has that is more than a mean. */
export interface Metric {
  /** Takes in a batch of targets and predictions, or values as they are, by updates of its weights: `K.updateAdd(this.total, ...)`. */
  updateState?(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): void
  /** What comes of the weights as they stand. */
  result?(): Tensor
}

/**
 * A number that tells how well a model does. One of your own overrides `call`, of which the mean is shown, or has `updateState` and
 * `result` over weights that it makes.
 *
 * ```ts
 * class Hits extends Metric {
 *   hits = this.addWeight('hits')
 *   override updateState(yTrue: Tensor, yPred: Tensor) {
 *     K.updateAdd(this.hits, K.equal(yTrue, yPred.round()).cast('float32').sum())
 *   }
 *   override result() {
 *     return this.hits.mul(1)
 *   }
 * }
 * ```
 */
export abstract class Metric extends Plug {
  /** The weights of one of your own. Each use of the metric has its own values of them; all are zero before an epoch. */
  readonly weights: Tensor[] = []

  /**
   * @param config the settings; of one of your own `name` and what you like
   * @param builtIn the name of the engine's class; yours has none
   */
  constructor(config: Config = {}, builtIn?: string | Handle) {
    super('metric', config, builtIn, Metric.prototype.call)
  }

  /** Makes a weight of a metric of your own. */
  addWeight(name: string, shape: readonly number[] = []): Tensor {
    const weight = native.variable({ data: new Float32Array(shape.reduce((n, d) => n * d, 1)), shape }, null, name)
    this.weights.push(weight)
    return weight
  }

  /** The value of each sample; a metric that is more than a mean of these has none. */
  call(yTrue: Tensor, yPred: Tensor): Tensor {
    return native.apply('metric', this.handle, [yTrue, yPred])
  }

  /** What a name, a config, an instance or a function stands for. */
  static get(identifier: MetricLike): Metric {
    return identifier instanceof Metric ? identifier : new BuiltIn({}, native.get('metric', identifier))
  }

  /** One that a function of Keras makes. */
  static of(name: string, config: Config): Metric {
    return new BuiltIn(config, name)
  }
}

class BuiltIn extends Metric {}
