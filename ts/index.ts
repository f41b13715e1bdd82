// The package's front door: NDArray and the errors by name; each Keras module as a namespace, as they come.
export * from './errors.js'
export { NDArray, type NDArrayConstructor } from './ndarray.js'
export type { ArrayInput, DType, NestedArray, PlainArray, ShapedData, StridedData, TypedArray } from './types.js'
