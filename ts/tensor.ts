// A symbolic tensor: what layers and ops take and give while a model is described.
import type { DType } from './types.js'

/** A tensor of a model that is being described: it has a shape and a type, and no numbers yet. */
export interface Tensor {
  /** The name, unique in its model. */
  readonly name: string
  /** The sizes; null where it is only known when data comes. */
  readonly shape: readonly (number | null)[]
  /** The number type. */
  readonly dtype: DType
}
