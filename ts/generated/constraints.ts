// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { read } from '../config.js'
import { Constraint, type ConstraintFunction } from '../constraint.js'

/** The names of the kind constraint. Augment this interface with the names of your custom objects. */
export interface ConstraintNames {
  max_norm: true
  MaxNorm: true
  maxnorm: true
  min_max_norm: true
  MinMaxNorm: true
  non_neg: true
  NonNeg: true
  nonneg: true
  unit_norm: true
  UnitNorm: true
  unitnorm: true
}

/** What an option takes that wants the kind constraint: a name, an instance, a function, or a config. */
export type ConstraintLike =
  keyof ConstraintNames | Constraint | ConstraintFunction | { class_name: string; config: Record<string, unknown> }

/** Options of MaxNorm. */
export interface MaxNormOptions {
  /**
   * Largest norm.
   * @default 2
   */
  maxValue?: number
  /**
   * The axis or axes a vector runs along: 0 for the weights into a unit of Dense, `[0, 1, 2]` for a filter of Conv2D.
   * @default 0
   */
  axis?: number | number[]
}

/** Shortens weight vectors that are longer than `max_value`. */
export class MaxNorm extends Constraint {
  constructor(maxValue?: number, options?: MaxNormOptions)
  constructor(options?: MaxNormOptions)
  constructor(...args: unknown[]) {
    super(read('MaxNorm', ['maxValue?'], args), 'MaxNorm')
  }
}

/** Options of MinMaxNorm. */
export interface MinMaxNormOptions {
  /**
   * Smallest norm.
   * @default 0
   */
  minValue?: number
  /**
   * Largest norm.
   * @default 1
   */
  maxValue?: number
  /**
   * Which part of the way is gone in one step: 1.0 enforces the limits at once.
   * @default 1
   */
  rate?: number
  /**
   * The axis or axes a vector runs along: 0 for the weights into a unit of Dense, `[0, 1, 2]` for a filter of Conv2D.
   * @default 0
   */
  axis?: number | number[]
}

/** Scales weight vectors so that their norm comes to lie between `min_value` and `max_value`. */
export class MinMaxNorm extends Constraint {
  constructor(options?: MinMaxNormOptions)
  constructor(...args: unknown[]) {
    super(read('MinMaxNorm', [], args), 'MinMaxNorm')
  }
}

/** Sets negative weights to 0. */
export class NonNeg extends Constraint {
  constructor()
  constructor(...args: unknown[]) {
    super(read('NonNeg', [], args), 'NonNeg')
  }
}

/** Options of UnitNorm. */
export interface UnitNormOptions {
  /**
   * The axis or axes a vector runs along: 0 for the weights into a unit of Dense, `[0, 1, 2]` for a filter of Conv2D.
   * @default 0
   */
  axis?: number | number[]
}

/** Scales weight vectors to norm 1. */
export class UnitNorm extends Constraint {
  constructor(axis?: number | number[], options?: UnitNormOptions)
  constructor(options?: UnitNormOptions)
  constructor(...args: unknown[]) {
    super(read('UnitNorm', ['axis?'], args), 'UnitNorm')
  }
}

export {
  MaxNorm as maxNorm,
  MaxNorm as maxnorm,
  MinMaxNorm as minMaxNorm,
  NonNeg as nonNeg,
  NonNeg as nonneg,
  UnitNorm as unitNorm,
  UnitNorm as unitnorm,
}
