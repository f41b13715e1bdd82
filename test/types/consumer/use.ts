// A user's strict project: compiled against the typings as they are published, with the library's own files checked too.
import { NDArray, ValueError, type ArrayInput } from 'ironhorn'

const inputs: ArrayInput[] = [1, [[1, 2]], new Float32Array(3), [new Float32Array(2)], { data: [1, 2], shape: [2] }, new NDArray([1])]
const bytes: Uint8Array = new NDArray(new Uint8Array(4), [2, 2]).data
const wide: BigInt64Array = new NDArray([1, 2], { dtype: 'int64' }).data
export const code: string = new ValueError('no').code
export { bytes, inputs, wide }
