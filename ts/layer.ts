// Layer: the class of built-in layers and of those that users write. An instance is a function of tensors; what it is lives in the
// engine, behind a handle.
import { inspect, type InspectOptions } from 'node:util'
import { Callable } from './callable.js'
import type { Config } from './config.js'
import { TypeError } from './errors.js'
import type { ConstraintLike } from './generated/constraints.js'
import type { InitializerLike } from './generated/initializers.js'
import type { RegularizerLike } from './generated/regularizers.js'
import { keep } from './keep.js'
import { HANDLE, native, type LayerHandle, type Update } from './native.js'
import type { NDArray } from './ndarray.js'
import { Tensor } from './tensor.js'
import type { ArrayInput, DType } from './types.js'

/** There is no function that stands for a layer: that is Lambda. */
export type LayerFunction = never

/** A tensor, or a list of them. */
export type Tensors = Tensor | readonly Tensor[]

/** What a Lambda applies. */
export type LambdaFunction = (x: Tensor, options: CallOptions) => Tensors

/** A shape; null where a size is only known when data comes. */
export type Shape = (number | null)[]

/** A mask, or a list of them; null where there is none. */
export type Masks = Tensor | null | readonly (Tensor | null)[]

/** What a layer is told of a call besides its inputs. */
export interface CallOptions {
  /** Whether the graph is made for training. */
  training?: boolean
  /** The mask of the first input, if it has one. */
  mask?: Tensor
  /** The states that a recurrent layer begins with. */
  initialState?: Tensors
  /** What each step of a recurrent layer sees besides; a step of your own gets them under this name too. */
  constants?: Tensors
  /** The states before this step, for a step of your own. */
  states?: readonly Tensor[]
  readonly [name: string]: unknown
}

/** How a weight is made. */
export interface WeightOptions {
  /** First values. */
  initializer?: InitializerLike
  /** A penalty that is added to the loss. */
  regularizer?: RegularizerLike | null
  /** What is done to it after each step. */
  constraint?: ConstraintLike | null
  /** Whether it is trained. */
  trainable?: boolean
  /** Its number type, that of the layer if not given. */
  dtype?: DType
}

/** A layer is called with a tensor, or with a list of them; most give one tensor. */
export interface Layer {
  <Output extends Tensors = Tensor>(x: Tensors): Output
  <Output extends Tensors = Tensor>(x: Tensors, options: CallOptions): Output
  (x: Tensors): Tensor
  /** The weights of a layer of your own are made here, once, when the shape of its input is known. */
  build?(inputShape: Shape | Shape[]): void
  /**
   * Makes a layer of your own a step of `RNN`: how large its states are. Its `call` then gets one step and `states`, and gives the output,
   * then the new states.
   */
  stateSize?: number | readonly number[]
  /** How large the output of such a step is, if not as large as its first state. */
  outputSize?: number
}

/** The objects of layers by the number of the engine's layer, so that each layer has one object. */
const objects = new Map<number, WeakRef<Layer>>()
const registry = new FinalizationRegistry<number>((key) => {
  // By now another layer may have the number.
  if (objects.get(key)?.deref() === undefined) objects.delete(key)
})

/** The classes of built-in layers, by name. */
const classes = new Map<string, { prototype: Layer }>()

/** Makes the classes known whose instances layers out of files are. */
export function register(named: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(named)) {
    if (typeof value === 'function' && value.prototype instanceof Layer) classes.set(name, value as unknown as { prototype: Layer })
  }
}

function attach(layer: Layer, handle: LayerHandle): void {
  Object.defineProperty(layer, HANDLE, { value: handle })
  objects.set(handle.key, new WeakRef(layer))
  registry.register(layer, handle.key)
}

/** The object of the engine's layer: the one that there is, or a new one of the layer's class. */
export function objectOf(handle: LayerHandle): Layer {
  const found = objects.get(handle.key)?.deref() ?? handle.user
  if (found !== undefined && found !== null) return found
  const made = Callable.shaped(classes.get(handle.className)?.prototype ?? Layer.prototype)
  attach(made, handle)
  return made
}

/** The base of all layers. A layer of your own overrides `call`, and `build` if it has weights. */
export abstract class Layer extends Callable<Tensors, Tensors> {
  declare readonly [HANDLE]: LayerHandle
  /** Whether a mask passes through a layer of your own. */
  declare supportsMasking: boolean | undefined

  /**
   * @param config the settings, `name` and `trainable` among them
   * @param builtIn the name of the engine's class, or its layer; yours has none
   */
  constructor(config: Config = {}, builtIn?: string | LayerHandle) {
    super()
    if (typeof builtIn === 'object') return (attach(this, builtIn), this)
    const user = builtIn === undefined || this.call !== Layer.prototype.call
    const reference = new WeakRef<Layer>(this)
    attach(this, user ? native.makeUserLayer(new.target.name, () => reference.deref(), config) : native.makeLayer(builtIn, config))
  }

  /** The same as calling the layer. */
  apply<Output extends Tensors = Tensor>(x: Tensors, options?: CallOptions): Output {
    const output = this[HANDLE].call(x, options) as Output
    // A layer that has others of yours inside, as a model does, holds them itself.
    return keep(output, [x], this[HANDLE].users().length > 0 ? [this] : [])
  }

  /** What a layer of your own computes, in ops on tensors. It runs when the layer is traced: for shapes, for training, for inference. */
  call(_x: Tensors, _options: CallOptions): Tensors {
    throw new TypeError(
      `${this.constructor.name} computes in the engine; call it, or write a method call(x) in your class.`,
      'call_missing',
    )
  }

  /** The name, unique in its model. */
  get name(): string {
    return this[HANDLE].name
  }

  /** Whether its weights are trained; a model trains what was trainable when it was compiled. */
  get trainable(): boolean {
    return this[HANDLE].trainable
  }
  set trainable(value: boolean) {
    this[HANDLE].setTrainable(value)
  }

  /** Whether its weights are there. */
  get built(): boolean {
    return this[HANDLE].built
  }

  /** All weights: those that are trained, then the others. */
  get weights(): Tensor[] {
    return this[HANDLE].weights('all')
  }
  /** The weights that are trained. */
  get trainableWeights(): Tensor[] {
    return this[HANDLE].weights('trainable')
  }
  /** The weights that are not trained. */
  get nonTrainableWeights(): Tensor[] {
    return this[HANDLE].weights('fixed')
  }

  /** Copies of the weights' values. */
  getWeights(): NDArray[] {
    return this[HANDLE].getWeights()
  }
  /** Overwrites the weights' values, in the order of `getWeights`. */
  setWeights(weights: readonly ArrayInput[]): void {
    this[HANDLE].setWeights(weights)
  }
  /** Whether it keeps state from batch to batch. */
  get stateful(): boolean {
    return this[HANDLE].stateful
  }
  /** Sets that state to zeros; that of a recurrent layer also to values, an array or a list of one array a state. */
  resetStates(values?: ArrayInput | readonly ArrayInput[]): void {
    this[HANDLE].resetStates(values)
  }
  /** How many numbers the weights have. */
  countParams(): number {
    return this[HANDLE].countParams()
  }

  /** The input of its only call. */
  get input(): Tensors {
    return this[HANDLE].tensors('input')
  }
  /** The output of its only call. */
  get output(): Tensors {
    return this[HANDLE].tensors('output')
  }
  /** The mask of the input of its only call, null if there is none. */
  get inputMask(): Masks {
    return this[HANDLE].masks('input')
  }
  /** The mask of the output of its only call, null if there is none. */
  get outputMask(): Masks {
    return this[HANDLE].masks('output')
  }
  /** The shape of its input, if all its calls agree. */
  get inputShape(): Shape | Shape[] {
    return this[HANDLE].shapes('input')
  }
  /** The shape of its output, if all its calls agree. */
  get outputShape(): Shape | Shape[] {
    return this[HANDLE].shapes('output')
  }
  /** The input of a call. */
  getInputAt(nodeIndex: number): Tensors {
    return this[HANDLE].tensors('input', nodeIndex)
  }
  /** The output of a call. */
  getOutputAt(nodeIndex: number): Tensors {
    return this[HANDLE].tensors('output', nodeIndex)
  }
  /** The mask of the input of a call. */
  getInputMaskAt(nodeIndex: number): Masks {
    return this[HANDLE].masks('input', nodeIndex)
  }
  /** The mask of the output of a call. */
  getOutputMaskAt(nodeIndex: number): Masks {
    return this[HANDLE].masks('output', nodeIndex)
  }
  /** The shape of the input of a call. */
  getInputShapeAt(nodeIndex: number): Shape | Shape[] {
    return this[HANDLE].shapes('input', nodeIndex)
  }
  /** The shape of the output of a call. */
  getOutputShapeAt(nodeIndex: number): Shape | Shape[] {
    return this[HANDLE].shapes('output', nodeIndex)
  }

  /** All scalars that it adds to the loss. */
  get losses(): Tensor[] {
    return this[HANDLE].losses()
  }
  /** Adds a scalar to the loss, in `call` or outside of it. */
  addLoss(loss: Tensor): void {
    this[HANDLE].addLoss(loss)
  }
  /** Reports a value as a metric, in `call` or outside of it. */
  addMetric(value: Tensor, name: string): void {
    this[HANDLE].addMetric(value, name)
  }
  /** Makes every training step change a variable (`K.update` and its kin), in `call` or outside of it. */
  addUpdate(updates: Update | readonly Update[]): void {
    for (const update of Array.isArray(updates) ? (updates as readonly Update[]) : [updates as Update]) this[HANDLE].addUpdate(update)
  }
  /** Makes a weight, in `build`. */
  addWeight(name: string, shape: readonly number[], options?: WeightOptions): Tensor {
    return this[HANDLE].addWeight(name, shape, options)
  }

  /** The settings that make an equal layer, under Keras's names. A class of your own adds its own to those of `super.getConfig()`. */
  getConfig(): Config {
    return this[HANDLE].user === undefined || this[HANDLE].user === null ? this[HANDLE].config() : this[HANDLE].baseConfig()
  }

  /** A layer of these settings. */
  static fromConfig(this: abstract new (...args: never[]) => Layer, config: Config): Layer {
    const name = this.name
    if (classes.get(name)?.prototype === this.prototype) return objectOf(native.deserializeLayer({ class_name: name, config }))
    return Reflect.construct(this as unknown as new (config: Config) => Layer, [config]) as Layer
  }

  /** For JSON.stringify: the settings. */
  toJSON(): Config {
    return this.getConfig()
  }

  /** For console.log: the class's name and the settings. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `${this[HANDLE].className} ${inspect(this.getConfig(), options)}`
  }
}
