// Model and Sequential: layers from inputs to outputs, and how they are trained and used. The loop runs in the engine; what takes
// longer than a moment runs on a thread of its own, so that the event loop stays free.
import { dispatched, Callback, type Hooks, type Params } from './callback.js'
import { read, type Config } from './config.js'
import { scoped, type CustomObjects } from './custom.js'
import { RuntimeError, TypeError } from './errors.js'
import type { LossLike } from './generated/losses.js'
import type {
  CompileOptions,
  EvaluateGeneratorOptions,
  EvaluateOptions,
  FitGeneratorOptions,
  FitOptions,
  LoadOptions,
  LoadWeightsOptions,
  PredictGeneratorOptions,
  PredictOptions,
  SaveOptions,
  TestOnBatchOptions,
  TrainOnBatchOptions,
} from './generated/training.js'
import { History } from './history.js'
import { Layer, objectOf, register, type Shape, type Tensors } from './layer.js'
import { keepAll } from './keep.js'
import { HANDLE, native, type LayerHandle, type Ticket } from './native.js'
import { NDArray } from './ndarray.js'
import { Optimizer } from './optimizer.js'
import { settled } from './settled.js'
import { isSource, open, type Batch, type BatchSource, type Opened } from './source.js'
import { Tensor } from './tensor.js'
import type { ArrayInput } from './types.js'

/** Data for a model: an array, a list of them in the order of inputs or outputs, or arrays by name. */
export type Data = ArrayInput | readonly ArrayInput[] | Readonly<Record<string, ArrayInput>>

/** Callbacks: built-in ones, instances of your classes, plain objects of hooks. */
export type Callbacks = readonly (Callback | Hooks)[]

/** How a model is fitted. */
export interface FitSettings extends Omit<FitOptions, 'validationData' | 'sampleWeight'> {
  /**
   * Data for validation: inputs, targets, perhaps weights of samples; beside a generator or Sequence one of these too. It wins over
   * `validationSplit`.
   */
  validationData?: readonly [Data, Data] | readonly [Data, Data, Data] | BatchSource
  /** By how much each sample counts in the loss. */
  sampleWeight?: Data | null
  /** What runs between the steps. */
  callbacks?: Callbacks
  /** Ends the training at a batch boundary; `fit` then fails with the signal's reason. */
  signal?: AbortSignal
}

/** How a model is evaluated. */
export interface EvaluateSettings extends Omit<EvaluateOptions, 'sampleWeight'> {
  /** By how much each sample counts in the loss. */
  sampleWeight?: Data | null
  /** What runs between the steps. */
  callbacks?: Callbacks
}

/** How a model predicts. */
export interface PredictSettings extends PredictOptions {
  /** What runs between the steps. */
  callbacks?: Callbacks
}

/** How a model is fitted to batches. */
export interface FitGeneratorSettings extends Omit<FitGeneratorOptions, 'validationData'> {
  /** Data for validation: a generator or Sequence, or inputs, targets, perhaps weights of samples. */
  validationData?: readonly [Data, Data] | readonly [Data, Data, Data] | BatchSource
  /** What runs between the steps. */
  callbacks?: Callbacks
  /** Ends the training at a batch boundary; it then fails with the signal's reason. */
  signal?: AbortSignal
}

/** How a model is evaluated on batches. */
export interface EvaluateGeneratorSettings extends EvaluateGeneratorOptions {
  /** What runs between the steps. */
  callbacks?: Callbacks
}

/** How a model predicts for batches. */
export interface PredictGeneratorSettings extends PredictGeneratorOptions {
  /** What runs between the steps. */
  callbacks?: Callbacks
}

/** What a model predicts: an array if it has one output, a list of them if it has more. */
export type Prediction<Output> = Output extends Tensor
  ? NDArray
  : Output extends readonly [unknown]
    ? NDArray
    : Output extends readonly [unknown, unknown, ...unknown[]]
      ? NDArray[]
      : NDArray | NDArray[]

/** How a model is loaded. */
export interface LoadSettings extends LoadOptions {
  /** Functions and classes of your own, by the names that stand in the file. */
  customObjects?: CustomObjects
}

/** How a summary is laid out and where its lines go. */
export interface SummaryOptions {
  lineLength?: number
  positions?: readonly number[]
  printFn?: (line: string) => void
}

/** The optimizers that models were compiled with, and those models' outputs' own names for them. */
const optimizers = new WeakMap<Layer, Optimizer>()

/**
 * A model: a graph of layers from inputs to outputs. It is a layer too. One of your own keeps layers in its properties and overrides
 * `call`; it is built by its first data.
 *
 * ```ts
 * class Twice extends Model {
 *   dense = new Dense(2)
 *   override call(x: Tensor) {
 *     return this.dense(this.dense(x))
 *   }
 * }
 * ```
 */
export class Model<const Output extends Tensors = Tensors> extends Layer {
  constructor(config?: { name?: string })
  constructor(config: { inputs: Tensors; outputs: Output; name?: string })
  constructor(inputs: Tensors, outputs: Output, options?: { name?: string })
  constructor(...args: unknown[]) {
    if (isHandle(args[0])) super({}, args[0])
    else if (new.target.prototype.call === Layer.prototype.call) super({}, make(args))
    else {
      // The engine's model holds the object weakly, as it does layers of yours.
      let self: WeakRef<Layer> | undefined
      const { name } = read(new.target.name, [], args)
      super(
        {},
        native.makeUserModel(new.target.name, () => self?.deref(), name as string | undefined),
      )
      self = new WeakRef<Layer>(this)
      return this
    }
    keepAll(this, this[HANDLE].users())
  }

  /** The settings that make an equal model. Error `NotImplementedError` for one of your own. */
  override getConfig(): Config {
    return this[HANDLE].config()
  }

  /** The layers, from inputs to outputs. */
  get layers(): Layer[] {
    return this[HANDLE].modelLayers().map(objectOf)
  }
  /** The inputs. */
  get inputs(): Tensor[] {
    return this[HANDLE].symbols('inputs')
  }
  /** The outputs. */
  get outputs(): Tensor[] {
    return this[HANDLE].symbols('outputs')
  }
  /** The names of the inputs. */
  get inputNames(): string[] {
    return this[HANDLE].symbolNames('inputs')
  }
  /** The names of the outputs. */
  get outputNames(): string[] {
    return this[HANDLE].symbolNames('outputs')
  }
  /** The layer of a name, or at a place. */
  getLayer(which: string | { name?: string; index?: number }): Layer {
    const { name, index } = typeof which === 'string' ? { name: which, index: undefined } : which
    return objectOf(this[HANDLE].getLayer(name, index))
  }

  /** Prints the table of layers, as Keras does. */
  summary(options: SummaryOptions = {}): void {
    const { lineLength, positions, printFn = (line) => process.stdout.write(`${line}\n`) } = options
    this[HANDLE].summary(lineLength, positions).forEach((line) => printFn(line))
  }

  /** The model without its weights as Keras's JSON. */
  toJson(): string {
    return this[HANDLE].toJson()
  }
  /** The same as Keras's YAML. */
  toYaml(): string {
    return this[HANDLE].toYaml()
  }

  /**
   * Saves config, weights, and how it was compiled with the optimizer's state as they are now, into an HDF5 file as Keras writes it.
   * The old file is whole until the new one is. Without a path the promise gives the file's bytes.
   *
   * ```ts
   * await model.save('model.h5')
   * const again = await loadModel('model.h5')
   * ```
   */
  save(path: string, options?: SaveOptions): Promise<void>
  save(options?: Pick<SaveOptions, 'includeOptimizer'>): Promise<Buffer>
  async save(...args: unknown[]): Promise<Buffer | void> {
    const { path, ...options } = read('save', ['path?'], args)
    return this[HANDLE].save(path as string | undefined, options)
  }
  /** The same for the weights alone. */
  saveWeights(path: string, options?: Pick<SaveOptions, 'overwrite'>): Promise<void>
  saveWeights(): Promise<Buffer>
  async saveWeights(...args: unknown[]): Promise<Buffer | void> {
    const { path, ...options } = read('saveWeights', ['path?'], args)
    return this[HANDLE].saveWeights(path as string | undefined, options)
  }
  /** Sets the weights to those of a file, or of its bytes, with weights or with a whole model. Nothing is set if anything does not fit. */
  async loadWeights(source: string | Uint8Array, options: LoadWeightsOptions = {}): Promise<void> {
    this[HANDLE].applyWeights(await native.readWeights(source), { ...options })
  }

  /** A model of these settings. */
  static override fromConfig(config: Config): Layer {
    return modelOf(native.modelFromConfig({ class_name: 'Model', config }))
  }

  /** The optimizer it was compiled with. */
  get optimizer(): Optimizer {
    const found = optimizers.get(this) ?? Optimizer.ofHandle(this[HANDLE].optimizer())
    optimizers.set(this, found)
    return found
  }

  /** Readies it for training. */
  compile(options: CompileOptions): void
  compile(
    optimizer: CompileOptions['optimizer'],
    loss?: LossLike | null,
    metrics?: CompileOptions['metrics'],
    options?: Omit<CompileOptions, 'optimizer' | 'loss' | 'metrics'>,
  ): void
  compile(...args: unknown[]): void {
    const config = read('compile', ['optimizer', 'loss?', 'metrics?'], args)
    const optimizer = Optimizer.get(config['optimizer'] as CompileOptions['optimizer'])
    this[HANDLE].compile({ ...config, optimizer })
    optimizers.set(this, optimizer)
  }

  /** The names of what `evaluate` and `trainOnBatch` give, the loss first. */
  get metricsNames(): string[] {
    return this[HANDLE].metricsNames()
  }
  /** Starts all metrics again. */
  resetMetrics(): void {
    this[HANDLE].resetMetrics()
  }

  /** Whether a training ends after its batch. */
  get stopTraining(): boolean {
    return this[HANDLE].stopTraining
  }
  set stopTraining(stop: boolean) {
    this[HANDLE].setStopTraining(stop)
  }

  /** Trains on arrays, or on the batches of a generator or Sequence. The promise is kept when all epochs are done. */
  fit(x: Data | BatchSource, y?: Data | null, settings: FitSettings = {}): Promise<History> {
    return train(this, x, settings, (handle, feed, options) => handle.fit(feed, y, options))
  }

  /** Trains on the batches of a generator or Sequence. */
  async fitGenerator(generator: BatchSource, settings: FitGeneratorSettings = {}): Promise<History> {
    checkSource(generator)
    return train(this, generator, settings, (handle, feed, options) => handle.fitGenerator(feed, options))
  }

  /** The loss and the metrics, in the order of `metricsNames`, on arrays or on the batches of a generator or Sequence. */
  async evaluate(x: Data | BatchSource, y?: Data | null, settings: EvaluateSettings = {}): Promise<number[]> {
    const { callbacks = [], ...options } = settings
    const feed = isSource(x) ? await fed(this, x, options, true) : { x, close: undefined }
    try {
      const result = this[HANDLE].evaluate(feed.x, y, options, callbacks.length === 0)
      return (await finished(this, result, callbacks)) as number[]
    } finally {
      await feed.close?.()
    }
  }

  /** The loss and the metrics, in the order of `metricsNames`, on the batches of a generator or Sequence. */
  async evaluateGenerator(generator: BatchSource, settings: EvaluateGeneratorSettings = {}): Promise<number[]> {
    checkSource(generator)
    const { callbacks = [], ...options } = settings
    const feed = await fed(this, generator, options, true)
    try {
      return (await finished(this, this[HANDLE].evaluateGenerator(feed.x, options), callbacks)) as number[]
    } finally {
      await feed.close()
    }
  }

  /** The outputs, for arrays or for the batches of a generator or Sequence: one array if the model has one output, a list if it has more. */
  predict(x: Data | BatchSource<Data | Batch>, settings?: PredictSettings): Promise<Prediction<Output>> {
    let callbacks: Callbacks = []
    let options: PredictOptions | undefined
    if (settings !== undefined) ({ callbacks = [], ...options } = settings)
    if (isSource(x))
      return predictFed(this, x, options ?? {}, (feed) => finished(this, this[HANDLE].predict(feed, options, false), callbacks))
    try {
      const result = this[HANDLE].predict(x, options, callbacks.length === 0)
      return finished(this, result, callbacks) as Promise<Prediction<Output>>
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  /** The outputs for the batches of a generator or Sequence, which may be inputs alone. */
  predictGenerator(generator: BatchSource<Data | Batch>, settings: PredictGeneratorSettings = {}): Promise<Prediction<Output>> {
    const { callbacks = [], ...options } = settings
    return predictFed(this, generator, options, (feed) => finished(this, this[HANDLE].predictGenerator(feed, options), callbacks))
  }

  /** One step of training on one batch: the loss and the metrics as they are before the step. */
  async trainOnBatch(x: Data, y?: Data | null, options?: TrainOnBatchOptions): Promise<number[]> {
    return (await finished(this, this[HANDLE].trainOnBatch(x, y, options), [])) as number[]
  }

  /** The loss and the metrics on one batch. */
  async testOnBatch(x: Data, y?: Data | null, options?: TestOnBatchOptions): Promise<number[]> {
    return (await finished(this, this[HANDLE].testOnBatch(x, y, options), [])) as number[]
  }

  /** The outputs for one batch. */
  async predictOnBatch(x: Data): Promise<Prediction<Output>> {
    return (await finished(this, this[HANDLE].predictOnBatch(x), [])) as Prediction<Output>
  }
}

/** Trains and gives the history. */
async function train(
  model: Model,
  x: Data | BatchSource,
  settings: FitSettings | FitGeneratorSettings,
  ready: (handle: LayerHandle, x: unknown, options: object) => Ticket,
): Promise<History> {
  const { callbacks = [], signal, ...options } = settings
  signal?.throwIfAborted()
  // Arrays are read before anything is awaited: the caller may write them again at once.
  const feed = isSource(x) || isSource(options.validationData) ? await fed(model, x, options, true) : { x, options, close: undefined }
  const abort = () => model[HANDLE].abort()
  let ticket: Ticket | undefined
  try {
    ticket = ready(model[HANDLE], feed.x, feed.options)
    const params = ticket.params()
    const history = Object.assign(new History(), { model, params })
    signal?.addEventListener('abort', abort, { once: true })
    const { epoch, names, values } = (await ticket.run(called(model, callbacks, params))) as HistoryRecord
    history.epoch = epoch
    history.history = Object.fromEntries(names.map((name, i) => [name, values[i] ?? []]))
    return history
  } catch (error) {
    if (signal?.aborted === true && error instanceof RuntimeError && error.code === 'aborted') throw signal.reason
    throw error
  } finally {
    ticket?.discard()
    signal?.removeEventListener('abort', abort)
    await feed.close?.()
  }
}

/** Predicts for the batches of a source. */
async function predictFed<Output>(
  model: Model,
  x: BatchSource<Data | Batch>,
  options: PredictOptions,
  run: (feed: unknown) => Promise<unknown>,
): Promise<Prediction<Output>> {
  checkSource(x)
  const feed = await fed(model, x, options, false)
  try {
    return (await run(feed.x)) as Prediction<Output>
  } finally {
    await feed.close()
  }
}

/** What was done at once, or the promise of what a ticket comes to. */
function finished(model: Model, result: unknown, callbacks: Callbacks): Promise<unknown> {
  if (!(result instanceof native.Ticket)) return settled(result)
  return result.run(callbacks.length === 0 ? [] : called(model, callbacks, result.params()))
}

function checkSource(x: unknown): void {
  if (!isSource(x))
    throw new TypeError('A generator or a Sequence is wanted here; arrays are for fit, evaluate and predict.', 'argument_type')
}

/** Data and options of a run, in which sources are as the engine takes them. */
async function fed(model: Model, x: unknown, options: { workers?: number; validationData?: unknown }, targets: boolean) {
  const all: Opened[] = []
  const ready = async (value: unknown): Promise<unknown> => {
    if (!isSource(value)) return value
    all.push(await open(model[HANDLE], value, options.workers, targets))
    return all.at(-1)?.source
  }
  const close = async () => void (await Promise.all(all.map((opened) => opened.close())))
  try {
    const feed = await ready(x)
    const { validationData } = options
    return { x: feed, options: isSource(validationData) ? { ...options, validationData: await ready(validationData) } : options, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Callbacks as the engine calls them. */
function called(model: Model, callbacks: Callbacks, params: Params): unknown[] {
  if (!Array.isArray(callbacks)) throw new TypeError('callbacks is a list of callbacks.', 'argument_type')
  return (callbacks as Callbacks).map((callback) => {
    if (typeof callback !== 'object' || callback === null)
      throw new TypeError(`A callback is an object of hooks, not ${String(callback)}.`, 'argument_type')
    if (callback instanceof Callback) Object.assign(callback, { model, params })
    return dispatched(callback)
  })
}

/** What the engine gives of a training. */
interface HistoryRecord {
  epoch: number[]
  names: string[]
  values: number[][]
}

function isHandle(value: unknown): value is LayerHandle {
  return value instanceof native.LayerHandle
}

function make(args: readonly unknown[]): LayerHandle {
  const [first] = args
  const named = args.length === 1 && typeof first === 'object' && first !== null && 'inputs' in first && 'outputs' in first
  const config = named ? (first as Config) : read('Model', ['inputs', 'outputs'], args)
  const { inputs, outputs, name, ...others } = config
  const unknown = Object.keys(others)[0]
  if (unknown !== undefined) throw new TypeError(`Model has no option \`${unknown}\`; it has inputs, outputs, name.`, 'option_unknown')
  return native.makeModel(inputs as Tensors, outputs as Tensors, name as string | undefined)
}

/** A stack of layers. */
export class Sequential extends Model<Tensor> {
  constructor(layers?: readonly Layer[] | LayerHandle | { layers?: readonly Layer[]; name?: string }, options: { name?: string } = {}) {
    const given =
      layers !== undefined && !Array.isArray(layers) && !isHandle(layers) ? (layers as { layers?: readonly Layer[]; name?: string }) : {}
    const name = given.name ?? options.name
    super((isHandle(layers) ? layers : native.makeSequential(name)) as never)
    for (const layer of Array.isArray(layers) ? (layers as readonly Layer[]) : (given.layers ?? [])) this.add(layer)
  }

  /** Puts a layer on top. */
  add(layer: Layer): void {
    this[HANDLE].add(layer)
    keepAll(this, this[HANDLE].users())
  }

  /** Takes the top layer away. */
  pop(): Layer {
    return objectOf(this[HANDLE].pop())
  }

  /** Builds it for inputs of that shape, the batch included. */
  override build(inputShape: Shape | Shape[]): void {
    this[HANDLE].build(inputShape as Shape)
  }

  /** A stack of these settings. */
  static override fromConfig(config: Config | readonly Config[]): Layer {
    return modelOf(native.sequentialFromConfig(config))
  }
}

register({ Model, Sequential })

/** The model in a file, or in its bytes, compiled as it was when it was saved. */
export async function loadModel(source: string | Uint8Array, options: LoadSettings = {}): Promise<Model> {
  const { customObjects, ...others } = options
  const stored = await native.readModel(source)
  return scoped(customObjects, () => modelOf(native.modelFromStored(stored, others)))
}

/** The same model of new layers with new weights, on inputs of its own or on those given. */
export function cloneModel(model: Model, inputTensors?: Tensors): Model {
  const classes = model[HANDLE].users().map((user) => [user.constructor.name, user.constructor] as const)
  return scoped(Object.fromEntries(classes), () => modelOf(native.cloneModel(model[HANDLE], inputTensors)))
}

/** The model of a handle. */
export function modelOf(handle: LayerHandle): Model {
  const model = objectOf(handle) as Model
  keepAll(model, handle.users())
  return model
}
