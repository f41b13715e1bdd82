// The only file that names the addon: what it exports, typed by hand, and how it is found.
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import * as errors from './errors.js'
import type { Config } from './config.js'
import type { NDArray, NDArrayConstructor } from './ndarray.js'
import type { Serialized } from './plug.js'
import type { Size, Tensor, TensorLike } from './tensor.js'
import type { ArrayInput, DType } from './types.js'

/** Under this key an object holds the engine's thing that it stands for. */
export const HANDLE: unique symbol = Symbol.for('ironhorn.handle')

/** The kinds of pluggable things. */
export type Kind = 'activation' | 'constraint' | 'initializer' | 'loss' | 'metric' | 'optimizer' | 'regularizer'

/** A thing of the engine's. */
export interface Handle {
  /** What it is, in words. */
  describe(): string
}

/** A change of a variable, for a function or a layer to make. */
export interface Update {
  readonly [UPDATE]: never
}
declare const UPDATE: unique symbol

/** A compiled function of placeholders. */
export interface BackendFunction {
  run(inputs: readonly ArrayInput[]): NDArray[]
}

/** What the addon exports (bindings/src). */
interface Native {
  version(): string
  setErrorClasses(classes: typeof errors): void
  setCaller(caller: (f: (...args: unknown[]) => unknown, args: unknown[]) => unknown): void
  fail(kind: string, message: string): void
  callThrough(body: () => unknown): void
  readonly NDArray: NDArrayConstructor
  readonly Tensor: abstract new () => Tensor
  readonly Size: abstract new () => Size

  operation(name: string, args: readonly unknown[]): unknown
  variable(value: ArrayInput, dtype?: DType | null, name?: string): Tensor
  constant(value: ArrayInput, dtype?: DType | null, shape?: readonly number[] | null): Tensor
  placeholder(shape: readonly (number | null)[], dtype?: DType, name?: string): Tensor
  isVariable(x: unknown): boolean
  isPlaceholder(x: unknown): boolean
  evaluateTensor(x: TensorLike): NDArray
  getValue(variable: Tensor): NDArray
  setValue(variable: Tensor, value: ArrayInput): void
  gradients(loss: Tensor, variables: Tensor | readonly Tensor[]): Tensor[]
  update(kind: 'assign' | 'add' | 'sub' | 'moving', variable: Tensor, value: TensorLike, momentum?: number): Update
  makeFunction(inputs: readonly Tensor[], outputs: readonly Tensor[], updates?: readonly unknown[]): BackendFunction
  learningPhase(): Tensor
  floatx(): DType
  setFloatx(name: string): void
  epsilon(): number
  setEpsilon(epsilon: number): void
  imageDataFormat(): 'channels_last' | 'channels_first'
  setImageDataFormat(format: string): void
  getUid(prefix: string): number
  resetUids(): void
  clearSession(): void
  setRandomSeed(seed: number): void

  construct(kind: Kind, name: string, options: Config): Handle
  get(kind: Kind, identifier: unknown): Handle
  serialize(thing: unknown): Serialized
  compute(kind: Kind, name: string, options: Config, tensors: readonly unknown[]): Tensor
  apply(kind: Kind, thing: Handle, tensors: readonly Tensor[]): Tensor
  initialize(initializer: Handle, shape: readonly number[], dtype?: DType): NDArray
  getHyper(optimizer: Handle, name: string): number
  setHyper(optimizer: Handle, name: string, value: number): void
}

/** `linux-x64-gnu` and the like: the end of the name of the package that holds the addon for this machine. */
export function platform(): string {
  const base = `${process.platform}-${process.arch}`
  if (process.platform === 'win32') return `${base}-msvc`
  if (process.platform !== 'linux') return base
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return `${base}-${report.header?.glibcVersionRuntime === undefined ? 'musl' : 'gnu'}`
}

/** Loads the addon: the one that IRONHORN_ADDON names, else the one built beside this file, else the platform's package. */
export function load(named: string | undefined): Native {
  const require = createRequire(import.meta.url)
  // A named one may be straight from cargo, with an ending that require would take for a script.
  const ways = named ? [() => open(named)] : [() => require('./ironhorn.node'), () => require(`ironhorn-${platform()}`)]
  const tried: unknown[] = []
  for (const way of ways) {
    try {
      return way() as Native
    } catch (error) {
      tried.push(error)
    }
  }
  const advice = named
    ? `IRONHORN_ADDON names ${named}, which cannot be loaded.`
    : `Install the package ironhorn-${platform()} (npm does so unless optional dependencies are left out), or build it: npm run build in a clone.`
  const cause = tried.length === 1 ? tried[0] : new AggregateError(tried, 'what was tried')
  throw new errors.RuntimeError(`Ironhorn has no addon for ${platform()}. ${advice}`, 'addon_missing', { cause })
}

function open(file: string): unknown {
  const module = { exports: {} }
  process.dlopen(module, resolve(file))
  return module.exports
}

/** The addon. */
export const native: Native = load(process.env['IRONHORN_ADDON'])
native.setErrorClasses({ ...errors })
native.setCaller((f, args) => {
  try {
    return f(...args)
  } catch (error) {
    // Node-API cannot hold on to a primitive.
    throw error instanceof Error ? error : new Error(String(error), { cause: error })
  }
})
