// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { Base, type BaseFunction } from '../base.js'
import { read } from '../config.js'
import { builtIn, compute } from '../plug.js'
import type { Tensor, TensorLike } from '../tensor.js'
import type { DType } from '../types.js'
import type { InitializerLike } from './initializers.js'

/** The names of the kind gadget. Augment this interface with the names of your custom objects. */
export interface BaseNames {
  Bare: true
  Gadget: true
  gadget: true
  half_a_gadget: true
  just_so: true
  Plain: true
}

/** What an option takes that wants the kind gadget: a name, an instance, a function, or a config. */
export type BaseLike = keyof BaseNames | Base | BaseFunction | { class_name: string; config: Record<string, unknown> }

/** Options of every gadget. */
export interface BaseOptions {
  /**
   * Its name.
   * @default null
   */
  name?: string | null
}

/** Options of Gadget. */
export interface GadgetOptions extends BaseOptions {
  /**
   * Its window.
   * @default [1, 1]
   */
  windowSize?: number | [number, number]
  /** An older name of `windowSize`. */
  poolLength?: number | [number, number]
  /**
   * Its start.
   * @default 'zeros'
   */
  kernelInitializer?: InitializerLike
  /**
   * Its type.
   * @default 'float32'
   */
  dtype?: DType
}

/** Everything that Gadget takes, in one object. */
export interface GadgetConfig extends GadgetOptions {
  /** Its units. */
  units: number
}

/**
 * A thing
 * of two lines.
 */
export class Gadget extends Base {
  constructor(units: number, windowSize?: number | [number, number], options?: GadgetOptions)
  constructor(units: number, options?: GadgetOptions)
  constructor(config: GadgetConfig)
  constructor(...args: unknown[]) {
    super(read('Gadget', ['units', 'windowSize?'], args), 'Gadget')
  }
}

/** No options. */
export class Plain extends Base {
  constructor(options?: BaseOptions)
  constructor(...args: unknown[]) {
    super(read('Plain', [], args), 'Plain')
  }
}

/** None at all. */
export class Bare extends Base {
  constructor()
  constructor(...args: unknown[]) {
    super(read('Bare', [], args), 'Bare')
  }
}

/** A function. */
export function justSo(x: TensorLike): Tensor
export function justSo(...args: unknown[]): Tensor {
  return compute('base', 'just_so', 1, ['x'], args)
}
builtIn(justSo, 'base', 'just_so')

/** Everything that HalfAGadget takes, in one object. */
export interface HalfAGadgetConfig {
  /** Its units. */
  units: number
}

/** Makes one. */
export function halfAGadget(units: number): Base
export function halfAGadget(config: HalfAGadgetConfig): Base
export function halfAGadget(...args: unknown[]): Base {
  return Base.of('half_a_gadget', read('half_a_gadget', ['units'], args))
}

export { Gadget as gadget }
