// Model and Sequential: layers from inputs to outputs, and how they are trained and used. The loop runs in the engine; what takes
// longer than a moment runs on a thread of its own, so that the event loop stays free.
import { dispatcher, Callback, type Hooks, type Params } from './callback.js'
import { read, type Config } from './config.js'
import { RuntimeError, TypeError } from './errors.js'
import type { LossLike } from './generated/losses.js'
import type {
  CompileOptions,
  EvaluateOptions,
  FitOptions,
  PredictOptions,
  TestOnBatchOptions,
  TrainOnBatchOptions,
} from './generated/training.js'
import { History } from './history.js'
import { Layer, objectOf, register, type Shape, type Tensors } from './layer.js'
import { keepAll } from './keep.js'
import { HANDLE, native, type LayerHandle } from './native.js'
import { NDArray } from './ndarray.js'
import { Optimizer } from './optimizer.js'
import { settled } from './settled.js'
import { Tensor } from './tensor.js'
import type { ArrayInput } from './types.js'

/** Data for a model: an array, a list of them in the order of inputs or outputs, or arrays by name. */
export type Data = ArrayInput | readonly ArrayInput[] | Readonly<Record<string, ArrayInput>>

/** Callbacks: built-in ones, instances of your classes, plain objects of hooks. */
export type Callbacks = readonly (Callback | Hooks)[]

/** How a model is fitted. */
export interface FitSettings extends Omit<FitOptions, 'validationData' | 'sampleWeight'> {
  /** Data for validation: inputs, targets, perhaps weights of samples. It wins over `validationSplit`. */
  validationData?: readonly [Data, Data] | readonly [Data, Data, Data]
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

/** What a model predicts: an array if it has one output, a list of them if it has more. */
export type Prediction<Output> = Output extends Tensor
  ? NDArray
  : Output extends readonly [unknown]
    ? NDArray
    : Output extends readonly [unknown, unknown, ...unknown[]]
      ? NDArray[]
      : NDArray | NDArray[]

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
  /** Whether it keeps state from batch to batch. */
  get stateful(): boolean {
    return this[HANDLE].stateful
  }
  /** Sets that state back. */
  resetStates(): void {
    this[HANDLE].resetStates()
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

  /** A model of these settings. */
  static override fromConfig(config: Config): Layer {
    return modelOf(native.modelFromConfig({ class_name: 'Model', config }))
  }

  /** The optimizer it was compiled with. */
  get optimizer(): Optimizer {
    const found = optimizers.get(this)
    if (found === undefined) throw new RuntimeError('The model is not compiled yet. Call model.compile(...) first.', 'not_compiled')
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

  /** Trains. The promise is kept when all epochs are done. */
  async fit(x: Data, y?: Data | null, settings: FitSettings = {}): Promise<History> {
    const { callbacks = [], signal, ...options } = settings
    signal?.throwIfAborted()
    const ticket = this[HANDLE].fit(x, y, options)
    const params = ticket.params()
    const history = Object.assign(new History(), { model: this, params })
    const abort = () => this[HANDLE].abort()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      const { epoch, names, values } = (await ticket.run(called(this, callbacks, params))) as HistoryRecord
      history.epoch = epoch
      history.history = Object.fromEntries(names.map((name, i) => [name, values[i] ?? []]))
      return history
    } catch (error) {
      if (signal?.aborted === true && error instanceof RuntimeError && error.code === 'aborted') throw signal.reason
      throw error
    } finally {
      ticket.discard()
      signal?.removeEventListener('abort', abort)
    }
  }

  /** The loss and the metrics, in the order of `metricsNames`. */
  async evaluate(x: Data, y?: Data | null, settings: EvaluateSettings = {}): Promise<number[]> {
    const { callbacks = [], ...options } = settings
    const result = this[HANDLE].evaluate(x, y, options, callbacks.length === 0)
    return (await finished(this, result, callbacks)) as number[]
  }

  /** The outputs: one array if the model has one output, a list if it has more. */
  predict(x: Data, settings?: PredictSettings): Promise<Prediction<Output>> {
    let callbacks: Callbacks = []
    let options: PredictOptions | undefined
    if (settings !== undefined) ({ callbacks = [], ...options } = settings)
    try {
      const result = this[HANDLE].predict(x, options, callbacks.length === 0)
      return finished(this, result, callbacks) as Promise<Prediction<Output>>
    } catch (error) {
      return Promise.reject(error as Error)
    }
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

/** What was done at once, or the promise of what a ticket comes to. */
function finished(model: Model, result: unknown, callbacks: Callbacks): Promise<unknown> {
  if (!(result instanceof native.Ticket)) return settled(result)
  return result.run(callbacks.length === 0 ? [] : called(model, callbacks, result.params()))
}

/** Callbacks as the engine calls them. */
function called(model: Model, callbacks: Callbacks, params: Params): unknown[] {
  if (!Array.isArray(callbacks)) throw new TypeError('callbacks is a list of callbacks.', 'argument_type')
  return (callbacks as Callbacks).map((callback) => {
    if (typeof callback !== 'object' || callback === null)
      throw new TypeError(`A callback is an object of hooks, not ${String(callback)}.`, 'argument_type')
    if (callback instanceof Callback) Object.assign(callback, { model, params })
    return callback instanceof Callback && callback[HANDLE] !== undefined ? callback : dispatcher(callback)
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

/** The model of a handle. */
export function modelOf(handle: LayerHandle): Model {
  const model = objectOf(handle) as Model
  keepAll(model, handle.users())
  return model
}
