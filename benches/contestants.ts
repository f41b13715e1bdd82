// Who is measured: us in this process, and the frameworks in `benches/peers` as programs that take turns with us.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { NDArray } from 'ironhorn'
import { Dense } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { Adam, SGD } from 'ironhorn/optimizers'
import { Child } from './child.js'
import { RATE, shared, type Data, type Workload } from './workloads.js'

/** How many times all batches are gone through to compare losses. */
const PASSES = 3

/** One way to run a workload: what it computed at first, and milliseconds a step when asked. */
export interface Way {
  readonly name: string
  /** Mean losses of the first passes, or the first outputs. */
  readonly results: readonly number[]
  time(seconds: number): Promise<number>
}

/** A framework. */
export interface Contestant {
  readonly name: string
  /** All ways it has to run a workload, warmed up; those that fail are told to `say`. */
  open(workload: Workload, data: Data, say: (line: string) => void): Promise<Way[]>
  close(): void
}

/** Ironhorn through its TypeScript API: `fit` and `predict` as users call them. */
export const ours: Contestant = {
  name: 'ironhorn',
  async open(workload, data) {
    const { sizes, batch, steps, kind } = workload
    const inputs = sizes[0] ?? 0
    const last = sizes.length - 2
    const activation = (l: number) => (l < last ? 'relu' : sizes.at(-1) === 1 ? 'sigmoid' : 'softmax')
    const model = new Sequential(
      sizes.slice(1).map((n, l) => new Dense(n, { activation: activation(l), ...(l === 0 && { inputDim: inputs }) })),
    )
    model.setWeights(data.weights.map(({ data, shape }) => new NDArray(data, { shape: [...shape] })))
    if (kind === 'predict') {
      const size = batch * inputs
      const rows = Array.from({ length: steps }, (_, i) => ({ data: data.x.slice(i * size, (i + 1) * size), shape: [batch, inputs] }))
      const pass = async () => {
        for (const row of rows) await model.predict(row, { batchSize: batch })
      }
      const first = await model.predict(rows[0] ?? [], { batchSize: batch })
      return [{ name: 'predict', results: [...first.data.slice(0, 64)].map(Number), time: (seconds) => timed(pass, steps, seconds) }]
    }
    const optimizer = workload.optimizer === 'adam' ? new Adam({ lr: RATE.adam }) : new SGD({ lr: RATE.sgd })
    model.compile({ optimizer, loss: sizes.at(-1) === 1 ? 'binary_crossentropy' : 'categorical_crossentropy' })
    const x = new NDArray(data.x, { shape: [batch * steps, inputs] })
    const y = new NDArray(data.y, { shape: [batch * steps, sizes.at(-1) ?? 0] })
    const { history } = await model.fit(x, y, { batchSize: batch, epochs: PASSES, shuffle: false, verbose: 0 })
    const fit = async (epochs: number) => {
      await model.fit(x, y, { batchSize: batch, epochs, verbose: 0 })
    }
    // One call of `fit` for a sample, as training is: what a call costs once is not what a step costs.
    const pass = await timed(() => fit(1), 1, 0.05)
    const time = async (seconds: number) => {
      const epochs = Math.max(1, Math.round((seconds * 1000) / pass))
      return timed(() => fit(epochs), epochs * steps, 0)
    }
    return [{ name: 'fit', results: history['loss'] ?? [], time }]
  },
  close() {},
}

/** Milliseconds a step of as many passes as fill the time. */
async function timed(pass: () => Promise<void>, steps: number, seconds: number): Promise<number> {
  const start = performance.now()
  let passes = 0
  do {
    await pass()
    passes++
  } while (performance.now() - start < seconds * 1000)
  return (performance.now() - start) / (passes * steps)
}

/** The frameworks whose environment is there (`benches/peers/setup` makes it). `ways` narrows what they try. */
export async function peers(threads: number, ways?: readonly string[]): Promise<Contestant[]> {
  const environment = process.env['PEERS_ENV'] ?? join(import.meta.dirname, '..', '.tools', 'peers')
  const python = join(environment, 'bin', 'python')
  if (!existsSync(python)) return []
  const files = ['peer_tensorflow.py', 'peer_pytorch.py']
  return Promise.all(files.map((file) => peer(python, join(import.meta.dirname, 'peers', file), threads, ways)))
}

async function peer(python: string, file: string, threads: number, ways: readonly string[] | undefined): Promise<Contestant> {
  const child = new Child(python, [file], { OMP_NUM_THREADS: String(threads) })
  const { framework } = JSON.parse(await child.line()) as { framework: string }
  const ask = async (request: object) => JSON.parse(await child.ask(JSON.stringify(request))) as unknown
  return {
    name: framework,
    open: ({ kind, sizes, batch, optimizer }, data, say) =>
      shared(data, async (files) => {
        const request = { do: 'open', kind, sizes, batch, optimizer, rate: RATE[optimizer], threads, passes: PASSES, ways, ...files }
        const { ways: found, failed } = (await ask(request)) as {
          ways: Record<string, { results: number[][] }>
          failed: Record<string, string>
        }
        for (const [way, why] of Object.entries(failed)) say(`${framework}, ${way}: ${why}`)
        return Object.entries(found).map(([name, { results }]) => ({
          name,
          results: kind === 'train' ? results.flat() : (results[0] ?? []),
          time: async (seconds: number) => ((await ask({ do: 'time', way: name, seconds })) as { ms: number }).ms,
        }))
      }),
    close: () => child.close(),
  }
}
