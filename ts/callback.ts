// Callback: what runs between the steps of a training. Built-in ones run in the engine; yours are hooks that are awaited.
import type { Config } from './config.js'
import type { CallbackLike } from './generated/callbacks.js'
import type { Model } from './model.js'
import { HANDLE, native, type BaseCallback, type Dispatcher, type Handle } from './native.js'
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

/** The hooks. Epochs and batches are counted from 0. */
interface EveryHook {
  onTrainBegin(logs: Logs): Done
  onTrainEnd(logs: Logs): Done
  onEpochBegin(epoch: number, logs: Logs): Done
  onEpochEnd(epoch: number, logs: Logs): Done
  onBatchBegin(batch: number, logs: Logs): Done
  onBatchEnd(batch: number, logs: Logs): Done
  onTrainBatchBegin(batch: number, logs: Logs): Done
  onTrainBatchEnd(batch: number, logs: Logs): Done
  onTestBegin(logs: Logs): Done
  onTestEnd(logs: Logs): Done
  onTestBatchBegin(batch: number, logs: Logs): Done
  onTestBatchEnd(batch: number, logs: Logs): Done
  onPredictBegin(logs: Logs): Done
  onPredictEnd(logs: Logs): Done
  onPredictBatchBegin(batch: number, logs: Logs): Done
  onPredictBatchEnd(batch: number, logs: Logs & { outputs?: never }, outputs: NDArray[]): Done
}

/** The hooks, of which each may be left out; those that nobody has cost nothing. */
export interface Hooks extends Partial<EveryHook> {}

/** There is no function that stands for a callback: give an object of hooks. */
export type CallbackFunction = never

export interface Callback extends EveryHook {}

/**
 * The base of all callbacks. One of your own has some of the hooks; `this.model` and `this.params` are set before they are called. It may
 * extend a built-in one, whose hooks are then `super.onEpochEnd(epoch, logs)`; await them where a built-in one waits for something itself.
 */
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
    super('callback', Object.fromEntries(Object.entries(config).map(([name, value]) => [name, thrower(value)])), builtIn)
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

/** The built-in parts of the callbacks of the runs under way. */
const bases = new WeakMap<Callback, BaseCallback>()

// What `super` reaches: a hook of the built-in part. The hooks of a training's batches are the older ones, if not written.
for (const [hook, names] of METHODS) {
  for (const name of names) {
    const older = names.find((other) => other !== name && name === names[0])
    const inherited = function (this: Callback, ...args: unknown[]): unknown {
      const method = older === undefined ? undefined : (this as unknown as Record<string, (...args: unknown[]) => unknown>)[older]
      if (method !== undefined) return method.apply(this, args)
      const [number, logs] = (typeof args[0] === 'number' ? args : [undefined, ...args]) as [number | undefined, Logs | undefined]
      const changed = bases.get(this)?.call(hook, number, logs ?? {})
      return changed instanceof Promise
        ? changed.then((now: Logs) => void Object.assign(logs ?? {}, now))
        : void Object.assign(logs ?? {}, changed)
    }
    Object.defineProperty(Callback.prototype, name, { value: inherited, writable: true, configurable: true })
  }
}

/** A callback as the engine calls it: a built-in one is itself, unless a subclass has hooks of its own. */
export function dispatched(callback: Hooks): Callback | Dispatcher {
  const members = callback as unknown as Record<string, unknown>
  const inherited = Callback.prototype as unknown as Record<string, unknown>
  const methods = new Map<string, (...args: unknown[]) => unknown>()
  for (const [hook, names] of METHODS) {
    const method = names.map((name) => [name, members[name]] as const).find(([name, m]) => typeof m === 'function' && m !== inherited[name])
    if (method !== undefined) methods.set(hook, method[1] as (...args: unknown[]) => unknown)
  }
  const handle = callback instanceof Callback ? callback[HANDLE] : undefined
  if (callback instanceof Callback && handle !== undefined && methods.size === 0) return callback
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
  const hooks = [...methods.keys()]
  if (handle === undefined) return { hooks, call }
  const base = native.baseCallback(handle)
  bases.set(callback as Callback, base)
  return { hooks, call, base }
}

/** Node-API cannot hold on to a primitive. */
function rethrow(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error), { cause: error })
}

/** A function that throws errors alone; anything else as it is. */
function thrower(value: unknown): unknown {
  if (typeof value !== 'function') return value
  const safe = (...args: unknown[]): unknown => {
    try {
      const result: unknown = value(...args)
      return result instanceof Promise ? result.catch(rethrow) : result
    } catch (error) {
      return rethrow(error)
    }
  }
  return Object.defineProperty(safe, 'name', { value: value.name })
}
