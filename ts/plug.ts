// Plug: what initializers, losses, optimizers and the other pluggable things share, built-in ones and those that users write.
import { inspect, type InspectOptions } from 'node:util'
import { read, type Config } from './config.js'
import { HANDLE, native, type Handle, type Kind } from './native.js'
import type { Tensor } from './tensor.js'

/** A thing as Keras writes it: the name of a function, or a class and its config. */
export type Serialized = string | { class_name: string; config: Config }

/** The base of all pluggable things. A built-in one lives in the engine; one of your own overrides `call`. */
export abstract class Plug {
  declare readonly [HANDLE]: Handle | undefined
  readonly #handle: Handle | undefined
  readonly #config: Config

  /**
   * @param kind which sort of thing
   * @param config its settings
   * @param builtIn the name of the engine's class; without one the subclass computes by itself
   * @param inherited what subclasses override to compute by themselves
   */
  constructor(kind: Kind, config: Config, builtIn: string | Handle | undefined, inherited?: unknown) {
    // What keeps a state is told apart by its name, as layers are.
    const named = builtIn === undefined && 'updateState' in this && config['name'] === undefined
    this.#config = named ? { ...config, name: native.uniqueName(this.constructor.name) } : config
    if (builtIn === undefined) return
    this.#handle = typeof builtIn === 'string' ? native.construct(kind, builtIn, config) : builtIn
    // The engine takes what has a handle for its own; a subclass with a `call` of its own is not.
    if ((this as { call?: unknown }).call === inherited) Object.defineProperty(this, HANDLE, { value: this.#handle })
  }

  /** The engine's thing behind this one. Throws if there is none. */
  protected get handle(): Handle {
    if (this.#handle === undefined) native.fail('NotImplementedError', `${this.constructor.name} has no method call; write one.`)
    return this.#handle as Handle
  }

  /** The settings that make an equal one, under Keras's names. */
  getConfig(): Config {
    if (this.#handle === undefined) return this.#config
    const written = native.serialize(this.#handle)
    return typeof written === 'string' ? {} : written.config
  }

  /** One of these settings. */
  static fromConfig<Thing>(this: new (config: Config) => Thing, config: Config): Thing {
    return new this(config)
  }

  /** For JSON.stringify: as Keras writes it. */
  toJSON(): Serialized {
    return this[HANDLE] === undefined ? { class_name: this.constructor.name, config: this.getConfig() } : native.serialize(this)
  }

  /** For console.log: the class's name and the settings. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const written = this.toJSON()
    return typeof written === 'string' ? written : `${written.class_name} ${inspect(this.getConfig(), options)}`
  }
}

/** Computes a built-in function: the first `count` arguments are tensors, the rest its options by place or by name. */
export function compute(kind: Kind, name: string, count: number, names: readonly string[], args: readonly unknown[]): Tensor {
  const options = { ...read(name, names, args) }
  const tensors = names.slice(0, count).map((argument) => {
    const tensor = options[argument]
    delete options[argument]
    return tensor
  })
  return native.compute(kind, name, options, tensors)
}

/** Makes a function stand for the engine's own where an option takes it, so that it is written by its name. */
export function builtIn(f: (...args: never[]) => Tensor, kind: Kind, name: string): void {
  Object.defineProperty(f, HANDLE, { value: native.construct(kind, name, {}) })
}
