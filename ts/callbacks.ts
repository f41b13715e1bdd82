// Keras's module `callbacks`.
import { Callback, type Hooks } from './callback.js'
import { EarlyStopping, ModelCheckpoint, ReduceLROnPlateau } from './generated/callbacks.js'
import { History } from './history.js'

export * from './generated/callbacks.js'
export { Callback, History }
export type { Hooks, Logs, Params } from './callback.js'

declare module './generated/callbacks.js' {
  interface EarlyStopping {
    /** The epoch after which training was stopped; 0 if it was not. */
    readonly stoppedEpoch: number
    /** The best value so far. */
    readonly best: number
  }
  interface ModelCheckpoint {
    /** The best value so far. */
    readonly best: number
  }
  interface ReduceLROnPlateau {
    /** The best value so far. */
    readonly best: number
  }
}

for (const [Class, name, attribute] of [
  [EarlyStopping, 'stoppedEpoch', 'stopped_epoch'],
  [EarlyStopping, 'best', 'best'],
  [ModelCheckpoint, 'best', 'best'],
  [ReduceLROnPlateau, 'best', 'best'],
] as const) {
  Object.defineProperty(Class.prototype, name, {
    get(this: Callback) {
      return this.attribute(attribute)
    },
    configurable: true,
  })
}

/** A callback of functions given to it. */
export class LambdaCallback extends Callback {
  constructor(hooks: Hooks) {
    super()
    Object.assign(this, hooks)
  }
}
