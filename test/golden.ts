// Reads the golden values of Keras 2.3.1 (test/golden, written by scripts/golden) for the tests.
import { readFileSync } from 'node:fs'
import { NDArray, type DType } from 'ironhorn'

/** An array as the files hold it. */
export interface Stored {
  shape: number[]
  dtype: DType
  data: (number | string)[]
}

/** The cases of a topic. */
export function cases<Case>(topic: string): (Case & { id: string })[] {
  const file = new URL(`golden/${topic}.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: (Case & { id: string })[] }).cases
}

/** The array that a file holds. */
export function array(stored: Stored): NDArray {
  return new NDArray(stored.data.map(Number), { shape: stored.shape, dtype: stored.dtype })
}

/** Whether every number is within a relative distance, and near zero within a small absolute one. */
export function near(got: Iterable<number | bigint>, wanted: Iterable<number | bigint | string>, tolerance = 2e-4): boolean {
  const [a, b] = [Array.from(got, Number), Array.from(wanted, Number)]
  return (
    a.length === b.length &&
    a.every((x, i) => Object.is(x, b[i]) || Math.abs(x - (b[i] ?? NaN)) <= tolerance * Math.max(1e-1, Math.abs(b[i] ?? NaN)))
  )
}
