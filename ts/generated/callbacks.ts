// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { Callback, type CallbackFunction } from '../callback.js'
import { read } from '../config.js'

/** The names of the kind callback. Augment this interface with the names of your custom objects. */
export interface CallbackNames {
  BaseLogger: true
  EarlyStopping: true
  History: true
  ProgbarLogger: true
}

/** What an option takes that wants the kind callback: a name, an instance, a function, or a config. */
export type CallbackLike = keyof CallbackNames | Callback | CallbackFunction | { class_name: string; config: Record<string, unknown> }

/** Options of BaseLogger. */
export interface BaseLoggerOptions {
  /**
   * Names of metrics that are not averaged: their last number counts.
   * @default null
   */
  statefulMetrics?: string[] | null
}

/** Averages metrics over an epoch. */
export class BaseLogger extends Callback {
  constructor(options?: BaseLoggerOptions)
  constructor(...args: unknown[]) {
    super(read('BaseLogger', [], args), 'BaseLogger')
  }
}

/** Options of EarlyStopping. */
export interface EarlyStoppingOptions {
  /**
   * The name of the number in the logs of an epoch.
   * @default 'val_loss'
   */
  monitor?: string
  /**
   * The least change that counts as an improvement.
   * @default 0
   */
  minDelta?: number
  /**
   * Epochs without improvement after which training stops; 0 and 1 are alike.
   * @default 0
   */
  patience?: number
  /**
   * 1 prints a message when it stops.
   * @default 0
   */
  verbose?: number
  /**
   * Whether less or more is better.
   * @default 'auto'
   */
  mode?: 'auto' | 'min' | 'max'
  /**
   * What the number must be better than from the first epoch on.
   * @default null
   */
  baseline?: number | null
  /**
   * Whether the weights of the best epoch are put back when it stops.
   * @default false
   */
  restoreBestWeights?: boolean
}

/** Stops training when a monitored number has not improved for some epochs. */
export class EarlyStopping extends Callback {
  constructor(options?: EarlyStoppingOptions)
  constructor(...args: unknown[]) {
    super(read('EarlyStopping', [], args), 'EarlyStopping')
  }
}

/** The numbers of each epoch under their names. */
export class History extends Callback {
  constructor()
  constructor(...args: unknown[]) {
    super(read('History', [], args), 'History')
  }
}

/** Options of ProgbarLogger. */
export interface ProgbarLoggerOptions {
  /**
   * Whether the bar counts samples or steps.
   * @default 'samples'
   */
  countMode?: 'samples' | 'steps'
  /**
   * Names of metrics that are not averaged: their last number counts.
   * @default null
   */
  statefulMetrics?: string[] | null
}

/** Prints metrics and how far a run is. */
export class ProgbarLogger extends Callback {
  constructor(options?: ProgbarLoggerOptions)
  constructor(...args: unknown[]) {
    super(read('ProgbarLogger', [], args), 'ProgbarLogger')
  }
}
