// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.
import { read } from '../config.js'
import { Initializer, type InitializerFunction } from '../initializer.js'

/** The names of the kind initializer. Augment this interface with the names of your custom objects. */
export interface InitializerNames {
  Constant: true
  constant: true
  glorot_normal: true
  glorot_uniform: true
  GlorotNormal: true
  GlorotUniform: true
  he_normal: true
  he_uniform: true
  HeNormal: true
  HeUniform: true
  Identity: true
  identity: true
  lecun_normal: true
  lecun_uniform: true
  LecunNormal: true
  LecunUniform: true
  normal: true
  one: true
  Ones: true
  ones: true
  Orthogonal: true
  orthogonal: true
  random_normal: true
  random_uniform: true
  RandomNormal: true
  RandomUniform: true
  truncated_normal: true
  TruncatedNormal: true
  uniform: true
  VarianceScaling: true
  zero: true
  Zeros: true
  zeros: true
}

/** What an option takes that wants the kind initializer: a name, an instance, a function, or a config. */
export type InitializerLike =
  keyof InitializerNames | Initializer | InitializerFunction | { class_name: string; config: Record<string, unknown> }

/** Options of Constant. */
export interface ConstantOptions {
  /**
   * The value.
   * @default 0
   */
  value?: number
}

/** Every element has the same value. */
export class Constant extends Initializer {
  constructor(value?: number, options?: ConstantOptions)
  constructor(options?: ConstantOptions)
  constructor(...args: unknown[]) {
    super(read('Constant', ['value?'], args), 'Constant')
  }
}

/** Options of Identity. */
export interface IdentityOptions {
  /**
   * What the matrix is multiplied by.
   * @default 1
   */
  gain?: number
}

/** The identity matrix, times a gain. For matrices only; of a rectangular one the diagonal from the first corner is filled. */
export class Identity extends Initializer {
  constructor(gain?: number, options?: IdentityOptions)
  constructor(options?: IdentityOptions)
  constructor(...args: unknown[]) {
    super(read('Identity', ['gain?'], args), 'Identity')
  }
}

/** Every element is 1. */
export class Ones extends Initializer {
  constructor()
  constructor(...args: unknown[]) {
    super(read('Ones', [], args), 'Ones')
  }
}

/** Options of Orthogonal. */
export interface OrthogonalOptions {
  /**
   * What the matrix is multiplied by.
   * @default 1
   */
  gain?: number
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/**
 * A random orthogonal matrix, times a gain. The last axis is the matrix's columns, all others together its rows; of a
 * rectangular one the shorter side's vectors are orthonormal.
 */
export class Orthogonal extends Initializer {
  constructor(gain?: number, options?: OrthogonalOptions)
  constructor(options?: OrthogonalOptions)
  constructor(...args: unknown[]) {
    super(read('Orthogonal', ['gain?'], args), 'Orthogonal')
  }
}

/** Options of RandomNormal. */
export interface RandomNormalOptions {
  /**
   * Mean of the values.
   * @default 0
   */
  mean?: number
  /**
   * Standard deviation of the values.
   * @default 0.05
   */
  stddev?: number
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/** Normally distributed values. */
export class RandomNormal extends Initializer {
  constructor(mean?: number, stddev?: number, options?: RandomNormalOptions)
  constructor(options?: RandomNormalOptions)
  constructor(...args: unknown[]) {
    super(read('RandomNormal', ['mean?', 'stddev?'], args), 'RandomNormal')
  }
}

/** Options of RandomUniform. */
export interface RandomUniformOptions {
  /**
   * Lower bound of the values.
   * @default -0.05
   */
  minval?: number
  /**
   * Upper bound of the values.
   * @default 0.05
   */
  maxval?: number
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/** Uniformly distributed values. */
export class RandomUniform extends Initializer {
  constructor(minval?: number, maxval?: number, options?: RandomUniformOptions)
  constructor(options?: RandomUniformOptions)
  constructor(...args: unknown[]) {
    super(read('RandomUniform', ['minval?', 'maxval?'], args), 'RandomUniform')
  }
}

/** Options of TruncatedNormal. */
export interface TruncatedNormalOptions {
  /**
   * Mean of the values.
   * @default 0
   */
  mean?: number
  /**
   * Standard deviation of the values before the tails are cut.
   * @default 0.05
   */
  stddev?: number
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/**
 * Normally distributed values, drawn again where they are more than two standard deviations from the mean. The standard
 * deviation of the result is therefore 0.88 of the one given.
 */
export class TruncatedNormal extends Initializer {
  constructor(mean?: number, stddev?: number, options?: TruncatedNormalOptions)
  constructor(options?: TruncatedNormalOptions)
  constructor(...args: unknown[]) {
    super(read('TruncatedNormal', ['mean?', 'stddev?'], args), 'TruncatedNormal')
  }
}

/** Options of VarianceScaling. */
export interface VarianceScalingOptions {
  /**
   * What the variance is multiplied by; more than 0.
   * @default 1
   */
  scale?: number
  /**
   * Which connections are counted.
   * @default 'fan_in'
   */
  mode?: 'fan_in' | 'fan_out' | 'fan_avg'
  /**
   * The shape of the distribution.
   * @default 'normal'
   */
  distribution?: 'normal' | 'uniform'
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/** Random values whose variance is `scale / n`, where n is the number of connections into a unit, out of it, or their mean. */
export class VarianceScaling extends Initializer {
  constructor(scale?: number, options?: VarianceScalingOptions)
  constructor(options?: VarianceScalingOptions)
  constructor(...args: unknown[]) {
    super(read('VarianceScaling', ['scale?'], args), 'VarianceScaling')
  }
}

/** Options of GlorotNormal. */
export interface GlorotNormalOptions {
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/** Glorot's normal initializer, also called Xavier's: variance 2 / (connections in + connections out). */
export function glorotNormal(seed?: number | null, options?: GlorotNormalOptions): Initializer
export function glorotNormal(options?: GlorotNormalOptions): Initializer
export function glorotNormal(...args: unknown[]): Initializer {
  return Initializer.of('glorot_normal', read('glorot_normal', ['seed?'], args))
}

/** Options of GlorotUniform. */
export interface GlorotUniformOptions {
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/** Glorot's uniform initializer, also called Xavier's: variance 2 / (connections in + connections out). */
export function glorotUniform(seed?: number | null, options?: GlorotUniformOptions): Initializer
export function glorotUniform(options?: GlorotUniformOptions): Initializer
export function glorotUniform(...args: unknown[]): Initializer {
  return Initializer.of('glorot_uniform', read('glorot_uniform', ['seed?'], args))
}

/** Options of HeNormal. */
export interface HeNormalOptions {
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/** He's normal initializer, for rectified units: variance 2 / connections in. */
export function heNormal(seed?: number | null, options?: HeNormalOptions): Initializer
export function heNormal(options?: HeNormalOptions): Initializer
export function heNormal(...args: unknown[]): Initializer {
  return Initializer.of('he_normal', read('he_normal', ['seed?'], args))
}

/** Options of HeUniform. */
export interface HeUniformOptions {
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/** He's uniform initializer, for rectified units: variance 2 / connections in. */
export function heUniform(seed?: number | null, options?: HeUniformOptions): Initializer
export function heUniform(options?: HeUniformOptions): Initializer
export function heUniform(...args: unknown[]): Initializer {
  return Initializer.of('he_uniform', read('he_uniform', ['seed?'], args))
}

/** Options of LecunNormal. */
export interface LecunNormalOptions {
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/** LeCun's normal initializer: variance 1 / connections in. */
export function lecunNormal(seed?: number | null, options?: LecunNormalOptions): Initializer
export function lecunNormal(options?: LecunNormalOptions): Initializer
export function lecunNormal(...args: unknown[]): Initializer {
  return Initializer.of('lecun_normal', read('lecun_normal', ['seed?'], args))
}

/** Options of LecunUniform. */
export interface LecunUniformOptions {
  /**
   * Seed of its own; each draw advances it by one.
   * @default null
   */
  seed?: number | null
}

/** LeCun's uniform initializer: variance 1 / connections in. */
export function lecunUniform(seed?: number | null, options?: LecunUniformOptions): Initializer
export function lecunUniform(options?: LecunUniformOptions): Initializer
export function lecunUniform(...args: unknown[]): Initializer {
  return Initializer.of('lecun_uniform', read('lecun_uniform', ['seed?'], args))
}

/** Every element is 0. */
export class Zeros extends Initializer {
  constructor()
  constructor(...args: unknown[]) {
    super(read('Zeros', [], args), 'Zeros')
  }
}

export {
  Constant as constant,
  Identity as identity,
  Ones as ones,
  Ones as one,
  Orthogonal as orthogonal,
  RandomNormal as randomNormal,
  RandomNormal as normal,
  RandomUniform as randomUniform,
  RandomUniform as uniform,
  TruncatedNormal as truncatedNormal,
  glorotNormal as GlorotNormal,
  glorotUniform as GlorotUniform,
  heNormal as HeNormal,
  heUniform as HeUniform,
  lecunNormal as LecunNormal,
  lecunUniform as LecunUniform,
  Zeros as zeros,
  Zeros as zero,
}
