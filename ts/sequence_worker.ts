// What runs in each thread of a module's Sequence: it makes the batches that it is asked for.
import { parentPort, workerData, type TransferListItem } from 'node:worker_threads'
import { loadSequence, type Answer, type Request, type Thrown } from './sequence_module.js'

const { url, args } = workerData as { url: string; args: readonly unknown[] }

/** Arrays as plain data. What is part of a larger buffer is cut out of it, so that the rest does not cross too. */
function portable(value: unknown, moved: TransferListItem[]): unknown {
  if (ArrayBuffer.isView(value)) {
    const view = value as Uint8Array
    if (view.byteLength === view.buffer.byteLength || !(view.buffer instanceof ArrayBuffer)) return view
    const cut = view.slice()
    moved.push(cut.buffer)
    return cut
  }
  if (Array.isArray(value)) return typeof value[0] === 'object' ? value.map((item) => portable(item, moved)) : value
  if (typeof value !== 'object' || value === null) return value
  if ('data' in value && 'shape' in value) return { data: portable(value.data, moved), shape: Array.from(value.shape as ArrayLike<number>) }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, portable(item, moved)]))
}

function thrown(error: unknown): Thrown {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined, own: {} }
  const own = Object.entries(error).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return { name: error.name, message: error.message, stack: error.stack, own: Object.fromEntries(own) }
}

function answer(id: number, work: () => Promise<unknown>): void {
  const moved: TransferListItem[] = []
  work().then(
    (value) => parentPort?.postMessage({ id, value: portable(value, moved) } satisfies Answer, moved),
    (error: unknown) => parentPort?.postMessage({ id, error: thrown(error) } satisfies Answer),
  )
}

const made = loadSequence(url, args)
answer(0, async () => (await made).length)
parentPort?.on('message', (request: Request) =>
  answer(request.id, async () => {
    const sequence = await made
    if (request.what === 'get') return sequence.getItem(request.index)
    await sequence.onEpochEnd?.()
    return sequence.length
  }),
)
