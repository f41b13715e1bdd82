// Training from TypeScript: hooks that are awaited, stopping, what may be done meanwhile, a free event loop, memory that stays flat.
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import test from 'ava'
import { NDArray, RuntimeError, TypeError, ValueError, type Tensor } from 'ironhorn'
import * as K from 'ironhorn/backend'
import { Callback, EarlyStopping, History, LambdaCallback, type Logs } from 'ironhorn/callbacks'
import { Dense, Input, Lambda, Layer, type Tensors } from 'ironhorn/layers'
import { Model, Sequential } from 'ironhorn/models'
import { Adam, SGD } from 'ironhorn/optimizers'
import { setRandomSeed } from 'ironhorn/utils'
import { cases } from './golden.js'

const filled = (rows: number, columns: number, value: number) => new NDArray(new Float32Array(rows * columns).fill(value), [rows, columns])
const small = () => {
  const model = new Sequential([new Dense(2, { inputDim: 3 })])
  model.compile({ optimizer: new SGD({ lr: 0.1 }), loss: 'mse' })
  return model
}
const [x, y] = [filled(8, 3, 0.5), filled(8, 2, 0.25)]

interface HookCase {
  kind: string
  call: 'fit' | 'evaluate' | 'predict'
  samples: number
  metrics: string[]
  args: Record<string, unknown>
  calls: [string, number | null, string[]][]
  stop?: unknown
}

test("hooks come in Keras's order, with its numbers and logs", async (t) => {
  const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  for (const { id, ...wanted } of cases<HookCase>('callbacks')) {
    if (wanted.kind !== 'hooks' || wanted.stop !== undefined) continue
    const model = new Sequential([new Dense(2, { inputDim: 3 })])
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: wanted.metrics as 'mae'[] })
    const calls: [string, number | null, string[]][] = []
    const note = (hook: string) => (first: number | Logs, second?: Logs) => {
      const [number, logs] = typeof first === 'number' ? [first, second ?? {}] : [null, first]
      calls.push([hook, number, Object.keys(logs)])
    }
    // The hooks of a training's batches call the older ones, which Keras's recorder wrote down too.
    const hooks = new Set(wanted.calls.map(([hook]) => hook).filter((hook) => !/^on_batch/.test(hook)))
    const recorder = Object.fromEntries([...hooks].map((hook) => [camel(hook), note(hook)]))
    const [n, callbacks] = [wanted.samples, [recorder]]
    const [data, targets] = [filled(n, 3, 0.5), filled(n, 2, 0.25)]
    const options = Object.fromEntries(Object.entries(wanted.args).map(([key, value]) => [camel(key), value]))
    if (wanted.call === 'fit') await model.fit(data, targets, { verbose: 0, shuffle: false, ...options, callbacks })
    else if (wanted.call === 'evaluate') await model.evaluate(data, targets, { verbose: 0, ...options, callbacks })
    else await model.predict(data, { ...options, callbacks })
    const same = wanted.calls
      .filter(([hook]) => !/^on_batch/.test(hook))
      .map(([hook, n, keys]) => [hook, n, keys.filter((key) => key !== 'outputs')])
    t.deepEqual(calls, same as typeof calls, id)
  }
})

test('inside an async hook, a generator of hooks and a timer everything else works', async (t) => {
  const model = small()
  const done: string[] = []
  const use = async (where: string) => {
    const before = model.getWeights()
    const p = await model.predict(filled(1, 3, 1))
    t.deepEqual(p.shape, [1, 2])
    t.is((await model.evaluate(x, y, { verbose: 0 })).length, 1)
    model.setWeights(before)
    model.optimizer.lr = 0.05
    await t.throwsAsync(model.fit(x, y, { verbose: 0 }), { instanceOf: RuntimeError, code: 'fit_running' })
    done.push(where)
  }
  const timer = setTimeout(() => void use('timer'), 1)
  const history = await model.fit(x, y, {
    epochs: 3,
    batchSize: 4,
    verbose: 0,
    callbacks: [
      {
        async onEpochBegin() {
          await sleep(5)
          await use('hook')
        },
        async onTrainBatchEnd(batch) {
          for await (const turn of (async function* () {
            yield batch
          })()) {
            if (turn === 0) await use('generator')
          }
        },
        onEpochEnd(epoch) {
          if (epoch === 1) model.stopTraining = true
        },
      },
    ],
  })
  clearTimeout(timer)
  t.deepEqual(history.epoch, [0, 1])
  t.deepEqual([...new Set(done)].sort(), ['generator', 'hook', 'timer'])
  t.true(Math.abs(model.optimizer.lr - 0.05) < 1e-7)
})

test('a timer can stop a training', async (t) => {
  const model = small()
  const timer = setInterval(() => (model.stopTraining = true), 1)
  const history = await model.fit(x, y, { epochs: 1e6, verbose: 0 })
  clearInterval(timer)
  t.true(history.epoch.length < 1e6)
})

test('callbacks: classes, plain objects, built-in ones, logs that are passed on', async (t) => {
  class Mine extends Callback {
    seen: number[] = []
    override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
      await sleep(1)
      t.is(this.model, model)
      t.is(this.params.epochs, 2)
      t.deepEqual(this.params.metrics, ['loss'])
      logs['mine'] = epoch * 2
      this.seen.push(logs['loss'] ?? NaN)
    }
  }
  const model = small()
  const [mine, history] = [new Mine(), new History()]
  const order: string[] = []
  const result = await model.fit(x, y, {
    epochs: 2,
    verbose: 0,
    callbacks: [
      mine,
      { onEpochEnd: (_, logs) => void order.push(`plain ${logs['mine']}`) },
      new LambdaCallback({ onTrainEnd: () => void order.push('end') }),
      history,
    ],
  })
  t.deepEqual(order, ['plain 0', 'plain 2', 'end'])
  t.deepEqual(result.history['mine'], [0, 2])
  t.deepEqual(history.history, result.history)
  t.deepEqual(mine.seen, result.history['loss'])
  t.is(result.model, model)

  const stopping = new EarlyStopping({ monitor: 'loss', minDelta: 1e9, patience: 1 })
  const stopped = await small().fit(x, y, { epochs: 10, verbose: 0, callbacks: [stopping] })
  t.is(stopped.epoch.length, 2)
  t.is(stopping.stoppedEpoch, 1)
})

test('what a callback throws reaches the caller as the same object; the model can be trained again', async (t) => {
  const model = small()
  const mine = new RangeError('mine')
  const throwing = (f: () => void) => model.fit(x, y, { epochs: 2, verbose: 0, callbacks: [{ onEpochEnd: f }] })
  t.is(await t.throwsAsync(throwing(() => { throw mine }), { instanceOf: RangeError }), mine) // prettier-ignore
  t.is(await t.throwsAsync(throwing(async () => { await sleep(1); throw mine })), mine) // prettier-ignore
  const primitive = await t.throwsAsync(throwing(() => { throw 'text' })) // prettier-ignore
  t.is(primitive?.message, 'text')
  t.is(primitive?.cause, 'text')
  await t.throwsAsync(
    throwing(() => Promise.reject(5) as unknown as void),
    { message: '5' },
  )
  await t.notThrowsAsync(model.fit(x, y, { verbose: 0 }))
})

test('an AbortSignal ends a training at a batch boundary with its reason', async (t) => {
  const model = small()
  const controller = new AbortController()
  let batches = 0
  const fitting = model.fit(x, y, {
    epochs: 1000,
    batchSize: 1,
    verbose: 0,
    signal: controller.signal,
    callbacks: [{ onTrainBatchEnd: () => { if (++batches === 3) controller.abort(new Error('enough')) } }], // prettier-ignore
  })
  await t.throwsAsync(fitting, { message: 'enough' })
  t.is(batches, 3)
  await t.throwsAsync(model.fit(x, y, { signal: AbortSignal.abort(new Error('before')) }), { message: 'before' })
  await t.notThrowsAsync(model.fit(x, y, { verbose: 0, signal: new AbortController().signal }))
})

test.serial('timers fire during one long step', async (t) => {
  const model = new Sequential([new Dense(1500, { inputDim: 1500 }), new Dense(1500), new Dense(1500)])
  model.compile({ optimizer: 'sgd', loss: 'mse' })
  const data = filled(512, 1500, 0.01)
  let ticks = 0
  const timer = setInterval(() => ticks++, 2)
  await model.fit(data, data, { batchSize: 512, epochs: 1, verbose: 0 })
  await model.predict(data, { batchSize: 512 })
  clearInterval(timer)
  t.true(ticks >= 5, `${ticks} ticks`)
})

test('two models that share weights are trained in turn, as in a GAN', async (t) => {
  const generator = new Sequential([new Dense(3, { inputDim: 2, name: 'g' })])
  const judge = new Sequential([new Dense(1, { inputDim: 3, activation: 'sigmoid', name: 'd' })])
  judge.compile({ optimizer: new Adam(), loss: 'binary_crossentropy' })
  judge.trainable = false
  const noise = Input({ shape: [2] })
  const both = new Model(noise, judge(generator(noise)))
  both.compile({ optimizer: new Adam(), loss: 'binary_crossentropy' })
  const [g, d] = [() => generator.getWeights()[0]!.toArray(), () => judge.getWeights()[0]!.toArray()]
  let before = [g(), d()]
  await judge.trainOnBatch(filled(4, 3, 1), filled(4, 1, 1))
  t.deepEqual(g(), before[0])
  t.notDeepEqual(d(), before[1])
  before = [g(), d()]
  await both.trainOnBatch(filled(4, 2, 1), filled(4, 1, 1))
  t.notDeepEqual(g(), before[0])
  t.deepEqual(d(), before[1])
})

test.serial('the newest weights are always seen; the seed repeats a training to the bit', async (t) => {
  const model = small()
  const one = filled(1, 3, 1)
  await model.fit(x, y, { verbose: 0 })
  const [w, b] = model.getWeights()
  for (const value of [1, 2, 3]) {
    model.setWeights([filled(3, 2, value), b!])
    t.true(Math.abs(((await model.predict(one)).data as Float32Array)[0]! - (3 * value + Number(b!.data[0]))) < 1e-5)
  }
  model.setWeights([w!, b!])
  const train = async () => {
    setRandomSeed(7)
    const fresh = small()
    await fresh.fit(x, y, { epochs: 2, batchSize: 2, verbose: 0 })
    return fresh.getWeights()[0]!.data
  }
  t.deepEqual(await train(), await train())
})

test.serial('the buffer of a typed array may be transferred while a training runs', async (t) => {
  const run = async (give: (data: Float32Array) => void) => {
    setRandomSeed(3)
    const model = new Sequential([new Dense(64, { inputDim: 64 }), new Dense(64)])
    model.compile({ optimizer: 'sgd', loss: 'mse' })
    const data = Float32Array.from({ length: 64 * 64 }, (_, i) => Math.sin(i))
    const fitting = model.fit({ data, shape: [64, 64] }, { data, shape: [64, 64] }, { epochs: 20, batchSize: 8, verbose: 0 })
    give(data)
    return (await fitting).history['loss']
  }
  const wanted = await run(() => undefined)
  t.deepEqual(await run((data) => void structuredClone(data, { transfer: [data.buffer as ArrayBuffer] })), wanted)
  t.deepEqual(await run((data) => void data.fill(NaN)), wanted)
})

test('one output gives an array, several a list; batches of one at once', async (t) => {
  const input = Input({ shape: [3] })
  const two = new Model(input, [new Dense(1)(input), new Dense(2)(input)])
  const [p, q]: NDArray[] = await two.predict(x)
  t.deepEqual([p?.shape, q?.shape], [[8, 1], [8, 2]]) // prettier-ignore
  t.is((await two.predictOnBatch(x)).length, 2)
  two.compile({ optimizer: 'sgd', loss: ['mse', 'mae'], lossWeights: [1, 2] })
  t.is((await two.trainOnBatch(x, [filled(8, 1, 1), filled(8, 2, 1)])).length, 3)
  t.is((await two.testOnBatch(x, [filled(8, 1, 1), filled(8, 2, 1)])).length, two.metricsNames.length)
  const history = await two.fit(x, [filled(8, 1, 1), filled(8, 2, 1)], {
    verbose: 0,
    sampleWeight: [new Float32Array(8).fill(1), new Float32Array(8).fill(2)],
  })
  t.deepEqual(Object.keys(history.history), two.metricsNames)
  const model = small()
  t.is((await model.trainOnBatch(x, y, { classWeight: { 0: 1 } }).catch((error: Error) => [error])).length, 1)
})

test.serial('progress goes out through process.stdout: one line an epoch into a pipe, nothing with verbose 0', (t) => {
  const source = `
    import { Dense } from 'ironhorn/layers'
    import { Sequential } from 'ironhorn/models'
    const model = new Sequential([new Dense(1, { inputDim: 1 })])
    model.compile({ optimizer: 'sgd', loss: 'mse' })
    const options = { epochs: 2, verbose: Number(process.argv[1] ?? 1) }
    process.stdout.write('before\\n')
    await model.fit(new Float32Array(4), new Float32Array(4), options)
    process.stdout.write('after\\n')
  `
  const run = (verbose: string) =>
    spawnSync(process.execPath, ['--import=tsx', '--input-type=module', '-e', source, verbose], { encoding: 'utf8' })
  const { stdout, stderr, status } = run('1')
  t.is(status, 0, stderr)
  t.regex(stdout, /^before\nEpoch 1\/2 - 4\/4 - .* - loss: .*\nEpoch 2\/2 - 4\/4 - .*\nafter\n$/)
  t.is(run('0').stdout, 'before\nafter\n')
})

test.serial('on a terminal the bar is rewritten and tells the time left; nothing is coloured', (t) => {
  const source = `
    process.stdout.isTTY = true
    const { Dense } = await import('ironhorn/layers')
    const { Sequential } = await import('ironhorn/models')
    const model = new Sequential([new Dense(1, { inputDim: 1 })])
    model.compile({ optimizer: 'sgd', loss: 'mse' })
    const onTrainBatchBegin = () => new Promise((resolve) => setTimeout(resolve, 120))
    await model.fit(new Float32Array(4), new Float32Array(4), { batchSize: 1, callbacks: [{ onTrainBatchBegin }] })
  `
  const env = { ...process.env, FORCE_COLOR: '1' }
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import=tsx', '--input-type=module', '-e', source], {
    encoding: 'utf8',
    env,
  })
  t.is(status, 0, stderr)
  t.regex(stdout, /^Epoch 1\/1\n\r1\/4 \[======>\.{23}\] - ETA: \d+s - loss: 0\.0000e\+00/)
  t.regex(stdout, /\u0008\r2\/4 \[={14}>\.{15}\] - ETA: \d+s - loss: /)
  t.regex(stdout, /\u0008\r4\/4 \[={30}\] - \d+s \d+ms\/step - loss: [^\n]*\n$/)
  t.false(stdout.includes('\u001b'))
})

test('an optimizer gives what it keeps and takes it back', async (t) => {
  const model = new Sequential([new Dense(2, { inputDim: 3 })])
  const adam = new Adam()
  model.compile({ optimizer: adam, loss: 'mse' })
  const train = async () => {
    await model.fit(x, y, { batchSize: 4, epochs: 2, verbose: 0 })
    return model.getWeights().map((w) => w.toArray())
  }
  await train()
  const [weights, kept] = [model.getWeights(), adam.getWeights()]
  t.deepEqual(
    kept.map((w) => w.shape),
    [[], [3, 2], [2], [3, 2], [2], [1], [1]],
  )
  t.is(Number(kept[0]?.item()), 4)
  const after = await train()
  model.setWeights(weights)
  t.notDeepEqual(await train(), after)
  model.setWeights(weights)
  adam.setWeights(kept)
  t.is(adam.iterations, 4)
  t.deepEqual(await train(), after)
  t.throws(() => adam.setWeights(kept.slice(0, 3)), { instanceOf: ValueError, code: 'optimizer_weight_count' })
  t.throws(() => adam.setWeights([kept[0]!, [[1]], ...kept.slice(2)]), { instanceOf: ValueError, code: 'optimizer_weight_shape' })
  t.throws(() => adam.setWeights(kept[0] as never), { instanceOf: TypeError, code: 'argument_type' })
  t.throws(() => new SGD().setWeights([[0, 0, 0]]), {
    instanceOf: ValueError,
    message: /^Length of the specified weight list \(1\) does not match the number of weights of the optimizer \(0\)/,
  })
})

test('runEagerly gives the same numbers, and an error comes from the line that makes it, with the layer', async (t) => {
  class Picks extends Layer {
    override call(rows: Tensors): Tensors {
      return K.gather(K.ones([3, 2]), (rows as Tensor).cast('int32'))
    }
  }
  const made = (runEagerly: boolean) => {
    const model = new Sequential([new Picks({ inputShape: [2], name: 'mine' }), new Lambda((p) => p.mul(2)), new Dense(1)])
    model.compile({ optimizer: 'sgd', loss: 'mse', runEagerly })
    return model
  }
  const [plain, eager] = [made(false), made(true)]
  eager.setWeights(plain.getWeights())
  const targets = new NDArray(new Float32Array(8), [4, 2, 1])
  const losses = async (model: Model) => (await model.fit(filled(4, 2, 1), targets, { epochs: 3, verbose: 0 })).history['loss'] ?? []
  const [wanted, got] = [await losses(plain), await losses(eager)]
  t.true(got.every((loss, i) => Math.abs(loss - (wanted[i] ?? NaN)) < 1e-5))
  const bad = [[0, 1], [7, 0], [0, 0], [0, 0]] // prettier-ignore
  const error = await t.throwsAsync(made(true).fit(bad, targets, { verbose: 0, shuffle: false }), {
    instanceOf: ValueError,
    code: 'index_range',
  })
  t.regex(error?.message ?? '', /index 7/)
  t.regex(error?.message ?? '', /mine/)
  t.regex(error?.stack ?? '', /Picks\.call .*training\.test\.ts/)
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Gives back what is not needed: finalizers run when the loop turns. */
const tidy = async () => {
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Bytes in use after that. */
const memory = async () => {
  await tidy()
  return process.memoryUsage().rss
}

test.serial('100,000 predictions keep memory flat, and timers fire among them', async (t) => {
  const model = small()
  const one = filled(1, 3, 1)
  for (let i = 0; i < 20_000; i++) await model.predict(one)
  const before = await memory()
  let ticks = 0
  const timer = setInterval(() => ticks++, 5)
  for (let i = 0; i < 80_000; i++) await model.predict(one)
  clearInterval(timer)
  const grown = (await memory()) - before
  t.true(grown < 20e6, `${grown / 1e6} MB`)
  t.true(ticks > 5, `${ticks} ticks`)
})

test.serial('2,000 models made and dropped keep memory flat', async (t) => {
  const one = filled(1, 64, 1)
  const make = async (n: number) => {
    for (let i = 0; i < n; i++) {
      const model = new Sequential([new Dense(64, { inputDim: 64 }), new Dense(64)])
      model.compile({ optimizer: 'adam', loss: 'mse' })
      await model.trainOnBatch(one, one)
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await make(600)
  const before = await memory()
  await make(1400)
  const grown = (await memory()) - before
  // Kept, they would be 1400 times 33 kB of weights and twice that of slots.
  t.true(grown < 40e6, `${grown / 1e6} MB`)
})

test.serial("layers of one's own are given back with their models, and not before", async (t) => {
  class Twice extends Layer {
    override call(x: Tensors): Tensors {
      return (x as Tensor).mul(2)
    }
  }
  const make = (held: WeakRef<Layer>[]) => {
    const output = (() => {
      const twice = new Twice()
      held.push(new WeakRef<Layer>(twice))
      return twice(Input({ shape: [2] })).add(1)
    })()
    return output
  }
  const held: WeakRef<Layer>[] = []
  const output = make(held)
  await tidy()
  t.truthy(held[0]?.deref())
  const input = (held[0]?.deref() as Layer).input as Tensor
  let model: Model<Tensor> | undefined = new Model(input, new Lambda((x) => x)(output))
  await tidy()
  t.deepEqual((await model.predict([[1, 2]])).toArray(), [[3, 5]])
  model = undefined
  for (let i = 0; i < 200; i++) new Sequential([new Twice({ name: `t${i}` }), new Dense(2)]).build([null, 2])
  for (let i = 0; i < 200; i++) make(held)
  await tidy()
  t.true(held.slice(1).filter((layer) => layer.deref() !== undefined).length < 20)
  t.truthy(output)
})

test('metrics and losses by name, wrong names with a suggestion', (t) => {
  const model = new Sequential([new Dense(2, { inputDim: 3 })])
  t.throws(() => model.compile({ optimizer: 'sgdd' as 'sgd', loss: 'mse' }), { code: 'name_unknown', message: /sgd/ })
  t.throws(() => model.compile({ optimizer: 'sgd', loss: 'msee' as 'mse' }), { code: 'name_unknown', message: /mse/ })
  t.throws(() => model.compile({ optimiser: 'sgd' } as unknown as { optimizer: 'sgd' }), { instanceOf: TypeError })
  model.compile('sgd', 'mse', ['accuracy', (_: Tensor, yPred: Tensor) => yPred.mean(-1)])
  t.deepEqual(model.metricsNames.slice(0, 2), ['loss', 'accuracy'])
})
