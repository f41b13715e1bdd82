// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { read } from '../config.js'
import { Regularizer, type RegularizerFunction } from '../regularizer.js'

/** The names of the kind regularizer. Augment this interface with the names of your custom objects. */
export interface RegularizerNames {
  l1: true
  l1_l2: true
  L1L2: true
  l2: true
}

/** What an option takes that wants the kind regularizer: a name, an instance, a function, or a config. */
export type RegularizerLike =
  keyof RegularizerNames | Regularizer | RegularizerFunction | { class_name: string; config: Record<string, unknown> }

/** Options of L1L2. */
export interface L1L2Options {
  /**
   * Factor of the absolute values.
   * @default 0
   */
  l1?: number
  /**
   * Factor of the squares.
   * @default 0
   */
  l2?: number
}

/** `l1` times the sum of absolute values plus `l2` times the sum of squares; neither halved nor divided by a count. */
export class L1L2 extends Regularizer {
  constructor(l1?: number, l2?: number, options?: L1L2Options)
  constructor(options?: L1L2Options)
  constructor(...args: unknown[]) {
    super(read('L1L2', ['l1?', 'l2?'], args), 'L1L2')
  }
}

/** Options of L1. */
export interface L1Options {
  /**
   * Factor of the absolute values.
   * @default 0.01
   */
  l?: number
}

/** Makes an L1L2 of absolute values alone. */
export function l1(l?: number, options?: L1Options): Regularizer
export function l1(options?: L1Options): Regularizer
export function l1(...args: unknown[]): Regularizer {
  return Regularizer.of('l1', read('l1', ['l?'], args))
}

/** Options of L2. */
export interface L2Options {
  /**
   * Factor of the squares.
   * @default 0.01
   */
  l?: number
}

/** Makes an L1L2 of squares alone. */
export function l2(l?: number, options?: L2Options): Regularizer
export function l2(options?: L2Options): Regularizer
export function l2(...args: unknown[]): Regularizer {
  return Regularizer.of('l2', read('l2', ['l?'], args))
}

/** Options of L1L2. */
export interface L1L2Options {
  /**
   * Factor of the absolute values.
   * @default 0.01
   */
  l1?: number
  /**
   * Factor of the squares.
   * @default 0.01
   */
  l2?: number
}

/** Makes an L1L2 of both. */
export function l1L2(l1?: number, l2?: number, options?: L1L2Options): Regularizer
export function l1L2(options?: L1L2Options): Regularizer
export function l1L2(...args: unknown[]): Regularizer {
  return Regularizer.of('l1_l2', read('l1_l2', ['l1?', 'l2?'], args))
}
