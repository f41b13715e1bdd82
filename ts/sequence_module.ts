// Sequences that live in a module, so that worker threads can each have one and make batches side by side.
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { ValueError } from './errors.js'
import type { Sequence } from './source.js'

/**
 * The module of a Sequence: its path or URL, and what its class or function is called with. The module's default export is a Sequence, a class
 * of one, or a function that makes one. `workers` threads import it, so that batches are made side by side; each thread has a Sequence of its
 * own and is told the end of each epoch.
 *
 * ```ts
 * await model.fit(new SequenceModule(new URL('./images.js', import.meta.url), ['train']), null, { workers: 4 })
 * ```
 */
export class SequenceModule {
  /** Where the module is. */
  readonly url: string
  /** What the Sequence is made with. */
  readonly args: readonly unknown[]
  /**
   * @param module the module's path or URL
   * @param args plain data to make the Sequence with
   */
  constructor(module: string | URL, args: readonly unknown[] = []) {
    this.args = args
    this.url = module instanceof URL || /^[a-z]+:\/\//.test(module) ? String(module) : pathToFileURL(module).href
  }
  /** The Sequence on this thread. */
  load(): Promise<Sequence<unknown>> {
    return loadSequence(this.url, this.args)
  }
}

/** The Sequence that a module gives. */
export async function loadSequence(url: string, args: readonly unknown[]): Promise<Sequence<unknown>> {
  const { default: given } = (await import(url)) as { default?: unknown }
  const made: unknown = typeof given === 'function' ? await make(given as Maker, args) : given
  if (typeof made === 'object' && made !== null && 'getItem' in made && 'length' in made) return made as Sequence<unknown>
  throw new ValueError(`The default export of ${url} is to be a Sequence, its class or a function that makes one.`, 'sequence_module')
}

type Maker = ((...args: unknown[]) => unknown) & (new (...args: unknown[]) => unknown)

function make(given: Maker, args: readonly unknown[]): unknown {
  const isClass = typeof (given.prototype as { getItem?: unknown } | undefined)?.getItem === 'function'
  return isClass ? new given(...args) : given(...args)
}

/** What a thread is asked. */
export type Request = { id: number; what: 'get'; index: number } | { id: number; what: 'end' }

/** What it answers; the first answer, of id 0, is the length. */
export type Answer = { id: number; value: unknown } | { id: number; error: Thrown }

/** An error as it crosses: its class goes, its name and stack stay. */
export interface Thrown {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly own: Readonly<Record<string, unknown>>
}

interface Thread {
  readonly worker: Worker
  waiting: Map<number, { resolve(value: unknown): void; reject(error: Error): void }>
}

/** A module's Sequence in several threads. */
export class WorkerSequence implements Sequence<unknown> {
  length = 0
  private asked = 0
  private readonly threads: Thread[] = []

  /** Starts the threads. */
  static async start(module: SequenceModule, workers: number): Promise<WorkerSequence> {
    const made = new WorkerSequence()
    try {
      const lengths = Array.from({ length: workers }, () => made.begin(thread({ url: module.url, args: module.args })))
      made.length = ((await Promise.all(lengths)) as number[])[0] ?? 0
      return made
    } catch (error) {
      await made.stop()
      throw error
    }
  }

  private begin(worker: Worker): Promise<unknown> {
    const thread: Thread = { worker, waiting: new Map() }
    this.threads.push(thread)
    const fail = (error: Error) => {
      thread.waiting.forEach(({ reject }) => reject(error))
      thread.waiting.clear()
    }
    worker.on('message', (answer: Answer) => {
      const waiting = thread.waiting.get(answer.id)
      thread.waiting.delete(answer.id)
      if ('error' in answer) waiting?.reject(revived(answer.error))
      else waiting?.resolve(answer.value)
    })
    worker.on('error', fail)
    worker.on('exit', (code) => fail(new Error(`A thread that makes batches ended with code ${code}.`)))
    // A batch that nobody waits for any more keeps no program alive.
    return new Promise((resolve, reject) => thread.waiting.set(0, { resolve, reject }))
  }

  private ask(thread: Thread, request: { what: 'get'; index: number } | { what: 'end' }): Promise<unknown> {
    const id = ++this.asked
    return new Promise((resolve, reject) => {
      thread.waiting.set(id, { resolve, reject })
      thread.worker.postMessage({ ...request, id } satisfies Request)
    })
  }

  getItem(index: number): Promise<unknown> {
    const [first, ...others] = this.threads
    if (first === undefined) return Promise.reject(new ValueError('This Sequence was stopped.', 'sequence_stopped'))
    const idlest = others.reduce((best, thread) => (thread.waiting.size < best.waiting.size ? thread : best), first)
    return this.ask(idlest, { what: 'get', index })
  }

  async onEpochEnd(): Promise<void> {
    const lengths = (await Promise.all(this.threads.map((thread) => this.ask(thread, { what: 'end' })))) as number[]
    this.length = lengths[0] ?? 0
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    for (let i = 0; i < this.length; i++) yield await this.getItem(i)
  }

  /** Ends the threads. */
  async stop(): Promise<void> {
    await Promise.all(this.threads.splice(0).map(({ worker }) => worker.terminate()))
  }
}

/** A worker thread. In the repository this file is TypeScript, whose loader Node gives to the main thread only. */
function thread(workerData: unknown): Worker {
  const ending = extname(import.meta.url)
  const entry = new URL(`./sequence_worker${ending}`, import.meta.url)
  if (ending === '.js') return new Worker(entry, { workerData })
  const start = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(entry.href)})))`
  return new Worker(start, { eval: true, workerData })
}

function revived({ name, message, stack, own }: Thrown): Error {
  const error = Object.assign(new Error(message), own)
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  if (stack !== undefined) error.stack = stack
  return error
}
