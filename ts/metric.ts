// Metric: the class of built-in metrics and of those that users write.
import type { Config } from './config.js'
import type { MetricLike } from './generated/metrics.js'
import { native, type Handle } from './native.js'
import { Plug } from './plug.js'
import type { Tensor } from './tensor.js'

/** A function as a metric: from targets and predictions to a number a sample, of which the mean is shown. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor

/** A number that tells how well a model does. One of your own overrides `call`; the mean of what it gives is shown. */
export abstract class Metric extends Plug {
  /**
   * @param config the settings
   * @param builtIn the name of the engine's class; yours has none
   */
  constructor(config: Config = {}, builtIn?: string | Handle) {
    super('metric', config, builtIn, Metric.prototype.call)
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
