// The only file that names the addon: what it exports, typed by hand, and how it is found.
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import * as errors from './errors.js'
import type { Logs, Params } from './callback.js'
import type { Config } from './config.js'
import type { CallOptions, Layer, Masks, Shape, Tensors, WeightOptions } from './layer.js'
import type { NDArray, NDArrayConstructor } from './ndarray.js'
import type { Serialized } from './plug.js'
import type { Size, Tensor, TensorLike } from './tensor.js'
import type { ArrayInput, DType } from './types.js'

/** Under this key an object holds the engine's thing that it stands for. */
export const HANDLE: unique symbol = Symbol.for('ironhorn.handle')

/** The kinds of pluggable things. */
export type Kind = 'activation' | 'callback' | 'constraint' | 'initializer' | 'loss' | 'metric' | 'optimizer' | 'regularizer'

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

/** A layer or a model of the engine's. */
export interface LayerHandle {
  readonly key: number
  readonly name: string
  readonly className: string
  readonly user: Layer | null | undefined
  users(): Layer[]
  readonly trainable: boolean
  setTrainable(trainable: boolean): void
  readonly built: boolean
  config(): Config
  baseConfig(): Config
  call(inputs: Tensors, options?: CallOptions): Tensors
  weights(which: 'all' | 'trainable' | 'fixed'): Tensor[]
  getWeights(): NDArray[]
  setWeights(weights: readonly ArrayInput[]): void
  countParams(): number
  tensors(side: 'input' | 'output', at?: number): Tensors
  shapes(side: 'input' | 'output', at?: number): Shape | Shape[]
  masks(side: 'input' | 'output', at?: number): Masks
  losses(): Tensor[]
  addLoss(loss: Tensor): void
  addMetric(value: Tensor, name: string): void
  addUpdate(update: Update): void
  addWeight(name: string, shape: readonly number[], options?: WeightOptions): Tensor
  layers(): LayerHandle[]

  add(layer: unknown): void
  pop(): LayerHandle
  build(shape: readonly (number | null)[]): void
  getLayer(name?: string, index?: number): LayerHandle
  modelLayers(): LayerHandle[]
  symbols(side: 'inputs' | 'outputs'): Tensor[]
  symbolNames(side: 'inputs' | 'outputs'): string[]
  summary(lineLength?: number, positions?: readonly number[]): string[]
  toJson(): string
  toYaml(): string
  fullConfig(): Config
  readonly stateful: boolean
  resetStates(values?: unknown): void
  save(path: string | undefined, options: Config): Promise<Buffer | undefined>
  saveWeights(path: string | undefined, options: Config): Promise<Buffer | undefined>
  applyWeights(stored: StoredArrays, options: Config): void
  compile(options: Config): void
  optimizer(): Handle
  metricsNames(): string[]
  resetMetrics(): void
  readonly stopTraining: boolean
  setStopTraining(stop: boolean): void
  abort(): void
  fit(x: unknown, y: unknown, options: object): Ticket
  evaluate(x: unknown, y: unknown, options: object, alone: boolean): unknown
  predict(x: unknown, options: object | undefined, alone: boolean): unknown
  fitGenerator(x: unknown, options: object): Ticket
  evaluateGenerator(x: unknown, options: object): unknown
  predictGenerator(x: unknown, options: object): unknown
  readonly needsSample: boolean
  stream(next: () => unknown, first: unknown, targets: boolean): SourceHandle
  sequence(
    ask: (what: 'get' | 'end', i: number) => unknown,
    length: number,
    sample: unknown,
    movable: boolean,
    targets: boolean,
  ): SourceHandle
  trainOnBatch(x: unknown, y: unknown, options?: object): unknown
  testOnBatch(x: unknown, y: unknown, options?: object): unknown
  predictOnBatch(x: unknown): unknown
}

/** A source of batches, as runs take it. */
export interface SourceHandle {
  readonly [SOURCE]: never
}
declare const SOURCE: unique symbol

/** A call that is checked and readied, and not yet run. */
export interface Ticket {
  params(): Params
  discard(): void
  run(callbacks: readonly unknown[]): Promise<unknown>
}

/** The built-in part of a callback that extends a built-in one. */
export interface BaseCallback {
  call(hook: string, number: number | undefined, logs: Logs): Logs | Promise<Logs>
}

/** What was read of a file with a model. */
export interface StoredModel {
  readonly [STORED]: 'model'
}
/** What was read of a file with weights. */
export interface StoredArrays {
  readonly [STORED]: 'arrays'
}
declare const STORED: unique symbol

/** A user's callback as the engine calls it: the hooks it has, how to call one, and what has the others. */
export interface Dispatcher {
  hooks: string[]
  base?: BaseCallback
  call: (hook: string, number: number | undefined | null, logs: Logs, outputs: NDArray[]) => unknown
}

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
  uniqueName(className: string): string
  resetUids(): void
  clearSession(): void
  setRandomSeed(seed: number): void
  toCategorical(labels: ArrayInput, classes?: number, dtype?: DType): NDArray

  readonly LayerHandle: abstract new () => LayerHandle
  readonly Ticket: abstract new () => Ticket
  makeLayer(className: string, options: Config): LayerHandle
  makeUserLayer(className: string, user: () => Layer | undefined, options: Config): LayerHandle
  makeUserModel(className: string, user: () => Layer | undefined, name?: string): LayerHandle
  makeLambda(f: (x: never, options: CallOptions) => Tensors, options: Config): LayerHandle
  deserializeLayer(written: Serialized): LayerHandle
  input(options: object): Tensor
  makeModel(inputs: Tensors, outputs: Tensors, name?: string): LayerHandle
  makeSequential(name?: string): LayerHandle
  modelFromJson(json: string): LayerHandle
  modelFromYaml(yaml: string): LayerHandle
  modelFromConfig(written: Config): LayerHandle
  cloneModel(model: LayerHandle, inputs?: Tensors): LayerHandle
  readModel(source: string | Uint8Array): Promise<StoredModel>
  readWeights(source: string | Uint8Array): Promise<StoredArrays>
  modelFromStored(stored: StoredModel, options: Config): LayerHandle
  sequentialFromConfig(written: Config | readonly Config[]): LayerHandle
  withCustomObjects(names: readonly string[], objects: readonly unknown[], body: () => unknown): unknown
  registerCustomObjects(names: readonly string[], objects: readonly unknown[]): void
  hookNames(): string[]
  baseCallback(callback: Handle): BaseCallback
  callbackAttribute(callback: Handle, name: string): unknown
  setConsole(write: (text: string) => void, warn: (text: string) => void, terminal: boolean): void

  construct(kind: Kind, name: string, options: Config): Handle
  get(kind: Kind, identifier: unknown): Handle
  serialize(thing: unknown): Serialized
  compute(kind: Kind, name: string, options: Config, tensors: readonly unknown[]): Tensor
  apply(kind: Kind, thing: Handle, tensors: readonly Tensor[]): Tensor
  initialize(initializer: Handle, shape: readonly number[], dtype?: DType): NDArray
  makeUserOptimizer(className: string, user: () => unknown, options: Config): Handle
  optimizerGradients(optimizer: Handle, loss: Tensor, params: readonly Tensor[]): Tensor[]
  hyperTensor(optimizer: Handle, name: string): Tensor
  optimizerConfig(optimizer: Handle): Config
  getHyper(optimizer: Handle, name: string): number
  setHyper(optimizer: Handle, name: string, value: number): void
  optimizerWeights(optimizer: Handle): NDArray[]
  setOptimizerWeights(optimizer: Handle, weights: readonly ArrayInput[]): void
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
// Progress goes out through Node's own streams, whose order is then the program's.
native.setConsole(
  (text) => process.stdout.write(text),
  (text) => process.emitWarning(text),
  process.stdout.isTTY === true,
)
