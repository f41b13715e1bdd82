// Made-up data for the examples: what NumPy's `random.random` and `random.randint` give.
import { NDArray } from 'ironhorn'

const size = (shape: number[]) => shape.reduce((product, n) => product * n, 1)

/** Numbers from 0 to 1. */
export function random(...shape: number[]): NDArray {
  return new NDArray(Float32Array.from({ length: size(shape) }, Math.random), shape)
}

/** Whole numbers from 0 to below `high`. */
export function integers(high: number, ...shape: number[]): NDArray {
  return new NDArray(
    Int32Array.from({ length: size(shape) }, () => Math.floor(Math.random() * high)),
    shape,
  )
}
