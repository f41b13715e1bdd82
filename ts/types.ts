// The types that many modules speak of: number types and the many things that JavaScript programs hold numbers in.
import type { NDArray } from './ndarray.js'

/** A name of a number type. */
export type DType = 'bool' | 'uint8' | 'int8' | 'uint16' | 'int16' | 'int32' | 'int64' | 'float16' | 'bfloat16' | 'float32' | 'float64'

/** The typed arrays that numbers come in. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array

/** Numbers, booleans or bigints in arrays of arrays, every row of the same size; innermost rows may be typed arrays. */
export type NestedArray = readonly (number | boolean | bigint | TypedArray | NestedArray)[]

/** Flat elements with a shape. */
export interface ShapedData {
  readonly data: TypedArray | NDArray | readonly number[]
  readonly shape: ArrayLike<number>
}

/** An ndarray of scijs: shaped data that may be a view, by a stride an axis and an offset. */
export interface StridedData extends ShapedData {
  readonly stride: ArrayLike<number>
  readonly offset: number
}

/** Whatever is taken where numpy takes an array. */
export type ArrayInput = number | boolean | bigint | NestedArray | TypedArray | NDArray | ShapedData | StridedData

/** What an array becomes as plain JavaScript. */
export type PlainArray = number | boolean | PlainArray[]
