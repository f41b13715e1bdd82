// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { Callback, type CallbackFunction } from '../callback.js'
import { read } from '../config.js'

/** The names of the kind callback. Augment this interface with the names of your custom objects. */
export interface CallbackNames {
  BaseLogger: true
  CSVLogger: true
  EarlyStopping: true
  History: true
  LearningRateScheduler: true
  ModelCheckpoint: true
  ProgbarLogger: true
  ReduceLROnPlateau: true
  RemoteMonitor: true
  TerminateOnNaN: true
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

/** Options of CSVLogger. */
export interface CSVLoggerOptions {
  /**
   * What stands between numbers, one character.
   * @default ','
   */
  separator?: string
  /**
   * Whether lines are added to a file that is there, instead of replacing it.
   * @default false
   */
  append?: boolean
}

/** Everything that CSVLogger takes, in one object. */
export interface CSVLoggerConfig extends CSVLoggerOptions {
  /** The file. */
  filename: string
}

/** Writes the numbers of each epoch into a CSV file, in the order of their names. */
export class CSVLogger extends Callback {
  constructor(filename: string, options?: CSVLoggerOptions)
  constructor(config: CSVLoggerConfig)
  constructor(...args: unknown[]) {
    super(read('CSVLogger', ['filename'], args), 'CSVLogger')
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

/** Options of LearningRateScheduler. */
export interface LearningRateSchedulerOptions {
  /**
   * 1 prints the learning rate of each epoch.
   * @default 0
   */
  verbose?: number
}

/** Everything that LearningRateScheduler takes, in one object. */
export interface LearningRateSchedulerConfig extends LearningRateSchedulerOptions {
  /** Gives the learning rate of an epoch: a function of its number, from 0, and of the learning rate now. */
  schedule: (epoch: number, lr: number) => number | Promise<number>
}

/** Sets the learning rate when an epoch begins. */
export class LearningRateScheduler extends Callback {
  constructor(schedule: (epoch: number, lr: number) => number | Promise<number>, options?: LearningRateSchedulerOptions)
  constructor(config: LearningRateSchedulerConfig)
  constructor(...args: unknown[]) {
    super(read('LearningRateScheduler', ['schedule'], args), 'LearningRateScheduler')
  }
}

/** Options of ModelCheckpoint. */
export interface ModelCheckpointOptions {
  /**
   * The name of the number in the logs of an epoch.
   * @default 'val_loss'
   */
  monitor?: string
  /**
   * 1 prints a message when it saves, and when it does not.
   * @default 0
   */
  verbose?: number
  /**
   * Whether only a model that is better than all before is saved.
   * @default false
   */
  saveBestOnly?: boolean
  /**
   * Whether only the weights are saved.
   * @default false
   */
  saveWeightsOnly?: boolean
  /**
   * Whether less or more is better.
   * @default 'auto'
   */
  mode?: 'auto' | 'min' | 'max'
  /**
   * Epochs from one time to the next.
   * @default 1
   */
  period?: number
}

/** Everything that ModelCheckpoint takes, in one object. */
export interface ModelCheckpointConfig extends ModelCheckpointOptions {
  /** Where to; `{epoch:02d}` and names of the logs as `{val_loss:.2f}` stand for their numbers, in Python's formats. */
  filepath: string
}

/** Saves the model after epochs: each time, or when a monitored number is better than ever. */
export class ModelCheckpoint extends Callback {
  constructor(filepath: string, options?: ModelCheckpointOptions)
  constructor(config: ModelCheckpointConfig)
  constructor(...args: unknown[]) {
    super(read('ModelCheckpoint', ['filepath'], args), 'ModelCheckpoint')
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

/** Options of ReduceLROnPlateau. */
export interface ReduceLROnPlateauOptions {
  /**
   * The name of the number in the logs of an epoch.
   * @default 'val_loss'
   */
  monitor?: string
  /**
   * What the learning rate is multiplied by, below 1.
   * @default 0.1
   */
  factor?: number
  /**
   * Epochs without improvement after which it is reduced; 0 and 1 are alike.
   * @default 10
   */
  patience?: number
  /**
   * 1 prints a message when it is reduced.
   * @default 0
   */
  verbose?: number
  /**
   * Whether less or more is better.
   * @default 'auto'
   */
  mode?: 'auto' | 'min' | 'max'
  /**
   * The least change that counts as an improvement.
   * @default 0.0001
   */
  minDelta?: number
  /** An older name of `minDelta`. */
  epsilon?: number
  /**
   * Epochs after a reduction in which nothing is counted.
   * @default 0
   */
  cooldown?: number
  /**
   * The least learning rate.
   * @default 0
   */
  minLr?: number
}

/** Reduces the learning rate when a monitored number has not improved for some epochs. */
export class ReduceLROnPlateau extends Callback {
  constructor(options?: ReduceLROnPlateauOptions)
  constructor(...args: unknown[]) {
    super(read('ReduceLROnPlateau', [], args), 'ReduceLROnPlateau')
  }
}

/** Options of RemoteMonitor. */
export interface RemoteMonitorOptions {
  /**
   * Where the server is.
   * @default 'http://localhost:9000'
   */
  root?: string
  /**
   * What is added to `root`.
   * @default '/publish/epoch/end/'
   */
  path?: string
  /**
   * The form's field.
   * @default 'data'
   */
  field?: string
  /**
   * Headers to send.
   * @default null
   */
  headers?: Record<string, string> | null
  /**
   * Whether JSON alone is sent, as `application/json`, instead of a form.
   * @default false
   */
  sendAsJson?: boolean
}

/** Posts the numbers of each epoch to a server as JSON: as a form with one field, or alone. */
export class RemoteMonitor extends Callback {
  constructor(options?: RemoteMonitorOptions)
  constructor(...args: unknown[]) {
    super(read('RemoteMonitor', [], args), 'RemoteMonitor')
  }
}

/** Stops training when the loss of a batch is NaN or infinite. */
export class TerminateOnNaN extends Callback {
  constructor()
  constructor(...args: unknown[]) {
    super(read('TerminateOnNaN', [], args), 'TerminateOnNaN')
  }
}
