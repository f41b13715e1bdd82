// Data that arrives over time: Sequences, generators, streams, and how a run asks them for batches.
import { TypeError, ValueError } from './errors.js'
import type { LayerHandle, SourceHandle } from './native.js'
import { NDArray } from './ndarray.js'
import { SequenceModule, WorkerSequence } from './sequence_module.js'
import type { ArrayInput } from './types.js'

/** Arrays of a batch: one, a list in the order of inputs or outputs, or by name. */
type Arrays = ArrayInput | readonly ArrayInput[] | Readonly<Record<string, ArrayInput>>

/** A batch: inputs, targets, perhaps weights of samples. */
export type Batch = readonly [Arrays, Arrays] | readonly [Arrays, Arrays, Arrays]

/**
 * Batches by number: how many there are, and any of them. Order is kept and each batch used once an epoch, whoever makes it.
 *
 * ```ts
 * class Rows extends Sequence {
 *   get length() { return Math.ceil(rows / 32) }
 *   getItem(i: number): Batch { return [x.slice(i * 32, i * 32 + 32), y.slice(i * 32, i * 32 + 32)] }
 * }
 * await model.fit(new Rows(), null, { epochs: 2 })
 * ```
 *
 * A predicting model takes inputs alone from `getItem`, too.
 */
export abstract class Sequence<Item = Batch> {
  /** How many batches there are now. */
  abstract readonly length: number
  /** The batch of that number, from 0. */
  abstract getItem(index: number): Item | Promise<Item>
  /** Called when all batches of a training's or validation's pass were used; it may change what the next pass has. */
  onEpochEnd(): void | Promise<void> {}
  /** All batches, in order. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for (let i = 0; i < this.length; i++) yield await this.getItem(i)
  }
}

/** What gives batches: a Sequence, the module of one (its URL, or a SequenceModule with what it is made with), an iterator, a generator or a function that makes one, a stream of objects. */
export type BatchSource<Item = Batch> =
  | Sequence<Item>
  | SequenceModule
  | URL
  | Iterator<Item>
  | AsyncIterator<Item>
  | Iterable<Item>
  | AsyncIterable<Item>
  | (() => Iterator<Item> | AsyncIterator<Item>)

/** Whether it gives batches, and is not data itself. */
export function isSource(x: unknown): x is BatchSource<never> {
  if (typeof x === 'function') return true
  if (typeof x !== 'object' || x === null || Array.isArray(x) || ArrayBuffer.isView(x) || x instanceof NDArray) return false
  return (
    x instanceof URL || x instanceof SequenceModule || isSequence(x) || isIterator(x) || Symbol.asyncIterator in x || Symbol.iterator in x
  )
}

function isSequence(x: object): x is Sequence<unknown> {
  return 'getItem' in x && typeof x.getItem === 'function' && 'length' in x
}

function isIterator(x: object): x is Iterator<unknown> {
  return 'next' in x && typeof x.next === 'function'
}

/** How a run is fed, and what is to be done after it. */
export interface Opened {
  readonly source: SourceHandle
  close(): Promise<void>
}

/** Readies a source for a run. `targets` says whether its batches are more than inputs. */
export async function open(handle: LayerHandle, x: BatchSource<never>, workers: unknown, targets: boolean): Promise<Opened> {
  const given = x instanceof URL ? new SequenceModule(x) : x
  if (given instanceof SequenceModule) {
    if (workers === 0) return sequence(handle, await given.load(), false, targets)
    const made = await WorkerSequence.start(given, typeof workers === 'number' && workers >= 1 ? workers : 1)
    try {
      return { ...(await sequence(handle, made, true, targets)), close: () => made.stop() }
    } catch (error) {
      await made.stop()
      throw error
    }
  }
  if (typeof given === 'object' && isSequence(given)) return sequence(handle, given, false, targets)
  const puller = pullerOf(given)
  const first = await puller.peek()
  return { source: handle.stream(() => puller.next(), first, targets), close: () => Promise.resolve() }
}

async function sequence(handle: LayerHandle, items: Sequence<unknown>, movable: boolean, targets: boolean): Promise<Opened> {
  const sample = handle.needsSample && items.length > 0 ? await items.getItem(0) : undefined
  const ask = async (what: 'get' | 'end', i: number): Promise<unknown> => {
    if (what === 'get') return items.getItem(i)
    await items.onEpochEnd?.()
    return items.length
  }
  return { source: handle.sequence(ask, items.length, sample, movable, targets), close: () => Promise.resolve() }
}

/** An iterator whose next batch can be looked at. */
class Puller {
  private readonly items: Iterator<unknown> | AsyncIterator<unknown>
  private seen: { batch: unknown } | undefined
  constructor(items: Iterator<unknown> | AsyncIterator<unknown>) {
    this.items = items
  }

  /** The next batch, which stays; undefined when there is none. */
  async peek(): Promise<unknown> {
    this.seen ??= { batch: await this.pull() }
    return this.seen.batch
  }
  /** The next batch; undefined when there is none. */
  next(): unknown {
    const { seen } = this
    this.seen = undefined
    return seen === undefined ? this.pull() : seen.batch
  }
  private pull(): unknown {
    const step = this.items.next()
    return step instanceof Promise ? step.then(valueOf) : valueOf(step as IteratorResult<unknown>)
  }
}

function valueOf(step: IteratorResult<unknown>): unknown {
  if (step.done === true) return undefined
  if (step.value === undefined)
    throw new ValueError('Output of generator should be a tuple `(x, y, sample_weight)` or `(x, y)`. Found: undefined', 'generator_output')
  return step.value
}

/** A generator goes on where the last run left it, a batch that was looked at included. */
const pullers = new WeakMap<object, Puller>()

function pullerOf(given: object | (() => unknown)): Puller {
  const known = pullers.get(given)
  if (known !== undefined && typeof given !== 'function') return known
  const puller = new Puller(iteratorOf(given))
  pullers.set(given, puller)
  return puller
}

function iteratorOf(given: object | (() => unknown)): Iterator<unknown> | AsyncIterator<unknown> {
  const made: unknown = typeof given === 'function' ? (given as () => unknown)() : given
  if (typeof made === 'object' && made !== null) {
    if (isIterator(made)) return made
    if (Symbol.asyncIterator in made) return (made as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    if (Symbol.iterator in made) return (made as Iterable<unknown>)[Symbol.iterator]()
  }
  throw new TypeError(`A function that stands for data is to give an iterator of batches; it gave ${String(made)}.`, 'argument_type')
}
