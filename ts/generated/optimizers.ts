// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { read } from '../config.js'
import { Optimizer, type OptimizerFunction } from '../optimizer.js'

/** The names of the kind optimizer. Augment this interface with the names of your custom objects. */
export interface OptimizerNames {
  Adadelta: true
  adadelta: true
  Adagrad: true
  adagrad: true
  Adam: true
  adam: true
  Adamax: true
  adamax: true
  Nadam: true
  nadam: true
  RMSprop: true
  rmsprop: true
  SGD: true
  sgd: true
}

/** What an option takes that wants the kind optimizer: a name, an instance, a function, or a config. */
export type OptimizerLike = keyof OptimizerNames | Optimizer | OptimizerFunction | { class_name: string; config: Record<string, unknown> }

/** Options of Adadelta. */
export interface AdadeltaOptions {
  /**
   * Gradients are scaled down together when the norm of all of them is more than this.
   * @default null
   */
  clipnorm?: number | null
  /**
   * Each element of a gradient is kept between minus this and this.
   * @default null
   */
  clipvalue?: number | null
  /**
   * How far a step goes.
   * @default 1
   */
  learningRate?: number
  /** An older name of `learningRate`. */
  lr?: number
  /**
   * How much of the mean squares stays from step to step, from 0 to 1.
   * @default 0.95
   */
  rho?: number
  /**
   * The learning rate is divided by 1 + `decay` times the number of steps made.
   * @default 0
   */
  decay?: number
  /**
   * Keeps the roots and the division finite; null is `backend.epsilon()`.
   * @default null
   */
  epsilon?: number | null
}

/** Steps scaled by the ratio of moving root mean squares of past steps and of gradients. */
export class Adadelta extends Optimizer {
  constructor(learningRate?: number, options?: AdadeltaOptions)
  constructor(options?: AdadeltaOptions)
  constructor(...args: unknown[]) {
    super(read('Adadelta', ['learningRate?'], args), 'Adadelta')
  }
}

/** Options of Adagrad. */
export interface AdagradOptions {
  /**
   * Gradients are scaled down together when the norm of all of them is more than this.
   * @default null
   */
  clipnorm?: number | null
  /**
   * Each element of a gradient is kept between minus this and this.
   * @default null
   */
  clipvalue?: number | null
  /**
   * How far a step goes.
   * @default 0.01
   */
  learningRate?: number
  /** An older name of `learningRate`. */
  lr?: number
  /**
   * The learning rate is divided by 1 + `decay` times the number of steps made.
   * @default 0
   */
  decay?: number
  /**
   * Keeps the division finite; null is `backend.epsilon()`.
   * @default null
   */
  epsilon?: number | null
}

/** Steps divided by the root of the sum of all squared gradients. */
export class Adagrad extends Optimizer {
  constructor(learningRate?: number, options?: AdagradOptions)
  constructor(options?: AdagradOptions)
  constructor(...args: unknown[]) {
    super(read('Adagrad', ['learningRate?'], args), 'Adagrad')
  }
}

/** Options of Adam. */
export interface AdamOptions {
  /**
   * Gradients are scaled down together when the norm of all of them is more than this.
   * @default null
   */
  clipnorm?: number | null
  /**
   * Each element of a gradient is kept between minus this and this.
   * @default null
   */
  clipvalue?: number | null
  /**
   * How far a step goes.
   * @default 0.001
   */
  learningRate?: number
  /** An older name of `learningRate`. */
  lr?: number
  /**
   * How much of the mean of gradients stays from step to step, from 0 to 1.
   * @default 0.9
   */
  beta1?: number
  /**
   * How much of the mean of squared gradients stays from step to step, from 0 to 1.
   * @default 0.999
   */
  beta2?: number
  /**
   * The learning rate is divided by 1 + `decay` times the number of steps made.
   * @default 0
   */
  decay?: number
  /**
   * Keeps the division finite; null is `backend.epsilon()`.
   * @default null
   */
  epsilon?: number | null
  /**
   * Whether the largest mean square so far divides, as in AMSGrad.
   * @default false
   */
  amsgrad?: boolean
}

/** Steps along the moving mean of gradients, divided by their moving root mean square. */
export class Adam extends Optimizer {
  constructor(learningRate?: number, options?: AdamOptions)
  constructor(options?: AdamOptions)
  constructor(...args: unknown[]) {
    super(read('Adam', ['learningRate?'], args), 'Adam')
  }
}

/** Options of Adamax. */
export interface AdamaxOptions {
  /**
   * Gradients are scaled down together when the norm of all of them is more than this.
   * @default null
   */
  clipnorm?: number | null
  /**
   * Each element of a gradient is kept between minus this and this.
   * @default null
   */
  clipvalue?: number | null
  /**
   * How far a step goes.
   * @default 0.002
   */
  learningRate?: number
  /** An older name of `learningRate`. */
  lr?: number
  /**
   * How much of the mean of gradients stays from step to step, from 0 to 1.
   * @default 0.9
   */
  beta1?: number
  /**
   * How much of the largest size stays from step to step, from 0 to 1.
   * @default 0.999
   */
  beta2?: number
  /**
   * The learning rate is divided by 1 + `decay` times the number of steps made.
   * @default 0
   */
  decay?: number
  /**
   * Keeps the division finite; null is `backend.epsilon()`.
   * @default null
   */
  epsilon?: number | null
}

/** Steps along the moving mean of gradients, divided by their largest size, which fades. */
export class Adamax extends Optimizer {
  constructor(learningRate?: number, options?: AdamaxOptions)
  constructor(options?: AdamaxOptions)
  constructor(...args: unknown[]) {
    super(read('Adamax', ['learningRate?'], args), 'Adamax')
  }
}

/** Options of Nadam. */
export interface NadamOptions {
  /**
   * Gradients are scaled down together when the norm of all of them is more than this.
   * @default null
   */
  clipnorm?: number | null
  /**
   * Each element of a gradient is kept between minus this and this.
   * @default null
   */
  clipvalue?: number | null
  /**
   * How far a step goes.
   * @default 0.002
   */
  learningRate?: number
  /** An older name of `learningRate`. */
  lr?: number
  /**
   * How much of the mean of gradients stays from step to step, from 0 to 1.
   * @default 0.9
   */
  beta1?: number
  /**
   * How much of the mean of squared gradients stays from step to step, from 0 to 1.
   * @default 0.999
   */
  beta2?: number
  /**
   * Keeps the division finite; null is `backend.epsilon()`.
   * @default null
   */
  epsilon?: number | null
  /**
   * How slowly the momentum warms up.
   * @default 0.004
   */
  scheduleDecay?: number
}

/** Adam with Nesterov's momentum. Its other settings are best left as they are. */
export class Nadam extends Optimizer {
  constructor(learningRate?: number, options?: NadamOptions)
  constructor(options?: NadamOptions)
  constructor(...args: unknown[]) {
    super(read('Nadam', ['learningRate?'], args), 'Nadam')
  }
}

/** Options of RMSprop. */
export interface RMSpropOptions {
  /**
   * Gradients are scaled down together when the norm of all of them is more than this.
   * @default null
   */
  clipnorm?: number | null
  /**
   * Each element of a gradient is kept between minus this and this.
   * @default null
   */
  clipvalue?: number | null
  /**
   * How far a step goes.
   * @default 0.001
   */
  learningRate?: number
  /** An older name of `learningRate`. */
  lr?: number
  /**
   * How much of the mean square stays from step to step, from 0 to 1.
   * @default 0.9
   */
  rho?: number
  /**
   * The learning rate is divided by 1 + `decay` times the number of steps made.
   * @default 0
   */
  decay?: number
  /**
   * Keeps the division finite; null is `backend.epsilon()`.
   * @default null
   */
  epsilon?: number | null
}

/** Steps divided by a moving root mean square of gradients; a usual choice for recurrent networks. */
export class RMSprop extends Optimizer {
  constructor(learningRate?: number, options?: RMSpropOptions)
  constructor(options?: RMSpropOptions)
  constructor(...args: unknown[]) {
    super(read('RMSprop', ['learningRate?'], args), 'RMSprop')
  }
}

/** Options of SGD. */
export interface SGDOptions {
  /**
   * Gradients are scaled down together when the norm of all of them is more than this.
   * @default null
   */
  clipnorm?: number | null
  /**
   * Each element of a gradient is kept between minus this and this.
   * @default null
   */
  clipvalue?: number | null
  /**
   * How far a step goes.
   * @default 0.01
   */
  learningRate?: number
  /** An older name of `learningRate`. */
  lr?: number
  /**
   * Which part of the last step is made again, from 0 to 1.
   * @default 0
   */
  momentum?: number
  /**
   * The learning rate is divided by 1 + `decay` times the number of steps made.
   * @default 0
   */
  decay?: number
  /**
   * Whether the momentum is applied before the gradient is taken, as Nesterov does.
   * @default false
   */
  nesterov?: boolean
}

/** Stochastic gradient descent. */
export class SGD extends Optimizer {
  constructor(learningRate?: number, options?: SGDOptions)
  constructor(options?: SGDOptions)
  constructor(...args: unknown[]) {
    super(read('SGD', ['learningRate?'], args), 'SGD')
  }
}

export { Adadelta as adadelta, Adagrad as adagrad, Adam as adam, Adamax as adamax, Nadam as nadam, RMSprop as rmsprop, SGD as sgd }
