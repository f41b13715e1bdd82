// Wrong uses that must not compile. Checked by tsc alone, never run: a line that does compile is an error.
import { NDArray, TypeError, ValueError } from 'ironhorn'
import { Callable } from '../../ts/callable.js'

// @ts-expect-error text is not numbers
new NDArray('numbers')
// @ts-expect-error nor is a list of text
new NDArray([['a', 'b']])
// @ts-expect-error no such number type
new NDArray([1], { dtype: 'float8' })
// @ts-expect-error no such option
new NDArray([1], { sizes: [1] })
// @ts-expect-error an object needs its shape
new NDArray({ data: [1, 2] })
// @ts-expect-error immutable
new NDArray([1]).shape = [2]
// @ts-expect-error int64 elements are bigints
export const x: number | undefined = new NDArray(new BigInt64Array(1)).data[0]
// @ts-expect-error a code is text
new ValueError('message', 5)
// @ts-expect-error the code never changes
new TypeError('message').code = 'other'

export class Length extends Callable<string, number> {
  apply(text: string): number {
    return text.length
  }
}
export interface Length {
  (text: string): number
}
// @ts-expect-error the argument is text
new Length()(5)
// @ts-expect-error and the result a number
export const y: string = new Length()('five')
