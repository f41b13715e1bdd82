// NDArray: numpy's array as Keras's users know it. The class is native; this file gives it its types and how it is printed.
import { inspect, type InspectOptions } from 'node:util'
import { native } from './native.js'
import type { ArrayInput, DType, PlainArray } from './types.js'

/** The typed array that holds each number type on the JavaScript side. */
export interface DataOf {
  bool: Uint8Array
  uint8: Uint8Array
  int8: Int8Array
  uint16: Uint16Array
  int16: Int16Array
  int32: Int32Array
  int64: BigInt64Array
  float16: Float32Array
  bfloat16: Float32Array
  float32: Float32Array
  float64: Float64Array
}

/**
 * An immutable array of numbers in native memory. It is handed to the engine without a copy: build one for data that is used often.
 *
 * ```ts
 * const x = new NDArray([[1, 2], [3, 4]])
 * const images = new NDArray(bytes, { shape: [100, 28, 28] })
 * ```
 */
export interface NDArray<D extends DType = DType> {
  /** The sizes, outermost first. */
  readonly shape: number[]
  /** The number type. */
  readonly dtype: D
  /** The number of elements. */
  readonly size: number
  /** The elements in row-major order: a copy, made once. Writing it does not change the array. int64 gives bigints. */
  readonly data: DataOf[D]
  /** The elements as nested arrays of numbers (booleans for bool), as `tolist` in numpy. */
  toArray(): PlainArray
  /** The only element, as a number. Throws a ValueError if there are more, or none. */
  item(): number
}

/** How NDArrays are made. */
export interface NDArrayConstructor {
  /**
   * Copies `value` into native memory. Plain numbers become float32, booleans bool, bigints int64; typed arrays keep their type
   * (Uint32Array becomes int64). `shape` gives flat elements their sizes, `dtype` converts.
   */
  new <D extends DType>(value: ArrayInput, options: { shape?: readonly number[]; dtype: D }): NDArray<D>
  new (value: Float32Array, options?: ShapeOption): NDArray<'float32'>
  new (value: Float64Array, options?: ShapeOption): NDArray<'float64'>
  new (value: Int32Array, options?: ShapeOption): NDArray<'int32'>
  new (value: BigInt64Array | Uint32Array, options?: ShapeOption): NDArray<'int64'>
  new (value: Uint8Array | Uint8ClampedArray, options?: ShapeOption): NDArray<'uint8'>
  new (value: ArrayInput, options?: ShapeOption): NDArray
  readonly prototype: NDArray
}

type ShapeOption = readonly number[] | { shape?: readonly number[] }

/** An immutable array of numbers in native memory. */
export const NDArray: NDArrayConstructor = native.NDArray

/** Elements shown of a large array. */
const SHOWN = 6

Object.defineProperty(NDArray.prototype, inspect.custom, {
  value(this: NDArray, _depth: number, options: InspectOptions) {
    const small = this.size <= 1000
    const elements = small ? this.toArray() : `[ ${this.data.subarray(0, SHOWN).join(', ')}, ... ${this.size - SHOWN} more ]`
    return `NDArray ${this.dtype} [${this.shape.join(', ')}] ${small ? inspect(elements, { ...options, depth: null }) : String(elements)}`
  },
})

Object.defineProperty(NDArray.prototype, 'toJSON', {
  value(this: NDArray) {
    return this.toArray()
  },
})
