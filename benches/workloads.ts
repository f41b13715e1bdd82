// What is measured: dense networks from tiny to large, with data and first weights that everyone gets alike.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A network and how it is run. */
export interface Workload {
  readonly name: string
  readonly kind: 'train' | 'predict'
  /** Widths from the input to the output. */
  readonly sizes: readonly number[]
  readonly batch: number
  readonly optimizer: 'sgd' | 'adam'
  /** Batches in memory, gone through in turn. */
  readonly steps: number
}

const networks: readonly Omit<Workload, 'kind'>[] = [
  { name: '2-8-1', sizes: [2, 8, 1], batch: 4, optimizer: 'sgd', steps: 2048 },
  { name: '20-64-64-10', sizes: [20, 64, 64, 10], batch: 128, optimizer: 'sgd', steps: 128 },
  { name: '784-512-512-10', sizes: [784, 512, 512, 10], batch: 128, optimizer: 'sgd', steps: 40 },
  { name: '784-1024-1024-10 Adam', sizes: [784, 1024, 1024, 10], batch: 256, optimizer: 'adam', steps: 12 },
]

/** Training steps, then predictions of one row and of many. */
export const WORKLOADS: readonly Workload[] = [
  ...networks.map((network) => ({ ...network, kind: 'train' as const, name: `${network.name} b${network.batch}` })),
  ...networks.flatMap((network) =>
    [1, 256].map((batch) => {
      const name = `${network.sizes.join('-')} predict b${batch}`
      return { ...network, kind: 'predict' as const, batch, steps: 16, name }
    }),
  ),
]

/** The step of `SGD` and `Adam`, everyone's default. */
export const RATE = { sgd: 0.01, adam: 0.001 } as const

/** Operations one step cannot do without: forward, the weights' gradients, and the inputs' where there is a layer below. */
export function flops({ sizes, batch, kind }: Workload): number {
  const layers = sizes.slice(1).map((n, l) => 2 * batch * n * (sizes[l] ?? 0) * (kind === 'predict' ? 1 : l === 0 ? 2 : 3))
  return layers.reduce((a, b) => a + b, 0)
}

/** Inputs, targets (one hot, or 0 and 1) and first weights, kernel and bias in turn, as they lie in memory. */
export interface Data {
  readonly x: Float32Array
  readonly y: Float32Array
  readonly weights: readonly { readonly data: Float32Array; readonly shape: readonly number[] }[]
}

/** The same numbers at each call. */
export function data({ sizes, batch, steps }: Workload): Data {
  let state = 1
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const [inputs = 0, outputs = 0] = [sizes[0], sizes.at(-1)]
  const rows = batch * steps
  const x = Float32Array.from({ length: rows * inputs }, () => random() - 0.5)
  const y = new Float32Array(rows * outputs)
  for (let row = 0; row < rows; row++) {
    // Something that can be learned: where the row's first numbers point.
    const at = Math.floor(((x[row * inputs] ?? 0) + 0.5) * Math.max(outputs, 2))
    if (outputs === 1) y[row] = at
    else y[row * outputs + at] = 1
  }
  const weights = sizes.slice(1).flatMap((columns, l) => {
    const rows = sizes[l] ?? 0
    const limit = Math.sqrt(6 / (rows + columns))
    const kernel = Float32Array.from({ length: rows * columns }, () => (random() * 2 - 1) * limit)
    return [
      { data: kernel, shape: [rows, columns] },
      { data: new Float32Array(columns), shape: [columns] },
    ]
  })
  return { x, y, weights }
}

/** Writes the data as raw files for programs in other languages, and lets `use` have their names; they are gone afterwards. */
export async function shared<T>(
  { x, y, weights }: Data,
  use: (files: { x: string; y: string; weights: string }) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'ironhorn-bench-'))
  try {
    const files = { x: join(folder, 'x'), y: join(folder, 'y'), weights: join(folder, 'weights') }
    writeFileSync(files.x, x)
    writeFileSync(files.y, y)
    writeFileSync(files.weights, Buffer.concat(weights.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))))
    return await use(files)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
