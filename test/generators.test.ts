// Batches that arrive over time, from TypeScript: Sequences, generators, streams, worker threads; histories against Keras.
import { Readable } from 'node:stream'
import test from 'ava'
import { NDArray, StopIteration, TypeError, ValueError } from 'ironhorn'
import { Dense } from 'ironhorn/layers'
import { modelFromJson, Sequential, type FitGeneratorSettings } from 'ironhorn/models'
import { SGD } from 'ironhorn/optimizers'
import { Sequence, SequenceModule, type Batch, type BatchSource } from 'ironhorn/utils'
import { array, cases, type Stored } from './golden.js'

const small = () => {
  const model = new Sequential([new Dense(2, { inputDim: 3 })])
  model.compile({ optimizer: new SGD({ lr: 0.1 }), loss: 'mse' })
  return model
}
const filled = (rows: number, columns: number, value: number) => new NDArray(new Float32Array(rows * columns).fill(value), [rows, columns])
const batch = (i: number): Batch => [filled(2, 3, i), filled(2, 2, 0)]

class Listed extends Sequence {
  ended = 0
  asked: number[] = []
  readonly batches: readonly Batch[]
  length: number
  constructor(batches: readonly Batch[], length = batches.length) {
    super()
    this.batches = batches
    this.length = length
  }
  async getItem(i: number) {
    await Promise.resolve()
    this.asked.push(i)
    return this.batches[i] as Batch
  }
  override onEpochEnd() {
    this.ended++
    this.length = Math.min(this.batches.length, this.length + 1)
  }
}

interface FitCase {
  kind: string
  model_json: string
  compile: { optimizer: never; loss: never; metrics: never; weighted_metrics: never }
  initial_weights: Stored[]
  source: string
  batches: Stored[][]
  fit: Record<string, unknown>
  validation: { source: string; batches: Stored[][] } | null
  history: [string, number[]][]
}

function* each(batches: readonly Batch[]) {
  yield* batches
}

test("histories of generators and Sequences are Keras's", async (t) => {
  const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  const read = (batches: Stored[][]) => batches.map((parts) => parts.map(array) as unknown as Batch)
  const sourceOf = (kind: string, batches: readonly Batch[]): BatchSource =>
    kind === 'iterator' ? each(batches) : new Listed(batches, kind === 'growing' ? 2 : batches.length)
  let count = 0
  for (const { id, ...wanted } of cases<FitCase>('generators')) {
    if (wanted.kind !== 'fit') continue
    const model = modelFromJson(wanted.model_json)
    const { optimizer, loss, metrics, weighted_metrics: weightedMetrics } = wanted.compile
    model.compile({ optimizer, loss, metrics, weightedMetrics })
    model.setWeights(wanted.initial_weights.map(array))
    const settings = Object.fromEntries(Object.entries(wanted.fit).map(([key, value]) => [camel(key), value])) as FitGeneratorSettings
    if (wanted.validation !== null) {
      const [kind, batches] = [wanted.validation.source, read(wanted.validation.batches)]
      settings.validationData = kind === 'arrays' ? (batches[0] as Batch) : sourceOf(kind, batches)
    }
    const source = sourceOf(wanted.source, read(wanted.batches))
    const { history } = await model.fit(source, null, { ...settings, shuffle: false, verbose: 0 })
    t.deepEqual(
      Object.keys(history),
      wanted.history.map(([name]) => name),
      id,
    )
    // Keras's val_loss is the last batch's: see docs/differences.md.
    for (const [name, values] of wanted.history.filter(([name]) => name !== 'val_loss'))
      values.forEach((x, i) => t.true(Math.abs((history[name]?.[i] ?? NaN) - x) <= 2e-4 * Math.max(Math.abs(x), 1e-2), `${id} ${name}`))
    count++
  }
  t.is(count, 24)
})

test('a Sequence gives every batch once an epoch, in order unless it is shuffled', async (t) => {
  const batches = Array.from({ length: 5 }, (_, i) => batch(i))
  const listed = new Listed(batches, 4)
  await small().fitGenerator(listed, { epochs: 2, shuffle: false, verbose: 0 })
  t.deepEqual(listed.asked, [0, 1, 2, 3, 0, 1, 2, 3, 4])
  t.is(listed.ended, 2)
  const shuffled = new Listed(batches)
  await small().fit(shuffled, null, { verbose: 0, workers: 0 })
  t.deepEqual(
    shuffled.asked.toSorted((a, b) => a - b),
    [0, 1, 2, 3, 4],
  )
  const model = small()
  const whole = (await model.predict(new Listed(batches))) as NDArray
  t.deepEqual(whole.shape, [10, 2])
  t.deepEqual(
    whole.toArray(),
    ((await model.predict(batches.map(([x]) => (x as NDArray).toArray()).flat() as number[][])) as NDArray).toArray(),
  )
  t.is((await model.evaluateGenerator(new Listed(batches), { steps: 2 })).length, 1)
})

test('iterators, generator functions, async generators and streams of objects are sources, and go on where they were left', async (t) => {
  async function* slowly() {
    for (let i = 0; ; i++) {
      await new Promise((resolve) => setImmediate(resolve))
      yield batch(i)
    }
  }
  const options = { stepsPerEpoch: 2, verbose: 0 } as const
  const losses = async (make: () => BatchSource) => {
    const [model, source] = [small(), make()]
    model.setWeights([filled(3, 2, 0.1), [0, 0]])
    const first = await model.fit(source, null, options)
    const second = await model.fitGenerator(source, options)
    return [first.history['loss'], second.history['loss']]
  }
  const four = () => [0, 1, 2, 3].map(batch)
  const wanted = await losses(() => each(four()))
  // A function makes another generator for each run.
  t.deepEqual((await losses(() => slowly))[0], wanted[0])
  for (const make of [slowly, () => Readable.from(four()), () => four().values(), () => new Set(four())])
    t.deepEqual(await losses(make), wanted)
})

test('no more batches are made ahead than said', async (t) => {
  let [made, used, most] = [0, 0, 0]
  function* endless() {
    for (;;) {
      made++
      yield batch(1)
    }
  }
  const onTrainBatchEnd = async () => {
    used++
    most = Math.max(most, made - used)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await small().fit(endless(), null, { stepsPerEpoch: 12, maxQueueSize: 3, verbose: 0, callbacks: [{ onTrainBatchEnd }] })
  t.is(made, 12)
  t.true(most <= 3 && most > 0, String(most))
})

test('a module of a Sequence is worked at by as many threads as said, in order', async (t) => {
  const url = new URL('./sequences/rows.mjs', import.meta.url)
  const model = small()
  model.setWeights([filled(3, 2, 1), [0, 0]])
  const rows = (count: number) => Array.from({ length: count }, (_, i) => [3 * i, 3 * i]).flatMap((row) => [row, row])
  const predicted = async (workers: number) =>
    ((await model.predict(new SequenceModule(url, [6, { slow: 20 }]), { workers, useMultiprocessing: workers > 0 })) as NDArray).toArray()
  t.deepEqual(await predicted(3), rows(6))
  t.deepEqual(await predicted(1), rows(6))
  t.deepEqual(await predicted(0), rows(6))
  // Targets tell the threads that made them apart: with weights of zero the loss is the mean of their squares.
  model.setWeights([filled(3, 2, 0), [0, 0]])
  const threads = new Set<number>()
  const note = { onTestBatchEnd: (_: number, logs: Record<string, number>) => void threads.add(Math.sqrt(logs['loss'] ?? 0)) }
  await model.evaluate(new SequenceModule(url, [6, { slow: 20 }]), null, { workers: 3, verbose: 0, callbacks: [note] })
  t.true(threads.size > 1 && !threads.has(0), [...threads].join())
  const { history } = await small().fit(new SequenceModule(url, [4]), null, { epochs: 3, workers: 2, verbose: 0 })
  t.is(history['loss']?.length, 3)
  const error = await t.throwsAsync(model.predict(new SequenceModule(url, [6, { broken: 3 }]), { workers: 2 }))
  t.like(error, { name: 'RangeError', message: 'no such row', code: 'row' })
  await t.throwsAsync(model.predict(new SequenceModule(new URL('./sequences/missing.mjs', import.meta.url))), { message: /missing/ })
})

test('bad sources end a run as they do in Keras', async (t) => {
  const model = small()
  const fit = (source: BatchSource, more: FitGeneratorSettings = {}) =>
    model.fitGenerator(source, { stepsPerEpoch: 2, verbose: 0, ...more })
  const refused = (run: Promise<unknown>, code: string, expected: new (...args: never[]) => Error = ValueError) =>
    t.throwsAsync(run, { instanceOf: expected as never, code }, code)
  const three = () => each([0, 1, 2].map(batch))
  await refused(fit(three(), { epochs: 2 }), 'generator_ended', StopIteration)
  await refused(fit(each([])), 'generator_ended', StopIteration)
  const gone = new globalThis.RangeError('the disk is gone')
  const failing = function* () {
    yield batch(0)
    throw gone
  }
  t.is(await t.throwsAsync(fit(failing())), gone)
  await refused(fit(each([[filled(2, 2, 0), filled(2, 2, 0)]])), 'data_shape')
  await refused(fit(each([[filled(2, 3, 0), filled(2, 5, 0)]])), 'data_shape')
  await refused(fit(each([[filled(2, 3, 0), filled(1, 2, 0)]])), 'data_lengths')
  for (const wrong of [[filled(2, 3, 0)], [1, 2, 3, 4], 1, filled(2, 3, 0), undefined])
    await refused(fit(each([wrong as never])), 'generator_output')
  await refused(model.fitGenerator(three()), 'steps_missing')
  await refused(model.evaluateGenerator(three()), 'steps_missing')
  await refused(model.predictGenerator(three()), 'steps_missing')
  await refused(fit(three(), { validationData: three() }), 'steps_missing')
  await refused(model.fit(three(), filled(2, 2, 0), { stepsPerEpoch: 1 }), 'source_y')
  await refused(model.fit(three(), null, { stepsPerEpoch: 1, batchSize: 2 }), 'source_batch_size')
  await refused(model.fit(three(), null, { stepsPerEpoch: 1, sampleWeight: [1, 1] }), 'source_sample_weight')
  await refused(model.fit(three(), null, { stepsPerEpoch: 1, validationSplit: 0.5 }), 'validation_split')
  await refused(fit(new Listed([batch(0)]), { workers: 2 }), 'workers_bound')
  await refused(fit(new Listed([batch(0)]), { useMultiprocessing: true }), 'workers_bound')
  await refused(fit(three(), { workers: 2 }), 'workers_bound')
  await refused(fit(new Listed([])), 'no_samples')
  await t.throwsAsync(model.fitGenerator([[1]] as never), { instanceOf: TypeError })
  await model.fit(three(), null, { stepsPerEpoch: 1, verbose: 0 })
})

test('inputs alone are enough for a prediction, and what a model was not built for is built', async (t) => {
  const inputs = function* () {
    for (let i = 0; i < 3; i++) yield [[i, i, i]]
  }
  const fresh = new Sequential([new Dense(2)])
  fresh.compile({ optimizer: 'sgd', loss: 'mse' })
  await fresh.fit(each([batch(1)]), null, { stepsPerEpoch: 1, verbose: 0 })
  t.deepEqual(((await fresh.predict(inputs(), { steps: 3 })) as NDArray).shape, [3, 2])
  t.deepEqual(((await fresh.predictGenerator(each([batch(1)]), { steps: 1 })) as NDArray).shape, [2, 2])
})
