// Callback: what runs between the steps of a training. Built-in ones run in the engine; yours are hooks that are awaited.
import type { Config } from './config.js'
import type { CallbackLike } from './generated/callbacks.js'
import type { Model } from './model.js'
import { native, type Dispatcher, type Handle } from './native.js'
import type { NDArray } from './ndarray.js'
import { Plug } from './plug.js'

/** The numbers that a hook is told; what it changes or adds, later callbacks see. */
export type Logs = Record<string, number>

/** What callbacks are told of the run. */
export interface Params {
  readonly batchSize: number | null
  readonly epochs: number | null
  readonly steps: number | null
  readonly samples: number | null
  readonly verbose: number
  readonly doValidation: boolean | null
  readonly metrics: readonly string[] | null
}

/** Whatever a hook gives; a promise is awaited before the training goes on. */
type Done = void | Promise<void>

/** The hooks. Each may be left out; those that nobody has cost nothing. Epochs and batches are counted from 0. */
export interface Hooks {
  onTrainBegin?(logs: Logs): Done
  onTrainEnd?(logs: Logs): Done
  onEpochBegin?(epoch: number, logs: Logs): Done
  onEpochEnd?(epoch: number, logs: Logs): Done
  onBatchBegin?(batch: number, logs: Logs): Done
  onBatchEnd?(batch: number, logs: Logs): Done
  onTrainBatchBegin?(batch: number, logs: Logs): Done
  onTrainBatchEnd?(batch: number, logs: Logs): Done
  onTestBegin?(logs: Logs): Done
  onTestEnd?(logs: Logs): Done
  onTestBatchBegin?(batch: number, logs: Logs): Done
  onTestBatchEnd?(batch: number, logs: Logs): Done
  onPredictBegin?(logs: Logs): Done
  onPredictEnd?(logs: Logs): Done
  onPredictBatchBegin?(batch: number, logs: Logs): Done
  onPredictBatchEnd?(batch: number, logs: Logs & { outputs?: never }, outputs: NDArray[]): Done
}

/** There is no function that stands for a callback: give an object of hooks. */
export type CallbackFunction = never

export interface Callback extends Hooks {}

/** The base of all callbacks. One of your own has some of the hooks; `this.model` and `this.params` are set before they are called. */
export abstract class Callback extends Plug {
  /** The model that is trained. */
  declare model: Model
  /** What is known of the run. */
  declare params: Params

  /**
   * @param config the settings
   * @param builtIn the name of the engine's class; yours has none
   */
  constructor(config: Config = {}, builtIn?: string | Handle) {
    super('callback', config, builtIn)
  }

  /** Something that a built-in one keeps, by Keras's name: `stopped_epoch`. */
  attribute(name: string): unknown {
    return native.callbackAttribute(this.handle, name)
  }

  /** What a name, a config or an instance stands for. */
  static get(identifier: CallbackLike): Callback {
    return identifier instanceof Callback ? identifier : new BuiltIn({}, native.get('callback', identifier))
  }
}

class BuiltIn extends Callback {}

const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

/** Keras's names of the hooks and the methods that answer to each, the first that is there. */
const METHODS: readonly (readonly [string, readonly string[]])[] = native.hookNames().map((hook) => [
  hook,
  // The hooks of batches without a word before are those of a training.
  hook.startsWith('on_train_batch') ? [camel(hook), camel(hook.replace('train_', ''))] : [camel(hook)],
])

/** A callback as the engine calls it. */
export function dispatcher(callback: Hooks, model: Model, params: Params): Dispatcher {
  const members = callback as unknown as Record<string, unknown>
  if (callback instanceof Callback) Object.assign(callback, { model, params })
  const methods = new Map<string, (...args: unknown[]) => unknown>()
  for (const [hook, names] of METHODS) {
    const method = names.map((name) => members[name]).find((member) => typeof member === 'function')
    if (method !== undefined) methods.set(hook, method as (...args: unknown[]) => unknown)
  }
  const call = (hook: string, number: number | undefined | null, logs: Logs, outputs: NDArray[]): unknown => {
    const args = number === undefined || number === null ? [logs] : [number, logs]
    if (outputs.length > 0) args.push(outputs as never)
    try {
      const result = methods.get(hook)?.apply(callback, args)
      return result instanceof Promise ? result.then(() => logs, rethrow) : logs
    } catch (error) {
      return rethrow(error)
    }
  }
  return { hooks: [...methods.keys()], call }
}

/** Node-API cannot hold on to a primitive. */
function rethrow(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error), { cause: error })
}
